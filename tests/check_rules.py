#!/usr/bin/env python3
"""docs/rules.md names for each rule the tests that keep it: every rule has a row, every test named exists.

check_rules.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
tests = source / "tests"
text = (source / "docs/rules.md").read_text()
rows = re.findall(r"^\| (K?\d+) \|[^|]*\|(.*)\|$", text, re.M)
bad = []


def exists(name):
    if ":" not in name:
        return (tests / name).exists()
    file, test = name.split(":")
    path = tests / f"{file}.c"
    return path.exists() and re.search(rf"^TEST\w*\({re.escape(test)}[,)]", path.read_text(), re.M)


wanted = [str(i) for i in range(1, 16)] + [f"K{i}" for i in range(1, 21)]
missing = [rule for rule in wanted if rule not in [row[0] for row in rows]]
bad += [f"rule {rule} has no row" for rule in missing]
for rule, keepers in rows:
    names = re.findall(r"`([^`]+)`", keepers)
    if not names and "comes with" not in keepers:
        bad.append(f"rule {rule} names no test")
    bad += [f"rule {rule}: no test {name}" for name in names if not exists(name)]
print("\n".join(bad) or f"{len(rows)} rules, each with its tests")
sys.exit(bool(bad))
