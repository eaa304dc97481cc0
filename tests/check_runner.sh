#!/bin/sh
# The runner of the tests can fail: of tests/support/planted.c every test named bad_ fails and every one named good_
# passes, also when repeated.
set -u
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: planted crashes confuse the sanitizers"; exit 77; }
cd "$1/tests" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2046
"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE= -I. support/planted.c support/runner.c -o "$work/planted" \
    $(pkg-config --cflags --libs check) -pthread || exit 1
bad=0
export TEST_TIMEOUT=0.2                                 # what is left behind is left for good: look briefly
for repeat in 1 3; do
    ! TUTTI_TEST_REPEAT=$repeat CK_VERBOSITY=verbose "$work/planted" >"$work/out" 2>/dev/null || { echo "planted failures, exit 0"; bad=1; }
    for name in $(sed -n 's/^TEST[A-Z_]*(\([a-z_]*\).*/\1/p' support/planted.c); do
        case $name in bad_*) verdict='[FE]' ;; *) verdict=P ;; esac
        n=$(grep -c ":$verdict:$name:" "$work/out")
        [ "$n" -eq $repeat ] || { echo "$name: $n of $repeat as wanted"; bad=1; }
    done
done
[ $bad -eq 0 ] || cat "$work/out"
exit $bad
