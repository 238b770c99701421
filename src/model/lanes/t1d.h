/**
 * Rows, parameters and markers of type 1 diabetes, which disease_t1d.c explains.
 */
#ifndef ENG_MODEL_LANES_T1D_H
#define ENG_MODEL_LANES_T1D_H

#include "model/lanes/step.h"

#define T1D_STATE_LIST(X)                                               \
    X(beta, "1", "beta cells, relative to health")                      \
    X(function, "1", "phi, function of the beta cells that are left")   \
    X(escape, "1", "v, escape of effectors from drugs")                 \
    X(independent, "1", "1 while independent of insulin")

typedef struct {
#define T1D_FIELD(name, unit, help) eng_row_t name;
    T1D_STATE_LIST(T1D_FIELD)
    eng_row_t begun, diagnosed, drugged; /* 1 from the first day on; from the diagnosis on; while a drug acts on effectors */
    eng_row_t left_hypoglycaemia;        /* Exp(1) left to the first severe one */
    eng_row_t next_judged;               /* day on which independence is judged next */
    eng_row_t secreted;                  /* C at the row's end: of native beta cells and of those that were given */
    eng_row_t t_independence, t_resumed, t_hypoglycaemia, t_diagnosis;
    /* of a patient at a point */
    eng_row_t begins;                          /* day */
    eng_row_t effector_at, treg_at;            /* X and Ra on that day */
    eng_row_t per_effector;                    /* 1 / X_n */
    eng_row_t regrowth, regrowth_inhibition, attack; /* g, per j, k a */
    eng_row_t function_rate, function_inhibition;
    eng_row_t antigen_half, per_repriming_beta, antibody_kill, globulin, per_globulin_most;
    eng_row_t escape_rate, escape_return;
    eng_row_t c_peptide, peak;                 /* C at full health; peak per C */
    eng_row_t graft_function;                  /* of beta cells that were given */
    eng_row_t peak_lost, diagnosis_at;         /* peak of progression; C of diagnosis */
    eng_row_t independent_above, resumed_below; /* C */
    eng_row_t judged_every;                    /* d */
    eng_row_t dose, dose_spared;               /* U/kg/d without C-peptide; less per C */
    eng_row_t hba1c_normal, hba1c_rise, hba1c_steep;
    eng_row_t c_peptide_noise, hba1c_noise;    /* sd of a visit: relative; % */
    eng_row_t hypoglycaemia, hypoglycaemia_spared; /* 1/d without C-peptide; 1 / C without any */
} t1d_t;

typedef enum {
    T1D_REGROWTH, T1D_REGROWTH_INHIBITION, T1D_ATTACK, T1D_ATTACK_AGE, T1D_REFERENCE_AGE, T1D_FUNCTION_TIME,
    T1D_FUNCTION_INHIBITION, T1D_FUNCTION_START, T1D_BETA_START, T1D_BETA_AGE, T1D_BETA_MOST, T1D_DKA, T1D_BETA_AT_RISK,
    T1D_RESERVOIR_AT_RISK, T1D_REPRIMING_BETA, T1D_ANTIGEN_HALF, T1D_ANTIBODY_KILL, T1D_GLOBULIN, T1D_GLOBULIN_MOST, T1D_ESCAPE_TIME,
    T1D_ESCAPE_RETURN, T1D_C_PEPTIDE, T1D_PEAK, T1D_PEAK_LOST, T1D_DIAGNOSIS, T1D_INDEPENDENCE, T1D_RESUMPTION, T1D_DOSE,
    T1D_DOSE_SPARED, T1D_HBA1C, T1D_HBA1C_RISE, T1D_HBA1C_STEEP, T1D_C_PEPTIDE_NOISE, T1D_HBA1C_NOISE, T1D_HYPOGLYCAEMIA, T1D_HYPOGLYCAEMIA_C, T1D_JUDGED_FROM, T1D_JUDGED_EVERY, T1D_NUM_PARAMS
} t1d_param_t;

enum { T1D_STAGE = ENG_NUM_COMMON_COV, T1D_DKA_AT_DIAGNOSIS, T1D_ATTACK_RELATIVE, T1D_BETA_RELATIVE, T1D_NEED_RELATIVE };
enum { C_PEPTIDE, BETA_MASS, INSULIN_DOSE, HBA1C, C_PEPTIDE_REPORTED, HBA1C_REPORTED }; /* markers, in the order of their table */
enum { T1D_SCORE_C_PEPTIDE, T1D_SCORE_HBA1C }; /* what visits measure amiss */

#endif
