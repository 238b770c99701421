/**
 * Datasets as they stand in a file that someone else wrote: described, checked against what is possible, read.
 */
#include "store/h5.h"

#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

static herr_t
keep_scale(hid_t id, unsigned dim, hid_t scale, void *context)
{
    eng_dataset_t *dataset = context;
    char name[sizeof(dataset->dim[0]) + 1] = { 0 };
    (void)id;
    if (H5Iget_name(scale, name, sizeof(name)) <= 0) {
        return -1;
    }
    memcpy(dataset->dim[dim], name + 1, sizeof(dataset->dim[dim]) - 1);
    return 1;
}

static int
describe_cell(hid_t id, eng_dataset_t *dataset)
{
    const hid_t type = H5Dget_type(id);
    int ret = 0;

    dataset->cell_bytes = H5Tget_size(type);
    if (H5Tequal(type, H5T_STD_I64LE) > 0) {
        dataset->cell = ENG_CELL_INTEGER;
    } else if (H5Tequal(type, H5T_IEEE_F64LE) > 0) {
        dataset->cell = ENG_CELL_NUMBER;
    } else if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0) {
        dataset->cell = ENG_CELL_TEXT;
    } else {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: of a type that results do not have", dataset->path);
    }
    H5Tclose(type);
    return ret;
}

/*
 * What the file has stored can make so many bytes: gzip makes at most 1,032 of one.  Every value of a result is written, so that a shape
 * alone never makes a reader ask for memory.
 */
static bool
is_stored(hid_t id, uint64_t bytes)
{
    return bytes / 1032 <= H5Dget_storage_size(id);
}

int
eng_h5_describe(hid_t id, const char *path, eng_dataset_t *dataset)
{
    const hid_t space = H5Dget_space(id);
    hsize_t size[H5S_MAX_RANK];
    uint64_t bytes;
    int ret;

    *dataset = (eng_dataset_t){ .unit = "", .long_name = "", .estimator = "" };
    snprintf(dataset->path, sizeof(dataset->path), "%s", path);
    ret = describe_cell(id, dataset);
    dataset->num_dims = H5Sget_simple_extent_dims(space, size, NULL);
    H5Sclose(space);
    if (ret != 0) {
        return ret;
    }
    bytes = dataset->cell_bytes;
    if (dataset->num_dims < 0 || dataset->num_dims > ENG_MAX_DIMS) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: %d dimensions, results have at most %d", path, dataset->num_dims, ENG_MAX_DIMS);
    }
    for (int j = 0; j < dataset->num_dims; j++) {
        dataset->size[j] = size[j];
        if (size[j] != 0 && bytes > (UINT64_C(1) << 46) / size[j]) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s: its shape is not possible", path);
        }
        bytes *= size[j];
    }
    if (!is_stored(id, bytes)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: most of its values are missing", path);
    }
    return 0;
}

int
eng_h5_describe_axes(hid_t id, eng_dataset_t *dataset)
{
    const bool scale = H5DSis_scale(id) > 0;

    for (int j = 0; j < dataset->num_dims; j++) {
        if (scale) {
            snprintf(dataset->dim[j], sizeof(dataset->dim[j]), "%.*s", (int)sizeof(dataset->dim[j]) - 1, dataset->path + 1);
        } else if (H5DSiterate_scales(id, (unsigned)j, NULL, keep_scale, dataset) < 0) {
            return eng_h5_fail(ENG_ERR_FORMAT, dataset->path, "its axes are damaged");
        }
    }
    return 0;
}

int
eng_h5_read(hid_t file, const char *path, eng_dataset_t *dataset, void **values)
{
    hid_t id;
    uint64_t steps;
    int ret = eng_h5_open(file, path, &id);

    *values = NULL;
    if (ret != 0) {
        return ret;
    }
    ret = eng_h5_describe(id, path, dataset);
    if (ret == 0) {
        /* some zeros behind the last value, and no more than that where there is none, however wide its type claims to be */
        *values = calloc(1, (size_t)eng_dataset_elements(dataset) * dataset->cell_bytes + sizeof(uint64_t));
        ret = *values == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its values", path) : 0;
    }
    if (ret == 0) {
        steps = dataset->num_dims == 0 ? 1 : dataset->size[0];
        ret = eng_h5_move(id, dataset, ENG_MOVE_READ, 0, steps, false, *values);
    }
    if (ret == 0) {
        ret = eng_h5_check_seal(id, dataset, *values);
    }
    H5Dclose(id);
    if (ret != 0) {
        free(*values);
        *values = NULL;
    }
    return ret;
}

char *
eng_h5_text_at(const eng_dataset_t *dataset, const void *values, uint64_t i)
{
    char *text = calloc(1, dataset->cell_bytes + 1);
    if (text != NULL) {
        memcpy(text, (const char *)values + i * dataset->cell_bytes, dataset->cell_bytes);
    }
    return text;
}
