/**
 * Coverage of the 95 % intervals, by simulation with fixed seeds.  Each test repeats a whole study through the
 * accumulators' own functions and counts how often the truth lies inside.
 *
 * Tolerance: with R repetitions the share has a standard error of sqrt(0.95 0.05 / R).  Coverage must not fall below
 * 95 % by more than four of them and a stated allowance for the discreteness or approximation of the interval, and not
 * exceed 95 % by more than four and an allowance for intervals that are meant to be careful.
 */
#include "base/math.h"
#include "stats/cluster.h"
#include "stats/interval.h"
#include "stats/moments.h"
#include "stats/survival.h"
#include "layout_fixture.h"
#include "study/summary.h"

#define STANDARD_ERRORS 4

static void
check_coverage(const char *what, int inside, int repetitions, double below, double above)
{
    double share = (double)inside / repetitions, noise = STANDARD_ERRORS * sqrt(0.95 * 0.05 / repetitions);

    printf("    %-58s %.4f\n", what, share);
    CU_ASSERT(share >= 0.95 - below - noise);
    CU_ASSERT(share <= 0.95 + above + noise);
}

static bool
holds(eng_interval_t interval, double truth)
{
    return interval.low <= truth && truth <= interval.high;
}

static double
draw(uint64_t *state)
{
    return eng_uniform(eng_test_random(state));
}

/** Number of n that happen with probability p. */
static int
draw_count(uint64_t *state, int n, double p)
{
    int k = 0, j;

    for (j = 0; j < n; j++) {
        k += draw(state) < p;
    }
    return k;
}

/* The coverage of a discrete count oscillates with n p (Brown, Cai, DasGupta 2001); here it is 92.5 % to 99.9 %. */
static void
test_wilson_covers(void)
{
    static const double cases[][2] = { { 64, 0.02 }, { 64, 0.3 }, { 200, 0.01 }, { 200, 0.5 }, { 1000, 0.95 },
        { 1000, 0.003 }, { 1000, 1.7e-4 }, { 150, 0.9965 } };
    const double z = eng_normal_quantile(0.975);
    const int repetitions = 10000;
    uint64_t state = 1;
    char text[80];
    int j, r, n, inside;

    for (j = 0; j < 8; j++) {
        n = (int)cases[j][0];
        inside = 0;
        for (r = 0; r < repetitions; r++) {
            inside += holds(eng_interval_wilson((double)draw_count(&state, n, cases[j][1]) / n, n, z), cases[j][1]);
        }
        snprintf(text, sizeof(text), "Wilson, n %d, p %g", n, cases[j][1]);
        check_coverage(text, inside, repetitions, 0.025, 0.05);
    }
}

/* --- studies through layout and summary ---------------------------------------------------------------------- */

static void
open_study(fix_sums_t *run)
{
    memset(run, 0, sizeof(*run));
    fix_init(&run->fix);
    run->fix.study.trajectories.num_markers = 0;
    run->fix.outcomes[1] = run->fix.outcomes[FIX_INFECTIONS];
    run->fix.study.num_outcomes = 2; /* relapse and infections */
    run->fix.study.num_protocols = 2;
    fix_sums_open(run);
}

/** Patients per point, points, and what a patient's luck is made of. */
typedef struct {
    int points, patients;
    double spread;      /* of the points' yearly hazard, as a factor: uniform in 1 - spread .. 1 + spread */
    double hazard[2];   /* per day, by protocol */
    double shared;      /* share of patients whose luck is the same under both protocols */
} chance_t;

/** Exponential times; the number of infections is a whole number that leans on the same luck. */
static void
draw_patient(fix_sums_t *run, const chance_t *chance, double factor, int l, uint64_t *state)
{
    double luck = draw(state), day;
    bool shared = draw(state) < chance->shared;
    int p;

    for (p = 0; p < 2; p++) {
        luck = p == 1 && !shared ? draw(state) : luck;
        day = -eng_log(luck) / (chance->hazard[p] * factor);
        memset(run->tiles->results[p].failure, 0, ENG_LANES);
        run->tiles->results[p].cause[l] = 0;
        run->tiles->results[p].tick[ENG_EVENT_RELAPSE][l] = day < 400 ? (int32_t)(day * 16) + 1 : ENG_TICK_NEVER;
        run->tiles->results[p].tick[ENG_EVENT_DEATH][l] = ENG_TICK_NEVER;
        run->tiles->results[p].number[ENG_NUMBER_INFECTIONS][l] = eng_floor(-3 * factor * (1 + p) * eng_log(luck));
    }
}

static void
draw_study(fix_sums_t *run, const chance_t *chance, uint64_t *state)
{
    double factor;
    int point, done, lanes, l;

    memset(run->pooled, 0, 2 * run->layout.pooled_words * sizeof(int64_t));
    memset(run->cluster, 0, 2 * run->layout.cluster_words * sizeof(int64_t));
    for (point = 0; point < chance->points; point++) {
        memset(run->point, 0, 2 * run->layout.point_words * sizeof(int64_t));
        factor = 1 + chance->spread * (2 * draw(state) - 1);
        for (done = 0; done < chance->patients; done += lanes) {
            lanes = chance->patients - done < ENG_LANES ? chance->patients - done : ENG_LANES;
            for (l = 0; l < lanes; l++) {
                draw_patient(run, chance, factor, l, state);
            }
            fix_lanes(run->tiles, lanes);
            eng_layout_add(&run->layout, run->tiles->results, 0, run->tiles->results[0].num_lanes, NULL, run->point, run->pooled);
        }
        eng_layout_cluster(&run->layout, run->point, run->cluster);
    }
}

/* Truths at 365.25 d and 400 d, averaged over the points' factor by Simpson's rule. */
typedef struct {
    double share[2], rmst[2], infections[2];
} truth_t;

static truth_t
find_truth(const chance_t *chance)
{
    const int intervals = 200;
    truth_t truth = { { 0 }, { 0 }, { 0 } };
    double factor, weight, rate, ratio;
    int j, p;

    for (j = 0; j <= intervals; j++) {
        factor = 1 + chance->spread * (2.0 * j / intervals - 1);
        weight = (j == 0 || j == intervals ? 1 : (j % 2 ? 4 : 2)) / (3.0 * intervals);
        for (p = 0; p < 2; p++) {
            rate = chance->hazard[p] * factor;
            truth.share[p] += weight * (1 - eng_exp(-rate * 365.25));
            /* ticks are rounded up: the mean of min(T, 400) in whole ticks is a geometric sum */
            ratio = eng_exp(-rate / 16);
            truth.rmst[p] += weight * (1 - eng_pow(ratio, 6400)) / (1 - ratio) / 16;
            ratio = eng_exp(-1 / (3 * factor * (1 + p)));
            truth.infections[p] += weight * ratio / (1 - ratio);
        }
    }
    return truth;
}

typedef struct {
    int share, rmst, mean, quantile, paired_share, paired_rmst, paired_mean;
} tally_t;

static bool
contains(double low, double high, double truth)
{
    return !(truth < low) && !(truth > high); /* NaN: open end */
}

static void
tally_study(const fix_sums_t *run, const truth_t *truth, double median, tally_t *tally)
{
    const eng_contrast_t *c;
    const eng_estimate_t *e;
    eng_summary_t summary;
    int j;

    CU_ASSERT_EQUAL_FATAL(eng_summary_create(&summary, &run->layout, run->cluster, run->pooled), ENG_OK);
    for (j = 0; j < summary.num_estimates; j++) {
        e = &summary.estimates[j];
        if (e->protocol != 0) {
            continue;
        }
        tally->share +=
            e->kind == ENG_ESTIMATE_PROBABILITY && e->at == 365.25 && contains(e->low, e->high, truth->share[0]);
        tally->rmst += e->kind == ENG_ESTIMATE_RMST && contains(e->low, e->high, truth->rmst[0]);
        tally->mean += e->kind == ENG_ESTIMATE_MEAN && contains(e->low, e->high, truth->infections[0]);
        tally->quantile += e->kind == ENG_ESTIMATE_QUANTILE && e->outcome == 0 && e->level == 0.5 &&
            contains(e->low, e->high, median);
    }
    for (j = 0; j < summary.num_contrasts; j++) {
        c = &summary.contrasts[j];
        tally->paired_share += c->kind == ENG_ESTIMATE_PROBABILITY && c->at == 365.25 &&
            contains(c->low, c->high, truth->share[0] - truth->share[1]);
        tally->paired_rmst +=
            c->kind == ENG_ESTIMATE_RMST && contains(c->low, c->high, truth->rmst[0] - truth->rmst[1]);
        tally->paired_mean += c->kind == ENG_ESTIMATE_MEAN &&
            contains(c->low, c->high, truth->infections[0] - truth->infections[1]);
    }
    eng_summary_free(&summary);
}

static tally_t
repeat_study(const chance_t *chance, int repetitions, uint64_t seed)
{
    /* days to the median are rounded up; the median over a spread of factors is left to the tests without spread */
    const double median = eng_floor(ENG_LN2 / chance->hazard[0]) + 1;
    const truth_t truth = find_truth(chance);
    tally_t tally = { 0 };
    uint64_t state = seed;
    fix_sums_t run;
    int r;

    open_study(&run);
    for (r = 0; r < repetitions; r++) {
        draw_study(&run, chance, &state);
        tally_study(&run, &truth, median, &tally);
    }
    fix_sums_close(&run);
    return tally;
}

static void
test_one_point_covers(void)
{
    const chance_t chance = { .points = 1, .patients = 150, .hazard = { 2.5e-3, 1.5e-3 }, .shared = 0.7 };
    const int repetitions = 4000;
    tally_t tally = repeat_study(&chance, repetitions, 3);

    check_coverage("one point of 150: share", tally.share, repetitions, 0.01, 0.01);
    check_coverage("one point of 150: restricted mean", tally.rmst, repetitions, 0.01, 0.01);
    check_coverage("one point of 150: mean of a skewed count", tally.mean, repetitions, 0.015, 0.01);
    check_coverage("one point of 150: median", tally.quantile, repetitions, 0.01, 0.02);
    check_coverage("one point of 150: paired share", tally.paired_share, repetitions, 0.01, 0.02);
    check_coverage("one point of 150: paired restricted mean", tally.paired_rmst, repetitions, 0.01, 0.01);
    check_coverage("one point of 150: paired mean", tally.paired_mean, repetitions, 0.02, 0.01);
}

/* Rare events: 0.3 % a year, so that most studies of 150 see none. */
static void
test_rare_events_are_not_certain(void)
{
    const chance_t chance = { .points = 1, .patients = 150, .hazard = { 1e-5, 1e-5 }, .shared = 0.5 };
    const int repetitions = 4000;
    tally_t tally = repeat_study(&chance, repetitions, 5);

    check_coverage("rare event: share", tally.share, repetitions, 0.0, 0.05);
    check_coverage("rare event: restricted mean", tally.rmst, repetitions, 0.0, 0.05);
    check_coverage("rare event: paired share", tally.paired_share, repetitions, 0.0, 0.05);
    check_coverage("rare event: paired restricted mean", tally.paired_rmst, repetitions, 0.0, 0.05);
}

/* Eight of 800 are expected to have the event under one protocol and next to none under the other: what Student's interval (87 to 90 %,
 * all misses on the side of harm) and the interval of Agresti and Min (90 %) do not hold. */
static void
test_few_events_cover(void)
{
    const chance_t chance = { .points = 1, .patients = 800, .hazard = { 2.75e-5, 1e-8 }, .shared = 1 };
    const int repetitions = 3000;
    tally_t tally = repeat_study(&chance, repetitions, 17);

    check_coverage("8 events of 800: share", tally.share, repetitions, 0.01, 0.03);
    check_coverage("8 events of 800: restricted mean", tally.rmst, repetitions, 0.0, 0.05);
    check_coverage("8 events of 800: paired share", tally.paired_share, repetitions, 0.0, 0.05);
    check_coverage("8 events of 800: paired restricted mean", tally.paired_rmst, repetitions, 0.0, 0.05);
}

static void
test_independent_points_cover(void)
{
    const chance_t chance = {
        .points = 30, .patients = 40, .spread = 0.7, .hazard = {2.5e-3, 1.5e-3},
                   .shared = 0.7
    };
    const int repetitions = 2000;
    tally_t tally = repeat_study(&chance, repetitions, 7);

    /* the linearised variance of 30 clusters is a little small; a design effect below 1 is never believed */
    check_coverage("30 points of 40: share", tally.share, repetitions, 0.01, 0.02);
    check_coverage("30 points of 40: restricted mean", tally.rmst, repetitions, 0.01, 0.02);
    check_coverage("30 points of 40: mean", tally.mean, repetitions, 0.01, 0.02);
    check_coverage("30 points of 40: paired share", tally.paired_share, repetitions, 0.01, 0.02);
    check_coverage("30 points of 40: paired restricted mean", tally.paired_rmst, repetitions, 0.01, 0.02);
    check_coverage("30 points of 40: paired mean", tally.paired_mean, repetitions, 0.01, 0.02);
}

static void
test_few_independent_points_cover(void)
{
    const chance_t chance = { .points = 5, .patients = 64, .spread = 0.7, .hazard = { 2.5e-3, 1.5e-3 }, .shared = 0.7 };
    const int repetitions = 3000;
    tally_t tally = repeat_study(&chance, repetitions, 9);

    check_coverage("5 points of 64: share", tally.share, repetitions, 0.02, 0.04);
    check_coverage("5 points of 64: restricted mean", tally.rmst, repetitions, 0.02, 0.04);
    check_coverage("5 points of 64: paired share", tally.paired_share, repetitions, 0.02, 0.04);
}

/* The same intervals without clusters must fail here, or the test above shows nothing. */
static void
test_clusters_matter(void)
{
    const chance_t chance = {
        .points = 30, .patients = 400, .spread = 0.7, .hazard = {2.5e-3, 1.5e-3},
                   .shared = 0.7
    };
    const truth_t truth = find_truth(&chance);
    uint64_t state = 11;
    int r, point, events, naive = 0;
    const int repetitions = 200;

    for (r = 0; r < repetitions; r++) {
        events = 0;
        for (point = 0; point < chance.points; point++) {
            double factor = 1 + chance.spread * (2 * draw(&state) - 1);

            events += draw_count(&state, chance.patients, 1 - eng_exp(-chance.hazard[0] * factor * 365.25));
        }
        naive += holds(eng_interval_wilson(events / 12000.0, 12000, eng_normal_quantile(0.975)), truth.share[0]);
    }
    printf("    %-58s %.4f\n", "30 points of 400 as if all were independent", (double)naive / repetitions);
    CU_ASSERT(naive < 0.6 * repetitions);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_wilson_covers),
        ENG_TEST(test_one_point_covers),
        ENG_TEST(test_rare_events_are_not_certain),
        ENG_TEST(test_few_events_cover),
        ENG_TEST(test_independent_points_cover),
        ENG_TEST(test_few_independent_points_cover),
        ENG_TEST(test_clusters_matter),
    };

    return ENG_TEST_MAIN(argc, argv, "intervals", tests);
}
