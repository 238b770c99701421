#!/bin/bash
# jobs/submit on a real Slurm: it reads the nodes, sizes the job, and what it submits completes; names with blanks, quotes
# and dollars on the way through sbatch, mpirun and the second node.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

name="a b'\$(touch HACKED)\"é"
cp "$SHORT" "$name.yaml"
"$SOURCE/jobs/submit" --yes --ranks 4 "$name.yaml" >said 2>&1
ok "submitted" grep -Eq "^submitted: job [0-9]+" said
job=$(sed -n 's/^submitted: job \([0-9]*\).*/\1/p' said)
ok "over both nodes" test "$(field "$job" NumNodes)" = 2 -o "$(field "$job" NumNodes)" = 2-2
ok "it completes" completes "$job"
ok "equal" equal "$name.h5" "$QUIET_SHORT"
ok "nothing was executed" test -z "$(find . -name HACKED)"
ok "a log of its own" test -s "$(echo a_b*-"$job".log)"
ok "more than the partition has" grep -q 'ntasks=4$' <("$SOURCE/jobs/submit" --print --ranks 400 "$SHORT" -o x.h5)
verdict
