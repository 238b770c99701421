/**
 * The canonical form of a study: everything that decides its results, defaults and laws of the tables included, in
 * the engine's units and a fixed order, one value per line.  Two texts that mean the same give the same lines.  A
 * study whose protocols are no families reads back from it.
 *
 * Each line belongs to the identity (what the courses are), to the extent (how many of them there are) or to neither
 * (names, limits); identity.c hashes the first two kinds apart.
 */
#include "study/canonical.h"

#include "base/rng.h"
#include "base/text.h"
#include "study/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

typedef eng_canonical_t writer_t;

void
eng_canonical_line(writer_t *self, eng_line_kind_t kind, int level, const char *format, ...)
{
    char text[256];
    va_list args;
    eng_text_t *own = kind == ENG_LINE_IDENTITY ? &self->identity : kind == ENG_LINE_EXTENT ? &self->extent : NULL;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    eng_text_add(&self->whole, "%*s%s\n", 2 * level, "", text);
    if (own != NULL) {
        eng_text_add(own, "%*s%s\n", 2 * level, "", text);
    }
}

#define IDENTITY(level, ...) eng_canonical_line(self, ENG_LINE_IDENTITY, (level), __VA_ARGS__)
#define EXTENT(level, ...) eng_canonical_line(self, ENG_LINE_EXTENT, (level), __VA_ARGS__)
#define NEITHER(level, ...) eng_canonical_line(self, ENG_LINE_NEITHER, (level), __VA_ARGS__)

void
eng_canonical_value(writer_t *self, eng_line_kind_t kind, int level, const char *key, double value, const char *unit)
{
    char number[ENG_TEXT_DOUBLE_SIZE];
    const bool plain = unit[0] == '\0' || strcmp(unit, "1") == 0;

    eng_text_double(number, value);
    eng_canonical_line(self, kind, level, "%s: %s%s%s", key, number, plain ? "" : " ", plain ? "" : unit);
}

static void
write_seed(writer_t *self, const uint32_t seed[4])
{
    eng_u128_t rest = 0;
    char digits[40];
    size_t n = sizeof(digits);

    for (int j = 3; j >= 0; j--) {
        rest = rest << 32 | seed[j];
    }
    digits[--n] = '\0';
    do {
        digits[--n] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    IDENTITY(0, "seed: %s", digits + n);
}

static void
write_numbers(writer_t *self, int level, const char *key, const double *numbers, int count)
{
    char number[ENG_TEXT_DOUBLE_SIZE];

    IDENTITY(level, "%s:", key);
    for (int j = 0; j < count; j++) {
        eng_text_double(number, numbers[j]);
        IDENTITY(level, "- %s", number);
    }
}

/* The values of a law that has a table, and how often they come. */
static void
write_table(writer_t *self, int level, const eng_dist_t *dist)
{
    const eng_dist_table_t *table = dist->table;
    int next = 0;

    if (dist->kind != ENG_DIST_CATEGORICAL) {
        write_numbers(self, level, "values", table->value, table->count);
        write_numbers(self, level, dist->kind == ENG_DIST_EMPIRICAL ? "weights" : "p", table->weight, table->count);
        return;
    }
    IDENTITY(level, "p:");
    for (int j = 0; j < table->count; j++) {
        char number[ENG_TEXT_DOUBLE_SIZE];

        for (; next < (int)table->value[j]; next++) {
            IDENTITY(level, "- 0"); /* a class that never comes */
        }
        eng_text_double(number, table->weight[j]);
        IDENTITY(level, "- %s", number);
        next++;
    }
}

/* Units stand in quotes: to other readers of YAML a bare y is a truth value. */
static void
write_dist(writer_t *self, int level, const char *name, const char *unit, const eng_dist_t *dist)
{
    const eng_dist_row_t *row = eng_dist_row((int)dist->kind);
    size_t length;
    const char *arg;
    char key[32];

    IDENTITY(level, "%s:", name);
    IDENTITY(level + 1, "%s:", row->name);
    for (int j = 0; (arg = eng_text_word(row->args, j, &length)) != NULL; j++) {
        snprintf(key, sizeof(key), "%.*s", (int)length, arg);
        eng_canonical_value(self, ENG_LINE_IDENTITY, level + 2, key, dist->arg[j], "");
    }
    if (dist->table != NULL) {
        write_table(self, level + 2, dist);
    }
    if (dist->truncated && isfinite(dist->low)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, level + 1, "low", dist->low, "");
    }
    if (dist->truncated && isfinite(dist->high)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, level + 1, "high", dist->high, "");
    }
    IDENTITY(level + 1, "unit: \"%s\"", unit);
}

static void write_pair(writer_t *self, int level, const char *a, const char *b, double spearman);

static void
write_cohort(writer_t *self, const eng_study_t *study)
{
    IDENTITY(0, "cohort:");
    IDENTITY(1, "disease: %s", study->disease->module.name);
    EXTENT(1, "patients: %llu", (unsigned long long)(study->precision.asked ? study->precision.least : study->patients));
    IDENTITY(1, "across_points: %s", study->patients_common ? "common" : "independent");
    if (study->courses == 2) {
        IDENTITY(1, "courses: 2");
    }
    if (eng_disease_has_care(study->disease)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 1, "trial_care", study->trial_care, "");
    }
    IDENTITY(1, "covariates:");
    for (int j = 0; j < eng_covariate_count(study->disease); j++) {
        const eng_covariate_row_t row = eng_covariate_at(study->disease, j);

        write_dist(self, 2, row.name, row.unit, &study->laws[j]);
    }
    if (study->laws_dependence.count > 0) {
        IDENTITY(1, "correlation:");
    }
    for (int k = 0; k < study->laws_dependence.count; k++) {
        const eng_correlation_t *pair = &study->laws_dependence.pairs[k];

        write_pair(self, 2, eng_covariate_at(study->disease, pair->a).name, eng_covariate_at(study->disease, pair->b).name, pair->spearman);
    }
    eng_canonical_entry(self, study);
}

/* ---- protocols ------------------------------------------------------------------------------------------ */

static void
write_arg(writer_t *self, const eng_arg_row_t *arg, double value)
{
    size_t length = 0;
    const char *word;

    if (isnan(value)) {
        return;
    }
    if (arg->dimension != ENG_DIM_CHOICE) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, arg->name, value, eng_dimension_unit(arg->dimension));
        return;
    }
    word = eng_text_word(arg->choices, (int)value, &length);
    IDENTITY(3, "%s: %.*s", arg->name, (int)length, word);
}

static void
write_action(writer_t *self, const eng_disease_t *disease, const eng_action_t *action)
{
    const eng_noun_t *noun = action->noun;

    if (action->on_event) {
        IDENTITY(2, "- when: %s", eng_event_name(disease, (int)action->event));
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "after", action->after, "d");
        IDENTITY(3, "times: %d", action->times);
    } else {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 2, "- at", action->tick / (double)ENG_TICKS_PER_DAY, "d");
    }
    IDENTITY(3, "%s: %s", eng_verb_name((int)noun->verb), noun->name);
    for (int j = 0; j < noun->num_args; j++) {
        write_arg(self, &noun->args[j], action->arg[j]);
    }
    if (!isnan(action->duration)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "for", action->duration, "d");
    }
    if (!isnan(action->every)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "every", action->every, "d");
    }
    if (action->taper > 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "taper", action->taper, "d");
    }
}

/* Of the cohort, whose last lines these are. */
static void
write_run_in(writer_t *self, const eng_study_t *study)
{
    if (study->run_in_days > 0) {
        IDENTITY(1, "run_in:");
        eng_canonical_value(self, ENG_LINE_IDENTITY, 2, "for", study->run_in_days, "d");
        IDENTITY(2, "actions:%s", study->run_in.num_actions == 0 ? " []" : "");
    }
    for (int k = 0; k < study->run_in.num_actions; k++) {
        write_action(self, study->disease, &study->run_in.actions[k]);
    }
}

static void
write_protocols(writer_t *self, const eng_study_t *study)
{
    IDENTITY(0, "protocols:");
    for (int j = 0; j < study->num_protocols; j++) {
        const eng_protocol_t *protocol = &study->protocols[j];

        IDENTITY(1, "%s:%s", protocol->name, protocol->num_actions == protocol->num_run_in ? " []" : "");
        for (int k = protocol->num_run_in; k < protocol->num_actions; k++) {
            write_action(self, study->disease, &protocol->actions[k]);
        }
    }
    if (study->compared || !study->lean) {
        IDENTITY(0, "compare:");
        IDENTITY(1, "reference: %s", study->protocols[study->reference].name);
        if (study->all_pairs) {
            IDENTITY(1, "all_pairs: true");
        }
    }
}

/* ---- parameters and points ------------------------------------------------------------------------------ */

static void
write_parameters(writer_t *self, const eng_study_t *study)
{
    const int named = study->num_uncertain - study->num_factors;

    if (named + study->num_fixed > 0) {
        IDENTITY(0, "parameters:");
    }
    for (int j = 0; j < study->num_fixed; j++) {
        const eng_param_row_t row = eng_param_at(study->disease, study->fixed[j].param);

        eng_canonical_value(self, ENG_LINE_IDENTITY, 1, row.name, study->fixed[j].value, row.unit);
    }
    for (int j = 0; j < named; j++) {
        const eng_param_row_t row = eng_study_uncertain_row(study, j);

        write_dist(self, 1, row.name, row.unit, &study->uncertain[j].prior);
    }
}

static void
write_pair(writer_t *self, int level, const char *a, const char *b, double spearman)
{
    IDENTITY(level, "- pair:");
    IDENTITY(level + 2, "- %s", a);
    IDENTITY(level + 2, "- %s", b);
    eng_canonical_value(self, ENG_LINE_IDENTITY, level + 1, "spearman", spearman, "");
}

static void
write_correlations(writer_t *self, const eng_study_t *study)
{
    if (study->correlations.count > 0) {
        IDENTITY(0, "correlation:");
    }
    for (int k = 0; k < study->correlations.count; k++) {
        const eng_correlation_t *pair = &study->correlations.pairs[k];

        write_pair(self, 1, eng_study_uncertain_row(study, pair->a).name,
            eng_study_uncertain_row(study, pair->b).name, pair->spearman);
    }
}

/* A list from a file by its hash: it may be longer than a study, and its text is attached to the study's. */
static void
write_list_hash(writer_t *self, const eng_study_t *study)
{
    XXH3_state_t *state = XXH3_createState();
    XXH128_hash_t hash = { 0, 0 };

    if (state == NULL) {
        self->whole.failed = true;
        return;
    }
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, study->design_list, (size_t)study->design_size * (size_t)study->num_uncertain * sizeof(double));
    for (uint64_t i = 0; i < study->design_size && study->design_ids != NULL; i++) {
        XXH3_128bits_update(state, study->design_ids[i], strlen(study->design_ids[i]) + 1);
    }
    hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    NEITHER(2, "file: \"%s\"", study->attachments[study->num_attachments - 1].name);
    EXTENT(2, "points: %llu", (unsigned long long)study->design_size);
    EXTENT(2, "xxh3: %016llx%016llx", (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

static void
write_option(writer_t *self, const eng_design_option_t *option, double value)
{
    const eng_line_kind_t kind = option->extent ? ENG_LINE_EXTENT : ENG_LINE_IDENTITY;
    size_t length = 0;
    const char *word;

    if (value == option->standard) {
        return; /* so that a new option changes no study without it */
    }
    if (option->kind == ENG_OPTION_TRUTH) {
        eng_canonical_line(self, kind, 2, "%s: %s", option->name, value > 0 ? "true" : "false");
    } else if (option->kind == ENG_OPTION_CHOICE) {
        word = eng_text_word(option->words, (int)value, &length);
        eng_canonical_line(self, kind, 2, "%s: %.*s", option->name, (int)length, word);
    } else {
        eng_canonical_value(self, kind, 2, option->name, value, "");
    }
}

/* Is it a parameter or a factor on its own, whose name it has? */
static bool
is_alone(const eng_study_t *study, int group)
{
    bool alone = false;

    for (int j = 0; j < study->num_uncertain && !alone; j++) {
        alone = strcmp(eng_study_uncertain_row(study, j).name, study->design_groups[group]) == 0;
    }
    return alone;
}

static void
write_groups(writer_t *self, const eng_study_t *study)
{
    IDENTITY(2, "groups:");
    for (int group = 0; group < study->num_groups; group++) {
        if (is_alone(study, group)) {
            continue;
        }
        IDENTITY(3, "%s:", study->design_groups[group]);
        for (int j = 0; j < study->num_uncertain; j++) {
            if (study->design_group[j] == group) {
                IDENTITY(4, "- %s", eng_study_uncertain_row(study, j).name);
            }
        }
    }
}

/* A design that is a rule: how many, and what else it was told. */
static void
write_rule(writer_t *self, const eng_study_t *study)
{
    const eng_design_kind_t *kind = study->design;

    if (study->design_levels == NULL) {
        EXTENT(2, "%s: %llu", kind->size_key, (unsigned long long)study->design_size);
    } else {
        EXTENT(2, "%s:", kind->size_key);
    }
    for (int j = 0; j < study->num_uncertain && study->design_levels != NULL; j++) {
        EXTENT(3, "%s: %lu", eng_study_uncertain_row(study, j).name, (unsigned long)study->design_levels[j]);
    }
    for (int j = 0; j < eng_design_num_options(kind); j++) {
        write_option(self, &kind->options[j], study->design_option[j]);
    }
    if (study->design_groups != NULL) {
        write_groups(self, study);
    }
}

static void
write_design(writer_t *self, const eng_study_t *study)
{
    if (study->design == NULL) {
        return;
    }
    IDENTITY(0, "design:");
    IDENTITY(1, "%s:", study->design->name);
    if (!study->design->gives_values) {
        write_rule(self, study);
        return;
    }
    if (study->design_from_file) {
        write_list_hash(self, study);
        return;
    }
    for (uint64_t i = 0; i < study->design_size; i++) {
        for (int j = 0; j < study->num_uncertain; j++) {
            const eng_param_row_t row = eng_study_uncertain_row(study, j);
            char key[96];

            snprintf(key, sizeof(key), "%s%s", j == 0 ? "- " : "  ", row.name);
            eng_canonical_value(self, ENG_LINE_EXTENT, 2, key, study->design_list[i * (uint64_t)study->num_uncertain + (uint64_t)j],
                row.unit);
        }
    }
}

/* It says how many patients there are, not what they are. */
static void
write_precision(writer_t *self, const eng_study_t *study)
{
    const eng_precision_t *precision = &study->precision;

    if (!precision->asked) {
        return;
    }
    EXTENT(0, "precision:");
    EXTENT(1, "outcome: %s", study->outcomes[precision->outcome].row->name);
    if (!isnan(precision->at)) {
        eng_canonical_value(self, ENG_LINE_EXTENT, 1, "at", precision->at, "d");
    }
    if (precision->quantile > 0) {
        eng_canonical_value(self, ENG_LINE_EXTENT, 1, "quantile", precision->quantile, "");
    }
    if (precision->difference) {
        EXTENT(1, "difference_from: %s", study->protocols[study->reference].name);
    }
    eng_canonical_value(self, ENG_LINE_EXTENT, 1, "half_width", precision->half_width,
        precision->quantile > 0 && study->outcomes[precision->outcome].row->kind == ENG_OUTCOME_TIME ? "d" : "");
    EXTENT(1, "max_patients: %llu", (unsigned long long)study->patients);
    EXTENT(1, "scope: %s", precision->by_point ? "point" : "study");
}

int
eng_canonical_write(eng_canonical_t *self, const eng_study_t *study)
{
    *self = (eng_canonical_t){ .whole = { 0 } };
    NEITHER(0, "study: \"%s\"", study->name);
    write_seed(self, study->seed);
    eng_canonical_value(self, ENG_LINE_IDENTITY, 0, "horizon", study->horizon, "d");
    eng_canonical_value(self, ENG_LINE_IDENTITY, 0, "visits", study->visits, "d");
    write_cohort(self, study);
    write_run_in(self, study);
    write_protocols(self, study);
    write_parameters(self, study);
    write_correlations(self, study);
    eng_canonical_freeze(self, study);
    write_design(self, study);
    eng_canonical_endpoints(self, study);
    eng_canonical_report(self, study);
    if (study->lean) {
        IDENTITY(0, "weight: lean");
    }
    write_precision(self, study);
    EXTENT(0, "records: %llu", (unsigned long long)study->records);
    eng_canonical_value(self, ENG_LINE_NEITHER, 0, "max_failures", study->max_failures, "");
    NEITHER(0, "max_bytes: %llu", (unsigned long long)study->max_bytes);
    if (self->whole.failed || self->identity.failed || self->extent.failed) {
        eng_canonical_free(self);
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: out of memory", study->path);
    }
    return 0;
}

void
eng_canonical_free(eng_canonical_t *self)
{
    eng_text_free(&self->whole);
    eng_text_free(&self->identity);
    eng_text_free(&self->extent);
}
