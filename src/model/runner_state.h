/**
 * What the files of the runner share: the model of a study and the scratch of one worker.  Not for others.
 */
#ifndef ENG_MODEL_RUNNER_STATE_H
#define ENG_MODEL_RUNNER_STATE_H

#include "model/kernel.h"
#include "model/runner.h"

#define ENG_BURN_IN 180.0 /* days simulated before the screening window, so that it does not begin in an unprimed state */

struct eng_model {
    eng_model_spec_t spec;
    eng_plan_t *plans; /* owned: one per protocol */
    eng_plan_t screening;
    eng_rates_t nominal;
    double start;
};

struct eng_runner {
    const eng_model_t *model;
    const eng_kernel_t *kernel;
    const eng_disease_t *disease; /* with this width's hooks */
    eng_rates_t rates;
    double *reads;                /* owned: [num_reads][ENG_NUM_MARKERS][ENG_LANES] */
    eng_tile_t *screen, *base, *tile; /* owned */
    eng_signals_t *signals;       /* owned */
    eng_trigger_list_t *list;     /* owned */
    eng_harvest_t *harvest;       /* owned */
    uint32_t point;
    int count;                    /* patients admitted */
    uint32_t candidate[ENG_LANES];
};

/** A tile under a plan at a point. */
eng_course_t eng_runner_course(eng_runner_t *runner, eng_tile_t *tile, const eng_plan_t *plan, const eng_rates_t *rates);
/** No trigger drawn yet. */
void eng_runner_reset_triggers(eng_runner_t *runner);
/** Fill the base tile with patients first .. first + count - 1 who meet the entry criterion. */
void eng_runner_screen(eng_runner_t *runner, uint64_t first);
/** The course of a protocol on its first day: the base tile copied, streams and thresholds at their start. */
eng_course_t eng_runner_begin(eng_runner_t *runner, int protocol);
/** Results of the tile that ran. */
void eng_runner_finish(eng_runner_t *runner, eng_results_t *results);

#endif
