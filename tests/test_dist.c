/**
 * Distributions as data: every kind of the list against the same properties, some against tables.
 */
#include "base/dist.h"
#include "base/math.h"
#include "testlib.h"

#include <stdio.h>
#include <string.h>

/* --- examples: every kind, with its edges --------------------------------------------------------------- */

static double few_values[] = { -1, 2, 7.5 }, few_shares[] = { 0.2, 0.7, 1 }, class_values[] = { 0, 1, 2 },
              class_shares[] = { 0.85, 0.95, 1 }, single_value[] = { 3 }, single_share[] = { 1 };
static const eng_dist_table_t few = { 3, few_values, NULL, few_shares }, classes = { 3, class_values, NULL, class_shares },
                              single = { 1, single_value, NULL, single_share };

static const eng_dist_t examples[] = {
    {ENG_DIST_FIXED,             { 3.5 }           },
    { ENG_DIST_UNIFORM,          { -2, 6 }         },
    { ENG_DIST_LOGUNIFORM,       { 0.01, 100 }     },
    { ENG_DIST_NORMAL,           { 10, 2 }         },
    { ENG_DIST_NORMAL,           { 10, 0 }         },
    { ENG_DIST_TRUNCATED_NORMAL, { 38, 10, 18, 60 }},
    { ENG_DIST_TRUNCATED_NORMAL, { 0, 1, 5, 8 }    },
    { ENG_DIST_TRUNCATED_NORMAL, { 0, 1, -30, -9 } },
    { ENG_DIST_TRUNCATED_NORMAL, { 1, 0, 0, 2 }    },
    { ENG_DIST_LOGNORMAL,        { 4, 0.5 }        },
    { ENG_DIST_LOGNORMAL,        { 4, 0 }          },
    { ENG_DIST_LOGNORMAL_CV,     { 4, 0.3 }        },
    { ENG_DIST_TRIANGULAR,       { 1, 2, 5 }       },
    { ENG_DIST_TRIANGULAR,       { 1, 1, 5 }       },
    { ENG_DIST_TRIANGULAR,       { 1, 5, 5 }       },
    { ENG_DIST_BETA,             { 2, 5 }          },
    { ENG_DIST_BETA,             { 0.5, 0.5 }      },
    { ENG_DIST_BETA,             { 0.3, 4 }        },
    { ENG_DIST_BETA,             { 300, 20 }       },
    { ENG_DIST_POISSON,          { 0 }             },
    { ENG_DIST_POISSON,          { 3.7 }           },
    { ENG_DIST_POISSON,          { 400 }           },
    { ENG_DIST_BERNOULLI,        { 0.3 }           },
    { ENG_DIST_BERNOULLI,        { 0 }             },
    { ENG_DIST_BERNOULLI,        { 1 }             },
    { ENG_DIST_GAMMA,            { 2.5, 3 }        },
    { ENG_DIST_GAMMA,            { 0.3, 1 }        },
    { ENG_DIST_GAMMA,            { 400, 0.01 }     },
    { ENG_DIST_NEGATIVE_BINOMIAL, { 2.5, 0.7 }     },
    { ENG_DIST_NEGATIVE_BINOMIAL, { 40, 12.5 }     },
    { ENG_DIST_NEGATIVE_BINOMIAL, { 0, 1 }         },
    { ENG_DIST_DISCRETE,         .table = &few     },
    { ENG_DIST_CATEGORICAL,      .table = &classes },
    { ENG_DIST_EMPIRICAL,        .table = &single  },
    { ENG_DIST_NORMAL,           { 10, 2 },        .truncated = true, .low = 9, .high = 15 },
    { ENG_DIST_LOGNORMAL,        { 4, 0.5 },       .truncated = true, .low = 5, .high = INFINITY },
    { ENG_DIST_GAMMA,            { 2.5, 3 },       .truncated = true, .low = 1, .high = 6 },
    { ENG_DIST_POISSON,          { 3.7 },          .truncated = true, .low = 1, .high = 5 },
    { ENG_DIST_DISCRETE,         .table = &few,    .truncated = true, .low = 0, .high = 7 },
};
#define NUM_EXAMPLES (sizeof(examples) / sizeof(*examples))

static bool
is_count(const eng_dist_t *dist)
{
    return dist->kind == ENG_DIST_POISSON || dist->kind == ENG_DIST_BERNOULLI || dist->kind == ENG_DIST_NEGATIVE_BINOMIAL;
}

static void
test_rows_names_and_arguments(void)
{
    int kind, seen[ENG_NUM_DIST] = { 0 };
    size_t k;

    for (kind = 0; kind < ENG_NUM_DIST; kind++) {
        const eng_dist_row_t *row = eng_dist_row(kind);
        const char *at = row->args;
        int j;

        CU_ASSERT_EQUAL(eng_dist_find(row->name), kind);
        CU_ASSERT(strlen(row->help) > 5 && row->num_args <= ENG_DIST_MAX_ARGS);
        for (j = 0; j < row->num_args; j++) {
            size_t length = strcspn(at, " ");

            CU_ASSERT(length > 0);
            CU_ASSERT_EQUAL(eng_dist_arg(kind, at, length), j);
            CU_ASSERT_EQUAL(eng_dist_arg(kind, at, length - 1), -1);
            at += length + (at[length] == ' ');
        }
        CU_ASSERT_EQUAL(*at, '\0');
        CU_ASSERT_EQUAL(eng_dist_arg(kind, "no_such", 7), -1);
    }
    CU_ASSERT_PTR_NULL(eng_dist_row(-1));
    CU_ASSERT_PTR_NULL(eng_dist_row(ENG_NUM_DIST));
    CU_ASSERT_EQUAL(eng_dist_find("gaussian"), -1);
    CU_ASSERT_EQUAL(eng_dist_arg(-1, "low", 3), -1);
    for (k = 0; k < NUM_EXAMPLES; k++) {
        seen[examples[k].kind] = 1;
    }
    for (kind = 0; kind < ENG_NUM_DIST; kind++) {
        CU_ASSERT(seen[kind]); /* a new kind needs an example */
    }
}

static void
test_arguments_that_make_no_distribution(void)
{
    static const eng_dist_t wrong[] = {
        {ENG_DIST_FIXED,             { NAN }           },
        { ENG_DIST_UNIFORM,          { 2, 2 }          },
        { ENG_DIST_UNIFORM,          { 2, INFINITY }   },
        { ENG_DIST_LOGUNIFORM,       { 0, 1 }          },
        { ENG_DIST_LOGUNIFORM,       { 2, 1 }          },
        { ENG_DIST_NORMAL,           { 0, -1 }         },
        { ENG_DIST_TRUNCATED_NORMAL, { 0, -1, 0, 1 }   },
        { ENG_DIST_TRUNCATED_NORMAL, { 0, 1, 1, 1 }    },
        { ENG_DIST_TRUNCATED_NORMAL, { 0, 1, 50, 60 }  },
        { ENG_DIST_TRUNCATED_NORMAL, { 0, 1, -60, -50 }},
        { ENG_DIST_TRUNCATED_NORMAL, { 3, 0, 0, 2 }    },
        { ENG_DIST_LOGNORMAL,        { 0, 1 }          },
        { ENG_DIST_LOGNORMAL,        { 1, -1 }         },
        { ENG_DIST_LOGNORMAL_CV,     { -1, 1 }         },
        { ENG_DIST_LOGNORMAL_CV,     { 1, -0.1 }       },
        { ENG_DIST_TRIANGULAR,       { 0, 2, 1 }       },
        { ENG_DIST_TRIANGULAR,       { 0, 0, 0 }       },
        { ENG_DIST_BETA,             { 0, 1 }          },
        { ENG_DIST_BETA,             { 1, -1 }         },
        { ENG_DIST_POISSON,          { -1 }            },
        { ENG_DIST_BERNOULLI,        { 1.1 }           },
        { ENG_DIST_BERNOULLI,        { -0.1 }          },
        { ENG_DIST_GAMMA,            { 0, 1 }          },
        { ENG_DIST_GAMMA,            { 2, 0 }          },
        { ENG_DIST_GAMMA,            { 1e7, 1 }        },
        { ENG_DIST_NEGATIVE_BINOMIAL, { -1, 1 }        },
        { ENG_DIST_NEGATIVE_BINOMIAL, { 1, 0 }         },
        { ENG_DIST_DISCRETE,         .table = NULL     },
        { ENG_DIST_NORMAL,           { 0, 1 },         .truncated = true, .low = 2, .high = 1 },
        { ENG_DIST_NORMAL,           { 0, 1 },         .truncated = true, .low = 9, .high = 20 },
        { ENG_DIST_DISCRETE,         .table = &few,    .truncated = true, .low = 3, .high = 7 },
        { ENG_DIST_BERNOULLI,        { 0.5 },          .truncated = true, .low = 0, .high = 1 },
        { ENG_NUM_DIST,              { 0 }             }
    };
    size_t k;

    for (k = 0; k < sizeof(wrong) / sizeof(*wrong); k++) {
        CU_ASSERT_PTR_NOT_NULL(eng_dist_problem(&wrong[k]));
    }
    for (k = 0; k < NUM_EXAMPLES; k++) {
        CU_ASSERT_PTR_NULL(eng_dist_problem(&examples[k]));
    }
}

/* --- properties of every kind --------------------------------------------------------------------------- */

static void
test_quantiles_rise_and_stay_in_the_support(void)
{
    uint64_t state = 1;
    size_t k;
    int n;

    for (k = 0; k < NUM_EXAMPLES; k++) {
        double low, high, u, v, x, y;
        const int sign = examples[k].kind == ENG_DIST_BERNOULLI ? -1 : 1;

        eng_dist_support(&examples[k], &low, &high);
        for (n = 0; n < 5000; n++) {
            u = eng_uniform(eng_test_random(&state) >> (n % 40));
            v = eng_uniform(~(eng_test_random(&state) >> (n % 40)));
            x = eng_dist_quantile(&examples[k], eng_min(u, v));
            y = eng_dist_quantile(&examples[k], eng_max(u, v));
            CU_ASSERT(sign * (y - x) >= 0);
            CU_ASSERT(x >= low && x <= high && y >= low && y <= high);
        }
    }
}

static void
test_the_distribution_function_undoes_the_quantile(void)
{
    uint64_t state = 2;
    size_t k;
    int n;

    for (k = 0; k < NUM_EXAMPLES; k++) {
        const eng_dist_t *dist = &examples[k];
        const double sd = eng_dist_sd(dist);
        double low, high;

        eng_dist_support(dist, &low, &high);
        CU_ASSERT_EQUAL(eng_dist_cdf(dist, eng_max(low, -1e300) - 1e300), 0);
        CU_ASSERT_EQUAL(eng_dist_cdf(dist, eng_min(high, 1e300)), 1);
        for (n = 0; n < 2000; n++) {
            double u = eng_test_uniform(&state, 1e-6, 1 - 1e-6), x = eng_dist_quantile(dist, u);

            if (dist->kind == ENG_DIST_BERNOULLI) {
                CU_ASSERT_EQUAL(x, u < dist->arg[0] ? 1 : 0);
            } else if (is_count(dist)) {
                CU_ASSERT_EQUAL(x, eng_floor(x));
                CU_ASSERT(eng_dist_cdf(dist, x) >= u - 1e-7 && eng_dist_cdf(dist, x - 1) <= u + 1e-7);
            } else if (eng_dist_has_table((int)dist->kind)) {
                CU_ASSERT(eng_dist_cdf(dist, x) >= u && eng_dist_cdf(dist, x - 1e-9) < u);
            } else if (sd == 0) {
                CU_ASSERT_EQUAL(x, eng_dist_mean(dist));
            } else {
                ENG_ASSERT_NEAR(eng_dist_cdf(dist, x), u, 2e-11);
            }
        }
    }
}

/* Mean and spread by the midpoint rule over 100,000 quantiles. */
static void
test_mean_and_sd_are_those_of_the_quantiles(void)
{
    const int points = 100000;
    size_t k;
    int n;

    for (k = 0; k < NUM_EXAMPLES; k++) {
        double mean = eng_dist_mean(&examples[k]), sd = eng_dist_sd(&examples[k]);
        long double sum = 0, squares = 0;

        for (n = 0; n < points; n++) {
            long double x = eng_dist_quantile(&examples[k], (n + 0.5) / points) - (long double)mean;

            sum += x;
            squares += x * x;
        }
        CU_ASSERT(fabs((double)sum / points) <= 2e-4 * sd + 1e-12 * fabs(mean));
        CU_ASSERT(fabs(sqrt((double)squares / points) - sd) <= 1e-3 * sd + 1e-12 * fabs(mean));
    }
}

/* --- known numbers -------------------------------------------------------------------------------------- */

static void
test_known_numbers(void)
{
    static const eng_dist_t beta = { ENG_DIST_BETA, { 2, 5 } }, arcsine = { ENG_DIST_BETA, { 0.5, 0.5 } },
                            tiny = { ENG_DIST_BETA, { 0.01, 3 } }, poisson = { ENG_DIST_POISSON, { 3 } },
                            cv = { ENG_DIST_LOGNORMAL_CV, { 10, 0.5 } };
    double x, p;

    /* beta(2, 5): F(x) = 1 - (1-x)^5 (1 + 5x); arcsine law: sin^2(pi u / 2) */
    for (x = 0.01; x < 1; x += 0.01) {
        ENG_ASSERT_NEAR(eng_dist_cdf(&beta, x), 1 - pow(1 - x, 5) * (1 + 5 * x), 1e-14);
        CU_ASSERT(eng_test_relative(eng_dist_quantile(&arcsine, x), pow(sin(acos(-1.0) * x / 2), 2), 1e-12));
    }
    /* near 0 beta(0.01, 3) is x^a / (a B(a, 3)), B = 2 / (a (a+1) (a+2)) */
    for (p = 1e-5; p < 0.01; p *= 10) {
        CU_ASSERT(eng_test_relative(eng_dist_quantile(&tiny, p), pow(p * 0.01 * 2 / (0.01 * 1.01 * 2.01), 100), 1e-9));
    }
    ENG_ASSERT_NEAR(eng_dist_cdf(&poisson, 2), 8.5 * exp(-3), 1e-14);
    ENG_ASSERT_NEAR(eng_dist_cdf(&poisson, 2.9), 8.5 * exp(-3), 1e-14);
    ENG_ASSERT_NEAR(eng_dist_sd(&cv) / eng_dist_mean(&cv), 0.5, 1e-14);
    ENG_ASSERT_NEAR(eng_dist_quantile(&cv, 0.5), 10, 1e-15);
}

/* A table does not depend on the order of its values, joins equal ones, and leaves out those without weight. */
static void
test_tables_from_values(void)
{
    static const double value[] = { 3, 1, 3, 2, 9 }, weight[] = { 1, 2, 3, 2, 0 };
    static const double again[] = { 1, 9, 2, 3, 3 }, weights[] = { 2, 0, 2, 3, 1 };
    eng_dist_table_t a, b;

    CU_ASSERT_EQUAL_FATAL(eng_dist_table_create(&a, value, weight, 5), 0);
    CU_ASSERT_EQUAL_FATAL(eng_dist_table_create(&b, again, weights, 5), 0);
    CU_ASSERT_EQUAL(a.count, 3);
    CU_ASSERT_EQUAL(memcmp(a.value, b.value, 3 * sizeof(*a.value)), 0);
    CU_ASSERT_EQUAL(memcmp(a.cumulative, b.cumulative, 3 * sizeof(*a.value)), 0);
    CU_ASSERT_EQUAL(a.value[2], 3);
    CU_ASSERT_EQUAL(a.cumulative[0], 0.25);
    CU_ASSERT_EQUAL(a.cumulative[1], 0.5);
    eng_dist_table_free(&a);
    eng_dist_table_free(&b);
    CU_ASSERT_EQUAL_FATAL(eng_dist_table_create(&a, value, NULL, 4), 0);
    CU_ASSERT_EQUAL(a.cumulative[0], 0.25);
    CU_ASSERT_EQUAL(a.cumulative[1], 0.5);
    eng_dist_table_free(&a);
    CU_ASSERT_EQUAL(eng_dist_table_create(&a, value, (const double[]){ 0, 0 }, 2), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_dist_table_create(&a, value, (const double[]){ 1, -1 }, 2), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_dist_table_create(&a, (const double[]){ NAN }, NULL, 1), ENG_ERR_RANGE);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_rows_names_and_arguments),
    ENG_TEST(test_arguments_that_make_no_distribution),
    ENG_TEST(test_quantiles_rise_and_stay_in_the_support),
    ENG_TEST(test_the_distribution_function_undoes_the_quantile),
    ENG_TEST(test_mean_and_sd_are_those_of_the_quantiles),
    ENG_TEST(test_known_numbers),
    ENG_TEST(test_tables_from_values),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "dist", tests);
}
