/**
 * From sums to estimates with 95 % intervals: what all statistics share.
 *
 * One rule serves all intervals: n courses are worth n / effect independent ones.  The effect is 1 for one point; for
 * points with patients of their own it is the variance between points over the variance that independent courses
 * would have, at least 1 (more than chance alone can only be added by points); for points that share their patients
 * it is the number of points, so that only distinct patients count.
 */
#ifndef ENG_STATS_ESTIMATOR_H
#define ENG_STATS_ESTIMATOR_H

#include "stats/interval.h"
#include "stats/statistic.h"

/** One point; points with patients of their own; points that share them; the second, where the design spreads the points evenly. */
typedef enum { ENG_SAMPLE_PATIENTS, ENG_SAMPLE_CLUSTERS, ENG_SAMPLE_COMMON, ENG_SAMPLE_SPREAD, ENG_NUM_SAMPLES } eng_sample_kind_t;

/* Intervals of evenly spread points: those of independent ones, which vary more. */
#define ENG_CONSERVATIVE "; conservative: points of an even design"

/** A quantity with all that its interval needs. */
typedef struct {
    eng_sample_kind_t kind;
    double n, mean, variance; /* of single courses, in the quantity's own units */
    double effect, clusters;
} eng_sample_t;

/** One row of a table. */
typedef struct {
    int column;            /* of the statistic */
    double at, level;      /* day, level of a quantile; NaN where there is none */
    int64_t n;
    int64_t gains, losses; /* contrasts of shares: patients with the event under the reference only, under the protocol only */
    double value;
    const char *estimator; /* static text */
    bool looked;           /* the row before again, with the confidence sequence of what the study looked at for an interval */
} eng_estimated_t;

/** What a study looked at, as often as it liked, until it knew enough. */
typedef struct {
    int column;         /* of the statistic that is called */
    double day, level;  /* NaN where there is none */
} eng_look_t;

/** Called with each row; `context` is the estimator's. */
typedef void (*eng_push_t)(struct eng_estimator *to, const eng_estimated_t *row, eng_interval_t interval);

typedef struct eng_estimator {
    /* of the caller, before each call: */
    const eng_subject_t *subject;
    const eng_place_t *at;
    int reading;
    const int64_t *cluster, *pooled;                 /* rows of the protocol; pooled NULL: not known */
    const int64_t *reference_pooled;                 /* contrasts: row of the reference, or NULL */
    bool patients_common;
    const eng_look_t *look; /* NULL: intervals are of numbers of courses that were fixed */
    double courses;         /* of each person, who counts once where there is one point, or points share their patients; 0 as 1 */
    bool points_spread;     /* a design whose points are less than independent: lhs, sobol */
    eng_push_t push;
    void *context;
    /* of the statistics: */
    double events, losses, gains; /* of a TIME, by the horizon: courses with the event, pairs of whom one protocol had it (incidence) */
    eng_sample_t spread;     /* of this subject and reading: by which quantiles and the like judge how much points vary */
    double last_df, last_critical; /* Student's quantile costs more than all the rest: the same few return; last_df NaN at first */
} eng_estimator_t;

/** Are points clusters? */
static inline bool
eng_sample_clustered(const eng_sample_t *sample)
{
    return sample->kind == ENG_SAMPLE_CLUSTERS || sample->kind == ENG_SAMPLE_SPREAD;
}

/** Quantile 0.975 of Student's distribution. */
double eng_estimator_student(eng_estimator_t *to, double df);
/** For shares: normal for single patients, Student's between clusters; for means Student's. */
double eng_share_critical(eng_estimator_t *to, const eng_sample_t *sample);
double eng_mean_critical(eng_estimator_t *to, const eng_sample_t *sample);

/** Three wide numbers of eng_cluster_products, `first` of the statistic's, with n of its head. */
eng_ratio_t eng_estimator_ratio(const eng_estimator_t *to, bool paired, size_t first);
/** One wide number of the statistic's. */
double eng_estimator_wide(const eng_estimator_t *to, bool paired, size_t number);
eng_sample_t eng_estimator_sample(const eng_estimator_t *to, const eng_ratio_t *ratio, double variance);

/**
 * Interval of a mean.  `odd` is how far a course not seen so far may well lie from the rest: one such course among
 * the effective ones bounds the variance from below, so that equal values do not pass for certainty.
 */
eng_interval_t eng_estimator_mean(eng_estimator_t *to, const eng_sample_t *sample, double odd);
eng_interval_t eng_interval_clip(eng_interval_t interval, double low, double high);

/** Is this what the study looked at? */
bool eng_estimator_looked(const eng_estimator_t *to, int column, double day, double level);
/** The row that was pushed last, with its confidence sequence. */
void eng_estimator_push_looked(eng_estimator_t *to, eng_estimated_t row, const char *estimator, eng_interval_t sequence);

/** The day of the reading, NaN of what is read once. */
double eng_estimator_day(const eng_estimator_t *to);

#endif
