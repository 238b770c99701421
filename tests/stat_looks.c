/**
 * The other looks of sensitivity against laws whose answers are exact: Shapley effects of a Gaussian linear model with dependent inputs (A. Owen, C. Prieur 2017), indices of the
 * whole distribution of one (bivariate normal probabilities of W. Sheppard), regional distances of a uniform input; noise of known variance is taken out.
 */
#include "sensitivity_fixture.h"
#include "stats/distribution_indices.h"
#include "stats/rank_indices.h"
#include "stats/regional.h"
#include "stats/shapley.h"

#include <string.h>

#define POINTS 1500
#define DIMENSION 3

static double
uniform(uint64_t *state)
{
    return eng_test_uniform(state, 1e-12, 1 - 1e-12);
}

static double
normal(uint64_t *state)
{
    return eng_normal_quantile(uniform(state));
}

/* --- Shapley effects --------------------------------------------------------------------------------------------------- */

/* Y = x0 + 2 x1 + x2, unit variances, x1 and x2 of correlation r: what each set of inputs explains, by conditional means. */
static double
explained(int set, double r)
{
    const int a = set & 1, b = set >> 1 & 1, c = set >> 2 & 1;
    const double slope = b && c ? 0 : b ? 2 + r : c ? 1 + 2 * r : 0; /* of the one that is known: what it says of the other counts */

    return a + (b && c ? 4 + 1 + 4 * r : slope * slope);
}

static double
exact_effect(int j, double r)
{
    static const double weight[] = { 1 / 3.0, 1 / 6.0, 1 / 3.0 };
    double effect = 0;

    for (int set = 0; set < 1 << DIMENSION; set++) {
        if ((set >> j & 1) == 0) {
            effect += weight[__builtin_popcount((unsigned)set)] * (explained(set | 1 << j, r) - explained(set, r));
        }
    }
    return effect / explained((1 << DIMENSION) - 1, r);
}

/* The formula of two inputs by hand: (b1^2 (1 - r^2 / 2) + b1 b2 r + b2^2 r^2 / 2) / variance, of those that depend. */
static void
test_the_exact_effects(void)
{
    for (double r = -0.9; r < 1; r += 0.3) {
        const double all = 1 + 4 + 1 + 4 * r;
        ENG_ASSERT_NEAR(exact_effect(0, r), 1 / all, 1e-12);
        ENG_ASSERT_NEAR(exact_effect(1, r), (4 * (1 - r * r / 2) + 2 * r + r * r / 2) / all, 1e-12);
        ENG_ASSERT_NEAR(exact_effect(2, r), (1 * (1 - r * r / 2) + 2 * r + 4 * r * r / 2) / all, 1e-12);
    }
}

static double place[POINTS][DIMENSION], ranks[POINTS * DIMENSION], mean[POINTS], noise[POINTS];

static int
by_coordinate(const void *a, const void *b)
{
    const double *x = *(const double *const *)a, *y = *(const double *const *)b;

    return (*x > *y) - (*x < *y);
}

static void
find_ranks(void)
{
    static const double *order[POINTS];

    for (int j = 0; j < DIMENSION; j++) {
        for (int i = 0; i < POINTS; i++) {
            order[i] = &place[i][j];
        }
        qsort(order, POINTS, sizeof(*order), by_coordinate);
        for (int i = 0; i < POINTS; i++) {
            ranks[(order[i] - &place[0][j]) / DIMENSION * DIMENSION + j] = i;
        }
    }
}

static void
draw_line(double r, double sd_of_noise, uint64_t *state)
{
    for (int i = 0; i < POINTS; i++) {
        double *x = place[i];
        x[0] = normal(state);
        x[1] = normal(state);
        x[2] = r * x[1] + sqrt(1 - r * r) * normal(state);
        mean[i] = x[0] + 2 * x[1] + x[2] + sd_of_noise * normal(state);
        noise[i] = sd_of_noise * sd_of_noise;
    }
    find_ranks();
}

static void
test_shapley_effects_of_a_gaussian_line(void)
{
    static const double cases[][2] = { { 0, 0 }, { 0.8, 0 }, { -0.5, 0 }, { 0.8, 2 }, { 0, 2 } };
    uint64_t state = 20261127;

    for (int k = 0; k < 5; k++) {
        eng_index_t out[DIMENSION];
        double average[DIMENSION] = { 0 }, total = 0;
        for (int repeat = 0; repeat < 4; repeat++) {
            draw_line(cases[k][0], cases[k][1], &state);
            CU_ASSERT_EQUAL_FATAL(eng_shapley(ranks, mean, noise, POINTS, DIMENSION, 4, out), 0);
            for (int j = 0; j < DIMENSION; j++) {
                average[j] += out[j].value / 4;
                total += out[j].value / 4;
            }
        }
        printf("    r %.1f, noise %.0f: %.3f %.3f %.3f for %.3f %.3f %.3f\n", cases[k][0], cases[k][1], average[0], average[1], average[2], exact_effect(0, cases[k][0]),
            exact_effect(1, cases[k][0]), exact_effect(2, cases[k][0]));
        ENG_ASSERT_NEAR(total, 1, 1e-9);
        for (int j = 0; j < DIMENSION; j++) { /* neighbours are apart: a little too even */
            ENG_ASSERT_NEAR(average[j], exact_effect(j, cases[k][0]), cases[k][1] > 0 ? 0.06 : 0.04);
        }
    }
}

/* --- distributions ------------------------------------------------------------------------------------------------------ */

#define ROWS 4000
#define THRESHOLDS 40

/* Of a sum of normal inputs, of which one has the share s of the variance: both draws share it, the threshold is a third. */
static double
exact_distribution(double s)
{
    return 3 / PI * asin((1 + s) / 2) - 0.5;
}

static void
test_distributions_of_a_gaussian_line(void)
{
    static const double slope[DIMENSION] = { 2, 1, 0.5 };
    static double values[THRESHOLDS][ROWS], none[ROWS], weight[THRESHOLDS], x[DIMENSION][ROWS], y[ROWS];
    const double *at[THRESHOLDS], *zero[THRESHOLDS], sd = sqrt(4 + 1 + 0.25);
    uint64_t state = 3;
    double squares = 0;

    for (int i = 0; i < ROWS; i++) {
        y[i] = 0;
        for (int j = 0; j < DIMENSION; j++) {
            x[j][i] = normal(&state);
            y[i] += slope[j] * x[j][i];
        }
        squares += y[i] * y[i] / ROWS;
    }
    ENG_ASSERT_NEAR(sqrt(squares), sd, 0.1);
    for (int k = 0; k < THRESHOLDS; k++) { /* quantiles of the law, all of the same mass between them */
        const double threshold = sd * eng_normal_quantile((k + 0.5) / THRESHOLDS);
        for (int i = 0; i < ROWS; i++) {
            values[k][i] = y[i] <= threshold;
        }
        at[k] = values[k];
        zero[k] = none;
        weight[k] = 1.0 / THRESHOLDS;
    }
    const eng_distributions_t of = { .thresholds = THRESHOLDS, .mean = at, .noise = zero, .weight = weight };
    for (int j = 0; j < DIMENSION; j++) {
        const double exact = exact_distribution(slope[j] * slope[j] / (sd * sd));
        eng_index_t index;
        CU_ASSERT_EQUAL_FATAL(eng_distribution_rank(x[j], &of, ROWS, 4, &index), 0);
        printf("    distribution index %.3f for %.3f\n", index.value, exact);
        ENG_ASSERT_NEAR(index.value, exact, 0.04);
    }
    ENG_ASSERT_NEAR(exact_distribution(1), 1, 1e-12);
    ENG_ASSERT_NEAR(exact_distribution(0), 0, 1e-12);
}

/* By ranks of the mean: the share of the variance, whatever the law of the input. */
static void
test_ranks_of_a_gaussian_line(void)
{
    uint64_t state = 5;

    for (int repeat = 0; repeat < 2; repeat++) {
        static double x[POINTS];
        draw_line(0, repeat == 0 ? 0 : 2, &state);
        for (int j = 0; j < DIMENSION; j++) {
            eng_index_t index;
            for (int i = 0; i < POINTS; i++) {
                x[i] = exp(place[i][j]);
            }
            CU_ASSERT_EQUAL_FATAL(eng_rank_index(x, mean, noise, POINTS, 4, &index), 0);
            ENG_ASSERT_NEAR(index.value, (j == 1 ? 4 : 1) / 6.0, repeat == 0 ? 0.06 : 0.12);
        }
    }
}

/* --- regional ------------------------------------------------------------------------------------------------------------ */

/* The event has the probability u of a uniform input: its distribution there is u^2, elsewhere 2 u - u^2, which differ most at 1/2, by 1/2. */
static void
test_regional_distance_of_a_line(void)
{
    static double x[POINTS], with[POINTS], without[POINTS];
    eng_regional_t out;

    for (int i = 0; i < POINTS; i++) {
        x[i] = (i + 0.5) / POINTS;
        with[i] = x[i];
        without[i] = 1 - x[i];
    }
    CU_ASSERT_EQUAL_FATAL(eng_regional(x, with, without, POINTS, 200, &out), 0);
    ENG_ASSERT_NEAR(out.distance, 0.5, 1e-10); /* an even number of points: one half of them is below 1/2 */
    ENG_ASSERT_NEAR(out.at, 0.5, 1.0 / POINTS);
    ENG_ASSERT_NEAR(out.mean_with, 2 / 3.0, 1e-6);
    ENG_ASSERT_NEAR(out.mean_without, 1 / 3.0, 1e-6);
    CU_ASSERT(out.p <= 0.01);
    for (int i = 0; i < POINTS; i++) {
        with[i] = without[i] = 0.5; /* it says nothing */
    }
    CU_ASSERT_EQUAL_FATAL(eng_regional(x, with, without, POINTS, 200, &out), 0);
    ENG_ASSERT_NEAR(out.distance, 0, 1e-10);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_the_exact_effects),
    ENG_TEST(test_shapley_effects_of_a_gaussian_line),
    ENG_TEST(test_distributions_of_a_gaussian_line),
    ENG_TEST(test_ranks_of_a_gaussian_line),
    ENG_TEST(test_regional_distance_of_a_line),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "looks of sensitivity", tests);
}
