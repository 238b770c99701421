/**
 * Clocks: the CPU time of the thread, which neither waiting nor other programs of the machine change.
 */
#include "engine/profile.h"

#include "engine/progress.h"
#include "store/agree.h"
#include <sys/resource.h>
#include <time.h>

static double
cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void
eng_profile_start(eng_profile_t *profile)
{
    *profile = (eng_profile_t){ .now = ENG_PHASE_START, .since = cpu_seconds() };
}

eng_phase_t
eng_profile_enter(eng_profile_t *profile, eng_phase_t phase)
{
    if (profile == NULL || profile->now == phase) {
        return phase;
    }
    const eng_phase_t before = profile->now;
    const double now = cpu_seconds();
    profile->cpu[before] += now - profile->since;
    profile->since = now;
    profile->now = phase;
    return before;
}

static uint64_t
peak_bytes(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0; /* Linux counts kB */
}

int
eng_profile_sum(eng_profile_t *profile, eng_profile_sum_t *sum, MPI_Comm comm)
{
    double mine[ENG_NUM_PHASES + 2], all[ENG_NUM_PHASES + 2];
    const uint64_t peak = peak_bytes();
    const double now = cpu_seconds();
    int ret;

    profile->cpu[profile->now] += now - profile->since;
    profile->since = now;
    for (int j = 0; j < ENG_NUM_PHASES; j++) {
        mine[j] = profile->cpu[j];
    }
    mine[ENG_NUM_PHASES] = profile->asleep;
    mine[ENG_NUM_PHASES + 1] = profile->ended - profile->began;
    MPI_Comm_size(comm, &sum->ranks);
    ret = eng_mpi_check(MPI_Allreduce(mine, all, ENG_NUM_PHASES + 2, MPI_DOUBLE, MPI_SUM, comm), "summing times");
    if (ret == 0) {
        ret = eng_mpi_check(MPI_Allreduce(&peak, &sum->peak_bytes, 1, MPI_UINT64_T, MPI_MAX, comm), "comparing memory");
    }
    for (int j = 0; ret == 0 && j < ENG_NUM_PHASES; j++) {
        sum->cpu[j] = all[j];
    }
    sum->asleep = ret == 0 ? all[ENG_NUM_PHASES] : 0;
    sum->span = ret == 0 ? all[ENG_NUM_PHASES + 1] : 0;
    return ret;
}

static double
percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

void
eng_profile_text(const eng_profile_sum_t *sum, uint64_t courses, char *text, size_t size)
{
    const double *cpu = sum->cpu;
    const double sweep = cpu[ENG_PHASE_LOOP] + cpu[ENG_PHASE_REDUCE] + cpu[ENG_PHASE_COMMIT] + cpu[ENG_PHASE_HAND_OUT];

    snprintf(text, size, "cpu %.2f s: loop %.2f %%, reduction %.2f %%, commit %.2f %%, hand-out %.2f %%; asleep %.1f %% of %d x %.2f s; "
        "%.0f courses per cpu-second; start %.2f s, write %.2f s; at most %.1f MB a rank", sweep, percent(cpu[ENG_PHASE_LOOP], sweep),
        percent(cpu[ENG_PHASE_REDUCE], sweep), percent(cpu[ENG_PHASE_COMMIT], sweep), percent(cpu[ENG_PHASE_HAND_OUT], sweep),
        percent(sum->asleep, sum->span), sum->ranks, sum->span / sum->ranks, sweep > 0 ? (double)courses / sweep : 0,
        cpu[ENG_PHASE_START], cpu[ENG_PHASE_WRITE], (double)sum->peak_bytes / 1e6);
}
