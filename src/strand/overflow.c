/* overflow.c - the handler that names the coroutine whose stack ran out.
 *
 * The handler runs on the thread's alternate signal stack, since the coroutine's own is full. It takes no lock,
 * allocates nothing and calls nothing but write: the fault may have happened anywhere. `before` is written once, before
 * the handler is installed. Tests: tests/overflow.c. */
#include "strand/overflow.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/map.h"
#include "base/spin.h"
#include "strand/strand.h"

enum { SIGNAL_STACK = 64 << 10 };

bool tt_overflow_enabled_;
__thread bool tt_overflow_armed_;

static __thread char *own_signal_stack; /* its guard page lies below; NULL: the thread had one */
static struct sigaction before;
static tt_spin_ enabling;

/* ---- the line ---- */

struct line {
    char text[400];
    size_t size;
};

static void put(struct line *l, const char *s)
{
    while (*s && l->size < sizeof l->text) l->text[l->size++] = *s++;
}

static void put_number(struct line *l, uintptr_t n, unsigned base)
{
    char digits[24], *d = digits + sizeof digits;
    *--d = 0;
    do *--d = "0123456789abcdef"[n % base];
    while ((n /= base) > 0);
    put(l, base == 16 ? "0x" : "");
    put(l, d);
}

/* The strand on that stack, if it is the one that runs. Its name is read as other threads would: it may be torn. */
static void put_owner(struct line *l, const struct tt_stack_ *stack)
{
    char name[TT_STRAND_NAME_SIZE_ + 1] = "";
    struct tt_strand_ *s = tt_self_.strand;
    put(l, "coroutine ");
    if (!s || s->stack.low != stack->low) return;
    memcpy(name, s->name, TT_STRAND_NAME_SIZE_);
    put(l, "'");
    put(l, name);
    put(l, "' (");
    put_number(l, s->slot, 10);
    put(l, ".");
    put_number(l, s->id >> TT_ID_GENERATION_SHIFT_ & ((1u << TT_ID_GENERATION_BITS_) - 1), 10);
    put(l, ")");
    if (!name[0]) {
        put(l, ", running the function at ");
        put_number(l, (uintptr_t)s->function, 16);
    }
}

static uintptr_t code_address(const void *context)
{
    const ucontext_t *u = context;
#if defined(__x86_64__)
    return (uintptr_t)u->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return u->uc_mcontext.pc;
#else
    (void)u;
    return 0;
#endif
}

static void report(const struct tt_stack_ *stack, const void *address, const void *context)
{
    struct line l = { .size = 0 };
    put(&l, "tutti: stack overflow: ");
    put_owner(&l, stack);
    put(&l, " ran out of its stack of ");
    put_number(&l, stack->size, 10);
    put(&l, " bytes (access to ");
    put_number(&l, (uintptr_t)address, 16);
    put(&l, " by the code at ");
    put_number(&l, code_address(context), 16);
    put(&l, "); .stack_size makes it larger\n");
    if (write(STDERR_FILENO, l.text, l.size) < 0) return; /* nobody to tell */
}

/* ---- the handler ---- */

/* What would have happened without us. With the default action put back, a faulting instruction runs, and faults,
 * again; a signal that somebody sent has to be sent again. */
static void go_on(int number, siginfo_t *info, void *context)
{
    if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(number, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(number);
    } else {
        sigaction(number, &before, NULL);
        if (info->si_code <= 0) raise(number);
    }
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    struct tt_stack_ stack;
    if (info->si_code > 0 && tt_stack_owns_(info->si_addr, &stack)) report(&stack, info->si_addr, context);
    errno = saved;
    go_on(number, info, context);
}

static int install(void)
{
    struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK };
    action.sa_sigaction = on_fault;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSEGV, NULL, &before) < 0) return -ENOSYS;
    action.sa_flags |= before.sa_flags & SA_NODEFER; /* the earlier handler may rely on it */
    action.sa_mask = before.sa_mask;
    return sigaction(SIGSEGV, &action, NULL) < 0 ? -ENOSYS : 0;
}

int tt_enable_overflow_report(void)
{
    tt_spin_lock_(&enabling);
    int r = tt_load_relaxed_(&tt_overflow_enabled_) ? 0 : install();
    if (r == 0) tt_store_relaxed_(&tt_overflow_enabled_, true);
    tt_spin_unlock_(&enabling);
    return r;
}

/* ---- the threads ---- */

static bool has_signal_stack(void)
{
    stack_t now;
    return sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE);
}

static bool make_signal_stack(void)
{
    size_t page = tt_map_page_();
    void *m;
    if (tt_map_reserve_(&m, page + SIGNAL_STACK, "tutti-signal") < 0) return false;
    stack_t s = { .ss_sp = (char *)m + page, .ss_size = SIGNAL_STACK };
    if (tt_map_usable_(s.ss_sp, SIGNAL_STACK) < 0 || sigaltstack(&s, NULL) < 0) {
        tt_map_release_(m, page + SIGNAL_STACK);
        return false;
    }
    own_signal_stack = s.ss_sp;
    return true;
}

void tt_overflow_arm_now_(void)
{
    sigset_t fault;
    if (!has_signal_stack() && !make_signal_stack()) return;
    sigemptyset(&fault);
    sigaddset(&fault, SIGSEGV);
    pthread_sigmask(SIG_UNBLOCK, &fault, NULL); /* a blocked fault kills without a word */
    tt_overflow_armed_ = true;
}

void tt_overflow_begin_(void)
{
    static bool looked; /* atomic; looking twice does no harm */
    if (!tt_load_relaxed_(&looked)) {
        const char *wish = secure_getenv("TUTTI_OVERFLOW_REPORT");
        if (wish && strcmp(wish, "1") == 0) (void)tt_enable_overflow_report(); /* nobody is there to be told */
        tt_store_relaxed_(&looked, true);
    }
    tt_overflow_arm_();
}

void tt_overflow_disarm_(void)
{
    size_t page = tt_map_page_();
    tt_overflow_armed_ = false;
    if (!own_signal_stack) return;
    sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
    tt_map_release_(own_signal_stack - page, page + SIGNAL_STACK);
    own_signal_stack = NULL;
}
