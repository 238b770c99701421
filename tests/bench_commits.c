/**
 * What saving work costs: the same study run with and without its journals, in turn, in one process.  A command to run, never a verdict.
 *
 *     mpirun -n N bench_commits STUDY [PAIRS]        10 pairs if not said
 *
 * "Without" is all of the engine but the two calls that append to a journal and sync it, which the linker sends here (--wrap): hand-out,
 * reduction and the final write are the same.  CPU and wall time of eng_run_run over all ranks, so that packing a batch, writing it
 * and waiting for the disk are all in it; and the time inside of the two calls, which a noisy machine does not hide.  The file system is
 * that of TMPDIR.
 */
#include "base/error.h"
#include "base/log.h"
#include "engine/journal.h"
#include "testlib.h"
#include <engraft/run.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PAIRS = 1000, PATH_SIZE = 512 };

int __real_eng_journal_append(eng_journal_t *journal, const eng_batch_t *batch, bool sync);
int __real_eng_journal_sync(eng_journal_t *journal);
int __wrap_eng_journal_append(eng_journal_t *journal, const eng_batch_t *batch, bool sync);
int __wrap_eng_journal_sync(eng_journal_t *journal);

static bool saving;
static long appended;  /* of this rank, all runs */
static double inside; /* s in the two calls, of this rank, all runs */

int
__wrap_eng_journal_append(eng_journal_t *journal, const eng_batch_t *batch, bool sync)
{
    const double start = MPI_Wtime();
    const int ret = saving ? __real_eng_journal_append(journal, batch, sync) : 0;

    appended += saving;
    inside += saving ? MPI_Wtime() - start : 0;
    return ret;
}

int
__wrap_eng_journal_sync(eng_journal_t *journal)
{
    const double start = MPI_Wtime();
    const int ret = saving ? __real_eng_journal_sync(journal) : 0;

    inside += saving ? MPI_Wtime() - start : 0;
    return ret;
}

typedef struct {
    double cpu, wall; /* s, over all ranks; of the slowest */
} cost_t;

static int
measure(const eng_run_options_t *options, cost_t *cost)
{
    eng_run_t *run = NULL;
    int ret = eng_run_create(&run, options, MPI_COMM_WORLD);

    MPI_Barrier(MPI_COMM_WORLD);
    cost->cpu = -eng_test_cpu_seconds();
    cost->wall = -MPI_Wtime();
    ret = ret == 0 ? eng_run_run(run) : ret;
    cost->cpu += eng_test_cpu_seconds();
    cost->wall += MPI_Wtime();
    MPI_Allreduce(MPI_IN_PLACE, &cost->cpu, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &cost->wall, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    eng_run_destroy(run);
    return ret;
}

/* Which of the two comes first changes from pair to pair, so that a machine that slows down favours neither. */
static int
run_pairs(const eng_run_options_t *options, int rank, cost_t with[], cost_t without[], int pairs)
{
    int ret = 0;

    for (int j = 0; j < 2 * pairs && ret == 0; j++) {
        saving = (j % 4 == 0 || j % 4 == 3);
        ret = measure(options, saving ? &with[j / 2] : &without[j / 2]);
        if (rank == 0) {
            (void)unlink(options->result_path);
        }
    }
    return ret;
}

static void
print_overhead(const char *what, const double ratio[], int pairs)
{
    double sum = 0, squares = 0;

    for (int j = 0; j < pairs; j++) {
        sum += ratio[j] - 1;
        squares += (ratio[j] - 1) * (ratio[j] - 1);
    }
    const double mean = sum / pairs, var = pairs > 1 ? (squares - pairs * mean * mean) / (pairs - 1) : 0;
    printf("overhead of commits, %s: %.2f %% (standard error %.2f)\n", what, 100 * mean, 100 * sqrt(fmax(var, 0) / pairs));
}

static void
print_all(const cost_t with[], const cost_t without[], int pairs, int ranks)
{
    static double ratio[2][MOST_PAIRS];
    double wall = 0;

    printf("%d ranks, %ld records; seconds with, without:\n", ranks, appended / pairs);
    for (int j = 0; j < pairs; j++) {
        printf("  CPU %.2f %.2f   wall %.2f %.2f\n", with[j].cpu, without[j].cpu, with[j].wall, without[j].wall);
        ratio[0][j] = with[j].cpu / without[j].cpu;
        ratio[1][j] = with[j].wall / without[j].wall;
    }
    print_overhead("CPU", ratio[0], pairs);
    print_overhead("wall", ratio[1], pairs);
    for (int j = 0; j < pairs; j++) {
        wall += with[j].wall;
    }
    printf("inside of appending and syncing: %.3f %% of the wall time of a rank\n", 100 * inside / (wall * ranks));
}

int
main(int argc, char **argv)
{
    static cost_t with[MOST_PAIRS], without[MOST_PAIRS];
    char folder[PATH_SIZE], path[PATH_SIZE + 16] = "";
    const char *tmp = getenv("TMPDIR");
    const int pairs = argc > 2 ? atoi(argv[2]) : 10;
    int rank = 0, ranks = 1, ret;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    eng_log_set(rank, ENG_LOG_WARN);
    if (argc < 2 || pairs < 1 || pairs > MOST_PAIRS) {
        fprintf(stderr, "usage: bench_commits STUDY [PAIRS]\n");
        MPI_Abort(MPI_COMM_WORLD, 64);
    }
    snprintf(folder, sizeof(folder), "%s/bench_commits.XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (rank == 0 && mkdtemp(folder) == NULL) {
        perror(folder);
        MPI_Abort(MPI_COMM_WORLD, 73);
    }
    MPI_Bcast(folder, PATH_SIZE, MPI_CHAR, 0, MPI_COMM_WORLD);
    snprintf(path, sizeof(path), "%s/result.h5", folder);
    const eng_run_options_t options = { .study_path = argv[1], .result_path = path, .progress = ENG_PROGRESS_NONE };
    ret = run_pairs(&options, rank, with, without, pairs);
    MPI_Allreduce(MPI_IN_PLACE, &appended, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &inside, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        if (ret == 0) {
            print_all(with, without, pairs, ranks);
        } else {
            fprintf(stderr, "bench_commits: %s\n", eng_error_message());
        }
        (void)rmdir(folder);
    }
    MPI_Finalize();
    return ret == 0 ? 0 : 1;
}
