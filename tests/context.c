/* context.c - the switch: what it keeps, where it starts, and that every tool understands it. */
#include "strand/context.h"

#include <errno.h>
#include <execinfo.h>
#include <fenv.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strand/stack.h"
#include "test.h"

/* The default at which TSan ends a program with races, and ASan one with an error. */
enum { TSAN_EXIT = 66, ASAN_EXIT = 1 };

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=1";
}

struct flow { /* a context with its stack */
    struct tt_context_ context;
    struct tt_stack_ stack;
    int number, turns;
    double value;
};

static struct tt_context_ home;

static void flow_start(struct flow *f, void (*entry)(void *))
{
    CHECK_OK(tt_stack_new_(&f->stack, 65536, 4096));
    CHECK_OK(tt_context_make_(&f->context, f->stack.low, f->stack.size, entry, f));
}

static void flow_end(struct flow *f)
{
    tt_context_release_(&f->context);
    tt_stack_free_(&f->stack);
}

static void enter(struct flow *f)
{
    tt_context_switch_(&home, &f->context);
}

static void leave(struct flow *f)
{
    tt_context_switch_(&f->context, &home);
}

static void leave_for_ever(struct flow *f)
{
    tt_context_exit_(&f->context, &home);
}

/* ---- control ---- */

static void count_turns(void *arg)
{
    struct flow *f = arg;
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(f->turns, i);
        f->turns++;
        leave(f);
    }
    leave_for_ever(f);
}

TEST_WITHIN(ten_thousand_contexts_go_round, 60)
{
#ifdef TT_TSAN_
    enum { N = 1000 };
#else
    enum { N = 10000 };
#endif
    static struct flow flows[N];
    tt_context_adopt_(&home);
    for (int i = 0; i < N; i++) flow_start(&flows[i], count_turns);
    for (int turn = 0; turn <= 10; turn++)
        for (int i = 0; i < N; i++) {
            CHECK_EQ(flows[i].turns, turn);
            enter(&flows[i]);
        }
    for (int i = 0; i < N; i++) flow_end(&flows[i]);
    tt_context_release_(&home);
}

static struct flow ring[3];

static void pass_on(void *arg)
{
    struct flow *f = arg;
    for (; f->turns < 100; f->turns++) tt_context_switch_(&f->context, &ring[(f->number + 1) % 3].context);
    if (f->number == 2) leave_for_ever(f);
    tt_context_exit_(&f->context, &ring[f->number + 1].context);
}

TEST(contexts_switch_to_each_other_directly)
{
    tt_context_adopt_(&home);
    for (int i = 0; i < 3; i++) flow_start(&ring[i], pass_on), ring[i].number = i;
    enter(&ring[0]);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(ring[i].turns, 100);
        flow_end(&ring[i]);
    }
    tt_context_release_(&home);
}

static void once(void *arg)
{
    struct flow *f = arg;
    char frame[3000];
    memset(frame, f->turns, sizeof frame);
    CHECK_EQ(frame[2999], (char)f->turns);
    f->turns++;
    leave_for_ever(f);
}

TEST(a_context_is_made_again_on_its_stack)
{
    struct flow f = { 0 };
    tt_context_adopt_(&home);
    flow_start(&f, once);
    enter(&f);
    for (int i = 0; i < 1000; i++) {
        CHECK_OK(tt_context_make_(&f.context, f.stack.low, f.stack.size, once, &f));
        enter(&f);
    }
    CHECK_EQ(f.turns, 1001);
    flow_end(&f);
    tt_context_release_(&home);
}

TEST(a_context_never_started_is_released)
{
    struct flow f = { 0 }, zero = { 0 };
    flow_start(&f, once);
    flow_end(&f);
    CHECK_MEM(&f.context, &zero.context, sizeof f.context);
}

static __thread int here;

static void meet_the_thread(void *arg)
{
    struct flow *f = arg;
    f->number = here;
    leave(f);
    f->turns = here;
    leave_for_ever(f);
}

static void *start_elsewhere(void *arg)
{
    struct flow *f = arg;
    here = 7;
    tt_context_adopt_(&home);
    enter(f);
    enter(f);
    flow_end(f);
    tt_context_release_(&home);
    return NULL;
}

TEST(a_context_may_be_made_on_one_thread_and_started_on_another)
{
    struct flow f = { 0 };
    pthread_t t;
    here = 3;
    flow_start(&f, meet_the_thread);
    CHECK_OK(pthread_create(&t, NULL, start_elsewhere, &f));
    CHECK_OK(pthread_join(t, NULL));
    CHECK_EQ(f.number, 7);
    CHECK_EQ(f.turns, 7);
}

/* ---- stack ---- */

static void look_at_the_stack(void *arg)
{
    struct flow *f = arg;
    _Alignas(16) volatile double d[4] = { 1.5, 2.5, 3.5, 4.5 }; /* vector moves, at -O2 */
    char text[64];
    for (int i = 0; i < 4; i++) d[i] += f->number;
    CHECK_EQ((uintptr_t)d % 16, 0);
    CHECK_EQ((uintptr_t)__builtin_frame_address(0) % 16, 0);
    CHECK_EQ(snprintf(text, sizeof text, "%.2f %.2f %.2f %.2f", d[0], d[1], d[2], d[3]), 19);
    CHECK_STR(text, "2.50 3.50 4.50 5.50");
    leave_for_ever(f);
}

TEST(the_stack_is_aligned_at_entry)
{
    tt_context_adopt_(&home);
    for (size_t off = 0; off < 64; off += 8) { /* whatever the stack's own alignment */
        struct flow f = { .number = 1 };
        CHECK_OK(tt_stack_new_(&f.stack, 65536, 4096));
        CHECK_OK(tt_context_make_(&f.context, f.stack.low, f.stack.size - off, look_at_the_stack, &f));
        enter(&f);
        flow_end(&f);
    }
    tt_context_release_(&home);
}

static long sum_down(struct flow *f, long n)
{
    volatile char frame[64];
    frame[n % 64] = (char)n;
    if (n == 0) return 0;
    if (n % 50 == 0) leave(f);
    long below = sum_down(f, n - 1);
    CHECK_EQ(frame[n % 64], (char)n);
    if (n % 70 == 0) leave(f);
    return n + below;
}

static void recurse(void *arg)
{
    struct flow *f = arg;
    CHECK_EQ(sum_down(f, 100), 5050);
    f->turns = -1;
    leave_for_ever(f);
}

TEST(a_switch_deep_in_nested_calls_comes_back_there)
{
    struct flow a = { 0 }, b = { 0 };
    int rounds = 0;
    tt_context_adopt_(&home);
    flow_start(&a, recurse);
    flow_start(&b, recurse);
    for (; a.turns == 0 || b.turns == 0; rounds++) {
        if (a.turns == 0) enter(&a);
        if (b.turns == 0) enter(&b);
    }
    CHECK_EQ(rounds, 4);
    flow_end(&a);
    flow_end(&b);
    tt_context_release_(&home);
}

/* ---- registers ---- */

/* A call that clobbers all it may, between two sums over everything. */
#define VALUES(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17)

static void heavy(void *arg)
{
    struct flow *f = arg;
    volatile unsigned long seed = (unsigned long)f->number;
#define DECLARE(i)                                                                                                     \
    unsigned long n##i = seed * 31 + i;                                                                                \
    double d##i = (double)seed * 0.5 + i;
    VALUES(DECLARE)
    for (int turn = 0; turn < 100; turn++) {
        leave(f);
#define TURN(i)                                                                                                        \
    n##i = n##i * 3 + i;                                                                                               \
    d##i = d##i * 0.75 + (double)n##i;
        VALUES(TURN)
        if (turn % 10 == 9) {
#define MIX(i)                                                                                                         \
    n##i ^= n0 >> 7;                                                                                                   \
    d##i -= d0 * 0.125;
            VALUES(MIX)
        }
    }
    unsigned long n = 0;
    double d = 0;
#define SUM(i)                                                                                                         \
    n += n##i;                                                                                                         \
    d += d##i;
    VALUES(SUM)
    f->number = (int)(n & 0x7fffffff);
    f->value = d;
    leave_for_ever(f);
}

TEST(values_in_registers_survive)
{
    struct flow a = { .number = 1 }, b = { .number = 2 }, alone = { .number = 1 };
    tt_context_adopt_(&home);
    flow_start(&alone, heavy);
    for (int i = 0; i <= 100; i++) enter(&alone);
    flow_start(&a, heavy);
    flow_start(&b, heavy);
    for (int i = 0; i <= 100; i++) enter(&a), enter(&b);
    CHECK_EQ(a.number, alone.number);
    CHECK_FLOAT(a.value, alone.value);
    CHECK_NE(b.number, alone.number);
    flow_end(&alone);
    flow_end(&a);
    flow_end(&b);
    tt_context_release_(&home);
}

/* fill_and_call(in, out, f): loads every callee-saved register from in, calls out_and_in(f), stores them to out. */
void fill_and_call(const uint64_t *in, uint64_t *out, void *f) __asm__("tt_test_fill_and_call");
void out_and_in(void *f) __asm__("tt_test_out_and_in");
void out_and_in(void *f)
{
    leave(f);
}

#if defined(__x86_64__)
enum { SAVED = 6 };
__asm__(".text\n.globl tt_test_fill_and_call\n.type tt_test_fill_and_call, @function\ntt_test_fill_and_call:\n"
        "push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15; push %rsi\n"
        "mov (%rdi), %rbp; mov 8(%rdi), %rbx; mov 16(%rdi), %r12; mov 24(%rdi), %r13; mov 32(%rdi), %r14\n"
        "mov 40(%rdi), %r15; mov %rdx, %rdi\n"
        "call tt_test_out_and_in\n"
        "pop %rsi\n"
        "mov %rbp, (%rsi); mov %rbx, 8(%rsi); mov %r12, 16(%rsi); mov %r13, 24(%rsi); mov %r14, 32(%rsi)\n"
        "mov %r15, 40(%rsi)\n"
        "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp; ret\n"
        ".size tt_test_fill_and_call, . - tt_test_fill_and_call\n");
#elif defined(__aarch64__)
enum { SAVED = 19 }; /* x19-x29, d8-d15 */
__asm__(".text\n.globl tt_test_fill_and_call\n.type tt_test_fill_and_call, %function\ntt_test_fill_and_call:\n"
        "stp x29, x30, [sp, #-176]!; stp x19, x20, [sp, #16]; stp x21, x22, [sp, #32]; stp x23, x24, [sp, #48]\n"
        "stp x25, x26, [sp, #64]; stp x27, x28, [sp, #80]; stp d8, d9, [sp, #96]; stp d10, d11, [sp, #112]\n"
        "stp d12, d13, [sp, #128]; stp d14, d15, [sp, #144]; str x1, [sp, #160]\n"
        "ldp x19, x20, [x0]; ldp x21, x22, [x0, #16]; ldp x23, x24, [x0, #32]; ldp x25, x26, [x0, #48]\n"
        "ldp x27, x28, [x0, #64]; ldr x29, [x0, #80]; ldp d8, d9, [x0, #88]; ldp d10, d11, [x0, #104]\n"
        "ldp d12, d13, [x0, #120]; ldp d14, d15, [x0, #136]; mov x0, x2\n"
        "bl tt_test_out_and_in\n"
        "ldr x1, [sp, #160]\n"
        "stp x19, x20, [x1]; stp x21, x22, [x1, #16]; stp x23, x24, [x1, #32]; stp x25, x26, [x1, #48]\n"
        "stp x27, x28, [x1, #64]; str x29, [x1, #80]; stp d8, d9, [x1, #88]; stp d10, d11, [x1, #104]\n"
        "stp d12, d13, [x1, #120]; stp d14, d15, [x1, #136]\n"
        "ldp x19, x20, [sp, #16]; ldp x21, x22, [sp, #32]; ldp x23, x24, [sp, #48]; ldp x25, x26, [sp, #64]\n"
        "ldp x27, x28, [sp, #80]; ldp d8, d9, [sp, #96]; ldp d10, d11, [sp, #112]; ldp d12, d13, [sp, #128]\n"
        "ldp d14, d15, [sp, #144]; ldp x29, x30, [sp], #176; ret\n"
        ".size tt_test_fill_and_call, . - tt_test_fill_and_call\n");
#endif

#if defined(__x86_64__) || defined(__aarch64__)
static void hold_registers(void *arg)
{
    struct flow *f = arg;
    for (f->turns = 0; f->turns < 50; f->turns++) {
        uint64_t in[SAVED], out[SAVED];
        for (int i = 0; i < SAVED; i++) in[i] = 0x0101010101010101u * (unsigned)(f->number + i + f->turns);
        fill_and_call(in, out, f);
        CHECK_MEM(in, out, sizeof in);
    }
    leave_for_ever(f);
}

TEST(every_register_the_callee_saves_is_saved)
{
    struct flow a = { .number = 1 }, b = { .number = 100 };
    tt_context_adopt_(&home);
    flow_start(&a, hold_registers);
    flow_start(&b, hold_registers);
    for (int i = 0; i <= 50; i++) enter(&a), enter(&b);
    CHECK_EQ(a.turns, 50);
    CHECK_EQ(b.turns, 50);
    flow_end(&a);
    flow_end(&b);
    tt_context_release_(&home);
}
#endif

#ifndef TT_UCONTEXT_
static void round_up(void *arg)
{
    struct flow *f = arg;
    fesetround(FE_UPWARD);
    leave(f);
    fesetround(FE_TONEAREST);
    leave_for_ever(f);
}

TEST(the_rounding_mode_is_the_threads_and_is_not_switched)
{
    struct flow f = { 0 };
    tt_context_adopt_(&home);
    flow_start(&f, round_up);
    enter(&f);
    CHECK_EQ(fegetround(), FE_UPWARD);
    enter(&f);
    CHECK_EQ(fegetround(), FE_TONEAREST);
    flow_end(&f);
    tt_context_release_(&home);
}
#endif

/* ---- backtraces ---- */

static void *return_addresses[3]; /* of inner, middle, outer */

__attribute__((noinline)) static int inner(struct flow *f)
{
    return_addresses[0] = __builtin_return_address(0);
    leave(f);
    return f->number + 1;
}

__attribute__((noinline)) static int middle(struct flow *f)
{
    return_addresses[1] = __builtin_return_address(0);
    return inner(f) + 1;
}

static void outer(void *arg)
{
    return_addresses[2] = __builtin_return_address(0);
    ((struct flow *)arg)->number = middle(arg) + 1;
    leave_for_ever(arg);
}

TEST(a_suspended_contexts_backtrace_names_its_callers)
{
    struct flow f = { 0 };
    void *pc[32];
    int wanted = 0;
    tt_context_adopt_(&home);
    flow_start(&f, outer);
    enter(&f);
    int n = tt_context_backtrace_(&f.context, pc, 32);
    for (int i = 0; i < n && wanted < 3; i++) wanted += pc[i] == return_addresses[wanted];
    CHECK_EQ(wanted, 3);
    CHECK_LE(n, 10);
    CHECK_EQ(tt_context_backtrace_(&f.context, pc, 1), 1);
    CHECK_EQ(tt_context_backtrace_(&f.context, pc, 0), 0);
    enter(&f);
    CHECK_EQ(f.number, 3);
    flow_end(&f);
    tt_context_release_(&home);
}

/* A walk over a stack whose every word is `to`. */
static void walk_over(struct flow *f, char *to)
{
    void *pc[100];
    for (size_t i = 0; i < f->stack.size / sizeof to; i++) memcpy(f->stack.low + i * sizeof to, &to, sizeof to);
    CHECK_LE(tt_context_backtrace_(&f->context, pc, 100), 100);
}

TEST(a_backtrace_of_garbage_stays_inside_the_stack)
{
    struct flow f = { 0 };
    tt_context_adopt_(&home);
    flow_start(&f, outer);
    enter(&f);
    walk_over(&f, f.stack.low - 16);                  /* in its guard: reading there is a fault */
    walk_over(&f, f.stack.low + f.stack.size + 4096); /* in its neighbour's */
    walk_over(&f, f.stack.low + f.stack.size - 8);
    walk_over(&f, f.stack.low);
    walk_over(&f, f.stack.low + 1);
    walk_over(&f, (char *)(UINTPTR_MAX - 15));
    flow_end(&f);
    tt_context_release_(&home);
}

static void *unwound[64];

__attribute__((noinline)) static int unwind(void)
{
    return backtrace(unwound, 64);
}

static void unwind_here(void *arg)
{
    struct flow *f = arg;
    f->number = unwind();
    f->turns = f->number;
    leave_for_ever(f);
}

TEST(an_unwinder_stops_at_the_first_frame)
{
    struct flow f = { 0 };
    tt_context_adopt_(&home);
    flow_start(&f, unwind_here);
    memset(f.stack.low, 0x5a, f.stack.size); /* no zero above the first frame ends it by chance */
    CHECK_OK(tt_context_make_(&f.context, f.stack.low, f.stack.size, unwind_here, &f));
    enter(&f);
    CHECK_GE(f.number, 2);
    CHECK_LE(f.number, 8);
    flow_end(&f);
    tt_context_release_(&home);
}

/* ---- sanitizers ---- */

#ifdef TT_TSAN_
static long plain; /* no atomics: that is the point */

static void add(void *arg)
{
    for (int i = 0; i < 100; i++) {
        plain++;
        leave(arg);
    }
    leave_for_ever(arg);
}

static void run_two(void)
{
    struct flow a = { 0 }, b = { 0 };
    tt_context_adopt_(&home);
    flow_start(&a, add);
    flow_start(&b, add);
    for (int i = 0; i <= 100; i++) enter(&a), enter(&b);
    flow_end(&a);
    flow_end(&b);
    tt_context_release_(&home);
}

TEST(coroutines_of_one_thread_do_not_race)
{
    run_two();
    CHECK_EQ(plain, 200);
}

static int stop; /* atomic, relaxed: it orders nothing */

static void *add_in_thread(void *arg)
{
    while (!tt_load_relaxed_(&stop)) plain++;
    return arg;
}

TEST_EXIT(a_race_of_a_coroutine_with_a_thread_is_reported, TSAN_EXIT)
{
    pthread_t t;
    CHECK_OK(pthread_create(&t, NULL, add_in_thread, NULL));
    for (int i = 0; i < 100; i++) run_two();
    tt_store_relaxed_(&stop, 1);
    CHECK_OK(pthread_join(t, NULL));
    exit(0);
}

TEST_WITHIN(more_fibers_than_the_sanitizer_bears_is_no_memory, 60)
{
    static struct flow flows[TT_TSAN_FIBERS_MAX_ + 1];
    int n = 0, r = 0;
    struct tt_stack_ s;
    CHECK_OK(tt_stack_new_(&s, 65536, 4096));
    while (n <= TT_TSAN_FIBERS_MAX_ && r == 0) r = tt_context_make_(&flows[n++].context, s.low, s.size, add, NULL);
    CHECK_EQ(r, -ENOMEM);
    CHECK_EQ(n, TT_TSAN_FIBERS_MAX_ + 1);
    while (n-- > 0) tt_context_release_(&flows[n].context);
    tt_stack_free_(&s);
}
#endif

#ifdef TT_ASAN_
static char *volatile escaped;

__attribute__((noinline)) static void let_escape(void)
{
    char local[16] = "local";
    escaped = local;
}

static void use_after_return(void *arg)
{
    let_escape();
    leave(arg);
    ((struct flow *)arg)->number = escaped[0];
    leave_for_ever(arg);
}

static void run_past_the_end(void *arg)
{
    volatile char local[16] = { 0 };
    volatile int i = 16;
    leave(arg);
    local[i] = 1;
    ((struct flow *)arg)->number = local[0];
    leave_for_ever(arg);
}

static void run_twice(void (*entry)(void *))
{
    struct flow f = { 0 };
    tt_context_adopt_(&home);
    flow_start(&f, entry);
    enter(&f);
    enter(&f);
    flow_end(&f);
    tt_context_release_(&home);
}

TEST_EXIT(a_use_after_return_in_a_coroutine_is_reported, ASAN_EXIT)
{
    run_twice(use_after_return);
}

static void leave_red_zones(void *arg)
{
    volatile char *zoned = __builtin_alloca(100);
    zoned[((struct flow *)arg)->number] = 1;
    leave(arg);
}

TEST(red_zones_of_an_abandoned_run_are_gone)
{
    struct flow f = { 0 };
    tt_context_adopt_(&home);
    flow_start(&f, leave_red_zones);
    enter(&f);
    CHECK_NOT_NULL(__asan_region_is_poisoned(f.stack.low, f.stack.size));
    CHECK_OK(tt_context_make_(&f.context, f.stack.low, f.stack.size, once, &f));
    CHECK_NULL(__asan_region_is_poisoned(f.stack.low, f.stack.size));
    enter(&f);
    flow_end(&f);
    tt_context_release_(&home);
}

TEST_EXIT(a_stack_overrun_in_a_coroutine_is_reported, ASAN_EXIT)
{
    run_twice(run_past_the_end);
}
#endif
