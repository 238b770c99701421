/**
 * A thin layer over HDF5.  Choices made here: format of HDF5 1.10 (checksums over superblock, object headers and the
 * index of chunks; that of 1.8 has none, and a chunk that is not found reads as other values), chunks of at most 512 KiB
 * with shuffle, gzip 1 and Fletcher32, single values in the object header, no fill values, no time stamps, texts of fixed length.
 */
#include "store/h5.h"

#include "base/fpu.h"
#include <hdf5_hl.h>
#include <string.h>

#define CHUNK_ELEMENTS 65536
#define INDEX_BYTES 512

void
eng_h5_start(void)
{
    (void)eng_fpu_use_default();
    H5dont_atexit(); /* files are closed by hand; after a full disk HDF5 would try again at exit and crash */
    H5open(); /* tries out what a double is, and goes by it */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static herr_t
keep_description(unsigned depth, const H5E_error2_t *error, void *context)
{
    const char **text = context;
    (void)depth;
    if (*text == NULL && error->desc != NULL) {
        *text = error->desc;
    }
    return 0;
}

/* What HDF5 says of a failed write takes several lines; in them stands what the system said. */
static void
put_reason(const char *why, char *text, size_t size)
{
    static const char mark[] = "error message = '";
    const char *said = strstr(why, mark);

    if (said != NULL) {
        said += strlen(mark);
        snprintf(text, size, "%.*s", (int)strcspn(said, "'"), said);
    } else {
        snprintf(text, size, "%.*s", (int)strcspn(why, "\r\n"), why);
    }
}

int
eng_h5_fail(int code, const char *path, const char *what)
{
    const char *why = NULL;
    char reason[256] = "";

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_description, &why);
    if (why != NULL) {
        put_reason(why, reason, sizeof(reason));
    }
    return ENG_FAIL(code, "%s: %s%s%s", path, what, why == NULL ? "" : ": ", reason);
}

/* --- files --------------------------------------------------------------------------------------------------- */

/*
 * HDF5 would lock what it opens and fail where the file system has no locks.  Results are read on such, and what is written has a name
 * that the lock of the work folder protects.
 */
static bool
lock_nothing(hid_t access)
{
    return H5Pset_file_locking(access, false, true) >= 0;
}

/*
 * A hint for Open MPI, of no meaning to others.  It would make a lock file for a shared file pointer, which we never use,
 * and write eight bytes to it: on a disk just filled up the rank that cannot waits for the others and they for it.  With
 * this the pointer is kept in files that stay empty.
 */
static int
make_hints(MPI_Info *info)
{
    if (MPI_Info_create(info) != MPI_SUCCESS || MPI_Info_set(*info, "OMPIO_SHAREDFP_RELAXED_ORDERING", "true") != MPI_SUCCESS) {
        return ENG_FAIL(ENG_ERR_MPI, "the hints for MPI-IO could not be made");
    }
    return 0;
}

int
eng_h5_open_parallel(const char *path, MPI_Comm comm, hid_t *file)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    MPI_Info info = MPI_INFO_NULL;
    int ret = make_hints(&info);

    *file = -1;
    /* without hints too: the others are opening */
    if (access >= 0 && lock_nothing(access) && H5Pset_fapl_mpio(access, comm, info) >= 0 && H5Pset_all_coll_metadata_ops(access, true) >= 0 &&
        H5Pset_coll_metadata_write(access, true) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0) {
        *file = H5Fopen(path, H5F_ACC_RDWR, access);
    }
    if (*file < 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, path, "cannot be opened by all ranks");
    }
    H5Pclose(access);
    if (info != MPI_INFO_NULL) {
        MPI_Info_free(&info);
    }
    return ret;
}

int
eng_h5_open_serial(const char *path, bool write, hid_t *file)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    int ret = 0;

    *file = -1;
    if (access >= 0 && lock_nothing(access)) {
        *file = H5Fopen(path, write ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access);
    }
    if (*file < 0) {
        ret = eng_h5_fail(write ? ENG_ERR_WRITE : ENG_ERR_FORMAT, path, "cannot be opened as HDF5");
    }
    H5Pclose(access);
    return ret;
}

int
eng_h5_flush(const char *path, hid_t file)
{
    return H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? eng_h5_fail(ENG_ERR_WRITE, path, "cannot be flushed") : 0;
}

int
eng_h5_close_file(const char *path, hid_t *file)
{
    const hid_t id = *file;
    herr_t flushed = 0;

    *file = -1;
    if (id < 0) {
        return 0;
    }
    flushed = H5Fflush(id, H5F_SCOPE_GLOBAL);
    if (H5Fclose(id) < 0) {
        return eng_h5_fail(ENG_ERR_UNCLOSED, path, "cannot be closed");
    }
    return flushed < 0 ? eng_h5_fail(ENG_ERR_WRITE, path, "cannot be closed") : 0;
}

/* --- attributes ---------------------------------------------------------------------------------------------- */

static hid_t
text_type(size_t size)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, size) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
                         H5Tset_strpad(type, H5T_STR_NULLPAD) < 0)) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

static int
set_attribute(hid_t object, const char *name, hid_t file_type, hid_t memory_type, const void *value)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    int ret = 0;

    if (id < 0 || H5Awrite(id, memory_type, value) < 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, name, "the attribute cannot be written");
    }
    H5Aclose(id);
    H5Sclose(space);
    return ret;
}

int
eng_h5_set_text(hid_t object, const char *name, const char *value)
{
    const size_t length = strlen(value);
    const hid_t type = text_type(length == 0 ? 1 : length);
    const int ret = set_attribute(object, name, type, type, value);
    H5Tclose(type);
    return ret;
}

int
eng_h5_set_integer(hid_t object, const char *name, int64_t value)
{
    if (H5Aexists(object, name) > 0) {
        const hid_t id = H5Aopen(object, name, H5P_DEFAULT);
        const int ret = H5Awrite(id, H5T_NATIVE_INT64, &value) < 0
            ? eng_h5_fail(ENG_ERR_WRITE, name, "the attribute cannot be written")
            : 0;
        H5Aclose(id);
        return ret;
    }
    return set_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

/* An attribute of one element and the class that is expected; negative if there is none. */
static hid_t
open_attribute(hid_t object, const char *name, H5T_class_t class, size_t max_size)
{
    const hid_t id = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    hid_t type = -1, space = -1;
    bool good = false;

    if (id < 0) {
        return -1;
    }
    type = H5Aget_type(id);
    space = H5Aget_space(id);
    good = H5Tget_class(type) == class && H5Tis_variable_str(type) <= 0 && H5Tget_size(type) <= max_size &&
        H5Sget_simple_extent_npoints(space) == 1;
    H5Tclose(type);
    H5Sclose(space);
    if (!good) {
        H5Aclose(id);
        return -1;
    }
    return id;
}

int
eng_h5_get_integer(hid_t object, const char *name, int64_t *value)
{
    const hid_t id = open_attribute(object, name, H5T_INTEGER, 8);
    int ret = 0;

    if (id < 0 || H5Aread(id, H5T_NATIVE_INT64, value) < 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "the attribute '%s' is missing or damaged", name);
    }
    if (id >= 0) {
        H5Aclose(id);
    }
    return ret;
}

int
eng_h5_get_text(hid_t object, const char *name, char *value, size_t size)
{
    const hid_t id = open_attribute(object, name, H5T_STRING, size - 1);
    int ret = 0;

    memset(value, 0, size);
    if (id < 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "the attribute '%s' is missing or damaged", name);
    }
    const hid_t type = H5Aget_type(id);
    if (H5Aread(id, type, value) < 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "the attribute '%s' cannot be read", name);
    }
    H5Tclose(type);
    H5Aclose(id);
    return ret;
}

/* --- datasets ------------------------------------------------------------------------------------------------ */

static hid_t
cell_type(const eng_dataset_t *dataset, bool in_file)
{
    switch (dataset->cell) {
    case ENG_CELL_INTEGER:
        return H5Tcopy(in_file ? H5T_STD_I64LE : H5T_NATIVE_INT64);
    case ENG_CELL_NUMBER:
        return H5Tcopy(in_file ? H5T_IEEE_F64LE : H5T_NATIVE_DOUBLE);
    default:
        return text_type(dataset->cell_bytes);
    }
}

static hid_t
cell_space(const eng_dataset_t *dataset)
{
    hsize_t size[ENG_MAX_DIMS];
    for (int j = 0; j < dataset->num_dims; j++) {
        size[j] = dataset->size[j];
    }
    return dataset->num_dims == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(dataset->num_dims, size, NULL);
}

/* Chunks hold whole rows where a row is small enough, so that reading one point touches few of them. */
static void
choose_chunk(const eng_dataset_t *dataset, hsize_t chunk[ENG_MAX_DIMS])
{
    const uint64_t most = dataset->cell_bytes <= 8 ? CHUNK_ELEMENTS : CHUNK_ELEMENTS * 8 / dataset->cell_bytes + 1;
    uint64_t behind = 1;

    for (int j = dataset->num_dims - 1; j >= 0; j--) {
        const uint64_t room = most / behind == 0 ? 1 : most / behind;
        chunk[j] = dataset->size[j] < room ? dataset->size[j] : room;
        behind *= chunk[j];
    }
}

uint64_t
eng_h5_index(const eng_dataset_t *dataset)
{
    hsize_t chunk[ENG_MAX_DIMS];
    uint64_t chunks = 1;

    choose_chunk(dataset, chunk);
    for (int j = 0; j < dataset->num_dims; j++) {
        chunks *= (dataset->size[j] + chunk[j] - 1) / chunk[j];
    }
    /* a single chunk stands in the header; of several each has an address, a size, a mask and its part of the index's own blocks */
    return chunks <= 1 ? 0 : INDEX_BYTES + 24 * chunks;
}

static hid_t
creation_list(const eng_dataset_t *dataset)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[ENG_MAX_DIMS];
    bool good;

    good = list >= 0 && H5Pset_obj_track_times(list, false) >= 0 && H5Pset_fill_time(list, H5D_FILL_TIME_NEVER) >= 0;
    choose_chunk(dataset, chunk);
    if (good && dataset->num_dims > 0) {
        good = H5Pset_chunk(list, dataset->num_dims, chunk) >= 0 && (dataset->cell == ENG_CELL_TEXT || H5Pset_shuffle(list) >= 0) &&
            H5Pset_deflate(list, 1) >= 0 && H5Pset_fletcher32(list) >= 0;
    } else if (good && !eng_h5_needs_seal(dataset)) {
        good = H5Pset_layout(list, H5D_COMPACT) >= 0;
    }
    if (!good) {
        H5Pclose(list);
        return -1;
    }
    return list;
}

static int
describe(hid_t file, hid_t id, const eng_dataset_t *dataset)
{
    int ret = eng_h5_set_text(id, "unit", dataset->unit);

    if (ret == 0) {
        ret = eng_h5_set_text(id, "long_name", dataset->long_name);
    }
    if (ret == 0 && dataset->estimator[0] != '\0') {
        ret = eng_h5_set_text(id, "estimator", dataset->estimator);
    }
    if (ret == 0 && dataset->may_miss) {
        ret = eng_h5_set_integer(id, "missing_value", INT64_MIN);
    }
    if (ret == 0 && dataset->cell == ENG_CELL_TEXT) {
        ret = eng_h5_set_text(id, "_Encoding", "utf-8"); /* xarray makes text of the bytes */
    }
    if (ret == 0 && eng_dataset_is_scale(dataset)) {
        return H5DSset_scale(id, dataset->dim[0]) < 0 ? eng_h5_fail(ENG_ERR_WRITE, dataset->path, "cannot become a scale") : 0;
    }
    for (int j = 0; ret == 0 && j < dataset->num_dims; j++) {
        const hid_t scale = H5Dopen2(file, dataset->dim[j], H5P_DEFAULT);
        if (scale < 0 || H5DSattach_scale(id, scale, (unsigned)j) < 0) {
            ret = eng_h5_fail(ENG_ERR_WRITE, dataset->path, "its axes cannot be attached");
        }
        if (scale >= 0) {
            H5Dclose(scale);
        }
    }
    return ret;
}

int
eng_h5_create_bare(hid_t file, const eng_dataset_t *dataset, hid_t *id)
{
    const hid_t links = H5Pcreate(H5P_LINK_CREATE), list = creation_list(dataset);
    const hid_t type = cell_type(dataset, true), space = cell_space(dataset);

    *id = -1;
    if (links >= 0 && list >= 0 && type >= 0 && space >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0) {
        *id = H5Dcreate2(file, dataset->path, type, space, links, list, H5P_DEFAULT);
    }
    const int ret = *id < 0 ? eng_h5_fail(ENG_ERR_WRITE, dataset->path, "the dataset cannot be created") : 0;
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(list);
    H5Pclose(links);
    return ret;
}

int
eng_h5_create(hid_t file, const eng_dataset_t *dataset)
{
    hid_t id = -1;
    int ret = eng_h5_create_bare(file, dataset, &id);

    if (ret == 0) {
        ret = describe(file, id, dataset);
    }
    if (id >= 0 && H5Dclose(id) < 0 && ret == 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, dataset->path, "the dataset cannot be closed");
    }
    return ret;
}

static herr_t
refuse_link(const char *parent_file, const char *parent_group, const char *child_file, const char *child_object,
    unsigned *flags, hid_t access, void *context)
{
    (void)parent_file, (void)parent_group, (void)child_file, (void)child_object, (void)flags, (void)access, (void)context;
    return -1;
}

int
eng_h5_open(hid_t file, const char *path, hid_t *id)
{
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    hid_t list = -1;
    int ret = 0;

    *id = -1;
    if (access >= 0 && H5Pset_elink_cb(access, refuse_link, NULL) >= 0) {
        *id = H5Dopen2(file, path, access);
    }
    H5Pclose(access);
    if (*id < 0) {
        return eng_h5_fail(ENG_ERR_FORMAT, path, "there is no such dataset");
    }
    list = H5Dget_create_plist(*id);
    if (list < 0 || H5Pget_external_count(list) != 0 || H5Pget_layout(list) == H5D_VIRTUAL) {
        H5Dclose(*id);
        *id = -1;
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: its values lie in another file, which is refused", path);
    }
    H5Pclose(list);
    return ret;
}

int
eng_h5_check(hid_t id, const eng_dataset_t *dataset)
{
    const hid_t type = H5Dget_type(id), wanted = cell_type(dataset, true);
    const hid_t space = H5Dget_space(id);
    hsize_t size[H5S_MAX_RANK];
    const int dims = H5Sget_simple_extent_dims(space, size, NULL);
    bool good = H5Tequal(type, wanted) > 0 && dims == dataset->num_dims;

    for (int j = 0; good && j < dims; j++) {
        good = size[j] == dataset->size[j];
    }
    H5Sclose(space);
    H5Tclose(wanted);
    H5Tclose(type);
    return good ? 0 : ENG_FAIL(ENG_ERR_FORMAT, "%s: not of the type or shape that this format has", dataset->path);
}

/* Spaces of file and memory for steps first .. first + count - 1; both are to be closed. */
static bool
select_steps(const eng_dataset_t *dataset, uint64_t first, uint64_t count, hid_t *in_file, hid_t *in_memory)
{
    hsize_t start[ENG_MAX_DIMS] = { 0 }, size[ENG_MAX_DIMS];

    for (int j = 0; j < dataset->num_dims; j++) {
        size[j] = dataset->size[j];
    }
    *in_file = cell_space(dataset);
    if (count == 0) {
        *in_memory = cell_space(dataset);
        return H5Sselect_none(*in_file) >= 0 && H5Sselect_none(*in_memory) >= 0;
    }
    if (dataset->num_dims == 0) {
        *in_memory = H5Screate(H5S_SCALAR);
        return *in_memory >= 0;
    }
    start[0] = first;
    size[0] = count;
    *in_memory = H5Screate_simple(dataset->num_dims, size, NULL);
    return *in_memory >= 0 && H5Sselect_hyperslab(*in_file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0;
}

int
eng_h5_move(hid_t id, const eng_dataset_t *dataset, eng_move_t way, uint64_t first, uint64_t count, bool collective, void *buffer)
{
    const hid_t type = cell_type(dataset, false), list = H5Pcreate(H5P_DATASET_XFER);
    hid_t in_file = -1, in_memory = -1;
    bool good = type >= 0 && list >= 0 && select_steps(dataset, first, count, &in_file, &in_memory);

    if (good && collective) {
        good = H5Pset_dxpl_mpio(list, H5FD_MPIO_COLLECTIVE) >= 0;
    }
    if (good) {
        good = (way == ENG_MOVE_WRITE ? H5Dwrite(id, type, in_memory, in_file, list, buffer)
                                      : H5Dread(id, type, in_memory, in_file, list, buffer)) >= 0;
    }
    H5Sclose(in_memory);
    H5Sclose(in_file);
    H5Pclose(list);
    H5Tclose(type);
    return good                    ? 0
           : way == ENG_MOVE_WRITE ? eng_h5_fail(ENG_ERR_WRITE, dataset->path, "cannot be written")
                                   : eng_h5_fail(ENG_ERR_FORMAT, dataset->path, "cannot be read");
}
