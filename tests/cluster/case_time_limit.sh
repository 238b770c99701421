#!/bin/bash
# A job with less time than its study needs: it ends before Slurm ends it, and goes on in the next one.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

# One rank, so that the study takes twice as long as on two; Slurm's shortest limit is a minute.  The warning comes too late
# to be of use: what stops it is that it knows when the job ends.
submit -n1 --time=1 --signal=B:USR1@1 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
ok "it runs and saves" saves x.h5
ok "it leaves by itself" state_is "$job" 'PENDING|REQUEUED' 70
ok "not by the time limit" status_is 1 grep -q "TIME LIMIT" engraft-"$job".log
ok "with everything saved" grep -q "stopped with everything saved" engraft-"$job".log
ok "it completes" completes "$job" 240
ok "equal" equal x.h5
verdict
