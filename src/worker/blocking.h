/* blocking.h - tt_blocking, for the library's own use. The contract: <tutti/blocking.h>. */
#ifndef TUTTI_WORKER_BLOCKING_H
#define TUTTI_WORKER_BLOCKING_H

/* The calling thread is in exit(): if a call of tt_blocking brought it there, that call is over, with an error of code
 * -ESHUTDOWN, or exit would wait for the task that waits for it. */
void tt_blocking_exits_(void);

#endif
