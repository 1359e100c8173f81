#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check_edges.sh <table> <include folder>
# Holds every #include in the headers to the table. Prints each edge that it does not allow.
set -u
table=$1
root=$2
cd "$root" || exit 2

find . -name '*.hpp' -o -name '*.h' | LC_ALL=C sort | sed 's|^\./||' | awk -v table="$table" -v root="$root" '
function expand(words, out, n, list, i) {       # replaces @name by the list of that name
    n = split(words, list, " ")
    out = " "
    for (i = 1; i <= n; ++i) out = out (list[i] ~ /^@/ ? lists[list[i]] : list[i]) " "
    return out
}
function row_of(file, best, name) {             # the longest row that names the file or a folder above it
    best = ""
    for (name in may)
        if ((file == name || index(file, name "/") == 1) && length(name) > length(best)) best = name
    return best
}
function complain(file, line, text) { printf "include/quantype/%s:%d: %s\n", file, line, text; ++bad }
BEGIN {
    while ((getline line < table) > 0) {
        if (line ~ /^[ \t]*(#|$)/) continue
        split(line, parts, ":")
        name = parts[1]; words = parts[2]
        gsub(/[ \t]+/, "", name); gsub(/^[ \t]+|[ \t]+$/, "", words)
        if (name ~ /^@/) lists[name] = words
        else if (name == "light") light = " " words " "
        else if (name == "heavy") heavy = " " words " "
        else if (name != "heavy_umbrella") may[name] = expand(words)
    }
    if (heavy == "") { print "cannot read " table; exit 2 }
}
{
    file = $0; ++files
    from = row_of(file)
    if (from == "") { complain(file, 1, "is in no row of " table); next }
    number = 0
    while ((getline line < file) > 0) {
        ++number
        if (line !~ /^[ \t]*#[ \t]*include/) continue
        if (!match(line, /[<"][^>"]*[>"]/)) continue
        target = substr(line, RSTART + 1, RLENGTH - 2)
        quoted = substr(line, RSTART, 1) == "\""
        if (quoted) { complain(file, number, "includes \"" target "\"; write <quantype/...>"); continue }
        ++edges
        if (index(target, "xsimd/") == 1) {
            if (from != "kernel/simd") complain(file, number, from " may not include xsimd; only kernel/simd may")
            continue
        }
        if (index(target, "quantype/") != 1) {
            if (index(light, " " from " ") && index(heavy, " " target " "))
                complain(file, number, from " may not include <" target ">")
            continue
        }
        target = substr(target, 10)
        to = row_of(target)
        if (to == "") complain(file, number, "<quantype/" target "> is in no row of the table")
        else if (to != from && to != "version.hpp" && to != "config.hpp" && !index(may[from], " " to " "))
            complain(file, number, from " may not include " to " (<quantype/" target ">)")
    }
    close(file)
}
END {
    printf "layering: %d headers, %d edges, %d not allowed\n", files, edges, bad
    exit (bad > 0 || files == 0) ? 1 : 0
}'
