/**
 * How the hand-out, delivery, commits and the final write behave on more ranks than any test machine has: a discrete-event
 * simulation of the rules of engine/schedule.c, for one manager and for groups.  Deterministic; `make simulate-scale`.
 *
 *     simulate_scale [-a SECONDS] [RANKS...]     default: 1 to 100,000 ranks; -a: another cost of an ASK
 *
 * Weak scaling: every core has the same work.  Simulated: who asks whom when, ranges by the engine's own rule, a manager as a
 * server of one queue, commits against a shared file system of limited bandwidth and rate.  Not simulated: congestion of
 * the network, nodes that differ in speed by more than `spread`, failures.
 */
#include "engine/block.h"
#include "engine/schedule.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds unless said otherwise.  "measured": on the machine that docs/PERFORMANCE.md names, with the command it gives. */
static struct {
    double value;
    const char *what, *from;
} costs[] = {
#define COURSES_PER_SECOND costs[0].value
    { 40000, "courses a second and core", "goal of the step loop" },
#define COURSES_PER_RANK costs[1].value
    { 1e6, "courses a core (1e10 on 10,000)", "assumed" },
#define SPREAD costs[2].value
    { 0.1, "spread of block times, uniform +-", "assumed; deaths and branches" },
#define ANSWER costs[3].value
    { 4e-6, "manager's CPU time for one ASK", "measured: mpirun -n 2 bench_engine" },
#define LATENCY costs[4].value
    { 10e-6, "a small message", "assumed; 2 us InfiniBand, 30 us TCP" },
#define TILE costs[5].value
    { 1.6e-3, "between two looks of a manager that computes", "64 courses at the speed above" },
#define NAP costs[6].value
    { 0.2e-3, "between two looks of a manager that waits", "eng_idle" },
#define PACK costs[7].value
    { 32e-6, "packing a point, twice (journal, message)", "measured: bench_engine, demo study" },
#define UNPACK costs[8].value
    { 16e-6, "adding a point at its owner", "measured: bench_engine, demo study" },
#define POINT_BYTES costs[9].value
    { 3100, "packed bytes of a point", "measured: bench_engine, demo study" },
#define POOLED_BYTES costs[10].value
    { 115000, "packed bytes of pooled tables in a record", "measured: bench_engine, demo study" },
#define FILE_RATE costs[11].value
    { 20000, "appends a second of the shared file system", "assumed; Lustre or NFS server of middle size" },
#define FILE_BYTES costs[12].value
    { 2e9, "bytes a second of the shared file system", "assumed" },
#define COLLECTIVE costs[13].value
    { 2e-3, "one collective step of the write, x log2(ranks)", "assumed" },
};
enum { PROTOCOLS = 3, POINTS = 100000, POINT_FILE_BYTES = 3 * 6000 };

typedef struct {
    int parent, group_ranks, num_children; /* group_ranks: that work on what this one hands out, itself included */
    int waiting, next_waiting;             /* heads of lists of children without an answer, -1 none */
    uint64_t pool, refill, now, order;     /* blocks */
    uint64_t seen;
    bool asked, ended, order_last, working;
    double free_at, busy, debt, committed, done_at, work;
    uint64_t points;                       /* touched since the last commit, in blocks */
} node_t;

typedef struct {
    double time;
    uint64_t order; /* of making: ties are taken in it */
    int rank, kind;
} event_t;

enum { AT_ASK, AT_ORDER, AT_DONE, AT_SAVED };

typedef struct {
    int ranks, group;
    node_t *node;
    event_t *heap;
    size_t num, max;
    uint64_t made;
    double now, block_seconds, blocks_per_point, file_free, file_busy, commit; /* commit: sum over ranks */
} world_t;

/* --- events ------------------------------------------------------------------------------------------------ */

static bool
before(const event_t *a, const event_t *b)
{
    return a->time < b->time || (!(b->time < a->time) && a->order < b->order);
}

static void
push(world_t *w, double time, int kind, int rank)
{
    const event_t event = { time, w->made++, rank, kind };
    size_t j = w->num++;

    if (w->num > w->max) {
        w->max = 2 * w->num + 1024;
        w->heap = realloc(w->heap, w->max * sizeof(*w->heap));
        if (w->heap == NULL) {
            exit(70);
        }
    }
    for (; j > 0 && before(&event, &w->heap[(j - 1) / 2]); j = (j - 1) / 2) {
        w->heap[j] = w->heap[(j - 1) / 2];
    }
    w->heap[j] = event;
}

static event_t
pop(world_t *w)
{
    const event_t first = w->heap[0], last = w->heap[--w->num];
    size_t j = 0;

    for (;;) {
        size_t child = 2 * j + 1;
        if (child >= w->num) {
            break;
        }
        child += child + 1 < w->num && before(&w->heap[child + 1], &w->heap[child]);
        if (!before(&w->heap[child], &last)) {
            break;
        }
        w->heap[j] = w->heap[child];
        j = child;
    }
    w->heap[j] = last;
    return first;
}

/* 0 to 1 from two numbers. */
static double
noise(uint64_t a, uint64_t b)
{
    uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) + b * UINT64_C(0xd1b54a32d192ed03);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

/* --- hand-out: the rules of schedule.c --------------------------------------------------------------------- */

static uint64_t
range_size(const world_t *w, const node_t *node, int for_ranks)
{
    const double ranks = node->group_ranks, share = (double)node->pool * for_ranks / (ENG_RANGE_SHARES * ranks);
    double most = ENG_FIRST_RANGE * for_ranks;

    if ((double)node->seen >= ranks && w->now > 0) {
        most = ENG_RANGE_SECONDS * (double)node->seen * for_ranks / (w->now * ranks);
    }
    most = share < most ? share : most;
    return most < 1 ? 1 : (uint64_t)most;
}

static bool
computes(const node_t *node)
{
    return node->num_children <= ENG_MANAGER_ALSO_WORKS;
}

static bool
no_more(const node_t *node)
{
    return node->parent < 0 || node->ended;
}

static void
ask(world_t *w, int rank)
{
    node_t *child = &w->node[rank], *parent = &w->node[child->parent];
    const double arrives = w->now + LATENCY, look = computes(parent) && parent->working ? TILE : NAP;
    double begins = arrives > parent->free_at ? arrives + look * noise((uint64_t)rank, w->made) : parent->free_at;

    begins = begins > parent->free_at ? begins : parent->free_at;
    child->asked = true;
    parent->free_at = begins + ANSWER;
    parent->busy += ANSWER;
    parent->debt += ANSWER;
    push(w, parent->free_at, AT_ASK, rank);
}

static void
maybe_ask(world_t *w, int rank)
{
    const node_t *node = &w->node[rank];

    if (node->parent >= 0 && !node->asked && !node->ended && node->pool <= node->refill) {
        ask(w, rank);
    }
}

static void
answer(world_t *w, int rank)
{
    node_t *child = &w->node[rank], *parent = &w->node[child->parent];

    if (parent->pool == 0 && !no_more(parent)) {
        child->next_waiting = parent->waiting;
        parent->waiting = rank;
        return;
    }
    child->order = parent->pool == 0 ? 0 : range_size(w, parent, child->num_children > 0 ? child->group_ranks : 1);
    child->order = child->order < parent->pool ? child->order : parent->pool;
    child->order_last = child->order == 0;
    parent->pool -= child->order;
    maybe_ask(w, child->parent);
    push(w, w->now + LATENCY, AT_ORDER, rank);
}

/* Saving and delivery of what was done since the last time; the file system serves one after the other. */
static double
commit(world_t *w, node_t *node, double time)
{
    const double points = ceil((double)node->points / w->blocks_per_point);
    const double bytes = points * POINT_BYTES + POOLED_BYTES, alone = points * (PACK + UNPACK);
    const double served = 1 / FILE_RATE + bytes / FILE_BYTES;
    const double begins = time + alone > w->file_free ? time + alone : w->file_free;

    node->committed = time;
    node->points = 0;
    w->file_free = begins + served;
    w->file_busy += served;
    w->commit += w->file_free - time;
    return w->file_free - time;
}

static void
begin(world_t *w, int rank)
{
    node_t *node = &w->node[rank];
    const uint64_t most = node->num_children > 0 || node->parent < 0 ? 1 : node->pool;

    if (node->working || !computes(node) || node->pool == 0) {
        return;
    }
    node->now = most < node->pool ? most : node->pool;
    node->pool -= node->now;
    node->working = true;
    const double work = (double)node->now * w->block_seconds * (1 + SPREAD * (2 * noise((uint64_t)rank, node->seen + 7) - 1));
    push(w, w->now + work + node->debt, AT_DONE, rank);
    node->work += work;
    node->debt = 0;
    node->points += node->now;
    maybe_ask(w, rank);
}

static void
serve_waiting(world_t *w, node_t *node)
{
    int rank = node->waiting;

    node->waiting = -1;
    while (rank >= 0) {
        const int next = w->node[rank].next_waiting;
        answer(w, rank);
        rank = next;
    }
}

/* run_sweep.c; spread, since ranks do not begin together. */
static double
save_interval(const world_t *w, int rank)
{
    return (2.0 + 0.01 * w->ranks) * (0.5 + 0.5 * noise((uint64_t)rank, 3));
}

static void
handle(world_t *w, const event_t *event)
{
    node_t *node = &w->node[event->rank];

    if (event->kind == AT_ASK) {
        answer(w, event->rank);
    } else if (event->kind == AT_ORDER) {
        node->asked = false;
        node->ended = node->order_last;
        node->pool += node->order;
        node->refill = node->num_children > 0 ? node->order / 2 : 0;
        serve_waiting(w, node);
        begin(w, event->rank);
        maybe_ask(w, event->rank);
    } else if (event->kind == AT_DONE && w->now - node->committed > save_interval(w, event->rank)) {
        push(w, w->now + commit(w, node, w->now), AT_SAVED, event->rank);
    } else {
        node->working = false;
        node->done_at = w->now;
        for (int up = event->rank; up >= 0; up = w->node[up].parent) { /* told with the next ASK; here at once */
            w->node[up].seen += node->now;
        }
        begin(w, event->rank);
        maybe_ask(w, event->rank);
    }
}

/* --- one run ----------------------------------------------------------------------------------------------- */

static void
build(world_t *w)
{
    for (int r = 0; r < w->ranks; r++) {
        const int leader = r / w->group * w->group, rest = w->ranks - leader;
        const int in_group = rest < w->group ? rest : w->group;
        node_t *node = &w->node[r];
        *node = (node_t){ .parent = r == 0 ? -1 : r == leader ? 0 : leader, .waiting = -1, .next_waiting = -1 };
        node->num_children = (r == leader ? in_group - 1 : 0) + (r == 0 ? (w->ranks - 1) / w->group : 0);
        node->group_ranks = r == 0 ? w->ranks : r == leader ? in_group : 1;
    }
}

typedef struct {
    double efficiency, root_busy, leader_busy, commit, file_busy, seconds, write;
} outcome_t;

static outcome_t
simulate(int ranks, int group)
{
    const uint64_t patients = (uint64_t)(COURSES_PER_RANK * ranks / PROTOCOLS / POINTS) + 1;
    const eng_blocks_t blocks = eng_blocks_of(POINTS, patients);
    const double courses = (double)POINTS * (double)patients * PROTOCOLS;
    world_t w = { .ranks = ranks, .group = group, .node = calloc((size_t)ranks, sizeof(node_t)) };
    outcome_t out = { 0 };
    double work = 0, end = 0;

    if (w.node == NULL) {
        exit(70);
    }
    w.block_seconds = courses / (double)blocks.num_blocks / COURSES_PER_SECOND;
    w.blocks_per_point = (double)blocks.num_blocks / POINTS;
    build(&w);
    w.node[0].pool = blocks.num_blocks;
    begin(&w, 0);
    for (int r = 1; r < ranks; r++) {
        ask(&w, r);
    }
    while (w.num > 0) {
        const event_t event = pop(&w);
        w.now = event.time;
        handle(&w, &event);
    }
    for (int r = 0; r < ranks; r++) {
        const double last = w.node[r].points > 0 ? w.node[r].done_at + commit(&w, &w.node[r], w.node[r].done_at) : w.node[r].done_at;
        end = last > end ? last : end;
        work += w.node[r].work;
        out.leader_busy = r > 0 && w.node[r].busy > out.leader_busy ? w.node[r].busy : out.leader_busy;
    }
    out.seconds = end;
    out.efficiency = work / (end * ranks);
    out.root_busy = w.node[0].busy / end;
    out.leader_busy /= end;
    out.commit = w.commit / (end * ranks);
    out.file_busy = w.file_busy / end;
    out.write = (double)POINTS * POINT_FILE_BYTES / FILE_BYTES + COLLECTIVE * log2((double)ranks + 1) * 30;
    free(w.node);
    free(w.heap);
    return out;
}

static void
print_row(int ranks)
{
    int group = 2;

    while (group * group < ranks) {
        group++;
    }
    const outcome_t flat = simulate(ranks, ranks), tree = simulate(ranks, ranks > 4 ? group : ranks);
    printf("%7d | %6.1f %8.2f %8.1f %8.1f | %6d %6.1f %8.2f %9.2f | %8.1f %8.1f\n", ranks, 100 * flat.efficiency, 100 * flat.root_busy,
        100 * flat.commit, flat.seconds, ranks > 4 ? group : ranks, 100 * tree.efficiency, 100 * tree.root_busy, 100 * tree.leader_busy,
        100 * tree.file_busy, tree.write);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    static const int sizes[] = { 1, 2, 4, 16, 64, 65, 256, 1000, 3000, 10000, 30000, 100000 };

    if (argc > 2 && strcmp(argv[1], "-a") == 0) {
        ANSWER = strtod(argv[2], NULL);
        argc -= 2;
        argv += 2;
    }
    printf("costs:\n");
    for (size_t j = 0; j < sizeof(costs) / sizeof(*costs); j++) {
        printf("  %-48s %10g   %s\n", costs[j].what, costs[j].value, costs[j].from);
    }
    printf("\n        | one manager                       | groups                            | file      final\n");
    printf("  ranks | effic.  manager   commit  seconds |   size effic.    rank 0 a leader  | system   write s\n");
    for (int j = 1; j < argc; j++) {
        print_row(atoi(argv[j]));
    }
    for (size_t j = 0; argc < 2 && j < sizeof(sizes) / sizeof(*sizes); j++) {
        print_row(sizes[j]);
    }
    printf("Columns in per cent but for ranks, size, seconds.  manager, rank 0, a leader: share of its time that goes into answering.\n");
    return 0;
}
