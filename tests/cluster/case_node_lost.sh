#!/bin/bash
# A node that is set down, and one that dies with all that ran on it: the job goes on elsewhere or later.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
ok "it runs and saves" saves x.h5
ok "a node is set down" scontrol update nodename=n2 state=down reason=test
ok "the job is requeued" state_is "$job" 'PENDING|REQUEUED|CONFIGURING' 30
sleep 2
scontrol update nodename=n2 state=resume 2>/dev/null # where the node did not come back by itself
ok "it starts again" saves x.h5 2

# Everything of n1, where the script and rank 0 are: daemon, step daemons, ranks.
victims() {
    local step
    tr -cd 0-9 <"$CLUSTER/slurmd.n1.pid"
    echo
    for step in $(pgrep slurmstepd); do
        if [ "$(nsenter --uts -t "$step" hostname 2>/dev/null)" = n1 ]; then
            echo "$step"
            descendants "$step"
        fi
    done
}
descendants() {
    local child
    for child in $(pgrep -P "$1"); do
        echo "$child"
        descendants "$child"
    done
}
# shellcheck disable=SC2046 # one word a process
ok "n1 dies" kill -KILL $(victims)
ok "Slurm notices" state_is "$job" 'PENDING|REQUEUED' 60
"$SOURCE/tests/cluster/slurm.sh" node "$CLUSTER" n1
ok "it completes" completes "$job"
ok "after two restarts" restarts "$job" 2
ok "equal" equal x.h5
ok "both nodes are back" nodes_idle
verdict
