/**
 * Growing a study.  Its text stays a study file: the number of patients, points, base rows, trajectories or copies is replaced where it
 * stands, and the text is read again, so that whatever limits a study has hold for the larger one too.
 */
#include "study/study_grow.h"

#include "base/text.h"
#include "study/study_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of text in place of another. */
typedef struct {
    size_t from, to; /* bytes of the study */
    char text[80];
} edit_t;

typedef struct {
    const eng_study_t *study;
    const eng_growth_t *growth;
    eng_yaml_t tree;
    size_t own; /* bytes of the study without what is attached to it */
    edit_t edits[2];
    int num_edits;
} grower_t;

/* --- places in the text ---------------------------------------------------------------------------------------- */

static size_t
offset_of(const grower_t *self, const eng_yaml_node_t *node)
{
    const char *text = self->study->text;
    size_t at = 0;

    for (int line = 1; line < node->line && at < self->own; at++) {
        line += text[at] == '\n';
    }
    for (int column = 1; column < node->column && at < self->own; column++) {
        do {
            at++;
        } while (at < self->own && ((unsigned char)text[at] & 0xc0) == 0x80);
    }
    return at;
}

/* Behind a number, quoted or not. */
static size_t
end_of(const grower_t *self, size_t from)
{
    const char *text = self->study->text;
    const bool quoted = text[from] == '"' || text[from] == '\'';
    const char *stops = quoted ? (text[from] == '"' ? "\"" : "'") : " \t\r\n,}#";
    size_t to = from + (quoted ? 1 : 0);

    while (to < self->own && strchr(stops, text[to]) == NULL) {
        to++;
    }
    return to + (quoted && to < self->own ? 1 : 0);
}

/* An edit, and how many bytes of its text there are; false where the number does not stand in the study. */
static edit_t *
replace(grower_t *self, const eng_yaml_node_t *node, uint64_t number)
{
    edit_t *edit = &self->edits[self->num_edits];

    if (node == NULL || node->kind != ENG_YAML_SCALAR) {
        return NULL;
    }
    self->num_edits++;
    edit->from = offset_of(self, node);
    edit->to = end_of(self, edit->from);
    snprintf(edit->text, sizeof(edit->text), "%llu", (unsigned long long)number);
    return edit;
}

/* --- numbers ---------------------------------------------------------------------------------------------------- */

static int
refuse_smaller(const char *option, uint64_t number, uint64_t there)
{
    return ENG_FAIL(ENG_ERR_USAGE, "%s %llu: the result has %llu already; say how many there are to be in all, more than that", option,
        (unsigned long long)number, (unsigned long long)there);
}

/* Points come in sets that stay whole: base rows, trajectories, copies. */
static int
check_sets(const grower_t *self, uint64_t each, const char *sets)
{
    const uint64_t points = self->growth->points, below = points / each * each;

    if (points % each == 0) {
        return 0;
    }
    return ENG_FAIL(ENG_ERR_USAGE, "--points %llu: this '%s' design grows by whole %s of %llu points: %llu or %llu", (unsigned long long)points,
        self->study->design->name, sets, (unsigned long long)each,
        (unsigned long long)(below > self->study->num_points ? below : self->study->num_points + each),
        (unsigned long long)(below > self->study->num_points ? below + each : self->study->num_points + 2 * each));
}

static int
grow_prefix(grower_t *self, const eng_yaml_node_t *map)
{
    const eng_study_t *study = self->study;
    const uint64_t each = study->num_points / study->design_size;
    const int ret = check_sets(self, each, study->design->size_key[0] == 'b' ? "rows" : study->design->size_key);

    if (ret == 0) {
        (void)replace(self, eng_yaml_get(map, study->design->size_key), self->growth->points / each);
    }
    return ret;
}

/* The option that says how many copies there are; a study that does not name it has one. */
static int
grow_copies(grower_t *self, const eng_yaml_node_t *map)
{
    const eng_study_t *study = self->study;
    int option = 0, ret;

    while (!study->design->options[option].extent) {
        option++;
    }
    const char *name = study->design->options[option].name;
    const uint64_t each = study->num_points / (uint64_t)study->design_option[option], copies = self->growth->points / each;
    ret = check_sets(self, each, name);
    if (ret != 0) {
        return ret;
    }
    edit_t *size = replace(self, eng_yaml_get(map, study->design->size_key), self->growth->points);
    if (size != NULL && replace(self, eng_yaml_get(map, name), copies) == NULL) {
        const size_t used = strlen(size->text), room = sizeof(size->text) - used;
        if (study->text[offset_of(self, map)] == '{') {
            snprintf(size->text + used, room, ", %s: %llu", name, (unsigned long long)copies);
        } else {
            snprintf(size->text + used, room, "\n%*s%s: %llu", map->first->column - 1, "", name, (unsigned long long)copies);
        }
    }
    return 0;
}

static int
grow_points(grower_t *self)
{
    const eng_study_t *study = self->study;
    const eng_yaml_node_t *map;

    if (study->design == NULL) {
        return ENG_FAIL(ENG_ERR_USAGE, "--points: this study has no design but one point, at nominal parameters; --patients adds patients to it");
    }
    if (study->design->extends == ENG_EXTENDS_NOT) {
        return ENG_FAIL(ENG_ERR_USAGE, "--points: a '%s' design cannot be extended: %s; --patients adds patients to its points", study->design->name,
            study->design->why_not);
    }
    if (self->growth->points <= study->num_points) {
        return refuse_smaller("--points", self->growth->points, study->num_points);
    }
    map = eng_yaml_get(eng_yaml_get(self->tree.root, "design"), study->design->name);
    return study->design->extends == ENG_EXTENDS_BY_COPIES ? grow_copies(self, map) : grow_prefix(self, map);
}

static int
grow_patients(grower_t *self)
{
    if (self->growth->patients <= self->study->patients) {
        return refuse_smaller("--patients", self->growth->patients, self->study->patients);
    }
    if (self->study->courses == 2 && self->growth->patients % 2 != 0) {
        return ENG_FAIL(ENG_ERR_USAGE, "--patients: every two patients of this study are one person who lives twice: expected an even number");
    }
    (void)replace(self, eng_yaml_get(eng_yaml_get(self->tree.root, "cohort"), "patients"), self->growth->patients);
    return 0;
}

/* --- the larger study --------------------------------------------------------------------------------------------- */

static int
write_edits(const grower_t *self, eng_text_t *text)
{
    const edit_t *order[2] = { &self->edits[0], &self->edits[1] };
    const char *from = self->study->text;
    size_t at = 0;

    if (self->num_edits == 2 && self->edits[1].from < self->edits[0].from) {
        order[0] = &self->edits[1];
        order[1] = &self->edits[0];
    }
    for (int j = 0; j < self->num_edits; j++) {
        eng_text_add(text, "%.*s%s", (int)(order[j]->from - at), from + at, order[j]->text);
        at = order[j]->to;
    }
    eng_text_add(text, "%s", from + at);
    return text->failed ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a larger study") : 0;
}

/* It is to be what was asked for, and otherwise the same. */
static int
check_larger(const grower_t *self, const eng_study_t *larger)
{
    const eng_growth_t *growth = self->growth;
    const bool as_asked = larger->num_points == (growth->points > 0 ? growth->points : self->study->num_points) &&
        larger->patients == (growth->patients > 0 ? growth->patients : self->study->patients);

    if (as_asked && strcmp(larger->identity, self->study->identity) == 0) {
        return 0;
    }
    return ENG_FAIL(ENG_ERR_INTERNAL, "the study in the result cannot be rewritten with more %s", growth->points > 0 ? "points" : "patients");
}

static void
tell_nothing(void *context, int line, int column, const char *text)
{
    (void)context, (void)line, (void)column, (void)text;
}

int
eng_study_grow(const eng_study_t *study, const eng_growth_t *growth, eng_study_t *larger)
{
    grower_t self = { .study = study, .growth = growth, .own = eng_study_own_length(study->text, study->text_length) };
    const char behind = study->text[self.own];
    eng_text_t text = { 0 };
    int ret;

    *larger = (eng_study_t){ 0 };
    if (study->precision.asked) {
        return ENG_FAIL(ENG_ERR_USAGE, "this study adds patients by itself until it is as precise as its 'precision' says: run it with a smaller half_width");
    }
    study->text[self.own] = '\0'; /* of the parser's; put back at once */
    ret = eng_yaml_parse(&self.tree, study->text, self.own, tell_nothing, NULL);
    study->text[self.own] = behind;
    if (ret == 0) {
        ret = growth->points > 0 ? grow_points(&self) : grow_patients(&self);
    }
    if (ret == 0) {
        ret = write_edits(&self, &text);
    }
    if (ret == 0) {
        ret = eng_study_parse(larger, study->path, text.data, text.length);
    }
    if (ret == 0) {
        ret = check_larger(&self, larger);
    }
    eng_yaml_free(&self.tree);
    eng_text_free(&text);
    return ret;
}
