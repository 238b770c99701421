/**
 * Every parameter of the model as a page of Markdown: rows that all diseases share, by what their names begin with; which of them a
 * disease moves; those that it has for itself.
 */
#include "cli/parameters_page.h"

#include "base/error.h"
#include "model/disease.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
    "# Parameters\n\n"
    "Every constant of biology that a study may fix or make uncertain (`parameters`, [STUDY.md](STUDY.md)), as the tables of the program have it.\n"
    "Made by `make parameters`: edit the tables, not this page. What the numbers mean: [MODEL.md](MODEL.md).\n\n"
    "`NAME: prior` in a study draws from the prior, which is moved to the bounds where it lies outside; laws and their arguments as in STUDY.md. A source is\n"
    "literature, derived from other numbers, tuned until the model shows what is known, or assumed.\n";

void
eng_describe_law(char text[ENG_CELL_SIZE], const eng_dist_t *law)
{
    const eng_dist_row_t *row = eng_dist_row((int)law->kind);
    size_t used = (size_t)snprintf(text, ENG_CELL_SIZE, "%s", row->name);

    for (int j = 0; j < row->num_args && used < ENG_CELL_SIZE; j++) {
        used += (size_t)snprintf(text + used, ENG_CELL_SIZE - used, "%s%.6g", j == 0 ? " " : ", ", law->arg[j]);
    }
}

/* A cell: a bar would end it. */
static void
print_cell(const char *text)
{
    fputs(" ", stdout);
    for (; *text != '\0'; text++) {
        printf("%s%c", *text == '|' ? "\\" : "", *text);
    }
    fputs(" |", stdout);
}

/* The first letter says where a number comes from, what follows it by whom. */
static void
print_source(const char *source)
{
    static const char *const words[][2] = { { "A", "assumed" }, { "D", "derived" }, { "L", "literature" }, { "T", "tuned" } };
    char text[2 * ENG_CELL_SIZE];

    snprintf(text, sizeof(text), "%s", source);
    for (size_t j = 0; j < sizeof(words) / sizeof(*words); j++) {
        if (source[0] == words[j][0][0] && (source[1] == '\0' || source[1] == ' ')) {
            snprintf(text, sizeof(text), "%s%s", words[j][1], source + 1);
        } else if (source[0] == words[j][0][0] && source[1] == ',') {
            snprintf(text, sizeof(text), "%s, also %s", words[j][1], source + 2 + (source[2] == ' '));
        }
    }
    print_cell(text);
}

static void
print_row(const eng_param_row_t *row)
{
    char nominal[ENG_CELL_SIZE], bounds[ENG_CELL_SIZE], prior[ENG_CELL_SIZE];

    snprintf(nominal, sizeof(nominal), "%.6g", row->nominal);
    snprintf(bounds, sizeof(bounds), "%.4g to %.4g", row->low, row->high);
    eng_describe_law(prior, &row->prior);
    printf("| `%s` |", row->name);
    print_cell(nominal);
    print_cell(row->unit);
    print_cell(bounds);
    print_cell(prior);
    print_source(row->source);
    print_cell(row->help);
    putchar('\n');
}

/* Does a row belong with another, of the same part of the model? */
static bool
together(const eng_param_row_t *a, const eng_param_row_t *b)
{
    const size_t length = strcspn(a->name, ".");

    return strcspn(b->name, ".") == length && strncmp(a->name, b->name, length) == 0;
}

/* Rows from..end - 1, part by part, in the order in which parts come first. */
static void
print_parts(const eng_disease_t *disease, int from, int end)
{
    for (int j = from; j < end; j++) {
        const eng_param_row_t row = eng_param_at(disease, j);
        bool seen = false;
        for (int k = from; k < j && !seen; k++) {
            const eng_param_row_t before = eng_param_at(disease, k);
            seen = together(&row, &before);
        }
        if (seen) {
            continue;
        }
        printf("\n### %.*s\n\n| parameter | nominal | unit | bounds | prior | source | what it is |\n| --- | --- | --- | --- | --- | --- | --- |\n",
            (int)strcspn(row.name, "."), row.name);
        for (int k = j; k < end; k++) {
            const eng_param_row_t other = eng_param_at(disease, k);
            if (together(&row, &other)) {
                print_row(&other);
            }
        }
    }
}

/* Rows of all diseases that this one gives another value or prior. */
static void
print_moved(const eng_disease_t *disease)
{
    if (disease->num_param_overrides == 0) {
        return;
    }
    printf("\nShared rows with values of its own:\n\n| parameter | nominal | prior |\n| --- | --- | --- |\n");
    for (int k = 0; k < disease->num_param_overrides; k++) {
        const int j = eng_param_find(disease, disease->param_overrides[k].param);
        if (j >= 0) {
            const eng_param_row_t row = eng_param_at(disease, j);
            char prior[ENG_CELL_SIZE];
            eng_describe_law(prior, &row.prior);
            printf("| `%s` | %.6g | %s |\n", row.name, row.nominal, prior);
        }
    }
}

int
eng_parameters_page(const char *name)
{
    if (name != NULL) {
        return ENG_FAIL(ENG_ERR_USAGE, "the page is printed as a whole, not by name");
    }
    eng_disease_t shared = *eng_disease_at(0); /* as if it moved none of the rows that all have */
    shared.num_param_overrides = 0;
    printf("%s\n## Shared by all diseases\n", head);
    print_parts(&shared, 0, ENG_NUM_CORE_PARAMS);
    for (int d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);
        printf("\n## %s\n\n%s.\n", disease->module.name, disease->module.help);
        print_moved(disease);
        print_parts(disease, ENG_NUM_CORE_PARAMS, eng_param_count(disease));
    }
    return 0;
}
