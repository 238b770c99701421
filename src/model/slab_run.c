/**
 * Running a slab under a protocol: every tile through a segment of the calendar at a time, so that it stays in the
 * nearest caches.  Between segments, at the cuts, courses that ended give up their lanes; where many end, the living are
 * then put together and tiles left out.  Neither decides any result.
 */
#include "model/runner_state.h"

#include <string.h>

#define MUCH 0.15 /* share of lane-steps left by ended courses, from which putting together pays for going tile by tile */

/* Days of the first cuts, after the times in which treatment kills; then every year.  Even ones: no pair of days is cut. */
static double next_cut_day(double day)
{
    static const double early[] = { 66, 194, 370 };
    for (size_t j = 0; j < sizeof(early) / sizeof(*early); j++) {
        if (early[j] > day) {
            return early[j];
        }
    }
    double cut = 370;
    while (cut <= day) {
        cut += 366;
    }
    return cut;
}

/* The first row after `row` that starts on an even day at or after the next cut; the end of the plan if there is none. */
static int next_cut(const eng_plan_t *plan, int row)
{
    const double day = next_cut_day(plan->rows[row].t);
    int last = row + 1;
    while (last < plan->num_rows
        && !(plan->rows[last].t >= day && (plan->rows[last].flags & ENG_ROW_DAY) && (int)plan->rows[last].t % 2 == 0)) {
        last++;
    }
    return last;
}

/* Rows first .. last - 1 that a course lived to begin. */
static int rows_lived(const eng_plan_t *plan, int first, int last, double death)
{
    int low = first, high = last;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (plan->rows[middle].t < death) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - first;
}

static void account(eng_runner_t *r, int k, const eng_plan_t *plan, int first, int last)
{
    const eng_tile_t *t = eng_slab_tile(r, k);
    const double end = plan->rows[last - 1].t;

    r->steps_all += (int64_t)(last - first) * ENG_LANES;
    for (int l = 0; l < ENG_LANES; l++) {
        if (r->seats[k].slot[l] != ENG_NOBODY && t->failure[l] == ENG_FAILURE_NONE) {
            const double death = (double)t->t_death[l];
            r->steps_used += death > end ? last - first : rows_lived(plan, first, last, death);
        }
    }
}

int eng_slab_reads_before(const eng_plan_t *plan, int row)
{
    return row < plan->num_rows ? plan->rows[row].first_read
                                : plan->rows[plan->num_rows - 1].first_read + plan->rows[plan->num_rows - 1].num_reads;
}

eng_course_t eng_runner_course(const eng_runner_t *r, eng_tile_t *tile, const eng_plan_t *plan, const eng_rates_t *rates)
{
    eng_course_t course = { .hooks = rates == NULL ? &r->hooks_mixed : &r->hooks, .plan = plan, .rates = rates,
        .signals = r->signals, .seed = r->model->spec.seed, .freeze = r->model->spec.freeze };
    course.num_endpoints = r->model->spec.num_endpoints;
    eng_course_set(&course, tile, &r->model->body);
    return course;
}

eng_course_t eng_slab_course(eng_runner_t *r, int k, const eng_plan_t *plan)
{
    const eng_seats_t *seats = &r->seats[k];
    eng_course_t course
        = eng_runner_course(r, eng_slab_tile(r, k), plan, seats->mixed ? NULL : &r->points[seats->point[0]].rates);
    course.rate_rows = seats->mixed ? &r->rows[k] : NULL;
    course.kept = eng_slab_kept(r, k);
    return course;
}

/* One tile through a segment. */
static void advance_tile(eng_runner_t *r, int k, const eng_plan_t *plan, int first, int last)
{
    const eng_seats_t *seats = &r->seats[k];
    double *reads = seats->home ? r->results[k * r->stride].read : r->reads;
    eng_course_t course = eng_slab_course(r, k, plan);

    eng_triggers_none(r->list, last < plan->num_rows ? (int32_t)plan->rows[last].t : INT32_MAX);
    for (int row = first, next; row < last; row = next) {
        const int to = r->on_day != NULL ? row + 1 : last;
        next = (seats->mixed ? r->kernel->advance_mixed : r->kernel->advance)(&course, r->list, row, to, reads);
        account(r, k, plan, row, next);
        if (r->on_day != NULL) {
            eng_runner_show(r, &course, row);
        }
        if (course.leaving) {
            eng_branches_leave(r, k, &course, first, next);
        }
    }
    for (int l = 0; l < ENG_LANES && !seats->home; l++) {
        if (seats->slot[l] != ENG_NOBODY) {
            eng_runner_keep_reads(r, l, seats->slot[l], eng_slab_reads_before(plan, first), eng_slab_reads_before(plan, last));
        }
    }
    eng_runner_look_around(r);
}

/* Courses that ended before a row, or all at the horizon, give up their lanes; those that stay. */
static int release(eng_runner_t *r, int k, const eng_plan_t *plan, int row)
{
    const eng_tile_t *t = eng_slab_tile(r, k);
    eng_seats_t *seats = &r->seats[k];
    int left = 0;

    for (int l = 0; l < ENG_LANES; l++) {
        const int slot = seats->slot[l];
        if (slot == ENG_NOBODY) {
            continue;
        }
        if (row < plan->num_rows && (double)t->t_death[l] > plan->rows[row].t) {
            left++;
            continue;
        }
        eng_runner_finish(r, t, l, slot);
        eng_runner_void_reads(r, slot, eng_slab_reads_before(plan, row));
        seats->slot[l] = ENG_NOBODY;
        r->lost += plan->num_rows - row;
    }
    return left;
}

/* Every tile on its own to the horizon, stopping only to let go of the dead. */
static void run_apart(eng_runner_t *r, const eng_plan_t *plan, int first_row, int num)
{
    for (int k = 0; k < num; k++) {
        for (int row = first_row, last, left = 1; row < plan->num_rows && left > 0; row = last) {
            last = next_cut(plan, row);
            advance_tile(r, k, plan, row, last);
            left = release(r, k, plan, last);
        }
    }
}

static void run_together(eng_runner_t *r, const eng_plan_t *plan, int first_row, int num)
{
    for (int row = first_row, last; row < plan->num_rows && num > 0; row = last) {
        last = next_cut(plan, row);
        for (int k = 0; k < num; k++) {
            advance_tile(r, k, plan, row, last);
            (void)release(r, k, plan, last);
        }
        num = eng_slab_compact(r, num);
    }
}

void eng_slab_run(eng_runner_t *r, const eng_plan_t *plan, int first_row, int num, bool together)
{
    if (together && num > 1) {
        run_together(r, plan, first_row, num);
    } else {
        run_apart(r, plan, first_row, num);
    }
}

/* Tile k as it was admitted, on the first day of a plan. */
static void begin_tile(eng_runner_t *r, int k, const eng_plan_t *plan)
{
    eng_tile_t *tile = eng_slab_tile(r, k);
    eng_seats_t *seats = &r->seats[k];

    memcpy(tile, eng_slab_base(r, k), r->model->body.tile_bytes);
    for (int l = 0; l < ENG_LANES; l++) {
        const int slot = k * ENG_LANES + l;
        seats->slot[l] = slot < r->count ? slot : ENG_NOBODY;
        seats->point[l] = r->point_of[slot < r->count ? slot : r->count - 1];
    }
    seats->home = true;
    tile->drugs_change = -ENG_DAY_NEVER; /* those of a run-in may be falling */
    eng_slab_seat(r, k);
    eng_course_t course = eng_slab_course(r, k, plan);
    if (seats->mixed) {
        r->kernel->begin_mixed(&course, true);
    } else {
        r->kernel->begin(&course, true);
    }
    for (int l = tile->num_lanes; l < ENG_LANES; l++) {
        tile->t_death[l] = -ENG_DAY_NEVER; /* nobody: no event is worth a look */
    }
}

int eng_runner_run(eng_runner_t *r, int protocol, eng_results_t *results, int stride)
{
    const eng_plan_t *plan = &r->model->plans[protocol];
    const int tiles = eng_slab_tiles(r);

    (void)eng_fpu_use_default();
    r->results = results;
    r->stride = stride;
    r->lost = 0;
    r->protocol = protocol;
    r->trouble = 0;
    eng_branches_reset(r);
    for (int k = 0; k < tiles; k++) {
        begin_tile(r, k, plan);
        results[k * stride].num_lanes = eng_slab_base(r, k)->num_lanes;
    }
    eng_slab_run(r, plan, 0, tiles, r->waste[protocol] > MUCH);
    r->waste[protocol] = (double)r->lost / ((double)r->count * plan->num_rows);
    eng_branches_run(r);
    eng_runner_judge(r);
    return r->trouble;
}
