/**
 * Points of another HDF5 file, for a list design: those of a result with their parameters' names, or the rows of a dataset of
 * numbers.  They leave as comma-separated text, which becomes part of the study that asked for them.
 */
#include "base/text.h"
#include "store/h5.h"
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
add_row(eng_text_t *text, const double *values, uint64_t count)
{
    char number[ENG_TEXT_DOUBLE_SIZE];

    for (uint64_t j = 0; j < count; j++) {
        eng_text_double(number, values[j]);
        eng_text_add(text, "%s%s", j == 0 ? "" : ",", number);
    }
    eng_text_add(text, "\n");
}

static void
add_quoted(eng_text_t *text, const char *id)
{
    eng_text_add(text, "\"");
    for (; *id != '\0'; id++) {
        eng_text_add(text, "%s%c", *id == '"' ? "\"" : "", *id);
    }
    eng_text_add(text, "\",");
}

/* A point is known by its id there, or by its number. */
static int
import_result(const char *path, eng_text_t *text)
{
    eng_result_t *result = NULL;
    double *values = NULL;
    int ret = eng_result_open(&result, path);
    const eng_study_t *study = ret == 0 ? eng_result_study(result) : NULL;
    const uint64_t width = study == NULL ? 0 : (uint64_t)study->num_uncertain, count = study == NULL ? 0 : study->num_points * width;

    if (ret == 0 && width == 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: has no uncertain parameters, so no points", path);
    }
    if (ret == 0) {
        values = malloc((size_t)count * sizeof(*values) + 1);
        ret = values == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its points", path)
                             : eng_result_read(result, "/design/values", values, (size_t)count);
    }
    if (ret == 0) {
        eng_text_add(text, "id");
        for (int j = 0; j < study->num_uncertain; j++) {
            eng_text_add(text, ",%s", eng_study_uncertain_row(study, j).name);
        }
        eng_text_add(text, "\n");
    }
    for (uint64_t i = 0; ret == 0 && i < study->num_points; i++) {
        if (study->design_ids != NULL) {
            add_quoted(text, study->design_ids[i]);
        } else {
            eng_text_add(text, "%llu,", (unsigned long long)i);
        }
        add_row(text, values + i * width, width);
    }
    free(values);
    eng_result_close(result);
    return ret;
}

static int
import_dataset(const char *path, const char *name, eng_text_t *text)
{
    hid_t file = -1;
    eng_dataset_t dataset;
    void *values = NULL;
    int ret = access(path, R_OK) != 0 ? ENG_FAIL(ENG_ERR_READ, "%s: %s", path, strerror(errno)) : 0;

    eng_h5_start();
    if (ret == 0 && H5Fis_hdf5(path) <= 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: is not HDF5", path);
    }
    ret = ret == 0 ? eng_h5_open_serial(path, false, &file) : ret;
    ret = ret == 0 ? eng_h5_read(file, name, &dataset, &values) : ret;
    if (ret == 0 && (dataset.cell != ENG_CELL_NUMBER || dataset.num_dims != 2)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: %s is no table of points: rows and columns of float64", path, name);
    }
    for (uint64_t i = 0; ret == 0 && i < dataset.size[0]; i++) {
        add_row(text, (const double *)values + i * dataset.size[1], dataset.size[1]);
    }
    free(values);
    if (file >= 0) {
        H5Fclose(file);
    }
    return ret;
}

int
eng_points_import(const char *path, const char *dataset, char **text)
{
    eng_text_t made = { 0 };
    int ret = dataset[0] == '\0' ? import_result(path, &made) : import_dataset(path, dataset, &made);

    if (ret == 0 && (made.failed || made.data == NULL)) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its points", path);
    }
    if (ret != 0) {
        eng_text_free(&made);
    }
    *text = made.data;
    return ret;
}
