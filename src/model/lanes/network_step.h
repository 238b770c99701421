/** Steps of a reaction network for one vector width; model/network.h has the contract. */
#ifndef ENG_MODEL_LANES_NETWORK_STEP_H
#define ENG_MODEL_LANES_NETWORK_STEP_H

#include "model/lanes/lanes.h"
#include "model/network.h"

LANE_FUNCTION(void, eng_network_steps, (eng_network_tile_t *tile, const eng_network_t *network, double dt, int steps));
/** mean[ENG_LANES] >= 0, word[ENG_LANES], count[ENG_LANES]; all aligned rows. */
LANE_FUNCTION(void, eng_network_poisson_row, (const real *mean, const uint32_t *word, real *count));

#endif
