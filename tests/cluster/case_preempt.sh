#!/bin/bash
# A job of a higher partition takes both nodes: the run is thrown out, waits, and goes on; started by mpirun and by srun.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

preempted() { # preempted RESULT
    ok "$1: it runs and saves" saves "$1"
    local low=$job
    submit -p high -N2 --exclusive --time=5 -J high --output=high-%j.log --wrap 'sleep 3'
    ok "$1: the other job comes first" state_is "$job" COMPLETED 60
    ok "$1: the low one was requeued" restarts "$low" 1
    ok "$1: and completes" completes "$low"
    ok "$1: it went on with what it had" grep -q "goes on: [0-9.]* % is saved" engraft-"$low".log
    ok "$1: equal" equal "$1"
}
submit -p low -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$LONG" m.h5
preempted m.h5
ENGRAFT_LAUNCH=srun submit -p low -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$LONG" s.h5
preempted s.h5
verdict
