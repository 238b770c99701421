/**
 * Tables of reactions: checks, starts, and the way to the step loop of a width (lanes/network.c).
 */
#include "model/network.h"

#include "base/error.h"
#include "base/math.h"
#include "model/kernel.h"

static bool is_species(const eng_network_t *network, int species)
{
    return species >= -1 && species < network->num_species;
}

int eng_network_check(const eng_network_t *network)
{
    if (network->num_species < 1 || network->num_species > ENG_NETWORK_SPECIES) {
        return ENG_FAIL(ENG_ERR_USAGE, "network: %d species, 1 to %d are possible", network->num_species, ENG_NETWORK_SPECIES);
    }
    if (network->num_reactions < 1 || network->num_reactions > ENG_NETWORK_REACTIONS) {
        return ENG_FAIL(ENG_ERR_USAGE, "network: %d reactions, 1 to %d are possible", network->num_reactions,
            ENG_NETWORK_REACTIONS);
    }
    for (int s = 0; s < network->num_species; s++) {
        const double start = network->start[s];
        if (!(start >= 0 && start <= 0x1p24 && start == eng_floor(start))) {
            return ENG_FAIL(ENG_ERR_USAGE, "network: species %d starts at %g, not at a whole number 0 to 2^24", s, start);
        }
    }
    for (int r = 0; r < network->num_reactions; r++) {
        const eng_reaction_t *row = &network->reaction[r];
        bool good = row->rate >= 0 && row->rate < INFINITY && is_species(network, row->reactant[0])
            && is_species(network, row->reactant[1]) && (row->reactant[0] >= 0 || row->reactant[1] < 0);
        for (int j = 0; j < ENG_NETWORK_CHANGES && row->change[j].species != -1; j++) {
            good = good && is_species(network, row->change[j].species);
        }
        if (!good) {
            return ENG_FAIL(ENG_ERR_USAGE, "network: reaction %d: rates are finite and >= 0, species 0 to %d", r,
                network->num_species - 1);
        }
    }
    return 0;
}

void eng_network_open(eng_network_tile_t *tile, const eng_network_t *network, const uint32_t seed[4], uint64_t first)
{
    for (int l = 0; l < ENG_LANES; l++) {
        eng_rng_t rng;
        eng_rng_open(&rng, seed, first + (uint64_t)l, ENG_CHANNEL_NETWORK, 0, 0);
        tile->stream.low[l] = (uint64_t)rng.state;
        tile->stream.high[l] = (uint64_t)(rng.state >> 64);
        tile->inc.low[l] = (uint64_t)rng.inc;
        tile->inc.high[l] = (uint64_t)(rng.inc >> 64);
        for (int s = 0; s < network->num_species; s++) {
            tile->count[s][l] = (eng_real_t)network->start[s];
        }
    }
}

int eng_network_advance(eng_network_tile_t *tile, const eng_network_t *network, double dt, int steps)
{
    const eng_kernel_t *kernel;
    const int err = eng_kernel_choose(&kernel);
    if (err == 0) {
        kernel->network(tile, network, dt, steps);
    }
    return err;
}

int eng_network_poisson(const eng_row_t mean, const uint32_t word[ENG_LANES], eng_row_t count)
{
    const eng_kernel_t *kernel;
    const int err = eng_kernel_choose(&kernel);
    if (err == 0) {
        kernel->poisson(mean, word, count);
    }
    return err;
}

double eng_network_upper_tail(uint32_t word)
{
    return (0x1p31 - 0.5 - (double)(int32_t)word) * 0x1p-32;
}
