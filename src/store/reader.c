/**
 * Reading a result.  The study is parsed anew from the text in the file; its layout then says where each dataset's
 * words belong.  Accumulators are only handed out when this build gives that study the identity that the file has;
 * the tables of /summary stand by themselves
 * (reader_summary.c).
 */
#include "store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
check_root(const eng_result_t *result)
{
    char format[32];
    int64_t major = 0, complete = 0;

    if (eng_h5_get_text(result->file, "format", format, sizeof(format)) != 0 || strcmp(format, "engraft result") != 0 ||
        eng_h5_get_integer(result->file, "format_major", &major) != 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: is HDF5, but not a result of engraft", result->path);
    }
    if (major != ENG_FORMAT_MAJOR) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: is written in format %lld; this engraft reads format %d", result->path,
            (long long)major, ENG_FORMAT_MAJOR);
    }
    if (eng_h5_get_integer(result->file, "complete", &complete) != 0 || complete != 1) {
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
    if (ret == 0 && eng_study_parse(&result->study, result->path, text, strlen(text)) != 0) {
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
        "%s: was made by another version of the model (identity %.8s, here %.8s): only its stored tables can be read",
        result->path, result->identity, result->study.identity);
}

/* One field's values into their places among the words of `rows` rows. */
static int
read_field(const eng_result_t *result, bool pooled, int index, uint64_t point, int64_t *buffer, int64_t *words)
{
    const eng_layout_t *layout = &result->layout;
    const eng_content_t content = { .layout = layout, .records = &result->records };
    const size_t stride = pooled ? layout->pooled_words : layout->point_words;
    const eng_field_t *field = pooled ? &layout->pooled_fields[index] : &layout->point_fields[index];
    const uint64_t protocols = (uint64_t)layout->study->num_protocols;
    eng_dataset_t dataset;
    uint64_t width;
    hid_t id = -1;
    int ret = eng_dataset_of_field(&dataset, &content, pooled, index);

    if (ret == 0) {
        ret = eng_h5_open(result->file, dataset.path, &id);
    }
    if (ret != 0) {
        return ret;
    }
    ret = eng_h5_check(id, &dataset);
    if (ret == 0) {
        ret = eng_h5_move(id, &dataset, ENG_MOVE_READ, pooled ? 0 : point, pooled ? protocols : 1, false, buffer);
    }
    H5Dclose(id);
    width = pooled ? eng_dataset_row(&dataset) : eng_dataset_row(&dataset) / protocols;
    for (uint64_t p = 0; ret == 0 && p < protocols; p++) {
        memcpy(words + p * stride + field->offset, buffer + p * width, width * sizeof(*words));
    }
    return ret;
}

static int
read_fields(const eng_result_t *result, bool pooled, uint64_t point, int64_t *words)
{
    const eng_layout_t *layout = &result->layout;
    const size_t stride = pooled ? layout->pooled_words : layout->point_words;
    const size_t total = stride * (size_t)layout->study->num_protocols;
    const int fields = pooled ? layout->num_pooled_fields : layout->num_point_fields;
    int64_t *buffer;
    int ret = need_same_model(result);

    if (ret != 0) {
        return ret;
    }
    buffer = malloc((total + 1) * sizeof(*buffer));
    if (buffer == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its accumulators", result->path);
    }
    memset(words, 0, total * sizeof(*words));
    for (int j = 0; ret == 0 && j < fields; j++) {
        ret = read_field(result, pooled, j, point, buffer, words);
    }
    free(buffer);
    return ret;
}

int
eng_result_point(const eng_result_t *result, uint64_t point, int64_t *words)
{
    if (point >= result->study.num_points) {
        return ENG_FAIL(ENG_ERR_RANGE, "%s: there is no point %llu; points are 0 to %llu", result->path,
            (unsigned long long)point, (unsigned long long)result->study.num_points - 1);
    }
    return read_fields(result, false, point, words);
}

int
eng_result_pooled(const eng_result_t *result, int64_t *words)
{
    return read_fields(result, true, 0, words);
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
