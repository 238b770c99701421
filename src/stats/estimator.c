/**
 * Samples from cluster sums, and the intervals that several statistics share.
 */
#include "stats/estimator.h"

#include "base/math.h"
#include "base/ticks.h"

#include <math.h>

#define CONFIDENCE_QUANTILE 0.975 /* two-sided 95 % */

double
eng_estimator_student(eng_estimator_t *to, double df)
{
    if (df != to->last_df) {
        to->last_df = df;
        to->last_critical = eng_student_quantile(CONFIDENCE_QUANTILE, df);
    }
    return to->last_critical;
}

double
eng_share_critical(eng_estimator_t *to, const eng_sample_t *sample)
{
    return eng_estimator_student(to, eng_sample_clustered(sample) ? sample->clusters - 1 : INFINITY);
}

double
eng_mean_critical(eng_estimator_t *to, const eng_sample_t *sample)
{
    return eng_estimator_student(to,
        (eng_sample_clustered(sample) ? sample->clusters : sample->n / sample->effect) - 1);
}

eng_ratio_t
eng_estimator_ratio(const eng_estimator_t *to, bool paired, size_t first)
{
    const int64_t *head = to->cluster + to->at->head[paired];
    const int64_t *words = to->cluster + to->at->cluster[paired] + first * ENG_WIDE_WORDS;
    eng_ratio_t ratio = { .clusters = (double)head[ENG_CLUSTER_COUNT], .n = eng_wide_value(head + ENG_CLUSTER_N),
        .nn = eng_wide_value(head + ENG_CLUSTER_NN), .y = eng_wide_value(words), .yy = eng_wide_value(words + ENG_WIDE_WORDS),
        .ny = eng_wide_value(words + 2 * ENG_WIDE_WORDS) };

    return ratio;
}

double
eng_estimator_wide(const eng_estimator_t *to, bool paired, size_t number)
{
    return eng_wide_value(to->cluster + to->at->cluster[paired] + number * ENG_WIDE_WORDS);
}

eng_sample_t
eng_estimator_sample(const eng_estimator_t *to, const eng_ratio_t *ratio, double variance)
{
    eng_sample_t sample = { .kind = ENG_SAMPLE_PATIENTS, .n = ratio->n, .mean = ratio->n > 0 ? ratio->y / ratio->n : NAN,
        .variance = variance, .effect = 1, .clusters = ratio->clusters };
    const double courses = eng_max(1.0, to->courses);

    if ((ratio->clusters > 1 && to->patients_common) || (ratio->clusters == 1 && courses > 1)) {
        sample.kind = ENG_SAMPLE_COMMON;
        sample.effect = ratio->clusters * courses;
    } else if (ratio->clusters > 1) {
        sample.kind = to->points_spread ? ENG_SAMPLE_SPREAD : ENG_SAMPLE_CLUSTERS;
        if (variance > 0) {
            sample.effect = eng_max(courses, eng_ratio_variance(ratio) * ratio->n / variance);
        }
    }
    return sample;
}

eng_interval_t
eng_estimator_mean(eng_estimator_t *to, const eng_sample_t *sample, double odd)
{
    double size = sample->n / sample->effect, variance;

    if (!(size > 0)) {
        return (eng_interval_t){ NAN, NAN };
    }
    variance = eng_max(sample->variance, odd * odd / size);
    return eng_interval_mean(sample->mean, variance / size, eng_mean_critical(to, sample));
}

eng_interval_t
eng_interval_clip(eng_interval_t interval, double low, double high)
{
    /* comparisons that a NaN survives */
    interval.low = interval.low < low ? low : interval.low;
    interval.high = interval.high > high ? high : interval.high;
    return interval;
}

bool
eng_estimator_looked(const eng_estimator_t *to, int column, double day, double level)
{
    const eng_look_t *look = to->look;

    return look != NULL && look->column == column && (isnan(day) || isnan(look->day) || eng_tick_nearest(day) == eng_tick_nearest(look->day)) &&
        (isnan(level) || level == look->level);
}

void
eng_estimator_push_looked(eng_estimator_t *to, eng_estimated_t row, const char *estimator, eng_interval_t sequence)
{
    row.looked = true;
    row.estimator = estimator;
    to->push(to, &row, sequence);
}

double
eng_estimator_day(const eng_estimator_t *to)
{
    return to->subject->day != NULL ? to->subject->day[to->reading] : NAN;
}
