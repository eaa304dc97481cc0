/* foreign.c - counts the pthread mutexes a thread holds, by standing before libc's functions. Debug builds only.
 * A condition variable's wait gives its mutex up and takes it again inside libc: the count stays, and the thread is not
 * in a wait of ours meanwhile. */
#include "strand/foreign.h"

#ifdef TT_COUNTS_MUTEXES_

#include <dlfcn.h>
#include <pthread.h>

__thread int tt_foreign_mutexes_;

typedef int mutex_fn(pthread_mutex_t *m);

/* libc's own function of that name. */
static mutex_fn *real(mutex_fn **cache, const char *name)
{
    mutex_fn *fn = tt_load_relaxed_(cache);
    if (!fn) tt_store_relaxed_(cache, fn = (mutex_fn *)dlsym(RTLD_NEXT, name));
    return fn;
}

static int counted(int r, int by)
{
    if (r == 0) tt_foreign_mutexes_ += by;
    return r;
}

__attribute__((visibility("default"))) int pthread_mutex_lock(pthread_mutex_t *m)
{
    static mutex_fn *cache;
    return counted(real(&cache, "pthread_mutex_lock")(m), 1);
}

__attribute__((visibility("default"))) int pthread_mutex_trylock(pthread_mutex_t *m)
{
    static mutex_fn *cache;
    return counted(real(&cache, "pthread_mutex_trylock")(m), 1);
}

__attribute__((visibility("default"))) int pthread_mutex_unlock(pthread_mutex_t *m)
{
    static mutex_fn *cache;
    return counted(real(&cache, "pthread_mutex_unlock")(m), -1);
}

#endif
