/* Ints of any size: what does not fit 64 bits is kept, compared, printed and sent on all the same. */
#include <stdio.h>
#include <string.h>
#include <tutti.h>

int main(void)
{
    const char *digits = "123456789012345678901234567890";
    tt_auto big = tt_int_from_text(digits, strlen(digits), 10);
    tt_print(big);
    tt_auto hex = tt_int_to_text(big, 16);
    tt_print(hex);

    int64_t n;
    printf("fits 64 bits: %s\n", tt_get_int(big, &n) == 0 ? "yes" : "no");
    printf("takes %d bytes\n", (int)tt_int_size(big));
    tt_auto largest = tt_uint(UINT64_MAX), none = tt_int_from_text("twelve", 6, 10);
    tt_print(largest);
    printf("%s: %s\n", tt_error_type(none), tt_error_message(none));
}
/* prints:
123456789012345678901234567890
0x18ee90ff6c373e0ee4e3f0ad2
fits 64 bits: no
takes 13 bytes
18446744073709551615
ValueError: invalid literal for int() with base 10: 'twelve'
*/
