/*
 * The result file, written by any number of ranks from synthetic courses: what is read back is what was put in,
 * whoever wrote it; other files are told.  mpi_store.sh runs it at several rank counts; mpi_damage.c damages results and
 * mpi_full_disk.sh fills the disk under them.  `mpi_store --write FILE [STUDY]` only writes one result for scripts.
 */
#include "store_fixture.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "/study/extent: '"));
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
    write_as(shared_dir, study_text, ENG_ERR_OTHER_STUDY);
    write_as(in_dir("plain.h5"), study_text, ENG_ERR_OTHER_STUDY);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &small);
    write_as(in_dir("limited.h5"), study_text, ENG_ERR_WRITE);
    setrlimit(RLIMIT_FSIZE, &before);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "ulimit"));
    CU_ASSERT_EQUAL(stat(in_dir("plain.h5"), &status), 0); /* what was there before stays */
    CU_ASSERT(status.st_size > 20000);
    CU_ASSERT_NOT_EQUAL(access(in_dir("limited.h5"), F_OK), 0);
    CU_ASSERT_NOT_EQUAL(access(in_dir("limited.h5.part"), F_OK), 0);
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
    fixture_t f, all;
    uint64_t bytes;
    struct stat status;

    fixture_make(&f, study_text, world_rank, world_size, MPI_COMM_WORLD);
    CU_ASSERT_EQUAL(stat(in_dir("plain.h5"), &status), 0);
    fixture_make(&all, study_text, 0, 1, MPI_COMM_SELF);
    CU_ASSERT_EQUAL(eng_result_foretell(&all.data, all.data.cluster, all.data.pooled, &bytes), 0); /* from all there is: but for texts */
    CU_ASSERT(3 * (uint64_t)status.st_size < 4 * bytes);
    CU_ASSERT(4 * (uint64_t)status.st_size > 3 * bytes);
    CU_ASSERT((uint64_t)status.st_size < eng_result_most(&f.layout, &f.records));
    fixture_free(&all);
    fixture_free(&f);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_what_is_read_is_what_was_written), ENG_TEST(test_records_are_columns),
        ENG_TEST(test_any_split_gives_the_same_file), ENG_TEST(test_diff_finds_a_single_value),
        ENG_TEST(test_other_extent_differs), ENG_TEST(test_one_point_without_parameters), ENG_TEST(test_what_cannot_be_written),
        ENG_TEST(test_a_stale_temporary_file_is_no_obstacle), ENG_TEST(test_what_is_no_result_is_refused),
        ENG_TEST(test_csv_holds_the_values), ENG_TEST(test_sizes_are_foretold) };
    int status = 0;

    setenv("OMPI_MCA_sharedfp", "^sm,lockedfile", 0);
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
        const int ret = eng_result_write(argv[2], &f.data, MPI_COMM_WORLD);
        status = eng_exit_status(ret);
        if (world_rank == 0 || ret == ENG_ERR_ALONE) {
            printf("%.3f s %s\n", MPI_Wtime() - start, status == 0 ? "" : eng_error_message());
            fflush(stdout); /* mpirun kills what still runs when the first rank leaves with a status, and with it what was not written */
        }
        if (ret == ENG_ERR_ALONE) {
            MPI_Abort(MPI_COMM_WORLD, status);
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
