#!/bin/bash
# What must not compile, does not: returning a view where a value is due (it is lent), handing a view to what takes;
# ignoring a value one owns is a warning. What the header promises does: in strict C11 and in C++17.
set -u
source=$1
bad=0 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed() { echo "$*"; bad=1; }

prologue='#include <tutti.h>
static tt_value task(tt_view arg)'
refused() {                                     # refused WHY BODY: an error in C and C++, fine without the bad line
    local why=$1 body=$2
    for compiler in gcc clang g++ clang++; do
        command -v $compiler >/dev/null || { echo "SKIPPED: no $compiler"; continue; }
        case $compiler in *++) language="-x c++ -std=c++17" ;; *) language="-x c -std=c11" ;; esac
        # shellcheck disable=SC2086
        flags="$language -Wall -Wextra -Wpedantic -Wconversion -Wno-unused-function -fsyntax-only -I$source/include"
        printf '%s\n{ %s }\n' "$prologue" "$body" >bad.c
        printf '%s\n{ return tt_ref(arg); }\n' "$prologue" >good.c
        $compiler $flags -Werror good.c || failed "$compiler: the good program does not compile"
        $compiler $flags bad.c 2>/dev/null && failed "$compiler: compiles: $why"
    done
}
refused "a task that returns what it was lent" 'return arg;'
refused "a task that returns what a list lends" 'return tt_at(arg, 0);'
refused "dropping what is lent" 'tt_drop(arg); return tt_none();'
refused "putting what is lent" 'tt_list_append(arg, tt_at(arg, 0)); return tt_none();'
refused "passing an int where a value is due" 'return tt_ref(7);'

for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    printf '#include <tutti.h>\nint main(void) { tt_str("lost"); return 0; }\n' >lost.c
    $compiler -std=gnu17 -Wall -Werror -c -o lost.o -I"$source/include" lost.c 2>/dev/null &&
        failed "$compiler: a value nobody takes is not a warning"
done

cat >registers.c <<'C'
#include <tutti.h>
tt_value give(tt_view a, tt_view b);
tt_value give(tt_view a, tt_view b) { return tt_is_none(a) ? tt_ref(b) : tt_int(7); }
C
if [ "$(uname -m)" = x86_64 ]; then             # two registers in, two out: nothing of it goes through memory
    ${CC:-cc} -std=gnu17 -O2 -fno-stack-protector -fcf-protection=none -S -I"$source/include" registers.c -o - |
        sed -n '/^give:/,/ret/p' | grep -q '(%rdi)\|(%rsi)' && failed "a value is passed through memory"
fi
exit $bad
