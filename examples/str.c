/* Text and bytes: immutable, counted in characters and in bytes. */
#include <stdio.h>
#include <tutti.h>

int main(void)
{
    tt_auto name = tt_str("Dvořák");
    const char *text;
    size_t size;
    TT_MUST(tt_get_str(name, &text, &size));
    printf("%s: %d characters, %zu bytes\n", text, (int)tt_str_len(name), size);

    tt_auto line = tt_format("%s, no. %d", tt_as_str(name), 9);
    tt_print(line);

    tt_auto raw = tt_bytes("a\0b\xff", 4);
    tt_print(raw);
    tt_auto broken = tt_str_n("a\xff", 2);
    printf("%s\n", tt_error_type(broken));
    tt_auto kept = tt_repr(name);
    tt_print(kept);
}
/* prints:
Dvořák: 6 characters, 8 bytes
Dvořák, no. 9
b'a\x00b\xff'
UnicodeDecodeError
'Dvořák'
*/
