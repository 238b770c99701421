/**
 * Protocols, models and runners in a few lines, and a bench that drives one tile of the step loop by hand, so that a
 * test can set any state and look at any row: what the tests of the model share.
 */
#ifndef ENG_MODEL_FIXTURE_H
#define ENG_MODEL_FIXTURE_H

#include "model/kernel.h"
#include "testlib.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIX_MAX_ACTIONS 64
#define FIX_MAX_PROTOCOLS 10
#define FIX_MAX_READS 64

/* --- a study in numbers -------------------------------------------------------------------------------------- */

typedef struct {
    eng_protocol_t protocols[FIX_MAX_PROTOCOLS];
    eng_action_t actions[FIX_MAX_PROTOCOLS][FIX_MAX_ACTIONS];
    eng_dist_t laws[ENG_MAX_COVARIATES];
    double reads[FIX_MAX_READS];
    eng_model_spec_t spec;
    eng_params_t params;
} fix_t;

/** Nominal parameters, the disease's own laws, no entry criterion, no protocol yet, visits every 30 d. */
static inline void
fix_init_for(fix_t *fix, const eng_disease_t *disease, double horizon)
{
    static const uint32_t seed[4] = { 20240613, 7, 0, 0 };

    memset(fix, 0, sizeof(*fix));
    for (int j = 0; j < eng_covariate_count(disease); j++) {
        fix->laws[j] = eng_covariate_at(disease, j).law;
    }
    for (int p = 0; p < FIX_MAX_PROTOCOLS; p++) {
        fix->protocols[p].actions = fix->actions[p];
    }
    fix->spec = (eng_model_spec_t){ .disease = disease, .protocols = fix->protocols, .laws = fix->laws, .horizon = horizon,
        .visits = 30, .reads = fix->reads };
    memcpy(fix->spec.seed, seed, sizeof(seed));
    eng_params_nominal(disease, &fix->params);
}

/** The same of MS. */
static inline void
fix_init(fix_t *fix, double horizon)
{
    fix_init_for(fix, eng_disease_find("ms"), horizon);
}

/** Begin a protocol; later actions belong to it.  Its index. */
static inline int
fix_protocol(fix_t *fix, const char *name)
{
    const int p = fix->spec.num_protocols++;
    CU_ASSERT_FATAL(p < FIX_MAX_PROTOCOLS);
    snprintf(fix->protocols[p].name, sizeof(fix->protocols[p].name), "%s", name);
    return p;
}

/** An action of the last protocol, with defaults; to be changed through the pointer. */
static inline eng_action_t *
fix_add(fix_t *fix, double day, const char *verb, const char *noun)
{
    eng_protocol_t *protocol = &fix->protocols[fix->spec.num_protocols - 1];
    eng_action_t *a = &protocol->actions[protocol->num_actions++];

    CU_ASSERT_FATAL(protocol->num_actions <= FIX_MAX_ACTIONS);
    *a = (eng_action_t){ .tick = eng_tick_nearest(day), .duration = NAN, .every = NAN, .times = 1 };
    a->noun = eng_noun_find(eng_verb_find(verb), noun);
    CU_ASSERT_FATAL(a->noun != NULL);
    for (int j = 0; j < a->noun->num_args; j++) {
        a->arg[j] = a->noun->args[j].dimension == ENG_DIM_CHOICE ? 0 : a->noun->args[j].fallback;
    }
    return a;
}

/** The same with one argument, or with `for` where `arg` is "for". */
static inline eng_action_t *
fix_with(fix_t *fix, double day, const char *verb, const char *noun, const char *arg, double value)
{
    eng_action_t *a = fix_add(fix, day, verb, noun);
    bool found = strcmp(arg, "for") == 0;

    if (found) {
        a->duration = value;
    }
    for (int j = 0; j < a->noun->num_args; j++) {
        if (strcmp(a->noun->args[j].name, arg) == 0) {
            a->arg[j] = value;
            found = true;
        }
    }
    CU_ASSERT_FATAL(found);
    return a;
}

/** Nobody treated, a drug with a second one on relapse, and a transplant with or without selection, around `day`. */
static inline int
fix_untreated(fix_t *fix)
{
    return fix_protocol(fix, "untreated");
}

static inline int
fix_dmt(fix_t *fix)
{
    const int p = fix_protocol(fix, "dmt");
    eng_action_t *rescue;

    fix_with(fix, 0, "drug", "dmt_standard", "for", 5 * ENG_DAYS_PER_YEAR);
    rescue = fix_with(fix, 0, "drug", "natalizumab", "for", 3 * ENG_DAYS_PER_YEAR);
    rescue->on_event = true;
    rescue->event = ENG_EVENT_RELAPSE;
    return p;
}

static inline int
fix_transplant(fix_t *fix, const char *name, const char *regimen, double select)
{
    const int p = fix_protocol(fix, name);

    fix_with(fix, -30, "harvest", "pb", "select", select);
    fix_add(fix, -5, "condition", regimen);
    fix_with(fix, -5, "atg", "ratg", "dose", 6);
    fix_with(fix, 0, "graft", "pb", "cd34", 6e6);
    fix_with(fix, 5, "growth", "gcsf", "for", 7);
    return p;
}

/** A graft of nothing after a regimen: what carries stem cells and progenitors is emptied by fix_empty_graft. */
static inline int
fix_bare_graft(fix_t *fix, const char *name, const char *regimen)
{
    const int p = fix_protocol(fix, name);
    fix_add(fix, -5, "condition", regimen);
    fix_with(fix, 0, "graft", "pb", "cd34", 6e6);
    return p;
}

static inline void
fix_empty_graft(fix_t *fix)
{
    fix->params.graft_granulocyte = fix->params.graft_progenitor = fix->params.graft_megakaryocyte = 0;
    fix->params.graft_seeding = 0;
}

/** Everybody is forty: a thymus that still grows smaller moves its pools, and background mortality is that of the age. */
static inline void
fix_grown_up(fix_t *fix)
{
    fix->laws[ENG_COV_AGE] = (eng_dist_t){ ENG_DIST_FIXED, { 40 } };
}

/** Nobody falls ill or dies, nothing triggers. */
static inline void
fix_no_hazards(fix_t *fix)
{
    eng_params_t *p = &fix->params;
    p->hz_bacterial_base = p->hz_bacterial = p->hz_febrile = p->hz_viral_base = p->hz_viral = p->hz_viral_cmv = 0;
    p->hz_bleeding = p->hz_toxicity = p->hz_secondary_malignancy = p->hz_secondary_autoimmunity = p->hz_background = 0;
    p->hz_vod = p->hz_second_cancer = 0;
}

static inline void
fix_quiet(fix_t *fix)
{
    fix_no_hazards(fix);
    fix->params.trigger_rate = 0;
    fix->params.clone_repriming = fix->params.effector_remission = 0;
}

/** Every patient the reference: 70 kg, man, 30 years, every relative covariate 1, harvests never fail. */
static inline void
fix_same_patients(fix_t *fix)
{
    for (int j = 0; j < eng_covariate_count(fix->spec.disease); j++) {
        fix->laws[j] = (eng_dist_t){ ENG_DIST_FIXED, { 1 } };
    }
    fix->laws[ENG_COV_AGE].arg[0] = 30;
    fix->laws[ENG_COV_WEIGHT].arg[0] = 70;
    fix->laws[ENG_COV_FEMALE].arg[0] = fix->laws[ENG_COV_CMV].arg[0] = fix->laws[ENG_COV_HCT_CI].arg[0] = 0;
    fix->laws[ENG_COV_YEAR].arg[0] = ENG_HAZARD_YEAR; /* toxicity as its parameters say */
    fix->laws[ENG_COV_ORGAN_SCORE].arg[0] = 0;
    fix->laws[ENG_COV_PRIOR_LINES].arg[0] = fix->laws[ENG_COV_CLONE_FITNESS].arg[0] = fix->laws[ENG_COV_COOPERATION].arg[0] = 0;
    fix->laws[eng_covariate_find(fix->spec.disease, "edss")].arg[0] = 3;
    fix->params.harvest_minimum = 0;
}

/** Set a parameter by its name. */
static inline void
fix_parameter(fix_t *fix, const char *name, double value)
{
    for (int j = 0; j < eng_param_count(fix->spec.disease); j++) {
        if (strcmp(eng_param_at(fix->spec.disease, j).name, name) == 0) {
            eng_params_set(&fix->params, j, value);
            return;
        }
    }
    CU_FAIL_FATAL("no such parameter");
}

static inline void
fix_read_at(fix_t *fix, double day)
{
    CU_ASSERT_FATAL(fix->spec.num_reads < FIX_MAX_READS);
    fix->reads[fix->spec.num_reads++] = day;
}

/* --- a runner ------------------------------------------------------------------------------------------------ */

typedef struct {
    eng_model_t *model;
    eng_runner_t *runner;
    eng_params_t params;
    double *read; /* of the results of one tile */
    int num_markers;
} fix_run_t;

/** Model and runner at point 0 with the fixture's parameters. */
static inline void
fix_open(fix_run_t *run, const fix_t *fix)
{
    *run = (fix_run_t){ .params = fix->params };
    CU_ASSERT_EQUAL_FATAL(eng_model_create(&run->model, &fix->spec), 0);
    CU_ASSERT_EQUAL_FATAL(eng_runner_create(&run->runner, run->model), 0);
    run->num_markers = eng_marker_count(fix->spec.disease);
    run->read = calloc((size_t)(fix->spec.num_reads + 1) * (size_t)run->num_markers * ENG_LANES, sizeof(*run->read));
    CU_ASSERT_PTR_NOT_NULL_FATAL(run->read);
}

static inline void
fix_close(fix_run_t *run)
{
    eng_runner_destroy(run->runner);
    eng_model_destroy(run->model);
    free(run->read);
    *run = (fix_run_t){ 0 };
}

/** A slab of one tile at most: patients first .. first + count - 1. */
static inline void
fix_admit(fix_run_t *run, uint64_t first, int count)
{
    eng_runner_clear(run->runner);
    CU_ASSERT_EQUAL_FATAL(eng_runner_add(run->runner, 0, &run->params, first, count), count);
    eng_runner_admit(run->runner);
}

/** Run that tile; what is read stands in memory of `run` until the next run. */
static inline void
fix_run(fix_run_t *run, int protocol, eng_results_t *results)
{
    results->read = run->read;
    CU_ASSERT_EQUAL_FATAL(eng_runner_run(run->runner, protocol, results, 1), 0);
}

static inline void
fix_trace(fix_run_t *run, int protocol, eng_trace_day_t on_day, void *context, eng_results_t *results)
{
    results->read = run->read;
    CU_ASSERT_EQUAL_FATAL(eng_runner_trace(run->runner, protocol, on_day, context, results), 0);
}

/** The fixture's patients have MS: its lists, and the markers of a reading. */
static inline const eng_disease_t *
fix_ms(void)
{
    return eng_disease_find("ms");
}

#define FIX_NUM_MARKERS ((size_t)eng_marker_count(fix_ms()))
#define FIX_EDSS ENG_MARKER_OWN(0)
#define FIX_LESION ENG_EVENT_OWN(0)

/** A marker of a lane at read j. */
static inline double
fix_marker(const eng_results_t *results, int read, int marker, int lane)
{
    return results->read[((size_t)read * FIX_NUM_MARKERS + (size_t)marker) * ENG_LANES + (size_t)lane];
}

/** Lanes i of a and j of b, with the same reads, agree in every bit. */
static inline bool
fix_lane_equal_for(const eng_disease_t *disease, const eng_results_t *a, int i, const eng_results_t *b, int j, int num_reads)
{
    bool equal = a->cause[i] == b->cause[j] && a->failure[i] == b->failure[j];
    for (int e = 0; e < eng_event_count(disease); e++) {
        equal = equal && a->tick[e][i] == b->tick[e][j];
    }
    for (int n = 0; n < eng_number_count(disease); n++) {
        equal = equal && memcmp(&a->number[n][i], &b->number[n][j], sizeof(double)) == 0;
    }
    for (int m = 0; m < num_reads * eng_marker_count(disease); m++) {
        equal = equal
            && memcmp(&a->read[(size_t)m * ENG_LANES + (size_t)i], &b->read[(size_t)m * ENG_LANES + (size_t)j],
                   sizeof(double)) == 0;
    }
    return equal;
}

/** The same of MS. */
static inline bool
fix_lane_equal(const eng_results_t *a, int i, const eng_results_t *b, int j, int num_reads)
{
    return fix_lane_equal_for(fix_ms(), a, i, b, j, num_reads);
}

/** A copy of results that outlives the next run; fix_drop frees it. */
static inline eng_results_t
fix_keep_for(const eng_disease_t *disease, const eng_results_t *results, int num_reads)
{
    eng_results_t copy = *results;
    const size_t size = (size_t)num_reads * (size_t)eng_marker_count(disease) * ENG_LANES * sizeof(double);
    copy.read = malloc(size + 1);
    CU_ASSERT_FATAL(copy.read != NULL);
    memcpy(copy.read, results->read, size);
    return copy;
}

/** The same of MS. */
static inline eng_results_t
fix_keep(const eng_results_t *results, int num_reads)
{
    return fix_keep_for(fix_ms(), results, num_reads);
}

static inline void
fix_drop(eng_results_t *copy)
{
    free(copy->read);
    copy->read = NULL;
}

/* --- one tile by hand ---------------------------------------------------------------------------------------- */

typedef struct {
    const eng_kernel_t *kernel;
    eng_model_spec_t spec;
    eng_plan_t plan;
    eng_body_t body;
    eng_hooks_t hooks;
    eng_rates_t *rates;
    eng_tile_t *tile;
    eng_clones_t *clones; /* the tile's; NULL where the body has none */
    eng_signals_t *signals;
    eng_trigger_list_t *list;
    void *kept; /* with collected cells */
    eng_course_t course;
    int row;
} bench_t;

static inline void *
bench_memory(size_t size)
{
    const size_t rounded = (size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, rounded);
    CU_ASSERT_FATAL(memory != NULL);
    memset(memory, 0, rounded);
    return memory;
}

/** Patients first .. first + 63 on the first day of a protocol; protocol -1: of the screening years start .. stop. */
static inline void
bench_open(bench_t *b, const fix_t *fix, int protocol, double start, double stop, uint64_t first)
{
    const unsigned uses = protocol < 0 ? 0 : eng_protocol_uses(&fix->protocols[protocol]);

    *b = (bench_t){ .spec = fix->spec };
    CU_ASSERT_EQUAL_FATAL(eng_kernel_choose(&b->kernel), 0);
    CU_ASSERT_EQUAL_FATAL(
        eng_plan_create(&b->plan, protocol < 0 ? NULL : &fix->protocols[protocol], &fix->spec, start, stop), 0);
    b->rates = bench_memory(sizeof(*b->rates));
    CU_ASSERT_EQUAL_FATAL(eng_body_make(&b->body, fix->spec.disease, b->plan.num_slots, b->plan.num_rules, b->plan.writes, uses), 0);
    CU_ASSERT_EQUAL_FATAL(b->kernel->hooks(&b->hooks, &b->body), 0);
    b->tile = bench_memory(b->body.tile_bytes);
    b->clones = eng_clones_of(b->tile, &b->body);
    b->signals = bench_memory(sizeof(*b->signals));
    b->list = bench_memory(sizeof(*b->list));
    b->kept = bench_memory(b->body.kept_bytes + 1);
    eng_rates_make(b->rates, &fix->params);
    b->course = (eng_course_t){ .hooks = &b->hooks, .plan = &b->plan, .rates = b->rates, .signals = b->signals,
        .kept = b->kept, .seed = b->spec.seed };
    eng_course_set(&b->course, b->tile, &b->body);
    for (int l = 0; l < ENG_LANES; l++) {
        b->tile->patient[l] = first + (uint64_t)l;
        b->tile->variant[l] = eng_rng_variant(0, 0, 0);
    }
    b->tile->num_lanes = ENG_LANES;
}

/** With the hooks of another width than the widest; of mixed tiles. */
static inline void
bench_width(bench_t *b, const char *width)
{
    b->kernel = eng_kernel_find(width);
    CU_ASSERT_EQUAL_FATAL(b->kernel->hooks(&b->hooks, &b->body), 0);
}

static inline void
bench_mix(bench_t *b, const eng_rate_rows_t *rows)
{
    CU_ASSERT_EQUAL_FATAL(b->kernel->hooks_mixed(&b->hooks, &b->body), 0);
    b->course.rates = NULL;
    b->course.rate_rows = rows;
}

/** The stream of lane l, at tick 0. */
static inline const eng_rng_t *
bench_stream(const bench_t *b, eng_channel_t channel, int l, eng_rng_t *rng)
{
    eng_rng_open(rng, b->spec.seed, b->tile->patient[l], channel, b->tile->point[l], b->tile->variant[l]);
    return rng;
}

/** The block of the disease. */
static inline void *
bench_own(const bench_t *b)
{
    return eng_block(b->tile, &b->body, b->body.num_modules - 1);
}

/** Draw the patients (change tile->variant before it) and bring them to the first day. */
static inline void
bench_start(bench_t *b, bool hazards)
{
    b->kernel->draw(b->tile, &b->spec);
    b->kernel->start(&b->course, 0, ENG_LANES);
    b->kernel->begin(&b->course, hazards);
    b->list->first = b->list->end = INT32_MIN;
    b->list->limit = INT32_MAX;
}

/** Advance until the row that ends on `day`. */
static inline void
bench_until(bench_t *b, double day)
{
    const int32_t tick = eng_tick_nearest(day);
    int last = b->row;
    while (last < b->plan.num_rows && b->plan.rows[last].end <= tick) {
        last++;
    }
    b->kernel->advance(&b->course, b->list, b->row, last, NULL);
    b->row = last;
}

static inline void
bench_close(bench_t *b)
{
    eng_plan_free(&b->plan);
    free(b->rates);
    free(b->tile);
    free(b->signals);
    free(b->list);
    free(b->kept);
}

/* --- numbers ------------------------------------------------------------------------------------------------- */

/** Standard scores of a count of successes and of a sum of Poisson counts. */
static inline double
fix_z_binomial(double successes, double n, double p)
{
    return (successes - n * p) / sqrt(n * p * (1 - p));
}

static inline int
fix_rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** sqrt(n) D of numbers that should be uniform on 0..1 (sorts them); 1.95 is exceeded once in a thousand times. */
static inline double
fix_ks_uniform(double *u, size_t n)
{
    double d = 0;
    qsort(u, n, sizeof(*u), fix_rising);
    for (size_t j = 0; j < n; j++) {
        d = fmax(d, fmax((double)(j + 1) / (double)n - u[j], u[j] - (double)j / (double)n));
    }
    return sqrt((double)n) * d;
}

#endif
