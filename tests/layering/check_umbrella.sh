#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check_umbrella.sh <table> <compiler> [flags...]
# The light umbrella must not pull in xsimd or the heavy headers of the table, directly or through others.
set -u
table=$1
shift
if [ ! -e include/quantype/quantype.hpp ]; then
    echo 'layering: there is no include/quantype/quantype.hpp'
    exit 1
fi
heavy=$(sed -n 's/^heavy_umbrella *: *//p' "$table")
files=$(printf '#include <quantype/quantype.hpp>\n' | "$@" -M -x c++ - | tr -d '\\' | tr -s ' ' '\n' | sed '/^$/d') || exit 1
bad=0
for name in $heavy; do
    # The standard library's own header: its path ends in c++/<version>/<name> or c++/v1/<name>.
    if printf '%s\n' "$files" | grep -E "/c\+\+/[^/]+/$name\$"; then
        printf 'layering: the umbrella includes <%s>\n' "$name"
        bad=1
    fi
done
if printf '%s\n' "$files" | grep '/xsimd/'; then
    echo 'layering: the umbrella includes xsimd'
    bad=1
fi
printf 'layering: the umbrella opens %s files\n' "$(printf '%s\n' "$files" | wc -l)"
exit "$bad"
