/**
 * `when` rules (MODEL section 6): what is seen at a visit starts drugs there, or sends a course to another calendar.
 */
#include "model/lanes/step.h"

#include "model/lanes/recovery.h"

/* The first day of an event that is seen once, and how much later it is known: recovery counts from the first day of a run. */
typedef struct {
    size_t row;
    int known;
} seen_t;

#define ROW(event, day, after) [ENG_EVENT_##event] = { offsetof(eng_tile_t, day), after }
static const seen_t shared[ENG_NUM_SHARED_EVENTS] = { ROW(GRAFT_FAILURE, t_graft_failure, 0), ROW(ANC_RECOVERY, t_anc, ANC_RUN),
    ROW(PLT_RECOVERY, t_plt, PLT_RUN), ROW(CD4_200, t_cd4, 0), ROW(SECONDARY_MALIGNANCY, t_malignancy, 0),
    ROW(SECONDARY_AUTOIMMUNITY, t_autoimmunity, 0), ROW(CMV, t_cmv, 0), ROW(EBV, t_ebv, 0), ROW(ZOSTER, t_zoster, 0), ROW(FUNGAL, t_fungal, 0),
    ROW(BACTERAEMIA, t_bacteraemia, 0), ROW(SEVERE_INFECTION, t_severe, 0), ROW(PTLD, t_ptld, 0), ROW(VOD, t_vod, 0),
    ROW(ORGAN_TOXICITY, t_organ, 0), ROW(SECOND_CANCER, t_cancer, 0), ROW(INFERTILITY, t_infertile, 0) };
#undef ROW

/* Of an event that a module brings: never in a body without it. */
static real first_day_of_modules(const eng_course_t *c, int event, int l)
{
    for (int m = 0; m < c->body->num_modules; m++) {
        const eng_module_t *module = c->body->module[m];
        for (int k = 0; k < module->num_shared_events; k++) {
            if (module->shared_events[k].event == event) {
                return ((const real *)(const void *)((const char *)c->block[m] + module->shared_events[k].day))[l];
            }
        }
    }
    return ENG_DAY_NEVER;
}

static real first_day(const eng_course_t *c, int event, int l)
{
    if (event < ENG_NUM_SHARED_EVENTS && shared[event].row == 0) {
        return first_day_of_modules(c, event, l);
    }
    if (event < ENG_NUM_SHARED_EVENTS) {
        return ((const real *)(const void *)((const char *)c->tile + shared[event].row))[l] + (real)shared[event].known;
    }
    const char *block = c->block[c->body->num_modules - 1]; /* the disease's own */
    return ((const real *)(const void *)(block + c->body->disease->events[event - ENG_NUM_SHARED_EVENTS].day))[l];
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
        const real day = first_day(c, (int)rule->event, l);
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
