/**
 * Going on where earlier attempts ended.  The ranks share the journals, whatever ranks wrote them; what is in a
 * record is delivered as if this attempt had computed it, and written into this attempt's own journals, so that a study that was
 * stopped many times is not kept in many files; then the old ones go.
 *
 * Blocks can be saved twice: by a run that went on while another had taken over its result, or where the old journals
 * could not be removed.  Then rank 0 reads everything alone and takes a record only if none of its blocks are there already.
 */
#include "engine/run_state.h"

#include "base/log.h"
#include "store/agree.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEEP_BYTES ((size_t)8 << 20) /* of points and rows in a record that old ones are gathered in */

typedef struct {
    eng_run_t *run;
    eng_ranges_t blocks; /* in the records read by this rank */
    uint64_t courses;
    eng_batch_t kept;    /* read and not yet in this attempt's journal */
    bool twice;          /* a record had blocks that another one has */
} restore_t;

/* Add a record to those that the next one of this attempt's journal is made of. */
static int
keep(restore_t *restore, const eng_batch_t *batch)
{
    eng_batch_t *kept = &restore->kept;
    int ret = 0;

    for (size_t j = batch->blocks.head; j < batch->blocks.num && ret == 0; j++) {
        ret = eng_ranges_add(&kept->blocks, batch->blocks.items[j]);
    }
    for (size_t j = 0; j < batch->num_points && ret == 0; j++) {
        int64_t *words = eng_batch_point(kept, batch->points[j]);
        if (words == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for saved results");
        }
        eng_layout_add_words(words, batch->words + j * batch->point_words, batch->point_words);
    }
    for (size_t j = 0; j < batch->num_rows && ret == 0; j++) {
        double *row = eng_batch_row(kept, batch->row_ids[j]);
        if (row == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for saved records");
        }
        memcpy(row, batch->rows + j * batch->row_values, batch->row_values * sizeof(*row));
    }
    eng_layout_add_words(kept->pooled, batch->pooled, batch->pooled_words);
    kept->courses += batch->courses;
    return ret;
}

static int
flush(restore_t *restore)
{
    int ret = 0;

    if (restore->kept.courses > 0) {
        ret = eng_journal_append(&restore->run->journal, &restore->kept, false);
        eng_batch_clear(&restore->kept);
    }
    return ret;
}

/* A record is taken whole or not at all. */
static bool
is_there_already(const restore_t *restore, const eng_batch_t *batch)
{
    for (size_t j = batch->blocks.head; j < batch->blocks.num; j++) {
        if (eng_ranges_meet(&restore->blocks, batch->blocks.items[j])) {
            return true;
        }
    }
    return false;
}

static int
check_words(const eng_run_t *run, const eng_batch_t *batch)
{
    const uint64_t patients = run->study.patients;
    const int ret = eng_layout_check_words(batch->words, batch->num_points * batch->point_words, patients, "saved work");

    return ret == 0 ? eng_layout_check_words(batch->pooled, batch->pooled_words, patients * run->study.num_points, "saved work") : ret;
}

static int
use_batch(void *context, const eng_batch_t *batch)
{
    restore_t *restore = context;
    eng_run_t *run = restore->run;
    int ret = 0;

    if (is_there_already(restore, batch)) {
        restore->twice = true;
        return 0;
    }
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
        ret = check_words(run, batch);
    }
    if (ret == 0) {
        eng_layout_add_words(run->pooled, batch->pooled, batch->pooled_words);
        restore->courses += batch->courses;
        ret = eng_owner_deliver(&run->owner, batch);
    }
    if (ret == 0) {
        ret = keep(restore, batch);
    }
    return ret == 0 && eng_batch_bytes(&restore->kept) > KEEP_BYTES ? flush(restore) : ret;
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

/* This rank's share of the journals, or all of them. */
static int
read_share(restore_t *restore, const char *paths, const eng_journal_key_t *key, bool all)
{
    eng_run_t *run = restore->run;
    eng_batch_t batch;
    char *rest = NULL, *list = malloc(strlen(paths) + 1);
    int ret = eng_batch_create(&batch, &run->layout, &run->records), number = 0;

    if (list == NULL) {
        eng_batch_free(&batch);
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of journals");
    }
    strcpy(list, paths);
    for (char *path = strtok_r(list, "\n", &rest); path != NULL && ret == 0; path = strtok_r(NULL, "\n", &rest)) {
        if (all || number++ % run->size == run->rank) {
            ret = read_journal(restore, path, key, &batch);
        }
        if (ret == 0) {
            ret = eng_owner_poll(&run->owner);
        }
    }
    if (ret == 0) {
        ret = flush(restore);
    }
    free(list);
    eng_batch_free(&batch);
    return ret;
}

/* Open this attempt's journal; a file of that number cannot be there, whatever became of earlier attempts. */
static int
open_journal(eng_run_t *run, const eng_journal_key_t *key)
{
    char *folder = eng_workdir_path(run->options.result_path, NULL);
    const int ret = folder == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a path")
                                   : eng_journal_open(&run->journal, folder, run->attempt, run->rank, key);

    free(folder);
    return ret;
}

/* As if nothing had been read. */
static int
begin_anew(restore_t *restore, const eng_journal_key_t *key)
{
    eng_run_t *run = restore->run;

    if (run->journal.fd >= 0 && unlink(run->journal.path) != 0) {
        return ENG_FAIL(ENG_ERR_WRITE, "cannot remove %s: %s", run->journal.path, strerror(errno));
    }
    eng_journal_close(&run->journal);
    eng_ranges_clear(&restore->blocks);
    eng_batch_clear(&restore->kept);
    restore->courses = 0;
    memset(run->pooled, 0, run->batch.pooled_words * sizeof(*run->pooled));
    memset(run->owner.point, 0, (size_t)run->owner.num_points * run->owner.point_words * sizeof(*run->owner.point));
    for (size_t j = 0; j < (size_t)run->owner.num_records * run->owner.row_values; j++) {
        run->owner.rows[j] = run->shard.of > 0 ? __builtin_nan("") : 0;
    }
    const int ret = eng_run_extend_take(run);
    return ret == 0 ? open_journal(run, key) : ret;
}

/* The blocks of other shares count as done. */
static int
leave_others(const eng_run_t *run, eng_ranges_t *all)
{
    uint64_t end;
    const uint64_t first = eng_run_range(run, &end), behind = run->blocks.num_blocks - end;
    int ret = first > 0 ? eng_ranges_add(all, (eng_range_t){ 0, first }) : 0;

    if (ret == 0 && behind > 0) {
        ret = eng_ranges_add(all, (eng_range_t){ end, behind });
    }
    return ret;
}

/* Rank 0 learns what all ranks have read, and from it what is missing. */
static int
gather_blocks(eng_run_t *run, restore_t *restore, eng_ranges_t *pending)
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
        const eng_range_t range = { numbers[j], numbers[j + 1] };
        restore->twice = restore->twice || eng_ranges_meet(&all, range);
        ret = restore->twice ? 0 : eng_ranges_add(&all, range);
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

/* One way of reading the journals, and what is missing then. */
static int
read_once(restore_t *restore, const char *paths, const eng_journal_key_t *key, bool alone, eng_ranges_t *pending)
{
    eng_run_t *run = restore->run;
    int settled;

    run->trouble = alone && run->rank != 0 ? 0 : read_share(restore, paths, key, alone);
    settled = eng_owner_settle(&run->owner);
    int ret = eng_agree(run->trouble != 0 ? run->trouble : settled, run->comm);
    if (alone) {
        restore->twice = false; /* it was seen to */
    }
    return ret == 0 ? gather_blocks(run, restore, pending) : ret;
}

static int
read_all(restore_t *restore, const char *paths, const eng_journal_key_t *key, eng_ranges_t *pending)
{
    eng_run_t *run = restore->run;
    int ret = eng_agree(open_journal(run, key), run->comm), twice;

    if (ret == 0) {
        ret = read_once(restore, paths, key, false, pending);
    }
    twice = restore->twice;
    if (ret == 0) {
        ret = eng_mpi_check(MPI_Allreduce(MPI_IN_PLACE, &twice, 1, MPI_INT, MPI_MAX, run->comm), "gathering blocks");
    }
    if (ret == 0 && twice) {
        if (run->rank == 0) {
            eng_log(ENG_LOG_WARN, "some blocks are saved twice (two runs at once?); each is counted once");
        }
        eng_ranges_free(pending);
        ret = eng_agree(begin_anew(restore, key), run->comm);
        ret = ret == 0 ? read_once(restore, paths, key, true, pending) : ret;
    }
    return ret;
}

/* What was read stands in new journals on the disk; only then the old ones go. */
static int
forget_old(eng_run_t *run)
{
    int ret = eng_agree(eng_journal_sync(&run->journal), run->comm);

    if (ret == 0) {
        ret = eng_agree(run->rank == 0 ? eng_workdir_forget(&run->dir) : 0, run->comm);
    }
    return ret;
}

static int
restore_all(eng_run_t *run, eng_ranges_t *pending)
{
    uint64_t end, first = eng_run_range(run, &end);
    /* of a study with rounds the blocks of the first: how many follow is not known */
    eng_journal_key_t key = eng_journal_key(&run->study, run->values, first, run->study.precision.asked ? run->blocks.parts[0].num_blocks : end - first);
    restore_t restore = { .run = run };
    char *paths = NULL;
    int ret = share_journals(run, &paths);

    key.from_points = run->from.points;
    key.from_patients = run->from.patients;

    if (ret == 0) {
        ret = eng_agree(eng_batch_create(&restore.kept, &run->layout, &run->records), run->comm);
    }
    if (ret == 0) {
        ret = read_all(&restore, paths, &key, pending);
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
    if (ret == 0 && run->restored_courses > 0) {
        ret = forget_old(run);
    }
    eng_batch_free(&restore.kept);
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
        ret = eng_run_resume_rounds(run);
    }
    if (ret == 0) {
        ret = restore_all(run, pending);
        if (ret != 0 && run->rank == 0 && run->dir.num_journals == 0 && run->restored_courses == 0) {
            /* Nothing was saved there: leave no trace.  The first error is the one to report. */
            char message[ENG_ERROR_SIZE];
            snprintf(message, sizeof(message), "%s", eng_error_message());
            (void)eng_workdir_remove(&run->dir);
            ret = ENG_FAIL(ret, "%s", message);
        }
    }
    return ret;
}
