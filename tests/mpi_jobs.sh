#!/bin/bash
# jobs/run with real ranks: it goes on after the kill of one, and Ctrl-C stops it with everything saved.
# long: runs that are stopped and go on
set -u
. "$SOURCE/tests/testlib.sh"
unset SLURM_JOB_ID PBS_JOBID
export ENGRAFT ENGRAFT_LAUNCH="$MPIEXEC -n 3"

cat >long.yaml <<'EOT'
study: long
seed: 3
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: 200}}
outcomes: [relapse, death, os]
EOT
# Two seconds of its three ranks, from this machine's speed now: what is saved first is saved after a quarter of one.
courses=$(courses_for 2 3 long.yaml)
ok "this machine's speed" test "${courses:-0}" -gt 0
patients=$((courses / 200 > 64 ? courses / 200 : 64))
sed -i "s/patients: 64/patients: $patients/" long.yaml
ok "at one go" $MPIEXEC -n 2 "$ENGRAFT" run --progress none long.yaml -o quiet.h5

begin() { # begin RESULT: in the background; waits until it has saved something
    env --default-signal=INT "$SOURCE/jobs/run" long.yaml "$1" --progress none >running 2>&1 &
    launcher=$!
    wait_saved "$1" 1 || { cat running; return 1; }
}
ok "it begins" begin kill.h5
ok "a rank is killed" kill -KILL "$(pgrep -x -P "$(pgrep -d , -P $launcher)" engraft | tail -n 1)"
wait $launcher
status=$?
ok "the script ends well, not with $status" test $status -eq 0
ok "it said what it did" grep -q "going on from what is saved" running
ok "and used it" grep -q "is saved already" running
ok "equal" "$ENGRAFT" diff quiet.h5 kill.h5

ok "another begins" begin int.h5
kill -INT $launcher
wait $launcher
status=$?
ok "Ctrl-C: status 75, not $status" test $status -eq 75
ok "everything is saved" grep -q "stopped with everything saved" running
ok "the same again" "$SOURCE/jobs/run" long.yaml int.h5
ok "is equal" "$ENGRAFT" diff quiet.h5 int.h5
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
