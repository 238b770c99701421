/**
 * Draws of counts by the million against the exact laws: mean, variance, extinction, and where the largest lies.
 */
#include "exact_counts.h"

#define NUM_DRAWS 1000000

static double values[NUM_DRAWS];

/* The error of the variance is judged by the fourth moment found. */
static void
check_moments(const char *name, double mean, double variance)
{
    long double sum = 0, squares = 0, fourths = 0;
    double z_mean, z_variance;
    long n;

    for (n = 0; n < NUM_DRAWS; n++) {
        long double x = values[n] - mean;

        sum += x;
        squares += x * x;
        fourths += x * x * x * x;
    }
    z_mean = (double)sum / NUM_DRAWS / sqrt(variance / NUM_DRAWS);
    z_variance = ((double)squares / NUM_DRAWS / variance - 1) /
                 sqrt(((double)fourths / NUM_DRAWS / (variance * variance) - 1) / NUM_DRAWS);
    printf("\n    %-40s z of the mean %5.2f, of the variance %5.2f ", name, z_mean, z_variance);
    CU_ASSERT(fabs(z_mean) < 5);
    CU_ASSERT(fabs(z_variance) < 5);
}

static void
open_stream(eng_rng_t *rng, uint32_t point)
{
    const uint32_t seed[4] = { 20261122, 0, 0, 0 };

    eng_rng_open(rng, seed, 0, ENG_CHANNEL_CLONES, point, 0);
}

static void
test_moments_of_counts(void)
{
    static const cell_t cells[] = {
        {POISSON,            3,    0       },
        { POISSON,           24,   0       },
        { POISSON,           26,   0       },
        { POISSON,           1e9,  0       },
        { BINOMIAL,          20,   0.1     },
        { BINOMIAL,          300,  0.6     },
        { BINOMIAL,          1e12, 0.25    },
        { NEGATIVE_BINOMIAL, 1,    0.9     },
        { NEGATIVE_BINOMIAL, 2,    0.999999},
        { NEGATIVE_BINOMIAL, 10,   0.8     },
        { NEGATIVE_BINOMIAL, 50,   0.9     }
    };
    eng_rng_t rng;
    char name[100];
    size_t k;
    long n;

    for (k = 0; k < sizeof(cells) / sizeof(*cells); k++) {
        double size = cells[k].n, p = cells[k].p, mean, variance;

        mean = mean_of(&cells[k]);
        variance = variance_of(&cells[k]);
        open_stream(&rng, (uint32_t)k);
        for (n = 0; n < NUM_DRAWS; n++) {
            values[n] = draw(&cells[k], eng_rng_next(&rng));
        }
        snprintf(name, sizeof(name), "law %d (%g, %g)", (int)cells[k].law, size, p);
        check_moments(name, mean, variance);
    }
}

/* Mean n/(1+A-Q) and variance n [a(1-a) + r(1+r)], a = A e^-rho, r = Q e^-rho; extinction alpha^n. */
static void
test_moments_of_birth_death(void)
{
    static const double cases[][3] = {
        {1,     0.5,  0.2            },
        { 3,    2,    2.9            },
        { 40,   10,   10.9           },
        { 1000, 0.3,  1.2            },
        { 1e6,  50,   1              },
        { 5,    1e-6, 1.000001 - 1e-5}
    };
    eng_rng_t rng;
    char name[100];
    size_t k;
    long n, extinct;

    for (k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        double cells = cases[k][0], A = cases[k][1], Q = cases[k][2], e = 1 + A - Q, a = A / e, r = Q / e, p, z;

        open_stream(&rng, 100 + (uint32_t)k);
        for (n = extinct = 0; n < NUM_DRAWS; n++) {
            uint64_t first = eng_rng_next(&rng);

            values[n] = eng_sample_birth_death(cells, A, Q, first, eng_rng_next(&rng));
            extinct += values[n] == 0;
        }
        p = pow(A / (1 + A), cells);
        z = p * NUM_DRAWS > 10 ? ((double)extinct - p * NUM_DRAWS) / sqrt(p * (1 - p) * NUM_DRAWS) : 0;
        snprintf(name, sizeof(name), "%g cells, A %g, Q %g; extinct z %.2f", cells, A, Q, z);
        check_moments(name, cells / e, cells * (a * (1 - a) + r * (1 + r)));
        CU_ASSERT(fabs(z) < 5);
    }
}

/* The largest of a million draws lies where its law says: P(all <= j) is neither below 1e-6 nor above 1 - 1e-6. */
static void
test_largest_draws(void)
{
    static const cell_t cells[] = {
        {POISSON,            3,   0       },
        { POISSON,           26,  0       },
        { BINOMIAL,          300, 0.6     },
        { NEGATIVE_BINOMIAL, 1,   0.9     },
        { NEGATIVE_BINOMIAL, 2,   0.999999},
        { NEGATIVE_BINOMIAL, 50,  0.9     }
    };
    eng_rng_t rng;
    size_t k;
    long n;

    for (k = 0; k < sizeof(cells) / sizeof(*cells); k++) {
        double high = -1;
        long double below, upto;

        open_stream(&rng, 200 + (uint32_t)k);
        for (n = 0; n < NUM_DRAWS; n++) {
            high = eng_max(high, draw(&cells[k], eng_rng_next(&rng)));
        }
        upto = powl(exact_cdf(&cells[k], high), NUM_DRAWS);
        below = powl(exact_cdf(&cells[k], high - 1), NUM_DRAWS);
        CU_ASSERT(upto > 1e-6L);
        CU_ASSERT(below < 1 - 1e-6L);
    }
}

static const eng_test_t tests[] = {
    ENG_TEST(test_moments_of_counts),
    ENG_TEST(test_moments_of_birth_death),
    ENG_TEST(test_largest_draws),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "sample, moments", tests);
}
