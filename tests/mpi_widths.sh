#!/bin/bash
# The whole program gives one file whatever vectors it uses: AVX-512, AVX2 and none, on one rank and on two, and on two
# ranks of different machines (one with AVX-512 or AVX2, one without).
set -u
study=$SOURCE/tests/data/studies/small.yaml
. "$SOURCE/tests/testlib.sh"

finish() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
    exit
}
run() { # run WIDTH RANKS RESULT: and the program says that it took this width
    ENGRAFT_SIMD=$1 $MPIEXEC -n "$2" "$ENGRAFT" run --progress none "$study" -o "$3" >said 2>&1 || { cat said; return 1; }
    grep -Eq "on $2 ranks? \($1\)" said || { echo "not '$1' on $2:"; cat said; return 1; }
}

# Which widths can run here?  Only the program's own refusal counts as a lack, any other failure is one.
widths=
for width in avx512 avx2; do
    ENGRAFT_SIMD=$width "$ENGRAFT" run --progress none "$study" -o "$width-1.h5" >said 2>&1
    status=$?
    if [ $status -eq 64 ] && grep -Eq "ENGRAFT_SIMD=$width(: this CPU lacks it| is not one of)" said; then
        echo "SKIPPED vectors of $width: $(sed -n 's/^engraft: //p' said | head -n 1)"
        ok "$width: a refusal leaves nothing" test ! -e "$width-1.h5" -a ! -e "$width-1.h5.work"
    elif [ $status -eq 0 ] && grep -q "on 1 rank ($width)" said; then
        passed=$((passed + 1))
        widths="$widths $width"
    else
        failed=$((failed + 1))
        echo "failed: $width on one rank, status $status"
        cat said
    fi
done
if grep -qsw avx512vl /proc/cpuinfo; then
    ok "a CPU with AVX-512 is seen to have it" grep -q avx512 <<<"$widths"
fi

ok "plain, one rank" run plain 1 plain-1.h5
[ $failed -eq 0 ] || finish
for width in $widths; do
    ok "$width, two ranks" run "$width" 2 "$width-2.h5"
    ok "$width gives the file of the plain build" "$ENGRAFT" diff plain-1.h5 "$width-1.h5" "$width-2.h5"
done

# A start takes ten seconds under the sanitizers; what follows finds no faults of memory.
if [ "$CONFIG" = asan ]; then
    echo "SKIPPED ranks of different widths: CONFIG=asan"
    finish
fi

ok "plain, two ranks" run plain 2 plain-2.h5
ok "two ranks give the file of one" "$ENGRAFT" diff plain-1.h5 plain-2.h5
widest=${widths# } widest=${widest%% *}
if [ -n "$widest" ]; then
    # One command that looks at its rank: mpirun of Open MPI 5.0.7 crashes on `COMMAND : COMMAND`.
    cat >by_rank <<'END'
#!/bin/sh
rank=${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:?the launcher does not tell the rank}}
case $rank in 0) ENGRAFT_SIMD=$1 ;; *) ENGRAFT_SIMD=$2 ;; esac
echo "rank $rank takes $ENGRAFT_SIMD" >&2
shift 2
export ENGRAFT_SIMD
exec "$@"
END
    chmod +x by_rank
    mixed() {
        $MPIEXEC -n 2 ./by_rank "$widest" plain "$ENGRAFT" run --progress none "$study" -o mixed.h5 >said 2>&1 &&
            grep -qx "rank 0 takes $widest" said && grep -qx 'rank 1 takes plain' said || { cat said; return 1; }
    }
    ok "ranks of different widths" mixed
    ok "which give the same" "$ENGRAFT" diff plain-1.h5 mixed.h5
fi

# A comparison that cannot fail would prove nothing.
sed 's/^seed: 99$/seed: 100/' "$study" >other.yaml
ok "another seed" "$ENGRAFT" run --progress none other.yaml -o other.h5
"$ENGRAFT" diff plain-1.h5 other.h5 >/dev/null 2>&1
ok "gives another file" test $? -eq 1
finish
