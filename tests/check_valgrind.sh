#!/bin/sh
# labels: long
# Valgrind finds nothing in these test programs, coroutine switches included: it is told of every stack. (Programs that
# limit their own address space cannot run under it.)
set -u
build=$2
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: Valgrind and the sanitizers exclude each other"; exit 77; }
command -v valgrind >/dev/null || { echo "SKIPPED: no valgrind"; exit 77; }
export TEST_TIMEOUT=20
bad=0
for noun in context error value park; do
    timeout 250 valgrind -q --trace-children=yes --error-exitcode=9 "$build/tests/$noun" || { echo "$noun: see above"; bad=1; }
done
exit $bad
