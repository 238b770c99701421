/**
 * Screening (entry criteria): candidates of each patient are simulated before entry at nominal parameters, in numbered
 * order, and the first who meets the criterion is the patient.  Who is accepted does not depend on tile mates.
 *
 * The patients of the whole slab wait in one queue, so that the last few, who take long to find, share few tiles.
 */
#include "model/runner_state.h"

#include <string.h>

/* First row on or after a day. */
static int row_of(const eng_model_t *m, double day)
{
    int row = 0;
    while (row < m->screening.num_rows && m->screening.rows[row].t < day) {
        row++;
    }
    return row;
}

/* The next row before which something is looked at, behind a row: the window of events, days that criteria name, the end. */
static int next_stop(const eng_model_t *m, int row)
{
    int next = m->window > row ? m->window : m->screening.num_rows;

    for (int j = 0; j < m->spec.entry.num_markers; j++) {
        const eng_entry_marker_t *criterion = &m->spec.entry.marker[j];
        const int since = criterion->since < 0 ? row_of(m, criterion->since) : 0, at = criterion->at < 0 ? row_of(m, criterion->at) : 0;
        next = since > row && since < next ? since : next;
        next = at > row && at < next ? at : next;
    }
    return next;
}

/* Markers as they are before a row, of criteria that name its day. */
static void keep_markers(eng_runner_t *r, const eng_course_t *course, int row)
{
    const eng_model_t *m = r->model;

    for (int j = 0; j < m->spec.entry.num_markers; j++) {
        const eng_entry_marker_t *criterion = &m->spec.entry.marker[j];
        const bool since = criterion->since < 0 && row_of(m, criterion->since) == row;
        const bool at = criterion->at < 0 ? row_of(m, criterion->at) == row : row == m->screening.num_rows;
        if (!criterion->covariate && (since || at)) {
            r->kernel->read(course, r->reads);
            memcpy(since ? r->since[j] : r->at[j], r->reads + criterion->marker * ENG_LANES, sizeof(r->at[j]));
        }
    }
}

/* Simulate the window for the (patient, candidate) pairs of the screening tile. */
static void screen_tile(eng_runner_t *r)
{
    const eng_model_t *m = r->model;
    eng_course_t course = eng_runner_course(r, r->screen, &m->screening, &m->nominal);
    course.before_entry = true;

    r->kernel->draw(r->screen, &m->spec);
    r->kernel->start(&course, 0, ENG_LANES);
    r->kernel->begin(&course, false);
    eng_triggers_none(r->list, INT32_MAX);
    for (int row = 0, next; row < m->screening.num_rows; row = next) {
        next = next_stop(m, row);
        r->kernel->advance(&course, r->list, row, next, NULL);
        for (int l = 0; l < ENG_LANES && next == m->window; l++) {
            r->screen->num_relapses[l] = 0; /* what happens in the burn-in does not count */
        }
        keep_markers(r, &course, next);
    }
}

static bool meets_criterion(const eng_runner_t *r, int j, int l)
{
    const eng_entry_marker_t *criterion = &r->model->spec.entry.marker[j];
    const double value = criterion->covariate ? r->screen->covariate[criterion->marker][l] : r->at[j][l];

    return value >= criterion->low && value <= criterion->high
        && eng_changed(r->since[j][l], value, criterion->change, criterion->relative);
}

/* Does the candidate of a lane meet the criteria? */
static bool meets(const eng_runner_t *r, int l)
{
    const eng_entry_t *entry = &r->model->spec.entry;
    const double events = (double)r->screen->num_relapses[l];
    bool good = !(entry->within > 0) || (events >= entry->at_least && (entry->fewer_than == 0 || events < entry->fewer_than));

    for (int j = 0; j < entry->num_markers; j++) {
        good = good && meets_criterion(r, j, l);
    }
    return good;
}

/* What happened before entry is history. */
static void forget(eng_tile_t *tile, int l)
{
    tile->num_relapses[l] = 0;
    tile->t_relapse[l] = tile->t_progression[l] = ENG_DAY_NEVER;
}

/* The next of the queue over the tile, as many candidates of each as fit, in rising order; *asked: how many are in it. */
static void seat_candidates(eng_runner_t *r, int waiting, int *slot_of, int *asked)
{
    int lane = 0;

    *asked = waiting < ENG_LANES ? waiting : ENG_LANES;
    memset(r->screen, 0, r->model->body.tile_bytes); /* nothing stays of the candidates before */
    for (int j = 0; j < *asked; j++) {
        const int slot = r->queue[j], each = ENG_LANES / *asked + (j < ENG_LANES % *asked ? 1 : 0);
        for (int i = 0; i < each; i++, lane++) {
            slot_of[lane] = slot;
            const eng_slab_point_t *point = &r->points[r->point_of[slot]];
            r->screen->point[lane] = point->key;
            r->screen->patient[lane] = r->patient[slot];
            r->screen->variant[lane] = eng_freeze_variant(r->model->spec.freeze, &point->rates.params, r->next_candidate[slot]++ % 4096);
        }
    }
}

static void accept(eng_runner_t *r, int i, int slot, uint32_t candidate, eng_failure_t failure)
{
    eng_tile_t *base = eng_slab_base(r, slot / ENG_LANES);
    const int lane = slot % ENG_LANES;

    forget(r->screen, i);
    eng_body_copy_lane(&r->model->body, base, lane, r->screen, i);
    base->failure[lane] = (uint8_t)failure;
    r->candidate[slot] = candidate;
}

/* Candidates of the tile who fit, and patients for whom there is none; those of the `asked` who still wait go to the end. */
static int accept_candidates(eng_runner_t *r, const int *slot_of, int asked, int waiting)
{
    int again[ENG_LANES], num_again = 0;

    for (int i = 0, end; i < ENG_LANES; i = end) {
        const int slot = slot_of[i];
        bool found = false;
        for (end = i; end < ENG_LANES && slot_of[end] == slot; end++) {
            const uint32_t candidate = r->screen->variant[end] % 4096;
            if (!found && meets(r, end) && candidate < ENG_MAX_CANDIDATES) {
                accept(r, end, slot, candidate, ENG_FAILURE_NONE);
                found = true;
            } else if (!found && candidate + 1 >= ENG_MAX_CANDIDATES) {
                accept(r, end, slot, candidate, ENG_FAILURE_NO_CANDIDATE);
                found = true;
            }
        }
        if (!found) {
            again[num_again++] = slot;
        }
    }
    memmove(r->queue, r->queue + asked, (size_t)(waiting - asked) * sizeof(*r->queue));
    memcpy(r->queue + waiting - asked, again, (size_t)num_again * sizeof(*again));
    return waiting - asked + num_again;
}

void eng_runner_screen(eng_runner_t *r)
{
    const int last = r->count - 1;
    int slot_of[ENG_LANES], asked, waiting = r->count;

    for (int slot = 0; slot < r->count; slot++) {
        r->queue[slot] = slot;
        r->next_candidate[slot] = 0;
    }
    while (waiting > 0) {
        seat_candidates(r, waiting, slot_of, &asked);
        screen_tile(r);
        waiting = accept_candidates(r, slot_of, asked, waiting);
        eng_runner_look_around(r);
    }
    eng_tile_t *end = eng_slab_base(r, last / ENG_LANES);
    for (int l = last % ENG_LANES + 1; l < ENG_LANES; l++) { /* lanes that nobody reads repeat the last */
        eng_body_copy_lane(&r->model->body, end, l, end, last % ENG_LANES);
    }
}
