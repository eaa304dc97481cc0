/* runner.c - main of a test program without Check: each test in a forked child, with a time limit. It does not look for
 * what a test leaves behind; the runner on Check does that. */
#include "test.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 60, FAILED = 101, EARLY_EXIT = 102 }; /* an emulator is slow */

static struct test *first, **last = &first;
static const struct test *running;

void test_register(struct test *t)
{
    *last = t;
    last = &t->next;
}

void test_allow(int descriptors, int threads, int allocations)
{
    (void)descriptors, (void)threads, (void)allocations;
}

size_t test_allocations(void)
{
    return 0;
}

static void refuse_early_exit(void)
{
    if (running && running->exit_code < 0) _exit(EARLY_EXIT);
}

void test_skip(const char *why, ...)
{
    va_list args;
    va_start(args, why);
    fprintf(stderr, "%s SKIPPED: ", running->name);
    vfprintf(stderr, why, args);
    fputs("\n", stderr);
    va_end(args);
    _exit(0);
}

void _ck_assert_failed(const char *file, int line, const char *what, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: %s: ", file, line, what);
    vfprintf(stderr, format, args);
    fputs("\n", stderr);
    va_end(args);
    _exit(FAILED);
}

static void run(const struct test *t)
{
    running = t;
    atexit(refuse_early_exit);
    alarm(SECONDS);
    t->body();
    running = NULL;
    fflush(NULL);
    _exit(t->exit_code < 0 ? 0 : FAILED);
}

/* Whether it ended as it must. */
static bool passes(const struct test *t)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) run(t);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return false;
    if (t->signal) return WIFSIGNALED(status) && WTERMSIG(status) == t->signal;
    return WIFEXITED(status) && WEXITSTATUS(status) == (t->exit_code < 0 ? 0 : t->exit_code);
}

int main(void)
{
    int ran = 0, failed = 0;
    for (struct test *t = first; t; t = t->next, ran++)
        if (!passes(t)) {
            printf("%s:%d: %s failed\n", t->file, t->line, t->name);
            failed++;
        }
    printf("%d tests, %d failed\n", ran, failed);
    return failed || ran == 0;
}
