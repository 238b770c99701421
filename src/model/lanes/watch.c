/**
 * Observation (MODEL section 11): recovery of counts with interpolated crossings, graft failure, markers at reading
 * days.  Nothing here changes the state.
 */
#include "model/lanes/step.h"

#define ANC_HEALTHY ((real)(2.2e10 / 4.9e6))       /* 1/uL */
#define PLT_HEALTHY ((real)(1.2e12 / 4.9e6 / 1e3)) /* 1e3/uL */

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
    const real dt = c->row->pool_dt, start = (real)c->row->t + (c->row->dt - dt), day = (real)0.9999;
    FOR_LANES
    {
        watch(t->neutrophil[l] * ANC_HEALTHY, start, dt, 500, 2 * day, t->t_death[l], &t->anc_before[l], &t->below_anc[l],
            &t->since_anc[l], &t->t_anc[l]);
        watch(t->platelet[l] * PLT_HEALTHY, start, dt, 20, 3 * day, t->t_death[l], &t->plt_before[l], &t->below_plt[l],
            &t->since_plt[l], &t->t_plt[l]);
    }
}

LANE_INLINE real cd4_now(const eng_tile_t *t, int l)
{
    return t->cd4_healthy[l]
        * (t->share4_naive[l] * t->naive4[l] + t->share4_memory[l] * t->memory4[l] + t->share4_treg[l] * t->treg[l]);
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
        const real when = start + dt * (200 - before) / (slope > 0 ? slope : 1);
        const int crossed = (now > 200) & (before <= 200) & (t->below_cd4[l] > 0) & (when < t->t_death[l]) & (when > 20);
        t->t_cd4[l] = (crossed & (t->t_cd4[l] >= ENG_DAY_NEVER)) ? when : t->t_cd4[l];
        t->below_cd4[l] = ((now < 200) & (start < t->t_death[l])) ? 1 : t->below_cd4[l];
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
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    FOR_LANES
    {
        const int low = (t->neutrophil[l] * ANC_HEALTHY < 500) & (t->neutropenic_days[l] > 20);
        const int again = low & (t->t_anc[l] < now - 28);
        const int failed = ((t->t_anc[l] >= ENG_DAY_NEVER) | again) & (t->below_anc[l] > 0) & (t->treated[l] > 0) & (now < t->t_death[l]);
        t->t_graft_failure[l] = (failed & (t->t_graft_failure[l] >= ENG_DAY_NEVER)) ? now : t->t_graft_failure[l];
    }
}

/* Secondary: ANC below 500 for more than 14 d after recovery, with fewer than 500 stem cells. */
static void judge_secondary(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    FOR_LANES
    {
        const int low = (t->neutrophil[l] * ANC_HEALTHY < 500) & (t->neutropenic_days[l] > 14);
        const int failed = low & (now - t->t_anc[l] > 14) & (t->hsc_count[l] < 500) & (now < t->t_death[l]);
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

void eng_read_markers(const eng_course_t *c, double *out)
{
    const eng_tile_t *t = c->tile;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    const int num = eng_marker_count(c->body->disease);
    double(*marker)[ENG_LANES] = (double(*)[ENG_LANES])out;

    read_own(c, marker);
    for (int l = 0; l < ENG_LANES; l++) {
        const double naive = (double)(t->share4_naive[l] * t->naive4[l]);
        const double memory = (double)(t->share4_memory[l] * t->memory4[l]);
        marker[ENG_MARKER_ANC][l] = (double)(t->neutrophil[l] * ANC_HEALTHY);
        marker[ENG_MARKER_PLATELETS][l] = (double)(t->platelet[l] * PLT_HEALTHY);
        marker[ENG_MARKER_HB][l] = (double)(t->haemoglobin[l] * t->hb_healthy[l]);
        marker[ENG_MARKER_CD4][l] = (double)cd4_now(t, l);
        marker[ENG_MARKER_CD8][l]
            = (double)(t->cd8_healthy[l] * (t->share8_naive[l] * t->naive8[l] + t->share8_memory[l] * t->memory8[l]));
        marker[ENG_MARKER_NK][l] = (double)t->nk[l] * (5e10 * 0.02 / 4.9e6); /* set points over blood volume */
        marker[ENG_MARKER_B][l] = ((double)t->b_naive[l] * 3.7e10 + (double)t->b_memory[l] * 1.5e10) * (0.02 / 4.9e6);
        marker[ENG_MARKER_TREG][l] = (double)t->treg[l] * (1.1e10 * 0.02 / 4.9e6);
        marker[ENG_MARKER_NAIVE_CD4_SHARE][l] = naive / (naive + memory);
        marker[ENG_MARKER_RICHNESS][l] = (double)t->richness[l];
        marker[ENG_MARKER_IGG][l] = (double)t->igg[l];
        if (now >= t->t_death[l]) {
            for (int m = 0; m < num; m++) {
                marker[m][l] = (double)NAN;
            }
        }
    }
}
