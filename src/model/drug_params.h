/**
 * Parameters of drugs (MODEL section 6.3): by how much a factor falls, or what is added to a sum, at full exposure; who responds; how
 * fast a response is lost.  Read when a drug is started, by the rows of lanes/drug_rows.h.
 * X(field, "drug.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_DRUG_PARAMS_H
#define ENG_MODEL_DRUG_PARAMS_H

#include "model/param_list.h"

/* Effects are within 0.4 to 2.5 of the nominal one; responders within 0.15 of theirs. */
#define ENG_DRUG_EFFECT(X, field, name, symbol, unit, value, help) \
    X(field, name, symbol, unit, value, 0, (2.5 * (value) < 0.98 ? 2.5 * (value) : 0.98), ENG_LN(value, 0.3), "T", help)
#define ENG_DRUG_GROWTH(X, field, name, value, help) ENG_DRUG_EFFECT(X, field, name, "fpX", "1", value, "growth of effectors stopped by " help)
#define ENG_DRUG_BLOCK(X, field, name, value, help) ENG_DRUG_EFFECT(X, field, name, "traf", "1", value, "triggers kept from the tissue by " help)
#define ENG_DRUG_TISSUE(X, field, name, value, help) ENG_DRUG_EFFECT(X, field, name, "tis", "1", value, "inflammation of the tissue kept down by " help)
#define ENG_DRUG_DAMAGE(X, field, name, value, help) ENG_DRUG_EFFECT(X, field, name, "dmg", "1", value, "damage of an inflamed tissue prevented by " help)
#define ENG_DRUG_ANTIBODY(X, field, name, value, help) ENG_DRUG_EFFECT(X, field, name, "ab", "1", value, "plasma cells not made of B cells, by " help)
#define ENG_DRUG_RESPONDERS(X, field, name, value) \
    X(field, name, "p0", "1", value, 0, 1, ENG_UNI((value) - 0.15, ((value) < 0.85 ? (value) + 0.15 : 1)), "T", "who respond to it, first line")
#define ENG_DRUG_LOSS(X, field, name, value) X(field, name, "", "1/y", value, 0, 5, ENG_LN(value, 0.3), "T", "loss of that response")

#define ENG_DRUG_PARAM_LIST(X)                                                                                          \
    /* all drugs; responders: of the first line; each further line of therapy before makes one less likely, until a reset */ \
    X(response_line, "drug.response_per_line", "", "1", 0.85, 0.3, 1, ENG_UNI(0.6, 1), "T", "factor on the share of responders per prior line") \
    X(response_partial, "drug.partial_response", "", "1", 0.25, 0, 1, ENG_UNI(0.1, 0.5), "T", "effect in those who do not respond, or no longer") \
    X(response_damage, "drug.partial_damage", "", "1", 0.5, 0, 1, ENG_UNI(0.25, 0.75), "A", "damage prevented in those who do not respond, or no longer, relative to responders") \
    X(response_spread, "drug.response_spread", "", "1", 0.35, 0, 1, ENG_UNI(0.2, 0.5), "A", "spread of the effect between patients") \
    X(response_least, "drug.response_least", "", "1", 0.2, 0, 1, ENG_UNI(0.1, 0.3), "A", "least effect relative to the mean") \
    X(response_reset, "drug.reset_kill", "", "log10", 2, 0, 10, ENG_UNI(1.5, 2.5), "A", "lymphoid kill of a conditioning from which on responses begin anew") \
    /* multiple sclerosis */                                                                                            \
    ENG_DRUG_BLOCK(X, dmt_standard_block, "drug.dmt_standard_block", 0.33, "the standard mixture of trial arms") \
    ENG_DRUG_BLOCK(X, natalizumab_block, "drug.natalizumab_block", 0.50, "natalizumab") \
    ENG_DRUG_BLOCK(X, fingolimod_block, "drug.fingolimod_block", 0.40, "fingolimod") \
    ENG_DRUG_BLOCK(X, siponimod_block, "drug.siponimod_block", 0.50, "siponimod") \
    ENG_DRUG_BLOCK(X, ifn_ga_block, "drug.ifn_ga_block", 0.25, "interferon or glatiramer") \
    ENG_DRUG_BLOCK(X, dmf_block, "drug.dmf_block", 0.45, "dimethyl fumarate") \
    ENG_DRUG_BLOCK(X, cladribine_block, "drug.cladribine_block", 0.42, "cladribine") \
    ENG_DRUG_BLOCK(X, mitoxantrone_block, "drug.mitoxantrone_block", 0.45, "mitoxantrone") \
    ENG_DRUG_BLOCK(X, anti_cd20_block, "drug.anti_cd20_block", 0.47, "rituximab or ocrelizumab in MS") \
    X(anti_cd20_kill, "drug.anti_cd20_kill_rate", "k_CD20", "1/d", 1.0, 0, 5, ENG_LN(1.0, 0.25), "A", "B-cell killing at full exposure") \
    /* type 1 diabetes */                                                                                               \
    ENG_DRUG_RESPONDERS(X, teplizumab_responders, "drug.teplizumab_responders", 0.75) \
    X(teplizumab_kill, "drug.teplizumab_effector_kill", "kX", "1/d", 0.05, 0, 1, ENG_LN(0.05, 0.3), "T", "effector killing by teplizumab") \
    X(teplizumab_regulation, "drug.teplizumab_regulation", "reg", "1/d", 0.037, 0, 1, ENG_LN(0.037, 0.3), "T", "transient regulation made under it") \
    X(teplizumab_clone_kill, "drug.teplizumab_clone_kill", "kE", "1/d", 0.005, 0, 1, ENG_LN(0.005, 0.3), "T", "killing of autoreactive memory cells by it") \
    ENG_DRUG_RESPONDERS(X, abatacept_responders, "drug.abatacept_responders", 0.65) \
    ENG_DRUG_LOSS(X, abatacept_loss, "drug.abatacept_loss", 0.1) \
    ENG_DRUG_GROWTH(X, abatacept_growth, "drug.abatacept_suppression", 0.31, "abatacept") \
    ENG_DRUG_EFFECT(X, abatacept_repriming, "drug.abatacept_repriming", "rep", "1", 0.5, "re-priming stopped by abatacept") \
    X(insulin_given, "drug.insulin_given", "", "1", 1, 0, 1, ENG_UNI(0.5, 1), "A", "insulin given to a plan, share of the full dose") \
    X(immunotherapy_given, "drug.immunotherapy_given", "", "1", 1, 0, 1, ENG_UNI(0.7, 1), "A", "allergen that is taken by mouth, share of the maintenance dose") \
    /* arthritis, lupus, systemic sclerosis, bowel disease and others: what holds effectors back */                     \
    ENG_DRUG_GROWTH(X, mtx_low_growth, "drug.mtx_low_suppression", 0.305, "low-dose methotrexate") \
    ENG_DRUG_RESPONDERS(X, mtx_low_responders, "drug.mtx_low_responders", 0.7) \
    ENG_DRUG_GROWTH(X, anti_tnf_growth, "drug.anti_tnf_suppression", 0.2, "antibodies against TNF") \
    ENG_DRUG_RESPONDERS(X, anti_tnf_responders, "drug.anti_tnf_responders", 0.69) \
    ENG_DRUG_LOSS(X, anti_tnf_loss, "drug.anti_tnf_loss", 0.16) \
    ENG_DRUG_GROWTH(X, anti_il6_growth, "drug.anti_il6_suppression", 0.45, "antibodies against the receptor of IL-6") \
    ENG_DRUG_RESPONDERS(X, anti_il6_responders, "drug.anti_il6_responders", 0.72) \
    ENG_DRUG_LOSS(X, anti_il6_loss, "drug.anti_il6_loss", 0.1) \
    ENG_DRUG_GROWTH(X, jak_inhibitor_growth, "drug.jak_inhibitor_suppression", 0.33, "inhibitors of Janus kinases") \
    ENG_DRUG_RESPONDERS(X, jak_inhibitor_responders, "drug.jak_inhibitor_responders", 0.7) \
    ENG_DRUG_LOSS(X, jak_inhibitor_loss, "drug.jak_inhibitor_loss", 0.1) \
    ENG_DRUG_GROWTH(X, ustekinumab_growth, "drug.ustekinumab_suppression", 0.29, "ustekinumab") \
    ENG_DRUG_RESPONDERS(X, ustekinumab_responders, "drug.ustekinumab_responders", 0.6) \
    ENG_DRUG_LOSS(X, ustekinumab_loss, "drug.ustekinumab_loss", 0.06) \
    ENG_DRUG_GROWTH(X, azathioprine_growth, "drug.azathioprine_suppression", 0.15, "azathioprine") \
    ENG_DRUG_RESPONDERS(X, azathioprine_responders, "drug.azathioprine_responders", 0.6) \
    ENG_DRUG_GROWTH(X, mmf_growth, "drug.mmf_suppression", 0.3, "mycophenolate") \
    ENG_DRUG_RESPONDERS(X, mmf_responders, "drug.mmf_responders", 0.75) \
    ENG_DRUG_GROWTH(X, cyc_iv_growth, "drug.cyc_iv_suppression", 0.31, "cyclophosphamide in pulses") \
    ENG_DRUG_RESPONDERS(X, cyc_iv_responders, "drug.cyc_iv_responders", 0.75) \
    ENG_DRUG_GROWTH(X, cyc_oral_growth, "drug.cyc_oral_suppression", 0.21, "oral cyclophosphamide") \
    ENG_DRUG_RESPONDERS(X, cyc_oral_responders, "drug.cyc_oral_responders", 0.7) \
    ENG_DRUG_GROWTH(X, belimumab_growth, "drug.belimumab_suppression", 0.19, "belimumab") \
    ENG_DRUG_RESPONDERS(X, belimumab_responders, "drug.belimumab_responders", 0.6) \
    ENG_DRUG_GROWTH(X, anifrolumab_growth, "drug.anifrolumab_suppression", 0.2, "anifrolumab, on average of interferon signatures") \
    ENG_DRUG_RESPONDERS(X, anifrolumab_responders, "drug.anifrolumab_responders", 0.65) \
    ENG_DRUG_GROWTH(X, hcq_growth, "drug.hcq_suppression", 0.06, "hydroxychloroquine") \
    ENG_DRUG_RESPONDERS(X, hcq_responders, "drug.hcq_responders", 0.8) \
    ENG_DRUG_GROWTH(X, prednisone_growth, "drug.prednisone_suppression", 0.25, "prednisone") \
    ENG_DRUG_RESPONDERS(X, prednisone_responders, "drug.prednisone_responders", 0.85) \
    /* lupus: B cells and what they become */                                                                           \
    X(anti_cd20_memory_kill, "drug.anti_cd20_memory_kill_rate", "kBa", "1/d", 0.025, 0, 1, ENG_LN(0.025, 0.3), "T", "killing of autoreactive B cells in tissue, where it reaches them") \
    ENG_DRUG_ANTIBODY(X, belimumab_antibody, "drug.belimumab_antibody", 0.7, "belimumab") \
    ENG_DRUG_ANTIBODY(X, mmf_antibody, "drug.mmf_antibody", 0.4, "mycophenolate") \
    ENG_DRUG_ANTIBODY(X, cyc_iv_antibody, "drug.cyc_iv_antibody", 0.4, "cyclophosphamide in pulses") \
    ENG_DRUG_ANTIBODY(X, anifrolumab_antibody, "drug.anifrolumab_antibody", 0.1, "anifrolumab") \
    X(bortezomib_kill, "drug.bortezomib_plasma_kill_rate", "kP", "1/d", 0.05, 0, 2, ENG_LN(0.05, 0.5), "A", "killing of plasma cells by bortezomib") \
    X(daratumumab_kill, "drug.daratumumab_plasma_kill_rate", "kP", "1/d", 0.1, 0, 2, ENG_LN(0.1, 0.5), "A", "killing of plasma cells by daratumumab") \
    /* what acts in the tissue itself */                                                                                \
    ENG_DRUG_DAMAGE(X, mtx_low_damage, "drug.mtx_low_damage", 0.2, "low-dose methotrexate") \
    ENG_DRUG_EFFECT(X, antimetabolite_immunogenicity, "drug.antimetabolite_immunogenicity", "", "1", 0.5, "losses of the response to another drug prevented by methotrexate or azathioprine (SONIC 2010, Krieckaert 2012)") \
    ENG_DRUG_DAMAGE(X, mmf_damage, "drug.mmf_damage", 0.6, "mycophenolate, which acts on fibroblasts too") \
    ENG_DRUG_LOSS(X, dupilumab_loss, "drug.dupilumab_loss", 0.15) \
    ENG_DRUG_TISSUE(X, anti_tnf_tissue, "drug.anti_tnf_tissue", 0.15, "antibodies against TNF") \
    ENG_DRUG_DAMAGE(X, anti_tnf_damage, "drug.anti_tnf_damage", 0.7, "antibodies against TNF") \
    ENG_DRUG_DAMAGE(X, anti_il6_damage, "drug.anti_il6_damage", 0.6, "antibodies against the receptor of IL-6") \
    ENG_DRUG_DAMAGE(X, jak_inhibitor_damage, "drug.jak_inhibitor_damage", 0.6, "inhibitors of Janus kinases") \
    ENG_DRUG_TISSUE(X, prednisone_tissue, "drug.prednisone_tissue", 0.25, "prednisone") \
    ENG_DRUG_TISSUE(X, anti_integrin_tissue, "drug.anti_integrin_tissue", 0.46, "antibodies against alpha-4 beta-7 integrin") \
    ENG_DRUG_RESPONDERS(X, anti_integrin_responders, "drug.anti_integrin_responders", 0.4) \
    ENG_DRUG_LOSS(X, anti_integrin_loss, "drug.anti_integrin_loss", 0.08) \
    ENG_DRUG_GROWTH(X, tac_growth, "drug.tac_suppression", 0.30, "tacrolimus") \
    X(tac_immunosuppression, "drug.tac_immunosuppression", "", "1", 0.85, 0, 1, ENG_UNI(0.7, 1), "A", "rejection held back by tacrolimus") \
    X(tac_infections, "drug.tac_infections", "", "1", 0.5, 0, 10, ENG_LN(0.5, 0.3), "A", "viral infections that tacrolimus adds, relative; fungi with them") \
    X(mmf_immunosuppression, "drug.mmf_immunosuppression", "", "1", 0.25, 0, 1, ENG_UNI(0.1, 0.4), "A", "rejection held back by mycophenolate") \
    X(prednisone_infections, "drug.prednisone_infections", "", "1", 1.5, 0, 10, ENG_LN(1.5, 0.3), "A", "viral infections that prednisone adds, relative; fungi with them") \
    ENG_DRUG_EFFECT(X, letermovir_cmv, "drug.letermovir_cmv", "", "1", 0.7, "reactivation of cytomegalovirus prevented by letermovir (Marty 2017)") \
    ENG_DRUG_EFFECT(X, defibrotide_vod, "drug.defibrotide_vod", "", "1", 0.2, "veno-occlusive disease, and deaths of it, prevented by defibrotide (Corbacioglu 2012, shrunk)") \
    ENG_DRUG_TISSUE(X, omalizumab_tissue, "drug.omalizumab_tissue", 0.5, "omalizumab") \
    ENG_DRUG_RESPONDERS(X, omalizumab_responders, "drug.omalizumab_responders", 0.65) \
    ENG_DRUG_TISSUE(X, dupilumab_tissue, "drug.dupilumab_tissue", 0.64, "dupilumab") \
    ENG_DRUG_RESPONDERS(X, dupilumab_responders, "drug.dupilumab_responders", 0.95) \
    ENG_DRUG_DAMAGE(X, nintedanib_damage, "drug.nintedanib_damage", 0.5, "nintedanib") \
    ENG_DRUG_GROWTH(X, csdmard_growth, "drug.csdmard_suppression", 0.20, "methotrexate, sulfasalazine or hydroxychloroquine, whichever") \
    /* regeneration: growth factors, interleukins */                                                                    \
    X(kgf_loss, "kgf.thymic_loss", "-e_KGF", "1", 0.3, -3, 0.95, ENG_TRN(0.3, 0.4, -3, 0.95), "T Coles 2019", "what KGF takes from growth and export of thymic stroma; below 0 it adds to them") \
    X(ssb_block, "ssb.block", "", "1", 1, 0, 1, ENG_UNI(0.9, 1), "L", "sex steroids kept away by an agonist or antagonist of LHRH") \
    X(il7_drive, "il7.drive", "om4", "1", 0.5, 0, 1.5, ENG_LN(0.5, 0.3), "A", "what IL-7 adds to the drive of lymphopenia") \
    X(tpo_gain, "tpo.gain", "", "1", 0.15, 0, 1, ENG_LN(0.15, 0.4), "A", "what an agonist of thrombopoietin adds to the division of megakaryocytes, and to its cap") \
    X(low_dose_il2_room, "drug.low_dose_il2_treg_room", "E_IL2", "1", 1, 0, 5, ENG_LN(1, 0.4), "T", "room for Treg that low-dose IL-2 makes beyond health: 1, twice as many")

#endif
