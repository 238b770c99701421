/**
 * Samplers: ends, degenerate parameters, symmetry and known small cases.  The exact laws are in stat_sample.c.
 */
#include "base/math.h"
#include "base/sample.h"
#include "testlib.h"

#define LOWEST  UINT64_C(0)
#define HIGHEST UINT64_MAX

static void
test_the_ends_of_the_words(void)
{
    CU_ASSERT(eng_sample_exponential(LOWEST) > 0 && eng_sample_exponential(LOWEST) < 2e-16);
    ENG_ASSERT_NEAR(eng_sample_exponential(HIGHEST), 53 * log(2), 1e-15);
    CU_ASSERT(eng_sample_normal(LOWEST) < -8.2 && eng_sample_normal(LOWEST) > -8.3);
    CU_ASSERT_EQUAL(eng_sample_normal(HIGHEST), -eng_sample_normal(LOWEST));
    CU_ASSERT_EQUAL(eng_sample_normal(~UINT64_C(0x123456789abcdef0)), -eng_sample_normal(UINT64_C(0x123456789abcdef0)));
    CU_ASSERT_EQUAL(eng_sample_binomial(60, 0.5, eng_uniform(LOWEST)), 2);
    CU_ASSERT_EQUAL(eng_sample_poisson(1, 0), eng_sample_poisson(1, eng_uniform(LOWEST)));
    CU_ASSERT_EQUAL(eng_sample_poisson(100, 1), eng_sample_poisson(100, eng_uniform(HIGHEST)));
    CU_ASSERT(eng_sample_poisson(100, 1) < 200);
}

static void
test_degenerate_parameters(void)
{
    static const double us[] = { 0, 0x1p-53, 0.3, 0.5, 0.9999, 1 };
    size_t k;

    for (k = 0; k < sizeof(us) / sizeof(*us); k++) {
        CU_ASSERT_EQUAL(eng_sample_poisson(0, us[k]), 0);
        CU_ASSERT_EQUAL(eng_sample_binomial(0, 0.4, us[k]), 0);
        CU_ASSERT_EQUAL(eng_sample_binomial(1e15, 0, us[k]), 0);
        CU_ASSERT_EQUAL(eng_sample_binomial(1e15, 1, us[k]), 1e15);
        CU_ASSERT_EQUAL(eng_sample_binomial(3, 5e-324, us[k]), 0);
        CU_ASSERT_EQUAL(eng_sample_negative_binomial(0, 0.9, us[k]), 0);
        CU_ASSERT_EQUAL(eng_sample_negative_binomial(1e9, 0, us[k]), 0);
        CU_ASSERT_EQUAL(eng_sample_lognormal(3, 0, us[k]), 3);
        CU_ASSERT_EQUAL(eng_sample_truncated_normal(2, 0, 0, 5, us[k]), 2);
        CU_ASSERT_EQUAL(eng_sample_birth_death(0, 1, 1, LOWEST, HIGHEST), 0);
        CU_ASSERT_EQUAL(eng_sample_birth_death(1234567, 0, 0, (uint64_t)(us[k] * 0x1p53) << 10, LOWEST), 1234567);
    }
}

static void
test_parameters_outside_their_domain(void)
{
    CU_ASSERT(isnan(eng_sample_poisson(-1, 0.5)));
    CU_ASSERT(isnan(eng_sample_poisson(INFINITY, 0.5)));
    CU_ASSERT(isnan(eng_sample_poisson(1, NAN)));
    CU_ASSERT(isnan(eng_sample_binomial(-1, 0.5, 0.5)));
    CU_ASSERT(isnan(eng_sample_binomial(10, 1.5, 0.5)));
    CU_ASSERT(isnan(eng_sample_binomial(10, NAN, 0.5)));
    CU_ASSERT(isnan(eng_sample_negative_binomial(3, 1, 0.5)));
    CU_ASSERT(isnan(eng_sample_negative_binomial(3, -0.1, 0.5)));
    CU_ASSERT(isnan(eng_sample_truncated_normal(0, -1, 0, 1, 0.5)));
    CU_ASSERT(isnan(eng_sample_truncated_normal(0, 1, 1, 0, 0.5)));
    CU_ASSERT(isnan(eng_sample_birth_death(5, 1, 2.5, 0, 0)));
    CU_ASSERT(isnan(eng_sample_birth_death(5, -1, 0, 0, 0)));
    CU_ASSERT(isnan(eng_sample_birth_death(NAN, 1, 1, 0, 0)));
}

static void
test_small_laws_by_hand(void)
{
    /* binomial(2, 1/2): 1/4, 1/2, 1/4;  two lineages of ratio 1/2: 1/4, 1/4, 3/16 */
    CU_ASSERT_EQUAL(eng_sample_binomial(2, 0.5, 0.24999999), 0);
    CU_ASSERT_EQUAL(eng_sample_binomial(2, 0.5, 0.25000001), 1);
    CU_ASSERT_EQUAL(eng_sample_binomial(2, 0.5, 0.74999999), 1);
    CU_ASSERT_EQUAL(eng_sample_binomial(2, 0.5, 0.75000001), 2);
    CU_ASSERT_EQUAL(eng_sample_negative_binomial(2, 0.5, 0.24999999), 0);
    CU_ASSERT_EQUAL(eng_sample_negative_binomial(2, 0.5, 0.25000001), 1);
    CU_ASSERT_EQUAL(eng_sample_negative_binomial(2, 0.5, 0.49999999), 1);
    CU_ASSERT_EQUAL(eng_sample_negative_binomial(2, 0.5, 0.50000001), 2);
    CU_ASSERT_EQUAL(eng_sample_negative_binomial(1, 0.5, 0.49999999), 0);
    CU_ASSERT_EQUAL(eng_sample_negative_binomial(1, 0.5, 0.50000001), 1);
    CU_ASSERT_EQUAL(eng_sample_poisson(1, exp(-1) - 1e-8), 0);
    CU_ASSERT_EQUAL(eng_sample_poisson(1, exp(-1) + 1e-8), 1);
    CU_ASSERT_EQUAL(eng_sample_poisson(1e15, 0.5), 1e15); /* the median of a Poisson law of whole mean is the mean */
}

static void
test_truncated_normal_stays_inside_and_keeps_its_tail(void)
{
    uint64_t state = 1;
    int n;

    for (n = 0; n < 20000; n++) {
        double low = eng_test_uniform(&state, -12, 12), high = low + eng_test_uniform(&state, 0, 3), u, x, y;

        u = eng_uniform(eng_test_random(&state));
        x = eng_sample_truncated_normal(0, 1, low, high, u);
        y = eng_sample_truncated_normal(0, 1, -high, -low, 1 - u);
        CU_ASSERT(x >= low && x <= high);
        CU_ASSERT(fabs(x + y) < 1e-9);
    }
    /* far above: close to low + exponential / low */
    CU_ASSERT_DOUBLE_EQUAL(eng_sample_truncated_normal(0, 1, 30, INFINITY, 0.5), 30 + log(2) / 30, 5e-5);
    CU_ASSERT_DOUBLE_EQUAL(eng_sample_truncated_normal(5, 2, -INFINITY, INFINITY, 0.975), 5 + 2 * 1.9599639845400545,
                           1e-12);
}

/* A cell count with the same mean whichever way the sampler goes: neighbours on both sides of each limit. */
static void
test_branches_meet(void)
{
    double u;

    for (u = 0.001; u < 1; u += 0.001) {
        double step = eng_sample_poisson(25.0000001, u) - eng_sample_poisson(24.9999999, u);

        CU_ASSERT(fabs(step) <= 1);
        step = eng_sample_negative_binomial(24, 0.9, u) - eng_sample_negative_binomial(23, 0.9, u);
        CU_ASSERT(step >= 0 && step < 40);
        step = eng_sample_binomial(100, 0.5000001, u) - eng_sample_binomial(100, 0.4999999, u);
        CU_ASSERT(fabs(step) <= 1);
    }
}

/* Equal on every compiler, level and machine. */
static void
test_bits_are_the_known_ones(void)
{
    uint64_t state = 2, digest = 0;
    int n;

    for (n = 0; n < 20000; n++) {
        double size = eng_floor(eng_exp(eng_test_uniform(&state, 0, 30))), p = eng_test_uniform(&state, 0, 1);
        uint64_t word = eng_test_random(&state), other = eng_test_random(&state);
        double values[] = { eng_sample_exponential(word),
                            eng_sample_normal(word),
                            eng_sample_poisson(size, eng_uniform(word)),
                            eng_sample_binomial(size, p, eng_uniform(word)),
                            eng_sample_negative_binomial(size, p, eng_uniform(word)),
                            eng_sample_negative_binomial(1 + n % 30, 1 - p * p * p, eng_uniform(word)),
                            eng_sample_birth_death(n % 50, 3 * p, 2 * p, word, other) };
        size_t k;

        for (k = 0; k < sizeof(values) / sizeof(*values); k++) {
            digest = (digest ^ eng_math_bits(values[k])) * UINT64_C(0x100000001b3);
        }
    }
    CU_ASSERT_EQUAL(digest, UINT64_C(0xd5e465e38a110d2a));
}

static const eng_test_t tests[] = {
    ENG_TEST(test_the_ends_of_the_words),
    ENG_TEST(test_degenerate_parameters),
    ENG_TEST(test_parameters_outside_their_domain),
    ENG_TEST(test_small_laws_by_hand),
    ENG_TEST(test_truncated_normal_stays_inside_and_keeps_its_tail),
    ENG_TEST(test_branches_meet),
    ENG_TEST(test_bits_are_the_known_ones),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "sample", tests);
}
