#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# usage: check.sh <cmake> <objcopy> <nm> <objdump> <compiler> [flags...]
# Compiles unit.cpp for three levels, passes the objects through quantype_keep_entry.cmake, and holds what is left to be
# seen against nm; links them behind a program and runs it. Then units that must be refused.
set -u
cmake=$1 objcopy=$2 nm=$3 objdump=$4
shift 4
here=tests/layering/levels
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT

fail() {
    printf 'levels: %s\n' "$1"
    exit 1
}
compile() { # <name> <more flags> <compiler> [flags...]
    name=$1 more=$2
    shift 2
    # shellcheck disable=SC2086
    "$@" -O0 $more -c $here/unit.cpp -o "$folder/$name.whole.o" || fail "$name does not compile"
}
keep() { # <name>
    "$cmake" "-DOBJECT=$folder/$1.whole.o" "-DKEPT=$folder/$1.o" "-DUNIT=$1" "-DOBJCOPY=$objcopy" "-DNM=$nm" \
        "-DOBJDUMP=$objdump" -P cmake/quantype_keep_entry.cmake >"$folder/$1.log" 2>&1
}
seen() { "$nm" "$1" | awk '$2 ~ /^[A-TV-Zuvw]$/ && $2 != "U" { print $3 }' | LC_ALL=C sort; }

case $("$1" --version) in
*clang*) unique='' ;;
*) unique=-fno-gnu-unique ;;
esac
for level in 'avx512bw -mavx512f -mavx512cd -mavx512dq -mavx512bw' 'avx2 -mavx2' 'sse2 -msse2'; do
    name=${level%% *}
    compile "$name" "-DQUANTYPE_LEVEL=$name ${level#* } $unique" "$@"
    keep "$name" || { cat "$folder/$name.log"; fail "$name was refused"; }
    seen "$folder/$name.whole.o" >"$folder/$name.before"
    printf 'levels: %s: %s symbols can be seen, 1 is left\n' "$name" "$(wc -l <"$folder/$name.before")"
    [ "$(seen "$folder/$name.o" | wc -l)" -eq 1 ] || fail "$name: more than the entry can be seen"
done
common=$(LC_ALL=C sort "$folder"/*.before | uniq -d | wc -l)
[ "$common" -gt 10 ] || fail 'the whole objects share nothing, so this shows nothing'

# The object of the highest level comes first, where the linker would have taken shared functions from.
"$@" -O0 "$folder/avx512bw.o" "$folder/avx2.o" "$folder/sse2.o" $here/main.cpp -o "$folder/program" || fail 'no link'
"$folder/program" || fail 'the program ran code of another level'

refused() { # <sentence> <flag> <compiler> [flags...]
    sentence=$1 flag=$2
    shift 2
    compile wrong "-DQUANTYPE_LEVEL=sse2 $flag" "$@"
    ! keep wrong || fail "$flag: was not refused"
    tr -s ' \n' ' ' <"$folder/wrong.log" | grep -qF "$sentence" || { cat "$folder/wrong.log"; fail "$flag: not: $sentence"; }
}
refused 'something in it runs before main' "-DQUANTYPE_BEFORE_MAIN $unique" "$@"
refused 'no function quantype::at_level can be seen' "-DQUANTYPE_UNNAMED -Wno-unused-function $unique" "$@"
[ -z "$unique" ] || refused 'symbols that cannot be made local' '' "$@"
echo "levels: nothing of one is seen by another ($common symbols were shared)"
