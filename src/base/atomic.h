/* atomic.h - atomics with the memory order in the name. Every atomic access of the library goes
 * through here, so that a test build can replace this page. Operands are plain integers or pointers.
 *
 * A release names the acquire it pairs with in a comment where it is used. _seq_ operations are for
 * the store-then-load (Dekker) patterns; there are no stand-alone fences, since ThreadSanitizer does
 * not model them. */
#ifndef TUTTI_BASE_ATOMIC_H
#define TUTTI_BASE_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

/* A build with TT_JITTER waits now and then before an operation that orders, which makes narrow races wide. */
#ifdef TT_JITTER
#include "base/jitter.h"
#else
#define tt_jitter_() ((void)0)
#endif

#define tt_load_relaxed_(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define tt_load_acquire_(p) (tt_jitter_(), __atomic_load_n((p), __ATOMIC_ACQUIRE))
#define tt_load_seq_(p) (tt_jitter_(), __atomic_load_n((p), __ATOMIC_SEQ_CST))

#define tt_store_relaxed_(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define tt_store_release_(p, v) (tt_jitter_(), __atomic_store_n((p), (v), __ATOMIC_RELEASE))
#define tt_store_seq_(p, v) (tt_jitter_(), __atomic_store_n((p), (v), __ATOMIC_SEQ_CST))

#define tt_exchange_acquire_(p, v) (tt_jitter_(), __atomic_exchange_n((p), (v), __ATOMIC_ACQUIRE))
#define tt_exchange_acq_rel_(p, v) (tt_jitter_(), __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL))
#define tt_exchange_seq_(p, v) (tt_jitter_(), __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST))

/* Fetch-and-op: all return the value before. */
#define tt_add_relaxed_(p, n) __atomic_fetch_add((p), (n), __ATOMIC_RELAXED)
#define tt_add_acq_rel_(p, n) (tt_jitter_(), __atomic_fetch_add((p), (n), __ATOMIC_ACQ_REL))
#define tt_add_seq_(p, n) (tt_jitter_(), __atomic_fetch_add((p), (n), __ATOMIC_SEQ_CST))
#define tt_sub_relaxed_(p, n) __atomic_fetch_sub((p), (n), __ATOMIC_RELAXED)
#define tt_sub_release_(p, n) (tt_jitter_(), __atomic_fetch_sub((p), (n), __ATOMIC_RELEASE))
#define tt_sub_acq_rel_(p, n) (tt_jitter_(), __atomic_fetch_sub((p), (n), __ATOMIC_ACQ_REL))
#define tt_sub_seq_(p, n) (tt_jitter_(), __atomic_fetch_sub((p), (n), __ATOMIC_SEQ_CST))
#define tt_or_acq_rel_(p, n) (tt_jitter_(), __atomic_fetch_or((p), (n), __ATOMIC_ACQ_REL))
#define tt_or_seq_(p, n) (tt_jitter_(), __atomic_fetch_or((p), (n), __ATOMIC_SEQ_CST))
#define tt_and_acq_rel_(p, n) (tt_jitter_(), __atomic_fetch_and((p), (n), __ATOMIC_ACQ_REL))

/* Compare-and-swap: true if *p was *expected and is now desired; else *expected is what *p holds. */
#define tt_cas_relaxed_(p, expected, desired)                                                                         \
    __atomic_compare_exchange_n((p), (expected), (desired), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define tt_cas_acquire_(p, expected, desired)                                                                         \
    (tt_jitter_(), __atomic_compare_exchange_n((p), (expected), (desired), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
#define tt_cas_release_(p, expected, desired)                                                                         \
    (tt_jitter_(), __atomic_compare_exchange_n((p), (expected), (desired), false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
#define tt_cas_acq_rel_(p, expected, desired)                                                                         \
    (tt_jitter_(), __atomic_compare_exchange_n((p), (expected), (desired), false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
#define tt_cas_seq_(p, expected, desired)                                                                             \
    (tt_jitter_(), __atomic_compare_exchange_n((p), (expected), (desired), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))

/* One turn of a busy wait. */
static inline void tt_pause_(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

/* True in a build under ThreadSanitizer or AddressSanitizer (gcc and clang say it differently). */
#if defined(__SANITIZE_THREAD__)
#define TT_TSAN_ 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TT_TSAN_ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TT_ASAN_ 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TT_ASAN_ 1
#endif
#endif

#endif
