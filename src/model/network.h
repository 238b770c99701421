/**
 * Reaction networks by tau-leaping: any table of mass-action reactions, one trajectory a lane, 64 lanes a tile.
 * Numbers of reactions in a step are Poisson with the mean of the step's start; equal bits from every width.
 * Nothing here is collective and nothing allocates.
 */
#ifndef ENG_MODEL_NETWORK_H
#define ENG_MODEL_NETWORK_H

#include "model/tile.h"

#define ENG_NETWORK_SPECIES   64  /* at most */
#define ENG_NETWORK_REACTIONS 256 /* at most */
#define ENG_NETWORK_CHANGES   4   /* species that one reaction changes, at most */

/**
 * One reaction.  Propensity: rate (no reactant), rate A, rate A B, or rate A (A-1)/2 where both are the same.
 * Reactants and changes are species numbers; -1 ends either list.
 */
typedef struct {
    double rate;     /* per day, >= 0 */
    int reactant[2];
    struct {
        int species, by;
    } change[ENG_NETWORK_CHANGES];
} eng_reaction_t;

typedef struct {
    int num_species, num_reactions;
    const double *start; /* [num_species] whole numbers, 0 .. 2^24 */
    const eng_reaction_t *reaction;
} eng_network_t;

/** 64 trajectories.  Counts are whole numbers, exact up to 2^24. */
typedef struct {
    eng_row_t count[ENG_NETWORK_SPECIES];
    eng_wide_row_t stream, inc;
} eng_network_tile_t;

/** ENG_ERR_USAGE names the first row of the table that cannot be run. */
int eng_network_check(const eng_network_t *network);

/** Trajectories first .. first + 63 at their start.  What a trajectory becomes depends on (seed, its number) alone. */
void eng_network_open(eng_network_tile_t *tile, const eng_network_t *network, const uint32_t seed[4], uint64_t first);

/** `steps` steps of dt days by the kernel that ENGRAFT_SIMD asks for (model/kernel.h); errors of eng_kernel_choose. */
int eng_network_advance(eng_network_tile_t *tile, const eng_network_t *network, double dt, int steps);

/** Poisson counts as the step loop draws them: one row of means and 32-bit words.  For tests. */
int eng_network_poisson(const eng_row_t mean, const uint32_t word[ENG_LANES], eng_row_t count);

/** P(X > x) that a word, a signed number from the lower to the upper end, stands for. */
double eng_network_upper_tail(uint32_t word);

#endif
