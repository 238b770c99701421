/**
 * engraft new: an example study to begin with.
 */
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/examples.h"
#include "cli/new_file.h"
#include "cli/table.h"

#include "base/error.h"
#include "base/text.h"
#include "model/disease.h"

#include <stdio.h>
#include <string.h>

/* The first line, which says what the study asks. */
static void
question_of(const eng_example_t *example, char text[ENG_CELL_SIZE])
{
    const char *begin = example->text + strspn(example->text, "# ");

    snprintf(text, ENG_CELL_SIZE, "%.*s", (int)strcspn(begin, "\n"), begin);
}

/* Is it about a disease?  The key, not a word of a comment. */
static bool
is_about(const eng_example_t *example, const char *disease)
{
    static const char key[] = "disease: ";
    const size_t length = strlen(disease);

    for (const char *line = example->text; line != NULL; line = strchr(line, '\n')) {
        line += line[0] == '\n';
        const char *found = strstr(line, key), *comment = strchr(line, '#'), *end = line + strcspn(line, "\n");
        if (found != NULL && found < end && (comment == NULL || comment > found)) {
            found += strlen(key);
            return strncmp(found, disease, length) == 0 && strchr(", }\n#", found[length]) != NULL;
        }
    }
    return false;
}

static const char *
disease_of(const eng_example_t *example)
{
    for (int j = 0; j < eng_disease_count(); j++) {
        if (is_about(example, eng_disease_at(j)->module.name)) {
            return eng_disease_at(j)->module.name;
        }
    }
    return "";
}

/* That of this name; of a disease the first that asks something. */
static const eng_example_t *
find(const char *name)
{
    const eng_example_t *first = NULL;
    char question[ENG_CELL_SIZE];

    for (const eng_example_t *example = eng_examples; example->name != NULL; example++) {
        if (strcmp(example->name, name) == 0) {
            return example;
        }
    }
    for (const eng_example_t *example = eng_examples; example->name != NULL; example++) {
        question_of(example, question);
        const size_t length = strlen(question);
        const bool asks = length > 0 && question[length - 1] == '?';
        if (is_about(example, name)) {
            if (asks) {
                return example;
            }
            first = first == NULL ? example : first;
        }
    }
    return first;
}

static int
refuse(const char *name)
{
    eng_nearest_t nearest;
    eng_text_t names = { 0 };
    const char *near;

    eng_nearest_init(&nearest, name);
    for (const eng_example_t *example = eng_examples; example->name != NULL; example++) {
        eng_nearest_try(&nearest, example->name);
        eng_nearest_try(&nearest, disease_of(example));
        eng_text_add(&names, "%s%s", names.length > 0 ? " " : "", example->name);
    }
    near = eng_nearest_get(&nearest);
    const int ret = ENG_FAIL(ENG_ERR_USAGE, "there is no example study '%s', and none of a disease of that name%s%s%s; there are: %s", name,
        near == NULL ? "" : ", did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?", names.data == NULL ? "none" : names.data);
    eng_text_free(&names);
    return ret;
}

static int
print_list(void)
{
    eng_table_t table;
    int ret = eng_table_create(&table, 3);

    for (int j = 0; ret == 0 && j < 3; j++) {
        static const char *const head[] = { "study", "disease", "question" };
        snprintf(eng_table_cell(&table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
    for (const eng_example_t *example = eng_examples; ret == 0 && example->name != NULL; example++) {
        ret = eng_table_add_row(&table);
        if (ret == 0) {
            snprintf(eng_table_cell(&table, 0), ENG_CELL_SIZE, "%s", example->name);
            snprintf(eng_table_cell(&table, 1), ENG_CELL_SIZE, "%s", disease_of(example));
            question_of(example, eng_table_cell(&table, 2));
        }
    }
    ret = ret == 0 ? eng_table_print(&table, stdout) : ret;
    eng_table_free(&table);
    return ret;
}

static int
cmd_new(int argc, char **argv)
{
    const char *name = NULL, *out = NULL;
    const eng_option_t options[] = { { "-o", &out, NULL } };
    const eng_example_t *example;
    char path[256], question[ENG_CELL_SIZE];
    int ret = eng_args_parse_optional(argc, argv, options, 1, &name);

    if (ret == 0 && name == NULL) {
        return out == NULL ? print_list() : ENG_FAIL(ENG_ERR_USAGE, "new: -o needs the name of a disease or of an example study");
    }
    example = ret == 0 ? find(name) : NULL;
    if (example == NULL) {
        return ret == 0 ? refuse(name) : ret;
    }
    snprintf(path, sizeof(path), "%s.yaml", example->name);
    out = out == NULL ? path : out;
    ret = eng_new_file_write(out, example->text, example->length);
    if (ret == 0) {
        question_of(example, question);
        fprintf(stderr, "%s: %s\nnext: engraft check %s | mpirun engraft run %s -o %s.h5\n", out, question, out, out, example->name);
    }
    return ret;
}

const eng_command_t eng_command_new = {
    .name = "new",
    .usage = "[DISEASE | STUDY] [-o FILE.yaml]",
    .help =
        "Writes an example study to begin with, with comments that teach: of a disease the first that asks a question, or the\n"
        "study of that name.  Without a name it lists them all with their questions.\n\n"
        "  -o FILE.yaml         where to; STUDY.yaml in this folder without it.  What is there already is not replaced (73)\n",
    .run = cmd_new,
};
