/**
 * The numbering of blocks and sets of blocks.
 */
#include "base/error.h"
#include "engine/block.h"
#include "engine/ranges.h"
#include "testlib.h"
#include <stdlib.h>

/* Every (point, patient) pair lies in exactly one block. */
static void
check_cover(uint64_t points, uint64_t patients)
{
    const eng_blocks_t blocks = eng_blocks_of(points, patients);
    unsigned char *seen = calloc(points * patients, 1);
    uint64_t twice = 0, missing = 0, outside = 0, small = 0;

    for (uint64_t k = 0; k < blocks.num_blocks; k++) {
        const eng_block_t b = eng_block_at(&blocks, k);
        const bool last = b.first_point + b.num_points == points || b.first_patient + b.num_patients == patients;
        small += !last && b.num_points * b.num_patients < 64;
        for (uint64_t p = b.first_point; p < b.first_point + b.num_points; p++) {
            for (uint64_t i = b.first_patient; i < b.first_patient + b.num_patients; i++) {
                outside += p >= points || i >= patients;
                twice += p < points && i < patients && seen[p * patients + i]++ != 0;
            }
        }
    }
    for (uint64_t j = 0; j < points * patients; j++) {
        missing += seen[j] == 0;
    }
    CU_ASSERT_EQUAL(twice, 0);
    CU_ASSERT_EQUAL(missing, 0);
    CU_ASSERT_EQUAL(outside, 0);
    CU_ASSERT_EQUAL(small, 0);
    free(seen);
}

static void
test_blocks_cover_everything_once(void)
{
    static const uint64_t sizes[] = { 1, 2, 3, 7, 10, 33, 63, 64, 65, 100, 128, 129, 640, 1000 };
    const size_t n = sizeof(sizes) / sizeof(*sizes);

    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n; b++) {
            check_cover(sizes[a], sizes[b]);
        }
    }
}

static void
test_blocks_stay_few(void)
{
    static const uint64_t sizes[][2] = { { 1, UINT64_C(1) << 40 }, { UINT64_C(4000000000), 1 }, { UINT64_C(4000000000), 64 },
        { UINT64_C(4000000000), 1000 }, { 30000000, 10 }, { 1000, 100000000 } };

    for (size_t j = 0; j < sizeof(sizes) / sizeof(*sizes); j++) {
        const eng_blocks_t blocks = eng_blocks_of(sizes[j][0], sizes[j][1]);
        CU_ASSERT(blocks.num_blocks <= ENG_MAX_BLOCKS);
        CU_ASSERT(blocks.num_blocks > ENG_MAX_BLOCKS / 4);
        const eng_block_t last = eng_block_at(&blocks, blocks.num_blocks - 1);
        CU_ASSERT_EQUAL(last.first_point + last.num_points, sizes[j][0]);
        CU_ASSERT_EQUAL(last.first_patient + last.num_patients, sizes[j][1]);
    }
}

static void
test_ranges_join_and_refuse_overlap(void)
{
    eng_ranges_t set = { 0 };

    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 10, 5 }), 0);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 20, 5 }), 0);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 0, 3 }), 0);
    CU_ASSERT_EQUAL(set.num, 3);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 14, 1 }), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 8, 3 }), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 8, 30 }), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ UINT64_MAX, 2 }), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(eng_ranges_total(&set), 13);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ 15, 5 }), 0); /* closes the gap */
    CU_ASSERT_EQUAL(set.num, 2);
    CU_ASSERT_EQUAL(set.items[1].first, 10);
    CU_ASSERT_EQUAL(set.items[1].count, 15);
    eng_ranges_free(&set);
}

/* Random order, any grouping: the same set; what is missing is the complement; taking empties it in order. */
static void
test_ranges_random_order(void)
{
    enum { N = 500 };
    uint64_t order[N], state = 1, next = 0;
    eng_ranges_t set = { 0 }, missing = { 0 };

    for (uint64_t j = 0; j < N; j++) {
        order[j] = j;
    }
    for (uint64_t j = N - 1; j > 0; j--) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        const uint64_t k = (state >> 33) % (j + 1), kept = order[j];
        order[j] = order[k];
        order[k] = kept;
    }
    for (int j = 0; j < N; j++) {
        if (order[j] % 7 != 3) {
            CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ order[j], 1 }), 0);
        }
    }
    CU_ASSERT_EQUAL(eng_ranges_missing(&set, N, &missing), 0);
    CU_ASSERT_EQUAL(eng_ranges_total(&missing) + eng_ranges_total(&set), N);
    for (size_t j = 0; j < missing.num; j++) {
        CU_ASSERT(missing.items[j].count == 1 && missing.items[j].first % 7 == 3);
    }
    for (eng_range_t got; (got = eng_ranges_take(&set, 4)).count > 0;) {
        CU_ASSERT(got.count <= 4 && got.first >= next);
        next = got.first + got.count;
    }
    CU_ASSERT_EQUAL(eng_ranges_total(&set), 0);
    CU_ASSERT_EQUAL(eng_ranges_add(&set, (eng_range_t){ N, 1 }), 0);
    eng_ranges_clear(&missing);
    CU_ASSERT_EQUAL(eng_ranges_missing(&set, N, &missing), ENG_ERR_RANGE);
    eng_ranges_free(&set);
    eng_ranges_free(&missing);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_blocks_cover_everything_once), ENG_TEST(test_blocks_stay_few),
        ENG_TEST(test_ranges_join_and_refuse_overlap), ENG_TEST(test_ranges_random_order) };
    return ENG_TEST_MAIN(argc, argv, "block", tests);
}
