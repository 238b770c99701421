/**
 * A verb for tests/slow_new_verb.sh, which builds a tree with this file and one line more: stored cells after a graft, in part
 * lost on their way.  A kind of action with everything that one may have: an argument, ops, a rule, a check, lanes.
 */
#include "model/lanes/verb.h"

#include <math.h>

typedef struct {
    double progenitor; /* S, relative to health */
} boost_t;

#ifdef ENG_TABLES

/* of health, a million CD34+ cells per kg */
static const double stored = 0.25;

static const eng_arg_row_t args[] = {
    { "cd34", ENG_DIM_CELLS, 1e4, 1e8, NAN, false, NULL, "CD34+ cells" },
};

static const eng_noun_t nouns[] = {
    { ENG_VERB_BOOST, "stored", ENG_ACTS_ONCE, args, 1, "", true, false, true, &stored, "A", "cells kept from the harvest" },
};

static int
expand(const eng_expansion_t *e)
{
    const double cells = eng_action_argument(e->action, "cd34", NAN) * 1e-6;
    const boost_t boost = { *(const double *)e->action->noun->data * cells };
    const eng_op_t op = { .window = e->action->noun->window, .draw = true, .marrow = true };

    return eng_plan_add_daily(e, op, &boost, sizeof(boost));
}

static void
check_boost(eng_check_t *check, int j)
{
    if (!eng_check_at(check, j)->on_event && eng_check_last_before(check, j, ENG_VERB_GRAFT) < 0) {
        eng_check_tell(check, j, true, "a boost needs a graft before it");
    }
}

const eng_action_kind_t eng_action_boost = { .verb = ENG_VERB_BOOST,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEVER,
    .expand = expand,
    .check = check_boost };

#endif

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const boost_t *boost = op->what;
    const real cells = (real)boost->progenitor;
    FOR_LANES
    {
        c->tile->progenitor[l] += cells;
    }
}

ENG_ACTION_LANES(boost) = { .apply = apply };
