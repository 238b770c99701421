/**
 * Activated effectors X and antigen-specific Treg Ra: R53-R56, by the midpoint rule in sub-steps of at most half a
 * day, and the clinical attacks that X makes (hysteresis: an attack begins above one size and may begin again only
 * after X has fallen below another).
 */
#include "model/lanes/step.h"

/* Net growth of X per day at effectors x (relative to K_X) and regulation a. */
LANE_INLINE real net_growth(real x, real a, real suppression, real growth, real death)
{
    return growth * x / ((1 + x) * (suppression + a)) - death;
}

typedef struct {
    real x, ra, days, in_relapse, began, when;
} effector_t;

/* One sub-step of h days ending at t_end; h is common to all lanes. */
LANE_INLINE void sub_step(effector_t *e, real h, real t_end, real unit, real suppression, real induce, real growth,
    real death, real decay, real begins, real ends)
{
    const real half = (real)0.5;
    const real g0 = net_growth(e->x * unit, e->ra, suppression, growth, death);
    const real x_mid = e->x * (1 + g0 * h * half * phi_wide(g0 * h * half));
    const real a_mid = e->ra + h * half * (induce * e->x - decay * e->ra);
    const real g = net_growth(x_mid * unit, a_mid, suppression, growth, death);
    e->x *= 1 + g * h * phi_wide(g * h);
    e->ra = max0(e->ra + h * (induce * x_mid - decay * a_mid));
    e->days += h * x_mid;

    const real held = e->x < ends ? 0 : e->in_relapse;
    const real now = e->x > begins ? 1 : held;
    const real starts = max0(now - e->in_relapse) * (1 - e->began); /* 1 where the first attack of the row begins */
    e->when = starts > 0 ? t_end : e->when;
    e->began += starts;
    e->in_relapse = now;
}

LANE_INLINE void effectors(eng_course_t *c, const int substeps)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const eng_rates_t *r = c->rates;
    const eng_disease_lanes_t *disease = c->disease->lanes;
    const real h = c->step->dt / (real)substeps, t0 = (real)c->row->t;
    const real counts = c->row->flags & (ENG_ROW_AFTER0 | ENG_ROW_SCREEN) ? (real)1 : (real)0;
    const real growth = r->effector_growth, death = r->effector_death, decay = r->effector_regulation_decay;
    const real held = r->effector_treg, rate = r->effector_regulation, yield = r->clone_memory_yield * death;
    real limits[2];

    disease->attack(r, &limits[0], &limits[1]);
    const real begins = limits[0], ends = limits[1];
    FOR_LANES
    {
        const real treg = at_most(t->treg[l], (real)2.5), unit = t->cooperation[l];
        const real suppression = 1 + held * treg, induce = rate * treg;
        effector_t e = { t->effector[l], t->specific_treg[l], 0, t->in_relapse[l], 0, 0 };
        sub_step(&e, h, t0 + h, unit, suppression, induce, growth, death, decay, begins, ends);
        if (substeps > 1) {
            sub_step(&e, h, t0 + 2 * h, unit, suppression, induce, growth, death, decay, begins, ends);
        }
        const real lives = t0 < t->t_death[l] ? counts : 0;
        const real began = e.began * lives;
        const real when = began > 0 ? e.when : ENG_DAY_NEVER;
        t->effector[l] = e.x < (real)0.5 ? 0 : e.x; /* less than one cell */
        t->specific_treg[l] = e.ra;
        t->in_relapse[l] = e.in_relapse;
        t->num_relapses[l] += began;
        t->t_relapse[l] = at_most(t->t_relapse[l], when);
        s->effector_days[l] = e.days;

        /* R55: what dies leaves memory, as far as there is room */
        const real room = max0(1 - t->reservoir[l] * t->reservoir_room[l]);
        t->clone_memory[l] += yield * e.days * room;
        /* as eng_clones_refresh finds it, so that a refresh for the sake of one lane changes no other */
        t->reservoir[l] = t->clone_total[l] * t->clone_scale[l] + t->clone_memory[l];
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
