#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check_blocks.sh <source folder> <compiler> [flags...]
# Holds the code of README.md and docs/ to files that are compiled:
#   <!-- same as FILE -->        the next ```cpp block is the text of FILE, but for its licence line
#   <!-- part of FILE -->        each line of the next ```cpp block stands in FILE, in this order
#   <!-- printed by FILE -->     each line of the next ```text block stands in what the compiler says about FILE,
#                                spaces and namespaces aside
set -u
cd "$1" || exit 2
shift
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0
checked=0

for page in README.md docs/*.md docs/design/*.md; do
    [ -e "$page" ] || continue
    grep -nE '^<!-- (same as|part of|printed by) [^ ]+ -->$' "$page" >"$work/marks" || continue
    while IFS=: read -r line mark; do
        kind=$(printf '%s' "$mark" | cut -d ' ' -f 2)
        file=$(printf '%s' "$mark" | cut -d ' ' -f 4)
        checked=$((checked + 1))
        # The next fenced block.
        awk -v from="$line" 'NR > from && /^```/ { if (inside) exit; inside = 1; next } inside { print }' "$page" >"$work/block"
        case $kind in
        same)
            tail -n +2 "$file" | cmp -s - "$work/block" && continue
            tail -n +2 "$file" | diff - "$work/block"
            ;;
        part)
            awk 'NR == FNR { want[++n] = $0; next } at < n && $0 == want[at + 1] { ++at } END { exit !(n > 0 && at == n) }' \
                "$work/block" "$file" && continue
            ;;
        printed)
            LC_ALL=C "$@" -fsyntax-only "$file" 2>&1 |
                sed -E 's/quantype::|v0::|fail::|fixed_string<[0-9]+>//g; s/[[:space:]]//g' | tr -d '\n' >"$work/said"
            # Joined lines may be broken on the page.
            sed -E 's/[[:space:]]//g; s/quantype:://g' "$work/block" | tr -d '\n' | sed 's/\.\.\./\n/g' >"$work/want"
            missing=0
            while read -r want || [ -n "$want" ]; do
                [ -z "$want" ] || grep -qF -- "$want" "$work/said" || missing=1
            done <"$work/want"
            [ "$missing" -eq 0 ] && continue
            cat "$work/said"
            ;;
        esac
        echo "$page:$line: the block is not what $file says"
        failed=1
    done <"$work/marks"
done
[ "$checked" -gt 0 ] || { echo 'no marked block found'; exit 1; }
echo "$checked blocks checked"
exit "$failed"
