/**
 * Drugs, a row each (MODEL section 6.3): what `drug` gives and `stop` ends.
 */
#ifndef ENG_MODEL_LANES_DRUG_ROWS_H
#define ENG_MODEL_LANES_DRUG_ROWS_H

#include "model/action_data.h"
#include "model/verb.h"

#define PARAM(field) offsetof(eng_params_t, field)

#define ENG_DRUG_BLOCKS(field) { { ENG_SIGNAL_traffic, PARAM(field), NULL } }, 1
#define ENG_DRUG_HOLDS(field) { { ENG_SIGNAL_effector_growth, PARAM(field), NULL } }, 1
#define ENG_DRUG_ANTI_CD20 { { ENG_SIGNAL_traffic, PARAM(anti_cd20_block), "ms_dmt" }, { ENG_SIGNAL_b_kill, PARAM(anti_cd20_kill), NULL }, \
        { ENG_SIGNAL_b_memory_kill, PARAM(anti_cd20_memory_kill), NULL } }, 3
#define ENG_DRUG_DISARMS(growth, fewer) { { ENG_SIGNAL_effector_growth, PARAM(growth), NULL }, { ENG_SIGNAL_plasma_making, PARAM(fewer), NULL } }, 2
#define ENG_DRUG_ANIFROLUMAB \
    { { ENG_SIGNAL_interferon, PARAM(anifrolumab_growth), NULL }, { ENG_SIGNAL_plasma_making, PARAM(anifrolumab_antibody), NULL } }, 2
#define ENG_DRUG_KILLS_PLASMA(field) { { ENG_SIGNAL_plasma_kill, PARAM(field), NULL } }, 1
#define ENG_DRUG_TEPLIZUMAB \
    { { ENG_SIGNAL_effector_kill, PARAM(teplizumab_kill), NULL }, { ENG_SIGNAL_regulation, PARAM(teplizumab_regulation), NULL }, \
        { ENG_SIGNAL_clone_kill, PARAM(teplizumab_clone_kill), NULL } }, 3
#define ENG_DRUG_ABATACEPT \
    { { ENG_SIGNAL_effector_growth, PARAM(abatacept_growth), NULL }, { ENG_SIGNAL_repriming, PARAM(abatacept_repriming), NULL } }, 2
#define ENG_DRUG_SPARES_RESPONSE { ENG_SIGNAL_immunogenicity, PARAM(antimetabolite_immunogenicity), NULL }
#define ENG_DRUG_MTX { { ENG_SIGNAL_effector_growth, PARAM(mtx_low_growth), NULL }, { ENG_SIGNAL_damage, PARAM(mtx_low_damage), NULL }, \
        ENG_DRUG_SPARES_RESPONSE }, 3
#define ENG_DRUG_AZATHIOPRINE { { ENG_SIGNAL_effector_growth, PARAM(azathioprine_growth), NULL }, ENG_DRUG_SPARES_RESPONSE }, 2
#define ENG_DRUG_MMF { { ENG_SIGNAL_effector_growth, PARAM(mmf_growth), NULL }, { ENG_SIGNAL_plasma_making, PARAM(mmf_antibody), NULL }, \
        { ENG_SIGNAL_damage, PARAM(mmf_damage), NULL }, { ENG_SIGNAL_immunosuppression, PARAM(mmf_immunosuppression), NULL } }, 4
#define ENG_DRUG_SAVES(growth, saved) { { ENG_SIGNAL_effector_growth, PARAM(growth), NULL }, { ENG_SIGNAL_damage, PARAM(saved), NULL } }, 2
#define ENG_DRUG_CALMS(calmed) { { ENG_SIGNAL_tissue, PARAM(calmed), NULL } }, 1
#define ENG_DRUG_ANTI_TNF \
    { { ENG_SIGNAL_effector_growth, PARAM(anti_tnf_growth), NULL }, { ENG_SIGNAL_tissue, PARAM(anti_tnf_tissue), NULL }, \
        { ENG_SIGNAL_damage, PARAM(anti_tnf_damage), NULL } }, 3
#define ENG_DRUG_PREDNISONE { { ENG_SIGNAL_effector_growth, PARAM(prednisone_growth), NULL }, { ENG_SIGNAL_tissue, PARAM(prednisone_tissue), NULL }, \
        { ENG_SIGNAL_opportunistic, PARAM(prednisone_infections), NULL } }, 3
#define ENG_DRUG_TAC { { ENG_SIGNAL_effector_growth, PARAM(tac_growth), NULL }, { ENG_SIGNAL_immunosuppression, PARAM(tac_immunosuppression), NULL }, \
        { ENG_SIGNAL_opportunistic, PARAM(tac_infections), NULL } }, 3
#define ENG_DRUG_ALL ENG_NO_PARAM, ENG_NO_PARAM /* all respond, nobody loses the response */
#define ENG_DRUG_SOME(responders) PARAM(responders), ENG_NO_PARAM
#define ENG_DRUG_LOSE(responders, loss) PARAM(responders), PARAM(loss)

/*
 * X(name, class, source, help, half-life d (0: the effect ends with the drug), onset d, responders, loss,
 *   effects at full exposure, their number)
 */
#define ENG_DRUG_LIST(X)                                                                                               \
    X(dmt_standard, ms_dmt, "T", "the usual mixture of trial control arms", 9, 15, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(dmt_standard_block)) \
    X(natalizumab, ms_dmt, "T", "antibody against alpha-4 integrin", 11, 10, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(natalizumab_block)) \
    X(fingolimod, ms_dmt, "T", "keeps lymphocytes in lymph nodes", 9, 10, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(fingolimod_block)) \
    X(siponimod, ms_dmt, "T", "keeps lymphocytes in lymph nodes", 2, 10, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(siponimod_block)) \
    X(ifn_ga, ms_dmt, "T", "interferon beta or glatiramer", 2, 20, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(ifn_ga_block)) \
    X(dmf, ms_dmt, "T", "dimethyl fumarate", 0, 0, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(dmf_block)) \
    X(cladribine, ms_dmt, "T", "cladribine tablets; their depletion lasts", 400, 30, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(cladribine_block)) \
    X(mitoxantrone, ms_dmt, "T", "mitoxantrone", 60, 10, ENG_DRUG_ALL, ENG_DRUG_BLOCKS(mitoxantrone_block)) \
    X(rituximab, anti_cd20, "T", "antibody against B cells", 20, 5, ENG_DRUG_ALL, ENG_DRUG_ANTI_CD20) \
    X(ocrelizumab, anti_cd20, "T", "antibody against B cells", 26, 15, ENG_DRUG_ALL, ENG_DRUG_ANTI_CD20) \
    X(teplizumab, teplizumab, "T", "antibody against CD3", 10, 2, ENG_DRUG_SOME(teplizumab_responders), ENG_DRUG_TEPLIZUMAB) \
    X(abatacept, abatacept, "T", "blocks co-stimulation of T cells", 13, 20, ENG_DRUG_LOSE(abatacept_responders, abatacept_loss), ENG_DRUG_ABATACEPT) \
    X(insulin, insulin, "A", "insulin to a plan, needed or not; what is needed is given under any protocol", 0, 0, ENG_DRUG_ALL, \
        { { ENG_SIGNAL_insulin, PARAM(insulin_given), NULL } }, 1) \
    X(csdmard, csdmard, "T", "conventional drugs against arthritis, whichever", 0, 0, ENG_DRUG_ALL, ENG_DRUG_HOLDS(csdmard_growth)) \
    X(mtx_low, mtx_low, "T", "methotrexate, 15 to 25 mg a week", 7, 30, ENG_DRUG_SOME(mtx_low_responders), ENG_DRUG_MTX) \
    X(anti_tnf, anti_tnf, "T", "antibody against tumour necrosis factor", 12, 4, ENG_DRUG_LOSE(anti_tnf_responders, anti_tnf_loss), ENG_DRUG_ANTI_TNF) \
    X(anti_il6, anti_il6, "T", "antibody against the receptor of interleukin 6", 12, 10, ENG_DRUG_LOSE(anti_il6_responders, anti_il6_loss), ENG_DRUG_SAVES(anti_il6_growth, anti_il6_damage)) \
    X(jak_inhibitor, jak_inhibitor, "T", "inhibitor of Janus kinases", 0.3, 7, ENG_DRUG_LOSE(jak_inhibitor_responders, jak_inhibitor_loss), ENG_DRUG_SAVES(jak_inhibitor_growth, jak_inhibitor_damage)) \
    X(ustekinumab, ustekinumab, "T", "antibody against interleukins 12 and 23; half-life of its effect after induction", 60, 20, ENG_DRUG_LOSE(ustekinumab_responders, ustekinumab_loss), ENG_DRUG_HOLDS(ustekinumab_growth)) \
    X(azathioprine, azathioprine, "T", "azathioprine", 2, 60, ENG_DRUG_SOME(azathioprine_responders), ENG_DRUG_AZATHIOPRINE) \
    X(mmf, mmf, "T", "mycophenolate", 1, 40, ENG_DRUG_SOME(mmf_responders), ENG_DRUG_MMF) \
    X(cyc_iv, cyc_iv, "T", "cyclophosphamide in monthly pulses", 15, 20, ENG_DRUG_SOME(cyc_iv_responders), ENG_DRUG_DISARMS(cyc_iv_growth, cyc_iv_antibody)) \
    X(cyc_oral, cyc_oral, "T", "cyclophosphamide by mouth", 20, 40, ENG_DRUG_SOME(cyc_oral_responders), ENG_DRUG_HOLDS(cyc_oral_growth)) \
    X(belimumab, belimumab, "T", "antibody against BAFF", 19, 60, ENG_DRUG_SOME(belimumab_responders), ENG_DRUG_DISARMS(belimumab_growth, belimumab_antibody)) \
    X(anifrolumab, anifrolumab, "T", "antibody against the receptor of interferon", 14, 20, ENG_DRUG_SOME(anifrolumab_responders), ENG_DRUG_ANIFROLUMAB) \
    X(hcq, hcq, "T", "hydroxychloroquine", 40, 60, ENG_DRUG_SOME(hcq_responders), ENG_DRUG_HOLDS(hcq_growth)) \
    X(prednisone, prednisone, "T", "prednisone, 7.5 mg/d or more", 1, 4, ENG_DRUG_SOME(prednisone_responders), ENG_DRUG_PREDNISONE) \
    X(anti_integrin, anti_integrin, "T", "antibody against alpha-4 beta-7 integrin", 25, 30, ENG_DRUG_LOSE(anti_integrin_responders, anti_integrin_loss), ENG_DRUG_CALMS(anti_integrin_tissue)) \
    X(omalizumab, omalizumab, "T", "antibody against IgE", 26, 40, ENG_DRUG_SOME(omalizumab_responders), ENG_DRUG_CALMS(omalizumab_tissue)) \
    X(dupilumab, dupilumab, "T", "antibody against the receptor of interleukins 4 and 13; half-life of its effect: receptors stay full for weeks", 16, 14, ENG_DRUG_LOSE(dupilumab_responders, dupilumab_loss), ENG_DRUG_CALMS(dupilumab_tissue)) \
    X(immunotherapy, immunotherapy, "L", "allergen by mouth, up to the maintenance dose", 0, 0, ENG_DRUG_ALL, \
        { { ENG_SIGNAL_desensitisation, PARAM(immunotherapy_given), NULL } }, 1) \
    X(nintedanib, nintedanib, "T", "kinase inhibitor against fibrosis", 0.5, 30, ENG_DRUG_ALL, { { ENG_SIGNAL_damage, PARAM(nintedanib_damage), NULL } }, 1) \
    X(bortezomib, bortezomib, "A", "proteasome inhibitor, against plasma cells", 3, 3, ENG_DRUG_ALL, ENG_DRUG_KILLS_PLASMA(bortezomib_kill)) \
    X(daratumumab, daratumumab, "A", "antibody against CD38, against plasma cells", 20, 5, ENG_DRUG_ALL, ENG_DRUG_KILLS_PLASMA(daratumumab_kill)) \
    X(letermovir, letermovir, "L", "against cytomegalovirus, as prophylaxis", 0.5, 1, ENG_DRUG_ALL, { { ENG_SIGNAL_cmv, PARAM(letermovir_cmv), NULL } }, 1) \
    X(defibrotide, defibrotide, "L", "against veno-occlusive disease; taken on the last day of conditioning", 0.1, 1, ENG_DRUG_ALL, { { ENG_SIGNAL_vod, PARAM(defibrotide_vod), NULL } }, 1) \
    X(tac, tac, "A", "tacrolimus, a calcineurin inhibitor, at usual levels", 1.5, 2, ENG_DRUG_ALL, ENG_DRUG_TAC) \
    X(low_dose_il2, low_dose_il2, "T", "interleukin 2, 1 to 2 million units a day or less: Treg", 0.2, 0, ENG_DRUG_ALL, { { ENG_SIGNAL_treg_room, PARAM(low_dose_il2_room), NULL } }, 1)

#define ENG_DRUG_AS_INDEX(name, ...) ENG_DRUG_##name,
enum { ENG_DRUG_LIST(ENG_DRUG_AS_INDEX) ENG_NUM_DRUGS };

extern const eng_noun_t eng_drug_nouns[ENG_NUM_DRUGS]; /* of `drug`, in this order */

/** A drug in the calendar: its place in plan->drugs, and its class's in plan->slots. */
typedef struct {
    int slot, drug;
} eng_drug_place_t;

/**
 * Find the places of a drug or make them; its class is that of the disease.  ENG_ERR_STUDY: more classes or drugs than
 * the calendar holds.
 */
int eng_drug_place(const eng_expansion_t *e, const eng_noun_t *noun, eng_drug_place_t *place);

/** A drug ends at a tick: its doses of `every` that are still to come leave the calendar. */
void eng_drug_end_doses(eng_plan_t *plan, const eng_drug_place_t *place, int32_t tick);

#endif
