/**
 * The scratch of one worker, and what it runs: points, patients, protocols.  Three tiles (screening, patients at entry,
 * the course that runs); nothing is allocated after eng_runner_create.
 */
#include "model/runner_state.h"

#include <stdlib.h>
#include <string.h>

static void *aligned_zero(size_t size)
{
    const size_t rounded = (size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, rounded);
    if (memory != NULL) {
        memset(memory, 0, rounded);
    }
    return memory;
}

static size_t read_bytes(const eng_model_t *model)
{
    return (size_t)(model->spec.num_reads + 1) * ENG_NUM_MARKERS * ENG_LANES * sizeof(double);
}

static int allocate(eng_runner_t *r)
{
    const eng_model_t *m = r->model;
    bool ok;

    r->reads = calloc(1, read_bytes(m));
    r->screen = aligned_zero(sizeof(*r->screen));
    r->base = aligned_zero(sizeof(*r->base));
    r->tile = aligned_zero(sizeof(*r->tile));
    r->signals = aligned_zero(sizeof(*r->signals));
    r->list = aligned_zero(sizeof(*r->list));
    r->harvest = aligned_zero(sizeof(*r->harvest));
    ok = r->reads && r->screen && r->base && r->tile && r->signals && r->list && r->harvest;
    return ok ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a worker's tiles");
}

int eng_runner_create(eng_runner_t **out, const eng_model_t *model)
{
    int ret = 0;
    eng_runner_t *r = calloc(1, sizeof(*r));

    *out = NULL;
    if (r == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a worker");
    }
    r->model = model;
    ret = eng_kernel_choose(&r->kernel);
    if (ret == 0) {
        r->disease = r->kernel->disease(model->spec.disease->name);
        ret = r->disease == NULL ? ENG_FAIL(ENG_ERR_INTERNAL, "disease '%s' has no kernel", model->spec.disease->name)
                                 : allocate(r);
    }
    if (ret != 0) {
        eng_runner_destroy(r);
        return ret;
    }
    *out = r;
    return 0;
}

void eng_runner_destroy(eng_runner_t *r)
{
    if (r == NULL) {
        return;
    }
    free(r->reads);
    free(r->screen);
    free(r->base);
    free(r->tile);
    free(r->signals);
    free(r->list);
    free(r->harvest);
    free(r);
}

const char *eng_runner_width(const eng_runner_t *runner)
{
    return runner->kernel->width;
}

size_t eng_runner_bytes(const eng_runner_t *r)
{
    return sizeof(*r) + 3 * sizeof(eng_tile_t) + sizeof(eng_signals_t) + sizeof(eng_trigger_list_t) + sizeof(eng_harvest_t)
        + read_bytes(r->model);
}

void eng_runner_set_point(eng_runner_t *r, uint32_t point, const eng_params_t *params)
{
    r->point = r->model->spec.patients_common ? 0 : point;
    eng_rates_make(&r->rates, params);
}

eng_course_t eng_runner_course(eng_runner_t *r, eng_tile_t *tile, const eng_plan_t *plan, const eng_rates_t *rates)
{
    return (eng_course_t){ .tile = tile, .plan = plan, .rates = rates, .disease = r->disease, .signals = r->signals,
        .harvest = r->harvest, .seed = r->model->spec.seed };
}

void eng_runner_reset_triggers(eng_runner_t *r)
{
    r->list->count = r->list->next = 0;
    r->list->first = r->list->end = INT32_MIN;
    r->list->limit = INT32_MAX;
}

void eng_runner_admit(eng_runner_t *r, uint64_t first, int count)
{
    eng_course_t course = eng_runner_course(r, r->base, &r->model->plans[0], &r->rates);

    r->count = count;
    memset(r->base, 0, sizeof(*r->base));
    if (r->model->spec.entry.at_least > 0) {
        eng_runner_screen(r, first);
    } else {
        for (int l = 0; l < ENG_LANES; l++) {
            r->base->point[l] = r->point;
            r->base->patient[l] = first + (uint64_t)(l < count ? l : 0);
            r->base->variant[l] = eng_rng_variant(0, 0, 0);
            r->candidate[l] = 0;
        }
        r->kernel->draw(r->base, &r->model->spec);
        r->kernel->start(&course, 0, ENG_LANES);
    }
    r->base->num_lanes = count;
}

double eng_runner_covariate(const eng_runner_t *r, int j, int lane)
{
    return r->base->covariate[j][lane];
}

int eng_runner_candidate(const eng_runner_t *r, int lane)
{
    return (int)r->candidate[lane];
}

eng_course_t eng_runner_begin(eng_runner_t *r, int protocol)
{
    eng_course_t course = eng_runner_course(r, r->tile, &r->model->plans[protocol], &r->rates);
    memcpy(r->tile, r->base, sizeof(*r->tile));
    eng_runner_reset_triggers(r);
    r->kernel->begin(&course, true);
    return course;
}

void eng_runner_run(eng_runner_t *r, int protocol, eng_results_t *results)
{
    eng_course_t course = eng_runner_begin(r, protocol);
    r->kernel->advance(&course, r->list, 0, course.plan->num_rows, r->reads);
    eng_runner_finish(r, results);
}
