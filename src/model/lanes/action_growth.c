/**
 * Growth factors (MODEL section 6.3): the effect is full while they are given and ends with them.  The calendar knows the
 * days (ENG_ROW_GCSF); ops only split its rows there.
 */
#include "model/lanes/verb.h"

#include <stdlib.h>

#ifdef ENG_TABLES

typedef enum { GCSF } factor_t;
static const factor_t gcsf = GCSF;

static const eng_noun_t nouns[] = {
    { ENG_VERB_GROWTH, "gcsf", ENG_ACTS_WHILE, NULL, 0, "", false, false, true, &gcsf, "T",
        "G-CSF: faster division and maturation of granulocytes; needs `for` or `until`" },
};

static int
add_span(eng_plan_t *plan, eng_span_t span)
{
    eng_span_t *all = realloc(plan->gcsf, (size_t)(plan->num_gcsf + 1) * sizeof(*all));

    if (all == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
    }
    plan->gcsf = all;
    all[plan->num_gcsf++] = span;
    return 0;
}

static int
expand(const eng_expansion_t *e)
{
    const double start = (double)e->action->tick / ENG_TICKS_PER_DAY;
    const double stop = start + e->action->duration;
    int ret = eng_plan_add(e, (eng_op_t){ .tick = eng_tick_nearest(start) }, NULL, 0);

    if (ret == 0 && stop < e->horizon) {
        ret = eng_plan_add(e, (eng_op_t){ .tick = eng_tick_nearest(stop) }, NULL, 0);
    }
    return ret == 0 ? add_span(e->plan, (eng_span_t){ start, stop }) : ret;
}

const eng_action_kind_t eng_action_growth = { .verb = ENG_VERB_GROWTH,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEEDED,
    .expand = expand };

#endif

ENG_ACTION_LANES(growth) = { NULL, NULL };
