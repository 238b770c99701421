/**
 * What the model is made of: one line per disease, and what each kind of action registers.
 *
 * A disease is src/model/lanes/disease_<name>.c, which is compiled once for each vector width and fills
 * `const eng_disease_t eng_disease_<name>_<width>`.  The tables in it do not depend on the width, so that the plain
 * one answers all questions about a disease.
 *
 * A kind of action is action_<verb>.c, which fills `const eng_action_kind_t eng_action_<verb>`, and one line in
 * ENG_ACTION_KIND_LIST (action.c).
 */
#ifndef ENG_MODEL_CATALOGUE_H
#define ENG_MODEL_CATALOGUE_H

#include "model/action.h"

#define ENG_DISEASE_LIST(X) X(ms)

/** The nouns of one verb.  Borrows static rows. */
typedef struct {
    eng_verb_t verb;
    const eng_noun_t *nouns; /* num_nouns rows, all of this verb */
    int num_nouns;
} eng_action_kind_t;

#endif
