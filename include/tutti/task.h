/* task.h - functions that can be handed over, by name if need be. Python: a module-level function, as pickle sees it.
 *
 *     TT_DEFINE(long, square, long, x) { return x * x; }
 *
 * makes square, a tt_fn to hand to tt_submit, tt_thread_new and the rest, and square_c, the plain C function with
 * that body: long square_c(long x). square unpacks its argument (see tt_unpack), calls square_c and makes a value
 * of what it returns. Both have external linkage. In the body call square_c, too. */
#ifndef TUTTI_TASK_H
#define TUTTI_TASK_H

#include <tutti/args.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A registered function. Private; lies in the file of its TT_TASK. */
struct tt_task_ {
    const char *name;
    tt_fn fn;
    const char *file;
    int line;
    struct tt_task_ *next_name, *next_fn; /* in the same bucket */
};

TT_API void tt_task_register_(struct tt_task_ *task);
TT_API void tt_task_unregister_(struct tt_task_ *task);

/* TT_TASK(f); - at file scope, behind f: f can be found by its name, in this and in any process of the same program.
 * It is done before main, and undone when the file's shared object is unloaded. Two functions of one name in a
 * program are an error at start-up: a line naming both files, and exit code 1. (A file of a static archive counts
 * only if the program refers to something in it.) */
#define TT_TASK(f)                                                                                                    \
    static struct tt_task_ tt_task_of_##f = { #f, f, __FILE__, __LINE__, NULL, NULL };                                \
    __attribute__((constructor, used)) static void tt_task_add_##f(void)                                              \
    {                                                                                                                 \
        tt_task_register_(&tt_task_of_##f);                                                                           \
    }                                                                                                                 \
    __attribute__((destructor, used)) static void tt_task_remove_##f(void)                                            \
    {                                                                                                                 \
        tt_task_unregister_(&tt_task_of_##f);                                                                         \
    }                                                                                                                 \
    struct tt_task_

/* tt_task_find - the registered function of this name; NULL: there is none.  Threads: any. */
TT_API tt_fn tt_task_find(const char *name);

/* tt_task_name - the name a function is registered under; NULL: it is not. Lent until its object is unloaded. */
TT_API const char *tt_task_name(tt_fn fn);

/* TT_DEFINE(ret, name, type, arg, …) { body } - up to 6 parameters. Types are those of tt_unpack, also structs
 * (checked by name and size); spell function pointers and arrays by a typedef. A const char * or tt_view parameter
 * is lent for the call, a tt_value is the body's own. ret may be void, too (None). A const char * that is returned
 * is copied, NULL becomes None; a tt_value is handed on. */
#define TT_DEFINE(...) TT_PASTE_(TT_DEFINE_, TT_DEFINE_COUNT_(__VA_ARGS__))(__VA_ARGS__)

#define TT_DEFINE_COUNT_(...) TT_DEFINE_ARG15_(__VA_ARGS__, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define TT_DEFINE_ARG15_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, ...) o

#define TT_DEFINE_2(R, N) TT_DEFINE_AS_(R, N, (void), , 0, , ())
#define TT_DEFINE_4(R, N, T1, A1)                                                                                     \
    TT_DEFINE_AS_(R, N, (T1 A1), T1 A1;, 1, TT_SLOT_AS_(T1, A1), (A1))
#define TT_DEFINE_6(R, N, T1, A1, T2, A2)                                                                             \
    TT_DEFINE_AS_(R, N, (T1 A1, T2 A2), T1 A1; T2 A2;, 2, TT_SLOT_AS_(T1, A1) TT_SLOT_AS_(T2, A2), (A1, A2))
#define TT_DEFINE_8(R, N, T1, A1, T2, A2, T3, A3)                                                                     \
    TT_DEFINE_AS_(R, N, (T1 A1, T2 A2, T3 A3), T1 A1; T2 A2; T3 A3;, 3,                                               \
                  TT_SLOT_AS_(T1, A1) TT_SLOT_AS_(T2, A2) TT_SLOT_AS_(T3, A3), (A1, A2, A3))
#define TT_DEFINE_10(R, N, T1, A1, T2, A2, T3, A3, T4, A4)                                                            \
    TT_DEFINE_AS_(R, N, (T1 A1, T2 A2, T3 A3, T4 A4), T1 A1; T2 A2; T3 A3; T4 A4;, 4,                                 \
                  TT_SLOT_AS_(T1, A1) TT_SLOT_AS_(T2, A2) TT_SLOT_AS_(T3, A3) TT_SLOT_AS_(T4, A4),                    \
                  (A1, A2, A3, A4))
#define TT_DEFINE_12(R, N, T1, A1, T2, A2, T3, A3, T4, A4, T5, A5)                                                    \
    TT_DEFINE_AS_(R, N, (T1 A1, T2 A2, T3 A3, T4 A4, T5 A5), T1 A1; T2 A2; T3 A3; T4 A4; T5 A5;, 5,                   \
                  TT_SLOT_AS_(T1, A1) TT_SLOT_AS_(T2, A2) TT_SLOT_AS_(T3, A3) TT_SLOT_AS_(T4, A4)                     \
                  TT_SLOT_AS_(T5, A5), (A1, A2, A3, A4, A5))
#define TT_DEFINE_14(R, N, T1, A1, T2, A2, T3, A3, T4, A4, T5, A5, T6, A6)                                            \
    TT_DEFINE_AS_(R, N, (T1 A1, T2 A2, T3 A3, T4 A4, T5 A5, T6 A6), T1 A1; T2 A2; T3 A3; T4 A4; T5 A5; T6 A6;, 6,     \
                  TT_SLOT_AS_(T1, A1) TT_SLOT_AS_(T2, A2) TT_SLOT_AS_(T3, A3) TT_SLOT_AS_(T4, A4)                     \
                  TT_SLOT_AS_(T5, A5) TT_SLOT_AS_(T6, A6), (A1, A2, A3, A4, A5, A6))

/* The wrapper. The slot at the end keeps the array from being empty. */
#define TT_DEFINE_AS_(R, N, params, variables, n, slots, call)                                                        \
    TT_TASK_LINKAGE_ R N##_c params;                                                                                  \
    TT_TASK_LINKAGE_ tt_value N(tt_view tt_arg_);                                                                     \
    TT_TASK(N);                                                                                                       \
    tt_value N(tt_view tt_arg_)                                                                                       \
    {                                                                                                                 \
        variables const struct tt_slot_ tt_slots_[] = { slots{ TT_SLOT_BOOL_, 0, NULL, NULL } };                      \
        const void *tt_frame_ = __builtin_frame_address(0);                                                           \
        int tt_code_ = tt_unpack_(tt_arg_, tt_frame_, n, tt_slots_);                                                  \
        if (tt_code_ < 0) return tt_failure_of_code_(tt_code_, "tt_unpack", tt_frame_);                               \
        TT_RETURN_(R, N##_c call)                                                                                     \
    }                                                                                                                 \
    R N##_c params

#ifndef __cplusplus
#define TT_TASK_LINKAGE_ extern
#define TT_SLOT_AS_(T, A) { TT_SLOT_CODE_(&A), sizeof A, &A, #T },
#define TT_IS_VOID_(R) __builtin_types_compatible_p(R, void)
/* The call as an expression that is an int if the function returns nothing. */
#define TT_RETURN_(R, call)                                                                                           \
    if (TT_IS_VOID_(R)) {                                                                                             \
        (void)call;                                                                                                   \
        return tt_none();                                                                                             \
    }                                                                                                                 \
    __typeof__(__builtin_choose_expr(TT_IS_VOID_(R), 0, call)) tt_got_ =                                              \
        __builtin_choose_expr(TT_IS_VOID_(R), 0, call);                                                               \
    return tt_box_(TT_SLOT_CODE_(&tt_got_), sizeof tt_got_, &tt_got_, #R);
#else
#define TT_TASK_LINKAGE_ extern "C"
#define TT_SLOT_AS_(T, A) { tt_slot_code_of_<T>(), sizeof A, &A, #T },
#define TT_RETURN_(R, call)                                                                                           \
    return tt_box_call_<R>(#R, [&]() -> R { return call; });
#endif

#ifdef __cplusplus
}
template <class R, class F> inline tt_value tt_box_call_(const char *type, F call)
{
    if constexpr (std::is_void<R>::value) {
        call();
        return tt_none();
    } else {
        R got = call();
        return tt_box_(tt_slot_code_of_<R>(), sizeof got, &got, type);
    }
}
#endif
#endif
