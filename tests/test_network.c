/**
 * Reaction networks: every boundary of the Poisson sampler, words at both ends, widths, tile mates, broken tables.
 */
#include "base/error.h"
#include "base/sample.h"
#include "graft24.h"
#include "model/kernel.h"
#include "testlib.h"

#include <stdlib.h>
#include <string.h>

static void
wanted(const char *width)
{
    CU_ASSERT_EQUAL_FATAL(setenv("ENGRAFT_SIMD", width, 1), 0);
}

/* --- sampler --------------------------------------------------------------------------------------------- */

/* Words in the order of their upper tail: rank 0 has the smallest. */
static uint32_t
word_of_rank(uint32_t rank)
{
    return 0x7fffffffu - rank;
}

static void
draw(const eng_real_t mean[ENG_LANES], const uint32_t rank[ENG_LANES], eng_row_t count)
{
    uint32_t word[ENG_LANES];
    for (int l = 0; l < ENG_LANES; l++) {
        word[l] = word_of_rank(rank[l]);
    }
    CU_ASSERT_EQUAL_FATAL(eng_network_poisson(mean, word, count), 0);
}

/* P(X > k), summed in long double from the far side of k. */
static long double
exact_tail(double mean, double k)
{
    long double term = expl((long double)k * logl((long double)mean) - (long double)mean - lgammal((long double)k + 1)), sum = 0;
    if (k >= mean) {
        for (double j = k + 1; j < k + 60000 && term > 1e-12L; j++) {
            term *= (long double)mean / (long double)j;
            sum += term;
        }
        return sum;
    }
    for (double j = k; j >= 0 && term > 1e-12L; j--) {
        sum += term;
        term *= (long double)j / (long double)mean;
    }
    return 1 - sum;
}

/*
 * Bisection at 64 boundaries at a time: the rank at which the count falls to k or below, against the exact tail.
 * All lanes share the mean, so that the way of many hits is taken; with `alone` only lane 0 has it.
 */
static double
worst_boundary(double mean_wanted, double from, double step, bool alone)
{
    eng_row_t mean = { 0 }, count;
    uint32_t low[ENG_LANES] = { 0 }, high[ENG_LANES], middle[ENG_LANES];
    const double m = (double)(eng_real_t)mean_wanted;
    double worst = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        mean[l] = alone && l > 0 ? 0 : (eng_real_t)mean_wanted;
        high[l] = 0xffffffffu;
    }
    for (int n = 0; n < 33; n++) { /* low: count > k, or rank 0; high: count <= k, or the last rank */
        for (int l = 0; l < ENG_LANES; l++) {
            middle[l] = low[l] + (high[l] - low[l]) / 2;
        }
        draw(mean, middle, count);
        for (int l = 0; l < ENG_LANES; l++) {
            const bool above = (double)count[l] > from + l * step;
            low[l] = above ? middle[l] : low[l];
            high[l] = above ? high[l] : middle[l];
        }
    }
    for (int l = 0; l < (alone ? 1 : ENG_LANES); l++) {
        const double k = from + l * step;
        if (k >= 0) {
            worst = fmax(worst, fabs((double)high[l] * 0x1p-32 - (double)exact_tail(m, k)));
        }
    }
    return worst;
}

static double
worst_of_mean(double mean, bool alone)
{
    const double sd = sqrt(mean), span = fmax(8, 6.5 * sd), first = fmax(0, floor(mean - span));
    double worst = 0;
    if (alone) {
        for (double k = first; k < mean + span; k++) {
            worst = fmax(worst, worst_boundary(mean, k, 1, true));
        }
        return worst;
    }
    const double stride = mean > 1e4 ? floor(2 * span / 512) : 1; /* all boundaries, or 512 of many */
    for (double k = first; k < mean + span; k += ENG_LANES * stride) {
        worst = fmax(worst, worst_boundary(mean, k, stride, false));
    }
    return worst;
}

static void
test_boundaries(void)
{
    static const double means[] = { 1e-9, 1e-4, 0.003, 0.01, 0.05, 0.2, 0.2499, 0.25, 0.6, 1, 1.7, 3, 5.5, 8, 10, 12.3, 15, 17.9,
        18, 18.01, 19.5, 22.3, 25, 31.7, 40, 64.5, 100, 333.3, 1000.7, 5e3, 31234.5, 1e5, 1e6 + 0.25, 4e6 };
    double worst = 0, at = 0;
    for (size_t j = 0; j < sizeof(means) / sizeof(*means); j++) {
        const double error = worst_of_mean(means[j], false);
        at = error > worst ? means[j] : at;
        worst = fmax(worst, error);
        if (error > 1e-6) {
            printf("mean %g: boundary off by %.3g\n", means[j], error);
        }
    }
    printf("worst boundary %.3g at mean %g\n", worst, at);
    CU_ASSERT(worst < 1e-6);
    for (size_t j = 0; j < sizeof(means) / sizeof(*means) && means[j] < 18; j++) {
        CU_ASSERT(worst_of_mean(means[j], true) < 1e-6);
    }
}

/* The ends of the word, where a careless uniform reaches 0 or 1; beside them lanes that rest. */
static void
test_extreme_words(void)
{
    static const double means[] = { 0, 1e-12, 0.01, 0.3, 4, 17.9, 18, 200, 1e6 };
    static const uint32_t words[] = { 0, 0xffffffffu, 0x7fffffffu, 0x80000000u };
    for (size_t j = 0; j < sizeof(means) / sizeof(*means); j++) {
        for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++) {
            eng_row_t mean = { 0 }, count;
            uint32_t word[ENG_LANES];
            for (int l = 0; l < ENG_LANES; l++) {
                mean[l] = l % 2 ? (eng_real_t)means[j] : 0;
                word[l] = words[w];
            }
            CU_ASSERT_EQUAL_FATAL(eng_network_poisson(mean, word, count), 0);
            const double m = (double)mean[1], q = eng_network_upper_tail(words[w]);
            const double want = eng_sample_poisson(m, 1 - q);
            for (int l = 0; l < ENG_LANES; l++) {
                const double got = (double)count[l], off = fabs(got - (l % 2 ? want : 0));
                /* in the middle of a large mean the boundary may fall on the other side of the word */
                CU_ASSERT(off == 0 || (l % 2 && m > 100 && off <= 1));
            }
        }
    }
}

/* --- steps ----------------------------------------------------------------------------------------------- */

static graft24_t graft24;
static eng_network_tile_t tile, other;

static void
run(eng_network_tile_t *t, const char *width, double size, uint64_t first)
{
    const uint32_t seed[4] = { 7, 0, 0, 0 };
    wanted(width);
    graft24_make(&graft24, size);
    CU_ASSERT_EQUAL_FATAL(eng_network_check(&graft24.network), 0);
    memset(t, 0, sizeof(*t));
    eng_network_open(t, &graft24.network, seed, first);
    CU_ASSERT_EQUAL_FATAL(eng_network_advance(t, &graft24.network, 0.1, 1500), 0);
    CU_ASSERT_EQUAL_FATAL(eng_network_advance(t, &graft24.network, 0.5, 200), 0);
}

static void
test_widths(void)
{
    static const double sizes[] = { 1, 0.001 };
    const eng_kernel_t *kernel;
    for (int j = 0; (kernel = eng_kernel_at(j)) != NULL && strcmp(kernel->width, "plain") != 0; j++) {
        if (!eng_kernel_usable(kernel)) {
            printf("\nSKIPPED vectors of %s: this CPU lacks them\n", kernel->width);
            continue;
        }
        for (int s = 0; s < 2; s++) {
            run(&tile, "plain", sizes[s], 5);
            run(&other, kernel->width, sizes[s], 5);
            CU_ASSERT_EQUAL(memcmp(&tile, &other, sizeof(tile)), 0);
        }
    }
}

static void
test_mates_do_not_matter(void)
{
    int bad = 0;
    run(&tile, "auto", 0.1, 0);
    run(&other, "auto", 0.1, 40);
    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        for (int l = 40; l < ENG_LANES; l++) {
            bad += tile.count[s][l] != other.count[s][l - 40];
        }
        for (int l = 0; l < ENG_LANES; l++) {
            const double x = (double)tile.count[s][l];
            bad += !(x >= 0 && x == floor(x));
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
}

/* Immigration and death have an exact law: Poisson of mean k/d (1 - e^(-d t)) from nothing. */
static void
test_immigration_death(void)
{
    static const eng_reaction_t rows[] = { { 4, { -1, -1 }, { { 0, 1 }, { -1, 0 } } }, { 0.2, { 0, -1 }, { { 0, -1 }, { -1, 0 } } } };
    static const double start[] = { 0 };
    const eng_network_t network = { 1, 2, start, rows };
    const uint32_t seed[4] = { 3, 0, 0, 0 };
    const int tiles = 200;
    const double n = tiles * ENG_LANES;
    double sum = 0, square = 0;
    wanted("auto");
    for (int j = 0; j < tiles; j++) {
        eng_network_open(&tile, &network, seed, (uint64_t)j * ENG_LANES);
        CU_ASSERT_EQUAL_FATAL(eng_network_advance(&tile, &network, 0.02, 1500), 0);
        for (int l = 0; l < ENG_LANES; l++) {
            sum += (double)tile.count[0][l];
            square += (double)tile.count[0][l] * (double)tile.count[0][l];
        }
    }
    const double mean = 20 * (1 - exp(-6.0)), variance = square / n - sum / n * (sum / n);
    CU_ASSERT(fabs(sum / n - mean) < 4 * sqrt(mean / n));
    /* the step of 0.02 d adds 1 / (1 - 0.002) to the variance */
    CU_ASSERT(fabs(variance / (mean / 0.998) - 1) < 4 * sqrt(2 / n));
}

static void
test_refused_tables(void)
{
    graft24_make(&graft24, 1);
    graft24.reaction[3].reactant[1] = 24;
    CU_ASSERT_EQUAL(eng_network_check(&graft24.network), ENG_ERR_USAGE);
    CU_ASSERT(strstr(eng_error_message(), "reaction 3") != NULL);
    graft24_make(&graft24, 1);
    graft24.reaction[66].rate = -1;
    CU_ASSERT_EQUAL(eng_network_check(&graft24.network), ENG_ERR_USAGE);
    graft24_make(&graft24, 1);
    graft24.start[2] = 0.5;
    CU_ASSERT_EQUAL(eng_network_check(&graft24.network), ENG_ERR_USAGE);
    CU_ASSERT(strstr(eng_error_message(), "species 2") != NULL);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_boundaries),
    ENG_TEST(test_extreme_words),
    ENG_TEST(test_widths),
    ENG_TEST(test_mates_do_not_matter),
    ENG_TEST(test_immigration_death),
    ENG_TEST(test_refused_tables),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "network", tests);
}
