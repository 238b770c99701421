#!/bin/bash
# AArch64: base, model and stats by a cross compiler, with NEON and without any vectors, under an emulator.  Every bit of the outcomes of short
# courses is that of this machine's vectors and of its plain code; and NEON's multiply-adds are those of vectors.
# alone: it runs make in this tree
set -u
skipped=0
. "$SOURCE/tests/testlib.sh"
cross=aarch64-linux-gnu-gcc

leave_out() {
    echo "SKIPPED AArch64: $1"
    exit 77
}
command -v $cross >/dev/null || leave_out "no $cross (Debian: gcc-aarch64-linux-gnu libc6-dev-arm64-cross)"
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || leave_out "no qemu-aarch64 (Debian: qemu-user-static)"
echo 'int main(void) { return 0; }' >one.c
$cross -static -o one one.c >said 2>&1 && "$emulator" ./one || leave_out "a program of one line does not build and run: $(head -n 1 said)"

made=$TMPDIR/arm/release
[ "$REAL" = float ] || made=$made-$REAL
make_here() { make -C "$SOURCE" -s -j"$(nproc)" --no-print-directory BUILD="$(dirname "$OUT")" "$@"; }
make_there() { # make_there PROGRAM...: of tests/, for AArch64
    env -u OMPI_CC make -C "$SOURCE" -s -j"$(nproc)" --no-print-directory BUILD="$TMPDIR/arm" CONFIG=release REAL="$REAL" SERIAL=1 \
        MPICC=$cross CC=$cross CFLAGS= LDFLAGS=-static "${@/#/$made/tests/}"
}
finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed -eq 0 ]
    exit
}
ok "this machine's program" make_here "$OUT/tests/model_bits" || finish
ok "programs for AArch64" make_there model_bits test_clones test_lanes test_mixed test_rng || finish

# --- bits -----------------------------------------------------------------------------------------------------------------------

# bits NAME WIDTH COMMAND...: leaves NAME.bits; the program says that it took this width.
bits() {
    local name=$1 width=$2
    shift 2
    ENGRAFT_SIMD=$width "$@" >"$name.all" 2>&1 || { grep -v '^bits' "$name.all"; return 1; }
    grep -qx "width $width" "$name.all" || { grep '^width' "$name.all"; return 1; }
    grep '^bits ' "$name.all" >"$name.bits" && [ "$(wc -l <"$name.bits")" -gt 1000 ]
}
equal() { # equal A B: the first line that differs, cut where it can be read
    cmp -s "$1.bits" "$2.bits" || { diff "$1.bits" "$2.bits" | head -n 4 | cut -c 1-200; return 1; }
}
ENGRAFT_SIMD=auto "$OUT/tests/model_bits" >said 2>&1
widest=$(sed -n 's/^width //p' said)
ok "this machine, $widest" bits here "$widest" "$OUT/tests/model_bits" || finish
ok "this machine, plain" bits here-plain plain "$OUT/tests/model_bits" && ok "the same bits" equal here here-plain
for width in neon plain; do
    ok "AArch64, $width" bits "arm-$width" $width "$emulator" "$made/tests/model_bits" &&
        ok "AArch64, $width: the bits of this machine's $widest" equal here "arm-$width"
done
tail -n 1 here.bits | sed 's/^bits/FOUND AArch64:/'
# A comparison that cannot fail would prove nothing.
bits other neon "$emulator" "$made/tests/model_bits" 40
ok "other courses have other bits" status_is 1 cmp -s here.bits other.bits

# --- multiply-add on ties, random words, small clones, tiles of several points: against their oracles ----------------------------------

for program in test_clones test_lanes test_mixed test_rng; do
    ok "$program on AArch64" env ENG_TEST_DATA="$SOURCE/tests/data" "$emulator" "$made/tests/$program"
done

# --- vectors ---------------------------------------------------------------------------------------------------------------------

aarch64-linux-gnu-objdump -d --no-show-raw-insn "$made"/lanes-neon/*.o >code
vectors=$(grep -cE '[[:space:]]fml[as][[:space:]]+v[0-9]+\.[24][sd]' code)
numbers=$(grep -cE '[[:space:]]fn?m(add|sub)[[:space:]]' code)
echo "FOUND AArch64: $vectors multiply-adds of vectors and $numbers of single numbers in the step loop"
ok "the step loop is vector code" test "$vectors" -gt $((2 * numbers))
aarch64-linux-gnu-objdump -d --no-show-raw-insn "$made"/lanes-plain/*.o >code
ok "the plain one has no multiply-add" status_is 1 grep -E '[[:space:]](fml[as]|fn?m(add|sub))[[:space:]]' code
finish
