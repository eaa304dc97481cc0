/* bench.h - benchmarks of small things. One file bench/NOUN.c is one program; main is in bench.c.
 *
 *     BENCH(an_int_made_and_read, "one int")              // what one op is; a rival says so in its name
 *     {
 *         // setup: not on the clock
 *         bench_go();
 *         for (long i = 0; i < n; i++) …
 *         bench_stop(n);                                  // ops done
 *     }
 *
 * n is chosen so that a round takes about 20 ms. Rounds of all benchmarks of a file are interleaved; the line says
 * median, fastest and slowest round in ns per op. BENCH_ROUNDS=n sets the number of rounds (default 11). */
#ifndef BENCH_H
#define BENCH_H

struct bench {
    const char *name, *op;
    void (*run)(long n);
    struct bench *next; /* private, as what follows */
    long n;
    double ns[101];
};

void bench_register(struct bench *b);
void bench_go(void);
void bench_stop(long ops);

/* The calling thread keeps to one CPU, modulo those there are. */
void bench_pin(int cpu);

/* A wrong result ends the program. */
#define BENCH_CHECK(x)                                                                                                \
    do {                                                                                                              \
        if (!(x)) bench_fail(__FILE__, __LINE__, #x);                                                                 \
    } while (0)
_Noreturn void bench_fail(const char *file, int line, const char *what);

/* Keeps the compiler from seeing that nobody needs x. */
#define BENCH_USE(x) __asm__ volatile("" : : "g"(x) : "memory")

#define BENCH(name_, op_)                                                                                             \
    static void bench_##name_##_(long n);                                                                             \
    __attribute__((constructor)) static void bench_register_##name_(void)                                             \
    {                                                                                                                 \
        static struct bench b = { .name = #name_, .op = op_, .run = bench_##name_##_ };                               \
        bench_register(&b);                                                                                           \
    }                                                                                                                 \
    static void bench_##name_##_(long n)

#endif
