#!/bin/bash
# Shards and their merge: any division, any ranks, one shard killed and resumed, any order: the file of a single run.  Partial results.
# long: many runs
set -u
. "$SOURCE/tests/testlib.sh"

run() { # run RANKS ARGUMENTS...
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none "${@:2}"
}
merge() { # merge RANKS ARGUMENTS...
    $MPIEXEC -n "$1" "$ENGRAFT" merge "${@:2}"
}
two_arm_study shards 1 11 150 >study.yaml # 3 blocks a point, the last not full: shards begin within points and within records
two_arm_study shards 2 11 150 >other.yaml
two_arm_study shards 1 12 150 >larger.yaml
two_arm_study shards 1 40 10 >few.yaml    # several points a block

# --- exact, in any order ---------------------------------------------------------------------------------------------
ok "the whole" run 2 study.yaml -o all.h5
for n in 1 3 7; do
    files=
    for k in $(seq "$n"); do
        ok "shard $k/$n" run $((k % 3 + 1)) study.yaml -o "$k.$n.h5" --shard "$k/$n"
        files="$k.$n.h5 $files"
    done
    ok "merge of $n" merge $((n % 3 + 1)) $files -o "all$n.h5"
    ok "merge of $n: equal" "$ENGRAFT" diff all.h5 "all$n.h5"
done
ok "another order" "$ENGRAFT" merge 2.3.h5 3.3.h5 1.3.h5 -o order.h5
ok "another order: equal" "$ENGRAFT" diff all.h5 order.h5
ok "few patients: the whole" run 1 few.yaml -o few.h5
ok "few patients: 1/2" run 1 few.yaml -o few1.h5 --shard 1/2
ok "few patients: 2/2" run 2 few.yaml -o few2.h5 --shard 2/2
ok "few patients: merge" merge 2 few1.h5 few2.h5 -o few12.h5
ok "few patients: equal" "$ENGRAFT" diff few.h5 few12.h5
ok "nothing is left beside the results" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

# --- a shard is no result ----------------------------------------------------------------------------------------------
ok "show names the shard" says "^SHARD 2/3: " 0 "$ENGRAFT" show 2.3.h5
ok "compare names the shard" says "^SHARD 2/3: " 0 "$ENGRAFT" compare 2.3.h5
ok "status names the shard" says "shard 2/3" 0 "$ENGRAFT" status 2.3.h5
ok "it holds its courses only" test "$("$ENGRAFT" show 2.3.h5 | awk '/^courses/ { print $3 }')" -lt "$("$ENGRAFT" show all.h5 | awk '/^courses/ { print $3 }')"
ok "a shard differs from the whole" status_is 1 "$ENGRAFT" diff all.h5 2.3.h5
ok "readers that know no shards refuse it" "$PYTHON" -c "import h5py; assert h5py.File('2.3.h5').attrs['complete'] == 0"
ok "other shards' records are missing" "$PYTHON" -c "
import h5py, numpy as np
point = h5py.File('1.3.h5')['/records/point'][:]
assert (point == np.iinfo(np.int64).min).sum() == 0 and (h5py.File('3.3.h5')['/records/point'][:] != np.iinfo(np.int64).min).sum() == 0"
ok "the same shard again" says "complete already" 0 run 1 study.yaml -o 2.3.h5 --shard 2/3
ok "another shard there" says "another share" 73 run 1 study.yaml -o 2.3.h5 --shard 1/3
ok "the whole there" says "another share" 73 run 1 study.yaml -o 2.3.h5
ok "a shard over the whole" says "another share" 73 run 1 study.yaml -o all.h5 --shard 1/3

# --- refusals --------------------------------------------------------------------------------------------------------
for wrong in 0/3 4/3 3 x/3 1/0 -1/3 1/3x; do
    ok "--shard $wrong" says "shares? " 64 "$ENGRAFT" run study.yaml -o x.h5 "--shard=$wrong"
done
ok "more shards than blocks" says "at most 33" 64 "$ENGRAFT" run study.yaml -o x.h5 --shard 1/34
ok "a missing shard is named" says "1 of 3 shards is missing: 2/3" 64 merge 2 1.3.h5 3.3.h5 -o x.h5
ok "missing ones are named" says "missing: 2/7, 5/7" 64 "$ENGRAFT" merge {1,3,4,6,7}.7.h5 -o x.h5
ok "a shard twice" says "both shard 1/3" 64 "$ENGRAFT" merge 1.3.h5 2.3.h5 1.3.h5 3.3.h5 -o x.h5
ok "of two divisions" says "only shards of one division" 64 "$ENGRAFT" merge 1.3.h5 2.7.h5 -o x.h5
ok "a result that is complete" says "order.h5 is a complete result, not a shard" 64 "$ENGRAFT" merge 1.3.h5 order.h5 -o x.h5
ok "the merge is there already" says "complete already" 0 "$ENGRAFT" merge {1,2,3}.3.h5 -o all.h5
mkdir all3.h5.work # a merge was killed between giving the result its name and removing its folder
echo "free, attempt 1" >all3.h5.work/lock
ok "what a killed merge left" says "complete already" 0 merge 2 {1,2,3}.3.h5 -o all3.h5
ok "is removed" test ! -e all3.h5.work
ok "another seed" run 1 other.yaml -o other.h5 --shard 2/3
ok "another study" says "other.h5 is of another study" 73 merge 2 1.3.h5 other.h5 3.3.h5 -o x.h5
ok "other points" run 1 larger.yaml -o larger.h5 --shard 2/3
ok "another extent" says "larger.h5 has other numbers of points" 73 "$ENGRAFT" merge 1.3.h5 larger.h5 3.3.h5 -o x.h5
ok "over a shard" says "is itself a shard" 73 "$ENGRAFT" merge {1,2,3}.3.h5 -o 1.3.h5
ok "no shard at all" says "study.yaml" 66 "$ENGRAFT" merge study.yaml -o x.h5
ok "no file" says "a file name is missing" 64 "$ENGRAFT" merge -o x.h5
ok "no -o" says "-o ALL.h5" 64 "$ENGRAFT" merge 1.3.h5
size=$(stat -c %s 2.3.h5)
for part in 10 30 50 70 90; do # a changed byte: refused by name, or of no consequence
    cp 2.3.h5 damaged.h5
    printf '\x5a\xa5\x5a\xa5' | dd of=damaged.h5 bs=1 seek=$((size * part / 100)) conv=notrunc status=none
    rm -f x.h5
    "$ENGRAFT" merge 1.3.h5 damaged.h5 3.3.h5 -o x.h5 >said 2>&1
    got=$?
    if [ $got -eq 0 ]; then
        ok "damage at $part % is of no consequence" "$ENGRAFT" diff all.h5 x.h5
    else
        ok "damage at $part %: status 66 and the name" eval "[ $got -eq 66 ] && grep -q damaged.h5 said && [ ! -e x.h5 ]"
    fi
    rm -f x.h5
done
head -c $((size / 2)) 2.3.h5 >damaged.h5
ok "half a file" says "damaged.h5" 66 "$ENGRAFT" merge 1.3.h5 damaged.h5 3.3.h5 -o x.h5
ok "nothing is left of refusals" test ! -e x.h5 -a -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

# --- kill and resume of a shard; partial results -------------------------------------------------------------------------
two_arm_study shards 3 64 40000 >long.yaml # never run to its end, however fast the machine
begin() { # begin RANKS RESULT ARGUMENTS...: in the background, until something is saved
    local ranks=$1 result=$2
    shift 2
    $MPIEXEC -n "$ranks" "$ENGRAFT" run --progress none long.yaml -o "$result" "$@" >running 2>&1 &
    launcher=$!
    wait_saved "$result"
}
ok "a long shard" begin 2 long.h5 --shard 2/3
ok "show --partial during the run" says "^PARTIAL: [0-9]+ of [0-9]+ courses .* a run under way" 0 "$ENGRAFT" show long.h5 --partial
ok "which says what is missing" grep -q "^Missing: [0-9]* of 64 points" said
ok "and names the shard" grep -q "^Shard of the study: blocks " said
kill -KILL $(pgrep -P $launcher) $launcher
wait $launcher 2>/dev/null
ok "show --partial after a kill" says "stopped or interrupted" 0 "$ENGRAFT" show long.h5 --partial --outcome relapse
ok "show without it" status_is 66 "$ENGRAFT" show long.h5
ok "nothing was published" test ! -e long.h5
ok "saved work of another share is refused by name" says "another share" 73 run 1 long.yaml -o long.h5 --shard 1/3

ok "stopped at once" status_is 75 run 2 long.yaml -o long.h5 --shard 2/3 --deadline 1
ok "status of it" says "saved +[1-9]" 0 "$ENGRAFT" status long.h5
ok "no saved work" says "no saved work for none.h5" 66 "$ENGRAFT" show none.h5 --partial
ok "--partial of a complete result shows it" says "^Study shards" 0 "$ENGRAFT" show all.h5 --partial
ok "which is not called partial" eval '! grep -q PARTIAL said'

two_arm_study shards 4 30 1500 >mid.yaml
ok "the whole of a longer one" run 2 mid.yaml -o mid.h5
$MPIEXEC -n 2 "$ENGRAFT" run --progress none mid.yaml -o mid2.h5 --shard 2/2 >running 2>&1 &
launcher=$!
wait_saved mid2.h5
kill -KILL $(pgrep -P $launcher) $launcher
wait $launcher 2>/dev/null
ok "1/2" run 3 mid.yaml -o mid1.h5 --shard 1/2
ok "2/2, killed and resumed" says "is saved already|complete" 0 run 3 mid.yaml -o mid2.h5 --shard 2/2
ok "merge" merge 3 mid2.h5 mid1.h5 -o mid12.h5
ok "equal" "$ENGRAFT" diff mid.h5 mid12.h5
# Saved twice (two runs at once): each block is counted once.
ok "stopped" stopped_by_deadline twice.h5 run 2 long.yaml -o twice.h5 --shard 2/3
cp twice.h5.work/journal.1.0 twice.h5.work/journal.7.0
cp twice.h5.work/journal.1.1 twice.h5.work/journal.7.5
ok "blocks saved twice are counted once" says "saved twice" 75 run 3 long.yaml -o twice.h5 --shard 2/3 --deadline 1
ok "and are so no longer" eval 'run 1 long.yaml -o twice.h5 --shard 2/3 --deadline 1 2>said; ! grep -q "saved twice" said'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
