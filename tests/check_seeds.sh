#!/bin/bash
# examples/seed/NN-name.c and NN-name.py are one program in two languages: both run, and print the same. A C file with
# the line `/* compare: unordered */` has its lines compared in any order. Without python3 the C half still runs.
set -u
source=$1 build=$2
cd "$source/examples/seed" 2>/dev/null || { echo "SKIPPED: no seed program yet"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0 pairs=0
fail() { echo "$*"; bad=1; }
python=$(command -v python3) || echo "SKIPPED: no python3; the C programs run alone, nothing is compared"

run() { timeout 60 "$@" >"$work/$out" 2>"$work/err" </dev/null || { fail "$name: $out ends with code $?"; cat "$work/err"; return 1; }; }
in_order() { if grep -q 'compare: unordered' "$name.c"; then sort "$1"; else cat "$1"; fi; }

for file in *.c; do
    [ -f "$file" ] || { echo "SKIPPED: no seed program yet"; exit 77; }
    name=${file%.c}
    [ -f "$name.py" ] || fail "$name: the Python half is missing"
    out=c run "$build/examples/seed/$name" || continue
    { [ -n "$python" ] && [ -f "$name.py" ]; } || continue
    out=py run "$python" "$name.py" || continue
    pairs=$((pairs + 1))
    diff <(in_order "$work/py") <(in_order "$work/c") >"$work/diff" || { fail "$name: Python (<) and C (>) differ"; cat "$work/diff"; }
    [ -s "$work/c" ] || fail "$name: prints nothing"
done
for file in *.py; do [ -f "${file%.py}.c" ] || fail "${file%.py}: the C half is missing"; done
echo "$pairs pairs compared"
exit $bad
