#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: run.sh <source folder> <compiler>
# Shows that cmake/expect_error.sh accepts a good case and rejects each kind of bad one for its own reason.
set -u
cd "$1" || exit 2
compiler=$2
status=0

check() { # <case> <wanted exit code> <wanted text>
    text=$(sh cmake/expect_error.sh "tests/compile_fail/self_test/$1.cpp" "$compiler" -std=c++20)
    code=$?
    if [ "$code" -eq "$2" ] && printf '%s\n' "$text" | head -n 1 | grep -qF -- "$3"; then
        printf 'ok: %s: %s\n' "$1" "$3"
    else
        printf 'FAILED: %s: wanted exit code %s and "%s", got %s and:\n%s\n' "$1" "$2" "$3" "$code" "$text"
        status=1
    fi
}

check accept_plain 0 'ok: '
check reject_other_reason 1 'no error line says'
check reject_only_note 1 'no error line says'
check reject_only_warns 1 'it compiles'
check reject_compiles 1 'it compiles'
check reject_missing_note 1 'the output does not say'
check reject_late_error 1 'the first error is on line'
check reject_long_output 1 'the limit is 3072'
check reject_two_sentences 1 'needs exactly one line'
check reject_no_twin 1 'has no twin'
check reject_twin_fails 1 'the twin does not compile'
check reject_twin_warns 1 'the twin compiles with a diagnostic'
check no_such_file 1 'no such file'
exit "$status"
