/**
 * The autoreactive reservoir and its effectors by closed forms: rest under drugs, the sanctuary under kills, re-priming, memory that is
 * shared out, spontaneous remission, and what hangs on each of them.
 */
#include "t1d_fixture.h"

typedef eng_real_t real;

#define Z_LIMIT 3.9

static const double KILLED_LOG = 3.3; /* lymphoid log10 kill of cy200 */

/* Patients alike in whom only what a test wants happens: no decay, no drive, full antigen, diagnosed long ago. */
static void
still(double horizon)
{
    patients(horizon, true);
    covariate("duration", 200 / ENG_DAYS_PER_YEAR);
    fix.params.disease[fix_own("t1d.antigen_half")] = 0;
    fix.params.memory4_turnover = fix.params.clone_decay = fix.params.memory4_growth = 0;
}

static double
at_rest(double growth, double days, double triggers)
{
    bench_t b;
    double j;

    patients(days + 60, true);
    covariate("duration", 200 / ENG_DAYS_PER_YEAR);
    const double rest = eng_effectors_at_rest(&fix.params);
    fix.params.effector_cooperation = 1000; /* small beside those at rest, as if all co-operated */
    fix.params.effector_growth *= growth;
    fix.params.trigger_rate = triggers;
    fix.params.disease[fix_own("t1d.antigen_half")] = 0;
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, days + 60, 0);
    bench_start(&b, false);
    b.clones->specific_treg[0] = (real)(1 / 0.28 - 1.5); /* as it rests without the drug */
    b.clones->effector[0] = (real)rest;
    bench_until(&b, days);
    j = (double)b.clones->effector[0] / rest;
    if (growth == 1) {
        CU_ASSERT_DOUBLE_EQUAL(b.clones->specific_treg[0], 1 / 0.28 - 1.5, 0.01);
    }
    bench_close(&b);
    return j;
}

static void
test_rest(void)
{
    CU_ASSERT_DOUBLE_EQUAL(at_rest(1, 300, 0), 1, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(at_rest(0.8, 300, 0), (0.8 / 0.28 - 1.5) / (1 / 0.28 - 1.5), 0.005);
    CU_ASSERT_DOUBLE_EQUAL(at_rest(0.6, 300, 0), (0.6 / 0.28 - 1.5) / (1 / 0.28 - 1.5), 0.005);
    CU_ASSERT_EQUAL(at_rest(0.3, 120, 0), 0);
    CU_ASSERT_EQUAL(at_rest(0.3, 2000, 0), 0);
}

/* The sanctuary loses a fifth of a kill's logs and of antibodies' rate, gives nothing to a graft and takes nothing of it. */
static void
test_sanctuary(void)
{
    const double area = 6 / 6.75 * 0.35 * 7 / log(2) * (1 - exp2(-40 / 7.0));
    bench_t b;

    still(200);
    fix.params.clone_sanctuary = 0.3;
    fix_protocol(&fix, "graft");
    fix_add(&fix, -20, "condition", "cy200");
    fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
    fix_with(&fix, 100, "atg", "ratg", "dose", 6);
    bench_open(&b, &fix, 0, -30, 200, 0);
    bench_start(&b, false);
    const double start = (double)b.clones->reservoir_start[0] * 1.2, hidden = 0.3 * start;
    CU_ASSERT_DOUBLE_EQUAL(b.clones->reservoir[0] / start, 1, 1e-4);
    bench_until(&b, -15);
    const double after = (double)(b.clones->sanctuary[0] * b.clones->clone_scale[0]);
    CU_ASSERT_DOUBLE_EQUAL(after / hidden, pow(10, -0.2 * KILLED_LOG), 3e-3); /* memory may have been made before it */
    const double clones = (double)b.clones->reservoir[0] - after;
    CU_ASSERT_DOUBLE_EQUAL(clones / (0.7 * start), pow(10, -KILLED_LOG), 2e-5);
    bench_until(&b, 100);
    CU_ASSERT((double)b.clones->reservoir[0] > 1.2 * after); /* the graft brought clones */
    CU_ASSERT_DOUBLE_EQUAL(b.clones->sanctuary[0] * b.clones->clone_scale[0] / (real)after, 1, 1e-3);
    bench_until(&b, 140);
    CU_ASSERT_DOUBLE_EQUAL(b.clones->sanctuary[0] * b.clones->clone_scale[0] / (real)after, exp(-0.2 * area), 2e-3);
    bench_close(&b);
}

/* Resident memory: conditioning reaches it as the others, antibodies less, and it lasts without restimulation. */
static void
test_resident_memory(void)
{
    bench_t b;

    still(1100);
    fix.params.clone_sanctuary = 0.4;
    fix.params.clone_sanctuary_penetrated = 1;
    fix.params.clone_sanctuary_loss = 0.25;
    fix.params.clone_decay = 1e-3;
    fix.params.clone_memory_yield = fix.params.clone_repriming = 0;
    fix_protocol(&fix, "graft");
    fix_add(&fix, 1000, "condition", "cy200");
    fix_with(&fix, 1010, "graft", "pb", "cd34", 6e6);
    bench_open(&b, &fix, 0, -30, 1100, 0);
    bench_start(&b, false);
    const double start = (double)b.clones->sanctuary[0] * (double)b.clones->clone_scale[0];
    bench_until(&b, 995);
    const double before = (double)b.clones->sanctuary[0] * (double)b.clones->clone_scale[0];
    CU_ASSERT(fabs(log(before / start) + 0.25e-3 * 1025) < 0.031); /* what it keeps is given back at the draws, every 30 d */
    const double clones = (double)b.clones->reservoir[0] - before;
    CU_ASSERT(clones / (start * 1.5) < exp(-1e-3 * 900)); /* the others decay by all of it */
    bench_until(&b, 1005);
    const double after = (double)b.clones->sanctuary[0] * (double)b.clones->clone_scale[0];
    CU_ASSERT(fabs(log10(after / before) + KILLED_LOG) < 0.02);
    bench_close(&b);
}

/* It grows no larger than its share of what there is room for. */
static void
test_sanctuary_is_full(void)
{
    bench_t b;

    patients(300, true);
    fix.params.clone_sanctuary = 0.3;
    fix.params.clone_decay = 0;
    fix.params.clone_memory_yield = 0.5;
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 300, 0);
    bench_start(&b, false);
    b.clones->sanctuary[0] *= (real)1.2;
    bench_until(&b, 300);
    CU_ASSERT_DOUBLE_EQUAL(b.clones->sanctuary[0] / (0.3f * 1.3f * b.clones->reservoir_start[0]), 1, 1e-6);
    bench_close(&b);
}

/* Memory made between draws is there before and after one, to a cell or two. */
static void
test_memory_is_kept(void)
{
    bench_t b;
    int draws = 0;

    still(100);
    fix.params.clone_sanctuary = 0.2;
    fix.params.clone_repriming = 0;
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 100, 0);
    bench_start(&b, false);
    bench_until(&b, -25);
    for (int j = b.row; j < b.plan.num_rows; j++) {
        if (!(b.plan.rows[j].flags & ENG_ROW_DRAW)) {
            continue;
        }
        bench_until(&b, (double)b.plan.rows[j].end / ENG_TICKS_PER_DAY - 1);
        const double before = (double)b.clones->reservoir[0], made = (double)b.clones->clone_memory[0];
        bench_until(&b, (double)b.plan.rows[j].end / ENG_TICKS_PER_DAY);
        CU_ASSERT(made > 1000 && b.clones->clone_memory[0] == 0);
        CU_ASSERT_DOUBLE_EQUAL(b.clones->reservoir[0], before + made / (b.plan.rows[j].since - 1), 0.05 * made / 5 + 3);
        draws++;
    }
    CU_ASSERT(draws > 8);
    bench_close(&b);
}

/* sigma E_0 D/365 cells a fixed draw, in one clone after the other; none at a draw for the sake of an action. */
static void
test_repriming(void)
{
    double whole = 0, wanted = 0, n = 0;

    still(260);
    fix.params.clone_repriming = 1e-5; /* less than a cell a draw: chance decides */
    fix.params.clone_memory_yield = 0;
    fix_protocol(&fix, "harvest");
    fix_add(&fix, 5, "harvest", "pb");
    for (int tile = 0; tile < 20; tile++) {
        bench_t b;
        real before[ENG_NUM_CLONES][ENG_LANES];
        int fixed = 0;
        bench_open(&b, &fix, 0, -30, 260, (uint64_t)tile * ENG_LANES);
        bench_start(&b, false);
        for (int j = 0; j < b.plan.num_rows; j++) {
            const eng_plan_row_t *row = &b.plan.rows[j];
            if (!(row->flags & ENG_ROW_DRAW)) {
                continue;
            }
            memcpy(before, b.clones->clone, sizeof(before));
            bench_until(&b, (double)row->end / ENG_TICKS_PER_DAY);
            CU_ASSERT_EQUAL(row->reprimes, row->end == 5 * ENG_TICKS_PER_DAY ? -1 : fixed % ENG_NUM_CLONES);
            fixed += row->reprimes >= 0;
            for (int l = 0; l < ENG_LANES; l++) {
                for (int k = 0; k < ENG_NUM_CLONES; k++) {
                    const double came = (double)(b.clones->clone[k][l] - before[k][l]);
                    if (k == row->reprimes) {
                        const double days = row->end <= 120 * ENG_TICKS_PER_DAY ? 10 : 20;
                        whole += came;
                        wanted += 1e-5 * 2e6 * days / ENG_DAYS_PER_YEAR;
                        n++;
                    } else {
                        CU_ASSERT_EQUAL(came, 0);
                    }
                }
            }
        }
        bench_close(&b);
    }
    CU_ASSERT(fabs(whole - wanted) < Z_LIMIT * sqrt(wanted) + 0.01 * wanted);
    CU_ASSERT(n > 20 * 64 * 20);
}

/* Exponential times to remission, before entry as after it; without triggers nothing comes back. */
static void
test_remission(void)
{
    double gone = 0;
    const double days = 180, n = 20 * ENG_LANES;

    patients(400, true);
    covariate("duration", 600 / ENG_DAYS_PER_YEAR);
    fix.params.effector_remission = 2;
    for (int tile = 0; tile < 20; tile++) {
        bench_t b;
        bench_open(&b, &fix, -1, -30 - days, -30, (uint64_t)tile * ENG_LANES);
        bench_start(&b, false);
        bench_until(&b, -30);
        for (int l = 0; l < ENG_LANES; l++) {
            gone += b.clones->effector[l] == 0;
        }
        bench_close(&b);
    }
    CU_ASSERT(fabs(fix_z_binomial(gone, n, 1 - exp(-2 * days / ENG_DAYS_PER_YEAR))) < Z_LIMIT);
}

/* Effectors that fall die out below 300; more of them go on. */
static void
test_extinction(void)
{
    bench_t b;

    patients(100, true);
    covariate("duration", 200 / ENG_DAYS_PER_YEAR);
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 100, 0);
    bench_start(&b, false);
    bench_until(&b, -28); /* who is diagnosed begins in the first row */
    for (int l = 0; l < ENG_LANES; l++) {
        b.clones->effector[l] = l % 2 == 0 ? 350 : 600;
        b.clones->specific_treg[l] = 0;
    }
    bench_until(&b, -27);
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT(l % 2 == 0 ? b.clones->effector[l] == 0 : b.clones->effector[l] > 400);
    }
    bench_close(&b);
}

/* The covariate is a standard deviation of log K_X. */
static void
test_spread_of_cooperation(void)
{
    double mean = 0;
    bench_t a, b;

    patients(100, true);
    fix_untreated(&fix);
    bench_open(&a, &fix, 0, -30, 100, 0);
    bench_start(&a, false);
    covariate("cooperation", 1.5);
    bench_open(&b, &fix, 0, -30, 100, 0);
    bench_start(&b, false);
    mean = (double)(a.clones->cooperation[0] / b.clones->cooperation[0]);
    CU_ASSERT_DOUBLE_EQUAL(log(mean), 0.5 * 1.5, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(a.clones->cooperation[0], 1 / 1.68e4, 1e-9);
    bench_close(&a);
    bench_close(&b);
}

/* Reservoir after a year, mean of patients, with a graft that is selected or is not. */
static double
after_a_year(double share, double select)
{
    eng_results_t results;
    fix_run_t run;
    double sum = 0;

    patients(400, false);
    fix_no_hazards(&fix);
    fix.params.clone_sanctuary = share;
    fix_transplant(&fix, "graft", "cy200", select);
    fix_open(&run, &fix);
    for (int tile = 0; tile < 2; tile++) {
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            sum += fmax(0, results.number[ENG_NUMBER_E1Y_RATIO][l]) / (2 * ENG_LANES);
        }
    }
    fix_close(&run);
    return sum;
}

/* Where half hides, selection of the graft is of little use; where nothing hides, of much. */
static void
test_selection(void)
{
    const double none = after_a_year(0, 0), none_selected = after_a_year(0, 4);
    const double half = after_a_year(0.5, 0), half_selected = after_a_year(0.5, 4);

    printf("\n    reservoir at a year: nothing hidden %.3f, selected %.3f; half hidden %.3f, selected %.3f\n", none, none_selected, half, half_selected);
    CU_ASSERT(none_selected < 0.3 * none);
    CU_ASSERT(half_selected > 0.7 * half);
}

/* Patients who relapse later than `from`, of 4 tiles under a transplant. */
static int
relapses_after(double from, bool knocked_out, double triggers)
{
    eng_results_t results;
    fix_run_t run;
    int count = 0;

    fix_init(&fix, 5 * ENG_DAYS_PER_YEAR);
    fix_no_hazards(&fix);
    fix.params.trigger_rate = triggers;
    if (knocked_out) {
        fix.params.clone_repriming = fix.params.clone_fitness = fix.params.clone_fitness_sd = fix.params.clone_fitness_least = 0;
    }
    fix_transplant(&fix, "graft", "cy200", 0);
    fix_open(&run, &fix);
    for (int tile = 0; tile < 4; tile++) {
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            const double day = (double)results.tick[ENG_EVENT_RELAPSE][l] / ENG_TICKS_PER_DAY;
            count += results.tick[ENG_EVENT_RELAPSE][l] != ENG_TICK_NEVER && day > from;
        }
    }
    fix_close(&run);
    return count;
}

/* Late relapses hang on the refill and on re-priming; without triggers there is none at all. */
static void
test_knock_outs(void)
{
    CU_ASSERT(relapses_after(200, false, 10) >= 5);
    CU_ASSERT_EQUAL(relapses_after(200, true, 10), 0);
    CU_ASSERT_EQUAL(relapses_after(-1, false, 0), 0);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_rest), ENG_TEST(test_sanctuary), ENG_TEST(test_resident_memory), ENG_TEST(test_sanctuary_is_full),
        ENG_TEST(test_memory_is_kept), ENG_TEST(test_repriming), ENG_TEST(test_remission), ENG_TEST(test_extinction),
        ENG_TEST(test_spread_of_cooperation), ENG_TEST(test_selection), ENG_TEST(test_knock_outs) };
    return ENG_TEST_MAIN(argc, argv, "reservoir", tests);
}
