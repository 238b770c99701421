/**
 * From the actions of a protocol to dated ops and rules: what holds for every verb.  What one of them becomes is said in
 * its own file (verb.h).
 */
#include "model/verb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(void)
{
    return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
}

int eng_plan_keep(const void *what, size_t size, void **kept)
{
    *kept = malloc(size);
    if (*kept == NULL) {
        return no_memory();
    }
    memcpy(*kept, what, size);
    return 0;
}

int eng_plan_add(const eng_expansion_t *e, eng_op_t head, const void *what, size_t size)
{
    eng_plan_t *plan = e->plan;
    eng_op_t *ops = realloc(plan->ops, (size_t)(plan->num_ops + 1) * sizeof(*ops));
    if (ops == NULL) {
        return no_memory();
    }
    plan->ops = ops;
    head.what = NULL;
    if (what != NULL) {
        int ret = eng_plan_keep(what, size, &head.what);
        if (ret != 0) {
            return ret;
        }
    }
    head.kind = e->kind;
    head.order = e->order;
    head.seen = e->action->by_rule ? e->action->seen : INT32_MIN;
    plan->transplant = plan->transplant || head.transplant;
    ops[plan->num_ops++] = head;
    return 0;
}

int eng_plan_add_daily(const eng_expansion_t *e, eng_op_t head, const void *what, size_t size)
{
    const int days = eng_action_days(e->action);
    int ret = 0;

    for (int j = 0; j < days && ret == 0; j++) {
        head.tick = e->action->tick + j * ENG_TICKS_PER_DAY;
        ret = eng_plan_add(e, head, what, size);
    }
    return ret;
}

/* --- rules ---------------------------------------------------------------------------------------------------- */

static int expand_rule(const eng_expansion_t *e)
{
    eng_plan_t *plan = e->plan;
    const eng_action_t *action = e->action;
    const eng_action_kind_t *kind = eng_action_kind_at(e->kind);
    eng_rule_t rule = { .event = action->event, .after = action->after, .times = action->times, .kind = e->kind,
        .duration = action->noun->acts == ENG_ACTS_ONCE ? 0 : action->duration, .taper = action->taper, .dated = true };
    int ret = 0;

    if (plan->num_rules == ENG_MAX_RULES) {
        return ENG_FAIL(ENG_ERR_STUDY, "a protocol may have at most %d `when` rules", ENG_MAX_RULES);
    }
    if (kind->rule != NULL) {
        ret = kind->rule(e, &rule);
    }
    if (ret == 0) {
        plan->rules[plan->num_rules++] = rule;
        plan->branches |= rule.dated;
    }
    return ret;
}

/* What an event asks for with dates is one whole: nothing of it is asked for again before the last of it is done. */
static void join_rules(eng_plan_t *plan)
{
    for (int j = 0; j < plan->num_rules; j++) {
        for (int k = 0; k < plan->num_rules; k++) {
            const eng_rule_t *mate = &plan->rules[k];
            if (plan->rules[j].dated && mate->dated && mate->event == plan->rules[j].event
                && mate->after > plan->rules[j].busy) {
                plan->rules[j].busy = mate->after;
            }
        }
    }
}

/* --- all actions ------------------------------------------------------------------------------------------------ */

static int expand(eng_expansion_t *e, int order)
{
    const int verb = (int)e->protocol->actions[order].noun->verb;

    e->action = &e->protocol->actions[order];
    e->order = order;
    e->kind = eng_action_kind_of(verb);
    if (e->kind < 0) {
        return ENG_FAIL(ENG_ERR_NOT_BUILT, "'%s' is not available yet", eng_verb_name(verb));
    }
    return e->action->on_event ? expand_rule(e) : eng_action_kind_at(e->kind)->expand(e);
}

static int by_time(const void *a, const void *b)
{
    const eng_op_t *x = a, *y = b;
    if (x->tick != y->tick) {
        return x->tick < y->tick ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

/* A run-in acts by the calendar of its days: in that of the screening before the first day, in that of a protocol from it on. */
static void keep_own(eng_plan_t *plan)
{
    const int32_t start = eng_tick_nearest(plan->start);
    int kept = 0;

    for (int j = 0; j < plan->num_ops; j++) {
        if (plan->ops[j].tick >= start && plan->ops[j].tick < (plan->screening ? plan->stop : INT32_MAX)) {
            plan->ops[kept++] = plan->ops[j];
        } else {
            free(plan->ops[j].what);
        }
    }
    plan->num_ops = kept;
}

int eng_plan_ops(eng_plan_t *plan, const eng_protocol_t *protocol, const eng_disease_t *disease, double horizon)
{
    eng_expansion_t e = { .plan = plan, .disease = disease, .protocol = protocol, .horizon = horizon };

    plan->uses = eng_protocol_uses(protocol);
    for (int j = 0; j < protocol->num_actions; j++) {
        int ret = expand(&e, j);
        if (ret != 0) {
            return ret;
        }
    }
    if (plan->num_ops > 0) {
        qsort(plan->ops, (size_t)plan->num_ops, sizeof(*plan->ops), by_time);
    }
    keep_own(plan);
    join_rules(plan);
    for (int j = 0; j < ENG_NUM_KINDS; j++) {
        if (eng_action_kind_at(j)->finish != NULL) {
            eng_action_kind_at(j)->finish(plan);
        }
    }
    return 0;
}
