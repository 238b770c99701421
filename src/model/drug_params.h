/**
 * Parameters of drugs (MODEL section 6.3): what is left of a factor, or added to a sum, at full exposure; who responds; how
 * fast a response is lost.  Read when a drug is started, by the rows of lanes/drug_rows.h.
 * X(field, "drug.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_DRUG_PARAMS_H
#define ENG_MODEL_DRUG_PARAMS_H

#include "model/param_list.h"

#define ENG_DRUG_PARAM_LIST(X)                                                                                          \
    /* responders: of the first line; each further line of therapy before makes one less likely */                      \
    X(response_line, "drug.response_per_line", "", "1", 0.85, 0.3, 1, ENG_UNI(0.6, 1), "T", "factor on the share of responders per prior line") \
    X(response_partial, "drug.partial_response", "", "1", 0.25, 0, 1, ENG_UNI(0.1, 0.5), "T", "effect in those who do not respond, or no longer") \
    X(response_spread, "drug.response_spread", "", "1", 0.35, 0, 1, ENG_UNI(0.2, 0.5), "A", "spread of the effect between patients") \
    X(response_least, "drug.response_least", "", "1", 0.2, 0, 1, ENG_UNI(0.1, 0.3), "A", "least effect relative to the mean") \
    /* multiple sclerosis */                                                                                            \
    X(dmt_standard_traffic, "drug.dmt_standard_traffic", "q_traf", "1", 0.60, 0, 1, ENG_BET(12, 8), "T trial arms", "triggers left under the standard mixture") \
    X(natalizumab_traffic, "drug.natalizumab_traffic", "q_traf", "1", 0.40, 0, 1, ENG_BET(8, 12), "T", "under natalizumab") \
    X(fingolimod_traffic, "drug.fingolimod_traffic", "q_traf", "1", 0.45, 0, 1, ENG_BET(9, 11), "T", "under fingolimod") \
    X(ifn_ga_traffic, "drug.ifn_ga_traffic", "q_traf", "1", 0.70, 0, 1, ENG_BET(14, 6), "T", "under interferon or glatiramer") \
    X(dmf_traffic, "drug.dmf_traffic", "q_traf", "1", 0.55, 0, 1, ENG_BET(11, 9), "T", "under dimethyl fumarate") \
    X(cladribine_traffic, "drug.cladribine_traffic", "q_traf", "1", 0.45, 0, 1, ENG_BET(9, 11), "T", "under cladribine") \
    X(anti_cd20_traffic, "drug.anti_cd20_traffic", "q_traf", "1", 0.35, 0, 1, ENG_BET(7, 13), "T", "under rituximab or ocrelizumab") \
    X(anti_cd20_kill, "drug.anti_cd20_kill_rate", "k_CD20", "1/d", 1.0, 0, 5, ENG_LN(1.0, 0.25), "A", "B-cell killing at full exposure") \
    /* type 1 diabetes */                                                                                               \
    X(teplizumab_responders, "drug.teplizumab_responders", "p0", "1", 0.75, 0, 1, ENG_BET(15, 5), "T", "who respond to teplizumab") \
    X(teplizumab_kill, "drug.teplizumab_effector_kill", "kX", "1/d", 0.03, 0, 1, ENG_LN(0.03, 0.3), "T", "effector killing by teplizumab") \
    X(teplizumab_regulation, "drug.teplizumab_regulation", "reg", "1/d", 0.022, 0, 1, ENG_LN(0.022, 0.3), "T", "transient regulation made under it") \
    X(teplizumab_clone_kill, "drug.teplizumab_clone_kill", "kE", "1/d", 0.003, 0, 1, ENG_LN(0.003, 0.3), "T", "killing of autoreactive memory cells by it") \
    X(abatacept_responders, "drug.abatacept_responders", "p0", "1", 0.65, 0, 1, ENG_BET(13, 7), "T", "who respond to abatacept") \
    X(abatacept_loss, "drug.abatacept_loss", "", "1/y", 0.1, 0, 5, ENG_LN(0.1, 0.3), "T", "loss of that response") \
    X(abatacept_growth, "drug.abatacept_growth", "fpX", "1", 0.74, 0, 1, ENG_BET(74, 26), "T", "growth of effectors left under abatacept") \
    X(insulin_given, "drug.insulin_given", "", "1", 1, 0, 1, ENG_UNI(0.5, 1), "A", "insulin given to a plan, share of the full dose")

#endif
