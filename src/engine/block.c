/**
 * The numbering of blocks.  Small blocks keep the end of a run short and lose little to a kill; their number is
 * bounded so that the manager's and the journal's lists stay small in the largest studies.
 */
#include "engine/block.h"

#define BLOCK_PATIENTS UINT64_C(64) /* one full tile of lanes */

static uint64_t
divide_up(uint64_t a, uint64_t b)
{
    return a / b + (a % b != 0);
}

eng_blocks_t
eng_blocks_of(uint64_t points, uint64_t patients)
{
    eng_blocks_t blocks = { .points = points, .patients = patients, .patients_per_block = patients };

    blocks.points_per_block = 1;
    blocks.blocks_per_point = 1;
    if (patients < BLOCK_PATIENTS) {
        blocks.points_per_block = divide_up(BLOCK_PATIENTS, patients);
    } else {
        blocks.patients_per_block = BLOCK_PATIENTS;
        while (points > ENG_MAX_BLOCKS / divide_up(patients, blocks.patients_per_block) &&
               blocks.patients_per_block < patients) {
            blocks.patients_per_block *= 2;
        }
        blocks.blocks_per_point = divide_up(patients, blocks.patients_per_block);
    }
    while (blocks.blocks_per_point == 1 && divide_up(points, blocks.points_per_block) > ENG_MAX_BLOCKS) {
        blocks.points_per_block *= 2;
    }
    blocks.num_blocks = divide_up(points, blocks.points_per_block) * blocks.blocks_per_point;
    return blocks;
}

eng_block_t
eng_block_at(const eng_blocks_t *blocks, uint64_t k)
{
    const uint64_t slot = k / blocks->blocks_per_point, part = k % blocks->blocks_per_point;
    eng_block_t block;

    block.first_point = slot * blocks->points_per_block;
    block.num_points = blocks->points - block.first_point;
    if (block.num_points > blocks->points_per_block) {
        block.num_points = blocks->points_per_block;
    }
    block.first_patient = part * blocks->patients_per_block;
    block.num_patients = blocks->patients - block.first_patient;
    if (block.num_patients > blocks->patients_per_block) {
        block.num_patients = blocks->patients_per_block;
    }
    return block;
}
