/**
 * Counts, sums and sums of squares: means of numbers and markers, of a time the mean of min(time to the event, horizon), which is
 * the area under its curve; and of differences from the reference in the same patients.
 */
#include "stats/moments.h"
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/paired.h"
#include "stats/rare.h"
#include "stats/sequence.h"

#include <stdio.h>

/* Four of courses, four of pairs: words of neighbours follow one another, as eng_moments_add wants them. */
enum { OWN, PAIRED = OWN + ENG_MOMENTS_WORDS, NUM_FIELDS = PAIRED + ENG_MOMENTS_WORDS };
enum { PRODUCTS, SQ_LOW = 3, SQ_HIGH, NUM_WIDE };
enum { RMST, MEAN, SD };

static const char *const mean_text[ENG_NUM_SAMPLES] = {
    "mean over courses; Student t interval",
    "mean over courses; ratio estimator with points as clusters, Student t interval",
    "mean over courses; Student t interval for the number of distinct patients",
    ("mean over courses; ratio estimator with points as clusters, Student t interval" ENG_CONSERVATIVE),
};
static const char *const rmst_text[ENG_NUM_SAMPLES] = {
    "mean of min(time to the event, horizon); Student t, rare events by their number",
    "mean of min(time to the event, horizon); ratio estimator with points as clusters, Student t, rare events by their number",
    "mean of min(time to the event, horizon); Student t, rare events by their number, for the number of distinct patients",
    ("mean of min(time to the event, horizon); ratio estimator with points as clusters, Student t, rare events by their number" ENG_CONSERVATIVE),
};
static const char *const difference_text[ENG_NUM_SAMPLES] = {
    "mean paired difference; Student t interval",
    "mean paired difference; ratio estimator with points as clusters, Student t interval",
    "mean paired difference; Student t interval for the number of distinct patients",
    ("mean paired difference; ratio estimator with points as clusters, Student t interval" ENG_CONSERVATIVE),
};
static const char *const looked_text[2] = { "mean over courses; asymptotic confidence sequence, holds at all looks",
    "mean paired difference; asymptotic confidence sequence, holds at all looks" };
static const char sd_text[] = "standard deviation between courses, of points and patients together";

void
eng_moments_fields(const eng_subject_t *subject, eng_cells_kind_t cells, const char *prefix, const char *what, eng_statistic_field_t *out)
{
    static const char *const names[3][ENG_MOMENTS_WORDS] = { { "n", "sum", "sum_sq_low", "sum_sq_high" },
        { "point_n", "point_sum", "point_sum_sq_low", "point_sum_sq_high" },
        { "free_n", "free_sum", "free_sum_sq_low", "free_sum_sq_high" } };
    const int row = prefix[0] == '\0' ? 0 : prefix[0] == 'p' ? 1 : 2;
    const char *const unit = subject->unit, *const space = unit[0] != '\0' ? " " : "";
    const double step = subject->step;

    for (int k = 0; k < ENG_MOMENTS_WORDS; k++) {
        out[k] = (eng_statistic_field_t){ names[row][k], cells, { ENG_AXIS_READING }, "" };
    }
    snprintf(out[ENG_MOMENTS_N].long_name, sizeof(out->long_name), "courses or pairs that have the %s", what);
    snprintf(out[ENG_MOMENTS_SUM].long_name, sizeof(out->long_name), "sum of round((%s) / %.9g%s%s)", what, step, space, unit);
    snprintf(out[ENG_MOMENTS_SQ_LOW].long_name, sizeof(out->long_name),
        "sum of the low %d bits of round((%s) / %.9g%s%s)^2", ENG_SQUARE_BITS, what, step, space, unit);
    snprintf(out[ENG_MOMENTS_SQ_HIGH].long_name, sizeof(out->long_name),
        "sum of the other bits of round((%s) / %.9g%s%s)^2, times 2^-%d", what, step, space, unit, ENG_SQUARE_BITS);
}

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    const bool time = subject->of == ENG_OF_TIME;

    eng_moments_fields(subject, ENG_CELLS_OWN, "", time ? "time to the event, else the horizon" : "value", out + OWN);
    eng_moments_fields(subject, ENG_CELLS_PAIRED, "",
        time ? "time under the protocol - under the reference" : "value under the protocol - the reference", out + PAIRED);
    return NUM_FIELDS;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    (void)subject, (void)pooled;
    seen->loops->moments(seen->quantum, seen->count, own + at->word[OWN], at->stride);
}

static void
add_pair(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at, int64_t *own,
    int64_t *pooled)
{
    int32_t difference[ENG_MOMENTS_MAX_COUNT];

    (void)subject, (void)pooled;
    eng_paired_difference(seen->quantum, reference->quantum, seen->count, difference);
    seen->loops->moments(difference, seen->count, own + at->word[PAIRED], at->stride);
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    (void)subject, (void)paired;
    return NUM_WIDE;
}

static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    const int64_t *moments = own + at->word[paired ? PAIRED : OWN];

    (void)subject;
    eng_cluster_products(words, n, moments[ENG_MOMENTS_SUM * at->stride]);
    eng_wide_add(words + SQ_LOW * ENG_WIDE_WORDS, moments[ENG_MOMENTS_SQ_LOW * at->stride]);
    eng_wide_add(words + SQ_HIGH * ENG_WIDE_WORDS, moments[ENG_MOMENTS_SQ_HIGH * at->stride]);
}

/** In steps. */
static eng_sample_t
sample_of(const eng_estimator_t *to, bool paired)
{
    const eng_ratio_t ratio = eng_estimator_ratio(to, paired, PRODUCTS);

    return eng_estimator_sample(to, &ratio,
        eng_moments_variance(ratio.n, ratio.y, eng_estimator_wide(to, paired, SQ_LOW), eng_estimator_wide(to, paired, SQ_HIGH)));
}

static eng_interval_t
sequence_of(const eng_sample_t *sample)
{
    return eng_sequence_mean(sample->mean, sample->variance, sample->n, ENG_SEQUENCE_MISS);
}

/* From steps to the unit. */
static void
push(eng_estimator_t *to, bool paired, eng_estimated_t row, const eng_sample_t *sample, eng_interval_t interval)
{
    const double step = to->subject->step;

    row.level = NAN;
    row.n = (int64_t)sample->n;
    row.value = sample->mean * step;
    interval.low *= step;
    interval.high *= step;
    to->push(to, &row, interval);
    if (row.column == MEAN && eng_estimator_looked(to, MEAN, row.at, NAN)) {
        const eng_interval_t sequence = sequence_of(sample);
        eng_estimator_push_looked(to, row, looked_text[paired], (eng_interval_t){ sequence.low * step, sequence.high * step });
    }
}

/* How far a course that was not seen may well lie from the others, in steps: an event of what is counted, else a twentieth of the range. */
static double
odd_number(const eng_subject_t *subject)
{
    return subject->bins.lattice ? 1.0 : (subject->bins.high - subject->bins.low) / (20 * subject->step);
}

static void
estimate(eng_estimator_t *to)
{
    const eng_sample_t sample = sample_of(to, false);
    const double tau = (double)to->subject->horizon, day = eng_estimator_day(to);
    const bool of_number = to->subject->of == ENG_OF_NUMBER;

    if (to->subject->of == ENG_OF_TIME) {
        push(to, false, (eng_estimated_t){ .column = RMST, .at = tau / ENG_TICKS_PER_DAY, .estimator = rmst_text[sample.kind] }, &sample,
            eng_rare_time(to, &sample, tau));
        return;
    }
    to->spread = sample;
    push(to, false, (eng_estimated_t){ .column = MEAN, .at = day, .estimator = mean_text[sample.kind] }, &sample,
        of_number ? eng_rare_number(to, &sample, to->subject->bins.low / to->subject->step, odd_number(to->subject))
                  : eng_estimator_mean(to, &sample, 1.0));
    to->push(to, &(eng_estimated_t){ .column = SD, .at = day, .level = NAN, .n = (int64_t)sample.n,
        .value = sample.n >= 2 ? sqrt(sample.variance) * to->subject->step : NAN, .estimator = sd_text },
        (eng_interval_t){ NAN, NAN });
}

static void
contrast(eng_estimator_t *to)
{
    const bool time = to->subject->of == ENG_OF_TIME;
    const double tau = (double)to->subject->horizon;
    const eng_sample_t sample = sample_of(to, true);
    const eng_interval_t interval = time ? eng_rare_time_difference(to, &sample, tau) :
        to->subject->of == ENG_OF_NUMBER ? eng_rare_number_difference(to, &sample, to->subject->bins.lattice, odd_number(to->subject)) :
        eng_estimator_mean(to, &sample, 1.0);

    push(to, true, (eng_estimated_t){ .column = time ? RMST : MEAN, .at = time ? tau / ENG_TICKS_PER_DAY : eng_estimator_day(to),
        .estimator = difference_text[sample.kind] }, &sample, interval);
}

static const eng_column_t columns[] = {
    [RMST] = { .name = "restricted_mean_time", .unit = "d", .about = ENG_ABOUT_TIME, .words = "mean time", .before_day = "within",
        .competing = ", what competes counts as none" },
    [MEAN] = { .name = "mean", .about = ENG_ABOUT_SUBJECT, .words = "mean", .before_day = "at" },
    [SD] = { .name = "sd", .about = ENG_ABOUT_NOTHING, .words = "SD", .before_day = "at" },
};

extern const eng_statistic_t eng_statistic_moments;
const eng_statistic_t eng_statistic_moments = {
    .name = "moments", .help = "means and spread; of a time the mean of min(time to the event, horizon)",
    .of = ENG_OF_TIME | ENG_OF_VALUE, .counts = true, .in_parts = true,
    .fields = fields, .add = add, .add_pair = add_pair, .wide = wide, .cluster = cluster, .estimate = estimate, .contrast = contrast,
    .columns = columns, .num_columns = 3,
};
