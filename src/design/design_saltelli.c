/**
 * saltelli: points for variance-based sensitivity (A. Saltelli, Comput. Phys. Commun. 145 (2002)).  Two samples A and B of
 * the cube, and for each group of parameters A with that group from B (AB), for second order also B with it from A (BA).
 * Points stand base row by base row, in the order A, AB of each group, BA of each group, B, so that a longer design begins
 * with the shorter one.  A and B are the halves of a scrambled Sobol' sequence in twice as many dimensions, or random.
 */
#include "design/sobol.h"
#include "base/math.h"
#include "design/owen.h"
#include "design/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND_ORDER, SAMPLE };
enum { SAMPLE_SOBOL, SAMPLE_RANDOM };

static uint64_t
row_points(const eng_design_spec_t *spec)
{
    return (uint64_t)spec->num_groups * (spec->option[SECOND_ORDER] > 0 ? 2 : 1) + 2;
}

static uint64_t
num_points(const eng_design_spec_t *spec)
{
    return spec->size <= UINT32_MAX / row_points(spec) ? spec->size * row_points(spec) : 0;
}

static void
problem(const eng_design_spec_t *spec, char *text, size_t size)
{
    text[0] = '\0';
    if ((int)spec->option[SAMPLE] == SAMPLE_SOBOL && 2 * spec->dimension > ENG_SOBOL_MAX_DIMENSION) {
        snprintf(text, size, "its Sobol' sequence has room for %d parameters, here are %d: 'sample: random' has no limit",
            ENG_SOBOL_MAX_DIMENSION / 2, spec->dimension);
    } else if (spec->num_groups < 2) {
        snprintf(text, size, "there is one group of parameters: nothing to tell apart");
    }
}

static void
role(const eng_design_spec_t *spec, const double *out, uint64_t point, eng_design_role_t *of)
{
    const uint64_t each = row_points(spec), groups = (uint64_t)spec->num_groups, k = point % each;

    (void)out;
    *of = (eng_design_role_t){ .set = point / each, .matrix = ENG_MATRIX_A, .moved = -1 };
    if (k == each - 1) {
        of->matrix = ENG_MATRIX_B;
    } else if (k > groups) {
        of->matrix = ENG_MATRIX_BA;
        of->moved = (int)(k - groups - 1);
    } else if (k > 0) {
        of->matrix = ENG_MATRIX_AB;
        of->moved = (int)(k - 1);
    }
}

/* Coordinate j of all base rows into column[size], by the design's own stream of that coordinate. */
static void
make_column(const eng_design_spec_t *spec, int j, double *column)
{
    eng_rng_t rng = eng_design_stream(spec, (uint32_t)j);
    uint32_t v[32];

    if ((int)spec->option[SAMPLE] == SAMPLE_RANDOM) {
        for (uint64_t i = 0; i < spec->size; i++) {
            column[i] = eng_uniform(eng_rng_next(&rng));
        }
        return;
    }
    const uint64_t key = eng_rng_next(&rng);
    eng_sobol_directions(j, v);
    for (uint64_t i = 0; i < spec->size; i++) {
        column[i] = eng_uniform(eng_owen_scramble(eng_sobol_combine(v, (uint32_t)i), key));
    }
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const size_t dimension = (size_t)spec->dimension;
    const uint64_t each = row_points(spec);
    double *a = malloc((size_t)spec->size * sizeof(*a) + 1), *b = malloc((size_t)spec->size * sizeof(*b) + 1);
    eng_design_role_t of;

    for (int j = 0; a != NULL && b != NULL && j < spec->dimension; j++) {
        const int group = eng_design_group(spec, j);

        make_column(spec, j, a);
        make_column(spec, spec->dimension + j, b);
        for (uint64_t point = 0; point < spec->size * each; point++) {
            role(spec, out, point, &of);
            const bool from_b = (of.matrix == ENG_MATRIX_B || of.matrix == ENG_MATRIX_BA) != (of.moved == group);
            out[point * dimension + (size_t)j] = from_b ? b[of.set] : a[of.set];
        }
    }
    const int ret = a == NULL || b == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "a design of %llu base rows", (unsigned long long)spec->size) : 0;
    free(a);
    free(b);
    return ret;
}

static void
describe(const eng_design_spec_t *spec, char *text, size_t size)
{
    const double confidence = 1.959963984540054; /* two-sided 95 % */
    const double width = confidence / 0.05;

    snprintf(text, size, "%llu base rows of %llu points (A, B%s of %d groups); without noise an index of 0.05 is told from 0 by %.0f base rows",
        (unsigned long long)spec->size, (unsigned long long)row_points(spec), spec->option[SECOND_ORDER] > 0 ? ", AB and BA" : ", AB",
        spec->num_groups, eng_floor(width * width) + 4);
}

extern const eng_design_kind_t eng_design_saltelli;
const eng_design_kind_t eng_design_saltelli = {
    .name = "saltelli",
    .help = "two samples and their mixtures, for Sobol' indices: `base` rows of 2 points and one (two) for each group",
    .size_key = "base",
    .size_example = 1024,
    .takes_dependence = true,
    .spread = true,
    .takes_groups = true,
    .extends = ENG_EXTENDS_BY_PREFIX,
    .options = { [SECOND_ORDER] = { .name = "second_order", .kind = ENG_OPTION_TRUTH },
        [SAMPLE] = { .name = "sample", .kind = ENG_OPTION_CHOICE, .words = "sobol random" } },
    .problem = problem,
    .num_points = num_points,
    .fill = fill,
    .role = role,
    .describe = describe,
};
