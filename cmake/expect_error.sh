#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: expect_error.sh <file> <compiler> [flags...]
# Passes when the file is refused by the compiler in the way it says, and its twin (-DQUANTYPE_TWIN) compiles:
#   // EXPECT: <sentence>      exactly one; stands on a line of the output that contains "error:"
#   // EXPECT_NOTE: <text>     any number; stands anywhere in the output
# Also: exit code not zero, the first error within the first 12 lines, less than 3072 bytes, a silent twin.
set -u
LC_ALL=C
export LC_ALL
file=$1
compiler=$2
shift 2
max_bytes=3072
max_line=12

output=$(mktemp) || exit 2
notes=$(mktemp) || exit 2
trap 'rm -f "$output" "$notes"' EXIT

fail() {
    printf 'REJECTED %s: %s\n' "$file" "$1"
    printf -- '--- output of the compiler (%s bytes)\n' "$(wc -c <"$output")"
    head -c 8192 "$output"
    exit 1
}

case $("$compiler" --version 2>/dev/null | head -n 1) in
*clang*) quiet='-fno-caret-diagnostics -fno-color-diagnostics' ;;
*) quiet='-fno-diagnostics-show-caret -fdiagnostics-color=never' ;;
esac

: >"$output"
[ -r "$file" ] || fail 'no such file'
count=$(grep -c '^// EXPECT: ' "$file")
[ "$count" -eq 1 ] || fail "needs exactly one line '// EXPECT: <sentence>', has $count"
sentence=$(sed -n 's|^// EXPECT: ||p' "$file")
[ -n "$sentence" ] || fail 'the EXPECT sentence is empty'
grep -q 'QUANTYPE_TWIN' "$file" || fail 'has no twin (QUANTYPE_TWIN is not used)'

# shellcheck disable=SC2086
"$compiler" "$@" -fsyntax-only $quiet "$file" >"$output" 2>&1
code=$?
[ "$code" -ne 0 ] || fail 'it compiles'
[ "$code" -lt 126 ] || fail "the compiler itself failed (exit code $code)"
grep -q 'internal compiler error' "$output" && fail 'the compiler crashed'
grep -F 'error:' "$output" | grep -qF -- "$sentence" || fail "no error line says: $sentence"

sed -n 's|^// EXPECT_NOTE: ||p' "$file" >"$notes"
while IFS= read -r note; do
    grep -qF -- "$note" "$output" || fail "the output does not say: $note"
done <"$notes"

first=$(grep -nF 'error:' "$output" | head -n 1 | cut -d : -f 1)
[ "$first" -le "$max_line" ] || fail "the first error is on line $first, after line $max_line"
bytes=$(wc -c <"$output")
[ "$bytes" -lt "$max_bytes" ] || fail "the output has $bytes bytes, the limit is $max_bytes"

# shellcheck disable=SC2086
"$compiler" "$@" -DQUANTYPE_TWIN -fsyntax-only $quiet "$file" >"$output" 2>&1 || fail 'the twin does not compile'
[ ! -s "$output" ] || fail 'the twin compiles with a diagnostic'
printf 'ok: %s: %s (line %s, %s bytes)\n' "$file" "$sentence" "$first" "$bytes"
