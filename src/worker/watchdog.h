/* watchdog.h - names the task that keeps started tasks of its worker from running.
 *
 * One thread for the process, made with the first worker and asleep while every worker is. It samples each worker's
 * switch counter (K17: no clock read per switch); a counter that stands still for 100 ms while strands of the worker
 * are ready is reported once, with the task's name. */
#ifndef TUTTI_WORKER_WATCHDOG_H
#define TUTTI_WORKER_WATCHDOG_H

#include "worker/worker.h"

/* A worker begins, and ends. */
void tt_watchdog_add_(struct tt_worker_ *w);
void tt_watchdog_remove_(struct tt_worker_ *w);

/* A worker has something to do again. Cheap when the watchdog is awake. */
void tt_watchdog_wake_(void);

/* Calls visit for every worker; they do not end meanwhile. For dumps. */
void tt_watchdog_each_(void (*visit)(struct tt_worker_ *w, void *arg), void *arg);

#endif
