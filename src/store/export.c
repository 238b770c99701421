/**
 * A result as CSV.  Datasets of one group on the same axes become the columns of one file, with one row per element
 * and the values of the axes in front: what data frames want.  columns.csv says what each column is.
 */
#include "base/text.h"
#include "store/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    eng_dataset_t dataset;
    void *values; /* owned */
} column_t;

typedef struct {
    const char *dir;
    bool made;        /* the folder was not there */
    char **written;   /* owned: paths of the files made so far */
    int num_written;
    hid_t file;
    FILE *dictionary;
    column_t axes[64]; /* scales read so far */
    char **cells[64];  /* owned: each value of these as a cell, made once for the many rows that it stands in */
    int num_axes;
} export_t;

/* A new file: what is there already is another export, or something else that somebody keeps. */
static FILE *
open_csv(export_t *export, const char *name)
{
    char **grown = realloc(export->written, ((size_t)export->num_written + 1) * sizeof(*grown));
    const size_t size = strlen(export->dir) + strlen(name) + 6;
    char *path = malloc(size);
    FILE *out;

    export->written = grown != NULL ? grown : export->written;
    if (grown == NULL || path == NULL) {
        free(path);
        ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for the names of its files", export->dir);
        return NULL;
    }
    snprintf(path, size, "%s/%s.csv", export->dir, name);
    out = fopen(path, "wx");
    if (out == NULL) {
        ENG_FAIL(ENG_ERR_WRITE, errno == EEXIST ? "%s: is there already and is not replaced; choose another folder, or remove it" : "%s: %s", path,
            strerror(errno));
        free(path);
        return NULL;
    }
    export->written[export->num_written++] = path;
    return out;
}

/* All files or none: half of them under final names would be taken for the whole. */
static void
drop_written(export_t *export, bool failed)
{
    for (int j = 0; j < export->num_written; j++) {
        if (failed) {
            (void)unlink(export->written[j]);
        }
        free(export->written[j]);
    }
    free(export->written);
    if (failed && export->made) {
        (void)rmdir(export->dir);
    }
}

static int
close_csv(const export_t *export, FILE *out, const char *name)
{
    const bool bad = ferror(out) != 0;
    return fclose(out) != 0 || bad ? ENG_FAIL(ENG_ERR_WRITE, "%s/%s.csv: cannot be written", export->dir, name) : 0;
}

/* A text as CSV has it: in quotes where it needs them, quotes doubled. */
static void
put_quoted(FILE *out, const char *text, size_t most)
{
    size_t length = 0;
    bool plain = true;

    while (length < most && text[length] != '\0') {
        plain = plain && strchr(",\"\r\n", text[length]) == NULL;
        length++;
    }
    if (plain) {
        fwrite(text, 1, length, out);
        return;
    }
    fputc('"', out);
    for (size_t j = 0; j < length; j++) {
        if (text[j] == '"') {
            fputc('"', out);
        }
        fputc(text[j], out);
    }
    fputc('"', out);
}

/* Missing values are empty cells. */
static void
put_cell(FILE *out, const column_t *column, uint64_t i)
{
    const eng_dataset_t *dataset = &column->dataset;

    if (dataset->cell == ENG_CELL_TEXT) {
        put_quoted(out, (const char *)column->values + i * dataset->cell_bytes, dataset->cell_bytes);
    } else if (dataset->cell == ENG_CELL_INTEGER) {
        const int64_t value = ((const int64_t *)column->values)[i];
        if (value >= 0 && value <= 9) {
            fputc('0' + (int)value, out); /* most counts of most files */
        } else if (value != INT64_MIN) {
            fprintf(out, "%lld", (long long)value);
        }
    } else {
        const double value = ((const double *)column->values)[i];
        char text[ENG_TEXT_DOUBLE_SIZE];
        if (value == value) {
            eng_text_double(text, value);
            fputs(text, out);
        }
    }
}

/* One cell with its comma; NULL without memory. */
static char *
cell_text(const column_t *column, uint64_t i)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL) {
        return NULL;
    }
    put_cell(out, column, i);
    fputc(',', out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void
free_cells(char **cells, uint64_t count)
{
    for (uint64_t i = 0; cells != NULL && i < count; i++) {
        free(cells[i]);
    }
    free(cells);
}

static char **
cells_of(const column_t *column)
{
    const uint64_t count = eng_dataset_elements(&column->dataset);
    char **cells = calloc(count + 1, sizeof(*cells));

    for (uint64_t i = 0; cells != NULL && i < count; i++) {
        cells[i] = cell_text(column, i);
        if (cells[i] == NULL) {
            free_cells(cells, i);
            return NULL;
        }
    }
    return cells;
}

/* The place of an axis among those read, which it is at its first use; -1 and a failure if it cannot be had. */
static int
axis(export_t *export, const char *name)
{
    char path[80];
    column_t *next;

    for (int j = 0; j < export->num_axes; j++) {
        if (strcmp(export->axes[j].dataset.path + 1, name) == 0) {
            return j;
        }
    }
    if (export->num_axes == (int)(sizeof(export->axes) / sizeof(*export->axes))) {
        ENG_FAIL(ENG_ERR_FORMAT, "/%s: more axes than a result has", name);
        return -1;
    }
    next = &export->axes[export->num_axes];
    snprintf(path, sizeof(path), "/%s", name);
    if (eng_h5_read(export->file, path, &next->dataset, &next->values) != 0) {
        return -1;
    }
    export->cells[export->num_axes] = cells_of(next);
    if (export->cells[export->num_axes] == NULL) {
        free(next->values);
        ENG_FAIL(ENG_ERR_NO_MEMORY, "/%s: no memory for its cells", name);
        return -1;
    }
    return export->num_axes++;
}

static int
write_dictionary(export_t *export, const char *file, const char *path, const char *column)
{
    static const char *const names[] = { "unit", "long_name", "estimator" };
    char text[512];
    hid_t id;
    int ret = eng_h5_open(export->file, path, &id);

    if (ret != 0) {
        return ret;
    }
    fprintf(export->dictionary, "%s.csv,%s", file, column);
    for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
        fputc(',', export->dictionary);
        if (H5Aexists(id, names[j]) > 0 && eng_h5_get_text(id, names[j], text, sizeof(text)) == 0) {
            put_quoted(export->dictionary, text, sizeof(text));
        }
    }
    fputc('\n', export->dictionary);
    H5Dclose(id);
    return 0;
}

static const char *
last_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

/* Rows of columns that stand on the same axes. */
static int
write_rows(export_t *export, FILE *out, const column_t *columns, int count)
{
    const eng_dataset_t *shape = &columns[0].dataset;
    const uint64_t elements = eng_dataset_elements(shape);
    char *const *axes[ENG_MAX_DIMS];

    for (int j = 0; j < shape->num_dims; j++) {
        const int found = axis(export, shape->dim[j]);
        if (found < 0) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s: its axis '%s' cannot be read", shape->path, shape->dim[j]);
        }
        axes[j] = export->cells[found];
        if (eng_dataset_elements(&export->axes[found].dataset) != shape->size[j]) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s: its axis '%s' has another length than its values", shape->path, shape->dim[j]);
        }
        fprintf(out, "%s,", shape->dim[j]);
    }
    for (int k = 0; k < count; k++) {
        fprintf(out, "%s%c", last_name(columns[k].dataset.path), k + 1 < count ? ',' : '\n');
    }
    for (uint64_t i = 0; i < elements; i++) {
        uint64_t behind = elements, rest = i;
        for (int j = 0; j < shape->num_dims; j++) {
            behind /= shape->size[j];
            fputs(axes[j][rest / behind], out);
            rest %= behind;
        }
        for (int k = 0; k < count; k++) {
            put_cell(out, &columns[k], i);
            fputc(k + 1 < count ? ',' : '\n', out);
        }
    }
    return 0;
}

/* Scalars of a group: one row each. */
static void
write_scalars(FILE *out, const column_t *columns, int count)
{
    fputs("name,value\n", out);
    for (int k = 0; k < count; k++) {
        fprintf(out, "%s,", last_name(columns[k].dataset.path));
        put_cell(out, &columns[k], 0);
        fputc('\n', out);
    }
}

/* "/outcomes/relapse/n" on (point, protocol) becomes "outcomes_relapse_by_point_protocol". */
static void
name_file(char *name, size_t size, const eng_dataset_t *dataset)
{
    const size_t length = (size_t)(last_name(dataset->path) - dataset->path);
    size_t used = (size_t)snprintf(name, size, "%.*s", length < 2 ? 0 : (int)length - 2, dataset->path + 1);

    for (int j = 0; j < dataset->num_dims && used < size; j++) {
        used += (size_t)snprintf(name + used, size - used, "%s%s", j == 0 ? "_by_" : "_", dataset->dim[j]);
    }
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '/' ? '_' : *c; /* of groups; an axis of a damaged file must not lead to another folder */
    }
}

static int
write_file(export_t *export, const column_t *columns, int count)
{
    char name[512];
    FILE *out;
    int ret = 0, closed;

    name_file(name, sizeof(name), &columns[0].dataset);
    out = open_csv(export, name);
    if (out == NULL) {
        return ENG_ERR_WRITE; /* its message says why */
    }
    if (columns[0].dataset.num_dims == 0) {
        write_scalars(out, columns, count);
    } else {
        ret = write_rows(export, out, columns, count);
    }
    closed = close_csv(export, out, name);
    for (int k = 0; ret == 0 && k < count; k++) {
        ret = write_dictionary(export, name, columns[k].dataset.path, last_name(columns[k].dataset.path));
    }
    return ret != 0 ? ret : closed;
}

/* Same group, same axes and same lengths. */
static bool
belong_together(const eng_dataset_t *a, const eng_dataset_t *b)
{
    const size_t length = (size_t)(last_name(a->path) - a->path);

    if (length != (size_t)(last_name(b->path) - b->path) || strncmp(a->path, b->path, length) != 0 || a->num_dims != b->num_dims) {
        return false;
    }
    for (int j = 0; j < a->num_dims; j++) {
        if (strcmp(a->dim[j], b->dim[j]) != 0 || a->size[j] != b->size[j]) {
            return false;
        }
    }
    return true;
}

/* What is known of each dataset before any is read. */
static int
describe_all(const export_t *export, const eng_walk_t *walk, eng_dataset_t *datasets)
{
    for (int j = 0; j < walk->count; j++) {
        hid_t id;
        int ret = eng_h5_open(export->file, walk->paths[j], &id);
        if (ret != 0) {
            return ret;
        }
        ret = eng_h5_describe(id, walk->paths[j], &datasets[j]);
        if (ret == 0) {
            ret = eng_h5_describe_axes(id, &datasets[j]);
        }
        H5Dclose(id);
        if (ret != 0) {
            return ret;
        }
    }
    return 0;
}

static int
write_together(export_t *export, const eng_dataset_t *datasets, bool *done, int first, int count)
{
    column_t *columns = calloc((size_t)count, sizeof(*columns));
    int num = 0, ret = columns == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d columns", count) : 0;

    for (int j = first; ret == 0 && j < count; j++) {
        if (!done[j] && belong_together(&datasets[first], &datasets[j])) {
            ret = eng_h5_read(export->file, datasets[j].path, &columns[num].dataset, &columns[num].values);
            columns[num].dataset = datasets[j]; /* with its axes */
            done[j] = true;
            num++;
        }
    }
    if (ret == 0) {
        ret = write_file(export, columns, num);
    }
    for (int k = 0; k < num; k++) {
        free(columns[k].values);
    }
    free(columns);
    return ret;
}

static int
export_all(export_t *export)
{
    eng_walk_t walk = { 0 };
    eng_dataset_t *datasets = NULL;
    bool *done = NULL;
    int ret = eng_walk_create(&walk, export->file, false, true);

    if (ret == 0) {
        datasets = calloc((size_t)walk.count + 1, sizeof(*datasets));
        done = calloc((size_t)walk.count + 1, sizeof(*done));
        ret = datasets == NULL || done == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d datasets", walk.count)
                                               : describe_all(export, &walk, datasets);
    }
    for (int j = 0; ret == 0 && j < walk.count; j++) {
        if (!done[j] && !eng_dataset_is_scale(&datasets[j])) {
            ret = write_together(export, datasets, done, j, walk.count);
        }
    }
    free(datasets);
    free(done);
    eng_walk_free(&walk);
    return ret;
}

int
eng_result_export_csv(const char *path, const char *dir)
{
    export_t export = { .dir = dir, .file = -1 };
    eng_result_t *result = NULL;
    int ret = eng_result_open(&result, path), closed;

    eng_result_close(result); /* opened to be told what is wrong with it */
    if (ret == 0) {
        ret = eng_h5_open_serial(path, false, &export.file);
    }
    if (ret == 0) {
        export.made = mkdir(dir, 0777) == 0;
        ret = !export.made && errno != EEXIST ? ENG_FAIL(ENG_ERR_WRITE, "%s: %s", dir, strerror(errno)) : 0;
    }
    if (ret == 0) {
        export.dictionary = open_csv(&export, "columns");
        ret = export.dictionary == NULL ? ENG_ERR_WRITE : 0;
    }
    if (ret == 0) {
        fputs("file,column,unit,long_name,estimator\n", export.dictionary);
        ret = export_all(&export);
        closed = close_csv(&export, export.dictionary, "columns");
        ret = ret != 0 ? ret : closed;
    }
    drop_written(&export, ret != 0);
    for (int j = 0; j < export.num_axes; j++) {
        free_cells(export.cells[j], eng_dataset_elements(&export.axes[j].dataset));
        free(export.axes[j].values);
    }
    if (export.file >= 0) {
        H5Fclose(export.file);
    }
    return ret;
}
