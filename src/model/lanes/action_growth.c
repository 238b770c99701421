/**
 * Growth factors and what else makes blood and immunity grow (MODEL section 6.3).  G-CSF: its effect is full while it is given and ends
 * with it, and the calendar knows the days (ENG_ROW_GCSF); ops only split its rows there.  The others are exposures like those of drugs
 * (lanes/drugs.c), each a class of its own, which act on signals for as long as their half-lives say: KGF on thymic stroma, IL-7 on T cells,
 * blockade of sex steroids on thymic stroma, agonists of thrombopoietin on megakaryocytes.
 */
#include "model/lanes/drug_rows.h"
#include "model/lanes/verb.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    eng_drug_place_t place;
    double until; /* day */
} factor_t;

#ifdef ENG_TABLES

#define EFFECT(signal, param) { ENG_SIGNAL_##signal, PARAM(param), NULL }

static const eng_drug_t gcsf = { 0, 0, ENG_DRUG_ALL, { { 0 } }, 0 }; /* in the calendar */
/* as long as stroma takes to be renewed, thymus.stroma_recovery x ln 2 */
static const eng_drug_t kgf
    = { 100, 0, ENG_DRUG_ALL, { EFFECT(thymic_growth, kgf_loss), EFFECT(stroma_shield, kgf_shield) }, 2 };
static const eng_drug_t il7 = { 2, 0, ENG_DRUG_ALL, { EFFECT(homeostasis, il7_drive) }, 1 };
static const eng_drug_t ssb = { 60, 10, ENG_DRUG_ALL, { EFFECT(steroid_block, ssb_block) }, 1 }; /* first the pituitary has to tire */
static const eng_drug_t tpo = { 3.5, 0, ENG_DRUG_ALL, { EFFECT(thrombopoiesis, tpo_gain) }, 1 };

#define FACTOR(name, source, help) \
    { ENG_VERB_GROWTH, #name, ENG_ACTS_WHILE, NULL, 0, #name, false, false, true, &name, source, help "; needs `for` or `until`" }

static const eng_noun_t nouns[] = {
    { ENG_VERB_GROWTH, "gcsf", ENG_ACTS_WHILE, NULL, 0, "", false, false, true, &gcsf, "T",
        "G-CSF: faster division and maturation of granulocytes; needs `for` or `until`" },
    FACTOR(kgf, "T Coles 2019", "KGF, palifermin: thymic stroma, which it spares from conditioning and makes export less"),
    FACTOR(il7, "T Perales 2012", "interleukin 7: T cells divide, memory cells most of all as there are most of them"),
    FACTOR(ssb, "A Sutherland 2008", "blockade of sex steroids, by an agonist or antagonist of LHRH: thymic stroma, by age and sex"),
    FACTOR(tpo, "A", "agonist of the receptor of thrombopoietin: more platelets"),
};

static bool
in_calendar(const eng_noun_t *noun)
{
    return noun->data == &gcsf;
}

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
expand_gcsf(const eng_expansion_t *e, double start, double stop)
{
    const factor_t none = { { -1, -1 }, 0 };
    int ret = eng_plan_add(e, (eng_op_t){ .tick = eng_tick_nearest(start) }, &none, sizeof(none));

    if (ret == 0 && stop < e->horizon) {
        ret = eng_plan_add(e, (eng_op_t){ .tick = eng_tick_nearest(stop) }, &none, sizeof(none));
    }
    return ret == 0 ? add_span(e->plan, (eng_span_t){ start, stop }) : ret;
}

static int
expand(const eng_expansion_t *e)
{
    const double start = (double)e->action->tick / ENG_TICKS_PER_DAY;
    const double stop = start + e->action->duration;
    factor_t factor = { .until = stop };
    int ret;

    if (in_calendar(e->action->noun)) {
        return expand_gcsf(e, start, stop);
    }
    ret = eng_drug_place(e, e->action->noun, &factor.place);
    const eng_op_t op = { .tick = e->action->tick, .marrow = e->action->noun->data == &tpo };
    return ret == 0 ? eng_plan_add(e, op, &factor, sizeof(factor)) : ret;
}

/* What neither the days nor the marrow of the calendar hang on is given at the visit. */
static int
rule(const eng_expansion_t *e, eng_rule_t *made)
{
    eng_drug_place_t place;
    int ret;

    made->dated = in_calendar(e->action->noun) || e->action->noun->data == &tpo;
    if (in_calendar(e->action->noun)) {
        return 0;
    }
    ret = eng_drug_place(e, e->action->noun, &place); /* dated ones too: the body has room for them */
    return ret == 0 && !made->dated ? eng_plan_keep(&place, sizeof(place), &made->what) : ret;
}

const eng_action_kind_t eng_action_growth = { .verb = ENG_VERB_GROWTH,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEEDED,
    .expand = expand,
    .rule = rule };

#endif

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const factor_t *factor = op->what;

    if (factor->place.slot >= 0) {
        eng_drug_start(c, factor->place.slot, factor->place.drug, (real)factor->until, 0, c->tile->treated);
    }
}

static void visit(eng_course_t *c, const eng_rule_t *made, real until, const real *lanes)
{
    const eng_drug_place_t *place = made->what;

    eng_drug_start(c, place->slot, place->drug, until, 0, lanes);
}

ENG_ACTION_LANES(growth) = { apply, visit };
