/**
 * Covariates: everything that differs between patients, from age to the homing of their stem cells.  A covariate is
 * a row with a default law; a study may replace the law.  Row j is draw number `draw` of tick 0 in the covariates
 * channel: draw numbers are never reused.
 */
#ifndef ENG_MODEL_COVARIATE_H
#define ENG_MODEL_COVARIATE_H

#include "base/dist.h"

struct eng_disease;

/* Common rows, in order; the enum is their index in every table of covariates. */
typedef enum {
    ENG_COV_AGE, ENG_COV_FEMALE, ENG_COV_WEIGHT, ENG_COV_CMV, ENG_COV_HCT_CI, ENG_COV_DURATION, ENG_COV_SEVERITY,
    ENG_COV_PRIOR_LINES, ENG_COV_THYMIC_FUNCTION, ENG_COV_CLONE_FITNESS, ENG_COV_FRAILTY, ENG_COV_CENTRE,
    ENG_COV_CHEMOSENSITIVITY, ENG_COV_MARROW_FEEDBACK, ENG_COV_T_CELL_GROWTH, ENG_COV_ATG_EXPOSURE, ENG_COV_T_DOSE,
    ENG_COV_ACTIVATION, ENG_COV_HOMING, ENG_COV_COOPERATION, ENG_COV_YEAR, ENG_COV_ORGAN_SCORE,
    ENG_NUM_COMMON_COV
} eng_covariate_t;

#define ENG_MAX_COVARIATES 48

typedef struct {
    const char *name, *unit;
    int draw;
    eng_dist_t law;
    double low, high; /* hard limits; a law that leaves them is clipped there */
    const char *source, *help;
} eng_covariate_row_t;

/** Rows of a disease: the common ones (laws of the disease where it has them), then its own. */
int eng_covariate_count(const struct eng_disease *disease);
eng_covariate_row_t eng_covariate_at(const struct eng_disease *disease, int j);
int eng_covariate_find(const struct eng_disease *disease, const char *name);

#endif
