#!/usr/bin/env python3
"""The main job: on a tree of awkward files it counts what an independent count finds, in every place the same; it says
what it could not read, and what changed; a different answer is loud; the bar is shown on terminals alone.
"""
import os
import pty
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

program = Path(sys.argv[2]) / "examples" / "everywhere"
python3 = shutil.which("python3")
TOP = 10
failures = []


def check(claim, condition, detail=""):
    if not condition:
        failures.append(claim)
        print(f"FAILED: {claim}\n{detail}")


def run(*args, **options):
    options.setdefault("env", dict(os.environ, LC_ALL="C.UTF-8"))
    got = subprocess.run([program, *args], capture_output=True, timeout=120, stdin=subprocess.DEVNULL, **options)
    # On a busy machine the watchdog may rightly find that a task took long.
    got.stderr = re.sub(rb"^tutti: worker .* has run for .*\n", b"", got.stderr, flags=re.M)
    return got


def prose(rng, size):
    """Words of all lengths, also around the 64 bytes at which a run is cut, with the separators of real files."""
    letters = [b"a", b"B", b"z", b"Z", b"0", b"_", "é".encode(), "ß".encode(), b"\xff", b"\x80"]
    common = [b"the", b"The", b"of", b"x_1", "naïve".encode()]
    out = bytearray()
    while len(out) < size:
        rare = b"".join(rng.choices(letters, k=rng.choice([1, 2, 3, 8, 62, 63, 64, 65, 127, 128, 129])))
        out += rng.choice(common) if rng.random() < 0.8 else rare
        out += rng.choice([b" ", b" ", b"\n", b"\r\n", b"\t", b", ", b"-", b"\x0b", b"\x7f", b"{[(@`^"])
    return bytes(out[:size])


def make_tree(root):
    """The files by path, and things that are no regular files."""
    rng = random.Random(2)
    files = {
        b"empty": b"",
        b"sub/empty too": b"",
        b"one word": b"word",
        b"no newline at the end": b"first\nsecond",
        b"only blanks": b" \n\t\n ",
        b"long runs": b"a" * 64 + b" " + b"b" * 65 + b" " + b"c" * 200_000 + b"\n" + b"d" * 128,
        b"binary at once": b"\0words are not counted here",
        b"binary later": prose(rng, 150_000) + b"\0" + prose(rng, 100),
        b"chunk of words": b"x" * 65_535 + b" " + b"y" * 65_536 + b"z",
        b"large": prose(rng, 3_000_000),
        b"caf\xe9 is not UTF-8": b"\0",
        b"caf\xe9 is text": prose(rng, 1000),
        b"a \x1b[31mred\nname": b"",
        b"deep/er/and/er/file": prose(rng, 20_000),
    }
    files |= {b"sub/%d" % i: prose(rng, rng.randrange(5000)) for i in range(60)}
    for name, data in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).write_bytes(data)
    os.symlink("..", os.path.join(root, b"sub/round"))
    os.symlink("nowhere", os.path.join(root, b"dangling"))
    os.symlink("one word", os.path.join(root, b"second name"))
    os.mkfifo(os.path.join(root, b"pipe"))
    return files


def words_of(data):
    return re.findall(rb"[0-9a-z_\x80-\xff]{1,64}", data.lower())


def expected(files):
    """What the report must say, counted another way than the program does it."""
    text = [data for data in files.values() if data and b"\0" not in data]
    counts = [Counter(words_of(data)) for data in text]
    best = [sorted(c.items(), key=lambda item: (-item[1], item[0]))[:TOP] for c in counts]
    seen, times = Counter(), Counter()
    for words in best:
        for word, n in words:
            seen[word] += 1
            times[word] += n
    leaders = sorted(seen, key=lambda word: (-seen[word], -times[word], word))[:10]
    return {
        "text": len(text),
        "lines": sum(data.count(b"\n") for data in text),
        "words": sum(c.total() if hasattr(c, "total") else sum(c.values()) for c in counts),
        "empty": sum(not data for data in files.values()),
        "binary": sum(b"\0" in data for data in files.values()),
        "leaders": [(seen[word], times[word]) for word in leaders],
    }


def number(text):
    return int(text.replace(",", ""))


def reported(out):
    found = {}
    for kind in "text", "empty", "binary", "unreadable":
        found[kind] = number(re.search(rf"^  {kind} +([0-9,]+) +[0-9.]+", out, re.M)[1])
    lines, words = re.search(r"lines ([0-9,]+), words ([0-9,]+)", out).groups()
    leaders = re.findall(r"^ {9,}([0-9,]+) +([0-9,]+)    \S", out, re.M)
    return found | {"lines": number(lines), "words": number(words),
                    "leaders": [(number(files), number(times)) for files, times in leaders]}


def fake_python(directory, script):
    """A python3 that comes first in PATH; `script` stands between it and the real one."""
    fake = Path(directory) / "python3"
    fake.write_text(f"#!/bin/sh\n[ \"$1\" = -c ] && exec {python3} \"$@\"\n{script}\n")
    fake.chmod(0o755)
    return dict(os.environ, LC_ALL="C.UTF-8", PATH=f"{directory}:{os.environ['PATH']}")


def check_answers(root, files):
    got = run("--repeat=1", root)
    out = got.stdout.decode()
    want = expected(files) | {"unreadable": 0}
    check("an awkward tree ends with code 0", got.returncode == 0, got)
    check("it counts what an independent count finds", reported(out) == want, f"{reported(out)}\n{want}\n{out}")
    check("nothing is said on stderr", got.stderr == b"", got.stderr.decode())
    check("piped output has no control characters", not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", got.stdout), got.stdout)
    check("links, pipes and directories are counted",
          "besides: directories 6, links 3 (not followed), special files 1," in out, out)
    check("awkward names are shown as Python shows them",
          f"\n  {root + '/a ' + chr(27) + '[31mred' + chr(10) + 'name'!r}\n" in out
          and f"\n  {root + '/caf' + chr(0xdce9) + ' is not UTF-8'!r}: 1 bytes\n" in out, out)
    check("binary files are named", "/binary later: 150,101 bytes" in out, out)


def check_rows(root):
    got = run("--repeat=2", "--workers=3", "--tsv", root)
    rows = [line.split("\t") for line in got.stdout.decode().splitlines()]
    places = [(row[0].split(" ")[0], row[1]) for row in rows[1:]]
    check("rows are a loop, 1 to N threads, coroutines, Python", places == [
        ("plain", "1"), ("thread", "1"), ("thread", "2"), ("thread", "3"), ("coroutines,", "1"),
        ("Python", "3"), ("Python", "3")], places)
    check("every row has the same answer", [row[-1] for row in rows[1:]] == ["yes"] * (len(rows) - 1), rows)
    check("every row took time", all(float(row[2]) > 0 for row in rows[1:]), rows)


def check_unreadable(root):
    path = f"/proc/{os.getpid()}/mem"
    got = run("--repeat=1", path)
    check("a file that cannot be read is named with the reason", got.returncode == 0
          and f"  {path}: Input/output error\n" in got.stdout.decode(), got)
    root = Path(root)
    (root / "closed").write_text("secret")
    (root / "closed").chmod(0)
    (root / "locked").mkdir(mode=0)
    user = {"user": 65534} if os.getuid() == 0 else {}
    try:
        got = run("--repeat=1", root, **user)
        check("a file without permission is named", f"  {root}/closed: Permission denied\n" in got.stdout.decode(), got)
        check("so is a directory", f"  {root}/locked: Permission denied\n" in got.stdout.decode(), got)
        check("that is no failure", got.returncode == 0, got)
    except PermissionError:
        print("not tested: files without permission, since another user cannot run the program")
    (root / "locked").rmdir()
    (root / "closed").unlink()


def check_huge(root):
    """A huge file is named, and does not have to fit memory."""
    huge = Path(root) / "huge"
    with huge.open("wb") as file:
        file.truncate(70 << 20)
    got = run("--repeat=1", root)
    check("a huge file is named", got.stdout.decode().count(f"  {huge}: 73,400,320 bytes\n") == 2, got)
    if not os.environ.get("SANITIZE"):
        huge.write_bytes(b"a line of five words\n" * (5 << 20))
        process = subprocess.Popen([program, "--repeat=1", "--no-python", huge], stdout=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            most = max([most, *map(int, re.findall(r"VmHWM:\s*(\d+) kB", status))])
            time.sleep(0.005)
        check("memory does not grow with a file", process.returncode == 0 and 0 < most < 32 << 10, f"{most} KiB")
    huge.unlink()


def check_differences(root, work):
    env = fake_python(work, f"""{python3} "$@" | sed "s/'empty', 0/'empty', 1/" """)
    got = run("--repeat=1", root, env=env)
    check("a different answer ends with code 1", got.returncode == 1, got)
    check("it is loud", b"DIFFERENT ANSWER for " in got.stderr and b"3 DIFFERENT answers" in got.stderr, got.stderr)
    check("its rows say so", len(re.findall(rb"^Python.* NO$", got.stdout, re.M)) == 2, got.stdout.decode())
    got = run("--repeat=1", root, env=fake_python(work, "exit 3"))
    check("a place that fails is loud", got.returncode == 1 and b"FAILED: python3 ended with code 3" in got.stderr, got)
    got = run("--repeat=1", root, env=dict(os.environ, PATH="/nowhere"))
    check("without python3 its rows are left out", got.returncode == 0 and b"Not run: Python" in got.stdout, got)


def check_changes(root, work):
    grows, goes = Path(root) / "grows", Path(root) / "goes"
    grows.write_text("once")
    goes.write_text("gone")
    env = fake_python(work, f"echo more >>'{grows}'; rm -f '{goes}'; exec {python3} \"$@\"")
    got = run("--repeat=1", root, env=env)
    changed = got.stdout.decode().partition("changed or vanished")[2]
    check("files that change or vanish are no difference", got.returncode == 0, got)
    check("they are named", "/grows\n" in changed and "/goes\n" in changed, got.stdout.decode())
    grows.unlink()


def on_a_terminal(*args, **env):
    """What the program writes to a terminal."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(program, [program, *args], dict(os.environ, **env))
    written = b""
    try:
        while data := os.read(fd, 65536):
            written += data
    except OSError:
        pass                                    # Linux's word for the end of a terminal
    check("on a terminal it ends with code 0", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, written)
    return written


def check_bar(root):
    try:
        for fd in pty.openpty():
            os.close(fd)
    except OSError:
        print("not tested: the bar, since there is no pseudo-terminal to be had")
        return
    written = on_a_terminal("--repeat=1", "--no-python", root, TERM="xterm", LC_ALL="C.UTF-8")
    check("on a terminal there is a bar", "round 1 of 1: plain loop".encode() in written and b"%" in written, written)
    check("it is gone in the end", written.rindex(b"\r\x1b[K") > written.rindex(b"round 1 of 1"), written)
    written = on_a_terminal("--repeat=1", "--no-python", root, TERM="dumb", LC_ALL="C.UTF-8")
    check("a dumb terminal gets none", b"\x1b" not in written, written)


def check_use(root):
    for args in ["--repeat=0"], ["--workers=x"], ["--what"], [root, root], [f"{root}/nowhere"]:
        got = run(*args)
        check(f"wrong use is code 2: {args}", got.returncode == 2 and got.stderr and not got.stdout, got)
    check("--help is no mistake", run("--help").returncode == 0)
    with tempfile.TemporaryDirectory() as nothing:
        check("an empty tree is code 0", run("--repeat=1", nothing).returncode == 0)


def main():
    if not program.exists():
        print("SKIPPED: the examples were not built")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, "tree")
        os.mkdir(root)
        os.chmod(work, 0o755)                   # another user reads it, too
        files = make_tree(os.fsencode(root))
        check_answers(root, files)
        check_rows(root)
        check_unreadable(root)
        check_huge(root)
        check_differences(root, work)
        check_changes(root, work)
        check_bar(root)
        check_use(root)
    sys.exit(bool(failures))


main()
