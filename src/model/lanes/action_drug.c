/**
 * Drugs (MODEL section 6.3; the rows are in drug_rows.h).  A drug is an exposure C that rises to 1 while it is taken, then falls with its
 * half-life.  With `every`, or for a day at most, it is a dose that sets C to 1, from where it falls: so depleting antibodies are given.  A drug replaces what its class
 * took; drugs of several classes act together.
 */
#include "model/lanes/drug_rows.h"
#include "model/lanes/verb.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    eng_drug_place_t place;
    double until, taper; /* day; d */
} intake_t;

#ifdef ENG_TABLES

/* The effects are the rest of a row: two braces of them and their number. */
#define AS_DATA(name, class, source, help, half_life, onset, responders, loss, ...)                                    \
    static const eng_drug_t name = { half_life, onset, responders, loss, __VA_ARGS__ };
#define AS_DATA_OF(...) AS_DATA(__VA_ARGS__)
ENG_DRUG_LIST(AS_DATA_OF)

/* No fine window: as the action of a `when` rule a drug is given at visits, without another calendar. */
#define AS_DRUG(name, class, source, help, ...)                                                                        \
    { ENG_VERB_DRUG, #name, ENG_ACTS_WHILE, NULL, 0, #class, false, false, true, &name, source, help },
const eng_noun_t eng_drug_nouns[ENG_NUM_DRUGS] = { ENG_DRUG_LIST(AS_DRUG) };

#define OF_A_NAME UINT32_C(0x40000000) /* from here on; the list's are below */

uint32_t
eng_drug_class_number(const char *class_name)
{
#define AS_CLASS(name, number) { #name, number },
    static const struct {
        const char *name;
        uint32_t number;
    } classes[] = { ENG_DRUG_CLASS_LIST(AS_CLASS) };
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */

    for (int j = 0; j < ENG_COUNT_OF(classes); j++) {
        if (strcmp(classes[j].name, class_name) == 0) {
            return classes[j].number;
        }
    }
    for (const char *c = class_name; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * UINT32_C(16777619);
    }
    return OF_A_NAME | (hash & (OF_A_NAME - 1));
}

const char *
eng_drug_class(const eng_disease_t *disease, const eng_noun_t *noun)
{
    int j;

    for (j = 0; j < disease->num_drug_classes; j++) {
        if (strcmp(disease->drug_classes[j].drug, noun->name) == 0) {
            return disease->drug_classes[j].class_name;
        }
    }
    return noun->class_name;
}

/* --- the calendar ----------------------------------------------------------------------------------------- */

static int
find_slot(eng_plan_t *plan, const char *class_name, int *slot)
{
    for (*slot = 0; *slot < plan->num_slots; ++*slot) {
        const char *other = plan->slots[*slot];

        if (strcmp(other, class_name) == 0) {
            return 0;
        }
        if (eng_drug_class_number(other) == eng_drug_class_number(class_name)) {
            return ENG_FAIL(ENG_ERR_INTERNAL, "drug classes '%s' and '%s' have one draw number: one of them needs another name", other,
                class_name);
        }
    }
    if (plan->num_slots == ENG_MAX_SLOTS) {
        return ENG_FAIL(ENG_ERR_STUDY, "a protocol may use drugs of at most %d classes", ENG_MAX_SLOTS);
    }
    plan->slots[plan->num_slots++] = class_name;
    return 0;
}

static int
find_drug(eng_plan_t *plan, const eng_noun_t *noun, const char *class_name, int *drug)
{
    const int limit = (int)(sizeof(plan->drugs) / sizeof(*plan->drugs));
    for (*drug = 0; *drug < plan->num_drugs; ++*drug) {
        if (plan->drugs[*drug] == noun) {
            return 0;
        }
    }
    if (plan->num_drugs == limit) {
        return ENG_FAIL(ENG_ERR_STUDY, "a protocol may use at most %d different drugs", limit);
    }
    plan->drugs[plan->num_drugs++] = noun;
    const eng_drug_t *row = noun->data;
    for (int j = 0; j < row->num_effects; j++) {
        const char *only = row->effect[j].only;
        plan->writes |= only == NULL || strcmp(only, class_name) == 0 ? UINT64_C(1) << row->effect[j].signal : 0;
    }
    plan->losses |= row->loss != ENG_NO_PARAM;
    return 0;
}

int
eng_drug_place(const eng_expansion_t *e, const eng_noun_t *noun, eng_drug_place_t *place)
{
    int ret = find_slot(e->plan, eng_drug_class(e->disease, noun), &place->slot);

    return ret == 0 ? find_drug(e->plan, noun, eng_drug_class(e->disease, noun), &place->drug) : ret;
}

/* The days of doses that are given again and again. */
static int
note_dosing(const eng_expansion_t *e, const eng_drug_place_t *place, double start, double stop)
{
    eng_plan_t *plan = e->plan;
    eng_dosing_t *dosings = realloc(plan->dosings, (size_t)(plan->num_dosings + 1) * sizeof(*dosings));

    if (dosings == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
    }
    plan->dosings = dosings;
    dosings[plan->num_dosings++] = (eng_dosing_t){ place->slot, place->drug, e->order, start, stop };
    return 0;
}

void
eng_drug_end_doses(eng_plan_t *plan, const eng_drug_place_t *place, int32_t tick)
{
    for (int k = 0; k < plan->num_dosings; k++) {
        eng_dosing_t *dosing = &plan->dosings[k];
        const bool ends = dosing->drug == place->drug && dosing->start * ENG_TICKS_PER_DAY < tick && tick < dosing->stop * ENG_TICKS_PER_DAY;
        int kept = 0;

        for (int j = 0; ends && j < plan->num_ops; j++) {
            if (plan->ops[j].order == dosing->order && plan->ops[j].tick >= tick) {
                free(plan->ops[j].what);
            } else {
                plan->ops[kept++] = plan->ops[j];
            }
        }
        plan->num_ops = ends ? kept : plan->num_ops;
        dosing->stop = ends ? (double)tick / ENG_TICKS_PER_DAY : dosing->stop;
    }
}

/* Drugs repeat with `every`; a pulse holds its exposure for no time, any other until its end. */
static int
expand(const eng_expansion_t *e)
{
    const eng_action_t *action = e->action;
    const double start = (double)action->tick / ENG_TICKS_PER_DAY;
    const double end = isnan(action->duration) ? e->horizon + 1 : start + action->duration;
    const eng_drug_t *drug = action->noun->data;
    const bool pulse = action->noun->acts == ENG_ACTS_ONCE || action->every > 0 || (drug->half_life > 0 && !(end - start > 1));
    intake_t intake = { .taper = action->taper };
    int ret = eng_drug_place(e, action->noun, &intake.place);
    double day;

    if (ret == 0 && action->every > 0) {
        ret = note_dosing(e, &intake.place, start, end);
    }
    for (day = start; ret == 0 && day <= e->horizon; day += action->every) {
        intake.until = pulse ? day : end;
        ret = eng_plan_add(e, (eng_op_t){ .tick = eng_tick_nearest(day) }, &intake, sizeof(intake));
        if (!(action->every > 0) || day + action->every >= end) {
            break;
        }
    }
    return ret;
}

/* Given at the visit: no other calendar is needed. */
static int
rule(const eng_expansion_t *e, eng_rule_t *made)
{
    eng_drug_place_t place;
    int ret = eng_drug_place(e, e->action->noun, &place);

    made->dated = false;
    return ret == 0 ? eng_plan_keep(&place, sizeof(place), &made->what) : ret;
}

/* --- checks ----------------------------------------------------------------------------------------------- */

static void
check_drug(eng_check_t *check, int j)
{
    const eng_action_t *action = eng_check_at(check, j);

    if (isnan(action->every)) {
        return;
    }
    if (action->on_event) {
        eng_check_tell(check, j, true, "'every' in a 'when' rule is not available yet");
    } else if (!(((const eng_drug_t *)action->noun->data)->half_life > 0)) {
        eng_check_tell(check, j, true, "'%s' acts only while it is taken: give it with 'for', without 'every'",
            action->noun->name);
    }
}

const eng_action_kind_t eng_action_drug = { .verb = ENG_VERB_DRUG,
    .nouns = eng_drug_nouns,
    .num_nouns = ENG_NUM_DRUGS,
    .repeats = true,
    .expand = expand,
    .rule = rule,
    .check = check_drug };

#endif

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const intake_t *intake = op->what;
    real all[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        all[l] = 1;
    }
    eng_drug_start(c, intake->place.slot, intake->place.drug, (real)intake->until, (real)intake->taper, all);
}

static void visit(eng_course_t *c, const eng_rule_t *made, real until, const real *lanes)
{
    const eng_drug_place_t *place = made->what;

    eng_drug_start(c, place->slot, place->drug, until, (real)made->taper, lanes);
}

ENG_ACTION_LANES(drug) = { apply, visit };
