#!/bin/sh
# A C++ exception does not cross a task's border (K20): one that leaves a task ends the program by std::terminate, in a
# coroutine as in a thread; one that is caught inside a task is nobody's business, also after a wait.
set -eu
source=$1 build=$2
command -v g++ >/dev/null || { echo "SKIPPED: no g++"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/program.cc" <<'CC'
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <tutti.h>

static tt_value catches(tt_view)
{
    try {
        if (tt_sleep(tt_after(0.001)) < 0) return tt_int(1);
        throw std::runtime_error("inside");
    } catch (const std::exception &) {
        tt_yield();
        return tt_int(0);
    }
}

static tt_value throws(tt_view)
{
    tt_yield();
    throw std::runtime_error("out of a task");
}

int main(int argc, char **argv)
{
    const bool leaves = argc > 2 && !std::strcmp(argv[2], "throws");
    std::set_terminate([] { std::_Exit(42); });
    tt_thread_pool_options options = {};
    options.size = sizeof options;
    options.workers = 1;
    options.exclusive = !std::strcmp(argv[1], "thread") ? 1 : 0;
    tt_executor *ex = tt_thread_pool_with(&options);
    tt_future *f = tt_submit_with(ex, leaves ? throws : catches, tt_none(), nullptr);
    tt_value v = tt_await(f);
    const int code = (int)tt_as_int(v);
    tt_drop(v);
    tt_future_free(f);
    tt_executor_free(ex);
    return code;
}
CC
# shellcheck disable=SC2086
g++ -std=c++17 ${SANITIZE:+-fsanitize=$SANITIZE} -I"$source/include" "$work/program.cc" "$build/libtutti.a" -pthread \
    -o "$work/program"
bad=0
for place in coroutine thread; do
    code=0
    "$work/program" $place catches || code=$?
    [ $code -eq 0 ] || { echo "$place: an exception caught inside a task ends with $code"; bad=1; }
    code=0
    "$work/program" $place throws || code=$?
    [ $code -eq 42 ] || { echo "$place: an exception that leaves a task ends with $code, not by terminate"; bad=1; }
done
exit $bad
