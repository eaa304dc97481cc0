/* overflow.c - the report of a stack overflow: its text, what follows it, and that it is not there unless asked for. */
#include <tutti/overflow.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/atomic.h"
#include "test.h"
#include "worker/workers.h"

/* AddressSanitizer has a handler of its own, and frames elsewhere. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "handle_segv=0:use_sigaltstack=0:detect_stack_use_after_return=0";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "atexit_sleep_ms=50:handle_segv=0:report_thread_leaks=0";
}

__attribute__((noinline)) static int recurse(int n)
{
    volatile char frame[256];
    frame[0] = (char)n;
    return n > 100000000 ? frame[0] : recurse(n + 1) + frame[0];
}

static volatile int result;

static void fall(struct tt_job_ *job)
{
    result = recurse(job->priority);
}

static void refused(struct tt_job_ *job, int code)
{
    (void)job;
    CHECK_EQ(code, 0);
}

static struct tt_workers_ *one_worker(void)
{
    struct tt_workers_options_ options = { .count = 1 };
    struct tt_workers_ *set = tt_workers_new_(&options);
    CHECK_NOT_NULL(set);
    return set;
}

static void submit(struct tt_workers_ *set, void (*run)(struct tt_job_ *), const char *name)
{
    static struct tt_job_ job;
    job = (struct tt_job_){ .run = run, .fail = refused, .name = name, .function = (void *)(uintptr_t)run };
    CHECK_OK(tt_workers_submit_(set, &job));
}

static void finish(struct tt_workers_ *set)
{
    tt_workers_close_(set);
    CHECK_OK(tt_workers_join_(set, TT_FOREVER));
    tt_workers_free_(set);
}

static void run_a_job(void (*run)(struct tt_job_ *), const char *name)
{
    struct tt_workers_ *set = one_worker();
    submit(set, run, name);
    finish(set);
}

static void enable_and_fall(void)
{
    CHECK_OK(tt_enable_overflow_report());
    CHECK_OK(tt_enable_overflow_report());
    run_a_job(fall, "deep");
}

static void fall_without_a_name(void)
{
    CHECK_OK(tt_enable_overflow_report());
    run_a_job(fall, NULL);
}

static void just_fall(void)
{
    run_a_job(fall, "deep");
}

static void fall_enabled_by_the_environment(void)
{
    setenv("TUTTI_OVERFLOW_REPORT", "1", 1);
    just_fall();
}

static int ran; /* atomic */

static void note(struct tt_job_ *job)
{
    (void)job;
    tt_add_acq_rel_(&ran, 1);
}

static void fall_enabled_late(void)
{
    struct tt_workers_ *set = one_worker();
    submit(set, note, "first");
    while (!tt_load_acquire_(&ran)) usleep(1000);
    CHECK_OK(tt_enable_overflow_report());
    submit(set, fall, "deep");
    finish(set);
}

static void say_hello(int number)
{
    (void)number;
    if (write(2, "the earlier handler\n", 20) != 20) _exit(2);
    _exit(42);
}

static void fall_with_an_earlier_handler(void)
{
    signal(SIGSEGV, say_hello);
    enable_and_fall();
}

static void touch(struct tt_job_ *job)
{
    *(volatile char *)(uintptr_t)(job->priority + 16) = 1;
}

static void fault_with_a_handler_and_no_report(void)
{
    signal(SIGSEGV, say_hello);
    run_a_job(touch, "touch");
}

static void raise_after_enabling(void)
{
    CHECK_OK(tt_enable_overflow_report());
    raise(SIGSEGV);
    _exit(0);
}

static void fault_elsewhere(void)
{
    CHECK_OK(tt_enable_overflow_report());
    run_a_job(touch, "touch");
}

/* Runs body in a child; its standard error goes to text. Returns how it ended, as wait says. */
static int child(void (*body)(void), char *text, size_t size)
{
    int fds[2], status;
    size_t n = 0;
    CHECK_OK(pipe(fds));
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 2);
        body();
        _exit(0);
    }
    close(fds[1]);
    for (ssize_t r; (r = read(fds[0], text + n, size - 1 - n)) > 0; n += (size_t)r) {}
    text[n] = 0;
    close(fds[0]);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

static char text[4096];

static void check_reported(void (*body)(void), const char *owner)
{
    int status = child(body, text, sizeof text);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGSEGV);
    bool whole = strstr(text, "tutti: stack overflow: coroutine ") && strstr(text, " ran out of its stack of 10");
    if (!whole || !strstr(text, owner)) CHECK_FAIL("it says: %s", text);
}

TEST(an_overflow_names_the_task_and_dies_of_the_fault)
{
    check_reported(enable_and_fall, "'deep' (");
}

TEST(a_task_without_a_name_is_reported_by_its_function)
{
    char function[32];
    snprintf(function, sizeof function, "%p", (void *)(uintptr_t)fall);
    check_reported(fall_without_a_name, function);
}

TEST(the_environment_enables_it)
{
    check_reported(fall_enabled_by_the_environment, "'deep' (");
}

TEST(enabling_covers_threads_that_run_already)
{
    check_reported(fall_enabled_late, "'deep' (");
}

TEST(nothing_is_said_unless_asked_for)
{
    int status = child(just_fall, text, sizeof text);
    CHECK_EQ(WTERMSIG(status), SIGSEGV);
    CHECK_STR(text, "");
}

TEST(the_earlier_handler_runs_after_it)
{
    int status = child(fall_with_an_earlier_handler, text, sizeof text);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 42);
    CHECK_NOT_NULL(strstr(text, "'deep'"));
    CHECK_NOT_NULL(strstr(text, "the earlier handler"));
}

TEST(a_hosts_own_handler_sees_the_fault_of_a_task)
{
    int status = child(fault_with_a_handler_and_no_report, text, sizeof text);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 42);
}

TEST(other_faults_take_their_course_in_silence)
{
    int status = child(fault_elsewhere, text, sizeof text);
    CHECK_EQ(WTERMSIG(status), SIGSEGV);
    CHECK_STR(text, "");
    status = child(raise_after_enabling, text, sizeof text);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGSEGV);
    CHECK_STR(text, "");
}

static int mappings(void)
{
    int n = 0;
    FILE *f = fopen("/proc/self/maps", "re");
    CHECK_NOT_NULL(f);
    for (int c = getc(f); c != EOF; c = getc(f)) n += c == '\n';
    fclose(f);
    return n;
}

TEST(signal_stacks_go_with_their_threads)
{
#ifdef TT_SANITIZED_
    test_skip("sanitizers map more for each thread");
#endif
    enum { THREADS = 20 };
    test_allow(0, 1, 4); /* the watchdog; a chunk of strand descriptors */
    CHECK_OK(tt_enable_overflow_report());
    run_a_job(note, "first");
    int before = mappings();
    for (int i = 0; i < THREADS; i++) run_a_job(note, "short");
    CHECK_LT(mappings(), before + THREADS);
}
