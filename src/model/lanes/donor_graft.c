/**
 * Cells of another person (docs/MODEL.md, section 8.2): their doses by weight, their homing, what of them seeds which pool, and how many
 * host T cells are about to reject them.
 */
#include "model/lanes/donor_graft.h"

#include "model/lanes/origins.h"

#include "base/sample.h"

enum { WORD_HOMING, WORD_FEEDBACK };   /* of tick 0, channel donor: of a patient's graft, whichever it is */
enum { WORD_SHARE };                   /* of tick 0, channel rejection */

typedef struct {
    real homing[ENG_LANES] ENG_ALIGNED;
    real cd34[ENG_LANES] ENG_ALIGNED;    /* 1e6/kg */
    real t_cells[ENG_LANES] ENG_ALIGNED; /* in all */
} cells_t;

static double normal_word(const eng_course_t *c, int l, eng_channel_t channel, uint32_t k)
{
    return eng_sample_normal(eng_event_word(c, l, channel, k));
}

/* What this patient gets. */
static void count_cells(eng_course_t *c, const eng_infusion_t *in, cells_t *cells)
{
    eng_tile_t *t = c->tile;
    const double purge = eng_exp(-ENG_LN10 * in->select);

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double size = (double)t->scale[l], per_kg = in->cd34_of_body ? 1 / size : 1, all = in->cd3_of_body ? 1 : size;
        const double kept = in->selected_now ? p->selection_recovery : 1;
        cells->homing[l] = (real)eng_exp(p->donor_homing_spread * normal_word(c, l, ENG_CHANNEL_DONOR, WORD_HOMING));
        cells->cd34[l] = (real)(in->cd34 * per_kg * kept) * t->treated[l];
        cells->t_cells[l] = (real)(in->cd3 * purge * ENG_REFERENCE_KG * all) * t->t_dose[l] * t->treated[l];
    }
}

/* What a source holds of a kind of cells, relative to mobilised blood. */
static double relative(eng_source_t source, double marrow, double cord)
{
    return source == ENG_SOURCE_PB ? 1 : source == ENG_SOURCE_BM ? marrow : cord;
}

/* Stem cells that seed the niches left empty by both origins: Binomial (6.4).  Of two units of cord blood one wins. */
static void seed_niches(eng_course_t *c, const eng_infusion_t *in, const cells_t *cells, int32_t tick)
{
    eng_tile_t *t = c->tile;
    eng_cells_t *o = &c->graft->cells[ENG_DONOR];

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double empty = eng_max(0, 1 - (double)t->hsc[l]), full = p->graft_full_niche;
        const double given = (double)cells->cd34[l] / in->units * MILLION * ENG_REFERENCE_KG * (double)t->scale[l];
        const double stem = eng_floor(given * p->graft_stem * relative(in->source, p->graft_h_marrow, p->donor_h_cord));
        const double share = p->graft_seeding * eng_min(p->graft_homing_cap, (double)cells->homing[l]) * (full + (1 - full) * empty);
        const double factor = 1 + (double)o->hsc_loss[l] - (double)o->hsc_gain[l];
        eng_rng_t rng;
        eng_course_stream(c, l, ENG_CHANNEL_ENGRAFTMENT, &rng);
        rng = eng_rng_at(&rng, ENG_TICK_OF_STREAM(tick), 0);
        const double seeded = eng_sample_binomial(stem, eng_min(share, 1), eng_uniform(eng_rng_next(&rng)));
        o->hsc_count[l] += (real)eng_round(seeded * factor);
        o->hsc[l] = (real)((double)o->hsc_count[l] * (double)t->hsc_unit[l] / factor);
    }
}

/* P, S, K, C: what lives until stem cells make more. */
static void add_progenitors(eng_course_t *c, const eng_infusion_t *in, const cells_t *cells)
{
    eng_cells_t *o = &c->graft->cells[ENG_DONOR];

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double d = (double)cells->cd34[l] / p->graft_dose * (double)cells->homing[l];
        o->granulo[l] += (real)(p->graft_granulocyte * relative(in->source, p->graft_p_marrow, p->donor_p_cord) * d);
        o->progenitor[l] += (real)(p->graft_progenitor * relative(in->source, p->graft_s_marrow, p->donor_s_cord) * d);
        o->meg[l] += (real)(p->graft_megakaryocyte * relative(in->source, p->graft_k_marrow, p->donor_k_cord) * d);
        o->lymphoid[l] += (real)(p->donor_lymphoid * relative(in->source, 1, p->donor_lymphoid_cord) * d);
    }
}

/* T and NK cells; those of cord blood are naive. */
static void add_lymphocytes(eng_course_t *c, const eng_infusion_t *in, const cells_t *cells)
{
    eng_tile_t *t = c->tile;
    eng_cells_t *o = &c->graft->cells[ENG_DONOR];
    const bool cord = in->source == ENG_SOURCE_CORD;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double T = (double)cells->t_cells[l] / (double)t->scale[l], nu = (double)t->naive_of_age[l], young = p->donor_cord_naive;
        const double cd4 = p->graft_naive4 + p->graft_memory4, cd8 = p->graft_naive8 + p->graft_memory8;
        const double naive4 = cord ? young * cd4 : p->graft_naive4, naive8 = cord ? young * cd8 : p->graft_naive8;
        const double seen = -eng_expm1(-p->graft_depth * T / p->graft_depth_cells);
        o->naive4[l] += (real)(naive4 * T / (p->naive4_number * nu));
        o->memory4[l] += (real)((cd4 - naive4) * T / p->memory4_number);
        o->treg[l] += (real)(p->graft_treg * T / p->treg_number);
        o->naive8[l] += (real)(naive8 * T / (p->naive8_number * nu * nu));
        o->memory8[l] += (real)((cd8 - naive8) * T / p->memory8_number);
        o->nk[l] += (real)(p->graft_nk * T / p->nk_number);
        t->richness[l] = t->richness[l] > (real)seen ? t->richness[l] : (real)seen;
    }
}

static double mismatch(const eng_params_t *p, const eng_infusion_t *in)
{
    if (in->source == ENG_SOURCE_CORD) {
        return p->rejection_cord;
    }
    switch (in->donor) {
    case ENG_DONOR_MSD:
        return p->rejection_msd;
    case ENG_DONOR_MUD:
        return p->rejection_mud;
    case ENG_DONOR_MMUD:
        return p->rejection_mmud;
    case ENG_DONOR_HAPLO:
        return p->rejection_haplo;
    default:
        return 0; /* the same genotype */
    }
}

/* Host T cells that can reject it, of those that are there now. */
static void meet_host(eng_course_t *c, const eng_infusion_t *in, int32_t tick)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    double mean[ENG_LANES];

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double share = p->rejection_share * eng_exp(p->rejection_spread * normal_word(c, l, ENG_CHANNEL_REJECTION, WORD_SHARE));
        const double host = (double)t_cells_of(t, r, &c->graft->cells[ENG_HOST], l);
        mean[l] = share * mismatch(p, in) * p->rejection_sensitised * host * (double)t->treated[l];
    }
    eng_rejection_begin(c, mean, tick);
}

/* The thymus suffers where conditioning was intense; alloreactive cells will find it so. */
static void injure_thymus(eng_course_t *c, const eng_infusion_t *in)
{
    eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double above = in->intensity - p->donor_injury_from, range = 1 - p->donor_injury_from;
        const double injury = p->donor_injury * (range > 0 ? eng_max(0, eng_min(1, above / range)) : above > 0 ? 1 : 0);
        const double left = eng_max(p->donor_stroma_least, (double)t->stroma[l] - injury);
        t->stroma[l] = left < (double)t->stroma[l] && t->treated[l] > 0 ? (real)left : t->stroma[l];
    }
}

/* What its cells are like: the last graft's word counts. */
static void know_graft(eng_course_t *c, const eng_infusion_t *in)
{
    eng_graft_t *g = c->graft;

    for (int l = 0; l < ENG_LANES; l++) {
        const double spread = PARAMS(c, l)->donor_feedback_spread;
        g->feedback[l] = (real)eng_exp(spread * normal_word(c, l, ENG_CHANNEL_DONOR, WORD_FEEDBACK));
        g->cord[l] = in->source == ENG_SOURCE_CORD ? 1 : 0;
    }
}

void eng_donor_infuse(eng_course_t *c, const eng_infusion_t *in, int32_t tick)
{
    cells_t cells;

    eng_origins_begin(c, (real)tick / ENG_TICKS_PER_DAY);
    count_cells(c, in, &cells);
    know_graft(c, in);
    seed_niches(c, in, &cells, tick);
    add_progenitors(c, in, &cells);
    add_lymphocytes(c, in, &cells);
    meet_host(c, in, tick);
    injure_thymus(c, in);
    eng_origins_sum(c);
}
