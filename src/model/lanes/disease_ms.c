/**
 * Multiple sclerosis (MODEL section 7.1): excitable regime; damage of the CNS from the activity J = X / X_ref.
 *
 *   acute damage          dZa/dt = 0.12 J - 0.03 Za
 *   slow, reversible      dZs/dt = 0.2 (J + 0.2 q) c - Zs (1 - 0.6 r) / 250 d      q = min(2, B / X_c)^2 on the day of a burst of B cells
 *                         r = min(1.5, traf E / E_0)      inflammation holds repair up
 *   irreversible          dZi/dt = 0.21 J c + pi (1 - y + y r) + D / 120 d        from day 0 on
 *   of chemotherapy       D += 1.7 at the rate of n = 0.045 a log10 of lymphocytes that it kills;  dD/dt = -D / 120 d
 *   coupling to age of the disease   c = exp(-duration / 5 y) + 0.05;  the duration runs from day 0 on
 *   EDSS = clip(EDSS_0 + Z - Z(day 0));  until day 0 it is EDSS_0
 *   clinical attack: J rises through 0.15, re-armed below 0.03;  new lesions: Poisson, 0.03 J + 0.3 q a day
 *
 * Trials see this at visits of their own, every 91 d: a reported EDSS with noise, in steps of a half, and at every second
 * visit an MRI.  What is confirmed counts from the first visit that showed it.
 */
#include "model/lanes/judging.h"
#include "model/lanes/ms_state.h"

/* Definitions of end points, of trials and not of the disease. */
#define EDSS_MOST 10       /* death by MS, by definition of the scale */
#define VISIT_DAYS 91      /* from visit to visit */
#define MRI_VISITS 2       /* each so many visits one with an MRI */
#define AGAIN_VISIT 4      /* visit from which on activity is asked for anew, after a year */
#define VISITS_3MO 2       /* consecutive visits that confirm over three months ... */
#define VISITS_6MO 3       /* and over six */
#define MOST_LOGS 60       /* log10 of a kill that count: of fewer cells nothing is left */
#define MOST_LESIONS 1000  /* of a row of the calendar: a course with more has failed */

/* --- a patient ------------------------------------------------------------------------------------------------------- */

/* Progression without attacks, EDSS/d: a part of it goes on whatever happens, the other follows the reservoir. */
static void derive_drift(ms_t *ms, const eng_tile_t *t, const double *p, int l)
{
    const double form = t->covariate[MS_FORM][l] > MS_RELAPSING ? p[MS_PROGRESSIVE] : 1;
    const double lines = 1 + p[MS_PRIOR_LINE] * t->covariate[ENG_COV_PRIOR_LINES][l];
    const double pi = p[MS_PIRA] / ENG_DAYS_PER_YEAR * t->covariate[MS_PIRA_RELATIVE][l] * form * lines;
    ms->drift[l] = (real)(pi * (1 - p[MS_FOLLOWED]));
    ms->drift_followed[l] = (real)(pi * p[MS_FOLLOWED]);
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_rates_t *r = c->rates;
    const double *p = r->params.disease;
    const real size = r->disease[MS_ATTACK_SIZE], held = r->effector_death * (1 + r->effector_treg);
    ms_t *ms = block;

    for (int l = first; l < end; l++) {
#define MS_COPY(name, parameter) ms->name[l] = r->disease[MS_##parameter];
        MS_CONSTANT_LIST(MS_COPY)
        derive_drift(ms, t, p, l);
        ms->edss[l] = (real)t->covariate[MS_EDSS][l];
        ms->attack_begins[l] = r->disease[MS_RELAPSE] * size;
        ms->attack_ends[l] = r->disease[MS_REARM] * size;
        ms->per_attack_size[l] = 1 / size;
        ms->per_reservoir[l] = 1 / c->clones->reservoir_start[l];
        ms->slow_recovery[l] = (real)(1 / p[MS_SLOW_TIME]);
        ms->perish[l] = (real)(1 / p[MS_TOXIC_TIME]);
        ms->fade[l] = (real)(1 / (p[MS_COUPLING_TIME] * ENG_DAYS_PER_YEAR));
        ms->fading[l] = (real)eng_exp(-t->covariate[ENG_COV_DURATION][l] / p[MS_COUPLING_TIME]);
        ms->held[l] = held;
        ms->unstable[l] = r->effector_growth - held;
        ms->slow_per_burst[l] = (real)(p[MS_SLOW] * p[MS_SLOW_BURST]);
    }
}

/* The EDSS at entry includes what is reversible: whoever enters in an attack improves after it. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    ms_t *ms = block;
    (void)c;

    FOR_SPAN
    {
        ms->offset[l] = ms->edss[l] - (ms->acute[l] + ms->slow[l]);
        ms->baseline[l] = ms->baseline_again[l] = ms->edss[l];
        ms->lesions[l] = ms->lesions_again[l] = ms->worse[l] = ms->better[l] = ms->worse_again[l] = 0;
        ms->t_lesion[l] = ms->t_progression_3mo[l] = ms->t_improvement[l] = ms->t_again[l] = ENG_DAY_NEVER;
    }
}

/*
 * Slow damage of those who are not screened, whose years before day 0 nobody lives: its mean.  Bursts relative to X_c are exponential with
 * mean m; those above 1 ignite, unless an attack has just been.
 */
static real slow_at_rest(const eng_course_t *c, const ms_t *ms, int l)
{
    const eng_clones_t *e = c->clones;
    const double *p = c->rates->params.disease, rate = c->rates->params.trigger_rate / ENG_DAYS_PER_YEAR;
    const double m = (double)(e->activation[l] * e->clone_avid[l] * e->cooperation[l] * ms->unstable[l] / ms->held[l]);
    const double most = p[MS_BURST_MOST] / m, ignites = m > 0 ? rate * eng_exp(-1 / m) : 0;
    const double q = m > 0 ? 2 * m * m * (1 - eng_exp(-most) * (1 + most)) : 0;
    const double days = p[MS_SLOW_BURST] * rate * q + p[MS_ATTACK_DAYS] * ignites / (1 + ignites * p[MS_REFRACTORY]);

    return (real)(days * p[MS_SLOW] * p[MS_SLOW_TIME] / (1 - p[MS_REPAIR_HELD] * c->rates->params.clone_start)) * (ms->fading[l] + ms->least_coupling[l]);
}

/* Lesions are drawn before entry too: trials ask for those that enhance. */
static void start(eng_course_t *c, void *block, int first, int end)
{
    ms_t *ms = block;

    for (int l = first; l < end; l++) {
        ms->acute[l] = ms->irreversible[l] = ms->doomed[l] = ms->num_toxic[l] = ms->in_relapse[l] = 0;
        ms->slow[l] = c->plan->screening ? 0 : slow_at_rest(c, ms, l);
        ms->drawn_lesions[l] = 0;
        ms->left_lesion[l] = eng_next_threshold(c, l, ENG_CHANNEL_LESIONS, ms->drawn_lesions, ms->spare_threshold);
        for (int k = 0; k < MOST_ENHANCING; k++) {
            ms->found[k][l] = -ENG_DAY_NEVER;
        }
    }
    enter(c, block, first, end);
}

/* --- a row of the calendar ------------------------------------------------------------------------------------------- */

/* Lesions of lane l, whose threshold has passed. */
static void new_lesions(const eng_course_t *c, ms_t *ms, int l, real day)
{
    const real counts = c->row->flags & ENG_ROW_AFTER0 ? 1 : 0;

    if (day >= c->tile->t_death[l] || ms->left_lesion[l] < -MOST_LESIONS) { /* dead and failed lanes run on and record nothing */
        ms->left_lesion[l] = ENG_DAY_NEVER;
    }
    while (ms->left_lesion[l] <= 0) {
        ms->found[(int)ms->drawn_lesions[l] % MOST_ENHANCING][l] = day;
        ms->lesions[l] += counts;
        ms->left_lesion[l] += eng_next_threshold(c, l, ENG_CHANNEL_LESIONS, ms->drawn_lesions, ms->spare_threshold);
    }
}

/* Damage that heals by x over a row in which `made` comes: exact for a constant rate. */
LANE_INLINE real healing(real damage, real x, real made)
{
    return fma_real(phi_small(-x), fma_real(-x, damage, made), damage);
}

/* What lasts, counted from day 0 on, and the coupling, which fades by multiplication.  followed: what reaches the CNS of E, relative to the start. */
LANE_INLINE void lasting_damage(ms_t *ms, int l, real J, real coupling, real followed, real dt)
{
    const real fading = ms->fading[l];
    const real drift = fma_real(ms->drift_followed[l], followed, ms->drift[l]);
    const real attacks = fma_real(ms->made_irreversible[l] * coupling, J, ms->irreversible[l]);
    const real doomed = ms->doomed[l], perishes = ms->perish[l] * dt * doomed;

    ms->irreversible[l] = fma_real(drift, dt, attacks + perishes);
    ms->doomed[l] = doomed - perishes;
    ms->fading[l] = fma_real(-ms->fade[l] * dt, fading, fading);
}

/* Clinical attacks, looked at after each sub-step of the effectors, and damage over the row. */
LANE_INLINE void advance(eng_course_t *c, ms_t *ms, const int substeps, const int after0)
{
    eng_tile_t *t = c->tile;
    const eng_clones_t *e = c->clones;
    const eng_signals_t *s = c->signals;
    const real *traffic = c->signal[ENG_SIGNAL_traffic];
    const real dt = c->row->dt, h = dt / (real)substeps, start = (real)c->row->t, end = start + dt;
    const real counts = after0 || c->row->flags & ENG_ROW_SCREEN ? (real)1 : (real)0;
    int found = 0;

    LANE_PRAGMA(omp simd reduction(| : found))
    for (int l = 0; l < ENG_LANES; l++) {
        real in_relapse = ms->in_relapse[l];
        const real begins = ms->attack_begins[l], ends = ms->attack_ends[l];
        const real first = onset(substeps > 1 ? s->effector_first[l] : e->effector[l], begins, ends, &in_relapse);
        const real second = substeps > 1 ? onset(e->effector[l], begins, ends, &in_relapse) : 0;
        const real lives = start < t->t_death[l] ? counts : 0;
        const real began = at_most(first + second, lives); /* one attack a row at most */
        const real when = first > 0 ? start + h : end;
        ms->in_relapse[l] = in_relapse;
        t->num_relapses[l] += began;
        t->t_relapse[l] = at_most(t->t_relapse[l], began > 0 ? when : ENG_DAY_NEVER);

        const real J = s->effector_days[l] * ms->per_attack_size[l]; /* J-days of the row */
        const real coupling = ms->fading[l] + ms->least_coupling[l];
        const real acute = healing(ms->acute[l], ms->acute_recovery[l] * dt, ms->made_acute[l] * J);
        const real followed = at_most(traffic[l] * e->reservoir[l] * ms->per_reservoir[l], ms->followed_most[l]);
        const real repair = ms->slow_recovery[l] * fma_real(-ms->repair_held[l], followed, 1);
        const real slow = healing(ms->slow[l], repair * dt, ms->made_slow[l] * coupling * J);
        const real left = fma_real(-ms->lesions_per_activity[l], J, ms->left_lesion[l]);
        ms->acute[l] = acute;
        ms->slow[l] = slow;
        ms->left_lesion[l] = left;
        found |= left <= 0;
        if (after0) {
            lasting_damage(ms, l, J, coupling, followed, dt);
        } else {
            ms->offset[l] = ms->edss[l] - (acute + slow);
        }
    }
    for (int l = 0; l < ENG_LANES && found; l++) {
        if (ms->left_lesion[l] <= 0) {
            new_lesions(c, ms, l, end);
        }
    }
}

/* Each of these is a loop of its own for the compiler. */
#define VARIANT(name, substeps, after0) \
    static void name(eng_course_t *c, ms_t *ms) { advance(c, ms, substeps, after0); }
VARIANT(advance_once, 1, 1) VARIANT(advance_twice, 2, 1) VARIANT(advance_once_before, 1, 0) VARIANT(advance_twice_before, 2, 0)

/* Effectors on their way to the CNS pass through the blood, where antibodies against T cells kill them. */
static void kill_effectors(eng_course_t *c, const ms_t *ms)
{
    const real dt = c->row->dt;
    const eng_signals_t *s = c->signals;
    eng_clones_t *e = c->clones;

    FOR_LANES
    {
        e->effector[l] *= real_exp(-dt * ms->antibody_kill[l] * s->kill[l]);
    }
}

static void step(eng_course_t *c, void *block)
{
    static void (*const variants[2][2])(eng_course_t *, ms_t *)
        = { { advance_once_before, advance_twice_before }, { advance_once, advance_twice } };
    variants[(c->row->flags & ENG_ROW_AFTER0) != 0][c->row->substeps - 1](c, block);
    if (c->tile->exposed) {
        kill_effectors(c, block);
    }
}

/* X_c = K_X dX (1 + Rb) / (pX - dX (1 + Rb)), the unstable threshold without specific Treg (MODEL 5.5). */
static void burst(eng_course_t *c, void *block, int l, real cells)
{
    ms_t *ms = block;
    const real relative = at_most(max0(cells * c->clones->cooperation[l] * ms->unstable[l] / ms->held[l]), ms->burst_most[l]);
    const real q = relative * relative;

    ms->slow[l] = fma_real(ms->slow_per_burst[l] * q, ms->fading[l] + ms->least_coupling[l], ms->slow[l]);
    ms->left_lesion[l] = fma_real(-ms->lesions_per_burst[l], q, ms->left_lesion[l]);
    if (ms->left_lesion[l] <= 0) {
        new_lesions(c, ms, l, (real)c->row->t);
    }
}

/* Chemotherapy costs some patients axons for good; it is seen over the months after it. */
static void kill(eng_course_t *c, void *block, const real *s, const real *cycling)
{
    ms_t *ms = block;
    (void)cycling;

    for (int l = 0; l < ENG_LANES; l++) {
        const real logs = at_most(-real_log(s[l]) * (real)(1 / ENG_LN10), MOST_LOGS);
        ms->left_toxic[l] = fma_real(-ms->toxic_rate[l], logs, ms->left_toxic[l]);
        while (ms->left_toxic[l] <= 0) {
            ms->num_toxic[l] += 1;
            ms->left_toxic[l] += eng_threshold(c, l, ENG_CHANNEL_NEUROTOXICITY, (uint32_t)ms->num_toxic[l]);
            ms->doomed[l] += ms->toxic_loss[l];
        }
    }
}

/* --- what is seen ----------------------------------------------------------------------------------------------------- */

static void true_edss(const ms_t *ms, real *value)
{
    FOR_LANES
    {
        const real damage = ms->acute[l] + ms->slow[l] + ms->irreversible[l];
        value[l] = at_most(max0(ms->offset[l] + damage), EDSS_MOST);
    }
}

/* As an examiner gives it on the day on which the row ends, in steps of a half. */
static void reported_edss(const eng_course_t *c, const ms_t *ms, real *value)
{
    real z[ENG_LANES] ENG_ALIGNED;

    true_edss(ms, value);
    eng_visit_noise(c, eng_visit_day(c), MS_SCORE_EDSS, z);
    FOR_LANES
    {
        const real seen = real_floor(2 * fma_real(ms->noise[l], z[l], value[l]) + (real)0.5) * (real)0.5;
        value[l] = at_most(max0(seen), EDSS_MOST);
    }
}

/* Least change of the reported EDSS that is worsening or improvement. */
LANE_INLINE real least_change(const ms_t *ms, int l, real baseline)
{
    const real low = ms->step[l], high = ms->high_step[l];
    return baseline >= ms->high_edss[l] ? high : low;
}

/* Against the visit of day 0; the dead are not visited.  mri: 1 at visits with one. */
static void judge(eng_course_t *c, ms_t *ms, const real *seen, real today, int mri)
{
    eng_tile_t *t = c->tile;

    FOR_LANES
    {
        const real baseline = ms->baseline[l], change = seen[l] - baseline, least = least_change(ms, l, baseline);
        const int lives = today < t->t_death[l];
        const real worse = visits_in_a_row(ms->worse[l], lives & (change >= least));
        const real better = visits_in_a_row(ms->better[l], lives & (-change >= least));
        const real lesion = (mri & lives & (ms->lesions[l] > 0)) ? today : ENG_DAY_NEVER;
        ms->worse[l] = worse;
        ms->better[l] = better;
        ms->t_progression_3mo[l] = confirmed(ms->t_progression_3mo[l], worse, VISITS_3MO, VISIT_DAYS, today);
        t->t_progression[l] = confirmed(t->t_progression[l], worse, VISITS_6MO, VISIT_DAYS, today);
        ms->t_improvement[l] = confirmed(ms->t_improvement[l], better, VISITS_6MO, VISIT_DAYS, today);
        ms->t_lesion[l] = at_most(ms->t_lesion[l], lesion);
    }
}

/* Activity of any kind from the visit after a year on. */
static void judge_again(const eng_course_t *c, ms_t *ms, const real *seen, real today, int mri)
{
    const eng_tile_t *t = c->tile;

    FOR_LANES
    {
        const real baseline = ms->baseline_again[l], change = seen[l] - baseline;
        const int lives = today < t->t_death[l];
        const real worse = visits_in_a_row(ms->worse_again[l], lives & (change >= least_change(ms, l, baseline)));
        const int found = (t->num_relapses[l] > ms->relapses_again[l]) | (mri & lives & (ms->lesions[l] > ms->lesions_again[l]));
        const real active = confirmed(ms->t_again[l], worse, VISITS_6MO, VISIT_DAYS, today);
        ms->worse_again[l] = worse;
        ms->t_again[l] = at_most(active, found ? today : ENG_DAY_NEVER);
    }
}

static void visit(eng_course_t *c, void *block)
{
    const real today = (real)c->row->end / ENG_TICKS_PER_DAY;
    const int number = (int)(today / VISIT_DAYS), mri = number % MRI_VISITS == 0; /* visits lie on whole multiples */
    ms_t *ms = block;
    real seen[ENG_LANES] ENG_ALIGNED;

    reported_edss(c, ms, seen);
    if (number == 0) {
        memcpy(ms->baseline, seen, sizeof(seen));
        return;
    }
    judge(c, ms, seen, today, mri);
    if (number > AGAIN_VISIT) {
        judge_again(c, ms, seen, today, mri);
    }
    if (number == AGAIN_VISIT) {
        memcpy(ms->baseline_again, seen, sizeof(seen));
        memcpy(ms->lesions_again, ms->lesions, sizeof(ms->lesions));
        memcpy(ms->relapses_again, c->tile->num_relapses, sizeof(ms->relapses_again));
    }
}

/* The disease's markers, in the order of their table. */
static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const ms_t *ms = block;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY;

    if (k == 0) {
        true_edss(ms, value);
    } else if (k == 1) {
        reported_edss(c, ms, value);
    } else {
        memset(value, 0, sizeof(eng_row_t));
    }
    for (int j = 0; j < MOST_ENHANCING && k == 2; j++) {
        FOR_LANES
        {
            value[l] += now - ms->found[j][l] < ms->enhances[l] ? 1 : 0;
        }
    }
}

ENG_MODULE_LANES(ms) = { .name = "ms", .derive = derive, .start = start, .enter = enter, .step = step, .visit = visit,
    .burst = burst, .kill = kill, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------ */

#ifdef ENG_TABLES

static const eng_param_row_t params[MS_NUM_PARAMS] = {
    [MS_ATTACK_SIZE] = { "ms.attack_size", "X_ref", "cells", 1e7, 1e5, 1e9, ENG_LN(1e7, 0.3), "A", "effectors at the peak of an attack" },
    [MS_RELAPSE] = { "ms.relapse_threshold", "", "1", 0.15, 0.01, 1, ENG_UNI(0.1, 0.2), "A", "activity J at which an attack is clinical" },
    [MS_REARM] = { "ms.rearm_threshold", "", "1", 0.03, 0.001, 0.5, ENG_UNI(0.02, 0.05), "A", "activity J below which a new one may begin" },
    [MS_ACUTE] = { "ms.acute_rate", "", "EDSS/d", 0.12, 0, 2, ENG_LN(0.12, 0.3), "T", "acute damage at J = 1" },
    [MS_ACUTE_RECOVERY] = { "ms.acute_recovery_rate", "", "1/d", 0.03, 0.001, 0.5, ENG_LN(0.03, 0.3), "T", "its recovery" },
    [MS_SLOW] = { "ms.slow_rate", "", "EDSS/d", 0.2, 0, 2, ENG_LN(0.2, 0.3), "T", "slowly reversible damage at J = 1 and coupling 1" },
    [MS_SLOW_BURST] = { "ms.slow_per_burst", "", "d", 0.2, 0, 10, ENG_LN(0.2, 0.3), "T", "days at J = 1 that a burst at the threshold X_c is worth" },
    [MS_SLOW_TIME] = { "ms.slow_recovery_time", "", "d", 250, 20, 5000, ENG_LN(250, 0.3), "T Burt 2019", "time in which that damage heals without autoreactive cells" },
    [MS_REPAIR_HELD] = { "ms.repair_held", "", "1", 0.6, 0, 0.65, ENG_UNI(0.4, 0.65), "T Kalincik 2023", "share of that repair which the full reservoir of autoreactive cells holds up" },
    [MS_IRREVERSIBLE] = { "ms.irreversible_rate", "kI", "EDSS/d", 0.21, 0, 2, ENG_LN(0.21, 0.3), "T", "irreversible damage at J = 1 and coupling 1" },
    [MS_COUPLING_TIME] = { "ms.coupling_time", "", "y", 5, 0.5, 100, ENG_LN(5, 0.3), "T Tremlett 2009", "time in which damage by attacks fades over the disease" },
    [MS_COUPLING_LEAST] = { "ms.coupling_least", "", "1", 0.05, 0, 1, ENG_LN(0.05, 0.3), "T", "coupling of old disease" },
    [MS_PIRA] = { "ms.progression_rate", "pi", "EDSS/y", 0.038, 0, 2, ENG_LN(0.038, 0.3), "T", "progression independent of relapse activity, median, full reservoir" },
    [MS_PROGRESSIVE] = { "ms.progressive_factor", "", "1", 2.9, 1, 10, ENG_LN(2.9, 0.3), "T", "factor on it in secondary and primary progressive forms" },
    [MS_PRIOR_LINE] = { "ms.progression_per_line", "", "1", 0.05, 0, 1, ENG_UNI(0, 0.1), "A", "its rise per prior line of therapy" },
    [MS_FOLLOWED] = { "ms.progression_followed", "y", "1", 0.4, 0, 0.98, ENG_BET(4, 6), "T Montalban 2017", "share of it that follows the reservoir of autoreactive cells" },
    [MS_FOLLOWED_MOST] = { "ms.progression_followed_most", "", "1", 1.5, 0.5, 5, ENG_UNI(1.2, 1.8), "A", "largest reservoir, relative to the start, that it follows" },
    [MS_BURST_MOST] = { "ms.burst_most", "", "1", 2, 0.5, 10, ENG_UNI(1.5, 2.5), "A", "bursts count up to so many times the threshold X_c" },
    [MS_ATTACK_DAYS] = { "ms.attack_days", "", "d", 4, 0, 100, ENG_LN(4, 0.3), "D", "days at J = 1 that an attack is worth: for the slow damage of those who are not screened" },
    [MS_REFRACTORY] = { "ms.refractory_time", "", "d", 120, 0, 1000, ENG_LN(120, 0.3), "D", "time after an attack without another, for the same" },
    [MS_TOXIC_RATE] = { "ms.toxic_rate", "n", "1", 0.045, 0, 1, ENG_LN(0.045, 0.4), "T Kalincik 2023", "lasting losses by chemotherapy per log10 of lymphocytes that it kills" },
    [MS_TOXIC_LOSS] = { "ms.toxic_loss", "", "EDSS", 1.7, 0, 5, ENG_LN(1.7, 0.3), "A", "size of such a loss" },
    [MS_TOXIC_TIME] = { "ms.toxic_time", "", "d", 120, 1, 2000, ENG_LN(120, 0.3), "A", "time over which it is seen" },
    [MS_ANTIBODY] = { "ms.antibody_effector_kill", "", "1", 0.5, 0, 2, ENG_LN(0.5, 0.4), "A", "killing of effectors by antibodies against T cells, relative to T cells" },
    [MS_LESION_ACTIVITY] = { "ms.lesions_per_activity", "", "1/d", 0.03, 0, 5, ENG_LN(0.03, 0.3), "T", "new lesions a day at J = 1" },
    [MS_LESION_BURST] = { "ms.lesions_per_burst", "", "1", 0.3, 0, 10, ENG_LN(0.3, 0.3), "T", "new lesions of a burst at the threshold X_c; with its square" },
    [MS_ENHANCES] = { "ms.enhancement_time", "", "d", 40, 5, 200, ENG_UNI(28, 56), "A", "time in which a new lesion takes up gadolinium" },
    [MS_NOISE] = { "ms.visit_noise", "", "EDSS", 0.35, 0, 2, ENG_LN(0.35, 0.3), "A", "standard deviation of a reported EDSS" },
    [MS_STEP] = { "ms.progression_step", "", "EDSS", 1, 0.1, 5, ENG_UNI(0.8, 1.2), "L trials", "rise of the reported EDSS that is worsening; a fall as large is improvement" },
    [MS_HIGH_EDSS] = { "ms.progression_high", "", "EDSS", 5.5, 0, 10, ENG_UNI(5, 6), "L trials", "reported EDSS at entry from which on ms.progression_high_step is" },
    [MS_HIGH_STEP] = { "ms.progression_high_step", "", "EDSS", 0.5, 0.1, 5, ENG_UNI(0.4, 0.6), "L trials", "rise that is worsening then" },
};

/* Excitable: regulation that decays slowly leaves a refractory time behind each attack. */
static const eng_param_override_t param_overrides[] = {
    { "clone.reservoir_at_start", 1, ENG_UNI(0.9, 1.1) },
    { "clone.fitness_after_conditioning", 0.83, ENG_TRN(0.83, 0.10, 0.2, 1.1) },
    { "clone.repriming_rate", 0.003, ENG_LN(0.003, 0.6) },
    { "clone.sanctuary_share", 0.42, ENG_UNI(0.2, 0.5) },
    { "clone.sanctuary_exposure", 0.2, ENG_UNI(0.1, 0.3) },
    { "clone.sanctuary_penetration", 1, ENG_UNI(0.7, 1) },
    { "clone.sanctuary_loss", 0, ENG_UNI(0, 1) },
    { "graft.carry_over", 1.42, ENG_LN(1.42, 0.5) }, /* per cell of the body's own share: what is in the sanctuary does not circulate */
    { "treg.tissue_share", 0.4, ENG_UNI(0.1, 0.5) },
    { "effector.cooperation", 3.6e4, ENG_LN(3.6e4, 0.35) },
    { "effector.cooperation_spread", 0.35, ENG_UNI(0.2, 0.9) },
    { "effector.regulation_rate", 8e-8, ENG_LN(8e-8, 0.4) },
    { "effector.regulation_decay", 0.015, ENG_LN(0.015, 0.4) },
};

static const eng_covariate_row_t covariates[] = {
    { "edss", "EDSS", 40, { ENG_DIST_UNIFORM, { 2.5, 4.0 } }, 0, 9.5, "T", "disability at entry" },
    { "pira", "1", 41, { ENG_DIST_LOGNORMAL, { 1, 0.6 } }, 0, 100, "T", "progression independent of relapse activity, relative" },
    { "ms_form", "1", 42, { ENG_DIST_FIXED, { 1 } }, 1, 3, "L", "1 relapsing, 2 secondary progressive, 3 primary progressive" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 37, 10, 18, 80 } } }, { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.70 } } },
    { ENG_COV_DURATION, { ENG_DIST_LOGNORMAL_CV, { 4.9, 0.7 } } }, /* mean 6 */
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } }, { ENG_COV_PRIOR_LINES, { ENG_DIST_POISSON, { 2.5 } } },
    { ENG_COV_HCT_CI, { ENG_DIST_POISSON, { 0.2 } } }, { ENG_COV_CMV, { ENG_DIST_BERNOULLI, { 0.55 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } }, /* the spread of co-operation has it */
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(ms_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { MS_STATE_LIST(STATE) };

enum { LESION, PROGRESSION_3MO, IMPROVEMENT, AGAIN };
static const eng_event_row_t events[] = {
    [LESION] = { "lesion", "first MRI that shows a new lesion", offsetof(ms_t, t_lesion) },
    [PROGRESSION_3MO] = { "progression_3mo", "first worsening that is confirmed over three months", offsetof(ms_t, t_progression_3mo) },
    [IMPROVEMENT] = { "improvement", "first improvement that is confirmed over six months", offsetof(ms_t, t_improvement) },
    [AGAIN] = { "activity_after_year1", "first visit after day 364 that finds an attack, worsening to be confirmed or a new lesion since", offsetof(ms_t, t_again) },
};

static const eng_hazard_row_t hazard_rows[] = { { ENG_CHANNEL_NEUROTOXICITY, offsetof(ms_t, left_toxic) } };
static const eng_number_row_t numbers[] = { { ENG_NUMBER_OWN(0), offsetof(ms_t, lesions), 0 } };
static const eng_marker_row_t markers[] = {
    { "edss", "EDSS", "Expanded Disability Status Scale", 1e-3, 0, 10, false, -1 },
    { "edss_reported", "EDSS", "Expanded Disability Status Scale as an examiner gives it: with noise, in steps of 0.5", 0.1, 0, 10, false, -1 },
    { "gd_lesions", "1", "lesions that enhance with gadolinium: new in the last 40 d; 8 stands for all above", 0.1, 0, 8, false, -1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits };
/* one disease-modifying therapy at a time */
static const eng_class_override_t drug_classes[] = { { "rituximab", "ms_dmt" }, { "ocrelizumab", "ms_dmt" } };

#define FREE_OF(label, set, text) \
    { .name = label, .unit = "d", .help = text, .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1, \
        .events = (set) | ENG_BIT(ENG_EVENT_DEATH) }
static const eng_outcome_row_t outcomes[] = {
    FREE_OF("neda3", ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_OWN_EVENT(LESION),
        "no evidence of disease activity: alive without attack, worsening confirmed over 6 months, new lesion on a 6-monthly MRI"),
    FREE_OF("neda3_after_year1", ENG_OWN_EVENT(AGAIN), "the same from day 364 on, against EDSS and MRI of that day"),
    ENG_FIRST_OF(ENG_OWN_EVENT(PROGRESSION_3MO), "progression_3mo", -1, "worsening confirmed over three months, of the EDSS reported at 3-monthly visits"),
    ENG_FIRST_OF(ENG_OWN_EVENT(IMPROVEMENT), "improvement", 1, "improvement confirmed over six months, of the EDSS reported at 3-monthly visits"),
    { .name = "lesions", .unit = "1", .help = "new MRI lesions from day 0 on", .kind = ENG_OUTCOME_NUMBER, .source = ENG_NUMBER_OWN(0),
        .step = 1, .high = 200, .better = -1 },
    ENG_MARKER_OUTCOME(0, "edss", "EDSS", "Expanded Disability Status Scale"),
    ENG_MARKER_OUTCOME(1, "edss_reported", "EDSS", "Expanded Disability Status Scale as an examiner gives it"),
    ENG_MARKER_OUTCOME(2, "gd_lesions", "1", "lesions that enhance with gadolinium"),
};

const eng_disease_t eng_disease_ms = {
    .module = { .name = "ms", .help = "multiple sclerosis: relapses from clonal expansion, disability that accrues and heals, lesions", .version = 5,
        ENG_BLOCK(ms_t), ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(numbers), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides), ENG_TABLE(events),
    ENG_TABLE(markers), ENG_TABLE(drug_classes),
    .calendar = { .screens_from = 900, .visits = VISIT_DAYS },
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION),
};

#endif
