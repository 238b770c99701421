/**
 * Batches and journals as the tests of journals make and judge them.  Included by one program each; not every one needs all of it.
 */
#ifndef ENG_JOURNAL_FIXTURE_H
#define ENG_JOURNAL_FIXTURE_H

#include "base/error.h"
#include "engine/journal.h"
#include "testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINT_WORDS = 12, POOLED_WORDS = 40, ROW_VALUES = 5, BATCHES = 4 };

static eng_study_t study;
static eng_layout_t layout = { .study = &study, .point_words = POINT_WORDS, .pooled_words = POOLED_WORDS };
static eng_records_t records = { .study = &study, .num_values = ROW_VALUES };

static uint64_t
draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 11;
}

static int64_t
random_word(uint64_t *state)
{
    static const int64_t special[] = { INT64_MAX, INT64_MIN, -1, 1, 63, 64, -64, -65, 0, 8192 };
    const uint64_t kind = draw(state) % 4;

    return kind == 0 ? 0 : kind == 1 ? (int64_t)(draw(state) % 100) : kind == 2 ? special[draw(state) % 10]
                                                                               : (int64_t)(draw(state) << (draw(state) % 12));
}

/* Batch j of the tests: two points, a row, some blocks. */
static inline void
fill(eng_batch_t *batch, uint64_t j)
{
    uint64_t state = 7 * j + 1;

    eng_batch_clear(batch);
    for (uint64_t p = 2 * j; p < 2 * j + 2; p++) {
        int64_t *words = eng_batch_point(batch, p);
        for (size_t k = 0; k < batch->point_words; k++) {
            words[k] = random_word(&state);
        }
    }
    for (size_t k = 0; k < batch->pooled_words; k++) {
        batch->pooled[k] = random_word(&state);
    }
    double *row = eng_batch_row(batch, j);
    for (int k = 0; k < ROW_VALUES; k++) {
        row[k] = k == 0 ? -0.0 : (double)j / (k + 2);
    }
    CU_ASSERT_EQUAL(eng_ranges_add(&batch->blocks, (eng_range_t){ 10 * j, 3 }), 0);
    CU_ASSERT_EQUAL(eng_ranges_add(&batch->blocks, (eng_range_t){ 10 * j + 5, 1 }), 0);
    batch->courses = 100 + j;
}

static inline bool
equal(const eng_batch_t *a, const eng_batch_t *b)
{
    return a->courses == b->courses && a->num_points == b->num_points && a->num_rows == b->num_rows &&
        a->blocks.num == b->blocks.num && memcmp(a->blocks.items, b->blocks.items, a->blocks.num * sizeof(eng_range_t)) == 0 &&
        memcmp(a->points, b->points, a->num_points * sizeof(*a->points)) == 0 &&
        memcmp(a->words, b->words, a->num_points * a->point_words * sizeof(*a->words)) == 0 &&
        memcmp(a->pooled, b->pooled, a->pooled_words * sizeof(*a->pooled)) == 0 &&
        memcmp(a->row_ids, b->row_ids, a->num_rows * sizeof(*a->row_ids)) == 0 &&
        memcmp(a->rows, b->rows, a->num_rows * a->row_values * sizeof(*a->rows)) == 0;
}

typedef struct {
    int count, wrong;
} reading_t;

static inline int
use(void *context, const eng_batch_t *batch)
{
    reading_t *reading = context;
    eng_batch_t expected;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&expected, &layout, &records), 0);
    fill(&expected, (uint64_t)reading->count);
    reading->wrong += !equal(batch, &expected);
    reading->count++;
    eng_batch_free(&expected);
    return 0;
}

static inline eng_journal_key_t
make_key(void)
{
    static const double values[4] = { 1, 2, 3, 4 };
    static eng_protocol_t protocols[2]; /* of no action */

    study.disease = eng_disease_find("ms");
    study.num_protocols = 2;
    study.protocols = protocols;
    study.num_points = 2;
    study.num_uncertain = 2;
    memset(study.identity, 'a', 32);
    memset(study.extent, 'b', 32);
    return eng_journal_key(&study, values, 0, 30);
}

/* Write BATCHES records; returns the file's bytes and size, and its path. */
static inline char *
write_journal(const char *directory, const eng_journal_key_t *key, const char **path, size_t *size)
{
    eng_journal_t journal;
    eng_batch_t batch;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    CU_ASSERT_EQUAL_FATAL(eng_journal_open(&journal, directory, 1, 0, key), 0);
    for (uint64_t j = 0; j < BATCHES; j++) {
        fill(&batch, j);
        CU_ASSERT_EQUAL(eng_journal_append(&journal, &batch, j % 2 == 0), 0);
    }
    eng_journal_close(&journal);
    eng_batch_free(&batch);
    *path = eng_test_path(directory, "journal.1.0");
    return eng_test_read_file(*path, size);
}

static inline void
put_file(const char *path, const char *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");

    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, size, out), size);
    fclose(out);
}

#endif
