/**
 * Blocks: the fixed numbering of a study's courses, the unit of hand-out and of commit.  A pure function of the number of
 * points and patients; it knows no rank.  A block is 64 x 2^m patients of one point, or whole points until at least 64
 * patients are in it; either way all protocols of its patients.  Consecutive blocks belong to the same or to the next points.
 */
#ifndef ENG_ENGINE_BLOCK_H
#define ENG_ENGINE_BLOCK_H

#include <stdint.h>

/** More blocks than this are made larger instead. */
#define ENG_MAX_BLOCKS UINT64_C(10000000)

typedef struct {
    uint64_t points, patients;    /* of the study */
    uint64_t patients_per_block;  /* of one point */
    uint64_t blocks_per_point;    /* 1 where a block holds whole points */
    uint64_t points_per_block;    /* 1 where a point has several blocks */
    uint64_t num_blocks;
} eng_blocks_t;

/** Points first_point .. first_point + num_points - 1, of each the patients first_patient .. */
typedef struct {
    uint64_t first_point, num_points, first_patient, num_patients;
} eng_block_t;

/** points, patients >= 1, points * patients < 2^62. */
eng_blocks_t eng_blocks_of(uint64_t points, uint64_t patients);

/** Block k, 0 <= k < num_blocks. */
eng_block_t eng_block_at(const eng_blocks_t *blocks, uint64_t k);

#endif
