/**
 * Counts of failed courses for people and for trace.
 */
#include "cli/failures.h"

#include "base/error.h"
#include "base/shell.h"
#include "base/text.h"
#include "engine/shard.h"
#include <stdlib.h>

#define COUNTS "/outcomes/courses/failures"

/* Values of a dataset on (point, protocol) or (point, protocol, reason); *width: numbers of each. */
static int
read_counts(const eng_source_t *source, const char *dataset, double **values, uint64_t *width)
{
    const uint64_t rows = source->study->num_points * (uint64_t)source->study->num_protocols;
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 };
    int dims = 0, ret = eng_source_shape(source, dataset, &dims, size);

    if (ret == 0 && (dims < 2 || dims > 3 || size[0] * size[1] != rows)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has another shape than this format", source->path, dataset);
    }
    if (ret != 0) {
        return ret;
    }
    *width = dims == 3 ? size[2] : 1;
    *values = malloc((size_t)(rows * *width + 1) * sizeof(**values));
    if (*values == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", source->path, dataset);
    }
    return eng_source_read(source, dataset, *values, (size_t)(rows * *width));
}

int
eng_failures_read(const eng_source_t *source, int64_t **counts)
{
    const uint64_t rows = source->study->num_points * (uint64_t)source->study->num_protocols;
    double *values = NULL;
    uint64_t width = 0;
    int ret;

    *counts = NULL;
    if (source->result != NULL && !eng_result_is_current(source->result)) {
        eng_text_t file = { 0 };
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: was made by another version of the model, which alone can run its courses again; "
            "engraft show %s has the counts", source->path, eng_shell_file_text(&file, source->path));
        eng_text_free(&file);
        return ret;
    }
    ret = read_counts(source, COUNTS, &values, &width);
    if (ret == 0 && width != ENG_NUM_REASONS) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: " COUNTS " has another shape than this format", source->path);
    }
    if (ret == 0) {
        *counts = malloc((size_t)(rows * width + 1) * sizeof(**counts));
        ret = *counts == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for " COUNTS, source->path) : 0;
    }
    for (uint64_t i = 0; ret == 0 && i < rows * width; i++) {
        (*counts)[i] = (int64_t)values[i];
    }
    free(values);
    return ret;
}

/* Points of a study with rounds have as many patients as are counted. */
static int
find_region(const eng_source_t *source, eng_region_t *region)
{
    const uint64_t points = source->study->num_points, protocols = (uint64_t)source->study->num_protocols;
    double *failures = NULL, *n = NULL;
    uint64_t width = 0, one = 0, before = 0;
    int ret = read_counts(source, COUNTS, &failures, &width);

    if (ret == 0) {
        ret = read_counts(source, "/outcomes/courses/n", &n, &one);
    }
    for (uint64_t p = 0, first = 0; ret == 0 && p <= points; p++) {
        uint64_t patients = p < points ? (uint64_t)n[p * protocols] : 0;
        for (uint64_t j = 0; p < points && j < width; j++) {
            patients += (uint64_t)failures[p * protocols * width + j];
        }
        if (p > 0 && patients != before) {
            const eng_block_t ranges = { first, p - first, 0, before };
            ret = before > 0 ? eng_region_add(region, &ranges) : 0;
            first = p;
        }
        before = patients;
    }
    free(failures);
    free(n);
    return ret;
}

int
eng_failures_blocks(const eng_source_t *source, eng_ranges_t *blocks, eng_region_t *region)
{
    const eng_blocks_t all = eng_blocks_of(source->study->num_points, source->study->patients);
    int ret = 0;

    if (source->result != NULL && source->study->precision.asked) {
        ret = find_region(source, region);
        return ret == 0 && region->num_blocks > 0 ? eng_ranges_add(blocks, (eng_range_t){ 0, region->num_blocks }) : ret;
    }
    if (source->result != NULL) {
        const eng_shard_t shard = eng_result_shard(source->result);
        uint64_t end, first = eng_shard_range(&shard, &all, &end);
        return eng_ranges_add(blocks, (eng_range_t){ first, end - first });
    }
    for (size_t j = source->partial.done.head; ret == 0 && j < source->partial.done.num; j++) {
        ret = eng_ranges_add(blocks, source->partial.done.items[j]);
    }
    return ret;
}

/* "reason count" to a list.  A result has the names of its reasons, which may be those of another version. */
static int
tell_reason(const eng_source_t *source, uint64_t j, int64_t count, eng_text_t *reasons)
{
    char *name = NULL, shown[100];
    int ret = 0;

    if (source->result != NULL) {
        ret = eng_result_name(source->result, "failure", j, &name);
    }
    if (ret == 0) {
        eng_text_excerpt(shown, sizeof(shown), name != NULL ? name : eng_failure_name((int)j + 1));
        eng_text_add(reasons, "%s%s %lld", reasons->length > 0 ? ", " : "", shown, (long long)count);
    }
    free(name);
    return ret;
}

/* Of one point, or all: failed courses, "reason 3, other 1", and those that did not fail. */
static int
sum_counts(const eng_source_t *source, const uint64_t *point, eng_text_t *reasons, int64_t *failed, int64_t *used)
{
    const uint64_t protocols = (uint64_t)source->study->num_protocols, rows = source->study->num_points * protocols;
    const uint64_t first = point != NULL ? *point * protocols : 0, end = point != NULL ? first + protocols : rows;
    double *failures = NULL, *n = NULL;
    uint64_t width = 0, one = 0;
    int ret = read_counts(source, COUNTS, &failures, &width);

    if (ret == 0) {
        ret = read_counts(source, "/outcomes/courses/n", &n, &one);
    }
    for (uint64_t i = first; ret == 0 && i < end; i++) {
        *used += (int64_t)n[i];
    }
    for (uint64_t j = 0; ret == 0 && j < width; j++) {
        int64_t count = 0;
        for (uint64_t i = first; i < end; i++) {
            count += (int64_t)failures[i * width + j];
        }
        if (count > 0) {
            ret = tell_reason(source, j, count, reasons);
        }
        *failed += count;
    }
    free(failures);
    free(n);
    return ret;
}

int
eng_failures_print(const eng_source_t *source, const uint64_t *point, FILE *out)
{
    eng_text_t reasons = { 0 }, file = { 0 };
    int64_t failed = 0, used = 0;
    int ret = sum_counts(source, point, &reasons, &failed, &used);

    if (ret == 0 && reasons.failed) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for the reasons of failures", source->path);
    }
    if (ret == 0 && failed > 0) {
        fprintf(out, "Estimates are of %lld of %lld courses: %lld failed (%s). A patient who failed under any protocol is in no pair.\n"
            "engraft trace --failed %s%s lists them\n", (long long)used, (long long)(used + failed), (long long)failed, reasons.data,
            eng_shell_file_text(&file, source->path), source->result == NULL ? " --partial" : "");
    }
    eng_text_free(&file);
    eng_text_free(&reasons);
    return ret;
}
