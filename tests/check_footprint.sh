#!/bin/bash
# A program that uses one lock makes the system calls of one that uses none: no thread, descriptor, handler or mapping
# more (docs/footprint.md). Both link the shared library.
set -u
source=$1 build=$2
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: sanitizers map and start things of their own"; exit 77; }
command -v strace >/dev/null || { echo "SKIPPED: no strace"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 'int main(void) { return 0; }' >"$work/none.c"
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
for name in none lock; do
    "${CC:-cc}" -std=gnu17 -I"$source/include" "$work/$name.c" -o "$work/$name" \
        -Wl,--no-as-needed -L"$build" -Wl,-rpath,"$build" -ltutti || exit 1
    strace -f -o "$work/$name.trace" "$work/$name" || { echo "$name does not run"; exit 1; }
    # malloc is the program's own: brk, and its one getrandom, are not counted; nor how often the loader stats.
    sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' "$work/$name.trace" |
        grep -v -e '^brk$' -e '^getrandom$' -e '^futex$' | sort | uniq -c >"$work/$name.calls"
done
[ -s "$work/none.calls" ] || { echo "SKIPPED: strace shows nothing here"; exit 77; }
diff "$work/none.calls" "$work/lock.calls" >"$work/diff" && exit 0
echo "one lock adds (>) system calls:"
cat "$work/diff"
comm -13 <(sed 's/^[0-9]* *//' "$work/none.trace" | sort) <(sed 's/^[0-9]* *//' "$work/lock.trace" | sort)
exit 1
