/**
 * Harvest (MODEL section 6.1).  A yield is drawn for each around harvest.*_yield, which stands for an apheresis after
 * G-CSF; other mobilisation multiplies it (action_mobilise.c).  A lane whose harvest failed is not treated: conditioning,
 * antibodies and graft pass it by.
 */
#include "model/action_data.h"
#include "model/lanes/origins.h"
#include "model/lanes/verb.h"

#include "base/dist.h"
#include "base/sample.h"

typedef struct {
    eng_source_t source;
    double select; /* log10 of T cells removed */
    double yield_factor;
} harvest_t;

#ifdef ENG_TABLES

/* CD3+ cells per kg, as in a graft of the source */
static const eng_graft_source_t pb = { ENG_SOURCE_PB, 2e8 };
static const eng_graft_source_t bm = { ENG_SOURCE_BM, 2.5e7 };

static const eng_arg_row_t args[] = {
    { "select", ENG_DIM_LOG10, 0, 6, 0, false, NULL, "CD34+ selection of the stored cells: removal of T cells" },
};

static const eng_noun_t nouns[] = {
    { ENG_VERB_HARVEST, "pb", ENG_ACTS_ONCE, args, 1, "", false, false, true, &pb, "T",
        "apheresis of mobilised blood" },
    { ENG_VERB_HARVEST, "bm", ENG_ACTS_ONCE, args, 1, "", false, false, true, &bm, "T", "bone marrow" },
};

/* Factor of the mobilisations before a harvest. */
static double
mobilised(const eng_protocol_t *protocol, int32_t tick)
{
    double factor = 1;
    int j;

    for (j = 0; j < protocol->num_actions; j++) {
        const eng_action_t *a = &protocol->actions[j];
        const int32_t ago = tick - a->tick;

        if (!a->on_event && a->noun->verb == ENG_VERB_MOBILISE && ago >= 0 && ago <= ENG_MOBILISED_DAYS * ENG_TICKS_PER_DAY) {
            const double f = ((const eng_mobiliser_t *)a->noun->data)->yield_factor;

            factor = f > factor ? f : factor;
        }
    }
    return factor;
}

static int
expand(const eng_expansion_t *e)
{
    const eng_graft_source_t *source = e->action->noun->data;
    const harvest_t harvest = { source->source, eng_action_argument(e->action, "select", 0),
        mobilised(e->protocol, e->action->tick) };

    return eng_plan_add(e, (eng_op_t){ .tick = e->action->tick, .draw = true }, &harvest, sizeof(harvest));
}

static void
check_rule(eng_check_t *check, int j)
{
    if (eng_check_find_rule(check, j, ENG_VERB_GRAFT, -1) >= 0) {
        return;
    }
    if (eng_check_find_rule(check, j, ENG_VERB_GRAFT, 1) >= 0) {
        eng_check_tell(check, j, true, "the harvest comes after its graft: it has to be before it");
    } else if (!eng_check_has_rule(check, ENG_VERB_GRAFT)) {
        eng_check_tell(check, j, false, "the harvested cells are never given: no graft follows");
    }
}

static void
check_dated(eng_check_t *check, int j)
{
    if (eng_check_first_after(check, j, ENG_VERB_GRAFT) >= 0 || eng_check_has_rule(check, ENG_VERB_GRAFT)) {
        return;
    }
    if (eng_check_last_before(check, j, ENG_VERB_GRAFT) >= 0) {
        eng_check_tell(check, j, true, "the harvest comes after its graft: it has to be before it");
    } else {
        eng_check_tell(check, j, false, "the harvested cells are never given: no graft follows");
    }
}

static void
check_harvest(eng_check_t *check, int j)
{
    (eng_check_at(check, j)->on_event ? check_rule : check_dated)(check, j);
}

const eng_action_kind_t eng_action_harvest = { .verb = ENG_VERB_HARVEST,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEVER,
    .expand = expand,
    .check = check_harvest };

#endif

void eng_harvest_keep(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    FOR_LANES
    {
        t->t_cells_harvested[l] = t_cells_of(t, r, &t->cells, l);
    }
    CALL_WITH(c, harvest, KEPT(c));
}

/* Yield of CD34+ (6.1); below the minimum a second harvest mends some, the others are not transplanted. */
static void apply(eng_course_t *c, const eng_op_t *op)
{
    const harvest_t *harvest = op->what;
    eng_tile_t *t = c->tile;
    const bool blood = harvest->source == ENG_SOURCE_PB;

    eng_harvest_keep(c);
    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double median = (blood ? p->harvest_blood : p->harvest_marrow) * harvest->yield_factor;
        const double cv = blood ? p->harvest_blood_cv : p->harvest_marrow_cv;
        const double sdlog = eng_lognormal_sd(cv), kept = harvest->select > 0 ? p->selection_recovery : 1;
        eng_rng_t rng;
        eng_course_stream(c, l, ENG_CHANNEL_COLLECTION, &rng);
        rng = eng_rng_at(&rng, ENG_TICK_OF_STREAM(op->tick), 0);
        const double lines = t->covariate[ENG_COV_PRIOR_LINES][l];
        const double centre = median * eng_exp(lines * eng_log(p->harvest_line_factor));
        double yield = eng_sample_lognormal(centre, sdlog, eng_uniform(eng_rng_next(&rng)));
        const bool second = eng_uniform(eng_rng_next(&rng)) < p->harvest_rescue;
        if (yield < p->harvest_minimum) {
            yield = second ? p->harvest_minimum : 0;
        }
        t->cd34_harvested[l] = (real)(yield * kept);
        if (!(yield > 0)) {
            t->treated[l] = 0;
            t->atg_exposure[l] = 0;
        }
    }
}

ENG_ACTION_LANES(harvest) = { .apply = apply };
