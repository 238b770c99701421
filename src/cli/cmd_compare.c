/**
 * engraft compare: protocols against the reference, patient by patient.
 */
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/failures.h"
#include "cli/measure.h"

/* What the interval allows to say. */
static const char *
verdict(const eng_contrast_t *row, int direction)
{
    if (!(row->low > 0 || row->high < 0)) {
        return "not distinguishable";
    }
    if (direction == 0) {
        return row->low > 0 ? "higher" : "lower";
    }
    return (row->low > 0) == (direction > 0) ? "better" : "worse";
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
    eng_format_interval(eng_table_cell(table, 1), style, true, row->value, row->low, row->high,
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
print_protocol(const eng_study_t *study, const eng_summary_t *summary, const eng_measures_t *measures, int outcome, int protocol)
{
    static const char *const head[] = { "", "difference (95 % interval)", "gained / lost", "pairs", "verdict" };
    eng_table_t table;
    int ret = eng_table_create(&table, 5);

    for (int j = 0; ret == 0 && j < 5; j++) {
        snprintf(eng_table_cell(&table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
    for (int i = 0; ret == 0 && outcome < 0 && i < measures->count; i++) {
        const eng_measure_t *measure = &measures->items[i];
        const eng_contrast_t *row = eng_contrast_find(summary, measure->outcome, protocol, measure->kind, measure->at);
        ret = row == NULL ? 0 : add_contrast(&table, study, measure, row);
    }
    for (int i = 0; ret == 0 && outcome >= 0 && i < summary->num_contrasts; i++) {
        const eng_contrast_t *row = &summary->contrasts[i];
        const eng_measure_t measure = { outcome, row->kind, row->at };
        ret = row->outcome != outcome || row->protocol != protocol ? 0 : add_contrast(&table, study, &measure, row);
    }
    if (ret == 0) {
        printf("\n%s against %s\n", study->protocols[protocol].name, study->protocols[study->reference].name);
        eng_table_print(&table, stdout);
    }
    eng_table_free(&table);
    return ret;
}

static int
print_all(const eng_source_t *source, const eng_summary_t *summary, const eng_measures_t *measures, int outcome)
{
    const eng_study_t *study = source->study;
    int ret;

    printf("Study %s: paired differences from %s in the same patients%s\n", study->name,
        study->protocols[study->reference].name, study->num_points > 1 ? ", over all points" : "");
    eng_source_print_caveats(source, stdout);
    ret = eng_failures_print(source, NULL, stdout);
    if (summary->num_contrasts == 0) {
        printf("There is nothing to compare: the study has one protocol.\n");
    }
    for (int p = 0; ret == 0 && p < study->num_protocols && summary->num_contrasts > 0; p++) {
        ret = p == study->reference ? 0 : print_protocol(study, summary, measures, outcome, p);
    }
    if (ret == 0 && summary->num_contrasts > 0) {
        printf("\nDifferences of shares are percentage points. gained / lost: patients with the event under the reference only /\n"
               "under the protocol only. A verdict is given where the 95 %% interval excludes 0; intervals are not adjusted for\n"
               "the number of comparisons.\n");
    }
    return ret;
}

static int
cmd_compare(int argc, char **argv)
{
    const char *path = NULL, *name = NULL;
    const eng_option_t options[] = { { "--outcome", &name, NULL } };
    eng_source_t source = { 0 };
    eng_summary_t summary = { 0 };
    eng_measures_t measures = { 0 };
    int outcome = -1, ret = eng_args_parse(argc, argv, options, 1, &path, 1);

    if (ret == 0) {
        ret = eng_source_open(&source, path, false);
    }
    if (ret == 0 && name != NULL) {
        outcome = eng_outcome_of_study(source.study, name);
        ret = outcome < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0) {
        ret = eng_source_summary(&source, &summary);
    }
    if (ret == 0) {
        ret = eng_measures_create(&measures, source.study, &summary, true);
    }
    if (ret == 0) {
        ret = print_all(&source, &summary, &measures, outcome);
    }
    eng_measures_free(&measures);
    eng_summary_free(&summary);
    eng_source_close(&source);
    return ret;
}

const eng_command_t eng_command_compare = {
    .name = "compare",
    .usage = "RESULT.h5 [--outcome X]",
    .help =
        "Compares every protocol with the reference of the study in the same patients: differences with 95 % intervals,\n"
        "how many patients gain and lose, and whether the protocol is better, worse or not distinguishable.\n\n"
        "  --outcome X          every landmark of one outcome\n",
    .run = cmd_compare,
};
