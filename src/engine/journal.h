/**
 * Journals: append-only files of saved batches, one per rank and attempt, in the folder RESULT.work.  A record is a header
 * (magic, format, key: study, seed, model, extent, design, share; length; XXH3-128 over header and payload) and the
 * packed batch, written by one write().  A torn last record is no error: its blocks are computed again.  Serial.
 */
#ifndef ENG_ENGINE_JOURNAL_H
#define ENG_ENGINE_JOURNAL_H

#include "engine/batch.h"
#include "study/identity.h"
#include <stdbool.h>

#define ENG_JOURNAL_FORMAT 4

/**
 * What a record must belong to.  Plain record without gaps.  Identity and extent decide; name, seed, model and precision
 * are in the identity too and stand here so that a refusal can say what differs.
 */
typedef struct {
    char identity[32], extent[32]; /* hex digits, no ending zero */
    uint64_t design[2];            /* XXH3-128 of the design's values; 0: not asked (eng_journal_read) */
    uint64_t first_block, num_blocks; /* the share of the study */
    uint64_t from_points, from_patients; /* of a result that is extended: blocks are those of the rest; 0: of all */
    uint32_t seed[4];
    char model[ENG_VERSIONS_SIZE], precision[8]; /* padded with zeros, as is the name, cut where it is longer */
    char name[48];
} eng_journal_key_t;

/** values: [num_points][num_uncertain], NULL: not known. */
eng_journal_key_t eng_journal_key(const eng_study_t *study, const double *values, uint64_t first_block, uint64_t num_blocks);

typedef struct {
    int fd;             /* -1: closed */
    char *path;         /* owned */
    eng_journal_key_t key;
    eng_pack_t pack;
    uint64_t written;   /* bytes */
} eng_journal_t;

/** Prepare; the file is made with the first record.  Free is legal on a journal prepared or freed. */
int eng_journal_open(eng_journal_t *journal, const char *folder, int attempt, int rank, const eng_journal_key_t *key);
/** Append the batch.  sync: return when it is on the disk, else when the system has it (which survives the process). */
int eng_journal_append(eng_journal_t *journal, const eng_batch_t *batch, bool sync);
int eng_journal_sync(eng_journal_t *journal);
void eng_journal_close(eng_journal_t *journal);

/**
 * Read all good records of a file, in order; `use` gets the batch (valid during the call) and its error ends reading.
 * ENG_ERR_OTHER_STUDY: a record has another key.  A torn or damaged record ends the file; *bad is then its position
 * (-1: none) and *torn tells whether it was merely cut short.
 */
int eng_journal_read(const char *path, const eng_journal_key_t *key, eng_batch_t *batch,
    int (*use)(void *context, const eng_batch_t *batch), void *context, int64_t *bad, bool *torn);

/** Key of the first record.  ENG_ERR_READ; ENG_ERR_FORMAT: there is no whole header. */
int eng_journal_peek(const char *path, eng_journal_key_t *key);

/** Courses in the whole records of a file, without checking more than the headers; for `engraft status`. */
uint64_t eng_journal_courses(const char *path);

#endif
