/**
 * Moving courses from lane to lane.  A lane computes the same bits wherever it stands, so that living courses can be put
 * together when many have ended, and tiles be left out.
 */
#include "model/runner_state.h"

#include <string.h>

/* All of them only ask for work that is nothing to lanes that do not need it. */
void eng_slab_join_flags(eng_tile_t *to, const eng_tile_t *from)
{
    to->watch_counts |= from->watch_counts;
    to->watch_cd4 |= from->watch_cd4;
    if (from->exposed) { /* ends when nothing is left in any lane: found out at the next row */
        to->exposed = true;
        to->exposure_ends = false;
    }
    to->drugs_change = -ENG_DAY_NEVER;
}

void eng_slab_seat(eng_runner_t *r, int k)
{
    eng_seats_t *seats = &r->seats[k];
    int whose = ENG_NOBODY;

    seats->mixed = false;
    for (int l = 0; l < ENG_LANES; l++) {
        if (seats->slot[l] != ENG_NOBODY) {
            seats->mixed |= whose != ENG_NOBODY && seats->point[l] != whose;
            whose = whose == ENG_NOBODY ? seats->point[l] : whose;
        }
    }
    for (int l = 0; l < ENG_LANES; l++) { /* nobody's lanes may be of any point */
        seats->point[l] = seats->slot[l] != ENG_NOBODY || whose == ENG_NOBODY ? seats->point[l] : whose;
    }
    for (int l = 0; seats->mixed && l < ENG_LANES; l++) {
        if (seats->in_rows[l] != seats->point[l]) {
            eng_rate_rows_set(&r->rows[k], l, &r->points[seats->point[l]].rates);
            seats->in_rows[l] = seats->point[l];
        }
    }
}

static int living(const eng_seats_t *seats)
{
    int n = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        n += seats->slot[l] != ENG_NOBODY;
    }
    return n;
}

/* A whole tile to an emptier number. */
static void move_tile(eng_runner_t *r, int to, int from)
{
    if (to != from) {
        memcpy(eng_slab_tile(r, to), eng_slab_tile(r, from), r->model->body.tile_bytes);
        if (r->kept != NULL) {
            memcpy(eng_slab_kept(r, to), eng_slab_kept(r, from), r->model->body.kept_bytes);
        }
        memcpy(r->seats[to].slot, r->seats[from].slot, sizeof(r->seats[to].slot));
        memcpy(r->seats[to].point, r->seats[from].point, sizeof(r->seats[to].point));
        r->seats[to].home = false;
    }
}

/* Courses of tile `from` to free lanes of tile `to`; true when `from` is empty. */
static bool pour(eng_runner_t *r, int to, int from)
{
    eng_seats_t *there = &r->seats[to], *here = &r->seats[from];
    int j = 0;

    for (int i = 0; i < ENG_LANES; i++) {
        if (here->slot[i] == ENG_NOBODY) {
            continue;
        }
        while (j < ENG_LANES && there->slot[j] != ENG_NOBODY) {
            j++;
        }
        if (j == ENG_LANES) {
            return false;
        }
        eng_body_copy_lane(&r->model->body, eng_slab_tile(r, to), j, eng_slab_tile(r, from), i);
        eng_body_copy_kept(&r->model->body, eng_slab_kept(r, to), j, eng_slab_kept(r, from), i);
        there->slot[j] = here->slot[i];
        there->point[j] = here->point[i];
        here->slot[i] = ENG_NOBODY;
        there->home = false;
        eng_slab_join_flags(eng_slab_tile(r, to), eng_slab_tile(r, from));
    }
    return true;
}

int eng_slab_compact(eng_runner_t *r, int num)
{
    int alive = 0, kept = 0, order[ENG_SLAB];

    for (int k = 0; k < num; k++) {
        const int n = living(&r->seats[k]);
        int at = k;
        alive += n;
        while (at > 0 && living(&r->seats[order[at - 1]]) < n) { /* fullest first */
            order[at] = order[at - 1];
            at--;
        }
        order[at] = k;
    }
    const int needed = (alive + ENG_LANES - 1) / ENG_LANES;
    if (needed >= num) {
        return num;
    }
    for (int to = 0, j = num - 1; j >= needed;) {
        if (to < needed && !pour(r, order[to], order[j])) {
            to++;
        } else {
            j--;
        }
    }
    for (int k = 0; k < needed; k++) { /* those that are left, by rising number to the front */
        int next = num;
        for (int i = 0; i < needed; i++) {
            next = order[i] >= kept && order[i] < next ? order[i] : next;
        }
        move_tile(r, k, next);
        eng_slab_seat(r, k);
        kept = next + 1;
    }
    return needed;
}
