/* How values look: exactly as Python shows them. */
#include <stdio.h>
#include <tutti.h>

int main(void)
{
    tt_auto v = tt_dict_of("int", 1, "float", 1e16, "text", "it's", "bytes", tt_bytes("\0\n", 2), "tuple", tt_args(1),
                           "nested", tt_list_of(tt_bool(true), tt_none(), tt_set()));
    tt_print(v);

    tt_auto text = tt_str("a \"quoted\" line\n"), shown = tt_repr(text);
    tt_print(shown);
    printf("%s", tt_as_str(text));

    tt_auto error = tt_error("ValueError", "bad line %d", 3), as_repr = tt_repr(error);
    tt_print(as_repr);
    tt_print(error);
}
/* prints:
{'int': 1, 'float': 1e+16, 'text': "it's", 'bytes': b'\x00\n', 'tuple': (1,), 'nested': [True, None, set()]}
'a "quoted" line\n'
a "quoted" line
ValueError('bad line 3')
bad line 3
*/
