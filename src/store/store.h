/**
 * The result file (docs/FILE_FORMAT.md): the only place that knows HDF5.  Writing is collective and makes the file
 * under a temporary name in the same folder, reads it back, fsyncs and renames; reading is serial.
 */
#ifndef ENG_STORE_STORE_H
#define ENG_STORE_STORE_H

#include "study/layout.h"
#include "study/records.h"
#include "study/rounds.h"
#include "study/summary.h"
#include <engraft/result.h>
#include <mpi.h>

#define ENG_FORMAT_MAJOR 1
#define ENG_FORMAT_MINOR 0

/** What is true of one run and of nothing else: goes to /provenance, never compared by `diff`. */
typedef struct {
    int ranks;
    const char *width;         /* vector width in use on rank 0 */
    double seconds;            /* wall time of this attempt */
    double core_seconds;       /* summed over ranks */
    uint64_t courses_planned, courses_done;
    const char *command_line;
    const char *attempts;      /* text, one line per attempt: start, end, host, job id, ranks, blocks done */
} eng_provenance_t;

/**
 * A share of a study's blocks (engine/block.h), what `run --shard` computes: blocks first_block .. first_block + num_blocks - 1
 * of all_blocks, the share `number` of `of`, from 1.  Zeroed: the whole study.
 */
typedef struct {
    uint64_t number, of;
    uint64_t first_block, num_blocks, all_blocks;
} eng_shard_t;

/** Who watches a result being written, on every rank; any of them may be NULL. */
typedef struct {
    void (*share)(void *context, double share); /* rank 0, now and then: how much of the work is done, 0 to 1 */
    bool (*stop)(void *context);                /* is it to be given up?  One rank's yes is enough */
    void *context;
} eng_write_watch_t;

/** One rank's share of a finished study.  Points and records are split in contiguous ranges by rank, in rank order. */
typedef struct {
    const eng_layout_t *layout;
    const eng_records_t *records;
    const double *unit;        /* [num_points][num_uncertain], whole design, same on every rank */
    const double *values;      /* likewise, in units */
    uint64_t first_point, num_points; /* owned by this rank; may be 0 */
    const int64_t *point;      /* [num_points owned][num_protocols][point_words] */
    const int64_t *pooled;     /* [num_protocols][pooled_words], reduced, same on every rank */
    const int64_t *cluster;    /* [num_protocols][cluster_words], reduced, same on every rank */
    uint64_t first_record, num_records;
    const double *rows;        /* [num_records owned][records->num_values] */
    eng_shard_t shard;         /* which courses there are; words and rows of all others are 0 and NaN */
    const eng_rounds_t *rounds; /* NULL: the study has none */
    eng_provenance_t provenance;
    eng_write_watch_t watch;
} eng_result_data_t;

/**
 * Collective over comm.  On failure, and when it was given up (ENG_STOPPED), nothing stands under `path` that was not there before, and the
 * temporary file is removed.  All ranks return the same, but for ENG_ERR_ALONE (error.h): the others have not returned then, and only MPI_Abort ends them.
 */
int eng_result_write(const char *path, const eng_result_data_t *data, MPI_Comm comm);

/**
 * Bytes that the file of a study will take, from the points and rows in `data`, which are some of them, and from pooled words as they will be.
 * cluster, pooled: of the courses behind them, for the tables of /summary.  Serial, needs no MPI.  ENG_ERR_NO_MEMORY.
 */
int eng_result_foretell(const eng_result_data_t *data, const int64_t *cluster, const int64_t *pooled, uint64_t *bytes);
/** Bytes that it takes at most, were there nothing to compress. */
uint64_t eng_result_most(const eng_layout_t *layout, const eng_records_t *records);

/* --- reading (serial) -------------------------------------------------------------------------------------- */
/* open, close, identity, extent, diff and export: <engraft/result.h> */

/** Which share of the study the file holds; zeroed for the whole. */
eng_shard_t eng_result_shard(const eng_result_t *result);
/** Study as parsed from the text in the file, its layout; valid until close. */
const eng_study_t *eng_result_study(const eng_result_t *result);
const eng_layout_t *eng_result_layout(const eng_result_t *result);
/** Whether this build gives the study in the file the identity and extent that the file has: running its courses, or adding to them, needs it. */
bool eng_result_is_current(const eng_result_t *result);
/** Read everything in the file for its checksums, for so many seconds at most: ENG_ERR_FORMAT says what is damaged.  *all: nothing was left out
 *  for want of time. */
int eng_result_verify(const eng_result_t *result, double seconds, bool *all);
/** The tables of /summary as stored, whatever version made them; estimators are valid until close. */
int eng_result_summary(const eng_result_t *result, eng_summary_t *summary);
/**
 * Accumulators of one point: [num_protocols][point_words].  Of another version of the model too, where its words mean the same
 * (ENG_ERR_FORMAT if not); counts of failures are 0 there if their reasons have other names.
 */
int eng_result_point(const eng_result_t *result, uint64_t point, int64_t *words);
/** Likewise of `count` points from `first` on: [count][num_protocols][point_words]. */
int eng_result_points(const eng_result_t *result, uint64_t first, uint64_t count, int64_t *words);
/** Pooled ones, to be added to: ENG_ERR_FORMAT if the file is of another version of the model.  So are rows. */
int eng_result_pooled(const eng_result_t *result, int64_t *words);
/** Rows first .. first + count - 1 of /records: [count][num_values of eng_records_t], missing values NaN. */
int eng_result_rows(const eng_result_t *result, uint64_t first, uint64_t count, double *rows);
/** A text under /provenance, owned by the caller; ENG_ERR_FORMAT if there is none. */
int eng_result_text(const eng_result_t *result, const char *dataset, char **text);

/** A name of an axis of names, as "failure", owned by the caller; ENG_ERR_FORMAT if the file has none at this place. */
int eng_result_name(const eng_result_t *result, const char *axis, uint64_t i, char **name);

/** Text of the /provenance attributes for `status` and `show`. */
int eng_result_print_provenance(const eng_result_t *result, FILE *out);

/** Points for a list design (eng_import_t of study/study.h). */
int eng_points_import(const char *path, const char *dataset, char **text);

/** `engraft list schema`: every dataset that a result can hold. */
int eng_schema_print(FILE *out);

#endif
