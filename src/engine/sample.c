/**
 * The result that a pilot's courses would give if there were as many as in the study.  Sums are made larger by as much as courses are missing,
 * with digits behind that nobody can foresee: such digits are what compression leaves.
 */
#include "engine/sample.h"

#include "base/error.h"
#include "store/store.h"
#include <stdlib.h>

/* The splitmix64 step: digits for what has not been computed, the same every time. */
static uint64_t
next_word(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Words of a sample of one in `factor` courses as those of all. */
static int64_t *
grow(const int64_t *words, size_t count, double factor, uint64_t *state)
{
    const double most = 4e18;
    int64_t *grown = malloc((count + 1) * sizeof(*grown));

    for (size_t j = 0; grown != NULL && j < count; j++) {
        const double share = (double)(next_word(state) >> 11) * 0x1p-53, value = ((double)words[j] - share) * factor + share;
        grown[j] = words[j] == 0 || factor <= 1 ? words[j] : value > most ? (int64_t)most : value < -most ? -(int64_t)most : (int64_t)value;
    }
    return grown;
}

int
eng_sample_bytes(const eng_batch_t *batch, const eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t *bytes)
{
    const eng_study_t *study = work->study;
    const double all = (double)study->num_points * (double)study->patients * study->num_protocols, some = (double)batch->courses;
    const double of_point = all / some * (double)batch->num_points / (double)study->num_points;
    const size_t words = batch->num_points * batch->point_words;
    uint64_t state = 1;
    int64_t *point = grow(batch->words, words, of_point, &state), *pooled = grow(batch->pooled, batch->pooled_words, all / some, &state);
    int64_t *cluster = calloc((size_t)study->num_protocols * layout->cluster_words + 1, sizeof(*cluster));
    int ret = point == NULL || pooled == NULL || cluster == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory to measure the result") : 0;

    for (size_t j = 0; ret == 0 && j < batch->num_points; j++) {
        eng_layout_cluster(layout, batch->words + j * batch->point_words, cluster);
    }
    if (ret == 0) {
        const eng_result_data_t data = { .layout = layout, .records = records, .unit = work->values, .values = work->values, .point = point,
            .num_points = batch->num_points, .pooled = pooled, .cluster = cluster, .num_records = batch->num_rows, .rows = batch->rows };
        ret = eng_result_foretell(&data, cluster, batch->pooled, bytes);
    }
    free(point);
    free(pooled);
    free(cluster);
    return ret;
}
