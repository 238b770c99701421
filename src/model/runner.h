/**
 * Running courses: what engine and trace call.  Serial, needs neither MPI nor HDF5.  A runner belongs to one thread
 * of one rank and holds all scratch memory; nothing is allocated while courses run, but for
 * calendars that rules ask for.  Its slab is up to ENG_SLAB tiles of 64 patients.
 *
 * Order of calls:   create -> { clear -> add, add ... -> admit -> run(protocol 0), run(protocol 1) ... } -> destroy
 */
#ifndef ENG_MODEL_RUNNER_H
#define ENG_MODEL_RUNNER_H

#include "base/copula.h"
#include "model/action.h"
#include "model/disease.h"
#include "model/endpoint.h"
#include <stdio.h>

/** A patient's marker or covariate at entry: low <= value <= high. */
typedef struct {
    int marker;
    double low, high;
    bool covariate;  /* `marker` is one */
    double at;       /* day before the first day of the protocols; 0: on that day */
    double change;   /* < 0: fallen by as much since day `since`, > 0: risen; 0: not asked for */
    bool relative;   /* `change` is a share of the value then */
    double since;    /* day before `at`; 0: there is no `change` */
} eng_entry_marker_t;
#define ENG_MAX_ENTRY_MARKERS 16

/**
 * Entry criteria, all of them: at least `at_least` and fewer than `fewer_than` (0: any number) events `event` within the last
 * `within` days before the first day (0: they are not asked for), and markers and covariates.
 */
typedef struct {
    eng_event_t event; /* ENG_EVENT_RELAPSE */
    int at_least, fewer_than;
    double within; /* days */
    eng_entry_marker_t marker[ENG_MAX_ENTRY_MARKERS];
    int num_markers;
} eng_entry_t;

#define ENG_MAX_CANDIDATES 1000

/** What the model needs to know of a study.  Everything is borrowed and must outlive the model. */
typedef struct {
    const eng_disease_t *disease;
    const eng_protocol_t *protocols;
    int num_protocols;
    const eng_dist_t *laws; /* eng_covariate_count(disease) laws */
    const eng_copula_t *dependence; /* of covariates, by their rows; NULL: none depends on another */
    eng_entry_t entry;
    const eng_protocol_t *run_in; /* what happens before day 0, the beginning of every protocol; NULL none */
    double run_in_days;     /* how long; 0 none */
    uint32_t seed[4];
    const struct eng_freeze *freeze; /* channels that are held or factors of the design; NULL: none */
    bool patients_common;   /* the same patients at every point: the key's point word is 0 */
    int courses;            /* 2: patients 2 k and 2 k + 1 are person k, who lives twice, alike before entry; else each is a person */
    double horizon;         /* days after day 0 */
    double visits;          /* days between visits for `when` rules */
    double trial_care;      /* share of the gain that the care of a trial brings, 0 to 1 */
    const double *reads;    /* days since day 0, rising, within 0..horizon: markers are read at the first row end on or after each */
    int num_reads;
    const eng_endpoint_t *endpoints; /* of the study; their visits are among `reads` */
    int num_endpoints;
    int refine;             /* verification only: every step is halved so often (0 normally, at most 3) */
} eng_model_spec_t;

/** Rows of a reading: the markers of the disease, then what endpoints need noted. */
int eng_read_rows(const eng_disease_t *disease, int num_endpoints);

typedef struct eng_model eng_model_t;   /* calendars of all protocols; immutable, one per process */
typedef struct eng_runner eng_runner_t; /* scratch of one worker */

int eng_model_create(eng_model_t **model, const eng_model_spec_t *spec);
void eng_model_destroy(eng_model_t *model);
/** First day of the protocols: -30, or -60 when one acts before -30 d; behind a run-in the day before the first action, -1 at the latest. */
double eng_spec_first_day(const eng_model_spec_t *spec);
double eng_model_first_day(const eng_model_t *model);
int32_t eng_model_horizon_tick(const eng_model_t *model);
/** Rows (steps) of a protocol's plan. */
int eng_model_num_rows(const eng_model_t *model, int protocol);

#define ENG_SLAB 16 /* tiles that a runner holds at most */

/** Tiles of a slab of this model: ENG_SLAB, or fewer where the results of so many under all protocols take too much memory. */
int eng_model_slab(const eng_model_t *model);

/** Vector width in use: "avx512", "avx2", "neon" or "plain".  ENGRAFT_SIMD asks for one; one that the CPU lacks is an error (ENG_ERR_USAGE). */
int eng_runner_create(eng_runner_t **runner, const eng_model_t *model);
void eng_runner_destroy(eng_runner_t *runner);
const char *eng_runner_width(const eng_runner_t *runner);
size_t eng_runner_bytes(const eng_runner_t *runner);
/** Called every few milliseconds while courses run; NULL: not at all. */
void eng_runner_between(eng_runner_t *runner, void (*between)(void *context), void *context);
/** Since its creation, of all lane-steps under protocols the share of living courses that count. */
double eng_runner_lanes_in_use(const eng_runner_t *runner);

/** Nobody is in the slab. */
void eng_runner_clear(eng_runner_t *runner);
/** Patients that still fit. */
int eng_runner_room(const eng_runner_t *runner);
/**
 * Patients first .. first + count - 1 of a point to the next free slots, as many as fit; how many these are.  Its number
 * enters the key unless patients are common.  Patients of one point come one after the other: `params` is read with the first.
 */
int eng_runner_add(eng_runner_t *runner, uint32_t point, const eng_params_t *params, uint64_t first, int count);
/** Draw and screen all who were added, at least one; slots count from 0 in the order in which they were added. */
void eng_runner_admit(eng_runner_t *runner);
int eng_runner_count(const eng_runner_t *runner);
/** Covariate j of the patient in a slot, in its unit. */
double eng_runner_covariate(const eng_runner_t *runner, int j, int slot);
/** Candidate number that screening accepted (0 without screening). */
int eng_runner_candidate(const eng_runner_t *runner, int slot);

/**
 * Run the patients admitted last under a protocol.  Slot s is lane s % 64 of results[s / 64 * stride]; `read` of each is
 * the caller's, num_reads x eng_read_rows x ENG_LANES values.  ENG_ERR_NO_MEMORY: a calendar that a rule asks for
 * could not be made.
 */
int eng_runner_run(eng_runner_t *runner, int protocol, eng_results_t *results, int stride);

/**
 * The same as run with a slab of one patient, calling `day` with every state variable at each whole day (row ends on
 * whole days, from t0 to the horizon or death): exactly the sweep's course.
 */
typedef void (*eng_trace_day_t)(void *context, double day, const double *values);
int eng_runner_trace(eng_runner_t *runner, int protocol, eng_trace_day_t on_day, void *context, eng_results_t *results);
/** State variables of the model's body; NULL outside 0 <= j < count. */
int eng_trace_count(const eng_model_t *model);
const char *eng_trace_name(const eng_model_t *model, int j);
const char *eng_trace_unit(const eng_model_t *model, int j);

#endif
