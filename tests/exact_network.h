/**
 * Exact courses of a reaction table by D. Gillespie's direct method (1977), reactions in the order of their use (McCollum
 * et al. 2006: one that fires moves one place forward), and for each the list of those whose propensity it changes.
 * An oracle for the step loop, scalar and in double.
 */
#ifndef ENG_TESTS_EXACT_NETWORK_H
#define ENG_TESTS_EXACT_NETWORK_H

#include "base/math.h"
#include "base/rng.h"
#include "model/network.h"

#include <string.h>

#define EXACT_FRESH 1024 /* events after which the total is summed anew, so that rounding does not build up */

typedef struct {
    const eng_network_t *network;
    double count[ENG_NETWORK_SPECIES], time, events, total;
    double propensity[ENG_NETWORK_REACTIONS]; /* by place in the order */
    int at_place[ENG_NETWORK_REACTIONS], place[ENG_NETWORK_REACTIONS], old; /* old: events since the total was summed */
    int num_touched[ENG_NETWORK_REACTIONS], touched[ENG_NETWORK_REACTIONS][ENG_NETWORK_REACTIONS];
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

static inline void exact_sum(exact_t *x)
{
    x->total = 0;
    for (int p = 0; p < x->network->num_reactions; p++) {
        x->total += x->propensity[p];
    }
    x->old = 0;
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
    eng_rng_open(&x->rng, seed, course, ENG_CHANNEL_NETWORK, 0, 0);
    memcpy(x->count, network->start, (size_t)network->num_species * sizeof(*x->count));
    for (int r = 0; r < network->num_reactions; r++) {
        x->at_place[r] = x->place[r] = r;
        x->propensity[r] = exact_propensity(x, r);
        for (int k = 0; k < network->num_reactions; k++) {
            if (exact_depends(&network->reaction[r], &network->reaction[k])) {
                x->touched[r][x->num_touched[r]++] = k;
            }
        }
    }
    exact_sum(x);
}

/* The place that a share of the total falls on; -1: on none, by rounding, or on a reaction that cannot happen. */
static inline int exact_pick(exact_t *x, double share)
{
    double at = share * x->total;
    int p = 0;
    while (p < x->network->num_reactions && at >= x->propensity[p]) {
        at -= x->propensity[p++];
    }
    return p < x->network->num_reactions && x->propensity[p] > 0 ? p : -1;
}

static inline void exact_forward(exact_t *x, int p)
{
    const int r = x->at_place[p], before = x->at_place[p - 1];
    const double a = x->propensity[p];
    x->propensity[p] = x->propensity[p - 1];
    x->propensity[p - 1] = a;
    x->at_place[p] = before;
    x->at_place[p - 1] = r;
    x->place[r] = p - 1;
    x->place[before] = p;
}

static inline void exact_fire(exact_t *x, int p)
{
    const int r = x->at_place[p];
    const eng_reaction_t *row = &x->network->reaction[r];
    for (int j = 0; j < ENG_NETWORK_CHANGES && row->change[j].species >= 0; j++) {
        x->count[row->change[j].species] += row->change[j].by;
    }
    for (int j = 0; j < x->num_touched[r]; j++) {
        const int k = x->touched[r][j];
        const double now = exact_propensity(x, k);
        x->total += now - x->propensity[x->place[k]];
        x->propensity[x->place[k]] = now;
    }
    if (p > 0) {
        exact_forward(x, p);
    }
    x->events++;
    x->old++;
}

/** On to day `end`.  What of a waiting time lies beyond is forgotten, as the exponential law allows. */
static void exact_advance(exact_t *x, double end)
{
    for (;;) {
        if (x->old >= EXACT_FRESH || !(x->total > 0)) {
            exact_sum(x);
        }
        if (!(x->total > 0)) {
            break;
        }
        x->time -= eng_log(eng_uniform(eng_rng_next(&x->rng))) / x->total;
        if (x->time >= end) {
            break;
        }
        const int p = exact_pick(x, eng_uniform(eng_rng_next(&x->rng)));
        if (p >= 0) {
            exact_fire(x, p);
        } else {
            exact_sum(x);
        }
    }
    x->time = end;
}

#endif
