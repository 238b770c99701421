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

#endif
