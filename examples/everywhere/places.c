/* places.c - where the function runs. A place that is an executor is one line in places_in_c. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "everywhere.h"

/* Files are handed over in batches, one ahead of that whose answers are awaited: no worker waits, whatever the tree. */
enum { BATCH = 256 };

struct row *table_add(struct table *table, int workers, const char *where, ...)
{
    table->rows = grown(table->rows, table->count, &table->room, sizeof *table->rows);
    struct row *row = &table->rows[table->count++];
    *row = (struct row){ .workers = workers, .error = tt_none() };
    va_list args;
    va_start(args, where);
    vsnprintf(row->where, sizeof row->where, where, args);
    va_end(args);
    return row;
}

tt_value job_argument(const struct job *job, size_t i)
{
    const char *path = job->tree->files[i].path;
    return tt_args(tt_bytes(path, strlen(path)), job->top);
}

/* ---- a plain loop ---- */

static tt_value in_a_loop(struct row *row, struct job *job, struct took *took)
{
    (void)row, (void)took;
    for (size_t i = 0; i < job->tree->count; i++) {
        tt_auto arg = job_argument(job, i);
        job->answers[i] = count_words(tt_view_of(arg));
        progress_show(job->progress, i + 1, job->tree->count);
    }
    return tt_none();
}

/* ---- any executor ---- */

/* Takes the answers of files[begin] … files[end - 1], from the last to the first: so the caller is woken once for a
 * batch, not once for a file. */
static void take_answers(struct job *job, tt_future **pending, size_t begin, size_t end)
{
    for (size_t i = end; i-- > begin;) {
        tt_autoptr(tt_future) f = pending[i % (2 * BATCH)];
        job->answers[i] = tt_await(f);
    }
    progress_show(job->progress, end, job->tree->count);
}

/* Hands every file over, and takes every answer. */
static void hand_over(tt_executor *ex, struct job *job)
{
    tt_future *pending[2 * BATCH];
    size_t sent = 0, count = job->tree->count;
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = count - begin < BATCH ? count : begin + BATCH;
        for (; sent < count && sent < end + BATCH; sent++) {
            pending[sent % (2 * BATCH)] = tt_submit(ex, count_words, job_argument(job, sent));
        }
        take_answers(job, pending, begin, end);
    }
}

static tt_value on_an_executor(struct row *row, struct job *job, struct took *took)
{
    (void)took;
    tt_with_executor (ex, row->make(row->workers)) { hand_over(ex, job); }
    return tt_none();
}

static tt_executor *thread_pool(int workers)
{
    return tt_thread_pool(.workers = workers, .name = "counter");
}

/* ---- coroutines, which share one thread: the loop they run on is an executor, too ---- */

static tt_value first_coroutine(tt_view job)
{
    hand_over(tt_executor_current(), tt_as_pointer(job));
    return tt_none();
}

static tt_value as_coroutines(struct row *row, struct job *job, struct took *took)
{
    (void)row, (void)took;
    return tt_run(first_coroutine, tt_pointer(job));
}

/* ---- the table ---- */

void places_in_c(struct table *table, int workers)
{
    table_add(table, 1, "plain loop")->run = in_a_loop;
    for (int n = 1; n <= workers; n = n < workers && 2 * n > workers ? workers : 2 * n) {
        struct row *row = table_add(table, n, "thread pool");
        row->run = on_an_executor;
        row->make = thread_pool;
    }
    table_add(table, 1, "coroutines, one thread")->run = as_coroutines;
}
