/* log.h - one line at a time to the log hook; misuse of objects; what an address is called. */
#ifndef TUTTI_BASE_LOG_H
#define TUTTI_BASE_LOG_H

#include <stdarg.h>
#include <tutti/log.h>

/* Formats one line (at most 1000 bytes, else cut) and gives it to the hook or stderr. Allocates nothing. */
void tt_log_(tt_log_level level, const char *fmt, ...) TT_PRINTF(2, 3);

/* Reports misuse of `object`: "object: text (at place, by strand)". One line per object and fmt per second; what was
 * held back is counted in the next line. With TUTTI_MISUSE=abort it does not return. Call it with no lock held.
 * The place is the caller of the function that calls this one. */
#define tt_misuse_(object, ...) tt_misuse_at_((object), true, __builtin_return_address(0), __VA_ARGS__)
/* The same, where the text itself says who it is about: `key` only tells the lines apart. */
#define tt_misuse_anonymous_(key, ...) tt_misuse_at_((key), false, __builtin_return_address(0), __VA_ARGS__)
void tt_misuse_at_(const void *object, bool named, const void *place, const char *fmt, ...) TT_PRINTF(4, 5);

/* Describes the calling strand, returns buf; NULL: it is none. The strand floor sets it with its first strand. */
extern const char *(*tt_log_caller_)(char *buf, size_t size); /* atomic */

/* What `object` is called: its tt_name, else the symbol it lies in, else its address. Returns buf. */
char *tt_name_of_(const void *object, char *buf, size_t size);

/* The code at `place` as "function+0x12" or "file+0x1234" (for addr2line). Returns buf. */
char *tt_place_of_(const void *place, char *buf, size_t size);

#endif
