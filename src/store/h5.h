/**
 * A thin layer over HDF5: described datasets created, opened, moved; attributes; errors with the dataset's name.
 * Nothing above it touches property lists.
 */
#ifndef ENG_STORE_H5_H
#define ENG_STORE_H5_H

#include "store/dataset.h"
#include <hdf5.h>

/** Before anything else of this file: HDF5's own messages off, and no second try to write when the process ends. */
void eng_h5_start(void);

/** ENG_FAIL with the innermost description that HDF5 has of the last error. */
int eng_h5_fail(int code, const char *path, const char *what);

/** The bytes of a file in memory, as they would stand on a disk. */
typedef struct {
    void *bytes; /* owned; after closing */
    size_t size;
} eng_h5_image_t;

/** New file in memory only, of one process, whose image must not move; `name` is for messages.  ENG_ERR_NO_MEMORY. */
int eng_h5_create_memory(const char *name, hid_t *file, eng_h5_image_t *image);
/** Add to *bytes what the values of an open dataset take in it. */
int eng_h5_stored(hid_t file, const char *path, hid_t id, uint64_t *bytes);
/** *file becomes -1 and the image whole, unless there is an error; free is owed whatever happens.  Legal for a negative handle. */
int eng_h5_close_memory(const char *name, hid_t *file, eng_h5_image_t *image);
void eng_h5_free_image(eng_h5_image_t *image);
/** An old file for all ranks to write in (collective), or for one process. */
int eng_h5_open_parallel(const char *path, MPI_Comm comm, hid_t *file);
int eng_h5_open_serial(const char *path, bool write, hid_t *file);
/** Write what HDF5 holds back.  Collective for a file that all ranks have open. */
int eng_h5_flush(const char *path, hid_t file);
/** Flush and close; *file becomes -1 whatever happens.  Legal for a negative handle. */
int eng_h5_close_file(const char *path, hid_t *file);

/** Single values up to this size stand in their object's header, under its checksum. */
#define ENG_H5_COMPACT_BYTES 32768

/** Bytes that the index of its chunks takes. */
uint64_t eng_h5_index(const eng_dataset_t *dataset);
/** Create with attributes and scales, without values. Serial. */
int eng_h5_create(hid_t file, const eng_dataset_t *dataset);
/** Likewise without attributes and scales, and opened. */
int eng_h5_create_bare(hid_t file, const eng_dataset_t *dataset, hid_t *id);
/** Open by name; external files, links to other files and virtual datasets are refused. */
int eng_h5_open(hid_t file, const char *path, hid_t *id);
/** Does the dataset have the type and shape of its description?  ENG_ERR_FORMAT if not. */
int eng_h5_check(hid_t id, const eng_dataset_t *dataset);

/** Describe a dataset as it stands in a file: path, cell, shape; no axes, no attributes.  ENG_ERR_FORMAT if it is of a kind that
 *  results do not have. */
int eng_h5_describe(hid_t id, const char *path, eng_dataset_t *dataset);
/** Add the names of its axes ("" where it has none).  HDF5 keeps them without a checksum, so that values never depend on them. */
int eng_h5_describe_axes(hid_t id, eng_dataset_t *dataset);
/** Open, describe (without axes) and read a whole dataset: *values is owned by the caller, texts stand one behind the other, padded with NUL. */
int eng_h5_read(hid_t file, const char *path, eng_dataset_t *dataset, void **values);
/** One text of a read dataset as an owned string. */
char *eng_h5_text_at(const eng_dataset_t *dataset, const void *values, uint64_t i);

typedef enum { ENG_MOVE_WRITE, ENG_MOVE_READ } eng_move_t;
/** Steps first .. first + count - 1 of the first dimension.  Collective: every rank calls it, count may be 0. */
int eng_h5_move(hid_t id, const eng_dataset_t *dataset, eng_move_t way, uint64_t first, uint64_t count, bool collective,
    void *buffer);

/** Long single texts: a hash of the value as an attribute, and its check (ENG_ERR_FORMAT).  Nothing for other datasets. */
bool eng_h5_needs_seal(const eng_dataset_t *dataset);
int eng_h5_seal(hid_t id, const eng_dataset_t *dataset, const void *value);
int eng_h5_check_seal(hid_t id, const eng_dataset_t *dataset, const void *value);

int eng_h5_set_text(hid_t object, const char *name, const char *value);
int eng_h5_set_integer(hid_t object, const char *name, int64_t value);
/** ENG_ERR_FORMAT if there is no such attribute or it is something else. */
int eng_h5_get_integer(hid_t object, const char *name, int64_t *value);
int eng_h5_get_text(hid_t object, const char *name, char *value, size_t size);

#endif
