/**
 * Rejection (docs/MODEL.md, section 8.3): few clones of host T cells decide it, so that they are a whole number.  Below 1e4 births and
 * deaths follow the exact law of Kendall, drawn day by day (between draws the expected number acts, which at such numbers does nothing);
 * above it they grow to their limit without chance.
 */
#include "model/lanes/origins.h"

#include "base/sample.h"

#define FIRST_OF_DAY 2      /* words of a tick: 0 the number at an infusion there, from here on the draw of that day */
#define LOST 20             /* a graft is rejected, by definition, where less than one T cell and one neutrophil in so many are the donor's */
#define SETTLED 42          /* days after the infusion from which on that is asked without recovery, too */

static eng_rng_t words_at(const eng_course_t *c, int l, int32_t tick, uint32_t first)
{
    eng_rng_t rng;
    eng_course_stream(c, l, ENG_CHANNEL_REJECTION, &rng);
    return eng_rng_at(&rng, ENG_TICK_OF_STREAM(tick), first);
}

/* What is left of the law since the last draw counts from now on. */
static void settle(eng_graft_t *g, int l, real count)
{
    g->reject_count[l] = g->rejecting[l] = count;
    g->reject_gain[l] = g->reject_loss[l] = 0;
}

static void draw_lane(eng_course_t *c, int l, int32_t tick)
{
    eng_graft_t *g = c->graft;
    eng_rng_t rng = words_at(c, l, tick, FIRST_OF_DAY);
    const uint64_t first = eng_rng_next(&rng), second = eng_rng_next(&rng);
    settle(g, l, (real)eng_sample_birth_death((double)g->reject_count[l], (double)g->reject_loss[l], (double)g->reject_gain[l], first, second));
}

static void draw_few(eng_course_t *c, int32_t tick)
{
    eng_graft_t *g = c->graft;

    for (int l = 0; l < ENG_LANES; l++) {
        if (g->reject_count[l] >= FEW_CELLS && g->rejecting[l] < FEW_CELLS) { /* fell below it: whole again */
            settle(g, l, (real)eng_round((double)g->rejecting[l]));
        }
        if (g->reject_count[l] > 0 && g->reject_count[l] < FEW_CELLS && g->reject_loss[l] > 0) {
            draw_lane(c, l, tick);
        }
    }
}

static void kill_donor(eng_graft_t *g)
{
    FOR_LANES
    {
        g->lost[l] = g->rejection_rate[l] * g->rejecting[l] / (g->rejecting[l] + g->reject_half[l]);
    }
}

void eng_rejection_begin(eng_course_t *c, const double *mean, int32_t tick)
{
    eng_graft_t *g = c->graft;

    for (int l = 0; l < ENG_LANES; l++) {
        eng_rng_t rng = words_at(c, l, tick, 0);
        const double cells = eng_sample_poisson(mean[l], eng_uniform(eng_rng_next(&rng)));
        const bool few = g->reject_count[l] < FEW_CELLS;
        if (cells > 0 && few && g->reject_loss[l] > 0) { /* those of an earlier graft first */
            draw_lane(c, l, tick);
        }
        if (cells > 0) {
            settle(g, l, g->rejecting[l] + (real)cells);
        }
    }
    kill_donor(g);
}

/* Births and deaths of the row: A and Q of few, the number itself of many. */
static void grow_clones(const eng_course_t *c)
{
    eng_graft_t *g = c->graft;
    const real dt = c->row->dt;

    FOR_LANES
    {
        const real b = g->rejection_birth[l], d = g->rejection_death[l] + c->signals->kill[l], n = g->reject_count[l];
        const real A = g->reject_loss[l], Q = g->reject_gain[l], weight = (1 + (A - Q)) * dt * phi_any((d - b) * dt);
        const real A_new = fma_real(d, weight, A), Q_new = fma_real(b, weight, Q);
        const real x = g->rejecting[l], net = (b - d) * (1 - x * g->per_reject_most[l]);
        const int few = n < FEW_CELLS, some = few & (n > 0);
        const real expected = n / (some ? 1 + (A_new - Q_new) : 1);
        g->reject_loss[l] = some ? A_new : 0; /* of none nothing is drawn, and the law would run on for years */
        g->reject_gain[l] = some ? Q_new : 0;
        g->rejecting[l] = few ? expected : x * real_exp(net * dt);
    }
}

static void note(eng_tile_t *t, eng_graft_t *g, int l, int rejected, real now)
{
    const int first = rejected & (now < t->t_death[l]) & (t->treated[l] > 0);
    g->t_rejection[l] = (first & (g->t_rejection[l] >= ENG_DAY_NEVER)) ? now : g->t_rejection[l];
    t->t_graft_failure[l] = (first & (t->t_graft_failure[l] >= ENG_DAY_NEVER)) ? now : t->t_graft_failure[l];
}

/* So many that they clear the graft. */
static void judge_clones(eng_course_t *c)
{
    const real now = (real)c->row->t;

    for (int l = 0; l < ENG_LANES; l++) {
        note(c->tile, c->graft, l, c->graft->rejecting[l] > c->graft->reject_half[l], now);
    }
}

void eng_rejection_judge(eng_course_t *c)
{
    const eng_tile_t *t = c->tile;
    const eng_graft_t *g = c->graft;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;
    real T[ENG_LANES] ENG_ALIGNED, N[ENG_LANES] ENG_ALIGNED;

    eng_chimerism(c, T, N);
    for (int l = 0; l < ENG_LANES; l++) {
        const int settled = (t->t_anc[l] < now) | (now - g->infused[l] > SETTLED);
        note(c->tile, c->graft, l, (LOST * T[l] < 1) & (LOST * N[l] < 1) & settled & (now > g->infused[l]), now);
    }
}

/* Is there any such clone in some lane? */
static bool any_clone(const eng_graft_t *g)
{
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        any |= g->rejecting[l] > 0;
    }
    return any != 0;
}

void eng_rejection_step(eng_course_t *c)
{
    if (!any_clone(c->graft)) {
        return; /* nothing is lost to them either */
    }
    if (c->row->flags & ENG_ROW_DAY) {
        draw_few(c, (int32_t)(c->row->t * ENG_TICKS_PER_DAY));
        judge_clones(c);
    }
    grow_clones(c);
    kill_donor(c->graft);
}

void eng_rejection_kill(eng_course_t *c, const real *s)
{
    eng_graft_t *g = c->graft;

    FOR_LANES
    {
        const int few = g->reject_count[l] < FEW_CELLS;
        const real weight = 1 + (g->reject_loss[l] - g->reject_gain[l]);
        g->reject_loss[l] += few ? weight * (1 / s[l] - 1) : 0;
        g->rejecting[l] *= s[l];
    }
    kill_donor(g);
}
