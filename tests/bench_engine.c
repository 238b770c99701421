/**
 * What the engine pays for each thing it does besides courses: CPU time for packing and adding a point, appending a record,
 * answering a rank.  Constants of tests/simulate_scale.c and engine/cost.c come from here.  A command to run, never a verdict.
 *
 *     bench_engine [STUDY]               default: jobs/studies/ms-conditioning.yaml
 *     mpirun -n N bench_engine           also the answering: N - 1 ranks ask rank 0 as fast as they can
 *
 * Lines of CSV: what, value, unit.
 */
#include "base/error.h"
#include "engine/journal.h"
#include "engine/owner.h"
#include "engine/schedule.h"
#include "engine/work.h"
#include "testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BENCH_POINTS = 64, REPEATS = 20, ASKS = 20000 };

/* A batch as a run makes it: one block for each of some points. */
static int
fill(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, eng_batch_t *batch)
{
    const eng_study_t *study = work->study;
    int ret = 0;

    for (uint64_t j = 0; j < BENCH_POINTS && j < study->num_points && ret == 0; j++) {
        const eng_block_t block = { j, 1, 0, study->patients < 64 ? study->patients : 64 };
        ret = eng_work_blocks(work, layout, records, 0, &block, 1, batch);
    }
    return ret != 0 ? ret : eng_ranges_add(&batch->blocks, (eng_range_t){ 0, batch->num_points });
}

static int
measure_packing(const eng_batch_t *batch, const eng_layout_t *layout, const eng_records_t *records)
{
    const double points = (double)batch->num_points * REPEATS;
    eng_pack_t pack = { 0 }, pooled = { 0 };
    eng_batch_t copy;
    int ret = eng_batch_create(&copy, layout, records);
    double start = eng_test_cpu_seconds();

    for (int j = 0; j < REPEATS && ret == 0; j++) {
        eng_pack_reset(&pack);
        eng_batch_pack(batch, &pack);
        ret = eng_pack_check(&pack);
    }
    eng_pack_words(&pooled, batch->pooled, batch->pooled_words);
    printf("pack,%.3f,us/point\n", 1e6 * (eng_test_cpu_seconds() - start) / points);
    start = eng_test_cpu_seconds();
    for (int j = 0; j < REPEATS && ret == 0; j++) {
        eng_unpack_t unpack = { pack.bytes, pack.bytes + pack.length };
        eng_batch_clear(&copy);
        ret = eng_batch_unpack(&copy, &unpack);
    }
    printf("unpack,%.3f,us/point\n", 1e6 * (eng_test_cpu_seconds() - start) / points);
    printf("point,%.0f,bytes packed\nmemory,%zu,bytes/point\npooled,%zu,bytes packed\n",
        (double)(pack.length - pooled.length) / (double)batch->num_points, 8 * batch->point_words, pooled.length);
    eng_batch_free(&copy);
    eng_pack_free(&pack);
    eng_pack_free(&pooled);
    return ret;
}

static int
measure_journal(const eng_batch_t *batch, const eng_study_t *study, const double *values)
{
    const eng_journal_key_t key = eng_journal_key(study, values, 0, UINT64_MAX);
    const char *parent = getenv("TMPDIR");
    char folder[512];
    eng_journal_t journal = { .fd = -1 };
    int ret;

    snprintf(folder, sizeof(folder), "%s/bench-engine.XXXXXX", parent != NULL ? parent : ".");
    if (mkdtemp(folder) == NULL) {
        return ENG_FAIL(ENG_ERR_WRITE, "no folder for a journal");
    }
    ret = eng_journal_open(&journal, folder, 1, 0, &key);
    const double start = eng_test_cpu_seconds();
    for (int j = 0; j < REPEATS && ret == 0; j++) {
        ret = eng_journal_append(&journal, batch, false);
    }
    printf("append,%.3f,us/point with packing and checksum\n", 1e6 * (eng_test_cpu_seconds() - start) / REPEATS / (double)batch->num_points);
    if (journal.path != NULL) {
        unlink(journal.path);
    }
    eng_journal_close(&journal);
    rmdir(folder);
    return ret;
}

/* Rank 0 answers as the manager does; the others keep asking. */
static void
measure_answers(int rank, int size)
{
    uint64_t ask[3] = { 1, 1, 192 }, order[3] = { 0, 4, 0 };

    MPI_Barrier(MPI_COMM_WORLD);
    const double start = eng_test_cpu_seconds();
    for (int j = 0; rank > 0 && j < ASKS; j++) {
        MPI_Send(ask, 3, MPI_UINT64_T, 0, ENG_TAG_ASK, MPI_COMM_WORLD);
        MPI_Recv(order, 3, MPI_UINT64_T, 0, ENG_TAG_ORDER, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    for (int left = ASKS * (size - 1); rank == 0 && left > 0;) {
        MPI_Status status;
        MPI_Request request;
        int there = 0;
        MPI_Iprobe(MPI_ANY_SOURCE, ENG_TAG_ASK, MPI_COMM_WORLD, &there, &status);
        if (there) {
            MPI_Recv(ask, 3, MPI_UINT64_T, status.MPI_SOURCE, ENG_TAG_ASK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            MPI_Isend(order, 3, MPI_UINT64_T, status.MPI_SOURCE, ENG_TAG_ORDER, MPI_COMM_WORLD, &request);
            MPI_Wait(&request, MPI_STATUS_IGNORE);
            left--;
        }
    }
    if (rank == 0 && size > 1) {
        printf("answer,%.3f,us of rank 0 for each ask (waiting included)\n", 1e6 * (eng_test_cpu_seconds() - start) / ((double)ASKS * (size - 1)));
    }
}

int
main(int argc, char **argv)
{
    eng_study_t study = { 0 };
    eng_layout_t layout = { 0 };
    eng_records_t records = { 0 };
    eng_work_t work = { 0 };
    eng_batch_t batch = { 0 };
    double *unit = NULL, *values = NULL;
    int rank, size, ret = 0;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (rank == 0) {
        ret = eng_study_load(&study, argc > 1 ? argv[1] : "jobs/studies/ms-conditioning.yaml");
        ret = ret != 0 ? ret : eng_layout_create(&layout, &study);
        ret = ret != 0 ? ret : eng_records_create(&records, &study);
        ret = ret != 0 ? ret : eng_work_design(&study, &unit, &values);
        ret = ret != 0 ? ret : eng_work_create(&work, &study, values);
        ret = ret != 0 ? ret : eng_batch_create(&batch, &layout, &records);
        ret = ret != 0 ? ret : fill(&work, &layout, &records, &batch);
        ret = ret != 0 ? ret : measure_packing(&batch, &layout, &records);
        ret = ret != 0 ? ret : measure_journal(&batch, &study, values);
        if (ret != 0) {
            fprintf(stderr, "bench_engine: %s\n", eng_error_message());
        }
    }
    measure_answers(rank, size);
    eng_batch_free(&batch);
    if (rank == 0 && work.study != NULL) {
        eng_work_free(&work);
    }
    eng_records_free(&records);
    eng_layout_free(&layout);
    free(unit);
    free(values);
    eng_study_free(&study);
    MPI_Finalize();
    return ret == 0 ? 0 : eng_exit_status(ret);
}
