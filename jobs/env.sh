# shellcheck shell=sh
# Open MPI's settings for a workstation, a container or a small shared machine.  Source it before a bare mpirun:
#     . jobs/env.sh && mpirun -n 4 build/release/engraft run STUDY -o RESULT.h5
# The Makefile, the tests and .ci/run use it too.  What the caller has set already is kept.

# Open MPI refuses to start ranks for root (the usual user of a container) unless told twice.
if [ "$(id -u)" -eq 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# In a batch job the cores are ours and the scheduler has counted them.  OMPI_MCA_odls_base_sigkill_timeout, which would
# give ranks longer to leave after TERM, stays as it is: mpirun sleeps that long, twice, after every status but 0 as well.
if [ -z "${SLURM_JOB_ID:-}${PBS_JOBID:-}" ]; then
    # More ranks than cores is legal; a waiting rank then gives its core away; and ranks are not pinned, since two
    # runs side by side would both be pinned to the first cores.
    export OMPI_MCA_rmaps_base_oversubscribe="${OMPI_MCA_rmaps_base_oversubscribe:-1}"
    export OMPI_MCA_mpi_yield_when_idle="${OMPI_MCA_mpi_yield_when_idle:-1}"
    export OMPI_MCA_hwloc_base_binding_policy="${OMPI_MCA_hwloc_base_binding_policy:-none}"
    # Ranks of one machine need no routes; many containers do not tell them, of which Open MPI 5 complains in each rank.
    export OMPI_MCA_reachable="${OMPI_MCA_reachable:-weighted}"
fi

# engraft stops by itself before SLURM_JOB_END_TIME, which Slurm tells its jobs from 23.02 on; of an older one it can be
# asked.
if [ -n "${SLURM_JOB_ID:-}" ] && [ -z "${SLURM_JOB_END_TIME:-}" ]; then
    # The last task of an array has the array's own number, which stands for all of its tasks.
    SLURM_JOB_END_TIME=$(scontrol -o show job "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_JOB_ID:+_${SLURM_ARRAY_TASK_ID:-}}" 2>/dev/null |
        sed -n 's/.* EndTime=\([0-9T:-]*\) .*/\1/p' | head -n 1)
    SLURM_JOB_END_TIME=$([ -z "$SLURM_JOB_END_TIME" ] || date -d "$SLURM_JOB_END_TIME" +%s 2>/dev/null)
    if [ -n "$SLURM_JOB_END_TIME" ]; then
        export SLURM_JOB_END_TIME
    else
        unset SLURM_JOB_END_TIME
    fi
fi

# Under a system call filter (most containers) ranks may not read each other's memory; Open MPI would try and complain.
if grep -qs '^Seccomp:[[:space:]]*2' /proc/self/status; then
    export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism:-none}"
fi

# Nor has every container a /sys, which mpirun and ranks would each say in a line of hwloc's.
if [ ! -d /sys/devices/system/cpu ]; then
    export HWLOC_HIDE_ERRORS="${HWLOC_HIDE_ERRORS:-2}"
fi
