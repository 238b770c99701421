/**
 * Rounds: what is decided is a function of sums alone; looks double from the first that has enough patients to the last that is allowed; points that know enough
 * stop for ever.  Confidence sequences against their definition.
 */
#include "base/math.h"
#include "engine/kept_rounds.h"
#include "stats/sequence.h"
#include "study/rounds.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
parse(eng_study_t *study, int patients, const char *precision)
{
    char text[2000];

    snprintf(text, sizeof(text),
        "study: rounds\nseed: 1\nhorizon: 2 y\ncohort: {disease: ms, patients: %d}\n"
        "protocols: {a: [{at: 0 d, drug: dmf}], b: []}\nparameters: {trigger.rate: prior}\ndesign: {sobol: {points: 5}}\n"
        "outcomes: [relapse, infections, {edss: {at: [1 y]}}]\nprecision: {%s}\n", patients, precision);
    return eng_study_parse(study, "rounds.yaml", text, strlen(text));
}

static void
check_looks(int least, int most, const uint64_t *looks, int count)
{
    eng_study_t study;
    char precision[200];

    snprintf(precision, sizeof(precision), "outcome: relapse, at: 1 y, half_width: 0.01, max_patients: %d", most);
    CU_ASSERT_EQUAL_FATAL(parse(&study, least, precision), 0);
    CU_ASSERT_EQUAL(eng_rounds_first(&study), looks[0]);
    for (int j = 1; j <= count; j++) {
        CU_ASSERT_EQUAL(eng_rounds_patients(&study, j), looks[j - 1]);
    }
    CU_ASSERT_EQUAL(eng_rounds_patients(&study, count + 1), looks[count - 1]);
    eng_study_free(&study);
}

static void
test_looks_double(void)
{
    check_looks(1, 2048, (const uint64_t[]){ 256, 512, 1024, 2048 }, 4);
    check_looks(300, 1500, (const uint64_t[]){ 512, 1024, 1500 }, 3);
    check_looks(256, 256, (const uint64_t[]){ 256 }, 1);
    check_looks(64, 100, (const uint64_t[]){ 100 }, 1);
    check_looks(257, 400, (const uint64_t[]){ 400 }, 1);
}

static void
test_points_stop_one_by_one(void)
{
    static const double widths[][5] = { { 0.2, 0.05, 0.2, INFINITY, 0.2 }, { 0.1, 9, 0.01, 0.2, 0.1 }, { 0.06, 9, 9, 0.1, 0.05 } };
    eng_study_t study;
    eng_rounds_t rounds;
    eng_region_t region = { 0 };

    CU_ASSERT_EQUAL_FATAL(parse(&study, 1, "outcome: relapse, at: 1 y, half_width: 0.05, max_patients: 1000, scope: point"), 0);
    CU_ASSERT_EQUAL_FATAL(eng_rounds_create(&rounds, &study), 0);
    CU_ASSERT(eng_rounds_close(&rounds, &study, widths[0]));
    CU_ASSERT(eng_rounds_close(&rounds, &study, widths[1]));
    CU_ASSERT(!eng_rounds_close(&rounds, &study, widths[2])); /* no more patients are allowed */
    CU_ASSERT_EQUAL(rounds.count, 3);
    CU_ASSERT(memcmp(rounds.closed, (const uint8_t[]){ 3, 1, 2, 3, 3 }, 5) == 0);
    CU_ASSERT(rounds.round[0].points == 5 && rounds.round[0].precise == 1 && rounds.round[0].half_width == INFINITY);
    CU_ASSERT(rounds.round[1].points == 4 && rounds.round[1].precise == 1 && rounds.round[1].half_width == 0.2);
    CU_ASSERT(rounds.round[2].points == 3 && rounds.round[2].precise == 1 && rounds.round[2].patients == 1000);
    for (int number = 1; number <= 3; number++) {
        CU_ASSERT_EQUAL(eng_kept_rounds_region(&rounds, &study, number, &region), 0);
    }
    CU_ASSERT_EQUAL(region.pairs, 5 * 256 + 4 * 256 + 3 * 488);
    CU_ASSERT_EQUAL(region.count, 1 + 2 + 2); /* points 0, 2-4; 0, 3-4 */
    uint64_t pairs = 0, last = 0;
    for (uint64_t k = 0; k < region.num_blocks; k++) {
        const eng_block_t block = eng_region_at(&region, k);
        pairs += block.num_points * block.num_patients;
        last = block.first_point;
    }
    CU_ASSERT(pairs == region.pairs && last == 4);
    eng_region_free(&region);
    eng_rounds_free(&rounds);
    eng_study_free(&study);
}

static void
test_a_study_stops_as_a_whole(void)
{
    const double wide[5] = { 0.3, 0.3, 0.3, 0.3, 0.3 }, narrow[5] = { 0.1, 0.1, 0.1, 0.1, 0.1 };
    eng_study_t study;
    eng_rounds_t rounds;

    CU_ASSERT_EQUAL_FATAL(parse(&study, 1, "outcome: infections, half_width: 0.1, max_patients: 1e6"), 0);
    CU_ASSERT_EQUAL_FATAL(eng_rounds_create(&rounds, &study), 0);
    CU_ASSERT(eng_rounds_close(&rounds, &study, wide));
    CU_ASSERT(!eng_rounds_close(&rounds, &study, narrow)); /* as precise as was asked for, to the bit */
    CU_ASSERT(rounds.count == 2 && rounds.round[1].precise == 5);
    eng_rounds_free(&rounds);
    eng_study_free(&study);
}

/* The set of all p whose likelihood is more than MISS times the average one, by its definition. */
static void
test_sequence_of_a_share(void)
{
    static const double cases[][2] = { { 0, 10 }, { 3, 10 }, { 10, 10 }, { 50, 1000 }, { 40000, 65536 }, { 1, 1048576 } };

    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        const double s = cases[k][0], n = cases[k][1];
        const eng_interval_t at = eng_sequence_share(s, n, 0.05);
        const double ends[2] = { at.low, at.high };
        for (int e = 0; e < 2; e++) {
            const double p = ends[e];
            const double density = eng_gamma_log(n + 1) - eng_gamma_log(s + 1) - eng_gamma_log(n - s + 1) + s * eng_log(p) + (n - s) * eng_log1p(-p);
            if (p > 0 && p < 1) { /* the binomial probability is 0.05 / (n + 1) there */
                CU_ASSERT_DOUBLE_EQUAL(density, eng_log(0.05 / (n + 1)), 1e-6);
            }
        }
        CU_ASSERT(at.low <= s / n && s / n <= at.high && (s > 0) == (at.low > 0) && (s < n) == (at.high < 1));
    }
    CU_ASSERT(eng_sequence_share(0, 0, 0.05).low == 0 && eng_sequence_share(0, 0, 0.05).high == 1);
    CU_ASSERT(isnan(eng_sequence_share(-1, 4, 0.05).low) && isnan(eng_sequence_share(5, 4, 0.05).high)); /* of a damaged file */
    CU_ASSERT_DOUBLE_EQUAL(eng_sequence_share(0, 100, 0.05).high, 1 - eng_exp(eng_log(0.05 / 101) / 100), 1e-12); /* (1 - p)^100 = 0.05 / 101 */
}

/* SciPy: rho^2 = (-2 log a + log(1 - 2 log a)) / 1024; sqrt(var (n rho^2 + 1) / (n rho)^2 log((n rho^2 + 1) / a^2)). */
static void
test_sequence_of_a_mean(void)
{
    const double logarithm = -2 * eng_log(0.05), rho = (logarithm + eng_log(1 + logarithm)) / 1024;
    const eng_interval_t at = eng_sequence_mean(10, 4, 500, 0.05);
    const double x = 500 * rho + 1, margin = sqrt(4 * x / (500.0 * 500.0 * rho) * eng_log(x / 0.0025));

    CU_ASSERT_DOUBLE_EQUAL(at.high - 10, margin, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(10 - at.low, margin, 1e-12);
    CU_ASSERT(margin > 2 * sqrt(4.0 / 500) && margin < 4 * sqrt(4.0 / 500));
    CU_ASSERT(eng_sequence_mean(10, 0, 500, 0.05).high == INFINITY && eng_sequence_mean(10, NAN, 500, 0.05).low == -INFINITY);
}

/* Is there a pair of shares that differ by d whose likelihood is more than 0.05 times the average over all?  By trying them. */
static bool
is_likely(double a, double b, double n, double d)
{
    const double c = n - a - b, mixture = eng_log(2.0) + eng_gamma_log(a + 1) + eng_gamma_log(b + 1) + eng_gamma_log(c + 1) - eng_gamma_log(n + 3);
    double best = -INFINITY;

    for (int j = 1; j < 20000; j++) {
        const double q = eng_max(0.0, -d) + (1 - eng_abs(d)) * j / 40000.0, p = q + d, rest = 1 - p - q;
        if (p > 0 && q > 0 && rest > 0) {
            best = eng_max(best, a * eng_log(p) + b * eng_log(q) + c * eng_log(rest));
        }
    }
    return best > mixture + eng_log(0.05);
}

static void
test_sequence_of_a_difference(void)
{
    static const double cases[][3] = { { 30, 10, 100 }, { 3, 5, 1000 }, { 0, 40, 256 }, { 0, 0, 256 }, { 200, 200, 512 } };

    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        const double a = cases[k][0], b = cases[k][1], n = cases[k][2];
        const eng_interval_t at = eng_sequence_difference(a, b, n, 0.05), mirrored = eng_sequence_difference(b, a, n, 0.05);
        const double inward = 1e-3 * (at.high - at.low);
        CU_ASSERT(is_likely(a, b, n, at.low + inward) && is_likely(a, b, n, at.high - inward));
        CU_ASSERT(!is_likely(a, b, n, at.low - inward) && !is_likely(a, b, n, at.high + inward));
        CU_ASSERT_DOUBLE_EQUAL(at.low, -mirrored.high, 1e-12);
    }
    CU_ASSERT(isnan(eng_sequence_difference(4, 5, 8, 0.05).low) && eng_sequence_difference(0, 0, 0, 0.05).high == 1);
}

/* Ranks: all numbers of values below the quantile whose binomial probability is above 0.05 / (n + 1). */
static void
test_sequence_of_a_quantile(void)
{
    static const int sizes[] = { 1, 10, 256, 777, 4096 };
    static const double levels[] = { 0.1, 0.5, 0.9 };

    for (int k = 0; k < 15; k++) {
        const int n = sizes[k / 3];
        const double level = levels[k % 3];
        const eng_interval_t at = eng_sequence_ranks(n, level, 0.05);
        int first = n + 1, last = -1;
        for (int s = 0; s <= n; s++) {
            const double log_p = eng_gamma_log(n + 1) - eng_gamma_log(s + 1) - eng_gamma_log(n - s + 1) + s * eng_log(level) + (n - s) * eng_log1p(-level);
            if (log_p > eng_log(0.05 / (n + 1))) {
                first = s < first ? s : first;
                last = s;
            }
        }
        CU_ASSERT_DOUBLE_EQUAL(at.low, eng_max(0.0, (first - 0.5) / n), 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(at.high, eng_min(1.0, (last + 0.5) / n), 1e-12);
    }
    CU_ASSERT(eng_sequence_ranks(0, 0.5, 0.05).low == 0 && eng_sequence_ranks(0, 0.5, 0.05).high == 1);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_looks_double),
    ENG_TEST(test_points_stop_one_by_one),
    ENG_TEST(test_a_study_stops_as_a_whole),
    ENG_TEST(test_sequence_of_a_share),
    ENG_TEST(test_sequence_of_a_mean),
    ENG_TEST(test_sequence_of_a_difference),
    ENG_TEST(test_sequence_of_a_quantile),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "rounds", tests);
}
