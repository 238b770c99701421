/**
 * Aligned tables of text, and numbers written for people.
 */
#ifndef ENG_CLI_TABLE_H
#define ENG_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define ENG_CELL_SIZE 160

typedef struct {
    int num_columns, num_rows, capacity; /* capacity: rows that there is memory for */
    char (*cells)[ENG_CELL_SIZE]; /* owned: [num_rows][num_columns]; row 0 is the heading */
} eng_table_t;

/** The first row is the heading. */
int eng_table_create(eng_table_t *table, int num_columns);
void eng_table_free(eng_table_t *table);
/** A new row of empty cells; ENG_ERR_NO_MEMORY. */
int eng_table_add_row(eng_table_t *table);
/** A cell of the last row, ENG_CELL_SIZE bytes to write to. */
char *eng_table_cell(eng_table_t *table, int column);
/** First column to the left, others to the left too with two spaces between; heading in bold on a terminal.  ENG_ERR_NO_MEMORY. */
int eng_table_print(const eng_table_t *table, FILE *out);
/** The same in as many blocks, each with the first column, as the width of the terminal asks for (160 where there is none). */
int eng_table_print_blocks(const eng_table_t *table, FILE *out);

/** How a value is written. */
typedef enum {
    ENG_AS_PERCENT, /* "76.8 (75.9 to 77.6) %" */
    ENG_AS_POINTS,  /* "+5.1 (3.9 to 6.3)" percentage points */
    ENG_AS_DAYS,    /* "412 (401 to 423) d" */
    ENG_AS_RATIO,   /* as a number, with as many digits that an end which is not 1 is not written as 1 */
    ENG_AS_NUMBER   /* as many digits as the interval deserves, with its unit */
} eng_style_t;

/**
 * A value with its interval, without one where both ends are NaN; "-" for a value and ends that are NaN.  A single NaN is
 * a time that is "not reached".  `sign`: always + or -.
 */
void eng_format_interval(char text[ENG_CELL_SIZE], eng_style_t style, bool sign, double value, double low, double high,
    const char *unit);
/** Days as people say them: "100 d", "1 y", "2.5 y". */
void eng_format_days(char text[ENG_CELL_SIZE], double days);

#endif
