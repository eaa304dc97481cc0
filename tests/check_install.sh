#!/bin/bash
# labels: long
# make install into a prefix and below a DESTDIR; programs outside the tree, in C and in C++, built by pkg-config and
# by find_package, shared and static; make uninstall leaves nothing.
set -eu
source=$1
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: the installed library is tested without sanitizers"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$*"; exit 1; }

# A build of its own: the one under test is configured for another prefix.
export TUTTI_NO_INSTALL=1
unset CMAKE_GENERATOR
cmake -S "$source" -B "$work/build" -DTUTTI_TESTS=OFF -DTUTTI_EXAMPLES=OFF -DTUTTI_BENCH=OFF \
    -DCMAKE_INSTALL_PREFIX="$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work/build" -j2 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --install "$work/build" >"$work/log"

DESTDIR="$work/dest" cmake --install "$work/build" >"$work/log"
[ -f "$work/dest$work/prefix/lib/libtutti.so.0" ] || fail "DESTDIR is not honoured"
"$source/scripts/uninstall" "$work/build/install_manifest.txt" "$work/dest"
left=$(find "$work/dest" -type f -o -type l)
[ -z "$left" ] || fail "uninstall leaves: $left"
[ -f "$work/prefix/share/man/man3/tt_core.3" ] || fail "no manual pages"

cat >"$work/program.c" <<'C'
#include <stdio.h>
#include <tutti.h>
TT_DEFINE(long, square, long, x) { return x * x; }
int main(void)
{
    long answer = 0;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) f = tt_submit(ex, square, tt_args(7));
        tt_auto v = tt_await(f);
        answer = (long)tt_as_int(v);
    }
    printf("%d\n", answer == 49);
    return 0;
}
C
cat >"$work/program.cc" <<'C'
#include <cstdio>
#include <tutti.h>
static tt_value square(tt_view x)
{
    return tt_int(tt_as_int(x) * tt_as_int(x));
}
int main()
{
    tt_thread *t = tt_thread_new_with(square, tt_int(7), nullptr);
    tt_value answer = tt_none();
    if (tt_thread_start(t) == 0 && tt_thread_result(t, &answer, TT_FOREVER) == 0) std::printf("%d\n", tt_as_int(answer) == 49);
    tt_drop(answer);
    tt_thread_free(t);
}
C
expect_1() { [ "$("$@")" = 1 ] || fail "wrong answer from $*"; }

export PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig"
flags=$(pkg-config --cflags tutti)
cc=${CC:-cc} cxx=${CXX:-c++}
$cc -std=c11 $flags "$work/program.c" -o "$work/c-shared" $(pkg-config --libs tutti)
LD_LIBRARY_PATH="$work/prefix/lib" expect_1 "$work/c-shared"
$cc -std=c11 $flags "$work/program.c" -o "$work/c-static" "$work/prefix/lib/libtutti.a" -pthread
expect_1 "$work/c-static"
$cc -static -std=c11 $flags "$work/program.c" -o "$work/c-all-static" $(pkg-config --static --libs tutti)
expect_1 "$work/c-all-static"
$cxx -std=c++17 $flags "$work/program.cc" -o "$work/cc-shared" $(pkg-config --libs tutti)
LD_LIBRARY_PATH="$work/prefix/lib" expect_1 "$work/cc-shared"

mkdir "$work/outside"
cp "$work/program.c" "$work/program.cc" "$work/outside"
cat >"$work/outside/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.22)
project(outside LANGUAGES C CXX)
find_package(tutti 0.1 REQUIRED)
foreach(kind tutti tutti_static)
    add_executable(c-${kind} program.c)
    add_executable(cc-${kind} program.cc)
    target_link_libraries(c-${kind} PRIVATE tutti::${kind})
    target_link_libraries(cc-${kind} PRIVATE tutti::${kind})
endforeach()
CMAKE
(cmake -S "$work/outside" -B "$work/outside/build" -DCMAKE_PREFIX_PATH="$work/prefix" &&
    cmake --build "$work/outside/build" -j2) >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
for program in c-tutti c-tutti_static cc-tutti cc-tutti_static; do expect_1 "$work/outside/build/$program"; done
