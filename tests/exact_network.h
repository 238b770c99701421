/**
 * Exact courses of a reaction table by D. Gillespie's direct method (1977): propensities in groups of eight, and for each
 * reaction the list of those whose propensity it changes.  An oracle for the step loop, scalar and in double.
 */
#ifndef ENG_TESTS_EXACT_NETWORK_H
#define ENG_TESTS_EXACT_NETWORK_H

#include "base/math.h"
#include "base/rng.h"
#include "model/network.h"

#include <string.h>

#define EXACT_GROUP  8
#define EXACT_GROUPS (ENG_NETWORK_REACTIONS / EXACT_GROUP)

typedef struct {
    const eng_network_t *network;
    double count[ENG_NETWORK_SPECIES], time, events;
    double propensity[ENG_NETWORK_REACTIONS], group[EXACT_GROUPS];
    int num_groups, num_touched[ENG_NETWORK_REACTIONS], touched[ENG_NETWORK_REACTIONS][ENG_NETWORK_REACTIONS];
    eng_rng_t rng;
} exact_t;

static inline double exact_propensity(const exact_t *x, int r)
{
    const eng_reaction_t *row = &x->network->reaction[r];
    const int a = row->reactant[0], b = row->reactant[1];
    if (a < 0) {
        return row->rate;
    }
    if (b < 0) {
        return row->rate * x->count[a];
    }
    return a == b ? row->rate * 0.5 * x->count[a] * (x->count[a] - 1) : row->rate * x->count[a] * x->count[b];
}

static inline void exact_update(exact_t *x, int r)
{
    x->propensity[r] = exact_propensity(x, r);
}

/* Sums of groups anew rather than by differences: no rounding error builds up over 1e7 events. */
static inline void exact_sum(exact_t *x, int g)
{
    const double *p = x->propensity + (size_t)g * EXACT_GROUP;
    x->group[g] = ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]));
}

static inline bool exact_depends(const eng_reaction_t *by, const eng_reaction_t *on)
{
    for (int j = 0; j < ENG_NETWORK_CHANGES && by->change[j].species >= 0; j++) {
        if (by->change[j].species == on->reactant[0] || by->change[j].species == on->reactant[1]) {
            return true;
        }
    }
    return false;
}

static void exact_open(exact_t *x, const eng_network_t *network, const uint32_t seed[4], uint64_t course)
{
    memset(x, 0, sizeof(*x));
    x->network = network;
    x->num_groups = (network->num_reactions + EXACT_GROUP - 1) / EXACT_GROUP;
    eng_rng_open(&x->rng, seed, course, ENG_CHANNEL_NETWORK, 0, 0);
    memcpy(x->count, network->start, (size_t)network->num_species * sizeof(*x->count));
    for (int r = 0; r < network->num_reactions; r++) {
        exact_update(x, r);
        for (int k = 0; k < network->num_reactions; k++) {
            if (exact_depends(&network->reaction[r], &network->reaction[k])) {
                x->touched[r][x->num_touched[r]++] = k;
            }
        }
    }
    for (int g = 0; g < x->num_groups; g++) {
        exact_sum(x, g);
    }
}

static inline int exact_pick(const exact_t *x, double at)
{
    int g = 0, r;
    while (g < x->num_groups - 1 && at >= x->group[g]) {
        at -= x->group[g++];
    }
    for (r = g * EXACT_GROUP; r < g * EXACT_GROUP + EXACT_GROUP - 1 && at >= x->propensity[r]; r++) {
        at -= x->propensity[r];
    }
    return r;
}

static inline void exact_fire(exact_t *x, int r)
{
    const eng_reaction_t *row = &x->network->reaction[r];
    uint64_t groups = 0;
    for (int j = 0; j < ENG_NETWORK_CHANGES && row->change[j].species >= 0; j++) {
        x->count[row->change[j].species] += row->change[j].by;
    }
    for (int j = 0; j < x->num_touched[r]; j++) {
        exact_update(x, x->touched[r][j]);
        groups |= UINT64_C(1) << (x->touched[r][j] / EXACT_GROUP);
    }
    for (; groups != 0; groups &= groups - 1) {
        exact_sum(x, __builtin_ctzll(groups));
    }
    x->events++;
}

/** On to day `end`.  What of a waiting time lies beyond is forgotten, as the exponential law allows. */
static void exact_advance(exact_t *x, double end)
{
    for (;;) {
        double total = 0;
        for (int g = 0; g < x->num_groups; g++) {
            total += x->group[g];
        }
        if (total <= 0) {
            break;
        }
        x->time -= eng_log(eng_uniform(eng_rng_next(&x->rng))) / total;
        if (x->time >= end) {
            break;
        }
        const int r = exact_pick(x, eng_uniform(eng_rng_next(&x->rng)) * total);
        if (r < x->network->num_reactions && x->propensity[r] > 0) { /* rounding may point at a reaction that cannot happen */
            exact_fire(x, r);
        }
    }
    x->time = end;
}

#endif
