/**
 * Do the files of a merge belong together?  Rank 0 looks at all of them before anything is added up: every shard of one
 * study, of one division, at the same points, each once.
 */
#include "engine/merge_state.h"

#include "base/error.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

int
eng_merge_read_design(const eng_result_t *result, double **unit, double **values)
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
    int ret = eng_merge_read_design(result, &unit, &values);

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
    return eng_error_of_file(ret, merge->paths[j]);
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

int
eng_merge_check(merge_t *merge)
{
    int ret = eng_error_of_file(eng_merge_read_design(merge->first, &merge->unit, &merge->values), merge->paths[0]);

    if (ret == 0) {
        ret = eng_result_text(merge->first, "/provenance/vectors", &merge->width);
    }
    for (int j = 0; j < merge->num && ret == 0; j++) {
        ret = look_at_file(merge, j);
    }
    return ret == 0 ? check_all_there(merge) : ret;
}
