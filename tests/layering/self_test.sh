#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: self_test.sh <check_edges.sh> <edges.txt>
# Shows that check_edges.sh finds each kind of forbidden edge, and accepts allowed ones.
set -u
check=$1
table=$2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
status=0

expect() { # <wanted exit code> <wanted text> <header> <line>...
    wanted=$1 text=$2 header=$3
    shift 3
    rm -rf "$folder/tree"
    mkdir -p "$folder/tree/$(dirname "$header")"
    for line in "$@"; do printf '%s\n' "$line"; done >"$folder/tree/$header"
    output=$(sh "$check" "$table" "$folder/tree")
    code=$?
    if [ "$code" -eq "$wanted" ] && printf '%s\n' "$output" | grep -qF -- "$text"; then
        printf 'ok: %s: %s\n' "$header" "$text"
    else
        printf 'FAILED: %s: wanted exit code %s and "%s", got %s and:\n%s\n' "$header" "$wanted" "$text" "$code" "$output"
        status=1
    fi
}

expect 0 '0 not allowed' backend/a.hpp '#include <quantype/model/b.hpp>' '#include <quantype/core/c.hpp>' '#include <array>'
expect 0 '0 not allowed' run/a.hpp '#include <quantype/kernel/simd/b.hpp>' '#include <vector>'
expect 1 'model may not include backend' model/a.hpp '#include <quantype/backend/b.hpp>'
expect 1 'core may not include numerics' core/a.hpp '#include <quantype/numerics/b.hpp>'
expect 1 'prepare may not include calibrate' prepare/a.hpp '  #  include <quantype/calibrate/b.hpp>'
expect 1 'convert may not include lower' convert/a.hpp '#include <quantype/lower/b.hpp>'
expect 1 'prepare may not include host' prepare/a.hpp '#include <quantype/host/b.hpp>'
expect 1 'lower may not include kernel/simd' lower/a.hpp '#include <quantype/kernel/simd/b.hpp>'
expect 1 'io may not include kernel/simd' io/a.hpp '#include <quantype/kernel/simd/b.hpp>'
expect 1 'kernel/scalar may not include kernel/simd' kernel/scalar/a.hpp '#include <quantype/kernel/simd/b.hpp>'
expect 1 'run may not include xsimd' run/a.hpp '#include <xsimd/xsimd.hpp>'
expect 1 'model may not include <vector>' model/a.hpp '#include <vector>'
expect 1 'core may not include quantype.hpp' core/a.hpp '#include <quantype/quantype.hpp>'
expect 1 'write <quantype/...>' core/a.hpp '#include "b.hpp"'
expect 1 'is in no row' elsewhere/a.hpp '#include <array>'
exit "$status"
