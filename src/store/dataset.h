/**
 * Datasets of a result file as descriptions: where they stand, what they hold, on which scales.  They come from the
 * fixed rows of the schema (schema.c), from the fields and scales of a study's layout, and from its record columns.
 * Knows no HDF5 call.
 */
#ifndef ENG_STORE_DATASET_H
#define ENG_STORE_DATASET_H

#include "store/store.h"
#include "store/schema.h"

#define ENG_MAX_DIMS (2 + ENG_MAX_FIELD_DIMS)

typedef enum {
    ENG_FROM_SCHEMA, /* index: row of the schema */
    ENG_FROM_SCALE,  /* index: layout->scales */
    ENG_FROM_POOLED, /* index: layout->pooled_fields */
    ENG_FROM_POINT,  /* index: layout->point_fields; spread over the ranks by points */
    ENG_FROM_RECORD  /* index: records->columns; spread over the ranks by records */
} eng_origin_t;

typedef struct {
    char path[192];
    eng_cell_t cell;
    size_t cell_bytes; /* of one element; text: the longest, at least 1 */
    int num_dims;
    char dim[ENG_MAX_DIMS][64];
    uint64_t size[ENG_MAX_DIMS];
    const char *unit, *long_name, *estimator; /* borrowed; estimator "" where it is no estimate */
    bool may_miss;     /* integers: INT64_MIN means missing */
    eng_origin_t origin;
    int index;
} eng_dataset_t;

typedef struct {
    eng_dataset_t *items; /* owned; scales first */
    int count;
} eng_datasets_t;

/** Every dataset of this content; those with an empty dimension are left out.  With content->data NULL texts count 64 bytes. */
int eng_datasets_create(eng_datasets_t *datasets, const eng_content_t *content);
void eng_datasets_free(eng_datasets_t *datasets);

/** Description of one field; pooled ones have no point dimension. */
int eng_dataset_of_field(eng_dataset_t *dataset, const eng_content_t *content, bool pooled, int index);

/** Description of one column of /records. */
int eng_dataset_of_column(eng_dataset_t *dataset, const eng_content_t *content, int index);

bool eng_dataset_is_scale(const eng_dataset_t *dataset);
bool eng_dataset_is_spread(const eng_dataset_t *dataset);
/** Steps of a spread dataset that this rank holds; *first: which they are. */
uint64_t eng_dataset_own(const eng_dataset_t *dataset, const eng_content_t *content, uint64_t *first);
/** Elements behind one step of the first dimension (1 for a scalar), and elements in all. */
uint64_t eng_dataset_row(const eng_dataset_t *dataset);
uint64_t eng_dataset_elements(const eng_dataset_t *dataset);

/**
 * The values of `count` steps of the first dimension from `first` on (spread ones: counted from this rank's first
 * point or record), as they stand in the file, into out[count * row * cell_bytes].
 */
void eng_dataset_fill(const eng_dataset_t *dataset, const eng_content_t *content, uint64_t first, uint64_t count, void *out);

#endif
