#!/bin/sh
# What can be measured of the house style: lines of at most 120 columns, no tab, no blank at the end; functions of
# at most 80 lines.
set -eu
cd "$1"
# Columns are characters: awk of the C.UTF-8 locale may count bytes, so continuation bytes are dropped first.
for file in $(find src include tests bench examples -name '*.[ch]' -o -name '*.S' 2>/dev/null); do
    tab='\t'
    case $file in *.S) tab='\v' ;; esac
    LC_ALL=C sed 's/[\x80-\xbf]//g' "$file" | LC_ALL=C awk -v file="$file" -v tab="$tab" '
        length > 120 { print file ":" NR ": " length " columns"; bad = 1 }
        $0 ~ tab { print file ":" NR ": a tab"; bad = 1 }
        / $/ { print file ":" NR ": a blank at the end"; bad = 1 }
        /^\{/ || /^[a-z].*\) \{$/ { start = NR }
        /^\}/ && start { if (NR - start > 81) { print file ":" start ": a function of " NR - start - 1 " lines"; bad = 1 } start = 0 }
        END { exit bad }' || bad=1
done
exit ${bad:-0}
