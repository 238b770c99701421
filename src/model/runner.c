/**
 * The scratch of one worker and its slab of patients: memory, who is in it, how they are drawn.  How they run:
 * slab_run.c.  Nothing is allocated after eng_runner_create.
 */
#include "model/runner_state.h"

#include <stdlib.h>
#include <string.h>

#define RESULT_BYTES (24e6) /* results of a slab under all protocols stand side by side: no more tiles than fit here */
#define MAX_RUNS 512        /* tiles times protocols, some milliseconds each: a stop must not wait for more */
#define MIN_TILES 4         /* but so few waste lanes where a block holds several points */

static void *aligned(size_t size)
{
    return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void *aligned_zero(size_t size)
{
    void *memory = aligned(size);
    if (memory != NULL) {
        memset(memory, 0, size);
    }
    return memory;
}

static size_t read_bytes(const eng_model_t *model)
{
    return (size_t)(model->spec.num_reads + 1) * (size_t)eng_read_rows(model->spec.disease, model->spec.num_endpoints) * ENG_LANES
        * sizeof(double);
}

int eng_model_slab(const eng_model_t *model)
{
    const double each = (double)(sizeof(eng_results_t) + read_bytes(model)) * model->spec.num_protocols;
    const double fit = RESULT_BYTES / each;
    const int runs = MAX_RUNS / model->spec.num_protocols;
    const int tiles = runs < MIN_TILES ? MIN_TILES : runs > ENG_SLAB ? ENG_SLAB : runs;
    return fit < 1 ? 1 : fit < tiles ? (int)fit : tiles;
}

static int allocate(eng_runner_t *r)
{
    const size_t tiles = (size_t)r->max_tiles, slots = tiles * ENG_LANES, tile = r->model->body.tile_bytes;
    const size_t kept = r->model->body.kept_bytes;
    bool ok;

    r->points = calloc(slots, sizeof(*r->points));
    r->patient = calloc(slots, sizeof(*r->patient));
    r->life = calloc(slots, sizeof(*r->life));
    r->point_of = calloc(slots, sizeof(*r->point_of));
    r->candidate = calloc(slots, sizeof(*r->candidate));
    r->queue = calloc(slots, sizeof(*r->queue));
    r->next_candidate = calloc(slots, sizeof(*r->next_candidate));
    r->seats = calloc(tiles, sizeof(*r->seats));
    r->reads = calloc(1, read_bytes(r->model));
    r->waste = calloc((size_t)r->model->spec.num_protocols + 1, sizeof(*r->waste));
    r->trace = calloc((size_t)r->model->body.num_states, sizeof(*r->trace));
    r->screen = aligned_zero(tile);
    r->base = aligned_zero(tiles * tile);
    r->tile = aligned_zero(tiles * tile);
    r->kept = kept > 0 ? aligned_zero(tiles * kept) : NULL;
    r->rows = aligned(tiles * sizeof(*r->rows)); /* not touched before a tile is mixed */
    r->signals = aligned_zero(sizeof(*r->signals));
    r->list = aligned_zero(sizeof(*r->list));
    ok = r->points && r->patient && r->life && r->point_of && r->candidate && r->queue && r->next_candidate && r->seats && r->reads
        && r->waste && r->trace && r->screen && r->base && r->tile && (r->kept || kept == 0) && r->rows && r->signals && r->list;
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
    (void)eng_fpu_use_default();
    r->model = model;
    r->max_tiles = eng_model_slab(model);
    ret = eng_kernel_choose(&r->kernel);
    if (ret == 0) {
        r->read_rows = eng_read_rows(model->spec.disease, model->spec.num_endpoints);
        ret = r->kernel->hooks(&r->hooks, &model->body);
    }
    if (ret == 0) {
        ret = r->kernel->hooks_mixed(&r->hooks_mixed, &model->body);
    }
    if (ret == 0) {
        ret = allocate(r);
    }
    if (ret == 0) {
        ret = eng_branches_create(r);
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
    eng_branches_free(r->branches);
    free(r->points);
    free(r->patient);
    free(r->life);
    free(r->point_of);
    free(r->candidate);
    free(r->queue);
    free(r->next_candidate);
    free(r->seats);
    free(r->reads);
    free(r->waste);
    free(r->trace);
    free(r->screen);
    free(r->base);
    free(r->tile);
    free(r->kept);
    free(r->rows);
    free(r->signals);
    free(r->list);
    free(r);
}

const char *eng_runner_width(const eng_runner_t *runner)
{
    return runner->kernel->width;
}

size_t eng_runner_bytes(const eng_runner_t *r)
{
    const eng_body_t *body = &r->model->body;
    const size_t tile = 2 * body->tile_bytes + body->kept_bytes + sizeof(eng_rate_rows_t) + sizeof(eng_seats_t)
        + ENG_LANES * (sizeof(eng_slab_point_t) + 32);
    return sizeof(*r) + (size_t)r->max_tiles * tile + body->tile_bytes + sizeof(eng_signals_t) + sizeof(eng_trigger_list_t)
        + read_bytes(r->model) + eng_branches_bytes(r->branches, body);
}

void eng_runner_between(eng_runner_t *r, void (*between)(void *context), void *context)
{
    r->between = between;
    r->between_context = context;
}

double eng_runner_lanes_in_use(const eng_runner_t *r)
{
    return r->steps_all > 0 ? (double)r->steps_used / (double)r->steps_all : 1;
}

/* --- who is in the slab -------------------------------------------------------------------------------------------- */

void eng_runner_clear(eng_runner_t *r)
{
    r->count = r->num_points = 0;
    for (int k = 0; k < r->max_tiles; k++) {
        for (int l = 0; l < ENG_LANES; l++) {
            r->seats[k].in_rows[l] = ENG_NOBODY;
        }
    }
}

int eng_runner_room(const eng_runner_t *r)
{
    return r->max_tiles * ENG_LANES - r->count;
}

int eng_runner_add(eng_runner_t *r, uint32_t point, const eng_params_t *params, uint64_t first, int count)
{
    const int room = eng_runner_room(r), taken = count < room ? count : room;
    const uint64_t courses = r->model->spec.courses == 2 ? 2 : 1;
    eng_slab_point_t *last = r->num_points > 0 ? &r->points[r->num_points - 1] : NULL;

    if (taken <= 0) {
        return 0;
    }
    if (last == NULL || last->id != point) {
        last = &r->points[r->num_points++];
        last->id = point;
        last->key = r->model->spec.patients_common ? 0 : point;
        last->first = r->count;
        last->count = 0;
        (void)eng_fpu_use_default();
        eng_rates_make(&last->rates, params);
    }
    for (int j = 0; j < taken; j++) {
        r->patient[r->count] = (first + (uint64_t)j) / courses;
        r->life[r->count] = (uint8_t)((first + (uint64_t)j) % courses);
        r->point_of[r->count] = r->num_points - 1;
        r->count++;
    }
    last->count += taken;
    return taken;
}

/* --- drawing them ---------------------------------------------------------------------------------------------------- */

/* Lanes beyond the last patient repeat the last one. */
static int slot_of(const eng_runner_t *r, int k, int l)
{
    const int slot = k * ENG_LANES + l;
    return slot < r->count ? slot : r->count - 1;
}

static void draw_tile(eng_runner_t *r, int k)
{
    eng_tile_t *base = eng_slab_base(r, k);

    for (int l = 0; l < ENG_LANES; l++) {
        const int slot = slot_of(r, k, l);
        const eng_slab_point_t *point = &r->points[r->point_of[slot]];
        base->point[l] = point->key;
        base->patient[l] = r->patient[slot];
        base->variant[l] = eng_freeze_variant(r->model->spec.freeze, &point->rates.params, 0);
        r->candidate[slot] = 0;
    }
    r->kernel->draw(base, &r->model->spec);
}

/* Lanes first .. end - 1 of a tile are of one point: constants, and without screening the healthy state. */
static void settle(eng_runner_t *r, int k, int first, int end)
{
    const eng_model_t *m = r->model;
    const bool screened = m->screened;
    const eng_rates_t *rates = &r->points[r->point_of[slot_of(r, k, first)]].rates;
    eng_course_t course = eng_runner_course(r, eng_slab_base(r, k), screened ? &m->screening : &m->plans[0], rates);

    if (screened) {
        course.nominal = &m->nominal;
        r->kernel->enter(&course, first, end);
    } else {
        r->kernel->start(&course, first, end);
    }
}

static void settle_tile(eng_runner_t *r, int k)
{
    for (int first = 0, end; first < ENG_LANES; first = end) {
        const int point = r->point_of[slot_of(r, k, first)];
        for (end = first + 1; end < ENG_LANES && r->point_of[slot_of(r, k, end)] == point; end++) {
        }
        settle(r, k, first, end);
    }
    const int left = r->count - k * ENG_LANES;
    eng_slab_base(r, k)->num_lanes = left < ENG_LANES ? left : ENG_LANES;
}

/* From here on the second life of a person has chance of its own. */
static void tell_lives(eng_runner_t *r, int k)
{
    eng_tile_t *base = eng_slab_base(r, k);

    for (int l = 0; l < ENG_LANES; l++) {
        base->variant[l] += eng_rng_variant(0, r->life[slot_of(r, k, l)], 0);
    }
}

void eng_runner_admit(eng_runner_t *r)
{
    const int tiles = eng_slab_tiles(r);

    (void)eng_fpu_use_default();
    memset(r->base, 0, (size_t)tiles * r->model->body.tile_bytes);
    if (r->model->screened) {
        eng_runner_screen(r);
    }
    for (int k = 0; k < tiles; k++) {
        if (!r->model->screened) {
            draw_tile(r, k);
        }
        tell_lives(r, k);
        settle_tile(r, k);
    }
}

double eng_runner_covariate(const eng_runner_t *r, int j, int slot)
{
    return eng_slab_base(r, slot / ENG_LANES)->covariate[j][slot % ENG_LANES];
}

int eng_runner_candidate(const eng_runner_t *r, int slot)
{
    return (int)r->candidate[slot];
}

int eng_runner_count(const eng_runner_t *r)
{
    return r->count;
}
