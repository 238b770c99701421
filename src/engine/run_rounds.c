/**
 * Rounds of a run whose study adds patients until it knows enough (study/rounds.h).  A round is a sweep over blocks like any; when all its courses are
 * with their owners, the sums decide, on every rank alike, and what was decided stands in the file `rounds` of the work folder before the first block
 * of the next round is handed out.  A file that is missing or damaged is nothing lost: the same sums decide the same again.
 */
#include "engine/run_state.h"

#include "base/log.h"
#include "engine/kept_rounds.h"
#include "store/agree.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Half widths of all points, on every rank. */
static int
gather_widths(const eng_run_t *run, double *width)
{
    const eng_owner_t *owner = &run->owner;

    for (uint64_t p = 0; p < run->study.num_points; p++) {
        width[p] = -1;
    }
    for (uint64_t j = 0; j < owner->num_points; j++) {
        width[owner->first_point + j] = eng_rounds_half_width(&run->layout, owner->point + (size_t)j * owner->point_words, NULL);
    }
    return eng_mpi_check(MPI_Allreduce(MPI_IN_PLACE, width, (int)run->study.num_points, MPI_DOUBLE, MPI_MAX, run->comm), "closing a round");
}

/* Sums over all points, on every rank, and distributions where the study is after a quantile. */
static int
sum_all(const eng_run_t *run, int64_t *sum, int64_t *pooled)
{
    const eng_owner_t *owner = &run->owner;
    const size_t pooled_words = (size_t)run->study.num_protocols * run->layout.pooled_words;
    int ret;

    for (uint64_t j = 0; j < owner->num_points; j++) {
        eng_layout_add_words(sum, owner->point + (size_t)j * owner->point_words, owner->point_words);
    }
    ret = eng_mpi_sum(sum, owner->point_words, run->comm);
    if (ret == 0 && pooled != NULL) {
        eng_layout_add_words(pooled, run->pooled, pooled_words);
        ret = eng_mpi_sum(pooled, pooled_words, run->comm);
    }
    return ret;
}

/* Half width of all points together, for each of them. */
static int
sum_widths(const eng_run_t *run, double *width)
{
    const bool read = run->study.precision.quantile > 0;
    int64_t *sum = calloc(run->owner.point_words + 1, sizeof(*sum));
    int64_t *pooled = read ? calloc((size_t)run->study.num_protocols * run->layout.pooled_words + 1, sizeof(*pooled)) : NULL;
    int ret = sum == NULL || (read && pooled == NULL) ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the sums of a round") : 0;

    ret = eng_agree(ret, run->comm);
    ret = ret == 0 ? sum_all(run, sum, pooled) : ret;
    for (uint64_t p = 0; ret == 0 && p < run->study.num_points; p++) {
        width[p] = p == 0 ? eng_rounds_half_width(&run->layout, sum, pooled) : width[0];
    }
    free(sum);
    free(pooled);
    return ret;
}

static void
say_round(const eng_run_t *run)
{
    const eng_round_t *round = &run->rounds.round[run->rounds.count - 1];

    eng_log(ENG_LOG_INFO, "round %d: %" PRIu64 " patients at %" PRIu64 " point%s, half width %.3g of %.3g asked for; %" PRIu64 " of them %s done",
        run->rounds.count, round->patients, round->points, round->points == 1 ? "" : "s", round->half_width, run->study.precision.half_width,
        round->precise, round->precise == 1 ? "is" : "are");
}

/* Blocks of the next round: pending on rank 0. */
static int
open_round(eng_run_t *run, eng_ranges_t *pending)
{
    const uint64_t before = run->blocks.num_blocks, pairs = run->blocks.pairs;
    int ret = eng_kept_rounds_region(&run->rounds, &run->study, run->rounds.count + 1, &run->blocks);

    run->planned += (run->blocks.pairs - pairs) * (uint64_t)run->study.num_protocols;
    run->progress.planned = run->planned;
    if (ret == 0 && run->rank == 0) {
        ret = eng_ranges_add(pending, (eng_range_t){ before, run->blocks.num_blocks - before });
    }
    if (ret == 0 && run->rank == 0) {
        ret = eng_kept_rounds_put(&run->dir, &run->study, &run->rounds);
    }
    return eng_agree(ret, run->comm);
}

/* All courses of a round are with their owners: close it.  *more: another follows, `pending` on rank 0 are its blocks. */
static int
next_round(eng_run_t *run, eng_ranges_t *pending, bool *more)
{
    double *width;
    int ret;

    *more = false;
    if (!run->study.precision.asked) {
        return 0;
    }
    width = calloc((size_t)run->study.num_points + 1, sizeof(*width));
    ret = eng_agree(width == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a round") : 0, run->comm);
    if (ret == 0) {
        ret = eng_rounds_by_point(&run->study) ? gather_widths(run, width) : sum_widths(run, width);
    }
    if (ret == 0) {
        *more = eng_rounds_close(&run->rounds, &run->study, width);
        if (run->rank == 0) {
            say_round(run);
        }
        ret = *more ? open_round(run, pending) : 0;
    }
    free(width);
    return ret;
}

int
eng_run_rounds(eng_run_t *run, eng_ranges_t *pending)
{
    bool more = false;
    int ret;

    do {
        ret = eng_run_sweep(run, pending);
        ret = ret == 0 ? next_round(run, pending, &more) : ret;
    } while (ret == 0 && more);
    return ret;
}

int
eng_run_resume_rounds(eng_run_t *run)
{
    const eng_study_t *study = &run->study;
    int ret;

    if (!study->precision.asked) {
        return 0;
    }
    ret = eng_agree(eng_rounds_create(&run->rounds, study), run->comm);
    if (ret == 0 && run->rank == 0) {
        ret = eng_kept_rounds_get(run->options.result_path, study, &run->rounds);
    }
    ret = eng_agree(ret, run->comm);
    if (ret == 0) {
        ret = eng_mpi_bcast(&run->rounds.count, sizeof(run->rounds.count), run->comm);
    }
    if (ret == 0) {
        ret = eng_mpi_bcast(run->rounds.round, sizeof(run->rounds.round), run->comm);
    }
    if (ret == 0) {
        ret = eng_mpi_bcast(run->rounds.closed, (size_t)study->num_points, run->comm);
    }
    for (int number = 2; ret == 0 && number <= run->rounds.count + 1; number++) {
        ret = eng_kept_rounds_region(&run->rounds, study, number, &run->blocks);
    }
    run->planned = run->blocks.pairs * (uint64_t)study->num_protocols;
    return eng_agree(ret, run->comm);
}
