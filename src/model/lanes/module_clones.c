/**
 * Autoreactive clones as a module (MODEL section 5.5): what belongs to a patient, the repertoire and the effectors of the first
 * day, what kills do to them and what is read off them.  The law of their numbers stands in clones.c, effectors in
 * effectors.c, triggers in triggers.c.
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

#include "base/dist.h"
#include "base/sample.h"

#ifndef ENG_MIXED /* patients are made at one point at a time */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_params_t *p = &c->rates->params;
    eng_clones_t *e = block;

    FOR_SPAN
    {
        const double scale = (double)t->scale[l];
        const double E0 = p->clone_reservoir * t->covariate[ENG_COV_SEVERITY][l] * scale;
        const double fitness = p->clone_fitness + p->clone_fitness_sd * t->covariate[ENG_COV_CLONE_FITNESS][l];
        e->fitness[l] = (real)eng_max(p->clone_fitness_least, eng_min(fitness, p->clone_fitness_most));
        e->reservoir_start[l] = (real)E0;
        e->reservoir_room[l] = (real)(1 / (p->clone_room * E0));
        const double spread = eng_exp(p->effector_cooperation_spread * t->covariate[ENG_COV_COOPERATION][l]);
        e->cooperation[l] = (real)(1 / (p->effector_cooperation * spread * scale));
        e->activation[l] = (real)(p->trigger_activation * t->covariate[ENG_COV_ACTIVATION][l]);
    }
    eng_streams_open(c, ENG_CHANNEL_TRIGGERS, &e->trigger_state, &e->trigger_step, first, end);
}

/* What there is beside clones on the first day: effectors at rest where the disease is always active, memory in the sanctuary. */
static void start_others(const eng_course_t *c, eng_clones_t *e, int first, int end)
{
    const eng_params_t *p = &c->rates->params;
    const bool active = c->body->disease->sustained;
    const real effectors = active ? (real)eng_effectors_at_rest(p) : 0, treg = active ? (real)eng_treg_at_rest(p) : 0;

    for (int l = first; l < end; l++) {
        e->effector[l] = effectors;
        e->specific_treg[l] = treg;
        e->sanctuary[l] = (real)(p->clone_start * p->clone_sanctuary) * e->reservoir_start[l];
        e->clone_scale[l] = 1;
        e->e1y_ratio[l] = e->clones_left[l] = -1;
        e->left_remission[l] = eng_threshold(c, l, ENG_CHANNEL_REMISSION, 0); /* before entry too: it belongs to the candidate */
    }
}

/* Sizes log-normal and normalised to E_0; avidities with weighted mean 1. */
static void start(eng_course_t *c, void *block, int first, int end)
{
    const eng_params_t *p = &c->rates->params;
    eng_clones_t *e = block;
    eng_wide_row_t state = { 0 }, inc = { 0 };
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    double size[ENG_NUM_CLONES][ENG_LANES], avidity[ENG_NUM_CLONES][ENG_LANES], sum[ENG_LANES] = { 0 };
    double cells[ENG_LANES] = { 0 }, avid[ENG_LANES] = { 0 };
    const double share = p->clone_start * (1 - p->clone_sanctuary), sd_size = eng_lognormal_sd(p->clone_size_cv), sd_avidity = eng_lognormal_sd(p->clone_avidity_cv);

    start_others(c, e, first, end);
    eng_streams_open(c, ENG_CHANNEL_REPERTOIRE, &state, &inc, first, end);
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        next_words(&state, &inc, word);
        FOR_SPAN
        {
            size[k][l] = eng_exp(sd_size * eng_normal_quantile(eng_uniform(word[l])));
            sum[l] += size[k][l];
        }
        next_words(&state, &inc, word);
        FOR_SPAN
        {
            avidity[k][l] = eng_exp(sd_avidity * eng_normal_quantile(eng_uniform(word[l])));
        }
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        FOR_SPAN
        {
            const double n = eng_floor(share * (double)e->reservoir_start[l] * size[k][l] / sum[l]);
            e->clone[k][l] = (real)n;
            cells[l] += n;
            avid[l] += n * avidity[k][l];
        }
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        FOR_SPAN
        {
            e->avidity[k][l] = (real)(avidity[k][l] * (avid[l] > 0 ? cells[l] / avid[l] : 1));
        }
    }
    eng_clones_refresh(e);
}

/* Clones keep their sizes relative to the reservoir and its parts at the point. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    const eng_params_t *p = &c->rates->params, *before = &c->nominal->params;
    const double whole = p->clone_reservoir * p->clone_start / (before->clone_reservoir * before->clone_start);
    const real factor = (real)(whole * (1 - p->clone_sanctuary) / (1 - before->clone_sanctuary));
    const real hidden = (real)(whole * p->clone_sanctuary / (before->clone_sanctuary > 0 ? before->clone_sanctuary : 1));
    eng_clones_t *e = block;

    const bool anew = c->freeze != NULL && c->freeze->factor[ENG_CHANNEL_REMISSION] >= 0;
    for (int l = first; l < end; l++) { /* its chance begins anew */
        if (anew || eng_second_life(c->tile, l)) {
            e->left_remission[l] = eng_threshold(c, l, ENG_CHANNEL_REMISSION, e->count_remission[l]);
        }
    }
    for (int l = first; l < end; l++) { /* where there was none, its share is taken of all */
        e->sanctuary[l] = hidden * (before->clone_sanctuary > 0 ? e->sanctuary[l] : e->clone_total[l]);
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        for (int l = first; l < end; l++) {
            e->clone[k][l] = real_floor(e->clone[k][l] * factor);
        }
    }
    eng_clones_refresh(e);
}

#define MAKE_PATIENTS .derive = derive, .start = start, .enter = enter,
#else
#define MAKE_PATIENTS
#endif

/* The trigger stream at its first day, with what each later day adds. */
static void begin(eng_course_t *c, void *block)
{
    eng_clones_t *e = block;
    const eng_wide_row_t inc = e->trigger_step;
    const eng_rng_jump_t step = { 1, c->plan->one_day.plus };

    memset(&e->trigger_step, 0, sizeof(e->trigger_step));
    jump_rows(&e->trigger_step, &inc, &step);
    jump_rows(&e->trigger_state, &inc, &c->plan->to_first_day);
}

/* --- what others do to them ------------------------------------------------------------------------------------------ */

/* A viral infection may act as a trigger (R52). */
static void infected(eng_course_t *c, void *block, int l, uint32_t number)
{
    (void)block;
    if (eng_uniform(eng_event_word(c, l, ENG_CHANNEL_INFECTION_TRIGGERS, 2 * number)) < PARAMS(c, l)->trigger_infection) {
        const uint64_t word = eng_event_word(c, l, ENG_CHANNEL_INFECTION_TRIGGERS, 2 * number + 1);
        eng_trigger_one(c, l, (real)eng_sample_exponential(word), real_normal((uint32_t)word));
    }
}

static void kill(eng_course_t *c, void *block, const real *s, const real *cycling)
{
    eng_clones_t *e = block;
    const rates_t *r = RATES(c);
    real killed[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        const real scale = e->clone_scale[l], spared = (1 - LANE(r->clone_sanctuary_penetrated)) * -real_log(s[l]);
        e->effector[l] *= s[l] * cycling[l];
        e->specific_treg[l] *= s[l];
        e->clone_loss[l] += (1 + e->clone_loss[l] - e->clone_gain[l]) * (1 / s[l] - 1); /* the law takes a kill exactly */
        e->clone_scale[l] = s[l] < 1 ? 1 / (1 + e->clone_loss[l] - e->clone_gain[l]) : scale; /* nobody's but whose cells are killed */
        e->clone_memory[l] *= s[l];
        e->sanctuary[l] *= real_exp(spared);
        killed[l] = 1 - s[l];
    }
    eng_clones_bound(e, killed);
    eng_clones_refresh(e);
}

static void harvest(eng_course_t *c, void *block, void *kept)
{
    const eng_clones_t *e = block;
    eng_clones_kept_t *with = kept;
    (void)c;

    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        FOR_LANES
        {
            with->clone[k][l] = e->clone[k][l] * e->clone_scale[l];
        }
    }
}

/* Clones come back with the T cells of the graft, Poisson around their share of those in the body at harvest. */
static void graft(eng_course_t *c, void *block, const void *kept, eng_rng_t *rng, const real *t_cells)
{
    const eng_clones_kept_t *with = kept;
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    eng_clones_t *e = block;

    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        for (int l = 0; l < ENG_LANES; l++) {
            const real share = LANE(r->graft_carry_over) * t_cells[l] / t->t_cells_harvested[l];
            const double mean = (double)(e->avidity[k][l] * with->clone[k][l] * share);
            const double cells = eng_sample_poisson(mean, eng_uniform(eng_rng_next(&rng[l])));
            e->clone[k][l] += (real)eng_round(cells / (double)e->clone_scale[l]);
        }
    }
    eng_clones_refresh(e);
}

/* --- what is read of them -------------------------------------------------------------------------------------------- */

static void read_clones(eng_clones_t *e)
{
    FOR_LANES
    {
        e->clones_left[l] = 0;
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        FOR_LANES
        {
            e->clones_left[l] += e->clone[k][l] > 0 ? 1 : 0;
        }
    }
}

static void marks(eng_course_t *c, void *block)
{
    eng_clones_t *e = block;
    if (c->row->flags & ENG_ROW_YEAR1) {
        FOR_LANES
        {
            e->e1y_ratio[l] = e->reservoir[l] / e->reservoir_start[l];
        }
    }
    if (c->row->flags & ENG_ROW_DAY30) {
        read_clones(e);
    }
}

ENG_MODULE_LANES(clones) = { .name = "clones", MAKE_PATIENTS .begin = begin,
    .infected = infected, .kill = kill, .harvest = harvest, .graft = graft, .marks = marks };

/* --- tables ----------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define BEFORE_WIDE (offsetof(eng_clones_t, trigger_state) / sizeof(eng_row_t))
static const eng_lane_span_t spans[] = {
    { 0, (int)BEFORE_WIDE, (int)sizeof(real) },
    { offsetof(eng_clones_t, trigger_state), 4, (int)sizeof(uint64_t) },
    { offsetof(eng_clones_t, count_remission), 1, (int)sizeof(uint32_t) },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(eng_clones_t, name), ENG_NO_ROW },
#define CLONE(k) \
    { "clone_" #k, "cells", "E_" #k, offsetof(eng_clones_t, clone) + (k - 1) * sizeof(eng_row_t), offsetof(eng_clones_t, clone_scale) }
static const eng_state_row_t states[] = { ENG_CLONES_STATE_LIST(STATE) CLONE(1), CLONE(2), CLONE(3), CLONE(4), CLONE(5), CLONE(6),
    CLONE(7), CLONE(8), CLONE(9), CLONE(10), CLONE(11), CLONE(12), CLONE(13), CLONE(14), CLONE(15), CLONE(16), CLONE(17), CLONE(18),
    CLONE(19), CLONE(20),
    { "sanctuary", "cells", "autoreactive memory cells that kills hardly reach", offsetof(eng_clones_t, sanctuary), offsetof(eng_clones_t, clone_scale) } };

static const eng_number_row_t numbers[] = {
    { ENG_NUMBER_E1Y_RATIO, offsetof(eng_clones_t, e1y_ratio), 365 },
    { ENG_NUMBER_CLONES_LEFT, offsetof(eng_clones_t, clones_left), 30 },
};

static const eng_outcome_row_t outcomes[] = {
    { .name = "e1y_ratio", .unit = "1", .help = "autoreactive reservoir at day 365, relative to the start", .kind = ENG_OUTCOME_NUMBER,
        .source = ENG_NUMBER_E1Y_RATIO, .step = 1e-6, .high = 2, .better = -1, .state = true },
    { .name = "clones_left", .unit = "1", .help = "autoreactive clones alive at day 30", .kind = ENG_OUTCOME_NUMBER,
        .source = ENG_NUMBER_CLONES_LEFT, .step = 1, .high = 64, .better = -1, .state = true },
};

const eng_module_t eng_module_clones = {
    .name = "clones",
    .help = "autoreactive clones, their effectors and what triggers them",
    .version = 5,
    .bytes = sizeof(eng_clones_t),
    .kept_bytes = sizeof(eng_clones_kept_t),
    ENG_TABLE(spans),
    ENG_TABLE(states),
    ENG_TABLE(numbers),
    ENG_TABLE(outcomes),
};

#endif
