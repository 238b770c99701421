/**
 * The end of a complete run: sums over ranks, checks, the result file.
 */
#include "engine/run_state.h"

#include "base/log.h"
#include "base/shell.h"
#include "base/text.h"
#include "engine/signals.h"
#include "engine/tally.h"
#include "store/agree.h"
#include "store/store.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int64_t *
cluster_sums(const eng_run_t *run, size_t *words)
{
    const size_t stride = run->owner.point_words;
    int64_t *cluster;

    *words = (size_t)run->study.num_protocols * run->layout.cluster_words;
    cluster = calloc(*words + 1, sizeof(*cluster));
    for (uint64_t j = 0; cluster != NULL && j < run->owner.num_points; j++) {
        eng_layout_cluster(&run->layout, run->owner.point + j * stride, cluster);
    }
    return cluster;
}

static bool
is_to_stop(void *context)
{
    (void)context;
    return eng_signals_end();
}

static void
show_share(void *context, double share)
{
    eng_progress_t *progress = context;

    eng_progress_writing(progress, share);
}

static int
write_result(eng_run_t *run, const int64_t *cluster, const char *attempts, double core_seconds)
{
    const eng_owner_t *owner = &run->owner;
    const eng_result_data_t data = {
        .layout = &run->layout,
        .records = &run->records,
        .unit = run->unit,
        .values = run->values,
        .first_point = owner->first_point,
        .num_points = owner->num_points,
        .point = owner->point,
        .pooled = run->pooled,
        .cluster = cluster,
        .first_record = owner->first_record,
        .num_records = owner->num_records,
        .rows = owner->rows,
        .shard = run->shard,
        .rounds = run->study.precision.asked ? &run->rounds : NULL,
        .provenance = {
            .ranks = run->size,
            .width = eng_runner_width(run->work.runner),
            .seconds = eng_seconds() - run->started,
            .core_seconds = core_seconds,
            .courses_planned = run->from.courses + run->planned,
            .courses_done = run->from.courses + run->planned,
            .command_line = run->options.command_line != NULL ? run->options.command_line : "",
            .attempts = attempts,
        },
        .watch = { .share = show_share, .stop = is_to_stop, .context = &run->progress },
    };

    return eng_result_write(run->options.result_path, &data, run->comm);
}

static int
reduce_and_write(eng_run_t *run, int64_t *cluster, size_t cluster_words, const char *attempts)
{
    const double seconds = eng_seconds() - run->started;
    double core_seconds = 0;
    int ret = eng_mpi_sum(run->pooled, run->batch.pooled_words, run->comm);

    if (ret == 0) {
        ret = eng_mpi_sum(cluster, cluster_words, run->comm);
    }
    if (ret == 0) {
        ret = eng_mpi_check(MPI_Allreduce(&seconds, &core_seconds, 1, MPI_DOUBLE, MPI_SUM, run->comm), "summing");
    }
    return ret == 0 ? write_result(run, cluster, attempts, core_seconds + run->from.core_seconds) : ret;
}

static void
say_complete(const eng_run_t *run)
{
    const char *path = run->options.result_path;
    const double seconds = eng_seconds() - run->started;
    char took[40], rate[40];

    eng_duration_text(seconds, took, sizeof(took));
    eng_count_text((uint64_t)((double)eng_run_courses(run) / (seconds > 0.001 ? seconds : 0.001)), rate, sizeof(rate));
    eng_log(ENG_LOG_INFO, "complete: %s after %s (%s courses/s)", path, took, rate);
    if (run->shard.of > 0) {
        eng_log(ENG_LOG_INFO, "next, when all %" PRIu64 " shards are there: engraft merge SHARD.h5 ... -o ALL.h5", run->shard.of);
        return;
    }
    eng_text_t file = { 0 };
    path = eng_shell_file_text(&file, path);
    eng_log(ENG_LOG_INFO, "next: engraft show %s | engraft compare %s | analysis/report %s -o report.html", path, path, path);
    eng_text_free(&file);
}

/* After publishing: a work folder that cannot be removed is a nuisance, no failure of the run. */
static void
tidy_up(eng_run_t *run)
{
    eng_journal_close(&run->journal);
    MPI_Barrier(run->comm); /* no rank may have its journal open on a file system that then keeps a ghost of it */
    if (run->rank == 0 && eng_workdir_remove(&run->dir) != 0) {
        eng_log(ENG_LOG_WARN, "%s", eng_error_message());
    }
}

/* Unless another run has taken over the folder. */
static void
say_given_up(eng_run_t *run)
{
    if (run->rank == 0 && eng_lock_check(&run->dir.lock) == 0) {
        eng_progress_state(&run->progress, eng_run_courses(run), "stopped");
        (void)eng_run_note(run, "stopped");
    }
}

/* What failed stays the message of the run; where its folder is gone or another's by now, that is to be known too. */
static int
say_failed(eng_run_t *run, int ret)
{
    char message[ENG_ERROR_SIZE];

    snprintf(message, sizeof(message), "%s", eng_error_message());
    if (eng_lock_check(&run->dir.lock) == 0) {
        eng_progress_state(&run->progress, eng_run_courses(run), "failed");
        eng_log(ENG_LOG_INFO, "all courses are saved in %s; run again to write the result", run->dir.path);
    } else {
        eng_log(ENG_LOG_WARN, "%s", eng_error_message());
    }
    return ENG_FAIL(ret, "%s", message);
}

/* Those of the result that is extended first. */
static char *
all_attempts(const eng_run_t *run)
{
    char *own = eng_workdir_text(&run->dir, "attempts");
    eng_text_t all = { 0 };

    if (own == NULL || run->from.attempts == NULL) {
        return own;
    }
    eng_text_add(&all, "%s%s", run->from.attempts, own);
    free(own);
    return all.failed ? NULL : all.data;
}

int
eng_run_finish(eng_run_t *run)
{
    int64_t sums[ENG_TALLY_SUMS] = { 0 }, *cluster = NULL;
    size_t cluster_words = 0;
    char *attempts = NULL;
    int ret;

    if (run->rank == 0) {
        eng_progress_state(&run->progress, eng_run_courses(run), "writing");
        (void)eng_run_note(run, "finished");
        attempts = all_attempts(run);
    }
    eng_tally_add(sums, &run->layout, run->owner.point, run->owner.num_points);
    ret = eng_mpi_sum(sums, ENG_TALLY_SUMS, run->comm);
    if (ret == 0) {
        ret = eng_tally_check(sums, run->from.courses + run->planned);
    }
    cluster = cluster_sums(run, &cluster_words);
    if (ret == 0 && (cluster == NULL || (run->rank == 0 && attempts == NULL))) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the result");
    }
    ret = eng_agree(ret, run->comm);
    if (ret == 0) {
        ret = eng_agree(reduce_and_write(run, cluster, cluster_words, run->rank == 0 ? attempts : ""), run->comm);
    }
    if (ret == 0) {
        tidy_up(run);
        say_complete(run);
        ret = eng_tally_judge(sums, &run->study, run->from.courses + run->planned, run->options.result_path);
    } else if (ret == ENG_STOPPED) {
        say_given_up(run);
    } else if (run->rank == 0) {
        ret = say_failed(run, ret);
    }
    free(cluster);
    free(attempts);
    return ret;
}
