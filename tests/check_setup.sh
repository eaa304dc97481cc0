#!/bin/sh
# scripts/setup touches nothing when all is there or TUTTI_NO_INSTALL=1, names what is missing, and uses sudo only
# when not root. apt-get, sudo and id are played by scripts that write down how they were called.
set -u
cd "$1" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
fail() { echo "$*"; bad=1; }

mkdir "$work/bin" "$work/none"
for tool in sh dirname cat mktemp rm env; do ln -s "$(command -v $tool)" "$work/bin/$tool"; done
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1"; chmod +x "$work/bin/$1"; }
fake apt-get "echo apt-get \"\$@\" >>'$work/calls'"
fake sudo "echo sudo >>'$work/calls'; exec \"\$@\""
fake id 'echo ${FAKE_UID}'
setup() { : >"$work/calls"; out=$(env PATH="$work/bin" FAKE_UID="$1" TUTTI_NO_INSTALL="$2" scripts/setup run test 2>&1); code=$?; }

setup 0 1
[ $code -ne 0 ] || fail "TUTTI_NO_INSTALL=1 with packages missing must fail"
[ ! -s "$work/calls" ] || fail "TUTTI_NO_INSTALL=1 called: $(cat "$work/calls")"
case $out in *cmake*check*) ;; *) fail "does not name what is missing: $out" ;; esac
setup 0 0
[ $code -eq 0 ] || fail "installing as root failed: $out"
grep -q 'apt-get install .*cmake' "$work/calls" || fail "did not install cmake"
! grep -q sudo "$work/calls" || fail "used sudo as root"
setup 1000 0
grep -q sudo "$work/calls" || fail "did not use sudo when not root"
rm "$work/bin/sudo"
setup 1000 0
[ $code -ne 0 ] || fail "no root, no sudo: must fail"
[ ! -s "$work/calls" ] || fail "no root, no sudo: called $(cat "$work/calls")"

: >"$work/calls"
ln -s "$work/bin/apt-get" "$work/none/apt-get"
PATH="$work/none:$PATH" scripts/setup run test || fail "setup fails though the suite itself runs"
[ ! -s "$work/calls" ] || fail "all is there, yet it called: $(cat "$work/calls")"
exit $bad
