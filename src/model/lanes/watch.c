/**
 * Observation (MODEL section 11): recovery of counts with interpolated crossings, graft failure, markers at reading
 * days.  Nothing here changes the state.
 */
#include "model/engineered.h"
#include "model/lanes/step.h"

/* Definitions of end points (MODEL section 11): of trials, not of the body. */
#define ANC_RECOVERED 500       /* 1/uL ... */
#define ANC_RUN 2               /* d */
#define PLT_RECOVERED 20        /* 1e3/uL ... */
#define PLT_RUN 3               /* d */
#define CD4_RECOVERED 200       /* 1/uL, from ... */
#define CD4_FROM 20             /* day */
#define PRIMARY_DAY 28          /* days from a graft to the verdict; of cord blood more */
#define PRIMARY_RUN 20          /* d below ANC_RECOVERED, after a later graft */
#define SECONDARY_RUN 14        /* d below it */
#define SECONDARY_STEM_CELLS 500

/* First day of a run above `limit` that lasted `days`; counts only after the marker was seen below it. */
LANE_INLINE void watch(real now, real t, real dt, real limit, real days, real death, real *before, real *below, real *since,
    real *event)
{
    const real slope = now - *before;
    const real crossing = t + dt * (limit - *before) / (slope > 0 ? slope : 1);
    const real start = *before > limit ? *since : crossing;
    const real run = now > limit ? start : ENG_DAY_NEVER;
    const int kept = (t + dt - run >= days) & (*below > 0) & (run + days < death);
    *event = (kept & (*event >= ENG_DAY_NEVER)) ? run : *event;
    *below = ((now < limit) & (t < death)) ? 1 : *below; /* mates may keep the watch going for the dead */
    *since = run;
    *before = now;
}

static void watch_counts(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    const real dt = c->row->pool_dt, start = (real)c->row->t + (c->row->dt - dt), day = ALMOST_A_DAY;
    FOR_LANES
    {
        watch(TOTAL(o, neutrophil) * t->anc_healthy[l], start, dt, ANC_RECOVERED, ANC_RUN * day, t->t_death[l], &t->anc_before[l], &t->below_anc[l],
            &t->since_anc[l], &t->t_anc[l]);
        watch(TOTAL(o, platelet) * t->plt_healthy[l], start, dt, PLT_RECOVERED, PLT_RUN * day, t->t_death[l], &t->plt_before[l], &t->below_plt[l],
            &t->since_plt[l], &t->t_plt[l]);
    }
}

LANE_INLINE real cd4_now(const eng_tile_t *t, int l)
{
    const eng_cells_t *o = &t->cells;
    return t->cd4_healthy[l]
        * (t->share4_naive[l] * TOTAL(o, naive4) + t->share4_memory[l] * TOTAL(o, memory4) + t->share4_treg[l] * TOTAL(o, treg));
}

/* CD4 above 200/uL, from day 20 on. */
static void watch_cd4(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const real dt = c->row->pool_dt, start = (real)c->row->t + (c->row->dt - dt);
    FOR_LANES
    {
        const real now = cd4_now(t, l), before = t->cd4_before[l];
        const real slope = now - before;
        const real when = start + dt * (CD4_RECOVERED - before) / (slope > 0 ? slope : 1);
        const int crossed = (now > CD4_RECOVERED) & (before <= CD4_RECOVERED) & (t->below_cd4[l] > 0) & (when < t->t_death[l]) & (when > CD4_FROM);
        t->t_cd4[l] = (crossed & (t->t_cd4[l] >= ENG_DAY_NEVER)) ? when : t->t_cd4[l];
        t->below_cd4[l] = ((now < CD4_RECOVERED) & (start < t->t_death[l])) ? 1 : t->below_cd4[l];
        t->cd4_before[l] = now;
    }
}

static void still_waiting(eng_tile_t *t, real day)
{
    int counts = 0, cd4 = 0;
    LANE_PRAGMA(omp simd reduction(|:counts,cd4))
    for (int l = 0; l < ENG_LANES; l++) {
        counts |= ((t->t_anc[l] >= ENG_DAY_NEVER) | (t->t_plt[l] >= ENG_DAY_NEVER)) & (t->t_death[l] > day);
        cd4 |= (t->t_cd4[l] >= ENG_DAY_NEVER) & (t->t_death[l] > day);
    }
    t->watch_counts = counts != 0;
    t->watch_cd4 = cd4 != 0;
}

/*
 * Primary: ANC never above 500 by day 28 (cord 42), once it has been below.  After a later graft, recovery from the first
 * one says nothing: ANC is below 500 and has been for 20 of these days.
 */
static void judge_primary(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    FOR_LANES
    {
        const int low = (TOTAL(o, neutrophil) * t->anc_healthy[l] < ANC_RECOVERED) & (t->neutropenic_days[l] > PRIMARY_RUN);
        const int again = low & (t->t_anc[l] < now - PRIMARY_DAY);
        const int failed = ((t->t_anc[l] >= ENG_DAY_NEVER) | again) & (t->below_anc[l] > 0) & (t->treated[l] > 0) & (now < t->t_death[l]);
        t->t_graft_failure[l] = (failed & (t->t_graft_failure[l] >= ENG_DAY_NEVER)) ? now : t->t_graft_failure[l];
    }
}

/* Secondary: ANC below 500 for more than 14 d after recovery, with fewer than 500 stem cells. */
static void judge_secondary(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    FOR_LANES
    {
        const int low = (TOTAL(o, neutrophil) * t->anc_healthy[l] < ANC_RECOVERED) & (t->neutropenic_days[l] > SECONDARY_RUN);
        const int failed = low & (now - t->t_anc[l] > SECONDARY_RUN) & (t->hsc_count[l] < SECONDARY_STEM_CELLS) & (now < t->t_death[l]);
        t->t_graft_failure[l] = (failed & (t->t_graft_failure[l] >= ENG_DAY_NEVER)) ? now : t->t_graft_failure[l];
    }
}

void eng_watch_step(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    if (t->watch_counts) {
        watch_counts(c);
    }
    if (t->watch_cd4) {
        watch_cd4(c);
    }
    if (c->row->flags & ENG_ROW_CHECK28) {
        judge_primary(c);
    }
    if (c->row->flags & ENG_ROW_DAY) {
        still_waiting(t, (real)c->row->t);
    }
}

void eng_watch_marks(eng_course_t *c)
{
    if (c->row->flags & (ENG_ROW_YEAR1 | ENG_ROW_DAY30)) {
        CALL(c, marks);
    }
    if (c->row->flags & ENG_ROW_WATCH) {
        judge_secondary(c);
    }
}

/* What the disease itself reads: its block is the last. */
static void read_own(const eng_course_t *c, double (*marker)[ENG_LANES])
{
    const int last = c->body->num_modules - 1;
    real value[ENG_LANES] ENG_ALIGNED;

    for (int k = 0; k < c->body->disease->num_markers; k++) {
        c->hooks->module[last]->read(c, c->block[last], k, value);
        for (int l = 0; l < ENG_LANES; l++) {
            marker[ENG_MARKER_OWN(k)][l] = (double)value[l];
        }
    }
}

/* Cells of products in all lanes. */
static void read_products(const eng_course_t *c, double *cells)
{
    const eng_engineered_t *engineered = eng_body_find(c->tile, c->body, &eng_module_engineered);

    for (int l = 0; l < ENG_LANES; l++) {
        cells[l] = engineered != NULL ? (double)engineered->car_t[l] : 0;
        for (int j = 0; c->product != NULL && j < c->plan->num_products; j++) {
            cells[l] += (double)c->product->slot[j].cells[l];
        }
    }
}

void eng_read_markers(const eng_course_t *c, double *out)
{
    const eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    const int num = eng_marker_count(c->body->disease);
    double(*marker)[ENG_LANES] = (double(*)[ENG_LANES])out;

    read_own(c, marker);
    read_products(c, marker[ENG_MARKER_PRODUCT_CELLS]);
    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double blood = eng_blood_volume(p);
        const double naive = (double)(t->share4_naive[l] * TOTAL(o, naive4));
        const double memory = (double)(t->share4_memory[l] * TOTAL(o, memory4));
        marker[ENG_MARKER_ANC][l] = (double)(TOTAL(o, neutrophil) * t->anc_healthy[l]);
        marker[ENG_MARKER_PLATELETS][l] = (double)(TOTAL(o, platelet) * t->plt_healthy[l]);
        marker[ENG_MARKER_HB][l] = (double)(t->haemoglobin[l] * t->hb_healthy[l]);
        marker[ENG_MARKER_CD4][l] = (double)cd4_now(t, l);
        marker[ENG_MARKER_CD8][l]
            = (double)(t->cd8_healthy[l] * (t->share8_naive[l] * TOTAL(o, naive8) + t->share8_memory[l] * TOTAL(o, memory8)));
        marker[ENG_MARKER_NK][l] = (double)TOTAL(o, nk) * (p->nk_number * p->share_in_blood / blood);
        marker[ENG_MARKER_B][l] = ((double)TOTAL(o, b_naive) * p->b_naive_number + (double)TOTAL(o, b_memory) * p->b_memory_number)
            * (p->share_in_blood / blood);
        marker[ENG_MARKER_TREG][l] = (double)TOTAL(o, treg) * (p->treg_number * p->share_in_blood / blood);
        marker[ENG_MARKER_NAIVE_CD4_SHARE][l] = naive / (naive + memory);
        marker[ENG_MARKER_RICHNESS][l] = (double)t->richness[l];
        marker[ENG_MARKER_IGG][l] = (double)t->igg[l];
        marker[ENG_MARKER_MONOCYTES][l] = (double)TOTAL(o, monocyte) * (p->monocyte_number / blood);
        if (now >= t->t_death[l]) {
            for (int m = 0; m < num; m++) {
                marker[m][l] = (double)NAN;
            }
        }
    }
}

/* Does lane l take a drug of some classes?  Doses that are given again and again hold until the next is due. */
static int takes(const eng_course_t *c, unsigned classes, int l, real now)
{
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &c->slot[j];
        if ((classes >> j & 1) && slot->exposure[l] > 0 && now < slot->until[l]) {
            return 1;
        }
    }
    for (int k = 0; k < c->plan->num_dosings; k++) {
        const eng_dosing_t *dosing = &c->plan->dosings[k];
        const int given = (classes >> dosing->slot & 1) && (real)dosing->start <= now && now < (real)dosing->stop;
        if (given && c->slot[dosing->slot].drug[l] == (real)(dosing->drug + 1)) {
            return 1;
        }
    }
    return 0;
}

void eng_read_notes(const eng_course_t *c, double *out)
{
    const eng_tile_t *t = c->tile;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    double(*note)[ENG_LANES] = (double(*)[ENG_LANES])out;

    for (int l = 0; c->num_endpoints > 0 && l < ENG_LANES; l++) {
        const int dead = now >= t->t_death[l];
        note[ENG_NOTE_RELAPSES][l] = dead ? (double)NAN : (double)t->num_relapses[l];
        note[ENG_NOTE_INFECTIONS][l] = dead ? (double)NAN : (double)(t->count_bacterial[l] + t->count_viral[l]) - (double)t->num_prevented[l];
        note[ENG_NOTE_LOSSES][l] = dead ? (double)NAN : (double)t->num_losses[l];
        for (int k = 0; k < c->num_endpoints; k++) {
            note[ENG_NOTE_TAKEN + k][l] = dead ? (double)NAN : (double)(c->plan->off[k] != 0 && takes(c, c->plan->off[k], l, now));
        }
    }
}
