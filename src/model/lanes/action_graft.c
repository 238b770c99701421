/**
 * Grafts (MODEL sections 6.1 and 6.4): what comes with the cells of each source.  How much of a source's CD34+ cells
 * are committed progenitors and stem cells is a matter of parameters (graft.*).
 */
#include "model/lanes/donor_graft.h"
#include "model/lanes/origins.h"
#include "model/lanes/verb.h"

#include "base/sample.h"
#include <math.h>

typedef struct {
    eng_source_t source;
    double cd34, cd3, select; /* 1e6/kg, 1/kg, log10; cd34 NaN where the harvest decides */
    double ex_vivo;           /* log10 of autoreactive cells removed */
    bool syngeneic;           /* of an identical twin who is well: nothing autoreactive, no harvest from the patient */
    bool ends;                /* no graft: the time after a selected one in which viruses are more frequent is over */
    bool selected_now;        /* selection happens on thawing, and costs CD34+ cells then */
    eng_infusion_t donor;     /* of another person; donor.donor is ENG_DONOR_AUTO where it is not */
} graft_t;

#define SELECTED_DAYS 100 /* of more viral infections after a selected graft, as Holmberg 1999 counts */

#ifdef ENG_TABLES

/* CD3+ cells per kg of a usual graft of one's own; of a donor's CD34+ in 1e6/kg, CD3+ per kg, the same of a half-matched donor */
static const eng_graft_source_t pb = { ENG_SOURCE_PB, 2e8, 6, 2.5e8, 2.5e8 };
static const eng_graft_source_t bm = { ENG_SOURCE_BM, 2.5e7, 3, 2.5e7, 4e7 };
static const eng_graft_source_t cord = { ENG_SOURCE_CORD, 5e6, 0.22, 5e6, 5e6 };

static const eng_arg_row_t args[] = {
    { "donor", ENG_DIM_CHOICE, 0, 5, NAN, false, "auto syn msd mud mmud haplo",
        "who gave the cells: auto the patient, syn an identical twin, msd a matched sibling, mud a matched unrelated, mmud a mismatched unrelated, "
        "haplo a half-matched family donor" },
    { "cd34", ENG_DIM_CELLS, 1e4, 1e8, NAN, true, NULL, "CD34+ cells; without it, what the harvest yields, or a usual graft of a donor holds" },
    { "cd3", ENG_DIM_CELLS, 0, 2e9, NAN, true, NULL,
        "CD3+ cells before selection; without it, what comes with a usual graft of the source" },
    { "select", ENG_DIM_LOG10, 0, 6, 0, false, NULL, "CD34+ selection: removal of T cells" },
    { "ex_vivo", ENG_DIM_LOG10, 0, 6, 0, false, NULL, "removal of autoreactive cells, which leaves the other T cells" },
    { "units", ENG_DIM_NUMBER, 1, 2, NAN, true, NULL, "units of cord blood, 1 unless it says 2: one of them engrafts" },
};

#define GRAFT(name, source, help)                                                                                      \
    { ENG_VERB_GRAFT, #name, ENG_ACTS_ONCE, args, ENG_COUNT_OF(args), "", true, false, true, &name, source, help }

static const eng_noun_t nouns[] = {
    GRAFT(pb, "T", "mobilised blood"),
    GRAFT(bm, "T", "bone marrow"),
    GRAFT(cord, "T", "cord blood"),
};

static bool
harvested_before(const eng_protocol_t *protocol, const eng_action_t *graft, double *select)
{
    const eng_action_t *latest = NULL;
    int j;

    for (j = 0; j < protocol->num_actions; j++) {
        const eng_action_t *a = &protocol->actions[j];
        const bool harvest = !a->on_event && a->noun->verb == ENG_VERB_HARVEST && a->tick <= graft->tick;

        if (harvest && (latest == NULL || a->tick >= latest->tick)) {
            latest = a;
            *select = eng_action_argument(a, "select", 0);
        }
    }
    return latest != NULL;
}

static eng_donor_t
donor_of(const eng_action_t *action)
{
    return (eng_donor_t)(int)eng_action_argument(action, "donor", ENG_DONOR_AUTO);
}

/* Doses of a donor's graft; without any said, those of a usual one, of cord blood by units and not by weight. */
static eng_infusion_t
infusion(const eng_action_t *action)
{
    const eng_graft_source_t *source = action->noun->data;
    const double cd34 = eng_action_argument(action, "cd34", NAN), cd3 = eng_action_argument(action, "cd3", NAN);
    const eng_donor_t donor = donor_of(action);
    const double asked = eng_action_argument(action, "units", NAN);
    const int units = asked > 1 ? 2 : 1;
    const bool by_units = source->source == ENG_SOURCE_CORD;
    const double usual = donor == ENG_DONOR_HAPLO ? source->haplo_cd3 : source->donor_cd3, select = eng_action_argument(action, "select", 0);

    return (eng_infusion_t){ .source = source->source,
        .donor = donor,
        .cd34 = isnan(cd34) ? source->donor_cd34 * units : cd34 * 1e-6,
        .cd3 = isnan(cd3) ? usual * units : cd3,
        .cd34_of_body = by_units && isnan(cd34),
        .cd3_of_body = by_units && isnan(cd3),
        .units = units,
        .select = select,
        .selected_now = select > 0 && isnan(cd34) };
}

/* Cells of a donor: nothing is harvested from the patient. */
static int
expand_donor(const eng_expansion_t *e, eng_op_t op, graft_t *graft)
{
    graft->donor = infusion(e->action);
    op.donor = true;
    return eng_plan_add(e, op, graft, sizeof(*graft));
}

static int
expand(const eng_expansion_t *e)
{
    const eng_action_t *action = e->action;
    const eng_graft_source_t *source = action->noun->data;
    const eng_donor_t donor = donor_of(action);
    const double cd3 = eng_action_argument(action, "cd3", NAN), asked = eng_action_argument(action, "select", 0);
    const eng_op_t op = { .tick = action->tick, .window = action->noun->window, .draw = true, .marrow = true,
        .transplant = true, .judged = source->source == ENG_SOURCE_CORD ? 42 : 28 };
    double select = 0;

    if (donor == ENG_DONOR_AUTO) {
        e->plan->harvest_at_start |= !harvested_before(e->protocol, action, &select);
    }
    graft_t graft = { .source = source->source, .cd34 = eng_action_argument(action, "cd34", NAN) * 1e-6,
        .cd3 = isnan(cd3) ? source->cd3 : cd3, .select = asked > 0 || donor == ENG_DONOR_SYN ? asked : select, .selected_now = asked > 0,
        .ex_vivo = eng_action_argument(action, "ex_vivo", 0), .syngeneic = donor == ENG_DONOR_SYN };
    const graft_t over = { .ends = true };
    int ret = eng_action_from_donor(action) ? expand_donor(e, op, &graft) : eng_plan_add(e, op, &graft, sizeof(graft));
    if (ret == 0 && graft.select > 0) {
        ret = eng_plan_add(e, (eng_op_t){ .tick = action->tick + SELECTED_DAYS * ENG_TICKS_PER_DAY }, &over, sizeof(over));
    }
    return ret;
}

static int
rule(const eng_expansion_t *e, eng_rule_t *made)
{
    (void)made;
    if (donor_of(e->action) == ENG_DONOR_AUTO) {
        e->plan->harvest_at_start = true; /* in case no harvest came before */
    }
    return 0;
}

/* Conditioning before a donor's graft, as the thymus feels it: of its last course. */
static void
look_back(eng_plan_t *plan)
{
    for (int j = 0; j < plan->num_ops; j++) {
        graft_t *graft = plan->ops[j].what;

        for (int k = 0; plan->ops[j].donor && k < j; k++) {
            const bool near = plan->ops[j].tick - plan->ops[k].tick <= ENG_COURSE_DAYS * ENG_TICKS_PER_DAY;

            if (plan->ops[k].kind == ENG_KIND_condition && near) {
                graft->donor.intensity += ((const eng_conditioning_t *)plan->ops[k].what)->kill.intensity;
            }
        }
    }
}

/* Cells go into the graft as what they were harvested as. */
static void
check_source(eng_check_t *check, int j, int harvest)
{
    const eng_action_t *graft = eng_check_at(check, j);
    const eng_graft_source_t *source = graft->noun->data, *taken = eng_check_at(check, harvest)->noun->data;

    if (taken->source != source->source) {
        eng_check_tell(check, j, true, "the cells were harvested as '%s', the graft says '%s'", eng_check_at(check, harvest)->noun->name,
            graft->noun->name);
    } else if (eng_action_argument(graft, "select", 0) > 0 && eng_action_argument(eng_check_at(check, harvest), "select", 0) > 0) {
        eng_check_tell(check, j, false, "'select' stands on the harvest and on the graft: the graft's counts");
    }
}

/* Of another person: what is needed is another than for the patient's own cells. */
static void
check_donor(eng_check_t *check, int j)
{
    const eng_action_t *graft = eng_check_at(check, j);
    const eng_graft_source_t *source = graft->noun->data;

    if (source->source == ENG_SOURCE_CORD && donor_of(graft) == ENG_DONOR_SYN) {
        eng_check_tell(check, j, true, "cord blood is of a sibling or a stranger: donor: msd, mud, mmud or haplo");
    } else if (donor_of(graft) == ENG_DONOR_SYN && !graft->on_event && eng_check_last_before(check, j, ENG_VERB_HARVEST) >= 0) {
        eng_check_tell(check, j, false, "the twin gives the cells: what was harvested from the patient stays in store");
    }
    if (source->source != ENG_SOURCE_CORD && !isnan(eng_action_argument(graft, "units", NAN))) {
        eng_check_tell(check, j, true, "'units' are of cord blood: graft: cord");
    }
    if (eng_action_from_donor(graft)) {
        eng_check_tell(check, j, false, "graft-versus-host disease is not in the model yet: what it does to patients is left out");
    }
}

static void
check_dated(eng_check_t *check, int j)
{
    const eng_action_t *graft = eng_check_at(check, j);
    const eng_graft_source_t *source = graft->noun->data;
    int harvest = eng_check_last_before(check, j, ENG_VERB_HARVEST);

    if (source->source == ENG_SOURCE_CORD) {
        eng_check_tell(check, j, true, "cord blood has no autologous donor here: graft: pb or graft: bm");
        return;
    }
    if (harvest < 0) {
        if (eng_check_last_before(check, j, ENG_VERB_GRAFT) >= 0) {
            eng_check_tell(check, j, true, "a second graft needs cells in store: add a harvest before it");
        } else {
            eng_check_tell(check, j, false, "no harvest before this graft: its cells are taken on the first day");
        }
        return;
    }
    check_source(check, j, harvest);
}

/* A graft on an event: cells that are in store whenever it may come. */
static void
check_rule(eng_check_t *check, int j)
{
    const eng_action_t *graft = eng_check_at(check, j);
    /* relapses and progression are seen from day 0 on, infections and what else may follow conditioning before it too */
    const uint64_t late = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_LOSS_OF_RESPONSE) | ENG_BIT(ENG_EVENT_GRAFT_FAILURE)
        | ~(ENG_BIT(ENG_NUM_SHARED_EVENTS) - 1);
    const double earliest = graft->after - ((late & ENG_BIT(graft->event)) != 0 ? 0 : 30);
    int harvest = eng_check_find_rule(check, j, ENG_VERB_HARVEST, 1), k;

    for (k = 0; k < check->protocol->num_actions && harvest < 0; k++) {
        if (eng_check_is_dated(check, k, ENG_VERB_HARVEST) && eng_check_at(check, k)->tick <= eng_tick_nearest(earliest)) {
            harvest = k;
        }
    }
    if (((const eng_graft_source_t *)graft->noun->data)->source == ENG_SOURCE_CORD) {
        eng_check_tell(check, j, true, "cord blood has no autologous donor here: graft: pb or graft: bm");
    } else if (harvest < 0) {
        eng_check_tell(check, j, true, "a graft on an event needs cells in store: add a harvest by day %g, or one with 'when: %s' before it",
            earliest, eng_event_name(check->disease, (int)graft->event));
    } else {
        check_source(check, j, harvest);
    }
}

static void
check_graft(eng_check_t *check, int j)
{
    if (donor_of(eng_check_at(check, j)) != ENG_DONOR_AUTO) {
        check_donor(check, j);
        return;
    }
    (eng_check_at(check, j)->on_event ? check_rule : check_dated)(check, j);
}

const eng_action_kind_t eng_action_graft = { .verb = ENG_VERB_GRAFT,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEVER,
    .expand = expand,
    .rule = rule,
    .finish = look_back,
    .check = check_graft };

#endif

/* The patient's own cells, or a twin's: they join the host's. */
static void graft_cells(eng_course_t *c, eng_cells_t *o, const graft_t *graft, const real *dose, const real *t_cells)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const int marrow = graft->source == ENG_SOURCE_BM;

    FOR_LANES
    {
        /* read first: a load under a condition is no vector */
        const real fewer_p = LANE(r->graft_p_marrow), fewer_s = LANE(r->graft_s_marrow), fewer_k = LANE(r->graft_k_marrow);
        const real P = LANE(r->graft_granulocyte) * (marrow ? fewer_p : 1);
        const real S = LANE(r->graft_progenitor) * (marrow ? fewer_s : 1);
        const real K = LANE(r->graft_megakaryocyte) * (marrow ? fewer_k : 1);
        const real d = dose[l] * LANE(r->per_graft_dose) * t->homing[l], T = t_cells[l], unit = 1 / t->scale[l];
        const real nu = t->naive_of_age[l];
        const real seen = 1 - real_exp(-LANE(r->graft_depth) * T / (LANE(r->graft_depth_cells) * t->scale[l]));
        o->granulo[l] += P * d;
        o->progenitor[l] += S * d;
        o->meg[l] += K * d;
        o->naive4[l] += LANE(r->graft_naive4) * T * unit / (LANE(r->naive4_number) * nu);
        o->memory4[l] += LANE(r->graft_memory4) * T * unit * LANE(r->per_memory4);
        o->treg[l] += LANE(r->graft_treg) * T * unit / LANE(r->treg_number);
        o->naive8[l] += LANE(r->graft_naive8) * T * unit / (LANE(r->naive8_number) * nu * nu);
        o->memory8[l] += LANE(r->graft_memory8) * T * unit / LANE(r->memory8_number);
        o->nk[l] += LANE(r->graft_nk) * T * unit / LANE(r->nk_number);
        t->richness[l] = t->richness[l] > seen ? t->richness[l] : seen;
    }
}

/* Stem cells that seed the niches left empty: Binomial (6.4). */
static void seed_niches(eng_course_t *c, eng_cells_t *o, const graft_t *graft, const real *dose, eng_rng_t *rng)
{
    eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double relative = graft->source == ENG_SOURCE_BM ? p->graft_h_marrow : 1;
        const double empty = eng_max(0, 1 - (double)TOTAL(&t->cells, hsc)), full = p->graft_full_niche;
        const double given = (double)dose[l] * MILLION * ENG_REFERENCE_KG * (double)t->scale[l];
        const double cells = eng_floor(given * p->graft_stem * relative);
        const double share = p->graft_seeding * eng_min(p->graft_homing_cap, (double)t->homing[l]) * (full + (1 - full) * empty);
        const double seeded = eng_sample_binomial(cells, eng_min(share, 1), eng_uniform(eng_rng_next(&rng[l])));
        const double factor = 1 + (double)o->hsc_loss[l] - (double)o->hsc_gain[l];
        o->hsc_count[l] += (real)eng_round(seeded * factor);
        o->hsc[l] = (real)((double)o->hsc_count[l] * (double)t->hsc_unit[l] / factor);
    }
}

/* What viruses find: antibodies left, and fewer T cells of memory in a selected graft for SELECTED_DAYS. */
static void open_to_viruses(eng_course_t *c, const graft_t *graft, double now)
{
    eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const double selection = PARAMS(c, l)->hz_selection;
        real exposure = 0;
        for (int j = 0; j < ENG_MAX_ANTIBODIES; j++) {
            exposure += t->antibody_level[j][l] * t->atg_exposure[l];
        }
        t->graft_antibody[l] = t->treated[l] > 0 ? exposure : t->graft_antibody[l];
        if (graft->select > 0 && t->treated[l] > 0) {
            t->viral_lymphopenia[l] *= now < (double)t->selected_until[l] ? 1 : (real)selection;
            t->selected_until[l] = (real)(now + SELECTED_DAYS);
        }
    }
}

/* Back to what derive_lymphocytes made; a later selected graft may have prolonged it. */
static void close_to_viruses(eng_course_t *c, double now)
{
    eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double carrier = t->covariate[ENG_COV_CMV][l] > 0 ? 1 : 0;
        if (now >= (double)t->selected_until[l]) {
            t->viral_lymphopenia[l] = (real)(p->hz_viral + p->hz_viral_cmv * carrier);
        }
    }
}

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const graft_t *graft = op->what;
    const double now = (double)op->tick / ENG_TICKS_PER_DAY;
    eng_tile_t *t = c->tile;
    eng_rng_t rng[ENG_LANES];
    real dose[ENG_LANES] ENG_ALIGNED, t_cells[ENG_LANES] ENG_ALIGNED, reactive[ENG_LANES] ENG_ALIGNED; /* as T cells that bring their share of them */
    const real spared = graft->ex_vivo > 0 ? real_exp(-(real)ENG_LN10 * (real)graft->ex_vivo) : 1;
    const real asked = graft->cd34 > 0 ? (real)graft->cd34 : NO_LIMIT, purge = real_exp(-(real)ENG_LN10 * (real)graft->select);
    const rates_t *r = RATES(c);
    const int selected = graft->selected_now, twin = graft->syngeneic, some = graft->cd34 > 0;

    if (graft->ends) {
        close_to_viruses(c, now);
        return;
    }
    if (op->donor) {
        eng_donor_infuse(c, &graft->donor, op->tick);
        open_to_viruses(c, graft, now);
        return;
    }
    FOR_LANES
    {
        /* read first: a load under a condition is no vector */
        const real recovery = LANE(r->selection_recovery), usual = LANE(r->graft_dose), kept = selected ? recovery : 1;
        const real there = twin ? (some ? asked : usual) : t->cd34_harvested[l];
        dose[l] = at_most(there * kept, asked) * t->treated[l];
        t_cells[l] = (real)graft->cd3 * ENG_REFERENCE_KG * t->scale[l] * t->t_dose[l] * purge * t->treated[l];
        reactive[l] = t_cells[l] * spared;
    }
    for (int l = 0; l < ENG_LANES; l++) {
        eng_course_stream(c, l, ENG_CHANNEL_ENGRAFTMENT, &rng[l]);
        rng[l] = eng_rng_at(&rng[l], ENG_TICK_OF_STREAM(op->tick), 0);
    }
    eng_cells_t *own = eng_origins_own(c);
    seed_niches(c, own, graft, dose, rng);
    if (!twin) {
        CALL_WITH(c, graft, KEPT(c), rng, reactive);
    }
    graft_cells(c, own, graft, dose, t_cells);
    if (own != &t->cells) {
        eng_origins_sum(c);
    }
    open_to_viruses(c, graft, now);
}

ENG_ACTION_LANES(graft) = { .apply = apply };
