/*
 * The result file, written by any number of ranks from synthetic courses: what is read back is what was put in,
 * whoever wrote it; damage, other files and full disks are told.  mpi_store.sh runs it at several rank counts;
 * `mpi_store --write FILE [STUDY]` only writes one result for the scripts that read it.
 */
#include "store/store.h"

#include "base/error.h"
#include "testlib.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void
share(uint64_t total, int rank, int ranks, uint64_t *first, uint64_t *count)
{
    *first = total * (uint64_t)rank / (uint64_t)ranks;
    *count = total * ((uint64_t)rank + 1) / (uint64_t)ranks - *first;
}

/* Courses that depend on point, tile and protocol only. */
static void
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
            for (int e = 0; e < ENG_NUM_EVENTS; e++) {
                const double t = eng_test_uniform(&state, 0, horizon * 2);
                results[p].tick[e][l] = t < horizon ? (int32_t)t : ENG_TICK_NEVER;
            }
            for (int k = 0; k < ENG_NUM_NUMBERS; k++) {
                results[p].number[k][l] = l == 3 ? __builtin_nan("") : eng_test_uniform(&state, 0, 3);
            }
            for (int k = 0; k < study->num_reads * ENG_NUM_MARKERS; k++) {
                read[k * ENG_LANES + l] = eng_test_uniform(&state, 0, 8);
            }
            results[p].cause[l] = results[p].tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? 0 : 2;
            results[p].failure[l] = point == 2 && first == 0 && l == 5 && p == 1 ? ENG_FAILURE_NON_FINITE : 0;
        }
    }
}

static void
fake_point(fixture_t *f, uint64_t point, int64_t *words, eng_results_t *results, uint64_t first_record, uint64_t num_records)
{
    double covariates[ENG_MAX_COVARIATES];

    for (uint64_t first = 0; first < f->study.patients; first += ENG_LANES) {
        const uint64_t left = f->study.patients - first;
        const int lanes = left < ENG_LANES ? (int)left : ENG_LANES;
        fake_results(&f->study, point, first, lanes, results);
        if (words != NULL) {
            eng_layout_add(&f->layout, results, words, f->pooled);
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

static void
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
        results[p].read = calloc((size_t)f->study.num_reads * ENG_NUM_MARKERS * ENG_LANES + 1, sizeof(double));
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

/* Sums over the ranks that own something; the idle one keeps no range. */
static void
fixture_reduce_without(fixture_t *f, bool idle)
{
    const size_t protocols = (size_t)f->study.num_protocols;
    const size_t pooled = protocols * f->layout.pooled_words, cluster = protocols * f->layout.cluster_words;

    if (idle) {
        f->data.num_points = f->data.num_records = 0;
        memset(f->pooled, 0, pooled * sizeof(int64_t));
        memset(f->cluster, 0, cluster * sizeof(int64_t));
    }
    MPI_Allreduce(MPI_IN_PLACE, f->pooled, (int)pooled, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, f->cluster, (int)cluster, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
}

static void
fixture_free(fixture_t *f)
{
    eng_records_free(&f->records);
    eng_layout_free(&f->layout);
    eng_study_free(&f->study);
    free(f->unit), free(f->values), free(f->rows), free(f->point), free(f->pooled), free(f->cluster);
}

static int world_rank, world_size;
static char shared_dir[4096];

static const char *
in_dir(const char *name)
{
    return eng_test_path(shared_dir, name);
}

static void
write_as(const char *path, const char *text, int expected)
{
    fixture_t f;

    fixture_make(&f, text, world_rank, world_size, MPI_COMM_WORLD);
    CU_ASSERT_EQUAL(eng_result_write(path, &f.data, MPI_COMM_WORLD), expected);
    fixture_free(&f);
}

/* --- tests --------------------------------------------------------------------------------------------------- */

static void
test_what_is_read_is_what_was_written(void)
{
    fixture_t all;
    eng_result_t *result = NULL;
    eng_summary_t summary, again;
    int64_t *words;
    size_t point, differing = 0;

    write_as(in_dir("plain.h5"), study_text, 0);
    CU_ASSERT_NOT_EQUAL(access(in_dir("plain.h5.part"), F_OK), 0);
    fixture_make(&all, study_text, world_rank, world_size, MPI_COMM_WORLD);
    CU_ASSERT_EQUAL_FATAL(eng_result_open(&result, in_dir("plain.h5")), 0);
    CU_ASSERT(eng_result_is_current(result));
    CU_ASSERT_STRING_EQUAL(eng_result_identity(result), all.study.identity);
    CU_ASSERT_EQUAL(eng_result_layout(result)->point_words, all.layout.point_words);
    point = (size_t)all.study.num_protocols * all.layout.point_words;
    words = calloc(point + (size_t)all.study.num_protocols * all.layout.pooled_words, sizeof(*words));
    for (uint64_t i = 0; i < all.data.num_points; i++) {
        CU_ASSERT_EQUAL(eng_result_point(result, all.data.first_point + i, words), 0);
        differing += memcmp(words, all.point + i * point, point * sizeof(*words)) != 0;
    }
    CU_ASSERT_EQUAL(differing, 0);
    CU_ASSERT_EQUAL(eng_result_pooled(result, words), 0);
    CU_ASSERT_EQUAL(memcmp(words, all.pooled, (size_t)all.study.num_protocols * all.layout.pooled_words * sizeof(*words)), 0);
    CU_ASSERT_EQUAL(eng_result_point(result, 9, words), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_result_summary(result, &summary), 0);
    CU_ASSERT_EQUAL(eng_summary_create(&again, &all.layout, all.cluster, all.pooled), 0);
    CU_ASSERT_EQUAL_FATAL(summary.num_estimates, again.num_estimates);
    CU_ASSERT_EQUAL_FATAL(summary.num_contrasts, again.num_contrasts);
    CU_ASSERT(summary.num_contrasts > 10 && summary.num_estimates > summary.num_contrasts);
    for (int j = 0; j < summary.num_estimates; j++) {
        const eng_estimate_t *a = &summary.estimates[j], *b = &again.estimates[j];
        CU_ASSERT(a->outcome == b->outcome && a->protocol == b->protocol && a->kind == b->kind && a->n == b->n);
        CU_ASSERT(memcmp(&a->value, &b->value, sizeof(double)) == 0 || (a->value != a->value && b->value != b->value));
        CU_ASSERT_STRING_EQUAL(a->estimator, b->estimator);
    }
    for (int j = 0; j < summary.num_contrasts; j++) {
        const eng_contrast_t *a = &summary.contrasts[j], *b = &again.contrasts[j];
        CU_ASSERT(a->outcome == b->outcome && a->protocol == b->protocol && a->gains == b->gains && a->losses == b->losses);
    }
    eng_summary_free(&summary);
    eng_summary_free(&again);
    free(words);
    eng_result_close(result);
    fixture_free(&all);
}

static void
test_records_are_columns(void)
{
    eng_result_t *result = NULL;
    double age[100], failure[200], edss[200];
    uint64_t size[ENG_RESULT_MAX_DIMS];
    int dims = 0;

    MPI_Barrier(MPI_COMM_WORLD);
    CU_ASSERT_EQUAL_FATAL(eng_result_open(&result, in_dir("plain.h5")), 0);
    CU_ASSERT_EQUAL(eng_result_shape(result, "/records/age", &dims, size), 0);
    CU_ASSERT(dims == 1 && size[0] == 100);
    CU_ASSERT_EQUAL(eng_result_read(result, "/records/age", age, 100), 0);
    CU_ASSERT(age[0] == 0 && age[99] == 99);
    CU_ASSERT_EQUAL(eng_result_read(result, "/records/failure", failure, 200), 0);
    CU_ASSERT(failure[0] == 0 && failure[199] == 0);
    CU_ASSERT_EQUAL(eng_result_read(result, "/records/edss_d365.25", edss, 200), 0);
    CU_ASSERT(edss[17] >= 0 && edss[17] <= 8);
    CU_ASSERT_EQUAL(eng_result_read(result, "/records/age", age, 99), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_result_read(result, "/protocol", age, 2), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(eng_result_read(result, "/no/such", age, 2), ENG_ERR_FORMAT);
    eng_result_close(result);
}

static bool
same(const char *a, const char *b, char *said, size_t size)
{
    FILE *out = tmpfile();
    bool equal = false;
    size_t length;

    CU_ASSERT_EQUAL(eng_result_diff(a, b, out, &equal), 0);
    rewind(out);
    length = fread(said, 1, size - 1, out);
    said[length] = '\0';
    fclose(out);
    return equal;
}

/* Rank 0 alone writes what all ranks wrote together; and the last rank owns nothing. */
static void
test_any_split_gives_the_same_file(void)
{
    static char said[8192];
    fixture_t f;

    if (world_rank == 0) {
        fixture_make(&f, study_text, 0, 1, MPI_COMM_SELF);
        CU_ASSERT_EQUAL(eng_result_write(in_dir("alone.h5"), &f.data, MPI_COMM_SELF), 0);
        fixture_free(&f);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    CU_ASSERT(same(in_dir("plain.h5"), in_dir("alone.h5"), said, sizeof(said)));
    CU_ASSERT_STRING_EQUAL(said, "");
    if (world_size > 1) {
        const bool idle = world_rank == world_size - 1;
        fixture_make(&f, study_text, idle ? 0 : world_rank, idle ? 1 : world_size - 1, MPI_COMM_SELF);
        fixture_reduce_without(&f, idle);
        CU_ASSERT_EQUAL(eng_result_write(in_dir("idle.h5"), &f.data, MPI_COMM_WORLD), 0);
        CU_ASSERT(same(in_dir("plain.h5"), in_dir("idle.h5"), said, sizeof(said)));
        fixture_free(&f);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

static void
test_diff_finds_a_single_value(void)
{
    static char said[8192];
    fixture_t f;

    fixture_make(&f, study_text, world_rank, world_size, MPI_COMM_WORLD);
    if (f.data.num_points > 0 && f.data.first_point == 0) {
        f.point[f.layout.point_fields[f.layout.num_point_fields - 1].offset]++;
    }
    if (f.data.num_records > 0 && f.data.first_record == 0) {
        f.rows[3] += 1e-9;
    }
    CU_ASSERT_EQUAL(eng_result_write(in_dir("changed.h5"), &f.data, MPI_COMM_WORLD), 0);
    CU_ASSERT_FALSE(same(in_dir("plain.h5"), in_dir("changed.h5"), said, sizeof(said)));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, f.layout.point_fields[f.layout.num_point_fields - 1].group));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "/records/age: 1 of 100 values differ, first at [0]"));
    fixture_free(&f);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void
test_other_extent_differs(void)
{
    static char text[sizeof(study_text)], said[8192];

    memcpy(text, study_text, sizeof(text));
    memcpy(strstr(text, "points: 9"), "points: 8", 9);
    write_as(in_dir("other.h5"), text, 0);
    CU_ASSERT_FALSE(same(in_dir("plain.h5"), in_dir("other.h5"), said, sizeof(said)));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "/point: of different shapes"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "/study/extent: 1 of 1 values differ"));
    MPI_Barrier(MPI_COMM_WORLD);
}

static void
test_one_point_without_parameters(void)
{
    static const char text[] =
        "study: small\nseed: 1\nhorizon: 1 y\ncohort: {disease: ms, patients: 3}\n"
        "protocols:\n  dmt:\n    - {at: 0 d, drug: dmt_standard, for: 1 y}\noutcomes: [relapse, os]\nrecords: {patients: 0}\n";
    eng_result_t *result = NULL;

    write_as(in_dir("small.h5"), text, 0);
    CU_ASSERT_EQUAL_FATAL(eng_result_open(&result, in_dir("small.h5")), 0);
    CU_ASSERT_EQUAL(eng_result_study(result)->num_points, 1);
    eng_result_close(result);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void
test_what_cannot_be_written(void)
{
    const struct rlimit small = { 20000, RLIM_INFINITY };
    struct rlimit before;
    struct stat status;

    write_as(in_dir("no/such/folder.h5"), study_text, ENG_ERR_WRITE);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "no/such")); /* every rank knows why */
    write_as(shared_dir, study_text, ENG_ERR_WRITE);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &small);
    write_as(in_dir("plain.h5"), study_text, ENG_ERR_WRITE);
    setrlimit(RLIMIT_FSIZE, &before);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "ulimit"));
    CU_ASSERT_EQUAL(stat(in_dir("plain.h5"), &status), 0); /* what was there before stays */
    CU_ASSERT(status.st_size > 20000);
    CU_ASSERT_NOT_EQUAL(access(in_dir("plain.h5.part"), F_OK), 0);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void
test_a_stale_temporary_file_is_no_obstacle(void)
{
    if (world_rank == 0) {
        CU_ASSERT(eng_test_write_file(in_dir("stale.h5.part"), "rubbish", 7));
    }
    MPI_Barrier(MPI_COMM_WORLD);
    write_as(in_dir("stale.h5"), study_text, 0);
    CU_ASSERT_NOT_EQUAL(access(in_dir("stale.h5.part"), F_OK), 0);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void
test_what_is_no_result_is_refused(void)
{
    eng_result_t *result = (void *)1;
    const char *path = eng_test_path(eng_test_directory(), "rubbish.h5");

    CU_ASSERT_EQUAL(eng_result_open(&result, in_dir("nothing.h5")), ENG_ERR_READ);
    CU_ASSERT_PTR_NULL(result);
    CU_ASSERT(eng_test_write_file(path, "rubbish", 7));
    CU_ASSERT_EQUAL(eng_result_open(&result, path), ENG_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "rubbish.h5"));
    eng_result_close(NULL);
}

enum { READ_RIGHT, READ_REFUSED, READ_WRONG, READ_CRASHED, NUM_READS };

/* Read point 4 in a process of its own: HDF5 keeps memory, or crashes, where a file is damaged. */
static int
read_apart(const char *path, const int64_t *truth, size_t count)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        int64_t *words = calloc(count, sizeof(*words));
        eng_result_t *result = NULL;
        if (eng_result_open(&result, path) != 0 || eng_result_point(result, 4, words) != 0) {
            _exit(READ_REFUSED);
        }
        _exit(memcmp(words, truth, count * sizeof(*words)) == 0 ? READ_RIGHT : READ_WRONG);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) < READ_CRASHED
        ? WEXITSTATUS(status)
        : READ_CRASHED;
}

/* Flip bytes all over the file: an error or the right words, never other words. */
static void
test_a_damaged_byte_is_never_used(void)
{
    const char *path = eng_test_path(eng_test_directory(), "damaged.h5");
    int seen[NUM_READS] = { 0 };
    fixture_t f;
    size_t size = 0, count;
    char *bytes;

    if (world_size > 1) {
        return; /* serial reading; one process is enough */
    }
    fixture_make(&f, study_text, 0, 1, MPI_COMM_SELF);
    count = (size_t)f.study.num_protocols * f.layout.point_words;
    bytes = eng_test_read_file(in_dir("plain.h5"), &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (int k = 0; k < 150; k++) {
        uint64_t state = (uint64_t)k;
        const size_t at = (size_t)(eng_test_random(&state) % size);
        bytes[at] = (char)(bytes[at] ^ 0x10);
        CU_ASSERT(eng_test_write_file(path, bytes, size));
        bytes[at] = (char)(bytes[at] ^ 0x10);
        seen[read_apart(path, f.point + 4 * count, count)]++;
    }
    CU_ASSERT(seen[READ_RIGHT] > 0); /* most bytes belong to other datasets */
    CU_ASSERT(seen[READ_REFUSED] > 0);
    CU_ASSERT_EQUAL(seen[READ_WRONG], 0);
    CU_ASSERT_EQUAL(seen[READ_CRASHED], 0);
    free(bytes);
    fixture_free(&f);
}

static void
test_csv_holds_the_values(void)
{
    const char *dir = eng_test_path(eng_test_directory(), "csv");
    char *text;

    CU_ASSERT_EQUAL(eng_result_export_csv(in_dir("plain.h5"), dir), 0);
    text = eng_test_read_file(eng_test_path(dir, "records_by_record_protocol.csv"), NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "record,protocol,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n99,cy_atg,"));
    free(text);
    text = eng_test_read_file(eng_test_path(dir, "columns.csv"), NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "outcomes_relapse_by_point_protocol_landmark.csv,event_count,1,"));
    free(text);
    text = eng_test_read_file(eng_test_path(dir, "provenance.csv"), NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "failures,\"cy_atg: 1 non_finite_state"));
    free(text);
}

static void
test_sizes_are_foretold(void)
{
    fixture_t f;
    struct stat status;

    fixture_make(&f, study_text, world_rank, world_size, MPI_COMM_WORLD);
    CU_ASSERT_EQUAL(stat(in_dir("plain.h5"), &status), 0);
    CU_ASSERT((uint64_t)status.st_size < 2 * eng_result_bytes(&f.layout, &f.records));
    CU_ASSERT((uint64_t)status.st_size > eng_result_bytes(&f.layout, &f.records) / 4);
    fixture_free(&f);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_what_is_read_is_what_was_written), ENG_TEST(test_records_are_columns),
        ENG_TEST(test_any_split_gives_the_same_file), ENG_TEST(test_diff_finds_a_single_value),
        ENG_TEST(test_other_extent_differs), ENG_TEST(test_one_point_without_parameters), ENG_TEST(test_what_cannot_be_written),
        ENG_TEST(test_a_stale_temporary_file_is_no_obstacle), ENG_TEST(test_what_is_no_result_is_refused),
        ENG_TEST(test_a_damaged_byte_is_never_used), ENG_TEST(test_csv_holds_the_values), ENG_TEST(test_sizes_are_foretold) };
    int status = 0;

    setenv("OMPI_MCA_sharedfp", "^sm", 0);
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &world_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world_size);
    if (argc > 2 && strcmp(argv[1], "--write") == 0) {
        fixture_t f;
        char *own = argc > 3 ? eng_test_read_file(argv[3], NULL) : NULL;
        double start;
        fixture_make(&f, own == NULL ? study_text : own, world_rank, world_size, MPI_COMM_WORLD);
        MPI_Barrier(MPI_COMM_WORLD);
        start = MPI_Wtime();
        status = eng_exit_status(eng_result_write(argv[2], &f.data, MPI_COMM_WORLD));
        if (world_rank == 0) {
            printf("%.3f s %s\n", MPI_Wtime() - start, status == 0 ? "" : eng_error_message());
        }
        free(own);
        fixture_free(&f);
    } else {
        if (world_rank == 0) {
            snprintf(shared_dir, sizeof(shared_dir), "%s", eng_test_directory());
        }
        MPI_Bcast(shared_dir, (int)sizeof(shared_dir), MPI_CHAR, 0, MPI_COMM_WORLD);
        status = ENG_TEST_MAIN(argc, argv, "store", tests);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    MPI_Finalize();
    return status;
}
