/**
 * engraft compare: protocols against the reference, patient by patient.
 */
#include "cli/args.h"
#include "cli/choice.h"
#include "cli/cli.h"
#include "cli/failures.h"
#include "cli/measure.h"
#include "cli/members.h"

/* What the interval allows to say. */
static const char *
verdict(const eng_contrast_t *row, int direction)
{
    const double same = eng_column_at(row->kind)->ratio ? 1 : 0;

    if (!(row->low > same || row->high < same)) {
        return "not distinguishable";
    }
    if (direction == 0) {
        return row->low > same ? "higher" : "lower";
    }
    return (row->low > same) == (direction > 0) ? "better" : "worse";
}

static int
add_contrast(eng_table_t *table, const eng_study_t *study, const eng_measure_t *measure, const eng_contrast_t *row)
{
    const char *unit;
    eng_style_t style = eng_measure_style(study, measure, &unit);
    int ret = eng_table_add_row(table);

    if (ret != 0) {
        return ret;
    }
    eng_measure_label(eng_table_cell(table, 0), study, measure);
    style = style == ENG_AS_PERCENT ? ENG_AS_POINTS : style;
    eng_format_interval(eng_table_cell(table, 1), style, style != ENG_AS_RATIO, row->value, row->low, row->high,
        style == ENG_AS_POINTS ? "" : unit);
    if (style == ENG_AS_POINTS) {
        snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "%lld / %lld", (long long)row->gains, (long long)row->losses);
    } else {
        snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "-");
    }
    snprintf(eng_table_cell(table, 3), ENG_CELL_SIZE, "%lld", (long long)row->n);
    snprintf(eng_table_cell(table, 4), ENG_CELL_SIZE, "%s",
        row->n == 0 ? "no pairs" : verdict(row, eng_measure_direction(study, measure)));
    return 0;
}

/* One protocol against the reference: the measures of the list, or every contrast of one outcome. */
static int
print_protocol(const eng_study_t *study, const eng_lookup_t *lookup, const eng_measures_t *measures, int outcome, int protocol)
{
    static const char *const head[] = { "", "difference (95 % interval)", "gained / lost", "pairs", "verdict" };
    eng_table_t table;
    int ret = eng_table_create(&table, 5);

    for (int j = 0; ret == 0 && j < 5; j++) {
        snprintf(eng_table_cell(&table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
    for (int i = 0; ret == 0 && outcome < 0 && i < measures->count; i++) {
        const eng_measure_t *measure = &measures->items[i];
        const eng_contrast_t *row = eng_contrast_find(lookup, measure->outcome, protocol, measure->kind, measure->at);
        ret = row == NULL ? 0 : add_contrast(&table, study, measure, row);
    }
    const eng_contrast_t *row;
    for (int i = 0; ret == 0 && outcome >= 0 && (row = eng_contrast_of(lookup, outcome, protocol, i)) != NULL; i++) {
        const eng_measure_t measure = { outcome, row->kind, row->at };
        ret = add_contrast(&table, study, &measure, row);
    }
    if (ret == 0) {
        printf("\n%s against %s\n", study->protocols[protocol].name, study->protocols[study->reference].name);
        ret = eng_table_print(&table, stdout);
    }
    eng_table_free(&table);
    return ret;
}

static bool
has_ratio(const eng_summary_t *summary)
{
    int i = 0;

    while (i < summary->num_contrasts && !eng_column_at(summary->contrasts[i].kind)->ratio) {
        i++;
    }
    return i < summary->num_contrasts;
}

typedef struct {
    eng_source_t source;
    eng_summary_t summary;
    eng_lookup_t lookup;
    eng_measures_t measures;
    eng_choice_t choice; /* of protocols */
    int outcome;         /* -1: the measures */
} compare_t;

static int
print_all(const compare_t *self)
{
    const eng_study_t *study = self->source.study;
    const eng_choice_t *choice = &self->choice;
    const char *reference = study->protocols[study->reference].name;
    const bool itself = choice->count == 1 && choice->items[0] == study->reference;
    int ret;

    printf("Study %s: paired differences from %s in the same patients%s\n", study->name, reference,
        study->num_points > 1 ? ", over all points of the design" : "");
    eng_source_print_caveats(&self->source, stdout);
    ret = eng_failures_print(&self->source, NULL, stdout);
    if (self->summary.num_contrasts == 0 || itself) {
        const bool one = study->num_protocols == 1, unasked = study->lean && !study->compared;
        printf("There is nothing to compare: %s%s.\n", one ? "the study has one protocol" : unasked ? "" : reference,
            one ? "" : unasked ? "the study is lean and has no key 'compare'" : " is the reference itself");
        return ret;
    }
    for (int j = 0; ret == 0 && j < choice->count; j++) {
        const int p = choice->items[j];
        ret = p == study->reference ? 0 : print_protocol(study, &self->lookup, &self->measures, self->outcome, p);
    }
    if (ret == 0) {
        printf("\nDifferences of shares are percentage points. gained / lost: patients with the event under the reference only /\n"
               "under the protocol only. A verdict is given where the 95 %% interval excludes 0; intervals are not adjusted for\n"
               "the number of comparisons.\n%s", has_ratio(&self->summary) ?
               "Ratios are those of the protocol to the reference: a verdict is given where the interval excludes 1.\n" : "");
        eng_members_print(study, choice, stdout);
        eng_choice_print_hint(choice, "compare", self->source.path, self->outcome >= 0, stdout);
    }
    return ret;
}

/* The result is open: what was asked for must be in it. */
static int
compare_open(compare_t *self, const char *outcome, const char *protocols)
{
    const eng_study_t *study = self->source.study;
    int ret = 0;

    if (outcome != NULL) {
        self->outcome = eng_outcome_of_study(study, outcome);
        ret = self->outcome < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0) {
        ret = eng_choice_create(&self->choice, study, protocols);
    }
    if (ret == 0) {
        ret = eng_source_summary(&self->source, &self->summary);
    }
    if (ret == 0) {
        ret = eng_lookup_create(&self->lookup, study, &self->summary);
    }
    if (ret == 0) {
        ret = eng_measures_create(&self->measures, study, &self->lookup, true);
    }
    return ret == 0 ? print_all(self) : ret;
}

static int
cmd_compare(int argc, char **argv)
{
    const char *path = NULL, *outcome = NULL, *protocols = NULL;
    const eng_option_t options[] = { { "--outcome", &outcome, NULL }, { "--protocol", &protocols, NULL } };
    compare_t self = { .outcome = -1 };
    int ret = eng_args_parse(argc, argv, options, 2, &path, 1);

    if (ret == 0) {
        ret = eng_source_open(&self.source, path, false);
    }
    if (ret == 0) {
        ret = compare_open(&self, outcome, protocols);
    }
    eng_measures_free(&self.measures);
    eng_lookup_free(&self.lookup);
    eng_choice_free(&self.choice);
    eng_summary_free(&self.summary);
    eng_source_close(&self.source);
    return ret;
}

const eng_command_t eng_command_compare = {
    .name = "compare",
    .usage = "RESULT.h5 [--outcome X] [--protocol GLOB]",
    .help =
        "Compares every protocol with the reference of the study in the same patients: differences with 95 % intervals,\n"
        "how many patients gain and lose, and whether the protocol is better, worse or not distinguishable.\n\n"
        "  --outcome X          every landmark of one outcome\n"
        "  --protocol GLOB      the protocols of that name: * is any characters, ? one, a comma separates names ('dmt,dose[1*]')\n",
    .run = cmd_compare,
};
