/* runner.c - main of every test program: runs the registered tests, each in a process of its own, and
 * compares descriptors, threads and live allocations before and after each.
 *
 * What is left is looked at repeatedly for up to a second: a joined thread is still in /proc for a moment. */
#include "test.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_SECONDS 10.0
#define EARLY_EXIT 86
#define SETTLE_TRIES 200
#define SETTLE_STEP_NS 5000000L

#if defined(__SANITIZE_THREAD__)
#define OWN_THREADS 1 /* ThreadSanitizer starts one of its own */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OWN_THREADS 1
#endif
#endif
#ifndef OWN_THREADS
#define OWN_THREADS 0
#endif

#if OWN_THREADS
/* At exit it sleeps a second while other threads live, so that late races show; every test is such an exit. A test with
 * options of its own says so there, too. */
__attribute__((weak)) const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "atexit_sleep_ms=50";
}
#endif

struct census {
    int descriptors, threads;
    size_t allocations;
};

/* The library's count; a weak reference, so that a test of something else links without it. */
__attribute__((weak)) size_t tt_memory_live_(void);

static struct test *first, **last = &first;
static struct census allowed;
static const struct test *running; /* in its process, until its body has returned */
static pid_t runs_in;

void test_register(struct test *t)
{
    *last = t;
    last = &t->next;
}

void test_allow(int descriptors, int threads, int allocations)
{
    allowed = (struct census){ descriptors, threads, (size_t)allocations };
}

size_t test_allocations(void)
{
    return tt_memory_live_ ? tt_memory_live_() : 0;
}

void test_skip(const char *why, ...)
{
    va_list args;
    va_start(args, why);
    fputs("SKIPPED: ", stderr);
    vfprintf(stderr, why, args);
    fputs("\n", stderr);
    va_end(args);
    running = NULL;
    exit(0);
}

static double factor(const char *variable)
{
    const char *text = getenv(variable);
    double value = text ? strtod(text, NULL) : 1;
    return value > 0 ? value : 1;
}

static int entries_in(const char *path)
{
    int n = 0;
    DIR *dir = opendir(path);
    if (!dir) return 0;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) n += e->d_name[0] != '.';
    closedir(dir);
    return n;
}

static struct census census_now(void)
{
    return (struct census){ entries_in("/proc/self/fd"), entries_in("/proc/self/task"), test_allocations() };
}

static bool within(const struct census *now, const struct census *before)
{
    return now->descriptors <= before->descriptors + allowed.descriptors &&
           now->threads <= before->threads + allowed.threads + OWN_THREADS &&
           now->allocations <= before->allocations + allowed.allocations;
}

/* The files a process has open, for the report of a leak. */
static void list_descriptors(void)
{
    char path[64], target[256];
    for (int fd = 0; fd < 64; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(path, target, sizeof target - 1);
        if (n > 0) fprintf(stderr, "  descriptor %d: %.*s\n", fd, (int)n, target);
    }
}

static void check_nothing_left(const struct test *t, const struct census *before)
{
    struct census now = census_now();
    for (int i = 0; i < SETTLE_TRIES * factor("TEST_TIMEOUT") && !within(&now, before); i++) {
        nanosleep(&(struct timespec){ .tv_nsec = SETTLE_STEP_NS }, NULL);
        now = census_now();
    }
    if (within(&now, before)) return;
    if (now.descriptors > before->descriptors + allowed.descriptors) list_descriptors();
    _ck_assert_failed(t->file, t->line, "Failed", "left behind: %d descriptors, %d threads, %zd allocations",
                      now.descriptors - before->descriptors, now.threads - before->threads,
                      (ssize_t)(now.allocations - before->allocations));
}

static const struct test *by_name(const char *name)
{
    for (struct test *t = first; t; t = t->next)
        if (strcmp(t->name, name) == 0) return t;
    return NULL;
}

/* At exit: a test that must return and ends its process by itself has not done its work. */
static void refuse_early_exit(void)
{
    if (!running || running->exit_code >= 0 || getpid() != runs_in) return; /* a child of the test may exit */
    fprintf(stderr, "%s:%d: %s called exit\n", running->file, running->line, running->name);
    _exit(EARLY_EXIT);
}

/* Check hands over only an index; the name of the running case says which test it is. */
static void run(int index)
{
    (void)index;
    const struct test *t = running = by_name(tcase_name());
    runs_in = getpid();
    atexit(refuse_early_exit);
    struct census before = census_now();
    _mark_point(t->file, t->line);
    t->body();
    running = NULL;
    if (t->exit_code == 0) _ck_assert_failed(t->file, t->line, "Failed", "returned instead of exit(%d)", t->exit_code);
    check_nothing_left(t, &before);
}

static void add(Suite *suite, struct test *t, TTest *entry)
{
    TCase *c = tcase_create(t->name);
    *entry = (TTest){ t->name, run, t->file, t->line };
    tcase_set_timeout(c, (t->seconds > 0 ? t->seconds : DEFAULT_SECONDS) * factor("TEST_TIMEOUT"));
    _tcase_add_test(c, entry, t->signal, t->exit_code < 0 ? 0 : t->exit_code, 0, (int)factor("TUTTI_TEST_REPEAT"));
    suite_add_tcase(suite, c);
}

int main(int argc, char **argv)
{
    (void)argc;
    size_t n = 0;
    const char *slash = strrchr(argv[0], '/');
    Suite *suite = suite_create(slash ? slash + 1 : argv[0]);
    for (struct test *t = first; t; t = t->next) n++;
    TTest *entries = calloc(n + 1, sizeof *entries);
    if (!entries) return 1;
    n = 0;
    for (struct test *t = first; t; t = t->next) add(suite, t, &entries[n++]);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner), ran = srunner_ntests_run(runner);
    srunner_free(runner);
    free(entries);
    if (ran == 0) fprintf(stderr, "no test ran\n");
    return failed || ran == 0;
}
