/**
 * May the words of a result that another version of the model wrote be read as this build lays them out?  Field by field and axis by
 * axis: the file says where its steps, landmarks and reading days are, so that no version has to be trusted for it.
 */
#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

static const eng_scale_t *
scale_of(const eng_layout_t *layout, const char *name)
{
    for (int j = 0; j < layout->num_scales; j++) {
        if (strcmp(layout->scales[j].name, name) == 0) {
            return &layout->scales[j];
        }
    }
    return NULL;
}

/* Does the file's axis have these values or names? */
static int
compare_scale(const eng_result_t *result, const eng_scale_t *scale, bool *equal)
{
    char path[80];
    eng_dataset_t stored;
    void *values = NULL;
    int ret;

    snprintf(path, sizeof(path), "/%s", scale->name);
    ret = eng_h5_read(result->file, path, &stored, &values);
    *equal = ret == 0 && stored.num_dims == 1 && stored.size[0] == scale->size &&
        stored.cell == (scale->text == NULL ? ENG_CELL_NUMBER : ENG_CELL_TEXT);
    for (size_t j = 0; *equal && j < scale->size; j++) {
        if (scale->text == NULL) {
            *equal = ((const double *)values)[j] == scale->value[j];
        } else {
            char *name = eng_h5_text_at(&stored, values, j);
            *equal = name != NULL && strcmp(name, scale->text[j]) == 0;
            free(name);
        }
    }
    free(values);
    return ret;
}

static bool
is_stored(const eng_result_t *result, const eng_field_t *field)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", field->group, field->dataset);
    return H5Lexists(result->file, path, H5P_DEFAULT) > 0;
}

int
eng_reader_same_names(const eng_result_t *result, const eng_field_t *field, bool *same)
{
    int ret = 0;

    *same = result->same_model || !field->extra || is_stored(result, field);
    for (int j = 0; ret == 0 && *same && j < field->num_dims; j++) {
        const eng_scale_t *scale = scale_of(&result->layout, field->dim[j]);
        if (scale != NULL && scale->text != NULL) {
            ret = compare_scale(result, scale, same);
        }
    }
    return ret;
}

static int
other_layout(const eng_result_t *result, const char *path)
{
    return ENG_FAIL(ENG_ERR_FORMAT, "%s: the version of the model that made it kept %s otherwise: only its stored tables can be read",
        result->path, path);
}

static bool
says(hid_t id, const char *attribute, const char *text)
{
    char stored[512];
    return eng_h5_get_text(id, attribute, stored, sizeof(stored)) == 0 && strcmp(stored, text) == 0;
}

/* Shape, unit and what it holds, with the step. */
static int
check_field(const eng_result_t *result, int index)
{
    const eng_content_t content = { .layout = &result->layout, .records = &result->records };
    const eng_field_t *field = &result->layout.point_fields[index];
    eng_dataset_t dataset;
    hid_t id = -1;
    int ret = eng_dataset_of_field(&dataset, &content, false, index);

    if (ret == 0) {
        ret = eng_h5_open(result->file, dataset.path, &id);
    }
    if (ret == 0) {
        ret = eng_h5_check(id, &dataset);
        if (ret == 0 && !(says(id, "unit", field->unit) && says(id, "long_name", field->long_name))) {
            ret = other_layout(result, dataset.path);
        }
        H5Dclose(id);
    }
    return ret;
}

int
eng_reader_check_layout(const eng_result_t *result)
{
    const eng_layout_t *layout = &result->layout;
    int ret = 0;

    for (int j = 0; ret == 0 && j < layout->num_scales; j++) {
        bool used = false, equal = true;
        for (int k = 0; !used && k < layout->num_point_fields; k++) {
            for (int d = 0; d < layout->point_fields[k].num_dims; d++) {
                used = used || strcmp(layout->point_fields[k].dim[d], layout->scales[j].name) == 0;
            }
        }
        if (used && layout->scales[j].text == NULL) { /* names: eng_reader_same_names */
            ret = compare_scale(result, &layout->scales[j], &equal);
        }
        if (ret == 0 && !equal) {
            ret = other_layout(result, layout->scales[j].name);
        }
    }
    for (int k = 0; ret == 0 && k < layout->num_point_fields; k++) {
        bool same = true;
        ret = eng_reader_same_names(result, &layout->point_fields[k], &same);
        if (ret == 0 && same) {
            ret = check_field(result, k);
        }
    }
    return ret;
}
