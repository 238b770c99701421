/**
 * Drugs, a row each (MODEL section 6.3): what `drug` gives and `stop` ends.
 */
#ifndef ENG_MODEL_LANES_DRUG_ROWS_H
#define ENG_MODEL_LANES_DRUG_ROWS_H

#include "model/action_data.h"
#include "model/verb.h"

#define PARAM(field) offsetof(eng_params_t, field)

#define ENG_DRUG_TRAFFIC(field) { { ENG_SIGNAL_traffic, PARAM(field) } }, 1
#define ENG_DRUG_ANTI_CD20 { { ENG_SIGNAL_traffic, PARAM(anti_cd20_traffic) }, { ENG_SIGNAL_b_kill, PARAM(anti_cd20_kill) } }, 2
#define ENG_DRUG_TEPLIZUMAB \
    { { ENG_SIGNAL_effector_kill, PARAM(teplizumab_kill) }, { ENG_SIGNAL_regulation, PARAM(teplizumab_regulation) }, \
        { ENG_SIGNAL_clone_kill, PARAM(teplizumab_clone_kill) } }, 3
#define ENG_DRUG_ALL ENG_NO_PARAM, ENG_NO_PARAM /* all respond, nobody loses the response */

/*
 * X(name, class, source, help, half-life d (0: the effect ends with the drug), lymphoid log10 kill at start, responders, loss,
 *   effects at full exposure, their number)
 */
#define ENG_DRUG_LIST(X)                                                                                               \
    X(dmt_standard, ms_dmt, "T", "the usual mixture of trial control arms", 0, 0, ENG_DRUG_ALL, ENG_DRUG_TRAFFIC(dmt_standard_traffic)) \
    X(natalizumab, ms_dmt, "T", "antibody against alpha-4 integrin", 11, 0, ENG_DRUG_ALL, ENG_DRUG_TRAFFIC(natalizumab_traffic)) \
    X(fingolimod, ms_dmt, "T", "keeps lymphocytes in lymph nodes", 9, 0, ENG_DRUG_ALL, ENG_DRUG_TRAFFIC(fingolimod_traffic)) \
    X(ifn_ga, ms_dmt, "T", "interferon beta or glatiramer", 0, 0, ENG_DRUG_ALL, ENG_DRUG_TRAFFIC(ifn_ga_traffic))          \
    X(dmf, ms_dmt, "T", "dimethyl fumarate", 0, 0, ENG_DRUG_ALL, ENG_DRUG_TRAFFIC(dmf_traffic))                            \
    X(cladribine, ms_dmt, "T", "cladribine tablets; also kills lymphocytes", 0, 0.3, ENG_DRUG_ALL, ENG_DRUG_TRAFFIC(cladribine_traffic)) \
    X(rituximab, anti_cd20, "T", "antibody against B cells", 20, 0, ENG_DRUG_ALL, ENG_DRUG_ANTI_CD20)                      \
    X(ocrelizumab, anti_cd20, "T", "antibody against B cells", 26, 0, ENG_DRUG_ALL, ENG_DRUG_ANTI_CD20) \
    X(teplizumab, teplizumab, "T", "antibody against CD3", 10, 0, PARAM(teplizumab_responders), ENG_NO_PARAM, ENG_DRUG_TEPLIZUMAB) \
    X(abatacept, abatacept, "T", "blocks co-stimulation of T cells", 13, 0, PARAM(abatacept_responders), PARAM(abatacept_loss), \
        { { ENG_SIGNAL_effector_growth, PARAM(abatacept_growth) } }, 1) \
    X(insulin, insulin, "A", "insulin to a plan, needed or not; what is needed is given under any protocol", 0, 0, ENG_DRUG_ALL, \
        { { ENG_SIGNAL_insulin, PARAM(insulin_given) } }, 1)

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
