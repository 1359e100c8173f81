#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check_alone.sh "<header> <header>..." <compiler> [flags...]
# Compiles each header as the only include of a translation unit. Those that are not of the host are compiled without
# exceptions and RTTI.
set -u
headers=$1
shift
bad=0
count=0
for header in $headers; do
    count=$((count + 1))
    bare='-fno-exceptions -fno-rtti'
    case $header in
    quantype/io/* | quantype/host/*) bare= ;;
    esac
    # shellcheck disable=SC2086
    if ! printf '#include <%s>\n' "$header" | "$@" $bare -x c++ -; then
        printf 'does not compile alone: %s\n' "$header"
        bad=$((bad + 1))
    fi
done
printf 'layering: %d headers alone, %d refused\n' "$count" "$bad"
[ "$bad" -eq 0 ] && [ "$count" -gt 0 ]
