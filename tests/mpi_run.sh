#!/bin/bash
# engraft run under mpirun: equal results from any number of ranks; stops, kills and resumes; what it refuses.
# long: runs that are stopped and go on
set -u
. "$SOURCE/tests/testlib.sh"

needed() { # the rest makes no sense after a failure
    [ $failed -gt 0 ] || return 0
    echo "$passed passed, $failed failed"
    exit 1
}
run() { # run RANKS ARGUMENTS...
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none "${@:2}"
}
two_arm_study ranks 1 37 100 >study.yaml  # blocks that are not full, points that do not divide among ranks
two_arm_study few 1 50 10 >few.yaml       # blocks of several points
two_arm_study other 2 37 100 >other.yaml

# --- equal results -----------------------------------------------------------------------------------------------
ok "one rank" run 1 study.yaml -o 1.h5
needed
for n in 2 3 5; do
    ok "$n ranks" run "$n" study.yaml -o "$n.h5"
    ok "$n ranks give the file of one" "$ENGRAFT" diff 1.h5 "$n.h5"
done
ok "a singleton without mpirun" "$ENGRAFT" run --progress none study.yaml -o 0.h5
ok "which gives the same" "$ENGRAFT" diff 1.h5 0.h5
ok "few patients, one rank" run 1 few.yaml -o few1.h5
ok "few patients, more ranks than blocks" run 9 few.yaml -o few9.h5
ok "which give the same" "$ENGRAFT" diff few1.h5 few9.h5
ok "another seed" run 2 other.yaml -o other.h5
ok "gives another file" status_is 1 "$ENGRAFT" diff 1.h5 other.h5
ok "nothing is left beside the results" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

# --- what is there already ----------------------------------------------------------------------------------------
cp 1.h5 kept.h5
ok "a complete result is left alone" says "complete already" 0 run 2 study.yaml -o kept.h5
ok "byte for byte" cmp 1.h5 kept.h5
ok "the result of another study is refused" says "another study" 73 run 1 other.yaml -o kept.h5
ok "byte for byte again" cmp 1.h5 kept.h5
echo precious >notes.txt
ok "a foreign file is refused" says "notes.txt exists" 73 run 1 study.yaml -o notes.txt
ok "and kept" grep -q precious notes.txt
ok "a folder that is not there" says "cannot make the folder" 73 run 2 study.yaml -o nowhere/x.h5
ok "a study that is not there" says "nothere.yaml" 66 run 2 nothere.yaml -o x.h5
sed 's/patients: 100/patiens: 100/' study.yaml >broken.yaml
ok "a broken study, one complaint from one rank" says "^broken.yaml:[0-9]+:[0-9]+: " 65 run 3 broken.yaml -o x.h5
ok "said once" test "$(grep -c '^broken.yaml:' said)" -eq "$(sort -u said | grep -c '^broken.yaml:')"
ok "which leaves nothing" test ! -e x.h5 -a ! -e x.h5.work
ok "no -o" says "-o RESULT.h5" 64 run 1 study.yaml
ok "nothing to go on from" says "no saved work" 66 run 2 study.yaml -o x.h5 --resume require
ok "which leaves nothing either" test ! -e x.h5 -a ! -e x.h5.work

# --- stops, kills, resumes ------------------------------------------------------------------------------------------
# A study that takes two ranks two seconds: what is saved first is saved after a quarter of one.
courses=$(courses_for 2 2 study.yaml)
ok "this machine's speed" test "${courses:-0}" -gt 0
patients=$((courses / 800 / 64 * 64))
[ "$patients" -ge 64 ] || patients=64
two_arm_study long 3 400 "$patients" >long.yaml
two_arm_study huge 3 400 $((20 * patients)) >huge.yaml # never ends in these tests
ok "the long study at one go" run 2 long.yaml -o long.h5
needed

file=long.yaml
begin() { # begin RANKS RESULT [ATTEMPT]: runs in the background; waits until this attempt has saved something
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none $file -o "$2" >running 2>&1 &
    launcher=$!
    wait_saved "$2" "${3:-1}" && ranks=$(rank_pids)
}
rank_pids() { pgrep -P "$launcher"; }
ended() { # the launcher and its ranks are gone
    wait $launcher 2>/dev/null
    got=$?
    # shellcheck disable=SC2086 # numbers
    wait_gone $ranks
}
resumes() { # resumes RANKS RESULT WHAT
    ok "$3: it can go on" status_is 75 "$ENGRAFT" status --quiet "$2"
    ok "$3: status says how far" says "saved +[1-9]" 0 "$ENGRAFT" status "$2"
    ok "$3: goes on with $1 ranks" says "is saved already" 0 run "$1" long.yaml -o "$2" --resume require
    ok "$3: equal" "$ENGRAFT" diff long.h5 "$2"
    ok "$3: complete" status_is 0 "$ENGRAFT" status --quiet "$2"
    ok "$3: nothing is left" test ! -e "$2.work"
}

stops() { # stops SIGNAL RANK
    ok "$1: begins" begin 3 "$1.h5" || return
    # To one rank alone: the others must hear of it.
    kill "-$1" "$(rank_pids | sed -n "$2p")"
    ended
    ok "$1: status 75, not $got" test $got -eq 75
    ok "$1: says what to type next" grep -q "stopped with everything saved.*mpirun -n 3 engraft run" running
}
stops INT 3
resumes 2 INT.h5 INT
stops TERM 1
resumes 5 TERM.h5 TERM
stops USR1 2
stops USR2 3

ok "kill: begins" begin 3 kill.h5
kill -KILL "$(rank_pids | tail -n 1)"
ended
resumes 1 kill.h5 "kill of one rank"

ok "kill all: begins" begin 2 all.h5
kill -KILL $(rank_pids) $launcher
ended
# A torn record and a changed byte: found, not used.
for journal in all.h5.work/journal.*; do
    head -c 1000 "$journal" >>"$journal"
done
ok "kill all: begins again" begin 2 all.h5 2
ok "the torn records were named" grep -q "cut short" running
kill -KILL $(rank_pids) $launcher
ended
first=$(ls all.h5.work/journal.2.* | head -n 1) # the resumed run has gathered the first one's work in its own journals
ok "and are gone with the old journals" test -z "$(ls all.h5.work/journal.1.* 2>/dev/null)"
printf '\xff' | dd of="$first" bs=1 seek=300 conv=notrunc status=none
ok "a changed byte is named" says "damaged at byte" 0 run 2 long.yaml -o all.h5
ok "and not used" "$ENGRAFT" diff long.h5 all.h5

file=huge.yaml
ok "lock: begins" begin 2 lock.h5
kill -STOP $ranks # what they would compute while the other one waits is of no use
ok "a second run of the same result is refused" says "in use by another run" 73 run 1 huge.yaml -o lock.h5
kill -CONT $ranks
ok "status during a run" says "^state +running" 0 "$ENGRAFT" status lock.h5
kill -TERM "$(rank_pids | head -n 1)"
ended
ok "another study's saved work is refused" says "saved work of another study" 73 run 2 study.yaml -o lock.h5
ok "and kept" test -n "$(ls lock.h5.work/journal.1.*)"
ok "--resume never begins anew" stopped_by_deadline lock.h5 run 2 huge.yaml -o lock.h5 --resume never
ok "a deadline stops it with everything saved" says "saved +[1-9]" 0 "$ENGRAFT" status lock.h5
SLURM_JOB_END_TIME=$(($(date +%s) + 16)) ok "the end of a Slurm job stops it" status_is 75 run 2 long.yaml -o slurm.h5
ok "and it can go on" run 3 long.yaml -o slurm.h5
ok "equal after all" "$ENGRAFT" diff long.h5 slurm.h5

# Blocks of many protocols take long: no more of them begin together than end before the deadline.
cat >slow.yaml <<END
study: slow
seed: 2
horizon: 20 y
cohort: {disease: ms, patients: 384}
protocols:
  days:
    vary: {days: [$(seq -f '%g d' -s ', ' 10 10 1000)]}
    actions: [{at: 0 d, drug: natalizumab, for: \$days}]
outcomes: [os]
END
at_most_half() { [ "$("$ENGRAFT" status "$1" | sed -n 's/^saved.*(\([0-9]*\)\..*/\1/p')" -le 50 ]; }
ok "a deadline within a handful of blocks" status_is 75 "$ENGRAFT" run --progress none slow.yaml -o slow.h5 --deadline 1
ok "stops before all of them are computed" at_most_half slow.h5
rm -rf slow.h5.work

# --- started by mistake as many programs of one rank ------------------------------------------------------------------
alone() { env -u OMPI_COMM_WORLD_SIZE -u PMIX_RANK "$@"; }
ok "a step of Slurm without PMIx" says "SLURM_STEP_NUM_TASKS=4.*srun --mpi=pmix" 64 \
    alone SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 "$ENGRAFT" run study.yaml -o s.h5
ok "only one of them speaks" test -z "$(alone SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=2 "$ENGRAFT" run study.yaml -o s.h5 2>&1)"
ok "an allocation without mpirun" says "SLURM_NTASKS=8.*mpirun" 64 alone SLURM_NTASKS=8 "$ENGRAFT" run study.yaml -o s.h5
ok "another MPI's launcher" says "PMI_SIZE=2" 64 alone PMI_SIZE=2 PMI_RANK=0 "$ENGRAFT" run study.yaml -o s.h5
ok "MVAPICH's" says "MV2_COMM_WORLD_SIZE=2" 64 alone MV2_COMM_WORLD_SIZE=2 MV2_COMM_WORLD_RANK=0 "$ENGRAFT" run study.yaml -o s.h5
ok "another Open MPI's, which MPI itself does not notice" says "OMPI_COMM_WORLD_SIZE=4, but MPI sees this process alone" 64 \
    alone OMPI_COMM_WORLD_SIZE=4 "$ENGRAFT" run study.yaml -o s.h5
ok "a merge started so" says "PMI_SIZE=2" 64 alone PMI_SIZE=2 PMI_RANK=0 "$ENGRAFT" merge 1.h5 -o s.h5
ok "none of which wrote" test ! -e s.h5 -a ! -e s.h5.work

# Failed courses: nobody meets the criterion, so every course fails; counted by reason, the result written, status 3.
cat >nobody.yaml <<'EOT'
study: nobody
seed: 3
horizon: 1 y
cohort: {disease: ms, patients: 3, entry: {relapse: {at_least: 9, within: 1 y}}}
protocols:
  none: [{at: 0 d, drug: ifn_ga, for: 1 y}]
EOT
ok "more failures than allowed" says '3 of 3 courses failed \(no_candidate.* 3\)' 3 "$ENGRAFT" run nobody.yaml -o nobody.h5 --progress none
ok "failed courses are shown" says '^failed courses +3' 0 "$ENGRAFT" show nobody.h5
sed 's/^horizon/max_failures: 1\nhorizon/' nobody.yaml >all.yaml
ok "all of them allowed" status_is 0 "$ENGRAFT" run all.yaml -o allowed.h5 --progress none

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
