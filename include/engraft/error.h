/**
 * The one list of errors.  A function of engraft returns 0 or one of these negative codes;
 * the text for people is set where it is known (see src/base/error.h).
 */
#ifndef ENGRAFT_ERROR_H
#define ENGRAFT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, code, exit status of the command, what kind of failure it is) */
#define ENG_ERROR_LIST(X)                                                                     \
    X(ENG_ERR_NO_MEMORY, -1, 70, "out of memory")                                             \
    X(ENG_ERR_RANGE, -2, 70, "a value is outside its declared range")                         \
    X(ENG_ERR_USAGE, -3, 64, "the command line is not valid")                                 \
    X(ENG_ERR_STUDY, -4, 65, "the study is not valid")                                        \
    X(ENG_ERR_READ, -5, 66, "cannot read")                                                    \
    X(ENG_ERR_FORMAT, -6, 66, "the file is not what its name says, or is damaged")            \
    X(ENG_ERR_WRITE, -7, 73, "cannot write")                                                  \
    X(ENG_ERR_OTHER_STUDY, -8, 73, "the result file belongs to another study")                \
    X(ENG_ERR_MPI, -9, 70, "an MPI call failed")                                              \
    X(ENG_ERR_HDF5, -10, 70, "an HDF5 call failed")                                           \
    X(ENG_ERR_TOO_MANY_FAILURES, -11, 3, "more courses failed than the study allows")         \
    X(ENG_ERR_NOT_BUILT, -12, 65, "not available yet")                                        \
    X(ENG_ERR_INTERNAL, -13, 70, "an internal check failed")                                  \
    X(ENG_ERR_UNCLOSED, -14, 73, "a file that was written could not be closed")               \
    X(ENG_ERR_ALONE, -15, 73, "writing failed on this rank alone")

#define ENG_ERROR_AS_ENUM(name, code, status, text) name = (code),
typedef enum { ENG_OK = 0, ENG_ERROR_LIST(ENG_ERROR_AS_ENUM) } eng_error_t;
#undef ENG_ERROR_AS_ENUM

/*
 * After ENG_ERR_ALONE other ranks may be waiting inside of a call of MPI-IO that failed here: no collective call may follow, and MPI_Abort
 * ends them.
 */

/** Reasons for stopping that are not errors. */
#define ENG_STOPPED 1 /* everything saved, run again to go on: exit status 75 */

/** What kind of failure a code is; never NULL, also for unknown codes. */
const char *eng_strerror(int code);

/** The exit status of the command for a code (docs/USING.md): 0 for 0, 75 for ENG_STOPPED, 70 for unknown codes. */
int eng_exit_status(int code);

#ifdef __cplusplus
}
#endif
#endif
