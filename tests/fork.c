/* fork.c - handlers around fork: each once, and in a child of a fork that came amid their making. */
#include "base/fork.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/atomic.h"
#include "test.h"

static int befores, afters, children;

static void count_before(void)
{
    befores++;
}

static void count_after(void)
{
    afters++;
}

static void count_child(void)
{
    children++;
}

static struct tt_fork_ one = { .before = count_before, .after = count_after, .child = count_child };
static struct tt_fork_ two = { .before = count_before, .after = count_after, .child = count_child };

static int status_of_child(int (*body)(void))
{
    int status;
    pid_t pid = fork();
    if (pid == 0) _exit(body());
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int children_seen(void)
{
    return befores == 2 && afters == 0 ? children : 100;
}

TEST(each_handler_runs_once_however_often_it_is_entered)
{
    for (int i = 0; i < 3; i++) {
        CHECK_OK(tt_fork_watch_(&one));
        CHECK_OK(tt_fork_watch_(&two));
    }
    CHECK_EQ(status_of_child(children_seen), 2);
    CHECK_EQ(befores, 2);
    CHECK_EQ(afters, 2);
    CHECK_EQ(children, 0);
}

enum { RACED = 200 };
static struct tt_fork_ raced[RACED];
static int begun, stop; /* atomic */

static void *enter_all(void *arg)
{
    tt_store_relaxed_(&begun, 1);
    while (!tt_load_relaxed_(&stop))
        for (int i = 0; i < RACED; i++) CHECK_OK(tt_fork_watch_(&raced[i]));
    return arg;
}

static int enter_all_again(void)
{
    alarm(5);
    children = 0;
    for (int i = 0; i < RACED; i++)
        if (tt_fork_watch_(&raced[i]) < 0) return 1;
    int status;
    pid_t pid = fork();
    if (pid == 0) _exit(children == RACED ? 0 : 3); /* each once, also where it was entered twice */
    if (waitpid(pid, &status, 0) != pid) return 4;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 5;
}

TEST_WITHIN(a_child_does_not_wait_for_its_parents_thread, 30)
{
    pthread_t t;
    for (int i = 0; i < RACED; i++)
        raced[i] = (struct tt_fork_){ .before = count_before, .after = count_after, .child = count_child };
    CHECK_OK(pthread_create(&t, NULL, enter_all, NULL));
    while (!tt_load_relaxed_(&begun)) tt_pause_();
    for (int i = 0; i < 3; i++) CHECK_EQ(status_of_child(enter_all_again), 0);
    tt_store_relaxed_(&stop, 1);
    CHECK_OK(pthread_join(t, NULL));
}

/* What such a child finds: somebody of another process is at it, at either of two points. */
TEST(a_half_made_entry_of_another_process_is_made_again)
{
    uint32_t foreign = ((uint32_t)getpid() + 1) << 2 | 1;
    one.state = foreign;
    CHECK_OK(tt_fork_watch_(&one));
    one.state = foreign; /* it is in the list, its maker had not said so */
    CHECK_OK(tt_fork_watch_(&one));
    CHECK_OK(tt_fork_watch_(&two));
    CHECK_EQ(status_of_child(children_seen), 2);
}
