#!/bin/bash
# A job with less time than its study needs: it ends before Slurm ends it, and goes on in the next one.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

# Slurm's shortest limit is a minute: one rank without vector instructions takes longer than that; later ones may use them.
# The warning comes too late to be of use: what stops the job is that it knows when it ends.
cat >launch <<'END'
#!/bin/sh
[ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] || export ENGRAFT_SIMD=plain
exec mpirun "$@"
END
chmod +x launch
ENGRAFT_LAUNCH=$TMPDIR/launch submit -n1 --time=1 --signal=B:USR1@1 "$SOURCE/jobs/engraft.sbatch" "$LONG" x.h5
ok "it runs and saves" saves x.h5
ok "it leaves by itself" state_is "$job" 'PENDING|REQUEUED' 70
ok "not by the time limit" status_is 1 grep -q "TIME LIMIT" engraft-"$job".log
ok "with everything saved" grep -q "stopped with everything saved" engraft-"$job".log
ok "it completes" completes "$job" 240
ok "equal" equal x.h5
verdict
