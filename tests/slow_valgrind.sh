#!/bin/bash
# valgrind's memcheck over every unit program, with the loop's AVX2 path (plain where the processor has none; valgrind knows no AVX-512):
# no use of undefined or foreign memory, nothing lost.
# alone: it runs make in this tree, and its programs on every core
set -u
cd "$SOURCE" || exit 70
if ! command -v valgrind >/dev/null; then
    echo "SKIPPED memcheck: no valgrind (Debian: valgrind)"
    exit 77
fi
if [ "$CONFIG" != release ]; then
    echo "SKIPPED memcheck: CONFIG=$CONFIG has sanitizers or is slow; use CONFIG=release"
    exit 77
fi
export ENGRAFT_SIMD=plain
! grep -qw avx2 /proc/cpuinfo || export ENGRAFT_SIMD=avx2
[ "$(uname -m)" != aarch64 ] || export ENGRAFT_SIMD=neon

# check PROGRAM: one line; what valgrind has to say goes after it.  A program has to come to its end, not to pass: valgrind computes long
# double, which oracles use, in 64 bits, and the sign of some zeros wrong.
check() {
    local name=${1##*/} status
    valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible --track-origins=yes \
        --child-silent-after-fork=yes --log-file="$TMPDIR/$name.valgrind" "$1" >"$TMPDIR/$name.out" 2>&1
    status=$?
    if [ $status -le 1 ] && [ ! -s "$TMPDIR/$name.valgrind" ] && grep -q '^Run Summary' "$TMPDIR/$name.out"; then
        echo "ok $name"
    else
        echo "FAILED $name: status $status"
        head -n 40 "$TMPDIR/$name.valgrind"
        [ $status -eq 99 ] || tail -n 20 "$TMPDIR/$name.out"
    fi
}
programs=() # of `make test-unit`; they may not be built yet
for file in tests/test_*.c; do
    file=${file##*/}
    programs+=("$OUT/tests/${file%.c}")
done
make -s -j"$(nproc)" --no-print-directory BUILD="$(dirname "$OUT")" "${programs[@]}" >"$TMPDIR/made" 2>&1 || { cat "$TMPDIR/made"; echo "0 passed, 1 failed"; exit 1; }
for program in "${programs[@]}"; do # as many at a time as there are cores
    [ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
    check "$program" >"$TMPDIR/${program##*/}.verdict" &
done
wait
cat "$TMPDIR"/*.verdict >"$TMPDIR/all"
grep -v '^ok ' "$TMPDIR/all"
passed=$(grep -c '^ok ' "$TMPDIR/all") failed=$(grep -c '^FAILED ' "$TMPDIR/all")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -eq ${#programs[@]} ]
