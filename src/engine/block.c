/**
 * The numbering of blocks.  Small blocks keep the end of a run short and lose little to a kill; their number is
 * bounded so that the manager's and the journal's lists stay small in the largest studies.
 */
#include "engine/block.h"

#include "base/error.h"
#include <stdlib.h>

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
    block.first_point += blocks->first_point;
    block.first_patient += blocks->first_patient;
    return block;
}

eng_blocks_t
eng_blocks_in(const eng_block_t *ranges)
{
    eng_blocks_t blocks = eng_blocks_of(ranges->num_points, ranges->num_patients);

    blocks.first_point = ranges->first_point;
    blocks.first_patient = ranges->first_patient;
    return blocks;
}

void
eng_block_without(eng_block_t *study, uint64_t points, uint64_t patients)
{
    if (points > 0 && points < study->num_points) {
        study->first_point = points;
        study->num_points -= points;
    } else if (points > 0) {
        study->first_patient = patients;
        study->num_patients -= patients;
    }
}

uint64_t
eng_block_first_pair(const eng_blocks_t *blocks, uint64_t block)
{
    if (block >= blocks->num_blocks) {
        return blocks->points * blocks->patients;
    }
    const eng_block_t at = eng_block_at(blocks, block);
    return (at.first_point - blocks->first_point) * blocks->patients + at.first_patient - blocks->first_patient;
}

/* --- regions --------------------------------------------------------------------------------------------------- */

int
eng_region_add(eng_region_t *region, const eng_block_t *ranges)
{
    if (region->count == region->capacity) {
        const size_t more = region->capacity == 0 ? 4 : 2 * region->capacity;
        eng_blocks_t *parts = realloc(region->parts, more * sizeof(*parts));

        region->parts = parts != NULL ? parts : region->parts;
        uint64_t *begin = parts == NULL ? NULL : realloc(region->begin, more * sizeof(*begin));
        if (begin == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the blocks of %zu ranges of patients", more);
        }
        region->begin = begin;
        region->capacity = more;
    }
    const eng_blocks_t blocks = eng_blocks_in(ranges);
    region->parts[region->count] = blocks;
    region->begin[region->count++] = region->num_blocks;
    region->num_blocks += blocks.num_blocks;
    region->pairs += ranges->num_points * ranges->num_patients;
    return 0;
}

void
eng_region_free(eng_region_t *region)
{
    free(region->parts);
    free(region->begin);
    *region = (eng_region_t){ 0 };
}

eng_block_t
eng_region_at(const eng_region_t *region, uint64_t k)
{
    size_t low = 0, high = region->count - 1;

    while (low < high) {
        const size_t middle = high - (high - low) / 2;
        if (region->begin[middle] <= k) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return eng_block_at(&region->parts[low], k - region->begin[low]);
}
