/**
 * Computing: every rank takes blocks, runs them, saves and delivers what came out.  An error or a request to stop on any
 * rank ends the hand-out; every rank still goes through the same end, so that no message is left over and nobody waits.
 */
#include "engine/run_state.h"

#include "base/log.h"
#include "engine/save.h"
#include "engine/signals.h"
#include "store/agree.h"

#define SYNC_SECONDS 5.0             /* on the disk: survives the machine */
#define LOOK_SECONDS 2e-3            /* a rank that computes looks for messages so often; what it needs itself it asked for ahead */
#define LOOK_MOST 20e-3              /* at most so seldom */
#define LOOK_SHARE 0.005             /* and spends no more of its time on it, where that allows: many ranks on a core look at cold caches */
#define SAVE_BYTES ((size_t)8 << 20) /* of points and rows in a batch */

static void
note_trouble(eng_run_t *run, int code)
{
    if (code != 0 && run->trouble == 0) {
        run->trouble = code;
        eng_schedule_stop(&run->schedule);
    }
}

/* Save the batch, then bring it to its owners.  In this order: what counts as done is in a journal. */
static int
commit(eng_run_t *run, bool sync)
{
    const double now = eng_seconds();
    const eng_phase_t before = eng_profile_enter(&run->profile, ENG_PHASE_COMMIT);
    int ret = 0;

    if (eng_ranges_total(&run->batch.blocks) > 0) {
        ret = eng_journal_append(&run->journal, &run->batch, sync);
        if (ret == 0) {
            ret = eng_owner_deliver(&run->owner, &run->batch);
        }
        for (size_t j = 0; j < run->batch.pooled_words; j++) {
            run->pooled[j] += run->batch.pooled[j];
        }
        eng_batch_clear(&run->batch);
    } else if (sync) {
        ret = eng_journal_sync(&run->journal);
    }
    run->saved = now;
    run->synced = sync ? now : run->synced;
    (void)eng_profile_enter(&run->profile, before);
    return ret;
}

static double
save_interval(const eng_run_t *run, double now)
{
    const double most = eng_save_most(run->size);
    const double interval = ENG_SAVE_FIRST_SECONDS + (now - run->began) / 10;

    return interval < most ? interval : most;
}

static int
commit_if_due(eng_run_t *run)
{
    const double now = eng_seconds();

    if (now - run->saved < save_interval(run, now) && eng_batch_bytes(&run->batch) < SAVE_BYTES) {
        return 0;
    }
    return commit(run, now - run->synced >= SYNC_SECONDS);
}

/* Messages, and how far we are. */
static void
look(eng_run_t *run)
{
    const eng_phase_t before = eng_profile_enter(&run->profile, ENG_PHASE_HAND_OUT);
    const double spent = run->profile.cpu[ENG_PHASE_HAND_OUT];

    note_trouble(run, eng_schedule_poll(&run->schedule));
    note_trouble(run, eng_owner_poll(&run->owner));
    if (run->rank == 0) {
        eng_progress_update(&run->progress, eng_run_courses(run));
    }
    run->looked = eng_seconds();
    (void)eng_profile_enter(&run->profile, before);
    if (before != ENG_PHASE_HAND_OUT) {
        run->look_cost += 0.1 * (run->profile.cpu[ENG_PHASE_HAND_OUT] - spent - run->look_cost);
    }
}

static double
look_interval(const eng_run_t *run)
{
    const double wanted = run->look_cost / LOOK_SHARE;

    return wanted < LOOK_SECONDS ? LOOK_SECONDS : wanted < LOOK_MOST ? wanted : LOOK_MOST;
}

/* Between the protocols of a tile: others must not wait for us long, but a look is some microseconds, and a tile may be fast. */
static void
look_around(void *context)
{
    eng_run_t *run = context;

    if (eng_seconds() - run->looked >= look_interval(run)) {
        look(run);
    }
}

/* Early enough that blocks which have just begun end in time, by what the longest one took here so far. */
static bool
stop_wanted(const eng_run_t *run)
{
    return eng_signals_stop() != 0 || (run->rank == 0 && run->stop_at > 0 && eng_seconds() + run->longest_block >= run->stop_at);
}

/* Blocks that share a slab. */
typedef struct {
    eng_block_t block[ENG_SLAB];
    uint64_t number[ENG_SLAB];
    int count;
} handful_t;

/* Blocks that may share a slab.  Before a deadline no more than will end in time, and one at first: a slab may last minutes where there are
 * many protocols, and what has begun is not broken off. */
static int
slab_blocks(const eng_run_t *run)
{
    const int most = eng_work_slab_blocks(&run->work, &run->blocks.parts[run->blocks.count - 1]);

    if (run->stop_at <= 0) {
        return most;
    }
    const double left = run->longest_block > 0 ? (run->stop_at - eng_seconds()) / run->longest_block : 1;
    return left < 1 ? 1 : left < most ? (int)left : most;
}

/* The block handed out, and as many more as make a slab and nobody else waits for. */
static int
take_handful(eng_run_t *run, uint64_t number, handful_t *handful)
{
    const int most = slab_blocks(run);
    eng_next_t next = ENG_NEXT_BLOCK;
    int ret = 0;

    handful->count = 0;
    do {
        handful->block[handful->count] = eng_region_at(&run->blocks, number);
        handful->number[handful->count++] = number;
        if (handful->count == most || handful->count == ENG_SLAB || eng_schedule_at_hand(&run->schedule) == 0) {
            break;
        }
        ret = eng_schedule_next(&run->schedule, &next, &number);
    } while (ret == 0 && next == ENG_NEXT_BLOCK);
    return ret;
}

static int
compute(eng_run_t *run, const handful_t *handful)
{
    const uint64_t before = run->batch.courses;
    const double began = eng_seconds();
    (void)eng_profile_enter(&run->profile, ENG_PHASE_LOOP);
    int ret = eng_work_blocks(&run->work, &run->layout, &run->records, run->num_records, handful->block, handful->count,
        &run->batch);

    (void)eng_profile_enter(&run->profile, ENG_PHASE_HAND_OUT);
    for (int j = 0; j < handful->count && ret == 0; j++) {
        ret = eng_ranges_add(&run->batch.blocks, (eng_range_t){ handful->number[j], 1 });
    }
    if (ret == 0) {
        const double took = (eng_seconds() - began) / handful->count;
        run->longest_block = took > run->longest_block ? took : run->longest_block;
        run->blocks_done += (uint64_t)handful->count;
        eng_schedule_done(&run->schedule, (uint64_t)handful->count, run->batch.courses - before);
        ret = commit_if_due(run);
    }
    return ret;
}

static int
work_until_end(eng_run_t *run)
{
    for (;;) {
        eng_next_t next;
        uint64_t number = 0;
        if (stop_wanted(run)) {
            eng_schedule_stop(&run->schedule);
        }
        const int ret = eng_schedule_next(&run->schedule, &next, &number);
        if (ret != 0 || next == ENG_NEXT_END) {
            return ret; /* an MPI call that fails here leaves nothing to agree with */
        }
        if (next == ENG_NEXT_WAIT) {
            look(run);
        } else {
            look_around(run);
        }
        if (next == ENG_NEXT_BLOCK && run->trouble == 0) {
            handful_t handful;
            note_trouble(run, take_handful(run, number, &handful));
            note_trouble(run, run->trouble == 0 ? compute(run, &handful) : 0);
        } else if (next == ENG_NEXT_WAIT) {
            if (run->trouble == 0) {
                note_trouble(run, commit_if_due(run));
            }
            const double asleep = eng_seconds();
            eng_idle();
            run->profile.asleep += eng_seconds() - asleep;
        }
    }
}

int
eng_run_sweep(eng_run_t *run, eng_ranges_t *pending)
{
    int64_t done;
    int ret;

    run->swept_courses = eng_run_courses(run);
    run->swept_blocks += run->schedule.blocks;
    eng_schedule_free(&run->schedule);
    ret = eng_agree(eng_schedule_create(&run->schedule, pending, run->comm), run->comm);

    if (ret != 0) {
        return ret;
    }
    run->work.between = look_around;
    run->work.context = run;
    run->work.profile = &run->profile;
    run->profile.began = eng_seconds();
    (void)eng_profile_enter(&run->profile, ENG_PHASE_HAND_OUT);
    run->began = run->saved = run->synced = eng_seconds();
    run->trouble = 0;
    ret = work_until_end(run);
    if (ret != 0) {
        return ret;
    }
    if (run->trouble == 0) {
        run->trouble = commit(run, true);
    }
    (void)eng_profile_enter(&run->profile, ENG_PHASE_COMMIT);
    ret = eng_owner_settle(&run->owner);
    ret = eng_agree(run->trouble != 0 ? run->trouble : ret, run->comm);
    run->profile.ended = eng_seconds();
    (void)eng_profile_enter(&run->profile, ENG_PHASE_WRITE);
    done = (int64_t)run->blocks_done;
    if (ret == 0) {
        ret = eng_mpi_sum(&done, 1, run->comm);
    }
    if (ret == 0 && run->restored_blocks + (uint64_t)done < run->blocks.num_blocks) {
        ret = ENG_STOPPED;
    }
    if (ret == 0 || ret == ENG_STOPPED) {
        const int summed = eng_profile_sum(&run->profile, &run->profile_sum, run->comm);
        ret = summed != 0 ? summed : ret;
    }
    return ret;
}
