/**
 * What the model is made of: one line per module and per disease, and one per kind of action.
 *
 * A disease is src/model/lanes/disease_<name>.c, which is compiled once for each vector width and fills
 * `const eng_module_lanes_t eng_lanes_<name>_<width>`, its hooks; the plain build of it also fills
 * `const eng_disease_t eng_disease_<name>`, its tables.  Diseases that are alike share a header of that folder (bowel.h).  A module that several diseases share is
 * src/model/lanes/module_<name>.c, likewise with `const eng_module_t eng_module_<name>`.
 *
 * A kind of action is src/model/lanes/action_<verb>.c, which fills `const eng_action_kind_t eng_action_<verb>` once and
 * `const eng_action_lanes_t eng_action_lanes_<verb>_<width>` for each width (verb.h, lanes/verb.h).
 */
#ifndef ENG_MODEL_CATALOGUE_H
#define ENG_MODEL_CATALOGUE_H

#define ENG_MODULE_LIST(X) X(clones) X(visits) X(tissue) X(humoral) X(product) X(msc) X(engineered)
#define ENG_DISEASE_LIST(X)                                                                             \
    X(ms)                                                                                               \
    X(t1d)                                                                                              \
    X(ra)                                                                                               \
    X(sle)                                                                                              \
    X(ssc)                                                                                              \
    X(crohn)                                                                                            \
    X(uc)                                                                                               \
    X(allergy)                                                                                          \
    X(inflammation)                                                                                     \
    X(none)

/* Verbs that are available; one of ENG_VERB_LIST (action.h) that is missing here is known, but has no nouns yet. */
#define ENG_ACTION_KIND_LIST(X)                                                                                        \
    X(mobilise) X(harvest) X(condition) X(atg) X(graft) X(growth) X(drug) X(stop) X(product) X(msc)

/** ENG_MODULE_<name>: the place of a shared module in its list; ENG_USES(name): its bit among those that an action needs (eng_noun_t.uses). */
#define ENG_MODULE_AS_ENUM(name) ENG_MODULE_##name,
enum { ENG_MODULE_LIST(ENG_MODULE_AS_ENUM) ENG_NUM_SHARED_MODULES };
#define ENG_USES(name) (1u << ENG_MODULE_##name)

/** ENG_KIND_<verb>: the place of a kind of action in this list. */
#define ENG_KIND_AS_ENUM(verb) ENG_KIND_##verb,
enum { ENG_ACTION_KIND_LIST(ENG_KIND_AS_ENUM) ENG_NUM_KINDS };

#endif
