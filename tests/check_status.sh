#!/bin/sh
# What is made from the tree is as fresh as the tree: the table in README.md, include/tutti.h, and the table of checks
# in docs/testing.md.
set -eu
cd "$1"
scripts/status --check
scripts/umbrella | diff include/tutti.h - || { echo "include/tutti.h is stale: run scripts/umbrella --write"; exit 1; }
for check in tests/check_*; do
    noun=$(basename "${check%.*}")
    noun=${noun#check_}
    grep -q "^| $noun[ (]" docs/testing.md || { echo "docs/testing.md does not name $check"; exit 1; }
done
