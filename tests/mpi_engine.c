/**
 * Hand-out and owners on any number of ranks: every block is done exactly once, every word reaches its owner, a stop or an
 * error on any rank ends all.  tests/mpi_engine.sh runs it on several numbers of ranks; alone it is one rank.
 */
#include "base/error.h"
#include "engine/owner.h"
#include "engine/schedule.h"
#include "store/agree.h"
#include "testlib.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POINTS = 97, PROTOCOLS = 2, POINT_WORDS = 300, POOLED_WORDS = 10, ROW_VALUES = 4, RECORDS = 55 };

static int rank, size;

static void
work_a_little(uint64_t block)
{
    const struct timespec pause = { 0, (long)(block % 7) * 20000 };

    nanosleep(&pause, NULL);
}

/* Runs `blocks` blocks; this rank stops (or not: stop_after 0) after some.  done[b] counts on all ranks together. */
static void
hand_out(uint64_t blocks, uint64_t stop_after, int64_t *done)
{
    eng_schedule_t schedule;
    eng_ranges_t pending = { 0 };
    eng_next_t next = ENG_NEXT_WAIT;
    uint64_t mine = 0, block = 0;

    if (rank == 0) {
        CU_ASSERT_EQUAL(eng_ranges_add(&pending, (eng_range_t){ 0, blocks }), 0);
    }
    CU_ASSERT_EQUAL_FATAL(eng_schedule_create(&schedule, &pending, MPI_COMM_WORLD), 0);
    while (next != ENG_NEXT_END) {
        CU_ASSERT_EQUAL_FATAL(eng_schedule_next(&schedule, &next, &block), 0);
        if (next == ENG_NEXT_BLOCK) {
            CU_ASSERT_FATAL(block < blocks);
            work_a_little(block);
            done[block]++;
            mine++;
            eng_schedule_done(&schedule, 1, 10);
            if (mine == stop_after) {
                eng_schedule_stop(&schedule);
            }
        } else {
            eng_idle();
        }
    }
    int64_t total = (int64_t)mine;
    CU_ASSERT_EQUAL(eng_mpi_sum(&total, 1, MPI_COMM_WORLD), 0);
    if (rank == 0) {
        CU_ASSERT_EQUAL(schedule.blocks, total);
        CU_ASSERT_EQUAL(schedule.courses, 10 * total);
    }
    CU_ASSERT_EQUAL(eng_mpi_sum(done, blocks, MPI_COMM_WORLD), 0);
    eng_schedule_free(&schedule);
    eng_ranges_free(&pending);
}

static void
check_all_once(uint64_t blocks)
{
    int64_t *done = calloc(blocks, sizeof(*done));
    uint64_t wrong = 0;

    hand_out(blocks, 0, done);
    for (uint64_t b = 0; b < blocks; b++) {
        wrong += done[b] != 1;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    free(done);
}

static void
test_every_block_once(void)
{
    static const uint64_t sizes[] = { 1, 2, 3, 10, 100, 3000 };

    for (size_t j = 0; j < sizeof(sizes) / sizeof(*sizes); j++) {
        for (int round = 0; round < 3; round++) {
            check_all_once(sizes[j]);
        }
    }
}

/* Each rank in turn stops early; all ranks end, no block is done twice, some remain. */
static void
test_any_rank_can_stop(void)
{
    enum { BLOCKS = 200000 };
    int64_t *done = calloc(BLOCKS, sizeof(*done));

    for (int r = 0; r < size; r++) {
        uint64_t total = 0, twice = 0;
        memset(done, 0, BLOCKS * sizeof(*done));
        hand_out(BLOCKS, rank == r ? 5 : 0, done);
        for (uint64_t b = 0; b < BLOCKS; b++) {
            total += done[b] != 0;
            twice += done[b] > 1;
        }
        CU_ASSERT_EQUAL(twice, 0);
        CU_ASSERT(total >= 5 && total < BLOCKS);
    }
    free(done);
}

static void
test_owners_share_everything(void)
{
    static const uint64_t counts[] = { 0, 1, 2, 5, 63, 1000 };

    for (size_t j = 0; j < sizeof(counts) / sizeof(*counts); j++) {
        for (int ranks = 1; ranks < 12; ranks++) {
            CU_ASSERT_EQUAL(eng_owner_first(counts[j], 0, ranks), 0);
            CU_ASSERT_EQUAL(eng_owner_first(counts[j], ranks, ranks), counts[j]);
            for (uint64_t k = 0; k < counts[j]; k++) {
                const int owner = eng_owner_of(counts[j], k, ranks);
                CU_ASSERT(k >= eng_owner_first(counts[j], owner, ranks) && k < eng_owner_first(counts[j], owner + 1, ranks));
            }
        }
    }
}

static int64_t
expected_word(uint64_t point, size_t k)
{
    return k % 3 == 0 ? 0 : (int64_t)(point * 1000 + k) - 50000;
}

/* Every rank delivers words of every point, several times and in odd orders; owners must hold the exact sums. */
static void
test_everything_reaches_its_owner(void)
{
    eng_study_t study = { .num_points = POINTS, .num_protocols = PROTOCOLS };
    const eng_layout_t layout = { .study = &study, .point_words = POINT_WORDS, .pooled_words = POOLED_WORDS };
    const eng_records_t records = { .study = &study, .num_values = ROW_VALUES };
    const int rounds = 3;
    eng_owner_t owner;
    eng_batch_t batch;

    CU_ASSERT_EQUAL_FATAL(eng_owner_create(&owner, &layout, &records, RECORDS, MPI_COMM_WORLD), 0);
    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    for (int round = 0; round < rounds; round++) {
        for (uint64_t j = 0; j < POINTS; j++) {
            const uint64_t point = (j * 31 + (uint64_t)round) % POINTS;
            int64_t *words = eng_batch_point(&batch, point);
            CU_ASSERT_PTR_NOT_NULL_FATAL(words);
            for (size_t k = 0; k < batch.point_words; k++) {
                words[k] = expected_word(point, k);
            }
            if (j % 20 == 19) {
                CU_ASSERT_EQUAL(eng_owner_deliver(&owner, &batch), 0);
                eng_batch_clear(&batch);
            }
        }
        for (uint64_t j = (uint64_t)rank; j < RECORDS; j += (uint64_t)size) {
            double *row = eng_batch_row(&batch, j);
            CU_ASSERT_PTR_NOT_NULL_FATAL(row);
            for (int k = 0; k < ROW_VALUES; k++) {
                row[k] = (double)j + k / 8.0;
            }
        }
        CU_ASSERT_EQUAL(eng_owner_deliver(&owner, &batch), 0);
        eng_batch_clear(&batch);
        CU_ASSERT_EQUAL(eng_owner_settle(&owner), 0);
    }
    uint64_t wrong = 0;
    for (uint64_t j = 0; j < owner.num_points; j++) {
        for (size_t k = 0; k < owner.point_words; k++) {
            wrong += owner.point[j * owner.point_words + k] != rounds * size * expected_word(owner.first_point + j, k);
        }
    }
    for (uint64_t j = 0; j < owner.num_records; j++) {
        for (int k = 0; k < ROW_VALUES; k++) {
            wrong += owner.rows[j * ROW_VALUES + (uint64_t)k] != (double)(owner.first_record + j) + k / 8.0;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    eng_batch_free(&batch);
    eng_owner_free(&owner);
}

static void
test_agreement(void)
{
    CU_ASSERT_EQUAL(eng_agree(0, MPI_COMM_WORLD), 0);
    for (int r = 0; r < size; r++) {
        eng_error_clear();
        const int mine = rank == r ? ENG_FAIL(ENG_ERR_WRITE, "rank %d cannot write", r) : 0;
        char expected[64];
        snprintf(expected, sizeof(expected), "rank %d cannot write", r);
        CU_ASSERT_EQUAL(eng_agree(mine, MPI_COMM_WORLD), ENG_ERR_WRITE);
        CU_ASSERT_STRING_EQUAL(eng_error_message(), expected);
    }
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_agreement), ENG_TEST(test_owners_share_everything),
        ENG_TEST(test_everything_reaches_its_owner), ENG_TEST(test_every_block_once), ENG_TEST(test_any_rank_can_stop) };
    int failed;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    failed = ENG_TEST_MAIN(argc, argv, "engine", tests);
    MPI_Finalize();
    return failed;
}
