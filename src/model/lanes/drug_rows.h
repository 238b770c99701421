/**
 * Drugs, a row each (MODEL section 6.3): what `drug` gives and `stop` ends.
 */
#ifndef ENG_MODEL_LANES_DRUG_ROWS_H
#define ENG_MODEL_LANES_DRUG_ROWS_H

#include "model/action_data.h"
#include "model/plan.h"

#define PARAM(field) offsetof(eng_params_t, field)

/* X(name, half-life d (0: the effect ends with the drug), triggers left, B-cell killing, lymphoid log10 kill at start,
 *   source, help) */
#define ENG_DRUG_LIST(X)                                                                                               \
    X(dmt_standard, 0, PARAM(dmt_standard_traffic), ENG_NO_PARAM, 0, "T", "the usual mixture of trial control arms") \
    X(natalizumab, 11, PARAM(natalizumab_traffic), ENG_NO_PARAM, 0, "T", "antibody against alpha-4 integrin") \
    X(fingolimod, 9, PARAM(fingolimod_traffic), ENG_NO_PARAM, 0, "T", "keeps lymphocytes in lymph nodes") \
    X(ifn_ga, 0, PARAM(ifn_ga_traffic), ENG_NO_PARAM, 0, "T", "interferon beta or glatiramer") \
    X(dmf, 0, PARAM(dmf_traffic), ENG_NO_PARAM, 0, "T", "dimethyl fumarate") \
    X(cladribine, 0, PARAM(cladribine_traffic), ENG_NO_PARAM, 0.3, "T", "cladribine tablets; also kills lymphocytes") \
    X(rituximab, 20, PARAM(anti_cd20_traffic), PARAM(anti_cd20_kill), 0, "T", "antibody against B cells") \
    X(ocrelizumab, 26, PARAM(anti_cd20_traffic), PARAM(anti_cd20_kill), 0, "T", "antibody against B cells")

#define ENG_DRUG_AS_INDEX(name, ...) ENG_DRUG_##name,
enum { ENG_DRUG_LIST(ENG_DRUG_AS_INDEX) ENG_NUM_DRUGS };

extern const eng_noun_t eng_drug_nouns[ENG_NUM_DRUGS]; /* of `drug`, in this order */

/** A drug in the calendar: its place in plan->drugs, and its class's in plan->slots. */
typedef struct {
    int slot, drug;
} eng_drug_place_t;

/** Find the places of a drug or make them.  ENG_ERR_STUDY: more classes or drugs than the calendar holds. */
int eng_drug_place(eng_plan_t *plan, const eng_noun_t *noun, eng_drug_place_t *place);

#endif
