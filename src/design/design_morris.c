/**
 * morris: trajectories that move one group of parameters at a time (M. Morris, Technometrics 33 (1991)).  Levels are the
 * middles of `levels` equal parts of the unit interval, a step goes half of it, up from the lower levels, down from the upper
 * ones.  Each trajectory is, of so many random candidates, the one whose points lie farthest from the nearest of those chosen
 * before (after F. Campolongo, J. Cariboni, A. Saltelli 2007), so that a longer design begins with the shorter one.
 */
#include "base/math.h"
#include "design/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS, CANDIDATES };

/* Of a trajectory: sums that give mean squared distances of its points from those of others without looking at the points. */
typedef struct {
    double *mean; /* owned: [dimension] mean of its points */
    double square; /* mean of their squared lengths */
} place_t;

typedef struct {
    const eng_design_spec_t *spec;
    uint32_t *order;   /* owned: of groups */
    double *points;    /* owned: [num_groups + 1][dimension] of a candidate */
    place_t candidate; /* of it */
    place_t *chosen;   /* owned: of all so far */
} maker_t;

static uint64_t
num_points(const eng_design_spec_t *spec)
{
    const uint64_t each = (uint64_t)spec->num_groups + 1;

    return spec->size <= UINT32_MAX / each ? spec->size * each : 0;
}

static void
problem(const eng_design_spec_t *spec, char *text, size_t size)
{
    text[0] = '\0';
    if ((uint64_t)spec->option[LEVELS] % 2 != 0) {
        snprintf(text, size, "'levels' must be even: a step goes over half of them");
    } else if (spec->num_groups < 2) {
        snprintf(text, size, "there is one group of parameters: nothing to tell apart");
    }
}

static void
make_candidate(maker_t *self, eng_rng_t *rng)
{
    const eng_design_spec_t *spec = self->spec;
    const size_t dimension = (size_t)spec->dimension, points = (size_t)spec->num_groups + 1;
    const uint64_t levels = (uint64_t)spec->option[LEVELS];

    for (size_t j = 0; j < dimension; j++) {
        self->points[j] = ((double)eng_design_draw_below(rng, levels) + 0.5) / (double)levels;
    }
    eng_design_permutation(rng, (uint64_t)spec->num_groups, self->order);
    for (size_t k = 1; k < points; k++) {
        double *now = self->points + k * dimension;

        memcpy(now, now - dimension, dimension * sizeof(*now));
        for (size_t j = 0; j < dimension; j++) {
            if ((uint32_t)eng_design_group(spec, (int)j) == self->order[k - 1]) {
                now[j] += now[j] < 0.5 ? 0.5 : -0.5;
            }
        }
    }
}

static void
find_place(const maker_t *self, place_t *place)
{
    const size_t dimension = (size_t)self->spec->dimension, points = (size_t)self->spec->num_groups + 1;

    place->square = 0;
    for (size_t j = 0; j < dimension; j++) {
        double sum = 0;

        for (size_t k = 0; k < points; k++) {
            const double x = self->points[k * dimension + j];
            sum += x;
            place->square += x * x / (double)points;
        }
        place->mean[j] = sum / (double)points;
    }
}

/* Mean squared distance of the candidate's points from those of the nearest trajectory so far. */
static double
distance(const maker_t *self, uint64_t trajectory)
{
    double nearest = INFINITY;

    for (uint64_t i = 0; i < trajectory; i++) {
        double product = 0;

        for (int j = 0; j < self->spec->dimension; j++) {
            product += self->candidate.mean[j] * self->chosen[i].mean[j];
        }
        nearest = eng_min(nearest, self->candidate.square + self->chosen[i].square - 2 * product);
    }
    return nearest;
}

static void
make_trajectory(maker_t *self, uint64_t trajectory, double *out)
{
    const eng_design_spec_t *spec = self->spec;
    const size_t size = ((size_t)spec->num_groups + 1) * (size_t)spec->dimension;
    const uint64_t candidates = trajectory == 0 ? 1 : (uint64_t)spec->option[CANDIDATES];
    eng_rng_t rng = eng_design_stream(spec, (uint32_t)trajectory);
    double best = -1;

    for (uint64_t k = 0; k < candidates; k++) {
        make_candidate(self, &rng);
        find_place(self, &self->candidate);
        const double far = distance(self, trajectory);
        if (far > best) {
            best = far;
            memcpy(out, self->points, size * sizeof(*out));
            memcpy(self->chosen[trajectory].mean, self->candidate.mean, (size_t)spec->dimension * sizeof(double));
            self->chosen[trajectory].square = self->candidate.square;
        }
    }
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const size_t dimension = (size_t)spec->dimension, each = (size_t)spec->num_groups + 1, size = (size_t)spec->size;
    maker_t self = { .spec = spec, .order = calloc(each, sizeof(*self.order)), .points = calloc(each * dimension, sizeof(*self.points)),
        .chosen = calloc(size + 1, sizeof(*self.chosen)) };
    double *means = calloc((size + 1) * dimension, sizeof(*means));
    int ret = 0;

    if (self.order == NULL || self.points == NULL || self.chosen == NULL || means == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "a design of %zu trajectories", size);
    }
    for (size_t i = 0; i < size && ret == 0; i++) {
        self.chosen[i].mean = means + i * dimension;
    }
    self.candidate.mean = ret == 0 ? means + size * dimension : NULL;
    for (size_t i = 0; i < size && ret == 0; i++) {
        make_trajectory(&self, i, out + i * each * dimension);
    }
    free(self.order);
    free(self.points);
    free(self.chosen);
    free(means);
    return ret;
}

static void
role(const eng_design_spec_t *spec, const double *out, uint64_t point, eng_design_role_t *of)
{
    const uint64_t each = (uint64_t)spec->num_groups + 1;
    const double *now = out + point * (uint64_t)spec->dimension, *before = now - (point % each == 0 ? 0 : spec->dimension);

    *of = (eng_design_role_t){ .set = point / each, .matrix = point % each == 0 ? ENG_MATRIX_START : ENG_MATRIX_STEP, .moved = -1 };
    for (int j = 0; j < spec->dimension && of->moved < 0; j++) {
        of->moved = now[j] != before[j] ? eng_design_group(spec, j) : -1;
    }
}

static void
describe(const eng_design_spec_t *spec, char *text, size_t size)
{
    snprintf(text, size, "%llu trajectories of %d points", (unsigned long long)spec->size, spec->num_groups + 1);
}

extern const eng_design_kind_t eng_design_morris;
const eng_design_kind_t eng_design_morris = {
    .name = "morris",
    .help = "trajectories that move one group of parameters at a time, for screening",
    .size_key = "trajectories",
    .size_example = 20,
    .patients_common = true,
    .takes_dependence = true,
    .takes_groups = true,
    .extends = ENG_EXTENDS_BY_PREFIX,
    .options = { [LEVELS] = { .name = "levels", .kind = ENG_OPTION_COUNT, .low = 2, .high = 1000, .standard = 4 },
        [CANDIDATES] = { .name = "candidates", .kind = ENG_OPTION_COUNT, .low = 1, .high = 1000, .standard = 10 } },
    .problem = problem,
    .num_points = num_points,
    .fill = fill,
    .role = role,
    .describe = describe,
};
