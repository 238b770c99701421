#!/bin/bash
# Every loop over lanes is a vector loop: gcc says which it could not vectorise, and none of them may be one that the source
# marks (FOR_LANES, LANE_SIMD).  A condition around a load is enough to lose one, and nothing but the speed would tell.
set -u
. "$SOURCE/tests/testlib.sh"
cd "$SOURCE" || exit 70
if ! $MPICC --version 2>/dev/null | grep -qi '^gcc\|free software foundation' || [ "$(uname -m)" != x86_64 ]; then
    echo "SKIPPED vector loops: gcc on x86-64 only"
    exit 77
fi

objects=
for width in avx512 avx2 avx2_mixed; do
    for source in src/model/lanes/*.c; do
        name=$(basename "$source" .c)
        [ "$width-$name" = avx2_mixed-patient ] || objects="$objects $TMPDIR/v/release/lanes-$width/$name.o"
    done
done
# shellcheck disable=SC2086 # a list of files
make -s -j2 --no-print-directory BUILD="$TMPDIR/v" CONFIG=release MPICC="$MPICC" CFLAGS=-fopt-info-vec-missed $objects >"$TMPDIR/said" 2>&1
ok "the step loop compiles" test $? -eq 0

lost=0
while IFS=: read -r file line _; do
    # the loop is reported where its body begins, a line or two below the mark
    text=$(sed -n "$((line > 2 ? line - 2 : 1)),${line}p" "$file" 2>/dev/null)
    case $text in
    *FOR_LANES* | *FOR_SPAN* | *LANE_SIMD* | *"omp simd"*)
        echo "$file:$line: is no vector loop"
        lost=$((lost + 1))
        ;;
    esac
done < <(grep "missed: couldn't vectorize loop" "$TMPDIR/said" | sort -u)
ok "no loop over lanes is lost" test $lost -eq 0
ok "gcc reported on loops at all" grep -q "missed:" "$TMPDIR/said"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
