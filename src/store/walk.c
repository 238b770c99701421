/**
 * Visiting every object.  Paths are collected first and opened one by one afterwards: no handle stays open in between.
 */
#include "store/walk.h"

#include <stdlib.h>
#include <string.h>

/* HDF5 1.12 gave both a new version; the old one may be missing from its successors. */
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t info_t;
#define VISIT H5Ovisit3
#else
typedef H5O_info_t info_t;
#define VISIT H5Ovisit2
#endif

typedef struct {
    eng_walk_t *walk;
    bool groups, provenance;
} visit_t;

static herr_t
keep_path(hid_t object, const char *name, const info_t *info, void *context)
{
    visit_t *visit = context;
    eng_walk_t *walk = visit->walk;
    const bool root = strcmp(name, ".") == 0, group = info->type == H5O_TYPE_GROUP;
    char **grown, *path;
    (void)object;

    if ((group && !visit->groups) ||
        (!visit->provenance && (strcmp(name, "provenance") == 0 || strncmp(name, "provenance/", 11) == 0))) {
        return 0;
    }
    grown = realloc(walk->paths, ((size_t)walk->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return -1;
    }
    walk->paths = grown;
    path = malloc(strlen(name) + 3);
    if (path == NULL) {
        return -1;
    }
    sprintf(path, "/%s%s", root ? "" : name, group && !root ? "/" : "");
    walk->paths[walk->count++] = path;
    return 0;
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int
eng_walk_create(eng_walk_t *walk, hid_t file, bool groups, bool provenance)
{
    visit_t visit = { walk, groups, provenance };

    *walk = (eng_walk_t){ 0 };
    if (VISIT(file, H5_INDEX_NAME, H5_ITER_NATIVE, keep_path, &visit, H5O_INFO_BASIC) < 0) {
        eng_walk_free(walk);
        return eng_h5_fail(ENG_ERR_FORMAT, "/", "the file's contents cannot be listed");
    }
    qsort(walk->paths, (size_t)walk->count, sizeof(*walk->paths), by_text);
    return 0;
}

void
eng_walk_free(eng_walk_t *walk)
{
    for (int j = 0; j < walk->count; j++) {
        free(walk->paths[j]);
    }
    free(walk->paths);
    *walk = (eng_walk_t){ 0 };
}
