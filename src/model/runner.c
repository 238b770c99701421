/**
 * Running courses: points, patients with screening, protocols, results.  The scratch of one worker holds three tiles
 * (screening, patients at entry, the course that runs); nothing is allocated after eng_runner_create.
 */
#include "model/runner.h"

#include "model/kernel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BURN_IN 180.0 /* days simulated before the screening window, so that it does not begin in an unprimed state */

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
    eng_exposure_t **exposures;   /* owned: per protocol, per row */
    eng_exposure_t *quiet;        /* owned: none, for the screening rows */
    double *reads;                /* owned: [num_reads][ENG_NUM_MARKERS][ENG_LANES] */
    eng_tile_t *screen, *base, *tile; /* owned */
    eng_signals_t *signals;       /* owned */
    eng_trigger_list_t *list;     /* owned */
    eng_harvest_t *harvest;       /* owned */
    uint32_t point;
    int count;                    /* patients admitted */
    uint32_t candidate[ENG_LANES];
};

/* --- the model ----------------------------------------------------------------------------------------------- */

/* -30 d, or -60 d when a protocol acts earlier. */
static double first_day(const eng_model_spec_t *spec)
{
    int32_t earliest = 0;
    for (int p = 0; p < spec->num_protocols; p++) {
        for (int j = 0; j < spec->protocols[p].num_actions; j++) {
            const eng_action_t *a = &spec->protocols[p].actions[j];
            earliest = !a->on_event && a->tick < earliest ? a->tick : earliest;
        }
    }
    return earliest < -30 * ENG_TICKS_PER_DAY ? -60 : -30;
}

int eng_model_create(eng_model_t **out, const eng_model_spec_t *spec)
{
    int ret = 0;
    eng_params_t nominal;
    eng_model_t *model = calloc(1, sizeof(*model));

    *out = NULL;
    if (model == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the model");
    }
    model->spec = *spec;
    model->start = first_day(spec);
    model->plans = calloc((size_t)spec->num_protocols, sizeof(*model->plans));
    if (model->plans == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d protocols", spec->num_protocols);
    }
    for (int p = 0; p < spec->num_protocols && ret == 0; p++) {
        ret = eng_plan_create(&model->plans[p], &spec->protocols[p], spec, model->start, spec->horizon);
    }
    if (ret == 0 && spec->entry.at_least > 0) {
        const double before = model->start - BURN_IN - (double)(int32_t)(spec->entry.within + 0.999999);
        ret = eng_plan_create(&model->screening, NULL, spec, before, model->start);
    }
    eng_params_nominal(spec->disease, &nominal);
    eng_rates_make(&model->nominal, &nominal);
    if (ret != 0) {
        eng_model_destroy(model);
        return ret;
    }
    *out = model;
    return 0;
}

void eng_model_destroy(eng_model_t *model)
{
    if (model == NULL) {
        return;
    }
    for (int p = 0; model->plans != NULL && p < model->spec.num_protocols; p++) {
        eng_plan_free(&model->plans[p]);
    }
    eng_plan_free(&model->screening);
    free(model->plans);
    free(model);
}

double eng_model_first_day(const eng_model_t *model)
{
    return model->start;
}

int32_t eng_model_horizon_tick(const eng_model_t *model)
{
    return eng_tick_nearest(model->spec.horizon);
}

int eng_model_num_rows(const eng_model_t *model, int protocol)
{
    return model->plans[protocol].num_rows;
}

/* --- the runner ---------------------------------------------------------------------------------------------- */

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
    bool ok = true;

    r->exposures = calloc((size_t)m->spec.num_protocols, sizeof(*r->exposures));
    ok = r->exposures != NULL;
    for (int p = 0; p < m->spec.num_protocols && ok; p++) {
        r->exposures[p] = calloc((size_t)m->plans[p].num_rows, sizeof(**r->exposures));
        ok = r->exposures[p] != NULL;
    }
    r->quiet = calloc((size_t)m->screening.num_rows + 1, sizeof(*r->quiet));
    r->reads = calloc(1, read_bytes(m));
    r->screen = aligned_zero(sizeof(*r->screen));
    r->base = aligned_zero(sizeof(*r->base));
    r->tile = aligned_zero(sizeof(*r->tile));
    r->signals = aligned_zero(sizeof(*r->signals));
    r->list = aligned_zero(sizeof(*r->list));
    r->harvest = aligned_zero(sizeof(*r->harvest));
    ok = ok && r->quiet && r->reads && r->screen && r->base && r->tile && r->signals && r->list && r->harvest;
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
    for (int p = 0; r->exposures != NULL && p < r->model->spec.num_protocols; p++) {
        free(r->exposures[p]);
    }
    free(r->exposures);
    free(r->quiet);
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
    size_t bytes = sizeof(*r) + 3 * sizeof(eng_tile_t) + sizeof(eng_signals_t) + sizeof(eng_trigger_list_t)
        + sizeof(eng_harvest_t) + read_bytes(r->model);
    for (int p = 0; p < r->model->spec.num_protocols; p++) {
        bytes += (size_t)r->model->plans[p].num_rows * sizeof(eng_exposure_t);
    }
    return bytes;
}

void eng_runner_set_point(eng_runner_t *r, uint32_t point, const eng_params_t *params)
{
    r->point = r->model->spec.patients_common ? 0 : point;
    eng_rates_make(&r->rates, params);
    for (int p = 0; p < r->model->spec.num_protocols; p++) {
        eng_plan_expose(&r->model->plans[p], &r->rates, r->exposures[p]);
    }
}

static eng_course_t make_course(eng_runner_t *r, eng_tile_t *tile, const eng_plan_t *plan, const eng_rates_t *rates)
{
    return (eng_course_t){ .tile = tile, .plan = plan, .rates = rates, .disease = r->disease, .signals = r->signals,
        .harvest = r->harvest, .seed = r->model->spec.seed, .point = r->point };
}

static void reset_list(eng_trigger_list_t *list)
{
    list->count = list->next = 0;
    list->first = list->end = INT32_MIN;
}

/* --- screening ------------------------------------------------------------------------------------------------ */

static void copy_lane(eng_tile_t *to, int j, const eng_tile_t *from, int i)
{
#define ENG_COPY_ROW(name) to->name[j] = from->name[i];
#define ENG_COPY_STATE(name, unit, help) ENG_COPY_ROW(name)
    ENG_STATE_LIST(ENG_COPY_STATE)
    ENG_HIDDEN_LIST(ENG_COPY_ROW)
    ENG_CONSTANT_LIST(ENG_COPY_ROW)
#undef ENG_COPY_STATE
#undef ENG_COPY_ROW
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        to->clone[k][j] = from->clone[k][i];
        to->avidity[k][j] = from->avidity[k][i];
    }
    for (int k = 0; k < ENG_MAX_COVARIATES; k++) {
        to->covariate[k][j] = from->covariate[k][i];
    }
    for (int k = 0; k < ENG_NUM_STREAMS; k++) {
        to->stream[k][j] = from->stream[k][i];
    }
    to->patient[j] = from->patient[i];
    to->variant[j] = from->variant[i];
    to->failure[j] = from->failure[i];
}

/* Simulate the window for the (patient, candidate) pairs of the screening tile. */
static void screen_tile(eng_runner_t *r)
{
    const eng_model_t *m = r->model;
    eng_course_t course = make_course(r, r->screen, &m->screening, &m->nominal);

    r->kernel->draw(r->screen, &m->spec, r->point);
    r->kernel->start(&course);
    r->kernel->begin(&course, false);
    reset_list(r->list);
    /* the burn-in first; what happens in it does not count */
    const int burn = (int)BURN_IN << m->spec.refine; /* rows of a day */
    r->kernel->advance(&course, r->list, r->quiet, 0, burn, NULL);
    for (int l = 0; l < ENG_LANES; l++) {
        r->screen->num_relapses[l] = 0;
    }
    r->kernel->advance(&course, r->list, r->quiet, burn, m->screening.num_rows, NULL);
}

/* What happened before entry is history. */
static void forget(eng_tile_t *tile, int l)
{
    tile->num_relapses[l] = 0;
    tile->t_relapse[l] = tile->t_progression[l] = ENG_DAY_NEVER;
}

typedef struct {
    int lane[ENG_LANES]; /* of the base tile, by lane of the screening tile */
    int num_pending;
    int pending[ENG_LANES]; /* lanes of the base tile that have no patient yet */
    uint32_t next[ENG_LANES]; /* their next candidate */
} screening_t;

/* Spread the pending patients over the tile; a patient's candidates stand in rising order. */
static void seat_candidates(eng_runner_t *r, screening_t *s, uint64_t first)
{
    const int each = ENG_LANES / s->num_pending;
    memset(r->screen, 0, sizeof(*r->screen)); /* nothing stays of the candidates before */
    for (int i = 0; i < ENG_LANES; i++) {
        const int which = i / each < s->num_pending ? i / each : s->num_pending - 1;
        const int lane = s->pending[which];
        s->lane[i] = lane;
        r->screen->patient[i] = first + (uint64_t)lane;
        r->screen->variant[i] = eng_rng_variant(s->next[lane] % 4096, 0, 0);
        s->next[lane]++;
    }
}

static void accept_candidates(eng_runner_t *r, screening_t *s)
{
    bool seated[ENG_LANES] = { false };
    int left = 0;

    for (int i = 0; i < ENG_LANES; i++) {
        const int lane = s->lane[i];
        const uint32_t candidate = r->screen->variant[i] % 4096;
        const bool meets = (double)r->screen->num_relapses[i] >= r->model->spec.entry.at_least;
        if (!seated[lane] && meets && candidate < ENG_MAX_CANDIDATES) {
            forget(r->screen, i);
            copy_lane(r->base, lane, r->screen, i);
            r->base->failure[lane] = ENG_FAILURE_NONE;
            r->candidate[lane] = candidate;
            seated[lane] = true;
        } else if (!seated[lane] && candidate + 1 >= ENG_MAX_CANDIDATES) {
            forget(r->screen, i);
            copy_lane(r->base, lane, r->screen, i);
            r->base->failure[lane] = ENG_FAILURE_NO_CANDIDATE;
            r->candidate[lane] = candidate;
            seated[lane] = true;
        }
    }
    for (int j = 0; j < s->num_pending; j++) {
        if (!seated[s->pending[j]]) {
            s->pending[left++] = s->pending[j];
        }
    }
    s->num_pending = left;
}

static void screen_patients(eng_runner_t *r, uint64_t first)
{
    screening_t s = { .num_pending = r->count };
    eng_course_t course = make_course(r, r->base, &r->model->screening, &r->rates);

    for (int l = 0; l < r->count; l++) {
        s.pending[l] = l;
    }
    while (s.num_pending > 0) {
        seat_candidates(r, &s, first);
        screen_tile(r);
        accept_candidates(r, &s);
    }
    for (int l = r->count; l < ENG_LANES; l++) { /* lanes that nobody reads repeat the first */
        copy_lane(r->base, l, r->base, 0);
        r->candidate[l] = r->candidate[0];
    }
    r->kernel->enter(&course, r->model->nominal.params.clone_reservoir);
}

void eng_runner_admit(eng_runner_t *r, uint64_t first, int count)
{
    eng_course_t course = make_course(r, r->base, &r->model->plans[0], &r->rates);

    r->count = count;
    memset(r->base, 0, sizeof(*r->base));
    if (r->model->spec.entry.at_least > 0) {
        screen_patients(r, first);
    } else {
        for (int l = 0; l < ENG_LANES; l++) {
            r->base->patient[l] = first + (uint64_t)(l < count ? l : 0);
            r->base->variant[l] = eng_rng_variant(0, 0, 0);
            r->candidate[l] = 0;
        }
        r->kernel->draw(r->base, &r->model->spec, r->point);
        r->kernel->start(&course);
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

/* --- courses ------------------------------------------------------------------------------------------------------ */

static eng_course_t begin_course(eng_runner_t *r, int protocol)
{
    eng_course_t course = make_course(r, r->tile, &r->model->plans[protocol], &r->rates);
    memcpy(r->tile, r->base, sizeof(*r->tile));
    reset_list(r->list);
    r->kernel->begin(&course, true);
    return course;
}

/* A day to ticks since day 0; later than the horizon is never. */
static int32_t to_tick(eng_real_t day, double horizon)
{
    return (double)day <= horizon ? eng_tick_nearest((double)day) : ENG_TICK_NEVER;
}

static int32_t recovery_tick(eng_real_t day, eng_real_t was_below, double horizon)
{
    return was_below > 0 ? to_tick(day, horizon) : ENG_TICK_NOT_APPLICABLE;
}

static void finish_events(const eng_runner_t *r, int l, eng_results_t *out)
{
    const eng_tile_t *t = r->tile;
    const double horizon = r->model->spec.horizon;
    const eng_real_t death = t->t_death[l];
    const eng_real_t malignancy = t->t_malignancy[l] < death ? t->t_malignancy[l] : ENG_DAY_NEVER;
    const eng_real_t autoimmunity = t->t_autoimmunity[l] < death ? t->t_autoimmunity[l] : ENG_DAY_NEVER;

    out->tick[ENG_EVENT_RELAPSE][l] = to_tick(t->t_relapse[l], horizon);
    out->tick[ENG_EVENT_PROGRESSION][l] = to_tick(t->t_progression[l], horizon);
    out->tick[ENG_EVENT_DEATH][l] = to_tick(death, horizon);
    out->tick[ENG_EVENT_LESION][l] = to_tick(t->t_lesion[l], horizon);
    out->tick[ENG_EVENT_ANC_RECOVERY][l] = recovery_tick(t->t_anc[l], t->below_anc[l], horizon);
    out->tick[ENG_EVENT_PLT_RECOVERY][l] = recovery_tick(t->t_plt[l], t->below_plt[l], horizon);
    out->tick[ENG_EVENT_CD4_200][l] = recovery_tick(t->t_cd4[l], t->below_cd4[l], horizon);
    out->tick[ENG_EVENT_GRAFT_FAILURE][l] = to_tick(t->t_graft_failure[l], horizon);
    out->tick[ENG_EVENT_INFECTION][l] = to_tick(t->t_infection[l], horizon);
    out->tick[ENG_EVENT_SECONDARY_MALIGNANCY][l] = to_tick(malignancy, horizon);
    out->tick[ENG_EVENT_SECONDARY_AUTOIMMUNITY][l] = to_tick(autoimmunity, horizon);
    out->cause[l] = out->tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? ENG_CAUSE_NONE : t->cause[l];
}

static void finish_numbers(const eng_runner_t *r, int l, eng_results_t *out)
{
    const eng_tile_t *t = r->tile;
    const double horizon = r->model->spec.horizon, death = (double)t->t_death[l];
    const double followed = (death < horizon ? (death > 0 ? death : 0) : horizon) / ENG_DAYS_PER_YEAR;

    out->number[ENG_NUMBER_INFECTIONS][l] = (double)t->num_infections[l];
    out->number[ENG_NUMBER_RELAPSES][l] = (double)t->num_relapses[l];
    out->number[ENG_NUMBER_FEBRILE][l] = (double)t->num_febrile[l];
    out->number[ENG_NUMBER_ARR][l] = followed > 0 ? (double)t->num_relapses[l] / followed : (double)NAN;
    out->number[ENG_NUMBER_E1Y_RATIO][l] = t->e1y_ratio[l] >= 0 && death > 365 ? (double)t->e1y_ratio[l] : (double)NAN;
    out->number[ENG_NUMBER_CLONES_LEFT][l] = t->clones_left[l] >= 0 && death > 30 ? (double)t->clones_left[l] : (double)NAN;
}

/* A lane that became negative or non-finite is a failed course; the others never notice. */
static eng_failure_t find_failure(const eng_tile_t *t, int l)
{
    bool finite = true, negative = false;
#define ENG_CHECK_ROW(name, ...)                          \
    finite = finite && t->name[l] - t->name[l] == 0;      \
    negative = negative || t->name[l] < 0;
    ENG_STATE_LIST(ENG_CHECK_ROW)
#undef ENG_CHECK_ROW
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        finite = finite && t->clone[k][l] - t->clone[k][l] == 0;
        negative = negative || t->clone[k][l] < 0;
    }
    return !finite ? ENG_FAILURE_NON_FINITE : negative ? ENG_FAILURE_NEGATIVE : ENG_FAILURE_NONE;
}

static void finish(eng_runner_t *r, eng_results_t *out)
{
    out->num_lanes = r->count;
    out->read = r->reads;
    for (int n = 0; n < ENG_NUM_NUMBERS; n++) {
        for (int l = 0; l < ENG_LANES; l++) {
            out->number[n][l] = (double)NAN;
        }
    }
    for (int l = 0; l < ENG_LANES; l++) {
        finish_events(r, l, out);
        finish_numbers(r, l, out);
        out->failure[l] = r->base->failure[l] != ENG_FAILURE_NONE ? r->base->failure[l] : (uint8_t)find_failure(r->tile, l);
    }
}

void eng_runner_run(eng_runner_t *r, int protocol, eng_results_t *results)
{
    eng_course_t course = begin_course(r, protocol);
    r->kernel->advance(&course, r->list, r->exposures[protocol], 0, course.plan->num_rows, r->reads);
    finish(r, results);
}

/* --- trace -------------------------------------------------------------------------------------------------------- */

#define ENG_TRACE_AS_ONE(...) +1
enum { NUM_STATES = 0 ENG_STATE_LIST(ENG_TRACE_AS_ONE) };

int eng_trace_count(void)
{
    return NUM_STATES + ENG_NUM_CLONES;
}

const char *eng_trace_name(int j)
{
#define ENG_TRACE_AS_NAME(name, ...) #name,
    static const char *const names[] = { ENG_STATE_LIST(ENG_TRACE_AS_NAME) "clone_1", "clone_2", "clone_3", "clone_4", "clone_5",
        "clone_6", "clone_7", "clone_8", "clone_9", "clone_10", "clone_11", "clone_12", "clone_13", "clone_14", "clone_15",
        "clone_16", "clone_17", "clone_18", "clone_19", "clone_20" };
    return j >= 0 && j < eng_trace_count() ? names[j] : NULL;
}

const char *eng_trace_unit(int j)
{
#define ENG_TRACE_AS_UNIT(name, unit, ...) unit,
    static const char *const units[] = { ENG_STATE_LIST(ENG_TRACE_AS_UNIT) };
    return j < 0 || j >= eng_trace_count() ? NULL : j < NUM_STATES ? units[j] : "cells";
}

static void collect(const eng_course_t *c, double *values)
{
    eng_tile_t *t = c->tile;
    int j = 0;
    t->mucosa[0] = c->exposure->mucosa * t->treated[0];
    t->antibody[0] = c->exposure->kill_t * t->atg_exposure[0];
#define ENG_TRACE_AS_VALUE(name, ...) values[j++] = (double)t->name[0];
    ENG_STATE_LIST(ENG_TRACE_AS_VALUE)
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        values[j++] = (double)(t->clone[k][0] * t->clone_scale[0]);
    }
}

void eng_runner_trace(eng_runner_t *r, int protocol, eng_trace_day_t on_day, void *context, eng_results_t *results)
{
    double values[NUM_STATES + ENG_NUM_CLONES];
    eng_course_t course = begin_course(r, protocol);

    for (int i = 0; i < course.plan->num_rows; i++) {
        r->kernel->advance(&course, r->list, r->exposures[protocol], i, i + 1, r->reads);
        const int32_t end = course.row->end;
        const bool last_part = i + 1 == course.plan->num_rows || course.plan->rows[i + 1].end != end;
        const double day = (double)end / ENG_TICKS_PER_DAY;
        if (end % ENG_TICKS_PER_DAY == 0 && last_part && day <= (double)r->tile->t_death[0]) {
            collect(&course, values);
            on_day(context, day, values);
        }
    }
    finish(r, results);
}
