/* options.h - reading the structs of keyword arguments (rules 11 and 14). */
#ifndef TUTTI_BASE_OPTIONS_H
#define TUTTI_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What the caller knew of an options struct (which begins with its size), the rest zero. NULL: all zero. False: it did
 * not say its size; then all is zero too. */
static inline bool tt_options_read_(void *to, size_t size, const void *given)
{
    size_t known = given ? *(const size_t *)given : 0;
    memset(to, 0, size);
    if (known >= sizeof known) memcpy(to, given, known < size ? known : size);
    return !given || known >= sizeof known;
}

#endif
