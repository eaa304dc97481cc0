/* stack.c - stacks: sizes, guards of both kinds, re-use, giving pages back, failing calls. */
#include "strand/stack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/map.h"
#include "strand/context.h"
#include "test.h"

/* A fault shall be a signal here, not a report. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "handle_segv=0:detect_stack_use_after_return=1";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    /* A forked child has none of its parent's threads. */
    return "atexit_sleep_ms=50:handle_segv=0:report_thread_leaks=0";
}

static struct tt_stack_ stack_new(size_t size, size_t guard)
{
    struct tt_stack_ s;
    CHECK_OK(tt_stack_new_(&s, size, guard));
    return s;
}

static struct tt_stack_stats_ stats(void)
{
    struct tt_stack_stats_ s;
    tt_stack_stats_(&s);
    return s;
}

/* The mode is read at the first stack, and each test is a process. */
static void guard_mode(const char *mode)
{
    CHECK_OK(setenv("TUTTI_STACK_GUARD", mode, 1));
}

static int mappings(void)
{
    char line[512];
    int n = 0;
    FILE *f = fopen("/proc/self/maps", "re");
    CHECK_NOT_NULL(f);
    while (fgets(line, sizeof line, f)) n++;
    fclose(f);
    return n;
}

static bool all_zero(const char *p, size_t n)
{
    while (n > 0 && *p == 0) p++, n--;
    return n == 0;
}

TEST(a_stack_is_at_least_as_large_as_asked_and_all_of_it_is_usable)
{
    static const size_t sizes[] = { 1, 16384, 16385, 65536, 100000, 1 << 20, 5 << 20 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t guard = 1; guard <= (1 << 20); guard *= 32) {
            struct tt_stack_ s = stack_new(sizes[i], guard);
            CHECK_GE(s.size, sizes[i]);
            CHECK_EQ((uintptr_t)s.low % tt_map_page_(), 0);
            CHECK_EQ((uintptr_t)(s.low + s.size) % 64, 0);
            memset(s.low, 0x5a, s.size);
            tt_stack_free_(&s);
        }
}

TEST(absurd_sizes_are_no_memory)
{
    struct tt_stack_ s = { .slot = 7 };
    CHECK_EQ(tt_stack_new_(&s, SIZE_MAX, 4096), -ENOMEM);
    CHECK_EQ(tt_stack_new_(&s, 65536, SIZE_MAX), -ENOMEM);
    CHECK_EQ(tt_stack_new_(&s, (size_t)1 << 40, 4096), -ENOMEM);
    CHECK_EQ(s.slot, 7);
}

TEST(the_last_freed_is_taken_first)
{
    struct tt_stack_ a = stack_new(65536, 4096), b = stack_new(65536, 4096);
    char *low_a = a.low, *low_b = b.low;
    CHECK_NE(low_a, low_b);
    tt_stack_free_(&b);
    tt_stack_free_(&a);
    a = stack_new(65536, 4096);
    b = stack_new(65536, 4096);
    CHECK_EQ(a.low, low_a);
    CHECK_EQ(b.low, low_b);
    tt_stack_free_(&a);
    tt_stack_free_(&b);
}

TEST(neighbours_tops_differ_in_their_cache_sets)
{
    enum { N = 16 };
    struct tt_stack_ s[N];
    for (int i = 0; i < N; i++) s[i] = stack_new(65536, 4096);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < i; k++)
            CHECK_NE((uintptr_t)(s[i].low + s[i].size) % 4096, (uintptr_t)(s[k].low + s[k].size) % 4096);
    for (int i = 0; i < N; i++) tt_stack_free_(&s[i]);
}

static void touch_below(const char *mode)
{
    if (mode) guard_mode(mode);
    struct tt_stack_ a = stack_new(65536, 4096), b = stack_new(65536, 4096);
    memset(b.low, 1, b.size);
    CHECK(b.guarded);
    *(volatile char *)(b.low - 1) = 1;
    tt_stack_free_(&a);
}

TEST_SIGNAL(a_byte_below_the_stack_faults, SIGSEGV)
{
    touch_below(NULL);
}

TEST_SIGNAL(a_byte_below_the_stack_faults_by_mprotect, SIGSEGV)
{
    touch_below("mprotect");
}

static int fault_in_child(char *address)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        *(volatile char *)address = 1;
        _exit(0);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void check_every_guard(size_t size, size_t guard)
{
    enum { N = 200 }; /* several chunks */
    struct tt_stack_ s[N];
    for (int i = 0; i < N; i++) s[i] = stack_new(size, guard);
    for (int i = 0; i < N; i += 33) {
        CHECK(s[i].guarded);
        CHECK_EQ(fault_in_child(s[i].low - 1), SIGSEGV);
        CHECK_EQ(fault_in_child(s[i].low - guard), SIGSEGV);
        CHECK_EQ(fault_in_child(s[i].low), 0);
        CHECK_EQ(fault_in_child(s[i].low + s[i].size - 1), 0);
    }
    for (int i = 0; i < N; i++) tt_stack_free_(&s[i]);
    tt_stack_trim_(); /* guards outlive that */
    for (int i = 0; i < N; i++) s[i] = stack_new(size, guard);
    CHECK_EQ(fault_in_child(s[N / 2].low - 1), SIGSEGV);
    for (int i = 0; i < N; i++) tt_stack_free_(&s[i]);
}

TEST_WITHIN(every_guard_faults_also_in_a_forked_child, 30)
{
    check_every_guard(TT_STACK_LOOP_, TT_STACK_LOOP_GUARD_);
    check_every_guard(TT_STACK_TASK_, TT_STACK_TASK_GUARD_);
}

TEST_WITHIN(every_guard_faults_by_mprotect, 30)
{
    guard_mode("mprotect");
    check_every_guard(TT_STACK_LOOP_, TT_STACK_LOOP_GUARD_);
    check_every_guard(TT_STACK_TASK_, TT_STACK_TASK_GUARD_);
}

/* ---- overflow by running code ---- */

static struct tt_context_ home, deep;

__attribute__((noinline)) static int recurse(int n)
{
    volatile char frame[256];
    frame[0] = (char)n;
    return n > 1000000 ? frame[0] : recurse(n + 1) + frame[0];
}

static void recurse_for_ever(void *arg)
{
    *(int *)arg = recurse(0);
    tt_context_exit_(&deep, &home);
}

/* A frame far larger than the guard; this file is compiled with -fstack-clash-protection. */
__attribute__((noinline)) static void jump(void *arg)
{
    volatile char frame[3 << 16];
    volatile int i = 0;
    frame[i] = 1;
    *(int *)arg = frame[i];
    tt_context_exit_(&deep, &home);
}

static void run_on(const struct tt_stack_ *s, void (*entry)(void *))
{
    int result = 0;
    tt_context_adopt_(&home);
    CHECK_OK(tt_context_make_(&deep, s->low, s->size, entry, &result));
    tt_context_switch_(&home, &deep);
}

static void overflow(const char *mode, void (*entry)(void *))
{
    if (mode) guard_mode(mode);
    struct tt_stack_ others = stack_new(TT_STACK_LOOP_, TT_STACK_LOOP_GUARD_);
    struct tt_stack_ s = stack_new(TT_STACK_LOOP_, TT_STACK_LOOP_GUARD_);
    run_on(&s, entry);
    tt_stack_free_(&others);
}

TEST_SIGNAL(endless_recursion_is_a_fault, SIGSEGV)
{
    overflow(NULL, recurse_for_ever);
}

TEST_SIGNAL(endless_recursion_is_a_fault_by_mprotect, SIGSEGV)
{
    overflow("mprotect", recurse_for_ever);
}

TEST_SIGNAL(a_frame_that_would_jump_the_guard_is_a_fault, SIGSEGV)
{
#ifdef TT_ASAN_
    raise(SIGSEGV); /* such a frame is on the fake heap-backed stack there */
#endif
    overflow(NULL, jump);
}

TEST(the_owner_of_a_guard_is_found)
{
    struct tt_stack_ a[40], t = stack_new(TT_STACK_TASK_, TT_STACK_TASK_GUARD_), found;
    for (int i = 0; i < 40; i++) a[i] = stack_new(65536, 4096);
    for (int i = 0; i < 40; i++) {
        CHECK(tt_stack_owns_(a[i].low - 1, &found));
        CHECK_EQ(found.low, a[i].low);
        CHECK_EQ(found.size, a[i].size);
        CHECK(tt_stack_owns_(a[i].low - 4096, &found));
        CHECK(!tt_stack_owns_(a[i].low, &found));
        CHECK(!tt_stack_owns_(a[i].low + a[i].size - 1, &found));
    }
    CHECK(tt_stack_owns_(t.low - TT_STACK_TASK_GUARD_, &found));
    CHECK_EQ(found.low, t.low);
    CHECK(!tt_stack_owns_(&found, &found));
    CHECK(!tt_stack_owns_(NULL, &found));
    for (int i = 0; i < 40; i++) tt_stack_free_(&a[i]);
    tt_stack_free_(&t);
}

/* ---- more stacks than guards: old kernels ---- */

static struct tt_stack_ crowd[70001];

/* Makes stacks until one has no hard guard; returns its index. */
static int exhaust_guards(void)
{
    int n = 0;
    do crowd[n] = stack_new(16384, 4096);
    while (crowd[n++].guarded && n < 70000);
    if (crowd[n - 1].guarded) test_skip("vm.max_map_count is raised: all are guarded");
    return n - 1;
}

TEST(beyond_the_mappings_guards_are_soft_and_counted)
{
    guard_mode("mprotect");
    int soft = exhaust_guards();
    CHECK_GE(soft, 1000);
    CHECK_LT(mappings(), 65530);
    CHECK(!crowd[soft].guarded);
    CHECK(tt_stack_intact_(&crowd[soft]));
    memset(crowd[soft].low, 1, crowd[soft].size);
    CHECK(tt_stack_intact_(&crowd[soft]));
    CHECK_EQ(stats().guarded, soft);
    CHECK_GE(stats().unguarded, 1);
    crowd[soft].low[-1] = 1;
    CHECK(!tt_stack_intact_(&crowd[soft]));
    crowd[soft].low[-1] = 0;
    for (int i = 0; i <= soft; i++) tt_stack_free_(&crowd[i]);
}

TEST_SIGNAL(an_overflow_into_a_soft_guard_ends_the_process_when_checked, SIGSEGV)
{
    guard_mode("mprotect");
    int soft = exhaust_guards();
    crowd[soft].low[-8] = 1;
    tt_stack_check_(&crowd[soft]);
}

TEST(always_refuses_a_stack_without_a_hard_guard)
{
    guard_mode("mprotect always");
    int n = 0;
    struct tt_stack_ s;
    while (n < 70000 && tt_stack_new_(&crowd[n], 16384, 4096) == 0) CHECK(crowd[n++].guarded);
    if (n == 70000) test_skip("vm.max_map_count is raised: all are guarded");
    CHECK_EQ(tt_stack_new_(&s, 16384, 4096), -ENOMEM);
    CHECK_EQ(tt_stack_new_(&s, 1 << 20, 4096), -ENOMEM);
    tt_stack_free_(&crowd[--n]);
    CHECK_OK(tt_stack_new_(&crowd[n++], 16384, 4096));
    CHECK_EQ(stats().unguarded, 0);
    while (n > 0) tt_stack_free_(&crowd[--n]);
}

TEST(guards_by_advice_take_no_mappings)
{
    int before = mappings(), n = 0;
    for (; n < 20000; n++) crowd[n] = stack_new(65536, 4096);
    bool by_advice = mappings() - before < 200;
    if (!by_advice) CHECK_GE(mappings() - before, 20000);
    while (n > 0) tt_stack_free_(&crowd[--n]);
    if (!by_advice) test_skip("this kernel has no MADV_GUARD_INSTALL");
    CHECK_EQ(stats().unguarded, 0);
}

/* ---- pages ---- */

TEST(trimmed_stacks_are_zero_again)
{
    enum { N = 100 };
    struct tt_stack_ s[N];
    for (int i = 0; i < N; i++) {
        s[i] = stack_new(65536, 4096);
        memset(s[i].low, 0xff, s[i].size);
    }
    for (int i = 0; i < N; i++) tt_stack_free_(&s[i]);
    CHECK_EQ(stats().idle_touched, N);
    tt_stack_trim_();
    CHECK_EQ(stats().idle_touched, 0);
    CHECK_GE(stats().idle_clean, N);
    for (int i = 0; i < N; i++) {
        s[i] = stack_new(65536, 4096);
        CHECK(all_zero(s[i].low, s[i].size));
    }
    CHECK_EQ(stats().used, N);
    for (int i = 0; i < N; i++) tt_stack_free_(&s[i]);
    CHECK_EQ(stats().used, 0);
}

TEST(idle_stacks_beyond_the_watermark_lose_their_pages)
{
    enum { N = 6000, KEEP = 4096 };
    for (int i = 0; i < N; i++) {
        crowd[i] = stack_new(65536, 4096);
        crowd[i].low[crowd[i].size - 1] = 1;
    }
    for (int i = 0; i < N; i++) tt_stack_free_(&crowd[i]);
    CHECK_LE(stats().idle_touched, KEEP + 64);
    CHECK_GE(stats().idle_touched, KEEP);
    CHECK_GE(stats().idle_touched + stats().idle_clean, N);
    struct tt_stack_ s = stack_new(65536, 4096); /* the last freed still has its page */
    CHECK_EQ(s.low[s.size - 1], 1);
    tt_stack_free_(&s);
}

TEST(the_mapping_is_named)
{
    char line[512];
    bool found = false;
    struct tt_stack_ s = stack_new(65536, 4096);
    FILE *f = fopen("/proc/self/maps", "re");
    CHECK_NOT_NULL(f);
    while (fgets(line, sizeof line, f)) found |= strstr(line, "[anon:tutti-stacks]") != NULL;
    fclose(f);
    tt_stack_free_(&s);
    if (!found) test_skip("this kernel does not name mappings");
}

/* ---- threads and failures ---- */

static void *churn(void *arg)
{
    enum { HELD = 50 };
    struct tt_stack_ s[HELD] = { { 0 } };
    unsigned state = (unsigned)(uintptr_t)arg;
    for (int i = 0; i < 20000; i++) {
        struct tt_stack_ *p = &s[(state = state * 1103515245u + 12345u) / 65536 % HELD];
        if (p->low) {
            CHECK_EQ(*(void **)(void *)p->low, arg); /* nobody else had it */
            CHECK_EQ(*(void **)(void *)(p->low + p->size - 64), (void *)p);
            tt_stack_free_(p);
        } else {
            CHECK_OK(tt_stack_new_(p, i % 8 ? 65536 : 16384, 4096));
            *(void **)(void *)p->low = arg;
            *(void **)(void *)(p->low + p->size - 64) = p;
        }
    }
    for (int i = 0; i < HELD; i++)
        if (s[i].low) tt_stack_free_(&s[i]);
    return NULL;
}

TEST(no_stack_is_given_out_twice)
{
    enum { N = 4 };
    pthread_t t[N];
    for (int i = 0; i < N; i++) CHECK_OK(pthread_create(&t[i], NULL, churn, (void *)(uintptr_t)(i + 1)));
    for (int i = 0; i < N; i++) CHECK_OK(pthread_join(t[i], NULL));
    CHECK_EQ(stats().used, 0);
}

static int stop; /* atomic */

static void *churn_until_stopped(void *arg)
{
    while (!tt_load_relaxed_(&stop)) {
        struct tt_stack_ s = stack_new(65536, 4096);
        tt_stack_free_(&s);
    }
    return arg;
}

TEST(a_child_forked_in_the_thick_of_it_can_make_stacks)
{
    pthread_t t;
    CHECK_OK(pthread_create(&t, NULL, churn_until_stopped, NULL));
    for (int i = 0; i < 100; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            struct tt_stack_ s[50];
            alarm(5);
            for (int k = 0; k < 50; k++)
                if (tt_stack_new_(&s[k], k % 2 ? 65536 : 16384, 4096) < 0) _exit(1);
            for (int k = 0; k < 50; k++) tt_stack_free_(&s[k]);
            _exit(0);
        }
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(status, 0);
    }
    tt_store_relaxed_(&stop, 1);
    CHECK_OK(pthread_join(t, NULL));
}

/* Every system call fails once, for good or for a while; afterwards all is well. */
static void fail_each_call(const char *mode)
{
    guard_mode(mode);
    for (int n = 1; n <= 8; n++) {
        size_t size = (size_t)16384 << n; /* a class that nobody used */
        struct tt_stack_ s = { .slot = 7 };
        tt_map_fail_(n);
        int r = tt_stack_new_(&s, size, 4096);
        tt_map_fail_(0);
        if (r < 0) {
            CHECK_EQ(r, -ENOMEM);
            CHECK_EQ(s.slot, 7);
            s = stack_new(size, 4096);
        }
        CHECK(n <= 2 ? r < 0 : true);
        CHECK(s.guarded || !strstr(mode, "always"));
        memset(s.low, 1, s.size);
        tt_stack_free_(&s);
    }
    CHECK_EQ(stats().used, 0);
}

TEST(a_failing_system_call_is_no_memory_and_loses_nothing)
{
    fail_each_call("always");
}

TEST(a_failing_system_call_is_no_memory_by_mprotect)
{
    fail_each_call("mprotect always");
}

TEST(a_failed_guard_by_mprotect_is_a_soft_guard)
{
    struct tt_stack_ s;
    guard_mode("mprotect");
    tt_map_fail_(4); /* reserve, links, chunk; then the first guard */
    CHECK_OK(tt_stack_new_(&s, 65536, 4096));
    tt_map_fail_(0);
    CHECK(!s.guarded);
    tt_stack_free_(&s);
}

static void interrupt_each_call(void)
{
    for (int n = 1; n <= 8; n++) { /* so many in a row, on a kind that nobody used */
        tt_map_interrupt_(n);
        struct tt_stack_ s = stack_new((size_t)16384 << n, 4096);
        CHECK(s.guarded);
        memset(s.low, 1, s.size);
        tt_stack_free_(&s);
        tt_map_interrupt_(n);
        tt_stack_trim_();
        s = stack_new((size_t)16384 << n, 4096);
        CHECK(all_zero(s.low, s.size));
        tt_stack_free_(&s);
    }
    tt_map_interrupt_(0);
}

TEST(interrupted_system_calls_are_repeated)
{
    interrupt_each_call();
}

TEST(interrupted_system_calls_are_repeated_by_mprotect)
{
    guard_mode("mprotect");
    interrupt_each_call();
}

TEST(pages_that_cannot_be_given_back_are_kept)
{
    struct tt_stack_ s = stack_new(65536, 4096);
    s.low[0] = 1;
    tt_stack_free_(&s);
    tt_map_fail_(1);
    tt_stack_trim_();
    tt_map_fail_(0);
    s = stack_new(65536, 4096);
    tt_stack_free_(&s);
}

TEST(little_address_space_is_used_to_the_end)
{
#ifdef TT_SANITIZED_
    test_skip("sanitizers reserve terabytes");
#endif
    struct rlimit limit = { .rlim_cur = (rlim_t)400 << 20, .rlim_max = RLIM_INFINITY };
    CHECK_OK(setrlimit(RLIMIT_AS, &limit));
    int n = 0;
    while (n < 70000 && tt_stack_new_(&crowd[n], 65536, 4096) == 0) crowd[n++].low[0] = 1;
    limit.rlim_cur = RLIM_INFINITY;
    CHECK_OK(setrlimit(RLIMIT_AS, &limit));
    int fit = n;
    CHECK_OK(tt_stack_new_(&crowd[n++], 65536, 4096));
    while (n > 0) tt_stack_free_(&crowd[--n]);
    if (fit == 70000) test_skip("address space is not limited here");
    CHECK_GE(fit, 2000); /* of about 5000 that would */
    CHECK_LT(fit, 6000);
}
