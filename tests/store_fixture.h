/**
 * A study and synthetic courses for it, any rank's share of them: what the tests of the result file write.
 */
#ifndef ENG_STORE_FIXTURE_H
#define ENG_STORE_FIXTURE_H

#include "base/error.h"
#include "store/store.h"
#include "testlib.h"
#include <stdlib.h>
#include <string.h>

static const char study_text[] =
    "study: store-test\n"
    "seed: 7\n"
    "horizon: 2 y\n"
    "cohort:\n"
    "  disease: ms\n"
    "  patients: 70\n"
    "protocols:\n"
    "  dmt:\n"
    "    - {at: 0 d, drug: dmt_standard, for: 2 y}\n"
    "    - {when: relapse, drug: natalizumab, for: 1 y}\n"
    "  cy_atg:\n"
    "    - {at: -5 d, condition: cy200}\n"
    "    - {at: -5 d, atg: ratg, dose: 6 mg/kg}\n"
    "    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}\n"
    "parameters:\n"
    "  atg.t_cell_kill_rate: prior\n"
    "  thymus.export_at_20y: prior\n"
    "design: {lhs: {points: 9}}\n"
    "outcomes: [relapse, progression, os, nrm, anc_recovery, arr, {edss: {at: [1 y, 2 y]}}]\n"
    "trajectories: {markers: [anc, edss], every: 3 mo}\n"
    "compare: {reference: dmt}\n"
    "records: {patients: 100}\n";

typedef struct {
    eng_study_t study;
    eng_layout_t layout;
    eng_records_t records;
    eng_result_data_t data;
    double *unit, *values, *rows;
    int64_t *point, *pooled, *cluster;
} fixture_t;

static inline void
share(uint64_t total, int rank, int ranks, uint64_t *first, uint64_t *count)
{
    *first = total * (uint64_t)rank / (uint64_t)ranks;
    *count = total * ((uint64_t)rank + 1) / (uint64_t)ranks - *first;
}

/* Courses that depend on point, tile and protocol only. */
static inline void
fake_results(const eng_study_t *study, uint64_t point, uint64_t first, int lanes, eng_results_t *results)
{
    const double horizon = study->horizon * 16;

    for (int p = 0; p < study->num_protocols; p++) {
        uint64_t state = point * 1000003 + first * 17 + (uint64_t)p;
        double *read = results[p].read;
        memset(&results[p], 0, sizeof(results[p]));
        results[p].read = read;
        results[p].num_lanes = lanes;
        for (int l = 0; l < lanes; l++) {
            for (int e = 0; e < eng_event_count(study->disease); e++) {
                const double t = eng_test_uniform(&state, 0, horizon * 2);
                results[p].tick[e][l] = t < horizon ? (int32_t)t : ENG_TICK_NEVER;
            }
            for (int k = 0; k < eng_number_count(study->disease); k++) {
                results[p].number[k][l] = l == 3 ? __builtin_nan("") : eng_test_uniform(&state, 0, 3);
            }
            for (int k = 0; k < study->num_reads * eng_marker_count(study->disease); k++) {
                read[k * ENG_LANES + l] = eng_test_uniform(&state, 0, 8);
            }
            results[p].cause[l] = results[p].tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? 0 : 2;
            results[p].failure[l] = point == 2 && first == 0 && l == 5 && p == 1 ? ENG_FAILURE_NON_FINITE : 0;
        }
    }
}

static inline void
fake_point(fixture_t *f, uint64_t point, int64_t *words, eng_results_t *results, uint64_t first_record, uint64_t num_records)
{
    double covariates[ENG_MAX_COVARIATES];

    for (uint64_t first = 0; first < f->study.patients; first += ENG_LANES) {
        const uint64_t left = f->study.patients - first;
        const int lanes = left < ENG_LANES ? (int)left : ENG_LANES;
        fake_results(&f->study, point, first, lanes, results);
        if (words != NULL) {
            eng_layout_add(&f->layout, results, 0, results[0].num_lanes, NULL, words, f->pooled);
        }
        for (int l = 0; l < lanes; l++) {
            const uint64_t flat = point * f->study.patients + first + (uint64_t)l;
            for (int j = 0; j < ENG_MAX_COVARIATES; j++) {
                covariates[j] = (double)flat + j / 8.0;
            }
            if (flat >= first_record && flat < first_record + num_records) {
                eng_records_fill(&f->records, point, first + (uint64_t)l, covariates, 3, results, l,
                    f->rows + (flat - first_record) * f->records.num_values);
            }
        }
    }
}

static inline void
fixture_make(fixture_t *f, const char *text, int rank, int ranks, MPI_Comm comm)
{
    eng_results_t *results;
    uint64_t num_records;
    size_t protocols;

    memset(f, 0, sizeof(*f));
    if (eng_study_parse(&f->study, "store-test.yaml", text, strlen(text)) != 0) {
        eng_study_complain(&f->study, stderr, true);
        fprintf(stderr, "the study of the test: %s\n", eng_error_message());
        exit(70);
    }
    if (eng_layout_create(&f->layout, &f->study) != 0 || eng_records_create(&f->records, &f->study) != 0) {
        fprintf(stderr, "%s\n", eng_error_message());
        exit(70);
    }
    protocols = (size_t)f->study.num_protocols;
    f->data.layout = &f->layout;
    f->data.records = &f->records;
    share(f->study.num_points, rank, ranks, &f->data.first_point, &f->data.num_points);
    num_records = f->study.records < f->study.num_points * f->study.patients ? f->study.records
                                                                            : f->study.num_points * f->study.patients;
    share(num_records, rank, ranks, &f->data.first_record, &f->data.num_records);
    f->unit = calloc(f->study.num_points * (size_t)f->study.num_uncertain + 1, sizeof(double));
    f->values = calloc(f->study.num_points * (size_t)f->study.num_uncertain + 1, sizeof(double));
    f->rows = calloc((f->data.num_records + 1) * f->records.num_values, sizeof(double));
    f->point = calloc((f->data.num_points + 1) * protocols * f->layout.point_words, sizeof(int64_t));
    f->pooled = calloc(protocols * f->layout.pooled_words + 1, sizeof(int64_t));
    f->cluster = calloc(protocols * f->layout.cluster_words + 1, sizeof(int64_t));
    results = calloc(protocols, sizeof(*results));
    for (size_t p = 0; p < protocols; p++) {
        results[p].read = calloc((size_t)f->study.num_reads * (size_t)eng_marker_count(f->study.disease) * ENG_LANES + 1, sizeof(double));
    }
    eng_study_points_unit(&f->study, f->unit);
    for (uint64_t i = 0; i < f->study.num_points; i++) {
        const bool own = i >= f->data.first_point && i < f->data.first_point + f->data.num_points;
        int64_t *words = own ? f->point + (i - f->data.first_point) * protocols * f->layout.point_words : NULL;
        if (f->study.num_uncertain > 0) {
            eng_study_point_values(&f->study, f->unit + i * (size_t)f->study.num_uncertain,
                f->values + i * (size_t)f->study.num_uncertain);
        }
        fake_point(f, i, words, results, f->data.first_record, f->data.num_records);
        if (own) {
            eng_layout_cluster(&f->layout, words, f->cluster);
        }
    }
    MPI_Allreduce(MPI_IN_PLACE, f->pooled, (int)(protocols * f->layout.pooled_words), MPI_INT64_T, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, f->cluster, (int)(protocols * f->layout.cluster_words), MPI_INT64_T, MPI_SUM, comm);
    for (size_t p = 0; p < protocols; p++) {
        free(results[p].read);
    }
    free(results);
    f->data.unit = f->unit;
    f->data.values = f->values;
    f->data.point = f->point;
    f->data.pooled = f->pooled;
    f->data.cluster = f->cluster;
    f->data.rows = f->rows;
    f->data.provenance = (eng_provenance_t){ .ranks = ranks, .width = "plain", .seconds = 1.5, .core_seconds = 3,
        .courses_planned = 1260, .courses_done = 1260, .command_line = "mpi_store", .attempts = "1: here\n" };
}

static inline void
fixture_free(fixture_t *f)
{
    eng_records_free(&f->records);
    eng_layout_free(&f->layout);
    eng_study_free(&f->study);
    free(f->unit), free(f->values), free(f->rows), free(f->point), free(f->pooled), free(f->cluster);
}

#endif
