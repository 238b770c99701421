/**
 * A batch: what a rank has computed and not yet saved.  The blocks it has finished, the words of the points they touched,
 * the pooled words and the rows of /records, all as differences.  A batch is the unit of saving (one journal record) and of
 * delivery to the ranks that own points and records; adding batches in any order gives the same sums.  Serial.
 */
#ifndef ENG_ENGINE_BATCH_H
#define ENG_ENGINE_BATCH_H

#include "engine/pack.h"
#include "engine/ranges.h"
#include "study/layout.h"
#include "study/records.h"

typedef struct {
    size_t point_words;   /* words of a point, all protocols */
    size_t pooled_words;  /* likewise */
    size_t row_values;
    eng_ranges_t blocks;  /* finished */
    uint64_t courses;     /* in them */
    uint64_t *points;     /* owned: ids of the points touched, [num_points] */
    int64_t *words;       /* owned: [num_points][point_words] */
    size_t num_points, max_points;
    uint64_t *row_ids;    /* owned: [num_rows] */
    double *rows;         /* owned: [num_rows][row_values] */
    size_t num_rows, max_rows;
    int64_t *pooled;      /* owned: [pooled_words] */
} eng_batch_t;

/** An empty batch of a study. */
int eng_batch_create(eng_batch_t *batch, const eng_layout_t *layout, const eng_records_t *records);
void eng_batch_free(eng_batch_t *batch);
/** Back to empty, keeping memory. */
void eng_batch_clear(eng_batch_t *batch);
/** Words of a point to add to, NULL without memory.  Valid until the next call; points are best taken in order. */
int64_t *eng_batch_point(eng_batch_t *batch, uint64_t point);
/** A new row to fill, NULL without memory.  Valid until the next call. */
double *eng_batch_row(eng_batch_t *batch, uint64_t row_id);
/** Memory in use by points and rows, bytes. */
size_t eng_batch_bytes(const eng_batch_t *batch);

/** Append the whole batch, packed. */
void eng_batch_pack(const eng_batch_t *batch, eng_pack_t *pack);
/** Read into a cleared batch.  ENG_ERR_FORMAT where the bytes are not a batch of this study, ENG_ERR_NO_MEMORY. */
int eng_batch_unpack(eng_batch_t *batch, eng_unpack_t *unpack);

#endif
