/**
 * From the actions of a protocol to dated ops, dosings, drug slots and rules.  A new kind of action adds its case to
 * `expanders` below; what its noun carries is in action_data.h.
 */
#include "model/plan.h"

#include "model/regimen.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_GAP 30.0 /* conditioning doses within so many days make one conditioning (toxicity, R48) */

typedef struct {
    eng_plan_t *plan;
    double horizon;
    int order; /* index of the action */
    int32_t seen;
} builder_t;

static int add_op(builder_t *b, eng_op_t op)
{
    eng_plan_t *plan = b->plan;
    eng_op_t *ops = realloc(plan->ops, (size_t)(plan->num_ops + 1) * sizeof(*ops));
    if (ops == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
    }
    op.order = b->order;
    op.seen = b->seen;
    plan->ops = ops;
    ops[plan->num_ops++] = op;
    return 0;
}

static int add_gcsf(builder_t *b, eng_span_t span)
{
    eng_plan_t *plan = b->plan;
    eng_span_t *all = realloc(plan->gcsf, (size_t)(plan->num_gcsf + 1) * sizeof(*all));
    if (all == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
    }
    plan->gcsf = all;
    all[plan->num_gcsf++] = span;
    return 0;
}

static int split_at(builder_t *b, double day)
{
    return add_op(b, (eng_op_t){ .kind = ENG_OP_SPLIT, .tick = eng_tick_nearest(day) });
}

/* Number of whole days over which a pulse with `for` is split evenly; 1 without. */
static int days_of(const eng_action_t *action)
{
    return action->duration > 1 ? (int)(action->duration + 0.5) : 1;
}

static double argument(const eng_action_t *action, const char *name, double absent)
{
    for (int j = 0; j < action->noun->num_args; j++) {
        if (strcmp(action->noun->args[j].name, name) == 0) {
            return action->arg[j];
        }
    }
    return absent;
}

/* --- kills ------------------------------------------------------------------------------------------------ */

static int expand_condition(builder_t *b, const eng_action_t *action)
{
    int ret = 0;
    const int days = days_of(action);
    const eng_kill_t kill = eng_regimen_kill(action);
    const eng_op_t part = { .kind = ENG_OP_KILL, .window = action->noun->window, .conditioning = true,
        .tbi = ((const eng_regimen_t *)action->noun->data)->tbi, .stem = kill.stem / days, .progenitor = kill.progenitor / days,
        .lymphoid = kill.lymphoid / days, .nk = kill.nk / days, .intensity = kill.intensity / days, .share = 1.0 / days };

    b->plan->transplant = true;
    for (int j = 0; j < days && ret == 0; j++) {
        eng_op_t op = part;
        op.tick = action->tick + j * ENG_TICKS_PER_DAY;
        ret = add_op(b, op);
    }
    return ret;
}

/* --- antibodies, growth factors ---------------------------------------------------------------------------- */

static int noun_index(const eng_noun_t *noun)
{
    int j = 0;
    while (eng_noun_at((int)noun->verb, j) != noun) {
        j++;
    }
    return j;
}

static int expand_atg(builder_t *b, const eng_action_t *action)
{
    int ret = 0;
    const eng_antibody_t *antibody = action->noun->data;
    const int days = days_of(action), index = noun_index(action->noun);

    b->plan->antibodies |= 1u << index;
    for (int j = 0; j < days && ret == 0; j++) {
        ret = add_op(b, (eng_op_t){ .kind = ENG_OP_DOSE, .tick = action->tick + j * ENG_TICKS_PER_DAY, .window = action->noun->window,
            .antibody = index, .amount = action->arg[0] / antibody->reference / days });
    }
    return ret;
}

static int expand_growth(builder_t *b, const eng_action_t *action)
{
    const double start = (double)action->tick / ENG_TICKS_PER_DAY;
    const double stop = start + action->duration;
    int ret = split_at(b, start);
    if (ret == 0 && stop < b->horizon) {
        ret = split_at(b, stop);
    }
    if (ret == 0) {
        ret = add_gcsf(b, (eng_span_t){ start, stop });
    }
    return ret;
}

/* --- cells -------------------------------------------------------------------------------------------------- */

static int expand_mobilise(builder_t *b, const eng_action_t *action)
{
    const eng_mobiliser_t *mobiliser = action->noun->data;
    const double dose = argument(action, "dose", NAN);
    const double share = mobiliser->reference > 0 && !isnan(dose) ? dose / mobiliser->reference : 1;
    return add_op(b, (eng_op_t){ .kind = ENG_OP_KILL, .tick = action->tick, .lymphoid = share * mobiliser->lymphoid });
}

/* Factor of the mobilisations within 30 days before a harvest. */
static double mobilised(const eng_protocol_t *protocol, int32_t tick)
{
    double factor = 1;
    for (int j = 0; j < protocol->num_actions; j++) {
        const eng_action_t *a = &protocol->actions[j];
        const int32_t ago = tick - a->tick;
        if (!a->on_event && a->noun->verb == ENG_VERB_MOBILISE && ago >= 0 && ago <= 30 * ENG_TICKS_PER_DAY) {
            const double f = ((const eng_mobiliser_t *)a->noun->data)->yield_factor;
            factor = f > factor ? f : factor;
        }
    }
    return factor;
}

static int expand_harvest(builder_t *b, const eng_action_t *action, const eng_protocol_t *protocol)
{
    const eng_graft_source_t *source = action->noun->data;
    return add_op(b, (eng_op_t){ .kind = ENG_OP_HARVEST, .tick = action->tick, .source = source->source,
        .select = argument(action, "select", 0), .yield_factor = mobilised(protocol, action->tick) });
}

static bool harvested_before(const eng_protocol_t *protocol, const eng_action_t *graft, double *select)
{
    const eng_action_t *latest = NULL;
    for (int j = 0; j < protocol->num_actions; j++) {
        const eng_action_t *a = &protocol->actions[j];
        const bool harvest = !a->on_event && a->noun->verb == ENG_VERB_HARVEST && a->tick <= graft->tick;
        if (harvest && (latest == NULL || a->tick >= latest->tick)) {
            latest = a;
            *select = argument(a, "select", 0);
        }
    }
    return latest != NULL;
}

static int expand_graft(builder_t *b, const eng_action_t *action, const eng_protocol_t *protocol)
{
    const eng_graft_source_t *source = action->noun->data;
    const double cd3 = argument(action, "cd3", NAN), asked = argument(action, "select", 0);
    double select = 0;

    b->plan->transplant = true;
    b->plan->harvest_at_start |= !harvested_before(protocol, action, &select);
    return add_op(b, (eng_op_t){ .kind = ENG_OP_GRAFT, .tick = action->tick, .window = action->noun->window,
        .source = source->source, .cd34 = argument(action, "cd34", NAN) * 1e-6,
        .cd3 = isnan(cd3) ? source->cd3 : cd3, .select = asked > 0 ? asked : select, .selected_now = asked > 0 });
}

/* --- drugs -------------------------------------------------------------------------------------------------- */

static int find_slot(eng_plan_t *plan, const char *class_name, int *slot)
{
    for (*slot = 0; *slot < plan->num_slots; ++*slot) {
        if (strcmp(plan->slots[*slot], class_name) == 0) {
            return 0;
        }
    }
    if (plan->num_slots == ENG_MAX_SLOTS) {
        return ENG_FAIL(ENG_ERR_STUDY, "a protocol may use drugs of at most %d classes", ENG_MAX_SLOTS);
    }
    plan->slots[plan->num_slots++] = class_name;
    return 0;
}

static int find_drug(eng_plan_t *plan, const eng_noun_t *noun, int *drug)
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
    plan->b_drugs |= ((const eng_drug_t *)noun->data)->b_kill_param != ENG_NO_PARAM;
    return 0;
}

static int expand_rule(builder_t *b, const eng_action_t *action)
{
    eng_plan_t *plan = b->plan;
    eng_rule_t rule = { .event = action->event, .after = action->after, .times = action->times, .slot = -1, .drug = -1,
        .duration = action->noun->acts == ENG_ACTS_ONCE ? 0 : action->duration, .taper = action->taper,
        .dated = action->noun->verb != ENG_VERB_DRUG };
    int ret = rule.dated ? 0 : find_slot(plan, action->noun->class_name, &rule.slot);

    if (ret == 0 && !rule.dated) {
        ret = find_drug(plan, action->noun, &rule.drug);
    }
    if (ret == 0 && plan->num_rules == ENG_MAX_RULES) {
        ret = ENG_FAIL(ENG_ERR_STUDY, "a protocol may have at most %d `when` rules", ENG_MAX_RULES);
    }
    if (ret == 0) {
        plan->rules[plan->num_rules++] = rule;
        plan->branches |= rule.dated;
        plan->harvest_at_start |= action->noun->verb == ENG_VERB_GRAFT; /* in case no harvest came before */
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

/* Drugs repeat with `every`; a pulse holds its exposure for no time, any other until its end. */
static int expand_drug(builder_t *b, const eng_action_t *action)
{
    const double start = (double)action->tick / ENG_TICKS_PER_DAY;
    const double end = isnan(action->duration) ? b->horizon + 1 : start + action->duration;
    const bool pulse = action->noun->acts == ENG_ACTS_ONCE || action->every > 0;
    eng_op_t op = { .kind = ENG_OP_DRUG, .taper = action->taper };
    int ret = find_slot(b->plan, action->noun->class_name, &op.slot);

    if (ret == 0) {
        ret = find_drug(b->plan, action->noun, &op.drug);
    }
    for (double day = start; ret == 0 && day <= b->horizon; day += action->every) {
        op.tick = eng_tick_nearest(day);
        op.until = pulse ? day : end;
        ret = add_op(b, op);
        if (!(action->every > 0) || day + action->every >= end) {
            break;
        }
    }
    return ret;
}

static int expand_stop(builder_t *b, const eng_action_t *action)
{
    const eng_noun_t *noun = action->noun->data;
    eng_op_t op = { .kind = ENG_OP_DRUG_STOP, .tick = action->tick };
    int ret = find_slot(b->plan, noun->class_name, &op.slot);
    if (ret == 0) {
        ret = find_drug(b->plan, noun, &op.drug);
    }
    return ret == 0 ? add_op(b, op) : ret;
}

static int expand(builder_t *b, const eng_action_t *action, const eng_protocol_t *protocol)
{
    if (action->on_event) {
        return expand_rule(b, action);
    }
    switch (action->noun->verb) {
    case ENG_VERB_CONDITION:
        return expand_condition(b, action);
    case ENG_VERB_ATG:
        return expand_atg(b, action);
    case ENG_VERB_GROWTH:
        return expand_growth(b, action);
    case ENG_VERB_MOBILISE:
        return expand_mobilise(b, action);
    case ENG_VERB_HARVEST:
        return expand_harvest(b, action, protocol);
    case ENG_VERB_GRAFT:
        return expand_graft(b, action, protocol);
    case ENG_VERB_DRUG:
        return expand_drug(b, action);
    case ENG_VERB_STOP:
        return expand_stop(b, action);
    default:
        return ENG_FAIL(ENG_ERR_NOT_BUILT, "'%s' is not available yet", eng_verb_name((int)action->noun->verb));
    }
}

static int by_time(const void *a, const void *b)
{
    const eng_op_t *x = a, *y = b;
    if (x->tick != y->tick) {
        return x->tick < y->tick ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static void close_conditioning(eng_op_t *last, double intensity, double lymphoid, bool tbi)
{
    last->toxicity = intensity;
    last->whole_lymphoid = lymphoid;
    last->tbi = tbi;
}

/* The toxicity and late risks of a conditioning are judged once, on its last dose, for the sum of its doses. */
static void judge_toxicity(eng_plan_t *plan)
{
    double sum = 0, lymphoid = 0;
    bool tbi = false;
    eng_op_t *last = NULL;
    for (int j = 0; j < plan->num_ops; j++) {
        eng_op_t *op = &plan->ops[j];
        if (op->kind != ENG_OP_KILL || !op->conditioning) {
            continue;
        }
        const bool judged = last != NULL && last->tick < op->seen; /* it had been given when a rule asked for this one */
        if (last != NULL && (judged || op->tick - last->tick > CLASS_GAP * ENG_TICKS_PER_DAY)) {
            close_conditioning(last, sum, lymphoid, tbi);
            sum = lymphoid = 0;
            tbi = false;
        }
        sum += op->intensity;
        lymphoid += op->lymphoid;
        tbi = tbi || op->tbi;
        last = op;
    }
    if (last != NULL) {
        close_conditioning(last, sum, lymphoid, tbi);
    }
}

int eng_plan_ops(eng_plan_t *plan, const eng_protocol_t *protocol, double horizon)
{
    builder_t b = { .plan = plan, .horizon = horizon };
    int ret = 0;

    for (int j = 0; j < protocol->num_actions && ret == 0; j++) {
        b.order = j;
        b.seen = protocol->actions[j].by_rule ? protocol->actions[j].seen : INT32_MIN;
        ret = expand(&b, &protocol->actions[j], protocol);
    }
    if (plan->num_ops > 0) {
        qsort(plan->ops, (size_t)plan->num_ops, sizeof(*plan->ops), by_time);
    }
    join_rules(plan);
    judge_toxicity(plan);
    return ret;
}
