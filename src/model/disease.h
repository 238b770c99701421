/**
 * A disease is one file (src/model/lanes/disease_<name>.c) that fills one const table, and one line in
 * catalogue.h.  Nothing else in the program names it.
 */
#ifndef ENG_MODEL_DISEASE_H
#define ENG_MODEL_DISEASE_H

#include "model/covariate.h"
#include "model/outcome.h"
#include "model/param.h"

typedef struct {
    const char *param; /* a core row */
    double nominal;
    eng_dist_t prior;
} eng_param_override_t;

typedef struct {
    eng_covariate_t covariate; /* a common row */
    eng_dist_t law;
} eng_law_override_t;

typedef struct eng_disease {
    const char *name; /* "ms" */
    const char *help;
    const eng_param_row_t *params;
    int num_params; /* <= ENG_MAX_DISEASE_PARAMS */
    const eng_param_override_t *param_overrides;
    int num_param_overrides;
    const eng_covariate_row_t *covariates;
    int num_covariates;
    const eng_law_override_t *law_overrides;
    int num_law_overrides;
    const eng_outcome_row_t *outcomes;
    int num_outcomes;
    eng_marker_row_t score; /* the disease's score, marker ENG_MARKER_SCORE */
    unsigned when_events;   /* base events that a `when` rule may name */
    const void *lanes;      /* eng_disease_lanes_t: what the step loop calls (model/lanes/lanes.h) */
} eng_disease_t;

int eng_disease_count(void);
const eng_disease_t *eng_disease_at(int j);              /* NULL outside 0 <= j < count */
const eng_disease_t *eng_disease_find(const char *name); /* NULL if unknown */

#endif
