#!/bin/bash
# Every ```c block of README.md and docs/*.md is a whole program: it is compiled and run. A last comment of the form
#     /* prints:
#     49
#     */
# says what it must print ("prints in any order:" sorts the lines first). Every `make target` and every tt_ name that
# these pages mention exists.
set -u
source=$1 build=$2
cd "$source" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0 snippets=0
fail() { echo "$*"; bad=1; }

for page in README.md docs/*.md; do
    awk -v stem="$work/$(basename "$page" .md)" '
        /^```c$/ { file = stem "-" ++n ".c"; next }
        /^```/ { file = ""; next }
        file { print >file }' "$page"
    for target in $(grep -o -e '`make [a-z]*' -e '^make [a-z]*' "$page" | cut -d' ' -f2 | sort -u); do
        grep -q "^$target:" Makefile || fail "$page: there is no make $target"
    done
done

cat include/tutti/*.h packaging/* | grep -o '\<\(tt\|TT\)_[A-Za-z0-9_]*' | sort -u >"$work/known"
unknown=$(cat README.md docs/*.md | grep -o '\<\(tt\|TT\)_[A-Za-z0-9_]*' | sort -u | comm -23 - "$work/known" | grep -v -x 'tt_')
[ -z "$unknown" ] || fail "names that README.md or docs/ mention and no header has:" $unknown

for file in "$work"/*.c; do
    [ -f "$file" ] || continue
    name=$(basename "$file" .c)
    snippets=$((snippets + 1))
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=gnu17 -Wall -Wextra -Werror -g ${SANITIZE:+-fsanitize=$SANITIZE} -Iinclude "$file" -o "$work/$name" \
        -L"$build" -Wl,-rpath,"$build" -ltutti -pthread || { fail "$name does not compile:"; cat -n "$file"; continue; }
    timeout 60 "$work/$name" >"$work/$name.got" 2>"$work/$name.err" </dev/null || { fail "$name ends with code $?"; cat "$work/$name.err"; }
    grep -q '^/\* prints' "$file" || continue
    sed -n '/^\/\* prints.*:$/,/^\*\/$/p' "$file" | sed '1d;$d' >"$work/$name.want"
    if grep -q '^/\* prints in any order:' "$file"; then sort -o "$work/$name.want"{,}; sort -o "$work/$name.got"{,}; fi
    diff "$work/$name.want" "$work/$name.got" || fail "$name prints something else (<: documented)"
done
echo "$snippets snippets"
[ $snippets -gt 0 ] || fail "no snippet was found"
exit $bad
