/* Errors are values: made with type and message, passed on by TT_TRY, given a cause, looked at by whoever can help. */
#include <stdio.h>
#include <tutti.h>

static tt_value open_file(const char *name)
{
    FILE *file = fopen(name, "r");
    if (!file) return tt_error("FileNotFoundError", "no file '%s'", name);
    fclose(file);
    return tt_none();
}

static tt_value read_settings(const char *name)
{
    tt_value failure = open_file(name);
    if (tt_is_error(failure)) return tt_error_with_cause(failure, "SettingsError", "settings cannot be read");
    return tt_int(1);
}

static tt_value start(const char *name)
{
    tt_value settings = TT_TRY(read_settings(name)); /* returns the error from start, as it is */
    printf("started with %ld setting\n", (long)tt_as_int(settings));
    return tt_none();
}

int main(void)
{
    tt_auto good = start("/dev/null");
    tt_auto bad = start("/nowhere/settings");
    printf("%s: %s\n", tt_error_type(bad), tt_error_message(bad));
    printf("because of %s: %s\n", tt_error_type(tt_error_cause(bad)), tt_error_message(tt_error_cause(bad)));

    tt_auto late = tt_error_from_code(-ETIMEDOUT); /* calls answer codes; each has its error */
    tt_print(late);
    printf("%s, %d\n", tt_error_type(late), tt_error_code(late) == -ETIMEDOUT);
    /* tt_error_print(bad, stderr) would show it as Python does, with cause and backtrace. */
}
/* prints:
started with 1 setting
SettingsError: settings cannot be read
because of FileNotFoundError: no file '/nowhere/settings'
the deadline has passed
TimeoutError, 1
*/
