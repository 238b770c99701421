/** Studies that are right: what is read, the canonical form, identity and points. */
#include "study/study.h"

#include "design/design.h"
#include "testlib.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char full[] =
    "study: full\n"
    "seed: 340282366920938463463374607431768211455\n"
    "horizon: 3 y\n"
    "visits: 1 mo\n"
    "cohort:\n"
    "  disease: ms\n"
    "  patients: 1e3\n"
    "  covariates: {age: {normal: {mean: 36, sd: 5}, unit: y}, weight: 70 kg, female: {bernoulli: 0.7}}\n"
    "  entry: {relapse: {at_least: 2, within: 1 y}}\n"
    "  across_points: common\n"
    "sets:\n"
    "  transplant:\n"
    "    - {at: -5 d, condition: cy200}\n"
    "    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 cells/kg, select: 4 log10}\n"
    "    - {when: relapse, drug: rituximab, for: 1 d, after: 2 wk, times: 3}\n"
    "protocols:\n"
    "  dmt:\n"
    "    - {at: 0 d, drug: dmt_standard, until: 2 y, taper: 1 mo}\n"
    "  late: [{use: transplant, at: 30 d}]\n"
    "  pulses: [{at: [0 d, 1 y], drug: ocrelizumab, for: 6 mo, every: 2 mo}]\n"
    "parameters:\n"
    "  atg.half_life: prior\n"
    "  atg.t_cell_kill_rate: {uniform: [91.3125, 182.625], unit: 1/y}\n"
    "  trigger.rate: 8 1/y\n"
    "design: {list: [{atg.half_life: 1 wk, atg.t_cell_kill_rate: 0.3}, [5, 0.4 1/d]]}\n"
    "outcomes: [relapse, {efs: {at: [2 y, 1 y, 2 y]}}, {anc: {visits: 1 y, histogram: 64}}, cd4, infections]\n"
    "trajectories: {markers: [anc, edss], every: 0.5 y, points: true}\n"
    "compare: {reference: late}\n"
    "records: {patients: 50}\n"
    "max_failures: 0.01\n"
    "max_bytes: 2e9\n";

static const char small[] =
    "study: small\n"
    "seed: 7\n"
    "horizon: 2 y\n"
    "cohort: {disease: ms, patients: 100}\n"
    "protocols:\n"
    "  dmt: [{at: 0 d, drug: dmf}]\n"
    "  cy: [{at: -5 d, condition: cy200}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]\n"
    "parameters: {atg.half_life: prior}\n"
    "design: {lhs: {points: 16}}\n";

/* Laws that have tables, or are truncated. */
static const char tables[] =
    "study: tables\nseed: 7\nhorizon: 2 y\n"
    "cohort:\n"
    "  disease: ms\n"
    "  patients: 100\n"
    "  covariates:\n"
    "    hct_ci: {categorical: [0.7, 0, 0.2, 0.1]}\n"
    "    duration: {empirical: {values: [1, 0.3, 1, 7], weights: [3, 0.1, 0.2, 1]}, unit: mo, low: 0.2}\n"
    "    weight: {lognormal: [70, 0.2], low: 50, high: 99.5, unit: kg}\n"
    "  correlation: [{pair: [age, duration], spearman: 0.5}, {pair: [weight, female], spearman: -0.5}]\n"
    "protocols: {dmt: [{at: 0 d, drug: dmf}]}\n"
    "parameters:\n"
    "  atg.half_life: {discrete: {values: [30, 10, 20.1], p: [0.1, 0.2, 0.7]}}\n"
    "  trigger.rate: {gamma: [2, 3], high: 20}\n"
    "correlation: [{pair: [trigger.rate, atg.half_life], spearman: -0.25}]\n"
    "design: {lhs: {points: 16}}\n";

static int
parse(eng_study_t *study, const char *text)
{
    const int ret = eng_study_parse(study, "test", text, strlen(text));

    if (ret == ENG_OK || ret == ENG_ERR_STUDY) {
        CU_ASSERT_EQUAL(ret == ENG_OK, study->num_errors == 0);
    }
    return ret;
}

/* A text that has to be right: shows why if it is not. */
static void
parse_right(eng_study_t *study, const char *text)
{
    const int ret = parse(study, text);

    CU_ASSERT_EQUAL(ret, 0);
    if (ret != 0) {
        eng_study_complain(study, stdout, true);
    }
}

/* `text` with the first `from` replaced; to be freed. */
static char *
replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *out = malloc(strlen(text) + strlen(to) + 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    sprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

/* ---- what is read --------------------------------------------------------------------------------------- */

static void
test_top_level_and_cohort(void)
{
    eng_study_t s;
    int age, weight;

    parse_right(&s, full);
    CU_ASSERT_STRING_EQUAL(s.name, "full");
    for (int j = 0; j < 4; j++) {
        CU_ASSERT_EQUAL(s.seed[j], UINT32_MAX);
    }
    CU_ASSERT_EQUAL(s.horizon, 3 * 365.25);
    CU_ASSERT_EQUAL(s.visits, 30.4375);
    CU_ASSERT_EQUAL(s.patients, 1000);
    CU_ASSERT(s.patients_common);
    CU_ASSERT_EQUAL(s.entry.at_least, 2);
    CU_ASSERT_EQUAL(s.entry.within, 365.25);
    CU_ASSERT_EQUAL(s.records, 50);
    CU_ASSERT_EQUAL(s.max_failures, 0.01);
    CU_ASSERT_EQUAL(s.max_bytes, 2000000000);
    age = eng_covariate_find(s.disease, "age");
    weight = eng_covariate_find(s.disease, "weight");
    CU_ASSERT_EQUAL(s.laws[age].kind, ENG_DIST_NORMAL);
    CU_ASSERT_EQUAL(s.laws[age].arg[1], 5);
    CU_ASSERT_EQUAL(s.laws[weight].kind, ENG_DIST_FIXED);
    CU_ASSERT_EQUAL(s.laws[weight].arg[0], 70);
    eng_study_free(&s);
    eng_study_free(&s);
}

static void
test_seed_words_are_little_endian(void)
{
    char *text = replaced(small, "seed: 7", "seed: 79228162532711081667253501954");
    eng_study_t s;

    parse_right(&s, text); /* 2^96 + 2^64 + 2 */
    CU_ASSERT_EQUAL(s.seed[0], 2);
    CU_ASSERT_EQUAL(s.seed[1], 0);
    CU_ASSERT_EQUAL(s.seed[2], 1);
    CU_ASSERT_EQUAL(s.seed[3], 1);
    eng_study_free(&s);
    free(text);
}

static void
test_protocols(void)
{
    eng_study_t s;
    const eng_action_t *a;

    parse_right(&s, full);
    CU_ASSERT_EQUAL_FATAL(s.num_protocols, 3);
    CU_ASSERT_EQUAL(s.reference, 1);
    a = s.protocols[0].actions;
    CU_ASSERT_STRING_EQUAL(a->noun->name, "dmt_standard");
    CU_ASSERT_EQUAL(a->duration, 730.5);
    CU_ASSERT_EQUAL(a->taper, 30.4375);
    CU_ASSERT(isnan(a->every));
    CU_ASSERT_EQUAL(a->line, 18);
    CU_ASSERT_EQUAL(a->column, 7);
    CU_ASSERT_EQUAL_FATAL(s.protocols[1].num_actions, 3);
    a = s.protocols[1].actions;
    CU_ASSERT_EQUAL(a[0].tick, 25 * ENG_TICKS_PER_DAY); /* shifted by 30 d */
    CU_ASSERT_EQUAL(a[1].tick, 30 * ENG_TICKS_PER_DAY);
    CU_ASSERT_EQUAL(a[0].line, 13); /* where the set says it */
    for (int j = 0; j < a[1].noun->num_args; j++) {
        const char *name = a[1].noun->args[j].name;
        const double value = a[1].arg[j];

        CU_ASSERT(strcmp(name, "donor") != 0 || value == 0);
        CU_ASSERT(strcmp(name, "cd34") != 0 || value == 6e6);
        CU_ASSERT(strcmp(name, "select") != 0 || value == 4);
    }
    CU_ASSERT(a[2].on_event);
    CU_ASSERT_EQUAL(a[2].event, ENG_EVENT_RELAPSE);
    CU_ASSERT_EQUAL(a[2].after, 14);
    CU_ASSERT_EQUAL(a[2].times, 3);
    CU_ASSERT_EQUAL_FATAL(s.protocols[2].num_actions, 2);
    CU_ASSERT_EQUAL(s.protocols[2].actions[1].tick, 5844);
    CU_ASSERT_EQUAL(s.protocols[2].actions[1].every, 60.875);
    eng_study_free(&s);
}

/* The loss of a response belongs to drugs: whatever the disease, a rule may wait for it. */
static void
test_loss_of_response(void)
{
    for (int d = 0; d < eng_disease_count(); d++) {
        char text[512];
        eng_study_t s;

        snprintf(text, sizeof(text),
            "study: loss\nseed: 7\nhorizon: 2 y\ncohort: {disease: %s, patients: 100}\nprotocols:\n"
            "  next: [{at: 0 d, drug: abatacept}, {when: loss_of_response, drug: rituximab, for: 1 d}]\noutcomes: [os]\n",
            eng_disease_at(d)->module.name);
        parse_right(&s, text);
        CU_ASSERT(s.protocols[0].actions[1].on_event && s.protocols[0].actions[1].event == ENG_EVENT_LOSS_OF_RESPONSE);
        eng_study_free(&s);
    }
}

static void
test_families(void)
{
    char *text = replaced(small, "  cy:",
        "  ladder:\n"
        "    vary: {dose: [4.5, 6, 7.5], day: [-5 d, -4 d, -3 d]}\n"
        "    actions: [{use: cy}, {at: $day, atg: ratg, dose: $dose mg/kg}]\n"
        "  cy:");
    char *whole = replaced(text, "protocols:", "sets: {cy: [{at: $day, condition: cy200}, {at: 0 d, graft: pb, donor: auto}]}\nprotocols:");
    eng_study_t s;

    parse_right(&s, whole);
    CU_ASSERT_EQUAL_FATAL(s.num_protocols, 5);
    for (int j = 0; j < 3; j++) {
        const eng_protocol_t *p = &s.protocols[1 + j];
        char name[16];

        snprintf(name, sizeof(name), "ladder[%d]", j);
        CU_ASSERT_STRING_EQUAL(p->name, name);
        CU_ASSERT_EQUAL_FATAL(p->num_actions, 3);
        CU_ASSERT_EQUAL(p->actions[0].tick, (j - 5) * ENG_TICKS_PER_DAY);
        CU_ASSERT_EQUAL(p->actions[2].tick, (j - 5) * ENG_TICKS_PER_DAY);
        CU_ASSERT_EQUAL(p->actions[2].arg[0], 4.5 + 1.5 * j);
    }
    eng_study_free(&s);
    free(text);
    free(whole);
}

static void
test_outcomes_and_reads(void)
{
    eng_study_t s;
    const eng_outcome_request_t *o;

    parse_right(&s, full);
    CU_ASSERT_EQUAL_FATAL(s.num_outcomes, 5);
    o = s.outcomes;
    CU_ASSERT_EQUAL(o[0].num_at, 0);
    CU_ASSERT_EQUAL(o[1].num_at, 2); /* sorted, once each */
    CU_ASSERT_EQUAL(o[1].at[0], 365.25);
    CU_ASSERT_EQUAL(o[2].num_at, 4);
    CU_ASSERT_EQUAL(o[2].histogram, 64);
    CU_ASSERT_EQUAL(o[3].num_at, 6); /* 30 d, 100 d, 0.5 y, 1 y, 2 y and the horizon */
    CU_ASSERT_EQUAL(o[3].at[5], s.horizon);
    CU_ASSERT_EQUAL(s.trajectories.num_markers, 2);
    CU_ASSERT_EQUAL(s.trajectories.num_days, 7);
    CU_ASSERT(s.trajectories.points);
    CU_ASSERT_EQUAL(s.num_reads, 9); /* the 7 half-years, 30 d and 100 d; landmarks of times are not read */
    for (int j = 1; j < s.num_reads; j++) {
        CU_ASSERT(s.reads[j] > s.reads[j - 1]);
    }
    eng_study_free(&s);
    parse_right(&s, small); /* by default all times and numbers */
    for (int j = 0, k = 0; j < eng_outcome_count(s.disease); j++) {
        if (eng_outcome_at(s.disease, j)->kind != ENG_OUTCOME_MARKER && !eng_outcome_at(s.disease, j)->by_name) {
            CU_ASSERT_PTR_EQUAL(s.outcomes[k++].row, eng_outcome_at(s.disease, j));
        }
    }
    CU_ASSERT_EQUAL(s.num_reads, 0);
    CU_ASSERT_EQUAL(s.records, 1000);
    CU_ASSERT_EQUAL(s.visits, 30);
    CU_ASSERT_FALSE(s.patients_common); /* the default of lhs */
    eng_study_free(&s);
}

/* ---- points --------------------------------------------------------------------------------------------- */

static void
test_list_points(void)
{
    eng_study_t s;
    double unit[4], values[2];
    eng_params_t params, nominal;

    parse_right(&s, full);
    CU_ASSERT_EQUAL_FATAL(s.num_points, 2);
    CU_ASSERT_EQUAL_FATAL(s.num_uncertain, 2);
    CU_ASSERT_EQUAL_FATAL(s.num_fixed, 1);
    CU_ASSERT_EQUAL(eng_study_points_unit(&s, unit), 0);
    eng_study_point_values(&s, unit + 2, values);
    CU_ASSERT_EQUAL(values[0], 5);
    CU_ASSERT_EQUAL(values[1], 0.4);
    CU_ASSERT_EQUAL(unit[0], 7);
    eng_study_point_params(&s, values, &params);
    eng_params_nominal(s.disease, &nominal);
    for (int j = 0; j < eng_param_count(s.disease); j++) {
        const char *name = eng_param_at(s.disease, j).name;
        const double want = strcmp(name, "atg.half_life") == 0 ? 5 : strcmp(name, "atg.t_cell_kill_rate") == 0 ? 0.4
            : strcmp(name, "trigger.rate") == 0                ? 8
                                                               : eng_params_get(&nominal, j);

        CU_ASSERT_EQUAL(eng_params_get(&params, j), want);
    }
    CU_ASSERT_EQUAL(s.uncertain[1].prior.arg[0], 0.25); /* 91.3125 1/y */
    CU_ASSERT_EQUAL(s.uncertain[1].prior.arg[1], 0.5);
    eng_study_free(&s);
}

static void
test_points_stay_within_bounds(void)
{
    char *text = replaced(small, "atg.half_life: prior", "atg.half_life: {uniform: [0.1, 100]}, trigger.rate: prior");
    double unit[32], values[2];
    eng_study_t s;
    int clipped = 0;
    bool noted = false;

    parse_right(&s, text);
    CU_ASSERT_EQUAL_FATAL(s.num_points, 16);
    for (int j = 0; j < s.num_complaints; j++) {
        noted = noted || strstr(s.complaints[j].text, "is moved to the bounds") != NULL;
    }
    CU_ASSERT(noted);
    CU_ASSERT_EQUAL(eng_study_points_unit(&s, unit), 0);
    for (int i = 0; i < 16; i++) {
        const eng_param_row_t row = eng_param_at(s.disease, s.uncertain[0].param);
        const double free_value = eng_dist_quantile(&s.uncertain[0].prior, unit[2 * i]);

        CU_ASSERT(unit[2 * i] > 0 && unit[2 * i] < 1);
        eng_study_point_values(&s, unit + 2 * i, values);
        CU_ASSERT_EQUAL(values[0], fmin(row.high, fmax(row.low, free_value)));
        clipped += values[0] != free_value;
    }
    CU_ASSERT(clipped > 0);
    eng_study_free(&s);
    free(text);
}

static void
test_one_nominal_point(void)
{
    char *text = replaced(small, "parameters: {atg.half_life: prior}\ndesign: {lhs: {points: 16}}\n", "");
    eng_params_t params, nominal;
    eng_study_t s;

    parse_right(&s, text);
    CU_ASSERT_EQUAL(s.num_points, 1);
    CU_ASSERT_PTR_NULL(s.design);
    CU_ASSERT_EQUAL(eng_study_points_unit(&s, NULL), 0);
    eng_study_point_params(&s, NULL, &params);
    eng_params_nominal(s.disease, &nominal);
    for (int j = 0; j < eng_param_count(s.disease); j++) {
        CU_ASSERT_EQUAL(eng_params_get(&params, j), eng_params_get(&nominal, j));
    }
    eng_study_free(&s);
    free(text);
}

/* ---- canonical form and identity ------------------------------------------------------------------------ */

static void
check_round_trip(const char *text)
{
    eng_study_t once, twice;

    parse_right(&once, text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(once.canonical);
    parse_right(&twice, once.canonical);
    CU_ASSERT_PTR_NOT_NULL_FATAL(twice.canonical);
    CU_ASSERT_STRING_EQUAL(once.canonical, twice.canonical);
    CU_ASSERT_STRING_EQUAL(once.identity, twice.identity);
    CU_ASSERT_STRING_EQUAL(once.extent, twice.extent);
    CU_ASSERT_EQUAL(strlen(once.identity), 32);
    eng_study_free(&once);
    eng_study_free(&twice);
}

static const char *
source_path(const char *name)
{
    const char *source = getenv("SOURCE");

    return eng_test_path(source == NULL ? "." : source, name);
}

static void
test_canonical_form_reads_back(void)
{
    static const char *const shipped[] = { "jobs/studies/ms-conditioning.yaml", "jobs/studies/ms-minimal.yaml", "jobs/studies/t1d-reset.yaml",
        "tests/data/studies/t1d-protect.yaml", "tests/data/studies/t1d-trials.yaml" };

    check_round_trip(full);
    check_round_trip(small);
    check_round_trip(tables);
    for (size_t j = 0; j < sizeof(shipped) / sizeof(*shipped); j++) {
        char *text = eng_test_read_file(source_path(shipped[j]), NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        check_round_trip(text);
        free(text);
    }
}

typedef struct {
    const char *from, *to;
    bool identity, extent; /* which of the two changes */
} change_t;

static void
test_what_changes_the_hashes(void)
{
    static const change_t changes[] = {
        { "study: full", "study: other", false, false },
        { "max_failures: 0.01", "max_failures: 0.5", false, false },
        { "max_bytes: 2e9", "max_bytes: 3e9", false, false },
        { "3 y", "1095.75 d", false, false },
        { "6e6 cells/kg", "6000000 /kg", false, false },
        { "uniform: [91.3125, 182.625], unit: 1/y", "uniform: {high: 0.5, low: 0.25}", false, false },
        { "{at: -5 d, condition: cy200}", "{condition: cy200, at: -5 d} # a remark", false, false },
        { "patients: 1e3", "patients: 1001", false, true },
        { "patients: 50", "patients: 51", false, true },
        { "[5, 0.4 1/d]", "[5, 0.41 1/d]", false, true },
        { "seed: 3", "seed: 2", true, false },
        { "horizon: 3 y", "horizon: 4 y", true, false },
        { "visits: 1 mo", "visits: 31 d", true, false },
        { "sd: 5", "sd: 6", true, false },
        { "at_least: 2", "at_least: 3", true, false },
        { "common", "independent", true, false },
        { "select: 4", "select: 3", true, false },
        { "after: 2 wk", "after: 3 wk", true, false },
        { "times: 3", "times: 4", true, false },
        { "taper: 1 mo", "taper: 2 mo", true, false },
        { "every: 2 mo", "every: 3 mo", true, false },
        { "trigger.rate: 8 1/y", "trigger.rate: 9 1/y", true, false },
        { "[91.3125,", "[91.3,", true, false },
        { "reference: late", "reference: dmt", true, false },
        { "[relapse,", "[progression,", true, false },
        { "[2 y, 1 y, 2 y]", "[2 y]", true, false },
        { "histogram: 64", "histogram: 32", true, false },
        { "points: true", "points: false", true, false },
        { "every: 0.5 y", "every: 0.25 y", true, false },
    };
    eng_study_t before, after;

    parse_right(&before, full);
    for (size_t j = 0; j < sizeof(changes) / sizeof(*changes); j++) {
        char *text = replaced(full, changes[j].from, changes[j].to);
        bool identity, extent;

        parse_right(&after, text);
        identity = strcmp(before.identity, after.identity) != 0;
        extent = strcmp(before.extent, after.extent) != 0;
        CU_ASSERT_EQUAL(identity, changes[j].identity);
        CU_ASSERT_EQUAL(extent, changes[j].extent);
        if (identity != changes[j].identity || extent != changes[j].extent) {
            printf("change '%s' to '%s'\n", changes[j].from, changes[j].to);
        }
        eng_study_free(&after);
        free(text);
    }
    eng_study_free(&before);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_top_level_and_cohort), ENG_TEST(test_seed_words_are_little_endian),
        ENG_TEST(test_protocols), ENG_TEST(test_loss_of_response), ENG_TEST(test_families),
        ENG_TEST(test_outcomes_and_reads), ENG_TEST(test_list_points),
        ENG_TEST(test_points_stay_within_bounds), ENG_TEST(test_one_nominal_point),
        ENG_TEST(test_canonical_form_reads_back), ENG_TEST(test_what_changes_the_hashes) };

    return ENG_TEST_MAIN(argc, argv, "study", tests);
}
