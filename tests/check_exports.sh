#!/bin/sh
# The shared library exports only tt_* names, each declared in a public header; the archive's global names are
# tt_* too, so that linking it statically takes no other name from the program. The soname is libtutti.so.0.
set -eu
source=$1 build=$2
exported=$(nm -D --defined-only "$build/libtutti.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }')
[ -n "$exported" ] || { echo "libtutti.so exports nothing"; exit 1; }
bad=0

# Debug builds stand before three pthread functions (src/strand/foreign.c).
exported=$(echo "$exported" | grep -v -E '^pthread_mutex_(try|un)?lock$')
stray=$(echo "$exported" | grep -v '^tt_' || true)
[ -z "$stray" ] || { echo "exported without tt_:" $stray; bad=1; }

words=$(cat "$source"/include/tutti/*.h | grep -o 'tt_[A-Za-z0-9_]*' | sort -u)
undeclared=$(echo "$exported" | sort -u | awk -v words="$words" '
    BEGIN { n = split(words, w, "\n"); for (i = 1; i <= n; i++) known[w[i]] = 1 }
    !($0 in known)')
[ -z "$undeclared" ] || { echo "exported, but in no public header:" $undeclared; bad=1; }

# __asan_ and the like are the sanitizers' own.
global=$(nm -g --defined-only "$build/libtutti.a" 2>/dev/null | awk 'NF == 3 { print $3 }' |
    grep -v -e '^tt_' -e '^__asan' -e '^__odr_asan' -e '^__tsan' -e '^DW.ref' -e '^pthread_mutex_' || true)
[ -z "$global" ] || { echo "global in libtutti.a without tt_:" $global; bad=1; }

readelf -d "$build/libtutti.so" | grep -q 'soname: \[libtutti.so.0\]' || { echo "the soname is not libtutti.so.0"; bad=1; }
readelf -d "$build/libtutti.so" | grep -q NODELETE || { echo "not linked with -z nodelete"; bad=1; }
if [ -z "${SANITIZE:-}" ]; then
    foreign=$(readelf -d "$build/libtutti.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v -e '^libc\.so' -e '^ld-linux' || true)
    [ -z "$foreign" ] || { echo "needs more than libc:" $foreign; bad=1; }
fi
exit $bad
