/**
 * A study: everything that one study file describes, read, checked and in canonical units.  The one place that
 * joins text, model, design and statistics.  Serial; needs neither MPI nor HDF5.
 */
#ifndef ENG_STUDY_STUDY_H
#define ENG_STUDY_STUDY_H

#include "base/copula.h"
#include "design/design.h"
#include "model/freeze.h"
#include "model/runner.h"
#include "study/partition.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ENG_MAX_COMPLAINTS 100

/** One complaint about a study: `file:line:column: text` is what a person sees. */
typedef struct {
    int line, column; /* 1-based; 0: the file as a whole */
    bool error;       /* false: a note of `engraft check` */
    char *text;       /* owned; one line; what is wrong, and what would be right */
} eng_complaint_t;

typedef struct {
    int param;        /* index in the disease's parameter table; of a factor its place among factors */
    eng_dist_t prior; /* clipped to the row's bounds when drawn */
    const char *factor; /* name of the chance that this coordinate picks (model/freeze.h); NULL: it is a parameter */
} eng_uncertain_t;

/** A parameter that is held at a value of the study's own: no dimension of the design. */
typedef struct {
    int param;
    double value; /* in the row's unit, within its bounds */
} eng_fixed_t;

/** A member of a family of protocols: what it has of what varies, "dose 7.5 mg/kg". */
typedef struct {
    int protocol;
    char *text; /* owned */
} eng_member_t;

/** One requested outcome. */
typedef struct {
    const eng_outcome_row_t *row;
    double *at;      /* owned, rising, days: landmarks of a TIME, reading days of a MARKER; NULL for NUMBER */
    int num_at;
    int histogram;   /* per-point histogram bins asked for, 0 none */
    char per_year[48]; /* of a MARKER: its unit, per year */
} eng_outcome_request_t;

typedef struct {
    int *markers; /* owned; eng_marker_t */
    int num_markers;
    double *days; /* owned, rising: 0, every, 2 every ... <= horizon, and those of `also` */
    int num_days;
    double *also; /* owned, rising: further days that the study names with `at` */
    int num_also;
    bool points;  /* also per point */
    double every; /* days */
} eng_trajectories_t;

/** Which of some numbers depend on one another. */
typedef struct {
    eng_correlation_t *pairs; /* owned: as the study names them */
    int count;
    eng_copula_t copula;      /* owned */
} eng_correlations_t;

/** How well a study wants to know something before it stops adding patients. */
typedef struct {
    bool asked;
    int outcome, reading; /* place in study->outcomes; of a marker, which of its reading days */
    double at;            /* day; NaN of a number */
    double half_width;    /* of the 95 % confidence sequence, in the outcome's unit or as a share */
    double quantile;      /* 0.1, 0.5 or 0.9; 0: the probability or the mean */
    bool difference;      /* from the reference in the same patients */
    bool by_point;        /* each point for itself */
    uint64_t least;       /* patients, at least (cohort.patients); study->patients are the most */
} eng_precision_t;

/** A file that the study names, read when the study was. */
typedef struct {
    char *name, *text; /* owned; text ends with a NUL */
    size_t length;
} eng_attachment_t;

typedef struct {
    char *path;             /* as given, or "<result file>" */
    char *text;             /* owned: the original bytes, then those of the files that it names (study_files.c) */
    size_t text_length;
    char name[ENG_MAX_NAME + 1];
    uint32_t seed[4];       /* little-endian words */
    double horizon, visits; /* days */
    double trial_care;      /* 0 to 1; of diseases that have such */
    const eng_disease_t *disease;
    uint64_t patients;      /* per point and protocol; with precision at most */
    eng_precision_t precision;
    eng_dist_t *laws;       /* owned: one per covariate of the disease */
    eng_correlations_t laws_dependence; /* of covariates, by their rows */
    bool patients_common;
    int courses;            /* of each person: 2: neighbouring patients, of an even and the next number, are one person who lives twice; else 1 */
    eng_entry_t entry;
    eng_protocol_t run_in;  /* owned: what all protocols begin with; its actions are also the first of each */
    double run_in_days;     /* 0: none */
    eng_protocol_t *protocols; /* owned, families expanded */
    int num_protocols;
    eng_member_t *members;     /* owned, by rising protocol */
    int num_members;
    int reference;          /* index of the protocol that others are compared with */
    bool all_pairs;
    bool compared;          /* the study has the key `compare` */
    bool lean;              /* weight: only what the study asks for: no landmarks, contrasts and records that it does not name */
    eng_uncertain_t *uncertain; /* owned, in the order of the study */
    int num_uncertain;
    eng_freeze_t freeze;    /* channels that are held or factors */
    bool frozen;            /* there are such */
    int num_factors;        /* among the uncertain: their last */
    eng_correlations_t correlations; /* of uncertain parameters, by their place */
    const eng_design_kind_t *design; /* NULL: one nominal point */
    uint64_t design_size;   /* what the design's size_key counts: points, levels, base rows, trajectories, rows of a list */
    double design_option[ENG_DESIGN_MAX_OPTIONS]; /* of its options */
    double *design_list;    /* owned: [num_points][num_uncertain] values of a list design */
    char **design_ids;      /* owned: [num_points] of a list from a file that has ids; NULL: none */
    bool design_from_file;  /* the list stands in a file */
    uint32_t *design_levels; /* owned: [num_uncertain] of a factorial design; NULL */
    int *design_group;      /* owned: [num_uncertain] group of each; NULL: each is one of its own */
    char (*design_groups)[ENG_MAX_NAME + 1]; /* owned: names of groups; NULL likewise */
    int num_groups;         /* num_uncertain, where each is one of its own */
    uint64_t num_points;
    eng_endpoint_t *endpoints; /* owned: of its own, in its order */
    int num_endpoints;
    eng_outcome_request_t *outcomes; /* owned */
    int num_outcomes;
    uint32_t estimates;     /* bit ENG_STATISTIC_<name>: of those that are kept by name only, which were asked for */
    eng_partition_t partitions[ENG_MAX_PARTITIONS]; /* batches first */
    int num_partitions;
    eng_trajectories_t trajectories;
    double *reads;          /* owned: union of all reading days, rising: what the model is told */
    int num_reads;
    uint64_t records;       /* (point, patient) pairs whose courses are kept as columns */
    double max_failures;    /* share of courses */
    uint64_t max_bytes;     /* price cap of the result file; default 1e9 */
    char *canonical;        /* owned: canonical parsed form, YAML, one value per line */
    char identity[33], extent[33]; /* XXH3-128 in hex: docs/FILE_FORMAT.md */
    eng_complaint_t *complaints; /* owned; errors first, each by position; at most ENG_MAX_COMPLAINTS and "... and N more" */
    int num_complaints, num_errors;
    eng_attachment_t *attachments; /* owned */
    int num_attachments;
    eng_dist_table_t **tables; /* owned: of the laws and priors that have one */
    int num_tables;
    eng_fixed_t *fixed;     /* owned: parameters that the study sets to one value at all points */
    int num_fixed;
} eng_study_t;

/**
 * Read and check a study.  All mistakes are collected in study->complaints, also when the result is ENG_ERR_STUDY
 * (then only path, text and complaints may be used).  ENG_ERR_READ: no such file, too large, not a file.
 * eng_study_free is legal whatever happens.
 */
int eng_study_load(eng_study_t *study, const char *path);
/**
 * Likewise; `import` reads points of HDF5 files as comma-separated text with names, owned by the caller: of a result ("" for
 * dataset), or of a dataset of another file.  NULL: a study that names such a file is refused.
 */
typedef int (*eng_import_t)(const char *path, const char *dataset, char **text);
int eng_study_load_importing(eng_study_t *study, const char *path, eng_import_t import);
int eng_study_parse(eng_study_t *study, const char *path, const char *text, size_t length);
void eng_study_free(eng_study_t *study);
/** One line per complaint to `out`: "path:line:column: text". */
void eng_study_complain(const eng_study_t *study, FILE *out, bool errors_only);

/** What the model needs of it (borrows from the study). */
eng_model_spec_t eng_study_model(const eng_study_t *study);

/**
 * Points of the design: unit cube [num_points][num_uncertain] (row-major; a list design gives the values themselves),
 * values in the parameters' units, and full parameter vectors.  Pure functions of the study; rank 0 calls them and
 * broadcasts.
 */
/** What the design is told; borrows from the study. */
eng_design_spec_t eng_study_design_spec(const eng_study_t *study);
/** Row of what is uncertain, 0 <= j < study->num_uncertain: of a factor one with its name, 0 to 1. */
eng_param_row_t eng_study_uncertain_row(const eng_study_t *study, int j);
/** Name of a group of parameters, 0 <= j < study->num_groups: a parameter's, where it is one of its own. */
const char *eng_study_group_name(const eng_study_t *study, int j);
int eng_study_points_unit(const eng_study_t *study, double *unit);
void eng_study_point_values(const eng_study_t *study, const double *unit_row, double *values);
void eng_study_point_params(const eng_study_t *study, const double *values, eng_params_t *params);
/**
 * The two halves of it, for whoever needs many points: what all points have in common (nominal values, and those that the study
 * holds at one of its own), made once; and what one point changes in a copy of it.
 */
void eng_study_common_params(const eng_study_t *study, eng_params_t *params);
void eng_study_set_point(const eng_study_t *study, const double *values, eng_params_t *params);

#endif
