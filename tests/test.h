/* test.h - tests, by Check. One file tests/NOUN.c is one program; main is in tests/support/runner.c.
 *
 *     #include "test.h"
 *     TEST(a_name_that_is_a_claim)
 *     {
 *         CHECK_EQ(tt_as_int(v), 7);
 *     }
 *
 * Each test runs in a process of its own and must end within 10 s (times the environment's TEST_TIMEOUT).
 * It fails when it leaves behind a descriptor, a thread or a live allocation that was not there before.
 *
 * A line with the words "labels:" and then quick, long or privileged in a comment labels the file for ctest.
 * CK_RUN_CASE=name runs one test; CK_FORK=no runs in the program itself, for gdb; TUTTI_TEST_REPEAT=n repeats all.
 * CHECK works in any thread and coroutine of the test. */
#ifndef TUTTI_TEST_H
#define TUTTI_TEST_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct test {
    const char *name;
    const char *file;
    int line;
    void (*body)(void);
    int signal;        /* the signal that must end it; 0: none */
    int exit_code;     /* the code it must exit with; -1: it must return */
    double seconds;    /* time limit; 0: the default */
    struct test *next; /* private */
};

/* test_register - called before main by the macros below. */
void test_register(struct test *t);

/* test_allow - the test may leave this many descriptors, threads and allocations behind: what the library
 * keeps on purpose after first use. Say why beside the call. */
void test_allow(int descriptors, int threads, int allocations);

/* test_skip - ends the test here as not applicable on this machine, and says so aloud. */
__attribute__((noreturn, format(printf, 1, 2))) void test_skip(const char *why, ...);

/* test_allocations - live allocations of the library now; 0 when it does not count them. */
size_t test_allocations(void);

#ifdef __cplusplus
}
#endif

#define TEST(name) TEST_(name, 0, -1, 0)
#define TEST_WITHIN(name, seconds) TEST_(name, 0, -1, seconds) /* another time limit */
#define TEST_EXIT(name, code) TEST_(name, 0, code, 0)          /* must end by exit(code) */
#define TEST_SIGNAL(name, signal) TEST_(name, signal, -1, 0)   /* must end by this signal */

#define TEST_(name_, signal_, code_, seconds_)                                                                         \
    static void test_##name_##_(void);                                                                                 \
    __attribute__((constructor)) static void test_register_##name_(void)                                               \
    {                                                                                                                  \
        static struct test t = { #name_, __FILE__, __LINE__, test_##name_##_, signal_, code_, seconds_, NULL };        \
        test_register(&t);                                                                                             \
    }                                                                                                                  \
    static void test_##name_##_(void)

/* Checks. Each evaluates its operands once; a failed one ends the test. */
#define CHECK_FAIL(...) _ck_assert_failed(__FILE__, __LINE__, "Failed", __VA_ARGS__)
#define CHECK(x)                                                                                                       \
    do {                                                                                                               \
        if (!(x)) CHECK_FAIL("%s is false", #x);                                                                       \
    } while (0)

/* Integers and pointers of any type. For floating point use CHECK_FLOAT: it compares exactly. */
#define CHECK_EQ(a, b) CHECK_COMPARE_(a, ==, b)
#define CHECK_NE(a, b) CHECK_COMPARE_(a, !=, b)
#define CHECK_GE(a, b) CHECK_COMPARE_(a, >=, b)
#define CHECK_GT(a, b) CHECK_COMPARE_(a, >, b)
#define CHECK_LE(a, b) CHECK_COMPARE_(a, <=, b)
#define CHECK_LT(a, b) CHECK_COMPARE_(a, <, b)
#define CHECK_OK(code) CHECK_EQ(code, 0)
#define CHECK_NULL(p) CHECK_EQ(p, NULL)
#define CHECK_NOT_NULL(p) CHECK_NE(p, NULL)

#define CHECK_COMPARE_(a, op, b)                                                                                       \
    do {                                                                                                               \
        TEST_NO_FLOAT_(a);                                                                                             \
        TEST_NO_FLOAT_(b);                                                                                             \
        intmax_t left_ = (intmax_t)(a), right_ = (intmax_t)(b);                                                        \
        if (!(left_ op right_)) CHECK_FAIL("%s is %jd, not %s %s (%jd)", #a, left_, #op, #b, right_);                  \
    } while (0)

#define CHECK_FLOAT(a, b)                                                                                              \
    do {                                                                                                               \
        double left_ = (a), right_ = (b);                                                                              \
        if (memcmp(&left_, &right_, sizeof left_) != 0)                                                                \
            CHECK_FAIL("%s is %.17g, not %s (%.17g)", #a, left_, #b, right_);                                          \
    } while (0)

#define CHECK_STR(a, b)                                                                                                \
    do {                                                                                                               \
        const char *left_ = (a), *right_ = (b);                                                                        \
        if (!left_ || !right_ || strcmp(left_, right_) != 0)                                                           \
            CHECK_FAIL("%s is \"%s\", not \"%s\"", #a, left_ ? left_ : "(null)", right_ ? right_ : "(null)");          \
    } while (0)

#define CHECK_MEM(a, b, size)                                                                                          \
    do {                                                                                                               \
        if (memcmp(a, b, size) != 0) CHECK_FAIL("%s and %s differ in %zu bytes", #a, #b, (size_t)(size));              \
    } while (0)

#ifdef __cplusplus
#define TEST_NO_FLOAT_(x) (void)0
#else
#define TEST_NO_FLOAT_(x)                                                                                              \
    _Static_assert(_Generic((x), float : 0, double : 0, long double : 0, default : 1), "use CHECK_FLOAT for " #x)
#endif

#endif
