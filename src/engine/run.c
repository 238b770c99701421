/**
 * A run from the study file to the result file: the order of things.  Every stage ends with an agreement of all ranks,
 * so that they leave together.
 */
#include "engine/run_state.h"

#include "base/log.h"
#include "engine/kept_design.h"
#include "engine/launch.h"
#include "engine/pilot.h"
#include "engine/signals.h"
#include "engine/target.h"
#include "store/agree.h"
#include "store/store.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_COMPRESSION 1032 /* gzip makes no less of anything */
#define SIZE_SECONDS 0.3      /* of courses that tell how large the result will be */

/* --- create ------------------------------------------------------------------------------------------------ */

/* Rank 0 reads, all parse: one reader of the file, and every rank sees the same text. */
static int
load_study(eng_run_t *run)
{
    uint64_t length = 0;
    char *text = NULL;
    int ret = 0;

    if (run->rank == 0) {
        ret = run->options.extend_path != NULL ? eng_run_extend_study(run)
                                               : eng_study_load_importing(&run->study, run->options.study_path, eng_points_import);
        length = run->study.text_length;
    }
    ret = eng_agree(ret, run->comm);
    if (ret == 0) {
        ret = eng_mpi_bcast(&length, sizeof(length), run->comm);
    }
    if (ret != 0) {
        return ret;
    }
    text = run->rank == 0 ? run->study.text : malloc((size_t)length + 1);
    ret = eng_agree(text == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the study") : 0, run->comm);
    if (ret == 0) {
        ret = eng_mpi_bcast(text, (size_t)length, run->comm);
    }
    if (ret == 0) {
        uint64_t from[] = { run->from.points, run->from.patients, run->from.blocks, run->from.courses };
        ret = eng_mpi_bcast(from, sizeof(from), run->comm);
        run->from.points = from[0];
        run->from.patients = from[1];
        run->from.blocks = from[2];
        run->from.courses = from[3];
    }
    if (ret == 0 && run->rank != 0) {
        text[length] = '\0';
        ret = eng_study_parse(&run->study, run->options.extend_path != NULL ? run->options.extend_path : run->options.study_path, text,
            (size_t)length);
    }
    if (run->rank != 0) {
        free(text);
    }
    return eng_agree(ret, run->comm);
}

/* When to stop, in monotonic seconds: the user's deadline or the end of the batch job, whichever comes first. */
static double
stop_time(const eng_run_t *run)
{
    const char *end = getenv("SLURM_JOB_END_TIME");
    double stop = run->options.deadline > 0 ? run->started + run->options.deadline : 0;

    if (end != NULL) {
        const double left = (double)(strtoll(end, NULL, 10) - (long long)time(NULL));
        double margin = left / 10; /* for the last blocks, saving and leaving */
        margin = margin < 15 ? 15 : margin > 120 ? 120 : margin;
        if (left > 0 && (stop <= 0 || run->started + left - margin < stop)) {
            stop = run->started + (left > margin ? left - margin : 0.001);
        }
    }
    return stop;
}

int
eng_run_create(eng_run_t **run_out, const eng_run_options_t *options, MPI_Comm comm)
{
    eng_run_t *run = calloc(1, sizeof(*run));
    int ret;

    *run_out = run;
    ret = eng_agree(run == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a run") : 0, comm);
    if (ret != 0) {
        free(run);
        *run_out = NULL;
        return ret;
    }
    run->options = *options;
    run->started = eng_seconds();
    run->stop_at = stop_time(run);
    run->comm = MPI_COMM_NULL;
    eng_profile_start(&run->profile);
    run->journal.fd = -1;
    run->dir.lock.fd = -1;
    ret = eng_mpi_check(MPI_Comm_dup(comm, &run->comm), "duplicating the communicator");
    if (ret != 0) {
        return ret;
    }
    MPI_Comm_set_errhandler(run->comm, MPI_ERRORS_RETURN);
    MPI_Comm_rank(run->comm, &run->rank);
    MPI_Comm_size(run->comm, &run->size);
    return load_study(run);
}

void
eng_run_destroy(eng_run_t *run)
{
    if (run == NULL) {
        return;
    }
    eng_journal_close(&run->journal);
    eng_schedule_free(&run->schedule);
    eng_progress_close(&run->progress);
    eng_owner_free(&run->owner);
    eng_batch_free(&run->batch);
    eng_work_free(&run->work);
    eng_workdir_free(&run->dir);
    eng_records_free(&run->records);
    eng_layout_free(&run->layout);
    eng_study_free(&run->study);
    eng_region_free(&run->blocks);
    eng_rounds_free(&run->rounds);
    free(run->from.attempts);
    free(run->pooled);
    free(run->unit);
    free(run->values);
    if (run->comm != MPI_COMM_NULL) {
        MPI_Comm_free(&run->comm);
    }
    free(run);
}

void
eng_run_complain(const eng_run_t *run, FILE *out)
{
    if (run != NULL && run->rank == 0) {
        eng_study_complain(&run->study, out, false);
    }
}

/* --- before the first course ------------------------------------------------------------------------------- */

/* Rank 0: is there a result already?  *complete: yes, and it is this study's. */
static int
check_target(const eng_run_t *run, int *complete)
{
    const eng_run_options_t *options = &run->options;

    return eng_target_check(options->result_path, run->study.identity, run->study.extent, options->shard, options->shards, complete);
}

static int
make_design(eng_run_t *run)
{
    const size_t n = (size_t)run->study.num_points * (size_t)run->study.num_uncertain;
    int ret = 0;

    if (run->rank == 0) {
        ret = eng_kept_design_get(run->options.result_path, &run->study, &run->unit, &run->values);
        ret = ret == 0 ? eng_run_extend_check(run) : ret;
    } else {
        run->unit = malloc((n + 1) * sizeof(*run->unit));
        run->values = malloc((n + 1) * sizeof(*run->values));
        if (run->unit == NULL || run->values == NULL) {
            ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a design of %" PRIu64 " points", run->study.num_points);
        }
    }
    ret = eng_agree(ret, run->comm);
    if (ret == 0) {
        ret = eng_mpi_bcast(run->unit, n * sizeof(*run->unit), run->comm);
    }
    return ret == 0 ? eng_mpi_bcast(run->values, n * sizeof(*run->values), run->comm) : ret;
}

static int
refuse_larger(const eng_run_t *run, uint64_t bytes)
{
    if (bytes <= run->study.max_bytes) {
        return 0;
    }
    return ENG_FAIL(ENG_ERR_STUDY, "the result would take %.3g bytes, more than max_bytes (%.3g): ask for fewer outcomes, reading days or "
        "points, or raise max_bytes in the study", (double)bytes, (double)run->study.max_bytes);
}

/* Rank 0: where it is not clear by itself that the result is small enough, some courses tell. */
static int
check_size(eng_run_t *run)
{
    eng_pilot_t pilot;
    int ret;

    if (eng_result_most(&run->layout, &run->records) <= run->study.max_bytes) {
        return 0;
    }
    ret = eng_pilot_run(&pilot, &run->work, &run->layout, &run->records, SIZE_SECONDS);
    ret = ret == 0 ? refuse_larger(run, pilot.result_bytes) : ret;
    eng_pilot_free(&pilot);
    return ret;
}

static int
make_tables(eng_run_t *run)
{
    int ret = eng_layout_create(&run->layout, &run->study);

    if (ret == 0) {
        ret = eng_records_create(&run->records, &run->study);
    }
    return ret == 0 ? refuse_larger(run, eng_result_most(&run->layout, &run->records) / MOST_COMPRESSION) : ret;
}

/* Everything that needs memory is taken now: a run that starts does not fail for want of it later. */
static int
make_memory(eng_run_t *run)
{
    int ret = eng_work_create(&run->work, &run->study, run->values);

    if (ret == 0) {
        ret = eng_owner_create(&run->owner, &run->layout, &run->records, run->num_records, run->comm);
    }
    if (ret == 0) {
        ret = eng_batch_create(&run->batch, &run->layout, &run->records);
    }
    for (size_t j = 0; ret == 0 && run->shard.of > 0 && j < (size_t)run->owner.num_records * run->records.num_values; j++) {
        run->owner.rows[j] = __builtin_nan(""); /* other shares' rows are missing, not 0 */
    }
    if (ret == 0) {
        run->pooled = calloc(run->batch.pooled_words + 1, sizeof(*run->pooled));
        if (run->pooled == NULL) {
            ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for pooled tables");
        }
    }
    return ret;
}

uint64_t
eng_run_range(const eng_run_t *run, uint64_t *end)
{
    *end = run->blocks.num_blocks;
    return run->shard.of > 0 ? eng_shard_range(&run->shard, &run->blocks.parts[0], end) : 0;
}

/* The courses that the study has and a result that it extends has not. */
static int
make_blocks(eng_run_t *run)
{
    const eng_study_t *study = &run->study;
    eng_block_t all = { 0, study->num_points, 0, eng_rounds_first(study) };

    run->num_records = eng_work_num_records(study);
    eng_block_without(&all, run->from.points, run->from.patients);
    return eng_region_add(&run->blocks, &all);
}

/* What of them this run computes, and how many courses that is. */
static int
make_share(eng_run_t *run)
{
    uint64_t end, first;
    int ret = make_blocks(run);

    if (ret == 0 && run->study.precision.asked && run->options.shards > 0) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "run: --shard: 'precision' looks at the courses of all shards before it adds more; leave one of both away");
    }
    if (ret == 0) {
        ret = eng_shard_make(&run->shard, &run->blocks.parts[0], run->options.shard, run->options.shards);
    }
    if (ret == 0) {
        const eng_blocks_t *blocks = &run->blocks.parts[0];
        first = eng_run_range(run, &end);
        run->other_blocks = run->blocks.num_blocks - (end - first);
        run->planned = (eng_block_first_pair(blocks, end) - eng_block_first_pair(blocks, first)) * (uint64_t)run->study.num_protocols;
    }
    return ret;
}

static int
prepare(eng_run_t *run, int *complete)
{
    int ret = run->rank == 0 ? check_target(run, complete) : 0;

    ret = eng_agree(ret, run->comm);
    if (ret == 0) {
        ret = eng_mpi_check(MPI_Bcast(complete, 1, MPI_INT, 0, run->comm), "broadcast");
    }
    if (ret != 0 || *complete) {
        return ret;
    }
    ret = eng_agree(make_tables(run), run->comm);
    if (ret == 0) {
        ret = make_design(run);
    }
    if (ret == 0) {
        ret = eng_agree(make_share(run), run->comm);
    }
    if (ret == 0) {
        ret = eng_agree(make_memory(run), run->comm);
    }
    if (ret == 0) {
        ret = eng_agree(eng_run_extend_take(run), run->comm);
    }
    if (ret == 0) {
        ret = eng_agree(run->rank == 0 ? check_size(run) : 0, run->comm);
    }
    return ret;
}

static void
say_what_runs(const eng_run_t *run)
{
    const eng_study_t *study = &run->study;
    char courses[40];

    eng_count_text(study->num_points * study->patients * (uint64_t)study->num_protocols, courses, sizeof(courses));
    eng_log(ENG_LOG_INFO, "%s: %" PRIu64 " point%s x %d protocol%s x %" PRIu64 " patient%s = %s courses%s on %d rank%s (%s)",
        study->name, study->num_points, study->num_points == 1 ? "" : "s", study->num_protocols,
        study->num_protocols == 1 ? "" : "s", study->patients, study->patients == 1 ? "" : "s", courses, study->precision.asked ? " at most" : "", run->size,
        run->size == 1 ? "" : "s", eng_runner_width(run->work.runner));
    if (run->shard.of > 0) {
        eng_log(ENG_LOG_INFO, "shard %" PRIu64 "/%" PRIu64 " of them: blocks %" PRIu64 " to %" PRIu64 " of %" PRIu64, run->shard.number,
            run->shard.of, run->shard.first_block, run->shard.first_block + run->shard.num_blocks - 1, run->shard.all_blocks);
    }
    if (run->from.points > 0) {
        eng_log(ENG_LOG_INFO, "extends %s: reuses all of it, %" PRIu64 " block%s of %" PRIu64 " courses; adds %" PRIu64 " of %" PRIu64 " courses",
            run->options.extend_path, run->from.blocks, run->from.blocks == 1 ? "" : "s", run->from.courses, run->blocks.num_blocks, run->planned);
    }
    if (run->restored_courses > 0) {
        eng_log(ENG_LOG_INFO, "attempt %d goes on: %.1f %% is saved already", run->attempt,
            100 * (double)run->restored_courses / (double)run->planned);
    }
}

int
eng_run_note(const eng_run_t *run, const char *what)
{
    char line[1024], host[256] = "", when[40] = "", times[400] = "";
    const time_t clock = time(NULL);
    struct tm utc;

    gethostname(host, sizeof(host) - 1);
    if (gmtime_r(&clock, &utc) != NULL) {
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    if (run->profile_sum.ranks > 0) {
        eng_profile_text(&run->profile_sum, eng_run_courses(run), times, sizeof(times));
    }
    snprintf(line, sizeof(line), "attempt %d %s %s host %s job %s ranks %d blocks %" PRIu64 " of %" PRIu64 "%s%s", run->attempt, what, when,
        host, eng_launch_job()[0] != '\0' ? eng_launch_job() : "-", run->size,
        run->restored_blocks - run->other_blocks + (run->rank == 0 ? run->swept_blocks + run->schedule.blocks : 0),
        run->blocks.num_blocks - run->other_blocks, times[0] != '\0' ? " " : "", times);
    return eng_workdir_note(&run->dir, "attempts", line);
}

/* --- the run ----------------------------------------------------------------------------------------------- */

static void
say_stopped(const eng_run_t *run)
{
    const uint64_t done = run->restored_courses + eng_run_courses(run);

    const char *next = run->options.command_line != NULL ? run->options.command_line : "the same again";

    if (done == run->planned) {
        eng_log(ENG_LOG_INFO, "stopped with everything saved, before the result was written; to write it, type: %s", next);
        return;
    }
    eng_log(ENG_LOG_INFO, "stopped with everything saved, %.1f %% of the courses are done; to go on, type: %s",
        100 * (double)done / (double)run->planned, next);
}

/* ENGRAFT_PROFILE=1 (of rank 0): where the time of this attempt went. */
static void
say_profile(eng_run_t *run)
{
    const char *wanted = run->rank == 0 ? getenv("ENGRAFT_PROFILE") : NULL;
    char text[400];

    if (eng_profile_sum(&run->profile, &run->profile_sum, run->comm) == 0 && wanted != NULL && strcmp(wanted, "1") == 0) {
        eng_profile_text(&run->profile_sum, eng_run_courses(run), text, sizeof(text));
        eng_log(ENG_LOG_INFO, "profile: %s", text);
    }
}

static int
begin(eng_run_t *run)
{
    int ret = 0;

    if (run->rank == 0) {
        say_what_runs(run);
        ret = eng_progress_open(&run->progress, run->options.progress, run->options.screen, run->dir.path, run->planned,
            run->restored_courses, run->size, run->attempt);
        if (ret == 0) {
            ret = eng_workdir_put(&run->dir, "study", run->study.text, run->study.text_length);
        }
        if (ret == 0) {
            ret = eng_kept_design_put(&run->dir, &run->study, run->unit, run->values);
        }
        if (ret == 0) {
            ret = eng_run_note(run, "started");
        }
    }
    return eng_agree(ret, run->comm);
}

/* Collective.  Has nobody taken over the result meanwhile?  Then `code` stays. */
static int
still_ours(eng_run_t *run, int code)
{
    const int ret = eng_agree(run->rank == 0 ? eng_lock_check(&run->dir.lock) : 0, run->comm);

    return ret != 0 ? ret : code;
}

/* Collective.  While this run waited for the lock, the run that held it may have finished. */
static int
look_again(eng_run_t *run, int *complete)
{
    int ret = run->rank == 0 ? check_target(run, complete) : 0;

    if (ret == 0 && *complete) {
        eng_log(ENG_LOG_INFO, "%s has been completed by another run meanwhile", run->options.result_path);
        ret = eng_workdir_remove(&run->dir);
    }
    ret = eng_agree(ret, run->comm);
    return ret == 0 ? eng_mpi_check(MPI_Bcast(complete, 1, MPI_INT, 0, run->comm), "broadcast") : ret;
}

int
eng_run_run(eng_run_t *run)
{
    eng_ranges_t pending = { 0 };
    int complete = 0, ret = eng_agree(eng_signals_catch(), run->comm);

    if (ret == 0) {
        ret = prepare(run, &complete);
    }
    if (ret != 0 || complete) {
        if (ret == 0 && run->rank == 0) {
            eng_target_complete(run->options.result_path, &run->study);
        }
        return ret;
    }
    ret = eng_run_restore(run, &pending);
    if (ret == 0) {
        ret = look_again(run, &complete);
    }
    if (complete) {
        eng_ranges_free(&pending);
        return ret;
    }
    if (ret == 0) {
        ret = begin(run);
    }
    if (ret == 0) {
        ret = eng_run_rounds(run, &pending);
        ret = ret == 0 || ret == ENG_STOPPED ? still_ours(run, ret) : ret;
    }
    eng_ranges_free(&pending);
    if (ret == 0) {
        ret = eng_run_finish(run);
        ret = ret == ENG_STOPPED ? still_ours(run, ret) : ret;
    } else if (run->rank == 0 && run->progress.planned > 0 && eng_lock_check(&run->dir.lock) == 0) {
        eng_progress_state(&run->progress, eng_run_courses(run), ret == ENG_STOPPED ? "stopped" : "failed");
        /* The list of attempts is for /provenance only: no reason to hide why the run ended. */
        (void)eng_run_note(run, ret == ENG_STOPPED ? "stopped" : "failed");
    }
    if (ret == 0 || ret == ENG_STOPPED) {
        say_profile(run);
    }
    if (ret == ENG_STOPPED) {
        say_stopped(run);
    }
    return ret;
}
