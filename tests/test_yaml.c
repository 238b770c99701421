/** The positioned tree over YAML: structure, positions, and everything that is refused. */
#include "base/yaml.h"

#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int count, line, column; /* of the first */
    char text[200];
} told_t;

static void
tell(void *context, int line, int column, const char *text)
{
    told_t *told = context;

    if (told->count++ == 0) {
        told->line = line;
        told->column = column;
        snprintf(told->text, sizeof(told->text), "%s", text);
    }
}

static int
parse(eng_yaml_t *tree, told_t *told, const char *text, size_t length)
{
    *told = (told_t){ 0 };
    return eng_yaml_parse(tree, text, length, tell, told);
}

static void
test_tree_and_positions(void)
{
    static const char text[] = "# comment\na: 1\nb:\n  - x\n  - {c: \"d e\", f: [1, 2]}\n\xc3\xa4\xc3\xb6: {g: h}\n";
    eng_yaml_t tree;
    told_t told;
    const eng_yaml_node_t *b, *map, *key;

    CU_ASSERT_EQUAL_FATAL(parse(&tree, &told, text, strlen(text)), 0);
    CU_ASSERT_EQUAL(told.count, 0);
    CU_ASSERT_EQUAL_FATAL(tree.root->kind, ENG_YAML_MAP);
    CU_ASSERT_EQUAL(tree.root->count, 3);
    CU_ASSERT_EQUAL(tree.root->line, 2);
    CU_ASSERT_STRING_EQUAL(eng_yaml_get(tree.root, "a")->text, "1");
    CU_ASSERT_PTR_NULL(eng_yaml_get(tree.root, "c"));
    b = eng_yaml_get(tree.root, "b");
    CU_ASSERT_EQUAL_FATAL(b->kind, ENG_YAML_LIST);
    CU_ASSERT_EQUAL(b->count, 2);
    map = b->first->next;
    CU_ASSERT_EQUAL(map->line, 5);
    CU_ASSERT_EQUAL(map->column, 5);
    CU_ASSERT_STRING_EQUAL(eng_yaml_get(map, "c")->text, "d e");
    CU_ASSERT_EQUAL(eng_yaml_get(map, "c")->column, 9);
    CU_ASSERT_EQUAL(eng_yaml_get(map, "f")->count, 2);
    key = tree.root->first->next->next; /* columns count characters, not bytes */
    CU_ASSERT_EQUAL(key->value->line, 6);
    CU_ASSERT_EQUAL(key->value->column, 5);
    eng_yaml_free(&tree);
    eng_yaml_free(&tree); /* legal twice */
}

typedef struct {
    const char *text;
    int line, column;
    const char *part; /* of what is told */
} refused_t;

/* What some editors put first is no character: columns of the first line are counted behind it. */
static void
test_byte_order_mark(void)
{
    static const char good[] = "\xef\xbb\xbf" "a: {b: 1}\nc: 2\n", bad[] = "\xef\xbb\xbf" "a: *b\n", twice[] = "\xef\xbb\xbf\xef\xbb\xbf" "a: 1\n";
    eng_yaml_t tree;
    told_t told;

    CU_ASSERT_EQUAL_FATAL(parse(&tree, &told, good, strlen(good)), 0);
    CU_ASSERT_EQUAL(told.count, 0);
    CU_ASSERT_EQUAL(tree.root->first->line, 1);
    CU_ASSERT_EQUAL(tree.root->first->column, 1);
    CU_ASSERT_STRING_EQUAL(tree.root->first->text, "a");
    CU_ASSERT_EQUAL(eng_yaml_get(tree.root, "a")->first->column, 5);
    CU_ASSERT_EQUAL(tree.root->first->next->line, 2);
    eng_yaml_free(&tree);
    CU_ASSERT_EQUAL(parse(&tree, &told, bad, strlen(bad)), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(told.line, 1);
    CU_ASSERT_EQUAL(told.column, 4);
    eng_yaml_free(&tree);
    CU_ASSERT_EQUAL(parse(&tree, &told, good, 3), ENG_ERR_FORMAT);
    CU_ASSERT_STRING_EQUAL(told.text, "there is nothing in it");
    eng_yaml_free(&tree);
    CU_ASSERT_EQUAL(parse(&tree, &told, "\xef\xbb\xbf\xff", 4), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(told.column, 1);
    eng_yaml_free(&tree);
    (void)parse(&tree, &told, twice, strlen(twice)); /* one is a mark, a second one is what libyaml makes of it */
    eng_yaml_free(&tree);
}

static void
test_refused(void)
{
    static const refused_t cases[] = {
        { "", 1, 1, "nothing in it" },
        { "# only this\n", 1, 1, "nothing in it" },
        { "a: &x 1\n", 1, 4, "anchors" },
        { "a: 1\nb: *x\n", 2, 4, "aliases" },
        { "a: !!int 1\n", 1, 4, "tags" },
        { "a: !mine [1]\n", 1, 4, "tags" },
        { "a: 1\n---\nb: 1\n", 2, 1, "second document" },
        { "a: 1\nb: 2\na: 3\n", 3, 1, "already given at line 1" },
        { "x: {a: 1, a: 2}\n", 1, 11, "already given at line 1" },
        { "a: [1, 2\n", 2, 1, "not valid YAML" },
        { "a:\n\tb: 1\n", 2, 1, "tabs" },
        { "a: @b\n", 1, 4, "'@'" },
        { "a: \xc3\xa4\rb: 1\xe2\x80\xa8\xc3\xa4: `x\n", 3, 4, "'`'" }, /* other line breaks */
        { "a: \xff\n", 1, 4, "UTF-8" },
        { "a: \xc0\x80\n", 1, 4, "UTF-8" },     /* overlong */
        { "a: \xed\xa0\x80\n", 1, 4, "UTF-8" }, /* a surrogate */
        { "a: \xe4\xbd\n", 1, 4, "UTF-8" },     /* cut short */
        { "a: \x07\n", 1, 4, "control character" },
        { "a: \"x\\ny\"\n", 1, 4, "line breaks" },
        { "a: \"x\\0y\"\n", 1, 4, "line breaks" },
        { "? [a]\n: 1\n", 1, 3, "plain name" },
        { "? {a: b}\n: 1\n", 1, 3, "plain name" },
    };

    for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        eng_yaml_t tree;
        told_t told;

        CU_ASSERT_EQUAL(parse(&tree, &told, cases[j].text, strlen(cases[j].text)), ENG_ERR_FORMAT);
        CU_ASSERT(told.count >= 1);
        CU_ASSERT_EQUAL(told.line, cases[j].line);
        CU_ASSERT_EQUAL(told.column, cases[j].column);
        CU_ASSERT_PTR_NOT_NULL(strstr(told.text, cases[j].part));
        if (told.line != cases[j].line || told.column != cases[j].column || strstr(told.text, cases[j].part) == NULL) {
            printf("case %zu: %d:%d: %s\n", j, told.line, told.column, told.text);
        }
        eng_yaml_free(&tree);
    }
}

static void
test_all_problems_are_told(void)
{
    static const char text[] = "a: &x 1\nb: *x\nc: !t 1\na: 2\n";
    eng_yaml_t tree;
    told_t told;

    CU_ASSERT_EQUAL(parse(&tree, &told, text, strlen(text)), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(told.count, 4);
    CU_ASSERT_PTR_NOT_NULL(tree.root); /* what could be read is there, for further complaints */
    eng_yaml_free(&tree);
}

/* `depth` lists within each other. */
static int
parse_nested(int depth, told_t *told)
{
    char *text = malloc((size_t)depth * 2 + 2);
    eng_yaml_t tree;
    int ret;

    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    strcpy(text + 2 * depth, "\n");
    ret = parse(&tree, told, text, strlen(text));
    eng_yaml_free(&tree);
    free(text);
    return ret;
}

static void
test_depth(void)
{
    told_t told;

    CU_ASSERT_EQUAL(parse_nested(ENG_YAML_MAX_DEPTH, &told), 0);
    CU_ASSERT_EQUAL(parse_nested(ENG_YAML_MAX_DEPTH + 1, &told), ENG_ERR_FORMAT);
    CU_ASSERT_EQUAL(told.column, ENG_YAML_MAX_DEPTH + 1);
    CU_ASSERT_EQUAL(parse_nested(200000, &told), ENG_ERR_FORMAT);
}

static int
parse_repeated(const char *item, size_t count, told_t *told)
{
    const size_t length = strlen(item);
    char *text = malloc(length * count + 1);
    eng_yaml_t tree;
    int ret;

    for (size_t j = 0; j < count; j++) {
        memcpy(text + j * length, item, length);
    }
    text[length * count] = '\0';
    ret = parse(&tree, told, text, length * count);
    eng_yaml_free(&tree);
    free(text);
    return ret;
}

static void
test_nodes_and_bytes(void)
{
    told_t told;

    CU_ASSERT_EQUAL(parse_repeated("- 1\n", ENG_YAML_MAX_NODES - 1, &told), 0);
    CU_ASSERT_EQUAL(parse_repeated("- 1\n", ENG_YAML_MAX_NODES, &told), ENG_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "more values"));
    CU_ASSERT_EQUAL(parse_repeated("# comment\n", ENG_YAML_MAX_BYTES / 10 + 1, &told), ENG_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "1 MB"));
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_tree_and_positions), ENG_TEST(test_byte_order_mark), ENG_TEST(test_refused),
        ENG_TEST(test_all_problems_are_told), ENG_TEST(test_depth), ENG_TEST(test_nodes_and_bytes) };

    return ENG_TEST_MAIN(argc, argv, "yaml", tests);
}
