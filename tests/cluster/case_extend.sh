#!/bin/bash
# A job that extends a result is warned, goes back to the queue, and completes on another number of nodes.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

patients=$(sed -n 's/.*patients: \([0-9]*\)}.*/\1/p' "$LONG" | head -n 1)
cp "$QUIET_SHORT" small.h5
submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" extend small.h5 x.h5 --patients "$patients"
ok "it runs and saves" saves x.h5
ok "the warning signal, to the script alone" scancel --batch --signal=USR1 "$job"
ok "it saves and asks to be requeued" state_is "$job" 'PENDING|REQUEUED' 30
ok "on one node now" scontrol update JobId="$job" NumNodes=1 NumTasks=2
ok "it completes" completes "$job"
ok "after a restart" restarts "$job" 1
ok "it reused the smaller result" grep -q "extends small.h5: reuses all of it" engraft-"$job".log
ok "and went on" grep -q "attempt 2 goes on" engraft-"$job".log
ok "equal" equal x.h5
ok "the smaller result is as it was" cmp -s "$QUIET_SHORT" small.h5
verdict
