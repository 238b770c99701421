/**
 * Estimates and contrasts from cluster sums and pooled tables.
 *
 * One rule serves all intervals: n courses are worth n / effect independent ones.  The effect is 1 for one point; for
 * points with patients of their own it is the variance between points over the variance that independent courses
 * would have, at least 1 (more than chance alone can only be added by points); for points that share their patients
 * it is the number of points, so that only distinct patients count.
 */
#include "study/summary.h"
#include "base/error.h"
#include "base/fpu.h"
#include "base/math.h"
#include "base/ticks.h"
#include "stats/interval.h"
#include "stats/moments.h"
#include "stats/survival.h"
#include "study/layout_plan.h"
#include <stdlib.h>

#define CONFIDENCE_QUANTILE 0.975 /* two-sided 95 % */

static const double quantile_levels[] = { 0.1, 0.5, 0.9 };

#define NUM_QUANTILES 3

typedef enum { SAMPLE_PATIENTS, SAMPLE_CLUSTERS, SAMPLE_COMMON, NUM_SAMPLES } sample_kind_t;

static const char *const proportion_text[NUM_SAMPLES] = {
    "share of courses; Wilson interval",
    "share of courses; Wilson interval at the effective size between points, Student t",
    "share of courses; Wilson interval for the number of distinct patients",
};
static const char *const mean_text[NUM_SAMPLES] = {
    "mean over courses; Student t interval",
    "mean over courses; ratio estimator with points as clusters, Student t interval",
    "mean over courses; Student t interval for the number of distinct patients",
};
static const char *const rmst_text[NUM_SAMPLES] = {
    "mean of min(time to the event, horizon); Student t interval",
    "mean of min(time to the event, horizon); ratio estimator with points as clusters, Student t interval",
    "mean of min(time to the event, horizon); Student t interval for the number of distinct patients",
};
static const char *const quantile_text[NUM_QUANTILES] = {
    "10 % quantile of the pooled counts; order-statistic interval at the effective size",
    "median of the pooled counts; order-statistic interval at the effective size",
    "90 % quantile of the pooled counts; order-statistic interval at the effective size",
};
static const char *const discordant_text[NUM_SAMPLES] = {
    "paired difference of shares; Agresti-Min interval",
    "paired difference of shares; Agresti-Min interval at the effective size between points, Student t",
    "paired difference of shares; Agresti-Min interval for the number of distinct patients",
};
static const char *const difference_text[NUM_SAMPLES] = {
    "mean paired difference; Student t interval",
    "mean paired difference; ratio estimator with points as clusters, Student t interval",
    "mean paired difference; Student t interval for the number of distinct patients",
};
static const char sd_text[] = "standard deviation between courses, of points and patients together";

/** What the tables are made from. */
typedef struct {
    const eng_layout_t *layout;
    const int64_t *cluster; /* [num_protocols][cluster_words] */
    const int64_t *pooled;  /* NULL: no quantiles */
    eng_summary_t *summary;
    double last_df, last_critical; /* Student's quantile costs more than all the rest: the same few return */
} maker_t;

/** A quantity with all that its interval needs. */
typedef struct {
    sample_kind_t kind;
    double n, mean, variance; /* of single courses, in the quantity's own units */
    double effect, clusters;
} sample_t;

static double
student(maker_t *maker, double df)
{
    if (df != maker->last_df) {
        maker->last_df = df;
        maker->last_critical = eng_student_quantile(CONFIDENCE_QUANTILE, df);
    }
    return maker->last_critical;
}

/* --- from words to samples ---------------------------------------------------------------------------------- */

static const int64_t *
series_words(const maker_t *maker, int series, int protocol)
{
    return maker->cluster + (size_t)protocol * maker->layout->cluster_words +
           maker->layout->plan->series[series].cluster;
}

static eng_ratio_t
read_ratio(const int64_t *words, size_t sums)
{
    eng_ratio_t ratio = { .clusters = (double)words[ENG_SERIES_CLUSTERS],
        .n = eng_wide_value(words + ENG_SERIES_N), .nn = eng_wide_value(words + ENG_SERIES_NN),
        .y = eng_wide_value(words + sums), .yy = eng_wide_value(words + sums + ENG_WIDE_WORDS),
        .ny = eng_wide_value(words + sums + 2 * ENG_WIDE_WORDS) };

    return ratio;
}

static sample_t
make_sample(const maker_t *maker, const eng_ratio_t *ratio, double variance)
{
    sample_t sample = { .kind = SAMPLE_PATIENTS, .n = ratio->n, .mean = ratio->n > 0 ? ratio->y / ratio->n : NAN,
        .variance = variance, .effect = 1, .clusters = ratio->clusters };

    if (ratio->clusters > 1 && maker->layout->study->patients_common) {
        sample.kind = SAMPLE_COMMON;
        sample.effect = ratio->clusters;
    } else if (ratio->clusters > 1) {
        sample.kind = SAMPLE_CLUSTERS;
        if (variance > 0) {
            sample.effect = eng_max(1.0, eng_ratio_variance(ratio) * ratio->n / variance);
        }
    }
    return sample;
}

/** The moments of a series in multiples of `step`. */
static sample_t
moments_sample(const maker_t *maker, int series, int protocol)
{
    const int64_t *words = series_words(maker, series, protocol);
    eng_ratio_t ratio = read_ratio(words, ENG_SERIES_SUM);
    double variance = eng_moments_variance(ratio.n, ratio.y, eng_wide_value(words + ENG_SERIES_SQ_LOW),
        eng_wide_value(words + ENG_SERIES_SQ_HIGH));

    return make_sample(maker, &ratio, variance);
}

static sample_t
count_sample(const maker_t *maker, int series, int protocol, int k)
{
    eng_ratio_t ratio = read_ratio(series_words(maker, series, protocol),
        ENG_SERIES_COUNTS + (size_t)k * ENG_SERIES_PER_COUNT);
    double share = ratio.n > 0 ? ratio.y / ratio.n : 0.0;

    return make_sample(maker, &ratio, share * (1 - share));
}

/** Quantile for shares: normal for single patients, Student's between clusters. */
static double
share_critical(maker_t *maker, const sample_t *sample)
{
    return student(maker, sample->kind == SAMPLE_CLUSTERS ? sample->clusters - 1 : INFINITY);
}

static double
mean_critical(maker_t *maker, const sample_t *sample)
{
    return student(maker, (sample->kind == SAMPLE_CLUSTERS ? sample->clusters : sample->n / sample->effect) - 1);
}

/**
 * Interval of a mean.  `odd` is how far a course not seen so far may well lie from the rest: one such course among
 * the effective ones bounds the variance from below, so that equal values do not pass for certainty.
 */
static eng_interval_t
mean_interval(maker_t *maker, const sample_t *sample, double odd)
{
    double size = sample->n / sample->effect, variance;

    if (!(size > 0)) {
        return (eng_interval_t){ NAN, NAN };
    }
    variance = eng_max(sample->variance, odd * odd / size);
    return eng_interval_mean(sample->mean, variance / size, mean_critical(maker, sample));
}

static eng_interval_t
clip(eng_interval_t interval, double low, double high)
{
    /* comparisons that a NaN survives */
    interval.low = interval.low < low ? low : interval.low;
    interval.high = interval.high > high ? high : interval.high;
    return interval;
}

/* --- estimates ----------------------------------------------------------------------------------------------- */

static void
push_estimate(maker_t *maker, eng_estimate_t estimate, eng_interval_t interval)
{
    estimate.low = interval.low;
    estimate.high = interval.high;
    maker->summary->estimates[maker->summary->num_estimates++] = estimate;
}

static void
estimate_shares(maker_t *maker, int outcome, int protocol)
{
    const struct eng_layout_plan *plan = maker->layout->plan;
    const bool survival = plan->outcomes[outcome].request->row->survival;
    eng_interval_t interval;
    sample_t sample;
    double share;
    int k;

    for (k = 0; k < plan->num_landmarks; k++) {
        sample = count_sample(maker, plan->outcomes[outcome].series, protocol, k);
        share = survival ? 1 - sample.mean : sample.mean;
        interval = eng_interval_wilson(share, sample.n / sample.effect, share_critical(maker, &sample));
        push_estimate(maker, (eng_estimate_t){ .outcome = outcome, .protocol = protocol,
            .kind = ENG_ESTIMATE_PROBABILITY, .at = (double)plan->landmark[k] / ENG_TICKS_PER_DAY,
            .level = NAN, .n = (int64_t)sample.n, .value = share, .estimator = proportion_text[sample.kind] }, interval);
    }
}

static void
estimate_rmst(maker_t *maker, int outcome, int protocol)
{
    const struct eng_layout_plan *plan = maker->layout->plan;
    const double step = 1.0 / ENG_TICKS_PER_DAY, tau = (double)plan->horizon_tick;
    sample_t sample = moments_sample(maker, plan->outcomes[outcome].series, protocol);
    eng_interval_t interval = clip(mean_interval(maker, &sample, 0.5 * tau), 0.0, tau);

    interval.low *= step;
    interval.high *= step;
    push_estimate(maker, (eng_estimate_t){ .outcome = outcome, .protocol = protocol, .kind = ENG_ESTIMATE_RMST,
        .at = tau * step, .level = NAN, .n = (int64_t)sample.n, .value = sample.mean * step,
        .estimator = rmst_text[sample.kind] }, interval);
}

/** Effect for quantiles of a time: the largest at any landmark. */
static sample_t
worst_share_sample(const maker_t *maker, int series, int protocol)
{
    sample_t worst = count_sample(maker, series, protocol, 0), sample;
    int k;

    for (k = 1; k < maker->layout->plan->num_landmarks; k++) {
        sample = count_sample(maker, series, protocol, k);
        worst = sample.effect > worst.effect ? sample : worst;
    }
    return worst;
}

/** Quantile of a time (bins NULL) or of a number from pooled words. */
static double
read_quantile(const maker_t *maker, const eng_bins_t *bins, const int64_t *words, double level)
{
    return bins != NULL ? eng_histogram_quantile(bins, words, level) :
        eng_survival_quantile(words, maker->layout->plan->num_event_days, level);
}

/** `day` is the reading day of a marker, else NaN. */
static void
estimate_quantiles(maker_t *maker, int outcome, int protocol, const sample_t *sample, const eng_bins_t *bins,
    const int64_t *words, double day)
{
    const double size = sample->n / sample->effect;
    eng_interval_t levels;
    double level;
    int k;

    for (k = 0; k < NUM_QUANTILES; k++) {
        level = quantile_levels[k];
        levels = eng_interval_wilson(level, size, share_critical(maker, sample));
        /* half a course outwards: ranks are whole numbers */
        levels.low = read_quantile(maker, bins, words, eng_max(0.0, levels.low - 0.5 / size));
        levels.high = read_quantile(maker, bins, words, eng_min(1.0, levels.high + 0.5 / size));
        push_estimate(maker, (eng_estimate_t){ .outcome = outcome, .protocol = protocol,
            .kind = ENG_ESTIMATE_QUANTILE, .at = day, .level = level, .n = (int64_t)sample->n,
            .value = read_quantile(maker, bins, words, level), .estimator = quantile_text[k] }, levels);
    }
}

static void
estimate_time(maker_t *maker, int outcome, int protocol)
{
    const eng_outcome_plan_t *plan = &maker->layout->plan->outcomes[outcome];
    sample_t sample;

    estimate_shares(maker, outcome, protocol);
    estimate_rmst(maker, outcome, protocol);
    if (maker->pooled != NULL) {
        sample = worst_share_sample(maker, plan->series, protocol);
        estimate_quantiles(maker, outcome, protocol, &sample, NULL,
            maker->pooled + (size_t)protocol * maker->layout->pooled_words + plan->pooled, NAN);
    }
}

static void
estimate_value(maker_t *maker, int outcome, int protocol, int r)
{
    const eng_outcome_plan_t *plan = &maker->layout->plan->outcomes[outcome];
    const double day = plan->read != NULL ? plan->request->at[r] : NAN, step = plan->step;
    sample_t sample = moments_sample(maker, plan->series + r, protocol);
    eng_interval_t interval = mean_interval(maker, &sample, 1.0);
    eng_estimate_t estimate = { .outcome = outcome, .protocol = protocol, .kind = ENG_ESTIMATE_MEAN, .at = day,
        .level = NAN, .n = (int64_t)sample.n, .value = sample.mean * step, .estimator = mean_text[sample.kind] };

    interval.low *= step;
    interval.high *= step;
    push_estimate(maker, estimate, interval);
    estimate.kind = ENG_ESTIMATE_SD;
    estimate.value = sample.n >= 2 ? sqrt(sample.variance) * step : NAN;
    estimate.estimator = sd_text;
    push_estimate(maker, estimate, (eng_interval_t){ NAN, NAN });
    if (maker->pooled != NULL) {
        estimate_quantiles(maker, outcome, protocol, &sample, &plan->bins, maker->pooled +
            (size_t)protocol * maker->layout->pooled_words + plan->pooled + (size_t)(r * plan->bins.num_bins), day);
    }
}

/* --- contrasts ----------------------------------------------------------------------------------------------- */

static void
push_contrast(maker_t *maker, eng_contrast_t contrast, eng_interval_t interval)
{
    contrast.low = interval.low;
    contrast.high = interval.high;
    maker->summary->contrasts[maker->summary->num_contrasts++] = contrast;
}

static void
contrast_share(maker_t *maker, int outcome, int protocol, int k)
{
    const struct eng_layout_plan *plan = maker->layout->plan;
    const eng_outcome_plan_t *of = &plan->outcomes[outcome];
    const int64_t *words = series_words(maker, of->paired, protocol);
    const size_t sums = ENG_SERIES_COUNTS + (size_t)k * ENG_SERIES_PER_COUNT;
    const double losses = eng_wide_value(words + sums + 3 * ENG_WIDE_WORDS);
    const double gains = eng_wide_value(words + sums + 4 * ENG_WIDE_WORDS);
    const bool survival = of->request->row->survival;
    eng_ratio_t ratio = read_ratio(words, sums);
    double share = ratio.n > 0 ? ratio.y / ratio.n : 0.0, first = survival ? losses : gains,
           second = survival ? gains : losses;
    sample_t sample = make_sample(maker, &ratio, ratio.n > 0 ? (losses + gains) / ratio.n - share * share : 0.0);
    eng_interval_t interval = eng_interval_discordant(first / sample.effect, second / sample.effect,
        sample.n / sample.effect, share_critical(maker, &sample));

    push_contrast(maker, (eng_contrast_t){ .outcome = outcome, .protocol = protocol, .kind = ENG_ESTIMATE_PROBABILITY,
        .at = (double)plan->landmark[k] / ENG_TICKS_PER_DAY, .n = (int64_t)sample.n, .gains = (int64_t)gains,
        .losses = (int64_t)losses, .value = (second - first) / sample.n, .estimator = discordant_text[sample.kind] },
        interval);
}

static void
contrast_mean(maker_t *maker, eng_contrast_t contrast, int series, double step, double odd, double limit)
{
    sample_t sample = moments_sample(maker, series, contrast.protocol);
    eng_interval_t interval = clip(mean_interval(maker, &sample, odd), -limit, limit);

    interval.low *= step;
    interval.high *= step;
    contrast.n = (int64_t)sample.n;
    contrast.value = sample.mean * step;
    contrast.estimator = difference_text[sample.kind];
    push_contrast(maker, contrast, interval);
}

static void
contrast_outcome(maker_t *maker, int outcome, int protocol)
{
    const struct eng_layout_plan *plan = maker->layout->plan;
    const eng_outcome_plan_t *of = &plan->outcomes[outcome];
    const double tau = (double)plan->horizon_tick;
    eng_contrast_t contrast = { .outcome = outcome, .protocol = protocol };
    int k;

    if (of->request->row->kind == ENG_OUTCOME_TIME) {
        for (k = 0; k < plan->num_landmarks; k++) {
            contrast_share(maker, outcome, protocol, k);
        }
        contrast.kind = ENG_ESTIMATE_RMST;
        contrast.at = tau / ENG_TICKS_PER_DAY;
        contrast_mean(maker, contrast, of->paired, of->step, 0.5 * tau, tau);
        return;
    }
    contrast.kind = ENG_ESTIMATE_MEAN;
    for (k = 0; k < of->num_reads; k++) {
        contrast.at = of->read != NULL ? of->request->at[k] : NAN;
        contrast_mean(maker, contrast, of->paired + k, of->step, 1.0, INFINITY);
    }
}

/* --- all of it ------------------------------------------------------------------------------------------------ */

static int
allocate(eng_summary_t *summary, const eng_layout_t *layout)
{
    const struct eng_layout_plan *plan = layout->plan;
    const size_t protocols = (size_t)layout->study->num_protocols;
    size_t estimates = 0, contrasts = 0;
    int j;

    for (j = 0; j < layout->study->num_outcomes; j++) {
        if (plan->outcomes[j].request->row->kind == ENG_OUTCOME_TIME) {
            estimates += (size_t)plan->num_landmarks + 1 + NUM_QUANTILES;
            contrasts += (size_t)plan->num_landmarks + 1;
        } else {
            estimates += (size_t)plan->outcomes[j].num_reads * (2 + NUM_QUANTILES);
            contrasts += (size_t)plan->outcomes[j].num_reads;
        }
    }
    summary->estimates = malloc((estimates * protocols + 1) * sizeof(*summary->estimates));
    summary->contrasts = malloc((contrasts * protocols + 1) * sizeof(*summary->contrasts));
    if (summary->estimates == NULL || summary->contrasts == NULL) {
        eng_summary_free(summary);
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "the tables of estimates");
    }
    return ENG_OK;
}

int
eng_summary_create(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *cluster, const int64_t *pooled)
{
    const eng_study_t *study = layout->study;
    maker_t maker = { .layout = layout, .cluster = cluster, .pooled = pooled, .summary = summary, .last_df = NAN };
    int ret, j, p, r;

    (void)eng_fpu_use_default();
    *summary = (eng_summary_t){ 0 };
    ret = allocate(summary, layout);
    if (ret != ENG_OK) {
        return ret;
    }
    for (j = 0; j < study->num_outcomes; j++) {
        for (p = 0; p < study->num_protocols; p++) {
            if (layout->plan->outcomes[j].request->row->kind == ENG_OUTCOME_TIME) {
                estimate_time(&maker, j, p);
                continue;
            }
            for (r = 0; r < layout->plan->outcomes[j].num_reads; r++) {
                estimate_value(&maker, j, p, r);
            }
        }
        for (p = 0; p < study->num_protocols; p++) {
            if (p != study->reference) {
                contrast_outcome(&maker, j, p);
            }
        }
    }
    return ENG_OK;
}

int
eng_summary_point(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *point)
{
    const size_t words = (size_t)layout->study->num_protocols * layout->cluster_words;
    int64_t *cluster = calloc(words + 1, sizeof(*cluster));
    int ret;

    *summary = (eng_summary_t){ 0 };
    if (cluster == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "the sums of a point");
    }
    eng_layout_cluster(layout, point, cluster);
    ret = eng_summary_create(summary, layout, cluster, NULL);
    free(cluster);
    return ret;
}

void
eng_summary_free(eng_summary_t *summary)
{
    free(summary->estimates);
    free(summary->contrasts);
    *summary = (eng_summary_t){ 0 };
}

int
eng_estimate_direction(const eng_study_t *study, int outcome, eng_estimate_kind_t kind)
{
    const eng_outcome_row_t *row = study->outcomes[outcome].row;
    const int better = eng_outcome_better(study->disease, row);

    if (kind == ENG_ESTIMATE_SD) {
        return 0; /* how far patients differ is neither */
    }
    return row->kind == ENG_OUTCOME_TIME && !row->survival && kind != ENG_ESTIMATE_PROBABILITY ? -better : better;
}
