/**
 * Batches.  Points arrive in rising order (a rank's blocks rise), so the point asked for is nearly always the last one
 * or a new one; a second entry for a point is legal, since entries are added up.
 */
#include "engine/batch.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

int
eng_batch_create(eng_batch_t *batch, const eng_layout_t *layout, const eng_records_t *records)
{
    const size_t protocols = (size_t)layout->study->num_protocols;

    *batch = (eng_batch_t){ 0 };
    batch->point_words = protocols * layout->point_words;
    batch->pooled_words = protocols * layout->pooled_words;
    batch->row_values = records->num_values;
    batch->pooled = calloc(batch->pooled_words + 1, sizeof(*batch->pooled));
    return batch->pooled != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for pooled tables");
}

void
eng_batch_free(eng_batch_t *batch)
{
    eng_ranges_free(&batch->blocks);
    free(batch->points);
    free(batch->words);
    free(batch->row_ids);
    free(batch->rows);
    free(batch->pooled);
    *batch = (eng_batch_t){ 0 };
}

void
eng_batch_clear(eng_batch_t *batch)
{
    eng_ranges_clear(&batch->blocks);
    batch->courses = 0;
    batch->num_points = 0;
    batch->num_rows = 0;
    memset(batch->pooled, 0, batch->pooled_words * sizeof(*batch->pooled));
}

/* Make room for one more entry: an id and `size` bytes. */
static int
grow(uint64_t **ids, void **entries, size_t num, size_t *max, size_t size)
{
    if (num == *max) {
        const size_t more = *max == 0 ? 8 : 2 * *max;
        uint64_t *new_ids = realloc(*ids, more * sizeof(**ids));
        if (new_ids == NULL) {
            return -1;
        }
        *ids = new_ids;
        void *new_entries = realloc(*entries, more * size);
        if (new_entries == NULL) {
            return -1;
        }
        *entries = new_entries;
        *max = more;
    }
    return 0;
}

int64_t *
eng_batch_point(eng_batch_t *batch, uint64_t point)
{
    void *words = batch->words;
    const size_t size = batch->point_words * sizeof(*batch->words);
    int64_t *entry;

    if (batch->num_points == 0 || batch->points[batch->num_points - 1] != point) {
        if (grow(&batch->points, &words, batch->num_points, &batch->max_points, size) != 0) {
            return NULL;
        }
        batch->words = words;
        batch->points[batch->num_points++] = point;
        entry = batch->words + (batch->num_points - 1) * batch->point_words;
        memset(entry, 0, size);
        return entry;
    }
    return batch->words + (batch->num_points - 1) * batch->point_words;
}

double *
eng_batch_row(eng_batch_t *batch, uint64_t row_id)
{
    void *rows = batch->rows;

    if (grow(&batch->row_ids, &rows, batch->num_rows, &batch->max_rows, batch->row_values * sizeof(*batch->rows)) != 0) {
        return NULL;
    }
    batch->rows = rows;
    batch->row_ids[batch->num_rows++] = row_id;
    return batch->rows + (batch->num_rows - 1) * batch->row_values;
}

size_t
eng_batch_bytes(const eng_batch_t *batch)
{
    return batch->num_points * batch->point_words * sizeof(int64_t) + batch->num_rows * batch->row_values * sizeof(double);
}

void
eng_batch_pack(const eng_batch_t *batch, eng_pack_t *pack)
{
    const eng_ranges_t *blocks = &batch->blocks;

    eng_pack_number(pack, batch->courses);
    eng_pack_number(pack, blocks->num - blocks->head);
    for (size_t j = blocks->head; j < blocks->num; j++) {
        eng_pack_number(pack, blocks->items[j].first);
        eng_pack_number(pack, blocks->items[j].count);
    }
    eng_pack_number(pack, batch->num_points);
    for (size_t j = 0; j < batch->num_points; j++) {
        eng_pack_number(pack, batch->points[j]);
        eng_pack_words(pack, batch->words + j * batch->point_words, batch->point_words);
    }
    eng_pack_number(pack, batch->num_rows);
    for (size_t j = 0; j < batch->num_rows; j++) {
        eng_pack_number(pack, batch->row_ids[j]);
        eng_pack_doubles(pack, batch->rows + j * batch->row_values, batch->row_values);
    }
    eng_pack_words(pack, batch->pooled, batch->pooled_words);
}

static int
unpack_blocks(eng_batch_t *batch, eng_unpack_t *unpack)
{
    uint64_t count = 0;
    int ret = eng_unpack_number(unpack, &batch->courses);

    if (ret == 0) {
        ret = eng_unpack_number(unpack, &count);
    }
    for (uint64_t j = 0; j < count && ret == 0; j++) {
        eng_range_t range;
        ret = eng_unpack_number(unpack, &range.first);
        if (ret == 0) {
            ret = eng_unpack_number(unpack, &range.count);
        }
        if (ret == 0) {
            ret = eng_ranges_add(&batch->blocks, range);
        }
    }
    return ret;
}

static int
unpack_points(eng_batch_t *batch, eng_unpack_t *unpack)
{
    uint64_t count = 0, id;
    int ret = eng_unpack_number(unpack, &count);

    for (uint64_t j = 0; j < count && ret == 0; j++) {
        ret = eng_unpack_number(unpack, &id);
        if (ret == 0) {
            int64_t *words = eng_batch_point(batch, id);
            ret = words == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for saved results")
                                : eng_unpack_words(unpack, words, batch->point_words);
        }
    }
    return ret;
}

static int
unpack_rows(eng_batch_t *batch, eng_unpack_t *unpack)
{
    uint64_t count = 0, id;
    int ret = eng_unpack_number(unpack, &count);

    for (uint64_t j = 0; j < count && ret == 0; j++) {
        ret = eng_unpack_number(unpack, &id);
        if (ret == 0) {
            double *row = eng_batch_row(batch, id);
            ret = row == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for saved records")
                              : eng_unpack_doubles(unpack, row, batch->row_values);
        }
    }
    return ret;
}

int
eng_batch_unpack(eng_batch_t *batch, eng_unpack_t *unpack)
{
    int ret = unpack_blocks(batch, unpack);

    if (ret == 0) {
        ret = unpack_points(batch, unpack);
    }
    if (ret == 0) {
        ret = unpack_rows(batch, unpack);
    }
    if (ret == 0) {
        ret = eng_unpack_words(unpack, batch->pooled, batch->pooled_words);
    }
    if (ret == 0 && unpack->at != unpack->end) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "saved results are longer than expected");
    }
    return ret;
}
