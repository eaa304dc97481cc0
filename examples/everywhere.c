/* everywhere.c - one function, everywhere: the same task in a plain loop, on threads, as coroutines, and in Python.
 *
 *     everywhere [options] [directory]
 *
 * Counts lines, words and most frequent words of every file below a directory. count_words (everywhere/count.c) is the
 * one function; everywhere/places.c has the places where it runs. Every place gives an answer for every file, which
 * must be the one of the plain loop; a table says what each took. Rows run in turn, round after round, so that whatever
 * else the machine does hits all of them. Exit code: 0; 1: a different answer, or a row failed; 2: wrong use. */
#include <stdlib.h>
#include <string.h>
#include "everywhere/everywhere.h"

static void forget_answers(struct job *job)
{
    for (size_t i = 0; i < job->tree->count; i++) tt_drop(tt_take(&job->answers[i]));
}

/* Runs one row once; its answers are in job->answers. */
static struct took run(struct row *row, struct job *job)
{
    struct took took = { 0 };
    struct usage before = usage_now();
    tt_time start = tt_clock();
    tt_value failed = row->run(row, job, &took);
    double seconds = (double)(tt_clock() - start) / 1e9;
    struct usage after = usage_now();
    if (took.seconds == 0) took = (struct took){ .seconds = seconds, .cpu = after.own - before.own };
    took.idle = usage_idle(before, after);
    if (tt_is_none(row->error))
        row->error = failed;
    else
        tt_drop(failed);
    return took;
}

/* All rows once. A row that has failed is left out. */
static void run_round(struct table *table, struct job *job, struct reference *ref, int round, int rounds)
{
    for (size_t i = 0; i < table->count; i++) {
        struct row *row = &table->rows[i];
        if (!tt_is_none(row->error)) continue;
        progress_begin(job->progress, "round %d of %d: %s (%d)", round + 1, rounds, row->where, row->workers);
        row->rounds[round] = run(row, job);
        if (tt_is_none(row->error)) row->different += reference_compare(ref, job, row->where);
        forget_answers(job);
    }
    progress_end(job->progress);
}

/* The plain loop, untimed: it brings the files into memory, and its answers are what the others are compared with. */
static void run_reference(struct row *loop, struct job *job, struct reference *ref)
{
    progress_begin(job->progress, "reading %zu files, %.1f MB", job->tree->count, (double)job->tree->bytes / 1e6);
    run(loop, job);
    reference_take(ref, job);
    progress_end(job->progress);
}

static bool all_the_same(const struct table *table)
{
    bool same = true;
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        same = same && tt_is_none(row->error) && row->different == 0;
        if (row->different) fprintf(stderr, "%s: %zu DIFFERENT answers\n", row->where, row->different);
        if (!tt_is_none(row->error)) fprintf(stderr, "%s: FAILED: %s\n", row->where, tt_error_message(row->error));
    }
    return same;
}

static void make_rows(struct table *table, const struct options *o)
{
    places_in_c(table, o->workers);
    if (o->python) places_in_python(table, o->workers);
    for (size_t i = 0; i < table->count; i++) {
        table->rows[i].rounds = need(calloc((size_t)o->rounds, sizeof(struct took)));
    }
}

static void table_free(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        free(table->rows[i].rounds);
        tt_drop(table->rows[i].error);
    }
    free(table->rows);
}

/* The whole of it for one tree; whether all answers were the same. */
static bool everywhere(const struct tree *tree, const struct options *o)
{
    struct progress progress;
    struct table table = { 0 };
    struct reference ref = { 0 };
    struct job job = { tree, o->top, need(calloc(tree->count + 1, sizeof(tt_value))), &progress };
    progress_init(&progress);
    make_rows(&table, o);
    run_reference(&table.rows[0], &job, &ref);
    int64_t bytes = text_bytes(&job);
    struct usage before = usage_now();
    if (!o->tabs) report_answers(&job, &ref, (size_t)o->list);
    forget_answers(&job);
    for (int i = 0; i < o->rounds; i++) run_round(&table, &job, &ref, i, o->rounds);
    table_print(&table, tree, bytes, o->rounds, o->tabs);
    if (!o->tabs) table_explain(&table, o->rounds, usage_of_others(before, usage_now()));
    if (!o->tabs) report_changed(&job, &ref, (size_t)o->list);
    bool same = all_the_same(&table);
    table_free(&table);
    reference_free(&ref);
    free(job.answers);
    return same;
}

int main(int argc, char **argv)
{
    struct options o = options_of(argc, argv);
    struct tree tree;
    if (!o.directory) o.directory = tree_default(o.tabs ? stderr : stdout);
    if (!o.directory) {
        fputs("everywhere: no such tree is on this machine; name a directory\n", stderr);
        return 2;
    }
    int code = tree_walk(&tree, o.directory);
    if (code < 0) {
        fprintf(stderr, "everywhere: %s: %s\n", o.directory, strerror(-code));
        return 2;
    }
    bool same = everywhere(&tree, &o);
    tree_free(&tree);
    return same ? 0 : 1;
}
