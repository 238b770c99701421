/**
 * The registry of therapy: verbs, and the nouns that each kind of action registers.
 */
#include "model/action.h"

#include "model/verb.h"
#include <string.h>

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

const eng_action_kind_t *
eng_action_kind_at(int kind)
{
    return kind >= 0 && kind < ENG_NUM_KINDS ? kinds[kind] : NULL;
}

int
eng_action_kind_of(int verb)
{
    int j;

    for (j = 0; j < ENG_NUM_KINDS; j++) {
        if ((int)kinds[j]->verb == verb) {
            return j;
        }
    }
    return -1;
}

/* Ends with NULL; not there in engraft itself. */
extern const eng_noun_t *const eng_more_nouns[] __attribute__((weak));

/* Noun j of a verb among those that a test program brings; NULL and *count behind the last. */
static const eng_noun_t *
more_at(int verb, int j, int *count)
{
    int k;

    *count = 0;
    for (k = 0; eng_more_nouns != NULL && eng_more_nouns[k] != NULL; k++) {
        if ((int)eng_more_nouns[k]->verb == verb && (*count)++ == j) {
            return eng_more_nouns[k];
        }
    }
    return NULL;
}

int
eng_noun_count(int verb)
{
    const eng_action_kind_t *kind = eng_action_kind_at(eng_action_kind_of(verb));
    int more;

    (void)more_at(verb, -1, &more);
    return kind == NULL ? 0 : kind->num_nouns + more;
}

const eng_noun_t *
eng_noun_at(int verb, int j)
{
    const eng_action_kind_t *kind = eng_action_kind_at(eng_action_kind_of(verb));
    int more;

    if (kind == NULL || j < 0) {
        return NULL;
    }
    return j < kind->num_nouns ? &kind->nouns[j] : more_at(verb, j - kind->num_nouns, &more);
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

int
eng_noun_index(const eng_noun_t *noun)
{
    int j, count = eng_noun_count((int)noun->verb);

    for (j = 0; j < count; j++) {
        if (eng_noun_at((int)noun->verb, j) == noun) {
            return j;
        }
    }
    return -1;
}

double
eng_action_argument(const eng_action_t *action, const char *name, double absent)
{
    int j;

    for (j = 0; j < action->noun->num_args; j++) {
        if (strcmp(action->noun->args[j].name, name) == 0) {
            return action->arg[j];
        }
    }
    return absent;
}

int
eng_action_days(const eng_action_t *action)
{
    return action->duration > 1 ? (int)(action->duration + 0.5) : 1;
}

unsigned
eng_protocol_uses(const eng_protocol_t *protocol)
{
    unsigned uses = 0;
    int j;

    for (j = 0; j < protocol->num_actions; j++) {
        uses |= protocol->actions[j].noun->uses;
    }
    return uses;
}

const char *
eng_protocol_ethics(const eng_protocol_t *protocol)
{
    int j;

    for (j = 0; j < protocol->num_actions; j++) {
        if (protocol->actions[j].noun->source_ethics != NULL) {
            return protocol->actions[j].noun->source_ethics;
        }
    }
    return "";
}
