/* cpu.h - how many CPUs there are to use. */
#ifndef TUTTI_BASE_CPU_H
#define TUTTI_BASE_CPU_H

/* The CPUs in a cgroup's quota: `dir` is where its cpu.max (v2) or cpu.cfs_quota_us (v1) stands.
 * 0: no quota there. */
int tt_cgroup_quota_(const char *dir);

#endif
