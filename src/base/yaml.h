/**
 * A YAML text as a tree whose every node knows where it stands.  Strict on purpose: one document, keys once, no
 * aliases, anchors or tags, UTF-8 only, and limits on size, depth and number of nodes, so that no text can make the
 * reader slow or large.  Scalars stay text: what they mean is the caller's business.  Serial.
 */
#ifndef ENG_BASE_YAML_H
#define ENG_BASE_YAML_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

#define ENG_YAML_MAX_BYTES 1000000
#define ENG_YAML_MAX_DEPTH 32
#define ENG_YAML_MAX_NODES 100000

typedef enum {
    ENG_YAML_SCALAR,
    ENG_YAML_LIST,
    ENG_YAML_MAP,
    ENG_YAML_REFUSED /* something that was complained about when it was read: an alias, a key that is no name */
} eng_yaml_kind_t;

typedef struct eng_yaml_node {
    eng_yaml_kind_t kind;
    int line, column;            /* 1-based; column in characters */
    int count;                   /* children of a LIST or MAP */
    const char *text;            /* SCALAR: NUL-terminated, without control characters; owned by the tree */
    struct eng_yaml_node *first; /* LIST: items; MAP: keys */
    struct eng_yaml_node *next;  /* sibling */
    struct eng_yaml_node *value; /* of a key; never NULL in a finished tree */
} eng_yaml_node_t;

typedef struct {
    eng_yaml_node_t *root;         /* NULL until parsed */
    struct eng_yaml_chunk *chunks; /* owned memory of all nodes and texts */
} eng_yaml_t;

/** Called once per problem, in the order of the text. */
typedef void (*eng_yaml_tell_t)(void *context, int line, int column, const char *text);

/**
 * Read a text, of which text[length] is a NUL.  Returns 0 if there was no problem; ENG_ERR_FORMAT after one or more were told (tree->root is then
 * what could be read, or NULL when nothing useful could); ENG_ERR_NO_MEMORY.  eng_yaml_free is legal after any of them.
 */
int ENG_MUST_CHECK eng_yaml_parse(
    eng_yaml_t *tree, const char *text, size_t length, eng_yaml_tell_t tell, void *context);
void eng_yaml_free(eng_yaml_t *tree);

/** Value of a key; NULL if the map has no such key. */
const eng_yaml_node_t *eng_yaml_get(const eng_yaml_node_t *map, const char *key);

/** A copy of text that lives as long as the tree; NULL without memory. */
const char *eng_yaml_keep(eng_yaml_t *tree, const char *text, size_t length);

#endif
