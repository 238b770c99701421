/**
 * Screening (entry criteria): candidates of each patient are simulated before entry at nominal parameters, in numbered
 * order, and the first who meets the criterion is the patient.  Who is accepted does not depend on tile mates.
 */
#include "model/runner_state.h"

#include <string.h>

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
    to->point[j] = from->point[i];
    to->patient[j] = from->patient[i];
    to->variant[j] = from->variant[i];
    to->failure[j] = from->failure[i];
}

/* Simulate the window for the (patient, candidate) pairs of the screening tile. */
static void screen_tile(eng_runner_t *r)
{
    const eng_model_t *m = r->model;
    eng_course_t course = eng_runner_course(r, r->screen, &m->screening, &m->nominal);

    r->kernel->draw(r->screen, &m->spec);
    r->kernel->start(&course, 0, ENG_LANES);
    r->kernel->begin(&course, false);
    eng_runner_reset_triggers(r);
    /* the burn-in first; what happens in it does not count */
    const int burn = (int)ENG_BURN_IN << m->spec.refine; /* rows of a day */
    r->kernel->advance(&course, r->list, 0, burn, NULL);
    for (int l = 0; l < ENG_LANES; l++) {
        r->screen->num_relapses[l] = 0;
    }
    r->kernel->advance(&course, r->list, burn, m->screening.num_rows, NULL);
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
        r->screen->point[i] = r->point;
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

void eng_runner_screen(eng_runner_t *r, uint64_t first)
{
    screening_t s = { .num_pending = r->count };
    eng_course_t course = eng_runner_course(r, r->base, &r->model->screening, &r->rates);

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
    r->kernel->enter(&course, r->model->nominal.params.clone_reservoir, 0, ENG_LANES);
}
