/**
 * Statistics in transit: small examples by hand, algebra of merging, and intervals against SciPy's numbers.
 */
#include "base/math.h"
#include "stats/cluster.h"
#include "stats/histogram.h"
#include "stats/interval.h"
#include "stats/moments.h"
#include "stats/paired.h"
#include "stats/survival.h"
#include "testlib.h"
#include <stdlib.h>
#include <string.h>

/* --- moments ------------------------------------------------------------------------------------------------ */

static void
test_quantise_rounds_clips_and_marks(void)
{
    const double value[] = { 0.0, 0.26, -0.26, 0.05, 1e300, -1e300, NAN, INFINITY, -INFINITY, 419430.3 };
    const int32_t want[] = { 0, 3, -3, 0, ENG_QUANTUM_MAX, -ENG_QUANTUM_MAX, ENG_QUANTUM_MISSING, ENG_QUANTUM_MAX,
        -ENG_QUANTUM_MAX, ENG_QUANTUM_MAX };
    int32_t got[10];
    int j;

    eng_quantise(value, 10, 0.1, got);
    for (j = 0; j < 10; j++) {
        CU_ASSERT_EQUAL(got[j], want[j]);
    }
}

static void
test_moments_by_hand(void)
{
    const int32_t q[] = { 3, -5, ENG_QUANTUM_MISSING, 4194303, 0 };
    int64_t words[8] = { 0 };
    double squares = 9 + 25 + 4194303.0 * 4194303.0;

    eng_moments_add(q, 5, words, 2);
    CU_ASSERT_EQUAL(words[0], 4);
    CU_ASSERT_EQUAL(words[2], 3 - 5 + 4194303);
    CU_ASSERT_EQUAL((double)words[4] + (double)words[6] * ENG_SQUARE_SCALE, squares);
    CU_ASSERT_EQUAL(words[1] | words[3] | words[5] | words[7], 0); /* the stride is kept */
    CU_ASSERT_DOUBLE_EQUAL(eng_moments_variance(3, 6, 14, 0), 1.0, 1e-15);
    CU_ASSERT_EQUAL(eng_moments_variance(1, 6, 36, 0), 0.0);
}

static void
test_words_hold_the_largest_sums(void)
{
    int32_t q[ENG_MOMENTS_MAX_COUNT];
    int64_t words[4];
    int factor, j;

    for (factor = 1; factor <= 2; factor++) { /* values; differences of two */
        memset(words, 0, sizeof(words));
        for (j = 0; j < ENG_MOMENTS_MAX_COUNT; j++) {
            q[j] = -factor * ENG_QUANTUM_MAX;
        }
        eng_moments_add(q, ENG_MOMENTS_MAX_COUNT, words, 1);
        CU_ASSERT_EQUAL(words[1], INT64_C(-1) * factor * ENG_QUANTUM_MAX * ENG_MOMENTS_MAX_COUNT);
        for (j = 0; j < 4; j++) { /* 2^40 values are 2^33 such calls */
            CU_ASSERT(words[j] > -(INT64_MAX >> (34 - factor)) && words[j] < INT64_MAX >> (34 - factor));
        }
    }
}

static void
test_merging_in_any_grouping_is_equal(void)
{
    uint64_t state = 7;
    int64_t whole[4] = { 0 }, parts[3][4] = { { 0 } }, left[4], right[4];
    int32_t q[64];
    int call, j;

    for (call = 0; call < 300; call++) {
        for (j = 0; j < 64; j++) {
            q[j] = (int32_t)eng_test_uniform(&state, -4e6, 4e6);
            q[j] = eng_test_random(&state) % 9 == 0 ? ENG_QUANTUM_MISSING : q[j];
        }
        eng_moments_add(q, 64, whole, 1);
        /* the same 64 values in other pieces */
        eng_moments_add(q, 10, parts[call % 3], 1);
        eng_moments_add(q + 10, 1, parts[(call + 1) % 3], 1);
        eng_moments_add(q + 11, 53, parts[call % 2], 1);
    }
    for (j = 0; j < 4; j++) {
        left[j] = (parts[0][j] + parts[1][j]) + parts[2][j];
        right[j] = parts[2][j] + (parts[0][j] + parts[1][j]);
    }
    CU_ASSERT_EQUAL(memcmp(left, whole, sizeof(whole)), 0);
    CU_ASSERT_EQUAL(memcmp(right, whole, sizeof(whole)), 0);
}

/* --- survival ----------------------------------------------------------------------------------------------- */

/* Ten patients, complete to day 10: events on days 1 2 2 5 10, competing on days 3 5, three free; one not counted. */
static const int32_t tick[] = { 16, 32, 32, 80, 160, 48, 80, 160, 160, 160, 5 };
static const int32_t kind[] = { 1, 1, 1, 1, 1, 2, 2, 0, 0, 0, -1 };

/** Aalen-Johansen estimate of the cumulative incidence of events by `day`, the textbook way: over risk sets. */
static double
aalen_johansen(int day)
{
    double free_of_all = 1, incidence = 0;
    int d, j, at_risk, events, others;

    for (d = 1; d <= day; d++) {
        at_risk = events = others = 0;
        for (j = 0; j < 10; j++) {
            at_risk += kind[j] == 0 || tick[j] >= 16 * d;
            events += kind[j] == 1 && tick[j] == 16 * d;
            others += kind[j] == 2 && tick[j] == 16 * d;
        }
        incidence += at_risk > 0 ? free_of_all * events / at_risk : 0;
        free_of_all *= at_risk > 0 ? 1 - (double)(events + others) / at_risk : 1;
    }
    return incidence;
}

static void
test_counts_are_the_aalen_johansen_estimate(void)
{
    int32_t landmark[10];
    int64_t events[10] = { 0 }, competing[10] = { 0 };
    const int64_t want[] = { 1, 3, 3, 3, 4, 4, 4, 4, 4, 5 };
    int k;

    for (k = 0; k < 10; k++) {
        landmark[k] = 16 * (k + 1);
    }
    eng_survival_count(tick, kind, 11, ENG_KIND_EVENT, landmark, 10, events);
    eng_survival_count(tick, kind, 11, ENG_KIND_COMPETING, landmark, 10, competing);
    for (k = 0; k < 10; k++) {
        CU_ASSERT_EQUAL(events[k], want[k]);
        CU_ASSERT_EQUAL(competing[k], k < 2 ? 0 : (k < 4 ? 1 : 2));
        CU_ASSERT_DOUBLE_EQUAL((double)events[k] / 10, aalen_johansen(k + 1), 1e-14);
    }
}

static void
test_restricted_mean_is_the_area(void)
{
    int32_t restricted[11];
    double sum = 0, area = 0;
    int j;

    eng_survival_restrict(tick, kind, 11, 160, restricted);
    CU_ASSERT_EQUAL(restricted[0], 16);
    CU_ASSERT_EQUAL(restricted[5], 160); /* a competing event takes no event-free time */
    CU_ASSERT_EQUAL(restricted[10], ENG_QUANTUM_MISSING);
    for (j = 0; j < 10; j++) {
        sum += restricted[j] / 16.0 / 10;
        area += aalen_johansen(j);
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, 10 - area, 1e-13);
}

static void
test_days_round_up_and_quantiles_read_them(void)
{
    const int32_t when[] = { -20, 0, 1, 16, 17, 48, 160, 160, 160, 160 };
    const int32_t what[] = { 1, 1, 1, 1, 1, 2, 0, 0, 0, -1 };
    int64_t words[24] = { 0 };

    eng_survival_days(when, what, 10, 12, words);
    CU_ASSERT_EQUAL(words[0], 2);  /* day 0 and before */
    CU_ASSERT_EQUAL(words[2], 2);  /* day 1: ticks 1 .. 16 */
    CU_ASSERT_EQUAL(words[4], 1);
    CU_ASSERT_EQUAL(words[7], 1);  /* day 3, competing */
    CU_ASSERT_EQUAL(words[22], 3); /* neither */
    CU_ASSERT_EQUAL(eng_survival_quantile(words, 12, 0.1), 0.0);
    CU_ASSERT_EQUAL(eng_survival_quantile(words, 12, 0.4), 1.0);
    CU_ASSERT_EQUAL(eng_survival_quantile(words, 12, 0.5), 2.0);
    CU_ASSERT(eng_survival_quantile(words, 12, 0.6) != eng_survival_quantile(words, 12, 0.6)); /* NaN: not reached */
}

/* --- histograms --------------------------------------------------------------------------------------------- */

static void
test_bins_agree_with_their_edges(void)
{
    eng_bins_t bins;
    uint64_t state = 3;
    double value[64];
    int32_t index[64];
    int set, j;

    for (set = 0; set < 2; set++) {
        eng_bins_init(&bins, set == 0 ? 0.1 : -3, set == 0 ? 1e5 : 7, 1e-6, set == 0, 256);
        CU_ASSERT_EQUAL(bins.num_bins, 256);
        ENG_ASSERT_NEAR(eng_bins_edge(&bins, 0), set == 0 ? 0.1 : -3, 1e-13);
        ENG_ASSERT_NEAR(eng_bins_edge(&bins, 256), set == 0 ? 1e5 : 7, 1e-13);
        for (j = 0; j < 64; j++) {
            value[j] = set == 0 ? eng_exp(eng_test_uniform(&state, -2, 11)) : eng_test_uniform(&state, -3, 7);
        }
        eng_bins_find(&bins, value, 64, index);
        for (j = 0; j < 64; j++) {
            CU_ASSERT(value[j] >= eng_bins_edge(&bins, index[j]) - 1e-8 * eng_abs(value[j]));
            CU_ASSERT(value[j] <= eng_bins_edge(&bins, index[j] + 1) * (1 + 1e-8) || set == 1);
            CU_ASSERT(set == 0 || value[j] <= eng_bins_edge(&bins, index[j] + 1) + 1e-13);
        }
    }
}

static void
test_end_bins_catch_what_is_outside(void)
{
    const double value[] = { -1e9, 0.0, 1e300, INFINITY, NAN, 1.0 };
    const int32_t want[] = { 0, 0, 9, 9, -1, 0 };
    eng_bins_t bins;
    int32_t index[6];
    int64_t words[10] = { 0 };
    int j, set;

    for (set = 0; set < 2; set++) {
        eng_bins_init(&bins, 1, 1000, 1e-3, set == 1, 10);
        eng_bins_find(&bins, value, 6, index);
        for (j = 0; j < 6; j++) {
            CU_ASSERT_EQUAL(index[j], want[j]);
        }
        eng_histogram_add(index, 6, words);
    }
    CU_ASSERT_EQUAL(words[0], 6);
    CU_ASSERT_EQUAL(words[9], 4);
}

static void
test_counts_have_exact_quantiles(void)
{
    const double value[] = { 0, 1, 1, 2, 2, 2, 3, 60, 61, 7 };
    eng_bins_t bins;
    int32_t index[10];
    int64_t words[61] = { 0 };

    eng_bins_init(&bins, 0, 60, 1, false, 256);
    CU_ASSERT_TRUE(bins.lattice);
    CU_ASSERT_EQUAL(bins.num_bins, 61);
    eng_bins_find(&bins, value, 10, index);
    eng_histogram_add(index, 10, words);
    CU_ASSERT_EQUAL(eng_histogram_quantile(&bins, words, 0.1), 0.0);
    CU_ASSERT_EQUAL(eng_histogram_quantile(&bins, words, 0.5), 2.0);
    CU_ASSERT_EQUAL(eng_histogram_quantile(&bins, words, 1.0), 60.0);
    CU_ASSERT_EQUAL(eng_bins_label(&bins, 60), 60.0);
}

static void
test_quantiles_are_within_a_bin(void)
{
    eng_bins_t bins;
    uint64_t state = 5;
    int64_t words[128] = { 0 };
    double value[64], level;
    int32_t index[64];
    int call, j;

    eng_bins_init(&bins, 1, 1e4, 1, true, 128);
    CU_ASSERT(eng_histogram_quantile(&bins, words, 0.5) != eng_histogram_quantile(&bins, words, 0.5));
    for (call = 0; call < 400; call++) { /* log-uniform: the quantile is 10^(4 level) */
        for (j = 0; j < 64; j++) {
            value[j] = eng_exp10(4 * (call * 64 + j + 0.5) / 25600);
        }
        eng_bins_find(&bins, value, 64, index);
        eng_histogram_add(index, 64, words);
    }
    for (j = 1; j < 20; j++) {
        level = eng_test_uniform(&state, 0.001, 0.999);
        ENG_ASSERT_NEAR(eng_log10(eng_histogram_quantile(&bins, words, level)), 4 * level, 4.0 / 25600);
    }
}

/* --- pairs --------------------------------------------------------------------------------------------------- */

static void
test_pairs_by_hand(void)
{
    /* reference:          event 10, none, event 20, competing 5, event 10, not counted, event 3 */
    const int32_t tick_a[] = { 10, 99, 20, 5, 10, 0, 3 }, kind_a[] = { 1, 0, 1, 2, 1, -1, 1 };
    const int32_t tick_b[] = { 30, 10, 20, 8, 4, 7, 0 }, kind_b[] = { 1, 1, 1, 1, 2, 1, -1 };
    const int32_t landmark[] = { 9, 10, 25, 99 };
    int64_t only_a[4] = { 0 }, only_b[4] = { 0 };
    const int64_t want_a[] = { 0, 2, 2, 1 }, want_b[] = { 1, 2, 2, 2 };
    const int32_t a[] = { 5, ENG_QUANTUM_MISSING, 1 }, b[] = { 7, 1, ENG_QUANTUM_MISSING };
    int32_t difference[3];
    int k;

    eng_paired_count(tick_a, kind_a, tick_b, kind_b, 7, landmark, 4, only_a, only_b);
    for (k = 0; k < 4; k++) {
        CU_ASSERT_EQUAL(only_a[k], want_a[k]);
        CU_ASSERT_EQUAL(only_b[k], want_b[k]);
    }
    eng_paired_difference(a, b, 3, difference);
    CU_ASSERT_EQUAL(difference[0], -2);
    CU_ASSERT_EQUAL(difference[1], ENG_QUANTUM_MISSING);
    CU_ASSERT_EQUAL(difference[2], ENG_QUANTUM_MISSING);
}

/* --- wide sums and clusters ---------------------------------------------------------------------------------- */

static void
test_wide_sums_are_exact(void)
{
    const int64_t factors[] = {
        0, 1, -1, INT64_C(1) << 62, -(INT64_C(1) << 62), 123456789012345, -98765432109876, 2147483647
    };
    int64_t words[4], total[4] = { 0 };
    eng_i128_t product, sum = 0;
    int i, j, k;

    for (i = 0; i < 8; i++) {
        for (j = 0; j < 8; j++) {
            memset(words, 0, sizeof(words));
            product = (eng_i128_t)factors[i] * factors[j];
            eng_wide_add(words, product);
            CU_ASSERT(eng_test_relative(eng_wide_value(words), (double)product, 2e-16));
            if (i < 3 || i > 4) { /* the sum of all would not fit in 128 bits, but does in words */
                sum += product;
                for (k = 0; k < 4; k++) {
                    total[k] += words[k];
                }
            }
        }
    }
    CU_ASSERT(eng_test_relative(eng_wide_value(total), (double)sum, 2e-16));
}

static void
test_ratio_variance_by_hand(void)
{
    /* clusters (n, y): (10, 3), (20, 8), (30, 7): r = 0.3; residuals 0, 2, -2; variance 3/2 * 8 / 3600 */
    const eng_ratio_t ratio = { .clusters = 3, .n = 60, .nn = 1400, .y = 18, .yy = 122, .ny = 400 };
    const eng_ratio_t one = { .clusters = 1, .n = 10, .nn = 100, .y = 3, .yy = 9, .ny = 30 };

    CU_ASSERT_DOUBLE_EQUAL(eng_ratio_variance(&ratio), 1.5 * 8 / 3600, 1e-15);
    CU_ASSERT_EQUAL(eng_ratio_variance(&one), 0.0);
}

/* --- intervals ----------------------------------------------------------------------------------------------- */

/* Quantiles from the incomplete beta function in 40 digits (mpmath); SciPy's own are good to 1e-11 only. */
static void
test_student_against_known_values(void)
{
    static const double known[][3] = {
        {0.975,  1,        12.7062047361746933 },
        { 0.975, 2,        4.30265272974946179 },
        { 0.975, 3,        3.18244630528370844 },
        { 0.975, 10,       2.22813885198627422 },
        { 0.975, 30,       2.04227245630123789 },
        { 0.975, 199,      1.97195654425175345 },
        { 0.975, 1000,     1.9623390808264081  },
        { 0.975, 1001,     1.96233670528087954 },
        { 0.975, 1e5,      1.95998770753460926 },
        { 0.975, INFINITY, 1.95996398454005424 },
        { 0.995, 4,        4.60409487134999205 },
        { 0.6,   7,        0.263166861352022752},
        { 0.025, 5,        -2.57058183563631547},
        { 0.9,   2.5,      1.73025092880717683 },
        { 0.5,   3,        0.0                 }
    };
    size_t j;

    for (j = 0; j < sizeof(known) / sizeof(*known); j++) {
        ENG_ASSERT_NEAR(eng_student_quantile(known[j][0], known[j][1]), known[j][2], 2e-13);
    }
    ENG_ASSERT_NEAR(eng_student_cdf(2.0, 3), 0.93033701572057848, 1e-13);
    ENG_ASSERT_NEAR(eng_student_cdf(-1.0, 7.5), 0.17423801281537563, 1e-13);
    ENG_ASSERT_NEAR(eng_student_cdf(0.3, 200), 0.61775563490533603, 1e-13);
    ENG_ASSERT_NEAR(eng_student_cdf(40, 1.5), 0.99851018780453438, 1e-13);
    CU_ASSERT(eng_student_quantile(0.975, 0) != eng_student_quantile(0.975, 0));
}

static void
test_wilson_against_scipy(void)
{
    static const double known[][4] = {
        {0,   10,  0,                  0.27753279986288926},
        { 6,  20,  0.1454772448676043, 0.5189728183535234 },
        { 10, 10,  0.7224672001371109, 1                  },
        { 81, 263, 0.2552885198782742, 0.36620957698280004}
    };
    eng_interval_t interval;
    int j;

    for (j = 0; j < 4; j++) {
        interval = eng_interval_wilson(known[j][0] / known[j][1], known[j][1], eng_normal_quantile(0.975));
        ENG_ASSERT_NEAR(interval.low, known[j][2], 1e-14);
        ENG_ASSERT_NEAR(interval.high, known[j][3], 1e-14);
    }
    interval = eng_interval_wilson(0.02, 100, eng_normal_quantile(0.975)); /* the corrected limit of two events */
    ENG_ASSERT_NEAR(interval.low, 0.0035536151069866195, 1e-15);
    ENG_ASSERT_NEAR(interval.low + eng_interval_wilson(0.98, 100, eng_normal_quantile(0.975)).high, 1.0, 1e-15);
    CU_ASSERT(eng_interval_wilson(0, 0, 2).low != eng_interval_wilson(0, 0, 2).low);
}

static void
test_discordant_interval_never_collapses(void)
{
    eng_interval_t none = eng_interval_discordant(0, 0, 50, 1.96), some = eng_interval_discordant(4, 12, 98, 1.96);

    CU_ASSERT(none.low < -0.01 && none.high > 0.01);
    CU_ASSERT_DOUBLE_EQUAL(none.low + none.high, 0.0, 1e-15);
    /* limits of 4 and of 12 of 98 by Clopper and Pearson, combined with their correlation (SciPy) */
    ENG_ASSERT_NEAR(some.low, -0.0049474971243504418, 1e-12);
    ENG_ASSERT_NEAR(some.high, 0.17062273788040005, 1e-12);
    CU_ASSERT(eng_interval_discordant(0, 1, 1, 12.7).high == 1.0);
}

/* A verdict is McNemar's: five of one side may be chance (exact two-sided 0.0625), six may not (0.03125), however many were treated. */
static void
test_discordant_interval_agrees_with_the_exact_test(void)
{
    for (int n = 10; n <= 100000; n *= 10) {
        CU_ASSERT(eng_interval_discordant(0, 5, n, 1.959963984540054).low <= 0);
        CU_ASSERT(eng_interval_discordant(0, 6, n, 1.959963984540054).low > 0);
        CU_ASSERT(eng_interval_discordant(5, 0, n, 1.959963984540054).high >= 0);
        CU_ASSERT(eng_interval_discordant(1, 7, n, 1.959963984540054).low <= 0); /* 0.0703 */
        CU_ASSERT(eng_interval_discordant(1, 8, n, 1.959963984540054).low > 0);  /* 0.0391 */
    }
}

/* Nine of ten values are 0, the others far from it: the quantile is 0, not a point of the first bin; and ends are ends of bins. */
static void
test_quantile_knows_its_bin(void)
{
    double value[100];
    int32_t index[100];
    int64_t words[256] = { 0 };
    eng_quantile_t quantile;
    eng_bins_t bins;

    for (int j = 0; j < 100; j++) {
        value[j] = j < 90 ? 0 : 0.03 + 0.02 * (j - 90);
    }
    eng_bins_init(&bins, 0, 20, 1e-4, false, 256);
    eng_bins_find(&bins, value, 100, index);
    eng_histogram_add(index, 100, words);
    quantile = eng_histogram_read(&bins, words, 90, 0.5);
    CU_ASSERT(quantile.low == 0 && quantile.value == 0 && quantile.high == 0);
    quantile = eng_histogram_read(&bins, words, 90, 0.92); /* the second of the others: 0.05 */
    CU_ASSERT(quantile.low == 0 && quantile.value > 0 && quantile.value < 0.078125 && quantile.high == 0.078125);
    quantile = eng_histogram_read(&bins, words, 90, 1.0);
    CU_ASSERT(quantile.low <= value[99] && value[99] <= quantile.high && quantile.high - quantile.low < 0.0782);
    quantile = eng_histogram_read(&bins, words, 0, 0.5); /* not told, it can only say where the bin is */
    CU_ASSERT(quantile.low == 0 && quantile.high == 0.078125);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_quantise_rounds_clips_and_marks),
        ENG_TEST(test_moments_by_hand),
        ENG_TEST(test_words_hold_the_largest_sums),
        ENG_TEST(test_merging_in_any_grouping_is_equal),
        ENG_TEST(test_counts_are_the_aalen_johansen_estimate),
        ENG_TEST(test_restricted_mean_is_the_area),
        ENG_TEST(test_days_round_up_and_quantiles_read_them),
        ENG_TEST(test_bins_agree_with_their_edges),
        ENG_TEST(test_end_bins_catch_what_is_outside),
        ENG_TEST(test_counts_have_exact_quantiles),
        ENG_TEST(test_quantiles_are_within_a_bin),
        ENG_TEST(test_pairs_by_hand),
        ENG_TEST(test_wide_sums_are_exact),
        ENG_TEST(test_ratio_variance_by_hand),
        ENG_TEST(test_student_against_known_values),
        ENG_TEST(test_wilson_against_scipy),
        ENG_TEST(test_discordant_interval_never_collapses),
        ENG_TEST(test_discordant_interval_agrees_with_the_exact_test),
        ENG_TEST(test_quantile_knows_its_bin),
    };

    return ENG_TEST_MAIN(argc, argv, "stats", tests);
}
