/**
 * Parameters of complications (MODEL section 9): toxicity by agent and organ, liver, mucosa, kinds of infection, second cancers, gonads.
 * Read when an event comes, never in the step.
 * X(field, "hazard.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_COMPLICATION_PARAMS_H
#define ENG_MODEL_COMPLICATION_PARAMS_H

#include "model/param_list.h"

/* Fatal toxicity of the reference dose of an agent (toxicity.h) at 40 years, without comorbidity, in 2010. */
#define ENG_TOXICITY_PARAM(X, agent, value, source, help) \
    X(hz_toxicity_##agent, "hazard.toxicity_" #agent, "t_a", "1", value, 0, 0.5, ENG_LN(value, 0.5), source, "fatal toxicity of " help)

#define ENG_COMPLICATION_PARAM_LIST(X)                                                                                    \
    /* toxicity by agent */                                                                                               \
    ENG_TOXICITY_PARAM(X, cy, 0.0025, "T", "cyclophosphamide 200 mg/kg, healthy heart; with the square of the dose")      \
    ENG_TOXICITY_PARAM(X, bu, 0.004, "T", "busulfan 12.8 mg/kg")                                                          \
    ENG_TOXICITY_PARAM(X, mel, 0.002, "T", "melphalan 140 mg/m2")                                                         \
    ENG_TOXICITY_PARAM(X, bcnu_arac_vp16, 0.001, "T", "carmustine, cytarabine and etoposide: 0.003 with melphalan, as BEAM") \
    ENG_TOXICITY_PARAM(X, flu, 0.0002, "A", "fludarabine 150 mg/m2")                                                      \
    ENG_TOXICITY_PARAM(X, treosulfan, 0.001, "A", "treosulfan 42 g/m2")                                                   \
    ENG_TOXICITY_PARAM(X, etoposide, 0.001, "A", "etoposide 60 mg/kg")                                                    \
    ENG_TOXICITY_PARAM(X, thiotepa, 0.001, "A", "thiotepa 10 mg/kg")                                                      \
    ENG_TOXICITY_PARAM(X, tbi, 0.004, "T", "irradiation of 8 Gy with shielded lungs")                                     \
    ENG_TOXICITY_PARAM(X, tbi_open, 0.016, "T Nash 2007", "irradiation of 8 Gy without shields")                          \
    ENG_TOXICITY_PARAM(X, globulin, 0.001, "T", "antibodies against T cells at exposure 1, with conditioning or globulin alone") \
    ENG_TOXICITY_PARAM(X, alemtuzumab, 0.0003, "A", "a course of alemtuzumab without conditioning")                       \
    ENG_TOXICITY_PARAM(X, mobilisation, 0.0003, "T", "mobilisation with cyclophosphamide 2 g/m2, healthy heart")          \
    X(hz_toxicity_globulin_organ, "hazard.toxicity_globulin_organ", "", "1", 0, 0, 0.1, ENG_UNI(0, 1e-4), "T", "fatal toxicity of such antibodies at organ_score 0, in diseases of vessels: exp(organ_score) times that") \
    X(hz_toxicity_bowel, "hazard.toxicity_bowel", "", "1", 0, 0, 0.5, ENG_UNI(0, 1e-4), "T Lindsay 2024", "fatal toxicity of any conditioning with an HCT-CI of 1 or more, in diseases of the bowel") \
    X(hz_toxicity_heart, "hazard.toxicity_heart", "", "1", 1.5, 0, 3, ENG_LN(1.5, 0.2), "T Henes 2021", "rise of the toxicity of cyclophosphamide with organ_score, of its logarithm") \
    X(hz_toxicity_lung, "hazard.toxicity_lung", "", "1/%", 0.05, 0, 0.2, ENG_LN(0.05, 0.3), "T", "rise of that of irradiation with lost vital capacity, of its logarithm") \
    X(hz_toxicity_lung_from, "hazard.toxicity_lung_from", "", "%", 80, 40, 120, ENG_UNI(75, 85), "A", "vital capacity below which it rises") \
    X(hz_toxicity_era, "hazard.toxicity_era", "", "1", 0.8, 0.3, 1.2, ENG_UNI(0.7, 0.9), "T Sormani 2017", "factor on toxicity per five years from 2010 on") \
    X(hz_organ_toxicity, "hazard.organ_toxicity", "", "1", 5, 1, 50, ENG_LN(5, 0.3), "A", "severe toxicity of organs per fatal one") \
    /* veno-occlusive disease of the liver: its deaths are part of the above */                                           \
    X(hz_vod, "hazard.vod", "", "1", 0.03, 0, 0.5, ENG_LN(0.03, 0.4), "L Carreras 1998", "VOD after an autograft at intensity 1, in 2000; with the square of the intensity") \
    X(hz_vod_era, "hazard.vod_era", "", "1/y", 0.03, 0, 0.2, ENG_UNI(0.02, 0.04), "T", "its fall with the calendar year, of its logarithm") \
    X(hz_vod_child, "hazard.vod_child", "", "1", 1.5, 1, 5, ENG_LN(1.5, 0.2), "T Corbacioglu 2012", "factor on it below 10 years of age") \
    X(hz_vod_severe, "hazard.vod_severe", "", "1", 0.3, 0, 1, ENG_BET(6, 14), "A", "share that is severe") \
    X(hz_vod_fatality, "hazard.vod_fatality", "", "1", 0.8, 0, 1, ENG_BET(8, 2), "L", "share of severe VOD that is fatal without defibrotide") \
    X(hz_vod_most, "hazard.vod_most", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "A", "largest share of fatal toxicity that is VOD") \
    /* mucosa */                                                                                                          \
    X(hz_mucositis_severe, "hazard.mucositis_severe", "", "1", 0.87, 0.1, 5, ENG_LN(0.87, 0.1), "A", "intensity at which half of patients have mucositis of grade 3 or more") \
    X(hz_mucositis_spread, "hazard.mucositis_spread", "", "1", 0.2, 0.01, 1, ENG_LN(0.2, 0.2), "A", "spread of that intensity between patients, log-sd: a grade") \
    /* kinds of infection */                                                                                              \
    X(hz_fungal, "hazard.fungal", "", "1", 0.06, 0, 1, ENG_BET(3, 47), "A", "bacterial and fungal infections that are fungal") \
    X(hz_fungal_steroids, "hazard.fungal_steroids", "", "1", 0.3, 0, 1, ENG_BET(3, 7), "A", "the same on steroids") \
    X(hz_bacteraemia, "hazard.bacteraemia", "", "1", 0.2, 0, 1, ENG_BET(4, 16), "T Girmenia 2017", "bacterial and fungal infections with gram-negative bacteria in blood") \
    X(hz_ebv, "hazard.ebv", "", "1", 0.42, 0, 1, ENG_BET(8, 11), "T Saccardi 2010", "EBV in blood: share of the viral infections of lymphopenia that are not CMV") \
    X(hz_ebv_globulin, "hazard.ebv_globulin", "", "1", 0.8, 0, 8, ENG_LN(0.8, 0.4), "T Wang 2019", "its relative rise per exposure to T-cell antibodies left at the graft") \
    X(hz_zoster, "hazard.zoster", "", "1", 0.13, 0, 1, ENG_BET(3, 20), "T Burman 2014", "zoster: share of the same, with aciclovir as given") \
    X(hz_ptld, "hazard.ptld", "", "1", 3e-4, 0, 0.5, ENG_LN(3e-4, 0.7), "A", "lymphoproliferative disease: share of EBV infections after an autograft") \
    X(hz_ptld_depletion, "hazard.ptld_depletion", "", "1", 3.5, 1, 10, ENG_LN(3.5, 0.3), "T Landgren 2009", "factor on it for a selected graft, and for T-cell antibodies left at the graft") \
    X(hz_ptld_antibody, "hazard.ptld_antibody", "", "1", 0.3, 0, 2, ENG_LN(0.3, 0.2), "A", "exposure to these from which on it counts") \
    X(hz_ptld_fatality, "hazard.ptld_fatality", "", "1", 0.5, 0, 1, ENG_BET(5, 5), "A", "share of it that is fatal") \
    X(hz_ptld_delay, "hazard.ptld_delay", "", "d", 60, 0, 1000, ENG_LN(60, 0.4), "A", "mean time to such a death") \
    X(hz_severe_bacterial, "hazard.severe_bacterial", "", "1", 0.2, 0, 1, ENG_BET(4, 16), "A", "severe among bacterial infections that are neither fungal nor in blood; those are") \
    X(hz_severe_viral, "hazard.severe_viral", "", "1", 0.035, 0, 1, ENG_BET(3.5, 96.5), "T Holmberg 1999", "severe among viral infections: disease of organs") \
    X(hz_selection, "hazard.viral_selection", "", "1", 3, 1, 20, ENG_LN(3, 0.3), "T Holmberg 1999", "factor of a CD34-selected graft on viral infections of lymphopenia, for 100 d") \
    /* late */                                                                                                            \
    X(hz_second_cancer, "hazard.second_cancer", "", "1/(d y)", 5.6e-7, 0, 1e-4, ENG_LN(5.6e-7, 0.4), "T Curtis 1997", "solid cancer after conditioning, rising with the years since") \
    X(hz_second_cancer_drugs, "hazard.second_cancer_drugs", "", "1", 0.6, 0, 5, ENG_LN(0.6, 0.3), "T", "factor on it without irradiation") \
    X(hz_second_cancer_tbi, "hazard.second_cancer_tbi", "", "1", 2, 0, 20, ENG_LN(2, 0.3), "T", "factor on it after irradiation") \
    X(hz_second_cancer_fatality, "hazard.second_cancer_fatality", "", "1", 0.4, 0, 1, ENG_BET(4, 6), "A", "share of them that is fatal") \
    X(hz_second_cancer_survival, "hazard.second_cancer_survival", "", "y", 2, 0, 20, ENG_LN(2, 0.4), "A", "from a fatal one to death") \
    X(hz_infertility_women, "hazard.infertility_women", "", "1", -0.2, -10, 10, ENG_NRM(-0.2, 0.5), "T Sanders 1996", "loss of ovarian function after cyclophosphamide 200 mg/kg at 30 years, log odds") \
    X(hz_infertility_men, "hazard.infertility_men", "", "1", -0.7, -10, 10, ENG_NRM(-0.7, 0.5), "T Sanders 1996", "the like loss of spermatogenesis") \
    X(hz_infertility_age, "hazard.infertility_age", "", "1/y", 0.12, 0, 1, ENG_LN(0.12, 0.3), "T", "rise of the former with age") \
    X(hz_infertility_age_men, "hazard.infertility_age_men", "", "1/y", 0.02, 0, 1, ENG_LN(0.02, 0.5), "A", "rise of the latter with age") \
    X(hz_infertility_dose, "hazard.infertility_dose", "", "1", 1.1, 0, 5, ENG_LN(1.1, 0.3), "T Sanders 1996", "rise of both per dose of alkylators worth cyclophosphamide 200 mg/kg")

#endif
