/**
 * Designs with options: scrambled Sobol' and Halton points against what scrambling must leave, copies and spread of lhs, levels
 * of factorial, matrices of saltelli, trajectories of morris, with and without groups.
 */
#include "base/math.h"
#include "design/design.h"
#include "design/halton.h"
#include "design/sobol.h"
#include "testlib.h"
#include <stdlib.h>
#include <string.h>

#define DIMENSION 6

static const int groups[DIMENSION] = { 0, 1, 0, 2, 2, 3 };

static eng_design_spec_t
spec_of(const char *name, uint64_t size)
{
    eng_design_spec_t spec = { .seed = { 20261122, 3, 0, 0 }, .size = size, .dimension = DIMENSION, .num_groups = DIMENSION };

    eng_design_standard(eng_design_find(name), spec.option);
    return spec;
}

static double *
make(const char *name, const eng_design_spec_t *spec, uint64_t *num)
{
    const eng_design_kind_t *kind = eng_design_find(name);
    char problem[200] = "";
    double *unit;

    if (kind->problem != NULL) {
        kind->problem(spec, problem, sizeof(problem));
    }
    CU_ASSERT_STRING_EQUAL(problem, "");
    *num = kind->num_points(spec);
    unit = malloc((size_t)*num * (size_t)spec->dimension * sizeof(*unit));
    CU_ASSERT_PTR_NOT_NULL_FATAL(unit);
    CU_ASSERT_EQUAL_FATAL(kind->fill(spec, unit), ENG_OK);
    for (uint64_t i = 0; i < *num * (uint64_t)spec->dimension; i++) {
        CU_ASSERT(unit[i] > 0 && unit[i] < 1);
    }
    return unit;
}

/* Places of the first digit in which two words of 32 bits differ; 32: none. */
static int
first_difference(uint32_t a, uint32_t b)
{
    int place = 0;

    while (place < 32 && ((a ^ b) >> (31 - place) & 1) == 0) {
        place++;
    }
    return place;
}

/* Nested scrambling keeps where two points part, and nothing else in common. */
static void
test_scrambled_sobol(void)
{
    eng_design_spec_t spec = spec_of("sobol", 256);
    uint64_t n, same = 0, pairs = 0;
    double *unit, *shifted;

    shifted = make("sobol", &spec, &n);
    spec.option[0] = 1;
    unit = make("sobol", &spec, &n);
    for (int j = 0; j < DIMENSION; j++) {
        for (uint32_t a = 0; a < n; a++) {
            for (uint32_t b = 0; b < a; b++) {
                const uint32_t x = (uint32_t)(unit[a * DIMENSION + (size_t)j] * 0x1p32), y = (uint32_t)(unit[b * DIMENSION + (size_t)j] * 0x1p32);
                const uint32_t p = eng_sobol_coordinate(j, a), q = eng_sobol_coordinate(j, b);

                CU_ASSERT_EQUAL(first_difference(x, y), first_difference(p, q));
                same += (x ^ y) == (p ^ q);
                pairs++;
            }
        }
    }
    CU_ASSERT(same < pairs / 20); /* a shift would keep all */
    CU_ASSERT_NOT_EQUAL(memcmp(unit, shifted, (size_t)n * DIMENSION * sizeof(*unit)), 0);
    free(unit);
    free(shifted);
}

/* The product of (1 + (x - 1/2)/j) has mean 1: scrambled nets are far better than chance, and not biased. */
static void
test_scrambled_points_integrate(void)
{
    const char *const names[] = { "sobol", "halton" };

    for (int k = 0; k < 2; k++) {
        double worst = 0, sum = 0;

        for (uint32_t seed = 0; seed < 20; seed++) {
            eng_design_spec_t spec = spec_of(names[k], 1024);
            uint64_t n;
            double mean = 0, *unit;

            spec.seed[2] = seed;
            spec.option[0] = k == 0 ? 1 : 0;
            unit = make(names[k], &spec, &n);
            for (uint64_t i = 0; i < n; i++) {
                double product = 1;
                for (int j = 0; j < DIMENSION; j++) {
                    product *= 1 + (unit[i * DIMENSION + (uint64_t)j] - 0.5) / (j + 1);
                }
                mean += product / (double)n;
            }
            worst = eng_max(worst, eng_abs(mean - 1));
            sum += mean - 1;
            free(unit);
        }
        CU_ASSERT(worst < (k == 0 ? 1e-4 : 2e-3)); /* by chance alone 0.01 */
        CU_ASSERT(eng_abs(sum / 20) < worst);
    }
}

static void
test_halton_sequence(void)
{
    static const uint32_t primes[] = { 2, 3, 5, 7, 11, 13 };

    for (int j = 0; j < 6; j++) {
        CU_ASSERT_EQUAL(eng_halton_base(j), primes[j]);
    }
    CU_ASSERT_EQUAL(eng_halton_base(999), 7919);
    ENG_ASSERT_NEAR(eng_halton_coordinate(6, 2, NULL), 0.375, 1e-15); /* 110 */
    ENG_ASSERT_NEAR(eng_halton_coordinate(5, 3, NULL), 2 / 3.0 + 1 / 9.0, 1e-15);
    /* every base: b^2 points fill b^2 equal parts, one each */
    eng_design_spec_t spec = spec_of("halton", 169);
    uint64_t n;
    double *unit = make("halton", &spec, &n);
    for (int j = 0; j < DIMENSION; j++) {
        const uint32_t parts = primes[j] * primes[j];
        int seen[169] = { 0 };
        for (uint32_t i = 0; i < parts; i++) {
            seen[(int)(unit[i * DIMENSION + (uint32_t)j] * parts)]++;
        }
        for (uint32_t i = 0; i < parts; i++) {
            CU_ASSERT_EQUAL(seen[i], 1);
        }
    }
    free(unit);
}

/* --- lhs ----------------------------------------------------------------------------------------------------- */

static void
check_strata(const double *unit, uint64_t size)
{
    for (int j = 0; j < DIMENSION; j++) {
        int seen[100] = { 0 };
        for (uint64_t i = 0; i < size; i++) {
            seen[(int)(unit[i * DIMENSION + (uint64_t)j] * (double)size)]++;
        }
        for (uint64_t i = 0; i < size; i++) {
            CU_ASSERT_EQUAL(seen[i], 1);
        }
    }
}

static double
smallest_distance(const double *unit, uint64_t size)
{
    double best = INFINITY;

    for (uint64_t a = 0; a < size; a++) {
        for (uint64_t b = 0; b < a; b++) {
            double sum = 0;
            for (uint64_t j = 0; j < DIMENSION; j++) {
                const double d = unit[a * DIMENSION + j] - unit[b * DIMENSION + j];
                sum += d * d;
            }
            best = eng_min(best, sum);
        }
    }
    return sqrt(best);
}

static void
test_copies_of_lhs(void)
{
    eng_design_spec_t spec = spec_of("lhs", 200), alone = spec_of("lhs", 50), larger = spec_of("lhs", 300);
    const eng_design_kind_t *kind = eng_design_find("lhs");
    eng_design_role_t role;
    char problem[200];
    uint64_t n, m;

    for (int maximin = 0; maximin < 2; maximin++) {
        spec.option[0] = 4;
        larger.option[0] = 6;
        spec.option[1] = larger.option[1] = alone.option[1] = maximin;
        double *four = make("lhs", &spec, &n), *one = make("lhs", &alone, &m), *six = make("lhs", &larger, &m);

        CU_ASSERT_EQUAL(n, 200);
        for (int copy = 0; copy < 4; copy++) {
            check_strata(four + copy * 50 * DIMENSION, 50);
        }
        CU_ASSERT_EQUAL(memcmp(four, one, 50 * DIMENSION * sizeof(*four)), 0);
        CU_ASSERT_EQUAL(memcmp(four, six, 200 * DIMENSION * sizeof(*four)), 0);
        CU_ASSERT_NOT_EQUAL(memcmp(four, four + 50 * DIMENSION, 50 * DIMENSION * sizeof(*four)), 0);
        kind->role(&spec, four, 120, &role);
        CU_ASSERT_EQUAL(role.set, 2);
        free(four);
        free(one);
        free(six);
    }
    spec.option[0] = 3;
    kind->problem(&spec, problem, sizeof(problem));
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, "no whole number"));
}

static void
test_maximin_spreads(void)
{
    eng_design_spec_t spec = spec_of("lhs", 60);
    uint64_t n;
    double *plain = make("lhs", &spec, &n), *spread;

    spec.option[1] = 1;
    spread = make("lhs", &spec, &n);
    check_strata(spread, n);
    CU_ASSERT(smallest_distance(spread, n) > 1.5 * smallest_distance(plain, n));
    free(plain);
    free(spread);
}

/* --- factorial ----------------------------------------------------------------------------------------------- */

static void
test_levels_of_factorial(void)
{
    static const uint32_t levels[DIMENSION] = { 2, 1, 3, 1, 1, 5 };
    eng_design_spec_t spec = spec_of("factorial", 2);
    uint64_t n;
    double *unit;

    spec.levels = levels;
    spec.option[0] = 0.1;
    spec.option[1] = 0.9;
    unit = make("factorial", &spec, &n);
    CU_ASSERT_EQUAL(n, 30);
    for (uint64_t i = 0; i < n; i++) {
        ENG_ASSERT_NEAR(unit[i * DIMENSION], i < 15 ? 0.1 : 0.9, 1e-15);
        ENG_ASSERT_NEAR(unit[i * DIMENSION + 1], 0.5, 1e-15);
        ENG_ASSERT_NEAR(unit[i * DIMENSION + 2], 0.1 + 0.4 * (double)(i / 5 % 3), 1e-15);
        ENG_ASSERT_NEAR(unit[i * DIMENSION + 5], 0.1 + 0.2 * (double)(i % 5), 1e-15);
    }
    free(unit);
}

/* --- saltelli and morris --------------------------------------------------------------------------------------- */

/* Points of a base row are mixtures of its A and B, as their roles say; A and B are one net in twice as many dimensions. */
static void
check_saltelli(eng_design_spec_t *spec)
{
    const eng_design_kind_t *kind = eng_design_find("saltelli");
    const uint64_t each = (uint64_t)spec->num_groups * (spec->option[0] > 0 ? 2 : 1) + 2;
    int count[8] = { 0 };
    uint64_t n;
    double *unit = make("saltelli", spec, &n);

    CU_ASSERT_EQUAL(n, 64 * each);
    for (uint64_t i = 0; i < n; i++) {
        const double *a = unit + i / each * each * DIMENSION, *b = a + (each - 1) * DIMENSION;
        eng_design_role_t role;

        kind->role(spec, unit, i, &role);
        count[role.matrix]++;
        CU_ASSERT_EQUAL(role.set, i / each);
        for (int j = 0; j < DIMENSION; j++) {
            const bool moved = eng_design_group(spec, j) == role.moved;
            const bool from_b = role.matrix == ENG_MATRIX_B || (role.matrix == ENG_MATRIX_AB && moved) || (role.matrix == ENG_MATRIX_BA && !moved);

            CU_ASSERT_EQUAL(unit[i * DIMENSION + (uint64_t)j], from_b ? b[j] : a[j]);
            CU_ASSERT(a[j] != b[j]);
        }
    }
    CU_ASSERT_EQUAL(count[ENG_MATRIX_A], 64);
    CU_ASSERT_EQUAL(count[ENG_MATRIX_B], 64);
    CU_ASSERT_EQUAL(count[ENG_MATRIX_AB], 64 * spec->num_groups);
    CU_ASSERT_EQUAL(count[ENG_MATRIX_BA], spec->option[0] > 0 ? 64 * spec->num_groups : 0);
    for (int half = 0; half < 2 && (int)spec->option[1] == 0; half++) {
        for (int j = 0; j < DIMENSION; j++) {
            int seen[64] = { 0 };
            for (uint64_t i = 0; i < 64; i++) {
                seen[(int)(unit[(i * each + (half == 1 ? each - 1 : 0)) * DIMENSION + (uint64_t)j] * 64)]++;
            }
            for (int i = 0; i < 64; i++) {
                CU_ASSERT_EQUAL(seen[i], 1);
            }
        }
    }
    free(unit);
}

static void
test_matrices_of_saltelli(void)
{
    for (int k = 0; k < 8; k++) {
        eng_design_spec_t spec = spec_of("saltelli", 64);

        spec.option[0] = k % 2;
        spec.option[1] = k / 2 % 2;
        if (k >= 4) {
            spec.group = groups;
            spec.num_groups = 4;
        }
        check_saltelli(&spec);
    }
}

static void
check_morris(eng_design_spec_t *spec)
{
    const eng_design_kind_t *kind = eng_design_find("morris");
    const uint64_t each = (uint64_t)spec->num_groups + 1;
    const int levels = (int)spec->option[0];
    int seen[100] = { 0 };
    uint64_t n;
    double *unit = make("morris", spec, &n);

    CU_ASSERT_EQUAL(n, 100 * each);
    for (uint64_t i = 0; i < n; i++) {
        eng_design_role_t role;

        kind->role(spec, unit, i, &role);
        CU_ASSERT_EQUAL(role.set, i / each);
        CU_ASSERT_EQUAL(role.matrix, i % each == 0 ? ENG_MATRIX_START : ENG_MATRIX_STEP);
        for (int j = 0; j < DIMENSION; j++) {
            const double x = unit[i * DIMENSION + (uint64_t)j], level = x * levels - 0.5;

            ENG_ASSERT_NEAR(level, eng_round(level), 1e-12);
            seen[(int)eng_round(level)] += i % each == 0;
            if (role.matrix == ENG_MATRIX_STEP) {
                const double step = eng_abs(x - unit[(i - 1) * DIMENSION + (uint64_t)j]);
                ENG_ASSERT_NEAR(step, eng_design_group(spec, j) == role.moved ? 0.5 : 0, 1e-12);
            }
        }
    }
    for (uint64_t i = 0; i < 100; i++) { /* each group once a trajectory */
        int moves[DIMENSION] = { 0 };
        for (uint64_t k = 1; k < each; k++) {
            eng_design_role_t role;
            kind->role(spec, unit, i * each + k, &role);
            moves[role.moved]++;
        }
        for (int g = 0; g < spec->num_groups; g++) {
            CU_ASSERT_EQUAL(moves[g], 1);
        }
    }
    for (int l = 0; l < levels; l++) { /* starts are anywhere: 600 of them over the levels, five standard errors */
        CU_ASSERT(eng_abs(seen[l] - 600.0 / levels) < 5 * sqrt(600.0 / levels));
    }
    free(unit);
}

static void
test_trajectories_of_morris(void)
{
    for (int k = 0; k < 4; k++) {
        eng_design_spec_t spec = spec_of("morris", 100);

        spec.option[0] = k % 2 == 0 ? 4 : 6;
        if (k >= 2) {
            spec.group = groups;
            spec.num_groups = 4;
        }
        check_morris(&spec);
    }
}

/* Mean squared distance of the nearest two trajectories. */
static double
nearest_trajectories(const double *unit, uint64_t count)
{
    double best = INFINITY;

    for (uint64_t a = 0; a < count; a++) {
        for (uint64_t b = 0; b < a; b++) {
            double sum = 0;
            for (uint64_t p = 0; p <= DIMENSION; p++) {
                for (uint64_t q = 0; q <= DIMENSION; q++) {
                    for (uint64_t j = 0; j < DIMENSION; j++) {
                        const double d = unit[(a * (DIMENSION + 1) + p) * DIMENSION + j] - unit[(b * (DIMENSION + 1) + q) * DIMENSION + j];
                        sum += d * d;
                    }
                }
            }
            best = eng_min(best, sum);
        }
    }
    return best;
}

static void
test_candidates_spread_trajectories(void)
{
    double plain = 0, chosen = 0;

    for (uint32_t seed = 0; seed < 10; seed++) {
        eng_design_spec_t spec = spec_of("morris", 10);
        uint64_t n;

        spec.seed[2] = seed;
        spec.option[1] = 1;
        double *a = make("morris", &spec, &n);
        spec.option[1] = 50;
        double *b = make("morris", &spec, &n);
        plain += nearest_trajectories(a, 10);
        chosen += nearest_trajectories(b, 10);
        free(a);
        free(b);
    }
    CU_ASSERT(chosen > 1.2 * plain);
}

/* What can be extended has all its points at the beginning of the larger design, with any options. */
static void
test_prefixes(void)
{
    for (int j = 0; j < eng_design_count(); j++) {
        const eng_design_kind_t *kind = eng_design_at(j);

        if (kind->extends == ENG_EXTENDS_NOT) {
            CU_ASSERT(strlen(kind->why_not) > 5);
        }
        for (int k = 0; k < 4 && kind->extends == ENG_EXTENDS_BY_PREFIX; k++) {
            eng_design_spec_t less = spec_of(kind->name, 13), more;
            uint64_t n, m;

            if (kind->options[0].kind != ENG_OPTION_COUNT && kind->options[0].name != NULL) {
                less.option[0] = k % 2;
            }
            if (kind->takes_groups && k >= 2) {
                less.group = groups;
                less.num_groups = 4;
            }
            more = less;
            more.size = 40;
            double *a = make(kind->name, &less, &n), *b = make(kind->name, &more, &m);
            CU_ASSERT(m > n);
            CU_ASSERT_EQUAL(memcmp(a, b, (size_t)n * DIMENSION * sizeof(*a)), 0);
            free(a);
            free(b);
        }
    }
}

static void
test_what_is_refused(void)
{
    eng_design_spec_t spec = spec_of("saltelli", 8);
    char problem[200];

    spec.dimension = 65;
    eng_design_find("saltelli")->problem(&spec, problem, sizeof(problem));
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, "room for 64 parameters"));
    spec.option[1] = 1;
    eng_design_find("saltelli")->problem(&spec, problem, sizeof(problem));
    CU_ASSERT_STRING_EQUAL(problem, "");
    spec.num_groups = 1;
    eng_design_find("saltelli")->problem(&spec, problem, sizeof(problem));
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, "nothing to tell apart"));
    spec = spec_of("saltelli", UINT32_MAX);
    CU_ASSERT_EQUAL(eng_design_find("saltelli")->num_points(&spec), 0);
    CU_ASSERT_EQUAL(eng_design_find("morris")->num_points(&spec), 0);
    spec = spec_of("morris", 8);
    spec.option[0] = 5;
    eng_design_find("morris")->problem(&spec, problem, sizeof(problem));
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, "must be even"));
    spec = spec_of("factorial", 2);
    spec.option[0] = 0.95;
    eng_design_find("factorial")->problem(&spec, problem, sizeof(problem));
    CU_ASSERT_PTR_NOT_NULL(strstr(problem, "'low' must be below 'high'"));
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_scrambled_sobol), ENG_TEST(test_scrambled_points_integrate), ENG_TEST(test_halton_sequence),
        ENG_TEST(test_copies_of_lhs), ENG_TEST(test_maximin_spreads), ENG_TEST(test_levels_of_factorial),
        ENG_TEST(test_matrices_of_saltelli), ENG_TEST(test_trajectories_of_morris), ENG_TEST(test_candidates_spread_trajectories),
        ENG_TEST(test_prefixes), ENG_TEST(test_what_is_refused),
    };

    return ENG_TEST_MAIN(argc, argv, "kinds of designs", tests);
}
