/**
 * What numbers mean, in the file.
 */
#include "store/meaning.h"

#include "base/ticks.h"
#include "design/design.h"

#include <stdio.h>
#include <string.h>

/* One attribute: of a text, or of a number where the text is NULL. */
typedef struct {
    const char *name, *text;
    double number;
} attribute_t;

static int
write_number(hid_t object, const attribute_t *attribute)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate2(object, attribute->name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = id >= 0 && H5Awrite(id, H5T_NATIVE_DOUBLE, &attribute->number) >= 0;

    if (id >= 0) {
        H5Aclose(id);
    }
    H5Sclose(space);
    return good ? 0 : eng_h5_fail(ENG_ERR_WRITE, attribute->name, "the attribute cannot be written");
}

static bool
is_number(hid_t object, const attribute_t *attribute)
{
    const hid_t id = H5Aopen(object, attribute->name, H5P_DEFAULT);
    double stored = 0;
    const bool same = id >= 0 && H5Aread(id, H5T_NATIVE_DOUBLE, &stored) >= 0 && stored == attribute->number;

    if (id >= 0) {
        H5Aclose(id);
    }
    return same;
}

static bool
is_there(hid_t object, const attribute_t *attribute)
{
    char stored[256];

    if (attribute->text == NULL) {
        return is_number(object, attribute);
    }
    return eng_h5_get_text(object, attribute->name, stored, sizeof(stored)) == 0 && strcmp(stored, attribute->text) == 0;
}

/* Written, or read back and compared. */
static int
move_one(hid_t object, const char *path, const attribute_t *attribute, bool verify)
{
    if (!verify) {
        return attribute->text == NULL ? write_number(object, attribute) : eng_h5_set_text(object, attribute->name, attribute->text);
    }
    return is_there(object, attribute) ? 0 :
        ENG_FAIL(ENG_ERR_WRITE, "%s: its attribute '%s' was read back with another value than was written", path, attribute->name);
}

static int
move_all(hid_t file, const char *path, const attribute_t *attributes, int count, bool verify)
{
    const hid_t object = H5Oopen(file, path, H5P_DEFAULT);
    int ret = 0;

    if (object < 0) {
        return eng_h5_fail(verify ? ENG_ERR_FORMAT : ENG_ERR_WRITE, path, "cannot be opened");
    }
    for (int k = 0; ret == 0 && k < count; k++) {
        ret = move_one(object, path, &attributes[k], verify);
    }
    H5Oclose(object);
    return ret;
}

static int
move_time(hid_t file, const eng_outcome_row_t *row, bool verify)
{
    const attribute_t group[] = {
        { "step", NULL, 1.0 / ENG_TICKS_PER_DAY },
        { "step_unit", "d", 0 },
        { "probability_of", row->survival ? "being free of the event" : "having had the event", 0 },
        { "competing", row->competing == 0 ? "nothing competes" : "a competing event first counts as no event, with the horizon as time", 0 },
    };
    const attribute_t days = { "last_row", "courses with neither by the horizon, in the column of events", 0 };
    char path[192];
    int ret;

    snprintf(path, sizeof(path), "/outcomes/%s", row->name);
    ret = move_all(file, path, group, (int)(sizeof(group) / sizeof(*group)), verify);
    snprintf(path, sizeof(path), "/outcomes/%s/events_by_day", row->name);
    return ret != 0 ? ret : move_all(file, path, &days, 1, verify);
}

static int
move_outcome(hid_t file, const eng_study_t *study, const eng_outcome_row_t *row, bool verify)
{
    const eng_marker_row_t *marker = row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(study->disease, row->source) : NULL;
    const attribute_t group[] = {
        { "step", NULL, marker != NULL ? marker->step : row->step },
        { "step_unit", marker != NULL ? marker->unit : row->unit, 0 },
    };
    char path[192];

    if (row->kind == ENG_OUTCOME_TIME) {
        return move_time(file, row, verify);
    }
    snprintf(path, sizeof(path), "/outcomes/%s", row->name);
    return move_all(file, path, group, 2, verify);
}

static int
move_file(hid_t file, const eng_layout_t *layout, bool verify)
{
    const eng_study_t *study = layout->study;
    int ret = 0;

    for (int j = 0; ret == 0 && j < study->num_outcomes; j++) {
        ret = move_outcome(file, study, study->outcomes[j].row, verify);
    }
    if (ret == 0 && study->design != NULL && study->num_uncertain > 0) {
        const attribute_t holds = { "holds", study->design->gives_values ? "values in the units of the parameters, as in /design/values"
                                                                          : "coordinates in the unit cube", 0 };
        ret = move_all(file, "/design/unit", &holds, 1, verify);
    }
    return ret;
}

int
eng_meaning_write(hid_t file, const eng_layout_t *layout)
{
    return move_file(file, layout, false);
}

int
eng_meaning_verify(hid_t file, const eng_layout_t *layout)
{
    return move_file(file, layout, true);
}
