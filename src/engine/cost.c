/**
 * The cost model of `engraft check`.
 */
#include "engine/cost.h"

#include "engine/block.h"
#include "engine/save.h"

/* Times of processes were measured (tests/bench_engine.c, ENGRAFT_PROFILE=1); those of the file system are assumed, for an idle one. */
#define START_SECONDS 0.05        /* reading, calendars, the work folder */
#define START_A_DOUBLING 0.01     /* collective steps of the start, by log2(ranks) */
#define ANSWER_SECONDS 4e-6       /* of a manager, for one rank that asks */
#define ASKS_A_SECOND 6.0         /* of a rank: ranges of a second, smaller ones near the end */
#define APPEND_SECONDS 50e-6      /* of the file system, for one record of any rank */
#define FILE_BYTES_A_SECOND 5e8   /* of the file system, all ranks together */
#define WRITE_SECONDS 0.3         /* opening, some hundred small datasets, reading back */
#define WRITE_A_DOUBLING 0.05     /* the same by log2(ranks): they are collective */
#define WRITE_PASSES 2.0          /* written once and read back once */

static int
doublings(int ranks)
{
    int n = 0;

    while (ranks > 1) {
        ranks = ranks / 2 + ranks % 2;
        n++;
    }
    return n;
}

/* Points that records hold in all: one for every stay of a rank at a point between two records. */
static double
point_entries(const eng_blocks_t *blocks, double records)
{
    const double points = (double)blocks->points, most = (double)blocks->num_blocks * (double)blocks->points_per_block;
    const double some = points + records; /* a record ends in the middle of a point where a point has several blocks */

    return blocks->blocks_per_point > 1 && some < most ? some : most;
}

eng_cost_t
eng_cost_of(const eng_pilot_t *pilot, const eng_work_t *work, const eng_layout_t *layout, uint64_t result_bytes, int ranks)
{
    const eng_study_t *study = work->study;
    const eng_blocks_t blocks = eng_blocks_of(study->num_points, study->patients);
    const double r = ranks < (double)blocks.num_blocks ? ranks : (double)blocks.num_blocks;
    const double block = pilot->core_seconds / (double)blocks.num_blocks;
    eng_cost_t cost = { .start = START_SECONDS + START_A_DOUBLING * doublings(ranks), .courses = pilot->core_seconds / r };
    const double records = r * (1 + cost.courses / eng_save_most(ranks));
    const double pooled = 8.0 * study->num_protocols * (double)layout->pooled_words;
    const double bytes = (double)pilot->journal_bytes + records * pooled / 8; /* most pooled words pack into a byte */

    /* Packed for the journal and for the owner, added by the owner. */
    cost.commit = 3 * pilot->pack_seconds * point_entries(&blocks, records) / r + records * APPEND_SECONDS + bytes / FILE_BYTES_A_SECOND;
    cost.wait = cost.courses * ASKS_A_SECOND * ANSWER_SECONDS * (ranks - 1) + (ranks > 1 ? block : 0);
    cost.write = WRITE_SECONDS + WRITE_A_DOUBLING * doublings(ranks) + WRITE_PASSES * (double)result_bytes / FILE_BYTES_A_SECOND;
    cost.wall = cost.start + cost.courses + cost.commit + cost.wait + cost.write;
    cost.records = (uint64_t)records;
    return cost;
}
