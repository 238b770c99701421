/**
 * Screening (entry criteria): candidates of each patient are simulated before entry at nominal parameters, in numbered
 * order, and the first who meets the criterion is the patient.  Who is accepted does not depend on tile mates.
 *
 * The patients of the whole slab wait in one queue, so that the last few, who take long to find, share few tiles.
 */
#include "model/runner_state.h"

#include <string.h>

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
    /* the burn-in first; what happens in it does not count */
    r->kernel->advance(&course, r->list, 0, m->window, NULL);
    for (int l = 0; l < ENG_LANES; l++) {
        r->screen->num_relapses[l] = 0;
    }
    r->kernel->advance(&course, r->list, m->window, m->screening.num_rows, NULL);
    if (m->spec.entry.num_markers > 0) {
        r->kernel->read(&course, r->reads);
    }
}

/* Does the candidate of a lane meet the criteria? */
static bool meets(const eng_runner_t *r, int l)
{
    const eng_entry_t *entry = &r->model->spec.entry;
    bool good = (double)r->screen->num_relapses[l] >= entry->at_least;

    for (int j = 0; j < entry->num_markers; j++) {
        const double value = r->reads[entry->marker[j].marker * ENG_LANES + l];
        good = good && value >= entry->marker[j].low && value <= entry->marker[j].high;
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
