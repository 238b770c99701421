/**
 * The common covariates and their general laws: a referred adult, where the disease says nothing better.
 *
 * Draw numbers are written out because they say where in the stream a value lies: they are never reused, and a new
 * row comes last with the next number below 40; diseases number theirs from 40 on.  Rows stand in the order of their
 * draws, so that one pass along the stream draws a patient.  Hard limits are those of the equations, wide enough that
 * a law of this table hardly ever reaches them.
 */
#include "model/covariate.h"

#include "model/disease.h"
#include "model/rates.h"
#include <string.h>

#define NORMAL(mean, sd) { ENG_DIST_NORMAL, { (mean), (sd), 0, 0 } }
#define WITHIN(mean, sd, low, high) { ENG_DIST_TRUNCATED_NORMAL, { (mean), (sd), (low), (high) } }
#define AROUND(median, cv) { ENG_DIST_LOGNORMAL_CV, { (median), (cv), 0, 0 } }
#define COUNT(mean) { ENG_DIST_POISSON, { (mean), 0, 0, 0 } }
#define SHARE(p) { ENG_DIST_BERNOULLI, { (p), 0, 0, 0 } }

static const eng_covariate_row_t common[ENG_NUM_COMMON_COV] = {
    /* index                   name                unit  draw law                     low  high source help */
    [ENG_COV_AGE] = { "age", "y", 0, WITHIN(45, 15, 18, 80), 0, 100, "A", "age at day 0" },
    [ENG_COV_FEMALE] = { "female", "1", 1, SHARE(0.5), 0, 1, "A", "1 for women" },
    [ENG_COV_WEIGHT] = { "weight", "kg", 2, AROUND(72, 0.18), 2, 300, "A",
        "body weight of a man; the model takes 0.87 of it for a woman" },
    [ENG_COV_CMV] = { "cmv", "1", 3, SHARE(0.55), 0, 1, "L", "1 for carriers of cytomegalovirus" },
    [ENG_COV_HCT_CI] = { "hct_ci", "1", 4, COUNT(0.3), 0, 5, "A",
        "comorbidity index at transplant; 5 stands for all above" },
    [ENG_COV_DURATION] = { "duration", "y", 5, WITHIN(5, 4, 0, 40), 0, 80, "A", "years of disease before day 0, since onset (T1D: diagnosis)" },
    [ENG_COV_SEVERITY] = { "severity", "1", 6, AROUND(1, 0.2), 0.001, 50, "A",
        "factor on the autoreactive reservoir at the start" },
    [ENG_COV_PRIOR_LINES] = { "prior_lines", "1", 7, COUNT(1), 0, 20, "A", "lines of therapy before entry" },
    [ENG_COV_THYMIC_FUNCTION] = { "thymic_function", "1", 8, AROUND(1, 0.5), 0.001, 20, "A",
        "thymic export relative to others of the age" },
    [ENG_COV_CLONE_FITNESS] = { "clone_fitness", "1", 9, NORMAL(0, 1), -8, 8, "T",
        "deviation of clone.fitness_after_conditioning, in standard deviations clone.fitness_sd" },
    [ENG_COV_FRAILTY] = { "frailty", "1", 10, AROUND(1, 0.3), 0, 50, "A", "factor on fatality and toxicity" },
    [ENG_COV_CENTRE] = { "centre", "1", 11, AROUND(1, 0.3), 0, 50, "A",
        "factor of the centre on fatality and toxicity" },
    [ENG_COV_CHEMOSENSITIVITY] = { "chemosensitivity", "1", 12, AROUND(1, 0.10), 0, 2, "A",
        "factor on all log kills of conditioning" },
    [ENG_COV_MARROW_FEEDBACK] = { "marrow_feedback", "1", 13, AROUND(1, 0.045), 0.5, 2, "T",
        "factor on the caps of neutrophil and platelet feedback" },
    [ENG_COV_T_CELL_GROWTH] = { "t_cell_growth", "1", 14, AROUND(1, 0.3), 0, 5, "T",
        "factor on the homeostatic growth of T cells" },
    [ENG_COV_ATG_EXPOSURE] = { "atg_exposure", "1", 15, AROUND(1, 0.25), 0, 50, "A",
        "exposure to T-cell antibodies at equal dose" },
    [ENG_COV_T_DOSE] = { "t_dose", "1", 16, AROUND(1, 0.5), 0, 100, "A", "factor on the T cells of a graft" },
    [ENG_COV_ACTIVATION] = { "activation", "1", 17, AROUND(1, 0.3), 0, 50, "A",
        "factor on trigger.activation" },
    [ENG_COV_HOMING] = { "homing", "1", 18, AROUND(1, 0.4), 0, 50, "T", "factor on what a graft seeds" },
    [ENG_COV_COOPERATION] = { "cooperation", "1", 19, NORMAL(0, 1), -8, 8, "T",
        "deviation of log effector.cooperation, in standard deviations effector.cooperation_spread" },
    [ENG_COV_YEAR] = { "year", "1", 20, { ENG_DIST_FIXED, { ENG_HAZARD_YEAR } }, 1970, 2100, "A",
        "calendar year of treatment: toxicity of conditioning falls with it" },
    [ENG_COV_ORGAN_SCORE] = { "organ_score", "1", 21, { ENG_DIST_FIXED, { 0 } }, 0, 3, "A",
        "damage of the heart before treatment, 0 none to 3 severe; screening for it halves it: toxicity of cyclophosphamide" },
};

int
eng_covariate_count(const eng_disease_t *disease)
{
    return ENG_NUM_COMMON_COV + disease->num_covariates;
}

eng_covariate_row_t
eng_covariate_at(const eng_disease_t *disease, int j)
{
    eng_covariate_row_t row;
    int k;

    if (j >= ENG_NUM_COMMON_COV) {
        return disease->covariates[j - ENG_NUM_COMMON_COV];
    }
    row = common[j];
    for (k = 0; k < disease->num_law_overrides; k++) {
        if ((int)disease->law_overrides[k].covariate == j) {
            row.law = disease->law_overrides[k].law;
        }
    }
    return row;
}

int
eng_covariate_find(const eng_disease_t *disease, const char *name)
{
    int j;

    for (j = 0; j < ENG_NUM_COMMON_COV; j++) {
        if (strcmp(common[j].name, name) == 0) {
            return j;
        }
    }
    for (j = 0; j < disease->num_covariates; j++) {
        if (strcmp(disease->covariates[j].name, name) == 0) {
            return ENG_NUM_COMMON_COV + j;
        }
    }
    return -1;
}
