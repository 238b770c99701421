/**
 * Markers over time: moments and a histogram of each day over all points, on request moments of each point.
 */
#include "stats/histogram.h"
#include "stats/moments.h"
#include "stats/statistic.h"

enum { SUMS, BANDS = SUMS + ENG_MOMENTS_WORDS, OF_POINT, NUM_FIELDS = OF_POINT + ENG_MOMENTS_WORDS };

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    eng_moments_fields(subject, ENG_CELLS_POOLED, "", "value", out + SUMS);
    out[BANDS] = (eng_statistic_field_t){ "histogram", ENG_CELLS_POOLED, { ENG_AXIS_READING, ENG_AXIS_BIN }, "courses by bin" };
    if (subject->points) {
        eng_moments_fields(subject, ENG_CELLS_OWN, "point_", "value", out + OF_POINT);
    }
    return NUM_FIELDS;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    int32_t index[ENG_MOMENTS_MAX_COUNT];

    if (at->word[OF_POINT] != ENG_NO_WORD) {
        seen->loops->moments(seen->quantum, seen->count, own + at->word[OF_POINT], at->stride);
    }
    if (pooled != NULL) {
        seen->loops->moments(seen->quantum, seen->count, pooled + at->word[SUMS], at->stride);
        seen->loops->bins(&subject->bins, seen->value, seen->count, index);
        eng_histogram_add(index, seen->count, pooled + at->word[BANDS]);
    }
}

extern const eng_statistic_t eng_statistic_trajectory;
const eng_statistic_t eng_statistic_trajectory = {
    .name = "trajectory", .help = "a marker over time", .of = ENG_OF_TRAJECTORY, .fields = fields, .add = add,
};
