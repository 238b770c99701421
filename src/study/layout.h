/**
 * The accumulators of a study: which integer words it keeps, where they stand, and what they mean.  Every
 * accumulator is a sum of int64 words over courses, so any order, grouping, merge or extension gives the same bits.
 * A value is a whole number of steps within +-(2^22 - 1) (stats/moments.h); its square is kept in two words, the low 22
 * bits and the rest, each summed on its own, so that combining is plain addition of words everywhere.  No word
 * overflows before 2^40 courses or 2^39 pairs, at one point or pooled over all.
 *
 * Three arrays:
 *   point   [num_protocols][point_words]   per point: n, failures by reason, per-outcome sums, and sums paired with the reference
 *   pooled  [num_protocols][pooled_words]  over all points: event days by cause, fine histograms, trajectory bands
 *   cluster [num_protocols][cluster_words] over all points, made from finished point words: what pooled intervals need
 * Fields describe the words; the store writes one dataset per field and reads it back, without knowing any statistic.
 */
#ifndef ENG_STUDY_LAYOUT_H
#define ENG_STUDY_LAYOUT_H

#include "stats/loops.h"
#include "study/study.h"

#define ENG_MAX_FIELD_DIMS 2

typedef struct {
    char group[160];     /* "/outcomes/relapse", "/paired/relapse", "/trajectories/anc" */
    char dataset[48];    /* "event_count" */
    char unit[24];       /* "1" for counts */
    char long_name[160];
    bool extra;          /* results of earlier versions may not have it */
    size_t offset;       /* first word within the (point, protocol) or (protocol) row */
    int num_dims;        /* further dimensions behind (point, protocol) or (protocol) */
    char dim[ENG_MAX_FIELD_DIMS][64]; /* names of root scales, e.g. "landmark" */
    size_t size[ENG_MAX_FIELD_DIMS];
} eng_field_t;

/** A root dimension scale that the fields refer to. */
typedef struct {
    char name[64];      /* "landmark", "day", "read_edss", "bin_edss", "event_day", "outcome_cause", "failure" ... */
    char unit[24];      /* "d", "1", "" for text */
    char long_name[160];
    size_t size;
    double *value;      /* owned; NULL for text */
    const char **text;  /* owned array of borrowed static strings; NULL for numbers */
} eng_scale_t;

typedef struct {
    const eng_study_t *study; /* borrowed */
    size_t point_words, pooled_words, cluster_words;
    eng_field_t *point_fields, *pooled_fields; /* owned */
    int num_point_fields, num_pooled_fields;
    eng_scale_t *scales; /* owned */
    int num_scales;
    const eng_loops_t *loops; /* of the width that courses run in */
    struct eng_layout_plan *plan; /* owned: where each outcome's words stand; layout.c only */
} eng_layout_t;

int eng_layout_create(eng_layout_t *layout, const eng_study_t *study);
void eng_layout_free(eng_layout_t *layout);

/**
 * Add courses of one point: lanes first .. first + count - 1 of results[protocol], the same patients under all protocols.  A patient who failed under
 * any protocol is left out of the paired sums; a course that failed counts in `failures` of its protocol only.
 * `parts`: of every lane of the tile; may be NULL where the study has no partitions.  `pooled` may be NULL (screening of costs).
 * No allocation.
 */
void eng_layout_add(const eng_layout_t *layout, const eng_results_t *results, int first, int count, const eng_parts_t *parts,
    int64_t *point, int64_t *pooled);

/** Add one finished point's words to the cluster sums: each is a 128-bit number in four words (limbs of 31, 31, 31 and 35
 *  bits, stats/cluster.h), which 2^32 points can be added to. */
void eng_layout_cluster(const eng_layout_t *layout, const int64_t *point, int64_t *cluster);

/**
 * Can these be sums over at most so many courses?  A course adds less than 2^24 to a word; what is read from a file is refused where
 * it says more, so that no sum behind it overflows.  `what` begins the message.  ENG_ERR_FORMAT.
 */
int eng_layout_check_words(const int64_t *words, size_t count, uint64_t courses, const char *what);
/** to[k] += from[k], wrapping around: numbers of damaged files are checked when all are there. */
void eng_layout_add_words(int64_t *to, const int64_t *from, size_t count);

/** Courses (n + failed) and failed courses of one protocol's point row. */
int64_t eng_layout_courses(const eng_layout_t *layout, const int64_t *row);
int64_t eng_layout_failed(const eng_layout_t *layout, const int64_t *row, int reason);

#endif
