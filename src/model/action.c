/**
 * The registry of therapy: verbs, and the nouns that each kind of action registers.
 */
#include "model/action.h"

#include "model/catalogue.h"
#include <string.h>

/* One line per verb that is available; a verb that is missing here is known, but has no nouns yet. */
#define ENG_ACTION_KIND_LIST(X)                                                                                        \
    X(mobilise) X(harvest) X(condition) X(atg) X(graft) X(growth) X(drug) X(stop)

#define ENG_KIND_AS_EXTERN(verb) extern const eng_action_kind_t eng_action_##verb;
ENG_ACTION_KIND_LIST(ENG_KIND_AS_EXTERN)

#define ENG_KIND_AS_POINTER(verb) &eng_action_##verb,
static const eng_action_kind_t *const kinds[] = { ENG_ACTION_KIND_LIST(ENG_KIND_AS_POINTER) };

#define ENG_VERB_AS_TEXT(name, text) text,
static const char *const verbs[] = { ENG_VERB_LIST(ENG_VERB_AS_TEXT) };

const char *
eng_verb_name(int verb)
{
    return verb >= 0 && verb < ENG_NUM_VERBS ? verbs[verb] : NULL;
}

int
eng_verb_find(const char *name)
{
    int j;

    for (j = 0; j < ENG_NUM_VERBS; j++) {
        if (strcmp(verbs[j], name) == 0) {
            return j;
        }
    }
    return -1;
}

/* NULL if the verb has no nouns yet. */
static const eng_action_kind_t *
find_kind(int verb)
{
    size_t j;

    for (j = 0; j < sizeof(kinds) / sizeof(*kinds); j++) {
        if ((int)kinds[j]->verb == verb) {
            return kinds[j];
        }
    }
    return NULL;
}

int
eng_noun_count(int verb)
{
    const eng_action_kind_t *kind = find_kind(verb);

    return kind == NULL ? 0 : kind->num_nouns;
}

const eng_noun_t *
eng_noun_at(int verb, int j)
{
    return j >= 0 && j < eng_noun_count(verb) ? &find_kind(verb)->nouns[j] : NULL;
}

const eng_noun_t *
eng_noun_find(int verb, const char *name)
{
    int j, count = eng_noun_count(verb);

    for (j = 0; j < count; j++) {
        if (strcmp(eng_noun_at(verb, j)->name, name) == 0) {
            return eng_noun_at(verb, j);
        }
    }
    return NULL;
}
