/**
 * What the model is made of: one line per module and per disease, and what each kind of action registers.
 *
 * A disease is src/model/lanes/disease_<name>.c, which is compiled once for each vector width and fills
 * `const eng_module_lanes_t eng_lanes_<name>_<width>`, its hooks; the plain build of it also fills
 * `const eng_disease_t eng_disease_<name>`, its tables.  A module that several diseases share is
 * src/model/lanes/module_<name>.c, likewise with `const eng_module_t eng_module_<name>`.
 *
 * A kind of action is action_<verb>.c, which fills `const eng_action_kind_t eng_action_<verb>`, and one line in
 * ENG_ACTION_KIND_LIST (action.c).
 */
#ifndef ENG_MODEL_CATALOGUE_H
#define ENG_MODEL_CATALOGUE_H

#include "model/action.h"

#define ENG_MODULE_LIST(X) X(clones)
#define ENG_DISEASE_LIST(X) X(ms) X(none)

/** The nouns of one verb.  Borrows static rows. */
typedef struct {
    eng_verb_t verb;
    const eng_noun_t *nouns; /* num_nouns rows, all of this verb */
    int num_nouns;
} eng_action_kind_t;

#endif
