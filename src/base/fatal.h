/* fatal.h - the end of a program that cannot go on: only where design says "fatal". */
#ifndef TUTTI_BASE_FATAL_H
#define TUTTI_BASE_FATAL_H

#include <tutti/core.h>

/* Writes "tutti: fatal: …" to standard error, without allocating, and aborts. */
_Noreturn void tt_fatal_(const char *format, ...) TT_PRINTF(1, 2);

#endif
