/**
 * Activated effectors X and antigen-specific Treg Ra: R53-R56, by the midpoint rule in sub-steps of at most half a
 * day, and the clinical attacks that X makes (hysteresis: an attack begins above one size and may begin again only
 * after X has fallen below another).
 */
#include "model/lanes/step.h"

typedef struct {
    real x, ra, days, in_relapse;
} effector_t;

/* Rates of one lane over a row. */
typedef struct {
    real growth, death;    /* of X, 1/d */
    real suppression;      /* 1 + Rb R */
    real unit;             /* 1 / K_X */
    real induce, decay;    /* of Ra */
    real begins, ends;     /* of an attack, cells */
} effector_rates_t;

/* Net growth of X per day at x effectors and regulation ra. */
LANE_INLINE real net_growth(const effector_rates_t *r, real x, real ra)
{
    const real u = x * r->unit;
    return r->growth * u / (fma_real(u, r->suppression + ra, r->suppression + ra)) - r->death;
}

/* One sub-step of h days, common to all lanes.  1 where an attack begins. */
LANE_INLINE real sub_step(effector_t *e, const effector_rates_t *r, real h)
{
    const real half = (real)0.5 * h;
    const real g0 = net_growth(r, e->x, e->ra) * half;
    const real x_mid = fma_real(e->x * g0, fma_real((real)0.5, g0, 1), e->x); /* a series of second order will do */
    const real a_mid = fma_real(half, fma_real(r->induce, e->x, -r->decay * e->ra), e->ra);
    const real g = net_growth(r, x_mid, a_mid) * h;
    e->x = fma_real(e->x * g, phi_small(g), e->x);
    e->ra = max0(fma_real(h, fma_real(r->induce, x_mid, -r->decay * a_mid), e->ra));
    e->days = fma_real(h, x_mid, e->days);

    const real held = e->x < r->ends ? 0 : e->in_relapse;
    const real now = e->x > r->begins ? 1 : held;
    const real starts = max0(now - e->in_relapse);
    e->in_relapse = now;
    return starts;
}

LANE_INLINE void effectors(eng_course_t *c, const int substeps)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const rates_t *k = RATES(c);
    const real h = c->row->dt / (real)substeps, t0 = (real)c->row->t;
    const real counts = c->row->flags & (ENG_ROW_AFTER0 | ENG_ROW_SCREEN) ? (real)1 : (real)0;

    FOR_LANES
    {
        const real treg = at_most(t->treg[l], (real)2.5);
        const effector_rates_t r = { LANE(k->effector_growth), LANE(k->effector_death), fma_real(LANE(k->effector_treg), treg, 1),
            t->cooperation[l], LANE(k->effector_regulation) * treg, LANE(k->effector_regulation_decay), t->attack_begins[l],
            t->attack_ends[l] };
        effector_t e = { t->effector[l], t->specific_treg[l], 0, t->in_relapse[l] };
        const real first = sub_step(&e, &r, h);
        const real second = substeps > 1 ? sub_step(&e, &r, h) : 0;
        const real lives = t0 < t->t_death[l] ? counts : 0;
        const real began = at_most(first + second, lives); /* one attack a row at most */
        const real end = first > 0 ? t0 + h : t0 + 2 * h;
        const real when = began > 0 ? end : ENG_DAY_NEVER;
        t->effector[l] = e.x < (real)0.5 ? 0 : e.x; /* less than one cell */
        t->specific_treg[l] = e.ra;
        t->in_relapse[l] = e.in_relapse;
        t->num_relapses[l] += began;
        t->t_relapse[l] = at_most(t->t_relapse[l], when);
        s->effector_days[l] = e.days;

        /* R55: what dies leaves memory, as far as there is room */
        const real room = max0(fma_real(-t->reservoir[l], t->reservoir_room[l], 1));
        const real memory = fma_real(LANE(k->clone_memory_yield) * r.death * e.days, room, t->clone_memory[l]);
        t->clone_memory[l] = memory;
        /* as eng_clones_refresh finds it, so that a refresh for the sake of one lane changes no other */
        t->reservoir[l] = fma_real(t->clone_total[l], t->clone_scale[l], memory);
    }
}

static void effectors_once(eng_course_t *c)
{
    effectors(c, 1);
}

static void effectors_twice(eng_course_t *c)
{
    effectors(c, 2);
}

void eng_effectors_step(eng_course_t *c)
{
    if (c->row->substeps == 1) {
        effectors_once(c);
    } else {
        effectors_twice(c);
    }
}
