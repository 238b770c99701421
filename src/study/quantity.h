/**
 * Numbers with units, as people write them in a study: "6 mg/kg", "6e6/kg", "5 y", "0.2 1/d".  A unit is a factor
 * and a power of each base unit, so that whatever is convertible is converted and whatever is not is refused.
 * Serial, no allocation.  The numeric locale must be "C".
 */
#ifndef ENG_STUDY_QUANTITY_H
#define ENG_STUDY_QUANTITY_H

#include "base/error.h"
#include "model/action.h"
#include <stdbool.h>

/* X(name, "what people call it").  Body weight is a base of its own: mg/kg is no pure number. */
#define ENG_BASE_UNIT_LIST(X)                                                                                \
    X(TIME, "time") X(MASS, "mass") X(BODY, "body weight") X(LENGTH, "length") X(VOLUME, "volume") X(CELL, "cells") \
    X(LOG10, "log10") X(GRAY, "radiation dose")
#define ENG_BASE_UNIT_AS_ENUM(name, text) ENG_BASE_##name,
typedef enum { ENG_BASE_UNIT_LIST(ENG_BASE_UNIT_AS_ENUM) ENG_NUM_BASE_UNITS } eng_base_unit_t;

/** num / den base units; both are exact in all units of the table, so that one rounding is all a conversion costs. */
typedef struct {
    double num, den;
    signed char power[ENG_NUM_BASE_UNITS];
    char other[16];     /* one unit that only a disease knows ("EDSS"): equal to itself only; "" none */
    signed char other_power;
} eng_unit_t;

/**
 * Read a unit: names of the table, numbers, '*', '/', ' ', parentheses and whole powers ("1/(uL d)", "mg/m2", "/kg").
 * One name that the table does not have is taken as it stands ("EDSS/y").
 * 0, or ENG_ERR_RANGE if it is none.
 */
int ENG_MUST_CHECK eng_unit_parse(const char *text, eng_unit_t *unit);
/** May one be converted into the other?  Cells per body weight may be written with or without "cells". */
bool eng_unit_same_kind(const eng_unit_t *a, const eng_unit_t *b);
double eng_unit_convert(double value, const eng_unit_t *from, const eng_unit_t *to);

/** Longest text that the functions below put into `problem`. */
#define ENG_PROBLEM_SIZE 240

/**
 * Read a plain number: decimal, with or without exponent; no hex, inf, nan or separators.
 * 0, or ENG_ERR_RANGE with the reason in problem.
 */
int ENG_MUST_CHECK eng_number_read(const char *text, double *value, char problem[ENG_PROBLEM_SIZE]);

/**
 * Read a quantity and convert it to `unit` (a table row's unit).  bare: a number alone is taken to be in `unit`; otherwise only where unit is "1".
 * 0, or ENG_ERR_RANGE with the reason in problem.
 */
int ENG_MUST_CHECK eng_quantity_read(
    const char *text, const char *unit, bool bare, double *value, char problem[ENG_PROBLEM_SIZE]);

/** The factor from one unit text to another: value_in_to = value_in_from * num / den.  As eng_quantity_read. */
int ENG_MUST_CHECK eng_unit_factor(
    const char *from, const char *to, double *num, double *den, char problem[ENG_PROBLEM_SIZE]);

/** Canonical unit of a dimension: "mg/kg", "d" ...; "" for a choice. */
const char *eng_dimension_unit(eng_dimension_t dimension);

#endif
