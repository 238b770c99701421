/**
 * The hand-out.  Messages (all tiny), between a child and its parent:
 *     child -> parent   ASK   "give me a range", with what was done; any number, one unanswered at a time
 *                       STOP  "stop everybody", from a child with children of its own; at most once, before it leaves
 *                       LEAVE "all of us have ended", QUIT "we have ended because we were told to stop": one of them, once, last
 *     parent -> child   an order: a range, or the last order; the last one comes exactly once, also to a child that has left
 * A child leaves after all its own children have left, and ends when it also has its last order; a parent ends after everybody's
 * leave.  So no message is left over.  An ASK is answered at once where the pool has blocks or will never have more, else when
 * either comes true; a parent's parent answers by the same rule, and rank 0's pool never waits: so nobody waits forever.
 */
#include "engine/schedule.h"

#include "engine/owner.h"
#include "store/agree.h"
#include <errno.h>
#include <stdlib.h>

enum { ASK = 1, LEAVE = 2, QUIT = 3, STOP = 4 }; /* eng_ask_t.what */
enum { LAST = 1, LAST_AND_DROP = 2 };            /* eng_order_t.last: after what was handed out, or at once */

struct eng_schedule_child {
    int rank, ranks;         /* ranks: that work on what it gets */
    eng_order_t order, last; /* buffers of messages under way */
    MPI_Request order_request, last_request;
    bool waiting;            /* an ASK without an answer */
    bool ended, left;
};

/* --- the tree ---------------------------------------------------------------------------------------------- */

int
eng_schedule_group(int size)
{
    int group = 2;

    if (size <= ENG_GROUP_ABOVE) {
        return size;
    }
    while (group * group < size) { /* as many groups as ranks in one: the least that any rank has to hear */
        group++;
    }
    return group;
}

static int
ranks_of_group(const eng_schedule_t *schedule, int leader)
{
    const int rest = schedule->size - leader;

    return rest < schedule->group ? rest : schedule->group;
}

static int
make_children(eng_schedule_t *schedule)
{
    const int rank = schedule->rank, group = schedule->group;
    const int own = rank % group == 0 ? ranks_of_group(schedule, rank) - 1 : 0;
    const int leaders = rank == 0 ? (schedule->size - 1) / group : 0;

    schedule->num_children = own + leaders;
    schedule->children = calloc((size_t)schedule->num_children + 1, sizeof(*schedule->children));
    if (schedule->children == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of ranks");
    }
    schedule->ranks = rank == 0 ? schedule->size : own + 1;
    for (int j = 0; j < schedule->num_children; j++) {
        eng_schedule_child_t *child = &schedule->children[j];
        child->rank = j < own ? rank + 1 + j : (j - own + 1) * group;
        child->ranks = j < own ? 1 : ranks_of_group(schedule, child->rank);
        child->order_request = child->last_request = MPI_REQUEST_NULL;
    }
    return 0;
}

/* NULL: no child of ours. */
static eng_schedule_child_t *
child_of(eng_schedule_t *schedule, int rank)
{
    const int own = ranks_of_group(schedule, schedule->rank) - 1, offset = rank - schedule->rank;
    const int j = offset <= own ? offset - 1 : own + rank / schedule->group - 1;

    return j >= 0 && j < schedule->num_children && schedule->children[j].rank == rank ? &schedule->children[j] : NULL;
}

/* Of rank 0, as all see it; -1: not a number of ranks. */
static int
group_wanted(int size)
{
    const char *text = getenv("ENGRAFT_GROUP");
    char *end;

    if (text == NULL || text[0] == '\0') {
        return eng_schedule_group(size);
    }
    errno = 0;
    const long group = strtol(text, &end, 10);
    if (*end != '\0' || errno != 0 || group < 2) {
        return -1;
    }
    return group < size ? (int)group : size;
}

int
eng_schedule_create(eng_schedule_t *schedule, eng_ranges_t *pending, MPI_Comm comm)
{
    int ret;

    *schedule = (eng_schedule_t){ .comm = comm, .started = MPI_Wtime() };
    for (int j = 0; j < ENG_NUM_TELLS; j++) {
        schedule->tell_request[j] = MPI_REQUEST_NULL;
    }
    MPI_Comm_rank(comm, &schedule->rank);
    MPI_Comm_size(comm, &schedule->size);
    schedule->group = schedule->rank == 0 ? group_wanted(schedule->size) : 0;
    ret = eng_mpi_check(MPI_Bcast(&schedule->group, 1, MPI_INT, 0, comm), "forming groups");
    if (ret == 0 && schedule->group < 1) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "ENGRAFT_GROUP: '%s' is no number of ranks; a whole number from 2 up, or leave it unset",
            getenv("ENGRAFT_GROUP") != NULL ? getenv("ENGRAFT_GROUP") : "");
    }
    if (ret != 0) {
        return ret;
    }
    const int leader = schedule->rank / schedule->group * schedule->group;
    schedule->parent = schedule->rank == 0 ? -1 : leader == schedule->rank ? 0 : leader;
    if (schedule->rank == 0) {
        schedule->pool = *pending;
        *pending = (eng_ranges_t){ 0 };
        schedule->pool_left = eng_ranges_total(&schedule->pool);
    }
    return make_children(schedule);
}

void
eng_schedule_free(eng_schedule_t *schedule)
{
    eng_ranges_free(&schedule->pool);
    free(schedule->children);
    *schedule = (eng_schedule_t){ 0 };
}

/* --- the pool ---------------------------------------------------------------------------------------------- */

/* Guided sizes: large ranges while much is left, none so large that its owner ends long after the others. */
static uint64_t
range_size(const eng_schedule_t *schedule, int for_ranks)
{
    const double seconds = MPI_Wtime() - schedule->started;
    const uint64_t ranks = (uint64_t)schedule->ranks, some = (uint64_t)for_ranks;
    const uint64_t share = schedule->pool_left * some / (ENG_RANGE_SHARES * ranks); /* blocks <= 1e7: no overflow */
    double most = ENG_FIRST_RANGE * (double)some;

    if (schedule->seen >= ranks && seconds > 0) {
        most = ENG_RANGE_SECONDS * (double)schedule->seen * (double)some / (seconds * (double)ranks);
    }
    const uint64_t cap = most < 1 ? 1 : most > 1e7 ? 10000000 : (uint64_t)most;
    return share < 1 ? 1 : share < cap ? share : cap;
}

static eng_range_t
take(eng_schedule_t *schedule, uint64_t at_most)
{
    const eng_range_t range = eng_ranges_take(&schedule->pool, at_most);

    schedule->pool_left -= range.count;
    return range;
}

/* Nothing more will come into the pool. */
static bool
no_more(const eng_schedule_t *schedule)
{
    return schedule->stopping || schedule->parent < 0 || schedule->ended;
}

/* --- towards the children ---------------------------------------------------------------------------------- */

static int
send_order(eng_schedule_t *schedule, int to, const eng_order_t *order, MPI_Request *request)
{
    return eng_mpi_check(MPI_Isend(order, 3, MPI_UINT64_T, to, ENG_TAG_ORDER, schedule->comm, request), "handing out blocks");
}

static int
send_last(eng_schedule_t *schedule, eng_schedule_child_t *child)
{
    schedule->num_waiting -= child->waiting;
    child->waiting = false;
    if (child->ended) {
        return 0;
    }
    child->ended = true;
    child->last = (eng_order_t){ 0, 0, schedule->stopping ? LAST_AND_DROP : LAST };
    return send_order(schedule, child->rank, &child->last, &child->last_request);
}

static int
answer(eng_schedule_t *schedule, eng_schedule_child_t *child)
{
    int ret;

    if (schedule->stopping || child->ended || (schedule->pool_left == 0 && no_more(schedule))) {
        return send_last(schedule, child);
    }
    schedule->num_waiting -= child->waiting;
    child->waiting = schedule->pool_left == 0;
    schedule->num_waiting += child->waiting;
    if (child->waiting) {
        return 0;
    }
    /* The child asks again only after it has the order before, so this does not wait. */
    ret = eng_mpi_check(MPI_Wait(&child->order_request, MPI_STATUS_IGNORE), "handing out blocks");
    if (ret != 0) {
        return ret;
    }
    const eng_range_t range = take(schedule, range_size(schedule, child->ranks));
    child->order = (eng_order_t){ range.first, range.count, 0 };
    return send_order(schedule, child->rank, &child->order, &child->order_request);
}

/* After something that may let waiting children go on: new blocks, the end, a stop. */
static int
answer_waiting(eng_schedule_t *schedule)
{
    const bool stop = schedule->stopping && !schedule->passed_stop;
    int ret = 0;

    for (int j = 0; (stop || schedule->num_waiting > 0) && j < schedule->num_children && ret == 0; j++) {
        eng_schedule_child_t *child = &schedule->children[j];
        if (stop) {
            ret = send_last(schedule, child);
        } else if (child->waiting && (schedule->pool_left > 0 || no_more(schedule))) {
            ret = answer(schedule, child);
        }
    }
    schedule->passed_stop = schedule->stopping;
    return ret;
}

static int
hear(eng_schedule_t *schedule, eng_schedule_child_t *child, const eng_ask_t *ask)
{
    schedule->blocks += ask->blocks;
    schedule->courses += ask->courses;
    schedule->seen += ask->blocks;
    if (ask->what == ASK) {
        return answer(schedule, child);
    }
    if (ask->what == STOP || ask->what == QUIT) {
        eng_schedule_stop(schedule);
    }
    if (ask->what == STOP) {
        return 0;
    }
    child->left = true;
    schedule->num_left++;
    return send_last(schedule, child);
}

static int
poll_children(eng_schedule_t *schedule)
{
    int ret = 0;

    while (ret == 0 && schedule->num_left < schedule->num_children) {
        MPI_Status status;
        eng_ask_t ask;
        int there = 0;
        ret = eng_mpi_check(MPI_Iprobe(MPI_ANY_SOURCE, ENG_TAG_ASK, schedule->comm, &there, &status), "hearing ranks");
        if (ret != 0 || !there) {
            break;
        }
        ret = eng_mpi_check(MPI_Recv(&ask, 3, MPI_UINT64_T, status.MPI_SOURCE, ENG_TAG_ASK, schedule->comm, MPI_STATUS_IGNORE),
            "hearing ranks");
        eng_schedule_child_t *child = child_of(schedule, status.MPI_SOURCE);
        if (ret == 0) {
            ret = child != NULL ? hear(schedule, child, &ask)
                                : ENG_FAIL(ENG_ERR_INTERNAL, "rank %d asks rank %d for blocks", status.MPI_SOURCE, schedule->rank);
        }
    }
    return ret;
}

/* --- towards the parent ------------------------------------------------------------------------------------ */

static int
tell(eng_schedule_t *schedule, int slot, uint64_t what)
{
    int ret = eng_mpi_check(MPI_Wait(&schedule->tell_request[slot], MPI_STATUS_IGNORE), "asking for blocks");

    if (ret != 0) {
        return ret;
    }
    schedule->tell[slot] = (eng_ask_t){ what, schedule->blocks, schedule->courses };
    schedule->blocks = schedule->courses = 0;
    return eng_mpi_check(MPI_Isend(&schedule->tell[slot], 3, MPI_UINT64_T, schedule->parent, ENG_TAG_ASK, schedule->comm,
                             &schedule->tell_request[slot]), "asking for blocks");
}

static int
obey(eng_schedule_t *schedule, const eng_order_t *order)
{
    if (order->last != 0) {
        schedule->ended = true;
        if (order->last == LAST_AND_DROP) {
            schedule->dropped = true;
            eng_schedule_stop(schedule);
        }
        return 0;
    }
    schedule->asked = false;
    if (schedule->stopping) {
        return 0; /* such blocks stay undone, as every other that was not begun */
    }
    /* A leader asks again at half of it, so that its group goes on meanwhile; one without children when it begins with it. */
    schedule->refill_at = schedule->num_children > 0 ? order->count / 2 : 0;
    if (schedule->pool_left == 0) {
        eng_ranges_clear(&schedule->pool);
    }
    schedule->pool_left += order->count;
    return eng_ranges_add(&schedule->pool, (eng_range_t){ order->first, order->count });
}

static int
poll_parent(eng_schedule_t *schedule)
{
    int ret = 0;

    while (ret == 0 && !schedule->ended) {
        eng_order_t order;
        int there = 0;
        ret = eng_mpi_check(MPI_Iprobe(schedule->parent, ENG_TAG_ORDER, schedule->comm, &there, MPI_STATUS_IGNORE), "waiting for blocks");
        if (ret != 0 || !there) {
            break;
        }
        ret = eng_mpi_check(MPI_Recv(&order, 3, MPI_UINT64_T, schedule->parent, ENG_TAG_ORDER, schedule->comm, MPI_STATUS_IGNORE),
            "waiting for blocks");
        if (ret == 0) {
            ret = obey(schedule, &order);
        }
    }
    if (ret == 0 && schedule->stopping && schedule->num_children > 0 && !schedule->told_stop && !schedule->dropped && !schedule->left) {
        schedule->told_stop = true;
        ret = tell(schedule, ENG_TELL_STOP, STOP);
    }
    if (ret == 0 && !schedule->ended && !schedule->asked && !schedule->left && !schedule->stopping &&
        schedule->pool_left <= schedule->refill_at) {
        schedule->asked = true;
        ret = tell(schedule, ENG_TELL_ASK, ASK);
    }
    return ret;
}

/* --- what the others see ----------------------------------------------------------------------------------- */

int
eng_schedule_poll(eng_schedule_t *schedule)
{
    int ret = poll_children(schedule);

    if (ret == 0 && schedule->parent >= 0) {
        ret = poll_parent(schedule);
    }
    return ret == 0 ? answer_waiting(schedule) : ret;
}

/* Nothing to compute here any more.  The parent hears of it when that is true below, too. */
static int
leave(eng_schedule_t *schedule, eng_next_t *next)
{
    int ret = 0;

    *next = ENG_NEXT_WAIT;
    if (schedule->num_left < schedule->num_children) {
        return 0;
    }
    if (schedule->parent < 0) {
        *next = ENG_NEXT_END;
    } else if (!schedule->left) {
        schedule->left = true;
        ret = tell(schedule, ENG_TELL_LEAVE, schedule->stopping ? QUIT : LEAVE);
    } else if (schedule->ended) {
        *next = ENG_NEXT_END;
        ret = eng_mpi_check(MPI_Waitall(ENG_NUM_TELLS, schedule->tell_request, MPI_STATUSES_IGNORE), "leaving");
    }
    for (int j = 0; *next == ENG_NEXT_END && ret == 0 && j < schedule->num_children; j++) {
        ret = eng_mpi_check(MPI_Wait(&schedule->children[j].order_request, MPI_STATUS_IGNORE), "ending");
        if (ret == 0) {
            ret = eng_mpi_check(MPI_Wait(&schedule->children[j].last_request, MPI_STATUS_IGNORE), "ending");
        }
    }
    return ret;
}

int
eng_schedule_next(eng_schedule_t *schedule, eng_next_t *next, uint64_t *block)
{
    const bool alone = schedule->num_children == 0;
    int ret = eng_schedule_poll(schedule);

    *next = ENG_NEXT_WAIT;
    if (ret != 0) {
        return ret;
    }
    if (!schedule->stopping && schedule->now.count == 0 && schedule->num_children <= ENG_MANAGER_ALSO_WORKS) {
        /* With children single blocks: it takes the next one as fast as it hands out. */
        schedule->now = take(schedule, alone && schedule->parent >= 0 ? UINT64_MAX : 1);
    }
    if (!schedule->stopping && schedule->now.count > 0) {
        *next = ENG_NEXT_BLOCK;
        *block = schedule->now.first++;
        schedule->now.count--;
        return 0;
    }
    return no_more(schedule) && (schedule->stopping || schedule->pool_left == 0) ? leave(schedule, next) : 0;
}

uint64_t
eng_schedule_at_hand(const eng_schedule_t *schedule)
{
    if (schedule->stopping) {
        return 0;
    }
    if (schedule->now.count > 0) {
        return schedule->now.count;
    }
    /* Who hands out to others takes no more at once than they would get. */
    return schedule->num_children == 0 ? schedule->pool_left : schedule->pool_left / (ENG_RANGE_SHARES * (uint64_t)schedule->ranks);
}

void
eng_schedule_done(eng_schedule_t *schedule, uint64_t blocks, uint64_t courses)
{
    schedule->blocks += blocks;
    schedule->courses += courses;
    schedule->seen += blocks;
}

void
eng_schedule_stop(eng_schedule_t *schedule)
{
    schedule->stopping = true;
    schedule->now = (eng_range_t){ 0, 0 };
    eng_ranges_clear(&schedule->pool);
    schedule->pool_left = 0;
}
