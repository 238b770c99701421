/**
 * The samplers of counts against the exact laws.  Every boundary u between neighbouring counts (or several
 * hundred of a wide law) is found by bisection over the words and compared with the distribution function in
 * long double, of which there are two forms that share nothing with what they test: the plain sum of
 * probabilities where the law is narrow, and incomplete gamma and beta functions after Lentz's continued
 * fractions where it is wide.  Both begin with C. Loader's form of the leading term.
 */
#include "base/math.h"
#include "base/rng.h"
#include "base/sample.h"
#include "testlib.h"

#include <stdio.h>

#define PI_L          3.14159265358979323846264338327950288L
#define BOUNDARY_GOAL 1e-7 /* what base/sample.h promises */

/* --- exact laws ----------------------------------------------------------------------------------------- */

/* log(x!) minus Stirling's formula. */
static long double
stirling_error(long double x)
{
    long double y = 1 / (x * x);

    if (x < 30) {
        return lgammal(x + 1) - (x + 0.5L) * logl(x) + x - 0.5L * logl(2 * PI_L);
    }
    return (1 / 12.0L - y * (1 / 360.0L - y * (1 / 1260.0L - y * (1 / 1680.0L - y / 1188.0L)))) / x;
}

/* x log(x/m) + m - x without cancellation. */
static long double
deviance(long double x, long double m)
{
    long double v = (x - m) / (x + m), term = 2 * x * v, sum = (x - m) * v;
    int j;

    if (fabsl(x - m) > 0.2L * (x + m)) {
        return x * logl(x / m) + m - x;
    }
    for (j = 1; j < 200 && fabsl(term) > 1e-25L * fabsl(sum); j++) {
        term *= v * v;
        sum += term / (2 * j + 1);
    }
    return sum;
}

/* x^a e^-x / gamma(a+1) */
static long double
poisson_term(long double a, long double x)
{
    return expl(-stirling_error(a) - deviance(a, x)) / sqrtl(2 * PI_L * a);
}

/* gamma(a+b+1) / (gamma(a+1) gamma(b+1)) x^a y^b, x + y = 1 */
static long double
binomial_term(long double a, long double b, long double x, long double y)
{
    long double n = a + b;

    return expl(stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y)) *
           sqrtl(n / (2 * PI_L * a * b));
}

/* P(Poisson(mean) <= j), the upper incomplete gamma function of a = j + 1. */
static long double
poisson_cdf(double j, double mean)
{
    long double a = (long double)j + 1, x = mean, lead = poisson_term(a, x), sum, term, b, c, d, h, step;
    long n;

    if (x < a + 1) {
        for (sum = term = 1, n = 1; term > 1e-22L * sum; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return 1 - lead * sum;
    }
    b = x + 1 - a;
    c = 1e300L;
    d = 1 / b;
    h = d;
    for (n = 1, step = 2; n < 100000000 && fabsl(step - 1) > 1e-19L; n++) {
        long double an = -n * (n - a);

        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        step = c * d;
        h *= step;
    }
    return lead * a * h;
}

/* I_x(a, b) by its continued fraction where that converges quickly; y = 1 - x. */
static long double
beta_fraction(long double a, long double b, long double x, long double y)
{
    long double lead = binomial_term(a, b, x, y) * b / (a + b), c = 1, d, h, step = 2, even, odd;
    long n;

    d = 1 / (1 - (a + b) * x / (a + 1));
    h = d;
    for (n = 1; n < 100000000 && fabsl(step - 1) > 1e-19L; n++) {
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= c * d;
        odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1));
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        step = c * d;
        h *= step;
    }
    return lead * h;
}

static long double
beta_function(long double a, long double b, long double x, long double y)
{
    return x <= (a + 1) / (a + b + 2) ? beta_fraction(a, b, x, y) : 1 - beta_fraction(b, a, y, x);
}

/* --- cells ---------------------------------------------------------------------------------------------- */

typedef enum { POISSON, BINOMIAL, NEGATIVE_BINOMIAL } law_t;

typedef struct {
    law_t law;
    double n, p; /* Poisson: mean in n; negative binomial: k in n, beta in p */
} cell_t;

static double
draw(const cell_t *cell, uint64_t word)
{
    double u = eng_uniform(word);

    switch (cell->law) {
    case POISSON:
        return eng_sample_poisson(cell->n, u);
    case BINOMIAL:
        return eng_sample_binomial(cell->n, cell->p, u);
    default:
        return eng_sample_negative_binomial(cell->n, cell->p, u);
    }
}

static long double
cdf_by_functions(const cell_t *cell, double j)
{
    long double p = cell->p, q = 1 - p;

    switch (cell->law) {
    case POISSON:
        return poisson_cdf(j, cell->n);
    case BINOMIAL:
        return j >= cell->n ? 1 : beta_function(cell->n - j, (long double)j + 1, q, p);
    default:
        return beta_function(cell->n, (long double)j + 1, q, p);
    }
}

static long double
probability(const cell_t *cell, long double j)
{
    long double n = cell->n, p = cell->p, q = 1 - p;

    switch (cell->law) {
    case POISSON:
        return j == 0 ? expl(-n) : poisson_term(j, n);
    case BINOMIAL:
        return j == 0 ? expl(n * log1pl(-p)) : j == n ? expl(n * logl(p)) : binomial_term(j, n - j, p, q);
    default:
        return j == 0 ? expl(n * log1pl(-p)) : binomial_term(n, j, q, p) * n / (n + j);
    }
}

/* P(j + 1) / P(j) */
static long double
ratio(const cell_t *cell, long double j)
{
    long double n = cell->n, p = cell->p;

    switch (cell->law) {
    case POISSON:
        return n / (j + 1);
    case BINOMIAL:
        return (n - j) / (j + 1) * (p / (1 - p));
    default:
        return (n + j) / (j + 1) * p;
    }
}

/* From j downwards or from j + 1 upwards, whichever side is the smaller. */
static long double
cdf_by_sum(const cell_t *cell, double mean, double j)
{
    long double at = j, term, sum;

    if (j < mean) {
        sum = term = probability(cell, at);
        for (; at > 0 && term > 1e-25L * sum; at--) {
            term /= ratio(cell, at - 1);
            sum += term;
        }
        return sum;
    }
    sum = term = probability(cell, at + 1);
    for (at++; term > 1e-25L * sum; at++) {
        term *= ratio(cell, at);
        sum += term;
    }
    return 1 - sum;
}

static double
mean_of(const cell_t *cell)
{
    return cell->law == POISSON    ? cell->n
           : cell->law == BINOMIAL ? cell->n * cell->p
                                   : cell->n * cell->p / (1 - cell->p);
}

static double
variance_of(const cell_t *cell)
{
    double q = 1 - cell->p;

    return mean_of(cell) * (cell->law == POISSON ? 1 : cell->law == BINOMIAL ? q : 1 / q);
}

static bool
is_narrow(const cell_t *cell)
{
    return variance_of(cell) < 1e10;
}

static long double
exact_cdf(const cell_t *cell, double j)
{
    if (cell->law == BINOMIAL && j >= cell->n) {
        return 1;
    }
    return is_narrow(cell) ? cdf_by_sum(cell, mean_of(cell), j) : cdf_by_functions(cell, j);
}

/* The first 52-bit word, as a number, whose draw is above j; 2^52 if there is none. */
static uint64_t
boundary(const cell_t *cell, double j)
{
    uint64_t low = 0, high = UINT64_C(1) << 52, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (draw(cell, middle << 12) > j) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static double
boundary_error(const cell_t *cell, double j)
{
    return (double)fabsl(ldexpl((long double)boundary(cell, j), -52) - exact_cdf(cell, j));
}

/* Largest error over all boundaries, or over `most` of them at equal steps of the normal quantile. */
static double
cell_error(const cell_t *cell, int most, long *visited)
{
    double first = draw(cell, 0), last = draw(cell, UINT64_MAX), worst = 0, previous = -1, j;
    int n;

    if (last - first <= 3 * most) {
        for (j = first; j < last; j++) {
            worst = eng_max(worst, boundary_error(cell, j));
            *visited += 1;
        }
        return worst;
    }
    for (n = 0; n < most; n++) {
        double u = (double)(erfcl(-sqrtl(0.5L) * (-8 + 16 * (n + 0.5L) / most)) / 2);

        j = draw(cell, (uint64_t)(u * 0x1p52) << 12);
        if (j > previous && j < last) {
            worst = eng_max(worst, boundary_error(cell, j));
            *visited += 1;
            previous = j;
        }
    }
    return worst;
}

/* --- the cells and their branches ----------------------------------------------------------------------- */

/* The exact law costs the width of the law or the square root of its size, hence fewer boundaries for wide ones. */
static int
boundaries_of(const cell_t *cell)
{
    return variance_of(cell) < 1e5 ? 400 : variance_of(cell) < 1e8 ? 60 : 8;
}

static void
visit(const char *branch, const cell_t *cells, size_t num_cells)
{
    double worst = 0, error;
    const cell_t *at = cells;
    long visited = 0;
    size_t k;

    for (k = 0; k < num_cells; k++) {
        error = cell_error(&cells[k], boundaries_of(&cells[k]), &visited);
        if (error >= worst) {
            worst = error;
            at = &cells[k];
        }
    }
    printf("\n    %-34s %3zu cells %6ld boundaries, largest error %.1e at (%g, %g) ", branch, num_cells, visited, worst,
           at->n, at->p);
    CU_ASSERT(visited > 0);
    CU_ASSERT(worst < BOUNDARY_GOAL);
}

static void
test_both_exact_forms_agree(void)
{
    static const cell_t cells[] = {
        {POISSON,            0.3, 0   },
        { POISSON,           7,   0   },
        { POISSON,           1e5, 0   },
        { BINOMIAL,          30,  0.2 },
        { BINOMIAL,          1e6, 0.5 },
        { NEGATIVE_BINOMIAL, 2,   0.99},
        { NEGATIVE_BINOMIAL, 900, 0.3 }
    };
    size_t k;
    int n;

    for (k = 0; k < sizeof(cells) / sizeof(*cells); k++) {
        for (n = -5; n <= 5; n++) {
            double mean = mean_of(&cells[k]), j = floor(mean + n * sqrt(variance_of(&cells[k])));

            if (j >= 0) {
                CU_ASSERT(fabsl(cdf_by_sum(&cells[k], mean, j) - cdf_by_functions(&cells[k], j)) < 1e-14L);
            }
        }
    }
}

static void
test_boundaries_of_poisson(void)
{
    static const double small[] = { 1e-9, 1e-3, 0.01, 0.1, 0.3, 0.5, 1,  1.5, 2,  3,  4,    5,     6,
                                    8,    10,   12,   14,  16,  18,  20, 22,  23, 24, 24.5, 24.999 };
    static const double large[] = { 25,  25.5, 26,  27,  28,  29,  30,  32,  35,  40,  45,  50,   60,  80,
                                    100, 150,  200, 300, 500, 1e3, 2e3, 1e4, 1e5, 1e6, 1e8, 1e10, 1e12 };
    cell_t cells[40];
    size_t k;

    for (k = 0; k < sizeof(small) / sizeof(*small); k++) {
        cells[k] = (cell_t){ POISSON, small[k], 0 };
    }
    visit("Poisson, sum", cells, k);
    for (k = 0; k < sizeof(large) / sizeof(*large); k++) {
        cells[k] = (cell_t){ POISSON, large[k], 0 };
    }
    visit("Poisson, expansion", cells, k);
}

static void
test_boundaries_of_binomial(void)
{
    static const double ps[] = { 1e-12, 1e-6, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.3,
                                 0.4,   0.45, 0.49, 0.5,  0.51, 0.7, 0.9, 0.999 };
    static const double variances[] = { 0.1, 1, 5, 12, 24.5, 25.5, 30, 50, 100, 1000, 1e5, 1e9 };
    cell_t few[200], many[200];
    size_t num_few = 0, num_many = 0, j, k;

    for (j = 0; j < sizeof(ps) / sizeof(*ps); j++) {
        for (k = 0; k < sizeof(variances) / sizeof(*variances); k++) {
            double pq = ps[j] * (1 - ps[j]);
            cell_t cell = { BINOMIAL, ceil(variances[k] / pq), ps[j] };

            if (cell.n > 2e15) {
                continue;
            }
            if (cell.n * pq < 25) {
                few[num_few++] = cell;
            } else {
                many[num_many++] = cell;
            }
        }
    }
    visit("binomial, sum", few, num_few);
    visit("binomial, expansion", many, num_many);
}

static void
test_boundaries_of_negative_binomial(void)
{
    static const double ks[] = { 1, 2, 3, 4, 6, 9, 13, 18, 23, 24, 25, 30, 40, 60, 120, 500, 5000, 1e6, 1e12 };
    static const double means[] = { 0.01, 1, 5, 19, 21, 30, 39, 41, 50, 80, 200, 2e3, 1e5, 1e8, 1e12 };
    cell_t geometric[40], few[200], roots[200], many[200];
    size_t n[4] = { 0 }, j, k;

    for (j = 0; j < sizeof(ks) / sizeof(*ks); j++) {
        for (k = 0; k < sizeof(means) / sizeof(*means); k++) {
            cell_t cell = { NEGATIVE_BINOMIAL, ks[j], means[k] / (ks[j] + means[k]) };

            if (ks[j] == 1) {
                geometric[n[0]++] = cell;
            } else if (ks[j] < 24 && means[k] >= 20) {
                roots[n[1]++] = cell;
            } else if (ks[j] >= 24 && means[k] >= 40) {
                many[n[2]++] = cell;
            } else {
                few[n[3]++] = cell;
            }
        }
    }
    visit("negative binomial, one lineage", geometric, n[0]);
    visit("negative binomial, sum", few, n[3]);
    visit("negative binomial, root", roots, n[1]);
    visit("negative binomial, expansion", many, n[2]);
}

/* --- monotone ------------------------------------------------------------------------------------------- */

static cell_t
random_cell(uint64_t *state)
{
    cell_t cell = { (law_t)(eng_test_random(state) % 3), 0, 0 };
    double size = exp(eng_test_uniform(state, -3, 30)), other = exp(eng_test_uniform(state, -20, 0));

    cell.n = cell.law == POISSON ? size : ceil(size);
    cell.p = eng_test_random(state) & 1 ? other : 1 - other;
    if (cell.law == NEGATIVE_BINOMIAL && eng_test_random(state) & 1) {
        cell.n = 1 + (double)(eng_test_random(state) % 40);
    }
    return cell;
}

static void
test_counts_never_fall_as_u_rises(void)
{
    uint64_t state = 1, word, gap;
    long falls = 0, n, k;

    for (n = 0; n < 20000; n++) {
        cell_t cell = random_cell(&state);

        for (k = 0; k < 100; k++) { /* neighbours, and pairs at every distance, in the middle and in both tails */
            word = eng_test_random(&state) >> (k % 3 == 0 ? 0 : eng_test_random(&state) % 52);
            word = k & 1 ? ~word : word;
            gap = UINT64_C(1) << (12 + eng_test_random(&state) % 20);
            falls += word + gap > word && draw(&cell, word) > draw(&cell, word + gap);
        }
    }
    printf("%ld falls in %ld pairs ", falls, 100 * n);
    CU_ASSERT(falls == 0);
}

/* A result just above a boundary must not fall back: the words next to boundaries are where rounding shows. */
static void
test_counts_do_not_flicker_at_boundaries(void)
{
    uint64_t state = 2, at, word;
    long flickers = 0, n, k, pairs = 0;

    for (n = 0; n < 3000; n++) {
        cell_t cell = random_cell(&state);
        double j = draw(&cell, eng_test_random(&state));

        at = boundary(&cell, j);
        for (k = 0; k < 100; k++, pairs++) {
            word = at + (eng_test_random(&state) >> (64 - 1 - k / 3 % 30));
            flickers += word < UINT64_C(1) << 52 && draw(&cell, word << 12) <= j;
            word = at - 1 - (eng_test_random(&state) >> (64 - 1 - k / 3 % 30));
            flickers += word < at && draw(&cell, word << 12) > j;
        }
    }
    printf("%ld flickers at %ld words ", flickers, 2 * pairs);
    CU_ASSERT(flickers == 0);
}

static void
test_birth_death_rises_with_both_words(void)
{
    uint64_t state = 3, w1, w2, up;
    long falls = 0, n;
    double A, Q, cells;

    for (n = 0; n < 1000000; n++) {
        A = exp(eng_test_uniform(&state, -12, 10));
        Q = (1 + A) * (1 - exp(eng_test_uniform(&state, -12, 0)));
        cells = floor(exp(eng_test_uniform(&state, 0, 25)));
        w1 = eng_test_random(&state);
        w2 = eng_test_random(&state);
        up = w1 + (eng_test_random(&state) >> (eng_test_random(&state) % 40));
        falls += up > w1 && eng_sample_birth_death(cells, A, Q, w1, w2) > eng_sample_birth_death(cells, A, Q, up, w2);
        up = w2 + (eng_test_random(&state) >> (eng_test_random(&state) % 40));
        falls += up > w2 && eng_sample_birth_death(cells, A, Q, w1, w2) > eng_sample_birth_death(cells, A, Q, w1, up);
    }
    printf("%ld falls in %ld pairs ", falls, 2 * n);
    CU_ASSERT(falls == 0);
}

/* --- moments and largest values ------------------------------------------------------------------------- */

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
    ENG_TEST(test_both_exact_forms_agree),
    ENG_TEST(test_boundaries_of_poisson),
    ENG_TEST(test_boundaries_of_binomial),
    ENG_TEST(test_boundaries_of_negative_binomial),
    ENG_TEST(test_counts_never_fall_as_u_rises),
    ENG_TEST(test_counts_do_not_flicker_at_boundaries),
    ENG_TEST(test_birth_death_rises_with_both_words),
    ENG_TEST(test_moments_of_counts),
    ENG_TEST(test_moments_of_birth_death),
    ENG_TEST(test_largest_draws),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "sample, against the exact laws", tests);
}
