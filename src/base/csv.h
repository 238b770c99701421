/**
 * Comma-separated text as a table of cells, each of which knows where it stands.  The first row names the columns, unless
 * every one of its cells is a number.  Blank lines and lines that begin with '#' are no rows; a cell may stand in double
 * quotes.  Serial.
 */
#ifndef ENG_BASE_CSV_H
#define ENG_BASE_CSV_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

#define ENG_CSV_MAX_COLUMNS 2000

typedef struct {
    const char *text; /* NUL-terminated, without quotes and spaces around it */
    int line, column; /* 1-based; column in bytes */
} eng_csv_cell_t;

typedef struct {
    char *text;            /* owned: what the cells point to */
    eng_csv_cell_t *cells; /* owned: [num_rows][num_columns], names not among them */
    eng_csv_cell_t *names; /* owned: of the columns; NULL: they have none */
    int num_rows, num_columns;
} eng_csv_t;

/** What is wrong with a text, and where. */
typedef struct {
    int line, column;
    char text[160];
} eng_csv_problem_t;

/** 0; ENG_ERR_FORMAT with the first problem; ENG_ERR_NO_MEMORY.  eng_csv_free is legal after any of them. */
int ENG_MUST_CHECK eng_csv_parse(eng_csv_t *csv, const char *text, size_t length, eng_csv_problem_t *problem);
void eng_csv_free(eng_csv_t *csv);

/** Column of a name, -1 if there is none. */
int eng_csv_find(const eng_csv_t *csv, const char *name);
static inline const eng_csv_cell_t *
eng_csv_at(const eng_csv_t *csv, int row, int column)
{
    return &csv->cells[(size_t)row * (size_t)csv->num_columns + (size_t)column];
}
/** A cell as a plain number (decimal, with or without exponent, finite); false if it is none. */
bool eng_csv_number(const eng_csv_cell_t *cell, double *value);

#endif
