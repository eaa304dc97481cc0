#!/bin/bash
# Rule 13, nothing until first use (docs/footprint.md). A program that uses one lock makes the system calls of one that
# uses none: no thread, descriptor, handler or mapping more. Loading the shared library does what the loader does with
# any library, and nothing else.
set -u
source=$1 build=$2
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: sanitizers map and start things of their own"; exit 77; }
command -v strace >/dev/null || { echo "SKIPPED: no strace"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 'int main(void) { return 0; }' >"$work/none.c"
cp "$work/none.c" "$work/plain.c"
cat >"$work/lock.c" <<'C'
#include <tutti/lock.h>
int main(void)
{
    static tt_lock l;
    int r = tt_lock_acquire(&l, TT_FOREVER);
    if (r == 0) r = tt_lock_release(&l);
    tt_with_lock (&l) r |= tt_lock_held(&l) ? 0 : 2;
    return r;
}
C

# The calls of a program, counted by name, but for those given.
calls() {
    local name=$1 library=$2 ignored=$3
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=gnu17 -I"$source/include" "$work/$name.c" -o "$work/$name" \
        -Wl,--no-as-needed -L"$build" -Wl,-rpath,"$build" $library || exit 1
    strace -f -o "$work/$name.trace" "$work/$name" || { echo "$name does not run"; exit 1; }
    sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' "$work/$name.trace" | grep -v -x -E "$ignored" | sort | uniq -c
}
compare() {
    diff "$work/$1" "$work/$2" >"$work/diff" && return
    echo "$3 (>):"
    cat "$work/diff"
    bad=1
}

bad=0
loader='open|openat|close|read|pread64|fstat|newfstatat|access|mmap|munmap|mprotect|brk'
calls plain '' "$loader" >"$work/plain.calls" || exit 1
calls none -ltutti "$loader" >"$work/loaded.calls" || exit 1
[ -s "$work/plain.calls" ] || { echo "SKIPPED: strace shows nothing here"; exit 77; }
compare plain.calls loaded.calls "loading the library adds system calls"

heap='brk|getrandom|futex'                              # malloc's, and the futex wake of a pthread_once
calls none -ltutti "$heap" >"$work/none.calls" || exit 1
calls lock -ltutti "$heap" >"$work/lock.calls" || exit 1
compare none.calls lock.calls "one lock adds system calls"
[ $bad -eq 0 ] || comm -13 <(sed 's/^[0-9]* *//' "$work/none.trace" | sort) <(sed 's/^[0-9]* *//' "$work/lock.trace" | sort)
exit $bad
