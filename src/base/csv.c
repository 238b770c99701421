/**
 * Comma-separated text: one pass over a copy, in which every cell is ended by a NUL.
 */
#include "base/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    eng_csv_t *csv;
    eng_csv_problem_t *problem;
    eng_csv_cell_t *row; /* owned: of the line that is read */
    int num_cells, line;
    size_t capacity; /* of csv->cells */
} reader_t;

static int
complain(reader_t *self, int column, const char *text)
{
    self->problem->line = self->line;
    self->problem->column = column;
    snprintf(self->problem->text, sizeof(self->problem->text), "%s", text);
    return ENG_FAIL(ENG_ERR_FORMAT, "%s", text);
}

bool
eng_csv_number(const eng_csv_cell_t *cell, double *value)
{
    char *end = NULL;

    if (cell->text[0] == '\0' || strspn(cell->text, "0123456789+-.eE") != strlen(cell->text)) {
        return false;
    }
    *value = strtod(cell->text, &end);
    return *end == '\0' && isfinite(*value);
}

/* The end of a cell that begins at `at`; what it says is moved to its beginning and ended.  NULL: a quote without its end. */
static char *
end_of_cell(char *at, char **text, bool *last)
{
    char *to = at, *end;
    const bool quoted = *at == '"';

    *text = at;
    if (quoted) {
        for (at++; *at != '\0' && (*at != '"' || at[1] == '"'); at++) {
            at += *at == '"';
            *to++ = *at;
        }
        if (*at != '"') {
            return NULL;
        }
        at++;
        at += strspn(at, " \t");
        if (*at != ',' && *at != '\0') {
            return NULL;
        }
        end = to;
    } else {
        at += strcspn(at, ",");
        end = at;
    }
    *last = *at == '\0';
    while (end > *text && !quoted && strchr(" \t\r", end[-1]) != NULL) {
        end--;
    }
    *end = '\0';
    return at + !*last;
}

/* Cells of one line, which is ended by a NUL. */
static int
read_line(reader_t *self, char *line)
{
    char *at = line;
    bool last = false;

    self->num_cells = 0;
    while (!last) {
        eng_csv_cell_t *cell = &self->row[self->num_cells];

        if (self->num_cells == ENG_CSV_MAX_COLUMNS) {
            return complain(self, 1, "more columns than a table may have");
        }
        at += strspn(at, " \t");
        *cell = (eng_csv_cell_t){ .line = self->line, .column = (int)(at - line) + 1 };
        char *text = NULL, *next = end_of_cell(at, &text, &last);
        if (next == NULL) {
            return complain(self, cell->column, "a quote does not end as a cell does: '\"' before ',' or the end of the line");
        }
        cell->text = text;
        at = next;
        self->num_cells++;
    }
    return 0;
}

static int
keep_row(reader_t *self)
{
    eng_csv_t *csv = self->csv;
    const size_t used = (size_t)csv->num_rows * (size_t)csv->num_columns, row = (size_t)csv->num_columns;

    if (self->num_cells != csv->num_columns) {
        char text[120];
        snprintf(text, sizeof(text), "%d cell%s in this line, %d in the first", self->num_cells, self->num_cells == 1 ? "" : "s",
            csv->num_columns);
        return complain(self, 1, text);
    }
    if (used + row > self->capacity) {
        const size_t capacity = 2 * (used + row);
        eng_csv_cell_t *cells = realloc(csv->cells, capacity * sizeof(*cells));
        if (cells == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table");
        }
        csv->cells = cells;
        self->capacity = capacity;
    }
    memcpy(csv->cells + used, self->row, row * sizeof(*self->row));
    csv->num_rows++;
    return 0;
}

static int
first_row(reader_t *self)
{
    eng_csv_t *csv = self->csv;
    bool numbers = true;
    double value;

    csv->num_columns = self->num_cells;
    for (int j = 0; j < self->num_cells; j++) {
        numbers = numbers && eng_csv_number(&self->row[j], &value);
    }
    if (numbers) {
        return keep_row(self);
    }
    csv->names = malloc((size_t)self->num_cells * sizeof(*csv->names));
    if (csv->names == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table");
    }
    memcpy(csv->names, self->row, (size_t)self->num_cells * sizeof(*csv->names));
    return 0;
}

static int
read_lines(reader_t *self)
{
    char *line = self->csv->text, *end;
    int ret = 0;

    if (strncmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3; /* the mark with which some programs begin UTF-8 */
    }
    for (self->line = 1; ret == 0 && *line != '\0'; self->line++) {
        end = line + strcspn(line, "\n");
        const bool more = *end == '\n';
        *end = '\0';
        if (line[strspn(line, " \t\r")] != '\0' && line[0] != '#') {
            ret = read_line(self, line);
            if (ret == 0) {
                ret = self->csv->num_columns == 0 ? first_row(self) : keep_row(self);
            }
        }
        line = end + more;
    }
    if (ret == 0 && self->csv->num_rows == 0) {
        ret = complain(self, 1, "there is no row in it");
    }
    return ret;
}

int
eng_csv_parse(eng_csv_t *csv, const char *text, size_t length, eng_csv_problem_t *problem)
{
    reader_t self = { .csv = csv, .problem = problem, .line = 1 };
    int ret;

    *csv = (eng_csv_t){ 0 };
    if (memchr(text, '\0', length) != NULL) {
        return complain(&self, 1, "it is no text");
    }
    csv->text = malloc(length + 1);
    self.row = malloc((ENG_CSV_MAX_COLUMNS + 1) * sizeof(*self.row));
    if (csv->text == NULL || self.row == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table");
    } else {
        memcpy(csv->text, text, length);
        csv->text[length] = '\0';
        ret = read_lines(&self);
    }
    free(self.row);
    return ret;
}

void
eng_csv_free(eng_csv_t *csv)
{
    free(csv->text);
    free(csv->cells);
    free(csv->names);
    *csv = (eng_csv_t){ 0 };
}

int
eng_csv_find(const eng_csv_t *csv, const char *name)
{
    for (int j = 0; csv->names != NULL && j < csv->num_columns; j++) {
        if (strcmp(csv->names[j].text, name) == 0) {
            return j;
        }
    }
    return -1;
}
