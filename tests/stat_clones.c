/**
 * The draw of clones against the exact law of birth and death, in long double: every boundary between neighbouring counts
 * of the list's two sums by bisection over the word, the boundaries of the expansion over the normal, extinction by the closed
 * form, and one interval against the same interval in two parts.
 */
#define ENG_WIDTH plain
#include "clone_fixture.h"

#define LIST_GOAL   1e-9 /* small_counts.h promises 1e-12 of sums; u itself has 52 bits */
#define NORMAL_GOAL 1e-6 /* just above the limits of clone_law.h; it falls quickly with the variance */

typedef double (*draw_t)(const clone_cell_t *cell, uint64_t word);

/* Smallest word with a count above j; 0 if all are. */
static double
boundary(draw_t draw, const clone_cell_t *cell, double j)
{
    uint64_t low = 0, high = UINT64_MAX;

    while (high - low > 4096) {
        const uint64_t middle = low + (high - low) / 2;
        if (draw(cell, middle) > j) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return ldexp((double)(high >> 12), -52);
}

static double
draw_binomial(const clone_cell_t *c, uint64_t word)
{
    return clone_one(c->n, c->A, 0, word, 0);
}

/* n lineages: nobody dies. */
static double
draw_offspring(const clone_cell_t *c, uint64_t word)
{
    return clone_one(c->n, 0, c->Q, 0, word) - c->n;
}

static long double
log_choose(double n, double k)
{
    return lgammal((long double)n + 1) - lgammal((long double)k + 1) - lgammal((long double)(n - k) + 1);
}

static long double
binomial_term(double n, double k, double A)
{
    const long double death = A > 0 ? (long double)(n - k) * logl((long double)A) : (n > k ? -INFINITY : 0);
    return expl(log_choose(n, k) + death - (long double)n * log1pl((long double)A));
}

static long double
offspring_term(double k, double j, double beta_odds)
{
    if (k == 0 || beta_odds == 0) {
        return j == 0;
    }
    const long double m = beta_odds; /* beta = m / (1+m) */
    return expl(log_choose(k + j - 1, j) + (long double)j * logl(m) - (long double)(k + j) * log1pl(m));
}

static double
worst_boundary(draw_t draw, const clone_cell_t *cell, bool binomial)
{
    long double cdf = 0;
    double worst = 0;

    for (double j = 0; j < 400 && (!binomial || j < cell->n); j++) {
        cdf += binomial ? binomial_term(cell->n, j, cell->A) : offspring_term(cell->n, j, cell->Q / (1 - cell->Q));
        if (cdf > 1e-14L && cdf < 1 - 1e-13L) {
            worst = fmax(worst, fabs(boundary(draw, cell, j) - (double)cdf));
        }
    }
    return worst;
}

static void
test_boundaries_of_survivors(void)
{
    double worst = 0;

    for (double n = 1; n < 120; n += n < 8 ? 1 : 11) {
        for (double A = 0x1p-12; A < 5000; A *= 2.5) {
            const clone_cell_t cell = { n, (double)(real)A, 0 };
            worst = fmax(worst, worst_boundary(draw_binomial, &cell, true));
        }
    }
    const clone_cell_t far = { 1e6, 65536, 0 }, near = { 2500, 0x1p-8, 0 };
    worst = fmax(worst, worst_boundary(draw_binomial, &far, true));
    for (double j = 2470; j < 2500; j++) { /* most survive: the count is the greater number */
        long double above = 0;
        for (double k = j + 1; k <= 2500; k++) {
            above += binomial_term(2500, k, near.A);
        }
        worst = fmax(worst, fabs(boundary(draw_binomial, &near, j) - (double)(1 - above)));
    }
    printf("survivors: worst boundary %.2g\n", worst);
    CU_ASSERT(worst < LIST_GOAL);
}

static void
test_boundaries_of_offspring(void)
{
    double worst = 0;

    for (double k = 1; k < 110; k += k < 6 ? 1 : 13) {
        for (double Q = 0x1p-12; Q < 0.995; Q = Q < 0.4 ? 3 * Q : (1 + 2 * Q) / 3) {
            const clone_cell_t cell = { k, 0, (double)(real)Q };
            if (k * Q / (1 - Q) < 120) {
                worst = fmax(worst, worst_boundary(draw_offspring, &cell, false));
            }
        }
    }
    printf("offspring: worst boundary %.2g\n", worst);
    CU_ASSERT(worst < LIST_GOAL);
}

/* Distribution function of the cells at and around the expansion's boundaries. */
static double
worst_of_expansion(const clone_cell_t *cell)
{
    static law_t law;
    const eng_course_t course = clone_course(cell->A, cell->Q);
    const double A = (double)course.clones->clone_loss[0], Q = (double)course.clones->clone_gain[0];
    make_law(course.clones->clone_loss, course.clones->clone_gain, &law);
    const double sd = sqrt(cell->n) * (double)law.sd[0], mean = cell->n * law.mean[0];
    double worst = 0;

    CU_ASSERT((real)cell->n >= law.enough[0]);
    for (double s = -4.5; s < 4.6; s += 0.75) {
        const double j = floor(mean + s * sd);
        double low = -6.3, high = 6.3;
        long double cdf = 0;
        for (int i = 0; i < 60; i++) {
            const double z = 0.5 * (low + high);
            const real spread = expand_spread(&law, 0, (real)cell->n, (real)z);
            if (expand_count((real)cell->n, law.mean[0], spread) > j) {
                high = z;
            } else {
                low = z;
            }
        }
        for (double k = 0; k <= cell->n && k <= j; k++) {
            const long double p = binomial_term(cell->n, k, A);
            long double below = 0;
            for (double i = 0; p > 1e-13L && i <= j - k; i++) {
                below += offspring_term(k, i, Q / (1 + A - Q));
            }
            cdf += p * below;
        }
        worst = fmax(worst, fabs((double)cdf - 0.5 * erfc(-low / sqrt(2))));
    }
    return worst;
}

/* Just above the limits, where the expansion is at its worst, over losses and gains of every kind. */
static void
test_boundaries_of_expansion(void)
{
    static const double losses[] = { 0.02, 0.06, 0.2, 0.5, 1, 2.5, 8, 30 }, shares[] = { 0, 0.05, 0.3, 0.7, 0.95, 1, 1.02 };
    double worst = 0, where[3] = { 0 };
    int cells = 0;

    for (size_t i = 0; i < sizeof(losses) / sizeof(*losses); i++) {
        for (size_t j = 0; j < sizeof(shares) / sizeof(*shares); j++) {
            static law_t law;
            const double A = losses[i], Q = shares[j] * A;
            const eng_course_t course = clone_course(A, Q);
            make_law(course.clones->clone_loss, course.clones->clone_gain, &law);
            const clone_cell_t cell = { ceil((double)law.enough[0]), A, Q };
            if (!(1 + A - Q > 0.2) || cell.n > 4000) {
                continue;
            }
            double here = worst_of_expansion(&cell);
            const clone_cell_t many = { ceil(25.2 * cell.n), A, Q }; /* and further up */
            here = many.n * A < 4000 ? fmax(here, worst_of_expansion(&many)) : here;
            if (here > worst) {
                worst = here;
                where[0] = cell.n, where[1] = A, where[2] = Q;
            }
            cells++;
        }
    }
    printf("expansion: worst boundary of %d laws %.2g (%g cells, A %g, Q %g)\n", cells, worst, where[0], where[1], where[2]);
    CU_ASSERT(cells > 30);
    CU_ASSERT(worst < NORMAL_GOAL);
}

/* Extinct if neither half leaves anything, and the first two moments, on fixed seeds. */
static void
test_extinction_and_moments(void)
{
    enum { DRAWS = 60000 };
    uint64_t state = 5;

    for (size_t j = 0; j < NUM_CLONE_CELLS; j++) {
        const clone_cell_t *c = &clone_cells[j];
        const double A = (double)(real)c->A, Q = (double)(real)c->Q, p = pow(A / (1 + A), c->n);
        const double one = 1 / (1 + A - Q), ratio = Q / (1 + A - Q), variance = c->n * one * (2 * ratio + 1 - one);
        double extinct = 0, sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            const double x = clone_one(c->n, A, Q, eng_test_random(&state), eng_test_random(&state));
            extinct += x == 0;
            sum += x - c->n * one;
        }
        CU_ASSERT(fabs(extinct - DRAWS * p) <= 4.5 * sqrt(DRAWS * p * (1 - p)) + 2);
        CU_ASSERT(fabs(sum) <= 4.5 * sqrt(DRAWS * variance) + 1e-6);
    }
}

/* [0, t] at once, and [0, s] followed by [s, t]: e^rho of the first part scales the integrals of the second. */
static void
test_an_interval_may_be_cut(void)
{
    enum { DRAWS = 400000, BINS = 24 };
    static double once[BINS], twice[BINS];
    const double A1 = 0.25, Q1 = 0.3125, A2 = 0.75, Q2 = 0.125, scale = 1 + A1 - Q1;
    uint64_t state = 8;
    double chi = 0;
    int bins = 0;

    for (int i = 0; i < DRAWS; i++) {
        const double x = clone_one(9, A1 + scale * A2, Q1 + scale * Q2, eng_test_random(&state), eng_test_random(&state));
        double y = clone_one(9, A1, Q1, eng_test_random(&state), eng_test_random(&state));
        y = y > 0 ? clone_one(y, A2, Q2, eng_test_random(&state), eng_test_random(&state)) : 0;
        once[(int)fmin(x, BINS - 1)]++;
        twice[(int)fmin(y, BINS - 1)]++;
    }
    for (int b = 0; b < BINS; b++) {
        if (once[b] + twice[b] > 20) {
            chi += (once[b] - twice[b]) * (once[b] - twice[b]) / (once[b] + twice[b]);
            bins++;
        }
    }
    printf("cut interval: chi-square %.1f of %d bins\n", chi, bins);
    CU_ASSERT(bins > 15 && chi < bins + 4.5 * sqrt(2.0 * bins));
}

static const eng_test_t tests[] = {
    ENG_TEST(test_boundaries_of_survivors),
    ENG_TEST(test_boundaries_of_offspring),
    ENG_TEST(test_boundaries_of_expansion),
    ENG_TEST(test_extinction_and_moments),
    ENG_TEST(test_an_interval_may_be_cut),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "clones, against the exact law", tests);
}
