/**
 * Units by their powers.  The table holds every name; a unit text is read by a small recursive descent.  Factors are
 * kept as quotients of numbers that double holds exactly (1 h = 1/24 d), so that "6 h" is exactly 0.25 d.
 */
#include "study/quantity.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_POWER 8
#define MAX_PARENTHESES 4

typedef struct {
    const char *name;
    int base;        /* eng_base_unit_t; -1 a pure number */
    double num, den; /* base units in one of these */
} unit_row_t;

static const unit_row_t units[] = {
    { "d", ENG_BASE_TIME, 1, 1 },
    { "wk", ENG_BASE_TIME, 7, 1 },
    { "mo", ENG_BASE_TIME, ENG_DAYS_PER_MONTH, 1 },
    { "y", ENG_BASE_TIME, ENG_DAYS_PER_YEAR, 1 },
    { "h", ENG_BASE_TIME, 1, 24 },
    { "min", ENG_BASE_TIME, 1, 1440 },
    { "mg", ENG_BASE_MASS, 1, 1 },
    { "g", ENG_BASE_MASS, 1000, 1 },
    { "ug", ENG_BASE_MASS, 1, 1000 },
    { "kg", ENG_BASE_BODY, 1, 1 },
    { "m", ENG_BASE_LENGTH, 1, 1 },
    { "L", ENG_BASE_VOLUME, 1000000, 1 },
    { "dL", ENG_BASE_VOLUME, 100000, 1 },
    { "mL", ENG_BASE_VOLUME, 1000, 1 },
    { "uL", ENG_BASE_VOLUME, 1, 1 },
    { "cells", ENG_BASE_CELL, 1, 1 },
    { "cell", ENG_BASE_CELL, 1, 1 },
    { "log10", ENG_BASE_LOG10, 1, 1 },
    { "Gy", ENG_BASE_GRAY, 1, 1 },
    { "cGy", ENG_BASE_GRAY, 1, 100 },
};

static const char *const dimension_units[] = {
    [ENG_DIM_NUMBER] = "1",
    [ENG_DIM_DOSE_MASS] = "mg/kg",
    [ENG_DIM_DOSE_SURFACE] = "mg/m2",
    [ENG_DIM_MASS] = "mg",
    [ENG_DIM_CELLS] = "/kg",
    [ENG_DIM_LOG10] = "log10",
    [ENG_DIM_GRAY] = "Gy",
    [ENG_DIM_TIME] = "d",
    [ENG_DIM_CHOICE] = "",
};

const char *
eng_dimension_unit(eng_dimension_t dimension)
{
    return dimension_units[dimension];
}

/* What a quantity of this unit looks like, for messages. */
static const char *
example(const char *unit)
{
    static const struct {
        const char *unit, *text;
    } examples[] = {
        { "d", "a time such as '5 d' (d, wk, mo, y, h, min)" },
        { "mg/kg", "a dose such as '6 mg/kg' (mg/kg, g/kg, ug/kg)" },
        { "mg/m2", "a dose such as '140 mg/m2' (mg/m2, g/m2)" },
        { "mg", "a dose such as '30 mg' (mg, g)" },
        { "/kg", "cells per body weight such as '6e6 /kg'" },
        { "log10", "powers of ten such as '4 log10'" },
        { "Gy", "a radiation dose such as '2 Gy' (Gy, cGy)" },
    };

    for (size_t j = 0; j < sizeof(examples) / sizeof(*examples); j++) {
        if (strcmp(examples[j].unit, unit) == 0) {
            return examples[j].text;
        }
    }
    return NULL;
}

/* ---- numbers -------------------------------------------------------------------------------------------- */

static size_t
digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Length of the decimal number that text begins with, 0 if it begins with none. */
static size_t
number_length(const char *text)
{
    size_t n = text[0] == '+' || text[0] == '-';
    const size_t whole = digits(text + n);
    size_t behind = 0, exponent;

    n += whole;
    if (text[n] == '.') {
        behind = digits(text + n + 1);
        n += behind > 0 || whole > 0 ? 1 + behind : 0;
    }
    if (whole + behind == 0) {
        return 0;
    }
    if (text[n] == 'e' || text[n] == 'E') {
        exponent = 1 + (size_t)(text[n + 1] == '+' || text[n + 1] == '-');
        if (digits(text + n + exponent) > 0) {
            n += exponent + digits(text + n + exponent);
        }
    }
    return n;
}

static bool
has_nonzero_digit(const char *text, size_t length)
{
    for (size_t j = 0; j < length && text[j] != 'e' && text[j] != 'E'; j++) {
        if (text[j] >= '1' && text[j] <= '9') {
            return true;
        }
    }
    return false;
}

/* The number at the start of text and where it ends. */
static int
leading_number(const char *text, double *value, const char **rest, char problem[ENG_PROBLEM_SIZE])
{
    const size_t length = number_length(text);
    char shown[48];
    char *end;

    eng_text_excerpt(shown, sizeof(shown), text);
    if (length == 0) {
        snprintf(problem, ENG_PROBLEM_SIZE, "'%s' is not a number", shown);
        return ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
    }
    *value = strtod(text, &end);
    if (!isfinite(*value) || (*value == 0 && has_nonzero_digit(text, length))) {
        snprintf(problem, ENG_PROBLEM_SIZE, "'%s' is too %s for a number", shown, *value == 0 ? "small" : "large");
        return ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
    }
    if (end < text + length) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "numbers are read in a locale that is not C");
    }
    if (end > text + length) { /* hexadecimal to strtod; to us "0x10" is the number 0 and a unit that nobody knows */
        *value = 0;
    }
    *rest = text + length;
    return 0;
}

int
eng_number_read(const char *text, double *value, char problem[ENG_PROBLEM_SIZE])
{
    const char *rest = text;
    char shown[48];
    int ret = leading_number(text, value, &rest, problem);

    if (ret == 0 && *rest != '\0') {
        eng_text_excerpt(shown, sizeof(shown), text);
        snprintf(problem, ENG_PROBLEM_SIZE, "'%s' is not a plain number", shown);
        ret = ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
    }
    return ret;
}

/* ---- units ---------------------------------------------------------------------------------------------- */

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The row whose name begins text, as a whole word: "m2" is m to the power 2, "log10" a name. */
static const unit_row_t *
find_unit(const char *text)
{
    for (size_t j = 0; j < sizeof(units) / sizeof(*units); j++) {
        const size_t n = strlen(units[j].name);

        if (strncmp(text, units[j].name, n) == 0 && !is_letter(text[n])) {
            return &units[j];
        }
    }
    return NULL;
}

static bool
multiply_other(eng_unit_t *self, const eng_unit_t *by, int power)
{
    const int sum = self->other_power + power * by->other_power;

    if (by->other_power == 0) {
        return true;
    }
    if (self->other_power != 0 && strcmp(self->other, by->other) != 0) {
        return false;
    }
    self->other_power = (signed char)sum;
    memcpy(self->other, sum == 0 ? "" : by->other, sum == 0 ? 1 : sizeof(self->other));
    return abs(sum) <= MAX_POWER;
}

static bool
multiply(eng_unit_t *self, const eng_unit_t *by, int power)
{
    for (int k = 0; k < abs(power); k++) {
        self->num *= power > 0 ? by->num : by->den;
        self->den *= power > 0 ? by->den : by->num;
    }
    for (int b = 0; b < ENG_NUM_BASE_UNITS; b++) {
        const int sum = self->power[b] + power * by->power[b];

        if (abs(sum) > MAX_POWER) {
            return false;
        }
        self->power[b] = (signed char)sum;
    }
    return multiply_other(self, by, power) && isfinite(self->num) && isfinite(self->den) && self->num > 0 && self->den > 0;
}

/* "2", "^2", "-1", "^-1" or nothing (1); 0 if it is too large. */
static int
read_power(const char **at)
{
    const char *p = *at + (**at == '^');
    const int sign = *p == '-' ? -1 : 1;

    p += *p == '-';
    if (digits(p) == 0) {
        return **at == '^' ? 0 : 1;
    }
    if (digits(p) > 1 || *p > '0' + MAX_POWER) {
        return 0;
    }
    *at = p + 1;
    return sign * (*p - '0');
}

static bool read_product(const char **at, eng_unit_t *unit, int depth);

/* A name and its power: of the table, or one that only a disease knows. */
static bool
read_name(const char **at, eng_unit_t *unit)
{
    const unit_row_t *row = find_unit(*at);
    eng_unit_t one = { .num = 1, .den = 1 };
    size_t length = 0;
    int power;

    if (row != NULL) {
        length = strlen(row->name);
        one.num = row->num;
        one.den = row->den;
        one.power[row->base] = 1;
    } else {
        while (is_letter((*at)[length])) {
            length++;
        }
        if (length == 0 || length >= sizeof(one.other)) {
            return false;
        }
        memcpy(one.other, *at, length);
        one.other_power = 1;
    }
    *at += length;
    power = read_power(at);
    return power != 0 && multiply(unit, &one, power);
}

/* A number, a name with its power, or a unit in parentheses. */
static bool
read_factor(const char **at, eng_unit_t *unit, int depth)
{
    const char *rest;
    char problem[ENG_PROBLEM_SIZE];

    *unit = (eng_unit_t){ .num = 1, .den = 1 };
    if (**at == '(') {
        (*at)++;
        if (depth == MAX_PARENTHESES || !read_product(at, unit, depth + 1) || **at != ')') {
            return false;
        }
        (*at)++;
        return true;
    }
    if (digits(*at) > 0) {
        if (leading_number(*at, &unit->num, &rest, problem) != 0) {
            return false;
        }
        *at = rest;
        return unit->num > 0;
    }
    return read_name(at, unit);
}

static bool
read_product(const char **at, eng_unit_t *unit, int depth)
{
    bool any = false;

    *unit = (eng_unit_t){ .num = 1, .den = 1 };
    for (;;) {
        int power = 1;
        eng_unit_t factor;

        *at += strspn(*at, " ");
        if (**at == '\0' || **at == ')') {
            return any;
        }
        if (**at == '/' || (**at == '*' && any)) {
            power = **at == '/' ? -1 : 1;
            (*at)++;
            *at += strspn(*at, " ");
        }
        if (!read_factor(at, &factor, depth) || !multiply(unit, &factor, power)) {
            return false;
        }
        any = true;
    }
}

int
eng_unit_parse(const char *text, eng_unit_t *unit)
{
    const char *at = text;

    if (!read_product(&at, unit, 0) || *at != '\0') {
        return ENG_FAIL(ENG_ERR_RANGE, "'%s' is no unit", text);
    }
    return 0;
}

/* Cells per kg: the power of cells does not matter, since people write "6e6 /kg". */
static bool
is_per_body_weight(const eng_unit_t *unit)
{
    if (unit->other_power != 0) {
        return false;
    }
    for (int b = 0; b < ENG_NUM_BASE_UNITS; b++) {
        if (b != ENG_BASE_CELL && unit->power[b] != (b == ENG_BASE_BODY ? -1 : 0)) {
            return false;
        }
    }
    return unit->power[ENG_BASE_CELL] == 0 || unit->power[ENG_BASE_CELL] == 1;
}

bool
eng_unit_same_kind(const eng_unit_t *a, const eng_unit_t *b)
{
    const bool same_other = a->other_power == b->other_power && strcmp(a->other, b->other) == 0;

    return (same_other && memcmp(a->power, b->power, sizeof(a->power)) == 0) || (is_per_body_weight(a) && is_per_body_weight(b));
}

double
eng_unit_convert(double value, const eng_unit_t *from, const eng_unit_t *to)
{
    const double num = from->num * to->den, den = from->den * to->num;

    return num == den ? value : value * num / den;
}

int
eng_unit_factor(const char *from, const char *to, double *num, double *den, char problem[ENG_PROBLEM_SIZE])
{
    eng_unit_t a, b;
    char shown[48];
    const char *wanted = example(to);

    *num = 1;
    *den = 1;
    if (strcmp(from, to) == 0) {
        return 0;
    }
    eng_text_excerpt(shown, sizeof(shown), from);
    if (eng_unit_parse(from, &a) != 0 || eng_unit_parse(to, &b) != 0 ||
        (a.other_power != 0 && strcmp(a.other, b.other) != 0)) {
        snprintf(problem, ENG_PROBLEM_SIZE, "unknown unit '%s'; expected %s%s", shown, wanted != NULL ? "" : "the unit ",
            wanted != NULL ? wanted : to);
    } else if (!eng_unit_same_kind(&a, &b)) {
        snprintf(problem, ENG_PROBLEM_SIZE, "the unit '%s' does not fit here; expected %s%s", shown,
            wanted != NULL ? "" : "one that converts to ", wanted != NULL ? wanted : to);
    } else {
        *num = a.num * b.den;
        *den = a.den * b.num;
        return 0;
    }
    return ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
}

int
eng_quantity_read(const char *text, const char *unit, bool bare, double *value, char problem[ENG_PROBLEM_SIZE])
{
    const char *rest, *wanted = example(unit);
    char shown[48];
    double number, num, den;
    int ret = leading_number(text, &number, &rest, problem);

    eng_text_excerpt(shown, sizeof(shown), text);
    if (ret != 0) {
        if (ret == ENG_ERR_RANGE && number_length(text) == 0 && wanted != NULL) {
            snprintf(problem, ENG_PROBLEM_SIZE, "'%s' is not a number with a unit; expected %s", shown, wanted);
        }
        return ret;
    }
    rest += strspn(rest, " ");
    if (*rest == '\0') {
        if (!bare && strcmp(unit, "1") != 0) {
            snprintf(problem, ENG_PROBLEM_SIZE, "'%s' has no unit; expected %s%s", shown,
                wanted != NULL ? "" : "a number in ", wanted != NULL ? wanted : unit);
            return ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
        }
        *value = number;
        return 0;
    }
    if (strcmp(unit, "1") == 0 && strcmp(rest, "1") != 0) {
        snprintf(problem, ENG_PROBLEM_SIZE, "'%s' should be a number without a unit", shown);
        return ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
    }
    ret = eng_unit_factor(rest, unit, &num, &den, problem);
    if (ret == 0) {
        *value = num == den ? number : number * num / den;
        if (!isfinite(*value)) {
            snprintf(problem, ENG_PROBLEM_SIZE, "'%s' is too large for a number", shown);
            ret = ENG_FAIL(ENG_ERR_RANGE, "%s", problem);
        }
    }
    return ret;
}
