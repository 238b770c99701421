/**
 * Rate ratio of a count, protocol over reference: events per patient-year of life.  A few patients have most of the events, so that the
 * interval is not Poisson's: the variance is that between patients, as negative-binomial regression has it, and as every patient is counted
 * under both protocols, what their counts have in common is taken out.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/moments.h"

#include <stdio.h>

/* Of pairs: counts and time under both protocols, squares and the product of the counts, each split as in stats/moments.h. */
enum { COUNT, OTHER, TIME, OTHER_TIME, SQUARES, OTHER_SQUARES = SQUARES + 2, PRODUCTS = OTHER_SQUARES + 2, NUM_FIELDS = PRODUCTS + 2 };
/* Wide numbers: those, and over clusters the squares and the product of the counts. */
enum { CLUSTER_SQUARE = NUM_FIELDS, CLUSTER_OTHER, CLUSTER_PRODUCT, NUM_WIDE };

#define MOST INT32_C(0x3fffff) /* below 2^22, so that a square has two parts of 22 bits */

static const char *const text[ENG_NUM_SAMPLES] = {
    "ratio of events per patient-year; variance between patients (over-dispersed), pairs as clusters, log scale, Student t",
    "ratio of events per patient-year; variance between points or patients (over-dispersed), pairs as clusters, log scale, Student t",
    "ratio of events per patient-year; variance between patients (over-dispersed), pairs as clusters, log scale, for the number of distinct patients",
    ("ratio of events per patient-year; variance between points or patients (over-dispersed), pairs as clusters, log scale, Student t" ENG_CONSERVATIVE),
};

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    static const char *const names[NUM_FIELDS] = { "rate_count", "rate_count_reference", "rate_time", "rate_time_reference",
        "rate_square_low", "rate_square_high", "rate_square_reference_low", "rate_square_reference_high", "rate_product_low",
        "rate_product_high" };
    static const char *const long_names[NUM_FIELDS] = { "sum of the count under the protocol", "the same under the reference",
        "time lived under the protocol until the horizon, in 1/16 d", "the same under the reference",
        "sum of the low 22 bits of the square of the count under the protocol", "sum of the other bits of it, times 2^-22",
        "sum of the low 22 bits of the square of the count under the reference", "sum of the other bits of it, times 2^-22",
        "sum of the low 22 bits of the product of both counts", "sum of the other bits of it, times 2^-22" };

    for (int k = 0; subject->counts && k < NUM_FIELDS; k++) {
        out[k] = (eng_statistic_field_t){ names[k], ENG_CELLS_PAIRED, { ENG_AXIS_NONE }, "" };
        snprintf(out[k].long_name, sizeof(out->long_name), "%s", long_names[k]);
    }
    return NUM_FIELDS;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    (void)subject, (void)seen, (void)at, (void)own, (void)pooled; /* courses alone say nothing of a ratio */
}

static int64_t
within(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static void
add_product(int64_t *own, const size_t *word, int64_t product)
{
    own[word[0]] += product & MOST;
    own[word[1]] += product >> ENG_SQUARE_BITS;
}

static void
add_pair(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    (void)pooled;
    for (size_t l = 0; subject->counts && l < seen->count; l++) {
        if (seen->quantum[l] == ENG_QUANTUM_MISSING || reference->quantum[l] == ENG_QUANTUM_MISSING) {
            continue;
        }
        const int64_t count = within(seen->quantum[l], MOST), other = within(reference->quantum[l], MOST);
        own[at->word[COUNT]] += count;
        own[at->word[OTHER]] += other;
        own[at->word[TIME]] += within(seen->death[l], subject->horizon);
        own[at->word[OTHER_TIME]] += within(reference->death[l], subject->horizon);
        add_product(own, at->word + SQUARES, count * count);
        add_product(own, at->word + OTHER_SQUARES, other * other);
        add_product(own, at->word + PRODUCTS, count * other);
    }
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    return paired && subject->counts ? NUM_WIDE : 0;
}

static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    (void)n;
    if (!paired || !subject->counts) {
        return;
    }
    for (int k = 0; k < NUM_FIELDS; k++) {
        eng_wide_add(words + k * ENG_WIDE_WORDS, own[at->word[k]]);
    }
    const eng_i128_t count = own[at->word[COUNT]], other = own[at->word[OTHER]];
    eng_wide_add(words + CLUSTER_SQUARE * ENG_WIDE_WORDS, count * count);
    eng_wide_add(words + CLUSTER_OTHER * ENG_WIDE_WORDS, other * other);
    eng_wide_add(words + CLUSTER_PRODUCT * ENG_WIDE_WORDS, count * other);
}

/* --- the ratio --------------------------------------------------------------------------------------------------------------- */

/* Totals of pairs, and what they vary by. */
typedef struct {
    double n, clusters;
    double count, other, time, other_time;
    double squares, other_squares, products; /* of patients */
} totals_t;

static totals_t
totals_of(const eng_estimator_t *to)
{
    const eng_ratio_t head = eng_estimator_ratio(to, true, 0);
    double value[NUM_FIELDS];

    for (size_t k = 0; k < NUM_FIELDS; k++) {
        value[k] = eng_estimator_wide(to, true, k);
    }
    return (totals_t){ .n = head.n, .clusters = head.clusters, .count = value[COUNT], .other = value[OTHER], .time = value[TIME],
        .other_time = value[OTHER_TIME], .squares = value[SQUARES] + ENG_SQUARE_SCALE * value[SQUARES + 1],
        .other_squares = value[OTHER_SQUARES] + ENG_SQUARE_SCALE * value[OTHER_SQUARES + 1],
        .products = value[PRODUCTS] + ENG_SQUARE_SCALE * value[PRODUCTS + 1] };
}

/* Linearised variance of log(count / other) between units: each moves it by its count / all counts less its other / all others. */
static double
linearised(const totals_t *all, double squares, double other_squares, double products, double units)
{
    const double sum = squares / (all->count * all->count) - 2 * products / (all->count * all->other)
        + other_squares / (all->other * all->other);

    return units > 1 ? eng_max(sum, 0) * units / (units - 1) : NAN;
}

/* Of patients, and where points have patients of their own also of points; one event more or less at least. */
static double
variance_of(const eng_estimator_t *to, const totals_t *all, eng_sample_kind_t kind)
{
    const double fewer = eng_min(all->count, all->other);
    double variance = eng_max(linearised(all, all->squares, all->other_squares, all->products, all->n), 1 / (fewer * fewer));

    if (kind == ENG_SAMPLE_COMMON) {
        return variance * all->clusters;
    }
    if (kind != ENG_SAMPLE_PATIENTS) {
        variance = eng_max(variance, linearised(all, eng_estimator_wide(to, true, CLUSTER_SQUARE),
            eng_estimator_wide(to, true, CLUSTER_OTHER), eng_estimator_wide(to, true, CLUSTER_PRODUCT), all->clusters));
    }
    return variance;
}

/* Where one protocol has no event: the exact limit that the number of the other's events gives, each patient's taken together. */
static eng_interval_t
one_sided(const totals_t *all, double critical, double effect)
{
    const bool none = !(all->count > 0);
    const double sum = none ? all->other : all->count, squares = none ? all->other_squares : all->squares;
    const double events = sum * sum / squares / effect, time = all->other_time / all->time;
    const double odds = eng_interval_exact(0, events, critical).high / eng_interval_exact(events, events, critical).low;

    return none ? (eng_interval_t){ 0, odds * time } : (eng_interval_t){ time / odds, INFINITY };
}

static void
contrast(eng_estimator_t *to)
{
    if (!to->subject->counts) {
        return;
    }
    const totals_t all = totals_of(to);
    const eng_sample_kind_t kind = all.clusters < 2 ? ENG_SAMPLE_PATIENTS : to->patients_common ? ENG_SAMPLE_COMMON :
        to->points_spread ? ENG_SAMPLE_SPREAD : ENG_SAMPLE_CLUSTERS;
    const double units = kind == ENG_SAMPLE_PATIENTS ? all.n : kind == ENG_SAMPLE_COMMON ? all.n / all.clusters : all.clusters;
    const double critical = eng_estimator_student(to, eng_max(units - 1, 1));
    eng_estimated_t row = { .at = (double)to->subject->horizon / ENG_TICKS_PER_DAY, .level = NAN, .n = (int64_t)all.n, .value = NAN,
        .estimator = text[kind] };
    eng_interval_t interval = { NAN, NAN };

    if (all.count > 0 && all.other > 0) {
        const double error = critical * sqrt(variance_of(to, &all, kind));
        row.value = all.count / all.time / (all.other / all.other_time);
        interval = (eng_interval_t){ row.value * eng_exp(-error), row.value * eng_exp(error) };
    } else if (all.count > 0 || all.other > 0) {
        row.value = all.count > 0 ? INFINITY : 0;
        interval = one_sided(&all, critical, kind == ENG_SAMPLE_COMMON ? all.clusters : 1);
    }
    to->push(to, &row, interval);
}

static const eng_column_t columns[] = {
    { .name = "rate_ratio", .unit = "1", .ratio = true, .about = ENG_ABOUT_SUBJECT, .words = "rate ratio", .before_day = "within",
        .shown = true },
};

extern const eng_statistic_t eng_statistic_rate_ratio;
const eng_statistic_t eng_statistic_rate_ratio = {
    .name = "rate_ratio", .help = "events per patient-year under a protocol over those under the reference, of counts",
    .of = ENG_OF_NUMBER, .by_name = true, .compares = true, .fields = fields, .add = add, .add_pair = add_pair, .wide = wide,
    .cluster = cluster, .contrast = contrast, .columns = columns, .num_columns = 1,
};
