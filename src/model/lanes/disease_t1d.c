/**
 * Type 1 diabetes: sustained regime; beta cells under attack by effectors, j = X / X_n, which rest at j = 1 untreated.
 *
 *   beta cells   dbeta/dt = g beta (1 - beta) / (1 + 5 j) - k a j beta       beta relative to health
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
#include "model/lanes/step.h"

#define T1D_STATE_LIST(X)                                               \
    X(beta, "1", "beta cells, relative to health")                      \
    X(function, "1", "phi, function of the beta cells that are left")   \
    X(escape, "1", "v, escape of effectors from drugs")                 \
    X(independent, "1", "1 while independent of insulin")

typedef struct {
#define T1D_FIELD(name, unit, help) eng_row_t name;
    T1D_STATE_LIST(T1D_FIELD)
    eng_row_t begun, diagnosed, drugged; /* 1 from the first day on; from the diagnosis on; while a drug acts on effectors */
    eng_row_t left_hypoglycaemia;        /* Exp(1) left to the first severe one */
    eng_row_t next_judged;               /* day on which independence is judged next */
    eng_row_t t_independence, t_resumed, t_hypoglycaemia, t_diagnosis;
    /* of a patient at a point */
    eng_row_t begins;                          /* day */
    eng_row_t effector_at, treg_at;            /* X and Ra on that day */
    eng_row_t per_effector;                    /* 1 / X_n */
    eng_row_t regrowth, regrowth_inhibition, attack; /* g, per j, k a */
    eng_row_t function_rate, function_inhibition;
    eng_row_t antigen_half, per_repriming_beta, antibody_kill, globulin, per_globulin_most;
    eng_row_t escape_rate, escape_return;
    eng_row_t c_peptide, peak;                 /* C at full health; peak per C */
    eng_row_t peak_lost, diagnosis_at;         /* peak of progression; C of diagnosis */
    eng_row_t independent_above, resumed_below; /* C */
    eng_row_t judged_every;                    /* d */
    eng_row_t dose, dose_spared;               /* U/kg/d without C-peptide; less per C */
    eng_row_t hba1c_normal, hba1c_rise, hba1c_steep;
    eng_row_t c_peptide_noise, hba1c_noise;    /* sd of a visit: relative; % */
    eng_row_t hypoglycaemia, hypoglycaemia_spared; /* 1/d without C-peptide; 1 / C without any */
} t1d_t;

typedef enum {
    T1D_REGROWTH, T1D_REGROWTH_INHIBITION, T1D_ATTACK, T1D_ATTACK_AGE, T1D_REFERENCE_AGE, T1D_FUNCTION_TIME,
    T1D_FUNCTION_INHIBITION, T1D_FUNCTION_START, T1D_BETA_START, T1D_BETA_AGE, T1D_BETA_MOST, T1D_DKA, T1D_BETA_AT_RISK,
    T1D_RESERVOIR_AT_RISK, T1D_REPRIMING_BETA, T1D_ANTIGEN_HALF, T1D_ANTIBODY_KILL, T1D_GLOBULIN, T1D_GLOBULIN_MOST, T1D_ESCAPE_TIME,
    T1D_ESCAPE_RETURN, T1D_C_PEPTIDE, T1D_PEAK, T1D_PEAK_LOST, T1D_DIAGNOSIS, T1D_INDEPENDENCE, T1D_RESUMPTION, T1D_DOSE,
    T1D_DOSE_SPARED, T1D_HBA1C, T1D_HBA1C_RISE, T1D_HBA1C_STEEP, T1D_C_PEPTIDE_NOISE, T1D_HBA1C_NOISE, T1D_HYPOGLYCAEMIA, T1D_HYPOGLYCAEMIA_C, T1D_JUDGED_FROM, T1D_JUDGED_EVERY, T1D_NUM_PARAMS
} t1d_param_t;

enum { T1D_STAGE = ENG_NUM_COMMON_COV, T1D_DKA_AT_DIAGNOSIS, T1D_ATTACK_RELATIVE, T1D_BETA_RELATIVE, T1D_NEED_RELATIVE };
enum { C_PEPTIDE, BETA_MASS, INSULIN_DOSE, HBA1C, C_PEPTIDE_REPORTED, HBA1C_REPORTED }; /* markers, in the order of their table */
enum { T1D_SCORE_C_PEPTIDE, T1D_SCORE_HBA1C }; /* what visits measure amiss */

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

/* Rows that are a parameter, or one over it. */
static const struct {
    size_t row;
    t1d_param_t param;
    bool inverse;
} copies[] = {
#define ROW(row, param) { offsetof(t1d_t, row), T1D_##param, false }
#define PER(row, param) { offsetof(t1d_t, row), T1D_##param, true }
    ROW(regrowth, REGROWTH), ROW(regrowth_inhibition, REGROWTH_INHIBITION), ROW(function_inhibition, FUNCTION_INHIBITION),
    ROW(antigen_half, ANTIGEN_HALF), ROW(antibody_kill, ANTIBODY_KILL), ROW(globulin, GLOBULIN), ROW(c_peptide, C_PEPTIDE),
    ROW(peak, PEAK), ROW(peak_lost, PEAK_LOST), ROW(diagnosis_at, DIAGNOSIS), ROW(judged_every, JUDGED_EVERY), ROW(dose, DOSE),
    ROW(dose_spared, DOSE_SPARED), ROW(hba1c_normal, HBA1C), ROW(hba1c_rise, HBA1C_RISE), ROW(hba1c_steep, HBA1C_STEEP),
    ROW(c_peptide_noise, C_PEPTIDE_NOISE), ROW(hba1c_noise, HBA1C_NOISE), PER(function_rate, FUNCTION_TIME),
    PER(per_repriming_beta, REPRIMING_BETA), PER(per_globulin_most, GLOBULIN_MOST), PER(escape_rate, ESCAPE_TIME),
    PER(escape_return, ESCAPE_RETURN), PER(hypoglycaemia_spared, HYPOGLYCAEMIA_C),
};

static void derive_tissue(const eng_course_t *c, t1d_t *d, int first, int end)
{
    const double *p = c->rates->params.disease;

    for (int l = first; l < end; l++) {
        const double need = p[T1D_INDEPENDENCE] * c->tile->covariate[T1D_NEED_RELATIVE][l];
        for (int j = 0; j < ENG_COUNT_OF(copies); j++) {
            const double value = p[copies[j].param];
            ((real *)(void *)((char *)d + copies[j].row))[l] = (real)(copies[j].inverse ? 1 / value : value);
        }
        d->attack[l] = (real)attack_rate(c->tile, p, l);
        d->independent_above[l] = (real)need;
        d->resumed_below[l] = (real)(need * p[T1D_RESUMPTION]);
        d->hypoglycaemia[l] = (real)(p[T1D_HYPOGLYCAEMIA] / ENG_DAYS_PER_YEAR);
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

/* Who was diagnosed `days` before the calendar begins has lived them at j = 1: the logistic law with a loss. */
static void live_at_rest(const eng_course_t *c, t1d_t *d, int l, double days)
{
    const double *p = c->rates->params.disease;
    const double g = p[T1D_REGROWTH] / (1 + p[T1D_REGROWTH_INHIBITION]), net = g - attack_rate(c->tile, p, l);
    const double growth = eng_exp(net * days), target = 1 / (1 + p[T1D_FUNCTION_INHIBITION]);
    const double beta = (double)d->beta[l];

    d->beta[l] = (real)(beta * growth / (1 + g * beta * days * eng_phi(net * days)));
    d->function[l] = (real)(target + ((double)d->function[l] - target) * eng_exp(-days / p[T1D_FUNCTION_TIME]));
}

/* Clones on the first day, relative to those of a patient who is diagnosed. */
static double reservoir_start(const eng_tile_t *t, const eng_params_t *p, int l)
{
    return at_risk(t, l) ? p->disease[T1D_RESERVOIR_AT_RISK] / p->clone_start * t->covariate[T1D_STAGE][l] / 2 : 1;
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

/* Effectors of the first day; what drugs and antibodies do to them here. */
static void signal(eng_course_t *c, void *block)
{
    const eng_signals_t *s = c->signals;
    const real today = (real)c->row->t;
    eng_clones_t *e = c->clones;
    t1d_t *d = block;
    real *growth = c->signals->written[ENG_SIGNAL_effector_growth], *kill = c->signals->written[ENG_SIGNAL_effector_kill];
    real *repriming = c->signals->written[ENG_SIGNAL_repriming];

    FOR_LANES
    {
        const int begins = (today >= d->begins[l]) & (d->begun[l] <= 0);
        const real begun = begins ? 1 : d->begun[l], beta = d->beta[l];
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

static void tissue(eng_course_t *c, t1d_t *d)
{
    const eng_signals_t *s = c->signals;
    const real dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real j = s->effector_days[l] * per_day * d->per_effector[l], begun = d->begun[l];
        const real beta = d->beta[l], phi = d->function[l], v = d->escape[l];
        const real regrowth = d->regrowth[l] / fma_real(d->regrowth_inhibition[l], j, 1);
        const real net = fma_real(regrowth, 1 - beta, -at_most(d->attack[l] * j, MOST_LOSS));
        const real target = d->function_rate[l] / fma_real(d->function_inhibition[l], j, 1);
        const real rate = d->drugged[l] > 0 ? d->escape_rate[l] : d->escape_return[l];
        const real grown = grow_limited(beta, net, regrowth * beta, 0, dt);
        const real works = grow(phi, -d->function_rate[l], target, dt), escaped = grow(v, -rate, rate * d->drugged[l], dt);
        d->beta[l] = begun > 0 ? grown : beta;
        d->function[l] = begun > 0 ? works : phi;
        d->escape[l] = begun > 0 ? escaped : v;
    }
}

LANE_INLINE real c_peptide(const t1d_t *d, int l)
{
    return d->c_peptide[l] * d->beta[l] * d->function[l];
}

/* Diagnosis of those at risk, loss of C-peptide. */
static void watch_course(eng_course_t *c, t1d_t *d)
{
    eng_tile_t *t = c->tile;
    const real begin = (real)c->row->t, end = begin + c->row->dt;

    FOR_LANES
    {
        const real C = c_peptide(d, l);
        const int alive = begin < t->t_death[l];
        const int found = alive & (d->diagnosed[l] <= 0) & (C < d->diagnosis_at[l]);
        const real diagnosed = found ? 1 : d->diagnosed[l];
        const int lost = alive & (diagnosed > 0) & (d->peak[l] * C < d->peak_lost[l]) & (t->t_progression[l] >= ENG_DAY_NEVER);
        d->t_diagnosis[l] = found ? end : d->t_diagnosis[l];
        d->diagnosed[l] = diagnosed;
        t->t_progression[l] = lost ? end : t->t_progression[l];
    }
}

/* Severe hypoglycaemia while on insulin: as much of it as is needed, or more where a plan gives it. */
static void watch_hypoglycaemia(eng_course_t *c, t1d_t *d)
{
    const eng_tile_t *t = c->tile;
    const real *planned = c->signal[ENG_SIGNAL_insulin];
    const real dt = c->row->dt, begin = (real)c->row->t, end = begin + dt;

    FOR_LANES
    {
        const real C = c_peptide(d, l);
        const real needed = d->independent[l] > 0 ? 0 : max0(1 - d->dose_spared[l] * C / d->dose[l]);
        const real plan = at_most(planned[l], 1), taken = plan > needed ? plan : needed;
        const real hazard = d->hypoglycaemia[l] * max0(fma_real(-d->hypoglycaemia_spared[l], C, 1)) * taken * d->diagnosed[l];
        const real left = fma_real(-dt, hazard, d->left_hypoglycaemia[l]);
        const int first = (left <= 0) & (begin < t->t_death[l]) & (d->t_hypoglycaemia[l] >= ENG_DAY_NEVER);
        d->left_hypoglycaemia[l] = left;
        d->t_hypoglycaemia[l] = first ? end : d->t_hypoglycaemia[l];
    }
}

/* Independence of insulin, on days of its own. */
static void judge(eng_course_t *c, t1d_t *d)
{
    eng_tile_t *t = c->tile;
    const real begin = (real)c->row->t, end = begin + c->row->dt;

    FOR_LANES
    {
        const real C = c_peptide(d, l), was = d->independent[l], next = d->next_judged[l];
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
    if (c->row->flags & ENG_ROW_AFTER0) {
        watch_course(c, block);
        watch_hypoglycaemia(c, block);
        judge(c, block);
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
        const real C = c_peptide(d, l), seen = max0(C * fma_real(d->c_peptide_noise[l], z[l], 1));
        const real dose = max0(fma_real(-d->dose_spared[l], C, d->dose[l])) * (1 - d->independent[l]) * d->diagnosed[l];
        const real hba1c = fma_real(d->hba1c_rise[l], real_exp(-d->hba1c_steep[l] * C), d->hba1c_normal[l]);
        value[l] = what == C_PEPTIDE ? seen : what == BETA_MASS ? d->beta[l] : what == INSULIN_DOSE ? dose : fma_real(d->hba1c_noise[l], z[l], hba1c);
    }
}

ENG_MODULE_LANES(t1d) = { .name = "t1d", .derive = derive, .start = start, .enter = enter, .signal = signal,
    .step = step, .burst = burst, .globulin = globulin, .read = read };

/* --- tables --------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[T1D_NUM_PARAMS] = {
    [T1D_REGROWTH] = { "t1d.regrowth_rate", "g", "1/d", 0.00021, 0, 0.005, ENG_LN(0.00021, 0.3), "T", "regrowth of beta cells, none left, no attack" },
    [T1D_REGROWTH_INHIBITION] = { "t1d.regrowth_inhibition", "", "1", 5, 0, 50, ENG_LN(5, 0.3), "A", "its inhibition per j" },
    [T1D_ATTACK] = { "t1d.attack_rate", "k", "1/d", 0.0016, 0, 0.01, ENG_LN(0.0016, 0.3), "T", "loss of beta cells at j = 1, 16 years" },
    [T1D_ATTACK_AGE] = { "t1d.attack_age", "", "1/y", 0.005, -0.1, 0.1, ENG_LN(0.005, 0.3), "T", "its fall with age" },
    [T1D_REFERENCE_AGE] = { "t1d.reference_age", "", "y", 16, 0, 60, ENG_UNI(14, 18), "A", "age of which attack and beta cells are stated" },
    [T1D_FUNCTION_TIME] = { "t1d.function_time", "", "d", 45, 2, 500, ENG_LN(45, 0.3), "T", "time in which function follows j" },
    [T1D_FUNCTION_INHIBITION] = { "t1d.function_inhibition", "", "1", 0.95, 0, 10, ENG_LN(0.95, 0.3), "T", "inhibition of function per j" },
    [T1D_FUNCTION_START] = { "t1d.function_at_diagnosis", "phi_0", "1", 0.45, 0.01, 1, ENG_UNI(0.3, 0.6), "T", "function at diagnosis" },
    [T1D_BETA_START] = { "t1d.beta_mass_at_diagnosis", "beta_0", "1", 0.44, 0.01, 0.95, ENG_UNI(0.3, 0.6), "T", "beta cells at diagnosis, 16 years, median" },
    [T1D_BETA_AGE] = { "t1d.beta_mass_age", "", "1/y", 0.057, -0.2, 0.2, ENG_LN(0.057, 0.3), "T", "their rise with age" },
    [T1D_BETA_MOST] = { "t1d.beta_mass_most", "", "1", 0.95, 0.5, 1, ENG_UNI(0.9, 1), "A", "most of them at the start" },
    [T1D_DKA] = { "t1d.ketoacidosis_factor", "", "1", 0.54, 0.01, 1, ENG_UNI(0.35, 0.75), "T Gu 2012", "factor on them after ketoacidosis at diagnosis" },
    [T1D_BETA_AT_RISK] = { "t1d.beta_mass_at_risk", "", "1", 1.6, 0.1, 5, ENG_LN(1.6, 0.3), "T", "beta cells in stage 1 and 2, relative to those at diagnosis" },
    [T1D_RESERVOIR_AT_RISK] = { "t1d.reservoir_at_risk", "", "1", 0.31, 0.01, 1.3, ENG_LN(0.31, 0.3), "T", "autoreactive memory cells in stage 2, relative to E_0; half of it in stage 1" },
    [T1D_REPRIMING_BETA] = { "t1d.repriming_beta", "", "1", 0.2, 0.001, 1, ENG_UNI(0.1, 0.3), "A", "beta cells below which naive cells become memory less often, for want of antigen" },
    [T1D_ANTIGEN_HALF] = { "t1d.antigen_half", "", "1", 0.001, 0, 0.5, ENG_LN(0.001, 0.3), "A", "beta cells at which growth of effectors halves for want of antigen" },
    [T1D_ANTIBODY_KILL] = { "t1d.effector_antibody_kill", "", "1", 0.5, 0, 2, ENG_LN(0.5, 0.3), "T", "killing of effectors by antibodies, relative to T cells" },
    [T1D_GLOBULIN] = { "t1d.globulin_regulation", "", "1", 9, 0, 50, ENG_LN(9, 0.3), "T Haller 2018", "transient regulation by antithymocyte globulin, per dose, where the dose is small" },
    [T1D_GLOBULIN_MOST] = { "t1d.globulin_most", "", "1", 0.9, 0.05, 5, ENG_LN(0.9, 0.3), "A", "dose from which on it makes none (6.75 mg/kg of rabbit globulin: 1)" },
    [T1D_ESCAPE_TIME] = { "t1d.escape_time", "", "d", 504, 20, 5000, ENG_LN(504, 0.3), "T", "time in which effectors escape from drugs" },
    [T1D_ESCAPE_RETURN] = { "t1d.escape_return", "", "d", 200, 20, 5000, ENG_LN(200, 0.3), "A", "time in which that is lost without drugs" },
    [T1D_C_PEPTIDE] = { "t1d.c_peptide", "", "nmol/L", 3.3, 0.5, 10, ENG_LN(3.3, 0.1), "T", "C-peptide after a meal (mean over its time), full mass and function" },
    [T1D_PEAK] = { "t1d.peak", "", "1", 1.3, 1, 3, ENG_UNI(1.2, 1.4), "A", "peak of C-peptide over that mean" },
    [T1D_PEAK_LOST] = { "t1d.progression_peak", "", "nmol/L", 0.2, 0.01, 1, ENG_UNI(0.15, 0.25), "L Ramos 2023", "peak below which the disease has progressed" },
    [T1D_DIAGNOSIS] = { "t1d.diagnosis_c_peptide", "", "nmol/L", 0.75, 0.1, 3, ENG_LN(0.75, 0.1), "T Herold 2019", "C-peptide below which one at risk is diagnosed" },
    [T1D_INDEPENDENCE] = { "t1d.independence_c_peptide", "", "nmol/L", 1.3, 0.1, 5, ENG_LN(1.3, 0.1), "T Couri 2009", "C-peptide above which no insulin is needed, median" },
    [T1D_RESUMPTION] = { "t1d.resumption_share", "", "1", 0.85, 0.2, 1, ENG_UNI(0.75, 0.95), "A", "share of it below which insulin is resumed" },
    [T1D_DOSE] = { "t1d.insulin_full", "", "U/kg/d", 0.75, 0.1, 3, ENG_LN(0.75, 0.1), "T Ramos 2023", "insulin needed without C-peptide" },
    [T1D_DOSE_SPARED] = { "t1d.insulin_spared", "", "U/kg/d per nmol/L", 0.35, 0, 3, ENG_LN(0.35, 0.2), "T Ramos 2023", "insulin spared by C-peptide" },
    [T1D_HBA1C] = { "t1d.hba1c_normal", "", "%", 6, 4, 8, ENG_UNI(5.7, 6.3), "A", "glycated haemoglobin with ample C-peptide" },
    [T1D_HBA1C_RISE] = { "t1d.hba1c_rise", "", "%", 2.2, 0, 10, ENG_LN(2.2, 0.2), "A", "its rise without any" },
    [T1D_HBA1C_STEEP] = { "t1d.hba1c_steep", "", "L/nmol", 2, 0, 20, ENG_LN(2, 0.2), "A", "how fast C-peptide undoes that" },
    [T1D_C_PEPTIDE_NOISE] = { "t1d.c_peptide_noise", "", "1", 0.12, 0, 1, ENG_LN(0.12, 0.3), "A", "spread of a visit's C-peptide, relative" },
    [T1D_HBA1C_NOISE] = { "t1d.hba1c_noise", "", "%", 0.6, 0, 5, ENG_LN(0.6, 0.3), "A", "spread of a visit's glycated haemoglobin" },
    [T1D_HYPOGLYCAEMIA] = { "t1d.hypoglycaemia_rate", "", "1/y", 0.16, 0, 5, ENG_LN(0.16, 0.4), "A", "severe hypoglycaemia on full insulin without C-peptide" },
    [T1D_HYPOGLYCAEMIA_C] = { "t1d.hypoglycaemia_c_peptide", "", "nmol/L", 0.4, 0.05, 3, ENG_LN(0.4, 0.3), "A", "C-peptide above which there is none" },
    [T1D_JUDGED_FROM] = { "t1d.judged_from", "", "d", 30, 1, 1000, ENG_UNI(20, 40), "A", "first day on which independence of insulin is judged" },
    [T1D_JUDGED_EVERY] = { "t1d.judged_every", "", "d", 15, 1, 365, ENG_UNI(10, 30), "A", "days from one such day to the next" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation", 1.68e4, ENG_LN(1.68e4, 0.35) },
    { "clone.fitness_after_conditioning", 1.1, ENG_TRN(1.1, 0.10, 0.2, 1.1) },
    { "clone.repriming_rate", 0.01, ENG_LN(0.01, 0.6) },
    { "trigger.rate", 8, ENG_LN(8, 0.3) },
    { "drug.scale", 1.5, ENG_LN(1.5, 0.3) },
};

static const eng_covariate_row_t covariates[] = {
    { "t1d_stage", "1", 40, { ENG_DIST_FIXED, { 3 } }, 1, 3, "A", "stage on the first day: 1 or 2 at risk (from day 0 on), 3 diagnosed" },
    { "dka", "1", 41, { ENG_DIST_BERNOULLI, { 0.3 } }, 0, 1, "L Gu 2012 (0.39)", "1 after ketoacidosis at diagnosis" },
    { "attack", "1", 42, { ENG_DIST_LOGNORMAL, { 1, 0.47 } }, 0, 20, "T", "loss of beta cells under attack, relative to others of the age" },
    { "beta_start", "1", 43, { ENG_DIST_LOGNORMAL, { 1, 0.21 } }, 0.001, 20, "T", "beta cells at diagnosis, relative to others of the age" },
    { "insulin_need", "1", 44, { ENG_DIST_LOGNORMAL, { 1, 0.15 } }, 0.05, 20, "T", "C-peptide above which no insulin is needed, relative to the median" },
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
    .module = { .name = "t1d", .help = "type 1 diabetes: beta cells under sustained attack, C-peptide, independence of insulin", .version = 2,
        .writes = ENG_SIGNAL_BIT(effector_growth) | ENG_SIGNAL_BIT(effector_kill) | ENG_SIGNAL_BIT(repriming), ENG_BLOCK(t1d_t),
        ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 100 }, /* longer durations by the law at rest */
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION)
        | ENG_OWN_EVENT(INDEPENDENCE) | ENG_OWN_EVENT(RESUMED) | ENG_OWN_EVENT(HYPOGLYCAEMIA) | ENG_OWN_EVENT(FOUND),
};

#endif
