/**
 * Designs: what every one of them promises, strata of lhs, order of grid, and the Sobol' sequence against SciPy's.
 */
#include "base/math.h"
#include "design/design.h"
#include "design/sobol.h"
#include "testlib.h"
#include <stdlib.h>
#include <string.h>

static const eng_design_spec_t plain = { .seed = { 20261122, 0, 0, 0 }, .size = 50, .dimension = 7 };

/** All points of a design with the options of a study that says nothing, and their number; the caller frees. */
static double *
make(const char *name, const eng_design_spec_t *of, uint64_t *num)
{
    const eng_design_kind_t *kind = eng_design_find(name);
    eng_design_spec_t spec = *of;
    double *unit;

    CU_ASSERT_PTR_NOT_NULL_FATAL(kind);
    eng_design_standard(kind, spec.option);
    spec.num_groups = spec.dimension;
    *num = kind->num_points(&spec);
    unit = malloc((size_t)*num * (size_t)spec.dimension * sizeof(*unit));
    CU_ASSERT_PTR_NOT_NULL_FATAL(unit);
    CU_ASSERT_EQUAL_FATAL(kind->fill(&spec, unit), ENG_OK);
    return unit;
}

static void
test_every_design_keeps_the_contract(void)
{
    const eng_design_kind_t *kind;
    eng_design_spec_t spec = { .seed = { 1, 2, 3, 4 }, .size = 3, .dimension = 4 };
    const double rows[12] = { 0.5, 0.5, 0.5, 0.5, 0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.7, 0.6 };
    double *a, *b;
    uint64_t n, m, i;
    int j;

    spec.rows = rows;
    for (j = 0; (kind = eng_design_at(j)) != NULL; j++) {
        CU_ASSERT_PTR_EQUAL(eng_design_find(kind->name), kind);
        CU_ASSERT(kind->help[0] != '\0');
        a = make(kind->name, &spec, &n);
        b = make(kind->name, &spec, &m);
        CU_ASSERT_EQUAL(n, m);
        CU_ASSERT_EQUAL(memcmp(a, b, (size_t)n * 4 * sizeof(*a)), 0);
        for (i = 0; i < 4 * n; i++) {
            CU_ASSERT(a[i] > 0 && a[i] < 1);
        }
        free(a);
        free(b);
    }
    CU_ASSERT_EQUAL(j, eng_design_count());
    CU_ASSERT_PTR_NULL(eng_design_at(-1));
    CU_ASSERT_PTR_NULL(eng_design_find("haltn"));
}

static void
test_designs_depend_on_the_seed(void)
{
    const char *const random[] = { "monte_carlo", "lhs", "sobol", "halton", "saltelli", "morris" };
    eng_design_spec_t other = plain;
    double *a, *b;
    uint64_t n;
    int j;

    other.seed[3] = 1;
    for (j = 0; j < 6; j++) {
        a = make(random[j], &plain, &n);
        b = make(random[j], &other, &n);
        CU_ASSERT_NOT_EQUAL(memcmp(a, b, (size_t)n * 7 * sizeof(*a)), 0);
        free(a);
        free(b);
    }
}

static void
test_grid_is_row_major_and_bounded(void)
{
    eng_design_spec_t spec = { .size = 4, .dimension = 3 };
    uint64_t n;
    double *unit = make("grid", &spec, &n);

    CU_ASSERT_EQUAL(n, 64);
    CU_ASSERT_EQUAL(unit[0], 0.125);
    CU_ASSERT_EQUAL(unit[3 * 1 + 2], 0.375); /* the last parameter is the fastest */
    CU_ASSERT_EQUAL(unit[3 * 1 + 0], 0.125);
    CU_ASSERT_EQUAL(unit[3 * 16 + 0], 0.375);
    CU_ASSERT_EQUAL(unit[3 * 63 + 1], 0.875);
    free(unit);
    spec.size = 65536;
    spec.dimension = 2;
    CU_ASSERT_EQUAL(eng_design_find("grid")->num_points(&spec), 0);
    spec.size = 65535;
    CU_ASSERT_EQUAL(eng_design_find("grid")->num_points(&spec), UINT64_C(65535) * 65535);
    spec.size = UINT64_C(1) << 32;
    CU_ASSERT_EQUAL(eng_design_find("lhs")->num_points(&spec), 0);
}

static void
test_lhs_has_one_point_in_each_stratum(void)
{
    eng_design_spec_t spec = plain;
    int seen[1000], j;
    uint64_t n, i;
    double *unit, mean;

    spec.size = 1000;
    unit = make("lhs", &spec, &n);
    for (j = 0; j < spec.dimension; j++) {
        memset(seen, 0, sizeof(seen));
        mean = 0;
        for (i = 0; i < n; i++) {
            double x = unit[i * 7 + (uint64_t)j];

            seen[(int)(x * 1000)]++;
            mean += (x * 1000 - eng_floor(x * 1000)) / 1000;
        }
        for (i = 0; i < n; i++) {
            CU_ASSERT_EQUAL(seen[i], 1);
        }
        /* positions within strata are uniform: 5 standard errors */
        CU_ASSERT_DOUBLE_EQUAL(mean, 0.5, 5 * 0.2887 / 31.6);
    }
    free(unit);
}

static void
test_lhs_columns_are_independent(void)
{
    eng_design_spec_t spec = plain;
    uint64_t n, i;
    double *unit, sum = 0;

    spec.size = 4000;
    unit = make("lhs", &spec, &n);
    for (i = 0; i < n; i++) {
        sum += (unit[i * 7] - 0.5) * (unit[i * 7 + 1] - 0.5) * 12;
    }
    CU_ASSERT_DOUBLE_EQUAL(sum / (double)n, 0.0, 5 / 63.2);
    free(unit);
}

static void
test_longer_designs_begin_with_shorter_ones(void)
{
    const char *const names[] = { "monte_carlo", "sobol", "halton", "saltelli", "morris" };
    eng_design_spec_t longer = plain;
    double *a, *b;
    uint64_t n, m;
    int j;

    longer.size = 200;
    for (j = 0; j < 5; j++) {
        a = make(names[j], &plain, &n);
        b = make(names[j], &longer, &m);
        CU_ASSERT_EQUAL(memcmp(a, b, (size_t)n * 7 * sizeof(*a)), 0);
        free(a);
        free(b);
    }
}

/* scipy.stats.qmc.Sobol(scramble=False), SciPy 1.10.1: FNV-1a over 1024 x 128 coordinates times 2^32, a word a time */
static void
test_sobol_equals_scipy(void)
{
    const int dims[] = { 1, 17, 40, 63 };
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    uint32_t i;
    int j;

    for (i = 0; i < 1024; i++) {
        for (j = 0; j < 128; j++) {
            hash = (hash ^ eng_sobol_coordinate(j, i)) * UINT64_C(0x100000001b3);
        }
    }
    CU_ASSERT_EQUAL(hash, UINT64_C(0x20dfe98b2dca2325));
    for (j = 0; j < 4; j++) {
        const uint32_t late[] = { 3856265216, 2011860992, 2808786944, 1088491520 };

        CU_ASSERT_EQUAL(eng_sobol_coordinate(dims[j], 999999), late[j]);
    }
    CU_ASSERT_TRUE(eng_sobol_is_net(1024));
    CU_ASSERT_FALSE(eng_sobol_is_net(1000));
    CU_ASSERT_FALSE(eng_sobol_is_net(0));
}

static void
test_shifted_sobol_is_a_net(void)
{
    eng_design_spec_t spec = plain;
    uint64_t n, i, difference;
    int seen[256], j;
    double *unit;

    spec.size = 256;
    unit = make("sobol", &spec, &n);
    for (j = 0; j < spec.dimension; j++) {
        memset(seen, 0, sizeof(seen));
        for (i = 0; i < n; i++) {
            seen[(int)(unit[i * 7 + (uint64_t)j] * 256)]++;
            /* the shift is the same for all points: exclusive or gives back the sequence, bit for bit */
            difference = (uint64_t)(unit[i * 7 + (uint64_t)j] * 0x1p32) ^ (uint64_t)(unit[j] * 0x1p32);
            CU_ASSERT_EQUAL(difference, eng_sobol_coordinate(j, (uint32_t)i));
        }
        for (i = 0; i < n; i++) {
            CU_ASSERT_EQUAL(seen[i], 1);
        }
    }
    free(unit);
}

static void
test_sobol_refuses_too_many_dimensions(void)
{
    const eng_design_spec_t spec = { .size = 2, .dimension = ENG_SOBOL_MAX_DIMENSION + 1 };
    double unit[2 * (ENG_SOBOL_MAX_DIMENSION + 1)];

    CU_ASSERT_EQUAL(eng_design_find("sobol")->fill(&spec, unit), ENG_ERR_RANGE);
}

static void
test_list_gives_its_rows(void)
{
    const double rows[] = { 3, -4, 1e9, 0 };
    const eng_design_spec_t spec = { .size = 2, .dimension = 2, .rows = rows };
    uint64_t n;
    double *values = make("list", &spec, &n);

    CU_ASSERT_EQUAL(n, 2);
    CU_ASSERT_TRUE(eng_design_find("list")->gives_values);
    CU_ASSERT_EQUAL(memcmp(values, rows, sizeof(rows)), 0);
    free(values);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_every_design_keeps_the_contract),
        ENG_TEST(test_designs_depend_on_the_seed),
        ENG_TEST(test_grid_is_row_major_and_bounded),
        ENG_TEST(test_lhs_has_one_point_in_each_stratum),
        ENG_TEST(test_lhs_columns_are_independent),
        ENG_TEST(test_longer_designs_begin_with_shorter_ones),
        ENG_TEST(test_sobol_equals_scipy),
        ENG_TEST(test_shifted_sobol_is_a_net),
        ENG_TEST(test_sobol_refuses_too_many_dimensions),
        ENG_TEST(test_list_gives_its_rows),
    };

    return ENG_TEST_MAIN(argc, argv, "design", tests);
}
