/**
 * The pilot of `engraft check`: the same tiles that a run begins with.
 */
#include "engine/pilot.h"

#include "base/error.h"
#include "engine/progress.h"
#include <stdlib.h>

static int
pilot_tile(eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, uint64_t tile, eng_batch_t *batch, double *all)
{
    const eng_study_t *study = work->study;
    const int count = study->patients < ENG_LANES ? (int)study->patients : ENG_LANES;
    const double start = eng_seconds();

    eng_work_admit(work, tile % study->num_points, 0, count);
    for (int p = 0; p < study->num_protocols; p++) {
        const double before = eng_seconds();
        eng_work_run(work, p);
        pilot->seconds[p] += eng_seconds() - before;
        for (int lane = 0; lane < count; lane++) {
            pilot->failed += work->results[p].failure[lane] != ENG_FAILURE_NONE;
        }
    }
    int64_t *words = eng_batch_point(batch, tile % study->num_points);
    if (words == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the pilot");
    }
    eng_layout_add(layout, work->results, words, batch->pooled);
    pilot->courses += (uint64_t)(count * study->num_protocols);
    *all += eng_seconds() - start;
    return 0;
}

/* From sums over the pilot to costs of the study. */
static int
conclude(eng_pilot_t *pilot, const eng_work_t *work, const eng_records_t *records, const eng_batch_t *batch, double all)
{
    const eng_study_t *study = work->study;
    const double courses = (double)study->num_points * (double)study->patients * study->num_protocols;
    double running = 0;
    eng_pack_t pack = { 0 };
    int ret;

    for (int p = 0; p < study->num_protocols; p++) {
        running += pilot->seconds[p];
        pilot->seconds[p] /= (double)pilot->courses / study->num_protocols;
    }
    pilot->overhead = (all - running) / (double)pilot->courses;
    pilot->core_seconds = all * courses / (double)pilot->courses;
    const double start = eng_seconds();
    for (size_t j = 0; j < batch->num_points; j++) {
        eng_pack_words(&pack, batch->words + j * batch->point_words, batch->point_words);
    }
    pilot->pack_seconds = (eng_seconds() - start) / (double)batch->num_points; /* at least one tile was run */
    ret = eng_pack_check(&pack);
    pilot->journal_bytes = (uint64_t)((double)pack.length * courses / (double)pilot->courses) +
        eng_work_num_records(study) * records->num_values * sizeof(double);
    eng_pack_free(&pack);
    return ret;
}

int
eng_pilot_run(eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, double budget)
{
    const double start = eng_seconds();
    eng_batch_t batch;
    double all = 0;
    int ret = eng_batch_create(&batch, layout, records);

    *pilot = (eng_pilot_t){ 0 };
    pilot->seconds = calloc((size_t)work->study->num_protocols, sizeof(*pilot->seconds));
    if (ret == 0 && pilot->seconds == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the pilot");
    }
    for (uint64_t tile = 0; ret == 0 && (tile == 0 || eng_seconds() - start < budget); tile++) {
        ret = pilot_tile(pilot, work, layout, tile, &batch, &all);
    }
    if (ret == 0) {
        ret = conclude(pilot, work, records, &batch, all);
    }
    eng_batch_free(&batch);
    return ret;
}

void
eng_pilot_free(eng_pilot_t *pilot)
{
    free(pilot->seconds);
    *pilot = (eng_pilot_t){ 0 };
}

uint64_t
eng_pilot_memory(const eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, int ranks)
{
    const eng_study_t *study = work->study;
    const uint64_t protocols = (uint64_t)study->num_protocols, r = (uint64_t)ranks;
    const uint64_t points = (study->num_points + r - 1) / r, rows = (eng_work_num_records(study) + r - 1) / r;
    const uint64_t words = points * protocols * layout->point_words + 3 * protocols * layout->pooled_words +
        protocols * layout->cluster_words;
    const uint64_t doubles = rows * records->num_values + 2 * study->num_points * (uint64_t)study->num_uncertain;
    const uint64_t transit = UINT64_C(48) << 20; /* results on their way: a batch, its packed form, messages */

    return 8 * (words + doubles) + eng_work_bytes(work) + transit;
}
