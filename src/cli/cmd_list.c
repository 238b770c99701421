/**
 * engraft list: the model describes itself.  Every line comes from the rows that the program itself works with.
 */
#include "base/channels.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/parameters_page.h"
#include "cli/table.h"
#include "design/design.h"
#include "model/action.h"
#include "model/disease.h"
#include "store/store.h"

#include <stdarg.h>
#include <string.h>

/* A list under way: rows that match the name go to the table. */
typedef struct {
    eng_table_t table;
    const char *name; /* NULL: all */
    eng_nearest_t nearest;
    int found, ret;
} list_t;

static void
begin(list_t *list, const char *name, const char *const *head, int columns)
{
    *list = (list_t){ .name = name };
    eng_nearest_init(&list->nearest, name == NULL ? "" : name);
    list->ret = eng_table_create(&list->table, columns);
    for (int j = 0; list->ret == 0 && j < columns; j++) {
        snprintf(eng_table_cell(&list->table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
}

/* Does a row with this name, in this group (disease, verb), belong to the list?  "thymus" is the group of "thymus.x". */
static bool
wanted(list_t *list, const char *name, const char *group)
{
    const size_t length = list->name == NULL ? 0 : strlen(list->name);

    if (list->name != NULL) {
        eng_nearest_try(&list->nearest, name);
        eng_nearest_try(&list->nearest, group);
        if (length == 0 || /* an empty name is no group */
            (strcmp(list->name, name) != 0 && strcmp(list->name, group) != 0 &&
                !(strncmp(list->name, name, length) == 0 && name[length] == '.'))) {
            return false;
        }
    }
    list->found++;
    return true;
}

/* A row of texts, as many as there are columns. */
static void
put(list_t *list, ...)
{
    va_list args;

    if (list->ret == 0) {
        list->ret = eng_table_add_row(&list->table);
    }
    va_start(args, list);
    for (int j = 0; list->ret == 0 && j < list->table.num_columns; j++) {
        snprintf(eng_table_cell(&list->table, j), ENG_CELL_SIZE, "%s", va_arg(args, const char *));
    }
    va_end(args);
}

/* Print the table, or say that there is no such name. */
static int
finish(list_t *list, const char *what)
{
    const char *near = eng_nearest_get(&list->nearest);

    if (list->ret == 0 && list->found == 0 && list->name != NULL) {
        list->ret = ENG_FAIL(ENG_ERR_USAGE, "there is no '%s' among the %s%s%s%s", list->name, what,
            near == NULL ? "" : ", did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?");
    }
    if (list->ret == 0) {
        list->ret = eng_table_print(&list->table, stdout);
    }
    eng_table_free(&list->table);
    return list->ret;
}

/* --- actions ------------------------------------------------------------------------------------------------- */

static const char *
unit_of(eng_dimension_t dimension)
{
    static const char *const units[] = { "1", "mg/kg", "mg/m2", "mg", "/kg", "log10", "Gy", "d", "" };
    return units[dimension];
}

/* "cd34: 6e+06 /kg (1e+06 to 2e+07)" */
static void
describe_argument(char text[ENG_CELL_SIZE], const eng_arg_row_t *row)
{
    if (row->dimension == ENG_DIM_CHOICE) {
        snprintf(text, ENG_CELL_SIZE, "%s", row->choices);
    } else if (row->fallback == row->fallback) {
        snprintf(text, ENG_CELL_SIZE, "%g %s (%g to %g)", row->fallback, unit_of(row->dimension), row->low, row->high);
    } else {
        snprintf(text, ENG_CELL_SIZE, "%s (%g to %g %s)", row->optional ? "optional" : "required", row->low, row->high,
            unit_of(row->dimension));
    }
}

/* Names of the arguments, separated by blanks. */
static void
name_arguments(char text[ENG_CELL_SIZE], const eng_noun_t *noun)
{
    size_t used = 0;

    text[0] = '\0';
    for (int k = 0; k < noun->num_args && used < ENG_CELL_SIZE; k++) {
        used += (size_t)snprintf(text + used, ENG_CELL_SIZE - used, "%s%s", k == 0 ? "" : " ", noun->args[k].name);
    }
}

static void
put_nouns(list_t *list, int verb)
{
    char arguments[ENG_CELL_SIZE];

    for (int j = 0; j < eng_noun_count(verb); j++) {
        const eng_noun_t *noun = eng_noun_at(verb, j);
        if (wanted(list, noun->name, eng_verb_name(verb))) {
            name_arguments(arguments, noun);
            put(list, eng_verb_name(verb), noun->name, noun->acts == ENG_ACTS_ONCE ? "once" : "while", arguments, noun->help);
        }
    }
}

/* What a single noun takes, and where its numbers come from. */
static void
print_noun(const char *name)
{
    char text[ENG_CELL_SIZE];

    for (int verb = 0; name != NULL && verb < ENG_NUM_VERBS; verb++) {
        const eng_noun_t *noun = eng_noun_find(verb, name);
        for (int k = 0; noun != NULL && k < noun->num_args; k++) {
            describe_argument(text, &noun->args[k]);
            printf("  %s: %s; %s\n", noun->args[k].name, text, noun->args[k].help);
        }
        if (noun != NULL) {
            printf("  class: %s\n  myeloablative: %s\n  after an event: %s\n  source: %s\n",
                noun->class_name[0] == '\0' ? "-" : noun->class_name, noun->myeloablative ? "yes" : "no",
                noun->when_allowed ? "allowed" : "no", noun->source);
        }
        if (noun != NULL && noun->source_ethics != NULL) {
            printf("  source_ethics: %s, cells of an embryo: a flag of every protocol that uses it\n", noun->source_ethics);
        }
    }
}

static const char *const action_head[] = { "verb", "noun", "acts", "arguments", "what it is" };

static int
list_actions(const char *name)
{
    list_t list;
    int ret;

    begin(&list, name, action_head, 5);
    for (int verb = 0; verb < ENG_NUM_VERBS; verb++) {
        put_nouns(&list, verb);
        if (eng_noun_count(verb) == 0 && wanted(&list, eng_verb_name(verb), "")) {
            put(&list, eng_verb_name(verb), "-", "-", "", "not available yet");
        }
    }
    ret = finish(&list, "actions");
    if (ret == 0) {
        print_noun(name);
    }
    return ret;
}

static int
list_regimens(const char *name)
{
    list_t list;
    int ret;

    begin(&list, name, action_head, 5);
    put_nouns(&list, ENG_VERB_CONDITION);
    ret = finish(&list, "regimens");
    if (ret == 0) {
        print_noun(name);
    }
    return ret;
}

static int
list_agents(const char *name)
{
    list_t list;
    int ret;

    begin(&list, name, action_head, 5);
    put_nouns(&list, ENG_VERB_DRUG);
    put_nouns(&list, ENG_VERB_ATG);
    ret = finish(&list, "agents");
    if (ret == 0) {
        print_noun(name);
    }
    return ret;
}

/* --- rows of diseases ---------------------------------------------------------------------------------------- */

/* A disease by name also shows what differs between its patients. */
static int
list_covariates(const eng_disease_t *disease)
{
    static const char *const head[] = { "covariate", "unit", "bounds", "law", "source", "what it is" };
    char bounds[ENG_CELL_SIZE], law[ENG_CELL_SIZE];
    list_t list;

    begin(&list, NULL, head, 6);
    for (int j = 0; j < eng_covariate_count(disease); j++) {
        const eng_covariate_row_t row = eng_covariate_at(disease, j);
        snprintf(bounds, sizeof(bounds), "%.4g to %.4g", row.low, row.high);
        eng_describe_law(law, &row.law);
        put(&list, row.name, row.unit, bounds, law, row.source, row.help);
    }
    return finish(&list, "covariates");
}

/* What an event is: its own words, or those of the outcome of its name. */
static const char *
explain_event(const eng_disease_t *disease, int event)
{
    const int outcome = eng_outcome_find(disease, eng_event_name(disease, event));

    if (event >= ENG_NUM_SHARED_EVENTS) {
        return disease->events[event - ENG_NUM_SHARED_EVENTS].help;
    }
    if (outcome >= 0) {
        return eng_outcome_at(disease, outcome)->help;
    }
    return event == ENG_EVENT_INFECTION ? "bacterial or viral infection"
        : event == ENG_EVENT_LOSS_OF_RESPONSE ? "the response to a drug is lost, where that may be"
                                              : "";
}

/* ... and what can happen to them. */
static int
list_events(const eng_disease_t *disease)
{
    static const char *const head[] = { "event", "after 'when'", "what it is" };
    list_t list;

    begin(&list, NULL, head, 3);
    for (int j = 0; j < eng_event_count(disease); j++) {
        if ((disease->no_events & ENG_BIT(j)) == 0) {
            put(&list, eng_event_name(disease, j), (eng_when_events(disease) & ENG_BIT(j)) != 0 ? "yes" : "no", explain_event(disease, j));
        }
    }
    return finish(&list, "events");
}

static int
list_diseases(const char *name)
{
    static const char *const head[] = { "disease", "score", "what it is" };
    list_t list;
    int ret;

    begin(&list, name, head, 3);
    for (int j = 0; j < eng_disease_count(); j++) {
        const eng_disease_t *disease = eng_disease_at(j);
        if (wanted(&list, disease->module.name, "")) {
            put(&list, disease->module.name, eng_score_name(disease), disease->module.help);
        }
    }
    ret = finish(&list, "diseases");
    if (ret == 0 && name != NULL) {
        putchar('\n');
        ret = list_covariates(eng_disease_find(name));
    }
    if (ret == 0 && name != NULL) {
        putchar('\n');
        ret = list_events(eng_disease_find(name));
    }
    return ret;
}

static int
list_parameters(const char *name)
{
    static const char *const head[] = { "parameter", "unit", "nominal", "bounds", "prior", "source", "what it is" };
    char nominal[ENG_CELL_SIZE], bounds[ENG_CELL_SIZE], prior[ENG_CELL_SIZE];
    list_t list;

    begin(&list, name, head, 7);
    for (int d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);
        if (eng_disease_count() > 1) {
            put(&list, disease->module.name, "", "", "", "", "", disease->module.help);
        }
        for (int j = 0; j < eng_param_count(disease); j++) {
            const eng_param_row_t row = eng_param_at(disease, j);
            if (wanted(&list, row.name, disease->module.name)) {
                snprintf(nominal, sizeof(nominal), "%.6g", row.nominal);
                snprintf(bounds, sizeof(bounds), "%.4g to %.4g", row.low, row.high);
                eng_describe_law(prior, &row.prior);
                put(&list, row.name, row.unit, nominal, bounds, prior, row.source, row.help);
            }
        }
    }
    return finish(&list, "parameters");
}

static int
list_outcomes(const char *name)
{
    static const char *const head[] = { "outcome", "kind", "unit", "more is", "what it is" };
    static const char *const kinds[] = { "time", "number", "marker" };
    static const char *const better[] = { "bad", "-", "good" };
    list_t list;

    begin(&list, name, head, 5);
    for (int d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);
        if (eng_disease_count() > 1) {
            put(&list, disease->module.name, "", "", "", disease->module.help);
        }
        for (int j = 0; j < eng_outcome_count(disease); j++) {
            const eng_outcome_row_t *row = eng_outcome_at(disease, j);
            if (wanted(&list, row->name, disease->module.name)) {
                put(&list, row->name, row->kind == ENG_OUTCOME_TIME && row->survival ? "survival" : kinds[row->kind], row->unit,
                    better[1 + eng_outcome_better(disease, row)], row->help);
            }
        }
    }
    return finish(&list, "outcomes");
}

/* --- the rest ------------------------------------------------------------------------------------------------ */

static int
list_designs(const char *name)
{
    static const char *const head[] = { "design", "size", "options", "patients across points", "more points", "what it is" };
    char options[ENG_CELL_SIZE];
    list_t list;

    begin(&list, name, head, 6);
    for (int j = 0; j < eng_design_count(); j++) {
        const eng_design_kind_t *kind = eng_design_at(j);
        if (wanted(&list, kind->name, "")) {
            size_t used = (size_t)snprintf(options, sizeof(options), "%s", kind->takes_groups ? "groups " : "");
            for (int k = 0; k < eng_design_num_options(kind) && used < sizeof(options); k++) {
                used += (size_t)snprintf(options + used, sizeof(options) - used, "%s ", kind->options[k].name);
            }
            put(&list, kind->name, kind->size_key[0] == '\0' ? "-" : kind->size_key, options[0] == '\0' ? "-" : options,
                kind->patients_common ? "common" : "independent", eng_extends_name(kind->extends), kind->help);
        }
    }
    return finish(&list, "designs");
}

static int
list_channels(const char *name)
{
    static const char *const head[] = { "channel", "number", "what is drawn" };
    static const struct {
        const char *number, *name, *help;
    } rows[] = {
#define AS_ROW(id, number, text, help) { #number, text, help },
        ENG_CHANNEL_LIST(AS_ROW)
#undef AS_ROW
    };
    list_t list;

    begin(&list, name, head, 3);
    for (size_t j = 0; j < sizeof(rows) / sizeof(*rows); j++) {
        if (wanted(&list, rows[j].name, "")) {
            put(&list, rows[j].name, rows[j].number, rows[j].help);
        }
    }
    return finish(&list, "channels");
}

static int
list_schema(const char *name)
{
    return name == NULL ? eng_schema_print(stdout) : ENG_FAIL(ENG_ERR_USAGE, "the schema is listed as a whole, not by name");
}

static const struct {
    const char *name;
    int (*list)(const char *name);
} lists[] = {
    { "diseases", list_diseases },     { "actions", list_actions },   { "regimens", list_regimens },
    { "agents", list_agents },         { "outcomes", list_outcomes }, { "parameters", list_parameters },
    { "designs", list_designs },       { "channels", list_channels }, { "schema", list_schema },
    { "page", eng_parameters_page },
};

static int
cmd_list(int argc, char **argv)
{
    eng_nearest_t nearest;
    const char *near;

    if (argc < 2 || argc > 3) {
        return ENG_FAIL(ENG_ERR_USAGE, "list needs one of diseases, actions, regimens, agents, parameters, outcomes, designs, "
                                       "channels, schema, page, and at most one name");
    }
    eng_nearest_init(&nearest, argv[1]);
    for (size_t j = 0; j < sizeof(lists) / sizeof(*lists); j++) {
        if (strcmp(argv[1], lists[j].name) == 0) {
            return lists[j].list(argc == 3 ? argv[2] : NULL);
        }
        eng_nearest_try(&nearest, lists[j].name);
    }
    near = eng_nearest_get(&nearest);
    return ENG_FAIL(ENG_ERR_USAGE, "there is no list of '%s'%s%s%s", argv[1], near == NULL ? "" : ", did you mean '",
        near == NULL ? "" : near, near == NULL ? "" : "'?");
}

const eng_command_t eng_command_list = {
    .name = "list",
    .usage = "diseases|actions|regimens|agents|parameters|outcomes|designs|channels|schema|page [NAME]",
    .help =
        "The model describes itself: what a study may name, with units, defaults, bounds, priors and sources.  NAME picks one\n"
        "entry, or all of a disease, a verb or a module of parameters.  `list schema` is the table of a result file,\n"
        "`list page` is docs/PARAMETERS.md: every parameter, once.\n",
    .run = cmd_list,
};
