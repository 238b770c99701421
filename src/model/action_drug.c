/**
 * Drugs and their end (MODEL section 6.3).  A drug is an exposure C: 1 while it is taken, then falling with its
 * half-life.  With `every` each dose sets C to 1 and it falls from there, which is how depleting antibodies are
 * given; one course of them is `for: 1 d`.  All drugs below belong to one class: a new one replaces the one before.
 */
#include "model/action_data.h"
#include "model/catalogue.h"

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

#define AS_DATA(name, half_life, traffic, b_kill, lymphoid, source, help)                                              \
    static const eng_drug_t name = { half_life, traffic, b_kill, lymphoid };
ENG_DRUG_LIST(AS_DATA)

#define AS_INDEX(name, ...) DRUG_##name,
enum { ENG_DRUG_LIST(AS_INDEX) NUM_DRUGS };

/* No fine window: as the action of a `when` rule a drug is given at visits, without another calendar. */
#define AS_DRUG(name, half_life, traffic, b_kill, lymphoid, source, help)                                              \
    { ENG_VERB_DRUG, #name, ENG_ACTS_WHILE, NULL, 0, "ms_dmt", false, false, true, &name, source, help },
static const eng_noun_t drugs[] = { ENG_DRUG_LIST(AS_DRUG) };

#define AS_STOP(name, half_life, traffic, b_kill, lymphoid, source, help)                                              \
    { ENG_VERB_STOP, #name, ENG_ACTS_ONCE, NULL, 0, "", false, false, false, &drugs[DRUG_##name], "D",                 \
        "the drug of this name ends here" },
static const eng_noun_t stops[] = { ENG_DRUG_LIST(AS_STOP) };

const eng_action_kind_t eng_action_drug = { ENG_VERB_DRUG, drugs, NUM_DRUGS };
const eng_action_kind_t eng_action_stop = { ENG_VERB_STOP, stops, NUM_DRUGS };
