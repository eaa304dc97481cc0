/* map.c - a function over an iterator, lazily: map (a ring of futures) and map_unordered (a queue of completions).
 *
 * At most `buffer` items are in flight: handed over, and their result not yet given. One is asked of the source only
 * when there is room, on the strand that asks for a result. The first failure, of a task or of the source, ends the
 * map at its place; what is in flight behind it is cancelled. */
#include "base/memory.h"
#include "future/completion.h"

enum { PER_WORKER = 4 };

struct map {
    tt_executor *ex;
    tt_fn fn;
    tt_iter source;
    tt_time by;
    tt_task_options task;
    size_t buffer, in_flight;
    int ended;                    /* the source: 0: may have more; 1: has none; negative: what it answered */
    size_t first;                 /* ordered: the oldest in the ring */
    tt_future **ring;             /* ordered; else NULL */
    struct tt_completions_ queue; /* unordered */
    struct tt_completion_ *nodes; /* unordered; else NULL */
    struct tt_list_ free;         /* of the nodes */
};

/* --- the two kinds --- */

static struct tt_completion_ *take_node(struct map *m)
{
    return tt_container_(tt_list_pop_front_(&m->free), struct tt_completion_, link);
}

static void give_node(struct map *m, struct tt_completion_ *node)
{
    tt_list_push_front_(&m->free, &node->link);
}

static void put(struct map *m, tt_future *f)
{
    if (m->ring) {
        m->ring[(m->first + m->in_flight++) % m->buffer] = f;
        return;
    }
    m->in_flight++;
    tt_completion_add_(&m->queue, take_node(m), f);
    tt_future_free(f);
}

/* The next result; one less in flight. Negative: nothing has changed. */
static int take_ordered(struct map *m, tt_value *ret)
{
    tt_future *f = m->ring[m->first];
    int r = tt_future_result(f, ret, m->by);
    if (r < 0) return r;
    m->first = (m->first + 1) % m->buffer;
    m->in_flight--;
    tt_future_free(f);
    return 0;
}

static int take_unordered(struct map *m, tt_value *ret)
{
    struct tt_completion_ *node;
    while (!(node = tt_completions_pop_(&m->queue))) {
        int r = tt_completions_wait_(&m->queue, m->by);
        if (r < 0) return r;
    }
    *ret = tt_future_collect_(node->future);
    tt_completion_remove_(node);
    give_node(m, node);
    m->in_flight--;
    return 0;
}

static void cancel(tt_future *f)
{
    (void)tt_future_cancel(f);
    tt_store_relaxed_(&f->collected, 1); /* its error would be a consequence */
}

static void cancel_rest(struct map *m)
{
    for (; m->ring && m->in_flight; m->first = (m->first + 1) % m->buffer, m->in_flight--) {
        cancel(m->ring[m->first]);
        tt_future_free(m->ring[m->first]);
    }
    for (size_t i = 0; m->nodes && i < m->buffer; i++)
        if (m->nodes[i].future) {
            cancel(m->nodes[i].future);
            tt_completion_remove_(&m->nodes[i]);
            give_node(m, &m->nodes[i]);
        }
    m->in_flight = 0;
    if (m->ended == 0) m->ended = 1;
}

/* --- the iterator --- */

static void fill(struct map *m)
{
    tt_value item;
    while (m->ended == 0 && m->in_flight < m->buffer) {
        int r = tt_iter_next(&m->source, &item);
        if (r == 1)
            put(m, tt_submit_with(m->ex, m->fn, item, &m->task));
        else
            m->ended = r < 0 ? r : 1;
    }
}

static int next(tt_iter *it, tt_value *ret_item)
{
    struct map *m = it->user;
    if (!m) return -ENOMEM;
    fill(m);
    if (m->in_flight == 0) return m->ended < 0 ? m->ended : 0;
    int r = m->ring ? take_ordered(m, ret_item) : take_unordered(m, ret_item);
    if (r < 0 || tt_is_error(*ret_item)) cancel_rest(m);
    return r < 0 ? r : 1;
}

static void end(tt_iter *it)
{
    struct map *m = it->user;
    if (!m) return;
    cancel_rest(m);
    tt_iter_end(&m->source);
    tt_free_(m->ring);
    tt_free_(m->nodes);
    tt_free_(m);
}

static struct map *map_new(tt_executor *ex, tt_fn fn, const tt_map_options *o, bool ordered)
{
    struct map *m = tt_calloc_(1, sizeof *m);
    if (!m) return NULL;
    m->ex = ex;
    m->fn = fn;
    m->by = o->by ? o->by : TT_FOREVER;
    m->task = (tt_task_options){ .size = sizeof m->task, .name = o->name, .priority = o->priority };
    m->buffer = o->buffer ? o->buffer : PER_WORKER * (size_t)(ex ? tt_executor_workers(ex) : 1);
    tt_completions_init_(&m->queue);
    if (ordered)
        m->ring = tt_calloc_(m->buffer, sizeof(*m->ring));
    else
        m->nodes = tt_calloc_(m->buffer, sizeof *m->nodes);
    tt_list_init_(&m->free);
    for (size_t i = 0; m->nodes && i < m->buffer; i++)
        give_node(m, &m->nodes[i]);
    if (m->ring || m->nodes) return m;
    tt_free_(m);
    return NULL;
}

static tt_iter map(tt_executor *ex, tt_fn fn, tt_iter items, const tt_map_options *options, bool ordered)
{
    tt_map_options o;
    (void)tt_options_read_(&o, sizeof o, options);
    struct map *m = map_new(ex, fn, &o, ordered);
    if (m)
        m->source = items;
    else
        tt_iter_end(&items);
    return tt_iter_of(next, end, m);
}

tt_iter tt_map_with(tt_executor *ex, tt_fn fn, tt_iter items, const tt_map_options *options)
{
    return map(ex, fn, items, options, true);
}

tt_iter tt_map_unordered_with(tt_executor *ex, tt_fn fn, tt_iter items, const tt_map_options *options)
{
    return map(ex, fn, items, options, false);
}
