/* task.c - tasks by name and by address: two hash tables of chains through the registered objects themselves, so that
 * registering before main needs no memory. One spin lock guards both; files come and go with dlopen and dlclose. */
#include <stdio.h>
#include <stdlib.h>
#include <tutti/task.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/spin.h"

enum { BUCKETS = 256 };
static tt_spin_ lock;
static struct tt_task_ *by_name[BUCKETS], *by_fn[BUCKETS];

static void take(void)
{
    tt_spin_lock_(&lock);
}

static void give_back(void)
{
    tt_spin_unlock_(&lock);
}

/* For look-ups: a fork takes the lock, so that the child finds it free. (Before main nobody forks.) */
static void take_watched(void)
{
    static struct tt_fork_ watch = { .before = take, .after = give_back, .child = give_back };
    (void)tt_fork_watch_(&watch);
    take();
}

static struct tt_task_ **name_bucket(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *name; name++) h = (h ^ (unsigned char)*name) * 16777619u;
    return &by_name[(h ^ h >> 16) % BUCKETS];
}

static struct tt_task_ **fn_bucket(tt_fn fn)
{
    return &by_fn[((uintptr_t)fn >> 4) % BUCKETS];
}

/* Under the lock. */
static struct tt_task_ *find_name(const char *name)
{
    struct tt_task_ *t = *name_bucket(name);
    while (t && strcmp(t->name, name) != 0) t = t->next_name;
    return t;
}

static struct tt_task_ *find_fn(tt_fn fn)
{
    struct tt_task_ *t = *fn_bucket(fn);
    while (t && t->fn != fn) t = t->next_fn;
    return t;
}

static void refuse(const struct tt_task_ *a, const struct tt_task_ *b)
{
    fprintf(stderr, "tutti: two tasks are called %s: %s:%d and %s:%d\n", a->name, a->file, a->line, b->file, b->line);
    _exit(1);
}

void tt_task_register_(struct tt_task_ *task)
{
    take();
    struct tt_task_ *other = find_name(task->name);
    if (!other || other->fn == task->fn) {
        struct tt_task_ **n = name_bucket(task->name), **f = fn_bucket(task->fn);
        task->next_name = *n;
        task->next_fn = *f;
        *n = *f = task;
        other = NULL;
    }
    give_back();
    if (other) refuse(other, task);
}

void tt_task_unregister_(struct tt_task_ *task)
{
    take();
    struct tt_task_ **n = name_bucket(task->name), **f = fn_bucket(task->fn);
    while (*n && *n != task) n = &(*n)->next_name;
    while (*f && *f != task) f = &(*f)->next_fn;
    if (*n) *n = task->next_name;
    if (*f) *f = task->next_fn;
    give_back();
}

tt_fn tt_task_find(const char *name)
{
    take_watched();
    struct tt_task_ *t = find_name(name);
    tt_fn fn = t ? t->fn : NULL;
    give_back();
    return fn;
}

const char *tt_task_name(tt_fn fn)
{
    take_watched();
    struct tt_task_ *t = find_fn(fn);
    const char *name = t ? t->name : NULL;
    give_back();
    return name;
}
