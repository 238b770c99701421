/**
 * Reading a result.  The study is parsed anew from the text in the file; its layout then says where each dataset's
 * words belong.  A file of another version of the model is read like any other where its words mean the same
 * (reader_layout.c); only what adds to it (merge) needs all of it to be of this version, and says so.  The tables of
 * /summary stand by themselves (reader_summary.c).
 */
#include "store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 1: a whole share of a study; 0: none; ENG_ERR_FORMAT: it says impossible things. */
static int
read_shard(eng_result_t *result)
{
    static const char *const names[] = { "shard_number", "shard_of", "shard_first_block", "shard_blocks", "shard_all_blocks",
        "shard_complete" };
    int64_t value[6];

    for (int j = 0; j < 6; j++) {
        if (eng_h5_get_integer(result->file, names[j], &value[j]) != 0) {
            return 0;
        }
    }
    if (value[0] < 1 || value[0] > value[1] || value[2] < 0 || value[3] < 1 || value[4] < value[3] ||
        value[2] > value[4] - value[3]) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: its share of the study is damaged", result->path);
    }
    result->shard = (eng_shard_t){ (uint64_t)value[0], (uint64_t)value[1], (uint64_t)value[2], (uint64_t)value[3], (uint64_t)value[4] };
    return value[5] == 1;
}

static int
check_root(eng_result_t *result)
{
    char format[32];
    int64_t major = 0, complete = 0;
    int shard;

    if (eng_h5_get_text(result->file, "format", format, sizeof(format)) != 0 || strcmp(format, "engraft result") != 0 ||
        eng_h5_get_integer(result->file, "format_major", &major) != 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: is HDF5, but not a result of engraft", result->path);
    }
    if (major != ENG_FORMAT_MAJOR) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: is written in format %lld; this engraft reads format %d", result->path,
            (long long)major, ENG_FORMAT_MAJOR);
    }
    shard = read_shard(result);
    if (shard < 0) {
        return shard;
    }
    if (shard == 0 && (eng_h5_get_integer(result->file, "complete", &complete) != 0 || complete != 1)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: is incomplete", result->path);
    }
    return 0;
}

static int
read_text(const eng_result_t *result, const char *path, char **text)
{
    eng_dataset_t dataset;
    void *values = NULL;
    int ret = eng_h5_read(result->file, path, &dataset, &values);

    *text = NULL;
    if (ret == 0 && (dataset.cell != ENG_CELL_TEXT || dataset.num_dims != 0)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: is no text", path);
    }
    if (ret == 0) {
        *text = eng_h5_text_at(&dataset, values, 0);
        ret = *text == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for it", path) : 0;
    }
    free(values);
    return ret;
}

static int
read_hash(const eng_result_t *result, const char *path, char hash[33])
{
    char *text = NULL;
    int ret = read_text(result, path, &text);

    if (ret == 0) {
        snprintf(hash, 33, "%s", text);
    }
    free(text);
    return ret;
}

static int
read_study(eng_result_t *result)
{
    char *text = NULL;
    int ret = read_text(result, "/provenance/study_text", &text);

    if (ret == 0) {
        ret = read_hash(result, "/study/identity", result->identity);
    }
    if (ret == 0) {
        ret = read_hash(result, "/study/extent", result->extent);
    }
    const int parsed = ret == 0 ? eng_study_parse(&result->study, result->path, text, strlen(text)) : 0;
    if (parsed == ENG_ERR_NO_MEMORY) {
        ret = parsed; /* says nothing of the file */
    } else if (parsed != 0) {
        const eng_complaint_t *first = result->study.num_complaints > 0 ? &result->study.complaints[0] : NULL;
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: this engraft cannot read the study in it: line %d: %s", result->path,
            first == NULL ? 0 : first->line, first == NULL ? eng_error_message() : first->text);
    }
    free(text);
    if (ret == 0) {
        ret = eng_layout_create(&result->layout, &result->study);
    }
    if (ret == 0) {
        ret = eng_records_create(&result->records, &result->study);
    }
    result->same_model = ret == 0 && strcmp(result->identity, result->study.identity) == 0 &&
        strcmp(result->extent, result->study.extent) == 0;
    return ret;
}

int
eng_result_open(eng_result_t **result, const char *path)
{
    eng_result_t *self = calloc(1, sizeof(*self));
    int ret = 0;

    *result = NULL;
    if (self == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory to open it", path);
    }
    self->file = -1;
    self->path = malloc(strlen(path) + 1);
    self->texts = calloc(1, sizeof(*self->texts));
    if (self->path == NULL || self->texts == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory to open it", path);
        goto out;
    }
    memcpy(self->path, path, strlen(path) + 1);
    if (access(path, R_OK) != 0) {
        ret = ENG_FAIL(ENG_ERR_READ, "%s: %s", path, strerror(errno));
        goto out;
    }
    eng_h5_start();
    if (H5Fis_hdf5(path) <= 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: is not a result of engraft (not HDF5)", path);
        goto out;
    }
    ret = eng_h5_open_serial(path, false, &self->file);
    if (ret == 0) {
        ret = check_root(self);
    }
    if (ret == 0) {
        ret = read_study(self);
    }
out:
    if (ret != 0) {
        eng_result_close(self);
        return ret;
    }
    *result = self;
    return 0;
}

void
eng_result_close(eng_result_t *result)
{
    if (result == NULL) {
        return;
    }
    if (result->file >= 0) {
        H5Fclose(result->file);
    }
    for (int j = 0; result->texts != NULL && j < result->texts->count; j++) {
        free(result->texts->items[j]);
    }
    free(result->texts == NULL ? NULL : result->texts->items);
    free(result->texts);
    eng_records_free(&result->records);
    eng_layout_free(&result->layout);
    eng_study_free(&result->study);
    free(result->path);
    free(result);
}

const eng_study_t *
eng_result_study(const eng_result_t *result)
{
    return &result->study;
}

const eng_layout_t *
eng_result_layout(const eng_result_t *result)
{
    return &result->layout;
}

const char *
eng_result_identity(const eng_result_t *result)
{
    return result->identity;
}

const char *
eng_result_extent(const eng_result_t *result)
{
    return result->extent;
}

eng_shard_t
eng_result_shard(const eng_result_t *result)
{
    return result->shard;
}

int
eng_result_text(const eng_result_t *result, const char *dataset, char **text)
{
    return read_text(result, dataset, text);
}

int
eng_result_name(const eng_result_t *result, const char *axis, uint64_t i, char **name)
{
    char path[80];
    eng_dataset_t dataset;
    void *values = NULL;
    int ret;

    *name = NULL;
    snprintf(path, sizeof(path), "/%s", axis);
    ret = eng_h5_read(result->file, path, &dataset, &values);
    if (ret == 0 && (dataset.cell != ENG_CELL_TEXT || i >= eng_dataset_elements(&dataset))) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has no name at place %llu", result->path, path, (unsigned long long)i);
    }
    if (ret == 0) {
        *name = eng_h5_text_at(&dataset, values, i);
        ret = *name == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for a name", result->path) : 0;
    }
    free(values);
    return ret;
}

bool
eng_result_is_current(const eng_result_t *result)
{
    return result->same_model;
}

/* --- any dataset --------------------------------------------------------------------------------------------- */

int
eng_result_shape(const eng_result_t *result, const char *dataset, int *num_dims, uint64_t size[ENG_RESULT_MAX_DIMS])
{
    eng_dataset_t described;
    hid_t id = -1;
    int ret = eng_h5_open(result->file, dataset, &id);

    _Static_assert(ENG_RESULT_MAX_DIMS == ENG_MAX_DIMS, "the public limit is that of the format");
    if (ret != 0) {
        return ret;
    }
    ret = eng_h5_describe(id, dataset, &described);
    H5Dclose(id);
    if (ret == 0) {
        *num_dims = described.num_dims;
        for (int j = 0; j < described.num_dims; j++) {
            size[j] = described.size[j];
        }
    }
    return ret;
}

int
eng_result_read(const eng_result_t *result, const char *dataset, double *values, size_t count)
{
    eng_dataset_t described;
    void *stored = NULL;
    int ret = eng_h5_read(result->file, dataset, &described, &stored);

    if (ret == 0 && described.cell == ENG_CELL_TEXT) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: holds texts, not numbers", dataset);
    } else if (ret == 0 && eng_dataset_elements(&described) != count) {
        ret = ENG_FAIL(ENG_ERR_RANGE, "%s: holds %llu values, not %zu", dataset,
            (unsigned long long)eng_dataset_elements(&described), count);
    }
    for (size_t i = 0; ret == 0 && i < count; i++) {
        if (described.cell == ENG_CELL_NUMBER) {
            values[i] = ((const double *)stored)[i];
        } else {
            const int64_t value = ((const int64_t *)stored)[i];
            values[i] = value == INT64_MIN ? __builtin_nan("") : (double)value;
        }
    }
    free(stored);
    return ret;
}

/* --- accumulators -------------------------------------------------------------------------------------------- */

static int
need_same_model(const eng_result_t *result)
{
    if (result->same_model) {
        return 0;
    }
    return ENG_FAIL(ENG_ERR_FORMAT,
        "%s: was made by another version of the model (identity %.8s, here %.8s): nothing can be added to it",
        result->path, result->identity, result->study.identity);
}

/* Rows first .. first + count - 1 of a dataset that has this shape. */
static int
read_rows(const eng_result_t *result, const eng_dataset_t *dataset, uint64_t first, uint64_t count, void *buffer)
{
    hid_t id = -1;
    int ret = eng_h5_open(result->file, dataset->path, &id);

    if (ret != 0) {
        return ret;
    }
    ret = eng_h5_check(id, dataset);
    if (ret == 0) {
        ret = eng_h5_move(id, dataset, ENG_MOVE_READ, first, count, false, buffer);
    }
    H5Dclose(id);
    return ret;
}

/* One field's values of `count` points (pooled: of all) into their places among the words. */
static int
read_field(const eng_result_t *result, bool pooled, int index, uint64_t first, uint64_t count, int64_t *buffer, int64_t *words)
{
    const eng_layout_t *layout = &result->layout;
    const eng_content_t content = { .layout = layout, .records = &result->records };
    const size_t stride = pooled ? layout->pooled_words : layout->point_words;
    const eng_field_t *field = pooled ? &layout->pooled_fields[index] : &layout->point_fields[index];
    const uint64_t protocols = (uint64_t)layout->study->num_protocols, rows = pooled ? protocols : count * protocols;
    eng_dataset_t dataset;
    uint64_t width;
    int ret = eng_dataset_of_field(&dataset, &content, pooled, index);

    if (ret == 0) {
        ret = read_rows(result, &dataset, first, pooled ? protocols : count, buffer);
    }
    if (ret != 0) {
        return ret;
    }
    width = pooled ? eng_dataset_row(&dataset) : eng_dataset_row(&dataset) / protocols;
    for (uint64_t j = 0; j < rows; j++) {
        memcpy(words + j * stride + field->offset, buffer + j * width, width * sizeof(*words));
    }
    return ret;
}

static int
read_fields(const eng_result_t *result, bool pooled, uint64_t first, uint64_t count, int64_t *words)
{
    const eng_layout_t *layout = &result->layout;
    const size_t stride = pooled ? layout->pooled_words : layout->point_words;
    const size_t total = stride * (size_t)layout->study->num_protocols * (pooled ? 1 : (size_t)count);
    const int fields = pooled ? layout->num_pooled_fields : layout->num_point_fields;
    int64_t *buffer;
    int ret = 0;

    buffer = malloc((total + 1) * sizeof(*buffer));
    if (buffer == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its accumulators", result->path);
    }
    memset(words, 0, total * sizeof(*words));
    for (int j = 0; ret == 0 && j < fields; j++) {
        bool same = true; /* counts of what has other names here are left at 0 */
        if (!result->same_model) {
            ret = eng_reader_same_names(result, pooled ? &layout->pooled_fields[j] : &layout->point_fields[j], &same);
        }
        if (ret == 0 && same) {
            ret = read_field(result, pooled, j, first, count, buffer, words);
        }
    }
    free(buffer);
    return ret != 0 ? ret
                    : eng_layout_check_words(words, total, result->study.patients * (pooled ? result->study.num_points : 1), result->path);
}

int
eng_result_points(const eng_result_t *result, uint64_t first, uint64_t count, int64_t *words)
{
    const uint64_t points = result->study.num_points;

    if (count > points || first > points - count) {
        return ENG_FAIL(ENG_ERR_RANGE, "%s: there is no point %llu; points are 0 to %llu", result->path,
            (unsigned long long)(first + count - 1), (unsigned long long)points - 1);
    }
    const int ret = result->same_model ? 0 : eng_reader_check_layout(result);
    return ret == 0 ? read_fields(result, false, first, count, words) : ret;
}

int
eng_result_point(const eng_result_t *result, uint64_t point, int64_t *words)
{
    return eng_result_points(result, point, 1, words);
}

int
eng_result_pooled(const eng_result_t *result, int64_t *words)
{
    const int ret = need_same_model(result);
    return ret == 0 ? read_fields(result, true, 0, 0, words) : ret;
}

/* --- records ------------------------------------------------------------------------------------------------- */

static double
record_value(const eng_dataset_t *dataset, const void *buffer, uint64_t i)
{
    if (dataset->cell == ENG_CELL_NUMBER) {
        return ((const double *)buffer)[i];
    }
    const int64_t value = ((const int64_t *)buffer)[i];
    return value == INT64_MIN ? __builtin_nan("") : (double)value;
}

static int
read_column(const eng_result_t *result, int index, uint64_t first, uint64_t count, void *buffer, double *rows)
{
    const eng_content_t content = { .layout = &result->layout, .records = &result->records };
    const size_t offset = result->records.columns[index].offset, stride = result->records.num_values;
    eng_dataset_t dataset;
    int ret = eng_dataset_of_column(&dataset, &content, index);

    if (ret == 0) {
        ret = read_rows(result, &dataset, first, count, buffer);
    }
    if (ret != 0) {
        return ret;
    }
    const uint64_t width = eng_dataset_row(&dataset);
    for (uint64_t i = 0; i < count * width; i++) {
        rows[i / width * stride + offset + i % width] = record_value(&dataset, buffer, i);
    }
    return ret;
}

int
eng_result_rows(const eng_result_t *result, uint64_t first, uint64_t count, double *rows)
{
    void *buffer;
    int ret = need_same_model(result);

    if (ret != 0 || count == 0) {
        return ret;
    }
    buffer = malloc(count * (result->records.num_values + 1) * sizeof(double));
    if (buffer == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its records", result->path);
    }
    for (int j = 0; ret == 0 && j < result->records.num_columns; j++) {
        ret = read_column(result, j, first, count, buffer, rows);
    }
    free(buffer);
    return ret;
}

/* --- provenance ---------------------------------------------------------------------------------------------- */

int
eng_result_print_provenance(const eng_result_t *result, FILE *out)
{
    static const char folder[] = "/provenance/";

    for (int j = 0; j < eng_schema_count(); j++) {
        const eng_schema_row_t *row = eng_schema_row(j);
        eng_dataset_t dataset;
        void *values = NULL;
        char *text;
        int ret;
        if (strncmp(row->path, folder, sizeof(folder) - 1) != 0 || strcmp(row->path, "/provenance/study_text") == 0) {
            continue;
        }
        ret = eng_h5_read(result->file, row->path, &dataset, &values);
        if (ret != 0) {
            return ret;
        }
        fprintf(out, "%s: ", row->path + sizeof(folder) - 1);
        if (dataset.cell == ENG_CELL_INTEGER) {
            fprintf(out, "%lld\n", (long long)*(int64_t *)values);
        } else if (dataset.cell == ENG_CELL_NUMBER) {
            fprintf(out, "%.6g%s%s\n", *(double *)values, row->unit[0] == '\0' ? "" : " ", row->unit);
        } else {
            text = eng_h5_text_at(&dataset, values, 0);
            fprintf(out, "%s\n", text == NULL ? "" : text);
            free(text);
        }
        free(values);
    }
    return ferror(out) ? ENG_FAIL(ENG_ERR_WRITE, "%s: its provenance could not be printed", result->path) : 0;
}
