#!/bin/bash
# The daemon of a node dies alone: Slurm takes the node for lost and starts the job a second time, while the first one
# still computes.  The lock keeps them apart; the second waits, and ends well when the first one has the result.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

submit -n1 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
ok "it runs and saves" saves x.h5
node=$(field "$job" NodeList)
ok "the daemon of $node dies" kill -KILL "$(tr -cd 0-9 <"$CLUSTER/slurmd.$node.pid")"
ok "Slurm requeues the job" state_is "$job" 'PENDING|REQUEUED' 60
ok "and starts it on the other node" state_is "$job" RUNNING 60
ok "on the other node indeed" test "$(field "$job" NodeList)" != "$node"
waiting() {
    local end=$((SECONDS + 30))
    until grep -q "another run holds the result" engraft-"$job".log; do
        [ $SECONDS -lt $end ] || { cat engraft-"$job".log; return 1; }
        sleep 0.2
    done
}
ok "where it waits for the first" waiting
ok "it completes" completes "$job" 240
ok "equal" equal x.h5
"$SOURCE/tests/cluster/slurm.sh" node "$CLUSTER" "$node"
ok "both nodes are back" nodes_idle
verdict
