#!/bin/bash
# scancel: everything is saved, the job is not requeued, and a new one goes on.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

cancelled() { # cancelled RESULT
    ok "$1: it runs and saves" saves "$1"
    ok "$1: scancel" scancel "$job"
    ok "$1: it is cancelled" state_is "$job" CANCELLED 30
    ok "$1: and stays so" sleep 3
    ok "$1: no restart" status_is 1 restarts "$job" 1
    ok "$1: work is saved" status_is 75 "$ENGRAFT" status --quiet "$1"
    ok "$1: status says how far" grep -Eq "^saved +[1-9]" <("$ENGRAFT" status "$1")
    ok "$1: its ranks are gone" test -z "$(pgrep -f "run $LONG -o $1\$")"
}
submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
cancelled x.h5
ENGRAFT_LAUNCH=srun submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$LONG" s.h5
cancelled s.h5
submit -N1 -n2 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
ok "the same again completes" completes "$job"
ok "equal" equal x.h5
verdict
