/**
 * Owners: every point and every row of /records lives on one rank, in contiguous ranges by rank, whoever computes it.
 * Results travel in packed messages from a bounded pool; an owner takes them in between its own tiles of courses.
 */
#ifndef ENG_ENGINE_OWNER_H
#define ENG_ENGINE_OWNER_H

#include "engine/batch.h"
#include <mpi.h>
#include <stdbool.h>

#define ENG_OWNER_SENDS 8 /* messages under way from a rank */

typedef struct {
    eng_pack_t pack;
    MPI_Request request; /* MPI_REQUEST_NULL: free */
} eng_owner_send_t;

typedef struct {
    MPI_Comm comm;               /* borrowed; messages use tag ENG_TAG_RESULTS */
    int rank, size;
    uint64_t all_points, all_records;
    uint64_t first_point, num_points;   /* owned */
    uint64_t first_record, num_records; /* owned */
    size_t point_words, row_values;
    int64_t *point;              /* owned memory: [num_points][point_words] */
    double *rows;                /* owned memory: [num_records][row_values] */
    eng_owner_send_t sends[ENG_OWNER_SENDS];
    int64_t *sent;               /* messages to each rank since the last settling */
    int64_t received;
    unsigned char *inbox;
    size_t inbox_size;
} eng_owner_t;

#define ENG_TAG_RESULTS 11
#define ENG_TAG_ASK 12
#define ENG_TAG_ORDER 13

/** First of the things 0 .. n-1 that `rank` of `size` owns; rank = size gives n. */
uint64_t eng_owner_first(uint64_t n, int rank, int size);
int eng_owner_of(uint64_t n, uint64_t j, int size);

/** Not collective.  records: rows that the study keeps, all ranks together. */
int eng_owner_create(eng_owner_t *owner, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records, MPI_Comm comm);
void eng_owner_free(eng_owner_t *owner);

/** Not collective.  Bring the points and rows of a batch to their owners; waits only for room in the pool, receiving meanwhile. */
int eng_owner_deliver(eng_owner_t *owner, const eng_batch_t *batch);
/** Not collective.  Take in what has come. */
int eng_owner_poll(eng_owner_t *owner);
/** Collective: returns when everything delivered by any rank so far is with its owner.  Also to be called after a failure. */
int eng_owner_settle(eng_owner_t *owner);

/** Sleep a little while waiting for other ranks (cores may be shared). */
void eng_idle(void);

#endif
