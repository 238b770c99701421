/**
 * An allergen that is eaten in rising doses, and what it leaves (MODEL section 7.7): desensitisation, which goes when nothing is eaten any more, and
 * tolerance, which outlasts it.
 *
 *   dQ/dt = C (1 - Q) / 300 d - (1 - C) Q / 130 d         C: what is eaten, share of the maintenance dose
 *   dTol/dt = 0.7 C / y - (1 - C) Tol / 3 y
 *   ln mg tolerated = ln mg untreated + a Q + Tol         a = 1.96 + 0.62 ln mg of the maintenance dose: 5.5 at 300 mg, 7.1 at 4 g
 *
 * Who does not bear the doses gains nothing by them: a = 0, no Tol.  Some outgrow the allergy, treated or not, at a constant hazard from day 0 on.
 */
#ifndef ENG_MODEL_LANES_ORAL_TOLERANCE_H
#define ENG_MODEL_LANES_ORAL_TOLERANCE_H

#include "model/lanes/step.h"

#define ORAL_STATE_LIST(X)                                               \
    X(desensitised, "1", "Q, desensitisation by what is eaten, 1 at most") \
    X(tolerance, "1", "Tol, tolerance that outlasts it, logarithm of the dose")

typedef struct {
#define ORAL_FIELD(name, unit, help) eng_row_t name;
    ORAL_STATE_LIST(ORAL_FIELD)
    /* of a patient at a point */
    eng_row_t rise, fall;    /* 1/d */
    eng_row_t most;          /* a */
    eng_row_t builds, wanes; /* 1/d */
    eng_row_t log_dose;      /* ln mg tolerated untreated */
    eng_row_t outgrown;      /* day from which all is tolerated */
} oral_tolerance_t;

/** Where a disease has its rows: parameters from `first` on, covariates. */
typedef struct {
    int first, dose, rank, outgrows;
} oral_rows_t;
enum { ORAL_RESPONDERS, ORAL_RISE, ORAL_FALL, ORAL_EFFECT, ORAL_PER_DOSE, ORAL_MAINTENANCE, ORAL_BUILDS, ORAL_WANES, ORAL_OUTGROWN, ORAL_NUM_PARAMS };

static void oral_derive(oral_tolerance_t *d, const eng_tile_t *t, const double *params, const oral_rows_t *rows, int first, int end)
{
    const double *p = params + rows->first;
    const double effect = p[ORAL_EFFECT] + p[ORAL_PER_DOSE] * eng_log(p[ORAL_MAINTENANCE]);

    for (int l = first; l < end; l++) {
        const bool bears = t->covariate[rows->rank][l] < p[ORAL_RESPONDERS];
        d->rise[l] = (real)(1 / p[ORAL_RISE]);
        d->fall[l] = (real)(1 / p[ORAL_FALL]);
        d->most[l] = bears ? (real)eng_max(0, effect) : 0;
        d->builds[l] = bears ? (real)(p[ORAL_BUILDS] / ENG_DAYS_PER_YEAR) : 0;
        d->wanes[l] = (real)(1 / p[ORAL_WANES]);
        d->outgrown[l] = p[ORAL_OUTGROWN] > 0 ? (real)(-eng_log(t->covariate[rows->outgrows][l]) * ENG_DAYS_PER_YEAR / p[ORAL_OUTGROWN]) : ENG_DAY_NEVER;
        d->log_dose[l] = (real)eng_log(t->covariate[rows->dose][l]);
    }
}

/** eaten: C of the row. */
static void oral_step(oral_tolerance_t *d, const real *eaten, real dt)
{
    FOR_LANES
    {
        const real C = eaten[l], up = C * d->rise[l], off = 1 - C;
        d->desensitised[l] = grow(d->desensitised[l], -fma_real(off, d->fall[l], up), up, dt);
        d->tolerance[l] = grow(d->tolerance[l], -off * d->wanes[l], C * d->builds[l], dt);
    }
}

/** What has been gained of the logarithm of the dose. */
LANE_INLINE real oral_gain(const oral_tolerance_t *d, int l)
{
    return fma_real(d->most[l], d->desensitised[l], d->tolerance[l]);
}

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define ORAL_PARAMS(first, prefix)                                                                                               \
    [(first) + ORAL_RESPONDERS] = { prefix ".immunotherapy_responders", "p0", "1", 0.8, 0, 1, ENG_UNI(0.65, 0.9), "T PALISADE, POISED", "who bear immunotherapy by mouth" }, \
    [(first) + ORAL_RISE] = { prefix ".desensitisation_time", "", "d", 300, 20, 2000, ENG_LN(300, 0.3), "A", "time in which desensitisation comes" }, \
    [(first) + ORAL_FALL] = { prefix ".resensitisation_time", "", "d", 130, 10, 2000, ENG_LN(130, 0.3), "T POISED", "time in which it goes when nothing is eaten" }, \
    [(first) + ORAL_EFFECT] = { prefix ".desensitisation_least", "", "1", 1.96, 0, 8, ENG_LN(1.96, 0.2), "T PALISADE", "logarithm of the dose that 1 mg a day adds to what is tolerated" }, \
    [(first) + ORAL_PER_DOSE] = { prefix ".desensitisation_per_dose", "", "1", 0.62, 0, 1.5, ENG_LN(0.62, 0.1), "T POISED", "more of it per unit of the logarithm of the maintenance dose" }, \
    [(first) + ORAL_MAINTENANCE] = { prefix ".maintenance_dose", "", "mg/d", 300, 1, 2e4, ENG_LN(300, 0.1), "L PALISADE", "dose of immunotherapy by mouth" }, \
    [(first) + ORAL_BUILDS] = { prefix ".tolerance_rate", "", "1/y", 0.7, 0, 5, ENG_LN(0.7, 0.3), "A", "lasting tolerance gained while it is eaten, logarithm of the dose" }, \
    [(first) + ORAL_WANES] = { prefix ".tolerance_time", "", "d", 1095, 100, 10000, ENG_LN(1095, 0.3), "A", "time in which that wanes" }, \
    [(first) + ORAL_OUTGROWN] = { prefix ".outgrown_rate", "", "1/y", 0.02, 0, 1, ENG_LN(0.02, 0.3), "L Skolnick 2001, Ho 2008", "who outgrow an allergy to food, treated or not" }

/** first: draw number; the next follows. */
#define ORAL_COVARIATES(first)                                                                                                   \
    { "eliciting_dose", "mg", first, { ENG_DIST_LOGNORMAL, { 36.5, 1.2 } }, 0.01, 1e5, "T PALISADE", "protein that may be eaten untreated" }, \
    { "immunotherapy_rank", "1", (first) + 1, { ENG_DIST_UNIFORM, { 0, 1 } }, 0, 1, "A", "rank by bearing immunotherapy: low ranks do" }, \
    { "outgrowing_rank", "1", (first) + 2, { ENG_DIST_UNIFORM, { 0, 1 } }, 1e-9, 1, "A", "rank by outgrowing the allergy: high ranks do early" }

#define ORAL_STATE(name, unit, help) { #name, unit, help, ORAL_AT + offsetof(oral_tolerance_t, name), ENG_NO_ROW },

#endif

#endif
