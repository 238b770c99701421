/**
 * The end of a drug (MODEL section 6.3): from here on its exposure falls.
 */
#include "model/lanes/drug_rows.h"
#include "model/catalogue.h"
#include "model/lanes/verb.h"

#ifdef ENG_TABLES

#define AS_STOP(name, ...)                                                                                             \
    { ENG_VERB_STOP, #name, ENG_ACTS_ONCE, NULL, 0, "", false, false, false, &eng_drug_nouns[ENG_DRUG_##name], "D",    \
        "the drug of this name ends here" },
static const eng_noun_t nouns[] = { ENG_DRUG_LIST(AS_STOP) };

static int
expand(const eng_expansion_t *e)
{
    eng_drug_place_t place;
    int ret = eng_drug_place(e, e->action->noun->data, &place);

    return ret == 0 ? eng_plan_add(e, (eng_op_t){ .tick = e->action->tick }, &place, sizeof(place)) : ret;
}

/* Doses of `every` that are still to come are not given: those of actions that began before. */
static void
finish(eng_plan_t *plan)
{
    for (int j = plan->num_ops - 1; j >= 0; j--) {
        if (j < plan->num_ops && plan->ops[j].kind == ENG_KIND_stop) {
            eng_drug_end_doses(plan, plan->ops[j].what, plan->ops[j].tick);
        }
    }
}

/* A drug that is ended must have been begun: at a date before, or by a rule. */
static void
check_stop(eng_check_t *check, int j)
{
    const eng_noun_t *drug = eng_check_at(check, j)->noun->data;
    int k;

    if (!eng_check_is_dated(check, j, ENG_VERB_STOP)) {
        return;
    }
    for (k = 0; k < check->protocol->num_actions; k++) {
        if (eng_check_at(check, k)->noun == drug && (eng_check_at(check, k)->on_event || eng_check_before(check, k, j))) {
            return;
        }
    }
    eng_check_tell(check, j, false, "no '%s' is given before this: there is nothing to stop", drug->name);
}

const eng_action_kind_t eng_action_stop = { .verb = ENG_VERB_STOP,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEVER,
    .expand = expand,
    .finish = finish,
    .check = check_stop };

#endif

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const eng_drug_place_t *place = op->what;

    eng_drug_stop(c, place->slot, place->drug, (real)op->tick / ENG_TICKS_PER_DAY);
}

ENG_ACTION_LANES(stop) = { .apply = apply };
