/**
 * Multiple sclerosis: damage by closed forms and against an integration in double precision, bursts and lesions, who begins where.
 */
#include "ms_fixture.h"

/* --- damage ----------------------------------------------------------------------------------------------------------- */

/* Nothing is added: exponentials; the EDSS stays as it was until day 0, and falls with what heals after it. */
static void
test_healing(void)
{
    bench_t b;

    begin(1000, 4, 3);
    fix_read_at(&fix, 0);
    fix_read_at(&fix, 500);
    open_tile(&b, 0);
    bench_until(&b, -20);
    row_of(&b, "acute")[0] = 1;
    row_of(&b, "slow")[0] = 2;
    bench_until(&b, 0);
    CU_ASSERT_DOUBLE_EQUAL(read_lane(&b, EDSS, 0), 4, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "acute")[0], exp(-0.03 * 20), 1e-5);
    const double slow = 2 * exp(-20 / 356.0);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "slow")[0], slow, 1e-5);
    bench_until(&b, 500);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "acute")[0], exp(-0.03 * 520), 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "slow")[0], slow * exp(-500 / 356.0), 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(read_lane(&b, EDSS, 0), 4 - exp(-0.6) - slow * (1 - exp(-500 / 356.0)), 2e-4);
    CU_ASSERT_DOUBLE_EQUAL(read_lane(&b, EDSS, 1), 4, 1e-6);
    bench_close(&b);
}

/* Bounds of the scale. */
static void
test_bounds_of_edss(void)
{
    bench_t b;

    begin(200, 1, 3);
    fix_read_at(&fix, 150);
    open_tile(&b, 0);
    row_of(&b, "slow")[0] = 4;
    bench_until(&b, 100);
    row_of(&b, "irreversible")[1] = 12;
    bench_until(&b, 150);
    CU_ASSERT_EQUAL(read_lane(&b, EDSS, 0), 0);
    CU_ASSERT_EQUAL(read_lane(&b, EDSS, 1), 10);
    bench_close(&b);
}

/* An attack: what the step made of it against the three equations in double, driven by the J of the rows. */
static void
test_attack(void)
{
    double acute = 0, slow = 0, irreversible = 0, years = 2;
    bench_t b;

    begin(400, 3, years);
    open_tile(&b, 0);
    bench_until(&b, -5);
    b.clones->effector[0] = 2e5;
    for (int i = b.row; i < b.plan.num_rows; i++) {
        const eng_plan_row_t *row = &b.plan.rows[i];
        b.kernel->advance(&b.course, b.list, i, i + 1, NULL);
        const double dt = (double)row->dt, J = (double)b.signals->effector_days[0] / 1e7 / dt;
        const double c = exp(-(2 + fmax(0, row->t) / ENG_DAYS_PER_YEAR) / 7) + 0.05;
        acute = acute * exp(-0.03 * dt) + 0.12 * J * (1 - exp(-0.03 * dt)) / 0.03;
        slow = slow * exp(-dt / 356) + 0.15 * J * c * (1 - exp(-dt / 356)) * 356;
        irreversible += row->t >= 0 ? 0.11 * J * c * dt : 0;
    }
    CU_ASSERT(irreversible > 0.1);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "acute")[0], acute, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "slow")[0] / slow, 1, 2e-4);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "irreversible")[0] / irreversible, 1, 2e-4);
    CU_ASSERT_EQUAL(row_of(&b, "irreversible")[1], 0);
    bench_close(&b);
}

/* Of an old disease attacks cost little: the coupling follows the duration, which runs from day 0 on. */
static void
test_coupling_fades(void)
{
    bench_t b;

    begin(1900, 3, 4);
    open_tile(&b, 0);
    bench_until(&b, 0);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "fading")[0], exp(-4.0 / 7), 1e-6);
    bench_until(&b, 1826.25);
    CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "fading")[0] / exp(-9.0 / 7), 1, 5e-4);
    bench_close(&b);
}

/* 55 % of the drift goes on whatever happens, 45 % follows the reservoir that reaches the CNS, up to one and a half times. */
static double
drift(double form, double reservoir, double traffic, double lines)
{
    bench_t b;
    double made;

    begin(400, 3, 3);
    covariate("ms_form", form);
    covariate("prior_lines", lines);
    fix_parameter(&fix, "ms.progression_rate", 0.042);
    fix_parameter(&fix, "t_cell.memory_cd4_turnover", 1e-4); /* of clones: no noise to speak of */
    fix_parameter(&fix, "clone.carrying_capacity", 5);
    open_tile(&b, 0);
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        b.clones->clone[k][0] = real_floor(b.clones->clone[k][0] * (real)reservoir);
    }
    eng_clones_refresh(b.clones);
    b.tile->traffic[0] = (real)traffic;
    bench_until(&b, ENG_DAYS_PER_YEAR);
    made = (double)row_of(&b, "irreversible")[0];
    bench_close(&b);
    return made;
}

static void
test_progression_without_attacks(void)
{
    CU_ASSERT_DOUBLE_EQUAL(drift(1, 1, 1, 0) / 0.042, 1, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(2, 1, 1, 0) / 0.042, 2.8, 3e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(3, 1, 1, 0) / 0.042, 2.8, 3e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(1, 0, 1, 0) / 0.042, 0.55, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(1, 1, 0.5, 0) / 0.042, 0.775, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(1, 0.5, 0.5, 0) / 0.042, 0.6625, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(1, 3, 1, 0) / 0.042, 0.55 + 0.45 * 1.5, 2e-3);
    CU_ASSERT_DOUBLE_EQUAL(drift(1, 1, 1, 4) / 0.042, 1.2, 2e-3);
}

/* --- what treatment does ------------------------------------------------------------------------------------------------ */

/* Repair waits for quiet: of the rate 1/250 d a share of 0.6 times the reservoir that reaches the CNS is held up. */
static double
repair(double reservoir, double traffic)
{
    bench_t b;

    begin(400, 4, 3);
    fix_parameter(&fix, "ms.repair_held", 0.6);
    fix_parameter(&fix, "ms.slow_recovery_time", 250);
    fix_parameter(&fix, "t_cell.memory_cd4_turnover", 1e-4); /* of clones: no noise to speak of */
    fix_parameter(&fix, "clone.carrying_capacity", 5);
    open_tile(&b, 0);
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        b.clones->clone[k][0] = real_floor(b.clones->clone[k][0] * (real)reservoir);
    }
    eng_clones_refresh(b.clones);
    b.tile->traffic[0] = (real)traffic;
    row_of(&b, "slow")[0] = 2;
    bench_until(&b, 270);
    const double rate = -log((double)row_of(&b, "slow")[0] / 2) / 300;
    bench_close(&b);
    return rate * 250;
}

static void
test_repair_is_held_up(void)
{
    CU_ASSERT_DOUBLE_EQUAL(repair(0, 1), 1, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(repair(1, 1), 0.4, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(repair(0.5, 0.5), 0.85, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(repair(3, 1), 0.1, 1e-3); /* no more than one and a half times */
}

/* Losses by chemotherapy: Poisson with the logs that it kills, spread over 120 d and seen from day 0 on; antibodies cost none. */
static void
test_loss_by_chemotherapy(void)
{
    const double rate = 0.2, size = 1.7;
    double losses = 0, expected = 0;
    bench_t b;

    for (int tile = 0; tile < TILES; tile++) {
        begin(600, 3, 3);
        fix_parameter(&fix, "ms.toxic_rate", rate);
        fix_parameter(&fix, "ms.toxic_loss", size);
        fix_parameter(&fix, "ms.toxic_time", 120);
        fix_protocol(&fix, "graft");
        fix_add(&fix, -4, "condition", "cy200");
        fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
        bench_open(&b, &fix, 1, -30, 600, (uint64_t)tile * ENG_LANES);
        bench_start(&b, false);
        bench_until(&b, 0);
        for (int l = 0; l < ENG_LANES; l++) {
            CU_ASSERT_EQUAL(row_of(&b, "irreversible")[l], 0);
            losses += (double)row_of(&b, "doomed")[l] / size;
            expected += rate * 3.3 * b.tile->covariate[ENG_COV_CHEMOSENSITIVITY][l];
        }
        const double to_come = (double)row_of(&b, "doomed")[0];
        bench_until(&b, 120);
        CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "irreversible")[0], to_come * (1 - exp(-1)), 0.01 * to_come + 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "irreversible")[0] + row_of(&b, "doomed")[0], to_come, 1e-5);
        bench_close(&b);
    }
    printf("losses by chemotherapy: %.0f, expected %.1f\n", losses, expected);
    CU_ASSERT(fabs(losses - expected) < 3.5 * sqrt(expected));

    begin(300, 3, 3);
    fix_parameter(&fix, "ms.toxic_rate", 1);
    fix_protocol(&fix, "antibody");
    fix_with(&fix, 0, "atg", "alemtuzumab", "dose", 60);
    bench_open(&b, &fix, 1, -30, 300, 0);
    bench_start(&b, false);
    bench_until(&b, 100);
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT_EQUAL(row_of(&b, "doomed")[l], 0);
    }
    bench_close(&b);
}

/* Antibodies kill effectors at half the rate of T cells, and Treg down to those of the tissue. */
static void
test_antibody(void)
{
    bench_t with, without;

    begin(200, 3, 3);
    fix_parameter(&fix, "clone.reservoir", 1e3); /* no memory becomes effectors or comes of them to speak of */
    fix_parameter(&fix, "effector.growth_rate", 0.05);
    fix_parameter(&fix, "effector.treg_suppression", 0);
    fix_parameter(&fix, "effector.regulation_rate", 0);
    fix_parameter(&fix, "effector.death_rate", 0.02);
    fix_parameter(&fix, "treg.tissue_share", 0.4);
    fix_parameter(&fix, "treg.growth", 0);
    fix_protocol(&fix, "antibody");
    fix_with(&fix, 0, "atg", "alemtuzumab", "dose", 15);
    bench_open(&without, &fix, 0, -30, 200, 0);
    bench_open(&with, &fix, 1, -30, 200, 0);
    bench_start(&without, false);
    bench_start(&with, false);
    bench_until(&without, 0);
    bench_until(&with, 0);
    without.clones->effector[0] = with.clones->effector[0] = 5e8;
    bench_until(&without, 30);
    bench_until(&with, 30);
    const double area = 0.5 * 0.45 * 8 / log(2) * (1 - exp2(-30 / 8.0)) * (double)with.tile->atg_exposure[0];
    CU_ASSERT_DOUBLE_EQUAL(log((double)(with.clones->effector[0] / without.clones->effector[0])), -0.5 * area, 0.02 * area);
    const double R = 0.4 + 0.6 * exp(-0.7 * area);
    CU_ASSERT_DOUBLE_EQUAL(with.tile->treg[0], R, 0.03); /* but for what the thymus and memory make meanwhile */
    bench_close(&with);
    bench_close(&without);
}

/* --- bursts and lesions ------------------------------------------------------------------------------------------------ */

static void
burst(bench_t *b, int l, double relative)
{
    const eng_params_t *p = &fix.params;
    const double held = p->effector_death * (1 + p->effector_treg), least = held / (p->effector_growth - held);

    b->course.row = &b->plan.rows[b->row];
    b->hooks.module[b->body.num_modules - 1]->burst(&b->course, bench_own(b), l, (real)(relative * least / (double)b->clones->cooperation[l]));
}

/* A burst leaves slow damage and lesions with the square of its size relative to the threshold of ignition, no more than of twice it. */
static void
test_bursts(void)
{
    const double c = exp(-(3 + 10 / ENG_DAYS_PER_YEAR) / 7) + 0.05;
    double lesions[3] = { 0 };
    bench_t b;

    begin(400, 3, 3);
    for (int tile = 0; tile < TILES; tile++) {
        open_tile(&b, (uint64_t)tile * ENG_LANES);
        bench_until(&b, 10);
        for (int l = 0; l < ENG_LANES; l++) {
            burst(&b, l, 0.5 * (1 + l % 3));
        }
        CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "slow")[0], 0.15 * 0.2 * c * 0.25, 2e-6);
        CU_ASSERT_DOUBLE_EQUAL(row_of(&b, "slow")[1], 0.15 * 0.2 * c, 2e-6);
        for (int n = 0; n < 99; n++) {
            for (int l = 0; l < ENG_LANES; l++) {
                burst(&b, l, l % 3 == 0 ? 0.5 : l % 3 == 1 ? 1 : 7);
            }
        }
        for (int l = 0; l < ENG_LANES; l++) {
            lesions[l % 3] += (double)row_of(&b, "lesions")[l];
        }
        bench_close(&b);
    }
    const double mean[3] = { LANES / 64.0 * 22 * 0.3 * 0.25 * 100, LANES / 64.0 * 21 * 0.3 * 100, LANES / 64.0 * 21 * 0.3 * (2.25 + 4 * 99) };
    for (int k = 0; k < 3; k++) {
        CU_ASSERT(fabs(lesions[k] - mean[k]) < 3.5 * sqrt(mean[k]));
    }
}

/* Thresholds of lesions: Exp(1), the two of a word independent of one another. */
static void
test_thresholds(void)
{
    static double u[2][LANES];
    double same = 0;
    bench_t b;

    begin(10, 3, 3);
    for (int tile = 0; tile < TILES; tile++) {
        real drawn[ENG_LANES] = { 0 }, spare[ENG_LANES] = { 0 };
        open_tile(&b, (uint64_t)tile * ENG_LANES);
        for (int l = 0; l < ENG_LANES; l++) {
            for (int k = 0; k < 2; k++) {
                u[k][tile * ENG_LANES + l] = exp(-(double)eng_next_threshold(&b.course, l, ENG_CHANNEL_LESIONS, drawn, spare));
            }
        }
        bench_close(&b);
    }
    for (int j = 0; j < LANES; j++) {
        same += (u[0][j] - 0.5) * (u[1][j] - 0.5) * 12;
    }
    CU_ASSERT(fabs(same / sqrt(LANES)) < 3.3);
    CU_ASSERT(fix_ks_uniform(u[0], LANES) < 1.95);
    CU_ASSERT(fix_ks_uniform(u[1], LANES) < 1.95);
}

/* Lesions of an attack: Poisson, and as many as 0.03 J makes; those before day 0 are seen to enhance and count no more. */
static void
test_lesions_are_poisson(void)
{
    double sum = 0, square = 0, expected = 0, zero = 0;
    int early = 0, gone = 0;
    bench_t b;

    begin(200, 3, 3);
    fix_parameter(&fix, "ms.lesions_per_activity", 0.5);
    fix_read_at(&fix, -1);
    fix_read_at(&fix, 38);
    for (int tile = 0; tile < TILES; tile++) {
        double days = 0;
        open_tile(&b, (uint64_t)tile * ENG_LANES);
        for (int l = 0; l < ENG_LANES; l++) {
            burst(&b, l, 2);
        }
        const double first = read_lane(&b, ENHANCING, 5);
        bench_until(&b, -1);
        early += (int)first;
        CU_ASSERT_EQUAL(read_lane(&b, ENHANCING, 5), first);
        bench_until(&b, 38);
        gone += (int)read_lane(&b, ENHANCING, 5);
        CU_ASSERT_EQUAL(row_of(&b, "lesions")[5], 0);
        for (int l = 0; l < ENG_LANES; l++) {
            b.clones->effector[l] = 2e5;
        }
        for (int i = b.row; i < b.plan.num_rows; i++) {
            b.kernel->advance(&b.course, b.list, i, i + 1, NULL);
            days += (double)b.signals->effector_days[0] / 1e7;
        }
        for (int l = 0; l < ENG_LANES; l++) {
            const double n = (double)row_of(&b, "lesions")[l];
            sum += n;
            square += n * n;
            zero += n == 0;
        }
        expected = 0.5 * days;
        bench_close(&b);
    }
    const double mean = sum / LANES, variance = square / LANES - mean * mean;
    CU_ASSERT(early > 10);
    CU_ASSERT_EQUAL(gone, 0);
    CU_ASSERT(expected > 0.5);
    CU_ASSERT(fabs(mean - expected) < 3.5 * sqrt(expected / LANES));
    CU_ASSERT(fabs(variance / mean - 1) < 3.5 * sqrt(2.0 / LANES) * 1.2);
    CU_ASSERT(fabs(fix_z_binomial(zero, LANES, exp(-expected))) < 3.5);
}

/* --- beginnings ---------------------------------------------------------------------------------------------------- */

/* Those who are not screened begin with the slow damage that others have lived, on average. */
static void
test_unscreened(void)
{
    double lived = 0, begun = 0;

    fix_init(&fix, 400);
    fix_untreated(&fix);
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        bench_open(&b, &fix, -1, -900, -30, (uint64_t)tile * ENG_LANES);
        bench_start(&b, false);
        bench_until(&b, -30);
        for (int l = 0; l < ENG_LANES; l++) {
            lived += (double)row_of(&b, "slow")[l] / LANES;
        }
        bench_close(&b);
        bench_open(&b, &fix, 0, -30, 400, (uint64_t)tile * ENG_LANES);
        bench_start(&b, false);
        for (int l = 0; l < ENG_LANES; l++) {
            begun += (double)row_of(&b, "slow")[l] / LANES;
        }
        bench_close(&b);
    }
    printf("slow damage: lived %.3f, begun with %.3f\n", lived, begun);
    CU_ASSERT_DOUBLE_EQUAL(begun / lived, 1, 0.12);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_healing),
    ENG_TEST(test_bounds_of_edss),
    ENG_TEST(test_attack),
    ENG_TEST(test_coupling_fades),
    ENG_TEST(test_progression_without_attacks),
    ENG_TEST(test_repair_is_held_up),
    ENG_TEST(test_loss_by_chemotherapy),
    ENG_TEST(test_antibody),
    ENG_TEST(test_bursts),
    ENG_TEST(test_thresholds),
    ENG_TEST(test_lesions_are_poisson),
    ENG_TEST(test_unscreened),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "multiple sclerosis", tests);
}
