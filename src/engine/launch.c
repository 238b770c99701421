/**
 * The launcher's environment.  A program built with one MPI and started by another's launcher runs as N independent
 * singletons, each of which would compute the whole study and write the same file.
 */
#include "engine/launch.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/shm.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SHM_BYTES 8e6 /* a rank: its segment of 4 MiB and what PMIx keeps */

typedef struct {
    const char *count, *rank; /* variables that a launcher sets */
    const char *remedy;
} launcher_t;

static const launcher_t launchers[] = {
    { "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "start it with 'mpirun engraft ...' or 'srun --mpi=pmix engraft ...'" },
    { "SLURM_NTASKS", "SLURM_PROCID",
        "put mpirun in front ('mpirun engraft ...' takes all of them, 'mpirun -n 1 engraft ...' one)" },
    { "PMI_SIZE", "PMI_RANK", "start it with the mpirun of the Open MPI it was built with" },
    { "MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK", "start it with the mpirun of the Open MPI it was built with" },
    { "FLUX_JOB_SIZE", "FLUX_TASK_RANK", "start it with 'flux run -o pmi=pmix engraft ...' or with mpirun" },
    { "PALS_SIZE", "PALS_RANKID", "start it with the mpirun of the Open MPI it was built with" },
};

int
eng_launch_check(bool *speak)
{
    *speak = true;
    if (getenv("OMPI_COMM_WORLD_SIZE") != NULL || getenv("PMIX_RANK") != NULL) {
        return 0;
    }
    for (size_t j = 0; j < sizeof(launchers) / sizeof(*launchers); j++) {
        const char *count = getenv(launchers[j].count), *rank = getenv(launchers[j].rank);
        if (count != NULL && strtol(count, NULL, 10) > 1) {
            *speak = rank == NULL || strcmp(rank, "0") == 0;
            return ENG_FAIL(ENG_ERR_USAGE, "%s=%s, but MPI would see this process alone: %s", launchers[j].count, count,
                launchers[j].remedy);
        }
    }
    return 0;
}

int
eng_launch_verify(int size)
{
    static const char *const counts[] = { "OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS" };

    for (size_t j = 0; j < sizeof(counts) / sizeof(*counts) && size == 1; j++) {
        const char *count = getenv(counts[j]);
        if (count != NULL && strtol(count, NULL, 10) > 1) {
            return ENG_FAIL(ENG_ERR_USAGE, "%s=%s, but MPI sees this process alone: the launcher belongs to another MPI or PMIx; start it "
                "with the mpirun of the Open MPI it was built with", counts[j], count);
        }
    }
    return 0;
}

/* Open MPI keeps some megabytes a rank there; where it finds no room it does without shared memory, or dies of SIGBUS later. */
static int
avoid_full_shm(void)
{
    static const char variable[] = "OMPI_MCA_btl_vader_backing_directory", from_5_on[] = "OMPI_MCA_btl_sm_backing_directory";
    const char *count = getenv("OMPI_COMM_WORLD_LOCAL_SIZE"), *rank = getenv("OMPI_COMM_WORLD_LOCAL_RANK"), *folder = getenv("TMPDIR");
    const long ranks = count != NULL ? strtol(count, NULL, 10) : 1;
    struct statvfs shm;

    if (ranks < 2 || getenv(variable) != NULL || getenv(from_5_on) != NULL || statvfs(ENG_SHM_FOLDER, &shm) != 0) {
        return 0;
    }
    const double free_bytes = (double)shm.f_bavail * (double)shm.f_frsize, needed = (double)ranks * SHM_BYTES;
    if (free_bytes >= needed) {
        return 0;
    }
    folder = folder != NULL && folder[0] == '/' ? folder : "/tmp";
    if (rank != NULL && strcmp(rank, "0") == 0) {
        eng_log(ENG_LOG_WARN, ENG_SHM_FOLDER " has %.0f MB free, %ld ranks need %.0f: %s is used instead; runs that were killed leave "
            ENG_SHM_FOLDER "/vader_segment.* or sm_segment.*, which may be removed when none is running", free_bytes / 1e6, ranks, needed / 1e6, folder);
    }
    return setenv(variable, folder, 0) != 0 ? -1 : setenv(from_5_on, folder, 0);
}

/* One process of each node, as far as the launcher tells which. */
static bool
is_first_here(void)
{
    const char *rank = getenv("OMPI_COMM_WORLD_LOCAL_RANK");

    rank = rank != NULL ? rank : getenv("SLURM_LOCALID");
    return rank == NULL || strcmp(rank, "0") == 0;
}

/*
 * PMIx 3 and 4 give their data to ranks through shared memory, under locks that a rank which is killed while it reads keeps for
 * ever: the launcher then waits for it when it ends, and the job with it (seen with 4.2.2: pmix_ds21_lock_wr_get).  Where the
 * launcher offers another way too, through its socket, that one is taken; it costs some hundred bytes a rank in every rank.
 */
static int
avoid_locks_of_launcher(void)
{
    const char *offered = getenv("PMIX_GDS_MODULE");

    if (offered == NULL || strstr(offered, "ds") == NULL || strstr(offered, "hash") == NULL) {
        return 0;
    }
    return setenv("PMIX_MCA_gds", "hash", 0);
}

/* Where a container has no /sys, hwloc says so in a line of each process, though it does no harm. */
static int
hide_missing_topology(void)
{
    return access("/sys/devices/system/cpu", F_OK) == 0 ? 0 : setenv("HWLOC_HIDE_ERRORS", "2", 0);
}

int
eng_launch_prepare(void)
{
    if (is_first_here()) {
        (void)eng_shm_sweep(ENG_SHM_FOLDER);
    }
    /* engraft needs no shared file pointers, and MPI-IO no file without a module for them.  A run that dies while `sm` opens a file leaves a
     * locked semaphore, on which every later open of a file of that name would hang; `lockedfile` crashes where a path has over 239 bytes. */
    if (setenv("OMPI_MCA_sharedfp", "^sm,lockedfile", 0) != 0 || avoid_full_shm() != 0 || avoid_locks_of_launcher() != 0 ||
        hide_missing_topology() != 0) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "cannot set the environment: %s", strerror(errno));
    }
    return 0;
}

bool
eng_launch_terminal(void)
{
    char path[64], target[64];

    if (isatty(STDERR_FILENO)) {
        return true;
    }
    if (getenv("OMPI_COMM_WORLD_SIZE") == NULL) {
        return false;
    }
    /* Under mpirun stderr is a pipe to it; what counts is where mpirun's own goes. */
    snprintf(path, sizeof(path), "/proc/%ld/fd/2", (long)getppid());
    const ssize_t n = readlink(path, target, sizeof(target) - 1);
    if (n <= 0) {
        return false;
    }
    target[n] = '\0';
    return strncmp(target, "/dev/pts/", 9) == 0 || strncmp(target, "/dev/tty", 8) == 0;
}

const char *
eng_launch_job(void)
{
    static const char *const variables[] = { "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID" };

    for (size_t j = 0; j < sizeof(variables) / sizeof(*variables); j++) {
        const char *job = getenv(variables[j]);
        if (job != NULL && job[0] != '\0') {
            return job;
        }
    }
    return "";
}
