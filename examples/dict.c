/* Counting words in a dict; pairs come in order of insertion. */
#include <stdio.h>
#include <string.h>
#include <tutti.h>

static void count(tt_view counts, const char *word, size_t size)
{
    tt_value key = tt_str_n(word, size);
    tt_view before = tt_dict_at(counts, key); /* None when it is not there */
    tt_value n = tt_int(tt_is_none(before) ? 1 : tt_as_int(before) + 1);
    tt_dict_set(counts, key, n); /* takes key and value */
}

int main(void)
{
    const char *text = "to be or not to be";
    tt_auto counts = tt_dict();
    for (const char *word = text; *word; word += strspn(word, " ")) {
        size_t size = strcspn(word, " ");
        count(tt_view_of(counts), word, size);
        word += size;
    }
    tt_print(counts);

    size_t pos = 0;
    tt_view word, n;
    while (tt_dict_next(counts, &pos, &word, &n))
        if (tt_as_int(n) > 1) printf("%s: %ld times\n", tt_as_str(word), (long)tt_as_int(n));
}
/* prints:
{'to': 2, 'be': 2, 'or': 1, 'not': 1}
to: 2 times
be: 2 times
*/
