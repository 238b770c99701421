/**
 * Between the command `sensitivity` and the three ways in which it makes its tables.
 */
#ifndef ENG_CLI_SENSITIVITY_H
#define ENG_CLI_SENSITIVITY_H

#include "cli/choice.h"
#include "cli/response.h"
#include "stats/sobol_indices.h"

typedef enum { ENG_METHOD_SOBOL, ENG_METHOD_MORRIS, ENG_METHOD_RANK } eng_sensitivity_method_t;

typedef struct {
    eng_source_t source;
    eng_choice_t choice; /* of protocols */
    int outcome;         /* -1: one number of each */
    bool difference, second;
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

#endif
