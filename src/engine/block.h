/**
 * Blocks: the fixed numbering of courses, the unit of hand-out and of commit: of a whole study, or of the points and patients by
 * which it has grown.  A pure function of these ranges; it knows no rank.  A block is 64 x 2^m patients of one point, or whole points until at least 64
 * patients are in it; either way all protocols of its patients.  Consecutive blocks belong to the same or to the next points.
 */
#ifndef ENG_ENGINE_BLOCK_H
#define ENG_ENGINE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

/** More blocks than this are made larger instead. */
#define ENG_MAX_BLOCKS UINT64_C(10000000)

typedef struct {
    uint64_t first_point, first_patient; /* 0 of a whole study */
    uint64_t points, patients;    /* how many from there on */
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
/** Of these ranges. */
eng_blocks_t eng_blocks_in(const eng_block_t *ranges);

/** Block k, 0 <= k < num_blocks. */
eng_block_t eng_block_at(const eng_blocks_t *blocks, uint64_t k);

/** What of a whole study is left beside a smaller one, which has fewer points or fewer patients; 0, 0: all of it. */
void eng_block_without(eng_block_t *study, uint64_t points, uint64_t patients);

/** Pairs of point and patient in the blocks before one; in all of them for block = num_blocks. */
uint64_t eng_block_first_pair(const eng_blocks_t *blocks, uint64_t block);

/**
 * A region: ranges of points and patients that were added one after another, their blocks numbered through.  What is added moves no
 * number, so that a study may grow while it runs.  Zeroed: empty; free is legal on it.
 */
typedef struct {
    eng_blocks_t *parts;  /* owned: [count] */
    uint64_t *begin;      /* owned: [count] number of the first block of each */
    size_t count, capacity;
    uint64_t num_blocks, pairs; /* of all: blocks, and pairs of point and patient in them */
} eng_region_t;

/** ENG_ERR_NO_MEMORY. */
int eng_region_add(eng_region_t *region, const eng_block_t *ranges);
void eng_region_free(eng_region_t *region);
/** Block k, 0 <= k < num_blocks. */
eng_block_t eng_region_at(const eng_region_t *region, uint64_t k);

#endif
