/**
 * What only the whole of a protocol shows: cells that are missing, actions outside the simulated time, keys that would
 * be read by nothing.  Each rule looks at one action and its neighbours in time and tells at most one thing.
 */
#include "base/error.h"
#include "model/action.h"
#include "model/action_data.h"
#include "model/regimen.h"
#include "model/tile.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EARLIEST_DAY (-60)
#define MYELOABLATIVE 2.0 /* log10 of stem cells: less than one in a hundred is left */
#define MOBILISED_DAYS 30 /* a mobilisation counts for harvests within so many days */

typedef struct {
    const eng_protocol_t *protocol;
    const struct eng_disease *disease;
    double horizon; /* days */
    void (*tell)(void *context, int action, bool error, const char *text);
    void *context;
    int num_errors;
} check_t;

static void report(check_t *check, int action, bool error, const char *format, ...) ENG_PRINTF(4, 5);

static void
report(check_t *check, int action, bool error, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    check->num_errors += error;
    check->tell(check->context, action, error, text);
}

/* --- looking at actions ---------------------------------------------------------------------------------- */

static const eng_action_t *
at(const check_t *check, int j)
{
    return &check->protocol->actions[j];
}

static bool
is_dated(const check_t *check, int j, eng_verb_t verb)
{
    return at(check, j)->noun->verb == verb && !at(check, j)->on_event;
}

/* Dated actions act by their time, ties by list order. */
static bool
before(const check_t *check, int j, int k)
{
    int32_t a = at(check, j)->tick, b = at(check, k)->tick;

    return a < b || (a == b && j < k);
}

/* The last action of a verb before action j; -1 if there is none. */
static int
last_before(const check_t *check, int j, eng_verb_t verb)
{
    int k, found = -1;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (is_dated(check, k, verb) && before(check, k, j) && (found < 0 || before(check, found, k))) {
            found = k;
        }
    }
    return found;
}

/* The first one after it. */
static int
first_after(const check_t *check, int j, eng_verb_t verb)
{
    int k, found = -1;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (is_dated(check, k, verb) && before(check, j, k) && (found < 0 || before(check, k, found))) {
            found = k;
        }
    }
    return found;
}

/* Value of an argument by name; 0 if the noun has no such argument. */
static double
argument(const eng_action_t *action, const char *name)
{
    int j;

    for (j = 0; j < action->noun->num_args; j++) {
        if (strcmp(action->noun->args[j].name, name) == 0) {
            return action->arg[j];
        }
    }
    return 0;
}

/* Days from the first dose of a pulse that is split over whole days to the last. */
static int32_t
days_of_doses(const eng_action_t *action)
{
    return action->duration > 1 ? (int32_t)(action->duration + 0.5) - 1 : 0;
}

static int32_t
last_dose(const eng_action_t *action)
{
    return action->tick + days_of_doses(action) * ENG_TICKS_PER_DAY;
}

/* --- time ------------------------------------------------------------------------------------------------ */

static void
check_dates(check_t *check, int j)
{
    const eng_action_t *action = at(check, j);

    if (action->on_event) {
        return;
    }
    if (action->tick < EARLIEST_DAY * ENG_TICKS_PER_DAY) {
        report(check, j, true, "day %g is too early: the first day is %d", (double)action->tick / ENG_TICKS_PER_DAY,
            EARLIEST_DAY);
    } else if (action->tick > eng_tick_nearest(check->horizon)) {
        report(check, j, true, "day %g is after the horizon, day %g", (double)action->tick / ENG_TICKS_PER_DAY,
            check->horizon);
    }
}

/* `for`, `until`, `every` and `taper`: where the kind of action knows what they mean, an error where it does not. */
static void
check_duration(check_t *check, int j)
{
    const eng_action_t *action = at(check, j);
    const char *verb = eng_verb_name((int)action->noun->verb);
    bool drug = action->noun->verb == ENG_VERB_DRUG, given = !isnan(action->duration);

    if (action->noun->verb == ENG_VERB_GROWTH && !given) {
        report(check, j, true, "'%s: %s' needs 'for' or 'until', such as 'for: 7 d'", verb, action->noun->name);
    }
    if (given && (action->noun->verb == ENG_VERB_MOBILISE || action->noun->verb == ENG_VERB_HARVEST ||
            action->noun->verb == ENG_VERB_GRAFT || action->noun->verb == ENG_VERB_STOP)) {
        report(check, j, true, "'%s' acts at once: it takes neither 'for' nor 'until'", verb);
    }
    if (action->taper > 0 && !drug) {
        report(check, j, true, "'taper' is for drugs: '%s' does not take it", verb);
    }
    if (isnan(action->every)) {
        return;
    }
    if (!drug) {
        report(check, j, true, "'every' is for drugs: write one '%s' for each time", verb);
    } else if (action->on_event) {
        report(check, j, true, "'every' in a 'when' rule is not available yet");
    } else if (!(((const eng_drug_t *)action->noun->data)->half_life > 0)) {
        report(check, j, true, "'%s' acts only while it is taken: give it with 'for', without 'every'",
            action->noun->name);
    }
}

/* --- rules that follow an event --------------------------------------------------------------------------- */

static void
check_when(check_t *check, int j)
{
    const eng_action_t *action = at(check, j);

    if (action->on_event && !action->noun->when_allowed) {
        report(check, j, true, "'%s' in a 'when' rule is not available", eng_verb_name((int)action->noun->verb));
    }
}

static void
check_number_of_rules(check_t *check)
{
    int j, rules = 0;

    for (j = 0; j < check->protocol->num_actions; j++) {
        rules += at(check, j)->on_event;
        if (at(check, j)->on_event && rules == ENG_MAX_RULES + 1) {
            report(check, j, true, "a protocol may have at most %d 'when' rules", ENG_MAX_RULES);
        }
    }
}

/* A drug that is ended must have been begun: at a date before, or by a rule. */
static void
check_stop(check_t *check, int j)
{
    const eng_noun_t *drug = at(check, j)->noun->data;
    int k;

    if (!is_dated(check, j, ENG_VERB_STOP)) {
        return;
    }
    for (k = 0; k < check->protocol->num_actions; k++) {
        if (at(check, k)->noun == drug && (at(check, k)->on_event || before(check, k, j))) {
            return;
        }
    }
    report(check, j, false, "no '%s' is given before this: there is nothing to stop", drug->name);
}

/* --- cells ------------------------------------------------------------------------------------------------ */

static bool
is_rule(const check_t *check, int j, eng_verb_t verb)
{
    return at(check, j)->noun->verb == verb && at(check, j)->on_event;
}

static bool
has_rule(const check_t *check, eng_verb_t verb)
{
    int j, found = 0;

    for (j = 0; j < check->protocol->num_actions; j++) {
        found += is_rule(check, j, verb);
    }
    return found > 0;
}

/* Rules of one event act by `after`, ties by list order. */
static bool
rule_before(const check_t *check, int j, int k)
{
    const eng_action_t *a = at(check, j), *b = at(check, k);

    return a->event == b->event && (a->after < b->after || (!(b->after < a->after) && j < k));
}

/* A rule of that verb on the same event, before (1) or after (-1) rule j; -1 if there is none. */
static int
find_rule(const check_t *check, int j, eng_verb_t verb, int where)
{
    int k;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (k != j && is_rule(check, k, verb) && (where > 0 ? rule_before(check, k, j) : rule_before(check, j, k))) {
            return k;
        }
    }
    return -1;
}

static bool
follows_graft(const check_t *check, int j)
{
    int k;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (is_dated(check, k, ENG_VERB_GRAFT) &&
            (at(check, k)->tick > last_dose(at(check, j)) ||
                (at(check, k)->tick == last_dose(at(check, j)) && j < k))) {
            return true;
        }
    }
    return false;
}

/* All conditioning that no graft follows, taken together. */
static void
check_myeloablation(check_t *check)
{
    double stem = 0;
    bool flagged = false;
    int j, last = -1;

    for (j = 0; j < check->protocol->num_actions; j++) {
        if (is_dated(check, j, ENG_VERB_CONDITION) && !follows_graft(check, j)) {
            stem += eng_regimen_kill(at(check, j)).stem;
            flagged = flagged || at(check, j)->noun->myeloablative;
            last = last < 0 || before(check, last, j) ? j : last;
        }
    }
    if (flagged || stem >= MYELOABLATIVE) {
        report(check, last, true,
            "conditioning kills %.2g log10 of the stem cells and no graft follows it: add one such as "
            "'{at: 0 d, graft: pb, donor: auto}'",
            stem);
    }
}

/* Cells go into the graft as what they were harvested as. */
static void
check_source(check_t *check, int j, int harvest)
{
    const eng_action_t *graft = at(check, j);
    const eng_graft_source_t *source = graft->noun->data, *taken = at(check, harvest)->noun->data;

    if (taken->source != source->source) {
        report(check, j, true, "the cells were harvested as '%s', the graft says '%s'", at(check, harvest)->noun->name,
            graft->noun->name);
    } else if (argument(graft, "select") > 0 && argument(at(check, harvest), "select") > 0) {
        report(check, j, false, "'select' stands on the harvest and on the graft: the graft's counts");
    }
}

static void
check_graft(check_t *check, int j)
{
    const eng_action_t *graft = at(check, j);
    const eng_graft_source_t *source = graft->noun->data;
    int harvest = last_before(check, j, ENG_VERB_HARVEST);

    if (source->source == ENG_SOURCE_CORD) {
        report(check, j, true, "cord blood has no autologous donor here: graft: pb or graft: bm");
        return;
    }
    if (harvest < 0) {
        if (last_before(check, j, ENG_VERB_GRAFT) >= 0) {
            report(check, j, true, "a second graft needs cells in store: add a harvest before it");
        } else {
            report(check, j, false, "no harvest before this graft: its cells are taken on the first day");
        }
        return;
    }
    check_source(check, j, harvest);
}

/* A graft on an event: cells that are in store whenever it may come. */
static void
check_rule_graft(check_t *check, int j)
{
    const eng_action_t *graft = at(check, j);
    /* relapses and progression are seen from day 0 on, infections before it too */
    const double earliest = graft->after - (graft->event == ENG_EVENT_INFECTION ? 30 : 0);
    int harvest = find_rule(check, j, ENG_VERB_HARVEST, 1), k;

    for (k = 0; k < check->protocol->num_actions && harvest < 0; k++) {
        if (is_dated(check, k, ENG_VERB_HARVEST) && at(check, k)->tick <= eng_tick_nearest(earliest)) {
            harvest = k;
        }
    }
    if (((const eng_graft_source_t *)graft->noun->data)->source == ENG_SOURCE_CORD) {
        report(check, j, true, "cord blood has no autologous donor here: graft: pb or graft: bm");
    } else if (harvest < 0) {
        report(check, j, true, "a graft on an event needs cells in store: add a harvest by day %g, or one with 'when: %s' before it",
            earliest, eng_event_name(check->disease, (int)graft->event));
    } else {
        check_source(check, j, harvest);
    }
}

static void
check_rule_harvest(check_t *check, int j)
{
    if (find_rule(check, j, ENG_VERB_GRAFT, -1) >= 0) {
        return;
    }
    if (find_rule(check, j, ENG_VERB_GRAFT, 1) >= 0) {
        report(check, j, true, "the harvest comes after its graft: it has to be before it");
    } else if (!has_rule(check, ENG_VERB_GRAFT)) {
        report(check, j, false, "the harvested cells are never given: no graft follows");
    }
}

/* Conditioning on an event that no graft on that event follows, or not every time. */
static void
check_rule_conditioning(check_t *check, int j)
{
    const eng_action_t *action = at(check, j);
    const int graft = find_rule(check, j, ENG_VERB_GRAFT, -1);
    double stem = 0;
    bool flagged = false;
    int k;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (is_rule(check, k, ENG_VERB_CONDITION) && at(check, k)->event == action->event) {
            stem += eng_regimen_kill(at(check, k)).stem;
            flagged = flagged || at(check, k)->noun->myeloablative;
        }
    }
    if (!flagged && stem < MYELOABLATIVE) {
        return;
    }
    if (graft < 0 || at(check, graft)->after < action->after + days_of_doses(action)) {
        report(check, j, true,
            "conditioning kills %.2g log10 of the stem cells and no graft follows it: add one such as "
            "'{when: %s, after: %g d, graft: pb, donor: auto}'",
            stem, eng_event_name(check->disease, (int)action->event), action->after + days_of_doses(action) + 1);
    } else if (at(check, graft)->times < action->times) {
        report(check, j, true, "this acts up to %d times, the graft after it up to %d: give both the same 'times'", action->times,
            at(check, graft)->times);
    }
}

static void
check_rule_mobilise(check_t *check, int j)
{
    const int harvest = find_rule(check, j, ENG_VERB_HARVEST, -1);

    if (harvest < 0 || at(check, harvest)->after - at(check, j)->after > MOBILISED_DAYS) {
        report(check, j, false, "no harvest within %d d follows: the mobilisation gains nothing", MOBILISED_DAYS);
    }
}

static void
check_rule(check_t *check, int j)
{
    switch (at(check, j)->noun->verb) {
    case ENG_VERB_GRAFT:
        check_rule_graft(check, j);
        break;
    case ENG_VERB_HARVEST:
        check_rule_harvest(check, j);
        break;
    case ENG_VERB_CONDITION:
        check_rule_conditioning(check, j);
        break;
    case ENG_VERB_MOBILISE:
        check_rule_mobilise(check, j);
        break;
    default:
        break;
    }
}

static void
check_harvest(check_t *check, int j)
{
    if (first_after(check, j, ENG_VERB_GRAFT) >= 0 || has_rule(check, ENG_VERB_GRAFT)) {
        return;
    }
    if (last_before(check, j, ENG_VERB_GRAFT) >= 0) {
        report(check, j, true, "the harvest comes after its graft: it has to be before it");
    } else {
        report(check, j, false, "the harvested cells are never given: no graft follows");
    }
}

static void
check_mobilise(check_t *check, int j)
{
    int harvest = first_after(check, j, ENG_VERB_HARVEST);

    if (harvest < 0 || at(check, harvest)->tick - at(check, j)->tick > MOBILISED_DAYS * ENG_TICKS_PER_DAY) {
        report(check, j, false, "no harvest within %d d follows: the mobilisation gains nothing", MOBILISED_DAYS);
    }
}

int
eng_protocol_check(const eng_protocol_t *protocol, const struct eng_disease *disease, double horizon_days,
    void (*tell)(void *context, int action, bool error, const char *text), void *context)
{
    check_t check = { protocol, disease, horizon_days, tell, context, 0 };
    int j;

    for (j = 0; j < protocol->num_actions; j++) {
        check_dates(&check, j);
        check_duration(&check, j);
        check_when(&check, j);
        check_stop(&check, j);
        if (at(&check, j)->on_event) {
            check_rule(&check, j);
        } else if (is_dated(&check, j, ENG_VERB_GRAFT)) {
            check_graft(&check, j);
        } else if (is_dated(&check, j, ENG_VERB_HARVEST)) {
            check_harvest(&check, j);
        } else if (is_dated(&check, j, ENG_VERB_MOBILISE)) {
            check_mobilise(&check, j);
        }
    }
    check_myeloablation(&check);
    check_number_of_rules(&check);
    return check.num_errors;
}
