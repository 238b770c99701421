/**
 * Distributions over all points, from which quantiles are read: of a time the days of events, of numbers and markers fine histograms.
 * On request a histogram of each point, from which nothing is estimated here.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/sequence.h"
#include "stats/survival.h"

#include <stdio.h>

enum { POOLED, AT_LOW, OF_POINT, NUM_FIELDS };
enum { QUANTILE, MEDIAN_OF_EVENTS };

static const double levels[] = { 0.1, 0.5, 0.9 };
#define NUM_LEVELS 3

#define TEXTS(what)                                                                                                              \
    {                                                                                                                            \
        what " of the pooled counts; order-statistic interval",                                                                  \
        what " of the pooled counts; order-statistic interval at the effective size between points",                             \
        what " of the pooled counts; order-statistic interval for the number of distinct patients",                              \
        what " of the pooled counts; order-statistic interval at the effective size between points" ENG_CONSERVATIVE,            \
    }
static const char *const text[NUM_LEVELS][ENG_NUM_SAMPLES] = { TEXTS("10 % quantile"), TEXTS("median"), TEXTS("90 % quantile") };

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    if (subject->of == ENG_OF_TIME) {
        out[POOLED] = (eng_statistic_field_t){ "events_by_day", ENG_CELLS_POOLED, { ENG_AXIS_EVENT_DAY, ENG_AXIS_CAUSE },
            "courses by the day of what came first; last row: neither by the horizon" };
    } else {
        out[POOLED] = (eng_statistic_field_t){ "histogram", ENG_CELLS_POOLED, { ENG_AXIS_READING, ENG_AXIS_BIN }, "courses by bin" };
        if (!subject->bins.lattice) {
            out[AT_LOW] = (eng_statistic_field_t){ "at_low", ENG_CELLS_POOLED, { ENG_AXIS_READING }, "" };
            snprintf(out[AT_LOW].long_name, sizeof(out->long_name), "courses of the first bin at or below %.9g", subject->bins.low);
        }
    }
    if (subject->point_bins.num_bins > 0) {
        out[OF_POINT] = (eng_statistic_field_t){ "point_histogram", ENG_CELLS_OWN, { ENG_AXIS_READING, ENG_AXIS_POINT_BIN }, "" };
        snprintf(out[OF_POINT].long_name, sizeof(out->long_name), "%s by bin", subject->of == ENG_OF_TIME ? "events" : "courses");
    }
    return NUM_FIELDS;
}

static void
add_values(const eng_seen_t *seen, const eng_bins_t *bins, const double *value, int64_t *words)
{
    int32_t index[ENG_SURVIVAL_MAX_COUNT];

    seen->loops->bins(bins, value, seen->count, index);
    eng_histogram_add(index, seen->count, words);
}

static void
add_time_histogram(const eng_seen_t *seen, const eng_bins_t *bins, int64_t *words)
{
    double day[ENG_SURVIVAL_MAX_COUNT];

    for (size_t l = 0; l < seen->count; l++) {
        day[l] = seen->kind[l] == ENG_KIND_EVENT ? (double)seen->tick[l] / ENG_TICKS_PER_DAY : NAN;
    }
    add_values(seen, bins, day, words);
}

static int64_t
count_at_low(const eng_seen_t *seen, double low)
{
    int64_t count = 0;

    for (size_t l = 0; l < seen->count; l++) {
        count += seen->value[l] <= low;
    }
    return count;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    const bool time = subject->of == ENG_OF_TIME;

    if (at->word[OF_POINT] != ENG_NO_WORD && time) {
        add_time_histogram(seen, &subject->point_bins, own + at->word[OF_POINT]);
    } else if (at->word[OF_POINT] != ENG_NO_WORD) {
        add_values(seen, &subject->point_bins, seen->value, own + at->word[OF_POINT]);
    }
    if (pooled != NULL && time) {
        eng_survival_days(seen->tick, seen->kind, seen->count, subject->num_event_days, pooled + at->word[POOLED]);
    } else if (pooled != NULL) {
        add_values(seen, &subject->bins, seen->value, pooled + at->word[POOLED]);
        if (at->word[AT_LOW] != ENG_NO_WORD) {
            pooled[at->word[AT_LOW]] += count_at_low(seen, subject->bins.low);
        }
    }
}

static eng_quantile_t
read_quantile(const eng_estimator_t *to, double level)
{
    const int64_t *words = to->pooled + to->at->word[POOLED];

    if (to->subject->of == ENG_OF_TIME) {
        const double day = eng_survival_quantile(words, to->subject->num_event_days, level);
        return (eng_quantile_t){ day, day, day };
    }
    return eng_histogram_read(&to->subject->bins, words, to->at->word[AT_LOW] == ENG_NO_WORD ? 0 : to->pooled[to->at->word[AT_LOW]],
        level);
}

/* Where something competes: how soon it comes to those to whom it comes, whatever their number. */
static void
estimate_median_of_events(eng_estimator_t *to)
{
    static const char *const of_events[ENG_NUM_SAMPLES] = TEXTS("median of those with the event");
    const int64_t *words = to->pooled + to->at->word[POOLED];
    const int32_t days = to->subject->num_event_days;
    const double size = to->events / to->spread.effect;
    eng_interval_t interval = { NAN, NAN };

    if (size > 0) {
        interval = eng_interval_wilson(0.5, size, eng_share_critical(to, &to->spread));
        interval.low = eng_survival_event_quantile(words, days, eng_max(0.0, interval.low - 0.5 / size));
        interval.high = eng_survival_event_quantile(words, days, eng_min(1.0, interval.high + 0.5 / size));
    }
    to->push(to, &(eng_estimated_t){ .column = MEDIAN_OF_EVENTS, .at = NAN, .level = NAN, .n = (int64_t)to->events,
        .value = eng_survival_event_quantile(words, days, 0.5), .estimator = of_events[to->spread.kind] }, interval);
}

/* The ends are those of the bins that they are in: where within them nobody knows. */
static void
estimate(eng_estimator_t *to)
{
    const eng_sample_t *sample = &to->spread;
    const double size = sample->n / sample->effect;

    if (to->pooled == NULL) {
        return;
    }
    for (int k = 0; k < NUM_LEVELS; k++) {
        eng_interval_t interval = eng_interval_wilson(levels[k], size, eng_share_critical(to, sample));
        /* half a course outwards: ranks are whole numbers */
        interval.low = read_quantile(to, eng_max(0.0, interval.low - 0.5 / size)).low;
        interval.high = read_quantile(to, eng_min(1.0, interval.high + 0.5 / size)).high;
        const eng_estimated_t row = { .at = eng_estimator_day(to), .level = levels[k], .n = (int64_t)sample->n,
            .value = read_quantile(to, levels[k]).value, .estimator = text[k][sample->kind] };
        to->push(to, &row, interval);
        if (eng_estimator_looked(to, QUANTILE, row.at, levels[k])) {
            eng_estimator_push_looked(to, row, "quantile of the pooled counts; confidence sequence by ranks, holds at all looks",
                eng_quantiles_sequence(to->subject, to->at, to->pooled, levels[k]));
        }
    }
    if (to->subject->of == ENG_OF_TIME && to->subject->competes) {
        estimate_median_of_events(to);
    }
}

/* --- confidence sequences ---------------------------------------------------------------------------------------------- */

static const eng_interval_t nothing = { -INFINITY, INFINITY };

static int64_t
total_of(const int64_t *words, size_t count)
{
    int64_t total = 0;

    for (size_t j = 0; j < count; j++) {
        total += words[j];
    }
    return total;
}

eng_interval_t
eng_quantiles_sequence(const eng_subject_t *subject, const eng_place_t *at, const int64_t *pooled, double level)
{
    const bool time = subject->of == ENG_OF_TIME;
    const int64_t *words = pooled + at->word[POOLED], at_low = time || at->word[AT_LOW] == ENG_NO_WORD ? 0 : pooled[at->word[AT_LOW]];
    const double n = (double)total_of(words, time ? 2 * (size_t)subject->num_event_days : (size_t)subject->bins.num_bins);
    const eng_interval_t ranks = eng_sequence_ranks(n, level, ENG_SEQUENCE_MISS);

    if (!(ranks.low > 0 && ranks.high < 1)) {
        return nothing;
    }
    if (time) {
        const double horizon = (double)subject->horizon / ENG_TICKS_PER_DAY, low = eng_survival_quantile(words, subject->num_event_days, ranks.low);
        const double high = eng_survival_quantile(words, subject->num_event_days, ranks.high);
        return (eng_interval_t){ low == low ? low : horizon, high == high ? high : horizon };
    }
    return (eng_interval_t){ eng_histogram_read(&subject->bins, words, at_low, ranks.low).low,
        eng_histogram_read(&subject->bins, words, at_low, ranks.high).high };
}

eng_interval_t
eng_quantiles_sequence_of_point(const eng_subject_t *subject, const eng_place_t *at, const int64_t *own, double level)
{
    const double n = (double)own[at->n[0]];
    const eng_interval_t ranks = eng_sequence_ranks(n, level, ENG_SEQUENCE_MISS);

    if (!(ranks.low > 0 && ranks.high < 1) || at->word[OF_POINT] == ENG_NO_WORD) {
        return nothing;
    }
    return (eng_interval_t){ eng_histogram_read(&subject->point_bins, own + at->word[OF_POINT], 0, ranks.low).low,
        eng_histogram_read(&subject->point_bins, own + at->word[OF_POINT], 0, ranks.high).high };
}

static const eng_column_t columns[] = {
    [MEDIAN_OF_EVENTS] = { .name = "median_among_events", .about = ENG_ABOUT_TIME, .words = "median among those who have it" },
    [QUANTILE] = { .name = "quantile", .about = ENG_ABOUT_TIME, .words = "median (10 to 90 %)" },
};

extern const eng_statistic_t eng_statistic_quantiles;
const eng_statistic_t eng_statistic_quantiles = {
    .name = "quantiles", .help = "10 %, 50 % and 90 % quantiles over all points", .of = ENG_OF_TIME | ENG_OF_VALUE,
    .fields = fields, .add = add, .estimate = estimate, .columns = columns, .num_columns = 2,
};
