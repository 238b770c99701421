/**
 * The fixed part of a result file as a table, with one small function for each kind of value.  A new fixed dataset
 * is a row here and, where it holds something new, a function of a line or two.
 */
#include "store/schema.h"

#include "base/text.h"
#include "design/design.h"
#include "store/provenance.h"

#include <engraft/version.h>
#include <stdio.h>
#include <string.h>

#define STUDY(content) ((content)->layout->study)

/* --- the study ----------------------------------------------------------------------------------------------- */

static int64_t
counting(const eng_content_t *content, uint64_t i)
{
    (void)content;
    return (int64_t)i;
}

static const char *
protocol_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return STUDY(content)->protocols[i].name;
}

static const char *
study_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->name;
}

static const char *
study_disease(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->disease->name;
}

static const char *
study_canonical(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->canonical;
}

static const char *
study_identity(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->identity;
}

static const char *
study_extent(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->extent;
}

static const char *
study_reference(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->protocols[STUDY(content)->reference].name;
}

static int64_t
study_patients(const eng_content_t *content, uint64_t i)
{
    (void)i;
    return (int64_t)STUDY(content)->patients;
}

static double
study_horizon(const eng_content_t *content, uint64_t i)
{
    (void)i;
    return STUDY(content)->horizon;
}

/* --- the design ---------------------------------------------------------------------------------------------- */

static eng_param_row_t
uncertain_row(const eng_content_t *content, uint64_t i)
{
    return eng_param_at(STUDY(content)->disease, STUDY(content)->uncertain[i].param);
}

static const char *
param_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return uncertain_row(content, i).name;
}

static const char *
param_unit(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return uncertain_row(content, i).unit;
}

static double
param_nominal(const eng_content_t *content, uint64_t i)
{
    return uncertain_row(content, i).nominal;
}

static const char *
param_prior(const eng_content_t *content, uint64_t i, char *scratch)
{
    const eng_dist_t *prior = &STUDY(content)->uncertain[i].prior;
    const eng_dist_row_t *row = eng_dist_row((int)prior->kind);
    const char *name = row->args;
    char number[ENG_TEXT_DOUBLE_SIZE];
    size_t used = (size_t)snprintf(scratch, ENG_SCRATCH, "%s(", row->name);

    for (int j = 0; j < row->num_args && used < ENG_SCRATCH; j++) {
        const int length = (int)strcspn(name, " ");
        eng_text_double(number, prior->arg[j]);
        used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%s%.*s=%s", j == 0 ? "" : ", ", length, name, number);
        name += length + (name[length] == ' ');
    }
    if (used < ENG_SCRATCH) {
        snprintf(scratch + used, ENG_SCRATCH - used, ")");
    }
    return scratch;
}

static const char *
design_kind(const eng_content_t *content, uint64_t i, char *scratch)
{
    const eng_design_kind_t *kind = STUDY(content)->design;
    (void)i, (void)scratch;
    return kind == NULL ? "nominal" : kind->name;
}

static const char *
design_patients(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->patients_common ? "common" : "independent";
}

static double
design_unit(const eng_content_t *content, uint64_t i)
{
    return content->data->unit[i];
}

static double
design_value(const eng_content_t *content, uint64_t i)
{
    return content->data->values[i];
}

/* --- the protocols: all actions in one table ------------------------------------------------------------------ */

static const eng_action_t *
action_at(const eng_content_t *content, uint64_t i, int *protocol)
{
    *protocol = 0;
    while (i >= (uint64_t)STUDY(content)->protocols[*protocol].num_actions) {
        i -= (uint64_t)STUDY(content)->protocols[*protocol].num_actions;
        (*protocol)++;
    }
    return &STUDY(content)->protocols[*protocol].actions[i];
}

static const char *
action_protocol(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    (void)action_at(content, i, &protocol);
    return STUDY(content)->protocols[protocol].name;
}

static const char *
action_verb(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    return eng_verb_name((int)action_at(content, i, &protocol)->noun->verb);
}

static const char *
action_noun(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    return action_at(content, i, &protocol)->noun->name;
}

static const char *
action_event(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    (void)scratch;
    return action->on_event ? eng_event_name((int)action->event) : "";
}

static double
action_day(const eng_content_t *content, uint64_t i)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    return action->on_event ? __builtin_nan("") : (double)action->tick / ENG_TICKS_PER_DAY;
}

static double
action_after(const eng_content_t *content, uint64_t i)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    return action->on_event ? action->after : __builtin_nan("");
}

static int64_t
action_times(const eng_content_t *content, uint64_t i)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    return action->on_event ? action->times : 1;
}

static double
action_duration(const eng_content_t *content, uint64_t i)
{
    int protocol;
    return action_at(content, i, &protocol)->duration;
}

static double
action_every(const eng_content_t *content, uint64_t i)
{
    int protocol;
    return action_at(content, i, &protocol)->every;
}

static double
action_taper(const eng_content_t *content, uint64_t i)
{
    int protocol;
    return action_at(content, i, &protocol)->taper;
}

/* Length of the j-th word of a list; *word is set to it. */
static int
choice_word(const char *choices, int j, const char **word)
{
    while (j > 0 && *choices != '\0') {
        choices += strcspn(choices, " ");
        choices += *choices == ' ';
        j--;
    }
    choices += *choices == '!';
    *word = choices;
    return (int)strcspn(choices, " ");
}

static const char *
action_arguments(const eng_content_t *content, uint64_t i, char *scratch)
{
    static const char *const units[] = { "1", "mg/kg", "mg/m2", "mg", "/kg", "log10", "Gy", "d", "" };
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    char number[ENG_TEXT_DOUBLE_SIZE];
    size_t used = 0;

    scratch[0] = '\0';
    for (int j = 0; j < action->noun->num_args && used < ENG_SCRATCH; j++) {
        const eng_arg_row_t *row = &action->noun->args[j];
        const char *between = used == 0 ? "" : "; ", *word = "";
        if (action->arg[j] != action->arg[j]) {
            continue; /* optional and absent */
        }
        if (row->dimension == ENG_DIM_CHOICE) {
            const int length = choice_word(row->choices, (int)action->arg[j], &word);
            used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%s%s = %.*s", between, row->name, length, word);
        } else {
            eng_text_double(number, action->arg[j]);
            used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%s%s = %s %s", between, row->name, number,
                units[row->dimension]);
        }
    }
    return scratch;
}

/* --- the summary --------------------------------------------------------------------------------------------- */

static const char *const kind_names[] = { "probability", "restricted_mean_time", "mean", "sd", "quantile" };

const char *
eng_estimate_kind_name(int kind)
{
    return kind >= 0 && kind < (int)(sizeof(kind_names) / sizeof(*kind_names)) ? kind_names[kind] : "";
}

int
eng_estimate_kind_find(const char *name)
{
    for (int j = 0; j < (int)(sizeof(kind_names) / sizeof(*kind_names)); j++) {
        if (strcmp(kind_names[j], name) == 0) {
            return j;
        }
    }
    return -1;
}

/* Unit of a value: times in days, probabilities as shares, all else as the outcome's row says. */
static const char *
value_unit(const eng_content_t *content, int outcome, eng_estimate_kind_t kind)
{
    const eng_outcome_row_t *row = STUDY(content)->outcomes[outcome].row;
    if (kind == ENG_ESTIMATE_PROBABILITY) {
        return "1";
    }
    if (kind == ENG_ESTIMATE_RMST || row->kind == ENG_OUTCOME_TIME) {
        return "d";
    }
    return row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(STUDY(content)->disease, row->source)->unit : row->unit;
}

/* The functions of a column that estimates and contrasts share. */
#define SUMMARY_COLUMNS(table, rows)                                                                         \
    static const char *table##_outcome(const eng_content_t *content, uint64_t i, char *scratch)              \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return STUDY(content)->outcomes[content->summary->rows[i].outcome].row->name;                        \
    }                                                                                                        \
    static const char *table##_protocol(const eng_content_t *content, uint64_t i, char *scratch)             \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return STUDY(content)->protocols[content->summary->rows[i].protocol].name;                           \
    }                                                                                                        \
    static const char *table##_kind(const eng_content_t *content, uint64_t i, char *scratch)                 \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return eng_estimate_kind_name((int)content->summary->rows[i].kind);                                  \
    }                                                                                                        \
    static const char *table##_unit(const eng_content_t *content, uint64_t i, char *scratch)                 \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return value_unit(content, content->summary->rows[i].outcome, content->summary->rows[i].kind);       \
    }                                                                                                        \
    static const char *table##_estimator(const eng_content_t *content, uint64_t i, char *scratch)            \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return content->summary->rows[i].estimator;                                                          \
    }                                                                                                        \
    static double table##_at(const eng_content_t *content, uint64_t i)                                       \
    {                                                                                                        \
        return content->summary->rows[i].at;                                                                 \
    }                                                                                                        \
    static int64_t table##_n(const eng_content_t *content, uint64_t i)                                       \
    {                                                                                                        \
        return content->summary->rows[i].n;                                                                  \
    }                                                                                                        \
    static double table##_value(const eng_content_t *content, uint64_t i)                                    \
    {                                                                                                        \
        return content->summary->rows[i].value;                                                              \
    }                                                                                                        \
    static double table##_low(const eng_content_t *content, uint64_t i)                                      \
    {                                                                                                        \
        return content->summary->rows[i].low;                                                                \
    }                                                                                                        \
    static double table##_high(const eng_content_t *content, uint64_t i)                                     \
    {                                                                                                        \
        return content->summary->rows[i].high;                                                               \
    }
SUMMARY_COLUMNS(estimate, estimates)
SUMMARY_COLUMNS(contrast, contrasts)
#undef SUMMARY_COLUMNS

static int64_t
contrast_gains(const eng_content_t *content, uint64_t i)
{
    return content->summary->contrasts[i].gains;
}

static int64_t
contrast_losses(const eng_content_t *content, uint64_t i)
{
    return content->summary->contrasts[i].losses;
}

/* --- provenance ---------------------------------------------------------------------------------------------- */

#define TEXT_OF(function, expression)                                                                        \
    static const char *function(const eng_content_t *content, uint64_t i, char *scratch)                     \
    {                                                                                                        \
        const char *text = (expression);                                                                     \
        (void)content, (void)i, (void)scratch;                                                               \
        return text == NULL ? "" : text;                                                                     \
    }
#define INTEGER_OF(function, expression)                                                                     \
    static int64_t function(const eng_content_t *content, uint64_t i)                                        \
    {                                                                                                        \
        (void)i;                                                                                             \
        return (int64_t)(expression);                                                                        \
    }
#define NUMBER_OF(function, expression)                                                                      \
    static double function(const eng_content_t *content, uint64_t i)                                         \
    {                                                                                                        \
        (void)i;                                                                                             \
        return (expression);                                                                                 \
    }
TEXT_OF(made_from, STUDY(content)->text)
TEXT_OF(made_path, STUDY(content)->path)
TEXT_OF(made_version, ENG_VERSION)
TEXT_OF(made_revision, eng_build_revision())
TEXT_OF(made_compiler, eng_build_compiler())
TEXT_OF(made_flags, eng_build_flags())
TEXT_OF(made_key, eng_key_recipe())
TEXT_OF(made_job, eng_job_id())
TEXT_OF(made_mpi, content->facts->mpi)
TEXT_OF(made_hdf5, content->facts->hdf5)
TEXT_OF(made_hosts, content->facts->hosts)
TEXT_OF(made_when, content->facts->written)
TEXT_OF(made_failures, content->facts->failures)
TEXT_OF(made_width, content->data->provenance.width)
TEXT_OF(made_command, content->data->provenance.command_line)
TEXT_OF(made_attempts, content->data->provenance.attempts)
INTEGER_OF(made_failed, content->facts->failed)
INTEGER_OF(made_ranks, content->data->provenance.ranks)
INTEGER_OF(made_planned, content->data->provenance.courses_planned)
INTEGER_OF(made_done, content->data->provenance.courses_done)
NUMBER_OF(made_seconds, content->data->provenance.seconds)
NUMBER_OF(made_core_seconds, content->data->provenance.core_seconds)

/* --- the table ----------------------------------------------------------------------------------------------- */

#define INTEGERS(function) .integer = function
#define NUMBERS(function) .number = function
#define TEXTS(function) .text = function
#define LIKE_ROW "named in the column estimator of the same row"

static const eng_schema_row_t rows[] = {
    { "/point", "point", "1", "id of a point of the design", "", INTEGERS(counting) },
    { "/protocol", "protocol", "", "name of a protocol", "", TEXTS(protocol_name) },
    { "/parameter", "parameter", "", "name of an uncertain parameter", "", TEXTS(param_name) },
    { "/record", "record", "1", "number of a recorded (point, patient) pair in flat order", "", INTEGERS(counting) },
    { "/action", "action", "1", "number of an action, protocol by protocol", "", INTEGERS(counting) },
    { "/estimate", "estimate", "1", "number of an estimate", "", INTEGERS(counting) },
    { "/contrast", "contrast", "1", "number of a contrast", "", INTEGERS(counting) },

    { "/study/name", "", "", "name of the study", "", TEXTS(study_name) },
    { "/study/disease", "", "", "disease of the cohort", "", TEXTS(study_disease) },
    { "/study/canonical", "", "", "the study as it was understood: every key, canonical units", "", TEXTS(study_canonical) },
    { "/study/identity", "", "", "XXH3-128 of all that decides a course", "", TEXTS(study_identity) },
    { "/study/extent", "", "", "XXH3-128 of points, patients and records", "", TEXTS(study_extent) },
    { "/study/reference", "", "", "protocol that the others are compared with", "", TEXTS(study_reference) },
    { "/study/patients", "", "1", "patients per point and protocol", "", INTEGERS(study_patients) },
    { "/study/horizon", "", "d", "end of follow-up after day 0", "", NUMBERS(study_horizon) },

    { "/design/kind", "", "", "rule that picked the points", "", TEXTS(design_kind) },
    { "/design/across_points", "", "", "common: the same patients at every point; independent: new ones", "", TEXTS(design_patients) },
    { "/design/unit", "point parameter", "1", "points in the unit cube", "", NUMBERS(design_unit) },
    { "/design/values", "point parameter", "see parameter_unit", "points in the parameters' units", "", NUMBERS(design_value) },
    { "/design/parameter_unit", "parameter", "", "unit of a parameter", "", TEXTS(param_unit) },
    { "/design/parameter_nominal", "parameter", "see parameter_unit", "nominal value of a parameter", "", NUMBERS(param_nominal) },
    { "/design/parameter_prior", "parameter", "", "prior of a parameter in its unit", "", TEXTS(param_prior) },

    { "/protocols/protocol", "action", "", "protocol that the action belongs to", "", TEXTS(action_protocol) },
    { "/protocols/verb", "action", "", "what is done", "", TEXTS(action_verb) },
    { "/protocols/noun", "action", "", "with what", "", TEXTS(action_noun) },
    { "/protocols/day", "action", "d", "day of a dated action since day 0; NaN for one that waits for an event", "", NUMBERS(action_day) },
    { "/protocols/when", "action", "", "event that the action waits for; empty for a dated one", "", TEXTS(action_event) },
    { "/protocols/after", "action", "d", "delay behind the visit at which the event is seen; NaN for a dated action", "", NUMBERS(action_after) },
    { "/protocols/times", "action", "1", "how often the action may be taken", "", INTEGERS(action_times) },
    { "/protocols/duration", "action", "d", "how long it lasts; NaN where the study says nothing", "", NUMBERS(action_duration) },
    { "/protocols/every", "action", "d", "time between repeats; NaN where there are none", "", NUMBERS(action_every) },
    { "/protocols/taper", "action", "d", "time over which an exposure falls to nothing after its end", "", NUMBERS(action_taper) },
    { "/protocols/arguments", "action", "", "arguments with units, defaults included", "", TEXTS(action_arguments) },

    { "/summary/estimates/outcome", "estimate", "", "outcome", "", TEXTS(estimate_outcome) },
    { "/summary/estimates/protocol", "estimate", "", "protocol", "", TEXTS(estimate_protocol) },
    { "/summary/estimates/kind", "estimate", "", "what is estimated", "", TEXTS(estimate_kind) },
    { "/summary/estimates/at", "estimate", "d, or 1 for a quantile", "landmark or reading day, level of a quantile; NaN where neither applies", "", NUMBERS(estimate_at) },
    { "/summary/estimates/n", "estimate", "1", "courses behind the estimate", "", INTEGERS(estimate_n) },
    { "/summary/estimates/value", "estimate", "see value_unit", "estimate over all points", LIKE_ROW, NUMBERS(estimate_value) },
    { "/summary/estimates/low", "estimate", "see value_unit", "lower end of the 95 % interval", LIKE_ROW, NUMBERS(estimate_low) },
    { "/summary/estimates/high", "estimate", "see value_unit", "upper end of the 95 % interval", LIKE_ROW, NUMBERS(estimate_high) },
    { "/summary/estimates/value_unit", "estimate", "", "unit of value, low and high", "", TEXTS(estimate_unit) },
    { "/summary/estimates/estimator", "estimate", "", "how value and interval are made", "", TEXTS(estimate_estimator) },
    { "/summary/contrasts/outcome", "contrast", "", "outcome", "", TEXTS(contrast_outcome) },
    { "/summary/contrasts/protocol", "contrast", "", "protocol compared with /study/reference", "", TEXTS(contrast_protocol) },
    { "/summary/contrasts/kind", "contrast", "", "what is compared", "", TEXTS(contrast_kind) },
    { "/summary/contrasts/at", "contrast", "d", "landmark or reading day; NaN where neither applies", "", NUMBERS(contrast_at) },
    { "/summary/contrasts/n", "contrast", "1", "pairs behind the contrast", "", INTEGERS(contrast_n) },
    { "/summary/contrasts/gains", "contrast", "1", "patients with the event under the reference only", "", INTEGERS(contrast_gains) },
    { "/summary/contrasts/losses", "contrast", "1", "patients with the event under the protocol only", "", INTEGERS(contrast_losses) },
    { "/summary/contrasts/value", "contrast", "see value_unit", "protocol minus reference in the same patients", LIKE_ROW, NUMBERS(contrast_value) },
    { "/summary/contrasts/low", "contrast", "see value_unit", "lower end of the 95 % interval", LIKE_ROW, NUMBERS(contrast_low) },
    { "/summary/contrasts/high", "contrast", "see value_unit", "upper end of the 95 % interval", LIKE_ROW, NUMBERS(contrast_high) },
    { "/summary/contrasts/value_unit", "contrast", "", "unit of value, low and high", "", TEXTS(contrast_unit) },
    { "/summary/contrasts/estimator", "contrast", "", "how value and interval are made", "", TEXTS(contrast_estimator) },

    { "/provenance/study_text", "", "", "the study file as it was given", "", TEXTS(made_from) },
    { "/provenance/study_path", "", "", "where it was read", "", TEXTS(made_path) },
    { "/provenance/engraft", "", "", "version of engraft", "", TEXTS(made_version) },
    { "/provenance/revision", "", "", "revision of its sources", "", TEXTS(made_revision) },
    { "/provenance/compiler", "", "", "compiler", "", TEXTS(made_compiler) },
    { "/provenance/flags", "", "", "flags of the compiler", "", TEXTS(made_flags) },
    { "/provenance/mpi", "", "", "MPI library", "", TEXTS(made_mpi) },
    { "/provenance/hdf5", "", "", "HDF5 library", "", TEXTS(made_hdf5) },
    { "/provenance/vectors", "", "", "vector instructions of the step loop on rank 0", "", TEXTS(made_width) },
    { "/provenance/key_recipe", "", "", "how a random draw is made", "", TEXTS(made_key) },
    { "/provenance/command_line", "", "", "command that wrote this file", "", TEXTS(made_command) },
    { "/provenance/written", "", "", "when, in universal time", "", TEXTS(made_when) },
    { "/provenance/hosts", "", "", "hosts and ranks on each", "", TEXTS(made_hosts) },
    { "/provenance/job", "", "", "job of the batch system, empty outside of one", "", TEXTS(made_job) },
    { "/provenance/attempts", "", "", "one line an attempt", "", TEXTS(made_attempts) },
    { "/provenance/ranks", "", "1", "MPI ranks of the last attempt", "", INTEGERS(made_ranks) },
    { "/provenance/seconds", "", "s", "wall time of the last attempt", "", NUMBERS(made_seconds) },
    { "/provenance/core_seconds", "", "s", "wall time of the last attempt summed over ranks", "", NUMBERS(made_core_seconds) },
    { "/provenance/courses_planned", "", "1", "courses that the study asks for", "", INTEGERS(made_planned) },
    { "/provenance/courses_done", "", "1", "courses that were run", "", INTEGERS(made_done) },
    { "/provenance/courses_failed", "", "1", "courses that failed", "", INTEGERS(made_failed) },
    { "/provenance/failures", "", "", "failed courses by protocol and reason", "", TEXTS(made_failures) },
};

int
eng_schema_count(void)
{
    return (int)(sizeof(rows) / sizeof(*rows));
}

const eng_schema_row_t *
eng_schema_row(int j)
{
    return j >= 0 && j < eng_schema_count() ? &rows[j] : NULL;
}

const eng_schema_row_t *
eng_schema_find(const char *path)
{
    for (int j = 0; j < eng_schema_count(); j++) {
        if (strcmp(rows[j].path, path) == 0) {
            return &rows[j];
        }
    }
    return NULL;
}

eng_cell_t
eng_schema_cell(const eng_schema_row_t *row)
{
    if (row->integer != NULL) {
        return ENG_CELL_INTEGER;
    }
    return row->number != NULL ? ENG_CELL_NUMBER : ENG_CELL_TEXT;
}

static uint64_t
count_actions(const eng_study_t *study)
{
    uint64_t count = 0;
    for (int p = 0; p < study->num_protocols; p++) {
        count += (uint64_t)study->protocols[p].num_actions;
    }
    return count;
}

static uint64_t
count_records(const eng_study_t *study)
{
    const uint64_t pairs = study->num_points * study->patients;
    return study->records < pairs ? study->records : pairs;
}

bool
eng_schema_dim(const eng_content_t *content, const char *name, uint64_t *size)
{
    const eng_study_t *study = STUDY(content);
    const eng_summary_t *summary = content->summary;
    const struct {
        const char *name;
        uint64_t size;
    } dims[] = {
        { "point", study->num_points },
        { "protocol", (uint64_t)study->num_protocols },
        { "parameter", (uint64_t)study->num_uncertain },
        { "record", count_records(study) },
        { "action", count_actions(study) },
        { "estimate", summary == NULL ? 0 : (uint64_t)summary->num_estimates },
        { "contrast", summary == NULL ? 0 : (uint64_t)summary->num_contrasts },
    };

    for (size_t j = 0; j < sizeof(dims) / sizeof(*dims); j++) {
        if (strcmp(dims[j].name, name) == 0) {
            *size = dims[j].size;
            return true;
        }
    }
    return false;
}

static const char *
cell_name(eng_cell_t cell)
{
    return cell == ENG_CELL_INTEGER ? "int64" : cell == ENG_CELL_NUMBER ? "float64" : "text";
}

/* What a study adds to the table: patterns for people; their datasets are described by the layout and the records. */
static const char study_part[] =
    "/LANDMARK, /DAY ...                 one scale per axis of the study: landmarks, reading days, bins, causes, reasons of failure\n"
    "/outcomes/NAME/DATASET              int64    (point, protocol[, axes]) counts and sums of each point; (protocol[, axes]) pooled over the points\n"
    "/paired/NAME/DATASET                int64    (point, protocol[, axes]) differences from the reference protocol in the same patients\n"
    "/trajectories/MARKER/DATASET        int64    (protocol, day[, bin]) sums and fine histograms\n"
    "/records/COLUMN                     int64 or float64  (record) covariates, (record, protocol) outcomes of single courses\n";

int
eng_schema_print(FILE *out)
{
    fprintf(out, "Result file, format %d.%d.  Root attributes: format, format_major, format_minor, complete.\n\n",
        ENG_FORMAT_MAJOR, ENG_FORMAT_MINOR);
    fprintf(out, "%-34s  %-7s  %-17s  %-22s  %s\n", "dataset", "type", "dimensions", "unit", "what it holds");
    for (int j = 0; j < eng_schema_count(); j++) {
        const eng_schema_row_t *row = &rows[j];
        fprintf(out, "%-34s  %-7s  %-17s  %-22s  %s\n", row->path, cell_name(eng_schema_cell(row)),
            row->dims[0] == '\0' ? "-" : row->dims, row->unit[0] == '\0' ? "-" : row->unit, row->long_name);
    }
    fprintf(out, "\nFrom the study itself:\n%s", study_part);
    return ferror(out) ? ENG_FAIL(ENG_ERR_WRITE, "the list of datasets could not be printed") : 0;
}
