/**
 * Derived tables: estimates with 95 % intervals, made from accumulators only, with own arithmetic (same bits
 * everywhere).  What /summary holds, and what `show` and `compare` print.  The rows are the statistics' (stats/statistic.h).
 *
 * Sampling units.  One point: patients.  Several points with independent patients: points are clusters (ratio
 * estimator, linearised variance, Student t with points - 1 degrees of freedom; for proportions the Wilson interval at
 * the effective sample size that this variance implies).  Several points with common patients: the pooled numbers
 * average over the design, and intervals use the number of distinct patients only (conservative).
 */
#ifndef ENG_STUDY_SUMMARY_H
#define ENG_STUDY_SUMMARY_H

#include "stats/statistic.h"
#include "study/layout.h"

/** A kind of estimate: eng_column_at(kind) says all about it.  Those that somebody names: */
typedef int eng_estimate_kind_t;
enum {
    ENG_ESTIMATE_PROBABILITY = ENG_COLUMN(ENG_STATISTIC_incidence, 0), /* cumulative incidence (or freedom, for survival outcomes) at a landmark, share in 0..1 */
    ENG_ESTIMATE_RMST = ENG_COLUMN(ENG_STATISTIC_moments, 0), /* mean of min(T, horizon), days */
    ENG_ESTIMATE_FREE_TIME = ENG_COLUMN(ENG_STATISTIC_composite, 0), /* mean time free of the event and of death, days */
    ENG_ESTIMATE_MEAN = ENG_ESTIMATE_RMST + 1, /* of a number or a marker at a day */
    ENG_ESTIMATE_SD,   /* spread between courses, no interval (low = high = NaN) */
    ENG_ESTIMATE_QUANTILE = ENG_COLUMN(ENG_STATISTIC_quantiles, 0), /* of a time (pooled days) or number (pooled histogram); order-statistic interval */
    ENG_ESTIMATE_MEDIAN_OF_EVENTS /* of a time: days to the event, of those who have it by the horizon */
};

typedef struct {
    int outcome;         /* index in study->outcomes */
    int protocol;
    eng_estimate_kind_t kind;
    double at;           /* landmark or reading day; NaN where neither applies */
    double level;        /* QUANTILE: 0.1, 0.5 or 0.9; else NaN */
    int64_t n;           /* courses behind it */
    double value, low, high;
    const char *estimator; /* static text naming estimator and interval */
} eng_estimate_t;

/** The contrast protocol - reference on the same patients. */
typedef struct {
    int outcome;
    int protocol;        /* compared with study->reference */
    eng_estimate_kind_t kind;
    double at;
    int64_t n;           /* pairs */
    int64_t gains, losses; /* PROBABILITY: patients with the event under the reference only / under the protocol only; else 0 */
    double value, low, high;
    const char *estimator;
} eng_contrast_t;

/**
 * What a study with precision looked at, with its confidence sequence.  It is about the points that there are; where there is one, the row of the same
 * estimate has this interval too.  estimator NULL: not asked of this protocol
 * (the reference, of differences).
 */
typedef struct {
    double value, low, high;
    int64_t n;
    const char *estimator; /* NULL: none */
} eng_looked_t;

typedef struct {
    eng_estimate_t *estimates; /* owned */
    int num_estimates;
    eng_contrast_t *contrasts; /* owned */
    int num_contrasts;
    eng_looked_t *looked; /* owned: by protocol, of a study with precision that looks at all its courses together; NULL of others */
} eng_summary_t;

/** From cluster sums and pooled words over all points. */
int eng_summary_create(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *cluster, const int64_t *pooled);
/** For one point, from its words alone (no quantiles). */
int eng_summary_point(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *point);
void eng_summary_free(eng_summary_t *summary);

/**
 * 1: a larger value of such an estimate is better for the patient, -1: worse, 0: neither is said.  From the outcome's row:
 * a probability is that of what the row is about; a mean time or a quantile of a time is that until the event, so that
 * more of it is less of an event (soon is better where the event is good) and more of being free of it.
 */
int eng_estimate_direction(const eng_study_t *study, int outcome, eng_estimate_kind_t kind);
/** Unit of an estimate: its column's, else that of the outcome. */
const char *eng_estimate_unit(const eng_study_t *study, int outcome, eng_estimate_kind_t kind);

#endif
