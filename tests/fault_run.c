/**
 * Every allocation of a whole run, of one that goes on and of a merge fails: in turn that one alone, and all from it on.  Out of memory is
 * said, or the result is right; nothing half done stands under its name, nothing leaks, and the next try goes through.  One process.
 *
 * Quick: every allocation of the first part, then some.  FAULT_ALL=1: every one.
 */
#include "base/error.h"
#include "base/log.h"
#include "engine/work.h"
#include "engine/workdir.h"
#include "fault_memory.h"
#include "testlib.h"
#include <engraft/result.h>
#include <engraft/run.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char study_text[] =
    "study: memory\nseed: 1\nhorizon: 60 d\ncohort: {disease: ms, patients: 64}\n"
    "protocols:\n"
    "  dmt: [{at: 0 d, drug: dmt_standard}]\n"
    "  cy: [{at: 5 d, condition: cy200}, {at: 10 d, graft: pb, donor: auto, cd34: 6e6 /kg}]\n"
    "parameters: {thymus.export_at_20y: {uniform: [1e7, 2e7], unit: cells/d}}\n"
    "design: {lhs: {points: 2}}\noutcomes: [relapse]\nrecords: {patients: 4}\n";

static const char *study_path, *result_path, *quiet_path, *in_the_way;
static const char *shard_paths[2];

/* What is made to fail, and what is there when it has succeeded. */
typedef struct {
    int (*act)(void);
    void (*begin)(void);    /* the state before; NULL: as the last one left it */
    bool (*good)(void);     /* after a success; NULL: nothing to look at */
    long every;             /* allocation up to this one; then each `step` */
    long step;
} subject_t;

static const char *
in(const char *name)
{
    static const char *directory;

    directory = directory == NULL ? eng_test_directory() : directory;
    return eng_test_path(directory, name);
}

static bool
exists(const char *path, const char *end)
{
    char name[512];

    snprintf(name, sizeof(name), "%s%s", path, end);
    return access(name, F_OK) == 0;
}

static void
remove_all(void)
{
    eng_workdir_t dir;

    (void)unlink(result_path);
    if (exists(result_path, ".work") && eng_workdir_enter(&dir, result_path) == 0) {
        CU_ASSERT_EQUAL(eng_workdir_remove(&dir), 0);
        eng_workdir_free(&dir);
    }
}

/* --- one allocation after another --------------------------------------------------------------------------------- */

static long
fail_at(const subject_t *subject, long n, bool one, bool *ran_out, int *ret)
{
    const long before = allocations_live;

    if (subject->begin != NULL) {
        subject->begin();
    }
    const long begun = allocations_live;
    eng_error_clear();
    fail_only_one = one;
    allocations_left = n;
    *ret = subject->act();
    *ran_out = allocations_left == (one ? -1 : 0);
    allocations_left = -1;
    CU_ASSERT_EQUAL(begun, before);
    if (*ret != 0 && *ret != ENG_ERR_NO_MEMORY) {
        printf("\n    allocation %ld%s: %s (%s)\n", n, one ? " alone" : "", eng_strerror(*ret), eng_error_message());
    }
    if (allocations_live != before) {
        printf("\n    allocation %ld%s: %ld not given back (%s)\n", n, one ? " alone" : "", allocations_live - before, eng_error_message());
    }
    return allocations_live - before;
}

static void
fail_each(const subject_t *subject, const char *what)
{
    bool ran_out = true;
    long refused = 0, done_without = 0, other = 0, leaks = 0, silent = 0, n, step = 1;

    for (n = 0; ran_out && n < 1000000; n += step) {
        for (int one = 0; one < 2; one++) {
            int ret;
            leaks += fail_at(subject, n, one != 0, &ran_out, &ret) != 0;
            refused += ret == ENG_ERR_NO_MEMORY;
            silent += ret != 0 && eng_error_message()[0] == '\0';
            other += ret != 0 && ret != ENG_ERR_NO_MEMORY;
            done_without += ret == 0 && ran_out;
            if (ret == 0) {
                CU_ASSERT(subject->good == NULL || subject->good());
            }
        }
        /* what grows from try to try has no every one */
        step = (getenv("FAULT_ALL") == NULL || subject->begin == NULL) && n >= subject->every ? subject->step : 1;
    }
    printf("%s: %ld allocations; %ld times out of memory, %ld times done without ... ", what, n - step, refused, done_without);
    CU_ASSERT_FALSE(ran_out);
    CU_ASSERT(refused > 0);
    CU_ASSERT_EQUAL(other, 0);
    CU_ASSERT_EQUAL(leaks, 0);
    CU_ASSERT_EQUAL(silent, 0);
}

/* --- a run ------------------------------------------------------------------------------------------------------ */

static int
run_as(const char *path, uint64_t shard, uint64_t shards, double deadline)
{
    const eng_run_options_t options = { .study_path = study_path, .result_path = path, .progress = ENG_PROGRESS_NONE, .shard = shard,
        .shards = shards, .deadline = deadline, .command_line = "engraft run" };
    eng_run_t *run = NULL;
    int ret = eng_run_create(&run, &options, MPI_COMM_WORLD);

    ret = ret == 0 ? eng_run_run(run) : ret;
    eng_run_destroy(run);
    return ret;
}

static int
run_whole(void)
{
    const int ret = run_as(result_path, 0, 0, 0);

    CU_ASSERT_EQUAL(exists(result_path, ""), ret == 0);
    CU_ASSERT(!exists(result_path, ".part"));
    return ret;
}

static bool
is_right(void)
{
    bool equal = false;
    FILE *nowhere = fopen("/dev/null", "w");
    const int ret = eng_result_diff(quiet_path, result_path, nowhere, &equal);

    if (nowhere != NULL) {
        fclose(nowhere);
    }
    (void)unlink(result_path);
    return ret == 0 && equal;
}

static void
test_fresh_run(void)
{
    fail_each(&(subject_t){ run_whole, remove_all, is_right, 300, 41 }, "a run");
    remove_all();
}

/* All is computed and saved; what is in the way of the temporary file keeps it from being written. */
static void
all_saved(void)
{
    remove_all();
    CU_ASSERT_EQUAL(mkdir(in_the_way, 0777), 0);
    CU_ASSERT_EQUAL(run_as(result_path, 0, 0, 0), ENG_ERR_WRITE);
    CU_ASSERT_EQUAL(rmdir(in_the_way), 0);
}

static void
test_run_that_goes_on(void)
{
    fail_each(&(subject_t){ run_whole, all_saved, is_right, 0, 7 }, "a run that goes on");
    remove_all();
}

/* Each try goes on from what the one before it has left. */
static void
test_runs_in_a_row(void)
{
    fail_each(&(subject_t){ run_whole, NULL, is_right, 0, 37 }, "runs in a row");
    remove_all();
}

/* --- a merge ---------------------------------------------------------------------------------------------------- */

static int
merge(void)
{
    const int ret = eng_merge(shard_paths, 2, result_path, "engraft merge", MPI_COMM_WORLD);

    CU_ASSERT_EQUAL(exists(result_path, ""), ret == 0);
    CU_ASSERT(!exists(result_path, ".part"));
    return ret;
}

static void
test_merge(void)
{
    fail_each(&(subject_t){ merge, remove_all, is_right, 100, 41 }, "a merge");
    remove_all();
}

/* --- smaller things, every allocation ------------------------------------------------------------------------------ */

static int
make_worker(void)
{
    eng_study_t study;
    eng_work_t work = { 0 };
    double *unit = NULL, *values = NULL;
    int ret = eng_study_load(&study, study_path);

    ret = ret == 0 ? eng_work_design(&study, &unit, &values) : ret;
    if (ret == 0) {
        ret = eng_work_create(&work, &study, values);
        eng_work_free(&work);
    }
    free(unit);
    free(values);
    eng_study_free(&study);
    return ret;
}

static void
test_worker(void)
{
    fail_each(&(subject_t){ make_worker, remove_all, NULL, 1000000, 1 }, "study, design and model");
}

static int
use_folder(void)
{
    eng_workdir_t dir;
    char *text = NULL;
    int ret = eng_workdir_enter(&dir, result_path);

    ret = ret == 0 ? eng_workdir_put(&dir, "status", "state: x\n", 9) : ret;
    ret = ret == 0 ? eng_workdir_note(&dir, "attempts", "one") : ret;
    if (ret == 0) {
        text = eng_workdir_text(&dir, "attempts");
        ret = text == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a text") : 0;
        CU_ASSERT(text == NULL || strcmp(text, "one\n") == 0);
        free(text);
    }
    ret = ret == 0 ? eng_workdir_remove(&dir) : ret;
    eng_workdir_free(&dir);
    return ret;
}

static bool
is_gone(void)
{
    return !exists(result_path, ".work");
}

static void
test_folder(void)
{
    fail_each(&(subject_t){ use_folder, remove_all, is_gone, 1000000, 1 }, "a work folder");
    remove_all();
}

/* --- the beginning ------------------------------------------------------------------------------------------------ */

static bool
prepare(void)
{
    study_path = in("study.yaml");
    result_path = in("r.h5");
    quiet_path = in("quiet.h5");
    in_the_way = in("r.h5.part");
    shard_paths[0] = in("1.h5");
    shard_paths[1] = in("2.h5");
    return eng_test_write_file(study_path, study_text, sizeof(study_text) - 1) && run_as(quiet_path, 0, 0, 0) == 0 &&
        run_as(shard_paths[0], 1, 2, 0) == 0 && run_as(shard_paths[1], 2, 2, 0) == 0;
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_worker), ENG_TEST(test_folder), ENG_TEST(test_fresh_run),
        ENG_TEST(test_run_that_goes_on), ENG_TEST(test_runs_in_a_row), ENG_TEST(test_merge) };
    int status = 1;

    setenv("OMPI_MCA_sharedfp", "^sm,lockedfile", 0);
    MPI_Init(&argc, &argv);
    eng_log_set(1, ENG_LOG_ERROR); /* what a run tells a person does not belong among the tests' lines */
    if (prepare()) {
        status = ENG_TEST_MAIN(argc, argv, "without memory", tests);
    } else {
        printf("the quiet runs failed: %s\n", eng_error_message());
    }
    MPI_Finalize();
    return status;
}
