/**
 * All objects of a result file in the order of their paths, for commands that treat every dataset alike.
 */
#ifndef ENG_STORE_WALK_H
#define ENG_STORE_WALK_H

#include "store/h5.h"

typedef struct {
    char **paths; /* owned; groups end with '/' ("/" is the root); sorted by strcmp */
    int count;
} eng_walk_t;

/** Groups and datasets; those in /provenance only if asked for. */
int eng_walk_create(eng_walk_t *walk, hid_t file, bool groups, bool provenance);
void eng_walk_free(eng_walk_t *walk);

#endif
