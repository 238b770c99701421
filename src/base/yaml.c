/**
 * libyaml's events into a tree.  What is refused is refused here, with its position, before anyone looks at values:
 * aliases (a text of a few hundred bytes could otherwise stand for gigabytes), tags, second documents, keys that
 * occur twice, bytes that are no UTF-8.  Reading goes on after a problem wherever the structure is still known.
 */
#include "base/yaml.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define CHUNK_BYTES 65536

/* Memory of nodes and texts: handed out from chunks, freed as a whole. */
struct eng_yaml_chunk {
    struct eng_yaml_chunk *next;
    size_t used, size;
    max_align_t data[];
};

/* A list or map that is being read. */
typedef struct {
    eng_yaml_node_t *node, *last; /* last child */
    eng_yaml_node_t *key;         /* MAP: the key that waits for its value */
} open_node_t;

typedef struct {
    eng_yaml_t *tree;
    eng_yaml_tell_t tell;
    void *context;
    const char *text; /* all of it, for what stands at a mark */
    open_node_t open[ENG_YAML_MAX_DEPTH];
    int depth, nodes, documents, problems;
    bool ended;  /* by the end of the text or by a problem that makes the rest unreadable */
    bool broken; /* by such a problem: what was read is incomplete */
} builder_t;

static void *
take(eng_yaml_t *tree, size_t bytes)
{
    struct eng_yaml_chunk *chunk = tree->chunks;
    const size_t align = sizeof(max_align_t);
    const size_t needed = (bytes + align - 1) / align * align;

    if (chunk == NULL || chunk->size - chunk->used < needed) {
        const size_t size = needed > CHUNK_BYTES ? needed : CHUNK_BYTES;

        chunk = malloc(sizeof(*chunk) + size);
        if (chunk == NULL) {
            return NULL;
        }
        *chunk = (struct eng_yaml_chunk){ .next = tree->chunks, .size = size };
        tree->chunks = chunk;
    }
    chunk->used += needed;
    return (char *)chunk->data + (chunk->used - needed);
}

const char *
eng_yaml_keep(eng_yaml_t *tree, const char *text, size_t length)
{
    char *copy = take(tree, length + 1);

    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

void
eng_yaml_free(eng_yaml_t *tree)
{
    while (tree->chunks != NULL) {
        struct eng_yaml_chunk *next = tree->chunks->next;

        free(tree->chunks);
        tree->chunks = next;
    }
    *tree = (eng_yaml_t){ 0 };
}

const eng_yaml_node_t *
eng_yaml_get(const eng_yaml_node_t *map, const char *key)
{
    if (map == NULL || map->kind != ENG_YAML_MAP) {
        return NULL;
    }
    for (const eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
        if (k->kind == ENG_YAML_SCALAR && strcmp(k->text, key) == 0) {
            return k->value;
        }
    }
    return NULL;
}

static void
tell_at(builder_t *self, yaml_mark_t mark, const char *text)
{
    self->problems++;
    self->tell(self->context, (int)mark.line + 1, (int)mark.column + 1, text);
}

/* ---- UTF-8 ---------------------------------------------------------------------------------------------- */

/* Bytes of the character at text, 0 if they are none: overlong forms, surrogates and what lies above U+10FFFF. */
static size_t
character(const unsigned char *text, size_t left)
{
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char lead = text[0];
    const size_t n = lead < 0x80 ? 1 : (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : (lead & 0xF8) == 0xF0 ? 4 : 0;
    uint32_t code;

    if (n < 2) {
        return n;
    }
    code = lead & (0x7Fu >> n);
    for (size_t j = 1; j < n; j++) {
        if (j >= left || (text[j] & 0xC0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[j] & 0x3Fu);
    }
    return code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? 0 : n;
}

/* True if all of it is text; else tells where it is not. */
static bool
check_text(builder_t *self, const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    yaml_mark_t mark = { 0, 0, 0 };
    char problem[80];

    for (size_t j = 0, n; j < length; j += n) {
        n = character(bytes + j, length - j);
        if (n == 0 || (bytes[j] < 0x20 && strchr("\t\n\r", bytes[j]) == NULL) || bytes[j] == 0 || bytes[j] == 0x7F) {
            snprintf(problem, sizeof(problem), n == 0 ? "byte 0x%02X is not UTF-8 text" : "control character 0x%02X; write plain text",
                bytes[j]);
            tell_at(self, mark, problem);
            return false;
        }
        mark.column++;
        if (bytes[j] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return true;
}

/* ---- building ------------------------------------------------------------------------------------------- */

static void
refuse(builder_t *self, yaml_mark_t mark, const char *text)
{
    tell_at(self, mark, text);
    self->ended = true;
    self->broken = true;
}

static void
attach(builder_t *self, eng_yaml_node_t *node)
{
    open_node_t *parent;

    if (self->depth == 0) {
        self->tree->root = node;
        return;
    }
    parent = &self->open[self->depth - 1];
    if (parent->key != NULL) {
        parent->key->value = node;
        parent->key = NULL;
        return;
    }
    if (parent->last == NULL) {
        parent->node->first = node;
    } else {
        parent->last->next = node;
    }
    parent->last = node;
    parent->node->count++;
    if (parent->node->kind == ENG_YAML_MAP) {
        parent->key = node;
    }
}

static int
add_node(builder_t *self, yaml_mark_t mark, eng_yaml_kind_t kind, eng_yaml_node_t **node)
{
    *node = NULL;
    if (++self->nodes > ENG_YAML_MAX_NODES) {
        refuse(self, mark, "more values than a study may have (100000)");
        return 0;
    }
    *node = take(self->tree, sizeof(**node));
    if (*node == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    **node = (eng_yaml_node_t){ .kind = kind, .line = (int)mark.line + 1, .column = (int)mark.column + 1 };
    return 0;
}

static bool
waits_for_key(const builder_t *self)
{
    const open_node_t *parent = self->depth == 0 ? NULL : &self->open[self->depth - 1];

    return parent != NULL && parent->node->kind == ENG_YAML_MAP && parent->key == NULL;
}

static int
add_scalar(builder_t *self, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    eng_yaml_node_t *node;
    int ret = add_node(self, event->start_mark, ENG_YAML_SCALAR, &node);

    if (node == NULL) {
        return ret;
    }
    for (size_t j = 0; j < length && node->kind == ENG_YAML_SCALAR; j++) {
        const unsigned char c = (unsigned char)value[j];

        if (c < 0x20 || c == 0x7F) {
            tell_at(self, event->start_mark, "a value cannot hold line breaks or control characters");
            node->kind = ENG_YAML_REFUSED;
        }
    }
    node->text = eng_yaml_keep(self->tree, value, length);
    if (node->text == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    attach(self, node);
    return 0;
}

static int
add_open(builder_t *self, const yaml_event_t *event, eng_yaml_kind_t kind)
{
    const bool as_key = waits_for_key(self);
    eng_yaml_node_t *node;
    int ret;

    if (self->depth == ENG_YAML_MAX_DEPTH) {
        refuse(self, event->start_mark, "lists and maps are nested more than 32 deep");
        return 0;
    }
    if (as_key) {
        /* What follows belongs to the key: nothing below it can be placed any more. */
        refuse(self, event->start_mark, "a key must be a plain name");
        return 0;
    }
    ret = add_node(self, event->start_mark, kind, &node);
    if (node != NULL) {
        attach(self, node);
        self->open[self->depth++] = (open_node_t){ .node = node };
    }
    return ret;
}

static int
add_refused(builder_t *self, const yaml_event_t *event, const char *text)
{
    eng_yaml_node_t *node;
    int ret = add_node(self, event->start_mark, ENG_YAML_REFUSED, &node);

    if (node != NULL) {
        tell_at(self, event->start_mark, text);
        node->text = "";
        attach(self, node);
    }
    return ret;
}

static int
by_text_then_place(const void *a, const void *b)
{
    const eng_yaml_node_t *x = *(eng_yaml_node_t *const *)a, *y = *(eng_yaml_node_t *const *)b;
    const int order = strcmp(x->text, y->text);

    if (order != 0) {
        return order;
    }
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->column > y->column) - (x->column < y->column);
}

/* Sorted, because comparing all pairs would let a text of 1 MB keep us busy for minutes. */
static int
check_keys_once(builder_t *self, const eng_yaml_node_t *map)
{
    eng_yaml_node_t **keys;
    char text[160];
    int n = 0;

    if (map->count < 2) {
        return 0;
    }
    keys = malloc((size_t)map->count * sizeof(*keys));
    if (keys == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    for (eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
        keys[n++] = k;
    }
    qsort(keys, (size_t)n, sizeof(*keys), by_text_then_place);
    for (int j = 1; j < n; j++) {
        if (keys[j]->kind == ENG_YAML_SCALAR && strcmp(keys[j - 1]->text, keys[j]->text) == 0) {
            snprintf(text, sizeof(text), "'%.64s' is already given at line %d", keys[j]->text, keys[j - 1]->line);
            self->problems++;
            self->tell(self->context, keys[j]->line, keys[j]->column, text);
        }
    }
    free(keys);
    return 0;
}

static int
close_node(builder_t *self)
{
    const eng_yaml_node_t *node = self->open[--self->depth].node;

    return node->kind == ENG_YAML_MAP ? check_keys_once(self, node) : 0;
}

static void
check_properties(builder_t *self, const yaml_event_t *event, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor != NULL) {
        tell_at(self, event->start_mark, "anchors (&name) are not allowed in a study; write the value out");
    }
    if (tag != NULL) {
        tell_at(self, event->start_mark, "tags (!name) are not allowed in a study");
    }
}

static int
add_event(builder_t *self, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++self->documents > 1) {
            refuse(self, event->start_mark, "a second document begins here; a study is one document");
        }
        return 0;
    case YAML_SCALAR_EVENT:
        check_properties(self, event, event->data.scalar.anchor, event->data.scalar.tag);
        return add_scalar(self, event);
    case YAML_SEQUENCE_START_EVENT:
        check_properties(self, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        return add_open(self, event, ENG_YAML_LIST);
    case YAML_MAPPING_START_EVENT:
        check_properties(self, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        return add_open(self, event, ENG_YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_node(self);
    case YAML_ALIAS_EVENT:
        return add_refused(self, event, "aliases (*name) are not allowed in a study; write the value out");
    case YAML_STREAM_END_EVENT:
        self->ended = true;
        return 0;
    default:
        return 0;
    }
}

/* The character at a mark; marks count characters (and know line breaks besides \n), we count bytes. */
static char
character_at(const char *text, yaml_mark_t mark)
{
    for (size_t index = 0; index < mark.index && *text != '\0'; index++) {
        do {
            text++;
        } while (((unsigned char)*text & 0xC0) == 0x80);
    }
    return *text;
}

/* A line that begins with a tab, or a value that begins with a character that YAML keeps for itself. */
static void
tell_token(builder_t *self, yaml_mark_t mark)
{
    const char c = character_at(self->text, mark);
    char text[80] = "not valid YAML: tabs cannot indent, use spaces";

    if (c > 0x20 && c < 0x7F) {
        snprintf(text, sizeof(text), "not valid YAML: a value cannot begin with '%c' unless it is quoted", c);
    } else if (c != '\t') {
        snprintf(text, sizeof(text), "not valid YAML: a value cannot begin with this character");
    }
    refuse(self, mark, text);
}

static int
tell_syntax(builder_t *self, const yaml_parser_t *parser)
{
    char text[240];
    const char *problem = parser->problem != NULL ? parser->problem : "unreadable";

    if (parser->error == YAML_MEMORY_ERROR) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    if (strstr(problem, "cannot start any token") != NULL) {
        tell_token(self, parser->problem_mark);
        return 0;
    }
    if (parser->context != NULL) {
        snprintf(text, sizeof(text), "not valid YAML: %s, %s that begins at line %d", problem, parser->context,
            (int)parser->context_mark.line + 1);
    } else {
        snprintf(text, sizeof(text), "not valid YAML: %s", problem);
    }
    refuse(self, parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark, text);
    return 0;
}

static int
read_events(builder_t *self, yaml_parser_t *parser)
{
    int ret = 0;

    while (!self->ended && ret == 0) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event)) {
            return tell_syntax(self, parser);
        }
        ret = add_event(self, &event);
        yaml_event_delete(&event);
    }
    return ret;
}

/* Some editors begin a UTF-8 file with a byte order mark.  It is no character of the text: columns are counted behind it. */
static size_t
mark_at_begin(const char *text, size_t length)
{
    static const char mark[] = "\xEF\xBB\xBF";

    return length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
}

int
eng_yaml_parse(eng_yaml_t *tree, const char *text, size_t length, eng_yaml_tell_t tell, void *context)
{
    const size_t skipped = mark_at_begin(text, length);
    builder_t self = { .tree = tree, .tell = tell, .context = context, .text = text + skipped };
    const yaml_mark_t start = { 0, 0, 0 };
    yaml_parser_t parser;
    int ret;

    *tree = (eng_yaml_t){ 0 };
    if (length > ENG_YAML_MAX_BYTES) {
        tell_at(&self, start, "longer than a study may be (1 MB)");
        return ENG_FAIL(ENG_ERR_FORMAT, "the text is longer than 1 MB");
    }
    if (!check_text(&self, text + skipped, length - skipped)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "the text is not UTF-8");
    }
    if (!yaml_parser_initialize(&parser)) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text + skipped, length - skipped);
    ret = read_events(&self, &parser);
    yaml_parser_delete(&parser);
    if (self.broken) {
        tree->root = NULL;
    }
    if (ret == 0 && tree->root == NULL && self.problems == 0) {
        tell_at(&self, start, "there is nothing in it");
    }
    if (ret == 0 && self.problems > 0) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "not the YAML of a study");
    }
    return ret;
}
