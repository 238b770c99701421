/**
 * Shares of a study: whatever the division, every block belongs to exactly one, and pairs are counted right.
 */
#include "base/error.h"
#include "engine/ranges.h"
#include "engine/shard.h"
#include "testlib.h"
#include <string.h>

/* All shares of one division: they follow one another, differ by at most one block, and end at the last pair. */
static void
check_division(const eng_blocks_t *blocks, uint64_t of)
{
    uint64_t next = 0, pairs = 0, least = UINT64_MAX, most = 0;

    for (uint64_t k = 1; k <= of; k++) {
        eng_shard_t shard;
        uint64_t end, first;
        CU_ASSERT_EQUAL_FATAL(eng_shard_make(&shard, blocks, k, of), 0);
        first = eng_shard_range(&shard, blocks, &end);
        CU_ASSERT(first == next && end > first && shard.all_blocks == blocks->num_blocks);
        CU_ASSERT_EQUAL(eng_block_first_pair(blocks, first), pairs);
        for (uint64_t b = first; b < end; b++) {
            const eng_block_t block = eng_block_at(blocks, b);
            pairs += block.num_points * block.num_patients;
        }
        CU_ASSERT_EQUAL(eng_block_first_pair(blocks, end), pairs);
        least = end - first < least ? end - first : least;
        most = end - first > most ? end - first : most;
        next = end;
    }
    CU_ASSERT(next == blocks->num_blocks && most - least <= 1);
    CU_ASSERT_EQUAL(pairs, blocks->points * blocks->patients);
}

static void
test_every_division(void)
{
    static const uint64_t sizes[][2] = { { 1, 1 }, { 1, 64 }, { 1, 1000 }, { 37, 100 }, { 50, 10 }, { 3, 64 }, { 1000, 1 }, { 7, 129 } };

    for (size_t j = 0; j < sizeof(sizes) / sizeof(*sizes); j++) {
        const eng_blocks_t blocks = eng_blocks_of(sizes[j][0], sizes[j][1]);
        for (uint64_t of = 1; of <= blocks.num_blocks; of++) {
            check_division(&blocks, of);
        }
    }
}

static void
test_the_whole_and_nonsense(void)
{
    const eng_blocks_t blocks = eng_blocks_of(37, 100);
    eng_shard_t shard;
    uint64_t end;

    CU_ASSERT_EQUAL(eng_shard_make(&shard, &blocks, 0, 0), 0);
    CU_ASSERT_EQUAL(eng_shard_range(&shard, &blocks, &end), 0);
    CU_ASSERT_EQUAL(end, blocks.num_blocks);
    CU_ASSERT_EQUAL(eng_shard_make(&shard, &blocks, 0, 3), ENG_ERR_USAGE);
    CU_ASSERT_EQUAL(eng_shard_make(&shard, &blocks, 4, 3), ENG_ERR_USAGE);
    CU_ASSERT_EQUAL(eng_shard_make(&shard, &blocks, 1, blocks.num_blocks + 1), ENG_ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "at most 74"));
}

static void
test_ranges_meet(void)
{
    eng_ranges_t set = { 0 };

    CU_ASSERT_FALSE(eng_ranges_meet(&set, (eng_range_t){ 0, 5 }));
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 10, 5 }), 0);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 20, 1 }), 0);
    for (uint64_t first = 0; first < 25; first++) {
        for (uint64_t count = 1; count < 8; count++) {
            bool expected = false;
            for (uint64_t n = first; n < first + count; n++) {
                expected = expected || (n >= 10 && n < 15) || n == 20;
            }
            CU_ASSERT_EQUAL(eng_ranges_meet(&set, (eng_range_t){ first, count }), expected);
        }
    }
    eng_ranges_free(&set);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_every_division), ENG_TEST(test_the_whole_and_nonsense), ENG_TEST(test_ranges_meet) };
    return ENG_TEST_MAIN(argc, argv, "shard", tests);
}
