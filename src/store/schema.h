/**
 * The fixed datasets of a result file, one row each: from a row come the dataset, its attributes, its values,
 * `engraft list schema` and the table of docs/FILE_FORMAT.md.  Datasets of outcomes, trajectories and records follow
 * from the study instead (dataset.h).
 */
#ifndef ENG_STORE_SCHEMA_H
#define ENG_STORE_SCHEMA_H

#include "store/store.h"

typedef enum { ENG_CELL_INTEGER, ENG_CELL_NUMBER, ENG_CELL_TEXT } eng_cell_t;

/** Facts about the job that only rank 0 holds.  Owned texts. */
typedef struct {
    char *hosts;    /* "n1 x 2, n2 x 2" */
    char *failures; /* one line a protocol and reason; "none" */
    char *mpi;      /* library version, one line */
    char hdf5[32], written[32];
    int64_t failed;
} eng_facts_t;

/** Everything that the values of a file come from. */
typedef struct {
    const eng_layout_t *layout;
    const eng_records_t *records;
    const eng_result_data_t *data; /* NULL: sizes only */
    const eng_summary_t *summary;  /* NULL: no rows of /summary */
    const eng_facts_t *facts;
} eng_content_t;

#define ENG_SCRATCH 512

/** Exactly one of integer, number and text is set; i counts elements in row-major order. */
typedef struct {
    const char *path;
    const char *dims; /* names of root scales separated by one space; "" scalar */
    const char *unit, *long_name, *estimator;
    int64_t (*integer)(const eng_content_t *content, uint64_t i);
    double (*number)(const eng_content_t *content, uint64_t i);
    /** Either a text that lives on, or one written to `scratch` (ENG_SCRATCH bytes). */
    const char *(*text)(const eng_content_t *content, uint64_t i, char *scratch);
    bool (*present)(const eng_content_t *content); /* NULL: always */
} eng_schema_row_t;

int eng_schema_count(void);
const eng_schema_row_t *eng_schema_row(int j); /* NULL outside 0 <= j < count */
const eng_schema_row_t *eng_schema_find(const char *path); /* NULL if there is none */
eng_cell_t eng_schema_cell(const eng_schema_row_t *row);

/** Length of a dimension that the schema itself defines (point, protocol ...), false if it is not one of those. */
bool eng_schema_dim(const eng_content_t *content, const char *name, uint64_t *size);

#endif
