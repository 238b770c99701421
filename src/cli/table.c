/**
 * Aligned tables of text, and numbers written for people.  A text's width is counted in bytes: names are ASCII.
 */
#include "cli/table.h"

#include "base/error.h"
#include "base/ticks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    const size_t columns = (size_t)table->num_columns, used = (size_t)table->num_rows * columns;
    char(*grown)[ENG_CELL_SIZE] = realloc(table->cells, (used + columns) * sizeof(*grown));

    if (grown == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table of %d rows", table->num_rows + 1);
    }
    memset(grown + used, 0, columns * sizeof(*grown));
    table->cells = grown;
    table->num_rows++;
    return 0;
}

char *
eng_table_cell(eng_table_t *table, int column)
{
    return table->cells[(size_t)(table->num_rows - 1) * (size_t)table->num_columns + (size_t)column];
}

void
eng_table_print(const eng_table_t *table, FILE *out)
{
    const bool bold = isatty(fileno(out)) == 1;

    for (int i = 0; i < table->num_rows; i++) {
        fputs(bold && i == 0 ? "\033[1m" : "", out);
        for (int j = 0; j < table->num_columns; j++) {
            size_t width = 0;
            for (int k = 0; k < table->num_rows; k++) {
                const size_t length = strlen(table->cells[(size_t)k * (size_t)table->num_columns + (size_t)j]);
                width = length > width ? length : width;
            }
            if (j + 1 == table->num_columns) {
                width = 0; /* no blanks at the end of a line */
            }
            fprintf(out, "%-*s%s", (int)width, table->cells[(size_t)i * (size_t)table->num_columns + (size_t)j],
                j + 1 < table->num_columns ? "  " : "");
        }
        fputs(bold && i == 0 ? "\033[0m\n" : "\n", out);
    }
}

/* Decimals that show an interval of this width to two digits; three digits of the value where there is none. */
static int
decimals_of(double value, double low, double high)
{
    double size = high - low;
    int decimals = 0;

    if (!(size > 0)) {
        size = value < 0 ? -value / 10 : value / 10;
    }
    while (decimals < 6 && size > 0 && size < 10) {
        size *= 10;
        decimals++;
    }
    return decimals;
}

void
eng_format_interval(char text[ENG_CELL_SIZE], eng_style_t style, bool sign, double value, double low, double high,
    const char *unit)
{
    const bool share = style == ENG_AS_PERCENT || style == ENG_AS_POINTS;
    const double scale = share ? 100 : 1;
    const int decimals = share ? 1 : decimals_of(value, low, high);
    const char *name = style == ENG_AS_PERCENT ? "%" : style == ENG_AS_DAYS ? "d" : style == ENG_AS_POINTS ? "" : unit;
    size_t used;

    if (value != value) {
        snprintf(text, ENG_CELL_SIZE, "-");
        return;
    }
    used = sign ? (size_t)snprintf(text, ENG_CELL_SIZE, "%+.*f", decimals, value * scale)
                : (size_t)snprintf(text, ENG_CELL_SIZE, "%.*f", decimals, value * scale);
    if (low == low && high == high && used < ENG_CELL_SIZE) {
        used += (size_t)snprintf(text + used, ENG_CELL_SIZE - used, " (%.*f to %.*f)", decimals, low * scale, decimals,
            high * scale);
    }
    if (name[0] != '\0' && strcmp(name, "1") != 0 && used < ENG_CELL_SIZE) {
        snprintf(text + used, ENG_CELL_SIZE - used, " %s", name);
    }
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
