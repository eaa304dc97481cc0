/* report.c - what was counted: totals, leading words, and each file that is not plain text by name. */
#include <inttypes.h>
#include <string.h>
#include "everywhere.h"

enum { HUGE_FILE = 64 << 20, LEADERS = 10 };
enum kind { TEXT, EMPTY, BINARY, UNREADABLE, HUGE, CHANGED };
static const char *const kind_names[] = { "text", "empty", "binary", "unreadable", "huge", "changed" };

/* ---- numbers and names ---- */

const char *grouped(int64_t n)
{
    static char texts[8][32];
    static int next;
    char plain[24], *start = texts[next++ % 8], *out = start;
    int digits = snprintf(plain, sizeof plain, "%" PRId64, n);
    for (int i = 0; i < digits; i++) {
        if (i && (digits - i) % 3 == 0) *out++ = ',';
        *out++ = plain[i];
    }
    *out = 0;
    return start;
}

void print_name(const char *name, FILE *to)
{
    tt_auto text = tt_str_of_bytes(name, strlen(name));
    tt_auto repr = tt_repr(text);
    bool plain = strlen(tt_as_str(repr)) == strlen(name) + 2;
    fputs(plain ? name : tt_as_str(repr), to);
}

/* ---- merging the answers ---- */

struct merged {
    int64_t counts[4], bytes[4]; /* by kind */
    int64_t lines, words;
    tt_value leaders; /* a dict: word to (files that have it among their most frequent, how often in those) */
};

static enum kind kind_of(tt_view answer)
{
    if (tt_is_error(answer)) return UNREADABLE;
    const char *name = tt_as_str(tt_at(answer, 0));
    return strcmp(name, "text") == 0 ? TEXT : strcmp(name, "empty") == 0 ? EMPTY : BINARY;
}

/* Adds a file's most frequent words: [(word, how often), …]. */
static int merge_words(tt_view leaders, tt_view words)
{
    for (int64_t i = 0; i < tt_len(words); i++) {
        tt_view word = tt_at(tt_at(words, i), 0), so_far = tt_dict_at(leaders, word);
        int64_t times = tt_as_int(tt_at(tt_at(words, i), 1)), files = 1;
        if (!tt_is_none(so_far)) files += tt_as_int(tt_at(so_far, 0)), times += tt_as_int(tt_at(so_far, 1));
        int code = tt_dict_set(leaders, tt_ref(word), tt_tuple_of(files, times));
        if (code < 0) return code;
    }
    return 0;
}

static void merge(struct merged *m, tt_view answer, const struct file *file)
{
    enum kind kind = kind_of(answer);
    m->counts[kind]++;
    m->bytes[kind] += kind == UNREADABLE ? file->size : tt_as_int(tt_at(answer, 1));
    if (kind != TEXT) return;
    m->lines += tt_as_int(tt_at(answer, 2));
    m->words += tt_as_int(tt_at(answer, 3));
    if (merge_words(tt_view_of(m->leaders), tt_at(answer, 5)) < 0) need(NULL);
}

/* [(-files, -times, word), …] in order. */
static tt_value sorted_leaders(tt_view leaders)
{
    tt_value list = tt_list();
    tt_view word, seen;
    for (size_t pos = 0; tt_dict_next(leaders, &pos, &word, &seen);) {
        tt_value item = tt_tuple_of(-tt_as_int(tt_at(seen, 0)), -tt_as_int(tt_at(seen, 1)), word);
        if (tt_list_append(list, item) < 0) need(NULL);
    }
    if (tt_list_sort(list) < 0) need(NULL);
    return list;
}

/* ---- printing ---- */

static void print_totals(const struct merged *m, const struct tree *tree)
{
    print_name(tree->root, stdout);
    printf("\n%24s %10s\n", "files", "MB");
    for (int kind = TEXT; kind <= UNREADABLE; kind++) {
        printf("  %-10s %11s %10.1f", kind_names[kind], grouped(m->counts[kind]), (double)m->bytes[kind] / 1e6);
        if (kind == TEXT) printf("    lines %s, words %s", grouped(m->lines), grouped(m->words));
        putchar('\n');
    }
    printf(
        "besides: directories %s, links %s (not followed), special files %s, other file systems %s (not entered)\n\n",
        grouped(tree->directories), grouped(tree->links), grouped(tree->specials), grouped(tree->elsewhere));
}

static void print_leaders(const struct merged *m, int top)
{
    tt_auto list = sorted_leaders(tt_view_of(m->leaders));
    int64_t n = tt_len(list) < LEADERS ? tt_len(list) : LEADERS;
    if (n) printf("Words that are among a file's %d most frequent, in how many files, how often in those:\n", top);
    for (int64_t i = 0; i < n; i++) {
        tt_view leader = tt_at(list, i);
        const void *word;
        size_t size;
        if (tt_get_bytes(tt_at(leader, 2), &word, &size) < 0) continue;
        printf("%24s %10s    ", grouped(-tt_as_int(tt_at(leader, 0))), grouped(-tt_as_int(tt_at(leader, 1))));
        print_name(word, stdout);
        putchar('\n');
    }
    if (n) putchar('\n');
}

static void print_more(size_t found, size_t listed)
{
    if (found > listed) printf("  and %s more (--list=%zu names all)\n", grouped((int64_t)(found - listed)), found);
    if (found) putchar('\n');
}

static void print_closed(const struct tree *tree, size_t listed)
{
    if (tree->closed_count) puts("Directories that could not be read:");
    for (size_t i = 0; i < tree->closed_count && i < listed; i++) {
        fputs("  ", stdout);
        print_name(tree->closed[i].path, stdout);
        printf(": %s\n", strerror(tree->closed[i].error));
    }
    print_more(tree->closed_count, listed);
}

/* Whether files[i] belongs in the list of this kind. */
static bool belongs(const struct job *job, const struct reference *ref, size_t i, enum kind kind)
{
    if (kind == CHANGED) return ref->changed[i];
    if (kind == HUGE) return job->tree->files[i].size >= HUGE_FILE;
    return kind_of(tt_view_of(job->answers[i])) == kind;
}

static void print_item(const struct job *job, size_t i, enum kind kind)
{
    const struct file *file = &job->tree->files[i];
    fputs("  ", stdout);
    print_name(file->path, stdout);
    if (kind == UNREADABLE) printf(": %s", tt_error_message(job->answers[i]));
    if (kind == BINARY || kind == HUGE) printf(": %s bytes", grouped(file->size));
    putchar('\n');
}

static void print_list(const struct job *job, const struct reference *ref, enum kind kind, const char *title,
                       size_t listed)
{
    size_t found = 0;
    for (size_t i = 0; i < job->tree->count; i++) {
        if (!belongs(job, ref, i, kind)) continue;
        if (!found++) printf("%s:\n", title);
        if (found <= listed) print_item(job, i, kind);
    }
    print_more(found, listed);
}

int64_t text_bytes(const struct job *job)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < job->tree->count; i++) {
        tt_view answer = tt_view_of(job->answers[i]);
        if (kind_of(answer) == TEXT) bytes += tt_as_int(tt_at(answer, 1));
    }
    return bytes;
}

void report_answers(const struct job *job, const struct reference *ref, size_t listed)
{
    struct merged m = { .leaders = tt_dict() };
    for (size_t i = 0; i < job->tree->count; i++) merge(&m, tt_view_of(job->answers[i]), &job->tree->files[i]);
    print_totals(&m, job->tree);
    print_leaders(&m, job->top);
    tt_drop(m.leaders);
    print_closed(job->tree, listed);
    print_list(job, ref, UNREADABLE, "Files that could not be read", listed);
    print_list(job, ref, HUGE, "Huge files, read like all others in chunks of 64 KiB", listed);
    print_list(job, ref, BINARY, "Binary files: a NUL byte in them, so no words", listed);
    print_list(job, ref, EMPTY, "Empty files", listed);
}

void report_changed(const struct job *job, const struct reference *ref, size_t listed)
{
    print_list(job, ref, CHANGED, "Files that changed or vanished while the rows ran, and so were not compared",
               listed);
}
