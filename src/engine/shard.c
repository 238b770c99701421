/**
 * Shares of a study's blocks.
 */
#include "engine/shard.h"

#include "base/error.h"
#include <inttypes.h>

/* First block of share k of n, counted from 0: the first `rest` shares have one more. */
static uint64_t
first_block(uint64_t blocks, uint64_t k, uint64_t n)
{
    const uint64_t rest = blocks % n;

    return k * (blocks / n) + (k < rest ? k : rest);
}

int
eng_shard_make(eng_shard_t *shard, const eng_blocks_t *blocks, uint64_t number, uint64_t of)
{
    *shard = (eng_shard_t){ 0 };
    if (of == 0) {
        return 0;
    }
    if (number < 1 || number > of) {
        return ENG_FAIL(ENG_ERR_USAGE, "there is no shard %" PRIu64 " of %" PRIu64 ": shards are 1/%" PRIu64 " to %" PRIu64 "/%" PRIu64,
            number, of, of, of, of);
    }
    if (of > blocks->num_blocks) {
        return ENG_FAIL(ENG_ERR_USAGE, "the study has %" PRIu64 " block%s of courses and cannot be split into %" PRIu64 " shards; use at most %"
            PRIu64, blocks->num_blocks, blocks->num_blocks == 1 ? "" : "s", of, blocks->num_blocks);
    }
    shard->number = number;
    shard->of = of;
    shard->first_block = first_block(blocks->num_blocks, number - 1, of);
    shard->num_blocks = first_block(blocks->num_blocks, number, of) - shard->first_block;
    shard->all_blocks = blocks->num_blocks;
    return 0;
}

uint64_t
eng_shard_range(const eng_shard_t *shard, const eng_blocks_t *blocks, uint64_t *end)
{
    *end = shard->of > 0 ? shard->first_block + shard->num_blocks : blocks->num_blocks;
    return shard->of > 0 ? shard->first_block : 0;
}
