/**
 * Functions whose indices are known, and samples of them with noise of known variance: what tests of sensitivity share.
 */
#ifndef ENG_SENSITIVITY_FIXTURE_H
#define ENG_SENSITIVITY_FIXTURE_H

#include "base/math.h"
#include "design/design.h"
#include "stats/morris_effects.h"
#include "testlib.h"
#include <math.h>
#include <stdlib.h>

#define RESAMPLES 200
#define PI 3.14159265358979323846

/* Ishigami and Homma 1990, a = 7, b = 0.1, of the cube of three. */
static inline double
ishigami(const double *u)
{
    const double x = PI * (2 * u[0] - 1), y = PI * (2 * u[1] - 1), z = PI * (2 * u[2] - 1);

    return sin(x) + 7 * sin(y) * sin(y) + 0.1 * z * z * z * z * sin(x);
}

static const double ishigami_variance = 49 / 8.0 + 0.1 * PI * PI * PI * PI / 5 + 0.01 * PI * PI * PI * PI * PI * PI * PI * PI / 18 + 0.5;
static const double ishigami_first[3] = { 0.31390519114781146, 0.4424111447900409, 0 };
static const double ishigami_total[3] = { 0.5575888552099591, 0.4424111447900409, 0.24368366406214774 };

/* Sobol' g-function with a = 0, 1, 9: V_j = 1 / (3 (1 + a_j)^2). */
static inline double
g_function(const double *u)
{
    static const double a[3] = { 0, 1, 9 };
    double product = 1;

    for (int j = 0; j < 3; j++) {
        product *= (fabs(4 * u[j] - 2) + a[j]) / (1 + a[j]);
    }
    return product;
}

static inline void
g_indices(double *variance, double *first, double *total)
{
    static const double a[3] = { 0, 1, 9 };
    double part[3], all = 1;

    for (int j = 0; j < 3; j++) {
        part[j] = 1 / (3 * (1 + a[j]) * (1 + a[j]));
        all *= 1 + part[j];
    }
    *variance = all - 1;
    for (int j = 0; j < 3; j++) {
        first[j] = part[j] / *variance;
        total[j] = part[j] * all / (1 + part[j]) / *variance;
    }
}

typedef double (*function_t)(const double *u);

typedef struct {
    double *mean, *noise;
    uint64_t points;
    double *unit;
    eng_design_spec_t spec;
} sample_t;

/* Points of a design, their responses with normal noise of the variance `noise`, known up to an estimate of 20 courses. */
static inline sample_t
make(const char *design, uint64_t size, uint32_t seed, function_t function, double noise, double option0)
{
    const eng_design_kind_t *kind = eng_design_find(design);
    sample_t s = { .spec = { .seed = { seed, 77, 0, 0 }, .size = size, .dimension = 3, .num_groups = 3 } };
    uint64_t state = UINT64_C(977) * seed + 1;

    eng_design_standard(kind, s.spec.option);
    s.spec.option[0] = option0 >= 0 ? option0 : s.spec.option[0];
    s.points = kind->num_points(&s.spec);
    s.unit = malloc(s.points * 3 * sizeof(double));
    s.mean = malloc(s.points * sizeof(double));
    s.noise = malloc(s.points * sizeof(double));
    CU_ASSERT_FATAL(s.unit != NULL && s.mean != NULL && s.noise != NULL);
    CU_ASSERT_EQUAL_FATAL(kind->fill(&s.spec, s.unit), 0);
    for (uint64_t i = 0; i < s.points; i++) {
        double squares = 0;

        for (int k = 0; k < 19; k++) { /* chi-square with 19 degrees of freedom, over 19 */
            const double z = eng_normal_quantile(eng_uniform(eng_test_random(&state)));
            squares += z * z / 19;
        }
        s.mean[i] = function(s.unit + 3 * i) + sqrt(noise) * eng_normal_quantile(eng_uniform(eng_test_random(&state)));
        s.noise[i] = noise * squares;
    }
    return s;
}

static inline void
done(sample_t *s)
{
    free(s->unit);
    free(s->mean);
    free(s->noise);
}

static inline eng_sobol_sample_t
sobol_of(const sample_t *s)
{
    return (eng_sobol_sample_t){ s->spec.size, 3, s->spec.option[0] > 0, s->mean, s->noise };
}

/* Effects of a trajectory's steps, as the design made them. */
static inline uint64_t
effects_of(const sample_t *s, eng_effect_t *effects)
{
    uint64_t count = 0;

    for (uint64_t i = 0; i < s->points; i++) {
        eng_design_role_t role;

        eng_design_find("morris")->role(&s->spec, s->unit, i, &role);
        if (role.matrix == ENG_MATRIX_STEP) {
            const double step = s->unit[3 * i + (uint64_t)role.moved] - s->unit[3 * (i - 1) + (uint64_t)role.moved];
            effects[count++] = (eng_effect_t){ role.set, role.moved, (s->mean[i] - s->mean[i - 1]) / step,
                (s->noise[i] + s->noise[i - 1]) / (step * step) };
        }
    }
    return count;
}

#endif
