/* queue.h - items travel between strands. Python: queue.Queue, LifoQueue, PriorityQueue, SimpleQueue; asyncio.Queue.
 *
 *     tt_autoptr(tt_queue) q = tt_queue_new(100);
 *     TT_TRY(tt_queue_put(q, tt_int(7), TT_FOREVER));            in one strand
 *     TT_TRY(tt_queue_get(q, &item, TT_FOREVER));                in another
 *
 * What is put is taken, success or not, and sealed (see tt_thaw). Those who wait are served in the order of waiting:
 * an item that comes is handed to the getter that has waited longest, the room that a get makes goes to the putter
 * that has. A getter that times out or is cancelled never takes an item with it. put happens-before the get of its
 * item. */
#ifndef TUTTI_QUEUE_H
#define TUTTI_QUEUE_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_queue tt_queue;

/* How a priority queue orders: 1 when a comes out before b, 0 when not; negative: they cannot be compared, which is
 * then the answer of the put. Must be a strict order that does not change. Called by the strand that puts, with no
 * lock held: it may do anything, wait for other things included. NULL stands for tt_less, Python's <. */
typedef int (*tt_less_fn)(tt_view a, tt_view b, void *context);

/* tt_queue_new - first in, first out. tt_lifo_queue_new - last in, first out. tt_priority_queue_new - least first,
 * stable. tt_simple_queue_new - first in, first out, unbounded, and it keeps no count of tasks.
 * max_items   how many it holds before put waits; less than 1: any number
 * less        the order; NULL: Python's order of values
 * context     handed to less
 * Returns     the queue, yours to tt_queue_free; NULL: no memory */
TT_API TT_NODISCARD tt_queue *tt_queue_new(int64_t max_items);
TT_API TT_NODISCARD tt_queue *tt_lifo_queue_new(int64_t max_items);
TT_API TT_NODISCARD tt_queue *tt_priority_queue_new(int64_t max_items, tt_less_fn less, void *context);
TT_API TT_NODISCARD tt_queue *tt_simple_queue_new(void);

/* tt_queue_free - drops the items that are left, and the queue. NULL is fine. While strands wait for it or
 * put into it that is refused: a line is logged and nothing happens. */
TT_API void tt_queue_free(tt_queue *q);

/* tt_queue_put - puts v, waiting for room until `by`. Takes v in every case; to keep or to retry pass tt_ref(v).
 * Returns   0; -EAGAIN (TT_NOW and it is full); -ETIMEDOUT; -ECANCELED; -ESHUTDOWN; -ENOMEM (also when v is the
 *           MemoryError of a constructor); -EINVAL, or what `less` answered: it cannot be ordered
 * Strands   any     Cost   one short lock; unbounded queues allocate every 62nd time, priority queues every time
 * Python    Queue.put, put_nowait */
TT_API int tt_queue_put(tt_queue *q, tt_value v, tt_time by);

/* tt_queue_get - takes the next item into *ret, waiting for one until `by`.
 * Returns   0: *ret is yours; -EAGAIN (TT_NOW and it is empty); -ETIMEDOUT; -ECANCELED; -ESHUTDOWN: it is shut down
 *           and empty; -ENOMEM (no descriptor for this thread). When negative *ret is untouched
 * Strands   any     Python   Queue.get, get_nowait */
TT_API TT_NODISCARD int tt_queue_get(tt_queue *q, tt_value *ret, tt_time by);

/* tt_queue_put_many - puts items[0 … n) in this order, as if one by one, waiting for room until `by`. Takes them all;
 * those that were not put are dropped.
 * Returns   how many were put; fewer than n: the next one failed, as a put of it alone would tell; negative (as
 *           tt_queue_put): not even the first */
TT_API int64_t tt_queue_put_many(tt_queue *q, const tt_value *items, size_t n, tt_time by);

/* tt_queue_get_many - waits for one item until `by`, then takes all there are, up to n, into ret[0 …].
 * Returns   how many (at least 1; n = 0: 0), or negative as tt_queue_get */
TT_API TT_NODISCARD int64_t tt_queue_get_many(tt_queue *q, tt_value *ret, size_t n, tt_time by);

/* tt_queue_task_done - a getter says that one item it got has been dealt with.
 * Returns   0; -EINVAL: more often than items were put, or a simple queue (nothing changes).  Python: task_done */
TT_API int tt_queue_task_done(tt_queue *q);

/* tt_queue_join - waits until every item ever put has been dealt with.
 * Returns   0; -EAGAIN (TT_NOW and some are not); -ETIMEDOUT; -ECANCELED; -EINVAL (a simple queue); -ENOMEM
 * Python    Queue.join */
TT_API TT_NODISCARD int tt_queue_join(tt_queue *q, tt_time by);

/* tt_queue_unfinished - items put and not dealt with yet. */
TT_API int64_t tt_queue_unfinished(const tt_queue *q);

/* tt_queue_shutdown - no more puts: they answer -ESHUTDOWN, also those that wait. Gets go on until it is empty, then
 * answer -ESHUTDOWN. immediate: the items left are dropped and count as dealt with; those already handed out still
 * need task_done. May be repeated; a later gentle one does not undo an immediate one.  Python 3.13: Queue.shutdown
 * tt_queue_close - shuts it down gently. */
TT_API void tt_queue_shutdown(tt_queue *q, bool immediate);
static inline void tt_queue_close(tt_queue *q)
{
    tt_queue_shutdown(q, false);
}
TT_API bool tt_queue_is_shutdown(const tt_queue *q);

/* tt_queue_size, _empty, _full - items in it now; may be outdated at once.  Python: qsize, empty, full */
TT_API size_t tt_queue_size(const tt_queue *q);
TT_API bool tt_queue_empty(const tt_queue *q);
TT_API bool tt_queue_full(const tt_queue *q);

/* tt_queue_set_max_items - another bound; less than 1: none. What is in it stays, also if that is more; putters for
 * whom there is room now go on.  Python: q.maxsize = n.  tt_queue_max_items - the bound; 0: none. */
TT_API void tt_queue_set_max_items(tt_queue *q, int64_t max_items);
TT_API int64_t tt_queue_max_items(const tt_queue *q);

TT_DEFINE_FREEP_(tt_queue)

#ifdef __cplusplus
}
#endif
#endif
