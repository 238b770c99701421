/**
 * The design that a work folder keeps: what was put is what is got, in every bit; damage of any byte, another length or another study
 * means points computed anew.
 */
#include "engine/kept_design.h"
#include "engine/work.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char text[] =
    "study: kept\nseed: 3\nhorizon: 1 y\ncohort: {disease: ms, patients: 4}\nprotocols: {dmt: [{at: 0 d, drug: dmt_standard}]}\n"
    "parameters: {trigger.rate: prior, clone.decay_rate: prior}\ndesign: {lhs: {points: 3}}\noutcomes: [relapse]\n";

enum { NUMBERS = 6 };

static eng_study_t study;
static double *unit, *values; /* computed */
static const char *result;

/* Does get give these? */
static bool
gives(const eng_study_t *of, const double *wanted_unit, const double *wanted_values)
{
    double *got_unit = NULL, *got_values = NULL;
    const int ret = eng_kept_design_get(result, of, &got_unit, &got_values);
    const bool same = ret == 0 && memcmp(got_unit, wanted_unit, NUMBERS * sizeof(double)) == 0 &&
        memcmp(got_values, wanted_values, NUMBERS * sizeof(double)) == 0;

    free(got_unit);
    free(got_values);
    return same;
}

static void
put(const double *some_unit, const double *some_values)
{
    eng_workdir_t dir;

    CU_ASSERT_EQUAL_FATAL(eng_workdir_enter(&dir, result), 0);
    CU_ASSERT_EQUAL(eng_kept_design_put(&dir, &study, some_unit, some_values), 0);
    eng_workdir_free(&dir);
}

/* Points that nobody would compute show which are taken. */
static const double other_unit[NUMBERS] = { 0.1, 0.2, 0.3, 0.4, 0.5, -0.0 };
static const double other_values[NUMBERS] = { 1, 2, 3, 4, 5, 0x1.fffffffffffffp0 };

static void
test_kept_points_are_taken(void)
{
    result = eng_test_path(eng_test_directory(), "a.h5");
    CU_ASSERT(gives(&study, unit, values)); /* nothing is kept */
    put(other_unit, other_values);
    CU_ASSERT(gives(&study, other_unit, other_values));
    put(unit, values);
    CU_ASSERT(gives(&study, unit, values));
}

static void
test_damage(void)
{
    char *path;
    size_t length;
    int taken = 0;

    result = eng_test_path(eng_test_directory(), "b.h5");
    put(other_unit, other_values);
    path = eng_workdir_path(result, "design");
    char *bytes = eng_test_read_file(path, &length);
    CU_ASSERT_FATAL(bytes != NULL && length > 2 * NUMBERS * sizeof(double));
    for (size_t j = 0; j < 8 * length; j++) {
        bytes[j / 8] ^= (char)(1 << j % 8);
        CU_ASSERT(eng_test_write_file(path, bytes, length));
        bytes[j / 8] ^= (char)(1 << j % 8);
        taken += !gives(&study, unit, values);
    }
    for (size_t n = 0; n < length; n++) {
        CU_ASSERT(eng_test_write_file(path, bytes, n));
        taken += !gives(&study, unit, values);
    }
    CU_ASSERT_EQUAL(taken, 0);
    CU_ASSERT(eng_test_write_file(path, bytes, length));
    CU_ASSERT(gives(&study, other_unit, other_values));
    free(bytes);
    free(path);
}

static void
test_another_study(void)
{
    char changed[sizeof(text)];
    eng_study_t other;
    double *its_unit = NULL, *its_values = NULL;

    result = eng_test_path(eng_test_directory(), "c.h5");
    put(other_unit, other_values);
    memcpy(changed, text, sizeof(text));
    strstr(changed, "seed: 3")[6] = '4';
    CU_ASSERT_EQUAL_FATAL(eng_study_parse(&other, "other", changed, sizeof(changed) - 1), 0);
    CU_ASSERT_EQUAL_FATAL(eng_work_design(&other, &its_unit, &its_values), 0);
    CU_ASSERT(gives(&other, its_unit, its_values));
    CU_ASSERT(gives(&study, other_unit, other_values));
    free(its_unit);
    free(its_values);
    eng_study_free(&other);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_kept_points_are_taken), ENG_TEST(test_damage), ENG_TEST(test_another_study) };
    int status = 1;

    if (eng_study_parse(&study, "kept", text, sizeof(text) - 1) == 0 && eng_work_design(&study, &unit, &values) == 0 &&
        study.num_points * (uint64_t)study.num_uncertain == NUMBERS) {
        status = ENG_TEST_MAIN(argc, argv, "kept design", tests);
    }
    free(unit);
    free(values);
    eng_study_free(&study);
    return status;
}
