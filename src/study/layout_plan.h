/**
 * Where the words of each outcome stand: shared by layout*.c and summary*.c, of no interest to others.
 *
 * A series is what the summary needs of one outcome (of one reading of a marker): a denominator n, the moments of a
 * number, and counts that share the denominator.  It appears twice: of the courses, and of the differences from the
 * reference.  Clusters are kept for series only.
 */
#ifndef ENG_STUDY_LAYOUT_PLAN_H
#define ENG_STUDY_LAYOUT_PLAN_H

#include "stats/cluster.h"
#include "stats/histogram.h"
#include "study/layout.h"

#define ENG_NO_WORD SIZE_MAX
#define ENG_OUTCOME_BINS 256
#define ENG_BAND_BINS 128

typedef struct {
    size_t moments;    /* first word: n, sum and squares (stats/moments.h) at `stride` */
    size_t stride;
    size_t counts;     /* num_counts words: courses with the event by each landmark; paired: losses */
    size_t taken;      /* words taken from the counts (paired: gains), or ENG_NO_WORD */
    int num_counts;
    size_t cluster;    /* first cluster word; see ENG_SERIES_* */
} eng_series_t;

/* Cluster words of a series: clusters, n, n^2, then for the sum: y, y^2, n y, low and high squares; then each count. */
#define ENG_SERIES_CLUSTERS 0
#define ENG_SERIES_N 1
#define ENG_SERIES_NN (ENG_SERIES_N + ENG_WIDE_WORDS)
#define ENG_SERIES_SUM (ENG_SERIES_NN + ENG_WIDE_WORDS)
#define ENG_SERIES_SQ_LOW (ENG_SERIES_SUM + 3 * ENG_WIDE_WORDS)
#define ENG_SERIES_SQ_HIGH (ENG_SERIES_SQ_LOW + ENG_WIDE_WORDS)
#define ENG_SERIES_COUNTS (ENG_SERIES_SQ_HIGH + ENG_WIDE_WORDS)
#define ENG_SERIES_PER_COUNT (5 * ENG_WIDE_WORDS) /* y, y^2, n y, counts, taken; y = counts - taken */

typedef struct {
    const eng_outcome_request_t *request; /* borrowed */
    const char *unit;
    double step;
    int num_reads;        /* series of courses, and of pairs: 1 but for markers */
    int *read;            /* owned: index in study->reads of each reading; NULL but for markers */
    int series, paired;   /* index of the first of each kind */
    size_t events, competing; /* TIME: point words; competing is ENG_NO_WORD where nothing competes */
    size_t gains, losses; /* TIME: point words */
    eng_bins_t point_bins;
    size_t point_histogram; /* ENG_NO_WORD: not asked for */
    eng_bins_t bins;      /* pooled; not of a TIME */
    size_t pooled;        /* TIME: events by day; else [num_reads][bins] */
} eng_outcome_plan_t;

typedef struct {
    int marker;
    double step;
    eng_bins_t bins;
    size_t pooled_moments, pooled_bands; /* [num_days] each word; [num_days][bins] */
    size_t point_moments;                /* ENG_NO_WORD: not asked for */
} eng_trajectory_plan_t;

struct eng_layout_plan {
    int32_t horizon_tick;
    int32_t num_event_days;      /* 0 .. ceil(horizon), and one for neither by the horizon */
    int num_landmarks;
    int num_markers; /* of the disease: rows of a reading */
    int32_t *landmark;           /* owned; ticks, rising */
    size_t courses, failures;    /* point words */
    size_t deaths;               /* pooled words: [cause without none][landmark] */
    eng_outcome_plan_t *outcomes; /* owned; study->num_outcomes */
    eng_trajectory_plan_t *trajectories; /* owned; study->trajectories.num_markers */
    int *trajectory_read;        /* owned; index in study->reads of each trajectory day */
    eng_series_t *series;        /* owned */
    int num_series;
};

/* --- layout_field.c: fields and scales are appended; the first failure stays in `ret` and stops the rest ---------- */

typedef struct {
    eng_layout_t *layout; /* borrowed */
    int ret;
} eng_layout_builder_t;

typedef enum { ENG_LEVEL_POINT, ENG_LEVEL_POOLED } eng_layout_level_t;

/** A dimension by its scale's name and size; name NULL: none. */
typedef struct {
    const char *name;
    size_t size;
} eng_layout_dim_t;

/** Words of a new field; the offset of the first.  The long name is printf text. */
size_t eng_layout_field(eng_layout_builder_t *builder, eng_layout_level_t level, const char *group, const char *dataset,
    eng_layout_dim_t dim0, eng_layout_dim_t dim1, const char *long_name, ...) ENG_PRINTF(7, 8);

/** A new scale of numbers; its values, to be filled, or NULL after a failure. */
double *eng_layout_scale(eng_layout_builder_t *builder, const char *name, const char *unit, size_t size,
    const char *long_name, ...) ENG_PRINTF(5, 6);

/** A new scale of texts; as above. */
const char **eng_layout_text_scale(eng_layout_builder_t *builder, const char *name, size_t size, const char *long_name);

/** The fields n, sum, sum_sq_low, sum_sq_high of a quantity `what` (e.g. "value") in `unit`; offset of the first. */
size_t eng_layout_moments(eng_layout_builder_t *builder, eng_layout_level_t level, const char *group,
                          const char *prefix, eng_layout_dim_t dim, const char *what, double step, const char *unit);

/** A scale of bins named `name`. */
void eng_layout_bins_scale(eng_layout_builder_t *builder, const char *name, const eng_bins_t *bins, const char *unit,
    const char *what);

/* --- layout_outcome.c --------------------------------------------------------------------------------------------- */

void eng_layout_plan_outcome(eng_layout_builder_t *builder, int outcome);
void eng_layout_plan_trajectories(eng_layout_builder_t *builder);

#endif
