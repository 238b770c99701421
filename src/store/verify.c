/**
 * Reading a whole result for the sake of its checksums: every dataset, every attribute, and the names of the axes, which HDF5 keeps without
 * one, against those that the study in the file asks for.
 */
#include "store/reader.h"
#include "store/walk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLAB_BYTES (UINT64_C(1) << 20)

typedef struct {
    const eng_result_t *result;
    eng_datasets_t expected; /* owned; empty for a file of another version */
    char *buffer;            /* owned */
    size_t room;
    double stop;             /* monotonic seconds */
    bool all;                /* nothing has been left out so far */
} verify_t;

static double
monotonic(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool
in_time(verify_t *verify)
{
    verify->all = verify->all && monotonic() < verify->stop;
    return verify->all;
}

static int
need_room(verify_t *verify, size_t size)
{
    char *grown = size > verify->room ? realloc(verify->buffer, size) : verify->buffer;

    if (grown == NULL && size > verify->room) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory to read it", verify->result->path);
    }
    verify->buffer = grown;
    verify->room = size > verify->room ? size : verify->room;
    return 0;
}

/* --- attributes and axes ----------------------------------------------------------------------------------------- */

/* Those of axes hold addresses in HDF5's own heap; the axes themselves are compared. */
static herr_t
read_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    verify_t *verify = context;
    const hid_t id = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(id);
    const bool plain = H5Tdetect_class(type, H5T_VLEN) == 0 && H5Tdetect_class(type, H5T_REFERENCE) == 0;
    bool good = id >= 0 && type >= 0;
    (void)info;

    if (good && plain) {
        good = need_room(verify, (size_t)H5Aget_storage_size(id) + H5Tget_size(type)) == 0 && H5Aread(id, type, verify->buffer) >= 0;
    }
    H5Tclose(type);
    H5Aclose(id);
    return good ? 0 : -1;
}

static int
read_attributes(verify_t *verify, hid_t object, const char *path)
{
    return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, read_attribute, verify) < 0
        ? eng_h5_fail(ENG_ERR_FORMAT, path, "its attributes cannot be read")
        : 0;
}

static const eng_dataset_t *
find_expected(const verify_t *verify, const char *path)
{
    for (int j = 0; j < verify->expected.count; j++) {
        if (strcmp(verify->expected.items[j].path, path) == 0) {
            return &verify->expected.items[j];
        }
    }
    return NULL;
}

static int
check_shape(const verify_t *verify, const eng_dataset_t *dataset)
{
    const eng_dataset_t *expected = find_expected(verify, dataset->path);
    bool good = expected == NULL || (expected->num_dims == dataset->num_dims && expected->cell == dataset->cell);

    for (int j = 0; good && expected != NULL && j < dataset->num_dims; j++) {
        good = expected->size[j] == dataset->size[j] && strcmp(expected->dim[j], dataset->dim[j]) == 0;
    }
    return good ? 0 : ENG_FAIL(ENG_ERR_FORMAT, "%s: its type, shape or axes are not those of the study", dataset->path);
}

/* --- datasets ------------------------------------------------------------------------------------------------------ */

static int
read_values(verify_t *verify, hid_t id, const eng_dataset_t *dataset)
{
    const uint64_t steps = dataset->num_dims == 0 ? 1 : dataset->size[0], step = eng_dataset_row(dataset) * dataset->cell_bytes;
    const uint64_t slab = step == 0 || SLAB_BYTES / step == 0 ? 1 : SLAB_BYTES / step;
    int ret = need_room(verify, (size_t)((slab < steps ? slab : steps) * step) + 1);

    for (uint64_t first = 0; ret == 0 && first < steps && in_time(verify); first += slab) {
        const uint64_t count = steps - first < slab ? steps - first : slab;
        ret = eng_h5_move(id, dataset, ENG_MOVE_READ, first, count, false, verify->buffer);
    }
    return ret == 0 && verify->all ? eng_h5_check_seal(id, dataset, verify->buffer) : ret;
}

static int
read_dataset(verify_t *verify, const char *path)
{
    eng_dataset_t dataset;
    hid_t id = -1;
    int ret = eng_h5_open(verify->result->file, path, &id);

    if (ret != 0) {
        return ret;
    }
    ret = eng_h5_describe(id, path, &dataset);
    if (ret == 0) {
        ret = eng_h5_describe_axes(id, &dataset);
    }
    if (ret == 0) {
        ret = check_shape(verify, &dataset);
    }
    if (ret == 0) {
        ret = read_values(verify, id, &dataset);
    }
    if (ret == 0) {
        ret = read_attributes(verify, id, path);
    }
    H5Dclose(id);
    return ret;
}

static int
read_group(verify_t *verify, const char *path)
{
    const hid_t id = H5Gopen2(verify->result->file, path, H5P_DEFAULT);
    const int ret = id < 0 ? eng_h5_fail(ENG_ERR_FORMAT, path, "the group cannot be opened") : read_attributes(verify, id, path);

    if (id >= 0) {
        H5Gclose(id);
    }
    return ret;
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(a, *(char *const *)b);
}

/* A dataset whose link is gone is not met on the walk. */
static int
check_all_there(const verify_t *verify, const eng_walk_t *walk)
{
    for (int j = 0; j < verify->expected.count; j++) {
        const char *path = verify->expected.items[j].path;
        if (bsearch(path, walk->paths, (size_t)walk->count, sizeof(*walk->paths), by_path) == NULL) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s: is missing", path);
        }
    }
    return 0;
}

static int
read_all(verify_t *verify)
{
    eng_walk_t walk = { 0 };
    int ret = eng_walk_create(&walk, verify->result->file, true, true);

    if (ret == 0) {
        ret = check_all_there(verify, &walk);
    }
    for (int j = 0; ret == 0 && j < walk.count && in_time(verify); j++) {
        const char *path = walk.paths[j];
        ret = path[strlen(path) - 1] == '/' ? read_group(verify, path) : read_dataset(verify, path);
    }
    eng_walk_free(&walk);
    return ret;
}

int
eng_result_verify(const eng_result_t *result, double seconds, bool *all)
{
    const eng_content_t content = { .layout = &result->layout, .records = &result->records };
    verify_t verify = { .result = result, .stop = monotonic() + seconds, .all = true };
    char message[ENG_ERROR_SIZE];
    int ret = result->same_model ? eng_datasets_create(&verify.expected, &content) : 0;

    if (ret == 0) {
        ret = read_all(&verify);
    }
    *all = ret == 0 && verify.all;
    eng_datasets_free(&verify.expected);
    free(verify.buffer);
    if (ret == ENG_ERR_FORMAT) {
        snprintf(message, sizeof(message), "%s", eng_error_message());
        ret = ENG_FAIL(ret, "%s: is damaged: %s", result->path, message);
    }
    return ret;
}
