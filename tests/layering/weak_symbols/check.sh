#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check.sh <file> <compiler> [flags...]
# Compiles the file for SSE2, AVX2 and AVX-512BW and fails when two of the objects define the same weak symbol: the
# linker would keep one of the copies, and baseline code could end in instructions that the CPU lacks.
set -u
file=$1
shift
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT

compile() { # <name> <arch flags> <compiler> [flags...]
    name=$1 arch=$2
    shift 2
    # shellcheck disable=SC2086
    "$@" -O1 $arch "-DQUANTYPE_UNIT=$name" -c "$file" -o "$folder/$name.o" || exit 2
    # Weak functions and objects (W, V, and u, the unique ones) that the object defines. DW.ref.* is the compiler's own
    # pointer to the exception handler, no code.
    nm "$folder/$name.o" | awk '$2 ~ /^[WVu]$/ && $3 !~ /^DW\.ref\./ { print $3 }' | LC_ALL=C sort -u >"$folder/$name.weak"
    printf 'weak_symbols: %s defines %s weak symbols\n' "$name" "$(wc -l <"$folder/$name.weak")"
    if ! nm "$folder/$name.o" | grep -q " T all_kernels_$name\$"; then
        printf 'weak_symbols: %s.o holds no kernels\n' "$name"
        exit 2
    fi
}
compile sse2 -msse2 "$@"
compile avx2 -mavx2 "$@"
compile avx512bw '-mavx512f -mavx512cd -mavx512dq -mavx512bw' "$@"

shared=$(LC_ALL=C sort "$folder"/*.weak | uniq -d)
if [ -n "$shared" ]; then
    printf 'weak_symbols: defined by more than one arch:\n'
    printf '%s\n' "$shared" | c++filt
    exit 1
fi
echo 'weak_symbols: none is shared'
