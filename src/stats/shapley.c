/**
 * Shapley effects from nearest neighbours.
 */
#include "stats/shapley.h"

#include "base/math.h"
#include "stats/resample.h"

#include <stdlib.h>
#include <string.h>

#define NEIGHBOURS 3      /* a point and the two nearest: what B. Broto et al. advise */
#define MOST_STEPS 2e10   /* distances that are looked at; with more points fewer are centres */

typedef struct {
    const double *rank, *mean, *noise;
    uint64_t points, centres;
    int parameters;
    double *spread;   /* owned: [sets][centres]: variance among neighbours in the parameters of the set */
    double *distance; /* owned: [points] */
    double *weight;   /* owned: [centres] */
} work_t;

/* Sample variance of the responses of a centre and those nearest to it; itself is nearest. */
static double
variance_near(const work_t *work, uint64_t centre)
{
    double near[NEIGHBOURS], y[NEIGHBOURS], sum = 0, squares = 0;

    for (int k = 0; k < NEIGHBOURS; k++) {
        near[k] = INFINITY;
        y[k] = work->mean[centre];
    }
    near[0] = -1;
    for (uint64_t i = 0; i < work->points; i++) {
        double d = work->distance[i], value = work->mean[i];
        if (i == centre || d >= near[NEIGHBOURS - 1]) {
            continue;
        }
        for (int k = 1; k < NEIGHBOURS; k++) { /* keep the nearest in order */
            if (d < near[k]) {
                const double d_was = near[k], y_was = y[k];
                near[k] = d;
                y[k] = value;
                d = d_was;
                value = y_was;
            }
        }
    }
    for (int k = 0; k < NEIGHBOURS; k++) {
        const double z = y[k] - work->mean[centre];
        sum += z;
        squares += z * z;
    }
    return (squares - sum * sum / NEIGHBOURS) / (NEIGHBOURS - 1);
}

/* Every set of parameters, one moved in or out at a time (a Gray code), so that distances change by one term. */
static void
look_around(work_t *work, uint64_t number, uint64_t centre)
{
    const uint32_t sets = UINT32_C(1) << work->parameters;
    uint32_t set = 0;

    memset(work->distance, 0, (size_t)work->points * sizeof(*work->distance));
    for (uint32_t k = 1; k < sets; k++) {
        const int j = __builtin_ctz(k);
        const double sign = set >> j & 1 ? -1 : 1, *own = work->rank + centre * (uint64_t)work->parameters;
        set ^= UINT32_C(1) << j;
        for (uint64_t i = 0; i < work->points; i++) {
            const double apart = work->rank[i * (uint64_t)work->parameters + (uint64_t)j] - own[j];
            work->distance[i] += sign * apart * apart;
        }
        work->spread[set * work->centres + number] = variance_near(work, centre);
    }
}

/* Variance of all responses, and their mean noise. */
static double
variance_of(const work_t *work, const double *weight, double *noise)
{
    double n = 0, sum = 0, squares = 0, noises = 0;

    for (uint64_t c = 0; c < work->centres; c++) {
        const uint64_t i = c * work->points / work->centres;
        const double w = weight == NULL ? 1 : weight[c], y = work->mean[i] - work->mean[0];
        n += w;
        sum += w * y;
        squares += w * y * y;
        noises += w * work->noise[i];
    }
    *noise = noises / n;
    return (squares - sum * sum / n) / (n - 1);
}

/* What is left unexplained by a set: the mean variance among neighbours. */
static double
left_by(const work_t *work, uint32_t set, const double *weight)
{
    const double *spread = work->spread + set * work->centres;
    double n = 0, sum = 0;

    for (uint64_t c = 0; c < work->centres; c++) {
        const double w = weight == NULL ? 1 : weight[c];
        n += w;
        sum += w * spread[c];
    }
    return sum / n;
}

/* Effects from what every set explains; noise_out: 1 takes the noise out. */
static void
share_out(const work_t *work, const double *weight, double noise_out, double *explained, double *effect)
{
    const uint32_t sets = UINT32_C(1) << work->parameters, whole = sets - 1;
    double noise, all = variance_of(work, weight, &noise);

    for (uint32_t set = 1; set < whole; set++) {
        explained[set] = all - left_by(work, set, weight); /* noise is in both */
    }
    explained[0] = 0;
    explained[whole] = all - noise_out * noise;
    for (int j = 0; j < work->parameters; j++) {
        effect[j] = 0;
    }
    for (uint32_t set = 0; set < sets; set++) {
        double chance = 1.0 / work->parameters; /* 1 / (parameters * (parameters - 1 over members)) */
        const int members = __builtin_popcount(set);
        for (int k = 1; k <= members && members < work->parameters; k++) {
            chance *= (double)k / (work->parameters - k);
        }
        for (int j = 0; j < work->parameters && members < work->parameters; j++) {
            if ((set >> j & 1) == 0) {
                effect[j] += chance * (explained[set | UINT32_C(1) << j] - explained[set]) / explained[whole];
            }
        }
    }
}

static bool
make_work(work_t *work, const double *rank, const double *mean, const double *noise, uint64_t points, int parameters)
{
    const double sets = (double)(UINT32_C(1) << parameters), most = MOST_STEPS / (2 * sets * (double)points);

    *work = (work_t){ .rank = rank, .mean = mean, .noise = noise, .points = points, .parameters = parameters,
        .centres = most < (double)points ? (uint64_t)eng_max(most, 16) : points };
    work->spread = calloc((size_t)sets * (size_t)work->centres + 1, sizeof(double));
    work->distance = malloc((size_t)points * sizeof(double) + 1);
    work->weight = malloc((size_t)work->centres * sizeof(double) + 1);
    return work->spread != NULL && work->distance != NULL && work->weight != NULL;
}

int
eng_shapley(const double *rank, const double *mean, const double *noise, uint64_t points, int parameters, int resamples, eng_index_t *out)
{
    const size_t sets = (size_t)1 << parameters, width = (size_t)parameters;
    work_t work;
    bool memory = make_work(&work, rank, mean, noise, points, parameters);
    double *explained = malloc(sets * sizeof(double)), *again = malloc(width * (size_t)resamples * sizeof(double) + 1);
    double value[ENG_MAX_SHAPLEY], raw[ENG_MAX_SHAPLEY];

    memory = memory && explained != NULL && again != NULL;
    for (uint64_t c = 0; memory && c < work.centres; c++) {
        look_around(&work, c, c * points / work.centres);
    }
    if (memory) {
        share_out(&work, NULL, 1, explained, value);
        share_out(&work, NULL, 0, explained, raw);
    }
    for (int k = 0; memory && k < resamples; k++) {
        double effect[ENG_MAX_SHAPLEY];
        eng_resample_weights(work.centres, k, work.weight);
        share_out(&work, work.weight, 1, explained, effect);
        for (int j = 0; j < parameters; j++) {
            again[j * resamples + k] = effect[j];
        }
    }
    for (int j = 0; memory && j < parameters; j++) {
        const eng_interval_t interval = eng_resample_interval(value[j], again + j * resamples, resamples, ENG_Z95);
        out[j] = (eng_index_t){ value[j], interval.low, interval.high, raw[j], points };
    }
    free(work.spread);
    free(work.distance);
    free(work.weight);
    free(explained);
    free(again);
    return memory ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for Shapley effects");
}
