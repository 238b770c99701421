/**
 * Steps of a reaction network over lanes: propensities, words, Poisson counts, changes, all from the step's start.
 * A step takes one 64-bit word for two reactions (lower half: the first), whatever the state.
 */
#include "model/lanes/network_step.h"

#include "model/lanes/rng_rows.h"
#include "model/lanes/sample_rows.h"

static void means(const eng_network_tile_t *tile, const eng_reaction_t *row, real rate, real *restrict mean)
{
    const real *a = row->reactant[0] < 0 ? NULL : tile->count[row->reactant[0]];
    const real *b = row->reactant[1] < 0 ? NULL : tile->count[row->reactant[1]];
    if (a == NULL) {
        FOR_LANES mean[l] = rate;
    } else if (b == NULL) {
        FOR_LANES mean[l] = rate * a[l];
    } else if (a == b) {
        FOR_LANES mean[l] = rate * (real)0.5 * a[l] * max0(a[l] - 1);
    } else {
        FOR_LANES mean[l] = rate * a[l] * b[l];
    }
}

static void change(const eng_reaction_t *row, const real *restrict count, eng_row_t *next)
{
    for (int j = 0; j < ENG_NETWORK_CHANGES && row->change[j].species >= 0; j++) {
        real *x = next[row->change[j].species];
        const real by = (real)row->change[j].by;
        FOR_LANES x[l] = fma_real(by, count[l], x[l]);
    }
}

static void step(eng_network_tile_t *tile, const eng_network_t *network, real dt, const poisson_terms_t *terms)
{
    eng_row_t next[ENG_NETWORK_SPECIES], mean, count;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    uint32_t half[2][ENG_LANES] ENG_ALIGNED;
    memcpy(next, tile->count, (size_t)network->num_species * sizeof(*next));
    for (int r = 0; r < network->num_reactions; r++) {
        const eng_reaction_t *row = &network->reaction[r];
        if (r % 2 == 0) {
            next_words(&tile->stream, &tile->inc, word);
            FOR_LANES
            {
                half[0][l] = (uint32_t)word[l];
                half[1][l] = (uint32_t)(word[l] >> 32);
            }
        }
        means(tile, row, (real)row->rate * dt, mean);
        poisson_row(mean, half[r % 2], terms, count);
        change(row, count, next);
    }
    for (int s = 0; s < network->num_species; s++) {
        FOR_LANES tile->count[s][l] = max0(next[s][l]);
    }
}

void eng_network_steps(eng_network_tile_t *tile, const eng_network_t *network, double dt, int steps)
{
    poisson_terms_t terms;
    poisson_terms(&terms);
    for (int n = 0; n < steps; n++) {
        step(tile, network, (real)dt, &terms);
    }
}

void eng_network_poisson_row(const real *mean, const uint32_t *word, real *count)
{
    poisson_terms_t terms;
    poisson_terms(&terms);
    poisson_row(mean, word, &terms, count);
}
