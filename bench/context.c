/* context.c - the bare switch and the stacks under it, beside their rivals. One op: one switch, one way; or one stack.
 * Rounds of all contestants are interleaved; the line says median, fastest and slowest round.
 *
 * Rivals: ucontext; Boost.Context's jump_fcontext where CMake found libboost_context; mmap and munmap for stacks. */
#include "strand/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tutti/core.h>
#include <ucontext.h>

#include "strand/stack.h"

enum { ROUNDS = 15, CROWD = 3000 };

struct contestant {
    const char *name;
    double (*round)(void); /* ns per op */
    double ns[ROUNDS];
};

static struct tt_context_ home, other, crowd[CROWD];
static struct tt_stack_ stacks[CROWD];

static void bounce(void *arg)
{
    struct tt_context_ *me = arg;
    for (;;) tt_context_switch_(me, &home);
}

static double per_op(tt_time start, long ops)
{
    return (double)(tt_clock() - start) / (double)ops;
}

static double pair(void)
{
    enum { N = 2000000 };
    static struct tt_stack_ s;
    if (!s.low && (tt_stack_new_(&s, 65536, 4096) < 0 || tt_context_make_(&other, s.low, s.size, bounce, &other) < 0))
        abort();
    tt_time start = tt_clock();
    for (int i = 0; i < N; i++) tt_context_switch_(&home, &other);
    return per_op(start, 2L * N);
}

static double round_of_crowd(void)
{
    enum { LAPS = 50 };
    tt_time start = tt_clock();
    for (int lap = 0; lap < LAPS; lap++)
        for (int i = 0; i < CROWD; i++) tt_context_switch_(&home, &crowd[i]);
    return per_op(start, 2L * LAPS * CROWD);
}

static double crowd_of(bool coloured)
{
    for (int i = 0; i < CROWD; i++) {
        struct tt_stack_ *s = &stacks[i];
        if (!s->low && tt_stack_new_(s, 65536, 4096) < 0) abort();
        if (tt_context_make_(&crowd[i], s->low, coloured ? s->size : 65536, bounce, &crowd[i]) < 0) abort();
        tt_context_switch_(&home, &crowd[i]);
    }
    return round_of_crowd();
}

static double crowd_coloured(void)
{
    return crowd_of(true);
}

static double crowd_alike(void)
{
    return crowd_of(false);
}

static void once(void *arg)
{
    tt_context_exit_(arg, &home);
}

static double make_and_run(void) /* a pool task: made on a used stack, entered, left for ever */
{
    enum { N = 500000 };
    static struct tt_stack_ s;
    static struct tt_context_ c;
    if (!s.low && tt_stack_new_(&s, 65536, 4096) < 0) abort();
    tt_time start = tt_clock();
    for (int i = 0; i < N; i++) {
        if (tt_context_make_(&c, s.low, s.size, once, &c) < 0) abort();
        tt_context_switch_(&home, &c);
    }
    return per_op(start, N);
}

static double stack_again(void)
{
    enum { N = 500000 };
    struct tt_stack_ s;
    tt_time start = tt_clock();
    for (int i = 0; i < N; i++) {
        if (tt_stack_new_(&s, 65536, 4096) < 0) abort();
        tt_stack_free_(&s);
    }
    return per_op(start, N);
}

static double stack_mmap(void)
{
    enum { N = 20000 };
    tt_time start = tt_clock();
    for (int i = 0; i < N; i++) {
        char *m = mmap(NULL, 69632, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (m == MAP_FAILED || mprotect(m, 4096, PROT_NONE) < 0) abort();
        munmap(m, 69632);
    }
    return per_op(start, N);
}

static ucontext_t here, there;

static void bounce_ucontext(void)
{
    for (;;) swapcontext(&there, &here);
}

static double pair_ucontext(void)
{
    enum { N = 100000 };
    static char stack[65536];
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    makecontext(&there, bounce_ucontext, 0);
    tt_time start = tt_clock();
    for (int i = 0; i < N; i++) swapcontext(&here, &there);
    return per_op(start, 2L * N);
}

#ifdef HAVE_BOOST_CONTEXT
struct transfer { /* boost/context/detail/fcontext.hpp */
    void *from, *data;
};
struct transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *top, size_t size, void (*fn)(struct transfer));

static void bounce_boost(struct transfer t)
{
    for (;;) t = jump_fcontext(t.from, NULL);
}

static double pair_boost(void)
{
    enum { N = 2000000 };
    static char stack[65536];
    struct transfer t = { make_fcontext(stack + sizeof stack, sizeof stack, bounce_boost), NULL };
    tt_time start = tt_clock();
    for (int i = 0; i < N; i++) t = jump_fcontext(t.from, NULL);
    return per_op(start, 2L * N);
}
#endif

static struct contestant contestants[] = {
    { .name = "switch", .round = pair },
#ifdef HAVE_BOOST_CONTEXT
    { .name = "  Boost.Context jump_fcontext", .round = pair_boost },
#endif
    { .name = "  swapcontext", .round = pair_ucontext },
    { .name = "switch, 3,000 contexts", .round = crowd_coloured },
    { .name = "  without stack colouring", .round = crowd_alike },
    { .name = "make, enter, leave for ever", .round = make_and_run },
    { .name = "stack, free and new", .round = stack_again },
    { .name = "  mmap, mprotect, munmap", .round = stack_mmap },
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    const size_t n = sizeof contestants / sizeof *contestants;
    tt_context_adopt_(&home);
    for (int r = 0; r < ROUNDS; r++)
        for (size_t i = 0; i < n; i++) contestants[i].ns[r] = contestants[i].round();
    printf("%-32s %9s %9s %9s   ns\n", "", "median", "fastest", "slowest");
    for (size_t i = 0; i < n; i++) {
        double *ns = contestants[i].ns;
        qsort(ns, ROUNDS, sizeof *ns, ascending);
        printf("%-32s %9.2f %9.2f %9.2f\n", contestants[i].name, ns[ROUNDS / 2], ns[0], ns[ROUNDS - 1]);
    }
    return 0;
}
