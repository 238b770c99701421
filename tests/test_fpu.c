/**
 * Whatever state of the floating-point unit a library leaves behind, a study is read and its courses run with the same bits.
 */
#include "base/fpu.h"
#include "model_fixture.h"
#include "study/study.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

/* Flush to zero, denormals are zero, up, down, to zero, and up with both of the former. */
static const uint64_t states[] = { 0x8000, 0x0040, 0x4000, 0x2000, 0x6000, 0xc040 };
#define CHANGED UINT64_C(0xe040)
#define UP 2 /* which of them */

static uint64_t
get_control(void)
{
    return _mm_getcsr();
}

static void
set_control(uint64_t control)
{
    _mm_setcsr((unsigned)control);
}
#elif defined(__aarch64__)
/* Flush to zero, up, down, to zero, and up with the first. */
static const uint64_t states[] = { 1 << 24, 1 << 22, 2 << 22, 3 << 22, 1 << 24 | 1 << 22 };
#define CHANGED (UINT64_C(1) << 24 | UINT64_C(3) << 22)
#define UP 1

static uint64_t
get_control(void)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
}

static void
set_control(uint64_t control)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}
#endif

#ifdef CHANGED
enum { NUM_STATES = sizeof(states) / sizeof(*states) };

static void
disturb(uint64_t state)
{
    set_control((get_control() & ~CHANGED) | state);
}

static bool
disturbed(void)
{
    return (get_control() & CHANGED) != 0;
}

static void
test_default_is_set(void)
{
    const uint64_t others = ~(CHANGED | 0x3f), before = get_control() & others; /* but for the flags that stick */

    CU_ASSERT_FALSE(eng_fpu_use_default());
    for (int j = 0; j < NUM_STATES; j++) {
        disturb(states[j]);
        CU_ASSERT_TRUE(eng_fpu_use_default());
        CU_ASSERT_FALSE(disturbed());
        CU_ASSERT_FALSE(eng_fpu_use_default());
        CU_ASSERT_EQUAL(get_control() & others, before);
    }
}

/* --- courses ------------------------------------------------------------------------------------------------------ */

enum { PATIENTS = ENG_LANES, READS = 3 };

typedef struct {
    eng_results_t results;
    double read[READS * ENG_MAX_MARKERS * ENG_LANES];
} courses_t;

static uint64_t state_between;

static void
disturb_between(void *context)
{
    (void)context;
    disturb(state_between);
}

static void
make_study(fix_t *fix)
{
    fix_init(fix, 400);
    fix_transplant(fix, "cy_atg", "cy200", 4);
    for (int j = 0; j < READS; j++) {
        fix_read_at(fix, 20 + 180 * j);
    }
    fix->params.trigger_rate *= 3;
}

/* With another state before the model is made, before the runner, before it is filled and before it runs: bits 0 to 3 of `when`;
 * bit 4: whenever it lets others look around. */
static void
run_courses(courses_t *courses, uint64_t state, unsigned when)
{
    fix_t fix;
    fix_run_t run = { 0 };

    disturb(0);
    make_study(&fix);
    run.params = fix.params;
    disturb(when & 1 ? state : 0);
    CU_ASSERT_EQUAL_FATAL(eng_model_create(&run.model, &fix.spec), 0);
    disturb(when & 2 ? state : 0);
    CU_ASSERT_EQUAL_FATAL(eng_runner_create(&run.runner, run.model), 0);
    if (when & 16) {
        state_between = state;
        eng_runner_between(run.runner, disturb_between, NULL);
    }
    disturb(when & 4 ? state : 0);
    fix_admit(&run, 5, PATIENTS);
    disturb(when & 8 ? state : 0);
    courses->results.read = courses->read;
    CU_ASSERT_EQUAL_FATAL(eng_runner_run(run.runner, 0, &courses->results, 1), 0);
    CU_ASSERT_FALSE(disturbed()); /* what is made of the results must not be touched either */
    disturb(0);
    fix_close(&run);
}

static void
test_courses_have_the_same_bits(void)
{
    static courses_t plain, other;

    run_courses(&plain, 0, 0);
    for (int j = 0; j < NUM_STATES * 5; j++) {
        int differ = 0;
        run_courses(&other, states[j / 5], 1u << j % 5);
        for (int l = 0; l < PATIENTS; l++) {
            differ += !fix_lane_equal(&plain.results, l, &other.results, l, READS);
        }
        CU_ASSERT_EQUAL(differ, 0);
    }
}

/* --- a study ------------------------------------------------------------------------------------------------------ */

static const char text[] = "study: rounding\nseed: 1\nhorizon: 1 y\ncohort: {disease: ms, patients: 64}\n"
                           "protocols: {dmt: [{at: 0 d, drug: dmt_standard, for: 0.3 y}]}\n"
                           "parameters: {atg.t_cell_kill_rate: prior, ms.relapse_threshold: 0.17}\n"
                           "design: {lhs: {points: 7}}\n";

static void
test_studies_have_the_same_bits(void)
{
    double unit[2][7], values[2][7];
    char identity[33] = "";

    for (int k = 0; k < 2; k++) {
        eng_study_t study;
        disturb(k == 0 ? 0 : states[UP]);
        CU_ASSERT_EQUAL_FATAL(eng_study_parse(&study, "study.yaml", text, sizeof(text) - 1), 0);
        CU_ASSERT_FATAL(study.num_points == 7 && study.num_uncertain == 1);
        disturb(k == 0 ? 0 : states[UP]);
        CU_ASSERT_EQUAL(eng_study_points_unit(&study, unit[k]), 0);
        for (int j = 0; j < 7; j++) {
            disturb(k == 0 ? 0 : states[UP]);
            eng_study_point_values(&study, &unit[k][j], &values[k][j]);
        }
        disturb(0);
        CU_ASSERT(k == 0 || strcmp(identity, study.identity) == 0);
        memcpy(identity, study.identity, sizeof(identity));
        eng_study_free(&study);
    }
    CU_ASSERT_EQUAL(memcmp(unit[0], unit[1], sizeof(unit[0])), 0);
    CU_ASSERT_EQUAL(memcmp(values[0], values[1], sizeof(values[0])), 0);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_default_is_set),
        ENG_TEST(test_courses_have_the_same_bits),
        ENG_TEST(test_studies_have_the_same_bits),
    };

    return ENG_TEST_MAIN(argc, argv, "fpu", tests);
}
#else
int
main(void)
{
    printf("SKIPPED fpu: this test knows the control registers of x86-64 and AArch64 only\n");
    return 77;
}
#endif
