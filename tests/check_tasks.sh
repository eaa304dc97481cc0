#!/bin/bash
# labels: long
# Tasks are found by name however the program was linked: shared and static library, stripped, with LTO, with
# --gc-sections, from a static archive of the user's own, by gcc and by clang. Two of one name end the program at
# start-up, naming both files.
set -u
source=$1 build=$2
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: the programs are built without sanitizers"; exit 77; }
bad=0 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

cat >tasks.c <<'C'
#include <tutti.h>
TT_DEFINE(long, square, long, x) { return x * x; }
static tt_value hidden(tt_view arg) { return tt_ref(arg); }
TT_TASK(hidden);
void anchor(void);
void anchor(void) {}                            /* what main refers to, so that an archive gives this file */
C
cat >main.c <<'C'
#include <tutti.h>
#include <stdio.h>
void anchor(void);
int main(void)
{
    tt_fn square = tt_task_find("square"), hidden = tt_task_find("hidden");
    anchor();
    if (!square || !hidden || tt_task_find("nobody")) return 2;
    tt_auto arg = tt_args(7);
    tt_auto answer = square(tt_view_of(arg));
    printf("%s %s\n", tt_task_name(square), tt_task_name(hidden));
    return tt_print(answer);
}
C
printf '#include <tutti.h>\nTT_DEFINE(int, same) { return 1; }\nint main(void) { return 0; }\n' >one.c
printf '#include <tutti.h>\nstatic tt_value same(tt_view v) { return tt_ref(v); }\nTT_TASK(same);\n' >two.c

failed() { echo "$*"; bad=1; }

works() {                                       # works NAME COMPILER ARGUMENTS…
    local name=$1 compiler=$2
    shift 2
    "$compiler" -std=gnu17 -Wall -Wextra -Werror -I"$source/include" main.c "$@" -lpthread -o program ||
        { failed "$compiler, $name: does not build"; return; }
    [ "$name" != stripped ] || strip program
    [ "$(timeout 10 ./program 2>&1)" = "$(printf 'square hidden\n49')" ] || failed "$compiler, $name: $(./program 2>&1)"
}

cat >plugin.c <<'C'
#include <tutti.h>
TT_DEFINE(int, plugged) { return 7; }
C
cat >host.c <<'C'
#include <tutti.h>
#include <dlfcn.h>
int main(void)
{
    for (int i = 0; i < 3; i++) {
        if (tt_task_find("plugged")) return 2;
        void *plugin = dlopen("./plugin.so", RTLD_NOW);
        tt_fn fn = tt_task_find("plugged");
        if (!plugin || !fn || tt_as_int(fn(tt_view_of(tt_none()))) != 7) return 3;
        if (dlclose(plugin) != 0) return 4;
    }
    return tt_task_find("plugged") != NULL;
}
C

for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "SKIPPED: no $compiler"; continue; }
    static=$build/libtutti.a
    works shared $compiler tasks.c -L"$build" -Wl,-rpath,"$build" -ltutti
    works static $compiler tasks.c "$static"
    works stripped $compiler tasks.c "$static"
    works optimised $compiler -O3 tasks.c "$static"
    works gc-sections $compiler -O2 -ffunction-sections -fdata-sections tasks.c "$static" -Wl,--gc-sections
    if echo 'int main(void) { return 0; }' | $compiler -flto -x c - -o lto 2>/dev/null; then
        works lto $compiler -O2 -flto tasks.c "$static" -Wl,--gc-sections
    else
        echo "SKIPPED: $compiler cannot link with -flto here"
    fi
    $compiler -std=gnu17 -O2 -ffunction-sections -I"$source/include" -c tasks.c -o tasks.o && rm -f mine.a &&
        ar rc mine.a tasks.o || failed "$compiler: no archive"
    works archive $compiler -O2 mine.a "$static" -Wl,--gc-sections

    $compiler -std=gnu17 -fPIC -shared -I"$source/include" plugin.c -o plugin.so -L"$build" -ltutti &&
        $compiler -std=gnu17 -I"$source/include" host.c -o host -L"$build" -Wl,-rpath,"$build" -ltutti -ldl &&
        timeout 10 ./host || failed "$compiler: a plugin's tasks do not come and go: $?"

    $compiler -std=gnu17 -I"$source/include" one.c two.c "$static" -lpthread -o twins || failed "$compiler: no twins"
    said=$(timeout 10 ./twins 2>&1)
    code=$?
    [ $code -eq 1 ] || failed "$compiler: two of one name: exit code $code"
    case $said in *same*one.c:*two.c:* | *same*two.c:*one.c:*) ;; *) failed "$compiler: two of one name: $said" ;; esac
done
exit $bad
