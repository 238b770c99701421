/**
 * Complaints, and the readers of single values that all sections of a study use.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "study/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_KEPT 1000        /* complaints kept before the first hundred are chosen */
#define MAX_SUGGESTIONS 200  /* later ones come without "did you mean": comparing names takes time */
#define COMPLAINT_SIZE 480
#define MAX_SUBSTITUTED 4096 /* bytes of a value with its variables */
#define SHOWN_SIZE 48

/* ---- complaints ----------------------------------------------------------------------------------------- */

void *
eng_reader_grow(eng_reader_t *self, void *array, int count, size_t size)
{
    const size_t n = (size_t)count;
    void *larger;

    if (self->err != 0 || ((n & (n - 1)) != 0 && array != NULL)) {
        return array; /* between two powers of two there is room */
    }
    larger = realloc(array, (n == 0 ? 1 : 2 * n) * size);
    if (larger == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return array;
    }
    return larger;
}

static bool
is_told(const eng_study_t *study, int line, int column, const char *text)
{
    for (int j = 0; j < study->num_complaints; j++) {
        const eng_complaint_t *c = &study->complaints[j];

        if (c->line == line && c->column == column && strcmp(c->text, text) == 0) {
            return true;
        }
    }
    return false;
}

void
eng_reader_tell(eng_reader_t *self, int line, int column, bool error, const char *text)
{
    eng_study_t *study = self->study;
    char *copy;

    if (is_told(study, line, column, text)) { /* the members of a family repeat its mistakes */
        return;
    }
    study->num_errors += error;
    if (study->num_complaints == MAX_KEPT) {
        self->more++;
        return;
    }
    if (!ENG_READER_GROW(self, study->complaints, study->num_complaints)) {
        return;
    }
    copy = eng_text_copy(text, strlen(text));
    if (copy == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    study->complaints[study->num_complaints++] =
        (eng_complaint_t){ .line = line, .column = column, .error = error, .text = copy };
}

void
eng_reader_error(eng_reader_t *self, const eng_yaml_node_t *node, const char *format, ...)
{
    char text[COMPLAINT_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    eng_reader_tell(self, node == NULL ? 0 : node->line, node == NULL ? 0 : node->column, true, text);
}

void
eng_reader_note(eng_reader_t *self, const eng_yaml_node_t *node, const char *format, ...)
{
    char text[COMPLAINT_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    eng_reader_tell(self, node == NULL ? 0 : node->line, node == NULL ? 0 : node->column, false, text);
}

static int
by_place(const void *a, const void *b)
{
    const eng_complaint_t *x = a, *y = b;

    if (x->error != y->error) {
        return x->error ? -1 : 1;
    }
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    if (x->column != y->column) {
        return x->column < y->column ? -1 : 1;
    }
    return strcmp(x->text, y->text);
}

void
eng_reader_finish(eng_reader_t *self)
{
    eng_study_t *study = self->study;
    char text[64];
    int more = self->more;

    if (study->num_complaints > 1) {
        qsort(study->complaints, (size_t)study->num_complaints, sizeof(*study->complaints), by_place);
    }
    while (study->num_complaints > ENG_MAX_COMPLAINTS) {
        free(study->complaints[--study->num_complaints].text);
        more++;
    }
    if (more > 0) {
        snprintf(text, sizeof(text), "... and %d more", more);
        study->complaints[study->num_complaints].text = eng_text_copy(text, strlen(text));
        if (study->complaints[study->num_complaints].text == NULL) {
            self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
            return;
        }
        study->complaints[study->num_complaints].line = 0;
        study->complaints[study->num_complaints].column = 0;
        study->complaints[study->num_complaints].error = study->num_errors > ENG_MAX_COMPLAINTS;
        study->num_complaints++;
    }
}

/* ---- names ---------------------------------------------------------------------------------------------- */

void
eng_reader_unknown(eng_reader_t *self, const eng_yaml_node_t *node, const char *word, const char *what,
    const char *names, const char *later)
{
    char shown[SHOWN_SIZE];
    eng_nearest_t nearest;
    const char *best = NULL;
    const char *of = strstr(what, " of "); /* "unknown noun 'dmff' of 'drug'" */
    const int kind = (int)(of == NULL ? strlen(what) : (size_t)(of - what));
    const bool all = strlen(names) <= 120; /* a short list is best shown whole */

    of = of == NULL ? "" : of;
    eng_text_excerpt(shown, sizeof(shown), word);
    if (later != NULL && eng_text_find_word(later, word) >= 0) {
        eng_reader_error(self, node, "'%s' is not available yet", shown);
        return;
    }
    if (self->study->num_complaints < MAX_SUGGESTIONS) {
        eng_nearest_init(&nearest, word);
        eng_nearest_try_words(&nearest, names);
        best = eng_nearest_get(&nearest);
    }
    if (best != NULL) {
        eng_reader_error(self, node, "unknown %.*s '%s'%s, did you mean '%s'?", kind, what, shown, of, best);
    } else if (all && names[0] != '\0') {
        eng_reader_error(self, node, "unknown %.*s '%s'%s; there are: %s", kind, what, shown, of, names);
    } else {
        eng_reader_error(self, node, "unknown %.*s '%s'%s", kind, what, shown, of);
    }
}

void
eng_reader_keys(eng_reader_t *self, const eng_yaml_node_t *map, const char *what, const char *keys, const char *later)
{
    for (const eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
        if (k->kind == ENG_YAML_SCALAR && eng_text_find_word(keys, k->text) < 0) {
            eng_reader_unknown(self, k, k->text, what, keys, later);
        }
    }
}

bool
eng_reader_map(eng_reader_t *self, const eng_yaml_node_t *node, const char *expected)
{
    if (node != NULL && node->kind != ENG_YAML_MAP && node->kind != ENG_YAML_REFUSED) {
        eng_reader_error(self, node, "expected %s", expected);
    }
    return node != NULL && node->kind == ENG_YAML_MAP;
}

bool
eng_reader_list(eng_reader_t *self, const eng_yaml_node_t *node, const char *expected)
{
    if (node != NULL && node->kind != ENG_YAML_LIST && node->kind != ENG_YAML_REFUSED) {
        eng_reader_error(self, node, "expected %s", expected);
    }
    return node != NULL && node->kind == ENG_YAML_LIST;
}

const eng_yaml_node_t *
eng_reader_only_key(eng_reader_t *self, const eng_yaml_node_t *map, const char *expected)
{
    if (!eng_reader_map(self, map, expected)) {
        return NULL;
    }
    if (map->count != 1) {
        eng_reader_error(self, map, "expected %s", expected);
        return NULL;
    }
    return map->first->kind == ENG_YAML_SCALAR ? map->first : NULL;
}

/* ---- scalars -------------------------------------------------------------------------------------------- */

static size_t
variable_length(const char *text)
{
    size_t n = 0;

    while ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= 'A' && text[n] <= 'Z') || text[n] == '_' ||
        (n > 0 && text[n] >= '0' && text[n] <= '9')) {
        n++;
    }
    return n;
}

const eng_yaml_node_t *
eng_family_value(const eng_yaml_node_t *variable, bool crossed, int member)
{
    const eng_yaml_node_t *item = variable->value->first;

    for (const eng_yaml_node_t *k = variable->next; crossed && k != NULL; k = k->next) {
        member /= k->value->count;
    }
    member = crossed ? member % variable->value->count : member;
    for (int j = 0; j < member && item != NULL; j++) {
        item = item->next;
    }
    return item;
}

/* The value of variable name[0..length) for the member of the family that is being read; NULL after telling. */
static const eng_yaml_node_t *
find_variable(eng_reader_t *self, const eng_yaml_node_t *node, const char *name, size_t length)
{
    const eng_yaml_node_t *vary = self->family.vary;

    for (const eng_yaml_node_t *k = vary == NULL ? NULL : vary->first; k != NULL; k = k->next) {
        if (k->kind == ENG_YAML_SCALAR && strlen(k->text) == length && memcmp(k->text, name, length) == 0) {
            const eng_yaml_node_t *item = eng_family_value(k, self->family.crossed, self->family.member);

            return item != NULL && item->kind == ENG_YAML_SCALAR ? item : NULL;
        }
    }
    eng_reader_error(self, node, "no variable '$%.*s' here; 'vary' of the protocol gives variables",
        (int)(length > 40 ? 40 : length), name);
    return NULL;
}

static const char *
substitute(eng_reader_t *self, const eng_yaml_node_t *node)
{
    eng_text_t text = { 0 };
    const char *at = node->text, *kept = NULL;

    while (*at != '\0') {
        const size_t plain = strcspn(at, "$");
        const size_t length = at[plain] == '$' ? variable_length(at + plain + 1) : 0;
        const eng_yaml_node_t *value = NULL;

        eng_text_add(&text, "%.*s", (int)plain, at);
        at += plain;
        if (*at == '$') {
            value = find_variable(self, node, at + 1, length);
            if (value == NULL) {
                goto out;
            }
            if (text.length + strlen(value->text) > MAX_SUBSTITUTED) {
                eng_reader_error(self, node, "longer than a value may be after variables are put in");
                goto out;
            }
            eng_text_add(&text, "%s", value->text);
            at += 1 + length;
        }
    }
    if (!text.failed) {
        kept = eng_yaml_keep(&self->tree, text.data, text.length);
    }
    if (kept == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
out:
    eng_text_free(&text);
    return kept;
}

const char *
eng_reader_text(eng_reader_t *self, const eng_yaml_node_t *node, const char *expected)
{
    if (node == NULL || node->kind == ENG_YAML_REFUSED) {
        return NULL;
    }
    if (node->kind != ENG_YAML_SCALAR || node->text[0] == '\0') {
        eng_reader_error(self, node, "expected %s", expected);
        return NULL;
    }
    return strchr(node->text, '$') == NULL ? node->text : substitute(self, node);
}

bool
eng_reader_bool(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, bool *value)
{
    const char *text = eng_reader_text(self, node, "true or false");

    if (text == NULL) {
        return false;
    }
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        eng_reader_error(self, node, "%s: expected true or false", key);
        return false;
    }
    *value = text[0] == 't';
    return true;
}

bool
eng_reader_count(
    eng_reader_t *self, const eng_yaml_node_t *node, const char *key, uint64_t low, uint64_t high, uint64_t *value)
{
    const char *text = eng_reader_text(self, node, "a whole number");
    char problem[ENG_PROBLEM_SIZE];
    double x = 0;

    if (text == NULL) {
        return false;
    }
    if (eng_number_read(text, &x, problem) != 0) {
        eng_reader_error(self, node, "%s: %s", key, problem);
        return false;
    }
    if (x < (double)low || x > (double)high || x != (double)(uint64_t)x) {
        eng_reader_error(self, node, "%s: expected a whole number from %llu to %llu", key, (unsigned long long)low,
            (unsigned long long)high);
        return false;
    }
    *value = (uint64_t)x;
    return true;
}

bool
eng_reader_quantity(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, const char *unit, bool bare,
    double low, double high, double *value)
{
    const bool plain = strcmp(unit, "1") == 0;
    const char *text = eng_reader_text(self, node, plain ? "a number" : "a number with its unit");
    const char *shown_unit = plain ? "" : unit;
    char problem[ENG_PROBLEM_SIZE], from[ENG_TEXT_DOUBLE_SIZE], to[ENG_TEXT_DOUBLE_SIZE], shown[SHOWN_SIZE];
    double x = 0;

    if (text == NULL) {
        return false;
    }
    if (eng_quantity_read(text, unit, bare, &x, problem) != 0) {
        eng_reader_error(self, node, "%s: %s", key, problem);
        return false;
    }
    if (x < low || x > high) {
        eng_text_double(from, low);
        eng_text_double(to, high);
        eng_text_excerpt(shown, sizeof(shown), text);
        if (isinf(high)) {
            eng_reader_error(self, node, "%s: '%s' is too small; at least %s%s%s", key, shown, from, plain ? "" : " ",
                shown_unit);
        } else {
            eng_reader_error(self, node, "%s: '%s' is outside %s to %s%s%s", key, shown, from, to, plain ? "" : " ",
                shown_unit);
        }
        return false;
    }
    *value = x;
    return true;
}

bool
eng_reader_time(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, double low, double high,
    bool positive, double *days)
{
    double x = 0;

    if (!eng_reader_quantity(self, node, key, "d", false, low, high, &x)) {
        return false;
    }
    x = eng_tick_nearest(x) / (double)ENG_TICKS_PER_DAY;
    if (positive && x <= 0) {
        eng_reader_error(self, node, "%s: must be longer than nothing (times are rounded to 1/16 d)", key);
        return false;
    }
    *days = x;
    return true;
}

int
eng_reader_marker(eng_reader_t *self, const eng_yaml_node_t *node)
{
    const eng_disease_t *disease = self->study->disease;
    const char *name = eng_reader_text(self, node, "the name of a marker");
    const int marker = name == NULL || disease == NULL ? -1 : eng_marker_find(disease, name);
    eng_text_t names = { 0 };

    if (name != NULL && disease != NULL && marker < 0) {
        for (int m = 0; m < eng_marker_count(disease); m++) {
            eng_text_add(&names, "%s%s", m == 0 ? "" : " ", eng_marker_row(disease, m)->name);
        }
        eng_reader_unknown(self, node, name, "marker", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
    }
    return marker;
}
