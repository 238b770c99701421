#!/bin/bash
# The tests of the result file at several rank counts, and the files that they write compared with one another.
#     tests/mpi_store.sh [RANKS...]      default 2 3 5 (one rank is what mpi_store itself runs)
# Every rank does every test, so that five run them with EXTENT=all (`make test-slow`) or if they are asked for, and write otherwise.
set -u
program=$OUT/tests/mpi_store
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

count() { # STATUS WHAT
    if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $2"; fi
}

tested=$*
[ $# -gt 0 ] || { set -- 2 3 5; tested='2 3'; [ "${EXTENT:-}" != all ] || tested='2 3 5'; }
"$program" --write "$work/1.h5" >"$work/log" 2>&1
count $? "writing with 1 rank: $(tail -n 3 "$work/log")"
for n in "$@"; do
    if [[ " $tested " = *" $n "* ]]; then
        ${MPIEXEC:-mpirun --oversubscribe} -n "$n" "$program" >"$work/log" 2>&1
        status=$?
        [ $status -eq 0 ] || grep -vE '^(mpirun|---)' "$work/log" | tail -n 60
        count $status "$n ranks"
    fi
    ${MPIEXEC:-mpirun --oversubscribe} -n "$n" "$program" --write "$work/$n.h5" >"$work/log" 2>&1
    count $? "writing with $n ranks: $(tail -n 3 "$work/log")"
    if [ -x "${ENGRAFT:-}" ]; then
        "$ENGRAFT" diff "$work/1.h5" "$work/$n.h5"
        count $? "1 and $n ranks give the same file"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
