/**
 * Who computes what.  Rank 0 hands out ranges of blocks, large ones first and single blocks at the end; every other rank
 * asks for its next range before it has finished the present one.  Rank 0 also computes while ranks are few.  The numbering
 * of blocks knows nothing of all this, so a hierarchy of managers can be put behind the same calls.
 */
#ifndef ENG_ENGINE_SCHEDULE_H
#define ENG_ENGINE_SCHEDULE_H

#include "engine/ranges.h"
#include <mpi.h>
#include <stdbool.h>

/** What a worker tells: blocks and courses done since it told last. */
typedef struct {
    uint64_t what; /* see schedule.c */
    uint64_t blocks, courses;
} eng_ask_t;

typedef struct {
    uint64_t first, count, last; /* last: not 0 when nothing more will come, see schedule.c */
} eng_order_t;

typedef struct eng_schedule_worker eng_schedule_worker_t;

typedef struct {
    MPI_Comm comm;                 /* borrowed */
    int rank, size;
    double started;
    uint64_t blocks, courses;      /* done: rank 0 all told so far, others not yet told */
    eng_range_t now, ahead;        /* ranges to compute: the present one, the one asked for ahead */
    bool stopping;                 /* no new range for anybody */
    /* workers */
    bool asked, ended, left;
    eng_ask_t ask[2];              /* buffers of messages under way */
    MPI_Request ask_request[2];
    /* rank 0 */
    eng_ranges_t pending;             /* owned */
    uint64_t pending_left;
    eng_schedule_worker_t *workers; /* owned: [size] */
    int num_left;
} eng_schedule_t;

typedef enum { ENG_NEXT_BLOCK, ENG_NEXT_WAIT, ENG_NEXT_END } eng_next_t;

/** Not collective.  pending: on rank 0 the blocks to compute (taken over, left empty); other ranks may give NULL. */
int eng_schedule_create(eng_schedule_t *schedule, eng_ranges_t *pending, MPI_Comm comm);
void eng_schedule_free(eng_schedule_t *schedule);

/** The next block of this rank.  WAIT: ask again a little later.  END: nothing more; on rank 0 all others have ended too. */
int eng_schedule_next(eng_schedule_t *schedule, eng_next_t *next, uint64_t *block);
/** Blocks that this rank may take at once without keeping others waiting, 0 when none are there yet. */
uint64_t eng_schedule_at_hand(const eng_schedule_t *schedule);
/** Blocks are done. */
void eng_schedule_done(eng_schedule_t *schedule, uint64_t blocks, uint64_t courses);
/** Take in and answer messages; to be called often. */
int eng_schedule_poll(eng_schedule_t *schedule);
/** No further block for this rank, and soon for no rank. */
void eng_schedule_stop(eng_schedule_t *schedule);

#endif
