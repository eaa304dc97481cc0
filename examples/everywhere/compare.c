/* compare.c - is it the same answer? Answers are compared by their text, which is what Python's repr prints: so those
 * of the Python half are compared byte for byte, too. */
#include <stdlib.h>
#include <string.h>
#include "everywhere.h"

enum { TOLD = 5 };

/* The text of an answer. One that came from outside is text already. */
static tt_value text_of(tt_view answer)
{
    return tt_is_kind(answer, TT_STR) ? tt_ref(answer) : tt_repr(answer);
}

/* FNV-1a, 64 bits wide. */
static uint64_t hash_of(tt_view answer)
{
    tt_auto text = text_of(answer);
    uint64_t hash = 14695981039346656037u;
    for (const char *p = tt_as_str(text); *p; p++) hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    return hash;
}

void reference_take(struct reference *ref, const struct job *job)
{
    ref->count = job->tree->count;
    ref->hashes = need(calloc(ref->count + 1, sizeof *ref->hashes));
    ref->changed = need(calloc(ref->count + 1, sizeof *ref->changed));
    for (size_t i = 0; i < ref->count; i++) ref->hashes[i] = hash_of(tt_view_of(job->answers[i]));
}

void reference_free(struct reference *ref)
{
    free(ref->hashes);
    free(ref->changed);
}

static void tell(const char *where, const char *path, tt_view got, tt_view wanted)
{
    tt_auto got_text = text_of(got), wanted_text = text_of(wanted);
    fputs("\nDIFFERENT ANSWER for ", stderr);
    print_name(path, stderr);
    fprintf(stderr, "\n  %s: %s\n  plain loop: %s\n", where, tt_as_str(got_text), tt_as_str(wanted_text));
}

/* Whether a file is made up by the kernel when it is read, as in /proc: without a size, and not empty. */
static bool made_up(const struct file *file, tt_view answer)
{
    return file->size == 0 && (tt_is_error(answer) || strcmp(tt_as_str(tt_at(answer, 0)), "empty") != 0);
}

/* One answer is not the reference. Is it the file that is another by now? Then counting it again differs, too. */
static bool differs(struct reference *ref, const struct job *job, size_t i, const char *where, bool say)
{
    const struct file *file = &job->tree->files[i];
    tt_auto arg = job_argument(job, i);
    tt_auto again = count_words(tt_view_of(arg));
    tt_view now = tt_view_of(again);
    ref->changed[i] = made_up(file, now) || (hash_of(now) != ref->hashes[i] && file_has_changed(file));
    if (!ref->changed[i] && say) tell(where, file->path, tt_view_of(job->answers[i]), now);
    return !ref->changed[i];
}

size_t reference_compare(struct reference *ref, const struct job *job, const char *where)
{
    size_t different = 0;
    for (size_t i = 0; i < ref->count; i++) {
        if (ref->changed[i] || hash_of(tt_view_of(job->answers[i])) == ref->hashes[i]) continue;
        different += differs(ref, job, i, where, different < TOLD);
    }
    return different;
}
