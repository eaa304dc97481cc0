/* What debug builds (TT_DEBUG) say about values: second drops, late references, leaks. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <tutti.h>
#include <unistd.h>

static int lines;
static char last[1100];
static void keep(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    lines++;
    snprintf(last, sizeof last, "%s", line);
}

static void needs_debug(void)
{
#ifndef TT_DEBUG
    test_skip("not built with TT_DEBUG");
#endif
    tt_set_log(keep, NULL);
}

TEST(a_second_drop_is_reported_and_harmless)
{
    needs_debug();
    tt_value s = tt_str("once");
    tt_drop(s);
    CHECK_EQ(lines, 0);
    tt_drop(s);
    CHECK_EQ(lines, 1);
    CHECK(strstr(last, "tt_drop of a str that was dropped before at"));
    tt_value t = tt_str("another"); /* not the same memory yet */
    CHECK_STR(tt_as_str(t), "another");
    tt_drop(t);
}

TEST(a_reference_to_the_dead_is_reported)
{
    needs_debug();
    tt_value list = tt_list_of(1, 2);
    tt_view lent = tt_view_of(list);
    tt_drop(list);
    tt_value late = tt_ref(lent);
    CHECK(strstr(last, "tt_ref of a list that was dropped before at"));
    CHECK_EQ(tt_len(late), (int64_t)0xDDDDDDDDDDDDDDDD); /* poisoned, not freed */
}

TEST(the_dead_make_room_in_the_end)
{
    needs_debug();
    for (int i = 0; i < 20000; i++) tt_drop(tt_str("x"));
    CHECK_EQ(lines, 0);
}

#ifdef TT_DEBUG
/* What a child that leaks and exits has to say. */
__attribute__((noinline)) static void leaks(int to)
{
    dup2(to, 2);
    tt_set_log(NULL, NULL);
    setenv("TUTTI_LEAKS", "1", 1);
    tt_value kept = tt_tuple_of("leaked", tt_dict());
    (void)kept;
    exit(0);
}
#endif

TEST(leaks_are_reported_with_their_birthplace)
{
    needs_debug();
#ifdef TT_DEBUG
    int p[2];
    char text[4000] = "";
    CHECK_OK(pipe(p));
    pid_t child = fork();
    if (child == 0) leaks(p[1]);
    close(p[1]);
    size_t n = 0;
    for (ssize_t r; (r = read(p[0], text + n, sizeof text - 1 - n)) > 0;) n += (size_t)r;
    close(p[0]);
    waitpid(child, NULL, 0);
    CHECK(strstr(text, "leak: tuple "));
    CHECK(strstr(text, "leak: str "));
    CHECK(strstr(text, "leak: dict "));
    CHECK(strstr(text, "made at leaks+0x"));
#endif
}
