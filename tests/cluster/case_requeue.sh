#!/bin/bash
# A job that is put back into the queue by hand, then warned of its end: it goes on each time.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
ok "it runs and saves" saves x.h5
ok "scontrol requeue" scontrol requeue "$job"
ok "it starts again" saves x.h5 2
ok "the warning signal, to the script alone" scancel --batch --signal=USR1 "$job"
ok "it saves and asks to be requeued" state_is "$job" 'PENDING|REQUEUED' 30
ok "it completes" completes "$job"
ok "after two restarts" restarts "$job" 2
ok "said that it goes on" grep -q "attempt 3 goes on" engraft-"$job".log
ok "and why it went" grep -q "everything is saved; back to the queue" engraft-"$job".log
ok "equal" equal x.h5

# The limit: saved, ended, and the same again goes on.
ENGRAFT_RESTARTS=0 submit -N1 -n2 "$SOURCE/jobs/engraft.sbatch" "$LONG" y.h5
ok "another runs and saves" saves y.h5
ok "its warning" scancel --batch --signal=USR1 "$job"
ok "no restart is allowed" exits_with "$job" 75
ok "which is said" grep -q "ENGRAFT_RESTARTS=0" engraft-"$job".log
ok "it can go on" status_is 75 "$ENGRAFT" status --quiet y.h5
verdict
