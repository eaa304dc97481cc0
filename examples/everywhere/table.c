/* table.c - the table: where, workers, and the medians of what the rounds took. */
#include <stdlib.h>
#include <string.h>
#include "everywhere.h"

struct figures {
    double seconds, spread; /* median; half the range, as a share of it */
    double cpu;             /* CPU time by the time its workers had; 1: they computed all the time */
    double idle;            /* CPU time the machine had left, by the time they waited */
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median; sorts. */
static double median(double *of, int n)
{
    qsort(of, (size_t)n, sizeof *of, by_size);
    return n % 2 ? of[n / 2] : (of[n / 2 - 1] + of[n / 2]) / 2;
}

/* The workers that can compute at the same time. */
static int lanes(const struct row *row)
{
    int cpus = tt_cpu_count();
    return row->workers < cpus ? row->workers : cpus;
}

static struct figures figures_of(const struct row *row, int rounds)
{
    struct figures f = { 0 };
    if (!tt_is_none(row->error)) return f;
    double *of = need(calloc((size_t)rounds, sizeof *of));
    for (int i = 0; i < rounds; i++) of[i] = row->rounds[i].cpu / (row->rounds[i].seconds * lanes(row));
    f.cpu = median(of, rounds);
    for (int i = 0; i < rounds; i++) of[i] = row->rounds[i].idle / (row->rounds[i].seconds * lanes(row));
    f.idle = median(of, rounds) / (1 - f.cpu);
    for (int i = 0; i < rounds; i++) of[i] = row->rounds[i].seconds;
    f.seconds = median(of, rounds);
    f.spread = (of[rounds - 1] - of[0]) / 2 / f.seconds;
    free(of);
    return f;
}

/* What held it up. Workers that wait while no CPU is free may wait for a CPU. */
static const char *bound(struct figures f)
{
    return f.cpu >= 0.8 ? "CPU-bound" : f.idle < 0.5 ? "crowded" : "waiting";
}

static const char *verdict(const struct row *row)
{
    return !tt_is_none(row->error) ? "FAILED" : row->different ? "NO" : "yes";
}

/* ---- for people ---- */

static void print_row(const struct row *row, struct figures f, double alone, const struct tree *tree, int64_t bytes)
{
    printf("%-24s %7d ", row->where, row->workers);
    if (tt_is_none(row->error)) {
        printf("%9.3f %5.0f %% %9s %7.1f %8.2fx %5.0f %%  %-9s", f.seconds, f.spread * 100,
               grouped((int64_t)((double)tree->count / f.seconds)), (double)bytes / 1e6 / f.seconds, alone / f.seconds,
               f.cpu * 100, bound(f));
    } else {
        printf("  %-57.57s", tt_error_message(row->error));
    }
    printf("  %s\n", verdict(row));
}

static void print_head(void)
{
    printf("%-24s %7s %9s %7s %9s %7s %9s %7s  %-9s  %s\n", "where", "workers", "seconds", "spread", "files/s", "MB/s",
           "speed-up", "on CPU", "", "same answer");
}

static const char legend[] =
    "  spread    half the range of the rounds\n"
    "  MB/s      of text\n"
    "  speed-up  against the plain loop\n"
    "  on CPU    of the time the workers had: CPU-bound from 80 %; else waiting, for files or a lock (in Python's\n"
    "            threads: the GIL); crowded, when no CPU was free to wait for\n";

void table_explain(const struct table *table, int rounds, double others)
{
    if (table->missing) puts(table->missing);
    printf("\n  seconds   from making the workers until they have ended, all answers given: the median of %d\n",
           rounds);
    fputs(legend, stdout);
    if (others >= 0.1) printf("Other programs used %.0f %% of this machine's CPUs meanwhile.\n", others * 100);
    putchar('\n');
}

/* ---- for programs ---- */

static void print_tabs(const struct row *row, struct figures f, double alone, const struct tree *tree, int64_t bytes)
{
    printf("%s\t%d\t%.6f\t%.4f\t%.1f\t%.3f\t%.4f\t%.4f\t%s\t%s\n", row->where, row->workers, f.seconds, f.spread,
           (double)tree->count / f.seconds, (double)bytes / 1e6 / f.seconds, alone / f.seconds, f.cpu, bound(f),
           verdict(row));
}

void table_print(const struct table *table, const struct tree *tree, int64_t bytes, int rounds, bool tabs)
{
    double alone = figures_of(&table->rows[0], rounds).seconds;
    if (tabs)
        puts("where\tworkers\tseconds\tspread\tfiles/s\tMB/s\tspeed-up\ton CPU\tbound\tsame answer");
    else
        print_head();
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        struct figures f = figures_of(row, rounds);
        (tabs ? print_tabs : print_row)(row, f, alone, tree, bytes);
    }
}
