/* bench.c - runs the benchmarks of a file: finds n for each, then interleaves their rounds. */
#include "support/bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 101, DEFAULT_ROUNDS = 11 };
static const double ROUND_NS = 20e6;

static struct bench *first, **last = &first;
static struct timespec start;
static double elapsed_ns, done_ops;

void bench_register(struct bench *b)
{
    *last = b;
    last = &b->next;
}

void bench_go(void)
{
    clock_gettime(CLOCK_MONOTONIC, &start);
}

void bench_stop(long ops)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    elapsed_ns = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
    done_ops = (double)ops;
}

void bench_pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)(cpu % (int)sysconf(_SC_NPROCESSORS_ONLN)), &set);
    sched_setaffinity(0, sizeof set, &set);
}

void bench_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: wrong result: %s\n", file, line, what);
    abort();
}

static double run(struct bench *b)
{
    b->run(b->n);
    return elapsed_ns / (done_ops > 0 ? done_ops : 1);
}

static void find_n(struct bench *b)
{
    for (b->n = 1; b->n < 1l << 40; b->n *= 2) {
        run(b);
        if (elapsed_ns > ROUND_NS / 2) return;
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int rounds(void)
{
    const char *s = getenv("BENCH_ROUNDS");
    int n = s ? atoi(s) : DEFAULT_ROUNDS;
    return n < 1 ? 1 : n > MOST_ROUNDS ? MOST_ROUNDS : n;
}

/* A file with a main of its own does without this one. */
__attribute__((weak)) int main(void)
{
    int count = rounds();
    for (struct bench *b = first; b; b = b->next) find_n(b);
    for (int i = 0; i < count; i++)
        for (struct bench *b = first; b; b = b->next) b->ns[i] = run(b);
    printf("%-36s %10s %10s %10s  ns for one\n", "", "median", "fastest", "slowest");
    for (struct bench *b = first; b; b = b->next) {
        qsort(b->ns, (size_t)count, sizeof *b->ns, by_size);
        printf("%-36s %10.2f %10.2f %10.2f  %s\n", b->name, b->ns[count / 2], b->ns[0], b->ns[count - 1], b->op);
    }
    return 0;
}
