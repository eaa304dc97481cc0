/* A proxy lets a foreign object travel as a value: the last one who drops it lets the object go. */
#include <stdio.h>
#include <tutti.h>

static void close_file(void *file)
{
    fclose(file);
    printf("closed\n");
}

static const tt_proxy_type file_type = { .size = sizeof file_type, .name = "file", .drop = close_file };

static tt_value read_word(tt_view v)
{
    FILE *file = tt_proxy_address(v, &file_type);
    char word[32];
    if (!file) return tt_error("TypeError", "not a file but a %s", tt_type_name(v));
    if (fscanf(file, "%31s", word) != 1) return tt_error("EOFError", "no more words");
    return tt_str(word);
}

int main(void)
{
    FILE *file = tmpfile();
    if (!file) return 1;
    fputs("one two", file);
    rewind(file);

    tt_value v = tt_proxy(file, &file_type);
    tt_auto first = read_word(tt_view_of(v)), second = read_word(tt_view_of(v)), third = read_word(tt_view_of(v));
    printf("%s, %s, %s\n", tt_as_str(first), tt_as_str(second), tt_error_message(third));
    tt_drop(v);
    printf("end\n");
}
/* prints:
one, two, no more words
closed
end
*/
