/**
 * Reading a result file: serial, read only, needs no MPI at run time.  The file itself is plain HDF5 and is described
 * in docs/FILE_FORMAT.md; this interface is for programs that link engraft anyway.
 *
 * Every function returns 0 or a negative code of error.h; eng_strerror says what kind of failure that is.
 */
#ifndef ENGRAFT_RESULT_H
#define ENGRAFT_RESULT_H

#include <engraft/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An open result file.  Belongs to one thread. */
typedef struct eng_result eng_result_t;

#define ENG_RESULT_MAX_DIMS 4

/**
 * Open a complete result file.  On success *result is to be closed; on failure it is NULL.
 * @return ENG_ERR_READ: no such file; ENG_ERR_FORMAT: no result of engraft, another major format, or incomplete
 */
int eng_result_open(eng_result_t **result, const char *path);
/** NULL is allowed. */
void eng_result_close(eng_result_t *result);

/** What the study is, and how much of it the file holds: 32 hexadecimal digits each, valid until close. */
const char *eng_result_identity(const eng_result_t *result);
const char *eng_result_extent(const eng_result_t *result);

/**
 * Shape of a dataset, for instance "/outcomes/relapse/event_count".
 * @param num_dims [out] 0 for a scalar
 * @param size     [out] length of each dimension
 * @return ENG_ERR_FORMAT if there is no such dataset
 */
int eng_result_shape(const eng_result_t *result, const char *dataset, int *num_dims, uint64_t size[ENG_RESULT_MAX_DIMS]);

/**
 * All values of a dataset of numbers in row-major order; integers become doubles (exact up to 2^53), missing ones NaN.
 * @param values caller's array
 * @param count  its length: the product of the dataset's dimensions, 1 for a scalar
 * @return ENG_ERR_RANGE if count is another number; ENG_ERR_FORMAT for a dataset of texts
 */
int eng_result_read(const eng_result_t *result, const char *dataset, double *values, size_t count);

/**
 * Compare two result files bit for bit in every dataset and attribute outside /provenance.  Differences go to `out`,
 * one line each, at most 50.
 */
int eng_result_diff(const char *path_a, const char *path_b, FILE *out, bool *equal);

/** CSV files in the folder `dir`, which is made: datasets of one group on the same axes share a file; columns.csv explains. */
int eng_result_export_csv(const char *path, const char *dir);

#ifdef __cplusplus
}
#endif
#endif
