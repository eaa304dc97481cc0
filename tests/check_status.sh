#!/bin/sh
# What is made from the tree is as fresh as the tree: the table in README.md and include/tutti.h.
set -eu
cd "$1"
scripts/status --check
scripts/umbrella | diff include/tutti.h - || { echo "include/tutti.h is stale: run scripts/umbrella --write"; exit 1; }
