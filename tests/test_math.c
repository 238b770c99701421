/**
 * Elementary functions against long double, at special values, and in vector loops (which must give the bits of
 * the scalar code).
 */
#include "base/math.h"
#include "testlib.h"

#include <stdio.h>

#define NUM_POINTS 200000

/* --- errors --------------------------------------------------------------------------------------------- */

typedef double (*function_t)(double);
typedef long double (*exact_t)(long double);
typedef double (*point_t)(uint64_t *);

static double
largest_ulps(function_t function, exact_t exact, point_t point)
{
    uint64_t state = 1;
    double worst = 0, ulps, x;
    int n;

    for (n = 0; n < NUM_POINTS; n++) {
        x = point(&state);
        ulps = eng_test_ulps(function(x), exact((long double)x));
        worst = ulps <= worst ? worst : ulps; /* a NaN is the worst */
    }
    printf("%.3f ", worst);
    return worst;
}

static double
exp_range(uint64_t *s)
{
    return eng_test_uniform(s, -745, 709.7);
}
static double
around_zero(uint64_t *s)
{
    return eng_test_uniform(s, -2, 2);
}
static double
expm1_range(uint64_t *s)
{
    return eng_test_uniform(s, -50, 709.7);
}
static double
any_small(uint64_t *s)
{
    return ldexp(eng_test_uniform(s, -1, 1), -(int)(eng_test_random(s) % 80));
}
static double
any_positive(uint64_t *s)
{
    return ldexp(eng_test_uniform(s, 0.5, 1), (int)(eng_test_random(s) % 2090) - 1070);
}
static double
around_one(uint64_t *s)
{
    return eng_test_uniform(s, 0.4, 2.5);
}
static double
log1p_range(uint64_t *s)
{
    return eng_test_uniform(s, -0.9999, 4);
}
static double
exp10_range(uint64_t *s)
{
    return eng_test_uniform(s, -307, 308);
}
static long double
exp10_exact(long double x)
{
    return powl(10, x);
}

static void
test_exp_and_log_are_good_to_one_ulp(void)
{
    CU_ASSERT(largest_ulps(eng_exp, expl, exp_range) < 1);
    CU_ASSERT(largest_ulps(eng_exp, expl, around_zero) < 1);
    CU_ASSERT(largest_ulps(eng_log, logl, any_positive) < 1);
    CU_ASSERT(largest_ulps(eng_log, logl, around_one) < 1);
}

static void
test_expm1_and_log1p_keep_small_arguments(void)
{
    CU_ASSERT(largest_ulps(eng_expm1, expm1l, expm1_range) < 1.2);
    CU_ASSERT(largest_ulps(eng_expm1, expm1l, around_zero) < 1.2);
    CU_ASSERT(largest_ulps(eng_expm1, expm1l, any_small) < 1.2);
    CU_ASSERT(largest_ulps(eng_log1p, log1pl, log1p_range) < 1);
    CU_ASSERT(largest_ulps(eng_log1p, log1pl, any_small) < 1);
    CU_ASSERT(largest_ulps(eng_log1p, log1pl, any_positive) < 1);
}

static void
test_decimal_logarithms_and_powers(void)
{
    char text[20];
    double x;
    int k;

    CU_ASSERT(largest_ulps(eng_log10, log10l, any_positive) < 0.6);
    CU_ASSERT(largest_ulps(eng_log10, log10l, around_one) < 0.6);
    CU_ASSERT(largest_ulps(eng_exp10, exp10_exact, exp10_range) < 1);
    for (k = -22; k <= 22; k++) {
        snprintf(text, sizeof(text), "1e%d", k);
        sscanf(text, "%lf", &x);
        CU_ASSERT_EQUAL(eng_log10(x), k);
        CU_ASSERT(k < 0 || eng_exp10(k) == x);
    }
}

static void
test_powers_are_good_to_1e_14(void)
{
    uint64_t state = 2;
    double worst = 0, x, y, error;
    int n;

    for (n = 0; n < NUM_POINTS; n++) {
        x = n & 1 ? exp(eng_test_uniform(&state, -600, 600)) : eng_test_uniform(&state, 0.3, 3);
        y = eng_test_uniform(&state, -700, 700) / log(x);
        error = (double)fabsl(eng_pow(x, y) / powl(x, y) - 1);
        worst = error <= worst ? worst : error;
    }
    printf("%.1e ", worst);
    CU_ASSERT(worst < 1e-14);
}

static void
test_normal_quantile_is_good_to_1e_14(void)
{
    uint64_t state = 3;
    double worst = 0, p, x, error;
    int n;

    for (n = 0; n < NUM_POINTS; n++) {
        p = n & 1 ? ldexp(eng_test_uniform(&state, 0.5, 1), -(int)(eng_test_random(&state) % 1000))
                  : eng_test_uniform(&state, 1e-4, 0.4999);
        x = eng_normal_quantile(p);
        /* distance in x by one Newton step in long double */
        error =
            (double)(fabsl(erfcl(-x * sqrtl(0.5L)) / 2 - p) / (expl(-0.5L * x * x) / sqrtl(8 * atanl(1))) / fabsl(x));
        worst = x == 0 || error <= worst ? worst : error;
        CU_ASSERT(1 - (1 - p) != p || eng_normal_quantile(1 - p) == -x);
    }
    printf("%.1e ", worst);
    CU_ASSERT(worst < 1e-14);
    CU_ASSERT_EQUAL(eng_normal_quantile(0.5), 0);
    CU_ASSERT(eng_test_relative(eng_normal_quantile(0.975), 1.9599639845400545, 1e-15));
}

static void
test_normal_cdf_is_good_to_1e_13(void)
{
    uint64_t state = 4;
    double worst = 0, x, error;
    int n;

    for (n = 0; n < NUM_POINTS; n++) {
        x = n & 1 ? eng_test_uniform(&state, -37.5, 9) : eng_test_uniform(&state, -3, 3);
        error = (double)fabsl(eng_normal_cdf(x) / (erfcl(-x * sqrtl(0.5L)) / 2) - 1);
        worst = error <= worst ? worst : error;
    }
    printf("%.1e ", worst);
    CU_ASSERT(worst < 1e-13);
    CU_ASSERT_EQUAL(eng_normal_cdf(0), 0.5);
}

static void
test_gamma_log_is_good_to_1e_14(void)
{
    uint64_t state = 5;
    double worst = 0, x, error;
    long double exact;
    int n;

    for (n = 0; n < NUM_POINTS; n++) {
        x = n & 1 ? exp(eng_test_uniform(&state, -40, 40)) : eng_test_uniform(&state, 0, 20);
        exact = lgammal(x);
        error = (double)(fabsl(eng_gamma_log(x) - exact) / fmaxl(1, fabsl(exact)));
        worst = error <= worst ? worst : error;
    }
    printf("%.1e ", worst);
    CU_ASSERT(worst < 1e-14);
}

/* --- special values ------------------------------------------------------------------------------------- */

static void
test_special_values(void)
{
    CU_ASSERT_EQUAL(eng_exp(0), 1);
    CU_ASSERT_EQUAL(eng_exp(INFINITY), INFINITY);
    CU_ASSERT_EQUAL(eng_exp(-INFINITY), 0);
    CU_ASSERT_EQUAL(eng_exp(-746), 0);
    CU_ASSERT_EQUAL(eng_exp(710), INFINITY);
    CU_ASSERT_EQUAL(eng_expm1(0), 0);
    CU_ASSERT_EQUAL(eng_expm1(-INFINITY), -1);
    CU_ASSERT_EQUAL(eng_expm1(INFINITY), INFINITY);
    CU_ASSERT_EQUAL(eng_expm1(5e-324), 5e-324);
    CU_ASSERT_EQUAL(eng_log(0), -INFINITY);
    CU_ASSERT_EQUAL(eng_log(1), 0);
    CU_ASSERT_EQUAL(eng_log(INFINITY), INFINITY);
    CU_ASSERT_EQUAL(eng_log1p(-1), -INFINITY);
    CU_ASSERT_EQUAL(eng_log1p(INFINITY), INFINITY);
    CU_ASSERT_EQUAL(eng_log10(0), -INFINITY);
    CU_ASSERT_EQUAL(eng_log10(INFINITY), INFINITY);
    CU_ASSERT_EQUAL(eng_pow(0, 2), 0);
    CU_ASSERT_EQUAL(eng_pow(0, -2), INFINITY);
    CU_ASSERT_EQUAL(eng_pow(0, 0), 1);
    CU_ASSERT_EQUAL(eng_pow(INFINITY, 0.5), INFINITY);
    CU_ASSERT_EQUAL(eng_pow(INFINITY, -0.5), 0);
    CU_ASSERT_EQUAL(eng_pow(7, 0), 1);
    CU_ASSERT_EQUAL(eng_pow(1, INFINITY), 1);
    CU_ASSERT_EQUAL(eng_pow(2, 1e300), INFINITY);
    CU_ASSERT_EQUAL(eng_pow(2, -INFINITY), 0);
    CU_ASSERT_EQUAL(eng_pow(3, 5), 243);
    CU_ASSERT_EQUAL(eng_normal_quantile(0), -INFINITY);
    CU_ASSERT_EQUAL(eng_normal_quantile(1), INFINITY);
    CU_ASSERT_EQUAL(eng_normal_cdf(-INFINITY), 0);
    CU_ASSERT_EQUAL(eng_normal_cdf(INFINITY), 1);
    CU_ASSERT_EQUAL(eng_gamma_log(0), INFINITY);
    CU_ASSERT_EQUAL(eng_gamma_log(INFINITY), INFINITY);
}

static void
test_nan_where_there_is_no_value(void)
{
    static const function_t functions[] = { eng_exp,   eng_expm1,           eng_log,        eng_log1p,     eng_log10,
                                            eng_exp10, eng_normal_quantile, eng_normal_cdf, eng_gamma_log, eng_floor,
                                            eng_round };
    size_t j;

    for (j = 0; j < sizeof(functions) / sizeof(*functions); j++) {
        CU_ASSERT(isnan(functions[j](NAN)));
    }
    CU_ASSERT(isnan(eng_log(-1)));
    CU_ASSERT(isnan(eng_log1p(-1.5)));
    CU_ASSERT(isnan(eng_log10(-INFINITY)));
    CU_ASSERT(isnan(eng_pow(-1, 2)));
    CU_ASSERT(isnan(eng_pow(2, NAN)));
    CU_ASSERT(isnan(eng_normal_quantile(-0.1)));
    CU_ASSERT(isnan(eng_normal_quantile(1.1)));
    CU_ASSERT(isnan(eng_gamma_log(-0.5)));
}

static void
test_floor_and_round(void)
{
    static const double edges[] = {
        0,          0.5,   1.5,      2.5,   0.49999999999999994, 0x1p51 + 0.5, 0x1p52 - 0.5, 0x1p52 + 1,
        0x1p53 + 2, 1e300, INFINITY, 5e-324
    };
    uint64_t state = 6;
    size_t j;
    int n;

    for (j = 0; j < sizeof(edges) / sizeof(*edges); j++) {
        CU_ASSERT(eng_floor(edges[j]) == floor(edges[j]) && eng_floor(-edges[j]) == floor(-edges[j]));
        CU_ASSERT(eng_round(edges[j]) == round(edges[j]) && eng_round(-edges[j]) == round(-edges[j]));
    }
    for (n = 0; n < NUM_POINTS; n++) {
        double x = ldexp(eng_test_uniform(&state, -1, 1), (int)(eng_test_random(&state) % 60));

        CU_ASSERT(eng_floor(x) == floor(x) && eng_round(x) == round(x));
    }
    CU_ASSERT(eng_min(1, 2) == 1 && eng_max(1, 2) == 2 && eng_min(2, 1) == 1 && eng_max(2, 1) == 2);
}

static void
test_uniform_numbers_are_open_and_symmetric(void)
{
    uint64_t state = 7;
    int n;

    CU_ASSERT_EQUAL(eng_uniform(0), 0x1p-53);
    CU_ASSERT_EQUAL(eng_uniform(UINT64_MAX), 1 - 0x1p-53);
    for (n = 0; n < NUM_POINTS; n++) {
        uint64_t word = eng_test_random(&state);

        CU_ASSERT_EQUAL(eng_uniform(word), ((double)(word >> 12) + 0.5) * 0x1p-52);
        CU_ASSERT_EQUAL(eng_uniform(~word), 1 - eng_uniform(word));
    }
}

/* --- vector loops: whatever width the compiler chooses, the bits are those of one call ------------------ */

#define LANES 64

#define LOOP(name, call)                                                                                               \
    static void loop_##name(double *out, const double *x)                                                              \
    {                                                                                                                  \
        int j;                                                                                                         \
        _Pragma("omp simd") for (j = 0; j < LANES; j++)                                                                \
        {                                                                                                              \
            out[j] = call;                                                                                             \
        }                                                                                                              \
    }
LOOP(exp, eng_exp(x[j]))
LOOP(expm1, eng_expm1(x[j]))
LOOP(log, eng_log(eng_abs(x[j])))
LOOP(log1p, eng_log1p(eng_abs(x[j])))
LOOP(pow, eng_pow(eng_abs(x[j]), 0.37))
LOOP(quantile, eng_normal_quantile(eng_min(1.0, eng_abs(x[j]))))
LOOP(cdf, eng_normal_cdf(x[j]))
LOOP(gamma, eng_gamma_log(eng_abs(x[j])))

static void
test_loops_give_the_bits_of_calls(void)
{
    static void (*const loops[])(double *, const double *) = { loop_exp, loop_expm1,    loop_log, loop_log1p,
                                                               loop_pow, loop_quantile, loop_cdf, loop_gamma };
    double x[LANES], together[LANES], alone[LANES], first[LANES];
    uint64_t state = 8;
    size_t k;
    int n, j;

    for (n = 0; n < 20; n++) {
        for (j = 0; j < LANES; j++) {
            x[j] = any_small(&state) * (n % 2 ? 1 : 700);
        }
        for (k = 0; k < sizeof(loops) / sizeof(*loops); k++) {
            loops[k](together, x);
            for (j = 0; j < LANES; j++) { /* the same number in every lane: lane mates must not matter */
                int i;

                for (i = 0; i < LANES; i++) {
                    first[i] = x[j];
                }
                loops[k](alone, first);
                CU_ASSERT_EQUAL(eng_math_bits(alone[(j * 7) % LANES]), eng_math_bits(together[j]));
            }
        }
    }
}

/* Sums of bits over fixed points: equal on every compiler, level and machine, or results would not be. */
static void
test_bits_are_the_known_ones(void)
{
    static const function_t functions[] = { eng_exp,   eng_expm1,           eng_log,        eng_log1p,    eng_log10,
                                            eng_exp10, eng_normal_quantile, eng_normal_cdf, eng_gamma_log };
    uint64_t digest = 0, state;
    size_t k;
    int n;

    for (k = 0; k < sizeof(functions) / sizeof(*functions); k++) {
        for (n = 0, state = 9; n < 10000; n++) {
            digest = (digest ^ eng_math_bits(functions[k](eng_test_uniform(&state, 0, 1)))) * UINT64_C(0x100000001b3);
        }
    }
    for (n = 0; n < 10000; n++) {
        double x = eng_test_uniform(&state, 0, 50);

        digest = (digest ^ eng_math_bits(eng_pow(x, eng_test_uniform(&state, -5, 5)))) * UINT64_C(0x100000001b3);
    }
    CU_ASSERT_EQUAL(digest, UINT64_C(0x17fccff8f3980dee));
}

static const eng_test_t tests[] = {
    ENG_TEST(test_exp_and_log_are_good_to_one_ulp),
    ENG_TEST(test_expm1_and_log1p_keep_small_arguments),
    ENG_TEST(test_decimal_logarithms_and_powers),
    ENG_TEST(test_powers_are_good_to_1e_14),
    ENG_TEST(test_normal_quantile_is_good_to_1e_14),
    ENG_TEST(test_normal_cdf_is_good_to_1e_13),
    ENG_TEST(test_gamma_log_is_good_to_1e_14),
    ENG_TEST(test_special_values),
    ENG_TEST(test_nan_where_there_is_no_value),
    ENG_TEST(test_floor_and_round),
    ENG_TEST(test_uniform_numbers_are_open_and_symmetric),
    ENG_TEST(test_loops_give_the_bits_of_calls),
    ENG_TEST(test_bits_are_the_known_ones),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "math", tests);
}
