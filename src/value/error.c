/* error.c - error values.
 * An error is one block that never changes: header, frames, type, message. MemoryError is a static one, so that it
 * needs no memory. What tt_unpack has to say is kept in a thread-local for the TT_TRY around it, which knows it by
 * its C frame: another strand has another stack and so another frame address, and cannot take it by mistake. */
#include "value/error.h"

#include <execinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <tutti/str.h>

#include "base/error.h"
#include "base/log.h"
#include "base/symbol.h"
#include "value/repr.h"

enum { TRACE_LINE = 200 };

static struct tt_error_ no_memory = {
    .head = { .refs = TT_IMMORTAL_, .kind = TT_ERROR, .sealed = 1 },
    .type = "MemoryError",
    .message = "no memory",
    .message_size = sizeof "no memory" - 1,
    .code = -ENOMEM,
};

tt_value tt_no_memory_(void)
{
    return tt_value_of_object_(&no_memory);
}

tt_value tt_error_no_memory(void)
{
    return tt_no_memory_();
}

bool tt_is_no_memory_(tt_view v)
{
    return tt_object_if_(v, TT_ERROR) == &no_memory;
}

/* ---- making ---- */

struct parts {
    const char *type, *message, *traceback; /* message NULL: to be filled; traceback NULL: from the stack */
    size_t message_size;
    const void *caller; /* who called the library: where the backtrace begins */
};

/* Frames from the caller on, innermost first; all, if it is not among them. */
static size_t walk_stack(const void *caller, void *frames[TT_ERROR_FRAMES_])
{
    void *all[TT_ERROR_FRAMES_ + 8];
    int n = backtrace(all, TT_ERROR_FRAMES_ + 8), first = 0;
    while (first < n && all[first] != caller) first++;
    if (first == n) first = 0;
    size_t count = n - first > TT_ERROR_FRAMES_ ? (size_t)TT_ERROR_FRAMES_ : (size_t)(n - first);
    memcpy(frames, all + first, count * sizeof *frames);
    return count;
}

/* Copies a text and its NUL to *at, which moves on. */
static const char *place_text(char **at, const char *text, size_t size)
{
    char *to = *at;
    if (text && size) memcpy(to, text, size);
    to[size] = 0;
    *at += size + 1;
    return to;
}

/* Takes cause; NULL: no memory. */
static struct tt_error_ *error_new(const struct parts *p, tt_value cause)
{
    void *frames[TT_ERROR_FRAMES_];
    size_t count = p->traceback ? 0 : walk_stack(p->caller, frames);
    size_t type_size = strlen(p->type), trace_size = p->traceback ? strlen(p->traceback) : 0;
    size_t texts = type_size + p->message_size + trace_size + 3;
    struct tt_error_ *e = tt_object_new_(TT_ERROR, sizeof *e + count * sizeof *frames + texts, true);
    if (!e) {
        tt_drop(cause);
        return NULL;
    }
    e->cause = cause;
    e->code = tt_code_of_type_(p->type);
    e->frame_count = (int)count;
    e->frames = (void **)(e + 1);
    if (count) memcpy(e->frames, frames, count * sizeof *frames);
    char *at = (char *)(e->frames + count);
    e->type = place_text(&at, p->type, type_size);
    e->message = place_text(&at, p->message, p->message_size);
    e->message_size = p->message_size;
    e->traceback = p->traceback ? place_text(&at, p->traceback, trace_size) : NULL;
    return e;
}

static tt_value error_format(tt_value cause, const void *caller, const char *type, const char *fmt, va_list args)
{
    char text[512];
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(text, sizeof text, fmt, args);
    if (size < 0) size = 0;
    bool whole = (size_t)size < sizeof text;
    struct parts p = { type ? type : "RuntimeError", whole ? text : NULL, NULL, (size_t)size, caller };
    struct tt_error_ *e = error_new(&p, cause);
    if (e && !whole) vsnprintf((char *)(uintptr_t)e->message, (size_t)size + 1, fmt, again);
    va_end(again);
    return e ? tt_value_of_object_(e) : tt_no_memory_();
}

tt_value tt_error(const char *type, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    tt_value e = error_format(tt_none(), __builtin_return_address(0), type, fmt, args);
    va_end(args);
    return e;
}

static tt_value as_cause(tt_value cause)
{
    if (tt_is_none(cause) || tt_is_error(cause)) return cause;
    tt_value e = tt_error("TypeError", "the cause of an error is a %s, not an error", tt_type_name(cause));
    tt_drop(cause);
    return e;
}

tt_value tt_error_with_cause(tt_value cause, const char *type, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    tt_value e = error_format(as_cause(cause), __builtin_return_address(0), type, fmt, args);
    va_end(args);
    return e;
}

tt_value tt_error_of(const char *type, const char *message, size_t size)
{
    struct parts p = { type, message, NULL, size, __builtin_return_address(0) };
    struct tt_error_ *e = error_new(&p, tt_none());
    return e ? tt_value_of_object_(e) : tt_no_memory_();
}

tt_value tt_error_rebuild(tt_value cause, const char *type, const char *message, size_t size, const char *traceback)
{
    struct parts p = { type, message, traceback ? traceback : "", size, NULL };
    struct tt_error_ *e = error_new(&p, as_cause(cause));
    return e ? tt_value_of_object_(e) : tt_no_memory_();
}

static tt_value error_of_code(int code, const void *caller)
{
    const char *line = tt_strerror(code);
    if (code == -ENOMEM) return tt_no_memory_();
    struct parts p = { code < 0 ? tt_code_type_(code) : "ValueError", line, NULL, strlen(line), caller };
    struct tt_error_ *e = error_new(&p, tt_none());
    if (e && code < 0) e->code = code;
    return e ? tt_value_of_object_(e) : tt_no_memory_();
}

tt_value tt_error_from_code(int code)
{
    return error_of_code(code, __builtin_return_address(0));
}

/* ---- TT_TRY ---- */

static _Thread_local struct {
    const void *frame; /* whose tt_unpack failed; NULL: nothing here */
    int code;
    char type[24];
    char message[200];
} detail;

void tt_error_detail_(const void *frame, int code, const char *type, const char *message)
{
    detail.frame = frame;
    detail.code = code;
    snprintf(detail.type, sizeof detail.type, "%s", type);
    snprintf(detail.message, sizeof detail.message, "%s", message);
}

tt_value tt_failure_of_code_(int64_t code, const char *call, const void *frame)
{
    const void *caller = __builtin_return_address(0);
    if (code != detail.code || detail.frame != frame || !strstr(call, "tt_unpack"))
        return error_of_code((int)code, caller);
    detail.frame = NULL;
    struct parts p = { detail.type, detail.message, NULL, strlen(detail.message), caller };
    struct tt_error_ *e = error_new(&p, tt_none());
    return e ? tt_value_of_object_(e) : tt_no_memory_();
}

/* ---- looking ---- */

const char *(tt_error_type)(tt_view v)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    return e ? e->type : "";
}

const char *(tt_error_message)(tt_view v)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    return e ? e->message : "";
}

tt_view (tt_error_cause)(tt_view v)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    return e ? tt_view_of(e->cause) : tt_view_of(tt_none());
}

int (tt_error_code)(tt_view v)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    return e ? e->code : 0;
}

bool (tt_error_is)(tt_view v, const char *type)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    return e && strcmp(e->type, type) == 0;
}

int (tt_error_backtrace)(tt_view v, void **ret_frames, int max)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    int n = e ? e->frame_count : 0;
    if (n > max) n = max > 0 ? max : 0;
    if (n) memcpy(ret_frames, e->frames, (size_t)n * sizeof *ret_frames);
    return n;
}

/* ---- printing ---- */

/* One line per frame, outermost first. */
static void trace(const struct tt_error_ *e, void (*add)(void *to, const char *text), void *to)
{
    char place[TRACE_LINE];
    if (e->traceback) add(to, e->traceback);
    for (int first = tt_own_frames_(e->frames, e->frame_count), i = e->frame_count - 1; i >= first; i--) {
        add(to, "  ");
        add(to, tt_place_of_(e->frames[i], place, sizeof place));
        add(to, "\n");
    }
}

static void add_to_text(void *to, const char *text)
{
    tt_text_adds_(to, text);
}

static void add_to_file(void *to, const char *text)
{
    fputs(text, to);
}

tt_value (tt_error_traceback)(tt_view v)
{
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    struct tt_text_ t = { NULL, 0, 0, 0 };
    if (e) trace(e, add_to_text, &t);
    tt_value text = t.code < 0 ? tt_no_memory_() : tt_str_of_bytes(t.data, t.size);
    tt_free_(t.data);
    return text;
}

static void print_one(const struct tt_error_ *e, FILE *to)
{
    if (e->frame_count || (e->traceback && *e->traceback)) fputs("Traceback (most recent call last):\n", to);
    trace(e, add_to_file, to);
    fputs(e->type, to);
    if (e->message_size) fputs(": ", to);
    fwrite(e->message, 1, e->message_size, to);
    fputc('\n', to);
}

static const struct tt_error_ *cause_of(const struct tt_error_ *e)
{
    return tt_object_if_(tt_view_of(e->cause), TT_ERROR);
}

enum { BLOCK = 64 };

/* Prints errors number begin … end - 1 of the chain, the last one first: at most BLOCK. */
static void print_block(const struct tt_error_ *e, size_t begin, size_t end, FILE *to)
{
    const struct tt_error_ *block[BLOCK];
    for (size_t i = 0; i < end; i++, e = cause_of(e))
        if (i >= begin) block[i - begin] = e;
    for (size_t i = end; i-- > begin;) {
        print_one(block[i - begin], to);
        if (i) fputs("\nThe above exception was the direct cause of the following exception:\n\n", to);
    }
}

/* Causes come first, so the chain is gone through from its end, a block at a time: without memory or recursion. */
void (tt_error_print)(tt_view v, FILE *to)
{
    const struct tt_error_ *first = tt_object_if_(v, TT_ERROR);
    size_t count = 0;
    for (const struct tt_error_ *e = first; e; e = cause_of(e)) count++;
    for (size_t end = count, begin; end > 0; end = begin) {
        begin = end > BLOCK ? end - BLOCK : 0;
        print_block(first, begin, end, to);
    }
}

void tt_uncaught_(tt_value error)
{
    tt_error_print(error, stderr);
    tt_drop(error);
    exit(EXIT_FAILURE);
}
