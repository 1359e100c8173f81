#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check_umbrella.sh <table> <compiler> [flags...]
# The light umbrella, and the executor that a firmware build adds to it, must not pull in xsimd or the heavy headers of
# the table, directly or through others; the executor no stage of the desk either.
set -u
table=$1
shift
if [ ! -e include/quantype/quantype.hpp ]; then
    echo 'layering: there is no include/quantype/quantype.hpp'
    exit 1
fi
heavy=$(sed -n 's/^heavy_umbrella *: *//p' "$table")
bad=0
for header in quantype.hpp run/execute.hpp; do
    files=$(printf '#include <quantype/%s>\n' "$header" | "$@" -M -x c++ - | tr -d '\\' | tr -s ' ' '\n' | sed '/^$/d') ||
        exit 1
    for name in $heavy; do
        # The standard library's own header: its path ends in c++/<version>/<name> or c++/v1/<name>.
        if printf '%s\n' "$files" | grep -E "/c\+\+/[^/]+/$name\$"; then
            printf 'layering: %s includes <%s>\n' "$header" "$name"
            bad=1
        fi
    done
    if printf '%s\n' "$files" | grep -E '/xsimd/|quantype/(calibrate|quantize|pack|host|io|report|debug)/'; then
        printf 'layering: %s includes xsimd or a stage of the desk\n' "$header"
        bad=1
    fi
    printf 'layering: %s opens %s files\n' "$header" "$(printf '%s\n' "$files" | wc -l)"
done
exit "$bad"
