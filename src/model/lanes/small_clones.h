/**
 * The clones and stem cells of one draw that are too small for the expansion, as one list over all clones and lanes.
 */
#ifndef ENG_MODEL_LANES_SMALL_CLONES_H
#define ENG_MODEL_LANES_SMALL_CLONES_H

#include "model/lanes/small_counts.h"
#include "model/lanes/step.h"

/** Room for a filled last group. */
#define SMALL_ROOM (SMALL_PAIRS + SMALL_GROUP)

typedef struct {
    int num;
    uint16_t place[SMALL_ROOM]; /* clone x ENG_LANES + lane; the stem cells are clone ENG_NUM_CLONES, those of a donor the next */
    double n[SMALL_ROOM];       /* cells at the last draw, > 0 */
    double count[SMALL_ROOM];   /* out: cells now */
} small_list_t;

/** Adds the pair if `wanted` is 1, without a branch that would be guessed wrong; 0 leaves it in the free place behind the list. */
LANE_INLINE void small_list_add(small_list_t *list, int k, int l, double n, int wanted)
{
    list->place[list->num] = (uint16_t)(k * ENG_LANES + l);
    list->n[list->num] = n;
    list->num += wanted;
}

/**
 * Draw every pair of the list by the law of the loss and gain rows of clones and of `stem`, whose stem cells are on it: survivors are binomial by the first word,
 * their descendants negative binomial by the second.  The mean or the side of the binomial that is rarer must be small,
 * as it is below the limits of clone_law.h.  count_state stands at the draw's base.
 */
LANE_FUNCTION(void, eng_small_clones, (const eng_course_t *c, small_list_t *list, const eng_cells_t *stem));

#endif
