/**
 * What conditioning does to organs, agent by agent (MODEL section 9; lanes/toxicity.c, lanes/late_risks.c).  A named regimen is its agents.
 */
#ifndef ENG_MODEL_TOXICITY_H
#define ENG_MODEL_TOXICITY_H

#include "model/param.h"
#include <stdbool.h>
#include <stddef.h>

/** Organs whose fatal toxicity is a cause of death of its own. */
typedef enum { ENG_ORGAN_OTHER, ENG_ORGAN_HEART, ENG_ORGAN_LUNG, ENG_NUM_ORGANS } eng_organ_t;

/*
 * X(agent, reference dose of hazard.toxicity_<agent>, power of the dose, organ, what the reference dose does to gonads, relative to
 * cyclophosphamide 200 mg/kg, source of that).  Doses in the unit of the agent's argument.
 */
#define ENG_AGENT_LIST(X)                                                            \
    X(cy, 200, 2, HEART, 1, "L Sanders 1996")                                        \
    X(bu, 12.8, 1, OTHER, 3, "L Sanders 1996, with cyclophosphamide 120 mg/kg")      \
    X(mel, 140, 1, OTHER, 1, "A")                                                    \
    X(bcnu_arac_vp16, 1, 1, LUNG, 0.3, "A")                                          \
    X(flu, 150, 1, OTHER, 0, "D, no alkylator")                                      \
    X(treosulfan, 42000, 1, OTHER, 1.5, "A")                                         \
    X(etoposide, 60, 1, OTHER, 0, "D, no alkylator")                                 \
    X(thiotepa, 10, 1, OTHER, 1.5, "A")                                              \
    X(tbi, 8, 1, LUNG, 2, "L Sanders 1996, 12 Gy: 3")                                \
    X(tbi_open, 8, 1, LUNG, 2, "as tbi")

#define ENG_AGENT_AS_ENUM(name, ...) ENG_AGENT_##name,
typedef enum { ENG_AGENT_LIST(ENG_AGENT_AS_ENUM) ENG_NUM_AGENTS } eng_agent_t;
#undef ENG_AGENT_AS_ENUM

typedef struct {
    const char *name;
    size_t param; /* in eng_params_t */
    double reference;
    int power;
    eng_organ_t organ;
    double gonads;
} eng_agent_row_t;
extern const eng_agent_row_t eng_agent_rows[ENG_NUM_AGENTS];

/** Doses within so many days make one conditioning, or one course of antibodies. */
#define ENG_COURSE_DAYS 30

/** Women above so many years are not asked for infertility. */
#define ENG_MENOPAUSE 50

/** A conditioning as a whole: what is judged once, on its last day. */
typedef struct {
    double dose[ENG_NUM_AGENTS]; /* relative to the reference doses */
    double intensity, lymphoid;  /* c; log10 kill */
    bool irradiated;
    double antibody;             /* exposure to T-cell antibodies in its course */
    int antibodies;              /* courses of them: 1 or 0 */
} eng_toxicity_t;

#endif
