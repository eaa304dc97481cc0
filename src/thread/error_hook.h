/* error_hook.h - the one place for errors that nobody collected: of threads, timers, futures. */
#ifndef TUTTI_THREAD_ERROR_HOOK_H
#define TUTTI_THREAD_ERROR_HOOK_H

#include <tutti/value.h>

/* Gives it to the hook of tt_set_error_hook. who: "thread 'reader'". Call it with no lock held. */
void tt_report_error_(const char *who, tt_view error);

#endif
