#!/bin/sh
# No file includes from a floor above its own. A public header is on the floor of the source of the same name
# (the highest one, when there are several).
set -eu
source=$1

check() {
    cd "$1"
    awk '
    BEGIN {
        n = split("base value strand worker sync thread future loop process manager cluster", names, " ")
        for (i = 1; i <= n; i++) height[names[i]] = i
        public["core"] = public["log"] = public["memory"] = height["base"]
        for (i = 1; i < ARGC; i++) if (split(ARGV[i], p, "/") == 3 && p[1] == "src" && p[3] ~ /\.c$/) {
            noun = substr(p[3], 1, length(p[3]) - 2)
            if (height[p[2]] > public[noun]) public[noun] = height[p[2]]
        }
    }
    function mine(   p, noun) {
        split(FILENAME, p, "/")
        if (p[1] == "src") return height[p[2]]
        noun = p[3]; sub(/\.h$/, "", noun)
        return public[noun]
    }
    /^#[ \t]*include[ \t]*["<]/ {
        target = $0
        sub(/^[^"<]*["<]/, "", target); sub(/[">].*/, "", target)
        noun = target; sub(/^.*\//, "", noun); sub(/\.h$/, "", noun)
        dir = target; sub(/\/[^\/]*$/, "", dir)
        if (dir == "tutti") theirs = public[noun]
        else if (dir in height) theirs = height[dir]
        else if (target == "tutti.h") theirs = 99
        else next
        seen++
        if (theirs > mine() && mine()) { print FILENAME ": includes " target ", from a floor above"; bad = 1 }
    }
    END { if (!seen) { print "no include was looked at"; bad = 1 } exit bad }
    ' src/*/*.[ch] include/tutti/*.h
}

# A planted upward include must be found, or the check proves nothing.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
mkdir -p "$planted/src/base" "$planted/src/sync" "$planted/include/tutti"
echo '#include <tutti/lock.h>' >"$planted/src/base/clock.c"
echo '#include "base/clock.h"' >"$planted/src/sync/lock.c"
echo '#include <tutti/core.h>' >"$planted/include/tutti/lock.h"
if (check "$planted") >/dev/null; then
    echo "the floor check does not find an upward include"
    exit 1
fi
check "$source"
