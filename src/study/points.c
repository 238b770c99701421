/**
 * From a study to what the model runs: its specification, and the points of the design as parameter values.
 * Own arithmetic only, so that every machine computes the same points.
 */
#include "study/study.h"

#include "base/fpu.h"
#include "base/math.h"

#include <stdlib.h>
#include <string.h>

eng_model_spec_t
eng_study_model(const eng_study_t *study)
{
    eng_model_spec_t spec = {
        .disease = study->disease,
        .protocols = study->protocols,
        .num_protocols = study->num_protocols,
        .laws = study->laws,
        .dependence = study->laws_dependence.count > 0 ? &study->laws_dependence.copula : NULL,
        .entry = study->entry,
        .run_in = study->run_in_days > 0 ? &study->run_in : NULL,
        .run_in_days = study->run_in_days,
        .patients_common = study->patients_common,
        .courses = study->courses,
        .freeze = study->frozen ? &study->freeze : NULL,
        .horizon = study->horizon,
        .visits = study->visits,
        .trial_care = study->trial_care,
        .reads = study->reads,
        .num_reads = study->num_reads,
        .endpoints = study->endpoints,
        .num_endpoints = study->num_endpoints,
    };

    memcpy(spec.seed, study->seed, sizeof(spec.seed));
    return spec;
}

/* Points of independent coordinates become points of dependent ones. */
static int
correlate(const eng_study_t *study, double *unit)
{
    const eng_copula_t *copula = &study->correlations.copula;
    double *scratch = calloc((size_t)copula->count + 1, sizeof(*scratch));

    if (scratch == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for dependent points");
    }
    for (uint64_t i = 0; i < study->num_points; i++) {
        eng_copula_apply(copula, unit + i * (uint64_t)study->num_uncertain, scratch);
    }
    free(scratch);
    return 0;
}

eng_design_spec_t
eng_study_design_spec(const eng_study_t *study)
{
    eng_design_spec_t spec = {
        .size = study->design_size,
        .dimension = study->num_uncertain,
        .rows = study->design_list,
        .levels = study->design_levels,
        .group = study->design_group,
        .num_groups = study->num_groups,
    };

    memcpy(spec.seed, study->seed, sizeof(spec.seed));
    memcpy(spec.option, study->design_option, sizeof(spec.option));
    return spec;
}

eng_param_row_t
eng_study_uncertain_row(const eng_study_t *study, int j)
{
    const eng_uncertain_t *uncertain = &study->uncertain[j];

    if (uncertain->factor == NULL) {
        return eng_param_at(study->disease, uncertain->param);
    }
    return (eng_param_row_t){ .name = uncertain->factor, .symbol = "", .unit = "1", .nominal = 0.5, .low = 0, .high = 1,
        .prior = uncertain->prior, .source = "", .help = "which copy of this chance a point has" };
}

const char *
eng_study_group_name(const eng_study_t *study, int j)
{
    return study->design_groups != NULL ? study->design_groups[j] : eng_study_uncertain_row(study, j).name;
}

int
eng_study_points_unit(const eng_study_t *study, double *unit)
{
    const eng_design_spec_t spec = eng_study_design_spec(study);
    int ret;

    if (study->design == NULL) {
        return 0; /* one nominal point without a coordinate */
    }
    (void)eng_fpu_use_default();
    ret = study->design->fill(&spec, unit);
    return ret == 0 && study->correlations.count > 0 ? correlate(study, unit) : ret;
}

void
eng_study_point_values(const eng_study_t *study, const double *unit_row, double *values)
{
    (void)eng_fpu_use_default();
    for (int j = 0; j < study->num_uncertain; j++) {
        const eng_uncertain_t *uncertain = &study->uncertain[j];
        const eng_param_row_t row = eng_study_uncertain_row(study, j);

        values[j] = study->design->gives_values
            ? unit_row[j]
            : eng_min(row.high, eng_max(row.low, eng_dist_quantile(&uncertain->prior, unit_row[j])));
    }
}

void
eng_study_common_params(const eng_study_t *study, eng_params_t *params)
{
    eng_params_nominal(study->disease, params);
    for (int j = 0; j < study->num_fixed; j++) {
        eng_params_set(params, study->fixed[j].param, study->fixed[j].value);
    }
}

void
eng_study_set_point(const eng_study_t *study, const double *values, eng_params_t *params)
{
    for (int j = 0; j < study->num_uncertain; j++) {
        const eng_uncertain_t *uncertain = &study->uncertain[j];

        if (uncertain->factor != NULL) {
            params->copy[uncertain->param] = eng_freeze_copy(values[j]);
        } else {
            eng_params_set(params, uncertain->param, values[j]);
        }
    }
}

void
eng_study_point_params(const eng_study_t *study, const double *values, eng_params_t *params)
{
    eng_study_common_params(study, params);
    eng_study_set_point(study, values, params);
}
