/**
 * The file system's side of writing a result: a temporary name in the same folder, room on the disk, and the rename
 * that makes the file appear whole or not at all.  Serial (rank 0).
 */
#ifndef ENG_STORE_PUBLISH_H
#define ENG_STORE_PUBLISH_H

#include <stddef.h>
#include <stdint.h>

/** "<path>.part" as an owned text; NULL without memory. */
char *eng_publish_name(const char *path);
/**
 * ENG_ERR_WRITE when the folder is not there or not writable, has less room than `bytes`, or the process may not write
 * files so large; removes what an earlier run left.  `bytes` is an upper bound, without compression: on a disk that is
 * full HDF5 1.10 crashes, or waits for ever for a rank that failed.
 */
int eng_publish_prepare(const char *path, const char *part, uint64_t bytes);
/** fsync the temporary file, rename it, fsync the folder. */
int eng_publish_finish(const char *path, const char *part);

#endif
