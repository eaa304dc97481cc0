/* symbol.h - the function or object at an address, also a static one, which dladdr does not know. */
#ifndef TUTTI_BASE_SYMBOL_H
#define TUTTI_BASE_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>

/* What `place` lies in and how far in it: by dladdr, else by the symbol table of the file it was loaded from.
 * False: the file cannot be read, was stripped, or has nothing there. Allocates nothing; opens and maps the file
 * meanwhile. */
bool tt_symbol_(const void *place, char *ret_name, size_t size, size_t *ret_offset);

/* How many of the innermost frames are the library's own, as far as names tell. */
int tt_own_frames_(void *const *frames, int count);

#endif
