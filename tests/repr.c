/* How values look: compared with python3 where it is there, and with what it said where it is not. */
#include "test.h"

#include <locale.h>

#include "support/random_value.h"
#include "value/repr.h"

static void looks(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
    tt_drop(v);
}

static void is_printed(tt_value v, const char *as)
{
    tt_auto r = tt_str_of(v);
    CHECK_STR(tt_as_str(r), as);
    tt_drop(v);
}

TEST(leaves_look_as_in_python)
{
    looks(tt_none(), "None");
    looks(tt_bool(true), "True");
    looks(tt_int(INT64_MIN), "-9223372036854775808");
    looks(tt_float(1), "1.0");
    looks(tt_float(1e16), "1e+16");
    looks(tt_float(-0.0), "-0.0");
    looks(tt_float(NAN), "nan");
    looks(tt_float(-NAN), "nan");
    looks(tt_float(0x1p-44), "5.684341886080802e-14");
    looks(tt_float(5e-324), "5e-324");
    looks(tt_complex(0, 2), "2j");
    looks(tt_complex(-0.0, 2), "(-0+2j)");
    looks(tt_complex(1, NAN), "(1+nanj)");
    looks(tt_str("it's"), "\"it's\"");
    looks(tt_str("it's \"\n\x7f\xc2\xad"), "'it\\'s \"\\n\\x7f\\xad'");
    looks(tt_bytes("a\0'", 3), "b\"a\\x00'\"");
    looks(tt_error("ValueError", "bad line %d", 3), "ValueError('bad line 3')");
    looks(tt_error("StopIteration", "%s", ""), "StopIteration()");
}

TEST(containers_look_as_in_python)
{
    looks(tt_tuple_of(), "()");
    looks(tt_tuple_of(1), "(1,)");
    looks(tt_list_of(1, "a", tt_tuple_of(2, 3), tt_list()), "[1, 'a', (2, 3), []]");
    looks(tt_dict(), "{}");
    looks(tt_dict_of(1, "a", "b", tt_dict_of("c", tt_none())), "{1: 'a', 'b': {'c': None}}");
    looks(tt_set(), "set()");
    looks(tt_frozenset_of(), "frozenset()");
    looks(tt_set_of(1, 2), "{1, 2}");
    looks(tt_frozenset_of(1), "frozenset({1})");
}

struct pair {
    int a, b;
};

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}
TT_TASK(nothing);

TEST(what_python_does_not_have_says_what_it_is)
{
    static const tt_proxy_type socket = { sizeof socket, "socket", NULL };
    looks(tt_struct(struct pair, 1, 2), "<struct pair of 8 bytes>");
    looks(tt_pointer(NULL), "<pointer 0x0>");
    looks(tt_proxy(NULL, &socket), "<socket at 0x0>");
    char want[80];
    snprintf(want, sizeof want, "<function nothing at 0x%llx>", (unsigned long long)(uintptr_t)nothing);
    looks(tt_function(nothing), want);
}

TEST(str_of_is_what_print_prints)
{
    is_printed(tt_str("it's"), "it's");
    is_printed(tt_error("ValueError", "bad"), "bad");
    is_printed(tt_error("KeyError", "k"), "'k'");
    is_printed(tt_list_of("a"), "['a']");
    is_printed(tt_float(2), "2.0");
    char *out = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&out, &size);
    CHECK_OK(tt_print_to(tt_int(49), to));
    tt_auto zero = tt_str_n("a\0b", 3);
    CHECK_OK(tt_print_to(zero, to));
    fclose(to);
    CHECK_EQ(size, 7);
    CHECK_MEM(out, "49\na\0b\n", 7);
    free(out);
}

TEST(another_locale_changes_nothing)
{
    static const char *const with_comma[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8" };
    for (size_t i = 0; i < 3; i++)
        if (setlocale(LC_ALL, with_comma[i])) break;
    looks(tt_float(1.5), "1.5");
    looks(tt_float(1.5e300), "1.5e+300");
}

TEST(an_int_too_long_for_text_is_a_value_error)
{
    unsigned char big[2000];
    memset(big, 0x11, sizeof big);
    tt_auto n = tt_int_from_bytes(big, sizeof big, false);
    tt_auto list = tt_list_of(tt_ref(n));
    tt_auto r = tt_repr(list);
    CHECK(tt_error_is(r, "ValueError"));
    tt_auto hex = tt_int_to_text(n, 16);
    CHECK_EQ(tt_str_len(hex), 2 + 4000);
}

TEST(deep_nesting_needs_no_stack)
{
    tt_auto v = tt_list();
    for (int i = 0; i < 100000; i++) v = tt_list_of(tt_take(&v));
    tt_auto r = tt_repr(v);
    CHECK_EQ(tt_str_len(r), 200002);
}

static const char check_repr[] =
    "import sys\n"
    "inf = float('inf'); infj = complex(0, inf); bad = 0; seen = 0\n"
    "for line in sys.stdin.buffer:\n"
    "    e, _, r = line.rstrip(b'\\n').partition(b'\\t')\n"
    "    v = eval(e); r = r.decode(); seen += 1\n"
    "    if repr(v) != r and not (b'set(' in e and eval(r) == v):\n"
    "        print('tutti', r, 'python', repr(v)); bad += 1\n"
    "sys.exit(bad > 0 or seen < 1000)\n";

TEST(python_prints_thousands_of_values_the_same)
{
    FILE *p = python(check_repr);
    for (int i = 0; i < 6000; i++) {
        expr_size = 0;
        tt_auto v = random_value((unsigned)i % 4, false);
        tt_auto r = tt_repr(v);
        CHECK(!tt_is_error(r));
        fprintf(p, "%s\t%s\n", expr, tt_as_str(r));
    }
    python_ends(p);
}

TEST(python_prints_every_power_of_two_the_same)
{
    FILE *p = python(check_repr);
    for (int e = -1074; e < 1024; e++) {
        for (int near = -1; near <= 1; near++) {
            double d = near ? nextafter(ldexp(1, e), near * (double)INFINITY) : ldexp(1, e);
            tt_auto r = tt_repr(tt_float(d));
            fprintf(p, "float.fromhex('%a')\t%s\n", d, tt_as_str(r));
        }
    }
    python_ends(p);
}

/* A newer Python knows more characters: what we escape it may print; and an older one fewer. */
static const char check_characters[] =
    "import sys, unicodedata\n"
    "ours = sys.stdin.readline().strip(); theirs = unicodedata.unidata_version; bad = 0\n"
    "newer = [int(x) for x in ours.split('.')] <= [int(x) for x in theirs.split('.')]\n"
    "for c, r in enumerate(sys.stdin):\n"
    "    r = r.rstrip('\\n'); p = repr(chr(c))\n"
    "    if r == p or ours != theirs and (r if newer else p).startswith(\"'\\\\\"): continue\n"
    "    print('%x' % c, 'tutti', ascii(r), 'python', ascii(p)); bad += 1\n"
    "sys.exit(bad > 0 or c != 0x10FFFF)\n";

TEST(python_prints_every_code_point_the_same)
{
    FILE *p = python(check_characters);
    fprintf(p, "%s\n", tt_unicode_version_);
    for (uint32_t c = 0; c < 0x110000; c++) {
        char s[4];
        tt_auto v = tt_str_n(s, (size_t)put_utf8(c, s));
        tt_auto r = tt_repr(v);
        fprintf(p, "%s\n", tt_as_str(r));
    }
    python_ends(p);
}
