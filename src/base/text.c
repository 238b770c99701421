/**
 * Text helpers.  The nearest name is the one at the smallest optimal-string-alignment distance (insertions,
 * deletions, replacements and swaps of neighbours cost one each): the mistakes that people make when typing.
 */
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_WORD 64 /* nobody misspells longer names, and the cost is quadratic */

static bool
reserve(eng_text_t *self, size_t more)
{
    size_t capacity = self->capacity;
    char *data;

    if (more < self->capacity - self->length) {
        return true;
    }
    while (capacity - self->length <= more) {
        capacity = capacity == 0 ? 256 : 2 * capacity;
    }
    data = realloc(self->data, capacity);
    if (data == NULL) {
        self->failed = true;
        return false;
    }
    self->data = data;
    self->capacity = capacity;
    return true;
}

void
eng_text_add(eng_text_t *self, const char *format, ...)
{
    va_list args, again;
    int needed;

    if (self->failed) {
        return;
    }
    va_start(args, format);
    va_copy(again, args);
    needed = vsnprintf(NULL, 0, format, args);
    if (needed < 0) {
        self->failed = true;
    } else if (reserve(self, (size_t)needed)) {
        vsnprintf(self->data + self->length, (size_t)needed + 1, format, again);
        self->length += (size_t)needed;
    }
    va_end(again);
    va_end(args);
}

void
eng_text_free(eng_text_t *self)
{
    free(self->data);
    *self = (eng_text_t){ 0 };
}

char *
eng_text_copy(const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

static bool
is_name_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

bool
eng_text_is_name(const char *text, size_t max)
{
    size_t n = 0;

    if (text[0] == '-' || text[0] == '.') {
        return false;
    }
    while (n <= max && is_name_letter(text[n])) {
        n++;
    }
    return n >= 1 && n <= max && text[n] == '\0';
}

const char *
eng_text_word(const char *list, int j, size_t *length)
{
    while (*list != '\0') {
        const size_t n = strcspn(list, " ");

        if (j-- == 0) {
            *length = n;
            return list;
        }
        list += n;
        list += *list == ' ';
    }
    return NULL;
}

int
eng_text_find_word(const char *list, const char *word)
{
    const size_t wanted = strlen(word);
    const char *at;
    size_t length;

    for (int j = 0; (at = eng_text_word(list, j, &length)) != NULL; j++) {
        if (length == wanted && memcmp(at, word, wanted) == 0) {
            return j;
        }
    }
    return -1;
}

static bool
is_within_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80; /* of several bytes, not its first */
}

void
eng_text_excerpt(char *out, size_t size, const char *text)
{
    const size_t length = strlen(text);
    size_t n = length < size ? length : size - 4;

    while (n < length && n > 0 && is_within_character(text[n])) {
        n--;
    }
    for (size_t j = 0; j < n; j++) {
        const unsigned char c = (unsigned char)text[j];

        out[j] = text[j];
        if (c < 0x20 || c == 0x7F) {
            out[j] = '?';
        }
    }
    strcpy(out + n, n < length ? "..." : "");
}

void
eng_text_ends(char *out, size_t size, const char *text)
{
    const size_t length = strlen(text);
    size_t head = (size - 4) / 2, tail = length - (size - 4 - head);

    if (length < size) {
        memcpy(out, text, length + 1);
        return;
    }
    while (head > 0 && is_within_character(text[head])) {
        head--;
    }
    while (is_within_character(text[tail])) {
        tail++;
    }
    memcpy(out, text, head);
    memcpy(out + head, "...", 3);
    memcpy(out + head + 3, text + tail, length - tail + 1);
}

void
eng_text_one_line(char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7F) {
            *text = '?';
        }
    }
}

int
eng_text_double(char out[ENG_TEXT_DOUBLE_SIZE], double value)
{
    /* What few digits say, 15 say too, since %g leaves out zeros at the end; but not of numbers that have lost bits already. */
    const int fewest = fabs(value) < DBL_MIN ? 1 : DBL_DIG;
    int written = 0;

    value += 0.0; /* -0 + 0 = 0 */
    for (int digits = fewest; digits <= 17; digits++) {
        written = snprintf(out, ENG_TEXT_DOUBLE_SIZE, "%.*g", digits, value);
        if (strtod(out, NULL) == value) {
            break;
        }
    }
    if (strchr(out, 'e') != NULL && (value >= 1 || value <= -1) && value > -1e15 && value < 1e15) {
        written = snprintf(out, ENG_TEXT_DOUBLE_SIZE, "%.0f", value); /* "60", not "6e+01": whole, as no digit is behind e */
    }
    return written;
}

static char
lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static int
least(int a, int b)
{
    return a < b ? a : b;
}

int
eng_text_distance(const char *a, const char *b)
{
    const int n = (int)strlen(a), m = (int)strlen(b);
    int rows[3][LONGEST_WORD + 1]; /* before last, last, this */

    if (n > LONGEST_WORD || m > LONGEST_WORD) {
        return n > m ? n : m;
    }
    for (int j = 0; j <= m; j++) {
        rows[0][j] = j;
    }
    for (int i = 1; i <= n; i++) {
        int *row = rows[i % 3];
        const int *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

        row[0] = i;
        for (int j = 1; j <= m; j++) {
            const char x = lower(a[i - 1]), y = lower(b[j - 1]);

            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[n % 3][m];
}

void
eng_nearest_init(eng_nearest_t *self, const char *word)
{
    *self = (eng_nearest_t){ .word = word, .distance = INT32_MAX };
}

/* A name cut short ("relap") or with something behind it ("dose_mgkg") counts as one mistake. */
static bool
begins_with(const char *text, const char *start)
{
    const size_t n = strlen(start);

    return n >= 3 && strncmp(text, start, n) == 0;
}

void
eng_nearest_try(eng_nearest_t *self, const char *candidate)
{
    int distance = eng_text_distance(self->word, candidate);

    if (begins_with(candidate, self->word) || begins_with(self->word, candidate)) {
        distance = least(distance, 1);
    }
    if (distance < self->distance && strlen(candidate) < sizeof(self->best)) {
        self->distance = distance;
        strcpy(self->best, candidate);
    }
}

void
eng_nearest_try_words(eng_nearest_t *self, const char *list)
{
    char word[sizeof(self->best)];
    const char *at;
    size_t length;

    for (int j = 0; (at = eng_text_word(list, j, &length)) != NULL; j++) {
        if (length > 0 && length < sizeof(word)) {
            memcpy(word, at, length);
            word[length] = '\0';
            eng_nearest_try(self, word);
        }
    }
}

const char *
eng_nearest_get(const eng_nearest_t *self)
{
    const int length = (int)strlen(self->word);
    const int allowed = least(1 + length / 4, 4);

    return length >= 2 && self->distance <= allowed ? self->best : NULL;
}
