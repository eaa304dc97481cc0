/* tree.c - the files the job is about, and what else lies among them. */
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "everywhere.h"

/* Documentation and headers, as Linux systems keep them. */
static const char *const usual_trees[] = {
    "/usr/share/doc", "/usr/include",       "/usr/share/man",       "/usr/share/info",      "/usr/share/gtk-doc",
    "/usr/src",       "/usr/local/include", "/usr/local/share/doc", "/usr/local/share/man", "/opt/local/include",
};
enum { USUAL_TREES = sizeof usual_trees / sizeof *usual_trees };

void *need(void *memory)
{
    if (memory) return memory;
    fputs("everywhere: out of memory\n", stderr);
    exit(1);
}

void *grown(void *array, size_t count, size_t *room, size_t item)
{
    if (count < *room) return array;
    *room = *room ? 2 * *room : 64;
    return need(reallocarray(array, *room, item));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* No link is followed but the root itself, so there is no loop. */
static FTS *open_tree(const char *root)
{
    char *roots[] = { (char *)root, NULL };
    return fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR | FTS_XDEV, by_name);
}

static void add_file(struct tree *t, const char *path, const struct stat *st)
{
    t->files = grown(t->files, t->count, &t->room, sizeof *t->files);
    t->files[t->count++] = (struct file){ need(strdup(path)), st->st_size, st->st_ctim };
    t->bytes += st->st_size;
}

static void add_trouble(struct tree *t, const char *path, int error)
{
    t->closed = grown(t->closed, t->closed_count, &t->closed_room, sizeof *t->closed);
    t->closed[t->closed_count++] = (struct trouble){ need(strdup(path)), error };
}

static void add_directory(struct tree *t, const FTSENT *found, dev_t home)
{
    if (found->fts_statp->st_dev == home) {
        t->directories++;
    } else {
        t->elsewhere++;
    }
}

static void add_found(struct tree *t, const FTSENT *found, dev_t home)
{
    switch (found->fts_info) {
    case FTS_F: add_file(t, found->fts_path, found->fts_statp); break;
    case FTS_D: add_directory(t, found, home); break;
    case FTS_DP: break; /* the same directory, on the way out */
    case FTS_SL:
    case FTS_SLNONE: t->links++; break;
    case FTS_DEFAULT: t->specials++; break;
    default: add_trouble(t, found->fts_path, found->fts_errno);
    }
}

int tree_walk(struct tree *t, const char *root)
{
    struct stat st;
    *t = (struct tree){ .root = root };
    if (stat(root, &st) < 0) return -errno;
    FTS *walk = open_tree(root);
    if (!walk) return -errno;
    while (errno = 0, true) {
        const FTSENT *found = fts_read(walk);
        if (!found) break;
        add_found(t, found, st.st_dev);
    }
    if (errno) add_trouble(t, "(the walk ended early)", errno);
    fts_close(walk);
    return 0;
}

bool file_has_changed(const struct file *file)
{
    struct stat st;
    if (lstat(file->path, &st) < 0) return true;
    const struct timespec *now = &st.st_ctim, *then = &file->changed;
    return st.st_size != file->size || now->tv_sec != then->tv_sec || now->tv_nsec != then->tv_nsec;
}

void tree_free(struct tree *t)
{
    for (size_t i = 0; i < t->count; i++) free(t->files[i].path);
    for (size_t i = 0; i < t->closed_count; i++) free(t->closed[i].path);
    free(t->files);
    free(t->closed);
}

/* The bytes of the regular files below root; -1: there is no root. Stops at `by`: then it is at least so much. */
static int64_t tree_bytes(const char *root, tt_time by)
{
    struct stat st;
    FTS *walk = lstat(root, &st) == 0 && S_ISDIR(st.st_mode) ? open_tree(root) : NULL;
    if (!walk) return -1;
    int64_t bytes = 0;
    for (const FTSENT *found; tt_clock() < by && (found = fts_read(walk));) {
        if (found->fts_info == FTS_F) bytes += found->fts_statp->st_size;
    }
    fts_close(walk);
    return bytes;
}

const char *tree_default(FILE *out)
{
    const char *largest = NULL;
    int64_t most = -1;
    tt_time by = tt_after(3);
    fputs("Trees of documentation and headers here:\n", out);
    for (int i = 0; i < USUAL_TREES; i++) {
        int64_t bytes = tree_bytes(usual_trees[i], by);
        if (bytes < 0) continue;
        fprintf(out, "%12.1f MB%s  %s\n", (double)bytes / 1e6, tt_clock() < by ? "" : " or more", usual_trees[i]);
        if (bytes > most) most = bytes, largest = usual_trees[i];
    }
    if (largest) fprintf(out, "The largest is counted. (make run DIR=... for another)\n\n");
    return largest;
}
