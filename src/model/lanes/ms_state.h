/**
 * State, constants and parameters of multiple sclerosis (disease_ms.c).
 */
#ifndef ENG_MODEL_LANES_MS_STATE_H
#define ENG_MODEL_LANES_MS_STATE_H

#include "model/lanes/step.h"

#define MOST_ENHANCING 8 /* lesions that gd_lesions tells apart */

#define MS_STATE_LIST(X)                                                                          \
    X(acute, "EDSS", "Za, damage of attacks that heals in weeks")                                 \
    X(slow, "EDSS", "Zs, damage that heals in a year")                                            \
    X(irreversible, "EDSS", "Zi, damage since day 0 that stays")                                  \
    X(doomed, "EDSS", "D, loss by chemotherapy that is still to be seen")                         \
    X(fading, "1", "exp(-duration / time), how much attacks still cost: c less its least value")  \
    X(in_relapse, "1", "1 during a clinical attack")                                              \
    X(lesions, "1", "new lesions since day 0")                                                    \
    X(baseline, "EDSS", "reported EDSS of day 0")

/* Constants of a patient that are a parameter of the point as it stands. */
#define MS_CONSTANT_LIST(X)                                                                                        \
    X(made_acute, ACUTE) X(acute_recovery, ACUTE_RECOVERY) X(made_slow, SLOW) X(made_irreversible, IRREVERSIBLE)    \
    X(least_coupling, COUPLING_LEAST) X(followed_most, FOLLOWED_MOST) X(burst_most, BURST_MOST)                     \
    X(lesions_per_activity, LESION_ACTIVITY) X(lesions_per_burst, LESION_BURST) X(enhances, ENHANCES)               \
    X(antibody_kill, ANTIBODY) X(repair_held, REPAIR_HELD) X(toxic_rate, TOXIC_RATE) X(toxic_loss, TOXIC_LOSS) X(noise, NOISE) X(step, STEP) X(high_edss, HIGH_EDSS) X(high_step, HIGH_STEP)

typedef struct {
#define MS_FIELD(name, unit, help) eng_row_t name;
#define MS_ROW(name, parameter) eng_row_t name;
    MS_STATE_LIST(MS_FIELD)
    eng_row_t offset;                              /* EDSS less all damage of the rows above */
    eng_row_t left_lesion, drawn_lesions, spare_threshold; /* Exp(1) left to the next lesion; how many were drawn; the one after */
    eng_row_t found[MOST_ENHANCING];               /* days of the last ones */
    eng_row_t worse, better;                       /* visits in a row that report it */
    eng_row_t relapses_again, lesions_again, baseline_again, worse_again; /* as above, of the visit after a year */
    eng_row_t t_lesion, t_progression_3mo, t_improvement, t_again;
    /* of a patient at a point */
    MS_CONSTANT_LIST(MS_ROW)
    eng_row_t edss;                                /* at entry */
    eng_row_t attack_begins, attack_ends;          /* effectors at which an attack begins, may begin again */
    eng_row_t per_attack_size;                     /* 1/cells: J per effector */
    eng_row_t slow_recovery, fade, perish;         /* 1/d: of Zs, of c, of D */
    eng_row_t num_toxic, left_toxic;                          /* Exp(1) left to the next loss by chemotherapy */
    eng_row_t drift, drift_followed, per_reservoir; /* EDSS/d; EDSS/d per E/E_0; 1/cells */
    eng_row_t held, unstable, slow_per_burst;      /* dX (1 + Rb), pX less that: 1/d; EDSS at q = 1, see burst() */
} ms_t;

typedef enum {
    MS_ATTACK_SIZE, MS_RELAPSE, MS_REARM, MS_ACUTE, MS_ACUTE_RECOVERY, MS_SLOW, MS_SLOW_BURST, MS_SLOW_TIME, MS_REPAIR_HELD, MS_IRREVERSIBLE,
    MS_COUPLING_TIME, MS_COUPLING_LEAST, MS_PIRA, MS_PROGRESSIVE, MS_PRIOR_LINE, MS_FOLLOWED, MS_FOLLOWED_MOST, MS_BURST_MOST,
    MS_ATTACK_DAYS, MS_REFRACTORY, MS_TOXIC_RATE, MS_TOXIC_LOSS, MS_TOXIC_TIME, MS_ANTIBODY, MS_LESION_ACTIVITY, MS_LESION_BURST, MS_ENHANCES, MS_NOISE, MS_STEP, MS_HIGH_EDSS, MS_HIGH_STEP,
    MS_NUM_PARAMS
} ms_param_t;

enum { MS_EDSS = ENG_NUM_COMMON_COV, MS_PIRA_RELATIVE, MS_FORM };
enum { MS_SCORE_EDSS, MS_RELAPSING = 1 }; /* of the noise of a visit; of ms_form: secondary and primary progressive are above it */

#endif
