/**
 * Merging: the shards of a study added up into its result.  All that shards hold are integer sums and rows that only one
 * of them has, so that the order of files and the number of ranks change nothing; what is not a sum (cluster words, tables
 * with intervals) is made anew from the whole points.  A rank reads what concerns its own points, one file after another.
 */
#include "engine/merge_state.h"

#include "base/log.h"
#include "engine/launch.h"
#include "engine/progress.h"
#include "engine/signals.h"
#include "engine/tally.h"
#include "engine/target.h"
#include "engine/work.h"
#include "store/agree.h"
#include <engraft/run.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PIECE_WORDS ((size_t)4 << 20) /* words of points read in one go */
#define PIECE_ROWS ((uint64_t)65536)

/* --- the place of the result (rank 0) --------------------------------------------------------------------------- */

/* What `engraft status` says meanwhile, and after a kill. */
static int
say_merging(const merge_t *merge)
{
    char text[512], host[256] = "";

    gethostname(host, sizeof(host) - 1);
    snprintf(text, sizeof(text), "state: merging\nshards: %d\nranks: %d\nattempt: %d\nhost: %s\npid: %ld\njob: %s\nclock: %lld\n", merge->num,
        merge->size, merge->dir.attempt, host, (long)getpid(), eng_launch_job(), (long long)time(NULL));
    return eng_workdir_put(&merge->dir, "status", text, strlen(text));
}

/* The folder beside the result, as a run has it: two that write one file at a time are refused. */
static int
take_place(merge_t *merge)
{
    int ret = eng_workdir_enter(&merge->dir, merge->result_path);

    if (ret == 0 && merge->dir.num_journals > 0) {
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s holds the saved work of a run; choose another -o, or finish that run", merge->dir.path);
        eng_workdir_free(&merge->dir);
    }
    return ret == 0 ? say_merging(merge) : ret;
}

/* --- adding up (all ranks) ------------------------------------------------------------------------------------ */

/* The part of lower .. upper - 1 that lies in first .. first + count - 1. */
static uint64_t
overlap(uint64_t lower, uint64_t upper, uint64_t first, uint64_t count, uint64_t *begin)
{
    const uint64_t end = upper < first + count ? upper : first + count;

    *begin = lower > first ? lower : first;
    return end > *begin ? end - *begin : 0;
}

static int
add_points(merge_t *merge, int j, const eng_result_t *result, uint64_t lower, uint64_t upper)
{
    const size_t stride = merge->owner.point_words;
    const uint64_t most = stride > PIECE_WORDS ? 1 : PIECE_WORDS / (stride + 1) + 1;
    uint64_t begin, left = overlap(lower, upper, merge->owner.first_point, merge->owner.num_points, &begin);
    int64_t sums[ENG_TALLY_SUMS] = { 0 }, *words = malloc(((size_t)(left < most ? left : most) * stride + 1) * sizeof(*words));
    int ret = words == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the points of a shard") : 0;

    while (ret == 0 && left > 0) {
        const uint64_t count = left < most ? left : most;
        int64_t *to = merge->owner.point + (size_t)(begin - merge->owner.first_point) * stride;
        ret = eng_result_points(result, begin, count, words);
        for (size_t k = 0; ret == 0 && k < (size_t)count * stride; k++) {
            to[k] += words[k];
        }
        if (ret == 0) {
            eng_tally_add(sums, merge->layout, words, count);
        }
        begin += count;
        left -= count;
    }
    merge->courses[j] = sums[ENG_TALLY_COURSES];
    free(words);
    return ret;
}

static int
add_rows(merge_t *merge, const eng_result_t *result, uint64_t lower, uint64_t upper)
{
    uint64_t begin, left = overlap(lower, upper, merge->owner.first_record, merge->owner.num_records, &begin);
    int ret = 0;

    while (ret == 0 && left > 0) {
        const uint64_t count = left < PIECE_ROWS ? left : PIECE_ROWS;
        ret = eng_result_rows(result, begin, count, merge->owner.rows + (size_t)(begin - merge->owner.first_record) * merge->owner.row_values);
        begin += count;
        left -= count;
    }
    return ret;
}

static int
add_pooled(merge_t *merge, const eng_result_t *result)
{
    const size_t n = (size_t)merge->study->num_protocols * merge->layout->pooled_words;
    int64_t *words = malloc((n + 1) * sizeof(*words));
    int ret = words == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for pooled tables") : eng_result_pooled(result, words);

    for (size_t k = 0; ret == 0 && k < n; k++) {
        merge->pooled[k] += words[k];
    }
    free(words);
    return ret;
}

/* Everything of one file that concerns this rank; pooled sums of a file are read by one rank. */
static int
add_file(merge_t *merge, int j)
{
    const eng_shard_t *shard = &merge->shards[j];
    const uint64_t patients = merge->study->patients, lower = eng_block_first_pair(&merge->blocks, shard->first_block),
                   upper = eng_block_first_pair(&merge->blocks, shard->first_block + shard->num_blocks);
    eng_result_t *result = NULL;
    int ret = eng_result_open(&result, merge->paths[j]);

    if (ret == 0) {
        ret = add_points(merge, j, result, lower / patients, (upper + patients - 1) / patients);
    }
    if (ret == 0) {
        ret = add_rows(merge, result, lower, upper);
    }
    if (ret == 0 && j % merge->size == merge->rank) {
        ret = add_pooled(merge, result);
    }
    eng_result_close(result);
    return eng_error_of_file(ret, merge->paths[j]);
}

/* Every file has as many courses as its share is large. */
static int
check_courses(const merge_t *merge)
{
    for (int j = 0; j < merge->num; j++) {
        const eng_shard_t *shard = &merge->shards[j];
        const uint64_t expected = (eng_block_first_pair(&merge->blocks, shard->first_block + shard->num_blocks) -
            eng_block_first_pair(&merge->blocks, shard->first_block)) * (uint64_t)merge->study->num_protocols;
        if ((uint64_t)merge->courses[j] != expected) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s holds %" PRId64 " courses instead of %" PRIu64 ": it is damaged", merge->paths[j],
                merge->courses[j], expected);
        }
    }
    return 0;
}

static int
make_memory(merge_t *merge)
{
    const size_t protocols = (size_t)merge->study->num_protocols;
    int ret = eng_records_create(&merge->records, merge->study);

    if (ret == 0) {
        ret = eng_owner_create(&merge->owner, merge->layout, &merge->records, eng_work_num_records(merge->study), merge->comm);
    }
    merge->pooled = calloc(protocols * merge->layout->pooled_words + 1, sizeof(*merge->pooled));
    merge->cluster = calloc(protocols * merge->layout->cluster_words + 1, sizeof(*merge->cluster));
    merge->courses = calloc((size_t)merge->num, sizeof(*merge->courses));
    if (ret == 0 && (merge->pooled == NULL || merge->cluster == NULL || merge->courses == NULL)) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the sums of %d shards", merge->num);
    }
    return ret;
}

/* Collective.  ENG_STOPPED where an end is wanted of any rank. */
static int
agree_on_end(int ret, MPI_Comm comm)
{
    int end = eng_signals_end();

    if (ret == 0) {
        ret = eng_mpi_check(MPI_Allreduce(MPI_IN_PLACE, &end, 1, MPI_INT, MPI_MAX, comm), "agreeing");
    }
    return ret == 0 && end ? ENG_STOPPED : ret;
}

static int
add_all(merge_t *merge)
{
    const size_t protocols = (size_t)merge->study->num_protocols;
    int ret = eng_agree(make_memory(merge), merge->comm);

    for (int j = 0; j < merge->num && ret == 0 && !eng_signals_end(); j++) {
        ret = add_file(merge, j);
    }
    ret = agree_on_end(eng_agree(ret, merge->comm), merge->comm);
    if (ret == 0) {
        ret = eng_mpi_sum(merge->courses, (size_t)merge->num, merge->comm);
    }
    if (ret == 0) {
        ret = check_courses(merge);
    }
    for (uint64_t k = 0; ret == 0 && k < merge->owner.num_points; k++) {
        eng_layout_cluster(merge->layout, merge->owner.point + (size_t)k * merge->owner.point_words, merge->cluster);
    }
    if (ret == 0) {
        ret = eng_mpi_sum(merge->pooled, protocols * merge->layout->pooled_words, merge->comm);
    }
    return ret == 0 ? eng_mpi_sum(merge->cluster, protocols * merge->layout->cluster_words, merge->comm) : ret;
}

/* --- the order of things --------------------------------------------------------------------------------------- */

static bool
is_to_stop(void *context)
{
    (void)context;
    return eng_signals_end();
}

static int
write_result(const merge_t *merge, uint64_t planned)
{
    const eng_owner_t *owner = &merge->owner;
    const eng_result_data_t data = {
        .layout = merge->layout,
        .records = &merge->records,
        .unit = merge->unit,
        .values = merge->values,
        .first_point = owner->first_point,
        .num_points = owner->num_points,
        .point = owner->point,
        .pooled = merge->pooled,
        .cluster = merge->cluster,
        .first_record = owner->first_record,
        .num_records = owner->num_records,
        .rows = owner->rows,
        .provenance = {
            .ranks = merge->size,
            .width = merge->width != NULL ? merge->width : "",
            .seconds = eng_seconds() - merge->started,
            .core_seconds = merge->core_seconds,
            .courses_planned = planned,
            .courses_done = planned,
            .command_line = merge->command != NULL ? merge->command : "",
            .attempts = merge->attempts != NULL ? merge->attempts : "",
        },
        .watch = { .stop = is_to_stop },
    };

    return eng_result_write(merge->result_path, &data, merge->comm);
}

/* Rank 0 looks at all files; all ranks learn what they are.  *complete: the result is there already. */
static int
begin(merge_t *merge, int *complete)
{
    int ret;

    merge->shards = calloc((size_t)merge->num, sizeof(*merge->shards));
    ret = merge->shards == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d shards", merge->num)
                                : eng_result_open(&merge->first, merge->paths[0]);
    if (ret == 0) {
        merge->study = eng_result_study(merge->first);
        merge->layout = eng_result_layout(merge->first);
        merge->blocks = eng_blocks_of(merge->study->num_points, merge->study->patients);
    }
    ret = eng_agree(ret, merge->comm);
    if (ret == 0 && merge->rank == 0) {
        ret = eng_merge_check(merge);
        if (ret == 0) {
            ret = eng_target_check(merge->result_path, eng_result_identity(merge->first), eng_result_extent(merge->first), 0, 0, complete);
        }
        ret = ret == 0 && !*complete ? take_place(merge) : ret;
    }
    ret = eng_agree(ret, merge->comm);
    if (ret == 0) {
        ret = eng_mpi_bcast(complete, sizeof(*complete), merge->comm);
    }
    if (ret == 0 && merge->rank != 0) {
        ret = eng_merge_read_design(merge->first, &merge->unit, &merge->values);
    }
    ret = eng_agree(ret, merge->comm);
    return ret == 0 ? eng_mpi_bcast(merge->shards, (size_t)merge->num * sizeof(*merge->shards), merge->comm) : ret;
}

static int
merge_all(merge_t *merge)
{
    int64_t sums[ENG_TALLY_SUMS] = { 0 };
    int complete = 0, ret = begin(merge, &complete);
    uint64_t planned;

    if (ret != 0 || complete) {
        if (ret == 0 && merge->rank == 0) {
            eng_target_complete(merge->result_path, merge->study);
        }
        return ret;
    }
    planned = merge->study->num_points * merge->study->patients * (uint64_t)merge->study->num_protocols;
    ret = eng_agree(add_all(merge), merge->comm);
    if (ret == 0) {
        eng_tally_add(sums, merge->layout, merge->owner.point, merge->owner.num_points);
        ret = eng_mpi_sum(sums, ENG_TALLY_SUMS, merge->comm);
    }
    if (ret == 0) {
        ret = eng_tally_check(sums, planned);
    }
    if (ret == 0) {
        ret = eng_agree(write_result(merge, planned), merge->comm);
    }
    if (ret == 0) {
        eng_log(ENG_LOG_INFO, "complete: %s from %d shards, %" PRIu64 " courses", merge->result_path, merge->num, planned);
        ret = eng_tally_judge(sums, merge->study, planned, merge->result_path);
    }
    return ret;
}

int
eng_merge(const char *const *shard_paths, int num_shards, const char *result_path, const char *command_line, MPI_Comm comm)
{
    merge_t merge = { .paths = shard_paths, .num = num_shards, .result_path = result_path, .command = command_line,
        .comm = MPI_COMM_NULL, .started = eng_seconds(), .dir = { .lock = { .fd = -1 } } };
    int ret;

    if (num_shards < 1) {
        return ENG_FAIL(ENG_ERR_USAGE, "there are no shards to merge");
    }
    ret = eng_mpi_check(MPI_Comm_dup(comm, &merge.comm), "duplicating the communicator");
    if (ret != 0) {
        return ret;
    }
    MPI_Comm_set_errhandler(merge.comm, MPI_ERRORS_RETURN);
    MPI_Comm_rank(merge.comm, &merge.rank);
    MPI_Comm_size(merge.comm, &merge.size);
    ret = eng_agree(eng_signals_catch(), merge.comm);
    ret = ret == 0 ? merge_all(&merge) : ret;
    if (ret == ENG_STOPPED) {
        eng_log(ENG_LOG_INFO, "stopped before %s was written; the shards are as they were, the same command merges them", result_path);
    }
    if (merge.dir.lock.fd >= 0) {
        char message[ENG_ERROR_SIZE];
        snprintf(message, sizeof(message), "%s", eng_error_message());
        (void)eng_workdir_remove(&merge.dir); /* a folder that stays is a nuisance, no failure of the merge */
        ret = ret < 0 ? ENG_FAIL(ret, "%s", message) : ret;
    }
    eng_workdir_free(&merge.dir);
    eng_owner_free(&merge.owner);
    eng_records_free(&merge.records);
    eng_result_close(merge.first);
    free(merge.shards);
    free(merge.pooled);
    free(merge.cluster);
    free(merge.courses);
    free(merge.unit);
    free(merge.values);
    free(merge.attempts);
    free(merge.width);
    MPI_Comm_free(&merge.comm);
    return ret;
}
