#!/bin/bash
# Every public header compiles alone, strictly: as C11 with -Wpedantic -Wconversion and as C++17, by gcc and by
# clang (what is missing is skipped aloud); and so do uses of the macros.
set -u
source=$1
cd "$source" || exit 1
strict='-Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only'
bad=0 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

try() {                                                 # try COMPILER LANGUAGE STANDARD
    local compiler=$1 language=$2 standard=$3 header
    command -v "$compiler" >/dev/null || { echo "SKIPPED: no $compiler"; return; }
    for header in include/tutti/*.h include/tutti.h; do
        [ -f "$header" ] || continue
        printf '#include <%s>\nint main(void) { return 0; }\n' "${header#include/}" >"$work/alone"
        # shellcheck disable=SC2086
        "$compiler" -x "$language" -std="$standard" $strict -Iinclude "$work/alone" || {
            echo "$compiler -std=$standard: $header does not compile alone"
            bad=1
        }
    done
    # shellcheck disable=SC2086
    "$compiler" -x "$language" -std="$standard" $strict -Wshadow -Iinclude tests/support/macros.c || {
        echo "$compiler -std=$standard: macros of the headers give warnings"
        bad=1
    }
}
try gcc c c11
try clang c c11
try g++ c++ c++17
try clang++ c++ c++17

exit $bad
