/**
 * A run that extends a result: the study of the file with more points or patients.  Its sums are those of the file and of the courses that
 * are added; all of them are integers, so that the larger result is the one of a run afresh, whatever the file's blocks were.
 */
#include "engine/run_state.h"

#include "base/text.h"
#include "store/store.h"
#include "study/study_grow.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_WORDS ((size_t)4 << 20) /* words of points read in one go */

static int
check_result(const eng_result_t *result, const char *path)
{
    if (eng_result_shard(result).of > 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s is a shard: extend the result that engraft merge makes of all shards", path);
    }
    if (!eng_result_is_current(result)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s was made by another version of the model or another precision; extend it with the engraft that made it",
            path);
    }
    return 0;
}

/* --- rank 0: the study ----------------------------------------------------------------------------------------- */

static int
read_history(eng_extended_t *from, const eng_result_t *result, const char *path)
{
    eng_text_t all = { 0 };
    char *text = NULL;
    int ret = eng_result_text(result, "/provenance/attempts", &text);

    if (ret == 0) {
        ret = eng_result_read(result, "/provenance/core_seconds", &from->core_seconds, 1);
    }
    if (ret == 0) {
        eng_text_add(&all, "extends %s, %" PRIu64 " points x %" PRIu64 " patients\n%s", path, from->points, from->patients, text);
        from->attempts = all.data;
        ret = all.failed ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of attempts") : 0;
    }
    free(text);
    return ret;
}

int
eng_run_extend_study(eng_run_t *run)
{
    const char *path = run->options.extend_path;
    const eng_growth_t growth = { run->options.extend_points, run->options.extend_patients };
    eng_result_t *result = NULL;
    int ret = eng_result_open(&result, path);

    if (ret == 0) {
        ret = check_result(result, path);
    }
    if (ret == 0) {
        const eng_study_t *study = eng_result_study(result);
        run->from.points = study->num_points;
        run->from.patients = study->patients;
        run->from.blocks = eng_blocks_of(study->num_points, study->patients).num_blocks;
        run->from.courses = study->num_points * study->patients * (uint64_t)study->num_protocols;
        ret = read_history(&run->from, result, path);
        ret = ret == 0 ? eng_study_grow(study, &growth, &run->study) : ret;
    }
    eng_result_close(result);
    return ret == ENG_ERR_FORMAT ? eng_error_of_file(ret, path) : ret;
}

/* The same numbers in the file as in the first rows of the design? */
static int
check_points(const eng_run_t *run, const eng_result_t *result, const char *dataset, const double *ours)
{
    const size_t n = (size_t)run->from.points * (size_t)run->study.num_uncertain;
    double *theirs = malloc((n + 1) * sizeof(*theirs));
    int ret = theirs == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a design of %" PRIu64 " points", run->from.points)
                             : eng_result_read(result, dataset, theirs, n);

    if (ret == 0 && memcmp(ours, theirs, n * sizeof(*theirs)) != 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: was computed at other points than those that this engraft gives the larger design", run->options.extend_path);
    }
    free(theirs);
    return ret;
}

int
eng_run_extend_check(const eng_run_t *run)
{
    eng_result_t *result = NULL;
    int ret;

    if (run->from.points == 0 || run->study.num_uncertain == 0) {
        return 0;
    }
    ret = eng_result_open(&result, run->options.extend_path);
    if (ret == 0) {
        ret = check_points(run, result, "/design/unit", run->unit);
    }
    if (ret == 0) {
        ret = check_points(run, result, "/design/values", run->values);
    }
    eng_result_close(result);
    return eng_error_of_file(ret, run->options.extend_path);
}

/* --- every rank: sums and records ------------------------------------------------------------------------------- */

static int
take_points(eng_run_t *run, const eng_result_t *result)
{
    eng_owner_t *owner = &run->owner;
    const uint64_t end = owner->first_point + owner->num_points < run->from.points ? owner->first_point + owner->num_points : run->from.points;
    const uint64_t most = PIECE_WORDS / (owner->point_words + 1) + 1;
    int ret = 0;

    for (uint64_t at = owner->first_point, count; at < end && ret == 0; at += count) {
        count = end - at < most ? end - at : most;
        ret = eng_result_points(result, at, count, owner->point + (size_t)(at - owner->first_point) * owner->point_words);
    }
    return ret;
}

/* Records are pairs of point and patient in flat order, which is another order where there are more patients. */
static int
take_rows(eng_run_t *run, const eng_result_t *result)
{
    const eng_owner_t *owner = &run->owner;
    const uint64_t patients = run->study.patients, end = owner->first_record + owner->num_records;
    int ret = 0;

    for (uint64_t id = owner->first_record, next; id < end && ret == 0; id = next) {
        const uint64_t point = id / patients, patient = id % patients;
        next = (point + 1) * patients < end ? (point + 1) * patients : end;
        if (point >= run->from.points) {
            break;
        }
        if (patient < run->from.patients) {
            const uint64_t left = run->from.patients - patient, count = next - id < left ? next - id : left;
            ret = eng_result_rows(result, point * run->from.patients + patient, count,
                owner->rows + (size_t)(id - owner->first_record) * owner->row_values);
        }
    }
    return ret;
}

int
eng_run_extend_take(eng_run_t *run)
{
    eng_result_t *result = NULL;
    int ret;

    if (run->from.points == 0) {
        return 0;
    }
    ret = eng_result_open(&result, run->options.extend_path);
    if (ret == 0) {
        ret = take_points(run, result);
    }
    if (ret == 0) {
        ret = take_rows(run, result);
    }
    if (ret == 0 && run->rank == 0) {
        ret = eng_result_pooled(result, run->pooled);
    }
    eng_result_close(result);
    return eng_error_of_file(ret, run->options.extend_path);
}
