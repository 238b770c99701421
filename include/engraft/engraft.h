/**
 * The public interface of engraft: errors, version, running a study, reading a result.  run.h includes mpi.h; a
 * program without MPI includes the other headers one by one.
 */
#ifndef ENGRAFT_ENGRAFT_H
#define ENGRAFT_ENGRAFT_H

#include <engraft/error.h>
#include <engraft/result.h>
#include <engraft/run.h>
#include <engraft/version.h>

#endif
