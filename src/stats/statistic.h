/**
 * A statistic: all that is known of one way to sum courses up, in one table in one file, src/stats/statistic_<name>.c, and one line
 * in ENG_STATISTIC_LIST.  The table says which integers it keeps, how a course adds to them, what pooled intervals need of a point,
 * what is estimated, and how that is called.  The layout of a study gives it words, the store datasets, `show` and `compare` rows;
 * none of them knows which statistics there are.
 *
 * A statistic is about a subject: an outcome of a study, or a marker of its trajectories.  It knows nothing of protocols, points
 * and patients: it is called for some lanes of one protocol at a time, or for a pair of protocols of the same patients.
 */
#ifndef ENG_STATS_STATISTIC_H
#define ENG_STATS_STATISTIC_H

#include "base/error.h"
#include "stats/cluster.h"
#include "stats/histogram.h"
#include "stats/interval.h"
#include "stats/loops.h"

#include <stdbool.h>

/* In the order in which their words stand and their rows are printed.  `incidence` and `moments` say how much points vary, which
 * those behind them use (estimator.h). */
#define ENG_STATISTIC_LIST(X) X(incidence) X(moments) X(quantiles) X(trajectory) X(rate) X(composite) X(hazard_ratio) \
    X(rate_ratio) X(slope) X(variance)

#define ENG_NO_WORD SIZE_MAX
#define ENG_OUTCOME_BINS 256
#define ENG_BAND_BINS 128

/* --- what is summed up --------------------------------------------------------------------------------------------------- */

/** Kinds of subjects, as bits. */
enum { ENG_OF_TIME = 1, ENG_OF_NUMBER = 2, ENG_OF_MARKER = 4, ENG_OF_TRAJECTORY = 8, ENG_OF_VALUE = ENG_OF_NUMBER | ENG_OF_MARKER };

typedef struct {
    unsigned of;             /* one of the bits above */
    const char *name, *unit; /* borrowed, as all below */
    bool survival;           /* TIME: stated as freedom from the event */
    bool competes;           /* TIME: something competes with the event */
    bool death_competes;     /* TIME: and it is death, alone */
    bool counts;             /* NUMBER: events over time, of which there is a rate */
    double step;             /* of what is added up, in `unit` */
    int32_t horizon;         /* ticks; TIME: where follow-up ends */
    const int32_t *landmark; /* ticks, rising; the last is the horizon */
    int num_landmarks, num_event_days;
    const double *day;       /* reading days of a marker or trajectory; NULL of what is read once */
    int num_readings;        /* at least 1 */
    eng_bins_t bins;         /* of the pooled histogram; not of a TIME */
    eng_bins_t point_bins;   /* of the histogram of each point; num_bins 0: not asked for */
    bool points;             /* TRAJECTORY: also of each point */
} eng_subject_t;

/** What some courses of one protocol show of a subject, at one reading. */
typedef struct {
    size_t count;           /* lanes, at most 64 */
    const eng_loops_t *loops;
    const int32_t *quantum; /* value in steps, of a TIME min(time to the event, horizon); ENG_QUANTUM_MISSING (stats/moments.h) */
    const int32_t *tick, *kind; /* TIME: what came first, and when (stats/survival.h) */
    const double *value;    /* all others; NaN: missing */
    const int32_t *death;   /* tick of death, ENG_TICK_NEVER without; not of parts */
    /* MARKER: all its readings; that of lane l at reading r is read[read_at[r] * read_stride + l], whatever failed; not of parts */
    int reading;            /* that of `value` */
    const double *read;
    const int *read_at;
    size_t read_stride;
} eng_seen_t;

/* --- what is kept -------------------------------------------------------------------------------------------------------- */

/** Words of each point and protocol; of each point and pair with the reference; of a protocol over all points. */
typedef enum { ENG_CELLS_OWN, ENG_CELLS_PAIRED, ENG_CELLS_POOLED, ENG_NUM_CELLS } eng_cells_kind_t;

typedef enum {
    ENG_AXIS_NONE, ENG_AXIS_READING, ENG_AXIS_LANDMARK, ENG_AXIS_EVENT_DAY, ENG_AXIS_CAUSE, ENG_AXIS_BIN, ENG_AXIS_POINT_BIN,
    ENG_AXIS_EXIT, ENG_NUM_AXES
} eng_axis_t;

/*
 * How a course may end its follow-up for a TIME, coarsely: by the event or by what competes, each by one of at most so many intervals
 * between landmarks, or by neither.
 */
#define ENG_EXIT_INTERVALS 16
#define ENG_NUM_EXITS (2 * ENG_EXIT_INTERVALS + 1)

/** The interval of landmark k, the first by which the course has ended. */
static inline int
eng_exit_interval(int num_landmarks, int k)
{
    return num_landmarks <= ENG_EXIT_INTERVALS ? k : k * ENG_EXIT_INTERVALS / num_landmarks;
}

/** Length of an axis. */
size_t eng_axis_size(const eng_subject_t *subject, eng_axis_t axis);

/** A dataset.  An axis of readings that is read once is no axis. */
typedef struct {
    const char *dataset; /* NULL: not kept of this subject */
    eng_cells_kind_t cells;
    eng_axis_t axis[2];
    char long_name[160];
} eng_statistic_field_t;

#define ENG_MAX_STATISTIC_FIELDS 12

/** Where the words of a statistic stand, at one reading. */
typedef struct {
    size_t word[ENG_MAX_STATISTIC_FIELDS]; /* by field: its first word in the row of its cells, or ENG_NO_WORD */
    size_t stride;                         /* between neighbours among fields by reading: their number */
    size_t n[2];                           /* how many courses (0) and pairs (1) count: word of the row, ENG_NO_WORD of a trajectory */
    size_t head[2];                        /* word of the cluster row where that of courses (0) and pairs (1) begins: ENG_CLUSTER_* */
    size_t cluster[2];                     /* where this statistic's wide numbers stand in it */
} eng_place_t;

/* The beginning of the cluster words of a reading: clusters, and sums of n and n^2 over them. */
#define ENG_CLUSTER_COUNT 0
#define ENG_CLUSTER_N 1
#define ENG_CLUSTER_NN (ENG_CLUSTER_N + ENG_WIDE_WORDS)
#define ENG_CLUSTER_HEAD (ENG_CLUSTER_NN + ENG_WIDE_WORDS)

/* --- the table ----------------------------------------------------------------------------------------------------------- */

struct eng_estimator; /* stats/estimator.h */

/** What more of an estimate means for the patient. */
typedef enum {
    ENG_ABOUT_NOTHING, /* neither better nor worse */
    ENG_ABOUT_SUBJECT, /* as more of what the outcome's row is about */
    ENG_ABOUT_TIME,    /* of a TIME: later, which is less of an event and more of being free of it; else as above */
    ENG_ABOUT_EVENT    /* of a TIME: more of the event, also where the row is about being free of it */
} eng_about_t;

/** A kind of estimate: a word of the column `kind` of /summary. */
typedef struct {
    const char *name;
    const char *unit;     /* NULL: that of the subject */
    bool per_year;        /* that of the subject, per year */
    bool share;           /* written in per cent, differences in percentage points */
    bool ratio;           /* contrasts are protocol over reference: 1, not 0, says that nothing differs */
    eng_about_t about;
    const char *words;    /* behind the outcome's name: "mean"; "" where the name says it */
    const char *words_free; /* instead, of survival; NULL: the same */
    const char *competing; /* behind all, where something competes with the event; NULL: nothing to say */
    const char *before_day; /* "at", "within" */
    bool shown;           /* among the numbers that people see first, wherever there is one */
} eng_column_t;

#define ENG_MAX_COLUMNS 4

typedef struct {
    const char *name, *help;
    unsigned of;          /* subjects that it is kept of */
    bool by_name;         /* only where a study asks for it: `estimates` */
    bool extra;           /* lean studies must ask for it; results of versions before it do not have it */
    bool compares;        /* only of pairs with the reference */
    bool of_couples;      /* only where every person lives twice (courses: 2) */
    bool in_parts;        /* also of parts of the patients that a study keeps apart: of courses and pairs, with one axis at most */
    /** Fills fields[k] (zeroed) of up to ENG_MAX_STATISTIC_FIELDS; how many. */
    int (*fields)(const eng_subject_t *subject, eng_statistic_field_t *fields);
    bool counts;          /* its first fields of courses and of pairs are n: what the sums of all statistics are divided by */
    /** Add courses to the row of a point and, where it is not NULL, to that of all points. */
    void (*add)(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled);
    /** Add pairs to the row of a point and, where it is not NULL, to that of the protocol over all points.  NULL: it keeps none. */
    void (*add_pair)(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at,
        int64_t *own, int64_t *pooled);
    /** Add the first and the second lives of some people to the row of a point.  NULL: it keeps none. */
    void (*add_couples)(const eng_subject_t *subject, const eng_seen_t *first, const eng_seen_t *second, const eng_place_t *at, int64_t *own);
    /** How many wide numbers it sums over clusters, of courses or of pairs.  NULL: none. */
    size_t (*wide)(const eng_subject_t *subject, bool paired);
    /** Add a cluster of n courses or pairs, a point's row, to those. */
    void (*cluster)(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words);
    /** Give the estimates of one reading, and the contrasts with the reference; NULL: none. */
    void (*estimate)(struct eng_estimator *to);
    void (*contrast)(struct eng_estimator *to);
    const eng_column_t *columns;
    int num_columns;      /* at most ENG_MAX_COLUMNS */
} eng_statistic_t;

/** ENG_STATISTIC_<name>: the place of a statistic in the list. */
#define ENG_STATISTIC_AS_ENUM(name) ENG_STATISTIC_##name,
enum { ENG_STATISTIC_LIST(ENG_STATISTIC_AS_ENUM) ENG_NUM_STATISTICS };

/** NULL outside 0 <= j < ENG_NUM_STATISTICS. */
const eng_statistic_t *eng_statistic_at(int j);

/** A kind of estimate by number: statistic and column.  Numbers are not kept anywhere; files have names. */
#define ENG_COLUMN(statistic, column) (ENG_MAX_COLUMNS * (statistic) + (column))
#define ENG_NUM_KINDS_OF_ESTIMATES (ENG_MAX_COLUMNS * ENG_NUM_STATISTICS)
const eng_column_t *eng_column_at(int kind); /* NULL: there is none of this number */
int eng_column_find(const char *name);       /* -1: no kind is called so */

/** The fields n, sum, sum_sq_low, sum_sq_high by readings (stats/moments.h) of `what`, with `prefix` in front: "", "point_" or
 *  "free_". */
void eng_moments_fields(const eng_subject_t *subject, eng_cells_kind_t cells, const char *prefix, const char *what, eng_statistic_field_t *out);

/** Fields of `incidence`. */
enum { ENG_INCIDENCE_EVENTS, ENG_INCIDENCE_COMPETING, ENG_INCIDENCE_GAINS, ENG_INCIDENCE_LOSSES };

/**
 * 95 % confidence sequence (stats/sequence.h) of the quantile at `level`, from the row of a protocol over all points, or of a number or marker from that of a
 * point, which has a histogram.  Of a time, that of min(time to the event, horizon).  -INFINITY, INFINITY: too few courses.
 */
eng_interval_t eng_quantiles_sequence(const eng_subject_t *subject, const eng_place_t *at, const int64_t *pooled, double level);
eng_interval_t eng_quantiles_sequence_of_point(const eng_subject_t *subject, const eng_place_t *at, const int64_t *own, double level);

/** Of a time at a point, of which events by landmarks are known: the ends are landmarks. */
eng_interval_t eng_incidence_sequence_of_quantile(const eng_subject_t *subject, const eng_place_t *at, const int64_t *own, double level);

/** y, y^2 and n y of a cluster into three wide numbers. */
void eng_cluster_products(int64_t *words, int64_t n, int64_t y);

#endif
