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
/** ENG_ERR_WRITE when the folder is not there or not writable, ENG_ERR_OTHER_STUDY when something stands under the name; removes what an
 * earlier run left, also what MPI-IO left of it beside the temporary file. */
int eng_publish_prepare(const char *path, const char *part);
/**
 * Make the temporary file with these first bytes of it, and take room for all of it before, so that writing the rest cannot fail for want
 * of it: where a disk is full HDF5 1.10 crashes, or waits for ever for the rank that failed.  The room is the file's until
 * eng_publish_finish or until it is removed; the file does not become longer.  ENG_ERR_WRITE if it cannot be had or files may not
 * become so large.  A file system that cannot reserve (NFS 3, Lustre before 2.14) is only asked how much is free.
 */
int eng_publish_begin(const char *part, const void *bytes, size_t length, uint64_t room);
/** Remove the temporary file and what MPI-IO left beside it. */
void eng_publish_abandon(const char *part);
/** Give back what is reserved behind the end of the temporary file, fsync it, give it its name, fsync the folder.  Nothing is ever replaced:
 *  ENG_ERR_OTHER_STUDY if something has appeared under that name. */
int eng_publish_finish(const char *path, const char *part);

#endif
