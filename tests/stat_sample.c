/**
 * The samplers of counts against the exact laws.  Every boundary u between neighbouring counts (or several hundred of a wide law) is
 * found by bisection over the words and compared with the distribution function in long double.
 */
#include "exact_counts.h"

#define BOUNDARY_GOAL 1e-7 /* what base/sample.h promises */

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

static const eng_test_t tests[] = {
    ENG_TEST(test_both_exact_forms_agree),
    ENG_TEST(test_boundaries_of_poisson),
    ENG_TEST(test_boundaries_of_binomial),
    ENG_TEST(test_boundaries_of_negative_binomial),
    ENG_TEST(test_counts_never_fall_as_u_rises),
    ENG_TEST(test_counts_do_not_flicker_at_boundaries),
    ENG_TEST(test_birth_death_rises_with_both_words),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "sample, against the exact laws", tests);
}
