/**
 * Going on where earlier attempts ended.  The ranks share the journals, whatever ranks wrote them; what is in a
 * record is delivered as if this attempt had computed it.
 */
#include "engine/run_state.h"

#include "base/log.h"
#include "engine/agree.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    eng_run_t *run;
    eng_ranges_t blocks; /* in the records read by this rank */
    uint64_t courses;
} restore_t;

static int
use_batch(void *context, const eng_batch_t *batch)
{
    restore_t *restore = context;
    eng_run_t *run = restore->run;
    int ret = 0;

    for (size_t j = batch->blocks.head; j < batch->blocks.num && ret == 0; j++) {
        ret = eng_ranges_add(&restore->blocks, batch->blocks.items[j]);
    }
    for (size_t j = 0; j < batch->num_points && ret == 0; j++) {
        if (batch->points[j] >= run->study.num_points) {
            ret = ENG_FAIL(ENG_ERR_FORMAT, "saved work names point %" PRIu64 ", which the study does not have", batch->points[j]);
        }
    }
    for (size_t j = 0; j < batch->num_rows && ret == 0; j++) {
        if (batch->row_ids[j] >= run->num_records) {
            ret = ENG_FAIL(ENG_ERR_FORMAT, "saved work has record %" PRIu64 ", which the study does not keep", batch->row_ids[j]);
        }
    }
    if (ret == 0) {
        for (size_t j = 0; j < batch->pooled_words; j++) {
            run->pooled[j] += batch->pooled[j];
        }
        restore->courses += batch->courses;
        ret = eng_owner_deliver(&run->owner, batch);
    }
    return ret;
}

/* Tell all ranks attempt and journals: one text, a path a line. */
static int
share_journals(eng_run_t *run, char **paths)
{
    uint64_t numbers[2] = { 0, 0 }; /* attempt, length */
    int ret = 0;

    *paths = NULL;
    if (run->rank == 0) {
        size_t length = 1;
        for (int j = 0; j < run->dir.num_journals; j++) {
            length += strlen(run->dir.journals[j]) + 1;
        }
        *paths = calloc(1, length);
        for (int j = 0; *paths != NULL && j < run->dir.num_journals; j++) {
            strcat(strcat(*paths, run->dir.journals[j]), "\n");
        }
        numbers[0] = (uint64_t)run->dir.attempt;
        numbers[1] = length;
    }
    ret = eng_mpi_bcast(numbers, sizeof(numbers), run->comm);
    if (ret == 0 && run->rank != 0) {
        *paths = calloc(1, (size_t)numbers[1]);
    }
    run->attempt = (int)numbers[0];
    ret = eng_agree(ret == 0 && *paths == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of journals") : ret, run->comm);
    return ret == 0 ? eng_mpi_bcast(*paths, (size_t)numbers[1], run->comm) : ret;
}

static int
read_journal(restore_t *restore, const char *path, const eng_journal_key_t *key, eng_batch_t *batch)
{
    int64_t bad;
    bool torn;
    const int ret = eng_journal_read(path, key, batch, use_batch, restore, &bad, &torn);

    if (bad >= 0) {
        eng_log(ENG_LOG_WARN, torn ? "%s: the record at byte %" PRId64 " is cut short (the run was killed there); it is computed again"
                                   : "%s: damaged at byte %" PRId64 "; what stands there and behind is computed again", path, bad);
    }
    return ret;
}

/* This rank's share of the journals. */
static int
read_share(restore_t *restore, char *paths, const eng_journal_key_t *key)
{
    eng_run_t *run = restore->run;
    eng_batch_t batch;
    char *rest = NULL;
    int ret = eng_batch_create(&batch, &run->layout, &run->records), number = 0;

    for (char *path = strtok_r(paths, "\n", &rest); path != NULL && ret == 0; path = strtok_r(NULL, "\n", &rest)) {
        if (number++ % run->size == run->rank) {
            ret = read_journal(restore, path, key, &batch);
        }
        if (ret == 0) {
            ret = eng_owner_poll(&run->owner);
        }
    }
    eng_batch_free(&batch);
    return ret;
}

/* The blocks of other shares count as done. */
static int
leave_others(const eng_run_t *run, eng_ranges_t *all)
{
    uint64_t end;
    const uint64_t first = eng_shard_range(&run->shard, &run->blocks, &end), behind = run->blocks.num_blocks - end;
    int ret = first > 0 ? eng_ranges_add(all, (eng_range_t){ 0, first }) : 0;

    if (ret == 0 && behind > 0) {
        ret = eng_ranges_add(all, (eng_range_t){ end, behind });
    }
    return ret;
}

/* Rank 0 learns what all ranks have read, and from it what is missing. */
static int
gather_blocks(eng_run_t *run, const restore_t *restore, eng_ranges_t *pending)
{
    const eng_ranges_t *mine = &restore->blocks;
    int count = 2 * (int)(mine->num - mine->head), total = 0, ret;
    int *counts = calloc((size_t)run->size, sizeof(*counts)), *places = calloc((size_t)run->size, sizeof(*places));
    uint64_t *numbers = NULL;
    eng_ranges_t all = { 0 };

    ret = eng_agree(counts == NULL || places == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for saved blocks") : 0, run->comm);
    if (ret != 0) {
        goto out;
    }
    ret = eng_mpi_check(MPI_Gather(&count, 1, MPI_INT, counts, 1, MPI_INT, 0, run->comm), "gathering blocks");
    for (int r = 0; r < run->size; r++) {
        places[r] = total;
        total += counts[r];
    }
    numbers = malloc(((size_t)total + 1) * sizeof(*numbers));
    ret = eng_agree(ret == 0 && numbers == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for saved blocks") : ret, run->comm);
    if (ret != 0) {
        goto out;
    }
    ret = eng_mpi_check(MPI_Gatherv(mine->items == NULL ? NULL : (const void *)(mine->items + mine->head), count, MPI_UINT64_T,
                            numbers, counts, places, MPI_UINT64_T, 0, run->comm), "gathering blocks");
    for (int j = 0; j + 1 < total && ret == 0 && run->rank == 0; j += 2) {
        ret = eng_ranges_add(&all, (eng_range_t){ numbers[j], numbers[j + 1] });
    }
    if (run->rank == 0 && ret == 0) {
        ret = leave_others(run, &all);
    }
    if (run->rank == 0 && ret == 0) {
        run->restored_blocks = eng_ranges_total(&all);
        ret = eng_ranges_missing(&all, run->blocks.num_blocks, pending);
    }
out:
    eng_ranges_free(&all);
    free(counts);
    free(places);
    free(numbers);
    return eng_agree(ret, run->comm);
}

static int
restore_all(eng_run_t *run, eng_ranges_t *pending)
{
    uint64_t end, first = eng_shard_range(&run->shard, &run->blocks, &end);
    const eng_journal_key_t key = eng_journal_key(&run->study, run->values, first, end - first);
    restore_t restore = { .run = run };
    char *paths = NULL;
    int ret = share_journals(run, &paths);

    if (ret == 0) {
        run->trouble = read_share(&restore, paths, &key);
        const int settled = eng_owner_settle(&run->owner);
        ret = eng_agree(run->trouble != 0 ? run->trouble : settled, run->comm);
    }
    if (ret == 0) {
        ret = gather_blocks(run, &restore, pending);
    }
    if (ret == 0) {
        int64_t sums[2] = { (int64_t)restore.courses, (int64_t)run->restored_blocks };
        ret = eng_mpi_sum(sums, 2, run->comm); /* restored_blocks is 0 but on rank 0 */
        run->restored_courses = (uint64_t)sums[0];
        run->restored_blocks = (uint64_t)sums[1];
    }
    if (ret == 0 && run->options.resume == ENG_RESUME_REQUIRE && run->restored_courses == 0) {
        ret = ENG_FAIL(ENG_ERR_READ, "there is no saved work beside %s to go on from", run->options.result_path);
    }
    if (ret == 0) {
        char *folder = eng_workdir_path(run->options.result_path, NULL);
        ret = folder == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a path")
                             : eng_journal_open(&run->journal, folder, run->attempt, run->rank, &key);
        free(folder);
    }
    eng_ranges_free(&restore.blocks);
    free(paths);
    return eng_agree(ret, run->comm);
}

int
eng_run_restore(eng_run_t *run, eng_ranges_t *pending)
{
    int ret = 0;

    if (run->rank == 0) {
        ret = eng_workdir_enter(&run->dir, run->options.result_path);
        if (ret == 0 && run->options.resume == ENG_RESUME_NEVER) {
            ret = eng_workdir_forget(&run->dir);
        }
    }
    ret = eng_agree(ret, run->comm);
    if (ret == 0) {
        ret = restore_all(run, pending);
        if (ret != 0 && run->rank == 0 && run->dir.num_journals == 0) {
            /* Nothing was saved there: leave no trace.  The first error is the one to report. */
            char message[1024];
            snprintf(message, sizeof(message), "%s", eng_error_message());
            (void)eng_workdir_remove(&run->dir);
            ret = ENG_FAIL(ret, "%s", message);
        }
    }
    return ret;
}
