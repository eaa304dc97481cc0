/* log.h - where tutti says what it has to say, and names for objects in what it says. */
#ifndef TUTTI_LOG_H
#define TUTTI_LOG_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tt_log_level { TT_LOG_ERROR, TT_LOG_WARNING, TT_LOG_INFO, TT_LOG_DEBUG } tt_log_level;

/* Gets one line without a newline. Called on the strand that has something to say, never under an internal lock. */
typedef void (*tt_log_fn)(void *user, tt_log_level level, const char *line);

/* tt_set_log - lines go to log(user, …) from now on; NULL: to stderr, as "tutti: line", warnings and errors only.
 * Misuse of an object is one line per object and message per second; the environment variable
 * TUTTI_MISUSE=abort makes the first one fatal.  Threads: any.  Python: logging.basicConfig. */
TT_API void tt_set_log(tt_log_fn log, void *user);

/* tt_name - calls `object` (any address: a lock, a queue) `name` in every line about it; NULL forgets the name.
 * name      copied
 * Returns   0, -ENOMEM (the former name stays), -EINVAL (object is NULL)
 * Threads   any.  Forget the name before the object's memory is used for something else. */
TT_API int tt_name(const void *object, const char *name);

#ifdef __cplusplus
}
#endif
#endif
