/* reads.h - which read locks a strand shares: kept with the strand, since the lock only counts its readers. That is
 * what tells a release by one who does not hold it, and an upgrade, from the real thing. Used by the strand itself. */
#ifndef TUTTI_STRAND_READS_H
#define TUTTI_STRAND_READS_H

#include "strand/strand.h"

/* How often the strand holds it; 0: not. */
uint64_t tt_reads_depth_(const struct tt_strand_ *me, const void *lock);

/* Once more, or for the first time. How often it does now; -ENOMEM: nothing has changed. */
int64_t tt_reads_add_(struct tt_strand_ *me, const void *lock);

/* Once less. How often it still does; -EPERM: it does not. */
int64_t tt_reads_remove_(struct tt_strand_ *me, const void *lock);

/* Forgets all of them: the strand ends. */
void tt_reads_clear_(struct tt_strand_ *me);

#endif
