/**
 * The composite of an event and death, where nothing else competes: mean time until the first of both.  Where death counts as no event
 * (restricted_mean_time), whoever dies early has lost nothing; here the rest of the time is lost with the life.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/moments.h"
#include "stats/paired.h"
#include "stats/rare.h"
#include "stats/survival.h"

enum { OWN, PAIRED = OWN + ENG_MOMENTS_WORDS, EITHER = PAIRED + ENG_MOMENTS_WORDS, NUM_FIELDS };
enum { PRODUCTS, SQ_LOW = 3, SQ_HIGH, NUMBER, COUNTED, NUM_WIDE };

static const char *const mean_text[ENG_NUM_SAMPLES] = {
    "mean of min(time to the first of both, horizon); Student t, rare events by their number",
    "mean of min(time to the first of both, horizon); ratio estimator with points as clusters, Student t, rare events by their number",
    "mean of min(time to the first of both, horizon); Student t, rare events by their number, for the number of distinct patients",
    ("mean of min(time to the first of both, horizon); ratio estimator with points as clusters, Student t, rare events by their number" ENG_CONSERVATIVE),
};
static const char *const difference_text[ENG_NUM_SAMPLES] = {
    "mean paired difference; Student t interval",
    "mean paired difference; ratio estimator with points as clusters, Student t interval",
    "mean paired difference; Student t interval for the number of distinct patients",
    ("mean paired difference; ratio estimator with points as clusters, Student t interval" ENG_CONSERVATIVE),
};

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    if (subject->death_competes) {
        eng_moments_fields(subject, ENG_CELLS_OWN, "free_", "time to the event or death, else the horizon", out + OWN);
        eng_moments_fields(subject, ENG_CELLS_PAIRED, "free_", "such time under the protocol - under the reference", out + PAIRED);
        out[EITHER] = (eng_statistic_field_t){ "free_events", ENG_CELLS_OWN, { ENG_AXIS_NONE },
            "courses with the event or dead by the horizon" };
    }
    return NUM_FIELDS;
}

/* min(first of both, horizon), in ticks. */
static void
find_times(const eng_seen_t *seen, int32_t quantum[ENG_MOMENTS_MAX_COUNT])
{
    for (size_t l = 0; l < seen->count; l++) {
        quantum[l] = seen->quantum[l] == ENG_QUANTUM_MISSING ? ENG_QUANTUM_MISSING : seen->tick[l] > 0 ? seen->tick[l] : 0;
    }
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    int32_t quantum[ENG_MOMENTS_MAX_COUNT];

    (void)pooled;
    if (subject->death_competes) {
        find_times(seen, quantum);
        seen->loops->moments(quantum, seen->count, own + at->word[OWN], at->stride);
        for (size_t l = 0; l < seen->count; l++) {
            own[at->word[EITHER]] += seen->kind[l] == ENG_KIND_EVENT || seen->kind[l] == ENG_KIND_COMPETING;
        }
    }
}

static void
add_pair(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at, int64_t *own,
    int64_t *pooled)
{
    int32_t a[ENG_MOMENTS_MAX_COUNT], b[ENG_MOMENTS_MAX_COUNT], difference[ENG_MOMENTS_MAX_COUNT];

    (void)pooled;
    if (subject->death_competes) {
        find_times(seen, a);
        find_times(reference, b);
        eng_paired_difference(a, b, seen->count, difference);
        seen->loops->moments(difference, seen->count, own + at->word[PAIRED], at->stride);
    }
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    (void)paired;
    return subject->death_competes ? NUM_WIDE : 0;
}

static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    if (subject->death_competes) {
        const int64_t *moments = own + at->word[paired ? PAIRED : OWN];
        eng_cluster_products(words, n, moments[ENG_MOMENTS_SUM * at->stride]);
        eng_wide_add(words + SQ_LOW * ENG_WIDE_WORDS, moments[ENG_MOMENTS_SQ_LOW * at->stride]);
        eng_wide_add(words + SQ_HIGH * ENG_WIDE_WORDS, moments[ENG_MOMENTS_SQ_HIGH * at->stride]);
        eng_wide_add(words + NUMBER * ENG_WIDE_WORDS, moments[ENG_MOMENTS_N * at->stride]);
        eng_wide_add(words + COUNTED * ENG_WIDE_WORDS, paired ? 0 : own[at->word[EITHER]]);
    }
}

static void
give(eng_estimator_t *to, bool paired)
{
    const double tau = (double)to->subject->horizon, step = to->subject->step;
    const eng_ratio_t ratio = to->subject->death_competes ? eng_estimator_ratio(to, paired, PRODUCTS) : (eng_ratio_t){ .n = 0 };

    if (!to->subject->death_competes || (ratio.n > 0 && !(eng_estimator_wide(to, paired, NUMBER) > 0))) {
        return; /* death does not compete, or a version before this statistic made the sums */
    }
    const eng_sample_t sample = eng_estimator_sample(to, &ratio, eng_moments_variance(ratio.n, ratio.y,
        eng_estimator_wide(to, paired, SQ_LOW), eng_estimator_wide(to, paired, SQ_HIGH)));
    const double events = to->events;
    to->events = eng_estimator_wide(to, paired, COUNTED);
    eng_interval_t interval = paired ? eng_rare_time_difference(to, &sample, tau) : eng_rare_time(to, &sample, tau);
    to->events = events;
    interval.low *= step;
    interval.high *= step;
    to->push(to, &(eng_estimated_t){ .at = tau / ENG_TICKS_PER_DAY, .level = NAN, .n = (int64_t)sample.n, .value = sample.mean * step,
        .estimator = (paired ? difference_text : mean_text)[sample.kind] }, interval);
}

static void
estimate(eng_estimator_t *to)
{
    give(to, false);
}

static void
contrast(eng_estimator_t *to)
{
    give(to, true);
}

static const eng_column_t columns[] = {
    { .name = "restricted_mean_free_time", .unit = "d", .about = ENG_ABOUT_TIME, .words = "mean time free of it and of death",
        .before_day = "within" },
};

extern const eng_statistic_t eng_statistic_composite;
const eng_statistic_t eng_statistic_composite = {
    .name = "composite", .help = "mean time free of the event and of death", .of = ENG_OF_TIME, .in_parts = true, .extra = true,
    .fields = fields, .add = add, .add_pair = add_pair, .wide = wide, .cluster = cluster, .estimate = estimate, .contrast = contrast,
    .columns = columns, .num_columns = 1,
};
