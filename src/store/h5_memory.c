/**
 * HDF5 files that are nowhere but in memory: what a file will take is known before any of it is on a disk that may be full.
 */
#include "store/h5.h"

#include <stdlib.h>
#include <string.h>

#define GROWTH ((size_t)1 << 20)
#define NOWHERE "/dev/null/memory" /* HDF5 looks whether there is such a file first: there never is */

/* --- the bytes of a file, which HDF5 gives up when it closes one ------------------------------------------------------ */

static void *
image_malloc(size_t size, H5FD_file_image_op_t op, void *image)
{
    (void)op, (void)image;
    return malloc(size);
}

static void *
image_memcpy(void *to, const void *from, size_t size, H5FD_file_image_op_t op, void *image)
{
    (void)op, (void)image;
    return memcpy(to, from, size);
}

static void *
image_realloc(void *bytes, size_t size, H5FD_file_image_op_t op, void *image)
{
    (void)op, (void)image;
    return realloc(bytes, size);
}

static herr_t
image_free(void *bytes, H5FD_file_image_op_t op, void *image)
{
    if (op == H5FD_FILE_IMAGE_OP_FILE_CLOSE) {
        ((eng_h5_image_t *)image)->bytes = bytes;
    } else {
        free(bytes);
    }
    return 0;
}

static void *
same_image(void *image)
{
    return image;
}

static herr_t
keep_image(void *image)
{
    (void)image;
    return 0;
}

/* --- files ------------------------------------------------------------------------------------------------------------ */

int
eng_h5_create_memory(const char *name, hid_t *file, eng_h5_image_t *image)
{
    H5FD_file_image_callbacks_t callbacks = { image_malloc, image_memcpy, image_realloc, image_free, same_image, keep_image, image };
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    int ret = 0;

    *file = -1;
    *image = (eng_h5_image_t){ 0 };
    if (access >= 0 && H5Pset_fapl_core(access, GROWTH, false) >= 0 && H5Pset_file_image_callbacks(access, &callbacks) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0) {
        *file = H5Fcreate(NOWHERE, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    }
    if (*file < 0) {
        ret = eng_h5_fail(ENG_ERR_NO_MEMORY, name, "cannot be made in memory");
    }
    H5Pclose(access);
    return ret;
}

int
eng_h5_stored(hid_t file, const char *path, hid_t id, uint64_t *bytes)
{
    if (H5Fflush(file, H5F_SCOPE_LOCAL) < 0) { /* chunks are compressed when they leave the cache */
        return eng_h5_fail(ENG_ERR_NO_MEMORY, path, "cannot be measured");
    }
    *bytes += H5Dget_storage_size(id);
    return 0;
}

int
eng_h5_close_memory(const char *name, hid_t *file, eng_h5_image_t *image)
{
    const hid_t id = *file;
    ssize_t size = -1;

    *file = -1;
    if (id < 0) {
        return 0;
    }
    if (H5Fflush(id, H5F_SCOPE_GLOBAL) >= 0) {
        size = H5Fget_file_image(id, NULL, 0); /* its length; the bytes that it would give are not those of a closed file */
    }
    if (H5Fclose(id) < 0 || size < 0 || image->bytes == NULL) {
        return eng_h5_fail(ENG_ERR_NO_MEMORY, name, "there is no memory for the file");
    }
    image->size = (size_t)size;
    return 0;
}

void
eng_h5_free_image(eng_h5_image_t *image)
{
    free(image->bytes);
    *image = (eng_h5_image_t){ 0 };
}
