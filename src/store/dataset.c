/**
 * Descriptions of all datasets of a file and the values that belong in them.  Writer and verifier both fill from
 * here, so that what is compared after writing is made anew from the data and not from what was written.
 */
#include "store/dataset.h"

#include "base/fpu.h"

#include <stdlib.h>
#include <string.h>

/* What HDF5 keeps about a dataset, and /summary and texts about a protocol, at most. */
#define DATASET_BYTES 4000.0
#define TABLES_BYTES 100e3

static int
find_dim(const eng_content_t *content, const char *name, uint64_t *size)
{
    if (eng_schema_dim(content, name, size)) {
        return 0;
    }
    for (int j = 0; j < content->layout->num_scales; j++) {
        if (strcmp(content->layout->scales[j].name, name) == 0) {
            *size = content->layout->scales[j].size;
            return 0;
        }
    }
    return ENG_FAIL(ENG_ERR_INTERNAL, "a dataset stands on the axis '%s', which does not exist", name);
}

/* Append one dimension and check it against what the layout believes (expected 0: anything). */
static int
add_dim(eng_dataset_t *dataset, const eng_content_t *content, const char *name, size_t length, uint64_t expected)
{
    const int j = dataset->num_dims;
    int ret;

    if (j == ENG_MAX_DIMS || length >= sizeof(dataset->dim[j])) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "%s has too many dimensions, or one with too long a name", dataset->path);
    }
    memcpy(dataset->dim[j], name, length);
    dataset->dim[j][length] = '\0';
    ret = find_dim(content, dataset->dim[j], &dataset->size[j]);
    if (ret == 0 && expected != 0 && dataset->size[j] != expected) {
        ret = ENG_FAIL(ENG_ERR_INTERNAL, "%s: %llu values on the axis '%s' of %llu", dataset->path,
            (unsigned long long)expected, dataset->dim[j], (unsigned long long)dataset->size[j]);
    }
    dataset->num_dims++;
    return ret;
}

static size_t
longest_text(const eng_dataset_t *dataset, const eng_content_t *content)
{
    const eng_schema_row_t *row = eng_schema_row(dataset->index);
    const uint64_t count = eng_dataset_elements(dataset);
    char scratch[ENG_SCRATCH];
    size_t longest = 1; /* HDF5 has no empty strings of fixed length */

    for (uint64_t i = 0; i < count; i++) {
        const size_t length = strlen(row->text(content, i, scratch));
        longest = length > longest ? length : longest;
    }
    return longest;
}

static int
describe_row(eng_dataset_t *dataset, const eng_content_t *content, int index)
{
    const eng_schema_row_t *row = eng_schema_row(index);
    const char *name = row->dims;
    int ret = 0;

    *dataset = (eng_dataset_t){ .cell = eng_schema_cell(row), .cell_bytes = 8, .unit = row->unit,
        .long_name = row->long_name, .estimator = row->estimator, .origin = ENG_FROM_SCHEMA, .index = index };
    snprintf(dataset->path, sizeof(dataset->path), "%s", row->path);
    while (ret == 0 && *name != '\0') {
        const size_t length = strcspn(name, " ");
        ret = add_dim(dataset, content, name, length, 0);
        name += length + (name[length] == ' ');
    }
    if (ret == 0 && dataset->cell == ENG_CELL_TEXT) {
        dataset->cell_bytes = content->data == NULL ? 64 : longest_text(dataset, content);
    }
    return ret;
}

static int
describe_scale(eng_dataset_t *dataset, const eng_content_t *content, int index)
{
    const eng_scale_t *scale = &content->layout->scales[index];

    *dataset = (eng_dataset_t){ .cell = scale->text == NULL ? ENG_CELL_NUMBER : ENG_CELL_TEXT, .cell_bytes = 8,
        .unit = scale->unit, .long_name = scale->long_name, .estimator = "", .origin = ENG_FROM_SCALE, .index = index };
    snprintf(dataset->path, sizeof(dataset->path), "/%s", scale->name);
    if (scale->text != NULL) {
        dataset->cell_bytes = 1;
        for (size_t j = 0; j < scale->size; j++) {
            const size_t length = strlen(scale->text[j]);
            dataset->cell_bytes = length > dataset->cell_bytes ? length : dataset->cell_bytes;
        }
    }
    return add_dim(dataset, content, scale->name, strlen(scale->name), 0);
}

int
eng_dataset_of_field(eng_dataset_t *dataset, const eng_content_t *content, bool pooled, int index)
{
    const eng_field_t *field = pooled ? &content->layout->pooled_fields[index] : &content->layout->point_fields[index];
    int ret = 0;

    *dataset = (eng_dataset_t){ .cell = ENG_CELL_INTEGER, .cell_bytes = 8, .unit = field->unit,
        .long_name = field->long_name, .estimator = "", .origin = pooled ? ENG_FROM_POOLED : ENG_FROM_POINT, .index = index };
    if (snprintf(dataset->path, sizeof(dataset->path), "%s/%s", field->group, field->dataset) >= (int)sizeof(dataset->path)) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "the name of the dataset %s is too long", dataset->path);
    }
    if (!pooled) {
        ret = add_dim(dataset, content, "point", 5, 0);
    }
    if (ret == 0) {
        ret = add_dim(dataset, content, "protocol", 8, 0);
    }
    for (int j = 0; ret == 0 && j < field->num_dims; j++) {
        ret = add_dim(dataset, content, field->dim[j], strlen(field->dim[j]), field->size[j]);
    }
    return ret;
}

int
eng_dataset_of_column(eng_dataset_t *dataset, const eng_content_t *content, int index)
{
    const eng_record_column_t *column = &content->records->columns[index];
    int ret;

    *dataset = (eng_dataset_t){ .cell = column->integer ? ENG_CELL_INTEGER : ENG_CELL_NUMBER, .cell_bytes = 8,
        .unit = column->unit, .long_name = column->long_name, .estimator = "", .may_miss = column->integer,
        .origin = ENG_FROM_RECORD, .index = index };
    snprintf(dataset->path, sizeof(dataset->path), "/records/%s", column->name);
    ret = add_dim(dataset, content, "record", 6, 0);
    if (ret == 0 && column->by_protocol) {
        ret = add_dim(dataset, content, "protocol", 8, 0);
    }
    return ret;
}

bool
eng_dataset_is_scale(const eng_dataset_t *dataset)
{
    return dataset->num_dims == 1 && strcmp(dataset->path + 1, dataset->dim[0]) == 0;
}

bool
eng_dataset_is_spread(const eng_dataset_t *dataset)
{
    return dataset->origin == ENG_FROM_POINT || dataset->origin == ENG_FROM_RECORD;
}

uint64_t
eng_dataset_row(const eng_dataset_t *dataset)
{
    uint64_t count = 1;
    for (int j = 1; j < dataset->num_dims; j++) {
        count *= dataset->size[j];
    }
    return count;
}

uint64_t
eng_dataset_own(const eng_dataset_t *dataset, const eng_content_t *content, uint64_t *first)
{
    const bool of_points = dataset->origin == ENG_FROM_POINT;

    *first = of_points ? content->data->first_point : content->data->first_record;
    return of_points ? content->data->num_points : content->data->num_records;
}

uint64_t
eng_dataset_elements(const eng_dataset_t *dataset)
{
    return dataset->num_dims == 0 ? 1 : dataset->size[0] * eng_dataset_row(dataset);
}

int
eng_datasets_create(eng_datasets_t *datasets, const eng_content_t *content)
{
    const eng_layout_t *layout = content->layout;
    const int counts[] = {
        [ENG_FROM_SCHEMA] = eng_schema_count(),
        [ENG_FROM_SCALE] = layout->num_scales,
        [ENG_FROM_POOLED] = layout->num_pooled_fields,
        [ENG_FROM_POINT] = layout->num_point_fields,
        [ENG_FROM_RECORD] = content->records->num_columns,
    };
    /* scales first: what stands on them is attached to them */
    static const eng_origin_t order[] = { ENG_FROM_SCALE, ENG_FROM_SCHEMA, ENG_FROM_POOLED, ENG_FROM_POINT, ENG_FROM_RECORD };
    int total = 0, ret = 0;

    for (size_t j = 0; j < sizeof(counts) / sizeof(*counts); j++) {
        total += counts[j];
    }
    *datasets = (eng_datasets_t){ .items = calloc((size_t)total, sizeof(*datasets->items)) };
    if (datasets->items == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d datasets", total);
    }
    for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++) {
        for (int j = 0; ret == 0 && j < counts[order[k]]; j++) {
            eng_dataset_t *next = &datasets->items[datasets->count];
            const eng_schema_row_t *row = order[k] == ENG_FROM_SCHEMA ? eng_schema_row(j) : NULL;
            if (row != NULL && row->present != NULL && !row->present(content)) {
                continue;
            }
            switch (order[k]) {
            case ENG_FROM_SCHEMA: ret = describe_row(next, content, j); break;
            case ENG_FROM_SCALE:  ret = describe_scale(next, content, j); break;
            case ENG_FROM_POOLED: ret = eng_dataset_of_field(next, content, true, j); break;
            case ENG_FROM_POINT:  ret = eng_dataset_of_field(next, content, false, j); break;
            case ENG_FROM_RECORD: ret = eng_dataset_of_column(next, content, j); break;
            }
            datasets->count += eng_dataset_elements(next) > 0;
        }
    }
    return ret;
}

void
eng_datasets_free(eng_datasets_t *datasets)
{
    free(datasets->items);
    *datasets = (eng_datasets_t){ 0 };
}

/* --- values -------------------------------------------------------------------------------------------------- */

/* One pattern of bits for "no number", wherever it came from. */
static double
one_nan(double x)
{
    return x == x ? x : __builtin_nan("");
}

static void
put_text(const eng_dataset_t *dataset, const char *text, char *out)
{
    const size_t length = strlen(text);
    memset(out, 0, dataset->cell_bytes);
    memcpy(out, text, length < dataset->cell_bytes ? length : dataset->cell_bytes);
}

static void
fill_row(const eng_dataset_t *dataset, const eng_content_t *content, uint64_t begin, uint64_t count, void *out)
{
    const eng_schema_row_t *row = eng_schema_row(dataset->index);
    char scratch[ENG_SCRATCH];

    for (uint64_t i = 0; i < count; i++) {
        if (row->integer != NULL) {
            ((int64_t *)out)[i] = row->integer(content, begin + i);
        } else if (row->number != NULL) {
            ((double *)out)[i] = one_nan(row->number(content, begin + i));
        } else {
            put_text(dataset, row->text(content, begin + i, scratch), (char *)out + i * dataset->cell_bytes);
        }
    }
}

static void
fill_scale(const eng_dataset_t *dataset, const eng_scale_t *scale, uint64_t begin, uint64_t count, void *out)
{
    for (uint64_t i = 0; i < count; i++) {
        if (scale->text == NULL) {
            ((double *)out)[i] = one_nan(scale->value[begin + i]);
        } else {
            put_text(dataset, scale->text[begin + i], (char *)out + i * dataset->cell_bytes);
        }
    }
}

/* Words of one field out of `rows` rows of `stride` words. */
static void
fill_field(const eng_field_t *field, const int64_t *words, size_t stride, uint64_t rows, int64_t *out)
{
    size_t width = 1;
    for (int j = 0; j < field->num_dims; j++) {
        width *= field->size[j];
    }
    for (uint64_t i = 0; i < rows; i++) {
        memcpy(out + i * width, words + i * stride + field->offset, width * sizeof(*out));
    }
}

static void
fill_column(const eng_dataset_t *dataset, const eng_content_t *content, uint64_t first, uint64_t count, void *out)
{
    const eng_record_column_t *column = &content->records->columns[dataset->index];
    const uint64_t width = eng_dataset_row(dataset);

    for (uint64_t i = 0; i < count; i++) {
        const double *values = content->data->rows + (first + i) * content->records->num_values + column->offset;
        for (uint64_t k = 0; k < width; k++) {
            if (column->integer) {
                ((int64_t *)out)[i * width + k] = values[k] == values[k] ? (int64_t)values[k] : INT64_MIN;
            } else {
                ((double *)out)[i * width + k] = one_nan(values[k]);
            }
        }
    }
}

void
eng_dataset_fill(const eng_dataset_t *dataset, const eng_content_t *content, uint64_t first, uint64_t count, void *out)
{
    const eng_layout_t *layout = content->layout;
    const uint64_t width = eng_dataset_row(dataset), protocols = (uint64_t)layout->study->num_protocols;

    (void)eng_fpu_use_default(); /* HDF5 has run since, and what is written is made again to be compared */
    switch (dataset->origin) {
    case ENG_FROM_SCHEMA:
        fill_row(dataset, content, first * width, count * width, out);
        break;
    case ENG_FROM_SCALE:
        fill_scale(dataset, &layout->scales[dataset->index], first, count, out);
        break;
    case ENG_FROM_POOLED:
        fill_field(&layout->pooled_fields[dataset->index], content->data->pooled + first * layout->pooled_words,
            layout->pooled_words, count, out);
        break;
    case ENG_FROM_POINT:
        fill_field(&layout->point_fields[dataset->index], content->data->point + first * protocols * layout->point_words,
            layout->point_words, count * protocols, out);
        break;
    case ENG_FROM_RECORD:
        fill_column(dataset, content, first, count, out);
        break;
    }
}

uint64_t
eng_result_most(const eng_layout_t *layout, const eng_records_t *records)
{
    const eng_content_t content = { .layout = layout, .records = records };
    eng_datasets_t datasets = { 0 };
    double bytes = TABLES_BYTES * layout->study->num_protocols;

    if (eng_datasets_create(&datasets, &content) == 0) {
        for (int j = 0; j < datasets.count; j++) {
            bytes += 1.01 * (double)eng_dataset_elements(&datasets.items[j]) * (double)datasets.items[j].cell_bytes + DATASET_BYTES;
        }
    }
    eng_datasets_free(&datasets);
    return bytes < 9e18 ? (uint64_t)bytes : UINT64_C(9000000000000000000);
}
