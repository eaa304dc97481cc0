/* error.c - error values.
 * An error is one block that never changes: header, frames, type, message. MemoryError is a static one, so that it
 * needs no memory. What tt_unpack has to say is kept in a thread-local for the TT_TRY around it, which knows it by
 * its C frame: another strand has another stack and so another frame address, and cannot take it by mistake. */
#include "value/error.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <tutti/str.h>

#include "base/error.h"
#include "base/log.h"

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

/* Takes cause. The message is to be filled: size bytes and a NUL. NULL: no memory, cause is dropped. */
static struct tt_error_ *error_blank(const char *type, size_t size, tt_value cause)
{
    void *frames[TT_ERROR_FRAMES_ + 2];
    int n = backtrace(frames, TT_ERROR_FRAMES_ + 2) - 2; /* this function and the one that called it */
    size_t count = n > 0 ? (size_t)n : 0, type_size = strlen(type) + 1;
    struct tt_error_ *e =
        tt_object_new_(TT_ERROR, sizeof *e + count * sizeof(void *) + type_size + size + 1, true);
    if (!e) {
        tt_drop(cause);
        return NULL;
    }
    e->cause = cause;
    e->code = tt_code_of_type_(type);
    e->frame_count = (int)count;
    e->frames = (void **)(e + 1);
    memcpy(e->frames, frames + 2, count * sizeof(void *));
    char *text = (char *)(e->frames + count);
    e->type = memcpy(text, type, type_size);
    e->message = text + type_size;
    e->message_size = size;
    text[type_size + size] = 0;
    return e;
}

static tt_value error_of(const char *type, const char *message, size_t size, tt_value cause)
{
    struct tt_error_ *e = error_blank(type ? type : "RuntimeError", size, cause);
    if (!e) return tt_no_memory_();
    if (size) memcpy((char *)(uintptr_t)e->message, message, size);
    return tt_value_of_object_(e);
}

static tt_value error_format(tt_value cause, const char *type, const char *fmt, va_list args)
{
    char text[512];
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(text, sizeof text, fmt, args);
    struct tt_error_ *e;
    if (size < 0) size = 0, text[0] = 0;
    e = error_blank(type ? type : "RuntimeError", (size_t)size, cause);
    if (e && (size_t)size < sizeof text) memcpy((char *)(uintptr_t)e->message, text, (size_t)size);
    else if (e) vsnprintf((char *)(uintptr_t)e->message, (size_t)size + 1, fmt, again);
    va_end(again);
    return e ? tt_value_of_object_(e) : tt_no_memory_();
}

tt_value tt_error(const char *type, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    tt_value e = error_format(tt_none(), type, fmt, args);
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
    tt_value e = error_format(as_cause(cause), type, fmt, args);
    va_end(args);
    return e;
}

tt_value tt_error_of(const char *type, const char *message, size_t size)
{
    return error_of(type, message, size, tt_none());
}

tt_value tt_error_from_code(int code)
{
    const char *line = tt_strerror(code);
    if (code == -ENOMEM) return tt_no_memory_();
    tt_value e = error_of(code < 0 ? tt_code_type_(code) : "ValueError", line, strlen(line), tt_none());
    struct tt_error_ *o = tt_object_if_(tt_view_of(e), TT_ERROR);
    if (code < 0 && o != &no_memory) o->code = code;
    return e;
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
    if (code != detail.code || detail.frame != frame || !strstr(call, "tt_unpack"))
        return tt_error_from_code((int)code);
    detail.frame = NULL;
    return tt_error(detail.type, "%s", detail.message);
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

/* How many of the innermost frames are the library's own making of the error, as far as names tell. */
static int own_frames(const struct tt_error_ *e)
{
    char place[200];
    int n = 0;
    while (n < e->frame_count && strncmp(tt_place_of_(e->frames[n], place, sizeof place), "tt_", 3) == 0) n++;
    return n;
}

static void print_one(const struct tt_error_ *e, FILE *to)
{
    char place[200];
    int first = own_frames(e);
    if (e->frame_count > first) fputs("Traceback (most recent call last):\n", to);
    for (int i = e->frame_count - 1; i >= first; i--)
        fprintf(to, "  %s\n", tt_place_of_(e->frames[i], place, sizeof place));
    fputs(e->type, to);
    if (e->message_size) fputs(": ", to);
    fwrite(e->message, 1, e->message_size, to);
    fputc('\n', to);
}

static const struct tt_error_ *cause_of(const struct tt_error_ *e)
{
    return tt_object_if_(tt_view_of(e->cause), TT_ERROR);
}

/* Causes come first, so the chain is walked from its end, without recursion: it is short, and may be long. */
void (tt_error_print)(tt_view v, FILE *to)
{
    const struct tt_error_ *first = tt_object_if_(v, TT_ERROR), *last = NULL;
    while (last != first) {
        const struct tt_error_ *e = first;
        if (!e) break;
        while (cause_of(e) != last) e = cause_of(e);
        print_one(e, to);
        if (e != first)
            fputs("\nThe above exception was the direct cause of the following exception:\n\n", to);
        last = e;
    }
}

void tt_uncaught_(tt_value error)
{
    tt_error_print(error, stderr);
    tt_drop(error);
    exit(EXIT_FAILURE);
}
