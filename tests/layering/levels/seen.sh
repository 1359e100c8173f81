#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: seen.sh <nm> <object>...
# Passes when each object, one of a level's units, lets one symbol be seen, a function, and no weak one.
set -u
nm=$1
shift
for object in "$@"; do
    weak=$("$nm" "$object" | awk '$2 ~ /^[WVu]$/' | wc -l)
    seen=$("$nm" --extern-only --defined-only "$object" | awk '$2 == "T"' | wc -l)
    all=$("$nm" --extern-only --defined-only "$object" | wc -l)
    printf 'levels: %s: %s weak symbols, %s of %s that can be seen are functions\n' "${object##*/}" "$weak" "$seen" "$all"
    [ "$weak" -eq 0 ] && [ "$seen" -eq 1 ] && [ "$all" -eq 1 ] || exit 1
done
