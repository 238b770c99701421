/**
 * Effects of a group, one a trajectory, and their moments under weights of trajectories.
 */
#include "stats/morris_effects.h"

#include "base/math.h"
#include "stats/resample.h"

#include <stdlib.h>

#define MEAN_OF_SIZE 0.79788456080286535588 /* E|z| of a standard normal z: sqrt(2 / pi) */

typedef struct {
    double mu, mu_star, sigma, raw_sigma, noise;
    uint64_t n;
} moments_t;

/* Effects by trajectory of one group; weight NULL: each once. */
static moments_t
moments_of(const eng_effect_t *const *effects, uint64_t trajectories, const double *weight)
{
    double n = 0, sum = 0, size = 0, squares = 0, noise = 0, spread;

    for (uint64_t i = 0; i < trajectories; i++) {
        const eng_effect_t *e = effects[i];
        const double w = e == NULL || !(e->effect == e->effect) ? 0 : weight == NULL ? 1 : weight[i];

        if (w > 0) {
            n += w;
            sum += w * e->effect;
            size += w * eng_abs(e->effect);
            squares += w * e->effect * e->effect;
            noise += w * e->noise;
        }
    }
    if (!(n > 1)) {
        return (moments_t){ NAN, NAN, NAN, NAN, NAN, (uint64_t)n };
    }
    spread = eng_max(0, (squares - sum * sum / n) / (n - 1));
    noise /= n;
    return (moments_t){ sum / n, size / n, sqrt(eng_max(0, noise == noise ? spread - noise : spread)), sqrt(spread), noise, (uint64_t)n };
}

/* Trajectories are few: Student's quantile, and the spread of a mean of one more than the bootstrap's. */
static eng_index_t
with_interval(double value, double raw, uint64_t rows, double *resampled, int resamples)
{
    const double n = (double)rows, critical = n > 1 ? eng_student_quantile(0.975, n - 1) * sqrt(n / (n - 1)) : NAN;
    const eng_interval_t interval = eng_resample_interval(value, resampled, resamples, critical);
    const double least = 0;
    const double low = interval.low < least ? least : interval.low;

    return (eng_index_t){ value, low, interval.high, raw, rows };
}

/* Of the mean itself Student's interval is exact where effects are normal. */
static eng_index_t
of_mean(const moments_t *all)
{
    const double n = (double)all->n, variance = all->raw_sigma * all->raw_sigma / n;
    const eng_interval_t interval = eng_interval_mean(all->mu, variance, n > 1 ? eng_student_quantile(0.975, n - 1) : NAN);

    return (eng_index_t){ all->mu, interval.low, interval.high, all->mu, all->n };
}

/* An effect must be larger than what noise makes; without known noise the same patients see every step, so that any is one. */
static const char *
judge(const eng_morris_t *of)
{
    const double floor = of->noise_star == of->noise_star ? of->noise_star : 0;

    if (!(of->mu_star.high == of->mu_star.high)) {
        return "not resolved";
    }
    if (of->mu_star.value == 0) {
        return "no effect";
    }
    return of->mu_star.low > floor || of->mu.low > 0 || of->mu.high < 0 ? "resolved" : "not distinguishable from 0";
}

static void
effects_of(const eng_effect_t *const *effects, uint64_t trajectories, int resamples, double *work, double *weight, eng_morris_t *out)
{
    const moments_t all = moments_of(effects, trajectories, NULL);
    double *star = work, *sigma = work + resamples;

    for (int k = 0; k < resamples; k++) {
        eng_resample_weights(trajectories, k, weight);
        const moments_t again = moments_of(effects, trajectories, weight);
        star[k] = again.mu_star;
        sigma[k] = again.sigma;
    }
    out->mu = of_mean(&all);
    out->mu_star = with_interval(all.mu_star, all.mu_star, all.n, star, resamples);
    out->sigma = with_interval(all.sigma, all.raw_sigma, all.n, sigma, resamples);
    out->noise_star = MEAN_OF_SIZE * sqrt(eng_max(0, all.noise));
    out->noise_star = all.noise == all.noise ? out->noise_star : NAN;
    out->verdict = judge(out);
}

int
eng_morris_effects(const eng_effect_t *effects, uint64_t count, uint64_t trajectories, int groups, int resamples, eng_morris_t *out)
{
    const eng_effect_t **of = calloc((size_t)trajectories + 1, sizeof(*of));
    double *work = malloc(2 * (size_t)resamples * sizeof(*work) + 1), *weight = malloc((size_t)trajectories * sizeof(*weight) + 1);
    const bool memory = of != NULL && work != NULL && weight != NULL;

    for (int group = 0; memory && group < groups; group++) {
        for (uint64_t i = 0; i < trajectories; i++) {
            of[i] = NULL;
        }
        for (uint64_t i = 0; i < count; i++) {
            if (effects[i].group == group) {
                of[effects[i].trajectory] = &effects[i];
            }
        }
        effects_of(of, trajectories, resamples, work, weight, &out[group]);
    }
    free(of);
    free(work);
    free(weight);
    return memory ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for elementary effects");
}
