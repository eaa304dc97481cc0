#!/bin/sh
# labels: long
# The switch and the stacks on aarch64: cross-built, run by qemu-user. With the assembly switch, with branch
# protection, and with the ucontext one.
set -eu
source=$1
sysroot=/usr/aarch64-linux-gnu cc=aarch64-linux-gnu-gcc
for tool in $cc qemu-aarch64; do
    command -v $tool >/dev/null || { echo "SKIPPED: no $tool"; exit 77; }
done
[ -e $sysroot/include/stdio.h ] || { echo "SKIPPED: no libc for aarch64"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$source"
ulimit -c 0

bad=0
for flags in -O2 '-O3 -mbranch-protection=standard' '-O1 -DTT_UCONTEXT_=1'; do
    for noun in context stack; do
        $cc -std=gnu17 -D_GNU_SOURCE= -Wall -Wextra -Wconversion -Wshadow -Werror -g -fno-omit-frame-pointer \
            -fstack-clash-protection $flags -Iinclude -Isrc -Itests/support/plain -Itests \
            src/strand/context.c src/strand/sanitizer.c src/strand/ucontext.c src/strand/aarch64.S \
            src/strand/stack.c src/strand/region.c src/base/*.c \
            tests/support/plain/runner.c "tests/$noun.c" -o "$work/$noun" -lm -pthread
        echo "$flags $noun:"
        timeout 250 qemu-aarch64 -L $sysroot "$work/$noun" >"$work/log" 2>&1 || bad=1
        grep -v 'uncaught target signal' "$work/log" # of the tests that must end so
    done
done
exit $bad
