/* tutti.h - Python's concurrency toolkit for C: all of it. Made by scripts/umbrella. */
#ifndef TUTTI_H
#define TUTTI_H

#include <tutti/args.h>
#include <tutti/barrier.h>
#include <tutti/blocking.h>
#include <tutti/compare.h>
#include <tutti/condition.h>
#include <tutti/core.h>
#include <tutti/dict.h>
#include <tutti/dump.h>
#include <tutti/error.h>
#include <tutti/event.h>
#include <tutti/executor.h>
#include <tutti/future.h>
#include <tutti/int.h>
#include <tutti/iter.h>
#include <tutti/list.h>
#include <tutti/local.h>
#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/loop.h>
#include <tutti/memory.h>
#include <tutti/once.h>
#include <tutti/overflow.h>
#include <tutti/proxy.h>
#include <tutti/queue.h>
#include <tutti/repr.h>
#include <tutti/rlock.h>
#include <tutti/rwlock.h>
#include <tutti/scope.h>
#include <tutti/seal.h>
#include <tutti/select.h>
#include <tutti/semaphore.h>
#include <tutti/set.h>
#include <tutti/str.h>
#include <tutti/strand.h>
#include <tutti/struct.h>
#include <tutti/task.h>
#include <tutti/thread.h>
#include <tutti/thread_pool.h>
#include <tutti/timer.h>
#include <tutti/value.h>

#endif
