/**
 * What the parts of a run share: run.c (order of things), run_restore.c (saved work), run_sweep.c (computing),
 * run_finish.c (reducing and writing).  Private to the engine.
 */
#ifndef ENG_ENGINE_RUN_STATE_H
#define ENG_ENGINE_RUN_STATE_H

#include "engine/batch.h"
#include "engine/block.h"
#include "engine/journal.h"
#include "engine/owner.h"
#include "engine/profile.h"
#include "engine/progress.h"
#include "engine/schedule.h"
#include "engine/shard.h"
#include "engine/work.h"
#include "engine/workdir.h"
#include "study/rounds.h"
#include <engraft/run.h>

/** What the result that is extended has; zeroed: none is. */
typedef struct {
    uint64_t points, patients, blocks, courses;
    double core_seconds; /* rank 0 */
    char *attempts;      /* owned; rank 0 */
} eng_extended_t;

struct eng_run {
    eng_run_options_t options;
    MPI_Comm comm;          /* own duplicate */
    int rank, size;
    double started, stop_at; /* monotonic seconds; stop_at: of the deadline, 0 none */
    eng_study_t study;
    eng_layout_t layout;
    eng_records_t records;
    uint64_t num_records;
    double *unit, *values;  /* [num_points][num_uncertain] */
    eng_extended_t from;
    eng_rounds_t rounds;    /* closed, of a study that wants to know something well enough */
    eng_region_t blocks;    /* of the study, but for what an extended result has */
    eng_shard_t shard;      /* what of it this run computes; zeroed: all */
    uint64_t planned;       /* courses of that */
    eng_work_t work;
    eng_batch_t batch;      /* computed by this rank and not saved yet */
    int64_t *pooled;        /* saved: [num_protocols][pooled_words], of this rank */
    eng_owner_t owner;
    eng_journal_t journal;
    eng_schedule_t schedule;
    eng_workdir_t dir;      /* rank 0 */
    eng_progress_t progress; /* rank 0 */
    int attempt;
    uint64_t other_blocks;  /* of other shares: nobody's business here */
    uint64_t restored_blocks; /* not to be computed: by earlier attempts, all ranks, or of other shares */
    uint64_t restored_courses; /* by earlier attempts */
    uint64_t blocks_done;   /* by this rank */
    uint64_t swept_courses, swept_blocks; /* of the schedules of earlier rounds */
    double looked;          /* monotonic seconds: for messages of others */
    double look_cost;       /* CPU seconds of a look, on average lately */
    double longest_block;   /* seconds, of this rank: its share of a slab */
    double began;           /* monotonic seconds: first block */
    double saved, synced;   /* of the last commit, and of the last that reached the disk */
    eng_profile_t profile;
    eng_profile_sum_t profile_sum; /* of all ranks, after the sweep; all zero before */
    int trouble;            /* first error of this rank while others still work */
};

/** Blocks first .. *end - 1 are what this run computes; returns first. */
uint64_t eng_run_range(const eng_run_t *run, uint64_t *end);

/* --- run_extend.c: of a run that extends a result; of others they do nothing --- */

/** Rank 0: read the larger study from the result, and what is told of it. */
int eng_run_extend_study(eng_run_t *run);
/** Rank 0: are the points of the result the first ones of this design? */
int eng_run_extend_check(const eng_run_t *run);
/** Every rank takes the sums and records of the result that it owns. */
int eng_run_extend_take(eng_run_t *run);

/** Courses of this attempt, as far as this rank knows. */
static inline uint64_t
eng_run_courses(const eng_run_t *run)
{
    return run->swept_courses + run->schedule.courses;
}

/* --- run_rounds.c: of a study with `precision`; of others there is one round --- */

/** Collective, in the work folder.  Take up the rounds that earlier attempts have closed. */
int eng_run_resume_rounds(eng_run_t *run);
/** Collective.  eng_run_sweep, as often as the study needs to know enough; pending is taken over. */
int eng_run_rounds(eng_run_t *run, eng_ranges_t *pending);

/** Collective.  Enter the work folder and take in what earlier attempts saved; *pending (rank 0) is what is missing. */
int eng_run_restore(eng_run_t *run, eng_ranges_t *pending);
/** Collective.  Compute what is missing (pending is taken over).  0 all done, ENG_STOPPED, or an error. */
int eng_run_sweep(eng_run_t *run, eng_ranges_t *pending);
/** Collective.  Reduce, check, write the result, remove the work folder.  ENG_STOPPED: asked to end before the result was whole. */
int eng_run_finish(eng_run_t *run);
/** Rank 0: a line of the list of attempts. */
int eng_run_note(const eng_run_t *run, const char *what);

#endif
