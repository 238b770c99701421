/**
 * What kills, as log10 of surviving fractions, and the row of a conditioning regimen: lanes/action_condition.c and what is
 * tested of it.  Before the shifts of a point (condition.*_shift) and a patient's chemosensitivity.
 */
#ifndef ENG_MODEL_REGIMEN_H
#define ENG_MODEL_REGIMEN_H

#include "model/action.h"
#include "model/toxicity.h"

typedef struct {
    double stem, progenitor, lymphoid, nk; /* log10 */
    double intensity;                      /* c: mucosal injury, thymus, toxicity */
} eng_kill_t;

/** Data of a noun of `condition`: log10 kills at the reference dose. */
typedef struct {
    double stem, progenitor, lymphoid, nk; /* log10 */
    double intensity;
    double reference;                      /* dose for these kills in the unit of the noun's `dose` argument; 0: named regimen, no dose */
    bool tbi;                              /* whole-body irradiation is part of it */
    bool linear_quadratic;                 /* kills by (alpha D + beta_LQ D d)/ln 10 with D = dose, d = fraction (argument 1) */
    struct {
        eng_agent_t agent;
        double dose;                       /* at the reference dose, in the agent's unit */
    } agents[3];                           /* that it is made of: their toxicity; dose 0: no more */
} eng_regimen_t;

/** What an op of `condition` carries: one dose; on the last of a conditioning also what it was as a whole. */
typedef struct {
    eng_kill_t kill;
    double share;                          /* of the whole dose: 1 / days; scales the shifts of a point */
    bool last;                             /* of its conditioning */
    eng_toxicity_t part;                   /* of this dose; on the last one of the whole conditioning */
} eng_conditioning_t;

/**
 * Kill of the whole dose of a `condition` action, given once.  A single agent's kills grow in proportion to its
 * dose; those of irradiation by the linear-quadratic law; a named regimen has no dose.
 */
eng_kill_t eng_regimen_kill(const eng_action_t *action);

#endif
