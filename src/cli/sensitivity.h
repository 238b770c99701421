/**
 * Between the command `sensitivity` and the three ways in which it makes its tables.
 */
#ifndef ENG_CLI_SENSITIVITY_H
#define ENG_CLI_SENSITIVITY_H

#include "cli/choice.h"
#include "cli/response.h"
#include "stats/sobol_indices.h"

typedef enum { ENG_METHOD_SOBOL, ENG_METHOD_MORRIS, ENG_METHOD_RANK } eng_sensitivity_method_t;
/* What is asked of the points: the indices of their design, or another look at them. */
#define ENG_LOOK_WORDS "indices|distribution|regional|shapley"
typedef enum { ENG_LOOK_INDICES, ENG_LOOK_DISTRIBUTION, ENG_LOOK_REGIONAL, ENG_LOOK_SHAPLEY } eng_sensitivity_look_t;

typedef struct {
    eng_source_t source;
    eng_choice_t choice; /* of protocols */
    int outcome;         /* -1: one number of each */
    int trajectory;      /* marker whose trajectory is looked at instead; -1: outcomes */
    bool difference, second, convergence;
    int look;            /* eng_sensitivity_look_t */
    int estimator;
    eng_sensitivity_method_t method;
    int groups;
    double *unit, *values;      /* owned: the design */
    eng_design_role_t *roles;   /* owned: of points; NULL of ENG_METHOD_RANK */
    FILE *csv;
} eng_sensitivity_t;

/** What a table is about. */
typedef struct {
    const char *label;
    int protocol;
} eng_sensitivity_subject_t;

/** One table, and its rows of the CSV. */
int eng_sensitivity_sobol(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series);
int eng_sensitivity_morris(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series);
int eng_sensitivity_ranks(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series);

/* --- sensitivity_more.c ------------------------------------------------------------------------------------------ */

/** One table of another look at a random design. */
int eng_sensitivity_regional(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series);
int eng_sensitivity_shapley(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series);
/** Indices of the whole distribution of an outcome: of a time at its landmarks, of others by their histograms of points. */
int eng_sensitivity_distribution(const eng_sensitivity_t *self, const eng_response_t *response, int protocol);

/* --- sensitivity_tables.c, for both: ------------------------------------------------------------------------------ */

/** Cells 1 and on of group g. */
typedef void (*eng_sensitivity_cells_t)(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g);
/** Groups by falling key. */
int eng_sensitivity_table(const eng_sensitivity_t *self, const char *const *head, int columns, eng_sensitivity_cells_t cells, const void *rows,
    const double *key);
void eng_sensitivity_heading(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series, const eng_sobol_spread_t *spread);
void eng_sensitivity_csv(const eng_sensitivity_t *self, const eng_sensitivity_subject_t *of, const char *group, const char *index,
    const char *estimator, const eng_index_t *row, const char *verdict);
/** Of indices of a response whose variance is told from noise, or not. */
const char *eng_sensitivity_verdict(const eng_index_t *index, const eng_sobol_spread_t *spread);
#define ENG_NOTHING_SHOWS "no effect of parameters can be told from noise: there are no indices\n"
#define ENG_RESAMPLES 400
void eng_sensitivity_format(char text[ENG_CELL_SIZE], const eng_index_t *index);

/* --- sensitivity_trace.c: of --convergence -------------------------------------------------------------------------- */

typedef struct {
    double *at[3]; /* owned: [groups] from a quarter, a half and all of the rows */
    const char *what;
} eng_trace_t;

/** ENG_ERR_NO_MEMORY; free is owed whatever happens. */
int eng_trace_make(const eng_sensitivity_t *self, eng_trace_t *trace, const char *what);
int eng_trace_print(const eng_sensitivity_t *self, const eng_trace_t *trace);
void eng_trace_free(eng_trace_t *trace);

#endif
