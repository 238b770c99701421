/**
 * Small things about text: a growing string, copies, names, the nearest right name for a wrong one, and numbers
 * that read back to the same bits.  Serial; the numeric locale must be "C".
 */
#ifndef ENG_BASE_TEXT_H
#define ENG_BASE_TEXT_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

/** A growing string.  Zero is the empty one.  A failed allocation sticks: later additions do nothing. */
typedef struct {
    char *data; /* owned; NUL-terminated; NULL while nothing was added */
    size_t length, capacity;
    bool failed; /* memory ran out; what data holds is then incomplete */
} eng_text_t;

void eng_text_add(eng_text_t *self, const char *format, ...) ENG_PRINTF(2, 3);
void eng_text_free(eng_text_t *self);

/** The first `length` bytes of text and a NUL, from malloc; NULL without memory. */
char *eng_text_copy(const char *text, size_t length);

/** Letters, digits, '_', '.' and '-', 1 to max of them, neither '-' nor '.' first. */
bool eng_text_is_name(const char *text, size_t max);

/** Index of a word in a list of words separated by one space, -1 if it is not there. */
int eng_text_find_word(const char *list, const char *word);
/** Word j of such a list and its length; NULL behind the last one. */
const char *eng_text_word(const char *list, int j, size_t *length);

/** One line of at most size - 1 bytes to show to people: control characters become '?', long text ends in "...". */
void eng_text_excerpt(char *out, size_t size, const char *text);

/** At most size - 1 bytes of text: where it is longer, its beginning, "..." and its end. */
void eng_text_ends(char *out, size_t size, const char *text);

/** Control characters become '?', in place: what is told is one line, whatever a file or an argument put into it. */
void eng_text_one_line(char *text);

/** Fewest digits (at most 17) that strtod reads back to the same bits; "-0" becomes "0".  Bytes written. */
#define ENG_TEXT_DOUBLE_SIZE 32
int eng_text_double(char out[ENG_TEXT_DOUBLE_SIZE], double value);

/** Letters to insert, drop, replace or swap with a neighbour to turn one into the other; case does not count. */
int eng_text_distance(const char *a, const char *b);

/** Search for the right name nearest to a wrong one: init, try each right name, get. */
typedef struct {
    const char *word; /* borrowed */
    char best[72];
    int distance;     /* of best */
} eng_nearest_t;

void eng_nearest_init(eng_nearest_t *self, const char *word);
void eng_nearest_try(eng_nearest_t *self, const char *candidate);
/** All words of a list separated by one space. */
void eng_nearest_try_words(eng_nearest_t *self, const char *list);
/** The nearest name, NULL if none is near enough to be meant.  Valid as long as self. */
const char *eng_nearest_get(const eng_nearest_t *self);

#endif
