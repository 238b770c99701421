/**
 * Which way is better, in the file.
 */
#include "store/better.h"

#include <stdio.h>

#define NAME "better"

/* Written, or read back and compared. */
static int
move_one(hid_t file, const eng_study_t *study, int outcome, bool verify)
{
    const eng_outcome_row_t *row = study->outcomes[outcome].row;
    const int64_t better = eng_outcome_better(study->disease, row);
    int64_t stored = 0;
    char path[192];
    hid_t group;
    int ret;

    snprintf(path, sizeof(path), "/outcomes/%s", row->name);
    group = H5Gopen2(file, path, H5P_DEFAULT);
    if (group < 0) {
        return eng_h5_fail(verify ? ENG_ERR_FORMAT : ENG_ERR_WRITE, path, "the group cannot be opened");
    }
    ret = verify ? eng_h5_get_integer(group, NAME, &stored) : eng_h5_set_integer(group, NAME, better);
    if (ret == 0 && verify && stored != better) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: its attribute '" NAME "' was read back with another value than was written", path);
    }
    H5Gclose(group);
    return ret;
}

static int
move_all(hid_t file, const eng_study_t *study, bool verify)
{
    int ret = 0;

    for (int j = 0; ret == 0 && j < study->num_outcomes; j++) {
        ret = move_one(file, study, j, verify);
    }
    return ret;
}

int
eng_better_write(hid_t file, const eng_study_t *study)
{
    return move_all(file, study, false);
}

int
eng_better_verify(hid_t file, const eng_study_t *study)
{
    return move_all(file, study, true);
}
