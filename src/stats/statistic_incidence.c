/**
 * Events by landmarks.  Everybody is followed to the horizon, so that the Kaplan-Meier and Aalen-Johansen estimates are shares of
 * courses, and the paired difference of two of them is told by the patients of whom only one protocol had the event.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/paired.h"
#include "stats/sequence.h"
#include "stats/survival.h"

#include <math.h>

enum { EVENTS = ENG_INCIDENCE_EVENTS, COMPETING = ENG_INCIDENCE_COMPETING, GAINS = ENG_INCIDENCE_GAINS, LOSSES = ENG_INCIDENCE_LOSSES, NUM_FIELDS };
/* Wide numbers of a landmark; counts and those taken from them (paired: losses and gains). */
enum { PRODUCTS, COUNTED = 3, TAKEN, PER_LANDMARK };

static const char *const share_text[ENG_NUM_SAMPLES] = {
    "share of courses; Wilson interval",
    "share of courses; Wilson interval at the effective size between points, Student t",
    "share of courses; Wilson interval for the number of distinct patients",
    ("share of courses; Wilson interval at the effective size between points, Student t" ENG_CONSERVATIVE),
};
static const char *const paired_text[ENG_NUM_SAMPLES] = {
    "paired difference of shares; interval from exact limits of gained and lost",
    "paired difference of shares; interval from exact limits of gained and lost at the effective size between points, Student t",
    "paired difference of shares; interval from exact limits of gained and lost for the number of distinct patients",
    ("paired difference of shares; interval from exact limits of gained and lost at the effective size between points, Student t" ENG_CONSERVATIVE),
};

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    out[EVENTS] = (eng_statistic_field_t){ "event_count", ENG_CELLS_OWN, { ENG_AXIS_LANDMARK },
        "courses with the event by the landmark" };
    if (subject->competes) {
        out[COMPETING] = (eng_statistic_field_t){ "competing_count", ENG_CELLS_OWN, { ENG_AXIS_LANDMARK },
            "courses with a competing event first, by the landmark" };
    }
    out[GAINS] = (eng_statistic_field_t){ "gains", ENG_CELLS_PAIRED, { ENG_AXIS_LANDMARK },
        "patients with the event by the landmark under the reference only" };
    out[LOSSES] = (eng_statistic_field_t){ "losses", ENG_CELLS_PAIRED, { ENG_AXIS_LANDMARK },
        "patients with the event by the landmark under the protocol only" };
    return NUM_FIELDS;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    const size_t landmarks = (size_t)subject->num_landmarks;

    (void)pooled;
    eng_survival_count(seen->tick, seen->kind, seen->count, ENG_KIND_EVENT, subject->landmark, landmarks, own + at->word[EVENTS]);
    if (subject->competes) {
        eng_survival_count(seen->tick, seen->kind, seen->count, ENG_KIND_COMPETING, subject->landmark, landmarks,
            own + at->word[COMPETING]);
    }
}

static void
add_pair(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at, int64_t *own,
    int64_t *pooled)
{
    (void)pooled;
    eng_paired_count(reference->tick, reference->kind, seen->tick, seen->kind, seen->count, subject->landmark,
        (size_t)subject->num_landmarks, own + at->word[GAINS], own + at->word[LOSSES]);
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    (void)paired;
    return (size_t)subject->num_landmarks * PER_LANDMARK;
}

static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    for (int k = 0; k < subject->num_landmarks; k++, words += PER_LANDMARK * ENG_WIDE_WORDS) {
        const int64_t count = own[at->word[paired ? LOSSES : EVENTS] + (size_t)k];
        const int64_t taken = paired ? own[at->word[GAINS] + (size_t)k] : 0;
        eng_cluster_products(words, n, count - taken);
        eng_wide_add(words + COUNTED * ENG_WIDE_WORDS, count);
        eng_wide_add(words + TAKEN * ENG_WIDE_WORDS, taken);
    }
}

static double
day_of(const eng_estimator_t *to, int k)
{
    return (double)to->subject->landmark[k] / ENG_TICKS_PER_DAY;
}

/* The spread of a time is that of its worst landmark. */
static void
estimate(eng_estimator_t *to)
{
    for (int k = 0; k < to->subject->num_landmarks; k++) {
        const eng_ratio_t ratio = eng_estimator_ratio(to, false, (size_t)k * PER_LANDMARK + PRODUCTS);
        const double mean = ratio.n > 0 ? ratio.y / ratio.n : 0.0;
        const eng_sample_t sample = eng_estimator_sample(to, &ratio, mean * (1 - mean));
        const double share = to->subject->survival ? 1 - sample.mean : sample.mean;
        to->events = ratio.y;
        to->spread = k == 0 || sample.effect > to->spread.effect ? sample : to->spread;
        const eng_estimated_t row = { .at = day_of(to, k), .level = NAN, .n = (int64_t)sample.n, .value = share, .estimator = share_text[sample.kind] };
        to->push(to, &row, eng_interval_wilson(share, sample.n / sample.effect, eng_share_critical(to, &sample)));
        if (eng_estimator_looked(to, 0, row.at, NAN)) {
            eng_estimator_push_looked(to, row, "share of courses; confidence sequence, holds at all looks",
                eng_sequence_share(to->subject->survival ? ratio.n - ratio.y : ratio.y, ratio.n, ENG_SEQUENCE_MISS));
        }
    }
}

static void
contrast(eng_estimator_t *to)
{
    const bool survival = to->subject->survival;

    for (int k = 0; k < to->subject->num_landmarks; k++) {
        const size_t number = (size_t)k * PER_LANDMARK;
        const double losses = eng_estimator_wide(to, true, number + COUNTED), gains = eng_estimator_wide(to, true, number + TAKEN);
        to->losses = losses;
        to->gains = gains;
        const double first = survival ? losses : gains, second = survival ? gains : losses;
        const eng_ratio_t ratio = eng_estimator_ratio(to, true, number + PRODUCTS);
        const double share = ratio.n > 0 ? ratio.y / ratio.n : 0.0;
        const eng_sample_t sample =
            eng_estimator_sample(to, &ratio, ratio.n > 0 ? (losses + gains) / ratio.n - share * share : 0.0);
        to->spread = k == 0 || sample.effect > to->spread.effect ? sample : to->spread;
        const eng_estimated_t row = { .at = day_of(to, k), .level = NAN, .n = (int64_t)sample.n, .gains = (int64_t)gains,
            .losses = (int64_t)losses, .value = (second - first) / sample.n, .estimator = paired_text[sample.kind] };
        to->push(to, &row, eng_interval_discordant(first / sample.effect, second / sample.effect, sample.n / sample.effect,
            eng_share_critical(to, &sample)));
        if (eng_estimator_looked(to, 0, row.at, NAN)) {
            eng_estimator_push_looked(to, row, "paired difference of shares; confidence sequence from gained and lost, holds at all looks",
                eng_sequence_difference(second, first, sample.n, ENG_SEQUENCE_MISS));
        }
    }
}

/* The ends are the landmarks around them: 0 and the horizon are always some. */
eng_interval_t
eng_incidence_sequence_of_quantile(const eng_subject_t *subject, const eng_place_t *at, const int64_t *own, double level)
{
    const double n = (double)own[at->n[0]], horizon = (double)subject->horizon / ENG_TICKS_PER_DAY;
    const eng_interval_t ranks = eng_sequence_ranks(n, level, ENG_SEQUENCE_MISS);
    const int64_t *events = own + at->word[EVENTS];
    eng_interval_t interval = { 0.0, horizon };

    if (!(ranks.low > 0 && ranks.high < 1)) {
        return (eng_interval_t){ -INFINITY, INFINITY };
    }
    for (int k = subject->num_landmarks - 1; k >= 0 && (double)events[k] > ranks.high * n; k--) {
        interval.high = (double)subject->landmark[k] / ENG_TICKS_PER_DAY;
    }
    for (int k = 0; k < subject->num_landmarks && (double)events[k] < ranks.low * n; k++) {
        interval.low = (double)subject->landmark[k] / ENG_TICKS_PER_DAY;
    }
    return interval;
}

static const eng_column_t columns[] = {
    { .name = "probability", .unit = "1", .share = true, .about = ENG_ABOUT_SUBJECT, .words = "", .words_free = "event-free",
        .before_day = "at" },
};

extern const eng_statistic_t eng_statistic_incidence;
const eng_statistic_t eng_statistic_incidence = {
    .name = "incidence", .help = "shares with the event, or free of it, by landmarks", .of = ENG_OF_TIME, .in_parts = true,
    .fields = fields, .add = add, .add_pair = add_pair, .wide = wide, .cluster = cluster, .estimate = estimate, .contrast = contrast,
    .columns = columns, .num_columns = 1,
};
