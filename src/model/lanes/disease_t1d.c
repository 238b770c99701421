/**
 * Type 1 diabetes: sustained regime; beta cells under attack by effectors, j = X / X_n, which rest at j = 1 untreated.
 *
 *   beta cells   dbeta/dt = g beta (1 - beta) / (1 + 5 j) - k a j beta (beta + m h) / (beta + h)      beta relative to health
 *   function     dphi/dt = (1 / (1 + 0.95 j) - phi) / 45 d                    of what is left
 *   antigen      pX x beta / (beta + 0.001); antibodies against T cells kill effectors too: kX += 0.5 kA
 *   ATG          Rx += 9 C (1 - C / 0.9), C the dose: regulation that a low dose leaves or makes and a high one does not
 *   escape       dv/dt = (1 - v) / 504 d under a drug on pX or kX, else -v / 200 d; drugs on pX act by 1 - v
 *   C-peptide    C = 3.3 beta phi nmol/L (area under the curve over its time), peak 1.3 C
 *
 * Insulin independence is judged on fixed days, whatever the study's visits are.  A patient begins at the diagnosis, day
 * -duration; until then all rests.  One at risk (stage 1 or 2) begins on day 0 without effectors and may come to the
 * diagnosis.
 */
#include "model/t1d.h"
#include "model/lanes/beta_cells.h"

/* --- a patient ----------------------------------------------------------------------------------------------------- */

/* In stage 1 or 2; the diagnosis makes it 3. */
static int at_risk(const eng_tile_t *t, int l)
{
    return !(t->covariate[T1D_STAGE][l] > 2);
}

static double past_reference_age(const eng_tile_t *t, const double *p, int l)
{
    return t->covariate[ENG_COV_AGE][l] - p[T1D_REFERENCE_AGE];
}

/* Beta cells on the first day. */
static double beta_start(const eng_tile_t *t, const double *p, int l)
{
    const double dka = t->covariate[T1D_DKA_AT_DIAGNOSIS][l] > 0 ? p[T1D_DKA] : 1;
    const double some = p[T1D_BETA_START] * t->covariate[T1D_BETA_RELATIVE][l] * eng_exp(p[T1D_BETA_AGE] * past_reference_age(t, p, l));
    return at_risk(t, l) ? eng_min(some * p[T1D_BETA_AT_RISK], p[T1D_BETA_MOST]) : eng_min(some, p[T1D_BETA_MOST]) * dka;
}

static double attack_rate(const eng_tile_t *t, const double *p, int l)
{
    return p[T1D_ATTACK] * t->covariate[T1D_ATTACK_RELATIVE][l] * eng_exp(-p[T1D_ATTACK_AGE] * past_reference_age(t, p, l));
}

/* Children before puberty need less insulin for their weight: half of the difference is there at that age. */
static double need_of_age(const eng_tile_t *t, const double *p, int l)
{
    const double years = (t->covariate[ENG_COV_AGE][l] - p[T1D_PUBERTY]) / p[T1D_PUBERTY_TIME];
    return 1 - (1 - p[T1D_NEED_CHILD]) / (1 + eng_exp(years));
}

/* Rows that are a parameter, or one over it. */
static const struct {
    size_t row;
    t1d_param_t param;
    bool inverse;
} copies[] = {
#define ROW(row, param) { offsetof(t1d_t, row), T1D_##param, false }
#define PER(row, param) { offsetof(t1d_t, row), T1D_##param, true }
    ROW(regrowth, REGROWTH), ROW(regrowth_inhibition, REGROWTH_INHIBITION), ROW(function_inhibition, FUNCTION_INHIBITION),
    ROW(attack_half, ATTACK_HALF), ROW(antigen_half, ANTIGEN_HALF), ROW(antibody_kill, ANTIBODY_KILL), ROW(globulin, GLOBULIN), ROW(c_peptide, C_PEPTIDE),
    ROW(diagnosis_at, DIAGNOSIS), ROW(judged_every, JUDGED_EVERY), ROW(dose, DOSE),
    ROW(dose_spared, DOSE_SPARED), ROW(hba1c_normal, HBA1C), ROW(hba1c_rise, HBA1C_RISE), ROW(hba1c_steep, HBA1C_STEEP),
    ROW(c_peptide_noise, C_PEPTIDE_NOISE), ROW(hba1c_noise, HBA1C_NOISE), PER(function_rate, FUNCTION_TIME),
    PER(per_repriming_beta, REPRIMING_BETA), PER(per_globulin_most, GLOBULIN_MOST), PER(escape_rate, ESCAPE_TIME),
    PER(escape_return, ESCAPE_RETURN), ROW(repaired, REPAIRED), PER(hypoglycaemia_spared, HYPOGLYCAEMIA_C),
};

static void derive_tissue(const eng_course_t *c, t1d_t *d, int first, int end)
{
    const double *p = c->rates->params.disease;

    for (int l = first; l < end; l++) {
        const double need = p[T1D_INDEPENDENCE] * c->tile->covariate[T1D_NEED_RELATIVE][l] * need_of_age(c->tile, p, l);
        for (int j = 0; j < ENG_COUNT_OF(copies); j++) {
            const double value = p[copies[j].param];
            ((real *)(void *)((char *)d + copies[j].row))[l] = (real)(copies[j].inverse ? 1 / value : value);
        }
        d->attack[l] = (real)attack_rate(c->tile, p, l);
        d->attack_least[l] = (real)(p[T1D_ATTACK_LEAST] * p[T1D_ATTACK_HALF]);
        d->lost_below[l] = (real)(p[T1D_PEAK_LOST] / p[T1D_PEAK]);
        d->need_spared[l] = (real)(p[T1D_DOSE_SPARED] / p[T1D_DOSE]);
        d->independent_above[l] = (real)need;
        d->resumed_below[l] = (real)(need * p[T1D_RESUMPTION]);
        d->hypoglycaemia[l] = (real)(p[T1D_HYPOGLYCAEMIA] / ENG_DAYS_PER_YEAR);
        d->graft_function[l] = (real)c->rates->params.product_graft_function;
    }
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_params_t *p = &c->rates->params;
    t1d_t *d = block;
    const double treg = eng_treg_at_rest(p), effectors = eng_max(1, eng_effectors_at_rest(p));

    derive_tissue(c, d, first, end);
    for (int l = first; l < end; l++) {
        const int risk = at_risk(t, l);
        d->begins[l] = risk ? 0 : (real)-eng_round(t->covariate[ENG_COV_DURATION][l] * ENG_DAYS_PER_YEAR);
        d->per_effector[l] = (real)(1 / effectors);
        d->effector_at[l] = risk || !(treg > 0) ? 0 : (real)effectors;
        d->treg_at[l] = risk ? 0 : (real)treg;
    }
}

/* Change of beta cells a day at j = 1. */
static double change_at_rest(const double *p, double beta, double attack)
{
    const double half = p[T1D_ATTACK_HALF], growth = p[T1D_REGROWTH] / (1 + p[T1D_REGROWTH_INHIBITION]);
    return beta * (growth * (1 - beta) - attack * (beta + p[T1D_ATTACK_LEAST] * half) / (beta + half));
}

/* Who was diagnosed `days` before the calendar begins has lived them at j = 1; steps of the classical Runge-Kutta method. */
static void live_at_rest(const eng_course_t *c, t1d_t *d, int l, double days)
{
    const double *p = c->rates->params.disease;
    const double a = attack_rate(c->tile, p, l), target = 1 / (1 + p[T1D_FUNCTION_INHIBITION]);
    const int steps = 1 + (int)(days / REST_STEP);
    const double h = days / steps;
    double beta = (double)d->beta[l];

    for (int j = 0; j < steps; j++) {
        const double k1 = change_at_rest(p, beta, a), k2 = change_at_rest(p, beta + h / 2 * k1, a);
        const double k3 = change_at_rest(p, beta + h / 2 * k2, a), k4 = change_at_rest(p, beta + h * k3, a);
        beta += h / RUNGE_KUTTA * (k1 + 2 * (k2 + k3) + k4);
    }
    d->beta[l] = (real)beta;
    d->function[l] = (real)(target + ((double)d->function[l] - target) * eng_exp(-days / p[T1D_FUNCTION_TIME]));
}

/* Clones on the first day, relative to those of a patient who is diagnosed. */
static double reservoir_start(const eng_tile_t *t, const eng_params_t *p, int l)
{
    const double *own = p->disease;
    const double stage = t->covariate[T1D_STAGE][l] < 2 ? own[T1D_RESERVOIR_STAGE_1] : 1;
    return at_risk(t, l) ? own[T1D_RESERVOIR_AT_RISK] / p->clone_start * stage : 1;
}

static void scale_clones(eng_clones_t *e, int l, double factor)
{
    e->sanctuary[l] *= (real)factor;
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        e->clone[k][l] = real_floor(e->clone[k][l] * (real)factor);
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease;
    t1d_t *d = block;

    for (int l = first; l < end; l++) {
        d->beta[l] = (real)beta_start(t, p, l);
        d->function[l] = at_risk(t, l) ? 1 : (real)p[T1D_FUNCTION_START];
        d->diagnosed[l] = at_risk(t, l) ? 0 : 1;
        d->next_judged[l] = (real)p[T1D_JUDGED_FROM];
        d->escape[l] = d->independent[l] = d->begun[l] = d->drugged[l] = 0;
        d->t_independence[l] = d->t_resumed[l] = d->t_hypoglycaemia[l] = d->t_diagnosis[l] = ENG_DAY_NEVER;
        if ((double)d->begins[l] < c->plan->start) {
            live_at_rest(c, d, l, c->plan->start - (double)d->begins[l]);
        }
        /* until the first day they rest and are only lost */
        const double waits = eng_max(0, (double)d->begins[l] - c->plan->start);
        scale_clones(c->clones, l, reservoir_start(t, &c->rates->params, l) * eng_exp(c->rates->params.clone_decay * waits));
        if (waits > 0 || at_risk(t, l)) {
            c->clones->effector[l] = c->clones->specific_treg[l] = 0;
        }
    }
    eng_clones_refresh(c->clones);
}

/*
 * The days before entry passed at nominal parameters: what the first day sets is that of the point, in the same proportion; of
 * the function at diagnosis as much is left as those days leave.
 */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease, *nominal = c->nominal->params.disease;
    t1d_t *d = block;

    for (int l = first; l < end; l++) {
        d->beta[l] *= (real)(beta_start(t, p, l) / beta_start(t, nominal, l));
        const double days = eng_max(0, (double)c->plan->stop / ENG_TICKS_PER_DAY - (double)d->begins[l]);
        const double left = eng_exp(-days / nominal[T1D_FUNCTION_TIME]);
        d->function[l] += at_risk(t, l) ? 0 : (real)((p[T1D_FUNCTION_START] - nominal[T1D_FUNCTION_START]) * left);
        d->next_judged[l] = (real)p[T1D_JUDGED_FROM];
        scale_clones(c->clones, l, reservoir_start(t, &c->rates->params, l) / reservoir_start(t, &c->nominal->params, l));
    }
    eng_clones_refresh(c->clones);
}

/* --- a row of the calendar ------------------------------------------------------------------------------------------ */

/* Effectors of the first day; what drugs and antibodies do to them here.  given: there may be other beta cells than native ones. */
LANE_INLINE void signals(eng_course_t *c, t1d_t *d, const real *given)
{
    const eng_signals_t *s = c->signals;
    const real today = (real)c->row->t;
    eng_clones_t *e = c->clones;
    real *growth = c->signals->written[ENG_SIGNAL_effector_growth], *kill = c->signals->written[ENG_SIGNAL_effector_kill];
    real *repriming = c->signals->written[ENG_SIGNAL_repriming];

    FOR_LANES
    {
        const int begins = (today >= d->begins[l]) & (d->begun[l] <= 0);
        const real begun = begins ? 1 : d->begun[l], beta = given != NULL ? d->beta[l] + given[l] : d->beta[l];
        const real slowed = (1 - growth[l]) * (1 - d->escape[l]);
        d->drugged[l] = ((growth[l] < 1) | (kill[l] > 0)) ? 1 : 0;
        d->begun[l] = begun;
        e->effector[l] = begins ? d->effector_at[l] : e->effector[l];
        e->specific_treg[l] = begins ? d->treg_at[l] : e->specific_treg[l];
        growth[l] = begun * (1 - slowed) * (beta / (beta + d->antigen_half[l]));
        kill[l] = fma_real(s->kill[l], d->antibody_kill[l], kill[l]);
        repriming[l] *= at_most(beta * d->per_repriming_beta[l], 1);
    }
}

/* Each of these is a loop of its own for the compiler. */
static void signals_native(eng_course_t *c, t1d_t *d)
{
    signals(c, d, NULL);
}

static void signals_given(eng_course_t *c, t1d_t *d)
{
    signals(c, d, c->product->beta);
}

static void signal(eng_course_t *c, void *block)
{
    (c->product == NULL ? signals_native : signals_given)(c, block);
}

/* Nothing happens before the first day. */
static void burst(eng_course_t *c, void *block, int l, real cells)
{
    const t1d_t *d = block;
    (void)cells;
    c->clones->effector[l] *= d->begun[l];
}

/* What ATG does to regulation hangs on the whole dose: at a low one Treg outlive effectors. */
static void globulin(eng_course_t *c, void *block, real part, real whole)
{
    const t1d_t *d = block;
    eng_clones_t *e = c->clones;

    FOR_LANES
    {
        e->transient[l] += d->globulin[l] * part * max0(1 - whole * d->per_globulin_most[l]) * c->tile->treated[l];
    }
}

/* beta, phi, v, and C at the row's end; one division for three. */
static void tissue(eng_course_t *c, t1d_t *d)
{
    const eng_signals_t *s = c->signals;
    const real dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real j = s->effector_days[l] * per_day * d->per_effector[l], begun = d->begun[l];
        const real beta = d->beta[l], phi = d->function[l], v = d->escape[l], half = d->attack_half[l];
        const real slower = fma_real(d->regrowth_inhibition[l], j, 1), worse = fma_real(d->function_inhibition[l], j, 1);
        const real all = beta + half, both = slower * worse, one = 1 / (both * all);
        const real regrowth = d->regrowth[l] * (one * (worse * all)), seen = (beta + d->attack_least[l]) * (one * both);
        const real attack = at_most(d->attack[l] * j, MOST_LOSS), net = fma_real(regrowth, 1 - beta, -attack * seen);
        const real slope = beta * fma_real(attack * (half - d->attack_least[l]), (one * both) * (one * both), regrowth);
        const real target = d->function_rate[l] * (one * (slower * all)), rate = d->drugged[l] > 0 ? d->escape_rate[l] : d->escape_return[l];
        const real grown = grow_limited(beta, net, slope, 0, dt);
        const real works = grow(phi, -d->function_rate[l], target, dt), escaped = grow(v, -rate, rate * d->drugged[l], dt);
        const real cells = begun > 0 ? grown : beta, function = begun > 0 ? works : phi;
        d->beta[l] = cells;
        d->function[l] = function;
        d->escape[l] = begun > 0 ? escaped : v;
        d->secreted[l] = d->c_peptide[l] * cells * function;
    }
}

/*
 * Severe hypoglycaemia while on insulin counts down: as much insulin as is needed, or more where a plan gives it.  The answer: something is
 * to be noted in some lane.
 */
LANE_INLINE int count_down(const eng_course_t *c, t1d_t *d, const int planned)
{
    const eng_tile_t *t = c->tile;
    const real *plans = c->signal[ENG_SIGNAL_insulin];
    const real dt = c->row->dt, begin = (real)c->row->t, end = begin + dt;
    int any = 0;

    LANE_PRAGMA(omp simd reduction(| : any))
    for (int l = 0; l < ENG_LANES; l++) {
        const real C = d->secreted[l], diagnosed = d->diagnosed[l];
        const real needed = d->independent[l] > 0 ? 0 : max0(fma_real(-d->need_spared[l], C, 1));
        const real plan = planned ? at_most(plans[l], 1) : 0, taken = plan > needed ? plan : needed;
        const real hazard = d->hypoglycaemia[l] * max0(fma_real(-d->hypoglycaemia_spared[l], C, 1)) * (taken * diagnosed);
        const real left = fma_real(-dt, hazard, d->left_hypoglycaemia[l]);
        const int came = (left <= 0) & (d->t_hypoglycaemia[l] >= ENG_DAY_NEVER), found = (diagnosed <= 0) & (C < d->diagnosis_at[l]);
        const int lost = (C < d->lost_below[l]) & (t->t_progression[l] >= ENG_DAY_NEVER), due = end >= d->next_judged[l];
        d->left_hypoglycaemia[l] = left;
        any |= (begin < t->t_death[l]) & (came | found | lost | due);
    }
    return any;
}

/* Each of these is a loop of its own for the compiler. */
static int count_down_needed(const eng_course_t *c, t1d_t *d)
{
    return count_down(c, d, 0);
}

static int count_down_planned(const eng_course_t *c, t1d_t *d)
{
    return count_down(c, d, 1);
}

/* Diagnosis of those at risk, loss of C-peptide, first severe hypoglycaemia. */
static void note(eng_course_t *c, t1d_t *d)
{
    eng_tile_t *t = c->tile;
    const real begin = (real)c->row->t, end = begin + c->row->dt;

    FOR_LANES
    {
        const real C = d->secreted[l];
        const int alive = begin < t->t_death[l];
        const int found = alive & (d->diagnosed[l] <= 0) & (C < d->diagnosis_at[l]);
        const real diagnosed = found ? 1 : d->diagnosed[l];
        const int lost = alive & (diagnosed > 0) & (C < d->lost_below[l]) & (t->t_progression[l] >= ENG_DAY_NEVER);
        const int came = alive & (d->left_hypoglycaemia[l] <= 0) & (d->t_hypoglycaemia[l] >= ENG_DAY_NEVER);
        d->t_diagnosis[l] = found ? end : d->t_diagnosis[l];
        d->diagnosed[l] = diagnosed;
        t->t_progression[l] = lost ? end : t->t_progression[l];
        d->t_hypoglycaemia[l] = came ? end : d->t_hypoglycaemia[l];
    }
}

/* Independence of insulin, on days of its own. */
static void judge(eng_course_t *c, t1d_t *d)
{
    eng_tile_t *t = c->tile;
    const real begin = (real)c->row->t, end = begin + c->row->dt;

    FOR_LANES
    {
        const real C = d->secreted[l], was = d->independent[l], next = d->next_judged[l];
        const int due = end >= next, counts = due & (begin < t->t_death[l]) & (d->diagnosed[l] > 0);
        const int stops = counts & (was <= 0) & (C > d->independent_above[l]);
        const int resumes = counts & (was > 0) & (C < d->resumed_below[l]);
        d->next_judged[l] = due ? next + d->judged_every[l] : next;
        d->independent[l] = stops ? 1 : resumes ? 0 : was;
        d->t_independence[l] = stops ? at_most(d->t_independence[l], end) : d->t_independence[l];
        d->t_resumed[l] = resumes ? at_most(d->t_resumed[l], end) : d->t_resumed[l];
        t->t_relapse[l] = resumes ? at_most(t->t_relapse[l], end) : t->t_relapse[l];
        t->num_relapses[l] += resumes ? 1 : 0;
    }
}

static void step(eng_course_t *c, void *block)
{
    tissue(c, block);
    if (c->writes & ENG_SIGNAL_BIT(repair)) {
        regrow(c, block);
    }
    if (c->product != NULL) {
        add_graft(c, block);
    }
    if (c->row->flags & ENG_ROW_AFTER0) {
        const int planned = c->writes >> ENG_SIGNAL_insulin & 1;
        if ((planned ? count_down_planned : count_down_needed)(c, block)) {
            note(c, block);
            judge(c, block);
        }
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const t1d_t *d = block;
    const int reported = k >= C_PEPTIDE_REPORTED, what = reported ? (k == C_PEPTIDE_REPORTED ? C_PEPTIDE : HBA1C) : k;
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    if (reported) {
        eng_visit_noise(c, eng_visit_day(c), what == HBA1C ? T1D_SCORE_HBA1C : T1D_SCORE_C_PEPTIDE, z);
    }
    FOR_LANES
    {
        const real C = d->secreted[l], seen = max0(C * fma_real(d->c_peptide_noise[l], z[l], 1));
        const real dose = max0(fma_real(-d->dose_spared[l], C, d->dose[l])) * (1 - d->independent[l]) * d->diagnosed[l];
        const real hba1c = fma_real(d->hba1c_rise[l], real_exp(-d->hba1c_steep[l] * C), d->hba1c_normal[l]);
        value[l] = what == C_PEPTIDE ? seen : what == BETA_MASS ? d->beta[l] : what == INSULIN_DOSE ? dose : fma_real(d->hba1c_noise[l], z[l], hba1c);
    }
}

ENG_MODULE_LANES(t1d) = { .name = "t1d", .derive = derive, .start = start, .enter = enter, .signal = signal,
    .step = step, .burst = burst, .globulin = globulin, .read = read };

/* --- tables --------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[T1D_NUM_PARAMS] = { T1D_PARAM_ROWS };

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation", 1.68e4, ENG_LN(1.68e4, 0.35) },
    { "clone.fitness_after_conditioning", 1.1, ENG_TRN(1.1, 0.10, 0.2, 1.1) },
    { "clone.repriming_rate", 0.01, ENG_LN(0.01, 0.6) },
    { "trigger.rate", 8, ENG_LN(8, 0.3) },
    { "drug.scale", 1.53, ENG_LN(1.53, 0.3) },
};

static const eng_covariate_row_t covariates[] = {
    { "t1d_stage", "1", 40, { ENG_DIST_FIXED, { 3 } }, 1, 3, "A", "stage on the first day: 1 or 2 at risk (from day 0 on), 3 diagnosed" },
    { "dka", "1", 41, { ENG_DIST_BERNOULLI, { 0.3 } }, 0, 1, "L Gu 2012 (0.39)", "1 after ketoacidosis at diagnosis" },
    { "attack", "1", 42, { ENG_DIST_LOGNORMAL, { 1, 0.50 } }, 0, 20, "T", "loss of beta cells under attack, relative to others of the age" },
    { "beta_start", "1", 43, { ENG_DIST_LOGNORMAL, { 1, 0.21 } }, 0.001, 20, "T", "beta cells at diagnosis, relative to others of the age" },
    { "insulin_need", "1", 44, { ENG_DIST_LOGNORMAL, { 1, 0.35 } }, 0.05, 20, "T", "C-peptide above which no insulin is needed, relative to the median" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 16, 6, 6, 45 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.45 } } },
    { ENG_COV_WEIGHT, { ENG_DIST_LOGNORMAL_CV, { 62, 0.22 } } },
    { ENG_COV_DURATION, { ENG_DIST_FIXED, { 0.219 } } }, /* 80 d */
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 0 } } },
    { ENG_COV_HCT_CI, { ENG_DIST_FIXED, { 0 } } },
    { ENG_COV_CMV, { ENG_DIST_BERNOULLI, { 0.4 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(t1d_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { T1D_STATE_LIST(STATE) };
static const eng_hazard_row_t hazard_rows[] = { { ENG_CHANNEL_SEVERE_HYPOGLYCAEMIA, offsetof(t1d_t, left_hypoglycaemia) } };

enum { INDEPENDENCE, RESUMED, HYPOGLYCAEMIA, FOUND };
static const eng_event_row_t events[] = {
    [INDEPENDENCE] = { "insulin_independence", "first judged independent of insulin", offsetof(t1d_t, t_independence) },
    [RESUMED] = { "insulin_resumed", "first judged in need of insulin again", offsetof(t1d_t, t_resumed) },
    [HYPOGLYCAEMIA] = { "severe_hypoglycaemia", "first severe hypoglycaemia", offsetof(t1d_t, t_hypoglycaemia) },
    [FOUND] = { "diagnosis", "diagnosis of one at risk", offsetof(t1d_t, t_diagnosis) },
};

static const eng_marker_row_t markers[] = {
    { "c_peptide", "nmol/L", "C-peptide after a meal, mean over its time", 1e-4, 0, 4, false, 1 },
    { "beta_mass", "1", "beta cells, relative to health", 1e-5, 0, 1, false, 1 },
    { "insulin_dose", "U/kg/d", "insulin that is needed; 0 while independent of it and before the diagnosis", 1e-4, 0, 3, false, -1 },
    { "hba1c", "%", "glycated haemoglobin", 1e-3, 4, 18, false, -1 },
    { "c_peptide_reported", "nmol/L", "C-peptide after a meal as a visit measures it, with noise", 1e-4, 0, 4, false, 1 },
    { "hba1c_reported", "%", "glycated haemoglobin as a visit measures it, with noise", 1e-3, 2, 20, false, -1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits };

static const eng_outcome_row_t outcomes[] = {
    ENG_FIRST_OF(ENG_OWN_EVENT(INDEPENDENCE), "insulin_independence", 1, "insulin stopped: C-peptide above the patient's need on day 30, 45, 60 ..."),
    ENG_FIRST_OF(ENG_OWN_EVENT(RESUMED), "insulin_resumed", -1, "insulin again after independence, the relapse here; who never stopped cannot resume"),
    ENG_FIRST_OF(ENG_OWN_EVENT(HYPOGLYCAEMIA), "severe_hypoglycaemia", -1, "first severe hypoglycaemia"),
    ENG_FIRST_OF(ENG_OWN_EVENT(FOUND), "diagnosis", -1, "diagnosis of patients at risk (t1d_stage 1 or 2)"),
    ENG_MARKER_OUTCOME(0, "c_peptide", "nmol/L", "C-peptide after a meal, mean over its time"),
    ENG_MARKER_OUTCOME(1, "beta_mass", "1", "beta cells, relative to health"),
    ENG_MARKER_OUTCOME(2, "insulin_dose", "U/kg/d", "insulin that is needed; 0 while independent of it and before the diagnosis"),
    ENG_MARKER_OUTCOME(3, "hba1c", "%", "glycated haemoglobin"),
    ENG_MARKER_OUTCOME(4, "c_peptide_reported", "nmol/L", "C-peptide after a meal as a visit measures it, with noise"),
    ENG_MARKER_OUTCOME(5, "hba1c_reported", "%", "glycated haemoglobin as a visit measures it, with noise"),
};

const eng_disease_t eng_disease_t1d = {
    .module = { .name = "t1d", .help = "type 1 diabetes: beta cells under sustained attack, C-peptide, independence of insulin", .version = 3,
        .writes = ENG_SIGNAL_BIT(effector_growth) | ENG_SIGNAL_BIT(effector_kill) | ENG_SIGNAL_BIT(repriming), ENG_BLOCK(t1d_t),
        ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 100 }, /* longer durations by the law at rest */
    .remission = "insulin_independence",
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION)
        | ENG_OWN_EVENT(INDEPENDENCE) | ENG_OWN_EVENT(RESUMED) | ENG_OWN_EVENT(HYPOGLYCAEMIA) | ENG_OWN_EVENT(FOUND),
};

#endif
