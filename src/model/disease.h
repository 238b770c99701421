/**
 * A disease is one file (src/model/lanes/disease_<name>.c) that fills one const table, and one line in
 * catalogue.h.  Nothing else in the program names it.
 */
#ifndef ENG_MODEL_DISEASE_H
#define ENG_MODEL_DISEASE_H

#include "model/module.h"

typedef struct {
    const char *param; /* a core row */
    double nominal;
    eng_dist_t prior;
} eng_param_override_t;

typedef struct {
    eng_covariate_t covariate; /* a common row */
    eng_dist_t law;
} eng_law_override_t;

typedef struct {
    const char *drug, *class_name;
} eng_class_override_t;

#define ENG_MAX_VISITS_BEFORE 4

/** What its patients' calendars must have; all zero: what the core needs. */
typedef struct {
    double run_in;       /* its state begins so many days before day 0, with or without entry criteria */
    double burn_in;      /* without run_in: days before the window of entry criteria that do not count; 0: 180 */
    double screens_from; /* candidates begin at least so many days before day 0, where a study screens; 0: as burn_in says */
    double longest_step; /* days, dyadic; 0: 1 */
    bool marrow;         /* marrow and blood move from the first day on */
    bool pools;          /* pools move before the first day too */
    double visits;       /* days between visits of its own (hook `visit`), counted from day 0, each on a whole day; 0: none */
    double visits_before[ENG_MAX_VISITS_BEFORE]; /* and so many days before day 0; 0: no more */
} eng_calendar_needs_t;

/** Raised when courses change by what every study has: pools, therapy, hazards, observation. */
#define ENG_CORE_VERSION 6

typedef struct eng_disease {
    eng_module_t module;  /* its name, its version, its block of state, its outcomes and its own numbers */
    const eng_module_t *const *needs; /* other modules, in the order of the catalogue */
    int num_needs;
    const eng_param_row_t *params;
    int num_params; /* <= ENG_MAX_DISEASE_PARAMS */
    const eng_param_override_t *param_overrides;
    int num_param_overrides;
    const eng_covariate_row_t *covariates;
    int num_covariates;
    const eng_law_override_t *law_overrides;
    int num_law_overrides;
    /* what it adds to the lists of outcome.h */
    const eng_event_row_t *events;
    int num_events;
    const char *const *causes;
    int num_causes;
    const eng_marker_row_t *markers;
    int num_markers;
    const eng_class_override_t *drug_classes; /* drugs that belong to another class here */
    int num_drug_classes;
    bool sustained;        /* effectors rest active: untreated patients begin there (clones.h); otherwise without any */
    double trigger_bound;  /* largest value of its signal trigger_rate; 0: 1, nobody writes it */
    eng_calendar_needs_t calendar;
    uint64_t when_events;  /* base events that a `when` rule may name, beside those of drugs */
    uint64_t no_events;    /* base events that cannot happen: not applicable */
    const char *remission; /* the event of its own that `when: remission` means; NULL: the one of that name, if there is one */
} eng_disease_t;

/** Events that a `when` rule may name: its own, the loss of a response, which belongs to drugs, and what can happen to every body but death. */
uint64_t eng_when_events(const eng_disease_t *disease);
/** The event of a `when` rule by its name, `remission` in the disease's own sense; -1: none that a rule may name. */
int eng_when_find(const eng_disease_t *disease, const char *name);

/** Does it need this module? */
bool eng_disease_needs(const eng_disease_t *disease, const eng_module_t *module);
/** Has it a score that the care of a trial moves (tissue.h)? */
bool eng_disease_has_care(const eng_disease_t *disease);

/** Name of its score, "-" if it has none. */
const char *eng_score_name(const eng_disease_t *disease);

int eng_disease_count(void);
const eng_disease_t *eng_disease_at(int j);              /* NULL outside 0 <= j < count */
const eng_disease_t *eng_disease_find(const char *name); /* NULL if unknown */

#endif
