/* map.h - address space from the kernel: reserve it, make parts usable, guard parts, give pages back.
 *
 * All answer 0 or a negative code; a call that was interrupted is repeated. Tests make the n-th call fail. */
#ifndef TUTTI_BASE_MAP_H
#define TUTTI_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct tt_range_ { /* laid out as struct iovec, for process_madvise */
    void *start;
    size_t size;
};

/* tt_map_page_ - the kernel's page size. */
size_t tt_map_page_(void);

/* tt_map_reserve_ - address space that nobody may touch yet; costs no memory and is not counted as committed.
 * Huge pages are off and /proc/self/maps shows the name where the kernel can. Returns 0 or -ENOMEM. */
int tt_map_reserve_(void **ret, size_t size, const char *name);

/* tt_map_usable_ - makes reserved pages readable and writable, zero until written. 0 or -ENOMEM. */
int tt_map_usable_(void *start, size_t size);

/* tt_map_forbid_ - any access to the pages faults; splits the mapping, which the kernel allows vm.max_map_count times.
 * 0 or -ENOMEM. */
int tt_map_forbid_(void *start, size_t size);

/* tt_map_release_ - the address space is nobody's again. */
void tt_map_release_(void *start, size_t size);

/* tt_map_guards_ - makes pages of usable ranges fault on any access, without splitting the mapping.
 * Returns 0, -ENOMEM, or -ENOTSUP: this kernel (before 6.13) or this mapping (locked in memory) cannot; some of
 * the ranges may be guarded all the same. */
int tt_map_guards_(const struct tt_range_ *ranges, size_t count);

/* tt_map_drop_ - gives the pages of the ranges back; they read as zero again. Guards stay. A failure loses nothing but
 * the saving, so there is no result. */
void tt_map_drop_(const struct tt_range_ *ranges, size_t count);

/* tt_map_fail_ - for tests: the n-th call from now (1: the next) and all later ones fail as the kernel would when out
 * of memory; 0: none. */
void tt_map_fail_(long n);

/* tt_map_interrupt_ - for tests: the next n calls are interrupted (-EINTR) the first time. */
void tt_map_interrupt_(long n);

#endif
