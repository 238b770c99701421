/**
 * Antibodies against T cells (MODEL section 6.3).  They act as long as they are in the blood, so that a dose given
 * shortly before the graft also thins out the T cells of the graft.
 */
#include "model/action_data.h"
#include "model/lanes/risks.h"
#include "model/lanes/verb.h"
#include <math.h>
#include <stdlib.h>

typedef struct {
    int antibody;  /* noun */
    double amount; /* exposure, 1 = reference course */
    double whole;  /* of the action, if it is globulin; 0 otherwise */
    double course; /* on the last dose of a course without conditioning: its exposure */
} dose_t;

#ifdef ENG_TABLES

/* reference dose, kill parameter and factor, half-life parameter or half-life, B cells, NK cells, globulin */
static const eng_antibody_t ratg
    = { 6.75, offsetof(eng_params_t, atg_kill), 1, offsetof(eng_params_t, atg_half_life), 0, 0, -1, true };
static const eng_antibody_t eatg = { 30, offsetof(eng_params_t, atg_kill), 0.25 / 0.35, ENG_NO_PARAM, 5, 0, -1, true };
static const eng_antibody_t atlg = { 60, offsetof(eng_params_t, atg_kill), 1, offsetof(eng_params_t, atg_half_life), 0, 0, -1, true };
static const eng_antibody_t alemtuzumab
    = { 30, offsetof(eng_params_t, alemtuzumab_kill), 1, ENG_NO_PARAM, 8, 0.4 / 0.45, 0.2 / 0.45, false };

#define DOSE(dimension, low, high, usual) { "dose", dimension, low, high, usual, false, NULL, "whole dose" }
static const eng_arg_row_t ratg_args[] = { DOSE(ENG_DIM_DOSE_MASS, 1, 15, 6) };
static const eng_arg_row_t eatg_args[] = { DOSE(ENG_DIM_DOSE_MASS, 1, 200, 30) };
static const eng_arg_row_t atlg_args[] = { DOSE(ENG_DIM_DOSE_MASS, 2, 150, 60) };
static const eng_arg_row_t alemtuzumab_args[] = { DOSE(ENG_DIM_MASS, 1, 200, 30) };

/* A fine window: high doses kill several logs a day, faster than a step of a day may follow. */
#define ANTIBODY(name, source, help)                                                                                   \
    { ENG_VERB_ATG, #name, ENG_ACTS_ONCE, name##_args, 1, "", true, false, true, &name, source, help }

static const eng_noun_t nouns[] = {
    ANTIBODY(ratg, "L", "rabbit antithymocyte globulin; 6.75 mg/kg is exposure 1"),
    ANTIBODY(eatg, "A", "equine antithymocyte globulin; 30 mg/kg is exposure 1"),
    ANTIBODY(alemtuzumab, "A", "antibody against CD52: T, B and NK cells; 30 mg is exposure 1"),
    ANTIBODY(atlg, "A", "rabbit globulin against a line of T lymphocytes; 60 mg/kg is exposure 1"),
};

_Static_assert(ENG_COUNT_OF(nouns) <= ENG_MAX_ANTIBODIES, "an exposure a noun");

static int
expand(const eng_expansion_t *e)
{
    const eng_antibody_t *antibody = e->action->noun->data;
    const double whole = e->action->arg[0] / antibody->reference;
    const dose_t dose = { eng_noun_index(e->action->noun), whole / eng_action_days(e->action), antibody->globulin ? whole : 0, 0 };

    if (dose.antibody < 0) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "'atg: %s' is not in the registry of actions", e->action->noun->name);
    }
    e->plan->antibodies |= 1u << dose.antibody;
    return eng_plan_add_daily(e, (eng_op_t){ .window = e->action->noun->window }, &dose, sizeof(dose));
}

/* The conditioning to which it belongs and which is still to be judged when it is given. */
static eng_conditioning_t *
conditioning_of(const eng_plan_t *plan, const eng_op_t *last)
{
    for (int j = 0; j < plan->num_ops; j++) {
        const eng_op_t *op = &plan->ops[j];

        if (op->kind == ENG_KIND_condition && ((const eng_conditioning_t *)op->what)->last &&
            abs(op->tick - last->tick) <= ENG_COURSE_DAYS * ENG_TICKS_PER_DAY && op->tick >= last->seen) {
            return op->what;
        }
    }
    return NULL;
}

static void
close_course(const eng_plan_t *plan, const eng_op_t *last, double amount)
{
    eng_conditioning_t *with = conditioning_of(plan, last);
    dose_t *dose = last->what;

    if (with != NULL) {
        with->part.antibody += amount;
        with->part.antibodies = 1;
    } else {
        dose->course = amount;
    }
}

/* Toxicity is judged once a course: with the conditioning, or without one on the last dose. */
static void
judge_courses(eng_plan_t *plan)
{
    const eng_op_t *last = NULL;
    double amount = 0;

    for (int j = 0; j < plan->num_ops; j++) {
        const eng_op_t *op = &plan->ops[j];

        if (op->kind != ENG_KIND_atg) {
            continue;
        }
        if (last != NULL && (last->tick < op->seen || op->tick - last->tick > ENG_COURSE_DAYS * ENG_TICKS_PER_DAY)) {
            close_course(plan, last, amount);
            amount = 0;
        }
        amount += ((const dose_t *)op->what)->amount;
        last = op;
    }
    if (last != NULL) {
        close_course(plan, last, amount);
    }
}

const eng_action_kind_t eng_action_atg
    = { .verb = ENG_VERB_ATG, .nouns = nouns, .num_nouns = ENG_COUNT_OF(nouns), .expand = expand, .finish = judge_courses };

#endif

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const dose_t *dose = op->what;

    eng_antibody_dose(c, dose->antibody, (real)dose->amount);
    if (dose->whole > 0) {
        CALL_WITH(c, globulin, (real)dose->amount, (real)dose->whole);
    }
    if (dose->course > 0) {
        eng_toxicity_of_antibody(c, dose->course, dose->whole > 0, op->tick);
    }
}

ENG_ACTION_LANES(atg) = { .apply = apply };
