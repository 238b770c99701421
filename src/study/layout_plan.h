/**
 * Which subjects a study has, and where the words of their statistics stand: shared by layout*.c and summary.c, of no interest to
 * others.  What those words are only the statistics know (stats/statistic.h).
 */
#ifndef ENG_STUDY_LAYOUT_PLAN_H
#define ENG_STUDY_LAYOUT_PLAN_H

#include "stats/statistic.h"
#include "study/layout.h"

/** An outcome, or a marker of the trajectories, with the statistics that are kept of it, of all patients or of each part of them. */
typedef struct {
    eng_subject_t subject;
    const eng_outcome_row_t *row; /* borrowed; NULL: a trajectory */
    int source;                   /* number or marker */
    int *read;                    /* owned, but of parts: index in study->reads of each reading; NULL of times and numbers */
    const eng_statistic_t *statistics[ENG_NUM_STATISTICS];
    int num_statistics;
    int num_parts;                /* 1, or those of the partition */
    size_t part_words;            /* cluster words of one part, or of pairs with another protocol; none of them in the layout's */
    int partition;                /* index in study->partitions; -1: all patients */
    int against;                  /* all pairs: the protocol with which pairs are made, and only these are summed; -1: the study's reference */
    eng_place_t *places;          /* owned: [num_parts][num_statistics][num_readings] */
} eng_subject_plan_t;

struct eng_layout_plan {
    int32_t horizon_tick;
    int32_t num_event_days;      /* 0 .. ceil(horizon), and one for neither by the horizon */
    int num_landmarks;
    int read_rows;   /* of a reading: the markers of the disease, and what endpoints need noted */
    int32_t *landmark;           /* owned; ticks, rising */
    size_t courses, failures;    /* point words */
    size_t deaths;               /* pooled words: [cause without none][landmark] */
    bool paired;                 /* pairs with the reference are summed */
    /* owned: outcomes of the study, in its order, then its trajectories, then outcomes in parts, then outcomes against each other protocol */
    eng_subject_plan_t *subjects;
    int num_subjects, num_whole, first_pairs; /* all; those of all patients; where pairs with other protocols begin */
};

/** Of statistic s at reading r, in a part. */
static inline const eng_place_t *
eng_place_in(const eng_subject_plan_t *plan, int part, int s, int r)
{
    return &plan->places[(part * plan->num_statistics + s) * plan->subject.num_readings + r];
}

static inline const eng_place_t *
eng_place_of(const eng_subject_plan_t *plan, int s, int r)
{
    return eng_place_in(plan, 0, s, r);
}

/* --- layout_cluster.c ------------------------------------------------------------------------------------------- */

/** Add one protocol's row of a point to the part_words of a part, or of pairs with another protocol. */
void eng_layout_cluster_part(const eng_subject_plan_t *plan, int part, const int64_t *row, int64_t *words);

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

/** A scale of bins named `name`. */
void eng_layout_bins_scale(eng_layout_builder_t *builder, const char *name, const eng_bins_t *bins, const char *unit,
    const char *what);

/* --- layout_subject.c --------------------------------------------------------------------------------------------- */

/** What the subjects of the study are, with their own scales. */
void eng_layout_make_subjects(eng_layout_builder_t *builder);

/* --- layout_statistic.c ------------------------------------------------------------------------------------------- */

/** Words for the statistics of a subject. */
void eng_layout_keep(eng_layout_builder_t *builder, eng_subject_plan_t *plan);

#endif
