/**
 * engraft compare: protocols against the reference, patient by patient.
 */
#include "cli/args.h"
#include "cli/batch_contrasts.h"
#include "cli/choice.h"
#include "cli/cli.h"
#include "cli/failures.h"
#include "cli/measure.h"
#include "cli/members.h"
#include "cli/strata.h"

#include <string.h>

typedef struct {
    eng_source_t source;
    eng_summary_t summary; /* of the table under way */
    eng_choice_t choice;   /* of protocols */
    int outcome;           /* -1: the measures */
    int reference;         /* protocol that others are compared with */
    int strata;            /* partition whose parts have tables of their own; -1: none */
    bool batches;          /* contrasts come from batches: nobody's gains and losses are known */
} compare_t;

/* What the interval allows to say. */
static const char *
verdict(const eng_contrast_t *row, int direction)
{
    const double same = eng_column_at(row->kind)->ratio ? 1 : 0;

    if (row->low != row->low) {
        return "too few events";
    }
    if (!(row->low > same || row->high < same)) {
        return "not distinguishable";
    }
    if (direction == 0) {
        return row->low > same ? "higher" : "lower";
    }
    return (row->low > same) == (direction > 0) ? "better" : "worse";
}

static int
add_contrast(const compare_t *self, eng_table_t *table, const eng_measure_t *measure, const eng_contrast_t *row)
{
    const eng_study_t *study = self->source.study;
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
    if (style == ENG_AS_POINTS && !self->batches) {
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
print_protocol(const compare_t *self, const eng_lookup_t *lookup, const eng_measures_t *measures, int protocol)
{
    static const char *const head[] = { "", "difference (95 % interval)", "gained / lost", "pairs", "verdict" };
    const eng_study_t *study = self->source.study;
    eng_table_t table;
    int ret = eng_table_create(&table, 5);

    for (int j = 0; ret == 0 && j < 5; j++) {
        snprintf(eng_table_cell(&table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
    for (int i = 0; ret == 0 && self->outcome < 0 && i < measures->count; i++) {
        const eng_measure_t *measure = &measures->items[i];
        const eng_contrast_t *row = eng_contrast_find(lookup, measure->outcome, protocol, measure->kind, measure->at);
        ret = row == NULL ? 0 : add_contrast(self, &table, measure, row);
    }
    const eng_contrast_t *row;
    for (int i = 0; ret == 0 && self->outcome >= 0 && (row = eng_contrast_of(lookup, self->outcome, protocol, i)) != NULL; i++) {
        const eng_measure_t measure = { self->outcome, row->kind, row->at };
        ret = add_contrast(self, &table, &measure, row);
    }
    if (ret == 0) {
        printf("\n%s against %s\n", study->protocols[protocol].name, study->protocols[self->reference].name);
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

/* Tables of all protocols from the summary as it is. */
static int
print_protocols(const compare_t *self)
{
    const eng_study_t *study = self->source.study;
    eng_lookup_t lookup = { 0 };
    eng_measures_t measures = { 0 };
    int ret = eng_lookup_create(&lookup, study, &self->summary);

    if (ret == 0) {
        ret = eng_measures_create(&measures, study, &lookup, true);
    }
    for (int j = 0; ret == 0 && j < self->choice.count; j++) {
        const int p = self->choice.items[j];
        ret = p == self->reference ? 0 : print_protocol(self, &lookup, &measures, p);
    }
    eng_measures_free(&measures);
    eng_lookup_free(&lookup);
    return ret;
}

static int
print_strata(compare_t *self)
{
    const eng_study_t *study = self->source.study;
    int ret = 0;

    for (int part = 0; ret == 0 && part < study->partitions[self->strata].size; part++) {
        const eng_view_t view = { self->strata, part, -1 };
        char label[ENG_MAX_PARTS + 96];

        eng_summary_free(&self->summary);
        ret = eng_source_view(&self->source, &view, &self->summary);
        eng_strata_label(study, self->strata, part, label, sizeof(label));
        if (ret == 0) {
            printf("\n== %s\n", label);
            ret = print_protocols(self);
        }
    }
    return ret;
}

static int
print_all(compare_t *self)
{
    const eng_study_t *study = self->source.study;
    const eng_choice_t *choice = &self->choice;
    const char *reference = study->protocols[self->reference].name;
    const bool itself = choice->count == 1 && choice->items[0] == self->reference;
    int ret;

    printf("Study %s: %s differences from %s in the same patients%s\n", study->name, self->batches ? "batched" : "paired", reference,
        study->num_points > 1 ? ", over all points of the design" : "");
    eng_source_print_caveats(&self->source, stdout);
    ret = eng_failures_print(&self->source, NULL, stdout);
    if ((self->summary.num_contrasts == 0 && self->strata < 0) || itself) {
        const bool one = study->num_protocols == 1, unasked = study->lean && !study->compared;
        printf("There is nothing to compare: %s%s.\n", one ? "the study has one protocol" : unasked ? "" : reference,
            one ? "" : unasked ? "the study is lean and has no key 'compare'" : " is the reference itself");
        return ret;
    }
    if (ret == 0) {
        ret = self->strata >= 0 ? print_strata(self) : print_protocols(self);
    }
    if (ret == 0 && self->batches) {
        printf("\nDifferences of shares are percentage points. Intervals are from the differences between 16 batches of the patients, for the points\n"
               "of this design; shares need %d courses with the event, and without, under both protocols.\n", ENG_BATCH_EVENTS);
    } else if (ret == 0) {
        printf("\nDifferences of shares are percentage points. gained / lost: patients with the event under the reference only /\n"
               "under the protocol only. A verdict is given where the 95 %% interval excludes 0; intervals are not adjusted for\n"
               "the number of comparisons.\n%s", has_ratio(&self->summary) ?
               "Ratios are those of the protocol to the reference: a verdict is given where the interval excludes 1.\n" : "");
    }
    if (ret == 0) {
        eng_members_print(study, choice, stdout);
        eng_choice_print_hint(choice, "compare", self->source.path, self->outcome >= 0, stdout);
    }
    return ret;
}

/* A name of a protocol; -1 after telling. */
static int
find_protocol(const eng_study_t *study, const char *name)
{
    eng_text_t names = { 0 };

    for (int p = 0; p < study->num_protocols; p++) {
        if (strcmp(study->protocols[p].name, name) == 0) {
            return p;
        }
    }
    eng_choice_names(&names, study, name);
    ENG_FAIL(ENG_ERR_USAGE, "--reference %s: the study has no such protocol%s", name, names.data == NULL ? "" : names.data);
    eng_text_free(&names);
    return -1;
}

/* Contrasts: stored ones, those of all pairs, or from batches. */
static int
read_contrasts(compare_t *self)
{
    const eng_study_t *study = self->source.study;

    if (self->reference == study->reference) {
        return eng_source_summary(&self->source, &self->summary);
    }
    if (study->all_pairs) {
        return eng_source_view(&self->source, &(eng_view_t){ -1, -1, self->reference }, &self->summary);
    }
    self->batches = eng_batches_kept(study);
    return self->batches ? eng_batch_contrasts(&self->source, self->reference, &self->summary)
                         : ENG_FAIL(ENG_ERR_USAGE, "--reference %s: the study keeps pairs with %s only: 'compare: {all_pairs: true}' (up to 8 protocols) "
                               "or 'batches' would keep more", study->protocols[self->reference].name, study->protocols[study->reference].name);
}

typedef struct {
    const char *path, *outcome, *protocols, *reference, *strata;
} request_t;

/* The result is open: what was asked for must be in it. */
static int
compare_open(compare_t *self, const request_t *request)
{
    const eng_study_t *study = self->source.study;
    int ret = 0;

    self->reference = study->reference;
    if (request->outcome != NULL) {
        self->outcome = eng_outcome_of_study(study, request->outcome);
        ret = self->outcome < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0 && request->reference != NULL) {
        self->reference = find_protocol(study, request->reference);
        ret = self->reference < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0 && request->strata != NULL) {
        self->strata = eng_strata_find(study, request->strata);
        ret = self->strata < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0 && self->strata >= 0 && self->reference != study->reference) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "strata keep pairs with %s only: --stratum goes without --reference", study->protocols[study->reference].name);
    }
    if (ret == 0) {
        ret = eng_choice_create(&self->choice, study, request->protocols);
    }
    if (ret == 0 && self->strata < 0) {
        ret = read_contrasts(self);
    }
    return ret == 0 ? print_all(self) : ret;
}

static int
cmd_compare(int argc, char **argv)
{
    request_t request = { NULL };
    const eng_option_t options[] = { { "--outcome", &request.outcome, NULL }, { "--protocol", &request.protocols, NULL },
        { "--reference", &request.reference, NULL }, { "--stratum", &request.strata, NULL } };
    compare_t self = { .outcome = -1, .strata = -1 };
    int ret = eng_args_parse(argc, argv, options, (int)(sizeof(options) / sizeof(*options)), &request.path, 1);

    if (ret == 0) {
        ret = eng_source_open(&self.source, request.path, false);
    }
    if (ret == 0) {
        ret = compare_open(&self, &request);
    }
    eng_choice_free(&self.choice);
    eng_summary_free(&self.summary);
    eng_source_close(&self.source);
    return ret;
}

const eng_command_t eng_command_compare = {
    .name = "compare",
    .usage = "RESULT.h5 [--outcome X] [--protocol GLOB] [--reference NAME] [--stratum NAME]",
    .help =
        "Compares every protocol with the reference of the study in the same patients: differences with 95 % intervals,\n"
        "how many patients gain and lose, and whether the protocol is better, worse or not distinguishable.\n\n"
        "  --outcome X          every landmark of one outcome\n"
        "  --protocol GLOB      the protocols of that name: * is any characters, ? one, a comma separates names ('dmt,dose[1*]')\n"
        "  --reference NAME     with another protocol: exact where the study keeps all pairs, else from its batches\n"
        "  --stratum NAME       a table for each of those strata (or batches) of the patients\n",
    .run = cmd_compare,
};
