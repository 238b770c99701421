/**
 * Running tiles of patients.  The only loop over patients.
 */
#include "engine/work.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

static size_t
read_values(const eng_study_t *study)
{
    return (size_t)study->num_reads * ENG_NUM_MARKERS * ENG_LANES;
}

int
eng_work_create(eng_work_t *work, const eng_study_t *study, const double *values)
{
    const size_t protocols = (size_t)study->num_protocols;
    int ret;

    *work = (eng_work_t){ .study = study, .values = values, .spec = eng_study_model(study) };
    work->results = calloc(protocols, sizeof(*work->results));
    work->covariates = calloc((size_t)eng_covariate_count(study->disease) + 1, sizeof(*work->covariates));
    if (work->results == NULL || work->covariates == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the results of %d protocols", study->num_protocols);
    }
    for (size_t p = 0; p < protocols; p++) {
        work->results[p].read = calloc(read_values(study) + 1, sizeof(double));
        if (work->results[p].read == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d reading days", study->num_reads);
        }
    }
    ret = eng_model_create(&work->model, &work->spec);
    return ret == 0 ? eng_runner_create(&work->runner, work->model) : ret;
}

void
eng_work_free(eng_work_t *work)
{
    for (int p = 0; work->results != NULL && p < work->study->num_protocols; p++) {
        free(work->results[p].read);
    }
    free(work->results);
    free(work->covariates);
    eng_runner_destroy(work->runner);
    eng_model_destroy(work->model);
    *work = (eng_work_t){ 0 };
}

size_t
eng_work_bytes(const eng_work_t *work)
{
    const size_t result = sizeof(eng_results_t) + read_values(work->study) * sizeof(double);

    return eng_runner_bytes(work->runner) + (size_t)work->study->num_protocols * result;
}

void
eng_work_admit(eng_work_t *work, uint64_t point, uint64_t first, int count)
{
    const eng_study_t *study = work->study;

    if (!work->point_set || work->point != point) {
        eng_params_t params;
        eng_study_point_params(study, work->values + point * (uint64_t)study->num_uncertain, &params);
        eng_runner_set_point(work->runner, (uint32_t)point, &params);
        work->point = point;
        work->point_set = true;
    }
    eng_runner_admit(work->runner, first, count);
    work->first = first;
    work->count = count;
}

void
eng_work_run(eng_work_t *work, int protocol)
{
    eng_results_t *results = &work->results[protocol];
    double *kept = results->read;

    eng_runner_run(work->runner, protocol, results);
    /* What was read stands in the runner only until its next run; statistics need all protocols side by side. */
    memcpy(kept, results->read, read_values(work->study) * sizeof(double));
    results->read = kept;
}

void
eng_work_run_all(eng_work_t *work)
{
    for (int p = 0; p < work->study->num_protocols; p++) {
        eng_work_run(work, p);
        if (work->between != NULL) {
            work->between(work->context);
        }
    }
}

void
eng_work_record(eng_work_t *work, const eng_records_t *records, int lane, double *row)
{
    const int n = eng_covariate_count(work->study->disease);

    for (int j = 0; j < n; j++) {
        work->covariates[j] = eng_runner_covariate(work->runner, j, lane);
    }
    eng_records_fill(records, work->point, work->first + (uint64_t)lane, work->covariates,
        eng_runner_candidate(work->runner, lane), work->results, lane, row);
}

/* Rows of the tile run last. */
static int
keep_rows(eng_work_t *work, const eng_records_t *records, uint64_t num_records, eng_batch_t *batch)
{
    const uint64_t patients = work->study->patients;

    for (int lane = 0; lane < work->count; lane++) {
        /* No overflow: points * patients < 2^62. */
        const uint64_t id = work->point * patients + work->first + (uint64_t)lane;
        if (id >= num_records) {
            break;
        }
        double *row = eng_batch_row(batch, id);
        if (row == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for records");
        }
        eng_work_record(work, records, lane, row);
    }
    return 0;
}

static int
run_point(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records, uint64_t point,
    const eng_block_t *block, eng_batch_t *batch)
{
    int ret = 0;

    for (uint64_t done = 0; done < block->num_patients && ret == 0; done += ENG_LANES) {
        const uint64_t left = block->num_patients - done;
        eng_work_admit(work, point, block->first_patient + done, left < ENG_LANES ? (int)left : ENG_LANES);
        eng_work_run_all(work);
        int64_t *words = eng_batch_point(batch, point);
        if (words == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the results of a point");
        }
        const eng_phase_t before = eng_profile_enter(work->profile, ENG_PHASE_REDUCE);
        eng_layout_add(layout, work->results, words, batch->pooled);
        ret = keep_rows(work, records, num_records, batch);
        (void)eng_profile_enter(work->profile, before);
    }
    return ret;
}

int
eng_work_block(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records,
    const eng_block_t *block, eng_batch_t *batch)
{
    int ret = 0;

    for (uint64_t j = 0; j < block->num_points && ret == 0; j++) {
        ret = run_point(work, layout, records, num_records, block->first_point + j, block, batch);
    }
    batch->courses += block->num_points * block->num_patients * (uint64_t)work->study->num_protocols;
    return ret;
}

uint64_t
eng_work_num_records(const eng_study_t *study)
{
    const uint64_t pairs = study->num_points * study->patients;

    return study->records < pairs ? study->records : pairs;
}

int
eng_work_design(const eng_study_t *study, double **unit, double **values)
{
    const size_t columns = (size_t)study->num_uncertain, n = (size_t)study->num_points * columns;
    int ret;

    *unit = calloc(n + 1, sizeof(**unit));
    *values = calloc(n + 1, sizeof(**values));
    if (*unit == NULL || *values == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a design of %llu points", (unsigned long long)study->num_points);
    }
    ret = eng_study_points_unit(study, *unit);
    for (size_t j = 0; j < (size_t)study->num_points && ret == 0; j++) {
        eng_study_point_values(study, *unit + j * columns, *values + j * columns);
    }
    return ret;
}
