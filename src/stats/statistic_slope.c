/**
 * Slope of a marker: least squares through the readings of each course, those until death, then means over courses and of differences
 * between protocols.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/moments.h"
#include "stats/paired.h"

#include <stdio.h>

enum { OWN, PAIRED = OWN + ENG_MOMENTS_WORDS, NUM_FIELDS = PAIRED + ENG_MOMENTS_WORDS };
enum { N, NN, PRODUCTS, SQ_LOW = PRODUCTS + 3, SQ_HIGH, NUM_WIDE };

static const char *const mean_text[ENG_NUM_SAMPLES] = {
    "mean of the least-squares slopes of courses, readings until death; Student t interval",
    "mean of the least-squares slopes of courses, readings until death; ratio estimator with points as clusters, Student t interval",
    "mean of the least-squares slopes of courses, readings until death; Student t interval for the number of distinct patients",
    ("mean of the least-squares slopes of courses, readings until death; ratio estimator with points as clusters, Student t interval" ENG_CONSERVATIVE),
};
static const char *const difference_text[ENG_NUM_SAMPLES] = {
    "mean paired difference of least-squares slopes; Student t interval",
    "mean paired difference of least-squares slopes; ratio estimator with points as clusters, Student t interval",
    "mean paired difference of least-squares slopes; Student t interval for the number of distinct patients",
    ("mean paired difference of least-squares slopes; ratio estimator with points as clusters, Student t interval" ENG_CONSERVATIVE),
};

/* A slope needs two days. */
static bool
has_slope(const eng_subject_t *subject)
{
    return subject->num_readings >= 2;
}

/* Of a slope, per year: a thirty-second of a step of the marker from the first reading to the last. */
static double
step_of(const eng_subject_t *subject)
{
    const double days = subject->day[subject->num_readings - 1] - subject->day[0];

    return subject->step / (32 * days / ENG_DAYS_PER_YEAR);
}

static void
name_fields(const eng_subject_t *subject, eng_cells_kind_t cells, const char *what, eng_statistic_field_t *out)
{
    static const char *const names[ENG_MOMENTS_WORDS] = { "slope_n", "slope_sum", "slope_sum_sq_low", "slope_sum_sq_high" };
    static const char *const says[ENG_MOMENTS_WORDS] = { "courses or pairs with two readings at least", "sum of round(x)",
        "sum of the low 22 bits of round(x)^2", "sum of the other bits of round(x)^2, times 2^-22" };

    for (int k = 0; k < ENG_MOMENTS_WORDS; k++) {
        out[k] = (eng_statistic_field_t){ names[k], cells, { ENG_AXIS_NONE }, "" };
        if (k == ENG_MOMENTS_N) {
            snprintf(out[k].long_name, sizeof(out->long_name), "%s", says[k]);
        } else {
            snprintf(out[k].long_name, sizeof(out->long_name), "%s, x: %s / %.9g %s per year", says[k], what, step_of(subject), subject->unit);
        }
    }
}

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    if (has_slope(subject)) {
        name_fields(subject, ENG_CELLS_OWN, "slope", out + OWN);
        name_fields(subject, ENG_CELLS_PAIRED, "slope under the protocol - the reference", out + PAIRED);
    }
    return NUM_FIELDS;
}

/* Slopes of all lanes, NaN where there are no two readings. */
static void
find_slopes(const eng_subject_t *subject, const eng_seen_t *seen, int32_t quantum[ENG_MOMENTS_MAX_COUNT])
{
    double slope[ENG_MOMENTS_MAX_COUNT];

    /* whoever failed has no value now */
    for (size_t l = 0; l < seen->count; l++) {
        double n = 0, t = 0, tt = 0, y = 0, ty = 0;
        for (int r = 0; r < subject->num_readings; r++) {
            const double value = seen->read[(size_t)seen->read_at[r] * seen->read_stride + l], year = subject->day[r] / ENG_DAYS_PER_YEAR;
            if (value == value) {
                n += 1, t += year, tt += year * year, y += value, ty += year * value;
            }
        }
        const bool counts = n >= 2 && seen->quantum[l] != ENG_QUANTUM_MISSING;
        slope[l] = counts ? (n * ty - t * y) / (n * tt - t * t) : NAN;
    }
    seen->loops->quantise(slope, seen->count, step_of(subject), quantum);
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    int32_t quantum[ENG_MOMENTS_MAX_COUNT];

    (void)pooled;
    if (has_slope(subject) && seen->reading == 0) {
        find_slopes(subject, seen, quantum);
        seen->loops->moments(quantum, seen->count, own + at->word[OWN], 1);
    }
}

static void
add_pair(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    int32_t a[ENG_MOMENTS_MAX_COUNT], b[ENG_MOMENTS_MAX_COUNT], difference[ENG_MOMENTS_MAX_COUNT];

    (void)pooled;
    if (has_slope(subject) && seen->reading == 0) {
        find_slopes(subject, seen, a);
        find_slopes(subject, reference, b);
        eng_paired_difference(a, b, seen->count, difference);
        seen->loops->moments(difference, seen->count, own + at->word[PAIRED], 1);
    }
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    (void)paired;
    return has_slope(subject) ? NUM_WIDE : 0;
}

/* Those without a slope do not count, so that n is not that of the reading. */
static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    (void)n;
    if (has_slope(subject)) {
        const int64_t *moments = own + at->word[paired ? PAIRED : OWN];
        const int64_t count = moments[ENG_MOMENTS_N];
        eng_wide_add(words + N * ENG_WIDE_WORDS, count);
        eng_wide_add(words + NN * ENG_WIDE_WORDS, (eng_i128_t)count * count);
        eng_cluster_products(words + PRODUCTS * ENG_WIDE_WORDS, count, moments[ENG_MOMENTS_SUM]);
        eng_wide_add(words + SQ_LOW * ENG_WIDE_WORDS, moments[ENG_MOMENTS_SQ_LOW]);
        eng_wide_add(words + SQ_HIGH * ENG_WIDE_WORDS, moments[ENG_MOMENTS_SQ_HIGH]);
    }
}

/* From steps to the unit, per year. */
static void
push(eng_estimator_t *to, bool paired)
{
    const double step = step_of(to->subject);
    eng_ratio_t ratio = eng_estimator_ratio(to, paired, PRODUCTS);

    ratio.n = eng_estimator_wide(to, paired, N);
    ratio.nn = eng_estimator_wide(to, paired, NN);
    const eng_sample_t sample = eng_estimator_sample(to, &ratio,
        eng_moments_variance(ratio.n, ratio.y, eng_estimator_wide(to, paired, SQ_LOW), eng_estimator_wide(to, paired, SQ_HIGH)));
    eng_interval_t interval = eng_estimator_mean(to, &sample, 1.0);
    interval.low *= step;
    interval.high *= step;
    to->push(to, &(eng_estimated_t){ .at = (double)to->subject->horizon / ENG_TICKS_PER_DAY, .level = NAN, .n = (int64_t)sample.n,
        .value = sample.mean * step, .estimator = paired ? difference_text[sample.kind] : mean_text[sample.kind] }, interval);
}

static void
estimate(eng_estimator_t *to)
{
    if (has_slope(to->subject) && to->reading == 0) {
        push(to, false);
    }
}

static void
contrast(eng_estimator_t *to)
{
    if (has_slope(to->subject) && to->reading == 0) {
        push(to, true);
    }
}

static const eng_column_t columns[] = {
    { .name = "slope", .per_year = true, .about = ENG_ABOUT_SUBJECT, .words = "slope", .before_day = "within", .shown = true },
};

extern const eng_statistic_t eng_statistic_slope;
const eng_statistic_t eng_statistic_slope = {
    .name = "slope", .help = "least-squares slope of a marker per year, by course", .of = ENG_OF_MARKER, .by_name = true,
    .fields = fields, .add = add, .add_pair = add_pair, .wide = wide, .cluster = cluster, .estimate = estimate, .contrast = contrast,
    .columns = columns, .num_columns = 1,
};
