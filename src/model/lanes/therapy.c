/**
 * What dated actions do to lanes: kills (MODEL 6.2), harvest and graft (6.1, 6.4); drugs and antibodies: exposures.c.
 * A lane whose harvest failed is not treated: kills, antibodies and graft pass it by.
 */
#include "model/lanes/step.h"

#include "base/sample.h"

#define LN10 ((real)2.302585092994045684)

LANE_INLINE real survival(real log10_kill, real chemo, real given)
{
    return real_exp(-LN10 * log10_kill * chemo * given);
}

/* The birth-death law takes a kill exactly: A += e^rho (1/s - 1). */
LANE_INLINE void kill_law(real *A, real Q, real s)
{
    *A += (1 + *A - Q) * (1 / s - 1);
}

/* A point's shift belongs to the whole dose; what does not kill at all is not shifted. */
LANE_INLINE real shifted(real log10_kill, real shift)
{
    return log10_kill > 0 ? max0(log10_kill + shift) : 0;
}

static void kill_marrow(eng_course_t *c, const eng_op_t *op, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real share = op->conditioning ? (real)op->share : 0;
    const real stem = (real)op->stem, progenitor = (real)op->progenitor;

    FOR_LANES
    {
        const real s = survival(shifted(progenitor, share * LANE(r->kill_progenitor_shift)), t->chemo[l], lanes[l]);
        const real h = survival(shifted(stem, share * LANE(r->kill_stem_shift)), t->chemo[l], lanes[l]);
        t->progenitor[l] *= s;
        t->granulo[l] *= s;
        t->mature1[l] *= s;
        t->mature2[l] *= s;
        t->mature3[l] *= s;
        t->meg_early[l] *= s;
        t->meg[l] *= s;
        t->meg_mature[l] *= s;
        t->lymphoid[l] *= s;
        t->hsc[l] *= h;
        kill_law(&t->hsc_loss[l], t->hsc_gain[l], h);
    }
}

/* Clonotypes survive if one of their cells does: V *= 1 - (1 - s)^(cells per clonotype) (R47). */
LANE_INLINE real clonotypes_kept(const eng_tile_t *t, int l, real s)
{
    const real nu = real_exp((real)-0.012 * ((real)t->covariate[ENG_COV_AGE][l] - 30));
    const real cells = 1000 * t->scale[l] * (t->naive4[l] + (real)0.5 * nu * t->naive8[l]) / t->richness[l];
    const real gone = 1 - s > (real)1e-6 ? 1 - s : (real)1e-6;
    const real none = real_exp(cells * real_log(gone));
    return 1 - none;
}

static void kill_lymphocytes(eng_course_t *c, const eng_op_t *op, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real share = op->conditioning ? (real)op->share : 0;
    real survives[ENG_LANES] ENG_ALIGNED, divides[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        const real given = lanes[l], chemo = t->chemo[l], shift = share * LANE(r->kill_lymphoid_shift);
        const real lymphoid = shifted((real)op->lymphoid, shift), nk = shifted((real)op->nk, shift);
        const real s = survival(lymphoid, chemo, given);
        const real cycling = given > 0 ? LANE(r->kill_effector_factor) : 1;
        t->richness[l] *= s < 1 ? clonotypes_kept(t, l, s) : 1;
        t->naive4[l] *= s;
        t->memory4[l] *= s;
        t->naive8[l] *= s;
        t->memory8[l] *= s;
        t->thymocyte[l] *= s;
        t->b_naive[l] *= s;
        t->b_memory[l] *= s;
        t->treg[l] *= survival(LANE(r->kill_treg_factor) * lymphoid, chemo, given);
        t->plasma[l] *= survival(LANE(r->kill_plasma_factor) * lymphoid, chemo, given);
        t->nk[l] *= survival(nk, chemo, given);
        survives[l] = s;
        divides[l] = cycling;
    }
    CALL_WITH(c, kill, survives, divides);
}

/* Fatal toxicity, late malignancy, secondary autoimmunity: judged once for the whole conditioning. */
static void conditioning_risks(eng_course_t *c, const eng_op_t *op, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const double now = (double)op->tick / ENG_TICKS_PER_DAY;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        eng_rng_t rng;
        if (!(lanes[l] > 0)) {
            continue;
        }
        const double risk = p->hz_toxicity * eng_pow(op->toxicity / 0.6, p->hz_toxicity_exponent);
        const double malignancy = p->hz_secondary_malignancy * (op->tbi ? 3 : 1);
        t->toxic[l] = op->toxicity > 0.9 ? 1 : 0;
        eng_rng_open(&rng, c->seed, t->patient[l], ENG_CHANNEL_TOXICITY, t->point[l], t->variant[l]);
        rng = eng_rng_at(&rng, ENG_TICK_OF_STREAM(op->tick), 0);
        const bool fatal = eng_uniform(eng_rng_next(&rng)) < risk * (double)t->toxicity_factor[l];
        const double wait = 20 * eng_sample_exponential(eng_rng_next(&rng)); /* mean 20 d */
        if (fatal) {
            eng_death_at(t, l, (real)((now > 0 ? now : 0) + wait), ENG_CAUSE_TOXICITY);
        }
        eng_rng_open(&rng, c->seed, t->patient[l], ENG_CHANNEL_SECONDARY_MALIGNANCY, t->point[l], t->variant[l]);
        const double since = now + ENG_DAYS_PER_YEAR;
        const double when = malignancy > 0 ? since + eng_sample_exponential(eng_rng_next(&rng)) / malignancy : 1e9;
        if (when < 1e8) {
            t->t_malignancy[l] = (real)when;
            if (eng_uniform(eng_rng_next(&rng)) < 0.5) { /* fatal in half, half a year later */
                eng_death_at(t, l, (real)(when + ENG_DAYS_PER_YEAR / 2), ENG_CAUSE_SECONDARY_MALIGNANCY);
            }
        }
        if (op->whole_lymphoid >= 2 && p->hz_secondary_autoimmunity > 0) {
            eng_rng_open(&rng, c->seed, t->patient[l], ENG_CHANNEL_SECONDARY_AUTOIMMUNITY, t->point[l], t->variant[l]);
            const double rate = p->hz_secondary_autoimmunity / ENG_DAYS_PER_YEAR;
            const double day = now + ENG_DAYS_PER_YEAR / 2 + eng_sample_exponential(eng_rng_next(&rng)) / rate;
            t->t_autoimmunity[l] = day < now + 3 * ENG_DAYS_PER_YEAR ? (real)day : t->t_autoimmunity[l];
        }
    }
}

void eng_kill(eng_course_t *c, const eng_op_t *op, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real intensity = (real)op->intensity, injury = at_most(intensity, (real)1.4);

    if (op->stem > 0 || op->progenitor > 0) {
        kill_marrow(c, op, lanes);
    }
    if (op->lymphoid > 0) {
        kill_lymphocytes(c, op, lanes);
    }
    FOR_LANES
    {
        t->stroma[l] *= 1 - LANE(r->thymus_injury) * injury * lanes[l];
        t->mucosa[l] += intensity * lanes[l]; /* R48 */
    }
    if (op->intensity > 0) {
        t->exposed = true;
        t->exposure_ends = false;
    }
    if (op->toxicity > 0) {
        conditioning_risks(c, op, lanes);
    }
}

/* --- harvest and graft -------------------------------------------------------------------------------------- */

LANE_INLINE real t_cells_of(const eng_tile_t *t, int l)
{
    const real nu = real_exp((real)-0.012 * ((real)t->covariate[ENG_COV_AGE][l] - 30));
    return t->scale[l]
        * ((real)1e11 * (nu * t->naive4[l] + t->memory4[l]) + (real)5e10 * nu * nu * t->naive8[l]
            + (real)7e10 * t->memory8[l] + (real)1.1e10 * t->treg[l]);
}

void eng_harvest_keep(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    FOR_LANES
    {
        t->t_cells_harvested[l] = t_cells_of(t, l);
    }
    CALL(c, harvest);
}

/* Yield of CD34+ (6.1); below the minimum a second harvest mends some, the others are not transplanted. */
void eng_harvest(eng_course_t *c, const eng_op_t *op)
{
    eng_tile_t *t = c->tile;
    const bool blood = op->source == ENG_SOURCE_PB;

    eng_harvest_keep(c);
    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double median = (blood ? p->harvest_blood : p->harvest_marrow) * op->yield_factor;
        const double cv = blood ? p->harvest_blood_cv : p->harvest_marrow_cv;
        const double sdlog = sqrt(eng_log1p(cv * cv)), kept = op->select > 0 ? p->selection_recovery : 1;
        eng_rng_t rng;
        eng_rng_open(&rng, c->seed, t->patient[l], ENG_CHANNEL_COLLECTION, t->point[l], t->variant[l]);
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

static void graft_cells(eng_course_t *c, const eng_op_t *op, const real *dose, const real *t_cells)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const int marrow = op->source == ENG_SOURCE_BM;

    FOR_LANES
    {
        /* read first: a load under a condition is no vector */
        const real fewer_p = LANE(r->graft_p_marrow), fewer_s = LANE(r->graft_s_marrow), fewer_k = LANE(r->graft_k_marrow);
        const real P = LANE(r->graft_granulocyte) * (marrow ? fewer_p : 1);
        const real S = LANE(r->graft_progenitor) * (marrow ? fewer_s : 1);
        const real K = LANE(r->graft_megakaryocyte) * (marrow ? fewer_k : 1);
        const real d = dose[l] * (real)0.2 * t->homing[l], T = t_cells[l], unit = 1 / t->scale[l];
        const real nu = real_exp((real)-0.012 * ((real)t->covariate[ENG_COV_AGE][l] - 30));
        const real seen = 1 - real_exp(-2000 * T / ((real)4e11 * t->scale[l]));
        t->granulo[l] += P * d;
        t->progenitor[l] += S * d;
        t->meg[l] += K * d;
        /* 60 % CD4 (half naive; 5 % Treg), 40 % CD8 (half naive), and NK 15 % of CD3 */
        t->naive4[l] += (real)0.3 * T * unit / ((real)1e11 * nu);
        t->memory4[l] += (real)(0.3 * 0.93) * T * unit * (real)1e-11;
        t->treg[l] += (real)0.03 * T * unit / (real)1.1e10;
        t->naive8[l] += (real)0.2 * T * unit / ((real)5e10 * nu * nu);
        t->memory8[l] += (real)0.2 * T * unit / (real)7e10;
        t->nk[l] += (real)0.15 * T * unit / (real)5e10;
        t->richness[l] = t->richness[l] > seen ? t->richness[l] : seen;
    }
}

/* Stem cells that seed the niches left empty: Binomial (6.4). */
static void seed_niches(eng_course_t *c, const eng_op_t *op, const real *dose, eng_rng_t *rng)
{
    eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double relative = op->source == ENG_SOURCE_BM ? p->graft_h_marrow : 1;
        const double empty = eng_max(0, 1 - (double)t->hsc[l]);
        const double cells = eng_floor((double)dose[l] * 1e6 * 70 * (double)t->scale[l] * p->graft_stem * relative);
        const double share = p->graft_seeding * eng_min(1.5, (double)t->homing[l]) * (0.02 + 0.98 * empty);
        const double seeded = eng_sample_binomial(cells, eng_min(share, 1), eng_uniform(eng_rng_next(&rng[l])));
        const double factor = 1 + (double)t->hsc_loss[l] - (double)t->hsc_gain[l];
        t->hsc_count[l] += (real)eng_round(seeded * factor);
        t->hsc[l] = (real)((double)t->hsc_count[l] * (double)t->hsc_unit[l] / factor);
    }
}

void eng_graft(eng_course_t *c, const eng_op_t *op)
{
    eng_tile_t *t = c->tile;
    eng_rng_t rng[ENG_LANES];
    real dose[ENG_LANES] ENG_ALIGNED, t_cells[ENG_LANES] ENG_ALIGNED;
    const real asked = (real)(op->cd34 > 0 ? op->cd34 : 1e9), purge = real_exp(-LN10 * (real)op->select);
    const rates_t *r = RATES(c);
    const int selected = op->selected_now;

    FOR_LANES
    {
        const real kept = selected ? LANE(r->selection_recovery) : 1;
        dose[l] = at_most(t->cd34_harvested[l] * kept, asked) * t->treated[l];
        t_cells[l] = (real)op->cd3 * 70 * t->scale[l] * t->t_dose[l] * purge * t->treated[l];
    }
    for (int l = 0; l < ENG_LANES; l++) {
        eng_rng_open(&rng[l], c->seed, t->patient[l], ENG_CHANNEL_ENGRAFTMENT, t->point[l], t->variant[l]);
        rng[l] = eng_rng_at(&rng[l], ENG_TICK_OF_STREAM(op->tick), 0);
    }
    seed_niches(c, op, dose, rng);
    CALL_WITH(c, graft, rng, t_cells);
    graft_cells(c, op, dose, t_cells);
}

/* --- what is dated at the start of a row ---------------------------------------------------------------------- */

void eng_therapy_ops(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    real all[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        all[l] = 1;
    }
    for (int j = 0; j < c->row->num_ops; j++) {
        const eng_op_t *op = &c->plan->ops[c->row->first_op + j];
        switch (op->kind) {
        case ENG_OP_KILL:
            eng_kill(c, op, t->treated);
            break;
        case ENG_OP_HARVEST:
            eng_harvest(c, op);
            break;
        case ENG_OP_GRAFT:
            eng_graft(c, op);
            break;
        case ENG_OP_DRUG:
            eng_drug_start(c, op->slot, op->drug, (real)op->until, (real)op->taper, all);
            break;
        case ENG_OP_DRUG_STOP:
            eng_drug_stop(c, op);
            break;
        case ENG_OP_DOSE:
            eng_antibody_dose(c, op);
            break;
        case ENG_OP_SPLIT:
            break;
        }
    }
}
