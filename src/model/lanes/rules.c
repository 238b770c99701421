/**
 * `when` rules (MODEL section 6): what is seen at a visit starts drugs there, or sends a course to another calendar.
 */
#include "model/lanes/step.h"

/* The first day of an event that is seen once. */
static const real *first_day(const eng_course_t *c, int event)
{
    const eng_tile_t *t = c->tile;

    switch (event) {
    case ENG_EVENT_GRAFT_FAILURE:
        return t->t_graft_failure;
    default: { /* the disease's own */
        const char *block = c->block[c->body->num_modules - 1];
        return (const real *)(const void *)(block + c->body->disease->events[event - ENG_NUM_SHARED_EVENTS].day);
    }
    }
}

/* Progression that is confirmed later than the day from which it counts is seen when it is confirmed. */
LANE_INLINE real progressed(const eng_tile_t *t, int l, real now)
{
    return t->t_progression[l] <= now ? 1 : 0;
}

LANE_INLINE real infections(const eng_tile_t *t, int l)
{
    return (real)(t->count_bacterial[l] + t->count_viral[l]) - t->num_prevented[l];
}

static int rule_sees(const eng_course_t *c, const eng_rule_t *rule, int l, real now)
{
    const eng_tile_t *t = c->tile;

    switch (rule->event) {
    case ENG_EVENT_RELAPSE:
        return t->num_relapses[l] > t->seen_relapse[l];
    case ENG_EVENT_PROGRESSION:
        return progressed(t, l, now) > t->seen_progression[l];
    case ENG_EVENT_INFECTION:
        return infections(t, l) > t->seen_infection[l];
    case ENG_EVENT_LOSS_OF_RESPONSE:
        return t->num_losses[l] > t->seen_loss[l];
    default: {
        const real day = first_day(c, (int)rule->event)[l];
        return (day <= now) & (day > now - c->plan->visits);
    }
    }
}

/* A rule with dates: lanes in which it acts leave the tile; it is ready again when all that its event asked for is done. */
static void dated_rule(eng_course_t *c, int j, real now, real horizon)
{
    eng_tile_t *t = c->tile;
    const eng_rule_t *rule = &c->plan->rules[j];
    const bool in_time = now + (real)rule->after < horizon;

    for (int l = 0; l < ENG_LANES; l++) {
        const int waits = (c->rule[j].left[l] > 0) & (c->rule[j].due[l] >= ENG_DAY_NEVER) & (now < t->t_death[l]);
        if (waits && rule_sees(c, rule, l, now)) {
            c->rule[j].left[l] -= 1;
            c->rule[j].due[l] = now + (real)rule->busy;
            c->leaves[l] |= in_time ? 1u << j : 0;
            c->leaving = c->leaving || in_time;
        }
        c->rule[j].due[l] = c->rule[j].due[l] <= now ? ENG_DAY_NEVER : c->rule[j].due[l];
    }
}

void eng_therapy_visit(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY, horizon = (real)c->plan->stop / ENG_TICKS_PER_DAY;
    real acts[ENG_LANES] ENG_ALIGNED;

    for (int j = 0; j < c->plan->num_rules; j++) {
        const eng_rule_t *rule = &c->plan->rules[j];
        const real until = rule->duration >= 0 ? now + (real)rule->duration : horizon + 1;
        int any = 0;
        if (rule->dated) {
            dated_rule(c, j, now, horizon);
            continue;
        }
        for (int l = 0; l < ENG_LANES; l++) {
            const int waits = (c->rule[j].left[l] > 0) & (c->rule[j].due[l] >= ENG_DAY_NEVER) & (now < t->t_death[l]);
            if (waits && rule_sees(c, rule, l, now)) {
                c->rule[j].left[l] -= 1;
                c->rule[j].due[l] = now + (real)rule->after;
            }
            acts[l] = c->rule[j].due[l] <= now ? 1 : 0;
            c->rule[j].due[l] = acts[l] > 0 ? ENG_DAY_NEVER : c->rule[j].due[l];
            any |= acts[l] > 0;
        }
        if (any) {
            eng_therapy_rule(c, rule, until, acts);
        }
    }
    FOR_LANES
    {
        t->seen_relapse[l] = t->num_relapses[l];
        t->seen_progression[l] = progressed(t, l, now);
        t->seen_infection[l] = infections(t, l);
        t->seen_loss[l] = t->num_losses[l];
    }
}
