/**
 * `when` rules that ask for actions with dates (a second conditioning and graft, say).  A calendar is shared by all lanes,
 * so a course in which such rules act at a visit leaves its tile: it goes on under a calendar of its own history, the
 * protocol's with these actions added.  Up to the visit both calendars have the same rows.
 *
 * Courses that left wait aside, each in its slot's place, and run when the slab's tiles are done; those with the same history share
 * tiles.  Calendars are made when they are first needed; the last few are kept.
 */
#include "model/runner_state.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

#define MAX_PLANS 64    /* calendars kept: some 10 MB */
#define MANY_NODES 1024 /* histories kept from run to run */

/** A history: what rules did at a visit, after the history before it. */
typedef struct {
    int parent;        /* ENG_NOBODY: the protocol's own calendar */
    int protocol;
    int32_t seen;      /* tick of the visit */
    uint32_t rules;    /* bit j: rule j acted */
    int first_row;     /* behind the visit */
    bool drawn;        /* clones were drawn at the visit */
    eng_plan_t *plan;  /* owned; NULL: not made, or given up */
    uint64_t used;     /* when it ran last */
} node_t;

struct eng_branches {
    node_t *nodes;          /* owned */
    int num, max, num_plans;
    uint64_t clock;
    int waiting;            /* courses */
    int *node;              /* owned, by slot: the history of who waits there; ENG_NOBODY */
    int slots, tiles;
    eng_tile_t *room;       /* owned: [tiles] */
    char *kept;             /* owned: of `room`, what modules keep with collected cells; NULL where none does */
};

int eng_branches_create(eng_runner_t *r)
{
    const size_t tiles = (size_t)r->max_tiles, tile = r->model->body.tile_bytes;
    const size_t kept = r->model->body.kept_bytes;
    bool wanted = false;

    for (int p = 0; p < r->model->spec.num_protocols; p++) {
        wanted = wanted || r->model->plans[p].branches;
    }
    if (!wanted) {
        return 0;
    }
    struct eng_branches *b = r->branches = calloc(1, sizeof(*b));
    if (b != NULL) {
        b->tiles = r->max_tiles;
        b->slots = b->tiles * ENG_LANES;
        b->node = calloc((size_t)b->slots, sizeof(*b->node));
        b->room = aligned_alloc(64, tiles * tile);
        b->kept = kept > 0 ? aligned_alloc(64, tiles * kept) : NULL;
    }
    if (b == NULL || b->node == NULL || b->room == NULL || (kept > 0 && b->kept == NULL)) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for courses that follow an event");
    }
    memset(b->room, 0, tiles * tile);
    if (kept > 0) {
        memset(b->kept, 0, tiles * kept);
    }
    return 0;
}

static void drop_plan(struct eng_branches *b, node_t *node)
{
    if (node->plan != NULL) {
        eng_plan_free(node->plan);
        free(node->plan);
        node->plan = NULL;
        b->num_plans--;
    }
}

static void forget(struct eng_branches *b)
{
    for (int j = 0; j < b->num; j++) {
        drop_plan(b, &b->nodes[j]);
    }
    b->num = 0;
}

void eng_branches_free(struct eng_branches *b)
{
    if (b == NULL) {
        return;
    }
    forget(b);
    free(b->nodes);
    free(b->node);
    free(b->room);
    free(b->kept);
    free(b);
}

size_t eng_branches_bytes(const struct eng_branches *b, const eng_body_t *body)
{
    const size_t plan = 2400 * (sizeof(eng_plan_row_t) + 4); /* of five years */
    return b == NULL ? 0 : (size_t)b->tiles * (body->tile_bytes + body->kept_bytes) + MAX_PLANS * plan;
}

void eng_branches_reset(eng_runner_t *r)
{
    struct eng_branches *b = r->branches;

    r->branch = ENG_NOBODY;
    if (b == NULL) {
        return;
    }
    if (b->num > MANY_NODES) {
        forget(b);
    }
    b->waiting = 0;
    for (int s = 0; s < b->slots; s++) {
        b->node[s] = ENG_NOBODY;
    }
}

/* --- calendars ---------------------------------------------------------------------------------------------------- */

/* The history that follows the present one by these rules; ENG_NOBODY without memory. */
static int find_node(eng_runner_t *r, const eng_course_t *course, int row, uint32_t rules)
{
    struct eng_branches *b = r->branches;
    const int32_t seen = course->row->end;

    for (int j = 0; j < b->num; j++) {
        const node_t *n = &b->nodes[j];
        if (n->parent == r->branch && n->seen == seen && n->rules == rules && n->protocol == r->protocol) {
            return j;
        }
    }
    if (b->num == b->max) {
        const int max = 2 * b->max + 64;
        node_t *nodes = realloc(b->nodes, (size_t)max * sizeof(*nodes));
        if (nodes == NULL) {
            return ENG_NOBODY;
        }
        b->nodes = nodes;
        b->max = max;
    }
    b->nodes[b->num] = (node_t){ .parent = r->branch, .protocol = r->protocol, .seen = seen, .rules = rules, .first_row = row,
        .drawn = (course->row->flags & ENG_ROW_DRAW) != 0 };
    return b->num++;
}

/* Behind a rule in the list: its action on the days that the history says, first to last. */
static void add_dated(const struct eng_branches *b, int node, int rule, const eng_action_t *action, eng_protocol_t *protocol)
{
    if (node == ENG_NOBODY) {
        return;
    }
    const node_t *n = &b->nodes[node];
    add_dated(b, n->parent, rule, action, protocol);
    if (n->rules & 1u << rule) {
        eng_action_t *copy = &protocol->actions[protocol->num_actions++];
        *copy = *action;
        copy->on_event = false;
        copy->by_rule = true;
        copy->seen = n->seen;
        copy->tick = n->seen + eng_tick_nearest(action->after);
    }
}

static int make_plan(eng_runner_t *r, int node, eng_plan_t *plan)
{
    const struct eng_branches *b = r->branches;
    const eng_model_t *m = r->model;
    const eng_protocol_t *own = &m->spec.protocols[b->nodes[node].protocol];
    eng_protocol_t longer = { 0 };
    int depth = 0, rule = 0, ret;

    for (int j = node; j != ENG_NOBODY; j = b->nodes[j].parent) {
        depth++;
    }
    longer.actions = calloc((size_t)(own->num_actions * (depth + 1)), sizeof(*longer.actions));
    if (longer.actions == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar of a course that follows an event");
    }
    memcpy(longer.name, own->name, sizeof(longer.name));
    longer.num_run_in = own->num_run_in;
    for (int j = 0; j < own->num_actions; j++) {
        longer.actions[longer.num_actions++] = own->actions[j];
        if (own->actions[j].on_event) {
            add_dated(b, node, rule++, &own->actions[j], &longer);
        }
    }
    ret = eng_plan_create(plan, &longer, &m->spec, m->start, m->spec.horizon);
    free(longer.actions);
    if (ret == 0 && (plan->num_slots > m->body.num_slots || (plan->writes & ~m->body.drug_signals) != 0)) {
        eng_plan_free(plan);
        ret = ENG_FAIL(ENG_ERR_INTERNAL, "the calendar of a course that follows an event needs drugs for which its body has no room");
    }
    return ret;
}

static void give_up_oldest(struct eng_branches *b)
{
    node_t *oldest = NULL;
    for (int j = 0; j < b->num; j++) {
        node_t *n = &b->nodes[j];
        oldest = n->plan != NULL && (oldest == NULL || n->used < oldest->used) ? n : oldest;
    }
    if (oldest != NULL) {
        drop_plan(b, oldest);
    }
}

/* The calendar of a history, valid until the next one is asked for; NULL after an error. */
static const eng_plan_t *plan_of(eng_runner_t *r, int node)
{
    struct eng_branches *b = r->branches;
    node_t *n = &b->nodes[node];

    n->used = ++b->clock;
    if (n->plan == NULL) {
        while (b->num_plans >= MAX_PLANS) {
            give_up_oldest(b);
        }
        eng_plan_t *plan = calloc(1, sizeof(*plan));
        int ret = plan != NULL ? make_plan(r, node, plan) : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a calendar");
        if (ret != 0) {
            r->trouble = ret;
            free(plan);
            return NULL;
        }
        n->plan = plan;
        b->num_plans++;
    }
    return n->plan;
}

/* --- leaving ------------------------------------------------------------------------------------------------------ */

static void *kept_of(const struct eng_branches *b, const eng_body_t *body, int slot)
{
    return b->kept == NULL ? NULL : b->kept + (size_t)(slot / ENG_LANES) * body->kept_bytes;
}

/* The trigger stream of lane `from`, now lane l of t, stands at the first whole day from `end` on, whichever days the tile had drawn. */
static void place_triggers(const eng_course_t *c, int from, eng_tile_t *t, int l, int32_t end)
{
    const int32_t day = (end + 4096 * ENG_TICKS_PER_DAY + ENG_TICKS_PER_DAY - 1) / ENG_TICKS_PER_DAY - 4096;
    eng_clones_t *e = eng_clones_of(t, c->body);
    eng_rng_t rng;

    if (e == NULL) {
        return;
    }
    eng_course_stream(c, from, ENG_CHANNEL_TRIGGERS, &rng);
    rng = eng_rng_at(&rng, ENG_TICK_OF_STREAM(day * ENG_TICKS_PER_DAY), 0);
    e->trigger_state.low[l] = (uint64_t)rng.state;
    e->trigger_state.high[l] = (uint64_t)(rng.state >> 64);
}

void eng_branches_leave(eng_runner_t *r, int k, eng_course_t *course, int first, int row)
{
    struct eng_branches *b = r->branches;
    eng_seats_t *seats = &r->seats[k];
    const eng_plan_t *plan = course->plan;

    for (int l = 0; l < ENG_LANES; l++) {
        const int slot = seats->slot[l];
        if (course->leaves[l] != 0 && slot != ENG_NOBODY) {
            const int node = find_node(r, course, row, course->leaves[l]);
            eng_tile_t *room = eng_tile_at(b->room, course->body, slot / ENG_LANES);
            if (node == ENG_NOBODY) {
                r->trouble = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for courses that follow an event");
                break;
            }
            if (!seats->home) {
                eng_runner_keep_reads(r, l, slot, eng_slab_reads_before(plan, first), eng_slab_reads_before(plan, row));
            }
            eng_body_copy_lane(course->body, room, slot % ENG_LANES, course->tile, l);
            eng_body_copy_kept(course->body, kept_of(b, course->body, slot), slot % ENG_LANES, course->kept, l);
            place_triggers(course, l, room, slot % ENG_LANES, course->row->end);
            b->node[slot] = node;
            b->waiting++;
            course->tile->t_death[l] = -ENG_DAY_NEVER; /* what stays behind is nobody */
            seats->slot[l] = ENG_NOBODY;
            r->lost += plan->num_rows - row;
        }
    }
    memset(course->leaves, 0, sizeof(course->leaves));
    course->leaving = false;
}

/* --- going on ------------------------------------------------------------------------------------------------------ */

/* Lanes of a tile behind the `used` repeat the first and are nobody's. */
static void fill_tile(eng_runner_t *r, int k, int used, const eng_plan_t *plan)
{
    eng_tile_t *t = eng_slab_tile(r, k);
    eng_seats_t *seats = &r->seats[k];

    for (int l = used; l < ENG_LANES; l++) {
        eng_body_copy_lane(&r->model->body, t, l, t, 0);
        t->t_death[l] = -ENG_DAY_NEVER;
        seats->slot[l] = ENG_NOBODY;
        seats->point[l] = seats->point[0];
    }
    t->num_lanes = used;
    t->watch_counts = t->watch_cd4 = plan->transplant; /* the first day tells whom for */
    t->exposed = true;                                  /* the first row tells whether */
    t->exposure_ends = false;
    t->drugs_change = -ENG_DAY_NEVER;
    seats->home = false;
    eng_slab_seat(r, k);
}

/* All who wait with a history, as far as there are tiles; how many tiles they fill. */
static int gather(eng_runner_t *r, int node, const eng_plan_t *plan)
{
    struct eng_branches *b = r->branches;
    const eng_body_t *body = &r->model->body;
    int n = 0;

    for (int slot = 0; slot < r->count && n < b->slots; slot++) {
        if (b->node[slot] == node) {
            const int k = n / ENG_LANES, l = n % ENG_LANES;
            eng_body_copy_lane(body, eng_slab_tile(r, k), l, eng_tile_at(b->room, body, slot / ENG_LANES), slot % ENG_LANES);
            eng_body_copy_kept(body, eng_slab_kept(r, k), l, kept_of(b, body, slot), slot % ENG_LANES);
            r->seats[k].slot[l] = slot;
            r->seats[k].point[l] = r->point_of[slot];
            b->node[slot] = ENG_NOBODY;
            b->waiting--;
            n++;
        }
    }
    const int tiles = (n + ENG_LANES - 1) / ENG_LANES;
    for (int k = 0; k < tiles; k++) {
        fill_tile(r, k, n - k * ENG_LANES < ENG_LANES ? n - k * ENG_LANES : ENG_LANES, plan);
    }
    return tiles;
}

/* An action on the day of the visit may want clones drawn just before it, which the calendar before did not know. */
static void draw_late(eng_runner_t *r, int tiles, const eng_plan_t *plan, int row)
{
    for (int k = 0; k < tiles; k++) {
        eng_course_t course = eng_slab_course(r, k, plan);
        (r->seats[k].mixed ? r->kernel->draw_row_mixed : r->kernel->draw_row)(&course, row);
    }
}

static int next_node(const eng_runner_t *r)
{
    int next = ENG_NOBODY;
    for (int slot = 0; slot < r->count; slot++) {
        const int node = r->branches->node[slot];
        next = node != ENG_NOBODY && (next == ENG_NOBODY || node < next) ? node : next;
    }
    return next;
}

void eng_branches_run(eng_runner_t *r)
{
    while (r->branches != NULL && r->branches->waiting > 0 && r->trouble == 0) {
        const int node = next_node(r), row = r->branches->nodes[node].first_row;
        const bool drawn = r->branches->nodes[node].drawn;
        const eng_plan_t *plan = plan_of(r, node);
        if (plan == NULL) {
            break;
        }
        const int tiles = gather(r, node, plan);
        if ((plan->rows[row - 1].flags & ENG_ROW_DRAW) && !drawn) {
            draw_late(r, tiles, plan, row - 1);
        }
        r->branch = node;
        eng_slab_run(r, plan, row, tiles, false);
    }
    r->branch = ENG_NOBODY;
}
