/* stack_million.c - labels: long. A million stacks, vm.max_map_count as it is, with and without MADV_GUARD_INSTALL. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "strand/stack.h"
#include "test.h"

enum { MILLION = 1000000, TOUCHED_EACH = 10 };

static struct tt_stack_ stacks[MILLION];

static long mappings(void)
{
    long n = 0;
    FILE *f = fopen("/proc/self/maps", "re");
    CHECK_NOT_NULL(f);
    for (int c = getc(f); c != EOF; c = getc(f)) n += c == '\n';
    fclose(f);
    return n;
}

static long resident_mib(void)
{
    long total, resident;
    FILE *f = fopen("/proc/self/statm", "re");
    CHECK_NOT_NULL(f);
    CHECK_EQ(fscanf(f, "%ld %ld", &total, &resident), 2);
    fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024) / 1024;
}

static void a_million(void)
{
    struct tt_stack_stats_ stats;
    for (int i = 0; i < MILLION; i++) {
        CHECK_OK(tt_stack_new_(&stacks[i], TT_STACK_LOOP_, TT_STACK_LOOP_GUARD_));
        if (i % TOUCHED_EACH == 0) stacks[i].low[stacks[i].size - 1] = (char)(i / TOUCHED_EACH | 1);
    }
    long full = resident_mib();
    tt_stack_stats_(&stats);
    printf("%ld mappings, %ld MiB resident, %zu guarded, %zu not\n", mappings(), full, stats.guarded, stats.unguarded);
    CHECK_EQ(stats.used, MILLION);
    CHECK_GE(stats.guarded + stats.unguarded, MILLION);
    CHECK_LT(mappings(), 40000);
    for (int i = 0; i < MILLION; i += TOUCHED_EACH)
        CHECK_EQ(stacks[i].low[stacks[i].size - 1], (char)(i / TOUCHED_EACH | 1));
    for (int i = 0; i < MILLION; i++) tt_stack_free_(&stacks[i]);
    tt_stack_trim_();
    tt_stack_stats_(&stats);
    CHECK_EQ(stats.used, 0);
    CHECK_EQ(stats.idle_touched, 0);
    CHECK_LT(resident_mib(), full - MILLION / TOUCHED_EACH / 256 / 2);
}

TEST_WITHIN(a_million_stacks_fit, 60)
{
    a_million();
}

TEST_WITHIN(a_million_stacks_fit_by_mprotect, 60)
{
    CHECK_OK(setenv("TUTTI_STACK_GUARD", "mprotect", 1));
    a_million();
}
