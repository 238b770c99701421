/**
 * Running slabs of patients.  The only loop over patients.
 */
#include "engine/work.h"

#include "base/error.h"
#include "base/fpu.h"
#include "study/rounds.h"
#include <stdlib.h>
#include <string.h>

static size_t
read_values(const eng_study_t *study)
{
    return (size_t)study->num_reads * (size_t)eng_read_rows(study->disease, study->num_endpoints) * ENG_LANES;
}

static int
make_results(eng_work_t *work)
{
    const size_t num = (size_t)work->max_tiles * (size_t)work->study->num_protocols;

    work->results = calloc(num, sizeof(*work->results));
    for (size_t j = 0; work->results != NULL && j < num; j++) {
        work->results[j].read = calloc(read_values(work->study) + 1, sizeof(double));
        if (work->results[j].read == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d reading days", work->study->num_reads);
        }
    }
    return work->results != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the results of %d protocols",
                                           work->study->num_protocols);
}

static void
look_around(void *context)
{
    eng_work_t *work = context;

    if (work->between != NULL) {
        work->between(work->context);
    }
}

int
eng_work_create(eng_work_t *work, const eng_study_t *study, const double *values)
{
    int ret;

    *work = (eng_work_t){ .study = study, .values = values, .spec = eng_study_model(study) };
    eng_study_common_params(study, &work->common);
    ret = eng_model_create(&work->model, &work->spec);
    if (ret == 0) {
        work->max_tiles = eng_model_slab(work->model);
        work->covariates = calloc((size_t)eng_covariate_count(study->disease) + 1, sizeof(*work->covariates));
        work->parts = calloc((size_t)work->max_tiles * ENG_LANES, sizeof(*work->parts));
        ret = work->covariates == NULL || work->parts == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a worker")
                                                              : make_results(work);
    }
    if (ret == 0) {
        ret = eng_runner_create(&work->runner, work->model);
    }
    if (ret == 0) {
        eng_runner_between(work->runner, look_around, work);
    }
    return ret;
}

void
eng_work_free(eng_work_t *work)
{
    for (int j = 0; work->results != NULL && j < work->max_tiles * work->study->num_protocols; j++) {
        free(work->results[j].read);
    }
    free(work->results);
    free(work->parts);
    free(work->covariates);
    eng_runner_destroy(work->runner);
    eng_model_destroy(work->model);
    *work = (eng_work_t){ 0 };
}

size_t
eng_work_bytes(const eng_work_t *work)
{
    const size_t result = sizeof(eng_results_t) + read_values(work->study) * sizeof(double);

    return eng_runner_bytes(work->runner) + (size_t)work->max_tiles * (size_t)work->study->num_protocols * result;
}

void
eng_work_clear(eng_work_t *work)
{
    eng_runner_clear(work->runner);
    work->num_parts = 0;
}

int
eng_work_add(eng_work_t *work, uint64_t point, uint64_t first, uint64_t count)
{
    const eng_study_t *study = work->study;
    const uint64_t room = (uint64_t)eng_runner_room(work->runner);
    const int wanted = (int)(count < room ? count : room), slot = eng_runner_count(work->runner);

    if (wanted > 0) {
        eng_params_t params = work->common;
        eng_study_set_point(study, work->values + point * (uint64_t)study->num_uncertain, &params);
        (void)eng_runner_add(work->runner, (uint32_t)point, &params, first, wanted);
        work->parts[work->num_parts++] = (eng_work_part_t){ point, first, slot, wanted };
    }
    return wanted;
}

void
eng_work_admit(eng_work_t *work)
{
    eng_runner_admit(work->runner);
}

int
eng_work_run(eng_work_t *work, int protocol)
{
    return eng_runner_run(work->runner, protocol, &work->results[protocol], work->study->num_protocols);
}

int
eng_work_run_all(eng_work_t *work)
{
    int ret = 0;

    for (int p = 0; p < work->study->num_protocols && ret == 0; p++) {
        ret = eng_work_run(work, p);
    }
    return ret;
}

static const eng_results_t *
tile_of(const eng_work_t *work, int slot)
{
    return &work->results[slot / ENG_LANES * work->study->num_protocols];
}

void
eng_work_record(eng_work_t *work, const eng_records_t *records, const eng_work_part_t *part, int patient, double *row)
{
    const int n = eng_covariate_count(work->study->disease), slot = part->slot + patient;

    for (int j = 0; j < n; j++) {
        work->covariates[j] = eng_runner_covariate(work->runner, j, slot);
    }
    eng_records_fill(records, part->point, part->first + (uint64_t)patient, work->covariates,
        eng_runner_candidate(work->runner, slot), tile_of(work, slot), slot % ENG_LANES, row);
}

static int
keep_rows(eng_work_t *work, const eng_work_part_t *part, const eng_records_t *records, uint64_t num_records,
    eng_batch_t *batch)
{
    for (int j = 0; j < part->count; j++) {
        /* No overflow: points * patients < 2^62. */
        const uint64_t patients = eng_rounds_first(work->study), id = part->point * patients + part->first + (uint64_t)j;
        if (id >= num_records || part->first + (uint64_t)j >= patients) {
            break;
        }
        double *row = eng_batch_row(batch, id);
        if (row == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for records");
        }
        eng_work_record(work, records, part, j, row);
    }
    return 0;
}

/* Which part of each of the study's partitions some slots are in. */
static void
find_parts(eng_work_t *work, const eng_work_part_t *part, int first, int count, eng_parts_t *in_parts)
{
    const eng_study_t *study = work->study;
    const int n = eng_covariate_count(study->disease);

    for (int slot = first; study->num_partitions > 0 && slot < first + count; slot++) {
        const uint64_t patient = part->first + (uint64_t)(slot - part->slot);
        for (int j = 0; j < n; j++) {
            work->covariates[j] = eng_runner_covariate(work->runner, j, slot);
        }
        for (int k = 0; k < study->num_partitions; k++) {
            in_parts->part[k][slot % ENG_LANES] = (uint8_t)eng_partition_index(&study->partitions[k], patient, work->covariates);
        }
    }
}

/* A part's lanes, tile by tile. */
static int
store_part(eng_work_t *work, const eng_work_part_t *part, const eng_layout_t *layout, eng_batch_t *batch)
{
    int64_t *words = eng_batch_point(batch, part->point);
    eng_parts_t in_parts;

    if (words == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the results of a point");
    }
    for (int slot = part->slot, end = part->slot + part->count, count; slot < end; slot += count) {
        const int lane = slot % ENG_LANES;
        count = end - slot < ENG_LANES - lane ? end - slot : ENG_LANES - lane;
        find_parts(work, part, slot, count, &in_parts);
        eng_layout_add(layout, tile_of(work, slot), lane, count, &in_parts, words, batch->pooled);
    }
    return 0;
}

int
eng_work_store(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records,
    eng_batch_t *batch)
{
    const eng_phase_t before = eng_profile_enter(work->profile, ENG_PHASE_REDUCE);
    int ret = 0;

    (void)eng_fpu_use_default();
    for (int j = 0; j < work->num_parts && ret == 0; j++) {
        ret = store_part(work, &work->parts[j], layout, batch);
        if (ret == 0) {
            ret = keep_rows(work, &work->parts[j], records, num_records, batch);
        }
        batch->courses += (uint64_t)work->parts[j].count * (uint64_t)work->study->num_protocols;
    }
    (void)eng_profile_enter(work->profile, before);
    return ret;
}

int
eng_work_slab_blocks(const eng_work_t *work, const eng_blocks_t *blocks)
{
    const uint64_t each = blocks->patients_per_block * blocks->points_per_block;
    const int most = (int)((uint64_t)work->max_tiles * ENG_LANES / each);
    double best = 0;
    int chosen = 1;

    /* As many as fill their last tile best: blocks of 70 patients, say, leave next to nothing of 11 tiles but much of 16. */
    for (int n = most; n > 0 && 2 * n >= most; n--) {
        const uint64_t patients = (uint64_t)n * each;
        const double full = (double)patients / (double)((patients + ENG_LANES - 1) / ENG_LANES * ENG_LANES);
        if (full > best) {
            best = full;
            chosen = n;
        }
    }
    return chosen;
}

static int
run_slab(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records, eng_batch_t *batch)
{
    int ret = 0;

    if (work->num_parts > 0) {
        eng_work_admit(work);
        ret = eng_work_run_all(work);
        if (ret == 0) {
            ret = eng_work_store(work, layout, records, num_records, batch);
        }
    }
    eng_work_clear(work);
    return ret;
}

int
eng_work_blocks(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records,
    const eng_block_t *blocks, int num_blocks, eng_batch_t *batch)
{
    int ret = 0;

    eng_work_clear(work);
    for (int k = 0; k < num_blocks; k++) {
        for (uint64_t j = 0; j < blocks[k].num_points; j++) {
            uint64_t done = 0;
            while (done < blocks[k].num_patients && ret == 0) {
                done += (uint64_t)eng_work_add(work, blocks[k].first_point + j, blocks[k].first_patient + done,
                    blocks[k].num_patients - done);
                if (done < blocks[k].num_patients) { /* a block larger than the slab */
                    ret = run_slab(work, layout, records, num_records, batch);
                }
            }
        }
    }
    return ret == 0 ? run_slab(work, layout, records, num_records, batch) : ret;
}

uint64_t
eng_work_num_records(const eng_study_t *study)
{
    const uint64_t pairs = study->num_points * eng_rounds_first(study);

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
