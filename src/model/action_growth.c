/**
 * Growth factors (MODEL section 6.3): the effect is full while they are given and ends with them.
 */
#include "model/action_data.h"
#include "model/catalogue.h"

static const eng_growth_row_t gcsf = { ENG_GROWTH_GCSF };

static const eng_noun_t nouns[] = {
    { ENG_VERB_GROWTH, "gcsf", ENG_ACTS_WHILE, NULL, 0, "", false, false, true, &gcsf, "T",
        "G-CSF: faster division and maturation of granulocytes; needs `for` or `until`" },
};

const eng_action_kind_t eng_action_growth = { ENG_VERB_GROWTH, nouns, (int)(sizeof(nouns) / sizeof(*nouns)) };
