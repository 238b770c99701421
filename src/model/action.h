/**
 * Therapy: one registry row per (verb, noun).  Arguments with unit, range and default, the reference dose, the fine
 * time window, the class and the effect come from the row; `engraft list actions`, the checks and docs read it.
 * A kind of action is one file lanes/action_<verb>.c with all about it (verb.h) and one line in catalogue.h.
 */
#ifndef ENG_MODEL_ACTION_H
#define ENG_MODEL_ACTION_H

#include "base/ticks.h"
#include "model/outcome.h"
#include <stdbool.h>

#define ENG_VERB_LIST(X)                                                                                      \
    X(MOBILISE, "mobilise") X(HARVEST, "harvest") X(CONDITION, "condition") X(ATG, "atg") X(GRAFT, "graft")    \
    X(GVHD, "gvhd") X(GROWTH, "growth") X(DRUG, "drug") X(MSC, "msc") X(PRODUCT, "product") X(DLI, "dli")      \
    X(BOOST, "boost") X(STOP, "stop")
#define ENG_VERB_AS_ENUM(name, text) ENG_VERB_##name,
typedef enum { ENG_VERB_LIST(ENG_VERB_AS_ENUM) ENG_NUM_VERBS } eng_verb_t;
const char *eng_verb_name(int verb);
int eng_verb_find(const char *name); /* -1 if unknown */

/** Dimension of a quantity in a study; the canonical unit is what the engine computes in. */
typedef enum {
    ENG_DIM_NUMBER,       /* "1" */
    ENG_DIM_DOSE_MASS,    /* mg/kg */
    ENG_DIM_DOSE_SURFACE, /* mg/m2 */
    ENG_DIM_MASS,         /* mg */
    ENG_DIM_CELLS,        /* cells per kg: "6e6 /kg" */
    ENG_DIM_LOG10,        /* log10 */
    ENG_DIM_GRAY,         /* Gy */
    ENG_DIM_TIME,         /* d */
    ENG_DIM_CHOICE        /* a word out of arg.choices; value = its index */
} eng_dimension_t;

typedef struct {
    const char *name;
    eng_dimension_t dimension;
    double low, high;
    double fallback;     /* value when absent; NaN: required unless `optional` */
    bool optional;       /* absent stays NaN and the action knows what that means */
    const char *choices; /* CHOICE: words separated by one space; those behind '!' are known but not available yet */
    const char *help;
} eng_arg_row_t;

#define ENG_MAX_ARGS 6

/** What acts how long. */
typedef enum {
    ENG_ACTS_ONCE,     /* a pulse; `for` splits the dose evenly over whole days */
    ENG_ACTS_WHILE     /* an exposure that lasts `for`/`until`; without either to the horizon */
} eng_acts_t;

typedef struct eng_noun {
    eng_verb_t verb;
    const char *name;
    eng_acts_t acts;
    const eng_arg_row_t *args;
    int num_args;
    const char *class_name; /* drugs: one of a class at a time, a new one replaces; "" none */
    bool window;            /* a fine time window opens when it acts */
    bool myeloablative;     /* needs a later graft in the same protocol */
    bool when_allowed;      /* may be the action of a `when` rule */
    const void *data;       /* the kind's own row (regimen, drug, product ...) */
    const char *source, *help;
    unsigned uses;          /* modules that only it needs: ENG_USES(name) ... (catalogue.h); a study has them where it gives it */
    const char *source_ethics; /* flag of protocols that use it, "esc": cells of an embryo; NULL none */
} eng_noun_t;

/** Nouns of a verb in order; count 0: the verb is known but not available yet. */
int eng_noun_count(int verb);
const eng_noun_t *eng_noun_at(int verb, int j);
const eng_noun_t *eng_noun_find(int verb, const char *name); /* NULL if unknown */
int eng_noun_index(const eng_noun_t *noun);                  /* -1: not in the registry */

/** One action of a protocol, all quantities in canonical units.  Plain record. */
typedef struct {
    const eng_noun_t *noun;
    bool on_event;          /* a `when` rule: acts at the visit at which the event is seen */
    eng_event_t event;      /* RELAPSE, PROGRESSION or INFECTION */
    double after;           /* days between that visit and the action, >= 0; drugs: taken at the next visit on or after it */
    int times;              /* how often the rule may act, >= 1 */
    int32_t tick;           /* dated: when it acts, ticks since day 0 */
    bool by_rule;           /* dated by a rule that acted: never so in a study */
    int32_t seen;           /* by_rule: tick of the visit */
    double duration;        /* days; NaN where neither `for` nor `until` was given */
    double every;           /* days between repeats within duration; NaN none */
    double taper;           /* days over which the exposure falls to nothing after its end; 0 none */
    double arg[ENG_MAX_ARGS]; /* by noun->args */
    int line, column;       /* where the study says so (1-based); 0 none */
} eng_action_t;

/** Value of an argument by name; `absent` if the noun has no such argument. */
double eng_action_argument(const eng_action_t *action, const char *name, double absent);
/** Number of whole days over which a pulse with `for` is split evenly; 1 without. */
int eng_action_days(const eng_action_t *action);

#define ENG_MAX_NAME 64

typedef struct {
    char name[ENG_MAX_NAME + 1];
    eng_action_t *actions; /* owned, in the order of the study */
    int num_actions;
    int num_run_in;        /* the first so many are the run-in's, which all protocols of a study share */
} eng_protocol_t;

/** Flag of the first action that has one; "" none. */
const char *eng_protocol_ethics(const eng_protocol_t *protocol);
/** Modules that its actions need beside those of the disease: bits ENG_USES(name) of catalogue.h. */
unsigned eng_protocol_uses(const eng_protocol_t *protocol);

/**
 * What is impossible or worth a note in a protocol as a whole (harvest after its graft, myeloablation without a
 * later graft, two grafts, action before -60 d or after the horizon ...).  Calls `tell` once per finding, with the
 * action's index and whether it is an error.  Returns the number of errors.
 */
int eng_protocol_check(const eng_protocol_t *protocol, const struct eng_disease *disease, double horizon_days,
    void (*tell)(void *context, int action, bool error, const char *text), void *context);

#endif
