/**
 * The pilot of `engraft check`: the same slabs that a run begins with.
 */
#include "engine/pilot.h"

#include "base/error.h"
#include "engine/progress.h"
#include "engine/sample.h"
#include <stdlib.h>

#define MAX_COURSES 3072 /* of one slab here: a check should not take long */

/* Tiles of points that follow one another: their first patients, and others in the next round. */
static void
fill_slab(eng_work_t *work, uint64_t *point)
{
    const eng_study_t *study = work->study;
    const int each = study->patients < ENG_LANES ? (int)study->patients : ENG_LANES;
    const int most = MAX_COURSES / study->num_protocols;

    eng_work_clear(work);
    do {
        const uint64_t first = *point / study->num_points * (uint64_t)each % study->patients, left = study->patients - first;
        (void)eng_work_add(work, *point % study->num_points, first, left < (uint64_t)each ? left : (uint64_t)each);
        ++*point;
    } while (*point % study->num_points != 0 && eng_runner_room(work->runner) >= each &&
             eng_runner_count(work->runner) + each <= most);
}

static int
pilot_slab(eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t *point,
    eng_batch_t *batch, double *all)
{
    const eng_study_t *study = work->study;
    const double start = eng_seconds();
    const uint64_t each = study->patients < ENG_LANES ? study->patients : ENG_LANES;
    /* who has run already has a row: a second one would be compressed to nothing */
    const uint64_t records_left = *point / study->num_points * each < study->patients ? eng_work_num_records(study) : 0;
    int ret = 0;

    fill_slab(work, point);
    eng_work_admit(work);
    for (int p = 0; p < study->num_protocols && ret == 0; p++) {
        const double before = eng_seconds();
        ret = eng_work_run(work, p);
        pilot->seconds[p] += eng_seconds() - before;
        for (int slot = 0; slot < eng_runner_count(work->runner); slot++) {
            const eng_results_t *tile = &work->results[slot / ENG_LANES * study->num_protocols + p];
            pilot->failed += tile->failure[slot % ENG_LANES] != ENG_FAILURE_NONE;
        }
    }
    if (ret == 0) {
        ret = eng_work_store(work, layout, records, records_left, batch);
    }
    pilot->courses = batch->courses;
    *all += eng_seconds() - start;
    return ret;
}

/* Entries before points come again, with other patients. */
static size_t
first_pass(const eng_batch_t *batch)
{
    size_t j = 1;

    while (j < batch->num_points && batch->points[j] > batch->points[j - 1]) {
        j++;
    }
    return j;
}

/* From sums over the pilot to costs of the study. */
static int
conclude(eng_pilot_t *pilot, const eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, const eng_batch_t *batch,
    double all)
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
    pilot->spread = eng_spread_of(layout, batch->words, first_pass(batch));
    return ret == 0 ? eng_sample_bytes(batch, work, layout, records, &pilot->result_bytes) : ret;
}

int
eng_pilot_run(eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, double budget)
{
    const double start = eng_seconds();
    eng_batch_t batch;
    uint64_t point = 0;
    double all = 0;
    int ret = eng_batch_create(&batch, layout, records);

    *pilot = (eng_pilot_t){ 0 };
    pilot->seconds = calloc((size_t)work->study->num_protocols, sizeof(*pilot->seconds));
    if (ret == 0 && pilot->seconds == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the pilot");
    }
    while (ret == 0 && (point == 0 || eng_seconds() - start < budget)) {
        ret = pilot_slab(pilot, work, layout, records, &point, &batch, &all);
    }
    if (ret == 0) {
        ret = conclude(pilot, work, layout, records, &batch, all);
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
