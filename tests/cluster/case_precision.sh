#!/bin/bash
# A study that adds patients in rounds: it leaves before its time limit, goes on in the next job on another number of nodes, and is what one run without a
# stop makes of it.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

# As many courses as the long study has at most; all rounds are needed, as no point is known so well.
patients=$(sed -n 's/.*patients: \([0-9]*\)}.*/\1/p' "$LONG" | head -n 1)
sed -e "s/patients: $patients}/patients: 64}/" "$LONG" >rounds.yaml
echo "precision: {outcome: relapse, at: 1 y, half_width: 0.0001, max_patients: $patients, scope: point}" >>rounds.yaml
ok "one run without a stop" mpirun --oversubscribe -n 2 "$ENGRAFT" run --progress none rounds.yaml -o quiet.h5
ok "rounds were needed" says "^Precision: relapse to 0.0001 to each side asked for, reached at" 0 "$ENGRAFT" show quiet.h5

cat >launch <<'END'
#!/bin/sh
[ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] || export ENGRAFT_SIMD=plain
exec mpirun "$@"
END
chmod +x launch
ENGRAFT_LAUNCH=$TMPDIR/launch submit -N1 -n1 --time=1 --signal=B:USR1@1 "$SOURCE/jobs/engraft.sbatch" rounds.yaml x.h5
ok "it runs and saves" saves x.h5
ok "it leaves by itself before its limit" state_is "$job" 'PENDING|REQUEUED' 70
ok "not by the time limit" status_is 1 grep -q "TIME LIMIT" engraft-"$job".log
ok "with everything saved" grep -q "stopped with everything saved" engraft-"$job".log
ok "on two nodes now" scontrol update JobId="$job" NumNodes=2 NumTasks=4
ok "it completes" completes "$job" 240
ok "after a restart" restarts "$job" 1
ok "it went on" grep -q "attempt 2 goes on" engraft-"$job".log
ok "through rounds" grep -q "round 1: 256 patients at 100 points" engraft-"$job".log
ok "equal" equal x.h5 quiet.h5
verdict
