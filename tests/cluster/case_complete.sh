#!/bin/bash
# From sbatch to a complete result over two nodes, started by mpirun and by srun; what must not be tried again.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$SHORT" m.h5
ok "mpirun completes" completes "$job" 90
ok "mpirun: four ranks" grep -q "on 4 ranks" engraft-"$job".log
ok "mpirun: equal" equal m.h5 "$QUIET_SHORT"
ENGRAFT_LAUNCH=srun submit -N2 -n4 "$SOURCE/jobs/engraft.sbatch" "$SHORT" s.h5
ok "srun completes" completes "$job" 90
ok "srun: four ranks" grep -q "on 4 ranks" engraft-"$job".log
ok "srun: equal" equal s.h5 "$QUIET_SHORT"

submit -n2 "$SOURCE/jobs/engraft.sbatch" "$SHORT" m.h5
ok "a complete result is left alone" completes "$job" 60
ok "and said to be complete" grep -q "complete already" engraft-"$job".log

# Mistakes end a job with engraft's own status, at once.
sed 's/patients/patiens/' "$SHORT" >broken.yaml
submit -n2 "$SOURCE/jobs/engraft.sbatch" broken.yaml b.h5
ok "a broken study" exits_with "$job" 65
ok "is not tried again" status_is 1 restarts "$job" 1
sed 's/seed: 5/seed: 6/' "$SHORT" >other.yaml
submit -n2 "$SOURCE/jobs/engraft.sbatch" other.yaml m.h5
ok "another study's result" exits_with "$job" 73
ok "is kept" equal m.h5 "$QUIET_SHORT"
submit -n2 "$SOURCE/jobs/engraft.sbatch" nothere.yaml n.h5
ok "a study that is not there" exits_with "$job" 66
ENGRAFT_HOME=$TMPDIR submit -n2 "$SOURCE/jobs/engraft.sbatch" "$SHORT" n.h5
ok "jobs/ is not there" exits_with "$job" 66
ok "which is said" grep -q "set ENGRAFT_HOME" engraft-"$job".log

# N copies that do not see one another compute nothing.
ENGRAFT_LAUNCH="srun --mpi=none" submit -n2 "$SOURCE/jobs/engraft.sbatch" "$SHORT" n.h5
ok "srun without PMIx" exits_with "$job" 64
ok "says the remedy once" test "$(grep -c -- '--mpi=pmix' engraft-"$job".log)" -eq 1
ok "and writes nothing" test ! -e n.h5 -a ! -e n.h5.work

# More ranks than the job has: mpirun's own refusal, which a requeue would not mend.
ENGRAFT_LAUNCH="mpirun -n 9" submit -n2 "$SOURCE/jobs/engraft.sbatch" "$SHORT" n.h5
ok "too many ranks" exits_with "$job" 1
verdict
