/**
 * Elementary effects (M. Morris 1991) of responses that are means over finite numbers of random courses: their mean mu, the
 * mean of their sizes mu* (F. Campolongo et al. 2007) and their spread sigma, per unit of the cube.  Where the noise of points
 * is known and independent it is taken out of sigma, and mu* is given beside what noise alone would make of it.
 */
#ifndef ENG_STATS_MORRIS_EFFECTS_H
#define ENG_STATS_MORRIS_EFFECTS_H

#include "stats/sobol_indices.h"

/** One effect: response after a step minus that before, over the step. */
typedef struct {
    uint64_t trajectory;
    int group;
    double effect; /* NaN: missing */
    double noise;  /* its variance; NaN: not known, as where the patients are the same */
} eng_effect_t;

typedef struct {
    eng_index_t mu, mu_star, sigma; /* raw: with the noise */
    double noise_star;              /* mu* of noise alone; NaN: not known */
    const char *verdict;
} eng_morris_t;

/** Of each group; intervals by a bootstrap over trajectories.  ENG_ERR_NO_MEMORY. */
int ENG_MUST_CHECK eng_morris_effects(const eng_effect_t *effects, uint64_t count, uint64_t trajectories, int groups, int resamples,
    eng_morris_t *out);

#endif
