/* everywhere.h - what the parts of the example share. */
#ifndef EVERYWHERE_H
#define EVERYWHERE_H

#include <stdio.h>
#include <time.h>
#include <tutti.h>

/* ---- count.c: the one function ---- */

/* count_words(path as bytes, how many frequent words) - what is in one file:
 *
 *     (kind, bytes, lines, words, different words, [(word, how often), …])
 *
 * kind is "text", "empty" or "binary"; of a binary file only the size is told. A file that cannot be read is answered
 * with an error value, whose message is the system's. */
extern tt_value count_words(tt_view arg);

/* ---- tree.c: which files ---- */

struct file {
    char *path;
    int64_t size; /* as the walk found it */
    struct timespec changed;
};

struct trouble {
    char *path;
    int error; /* errno */
};

struct tree {
    const char *root;
    struct file *files; /* regular files, in the order of their names */
    size_t count, room;
    int64_t bytes;
    int64_t directories, links, specials;
    int64_t elsewhere;      /* directories of other file systems */
    struct trouble *closed; /* directories that could not be read */
    size_t closed_count, closed_room;
};

/* tree_walk - finds the regular files below root. Links are not followed, other file systems are not entered.
 * Returns   0, or -errno: root itself is not there */
int tree_walk(struct tree *tree, const char *root);
void tree_free(struct tree *tree);

/* tree_default - the largest of the machine's documentation and header trees, measured for three seconds at most; says
 * on `out` what it chose from. NULL: there is none. */
const char *tree_default(FILE *out);

bool file_has_changed(const struct file *file); /* it is not what the walk found */

/* ---- places.c and python.c: where ---- */

/* The job: every file of the tree is answered, in whatever order; answers[i] is of files[i]. */
struct job {
    const struct tree *tree;
    int top; /* how many frequent words of each file */
    tt_value *answers;
    struct progress *progress;
};

/* What count_words is called with for files[i]. */
tt_value job_argument(const struct job *job, size_t i);

/* What one run of the job took. */
struct took {
    double seconds, cpu; /* a place that leaves zeros here is measured from outside */
    double idle;         /* CPU seconds the machine had left meanwhile */
};

/* One row of the table: a place with a number of workers, and what it took in each round. */
struct row {
    char where[40];
    int workers;
    /* Answers the whole job; None, or an error value. */
    tt_value (*run)(struct row *row, struct job *job, struct took *took);
    tt_executor *(*make)(int workers); /* for places that are executors */
    struct took *rounds;               /* what each round took */
    size_t different;                  /* answers that were not those of the plain loop */
    tt_value error;                    /* of the first run that failed; None */
};

struct table {
    struct row *rows;
    size_t count, room;
    const char *missing; /* why rows are not there; NULL: all are */
};

/* Fills in the rows: the C places up to `workers`, and Python's if it is there. */
void places_in_c(struct table *table, int workers);
void places_in_python(struct table *table, int workers);
struct row *table_add(struct table *table, int workers, const char *where, ...) TT_PRINTF(3, 4);

/* ---- progress.c ---- */

struct progress {
    bool shown; /* on a terminal */
    bool utf8;
    tt_time next; /* not drawn before */
    char what[80];
};

void progress_init(struct progress *p);
void progress_begin(struct progress *p, const char *fmt, ...) TT_PRINTF(2, 3);
void progress_show(struct progress *p, size_t done, size_t of);
void progress_end(struct progress *p);

/* ---- compare.c: is it the same answer? ---- */

/* What the plain loop answered, by file. */
struct reference {
    uint64_t *hashes; /* of the answers' text */
    bool *changed;    /* the file itself is not what it was */
    size_t count;
};

/* reference_take - remembers the answers. */
void reference_take(struct reference *ref, const struct job *job);
void reference_free(struct reference *ref);

/* reference_compare - how many answers differ. Files that changed meanwhile are none of them: they are marked. The
 * first few are told on stderr, as from `where`. */
size_t reference_compare(struct reference *ref, const struct job *job, const char *where);

/* ---- report.c and table.c ---- */

const char *grouped(int64_t n); /* 1234567 as 1,234,567; the text is good until the eighth call after it */

/* A name as it is; as Python's repr shows it when a terminal could take it for something else. */
void print_name(const char *name, FILE *to);

/* What was counted: the merged answers, and each file that is not plain text by name, `listed` of a kind at most. */
void report_answers(const struct job *job, const struct reference *ref, size_t listed);
void report_changed(const struct job *job, const struct reference *ref, size_t listed);

int64_t text_bytes(const struct job *job); /* in all text files */

/* The table, one line a row; tab-separated for programs. bytes: of text. */
void table_print(const struct table *table, const struct tree *tree, int64_t bytes, int rounds, bool tabs);

/* What the columns mean, and what share of the machine's CPUs other programs used meanwhile. */
void table_explain(const struct table *table, int rounds, double others);

/* ---- options.c ---- */

struct options {
    const char *directory; /* NULL: choose one */
    int rounds, workers, top, list;
    bool python, tabs;
};

/* The options given; ends the program with code 2 when they are wrong, with 0 after --help. */
struct options options_of(int argc, char **argv);

/* ---- usage.c ---- */

double cpu_seconds(void); /* of this process and of its children that have ended */

/* Seconds of CPU time so far: own, and of all CPUs of the machine what was used and what there was. */
struct usage {
    double own, busy, all;
};
struct usage usage_now(void);
double usage_of_others(struct usage before, struct usage now); /* 0 to 1 */
double usage_idle(struct usage before, struct usage now);      /* seconds */

/* ---- memory for the program's own tables: there, or the program ends ---- */
void *need(void *memory);
void *grown(void *array, size_t count, size_t *room, size_t item); /* the same array with room for one more item */

#endif
