/**
 * engraft show: what a study found, protocol by protocol, as tables for people.
 */
#include "cli/args.h"
#include "cli/choice.h"
#include "cli/cli.h"
#include "cli/estimators.h"
#include "cli/failures.h"
#include "cli/measure.h"
#include "cli/members.h"
#include "cli/point_values.h"
#include "cli/source.h"
#include "cli/strata.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const eng_source_t *source;
    const eng_study_t *study; /* of the source */
    eng_summary_t summary;
    eng_lookup_t lookup; /* of the summary */
    eng_measures_t measures;
    eng_choice_t choice; /* of protocols */
    int64_t *courses, *failed; /* owned: by protocol */
    bool one_point;
    uint64_t point;
    int strata;          /* partition whose parts have tables of their own; -1: none */
} show_t;

/* Add a number of courses as it was read; ENG_ERR_FORMAT for what is none. */
static int
add_courses(const show_t *show, const char *dataset, double value, int64_t *sum)
{
    if (!(value >= 0 && value <= 0x1p53 - (double)*sum)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: %s holds %g, which is no number of courses", show->source->path, dataset, value);
    }
    *sum += (int64_t)value;
    return 0;
}

/* Sum over points (or take one point) and over what stands behind the protocol. */
static int
sum_by_protocol(const show_t *show, const char *dataset, int64_t *sums)
{
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 }, protocols = (uint64_t)show->study->num_protocols, width;
    double *values;
    int dims = 0, ret = eng_source_shape(show->source, dataset, &dims, size);

    if (ret == 0 && (dims < 2 || dims > 3 || size[1] != protocols)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has another shape than this format", show->source->path, dataset);
    }
    if (ret != 0) {
        return ret;
    }
    width = dims == 3 ? size[2] : 1;
    values = malloc((size[0] * protocols * width + 1) * sizeof(*values));
    if (values == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", show->source->path, dataset);
    }
    ret = eng_source_read(show->source, dataset, values, size[0] * protocols * width);
    for (uint64_t i = 0; ret == 0 && i < size[0] * protocols * width; i++) {
        if (!show->one_point || i / (protocols * width) == show->point) {
            ret = add_courses(show, dataset, values[i], &sums[i / width % protocols]);
        }
    }
    free(values);
    return ret;
}

static int
count_courses(show_t *show)
{
    const size_t protocols = (size_t)show->study->num_protocols;
    int ret;

    show->courses = calloc(protocols, sizeof(*show->courses));
    show->failed = calloc(protocols, sizeof(*show->failed));
    if (show->courses == NULL || show->failed == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %zu protocols", show->source->path, protocols);
    }
    ret = sum_by_protocol(show, "/outcomes/courses/n", show->courses);
    if (ret == 0) {
        ret = sum_by_protocol(show, "/outcomes/courses/failures", show->failed);
    }
    return ret;
}

/* --- what is printed ----------------------------------------------------------------------------------------- */

static int
print_head(const show_t *show)
{
    const eng_study_t *study = show->study;
    char horizon[ENG_CELL_SIZE];

    eng_format_days(horizon, study->horizon);
    printf("Study %s: %s, %llu point%s x %d protocol%s x %s%llu patients, %s after day 0\n", study->name, study->disease->module.name,
        (unsigned long long)study->num_points, study->num_points == 1 ? "" : "s", study->num_protocols,
        study->num_protocols == 1 ? "" : "s", study->precision.asked ? "up to " : "", (unsigned long long)study->patients, horizon);
    for (int p = 0; p < study->num_protocols; p++) {
        const char *ethics = eng_protocol_ethics(&study->protocols[p]);
        if (ethics[0] != '\0') {
            printf("source_ethics = %s: protocol %s\n", ethics, study->protocols[p].name);
        }
    }
    eng_source_print_caveats(show->source, stdout);
    const int ret = eng_failures_print(show->source, show->one_point ? &show->point : NULL, stdout);
    return ret == 0 && show->one_point ? eng_point_print(show->source, show->point, stdout) : ret;
}

static double
value_of(const eng_estimate_t *row)
{
    return row == NULL ? __builtin_nan("") : row->value;
}

static void
put_value(const show_t *show, const eng_measure_t *measure, int protocol, char *cell)
{
    const bool quantile = measure->kind == ENG_ESTIMATE_QUANTILE;
    const double none = __builtin_nan("");
    const char *unit;
    const eng_style_t style = eng_measure_style(show->study, measure, &unit);
    const eng_estimate_t *row = eng_estimate_find(&show->lookup, measure->outcome, protocol, measure->kind, measure->at,
        quantile ? 0.5 : none);
    const eng_estimate_t *low = eng_estimate_find(&show->lookup, measure->outcome, protocol, measure->kind, measure->at, 0.1);
    const eng_estimate_t *high = eng_estimate_find(&show->lookup, measure->outcome, protocol, measure->kind, measure->at, 0.9);

    if (row == NULL || row->n == 0) {
        snprintf(cell, ENG_CELL_SIZE, "-");
    } else if (!quantile) {
        eng_format_interval(cell, style, false, row->value, row->low, row->high, unit);
    } else if (value_of(low) != value_of(low)) {
        snprintf(cell, ENG_CELL_SIZE, "not reached");
    } else {
        eng_format_interval(cell, style, false, row->value, value_of(low), value_of(high), unit);
    }
}

static int
add_counts(eng_table_t *table, const eng_choice_t *choice, const char *label, const int64_t *counts)
{
    int ret = eng_table_add_row(table);

    if (ret == 0) {
        snprintf(eng_table_cell(table, 0), ENG_CELL_SIZE, "%s", label);
        for (int j = 0; j < choice->count; j++) {
            snprintf(eng_table_cell(table, 1 + j), ENG_CELL_SIZE, "%lld", (long long)counts[choice->items[j]]);
        }
    }
    return ret;
}

/* A table with a column for each protocol, whose heading has their names. */
static int
make_protocol_table(const show_t *show, eng_table_t *table)
{
    const eng_choice_t *choice = &show->choice;
    const int ret = eng_table_create(table, 1 + choice->count);

    for (int j = 0; ret == 0 && j < choice->count; j++) {
        snprintf(eng_table_cell(table, 1 + j), ENG_CELL_SIZE, "%s", show->study->protocols[choice->items[j]].name);
    }
    return ret;
}

/* The measures down, the protocols across. */
static int
print_measures(const show_t *show)
{
    const eng_choice_t *choice = &show->choice;
    eng_table_t table;
    int ret = make_protocol_table(show, &table);

    if (ret == 0 && show->strata < 0) {
        ret = add_counts(&table, choice, "courses (n)", show->courses);
    }
    if (ret == 0 && show->strata < 0) {
        ret = add_counts(&table, choice, "failed courses", show->failed);
    }
    for (int i = 0; ret == 0 && i < show->measures.count; i++) {
        ret = eng_table_add_row(&table);
        if (ret == 0) {
            eng_measure_label(eng_table_cell(&table, 0), show->study, &show->measures.items[i]);
            for (int j = 0; j < choice->count; j++) {
                put_value(show, &show->measures.items[i], choice->items[j], eng_table_cell(&table, 1 + j));
            }
        }
    }
    if (ret == 0) {
        printf("\n");
        ret = eng_table_print_blocks(&table, stdout);
    }
    eng_table_free(&table);
    return ret;
}

/* Courses by (protocol, landmark) that had the event or a competing one; zeros where the outcome has no landmarks. */
static int
count_events(const show_t *show, const char *outcome, int64_t *gone, uint64_t landmarks)
{
    static const char *const names[] = { "event_count", "competing_count" };
    const uint64_t protocols = (uint64_t)show->study->num_protocols;
    int ret = 0;

    for (int k = 0; ret == 0 && k < 2; k++) {
        char path[128];
        uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 };
        double *values;
        int dims;
        snprintf(path, sizeof(path), "/outcomes/%s/%s", outcome, names[k]);
        if (eng_source_shape(show->source, path, &dims, size) != 0) {
            continue; /* nothing competes with it */
        }
        if (dims != 3 || size[1] != protocols || size[2] != landmarks) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has another shape than this format", show->source->path, path);
        }
        const uint64_t count = size[0] * protocols * landmarks;
        values = malloc((count + 1) * sizeof(*values));
        ret = values == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", show->source->path, outcome)
                             : eng_source_read(show->source, path, values, count);
        for (uint64_t i = 0; ret == 0 && i < count; i++) {
            if (!show->one_point || i / (protocols * landmarks) == show->point) {
                ret = add_courses(show, path, values[i], &gone[i % (protocols * landmarks)]);
            }
        }
        free(values);
    }
    return ret;
}

/* Numbers at risk of a time outcome: landmarks down, protocols across. */
static int
print_at_risk(const show_t *show, int outcome)
{
    const char *name = show->study->outcomes[outcome].row->name;
    const int protocols = show->study->num_protocols;
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 };
    double *landmark = NULL;
    int64_t *gone = NULL;
    eng_table_t table = { 0 };
    int dims = 0, ret = eng_source_shape(show->source, "/landmark", &dims, size);

    if (ret == 0) {
        landmark = malloc((size[0] + 1) * sizeof(*landmark));
        gone = calloc(size[0] * (size_t)protocols + 1, sizeof(*gone));
        ret = landmark == NULL || gone == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", show->source->path, name)
                                               : eng_source_read(show->source, "/landmark", landmark, size[0]);
    }
    if (ret == 0) {
        ret = count_events(show, name, gone, size[0]);
    }
    if (ret == 0) {
        ret = make_protocol_table(show, &table);
    }
    for (uint64_t k = 0; ret == 0 && k < size[0]; k++) {
        ret = eng_table_add_row(&table);
        if (ret == 0) {
            eng_format_days(eng_table_cell(&table, 0), landmark[k]);
        }
        for (int j = 0; ret == 0 && j < show->choice.count; j++) {
            const int p = show->choice.items[j];
            const eng_estimate_t *row = eng_estimate_find(&show->lookup, outcome, p, ENG_ESTIMATE_PROBABILITY, landmark[k],
                __builtin_nan(""));
            snprintf(eng_table_cell(&table, 1 + j), ENG_CELL_SIZE, "%lld",
                row == NULL ? 0LL : (long long)(row->n - gone[(uint64_t)p * size[0] + k]));
        }
    }
    if (ret == 0) {
        printf("\nNumbers at risk behind\n");
        ret = eng_table_print_blocks(&table, stdout);
    }
    eng_table_free(&table);
    free(landmark);
    free(gone);
    return ret;
}

/* One row of the table of an outcome.  A protocol without courses that could have the outcome has one row in all. */
static int
add_estimate(eng_table_t *table, const show_t *show, const eng_estimate_t *estimate)
{
    const eng_outcome_row_t *row = show->study->outcomes[estimate->outcome].row;
    const eng_measure_t measure = { estimate->outcome, estimate->kind, estimate->at };
    const char *unit;
    const eng_style_t style = eng_measure_style(show->study, &measure, &unit);
    const bool first = estimate == show->summary.estimates || estimate[-1].protocol != estimate->protocol ||
        estimate[-1].outcome != estimate->outcome;
    char day[ENG_CELL_SIZE];
    int ret;

    if (estimate->n == 0 && !first) {
        return 0;
    }
    ret = eng_table_add_row(table);
    if (ret != 0) {
        return ret;
    }
    snprintf(eng_table_cell(table, 0), ENG_CELL_SIZE, "%s", show->study->protocols[estimate->protocol].name);
    snprintf(eng_table_cell(table, 3), ENG_CELL_SIZE, "%lld", (long long)estimate->n);
    if (estimate->n == 0) {
        snprintf(eng_table_cell(table, 1), ENG_CELL_SIZE, "%s", row->name);
        snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "-");
        return 0;
    }
    eng_measure_label(eng_table_cell(table, 1), show->study, &measure);
    if (estimate->kind == ENG_ESTIMATE_QUANTILE) {
        eng_format_days(day, estimate->at);
        snprintf(eng_table_cell(table, 1), ENG_CELL_SIZE, "%.64s, %g %% quantile%s%.40s", row->name, 100 * estimate->level,
            estimate->at == estimate->at ? " at " : "", estimate->at == estimate->at ? day : "");
    }
    eng_format_interval(eng_table_cell(table, 2), style, false, estimate->value, estimate->low, estimate->high, unit);
    if (estimate->kind == ENG_ESTIMATE_QUANTILE && estimate->low != estimate->low) {
        snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "not reached");
    }
    return 0;
}

/* Every estimate of one outcome, with the courses behind it. */
static int
print_outcome(const show_t *show, int outcome)
{
    static const char *const head[] = { "protocol", "", "estimate (95 % interval)", "n" };
    const eng_outcome_row_t *row = show->study->outcomes[outcome].row;
    eng_table_t table;
    int ret = eng_table_create(&table, 4);

    for (int j = 0; ret == 0 && j < 4; j++) {
        snprintf(eng_table_cell(&table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
    for (int i = 0; ret == 0 && i < show->summary.num_estimates; i++) {
        const eng_estimate_t *row_of = &show->summary.estimates[i];
        if (row_of->outcome == outcome && show->choice.wanted[row_of->protocol]) {
            ret = add_estimate(&table, show, row_of);
        }
    }
    if (ret == 0) {
        printf("\n%s: %s\n", row->name, row->help);
        ret = eng_table_print(&table, stdout);
    }
    eng_table_free(&table);
    return ret == 0 && row->kind == ENG_OUTCOME_TIME && show->strata < 0 ? print_at_risk(show, outcome) : ret;
}

/* Tables from the summary as it is. */
static int
print_tables(show_t *show, int outcome)
{
    int ret = eng_lookup_create(&show->lookup, show->study, &show->summary);

    if (ret == 0 && outcome >= 0) {
        return print_outcome(show, outcome);
    }
    if (ret == 0) {
        ret = eng_measures_create(&show->measures, show->study, &show->lookup, false);
    }
    return ret == 0 ? print_measures(show) : ret;
}

static int
print_strata(show_t *show, int outcome)
{
    int ret = 0;

    for (int part = 0; ret == 0 && part < show->study->partitions[show->strata].size; part++) {
        char label[ENG_MAX_PARTS + 96];

        eng_measures_free(&show->measures);
        eng_lookup_free(&show->lookup);
        eng_summary_free(&show->summary);
        eng_strata_label(show->study, show->strata, part, label, sizeof(label));
        ret = eng_source_view(show->source, &(eng_view_t){ show->strata, part, -1 }, &show->summary);
        if (ret == 0) {
            printf("\n== %s\n", label);
            ret = print_tables(show, outcome);
        }
    }
    return ret;
}

static int
print_all(show_t *show, int outcome)
{
    int ret = print_head(show);

    if (ret == 0) {
        ret = show->strata >= 0 ? print_strata(show, outcome) : print_tables(show, outcome);
    }
    if (ret == 0) {
        eng_estimators_print(&show->summary, &show->choice, &show->measures, outcome, stdout);
        eng_members_print(show->study, &show->choice, stdout);
        eng_choice_print_hint(&show->choice, "show", show->source->path, outcome >= 0, stdout);
    }
    return ret;
}

/* What was asked for on the command line; NULL: not said. */
typedef struct {
    const char *path, *outcome, *point, *protocols, *strata;
    bool partial;
} request_t;

/* Result or saved work is open: read the numbers and print them. */
static int
show_open(show_t *show, const request_t *request)
{
    int outcome = -1, ret = 0;

    if (show->one_point && show->point >= show->study->num_points) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "--point %s: points are 0 to %llu", request->point,
            (unsigned long long)show->study->num_points - 1);
    }
    if (ret == 0 && request->outcome != NULL) {
        outcome = eng_outcome_of_study(show->study, request->outcome);
        ret = outcome < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0 && request->strata != NULL) {
        show->strata = eng_strata_find(show->study, request->strata);
        ret = show->strata < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0 && show->strata >= 0 && (show->one_point || request->partial)) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "--stratum is of all points of a result: it goes with neither --point nor --partial");
    }
    if (ret == 0) {
        ret = eng_choice_create(&show->choice, show->study, request->protocols);
    }
    if (ret == 0) {
        ret = show->one_point ? eng_source_point(show->source, show->point, &show->summary)
                              : eng_source_summary(show->source, &show->summary);
    }
    if (ret == 0) {
        ret = count_courses(show);
    }
    if (ret == 0) {
        ret = print_all(show, outcome);
    }
    eng_measures_free(&show->measures);
    eng_lookup_free(&show->lookup);
    eng_choice_free(&show->choice);
    eng_summary_free(&show->summary);
    free(show->courses);
    free(show->failed);
    return ret;
}

static int
show_result(const request_t *request)
{
    show_t show = { .one_point = request->point != NULL, .strata = -1 };
    eng_source_t source;
    int ret = show.one_point ? eng_args_count("--point", request->point, &show.point) : 0;

    if (ret != 0) {
        return ret;
    }
    ret = eng_source_open(&source, request->path, request->partial);
    if (ret == 0) {
        show.source = &source;
        show.study = source.study;
        ret = show_open(&show, request);
    }
    eng_source_close(&source);
    return ret;
}

static int
cmd_show(int argc, char **argv)
{
    request_t request = { 0 };
    const eng_option_t options[] = {
        { "--outcome", &request.outcome, NULL }, { "--point", &request.point, NULL }, { "--protocol", &request.protocols, NULL },
        { "--partial", NULL, &request.partial }, { "--stratum", &request.strata, NULL },
    };
    const int ret = eng_args_parse(argc, argv, options, (int)(sizeof(options) / sizeof(*options)), &request.path, 1);

    return ret != 0 ? ret : show_result(&request);
}

const eng_command_t eng_command_show = {
    .name = "show",
    .usage = "RESULT.h5 [--outcome X] [--protocol GLOB] [--point P] [--stratum NAME] [--partial]",
    .help =
        "Prints the outcomes of each protocol with 95 % intervals: survival and events at 1, 3 and 5 years, non-relapse\n"
        "mortality at 100 days, days of recovery (median, 10 and 90 %), numbers and markers, courses and failures.\n\n"
        "  --outcome X          everything that is known of one outcome, with the courses behind each number\n"
        "  --protocol GLOB      the protocols of that name: * is any characters, ? one, a comma separates names ('dmt,dose[1*]')\n"
        "  --point P            one point of the design instead of all of them together\n"
        "  --stratum NAME       a table for each of those strata (or batches) of the patients\n"
        "  --partial            before there is a result: what the run has saved so far, and what is missing\n",
    .run = cmd_show,
};
