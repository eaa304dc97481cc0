#!/bin/sh
# labels: long
# The unwind tables of the switch are right at every instruction: gdb steps through it, from a thread's stack to a new
# coroutine's and back, and each time walks the frames to main or to the coroutine's first frame.
set -u
source=$1 build=$2
[ -z "${SANITIZE:-}" ] || { echo "SKIPPED: the sanitizers see other frames"; exit 77; }
command -v gdb >/dev/null || { echo "SKIPPED: no gdb"; exit 77; }
nm "$build/tests/context" | grep -q tt_context_start_ || { echo "SKIPPED: not the assembly switch"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/walk.py" <<'PY'
import gdb

def walk():
    names, frame = [], gdb.newest_frame()
    while frame is not None and len(names) < 400:
        names.append(frame.name() or "?")
        frame = frame.older()
    return names

def check(names):
    global bad
    outer = [n for n in names if n != "?"][-1]
    if outer not in ("main", "tt_context_start_") or "?" in names[:-1]:
        print("BAD:", names)
        bad += 1
    seen.add(outer)

gdb.execute("set confirm off")
gdb.execute("set pagination off")
gdb.execute("break tt_context_swap_")
gdb.execute("run")
bad, steps, seen = 0, 0, set()
for switch in range(6):
    while gdb.newest_frame().name() in ("tt_context_swap_", "tt_context_start_"):
        check(walk())
        steps += 1
        gdb.execute("stepi", to_string=True)
    gdb.execute("continue", to_string=True)
print("walked", steps, "times,", "all well" if steps > 100 and bad == 0 and len(seen) == 2 else "NOT WELL")
gdb.execute("kill")
PY
export CK_FORK=no CK_RUN_CASE=a_switch_deep_in_nested_calls_comes_back_there DEBUGINFOD_URLS=
timeout 120 gdb -q -nx -batch -x "$work/walk.py" "$build/tests/context" >"$work/log" 2>&1
grep -q 'Python.*not supported' "$work/log" && { echo "SKIPPED: this gdb has no Python"; exit 77; }
grep -E 'walked|BAD' "$work/log" || tail -20 "$work/log"
grep -q 'all well' "$work/log"
