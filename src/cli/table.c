/**
 * Aligned tables of text, and numbers written for people.  A text's width is counted in bytes: names are ASCII.
 */
#include "cli/table.h"

#include "base/error.h"
#include "base/ticks.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NO_TERMINAL_WIDTH 160
#define NUMBER_SIZE 40

int
eng_table_create(eng_table_t *table, int num_columns)
{
    *table = (eng_table_t){ .num_columns = num_columns };
    return eng_table_add_row(table);
}

void
eng_table_free(eng_table_t *table)
{
    free(table->cells);
    *table = (eng_table_t){ 0 };
}

int
eng_table_add_row(eng_table_t *table)
{
    const size_t columns = (size_t)table->num_columns;

    if (table->num_rows == table->capacity) {
        const int capacity = table->capacity == 0 ? 16 : 2 * table->capacity;
        char(*grown)[ENG_CELL_SIZE] = realloc(table->cells, (size_t)capacity * columns * sizeof(*grown));
        if (grown == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table of %d rows", table->num_rows + 1);
        }
        table->cells = grown;
        table->capacity = capacity;
    }
    memset(table->cells + (size_t)table->num_rows * columns, 0, columns * sizeof(*table->cells));
    table->num_rows++;
    return 0;
}

char *
eng_table_cell(eng_table_t *table, int column)
{
    return table->cells[(size_t)(table->num_rows - 1) * (size_t)table->num_columns + (size_t)column];
}

/* The widest cell of each column, in fresh memory; NULL without any. */
static size_t *
column_widths(const eng_table_t *table)
{
    size_t *width = calloc((size_t)table->num_columns + 1, sizeof(*width));

    for (int i = 0; width != NULL && i < table->num_rows; i++) {
        for (int j = 0; j < table->num_columns; j++) {
            const size_t length = strlen(table->cells[(size_t)i * (size_t)table->num_columns + (size_t)j]);
            width[j] = length > width[j] ? length : width[j];
        }
    }
    return width;
}

/* The first column and those from first to last - 1. */
static void
print_columns(const eng_table_t *table, const size_t *width, int first, int last, FILE *out)
{
    const bool bold = isatty(fileno(out)) == 1;

    for (int i = 0; i < table->num_rows; i++) {
        fputs(bold && i == 0 ? "\033[1m" : "", out);
        for (int j = first == 0 ? 0 : -1; j < last - first; j++) {
            const int column = j < 0 ? 0 : first + j;
            const bool end = j + 1 == last - first; /* no blanks at the end of a line */
            fprintf(out, "%-*s%s", end ? 0 : (int)width[column],
                table->cells[(size_t)i * (size_t)table->num_columns + (size_t)column], end ? "" : "  ");
        }
        fputs(bold && i == 0 ? "\033[0m\n" : "\n", out);
    }
}

int
eng_table_print(const eng_table_t *table, FILE *out)
{
    size_t *width = column_widths(table);

    if (width == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table of %d columns", table->num_columns);
    }
    print_columns(table, width, 0, table->num_columns, out);
    free(width);
    return 0;
}

static size_t
terminal_width(FILE *out)
{
    struct winsize size;

    return isatty(fileno(out)) == 1 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : NO_TERMINAL_WIDTH;
}

int
eng_table_print_blocks(const eng_table_t *table, FILE *out)
{
    const size_t room = terminal_width(out);
    size_t *width = column_widths(table);

    if (width == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table of %d columns", table->num_columns);
    }
    for (int first = 1, last; first < table->num_columns; first = last) {
        size_t used = width[0] + 2 + width[first];
        for (last = first + 1; last < table->num_columns && used + 2 + width[last] <= room; last++) {
            used += 2 + width[last];
        }
        fputs(first > 1 ? "\n" : "", out);
        print_columns(table, width, first, last, out);
    }
    free(width);
    return 0;
}

static bool
is_whole(double value)
{
    return value != value || (value < 1e15 && value > -1e15 && value == (double)(long long)value);
}

static double
size_of(double value)
{
    return value < 0 ? -value : value;
}

/* Digits behind the point until `size` has `digits` of them in front, at most 6. */
static int
decimals_until(double size, double limit)
{
    int decimals = 0;

    while (decimals < 6 && size > 0 && size < limit) {
        size *= 10;
        decimals++;
    }
    return decimals;
}

/*
 * None where all is whole (counts, days of a quantile).  Else two digits of the interval's half-width, but no more than
 * four of the number; three of a number without interval.
 */
static int
decimals_of(double value, double low, double high)
{
    const double half = (high - low) / 2;
    double most = size_of(value);
    int by_half, by_size;

    if (is_whole(value) && is_whole(low) && is_whole(high)) {
        return 0;
    }
    if (!(half > 0)) {
        return decimals_until(most, 100);
    }
    most = size_of(low) > most ? size_of(low) : most;
    most = size_of(high) > most ? size_of(high) : most;
    by_half = decimals_until(half, 10);
    by_size = decimals_until(most, 1000);
    return by_half < by_size ? by_half : by_size;
}

/* As many that an end which is not 0 is not written as 0: what is told of a difference depends on it. */
static int
decimals_beyond(double low, double high, int decimals)
{
    const double nearest = low > 0 ? low : high < 0 ? -high : 0;
    double half = 0.5;

    for (int k = 0; k < decimals; k++) {
        half /= 10;
    }
    for (int k = 0; nearest > 0 && nearest < half && k < 6; k++) {
        half /= 10;
        decimals++;
    }
    return decimals;
}

/* "12.3", or "not reached" for NaN. */
static void
format_number(char text[NUMBER_SIZE], bool sign, int decimals, double value)
{
    if (value != value) {
        snprintf(text, NUMBER_SIZE, "not reached");
    } else {
        snprintf(text, NUMBER_SIZE, sign ? "%+.*f" : "%.*f", decimals, value);
    }
}

void
eng_format_interval(char text[ENG_CELL_SIZE], eng_style_t style, bool sign, double value, double low, double high,
    const char *unit)
{
    const bool share = style == ENG_AS_PERCENT || style == ENG_AS_POINTS;
    const double scale = share ? 100 : 1;
    const int deserved = share ? 1 : decimals_of(value, low, high);
    const int decimals = sign ? decimals_beyond(low * scale, high * scale, deserved) :
        style == ENG_AS_RATIO ? decimals_beyond(low - 1, high - 1, deserved) : deserved;
    const char *name = style == ENG_AS_PERCENT ? "%" : style == ENG_AS_DAYS ? "d" : style == ENG_AS_POINTS ? "" : unit;
    const bool none = low != low && high != high, named = name[0] != '\0' && strcmp(name, "1") != 0;
    char middle[NUMBER_SIZE], from[NUMBER_SIZE], to[NUMBER_SIZE];

    if (none && value != value) {
        snprintf(text, ENG_CELL_SIZE, "-");
        return;
    }
    format_number(middle, sign, decimals, value * scale);
    format_number(from, false, decimals, low * scale);
    format_number(to, false, decimals, high * scale);
    snprintf(text, ENG_CELL_SIZE, "%s%s%s%s%s%s%s%.16s", middle, none ? "" : " (", none ? "" : from, none ? "" : " to ",
        none ? "" : to, none ? "" : ")", named ? " " : "", named ? name : "");
}

void
eng_format_days(char text[ENG_CELL_SIZE], double days)
{
    const double years = days / ENG_DAYS_PER_YEAR;
    const double halves = 2 * years;

    if (years >= 0.5 && halves - (double)(long)halves < 1e-9) {
        snprintf(text, ENG_CELL_SIZE, "%.3g y", years);
    } else {
        snprintf(text, ENG_CELL_SIZE, "%.6g d", days);
    }
}
