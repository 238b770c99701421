/**
 * A second conditioning adds its risks to those of the first: it neither forgets the first, nor has the same luck, nor
 * heals what a strong one did; and infections are told apart by kind.
 */
#include "model_fixture.h"

#define PATIENTS (16 * ENG_LANES)
#define SECOND 400.0
#define HORIZON 1826.0

static fix_t fix;

static void
make_study(void)
{
    fix_init(&fix, HORIZON);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix_protocol(&fix, "once");
    fix_add(&fix, 0, "condition", "cy200");
    fix_protocol(&fix, "twice");
    fix_add(&fix, 0, "condition", "cy200");
    fix_add(&fix, SECOND, "condition", "cy200");
}

/* First days of an event under both protocols, in the same patients. */
static void
run_both(int event, int32_t (*tick)[PATIENTS])
{
    static eng_results_t results;
    fix_run_t run;

    fix_open(&run, &fix);
    for (int first = 0; first < PATIENTS; first += ENG_LANES) {
        fix_admit(&run, (uint64_t)first, ENG_LANES);
        for (int p = 0; p < 2; p++) {
            fix_run(&run, p, &results);
            memcpy(&tick[p][first], results.tick[event], sizeof(results.tick[event]));
        }
    }
    fix_close(&run);
}

static void
check_both(int32_t (*tick)[PATIENTS], double one, double two)
{
    double had[2] = { 0 };
    int earlier = 0, later = 0;

    for (int i = 0; i < PATIENTS; i++) {
        had[0] += tick[0][i] != ENG_TICK_NEVER;
        had[1] += tick[1][i] != ENG_TICK_NEVER;
        earlier += tick[1][i] < tick[0][i];
        later += tick[1][i] > tick[0][i];
    }
    CU_ASSERT_EQUAL(later, 0); /* what the first brings is not taken back */
    CU_ASSERT(earlier > PATIENTS / 20);
    CU_ASSERT(fabs(fix_z_binomial(had[0], PATIENTS, one)) < 3.3);
    CU_ASSERT(fabs(fix_z_binomial(had[1], PATIENTS, two)) < 3.3);
}

static void
test_malignancy(void)
{
    static int32_t tick[2][PATIENTS];
    const double rate = 3e-4, first = HORIZON - ENG_DAYS_PER_YEAR, second = first - SECOND;

    make_study();
    fix.params.hz_secondary_malignancy = rate;
    run_both(ENG_EVENT_SECONDARY_MALIGNANCY, tick);
    check_both(tick, 1 - exp(-rate * first), 1 - exp(-rate * (first + second)));
}

static void
test_autoimmunity(void)
{
    static int32_t tick[2][PATIENTS];
    const double of_one = 0.3 * 2.5; /* months 6 to 36 */

    make_study();
    fix.params.hz_secondary_autoimmunity = 0.3;
    run_both(ENG_EVENT_SECONDARY_AUTOIMMUNITY, tick);
    check_both(tick, 1 - exp(-of_one), 1 - exp(-2 * of_one));
}

/* Conditioning above intensity 0.9 marks a patient for good. */
static void
test_toxic_stays(void)
{
    bench_t b;

    fix_init(&fix, 400);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix_protocol(&fix, "strong, then weak");
    fix_add(&fix, 0, "condition", "mac");
    fix_add(&fix, 1, "graft", "pb");
    fix_add(&fix, 200, "condition", "cy200");
    bench_open(&b, &fix, 0, -30, 400, 0);
    bench_start(&b, true);
    bench_until(&b, 100);
    CU_ASSERT_EQUAL(b.tile->toxic[3], 1);
    bench_until(&b, 300);
    CU_ASSERT_EQUAL(b.tile->toxic[3], 1);
    CU_ASSERT_EQUAL(b.tile->count_conditioning[3], 2);
    bench_close(&b);
}

/* Bacterial and viral infections can be asked for, and are all infections together. */
static void
test_kinds_of_infection(void)
{
    static eng_results_t results;
    double bacterial = 0, viral = 0;
    fix_run_t run;
    int bad = 0;

    fix_init(&fix, HORIZON);
    fix_transplant(&fix, "transplant", "beam", 0);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double b = results.number[ENG_NUMBER_BACTERIAL][l], v = results.number[ENG_NUMBER_VIRAL][l];
        bad += b + v != results.number[ENG_NUMBER_INFECTIONS][l];
        bacterial += b;
        viral += v;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(bacterial > 0 && viral > 0);
    CU_ASSERT(eng_outcome_find(fix_ms(), "bacterial_infections") >= 0 && eng_outcome_find(fix_ms(), "viral_infections") >= 0);
    fix_close(&run);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_malignancy),
    ENG_TEST(test_autoimmunity),
    ENG_TEST(test_toxic_stays),
    ENG_TEST(test_kinds_of_infection),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "late risks", tests);
}
