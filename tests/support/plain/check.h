/* check.h - as much of Check as test.h uses, for builds where Check is not at hand: cross builds run by an emulator. */
#ifndef TUTTI_TEST_PLAIN_CHECK_H
#define TUTTI_TEST_PLAIN_CHECK_H

__attribute__((noreturn, format(printf, 4, 5))) void _ck_assert_failed(const char *file, int line, const char *what,
                                                                       const char *format, ...);

#endif
