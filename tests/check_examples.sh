#!/bin/bash
# Every examples/NOUN.c ends with a comment that says what it prints; it is run and compared:
#     /* prints:
#     49
#     */
# ("prints in any order:" sorts the lines first.) everywhere.c is run by make run.
set -u
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0 examples=0
fail() { echo "$*"; bad=1; }

for file in "$source"/examples/*.c; do
    name=$(basename "$file" .c)
    [ "$name" != everywhere ] || continue
    examples=$((examples + 1))
    grep -q '^/\* prints.*:$' "$file" || { fail "$name: does not say what it prints"; continue; }
    sed -n '/^\/\* prints.*:$/,/^\*\/$/p' "$file" | sed '1d;$d' >"$work/want"
    timeout 60 "$build/examples/$name" >"$work/got" 2>"$work/err" </dev/null || { fail "$name ends with code $?"; cat "$work/err"; }
    if grep -q '^/\* prints in any order:' "$file"; then sort -o "$work/want"{,}; sort -o "$work/got"{,}; fi
    diff "$work/want" "$work/got" || { fail "$name prints something else (<: documented)"; cat "$work/err"; }
done
echo "$examples examples"
exit $bad
