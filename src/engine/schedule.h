/**
 * Who computes what.  Ranks form a tree of at most three levels: rank 0 hands out ranges of blocks to its children, which are
 * all ranks while these are few, else the ranks of its own group and the first rank (the leader) of every other group; a leader
 * hands out to its group.  Ranges are large at first and single blocks at the end, and everybody asks for more before the present
 * work is used up.  Who has few children also computes.  The numbering of blocks knows nothing of all this.
 */
#ifndef ENG_ENGINE_SCHEDULE_H
#define ENG_ENGINE_SCHEDULE_H

#include "engine/ranges.h"
#include <mpi.h>
#include <stdbool.h>

#define ENG_GROUP_ABOVE 1024     /* ranks: more of them are divided into groups (docs/PERFORMANCE.md says why) */
#define ENG_MANAGER_ALSO_WORKS 64 /* children; who has more has enough to do */
#define ENG_RANGE_SHARES 4       /* a range is at most 1 / (shares x ranks) of what is left, for each rank that will work on it */
#define ENG_RANGE_SECONDS 1.0    /* and takes about so long */
#define ENG_FIRST_RANGE 4        /* blocks a rank, until the speed is known */

/** What a rank tells its parent: blocks and courses done, by it and by its children, since it told last. */
typedef struct {
    uint64_t what; /* see schedule.c */
    uint64_t blocks, courses;
} eng_ask_t;

typedef struct {
    uint64_t first, count, last; /* last: not 0 when nothing more will come, see schedule.c */
} eng_order_t;

enum { ENG_TELL_ASK, ENG_TELL_STOP, ENG_TELL_LEAVE, ENG_NUM_TELLS };

typedef struct eng_schedule_child eng_schedule_child_t;

typedef struct {
    MPI_Comm comm;                 /* borrowed */
    int rank, size, group;         /* group: ranks in one, or size */
    int parent;                    /* -1: rank 0 */
    int ranks;                     /* that work on what this rank hands out, itself included */
    double started;
    uint64_t blocks, courses;      /* done: rank 0 all told so far, others not yet told */
    uint64_t seen;                 /* blocks done here and below, all told so far */
    eng_ranges_t pool;             /* owned: to be handed out or computed here */
    uint64_t pool_left, refill_at; /* blocks in it; asks its parent for more when no more than this are left */
    eng_range_t now;               /* being computed by this rank */
    bool stopping;                 /* no new range for anybody */
    /* towards the parent */
    bool asked, ended, dropped, told_stop, left;
    eng_ask_t tell[ENG_NUM_TELLS]; /* buffers of messages under way */
    MPI_Request tell_request[ENG_NUM_TELLS];
    /* towards the children */
    eng_schedule_child_t *children; /* owned: [num_children] */
    int num_children, num_left, num_waiting;
    bool passed_stop;               /* all children have their last order because of a stop */
} eng_schedule_t;

typedef enum { ENG_NEXT_BLOCK, ENG_NEXT_WAIT, ENG_NEXT_END } eng_next_t;

/** Ranks in a group for `size` ranks: size itself where one manager is enough.  What eng_schedule_create does when not told otherwise. */
int eng_schedule_group(int size);
/**
 * Collective.  pending: on rank 0 the blocks to compute (taken over, left empty); other ranks may give NULL.  The environment
 * variable ENGRAFT_GROUP of rank 0 sets the size of groups (tests); one that is no whole number from 2 up: ENG_ERR_USAGE.
 * An error of one rank alone (memory) is to be agreed on by the caller.
 */
int eng_schedule_create(eng_schedule_t *schedule, eng_ranges_t *pending, MPI_Comm comm);
void eng_schedule_free(eng_schedule_t *schedule);

/** The next block of this rank.  WAIT: ask again a little later.  END: nothing more, here and below. */
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
