/* progress.c - a bar on a terminal; nothing elsewhere. It is drawn on stderr, ten times a second at most. */
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "everywhere.h"

enum { WHAT_WIDTH = 52, BAR_MAX = 40, NUMBER_WIDTH = 7 };

void progress_init(struct progress *p)
{
    const char *term = getenv("TERM");
    bool able = term && strcmp(term, "dumb") != 0;
    *p = (struct progress){ .shown = able && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) };
    setlocale(LC_CTYPE, "");
    p->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void progress_begin(struct progress *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(p->what, sizeof p->what, fmt, args);
    va_end(args);
    p->next = 0;
    progress_show(p, 0, 1);
}

static int columns(void)
{
    struct winsize w = { 0 };
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

static int between(int least, int n, int most)
{
    return n < least ? least : n > most ? most : n;
}

/* With UTF-8 in eighths of a cell, which are U+2589 (7/8) to U+258F (1/8). */
static void draw_bar(const struct progress *p, double share, int width)
{
    int eighths = (int)(share * 8 * width), full = eighths / 8, rest = eighths % 8;
    for (int i = 0; i < width; i++) {
        if (i < full)
            fputs(p->utf8 ? "\u2588" : "#", stderr);
        else if (i == full && rest && p->utf8)
            fprintf(stderr, "\xe2\x96%c", 0x90 - rest);
        else
            fputs(p->utf8 ? "\u00b7" : ".", stderr);
    }
}

void progress_show(struct progress *p, size_t done, size_t of)
{
    if (!p->shown) return;
    tt_time now = tt_clock();
    if (now < p->next) return;
    p->next = now + 100 * TT_MS;
    double share = of ? (double)done / (double)of : 1;
    int room = columns() - NUMBER_WIDTH, what = between(0, room, WHAT_WIDTH), bar = between(0, room - what, BAR_MAX);
    fprintf(stderr, "\r%-*.*s", what, what, p->what);
    draw_bar(p, share, bar);
    fprintf(stderr, " %3.0f %%\033[K", share * 100);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->shown) fputs("\r\033[K", stderr);
}
