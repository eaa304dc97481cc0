/* The exit rule: what returning from main and exit() wait for, what is cancelled, what _exit does not do. Each test
 * forks a child that ends in its way and says through a pipe what it has done. */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tutti/blocking.h>
#include <tutti/error.h>
#include <tutti/log.h>
#include <tutti/loop.h>
#include <tutti/scope.h>
#include <tutti/strand.h>
#include <tutti/thread.h>
#include <tutti/thread_pool.h>

#include "base/atomic.h"
#include "thread/exit.h"

static int said[2]; /* a pipe: what the child says, a letter each */

static void say(char letter)
{
    CHECK_EQ(write(said[1], &letter, 1), 1);
}

static int code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Runs `body` in a child and collects what it said. Returns its exit code, or minus the signal. */
static int child(void (*body)(void), char text[64])
{
    int status;
    CHECK_EQ(pipe(said), 0);
    pid_t pid = fork();
    if (pid == 0) {
        tt_exit_grace_ = 5 * TT_S; /* a busy machine may let a daemon wait for its turn */
        body();
        exit(0);
    }
    close(said[1]);
    size_t n = 0;
    for (ssize_t r; n < 63 && (r = read(said[0], text + n, 63 - n)) > 0;) n += (size_t)r;
    text[n] = '\0';
    close(said[0]);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return code_of(status);
}

static void start(tt_fn run, bool daemon, const char *name)
{
    tt_thread *t = tt_thread_new(run, tt_none(), .daemon = daemon, .name = name);
    CHECK_OK(tt_thread_start(t));
    tt_thread_free(t);
}

static tt_value late(tt_view arg)
{
    (void)arg;
    tt_sleep(tt_after(0.05));
    say('t');
    return tt_none();
}

static void returns_with_a_thread(void)
{
    start(late, false, NULL);
}

TEST(exit_joins_threads)
{
    char text[64];
    CHECK_EQ(child(returns_with_a_thread, text), 0);
    CHECK_STR(text, "t");
}

static tt_value too_late(tt_view arg)
{
    (void)arg;
    tt_sleep(tt_after(5));
    say('t');
    return tt_none();
}

static void leaves_by__exit(void)
{
    start(too_late, false, NULL);
    _exit(3);
}

TEST(_exit_joins_nothing)
{
    char text[64];
    CHECK_EQ(child(leaves_by__exit, text), 3);
    CHECK_STR(text, "");
}

static tt_value starts_another(tt_view arg)
{
    (void)arg;
    tt_sleep(tt_after(0.03));
    start(late, false, NULL);
    return tt_none();
}

static void returns_with_a_mother(void)
{
    start(starts_another, false, NULL);
}

TEST(exit_joins_threads_that_threads_start_meanwhile)
{
    char text[64];
    CHECK_EQ(child(returns_with_a_mother, text), 0);
    CHECK_STR(text, "t");
}

static tt_value obeys(tt_view arg)
{
    (void)arg;
    if (tt_sleep(TT_FOREVER) == -ECANCELED) say('c');
    return tt_none();
}

static void returns_with_both(void)
{
    start(obeys, true, NULL);
    start(late, false, NULL);
}

TEST(daemons_are_cancelled_after_the_threads_have_ended)
{
    char text[64];
    CHECK_EQ(child(returns_with_both, text), 0);
    CHECK_STR(text, "tc");
}

static void returns_with_many_daemons(void)
{
    for (int i = 0; i < 20; i++) start(obeys, true, NULL);
}

TEST(every_daemon_is_cancelled_though_others_end_meanwhile)
{
    char text[64];
    CHECK_EQ(child(returns_with_many_daemons, text), 0);
    CHECK_STR(text, "cccccccccccccccccccc");
}

static tt_value ignores(tt_view arg)
{
    (void)arg;
    for (;;) tt_shield tt_sleep(TT_FOREVER);
    return tt_none();
}

static tt_value computes(tt_view arg)
{
    (void)arg;
    for (;;) tt_yield();
    return tt_none();
}

static void returns_with_deaf_daemons(void)
{
    tt_exit_grace_ = 100 * TT_MS;
    start(ignores, true, NULL);
    start(computes, true, NULL);
}

TEST(a_daemon_that_ignores_its_cancel_does_not_hold_up_exit)
{
    char text[64];
    CHECK_EQ(child(returns_with_deaf_daemons, text), 0);
    CHECK_STR(text, "");
}

static tt_value calls_exit(tt_view arg)
{
    (void)arg;
    exit(7);
}

static void exits_in_a_thread(void)
{
    start(late, false, NULL);
    start(calls_exit, false, NULL);
    for (;;) pause();
}

TEST(exit_by_a_thread_does_not_join_itself)
{
    char text[64];
    CHECK_EQ(child(exits_in_a_thread, text), 7);
    CHECK_STR(text, "t");
}

static tt_thread *exiting;

static tt_value joins_exiting(tt_view arg)
{
    (void)arg;
    if (tt_thread_join(exiting, TT_FOREVER) == 0) say('j');
    return tt_none();
}

static tt_value exits_when_joined(tt_view arg)
{
    (void)arg;
    tt_sleep(tt_after(0.05));
    exit(8);
}

static void joined_while_it_exits(void)
{
    exiting = tt_thread_new(exits_when_joined, tt_none());
    CHECK_OK(tt_thread_start(exiting));
    start(joins_exiting, false, NULL);
    if (tt_thread_join(exiting, TT_FOREVER) == 0) say('m');
    for (;;) pause();
}

TEST(who_calls_exit_counts_as_ended)
{
    char text[64];
    CHECK_EQ(child(joined_while_it_exits, text), 8);
    CHECK_NOT_NULL(strchr(text, 'j'));
}

static tt_value joins_main(tt_view arg)
{
    (void)arg;
    if (tt_thread_join(tt_thread_main(), TT_FOREVER) == 0 && !tt_thread_is_alive(tt_thread_main())) say('m');
    return tt_none();
}

static void returns_while_joined(void)
{
    start(joins_main, false, NULL);
}

TEST(main_can_be_joined_and_ends_at_exit)
{
    char text[64];
    CHECK_EQ(child(returns_while_joined, text), 0);
    CHECK_STR(text, "m");
}

static void main_leaves_by_pthread_exit(void)
{
    CHECK_NOT_NULL(tt_thread_current());
    start(joins_main, false, NULL);
    pthread_exit(NULL);
}

TEST(main_can_end_by_pthread_exit)
{
    char text[64];
#if defined(TT_TSAN_) || defined(TT_ASAN_)
    test_skip("ThreadSanitizer's own thread keeps such a process alive; LeakSanitizer misses main's stack");
#endif
    CHECK_EQ(child(main_leaves_by_pthread_exit, text), 0);
    CHECK_STR(text, "m");
}

static void in_a_cancelled_scope(void)
{
    static tt_scope scope;
    start(late, false, NULL);
    CHECK_OK(tt_scope_enter(&scope, TT_FOREVER));
    tt_scope_cancel(&scope);
}

TEST(exit_in_a_cancelled_scope_still_joins)
{
    char text[64];
    CHECK_EQ(child(in_a_cancelled_scope, text), 0);
    CHECK_STR(text, "t");
}

static void line_names(void *user, tt_log_level level, const char *line)
{
    (void)level;
    if (strcmp(line, user) == 0) say('!');
    else say('?');
}

static tt_value later(tt_view arg)
{
    (void)arg;
    tt_sleep(tt_after(1.3));
    return tt_none();
}

static void returns_with_slow_threads(void)
{
    tt_set_log(line_names, (void *)(uintptr_t)"exit waits for thread 'slow', thread 'slower'");
    start(later, false, "slow");
    start(obeys, true, "not awaited");
    start(later, false, "slower");
}

TEST(after_a_second_a_line_names_what_is_awaited)
{
    char text[64];
    CHECK_EQ(child(returns_with_slow_threads, text), 0);
    CHECK_STR(text, "!c");
}

static void returns_with_many_slow_threads(void)
{
    tt_set_log(line_names, (void *)(uintptr_t)"exit waits for thread 'a', thread 'a', thread 'a', thread 'a', "
                                              "thread 'a', thread 'a', thread 'a', thread 'a' and 2 more");
    for (int i = 0; i < 10; i++) start(later, false, "a");
}

TEST(the_line_counts_the_rest)
{
    char text[64];
    CHECK_EQ(child(returns_with_many_slow_threads, text), 0);
    CHECK_STR(text, "!");
}

static tt_value fails(tt_view arg)
{
    (void)arg;
    return tt_error("ValueError", "nobody looked");
}

static void says_error(void *user, const char *who, tt_view error)
{
    (void)user;
    say(strcmp(who, "thread 'failed'") == 0 && tt_error_is(error, "ValueError") ? 'e' : '?');
}

static void returns_with_a_failed_thread(void)
{
    tt_set_error_hook(says_error, NULL);
    tt_thread *t = tt_thread_new(fails, tt_none(), .name = "failed");
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_join(t, TT_FOREVER)); /* and the handle is never freed */
}

TEST(an_error_nobody_collected_is_reported_at_exit)
{
    char text[64];
    CHECK_EQ(child(returns_with_a_failed_thread, text), 0);
    CHECK_STR(text, "e");
}

static tt_value passes_on(tt_view unused)
{
    (void)unused;
    TT_TRY(tt_sleep(TT_FOREVER));
    return tt_none();
}

static void returns_with_an_obedient_daemon(void)
{
    tt_set_error_hook(says_error, NULL);
    tt_thread *t = tt_thread_new(passes_on, tt_none(), .daemon = true); /* the handle is never freed */
    CHECK_OK(tt_thread_start(t));
}

TEST(a_daemon_that_ends_as_it_was_asked_is_not_reported_at_exit)
{
    char text[64];
    CHECK_EQ(child(returns_with_an_obedient_daemon, text), 0);
    CHECK_STR(text, "");
}

static void start_late(void)
{
    start(late, false, NULL);
}

static void starts_in_an_exit_handler(void)
{
    atexit(start_late); /* runs after ours, which is registered later */
    start(late, false, NULL);
}

TEST(threads_of_other_exit_handlers_are_joined_too)
{
    char text[64];
    CHECK_EQ(child(starts_in_an_exit_handler, text), 0);
    CHECK_STR(text, "tt");
}

static tt_value exits(tt_view code)
{
    exit((int)tt_as_int(code));
}

static tt_value cleans_up(tt_view arg)
{
    (void)arg;
    int r = tt_sleep(TT_FOREVER);
    tt_yield(); /* cleaning up may take its turns */
    say(r == -ECANCELED ? 'c' : '?');
    return tt_error_from_code(r);
}

static tt_value exits_among_others(tt_view arg)
{
    tt_future_free(tt_create_task(cleans_up, tt_none()));
    tt_future_free(tt_create_task(cleans_up, tt_none()));
    tt_yield();
    tt_future_free(tt_create_task(cleans_up, tt_none())); /* not started: it never is */
    return exits(arg);
}

static void exits_in_a_loop(void)
{
    tt_drop(tt_run(exits_among_others, tt_int(9)));
    say('!');
}

TEST(a_coroutine_that_exits_lets_the_others_of_its_loop_clean_up)
{
    char text[64];
#ifdef TT_ASAN_
    test_skip("LeakSanitizer does not look at main's stack when exit runs on a coroutine's");
#endif
    CHECK_EQ(child(exits_in_a_loop, text), 9);
    CHECK_STR(text, "cc");
}

/* A task of a pool, for whose end exit waits, waits for the call that exits. */
static tt_value calls_what_exits(tt_view arg)
{
    tt_value v;
    int r = tt_blocking(exits, tt_ref(arg), &v, TT_FOREVER);
    say(r == 0 && tt_error_code(v) == -ESHUTDOWN ? 'b' : '?');
    if (r == 0) tt_drop(v);
    return tt_none();
}

static void exits_in_a_blocking_call(void)
{
    tt_executor *ex = tt_thread_pool(.workers = 1);
    tt_future_free(tt_submit(ex, calls_what_exits, tt_int(7)));
    tt_sleep(TT_FOREVER);
}

TEST(a_blocking_call_that_exits_is_over_for_its_task)
{
    char text[64];
    CHECK_EQ(child(exits_in_a_blocking_call, text), 7);
    CHECK_STR(text, "b");
}

static void forks_and_exits(void)
{
    start(late, false, NULL);
    if (fork() == 0) exit(0); /* has no thread to join, and must not hang */
    int status;
    wait(&status);
    if (code_of(status) == 0) say('f');
}

TEST(a_forked_child_joins_nothing_of_its_parent)
{
    char text[64];
#ifdef TT_ASAN_
    test_skip("AddressSanitizer's allocator does not hold its own locks around a fork");
#endif
    CHECK_EQ(child(forks_and_exits, text), 0);
    CHECK_NOT_NULL(strchr(text, 'f'));
    CHECK_NOT_NULL(strchr(text, 't'));
}
