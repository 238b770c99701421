/**
 * Grafts of twins and grafts without autoreactive cells; antibodies of another make.  Each is equal to something that is tested elsewhere.
 */
#include "model_fixture.h"

static fix_t fix;

static void
begin(void)
{
    fix_init(&fix, 720);
    fix.params.clone_sanctuary = 0; /* all autoreactive memory circulates */
    for (int day = 30; day <= 720; day += 30) {
        fix_read_at(&fix, day);
    }
}

static eng_action_t *
transplant(const char *name, const char *antibody, double dose)
{
    fix_protocol(&fix, name);
    fix_add(&fix, -5, "condition", "cy200");
    fix_with(&fix, -5, "atg", antibody, "dose", dose);
    return fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
}

static void
set(eng_action_t *action, const char *arg, double value)
{
    for (int j = 0; j < action->noun->num_args; j++) {
        if (strcmp(action->noun->args[j].name, arg) == 0) {
            action->arg[j] = value;
            return;
        }
    }
    CU_FAIL_FATAL("no such argument");
}

/* Results of protocol `p` for the first 64 patients; fix_drop frees them. */
static eng_results_t
results_of(int p)
{
    eng_results_t results, kept;
    fix_run_t run;

    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, p, &results);
    kept = fix_keep(&results, fix.spec.num_reads);
    fix_close(&run);
    return kept;
}

static int
equal_lanes(const eng_results_t *a, const eng_results_t *b)
{
    int equal = 0;

    for (int l = 0; l < ENG_LANES; l++) {
        equal += fix_lane_equal(a, l, b, l, fix.spec.num_reads);
    }
    return equal;
}

/* A twin's graft is the patient's own without what is carried over, to the bit; with it they differ. */
static void
test_twins(void)
{
    eng_results_t own, twin;

    begin();
    transplant("own", "ratg", 6);
    set(transplant("twin", "ratg", 6), "donor", 1);
    own = results_of(0);
    twin = results_of(1);
    CU_ASSERT(equal_lanes(&own, &twin) < ENG_LANES / 2);
    fix_drop(&own);
    fix.params.graft_carry_over = 0;
    own = results_of(0);
    CU_ASSERT_EQUAL(equal_lanes(&own, &twin), ENG_LANES);
    fix_drop(&own);
    fix_drop(&twin);
}

/* Without a dose a twin gives the reference dose. */
static void
test_twins_give(void)
{
    eng_results_t with, without;

    begin();
    fix.params.graft_dose = 4;
    set(transplant("stated", "ratg", 6), "donor", 1);
    set(&fix.actions[0][2], "cd34", 4e6);
    set(transplant("as usual", "ratg", 6), "donor", 1);
    set(&fix.actions[1][2], "cd34", NAN);
    with = results_of(0);
    without = results_of(1);
    CU_ASSERT_EQUAL(equal_lanes(&with, &without), ENG_LANES);
    fix_drop(&with);
    fix_drop(&without);
}

/* Clones that came with the graft: of `x` log10 removed 10^-x, and all other cells as before. */
static double
clones_after(int protocol, eng_row_t memory)
{
    double sum = 0;
    bench_t b;

    bench_open(&b, &fix, protocol, -30, 720, 0);
    bench_start(&b, true);
    bench_until(&b, 0.25);
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        for (int l = 0; l < ENG_LANES; l++) {
            sum += (double)b.clones->clone[k][l] * (double)b.clones->clone_scale[l];
        }
    }
    memcpy(memory, b.tile->memory4, sizeof(eng_row_t));
    bench_close(&b);
    return sum;
}

static void
test_removal_of_autoreactive_cells(void)
{
    eng_row_t memory[4];
    double sum[4];

    begin();
    fix_quiet(&fix);
    set(transplant("none", "ratg", 6), "donor", 1);
    transplant("all", "ratg", 6);
    set(transplant("a tenth", "ratg", 6), "ex_vivo", 1);
    set(transplant("a hundredth", "ratg", 6), "ex_vivo", 2);
    for (int p = 0; p < 4; p++) {
        sum[p] = clones_after(p, memory[p]);
        CU_ASSERT(memcmp(memory[p], memory[0], sizeof(eng_row_t)) == 0);
    }
    const double all = sum[1] - sum[0];
    CU_ASSERT(all > 1e5);
    CU_ASSERT_DOUBLE_EQUAL((sum[2] - sum[0]) / all, 0.1, 4 * sqrt(0.1 / all));
    CU_ASSERT_DOUBLE_EQUAL((sum[3] - sum[0]) / all, 0.01, 4 * sqrt(0.01 / all));
}

/* Globulins of two makes are one thing at equal exposures: 60 mg/kg of one, 6.75 of the other. */
static void
test_atlg(void)
{
    eng_results_t ratg, atlg, half;

    begin();
    transplant("ratg", "ratg", 6.75);
    transplant("atlg", "atlg", 60);
    transplant("half", "atlg", 30);
    ratg = results_of(0);
    atlg = results_of(1);
    half = results_of(2);
    CU_ASSERT_EQUAL(equal_lanes(&ratg, &atlg), ENG_LANES);
    CU_ASSERT_EQUAL(equal_lanes(&ratg, &half), 0);
    fix_drop(&ratg);
    fix_drop(&atlg);
    fix_drop(&half);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_twins),
    ENG_TEST(test_twins_give),
    ENG_TEST(test_removal_of_autoreactive_cells),
    ENG_TEST(test_atlg),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "grafts", tests);
}
