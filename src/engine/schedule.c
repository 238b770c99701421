/**
 * The hand-out.  Messages (all tiny):
 *     worker -> manager   ASK  "give me a range", with what was done; any number, one unanswered at a time
 *                         LEAVE "I have ended", QUIT "I have ended because I was told to stop": one of them, once
 *     manager -> worker   an order: a range, or the last order; the last one comes exactly once
 * A worker that has left waits for its last order and the manager for everybody's leave, so that no message is ever left over.
 */
#include "engine/schedule.h"

#include "engine/agree.h"
#include "engine/owner.h"
#include <stdlib.h>

enum { ASK = 1, LEAVE = 2, QUIT = 3 };   /* eng_ask_t.what */
enum { LAST = 1, LAST_AND_DROP = 2 };   /* eng_order_t.last: after what was handed out, or at once */

#define MANAGER_ALSO_WORKS 64 /* ranks; a manager of more has enough to do */
#define SHARES 4              /* a range is at most 1 / (SHARES ranks) of what is left */
#define RANGE_SECONDS 1.0     /* and takes about so long */
#define FIRST_RANGE 4         /* blocks, until the speed is known */

struct eng_schedule_worker {
    eng_order_t order, last; /* buffers of messages under way */
    MPI_Request order_request, last_request;
    bool ended, left;
};

int
eng_schedule_create(eng_schedule_t *schedule, eng_ranges_t *pending, MPI_Comm comm)
{
    *schedule = (eng_schedule_t){ .comm = comm, .ask_request = { MPI_REQUEST_NULL, MPI_REQUEST_NULL } };
    MPI_Comm_rank(comm, &schedule->rank);
    MPI_Comm_size(comm, &schedule->size);
    schedule->started = MPI_Wtime();
    if (schedule->rank != 0) {
        return 0;
    }
    schedule->pending = *pending;
    *pending = (eng_ranges_t){ 0 };
    schedule->pending_left = eng_ranges_total(&schedule->pending);
    schedule->workers = calloc((size_t)schedule->size, sizeof(*schedule->workers));
    if (schedule->workers == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of ranks");
    }
    for (int r = 0; r < schedule->size; r++) {
        schedule->workers[r].order_request = schedule->workers[r].last_request = MPI_REQUEST_NULL;
    }
    return 0;
}

void
eng_schedule_free(eng_schedule_t *schedule)
{
    eng_ranges_free(&schedule->pending);
    free(schedule->workers);
    *schedule = (eng_schedule_t){ 0 };
}

/* Guided sizes: large ranges while much is left, none so large that its owner ends long after the others. */
static uint64_t
range_size(const eng_schedule_t *schedule)
{
    const double seconds = MPI_Wtime() - schedule->started;
    const uint64_t ranks = (uint64_t)schedule->size;
    const uint64_t share = schedule->pending_left / (SHARES * ranks);
    double most = FIRST_RANGE;

    if (schedule->blocks >= ranks && seconds > 0) {
        most = RANGE_SECONDS * (double)schedule->blocks / (seconds * (double)ranks);
    }
    const uint64_t cap = most < 1 ? 1 : most > 1e6 ? 1000000 : (uint64_t)most;
    return share < 1 ? 1 : share < cap ? share : cap;
}

static eng_range_t
take_range(eng_schedule_t *schedule)
{
    const eng_range_t range = eng_ranges_take(&schedule->pending, range_size(schedule));

    schedule->pending_left -= range.count;
    return range;
}

/* --- manager ----------------------------------------------------------------------------------------------- */

static int
send_last(eng_schedule_t *schedule, int to)
{
    eng_schedule_worker_t *worker = &schedule->workers[to];

    if (worker->ended) {
        return 0;
    }
    worker->ended = true;
    worker->last = (eng_order_t){ 0, 0, schedule->stopping ? LAST_AND_DROP : LAST };
    return eng_mpi_check(MPI_Isend(&worker->last, 3, MPI_UINT64_T, to, ENG_TAG_ORDER, schedule->comm, &worker->last_request),
        "handing out blocks");
}

static int
answer(eng_schedule_t *schedule, int to)
{
    eng_schedule_worker_t *worker = &schedule->workers[to];
    const eng_range_t range = schedule->stopping || worker->ended ? (eng_range_t){ 0, 0 } : take_range(schedule);
    int ret;

    if (range.count == 0) {
        return send_last(schedule, to);
    }
    /* The worker asks again only after it has the order before, so this does not wait. */
    ret = eng_mpi_check(MPI_Wait(&worker->order_request, MPI_STATUS_IGNORE), "handing out blocks");
    if (ret != 0) {
        return ret;
    }
    worker->order = (eng_order_t){ range.first, range.count, 0 };
    return eng_mpi_check(MPI_Isend(&worker->order, 3, MPI_UINT64_T, to, ENG_TAG_ORDER, schedule->comm, &worker->order_request),
        "handing out blocks");
}

static int
stop_all(eng_schedule_t *schedule)
{
    int ret = 0;

    for (int r = 1; r < schedule->size && ret == 0; r++) {
        ret = send_last(schedule, r);
    }
    return ret;
}

static int
hear(eng_schedule_t *schedule, int from, const eng_ask_t *ask)
{
    schedule->blocks += ask->blocks;
    schedule->courses += ask->courses;
    if (ask->what == ASK) {
        return answer(schedule, from);
    }
    schedule->workers[from].left = true;
    schedule->num_left++;
    if (ask->what == QUIT) {
        eng_schedule_stop(schedule);
    }
    return send_last(schedule, from);
}

static int
manager_poll(eng_schedule_t *schedule)
{
    int ret = schedule->stopping ? stop_all(schedule) : 0;

    while (ret == 0 && schedule->num_left < schedule->size - 1) {
        MPI_Status status;
        eng_ask_t ask;
        int there = 0;
        ret = eng_mpi_check(MPI_Iprobe(MPI_ANY_SOURCE, ENG_TAG_ASK, schedule->comm, &there, &status), "hearing workers");
        if (ret != 0 || !there) {
            break;
        }
        ret = eng_mpi_check(MPI_Recv(&ask, 3, MPI_UINT64_T, status.MPI_SOURCE, ENG_TAG_ASK, schedule->comm, MPI_STATUS_IGNORE),
            "hearing workers");
        if (ret == 0) {
            ret = hear(schedule, status.MPI_SOURCE, &ask);
        }
    }
    return ret;
}

/* --- worker ------------------------------------------------------------------------------------------------ */

static int
tell(eng_schedule_t *schedule, uint64_t what)
{
    const int slot = what == ASK ? 0 : 1;
    int ret = eng_mpi_check(MPI_Wait(&schedule->ask_request[slot], MPI_STATUS_IGNORE), "asking for blocks");

    if (ret != 0) {
        return ret;
    }
    schedule->ask[slot] = (eng_ask_t){ what, schedule->blocks, schedule->courses };
    schedule->blocks = schedule->courses = 0;
    return eng_mpi_check(MPI_Isend(&schedule->ask[slot], 3, MPI_UINT64_T, 0, ENG_TAG_ASK, schedule->comm,
                             &schedule->ask_request[slot]), "asking for blocks");
}

static int
worker_poll(eng_schedule_t *schedule)
{
    int ret = 0;

    while (ret == 0 && !schedule->ended) {
        eng_order_t order;
        int there = 0;
        ret = eng_mpi_check(MPI_Iprobe(0, ENG_TAG_ORDER, schedule->comm, &there, MPI_STATUS_IGNORE), "waiting for blocks");
        if (ret != 0 || !there) {
            break;
        }
        ret = eng_mpi_check(MPI_Recv(&order, 3, MPI_UINT64_T, 0, ENG_TAG_ORDER, schedule->comm, MPI_STATUS_IGNORE),
            "waiting for blocks");
        if (order.last != 0) {
            schedule->ended = true;
            if (order.last == LAST_AND_DROP) {
                eng_schedule_stop(schedule);
            }
        } else {
            schedule->asked = false;
            schedule->ahead = (eng_range_t){ order.first, order.count };
        }
    }
    if (ret == 0 && !schedule->ended && !schedule->asked && !schedule->left && !schedule->stopping &&
        schedule->ahead.count == 0) {
        schedule->asked = true;
        ret = tell(schedule, ASK);
    }
    return ret;
}

/* --- what the others see ----------------------------------------------------------------------------------- */

int
eng_schedule_poll(eng_schedule_t *schedule)
{
    return schedule->rank == 0 ? manager_poll(schedule) : worker_poll(schedule);
}

static eng_next_t
manager_next(eng_schedule_t *schedule)
{
    if (!schedule->stopping && schedule->now.count == 0 && schedule->size <= MANAGER_ALSO_WORKS) {
        /* Single blocks: it takes the next one as fast as it hands out, and a stop loses nothing (how many make a slab: eng_schedule_at_hand). */
        schedule->now = eng_ranges_take(&schedule->pending, 1);
        schedule->pending_left -= schedule->now.count;
    }
    if (!schedule->stopping && schedule->now.count > 0) {
        return ENG_NEXT_BLOCK;
    }
    return schedule->num_left < schedule->size - 1 ? ENG_NEXT_WAIT : ENG_NEXT_END;
}

static int
worker_next(eng_schedule_t *schedule, eng_next_t *next)
{
    int ret = 0;

    if (schedule->now.count == 0) {
        schedule->now = schedule->ahead;
        schedule->ahead = (eng_range_t){ 0, 0 };
    }
    *next = ENG_NEXT_WAIT;
    if (!schedule->stopping && schedule->now.count > 0) {
        *next = ENG_NEXT_BLOCK;
    } else if ((schedule->stopping || schedule->ended) && !schedule->left) {
        schedule->left = true;
        ret = tell(schedule, schedule->stopping ? QUIT : LEAVE);
    } else if (schedule->left && schedule->ended) {
        *next = ENG_NEXT_END;
        ret = eng_mpi_check(MPI_Waitall(2, schedule->ask_request, MPI_STATUSES_IGNORE), "leaving");
    }
    return ret;
}

int
eng_schedule_next(eng_schedule_t *schedule, eng_next_t *next, uint64_t *block)
{
    int ret = eng_schedule_poll(schedule);

    *next = ENG_NEXT_WAIT;
    if (ret == 0 && schedule->rank == 0) {
        *next = manager_next(schedule);
        for (int r = 1; *next == ENG_NEXT_END && ret == 0 && r < schedule->size; r++) {
            ret = eng_mpi_check(MPI_Wait(&schedule->workers[r].order_request, MPI_STATUS_IGNORE), "ending");
            if (ret == 0) {
                ret = eng_mpi_check(MPI_Wait(&schedule->workers[r].last_request, MPI_STATUS_IGNORE), "ending");
            }
        }
    } else if (ret == 0) {
        ret = worker_next(schedule, next);
    }
    if (ret == 0 && *next == ENG_NEXT_BLOCK) {
        *block = schedule->now.first++;
        schedule->now.count--;
    }
    return ret;
}

uint64_t
eng_schedule_at_hand(const eng_schedule_t *schedule)
{
    if (schedule->stopping) {
        return 0;
    }
    if (schedule->rank != 0 || schedule->now.count > 0) {
        return schedule->now.count;
    }
    return schedule->size == 1 ? schedule->pending_left : schedule->pending_left / (SHARES * (uint64_t)schedule->size);
}

void
eng_schedule_done(eng_schedule_t *schedule, uint64_t blocks, uint64_t courses)
{
    schedule->blocks += blocks;
    schedule->courses += courses;
}

void
eng_schedule_stop(eng_schedule_t *schedule)
{
    schedule->stopping = true;
    schedule->now = schedule->ahead = (eng_range_t){ 0, 0 };
}
