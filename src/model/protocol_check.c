/**
 * What only the whole of a protocol shows: actions outside the simulated time, keys that would be read by nothing, too many
 * rules; and, from the file of each verb, what it needs of others.  Each check looks at one action and its neighbours in time
 * and tells at most one thing.
 */
#include "model/protocol_check.h"

#include "model/action_data.h"
#include "model/verb.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EARLIEST_DAY (-60)

void
eng_check_tell(eng_check_t *check, int j, bool error, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    check->num_errors += error;
    check->tell(check->context, j, error, text);
}

/* --- dated actions ---------------------------------------------------------------------------------------- */

const eng_action_t *
eng_check_at(const eng_check_t *check, int j)
{
    return &check->protocol->actions[j];
}

bool
eng_check_is_dated(const eng_check_t *check, int j, eng_verb_t verb)
{
    return eng_check_at(check, j)->noun->verb == verb && !eng_check_at(check, j)->on_event;
}

bool
eng_check_before(const eng_check_t *check, int j, int k)
{
    int32_t a = eng_check_at(check, j)->tick, b = eng_check_at(check, k)->tick;

    return a < b || (a == b && j < k);
}

int
eng_check_last_before(const eng_check_t *check, int j, eng_verb_t verb)
{
    int k, found = -1;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (eng_check_is_dated(check, k, verb) && eng_check_before(check, k, j) &&
            (found < 0 || eng_check_before(check, found, k))) {
            found = k;
        }
    }
    return found;
}

int
eng_check_first_after(const eng_check_t *check, int j, eng_verb_t verb)
{
    int k, found = -1;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (eng_check_is_dated(check, k, verb) && eng_check_before(check, j, k) &&
            (found < 0 || eng_check_before(check, k, found))) {
            found = k;
        }
    }
    return found;
}

/* --- rules that follow an event --------------------------------------------------------------------------- */

bool
eng_check_is_rule(const eng_check_t *check, int j, eng_verb_t verb)
{
    return eng_check_at(check, j)->noun->verb == verb && eng_check_at(check, j)->on_event;
}

bool
eng_check_has_rule(const eng_check_t *check, eng_verb_t verb)
{
    int j, found = 0;

    for (j = 0; j < check->protocol->num_actions; j++) {
        found += eng_check_is_rule(check, j, verb);
    }
    return found > 0;
}

static bool
rule_before(const eng_check_t *check, int j, int k)
{
    const eng_action_t *a = eng_check_at(check, j), *b = eng_check_at(check, k);

    return a->event == b->event && (a->after < b->after || (!(b->after < a->after) && j < k));
}

int
eng_check_find_rule(const eng_check_t *check, int j, eng_verb_t verb, int where)
{
    int k;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (k != j && eng_check_is_rule(check, k, verb) &&
            (where > 0 ? rule_before(check, k, j) : rule_before(check, j, k))) {
            return k;
        }
    }
    return -1;
}

/* --- what holds for all verbs ------------------------------------------------------------------------------ */

static void
check_dates(eng_check_t *check, int j)
{
    const eng_action_t *action = eng_check_at(check, j);

    if (action->on_event || j < check->protocol->num_run_in) {
        return;
    }
    if (action->tick < EARLIEST_DAY * ENG_TICKS_PER_DAY) {
        eng_check_tell(check, j, true, "day %g is too early: the first day is %d",
            (double)action->tick / ENG_TICKS_PER_DAY, EARLIEST_DAY);
    } else if (action->tick > eng_tick_nearest(check->horizon)) {
        eng_check_tell(check, j, true, "day %g is after the horizon, day %g",
            (double)action->tick / ENG_TICKS_PER_DAY, check->horizon);
    }
}

/* `for`, `until`, `every` and `taper`: where the kind of action knows what they mean, an error where it does not. */
static void
check_duration(eng_check_t *check, int j, const eng_action_kind_t *kind)
{
    const eng_action_t *action = eng_check_at(check, j);
    const char *verb = eng_verb_name((int)action->noun->verb);
    bool given = !isnan(action->duration);

    if (kind->lasts == ENG_LASTS_NEEDED && !given) {
        eng_check_tell(check, j, true, "'%s: %s' needs 'for' or 'until', such as 'for: 7 d'", verb, action->noun->name);
    }
    if (kind->lasts == ENG_LASTS_NEVER && given) {
        eng_check_tell(check, j, true, "'%s' acts at once: it takes neither 'for' nor 'until'", verb);
    }
    if (action->taper > 0 && !kind->repeats) {
        eng_check_tell(check, j, true, "'taper' is for drugs: '%s' does not take it", verb);
    }
    if (!isnan(action->every) && !kind->repeats) {
        eng_check_tell(check, j, true, "'every' is for drugs: write one '%s' for each time", verb);
    }
}

static void
check_when(eng_check_t *check, int j)
{
    const eng_action_t *action = eng_check_at(check, j);

    if (action->on_event && !action->noun->when_allowed) {
        eng_check_tell(check, j, true, "'%s' in a 'when' rule is not available", eng_verb_name((int)action->noun->verb));
    }
}

/* --- the loss of a response ---------------------------------------------------------------------------------- */

static bool
may_lose_its_response(const eng_noun_t *noun)
{
    return noun->verb == ENG_VERB_DRUG && ((const eng_drug_t *)noun->data)->loss != ENG_NO_PARAM;
}

/* Names of the drugs whose response may be lost, as many as the room takes. */
static void
name_such_drugs(char *names, size_t size)
{
    size_t length = 0;

    names[0] = '\0';
    for (int j = 0; j < eng_noun_count(ENG_VERB_DRUG); j++) {
        const eng_noun_t *noun = eng_noun_at(ENG_VERB_DRUG, j);

        if (may_lose_its_response(noun) && length + strlen(noun->name) + sizeof(", ") < size) {
            length += (size_t)snprintf(names + length, size - length, "%s%s", length > 0 ? ", " : "", noun->name);
        }
    }
}

/* `when: loss_of_response` waits for a drug whose response may be lost, which that event itself does not start. */
static void
check_loss(eng_check_t *check, int j)
{
    char names[96];

    if (!eng_check_at(check, j)->on_event || eng_check_at(check, j)->event != ENG_EVENT_LOSS_OF_RESPONSE) {
        return;
    }
    for (int k = 0; k < check->protocol->num_actions; k++) {
        const eng_action_t *other = eng_check_at(check, k);

        if (may_lose_its_response(other->noun) && !(other->on_event && other->event == ENG_EVENT_LOSS_OF_RESPONSE)) {
            return;
        }
    }
    name_such_drugs(names, sizeof(names));
    eng_check_tell(check, j, true, "'loss_of_response' never comes: no drug of this protocol can lose its response; those that can: %s", names);
}

static void
check_number_of_rules(eng_check_t *check)
{
    int j, rules = 0;

    for (j = 0; j < check->protocol->num_actions; j++) {
        rules += eng_check_at(check, j)->on_event;
        if (eng_check_at(check, j)->on_event && rules == ENG_MAX_RULES + 1) {
            eng_check_tell(check, j, true, "a protocol may have at most %d 'when' rules", ENG_MAX_RULES);
        }
    }
}

int
eng_protocol_check(const eng_protocol_t *protocol, const struct eng_disease *disease, double horizon_days,
    void (*tell)(void *context, int action, bool error, const char *text), void *context)
{
    eng_check_t check = { protocol, disease, horizon_days, tell, context, 0 };
    const eng_action_kind_t *kind;
    int j;

    for (j = 0; j < protocol->num_actions; j++) {
        kind = eng_action_kind_at(eng_action_kind_of((int)protocol->actions[j].noun->verb));
        check_dates(&check, j);
        check_duration(&check, j, kind);
        check_when(&check, j);
        check_loss(&check, j);
        if (kind->check != NULL) {
            kind->check(&check, j);
        }
    }
    for (j = 0; j < ENG_NUM_KINDS; j++) {
        if (eng_action_kind_at(j)->check_all != NULL) {
            eng_action_kind_at(j)->check_all(&check);
        }
    }
    check_number_of_rules(&check);
    return check.num_errors;
}
