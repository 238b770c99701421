/**
 * What an open result is, for the files that read one.
 */
#ifndef ENG_STORE_READER_H
#define ENG_STORE_READER_H

#include "store/h5.h"

/* Estimators of /summary: rows point to them until the result is closed. */
typedef struct {
    char **items; /* owned */
    int count;
} eng_texts_t;

struct eng_result {
    char *path; /* owned */
    hid_t file;
    eng_study_t study;
    eng_layout_t layout;
    eng_records_t records;
    char identity[33], extent[33];
    eng_shard_t shard;
    bool same_model; /* this build gives the study the identity that the file has */
    eng_texts_t *texts; /* owned */
};

/* --- reader_layout.c --- */

/** Of a file that is not of this model: are the words of its points what this build's layout says?  ENG_ERR_FORMAT if not. */
int eng_reader_check_layout(const eng_result_t *result);
/** Do the axes of names that a field stands on (reasons of failure, causes of death) have this build's names? */
int eng_reader_same_names(const eng_result_t *result, const eng_field_t *field, bool *same);

#endif
