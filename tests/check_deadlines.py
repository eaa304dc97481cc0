#!/usr/bin/env python3
"""Every public function that takes a tt_time has a row in the deadline table (tests/deadlines.h), or is excused there
with a reason; and every row and excuse names such a function."""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"//[^\n]*", " ", text)
    return re.sub(r"^[ \t]*#([^\n\\]|\\\n|\\.)*", " ", text, flags=re.M)  # directives, macros included


def functions(header):
    """Names of functions declared with a parameter of type tt_time; those that end in _ are private."""
    for name, parameters in re.findall(r"\b(tt_\w+)\s*\(([^(){};]*)\)", without_comments(header.read_text())):
        if re.search(r"\btt_time\s+\w+\s*(,|$)", parameters) and not name.endswith("_"):
            yield name


def main():
    taking = {name: header.name for header in sorted(source.glob("include/tutti/*.h")) for name in functions(header)}
    table = "\n".join(f.read_text() for f in sorted(source.glob("tests/deadlines/*.h")))
    rows = set(re.findall(r"^DEADLINE_ROW\((\w+),", table, flags=re.M))
    excused = set(re.findall(r"\bno wait: (\w+) - \S", table))
    bad = [f"{taking[name]}: {name} takes a deadline and has no row in tests/deadlines/"
           for name in sorted(taking.keys() - rows - excused)]
    bad += [f"tests/deadlines: {name} takes no deadline" for name in sorted((rows | excused) - taking.keys())]
    bad += [f"tests/deadlines: {name} has a row and an excuse" for name in sorted(rows & excused)]
    included = set(re.findall(r'"deadlines/(\w+\.h)"', (source / "tests/deadlines.c").read_text()))
    bad += [f"tests/deadlines/{f.name} is not included" for f in source.glob("tests/deadlines/*.h")
            if f.name not in included]
    print("\n".join(bad) or f"{len(rows)} rows, {len(excused)} excused")
    return bool(bad) or not rows


sys.exit(main())
