/**
 * lhs: Latin hypercube sample (M. McKay, R. Beckman, W. Conover, Technometrics 21 (1979)).  Each coordinate has one
 * point in each of `points` equal strata, in random order, at a random position within the stratum.  With `copies` the points
 * are so many such samples, one after the other and independent of each other: how they differ says what the stratification
 * is worth, and more can be added.  With `maximin` orders are exchanged so that the nearest points of a sample lie farther apart.
 */
#include "base/math.h"
#include "design/stream.h"
#include <stdio.h>
#include <stdlib.h>

enum { COPIES, MAXIMIN };

#define EXCHANGES 20000     /* of two strata, tried on one copy ... */
#define SPREAD_STREAMS (UINT32_C(1) << 30)
#define MOST_DISTANCES 4e8  /* ... but no more than this allows coordinates to be compared */

uint64_t
eng_design_draw_below(eng_rng_t *rng, uint64_t bound)
{
    const uint64_t excess = (0 - bound) % bound; /* 2^64 mod bound */
    eng_u128_t product;

    do { /* rejection of the incomplete last part; bound < 2^32 */
        product = (eng_u128_t)eng_rng_next(rng) * bound;
    } while ((uint64_t)product < excess);
    return (uint64_t)(product >> 64);
}

/** Fisher-Yates. */
void
eng_design_permutation(eng_rng_t *rng, uint64_t size, uint32_t *order)
{
    uint64_t i, k;
    uint32_t other;

    for (i = 0; i < size; i++) {
        order[i] = (uint32_t)i;
    }
    for (i = size; i > 1; i--) {
        k = eng_design_draw_below(rng, i);
        other = order[k];
        order[k] = order[i - 1];
        order[i - 1] = other;
    }
}

static uint64_t
copy_size(const eng_design_spec_t *spec)
{
    return spec->size / (uint64_t)spec->option[COPIES];
}

static void
problem(const eng_design_spec_t *spec, char *text, size_t size)
{
    const uint64_t copies = (uint64_t)spec->option[COPIES];

    text[0] = '\0';
    if (spec->size % copies != 0) {
        snprintf(text, size, "%llu points are no whole number of points for each of %llu copies", (unsigned long long)spec->size,
            (unsigned long long)copies);
    } else if (2.0 * (double)copies * spec->dimension >= SPREAD_STREAMS) {
        snprintf(text, size, "more copies of so many parameters than there are streams of chance for");
    }
}

/* Streams of a copy come behind those of the copies before it: one for order and one for position of each coordinate. */
static void
fill_copy(const eng_design_spec_t *spec, uint64_t copy, uint32_t *order, double *out)
{
    const size_t dimension = (size_t)spec->dimension;
    const uint64_t size = copy_size(spec);

    for (size_t j = 0; j < dimension; j++) {
        const uint32_t use = (uint32_t)(2 * (copy * dimension + j));
        eng_rng_t rng = eng_design_stream(spec, use);

        eng_design_permutation(&rng, size, order);
        rng = eng_design_stream(spec, use + 1);
        for (uint64_t i = 0; i < size; i++) {
            /* 20 bits: stratum + position is then exact, so that no rounding reaches the next stratum */
            const double within = ((double)(eng_rng_next(&rng) >> 44) + 0.5) * 0x1p-20;
            out[i * dimension + j] = ((double)order[i] + within) / (double)size;
        }
    }
}

/* --- maximin --------------------------------------------------------------------------------------------------- */

typedef struct {
    double *out; /* borrowed: [size][dimension] of the copy */
    double *gap;   /* owned: squared distance of each point from the nearest other */
    uint32_t *near; /* owned: which that is */
    uint64_t size;
    size_t dimension;
} spread_t;

static double
distance(const spread_t *self, uint64_t a, uint64_t b)
{
    const double *x = self->out + a * self->dimension, *y = self->out + b * self->dimension;
    double sum = 0;

    for (size_t j = 0; j < self->dimension; j++) {
        sum += (x[j] - y[j]) * (x[j] - y[j]);
    }
    return sum;
}

static double
nearest(const spread_t *self, uint64_t point, uint32_t *which)
{
    double best = INFINITY;

    for (uint64_t i = 0; i < self->size; i++) {
        const double d = i == point ? INFINITY : distance(self, i, point);
        if (d < best) {
            best = d;
            *which = (uint32_t)i;
        }
    }
    return best;
}

static void
exchange(const spread_t *self, uint64_t a, uint64_t b, size_t j)
{
    double *x = self->out + a * self->dimension + j, *y = self->out + b * self->dimension + j;
    const double kept = *x;

    *x = *y;
    *y = kept;
}

/* Points a and b have moved. */
static void
update(spread_t *self, uint64_t a, uint64_t b)
{
    for (uint64_t i = 0; i < self->size; i++) {
        if (i == a || i == b || self->near[i] == a || self->near[i] == b) {
            self->gap[i] = nearest(self, i, &self->near[i]);
            continue;
        }
        const double to_a = distance(self, i, a), to_b = distance(self, i, b), d = eng_min(to_a, to_b);
        if (d < self->gap[i]) {
            self->gap[i] = d;
            self->near[i] = (uint32_t)(to_a <= to_b ? a : b);
        }
    }
}

/*
 * Again and again the point that is nearest to another exchanges a coordinate with some third one; what brings neither of the
 * two nearer to others than the nearest pair was is kept.
 */
static void
spread_copy(const eng_design_spec_t *spec, uint64_t copy, spread_t *self)
{
    const double cost = 2.0 * (double)self->size * (double)self->dimension;
    const int tries = (int)eng_max(1, eng_min(EXCHANGES, MOST_DISTANCES / cost));
    eng_rng_t rng = eng_design_stream(spec, SPREAD_STREAMS + (uint32_t)copy);
    uint64_t closest = 0;
    uint32_t other = 0;

    for (uint64_t i = 0; i < self->size; i++) {
        self->gap[i] = nearest(self, i, &self->near[i]);
    }
    for (int n = 0; n < tries && self->size > 2; n++) {
        for (uint64_t i = 0; i < self->size; i++) {
            closest = self->gap[i] < self->gap[closest] ? i : closest;
        }
        const uint64_t partner = eng_design_draw_below(&rng, self->size);
        const size_t j = (size_t)eng_design_draw_below(&rng, self->dimension);
        if (partner == closest) {
            continue;
        }
        exchange(self, closest, partner, j);
        if (eng_min(nearest(self, closest, &other), nearest(self, partner, &other)) <= self->gap[closest]) {
            exchange(self, closest, partner, j);
        } else {
            update(self, closest, partner);
        }
    }
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const uint64_t copies = (uint64_t)spec->option[COPIES], size = copy_size(spec);
    uint32_t *order = malloc((size_t)size * sizeof(*order) + 1);
    spread_t spread = { .gap = malloc((size_t)size * sizeof(double) + 1), .near = malloc((size_t)size * sizeof(uint32_t) + 1),
        .size = size, .dimension = (size_t)spec->dimension };
    const bool memory = order != NULL && spread.gap != NULL && spread.near != NULL;

    for (uint64_t copy = 0; memory && copy < copies; copy++) {
        spread.out = out + copy * size * (uint64_t)spec->dimension;
        fill_copy(spec, copy, order, spread.out);
        if (spec->option[MAXIMIN] > 0) {
            spread_copy(spec, copy, &spread);
        }
    }
    free(order);
    free(spread.gap);
    free(spread.near);
    return memory ? ENG_OK : ENG_FAIL(ENG_ERR_NO_MEMORY, "a design of %llu points", (unsigned long long)spec->size);
}

static void
role(const eng_design_spec_t *spec, const double *out, uint64_t point, eng_design_role_t *of)
{
    (void)out;
    *of = (eng_design_role_t){ .set = point / copy_size(spec), .moved = -1 };
}

extern const eng_design_kind_t eng_design_lhs;
const eng_design_kind_t eng_design_lhs = {
    .name = "lhs",
    .help = "Latin hypercube: one point in each of `points` equal strata of every parameter",
    .size_key = "points",
    .size_example = 200,
    .takes_dependence = true,
    .extends = ENG_EXTENDS_BY_COPIES,
    .options = { [COPIES] = { .name = "copies", .kind = ENG_OPTION_COUNT, .low = 1, .high = 1e6, .standard = 1, .extent = true },
        [MAXIMIN] = { .name = "maximin", .kind = ENG_OPTION_TRUTH } },
    .problem = problem,
    .num_points = eng_design_size_as_points,
    .fill = fill,
    .role = role,
    .spread = true,
};
