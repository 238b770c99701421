/**
 * Merging: the shards of a study added up into its result.  All that shards hold are integer sums and rows that only one
 * of them has, so that the order of files and the number of ranks change nothing; what is not a sum (cluster words, tables
 * with intervals) is made anew from the whole points.  A rank reads what concerns its own points, one file after another.
 */
#include "base/log.h"
#include "engine/agree.h"
#include "engine/owner.h"
#include "engine/progress.h"
#include "engine/shard.h"
#include "engine/tally.h"
#include "engine/work.h"
#include "engine/workdir.h"
#include <engraft/run.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_WORDS ((size_t)4 << 20) /* words of points read in one go */
#define PIECE_ROWS ((uint64_t)65536)

typedef struct {
    const char *const *paths;
    int num;
    const char *result_path, *command;
    MPI_Comm comm;
    int rank, size;
    double started;
    eng_shard_t *shards;    /* owned: [num] */
    eng_result_t *first;    /* its study is that of all */
    const eng_study_t *study; /* of `first` */
    const eng_layout_t *layout; /* of `first` */
    eng_records_t records;
    eng_blocks_t blocks;
    eng_owner_t owner;
    int64_t *pooled, *cluster; /* owned */
    int64_t *courses;       /* owned: [num], in each file */
    double *unit, *values;  /* owned: the design */
    double core_seconds;
    char *attempts, *width; /* owned; rank 0 */
    eng_workdir_t dir;      /* rank 0: keeps others from writing the same result */
} merge_t;

/* An error of a file names the file. */
static int
of_file(int ret, const char *path)
{
    char message[1024];

    if (ret == 0 || strstr(eng_error_message(), path) != NULL) {
        return ret;
    }
    snprintf(message, sizeof(message), "%s", eng_error_message());
    return ENG_FAIL(ret, "%s: %s", path, message);
}

/* --- do the files belong together? (rank 0) ------------------------------------------------------------------ */

static int
check_file(const merge_t *merge, const eng_result_t *result, const char *path)
{
    const eng_study_t *study = eng_result_study(result);
    const eng_shard_t shard = eng_result_shard(result);
    const eng_blocks_t blocks = eng_blocks_of(study->num_points, study->patients);
    eng_shard_t expected;

    if (shard.of == 0) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s is a complete result, not a shard: there is nothing to merge in it", path);
    }
    if (!eng_result_is_current(result)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s was made by another version of the model or another precision; merge it with the engraft that "
            "made it", path);
    }
    if (strcmp(eng_result_identity(result), eng_result_identity(merge->first)) != 0) {
        return ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s is of another study than %s", path, merge->paths[0]);
    }
    if (strcmp(eng_result_extent(result), eng_result_extent(merge->first)) != 0) {
        return ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s has other numbers of points, patients or records than %s", path, merge->paths[0]);
    }
    if (shard.of != eng_result_shard(merge->first).of) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s is one of %" PRIu64 " shards, %s one of %" PRIu64 ": only shards of one division can be merged",
            path, shard.of, merge->paths[0], eng_result_shard(merge->first).of);
    }
    if (eng_shard_make(&expected, &blocks, shard.number, shard.of) != 0 || memcmp(&expected, &shard, sizeof(shard)) != 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: its share of the study is damaged", path);
    }
    return 0;
}

/* Both arrays of the design; owned by the caller. */
static int
read_design(const eng_result_t *result, double **unit, double **values)
{
    const eng_study_t *study = eng_result_study(result);
    const size_t n = (size_t)study->num_points * (size_t)study->num_uncertain;
    int ret = 0;

    *unit = malloc((n + 1) * sizeof(**unit));
    *values = malloc((n + 1) * sizeof(**values));
    if (*unit == NULL || *values == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a design of %" PRIu64 " points", study->num_points);
    }
    if (n > 0) {
        ret = eng_result_read(result, "/design/unit", *unit, n);
    }
    return ret == 0 && n > 0 ? eng_result_read(result, "/design/values", *values, n) : ret;
}

static int
check_design(const merge_t *merge, const eng_result_t *result, const char *path)
{
    const size_t bytes = (size_t)merge->study->num_points * (size_t)merge->study->num_uncertain * sizeof(double);
    double *unit = NULL, *values = NULL;
    int ret = read_design(result, &unit, &values);

    if (ret == 0 && (memcmp(unit, merge->unit, bytes) != 0 || memcmp(values, merge->values, bytes) != 0)) {
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s was computed at other points of the design than %s", path, merge->paths[0]);
    }
    free(unit);
    free(values);
    return ret;
}

/* What only rank 0 keeps: history and cost. */
static int
add_history(merge_t *merge, const eng_result_t *result, const eng_shard_t *shard)
{
    char *text = NULL, *all, head[64];
    double seconds = 0;
    int ret = eng_result_text(result, "/provenance/attempts", &text);

    if (ret == 0) {
        ret = eng_result_read(result, "/provenance/core_seconds", &seconds, 1);
    }
    merge->core_seconds += seconds;
    if (ret == 0) {
        const size_t before = merge->attempts == NULL ? 0 : strlen(merge->attempts);
        snprintf(head, sizeof(head), "shard %" PRIu64 "/%" PRIu64 "\n", shard->number, shard->of);
        all = realloc(merge->attempts, before + strlen(head) + strlen(text) + 1);
        ret = all == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of attempts") : 0;
        if (all != NULL) {
            merge->attempts = all;
            strcpy(all + before, head);
            strcat(all, text);
        }
    }
    free(text);
    return ret;
}

static int
look_at_file(merge_t *merge, int j)
{
    eng_result_t *result = NULL;
    int ret = eng_result_open(&result, merge->paths[j]);

    if (ret == 0) {
        ret = check_file(merge, result, merge->paths[j]);
    }
    if (ret == 0) {
        ret = check_design(merge, result, merge->paths[j]);
    }
    if (ret == 0) {
        merge->shards[j] = eng_result_shard(result);
        ret = add_history(merge, result, &merge->shards[j]);
    }
    eng_result_close(result);
    return of_file(ret, merge->paths[j]);
}

/* Every shard once: the numbers that are missing, as "2, 5 and 7 of 9", or the two files that are the same one. */
static int
check_all_there(const merge_t *merge)
{
    const uint64_t of = merge->shards[0].of;
    uint64_t missing = 0;
    char names[256] = "";
    size_t length = 0;

    for (int j = 0; j < merge->num; j++) {
        for (int k = 0; k < j; k++) {
            if (merge->shards[j].number == merge->shards[k].number) {
                return ENG_FAIL(ENG_ERR_USAGE, "%s and %s are both shard %" PRIu64 "/%" PRIu64 ": each may be given once", merge->paths[k],
                    merge->paths[j], merge->shards[j].number, of);
            }
        }
    }
    for (uint64_t number = 1; number <= of; number++) {
        int j = 0;
        while (j < merge->num && merge->shards[j].number != number) {
            j++;
        }
        if (j == merge->num && missing++ < 20 && length < sizeof(names)) {
            length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%" PRIu64 "/%" PRIu64, length > 0 ? ", " : "", number, of);
        }
    }
    if (missing > 0) {
        return ENG_FAIL(ENG_ERR_USAGE, "%" PRIu64 " of %" PRIu64 " shards %s missing: %s%s", missing, of, missing == 1 ? "is" : "are", names,
            missing > 20 ? " ..." : "");
    }
    return 0;
}

static int
check_files(merge_t *merge)
{
    int ret = of_file(read_design(merge->first, &merge->unit, &merge->values), merge->paths[0]);

    if (ret == 0) {
        ret = eng_result_text(merge->first, "/provenance/vectors", &merge->width);
    }
    for (int j = 0; j < merge->num && ret == 0; j++) {
        ret = look_at_file(merge, j);
    }
    return ret == 0 ? check_all_there(merge) : ret;
}

/* Is there a result already?  *complete: yes, and it is this study's. */
static int
check_result_file(const merge_t *merge, int *complete)
{
    const char *path = merge->result_path;
    eng_result_t *result = NULL;
    int ret = 0;

    if (access(path, F_OK) != 0) {
        return errno == ENOENT ? 0 : ENG_FAIL(ENG_ERR_WRITE, "cannot look at %s: %s", path, strerror(errno));
    }
    if (eng_result_open(&result, path) != 0) {
        return ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s exists and is no complete result of engraft; choose another -o, or remove it", path);
    }
    *complete = eng_result_shard(result).of == 0 && strcmp(eng_result_identity(result), eng_result_identity(merge->first)) == 0 &&
        strcmp(eng_result_extent(result), eng_result_extent(merge->first)) == 0;
    if (!*complete) {
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s %s; choose another -o, or remove it", path,
            eng_result_shard(result).of > 0 ? "is itself a shard" : "is the result of another study");
    }
    eng_result_close(result);
    return ret;
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
    return ret;
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
    return of_file(ret, merge->paths[j]);
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

static int
add_all(merge_t *merge)
{
    const size_t protocols = (size_t)merge->study->num_protocols;
    int ret = eng_agree(make_memory(merge), merge->comm);

    for (int j = 0; j < merge->num && ret == 0; j++) {
        ret = add_file(merge, j);
    }
    ret = eng_agree(ret, merge->comm);
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
        ret = check_files(merge);
        ret = ret == 0 ? check_result_file(merge, complete) : ret;
        ret = ret == 0 && !*complete ? take_place(merge) : ret;
    }
    ret = eng_agree(ret, merge->comm);
    if (ret == 0) {
        ret = eng_mpi_bcast(complete, sizeof(*complete), merge->comm);
    }
    if (ret == 0 && merge->rank != 0) {
        ret = read_design(merge->first, &merge->unit, &merge->values);
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
            eng_log(ENG_LOG_INFO, "%s is complete already; nothing to do", merge->result_path);
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
        ret = eng_tally_judge(sums, merge->study, planned);
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
    ret = merge_all(&merge);
    if (merge.dir.lock.fd >= 0) {
        char message[1024];
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
