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

/* What a worker was doing at a moment, for dumps. */
struct tt_worker_state_ {
    char name[TT_STRAND_NAME_SIZE_];
    uint64_t current; /* id of the strand it runs; 0: none */
    uint32_t live;    /* tasks started and not ended */
    bool asleep;
};

/* The state of the n-th worker. False: there are not that many. */
bool tt_watchdog_state_(unsigned n, struct tt_worker_state_ *ret);

#endif
