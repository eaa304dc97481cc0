/* count.c - the one function: the lines, the words and the most frequent words of one file.
 *
 * A word is a run of letters, digits, underscores and bytes above 127 (which keeps UTF-8 together); A-Z count as a-z.
 * A longer run than WORD_MAX bytes is several words, of WORD_MAX bytes each but the last. Lines are newlines, as for
 * wc -l. Words are ordered by how often they occur, then by their bytes. A NUL byte makes the file binary, and ends
 * the reading.
 *
 * The file is read in chunks, so memory grows with its different words, not with its size. Words are counted in a hash
 * table with open addressing. Their letters lie end to end in one block: the word being read is written behind the last
 * one, and stays there if it turns out to be new; else the next one overwrites it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "everywhere.h"

enum { CHUNK = 64 * 1024, BREATH = 16 * CHUNK, WORD_MAX = 64, FIRST_SLOTS = 1024, FIRST_LETTERS = 16 * 1024 };
static const uint32_t hash_seed = 2166136261u, hash_factor = 16777619u; /* FNV-1a */

struct word {
    uint64_t count; /* 0: the slot is free */
    size_t at;      /* in letters */
    uint32_t length, hash;
};

struct counts {
    int64_t bytes, lines, words;
    struct word *slots; /* mask + 1 of them, at most half of them used */
    size_t mask, used;
    unsigned char *letters; /* always with room for one more word behind the end */
    size_t end, room;
    uint32_t length, hash; /* of the word being read */
};

/* The letter that a byte counts as; 0: it is between words. */
static unsigned char letter_of[256];

__attribute__((constructor)) static void fill_letters(void)
{
    for (int c = 0; c < 256; c++) {
        bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        if (upper || lower || digit || c == '_' || c > 127) letter_of[c] = (unsigned char)(upper ? c + 32 : c);
    }
}

static void counts_free(struct counts *c)
{
    free(c->slots);
    free(c->letters);
}

static int counts_init(struct counts *c)
{
    c->slots = calloc(FIRST_SLOTS, sizeof *c->slots);
    c->letters = malloc(FIRST_LETTERS);
    c->mask = FIRST_SLOTS - 1;
    c->room = FIRST_LETTERS;
    c->hash = hash_seed;
    return c->slots && c->letters ? 0 : -ENOMEM;
}

static int more_slots(struct counts *c)
{
    size_t mask = 2 * c->mask + 1;
    struct word *slots = calloc(mask + 1, sizeof *slots);
    if (!slots) return -ENOMEM;
    for (size_t i = 0; i <= c->mask; i++) {
        if (!c->slots[i].count) continue;
        size_t to = c->slots[i].hash & mask;
        while (slots[to].count) to = (to + 1) & mask;
        slots[to] = c->slots[i];
    }
    free(c->slots);
    c->slots = slots;
    c->mask = mask;
    return 0;
}

static int more_letters(struct counts *c)
{
    unsigned char *letters = realloc(c->letters, 2 * c->room);
    if (!letters) return -ENOMEM;
    c->letters = letters;
    c->room *= 2;
    return 0;
}

/* The slot of the word being read, or the free one where it belongs. */
static struct word *find(const struct counts *c)
{
    const unsigned char *letters = c->letters + c->end;
    for (size_t i = c->hash & c->mask;; i = (i + 1) & c->mask) {
        struct word *w = &c->slots[i];
        if (!w->count) return w;
        if (w->hash == c->hash && w->length == c->length && !memcmp(c->letters + w->at, letters, w->length)) return w;
    }
}

/* The word being read is complete. */
static int end_word(struct counts *c)
{
    int code = 0;
    struct word *w = find(c);
    if (w->count) {
        w->count++;
    } else {
        *w = (struct word){ .count = 1, .at = c->end, .length = c->length, .hash = c->hash };
        c->end += c->length;
        if (c->end + WORD_MAX > c->room) code = more_letters(c);
        if (!code && 2 * ++c->used > c->mask) code = more_slots(c);
    }
    c->words++;
    c->length = 0;
    c->hash = hash_seed;
    return code;
}

/* Adds letters from p on to the word being read; returns where they end or where it is full. */
static const unsigned char *take_letters(struct counts *c, const unsigned char *p, const unsigned char *end)
{
    unsigned char *word = c->letters + c->end, *out = word + c->length, *full = word + WORD_MAX, letter;
    uint32_t hash = c->hash;
    for (; p < end && out < full && (letter = letter_of[*p]); p++) {
        *out++ = letter;
        hash = (hash ^ letter) * hash_factor;
    }
    c->length = (uint32_t)(out - word);
    c->hash = hash;
    return p;
}

static int count_chunk(struct counts *c, const unsigned char *p, const unsigned char *end)
{
    while ((p = take_letters(c, p, end)) < end) {
        int code = c->length ? end_word(c) : 0;
        if (code < 0) return code;
        if (!letter_of[*p]) c->lines += *p++ == '\n';
    }
    return 0;
}

/* Counts all of fd. 1, or 0 if it is binary, or a negative code. */
static int count_all(struct counts *c, int fd, unsigned char *chunk)
{
    for (;;) {
        ssize_t n = read(fd, chunk, CHUNK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -errno;
        if (n == 0) break;
        if (memchr(chunk, 0, (size_t)n)) return 0;
        int code = tt_cancelled() ? -ECANCELED : count_chunk(c, chunk, chunk + n);
        if (code < 0) return code;
        c->bytes += n;
        if (c->bytes % BREATH < n) tt_yield(); /* so that a huge file holds nobody up, where others share the thread */
    }
    int code = c->length ? end_word(c) : 0;
    return code < 0 ? code : 1;
}

static int64_t size_of(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 ? st.st_size : 0;
}

static int count_file(struct counts *c, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* it may have become a pipe by now */
    if (fd < 0) return -errno;
    unsigned char *chunk = malloc(CHUNK);
    int code = chunk ? count_all(c, fd, chunk) : -ENOMEM;
    if (code == 0) c->bytes = size_of(fd);
    free(chunk);
    close(fd);
    return code;
}

static bool before(const struct counts *c, const struct word *a, const struct word *b)
{
    if (a->count != b->count) return a->count > b->count;
    int order = memcmp(c->letters + a->at, c->letters + b->at, a->length < b->length ? a->length : b->length);
    return order ? order < 0 : a->length < b->length;
}

/* The `top` first words in order; returns how many there are. */
static int most_frequent(const struct counts *c, const struct word **best, int top)
{
    int n = 0;
    for (size_t i = 0; i <= c->mask; i++) {
        const struct word *w = &c->slots[i];
        if (!w->count || (n == top && !before(c, w, best[n - 1]))) continue;
        int at = n < top ? n++ : n - 1;
        for (; at > 0 && before(c, w, best[at - 1]); at--) best[at] = best[at - 1];
        best[at] = w;
    }
    return n;
}

static void free_best(const struct word ***best)
{
    free(*best);
}

/* [(word, how often), …] */
static tt_value list_words(const struct counts *c, int top)
{
    const struct word **best TT_CLEANUP(free_best) = calloc((size_t)top, sizeof *best);
    tt_auto list = tt_list();
    if (!best) return tt_error_from_code(-ENOMEM);
    int n = most_frequent(c, best, top);
    for (int i = 0; i < n; i++) {
        tt_value word = tt_bytes(c->letters + best[i]->at, best[i]->length);
        TT_TRY(tt_list_append(list, tt_tuple_of(word, best[i]->count)));
    }
    return tt_take(&list);
}

TT_DEFINE(tt_value, count_words, tt_view, path, int, top)
{
    const void *name;
    size_t size;
    TT_TRY(tt_get_bytes(path, &name, &size));
    if (top < 1) return tt_error("ValueError", "%d most frequent words", top);
    struct counts c TT_CLEANUP(counts_free) = { 0 };
    TT_TRY(counts_init(&c));
    int code = count_file(&c, name);
    if (code == -ECANCELED) return tt_error_from_code(code);
    if (code < 0) return tt_error("OSError", "%s", strerror(-code));
    if (code == 0) return tt_args("binary", c.bytes, 0, 0, 0, tt_list());
    return tt_args(c.bytes ? "text" : "empty", c.bytes, c.lines, c.words, c.used, list_words(&c, top));
}
