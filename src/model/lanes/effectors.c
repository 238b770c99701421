/**
 * Activated effectors X and antigen-specific Treg Ra: R53-R56, by the midpoint rule in sub-steps of at most half a
 * day; small numbers that fall die out, and at times all vanish of themselves.  What X does to a tissue is the disease's.
 */
#include "model/lanes/step.h"

typedef struct {
    real x, ra, days;
} effector_t;

/* Rates of one lane over a row. */
typedef struct {
    real growth, death;    /* of X, 1/d */
    real suppression;      /* 1 + Rb R */
    real unit;             /* 1 / K_X */
    real induce, decay;    /* of Ra */
} effector_rates_t;

/* Net growth of X per day at x effectors and regulation ra. */
LANE_INLINE real net_growth(const effector_rates_t *r, real x, real ra)
{
    const real u = x * r->unit;
    return r->growth * u / (fma_real(u, r->suppression + ra, r->suppression + ra)) - r->death;
}

/* One sub-step of h days, common to all lanes. */
LANE_INLINE void sub_step(effector_t *e, const effector_rates_t *r, real h)
{
    const real half = (real)0.5 * h;
    const real g0 = net_growth(r, e->x, e->ra) * half;
    const real x_mid = fma_real(e->x * g0, fma_real((real)0.5, g0, 1), e->x); /* a series of second order will do */
    const real a_mid = fma_real(half, fma_real(r->induce, e->x, -r->decay * e->ra), e->ra);
    const real g = net_growth(r, x_mid, a_mid) * h;
    e->x = fma_real(e->x * g, phi_small(g), e->x);
    e->ra = max0(fma_real(h, fma_real(r->induce, x_mid, -r->decay * a_mid), e->ra));
    e->days = fma_real(h, x_mid, e->days);
}

/* signals: drugs or modules act on X; helped: on what Treg do to it too. */
LANE_INLINE void effectors(eng_course_t *c, const int substeps, const int signals, const int helped)
{
    const eng_tile_t *t = c->tile;
    eng_clones_t *e = c->clones;
    eng_signals_t *s = c->signals;
    const rates_t *k = RATES(c);
    const step_rates_t *step = STEP_RATES(c);
    const real *growth = c->signal[ENG_SIGNAL_effector_growth], *kill = c->signal[ENG_SIGNAL_effector_kill];
    const real *regulation = c->signal[ENG_SIGNAL_regulation], *help = c->signal[ENG_SIGNAL_treg_help];
    const real h = c->row->dt / (real)substeps;

    FOR_LANES
    {
        const real count = TOTAL(&t->cells, treg), treg = at_most(helped ? count * help[l] : count, LANE(k->treg_cap));
        effector_rates_t r = { LANE(k->effector_growth), LANE(k->effector_death), fma_real(LANE(k->effector_treg), treg, 1),
            e->cooperation[l], LANE(k->effector_regulation) * treg, LANE(k->effector_regulation_decay) };
        if (signals) {
            const real kept = LANE(step->transient_keep), Rx = e->transient[l];
            const real next = fma_real(regulation[l], LANE(step->transient_made), Rx * kept);
            r.growth *= growth[l];
            r.death += kill[l];
            r.suppression += mean(Rx, next);
            e->transient[l] = next;
        }
        const real before = e->effector[l], least = LANE(k->effector_extinction);
        effector_t x = { before, e->specific_treg[l], 0 };
        sub_step(&x, &r, h);
        s->effector_first[l] = x.x;
        if (substeps > 1) {
            sub_step(&x, &r, h);
        }
        e->effector[l] = (x.x < 1) | ((x.x < least) & (x.x < before)) ? 0 : x.x;
        e->specific_treg[l] = x.ra;
        s->effector_days[l] = x.days;

        /* R55: what dies leaves memory, as far as there is room: a row never more of it than a whole reservoir, which is no more than all the room */
        const real room = max0(fma_real(-e->reservoir[l], e->reservoir_room[l], 1));
        const real made = at_most(LANE(k->clone_memory_yield) * LANE(k->effector_death) * x.days, e->reservoir_start[l]);
        const real memory = fma_real(made, room, e->clone_memory[l]);
        e->clone_memory[l] = memory;
        /* as eng_clones_refresh finds it, so that a refresh for the sake of one lane changes no other */
        e->reservoir[l] = fma_real(e->clone_total[l], e->clone_scale[l], memory);
    }
}

/* Each of these is a loop of its own for the compiler. */
static void effectors_once(eng_course_t *c)
{
    effectors(c, 1, 0, 0);
}

static void effectors_twice(eng_course_t *c)
{
    effectors(c, 2, 0, 0);
}

static void effectors_once_driven(eng_course_t *c)
{
    effectors(c, 1, 1, 0);
}

static void effectors_twice_driven(eng_course_t *c)
{
    effectors(c, 2, 1, 0);
}

static void effectors_once_helped(eng_course_t *c)
{
    effectors(c, 1, 1, 1);
}

static void effectors_twice_helped(eng_course_t *c)
{
    effectors(c, 2, 1, 1);
}

#ifdef ENG_MIXED
#define MAY_REMIT(c) true
#else
#define MAY_REMIT(c) ((c)->rates->effector_remission > 0)
#endif

/* Spontaneous remission, a hazard that runs before entry too. */
static void remit(eng_course_t *c)
{
    eng_clones_t *e = c->clones;
    const rates_t *r = RATES(c);
    const real years = c->row->dt * (real)(1 / ENG_DAYS_PER_YEAR);
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        const real left = fma_real(-years, LANE(r->effector_remission), e->left_remission[l]);
        e->left_remission[l] = left;
        any |= left <= 0;
    }
    for (int l = 0; l < ENG_LANES && any; l++) {
        if (e->left_remission[l] <= 0) {
            e->left_remission[l] += eng_threshold(c, l, ENG_CHANNEL_REMISSION, ++e->count_remission[l]);
            e->effector[l] = 0;
        }
    }
}

void eng_effectors_step(eng_course_t *c)
{
    static void (*const variants[][2])(eng_course_t *) = { { effectors_once, effectors_twice },
        { effectors_once_driven, effectors_twice_driven }, { effectors_once_helped, effectors_twice_helped } };
    const eng_signal_set_t read = ENG_SIGNAL_BIT(effector_growth) | ENG_SIGNAL_BIT(effector_kill) | ENG_SIGNAL_BIT(regulation);
    const int variant = c->writes & ENG_SIGNAL_BIT(treg_help) ? 2 : (c->writes & read) != 0;
    variants[variant][c->row->substeps - 1](c);
    if (MAY_REMIT(c)) {
        remit(c);
    }
}
