/**
 * Running courses: what engine and trace call.  Serial, needs neither MPI nor HDF5.  A runner belongs to one thread
 * of one rank and holds all scratch memory; nothing is allocated while courses run.
 *
 * Order of calls:   create -> { set_point -> { admit -> run(protocol 0), run(protocol 1) ... } } -> destroy
 */
#ifndef ENG_MODEL_RUNNER_H
#define ENG_MODEL_RUNNER_H

#include "model/action.h"
#include "model/disease.h"
#include <stdio.h>

/** Entry criterion: at least `at_least` events `event` within the last `within` days before t0; at_least 0: none. */
typedef struct {
    eng_event_t event; /* ENG_EVENT_RELAPSE */
    int at_least;
    double within; /* days */
} eng_entry_t;

#define ENG_MAX_CANDIDATES 1000

/** What the model needs to know of a study.  Everything is borrowed and must outlive the model. */
typedef struct {
    const eng_disease_t *disease;
    const eng_protocol_t *protocols;
    int num_protocols;
    const eng_dist_t *laws; /* eng_covariate_count(disease) laws */
    eng_entry_t entry;
    uint32_t seed[4];
    bool patients_common;   /* the same patients at every point: the key's point word is 0 */
    double horizon;         /* days after day 0 */
    double visits;          /* days between visits for `when` rules */
    const double *reads;    /* days since day 0, rising, within 0..horizon: markers are read at the first row end on or after each */
    int num_reads;
    int refine;             /* verification only: every step is halved so often (0 normally, at most 3) */
} eng_model_spec_t;

typedef struct eng_model eng_model_t;   /* calendars of all protocols; immutable, one per process */
typedef struct eng_runner eng_runner_t; /* scratch of one worker */

int eng_model_create(eng_model_t **model, const eng_model_spec_t *spec);
void eng_model_destroy(eng_model_t *model);
/** First day simulated: -30, or -60 when a protocol acts before -30 d. */
double eng_model_first_day(const eng_model_t *model);
int32_t eng_model_horizon_tick(const eng_model_t *model);
/** Rows (steps) of a protocol's plan. */
int eng_model_num_rows(const eng_model_t *model, int protocol);

/** Vector width in use: "avx512", "avx2" or "plain".  ENGRAFT_SIMD asks for one; one that the CPU lacks is an error (ENG_ERR_USAGE). */
int eng_runner_create(eng_runner_t **runner, const eng_model_t *model);
void eng_runner_destroy(eng_runner_t *runner);
const char *eng_runner_width(const eng_runner_t *runner);
size_t eng_runner_bytes(const eng_runner_t *runner);

/** Set the parameter values of a point (its id enters the key unless patients are common).  Makes rates and exposures of all protocols. */
void eng_runner_set_point(eng_runner_t *runner, uint32_t point, const eng_params_t *params);

/** Draw and screen patients first .. first + count - 1, 1 <= count <= ENG_LANES, for the current point. */
void eng_runner_admit(eng_runner_t *runner, uint64_t first, int count);
/** Covariate j of lane l of the patients admitted last, in its unit. */
double eng_runner_covariate(const eng_runner_t *runner, int j, int lane);
/** Candidate number that screening accepted (0 without screening). */
int eng_runner_candidate(const eng_runner_t *runner, int lane);

/** Run the patients admitted last under a protocol.  `results->read` is set to memory of the runner, valid until the next call. */
void eng_runner_run(eng_runner_t *runner, int protocol, eng_results_t *results);

/**
 * The same as run with one patient, calling `day` with every state variable at each whole day (row ends on whole
 * days, from t0 to the horizon or death): exactly the sweep's course.
 */
typedef void (*eng_trace_day_t)(void *context, double day, const double *values);
void eng_runner_trace(eng_runner_t *runner, int protocol, eng_trace_day_t on_day, void *context, eng_results_t *results);
int eng_trace_count(void);
const char *eng_trace_name(int j);
const char *eng_trace_unit(int j);

#endif
