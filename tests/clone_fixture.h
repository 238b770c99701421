/**
 * One draw of small clones outside a course: a tile with one law in all lanes and a list of pairs, whose two words are
 * set through the state and increment of the lane's stream.
 */
#ifndef ENG_TESTS_CLONE_FIXTURE_H
#define ENG_TESTS_CLONE_FIXTURE_H

#include "testlib.h"

#include "base/math.h"
#include "base/sample.h"
#include "base/widths.h"
#include "model/lanes/clone_law.h"
#include "model/lanes/small_clones.h"

#define CLONE_DECLARE(width) void eng_small_clones_##width(const eng_course_t *c, small_list_t *list, const eng_cells_t *stem);
ENG_VECTOR_LIST(CLONE_DECLARE)

static eng_tile_t clone_tile;
static eng_clones_t clone_block;
static eng_plan_t clone_plan;
static small_list_t clone_list;

/* A law for all lanes; the words of a pair are then the stream's next two. */
static eng_course_t
clone_course(double A, double Q)
{
    const eng_course_t course = { .tile = &clone_tile, .clones = &clone_block, .plan = &clone_plan };

    for (int l = 0; l < ENG_LANES; l++) {
        clone_block.clone_loss[l] = clone_tile.hsc_loss[l] = (real)A;
        clone_block.clone_gain[l] = clone_tile.hsc_gain[l] = (real)Q;
    }
    for (int k = 0; k <= ENG_NUM_CLONES; k++) {
        clone_plan.small[k] = eng_rng_jump(0);
    }
    clone_list.num = 0;
    return course;
}

/* A state whose output is that word: low half 1 makes an output the high half after steps that can be taken back. */
static eng_u128_t
clone_state_of(uint64_t word)
{
    uint64_t inverse = ENG_DXSM_MULTIPLIER;

    for (int j = 0; j < 6; j++) {
        inverse *= 2 - ENG_DXSM_MULTIPLIER * inverse;
    }
    word ^= word >> 48;
    word *= inverse;
    word ^= word >> 32;
    return (eng_u128_t)word << 64 | 1;
}

/* The next two words of lane l; the increment leads from one state to the other. */
static void
clone_words(int l, uint64_t word1, uint64_t word2)
{
    const eng_u128_t state = clone_state_of(word1), inc = clone_state_of(word2) - state * ENG_DXSM_MULTIPLIER;

    clone_tile.count_state.low[l] = (uint64_t)state;
    clone_tile.count_state.high[l] = (uint64_t)(state >> 64);
    clone_tile.count_inc.low[l] = (uint64_t)inc;
    clone_tile.count_inc.high[l] = (uint64_t)(inc >> 64);
}

/* One pair by itself. */
static double
clone_one(double n, double A, double Q, uint64_t word1, uint64_t word2)
{
    const eng_course_t course = clone_course(A, Q);

    clone_words(0, word1, word2);
    small_list_add(&clone_list, 0, 0, n, 1);
    eng_small_clones(&course, &clone_list, &clone_tile.cells);
    return clone_list.count[0];
}

typedef struct {
    double n, A, Q;
} clone_cell_t;

/* Nothing happens, pure death, pure birth, kills, growth, few and many, either side of A = 1. */
static const clone_cell_t clone_cells[] = {
    { 1, 0, 0 }, { 1, 0x1p-24, 0x1p-26 }, { 1, 0.05, 0.046875 }, { 1, 0.999, 0.5 }, { 1, 1, 1 }, { 1, 63, 0 },
    { 1, 30, 30.875 }, { 2, 0.125, 0 }, { 2, 0, 0.5 }, { 3, 4, 4.9375 }, { 5, 0.125, 0.109375 }, { 7, 15, 15.5 },
    { 12, 0.5, 0.4375 }, { 20, 0.0625, 0.875 }, { 30, 3, 0.25 }, { 50, 0.125, 0.125 }, { 60, 1.5, 1.25 }, { 63, 0.25, 0.0625 },
    { 200, 7, 4 }, { 400, 31, 24 }, { 2500, 0.004, 0.003 }, { 10000, 255, 2 }, { 1000000, 65536, 128 }, { 1e7, 1e6, 0 },
};
#define NUM_CLONE_CELLS (sizeof(clone_cells) / sizeof(clone_cells[0]))

#endif
