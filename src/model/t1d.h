/**
 * Rows, parameters and markers of type 1 diabetes, which lanes/disease_t1d.c explains.
 */
#ifndef ENG_MODEL_T1D_H
#define ENG_MODEL_T1D_H

#include "model/disease.h"

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
    eng_row_t repaired, regrowth, regrowth_inhibition, attack; /* g, per j, k a */
    eng_row_t attack_half, attack_least;       /* h: beta cells below which the attack on each is less fierce; m h */
    eng_row_t function_rate, function_inhibition;
    eng_row_t antigen_half, per_repriming_beta, antibody_kill, globulin, per_globulin_most;
    eng_row_t escape_rate, escape_return;
    eng_row_t c_peptide;                       /* C at full health */
    eng_row_t graft_function;                  /* of beta cells that were given */
    eng_row_t lost_below, diagnosis_at;        /* C of progression; of diagnosis */
    eng_row_t independent_above, resumed_below; /* C */
    eng_row_t judged_every;                    /* d */
    eng_row_t dose, dose_spared;               /* U/kg/d without C-peptide; less per C */
    eng_row_t need_spared;                     /* share of the dose spared per C */
    eng_row_t hba1c_normal, hba1c_rise, hba1c_steep;
    eng_row_t c_peptide_noise, hba1c_noise;    /* sd of a visit: relative; % */
    eng_row_t hypoglycaemia, hypoglycaemia_spared; /* 1/d without C-peptide; 1 / C without any */
} t1d_t;

typedef enum {
    T1D_REGROWTH, T1D_REGROWTH_INHIBITION, T1D_ATTACK, T1D_ATTACK_AGE, T1D_ATTACK_HALF, T1D_ATTACK_LEAST, T1D_REFERENCE_AGE, T1D_FUNCTION_TIME,
    T1D_FUNCTION_INHIBITION, T1D_FUNCTION_START, T1D_BETA_START, T1D_BETA_AGE, T1D_BETA_MOST, T1D_DKA, T1D_BETA_AT_RISK,
    T1D_RESERVOIR_AT_RISK, T1D_RESERVOIR_STAGE_1,
    T1D_REPRIMING_BETA, T1D_ANTIGEN_HALF, T1D_ANTIBODY_KILL, T1D_GLOBULIN, T1D_GLOBULIN_MOST, T1D_ESCAPE_TIME,
    T1D_ESCAPE_RETURN, T1D_C_PEPTIDE, T1D_PEAK, T1D_PEAK_LOST, T1D_DIAGNOSIS, T1D_INDEPENDENCE, T1D_NEED_CHILD, T1D_PUBERTY, T1D_PUBERTY_TIME, T1D_RESUMPTION, T1D_DOSE,
    T1D_DOSE_SPARED, T1D_HBA1C, T1D_HBA1C_RISE, T1D_HBA1C_STEEP, T1D_C_PEPTIDE_NOISE, T1D_HBA1C_NOISE, T1D_HYPOGLYCAEMIA, T1D_HYPOGLYCAEMIA_C, T1D_JUDGED_FROM, T1D_JUDGED_EVERY, T1D_REPAIRED, T1D_NUM_PARAMS
} t1d_param_t;

#define T1D_PARAM_ROWS \
    [T1D_REGROWTH] = { "t1d.regrowth_rate", "g", "1/d", 0.00021, 0, 0.005, ENG_LN(0.00021, 0.3), "T", "regrowth of beta cells, none left, no attack" }, \
    [T1D_REGROWTH_INHIBITION] = { "t1d.regrowth_inhibition", "", "1", 5, 0, 50, ENG_LN(5, 0.3), "A", "its inhibition per j" }, \
    [T1D_ATTACK] = { "t1d.attack_rate", "k", "1/d", 0.0022, 0, 0.01, ENG_LN(0.0022, 0.3), "T", "loss of beta cells at j = 1, 16 years" }, \
    [T1D_ATTACK_AGE] = { "t1d.attack_age", "", "1/y", 0.005, -0.1, 0.1, ENG_LN(0.005, 0.3), "T", "its fall with age" }, \
    [T1D_ATTACK_HALF] = { "t1d.attack_half", "h", "1", 0.2, 1e-4, 1, ENG_LN(0.2, 0.5), "T Davis 2015", "beta cells at which the attack on each has lost half of what it may lose: few are hard to find" }, \
    [T1D_ATTACK_LEAST] = { "t1d.attack_least", "m", "1", 0.42, 0, 1, ENG_UNI(0.2, 0.6), "T Davis 2015", "of the attack on each that is left when few are left" }, \
    [T1D_REFERENCE_AGE] = { "t1d.reference_age", "", "y", 16, 0, 60, ENG_UNI(14, 18), "A", "age of which attack and beta cells are stated" }, \
    [T1D_FUNCTION_TIME] = { "t1d.function_time", "", "d", 45, 2, 500, ENG_LN(45, 0.3), "T", "time in which function follows j" }, \
    [T1D_FUNCTION_INHIBITION] = { "t1d.function_inhibition", "", "1", 0.95, 0, 10, ENG_LN(0.95, 0.3), "T", "inhibition of function per j" }, \
    [T1D_FUNCTION_START] = { "t1d.function_at_diagnosis", "phi_0", "1", 0.45, 0.01, 1, ENG_UNI(0.3, 0.6), "T", "function at diagnosis" }, \
    [T1D_BETA_START] = { "t1d.beta_mass_at_diagnosis", "beta_0", "1", 0.47, 0.01, 0.95, ENG_UNI(0.3, 0.6), "T", "beta cells at diagnosis, 16 years, median" }, \
    [T1D_BETA_AGE] = { "t1d.beta_mass_age", "", "1/y", 0.057, -0.2, 0.2, ENG_LN(0.057, 0.3), "T", "their rise with age" }, \
    [T1D_BETA_MOST] = { "t1d.beta_mass_most", "", "1", 0.95, 0.5, 1, ENG_UNI(0.9, 1), "A", "most of them at the start" }, \
    [T1D_DKA] = { "t1d.ketoacidosis_factor", "", "1", 0.54, 0.01, 1, ENG_UNI(0.35, 0.75), "T Gu 2012", "factor on them after ketoacidosis at diagnosis" }, \
    [T1D_BETA_AT_RISK] = { "t1d.beta_mass_at_risk", "", "1", 1.5, 0.1, 5, ENG_LN(1.5, 0.3), "T", "beta cells in stage 1 and 2, relative to those at diagnosis" }, \
    [T1D_RESERVOIR_AT_RISK] = { "t1d.reservoir_at_risk", "", "1", 0.31, 0.01, 1.3, ENG_LN(0.31, 0.3), "T", "autoreactive memory cells in stage 2, relative to E_0" }, \
    [T1D_RESERVOIR_STAGE_1] = { "t1d.reservoir_stage_1", "", "1", 1, 0.05, 2, ENG_UNI(0.5, 1.2), "T Ziegler 2013", "the same in stage 1, relative to stage 2: these differ by beta cells, not by immunity" }, \
    [T1D_REPRIMING_BETA] = { "t1d.repriming_beta", "", "1", 0.2, 0.001, 1, ENG_UNI(0.1, 0.3), "A", "beta cells below which naive cells become memory less often, for want of antigen" }, \
    [T1D_ANTIGEN_HALF] = { "t1d.antigen_half", "", "1", 0.001, 0, 0.5, ENG_LN(0.001, 0.3), "A", "beta cells at which growth of effectors halves for want of antigen" }, \
    [T1D_ANTIBODY_KILL] = { "t1d.effector_antibody_kill", "", "1", 0.5, 0, 2, ENG_LN(0.5, 0.3), "T", "killing of effectors by antibodies, relative to T cells" }, \
    [T1D_GLOBULIN] = { "t1d.globulin_regulation", "", "1", 9, 0, 50, ENG_LN(9, 0.3), "T Haller 2018", "transient regulation by antithymocyte globulin, per dose, where the dose is small" }, \
    [T1D_GLOBULIN_MOST] = { "t1d.globulin_most", "", "1", 0.9, 0.05, 5, ENG_LN(0.9, 0.3), "A", "dose from which on it makes none (6.75 mg/kg of rabbit globulin: 1)" }, \
    [T1D_ESCAPE_TIME] = { "t1d.escape_time", "", "d", 504, 20, 5000, ENG_LN(504, 0.3), "T", "time in which effectors escape from drugs" }, \
    [T1D_ESCAPE_RETURN] = { "t1d.escape_return", "", "d", 200, 20, 5000, ENG_LN(200, 0.3), "A", "time in which that is lost without drugs" }, \
    [T1D_C_PEPTIDE] = { "t1d.c_peptide", "", "nmol/L", 3.3, 0.5, 10, ENG_LN(3.3, 0.1), "T", "C-peptide after a meal (mean over its time), full mass and function" }, \
    [T1D_PEAK] = { "t1d.peak", "", "1", 1.3, 1, 3, ENG_UNI(1.2, 1.4), "A", "peak of C-peptide over that mean" }, \
    [T1D_PEAK_LOST] = { "t1d.progression_peak", "", "nmol/L", 0.2, 0.01, 1, ENG_UNI(0.15, 0.25), "L Ramos 2023", "peak below which the disease has progressed" }, \
    [T1D_DIAGNOSIS] = { "t1d.diagnosis_c_peptide", "", "nmol/L", 0.75, 0.1, 3, ENG_LN(0.75, 0.1), "T Herold 2019", "C-peptide below which one at risk is diagnosed" }, \
    [T1D_INDEPENDENCE] = { "t1d.independence_c_peptide", "", "nmol/L", 1.3, 0.1, 5, ENG_LN(1.3, 0.1), "T Couri 2009", "C-peptide above which no insulin is needed, median" }, \
    [T1D_NEED_CHILD] = { "t1d.need_before_puberty", "", "1", 0.8, 0.1, 1.5, ENG_UNI(0.6, 0.95), "T Abdul-Rasoul 2006", "C-peptide that children need for it, relative to adults: they are more sensitive to insulin" }, \
    [T1D_PUBERTY] = { "t1d.puberty", "", "y", 12, 6, 20, ENG_UNI(11, 13), "L", "age at which half of that difference is there" }, \
    [T1D_PUBERTY_TIME] = { "t1d.puberty_time", "", "y", 1, 0.1, 5, ENG_UNI(0.5, 1.5), "A", "years in which it goes" }, \
    [T1D_RESUMPTION] = { "t1d.resumption_share", "", "1", 0.85, 0.2, 1, ENG_UNI(0.75, 0.95), "A", "share of it below which insulin is resumed" }, \
    [T1D_DOSE] = { "t1d.insulin_full", "", "U/kg/d", 0.75, 0.1, 3, ENG_LN(0.75, 0.1), "T Ramos 2023", "insulin needed without C-peptide" }, \
    [T1D_DOSE_SPARED] = { "t1d.insulin_spared", "", "U/kg/d per nmol/L", 0.35, 0, 3, ENG_LN(0.35, 0.2), "T Ramos 2023", "insulin spared by C-peptide" }, \
    [T1D_HBA1C] = { "t1d.hba1c_normal", "", "%", 6, 4, 8, ENG_UNI(5.7, 6.3), "A", "glycated haemoglobin with ample C-peptide" }, \
    [T1D_HBA1C_RISE] = { "t1d.hba1c_rise", "", "%", 2.2, 0, 10, ENG_LN(2.2, 0.2), "A", "its rise without any" }, \
    [T1D_HBA1C_STEEP] = { "t1d.hba1c_steep", "", "L/nmol", 2, 0, 20, ENG_LN(2, 0.2), "A", "how fast C-peptide undoes that" }, \
    [T1D_C_PEPTIDE_NOISE] = { "t1d.c_peptide_noise", "", "1", 0.12, 0, 1, ENG_LN(0.12, 0.3), "A", "spread of a visit's C-peptide, relative" }, \
    [T1D_HBA1C_NOISE] = { "t1d.hba1c_noise", "", "%", 0.6, 0, 5, ENG_LN(0.6, 0.3), "A", "spread of a visit's glycated haemoglobin" }, \
    [T1D_HYPOGLYCAEMIA] = { "t1d.hypoglycaemia_rate", "", "1/y", 0.16, 0, 5, ENG_LN(0.16, 0.4), "A", "severe hypoglycaemia on full insulin without C-peptide" }, \
    [T1D_HYPOGLYCAEMIA_C] = { "t1d.hypoglycaemia_c_peptide", "", "nmol/L", 0.4, 0.05, 3, ENG_LN(0.4, 0.3), "A", "C-peptide above which there is none" }, \
    [T1D_JUDGED_FROM] = { "t1d.judged_from", "", "d", 30, 1, 1000, ENG_UNI(20, 40), "A", "first day on which independence of insulin is judged" }, \
    [T1D_JUDGED_EVERY] = { "t1d.judged_every", "", "d", 15, 1, 365, ENG_UNI(10, 30), "A", "days from one such day to the next" }, \
    [T1D_REPAIRED] = { "t1d.cell_repair", "", "1", 0.3, 0, 2, ENG_UNI(0, 0.6), "A", "regrowth of beta cells that re-educated cells add, at most, relative" }

enum { T1D_STAGE = ENG_NUM_COMMON_COV, T1D_DKA_AT_DIAGNOSIS, T1D_ATTACK_RELATIVE, T1D_BETA_RELATIVE, T1D_NEED_RELATIVE };
enum { C_PEPTIDE, BETA_MASS, INSULIN_DOSE, HBA1C, C_PEPTIDE_REPORTED, HBA1C_REPORTED }; /* markers, in the order of their table */
enum { T1D_SCORE_C_PEPTIDE, T1D_SCORE_HBA1C }; /* what visits measure amiss */

#endif
