/**
 * Shares of a study: blocks in contiguous ranges, as equal as whole blocks allow, whatever ranks compute them.  Pure
 * functions of the study's size.
 */
#ifndef ENG_ENGINE_SHARD_H
#define ENG_ENGINE_SHARD_H

#include "engine/block.h"
#include "store/store.h"

/**
 * The share `number` of `of`, from 1; of = 0 gives the whole study (a zeroed record).  ENG_ERR_USAGE: number is not in
 * 1 .. of, or there are fewer blocks than shares.
 */
int eng_shard_make(eng_shard_t *shard, const eng_blocks_t *blocks, uint64_t number, uint64_t of);

/** Blocks first .. *end - 1 of a share, of all blocks for a zeroed one; returns first. */
uint64_t eng_shard_range(const eng_shard_t *shard, const eng_blocks_t *blocks, uint64_t *end);

#endif
