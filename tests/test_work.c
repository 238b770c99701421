/**
 * Filling a slab with parts of many points: each part has its point's parameters, and the table of nominal values is gone through
 * once a study, not once a part.
 */
#include "engine/work.h"
#include "model/runner_state.h"
#include "testlib.h"

#include <stdlib.h>
#include <string.h>

static int nominal_calls; /* the linker puts the function below in front of the library's */
void __real_eng_params_nominal(const eng_disease_t *disease, eng_params_t *params);
void __wrap_eng_params_nominal(const eng_disease_t *disease, eng_params_t *params);

void
__wrap_eng_params_nominal(const eng_disease_t *disease, eng_params_t *params)
{
    nominal_calls++;
    __real_eng_params_nominal(disease, params);
}

static const char text[] = "study: parts\nseed: 1\nhorizon: 60 d\ncohort: {disease: ms, patients: 3}\n"
                           "protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}\n"
                           "parameters: {atg.t_cell_kill_rate: prior, ms.progression_rate: prior, trigger.rate: 8 1/y}\n"
                           "design: {lhs: {points: 40}}\n";

static void
test_parts_have_their_points_parameters(void)
{
    eng_study_t study;
    eng_work_t work;
    eng_params_t expected;
    double *unit, *values;
    int differ = 0;

    CU_ASSERT_EQUAL_FATAL(eng_study_parse(&study, "study.yaml", text, sizeof(text) - 1), 0);
    const size_t points = (size_t)study.num_points, width = (size_t)study.num_uncertain;
    CU_ASSERT_FATAL(points == 40 && width == 2);
    unit = calloc(points * width, sizeof(*unit));
    values = calloc(points * width, sizeof(*values));
    CU_ASSERT_FATAL(unit != NULL && values != NULL);
    CU_ASSERT_EQUAL_FATAL(eng_study_points_unit(&study, unit), 0);
    for (size_t j = 0; j < points; j++) {
        eng_study_point_values(&study, unit + j * width, values + j * width);
    }
    CU_ASSERT_EQUAL_FATAL(eng_work_create(&work, &study, values), 0);
    eng_work_clear(&work);
    nominal_calls = 0;
    for (size_t j = 0; j < points; j++) {
        CU_ASSERT_EQUAL(eng_work_add(&work, (j * 7) % points, 0, 3), 3); /* in another order than they are numbered */
    }
    CU_ASSERT_EQUAL(nominal_calls, 0);
    CU_ASSERT_EQUAL_FATAL(work.runner->num_points, (int)points);
    for (size_t j = 0; j < points; j++) {
        const eng_slab_point_t *point = &work.runner->points[j];
        eng_study_point_params(&study, values + point->id * width, &expected);
        differ += memcmp(&point->rates.params, &expected, sizeof(expected)) != 0;
    }
    CU_ASSERT_EQUAL(differ, 0);
    CU_ASSERT_EQUAL(nominal_calls, (int)points);
    eng_work_free(&work);
    free(unit);
    free(values);
    eng_study_free(&study);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_parts_have_their_points_parameters) };

    return ENG_TEST_MAIN(argc, argv, "work", tests);
}
