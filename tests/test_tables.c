/**
 * The model's tables keep their own rules: names are unique and found again, defaults lie within bounds, laws are laws,
 * and what the tables promise to each other holds.  Every disease of the catalogue runs through the same checks.
 */
#include "testlib.h"

#include "model/action_data.h"
#include "model/action.h"
#include "model/disease.h"
#include <stdio.h>
#include <string.h>

static bool
has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* Lower-case letters, digits, '_' and, in names of parameters, one '.' */
static bool
is_word(const char *name, int dots)
{
    const char *c;
    int seen = 0;

    for (c = name; *c != '\0'; c++) {
        seen += *c == '.';
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_.", *c) == NULL) {
            return false;
        }
    }
    return seen == dots && name[0] != '\0' && name[0] != '.' && strlen(name) < 64;
}

/* The law is valid and its median may be drawn without clipping. */
static void
check_law(const char *name, const eng_dist_t *law, double low, double high)
{
    const char *problem = eng_dist_problem(law);
    double median;

    if (problem != NULL) {
        fprintf(stderr, "%s: %s\n", name, problem);
        CU_FAIL("not a law");
        return;
    }
    median = eng_dist_quantile(law, 0.5);
    if (!(median >= low && median <= high)) {
        fprintf(stderr, "%s: median %g is outside %g..%g\n", name, median, low, high);
        CU_FAIL("a law outside its bounds");
    }
}

/* --- parameters ------------------------------------------------------------------------------------------ */

static void
check_params(const eng_disease_t *disease)
{
    int j, count = eng_param_count(disease);
    eng_params_t params;

    CU_ASSERT_FATAL(disease->num_params <= ENG_MAX_DISEASE_PARAMS);
    CU_ASSERT(count == ENG_NUM_CORE_PARAMS + disease->num_params);
    eng_params_nominal(disease, &params);
    for (j = 0; j < count; j++) {
        eng_param_row_t row = eng_param_at(disease, j);

        CU_ASSERT(is_word(row.name, 1));
        CU_ASSERT(has_text(row.unit) && has_text(row.source) && has_text(row.help) && row.symbol != NULL);
        CU_ASSERT(strchr("LDAT", row.source[0]) != NULL);
        CU_ASSERT(eng_param_find(disease, row.name) == j); /* also: no earlier row has the name */
        CU_ASSERT(row.low < row.high && row.low <= row.nominal && row.nominal <= row.high);
        check_law(row.name, &row.prior, row.low, row.high);
        CU_ASSERT(eng_params_get(&params, j) == row.nominal);
    }
    CU_ASSERT(eng_param_find(disease, "no.such_parameter") == -1);
}

static void
check_param_overrides(const eng_disease_t *disease)
{
    int k;

    for (k = 0; k < disease->num_param_overrides; k++) {
        const eng_param_override_t *moved = &disease->param_overrides[k];
        int j = eng_param_find(disease, moved->param);

        CU_ASSERT_FATAL(j >= 0 && j < ENG_NUM_CORE_PARAMS);
        CU_ASSERT(eng_param_at(disease, j).nominal == moved->nominal);
        CU_ASSERT(eng_param_at(disease, j).prior.kind == moved->prior.kind);
        CU_ASSERT(eng_param_at(disease, j).prior.arg[0] == moved->prior.arg[0]);
    }
}

static void
test_params(void)
{
    int d;

    for (d = 0; d < eng_disease_count(); d++) {
        check_params(eng_disease_at(d));
        check_param_overrides(eng_disease_at(d));
    }
}

static void
test_params_are_an_array(void)
{
    const eng_disease_t *disease = eng_disease_at(0);
    eng_params_t params;
    int j;

    eng_params_nominal(disease, &params);
    CU_ASSERT(params.hsc_renewal == 0.02 && eng_params_get(&params, 0) == 0.02);
    j = eng_param_find(disease, "hazard.background");
    CU_ASSERT_FATAL(j > 0 && j < ENG_NUM_CORE_PARAMS - 1);
    CU_ASSERT(strncmp(eng_param_at(disease, ENG_NUM_CORE_PARAMS - 1).name, "product.", 8) == 0); /* those of cells come last */
    eng_params_set(&params, j, 7);
    CU_ASSERT(params.hz_background == 7 && eng_params_get(&params, j) == 7);
    eng_params_set(&params, ENG_NUM_CORE_PARAMS + ENG_MAX_DISEASE_PARAMS - 1, 8);
    CU_ASSERT(params.disease[ENG_MAX_DISEASE_PARAMS - 1] == 8);
    CU_ASSERT(params.hz_background == 7);
}

/* --- covariates ------------------------------------------------------------------------------------------ */

static void
check_covariates(const eng_disease_t *disease)
{
    int j, k, count = eng_covariate_count(disease);

    CU_ASSERT_FATAL(count <= ENG_MAX_COVARIATES && count == ENG_NUM_COMMON_COV + disease->num_covariates);
    for (j = 0; j < count; j++) {
        eng_covariate_row_t row = eng_covariate_at(disease, j);

        CU_ASSERT(is_word(row.name, 0));
        CU_ASSERT(has_text(row.unit) && has_text(row.source) && has_text(row.help));
        CU_ASSERT(eng_covariate_find(disease, row.name) == j);
        CU_ASSERT(row.low < row.high);
        check_law(row.name, &row.law, row.low, row.high);
        CU_ASSERT(j < ENG_NUM_COMMON_COV ? row.draw < 40 && row.draw >= 0 : row.draw >= 40 && row.draw < 1 << 16);
        CU_ASSERT(j == 0 || row.draw > eng_covariate_at(disease, j - 1).draw); /* one pass draws all */
    }
    for (k = 0; k < disease->num_law_overrides; k++) {
        eng_covariate_row_t row = eng_covariate_at(disease, (int)disease->law_overrides[k].covariate);

        CU_ASSERT((int)disease->law_overrides[k].covariate < ENG_NUM_COMMON_COV);
        CU_ASSERT(row.law.kind == disease->law_overrides[k].law.kind);
        CU_ASSERT(row.law.arg[0] == disease->law_overrides[k].law.arg[0]);
    }
    CU_ASSERT(eng_covariate_find(disease, "shoe_size") == -1);
}

static void
test_covariates(void)
{
    int d;

    for (d = 0; d < eng_disease_count(); d++) {
        check_covariates(eng_disease_at(d));
    }
}

/* Draw numbers are part of the key of every stream: they must never move. */
static void
test_draw_numbers_are_fixed(void)
{
    static const char *const names[] = { "age", "female", "weight", "cmv", "hct_ci", "duration", "severity",
        "prior_lines", "thymic_function", "clone_fitness", "frailty", "centre", "chemosensitivity", "marrow_feedback",
        "t_cell_growth", "atg_exposure", "t_dose", "activation", "homing", "cooperation", "year", "organ_score" };
    int j, place;

    for (j = 0; j < (int)(sizeof(names) / sizeof(*names)); j++) {
        place = eng_covariate_find(eng_disease_at(0), names[j]);
        CU_ASSERT_FATAL(place >= 0);
        CU_ASSERT(eng_covariate_at(eng_disease_at(0), place).draw == j);
    }
    CU_ASSERT(ENG_NUM_COMMON_COV == sizeof(names) / sizeof(*names));
    CU_ASSERT(eng_covariate_find(eng_disease_at(0), "cooperation") == ENG_COV_COOPERATION);
}

/* No two classes of drugs draw the same, whether they are listed or only named; those of the list never move. */
static void
test_drug_classes_draw_apart(void)
{
    int named = 0;

    for (int j = 0; j < eng_noun_count(ENG_VERB_DRUG); j++) {
        const char *name = eng_noun_at(ENG_VERB_DRUG, j)->class_name;

        named += eng_drug_class_number(name) > 4;
        CU_ASSERT(eng_drug_class_number(name) < UINT32_C(1) << 31);
        for (int k = 0; k < j; k++) {
            const char *other = eng_noun_at(ENG_VERB_DRUG, k)->class_name;
            CU_ASSERT((strcmp(name, other) == 0) == (eng_drug_class_number(name) == eng_drug_class_number(other)));
        }
    }
    CU_ASSERT(named >= 2); /* of tests/diseases */
    CU_ASSERT(eng_drug_class_number("ms_dmt") == 0 && eng_drug_class_number("insulin") == 4);
    CU_ASSERT(eng_drug_class_number("blister_jak") == UINT32_C(0x46112ab3));
}

/* --- diseases, events, markers --------------------------------------------------------------------------- */

static void
test_diseases(void)
{
    int d;

    CU_ASSERT_FATAL(eng_disease_count() >= 1);
    for (d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);

        CU_ASSERT(is_word(disease->module.name, 0) && has_text(disease->module.help));
        CU_ASSERT(eng_disease_find(disease->module.name) == disease);
        CU_ASSERT(disease->when_events >> eng_event_count(disease) == 0);
    }
    CU_ASSERT(eng_disease_at(-1) == NULL && eng_disease_at(eng_disease_count()) == NULL);
    CU_ASSERT(eng_disease_find("melancholy") == NULL);
    CU_ASSERT(eng_disease_find("ms") != NULL);
}

static void
check_names(const char *(*name_of)(int), int count)
{
    int j, k;

    for (j = 0; j < count; j++) {
        CU_ASSERT_FATAL(name_of(j) != NULL);
        CU_ASSERT(is_word(name_of(j), 0));
        for (k = 0; k < j; k++) {
            CU_ASSERT(strcmp(name_of(j), name_of(k)) != 0);
        }
    }
    CU_ASSERT(name_of(-1) == NULL && name_of(count) == NULL);
}

/* Of the disease under test. */
static const eng_disease_t *named;

static const char *
event_name(int event)
{
    return eng_event_name(named, event);
}

static const char *
cause_name(int cause)
{
    return eng_cause_name(named, cause);
}

static void
test_names(void)
{
    for (int d = 0; d < eng_disease_count(); d++) {
        named = eng_disease_at(d);
        check_names(event_name, eng_event_count(named));
        check_names(cause_name, eng_cause_count(named));
    }
    check_names(eng_failure_name, ENG_NUM_FAILURES);
    check_names(eng_verb_name, ENG_NUM_VERBS);
    CU_ASSERT_STRING_EQUAL(eng_event_name(named, ENG_EVENT_INFECTION), "infection");
    CU_ASSERT_STRING_EQUAL(eng_cause_name(named, ENG_CAUSE_VIRAL), "viral_infection");
    CU_ASSERT_STRING_EQUAL(eng_failure_name(ENG_FAILURE_NONE), "none");
}

static void
test_markers(void)
{
    int d, j;

    for (d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);

        for (j = 0; j < eng_marker_count(disease); j++) {
            const eng_marker_row_t *row = eng_marker_row(disease, j);

            CU_ASSERT_FATAL(row != NULL);
            CU_ASSERT(is_word(row->name, 0) && has_text(row->unit) && has_text(row->help));
            CU_ASSERT(row->step > 0 && row->low < row->high && row->step < (row->high - row->low) / 50);
            CU_ASSERT(!row->logarithmic || row->low > 0);
            CU_ASSERT(row->better >= -1 && row->better <= 1);
            CU_ASSERT(eng_marker_find(disease, row->name) == j);
        }
        CU_ASSERT(disease->num_markers == 0 || eng_marker_row(disease, ENG_MARKER_OWN(0)) == disease->markers);
        CU_ASSERT(eng_marker_row(disease, -1) == NULL && eng_marker_row(disease, eng_marker_count(disease)) == NULL);
        CU_ASSERT(eng_marker_find(disease, "mood") == -1);
    }
}

/* --- outcomes -------------------------------------------------------------------------------------------- */

static void
check_outcome(const eng_disease_t *disease, const eng_outcome_row_t *row)
{
    CU_ASSERT(is_word(row->name, 0) && has_text(row->unit) && has_text(row->help));
    /* all events and numbers so far are good or bad: 0 is a field that was left out */
    CU_ASSERT(row->kind == ENG_OUTCOME_MARKER ? row->better == 0 : row->better == 1 || row->better == -1);
    if (row->kind == ENG_OUTCOME_TIME) {
        CU_ASSERT(row->events != 0 && (row->events & row->competing) == 0);
        CU_ASSERT((row->events | row->competing) >> eng_event_count(disease) == 0);
        /* one who died has not survived anything, and is out of reach of every other event */
        CU_ASSERT((row->events | row->competing) & ENG_BIT(ENG_EVENT_DEATH));
        CU_ASSERT(!row->survival || (row->events & ENG_BIT(ENG_EVENT_DEATH) && row->competing == 0));
        CU_ASSERT_STRING_EQUAL(row->unit, "d");
    } else if (row->kind == ENG_OUTCOME_NUMBER) {
        CU_ASSERT(row->source >= 0 && row->source < eng_number_count(disease));
        CU_ASSERT(row->step > 0 && row->low < row->high);
    } else {
        CU_ASSERT_FATAL(row->kind == ENG_OUTCOME_MARKER && row->source >= 0 && row->source < eng_marker_count(disease));
        CU_ASSERT_STRING_EQUAL(row->name, eng_marker_row(disease, row->source)->name);
        CU_ASSERT_STRING_EQUAL(row->unit, eng_marker_row(disease, row->source)->unit);
    }
}

static void
test_outcomes(void)
{
    int d, j, marker;

    for (d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);
        unsigned shown = 0;

        for (j = 0; j < eng_outcome_count(disease); j++) {
            const eng_outcome_row_t *row = eng_outcome_at(disease, j);

            CU_ASSERT_FATAL(row != NULL);
            check_outcome(disease, row);
            CU_ASSERT(eng_outcome_find(disease, row->name) == j);
            shown |= row->kind == ENG_OUTCOME_MARKER ? 1u << row->source : 0;
        }
        for (marker = 0; marker < eng_marker_count(disease); marker++) {
            CU_ASSERT(shown >> marker & 1u);
        }
        CU_ASSERT(eng_outcome_at(disease, -1) == NULL);
        CU_ASSERT(eng_outcome_at(disease, eng_outcome_count(disease)) == NULL);
        CU_ASSERT(eng_outcome_find(disease, "fortune") == -1);
    }
}

/* What results of before the attribute `better` meant: docs/FILE_FORMAT.md, analysis/result.py. */
static void
test_which_way_is_better(void)
{
    static const char *const good[] = { "os", "efs", "rfs", "pfs", "neda3", "neda3_after_year1", "improvement", "anc_recovery",
        "plt_recovery", "cd4_200" };
    const eng_disease_t *ms = eng_disease_find("ms");

    for (int j = 0; j < eng_outcome_count(ms); j++) {
        const eng_outcome_row_t *row = eng_outcome_at(ms, j);
        int expected = row->kind == ENG_OUTCOME_MARKER && row->source < ENG_NUM_SHARED_MARKERS ? 0 : -1;
        for (size_t k = 0; k < sizeof(good) / sizeof(*good); k++) {
            expected = strcmp(row->name, good[k]) == 0 ? 1 : expected;
        }
        CU_ASSERT_EQUAL(eng_outcome_better(ms, row), expected);
    }
}

/* Studies that exist name these. */
static void
test_outcome_names_are_fixed(void)
{
    static const char *const fixed[] = { "relapse", "progression", "death", "os", "nrm", "efs", "rfs", "pfs", "neda3",
        "anc_recovery", "plt_recovery", "cd4_200", "graft_failure", "infections", "arr", "edss", "anc", "platelets",
        "cd4", "cd8", "nk", "b", "treg", "naive_cd4_share", "e1y_ratio", "clones_left" };
    size_t j;

    for (j = 0; j < sizeof(fixed) / sizeof(*fixed); j++) {
        CU_ASSERT(eng_outcome_find(eng_disease_find("ms"), fixed[j]) >= 0);
    }
}

#define NEVER ENG_TICK_NEVER
#define ASKED_IN_VAIN ENG_TICK_NOT_APPLICABLE

static void
test_outcome_time(void)
{
    static const struct {
        const char *outcome;
        int32_t relapse, progression, death, anc;
        int want;
        int32_t tick;
    } cases[] = {
        { "relapse", NEVER, NEVER, NEVER, NEVER, 0, 1000 },
        { "relapse", 160, NEVER, NEVER, NEVER, 1, 160 },
        { "relapse", 160, NEVER, 100, NEVER, 2, 100 },
        { "relapse", 160, 20, 160, NEVER, 1, 160 },      /* on a tie the event wins */
        { "relapse", 1001, NEVER, NEVER, NEVER, 0, 1000 }, /* after the horizon */
        { "relapse", 1000, NEVER, NEVER, NEVER, 1, 1000 }, /* on it */
        { "relapse", 1001, NEVER, 1000, NEVER, 2, 1000 },
        { "relapse", 2000, NEVER, 1500, NEVER, 0, 1000 },
        { "efs", 300, 200, 100, NEVER, 1, 100 },
        { "efs", 300, 200, NEVER, NEVER, 1, 200 },
        { "rfs", 300, 200, NEVER, NEVER, 1, 300 },
        { "pfs", 300, 200, NEVER, NEVER, 1, 200 },
        { "os", 300, 200, NEVER, NEVER, 0, 1000 },
        { "os", 300, 200, -16, NEVER, 1, -16 }, /* died of conditioning */
        { "nrm", NEVER, NEVER, 500, NEVER, 1, 500 },
        { "nrm", NEVER, 400, 500, NEVER, 2, 400 },
        { "nrm", 500, NEVER, 500, NEVER, 1, 500 },
        { "anc_recovery", NEVER, NEVER, NEVER, 176, 1, 176 },
        { "anc_recovery", NEVER, NEVER, 90, NEVER, 2, 90 },
        { "anc_recovery", NEVER, NEVER, NEVER, ASKED_IN_VAIN, -1, ASKED_IN_VAIN },
        { "anc_recovery", NEVER, NEVER, 90, ASKED_IN_VAIN, -1, ASKED_IN_VAIN },
        { "rfs", ASKED_IN_VAIN, NEVER, 90, NEVER, 1, 90 }, /* one part that can be asked is enough */
        { "nrm", ASKED_IN_VAIN, ASKED_IN_VAIN, 90, NEVER, 1, 90 },
    };
    static eng_results_t results;
    const eng_disease_t *disease = eng_disease_at(0);
    const int lane = 5;
    size_t j;
    int32_t tick;

    for (j = 0; j < sizeof(results.tick) / sizeof(int32_t); j++) {
        results.tick[j / ENG_LANES][j % ENG_LANES] = 0; /* what other lanes hold must not matter */
    }
    for (j = 0; j < (size_t)eng_event_count(disease); j++) {
        results.tick[j][lane] = NEVER;
    }
    for (j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        const eng_outcome_row_t *row = eng_outcome_at(disease, eng_outcome_find(disease, cases[j].outcome));

        results.tick[ENG_EVENT_RELAPSE][lane] = cases[j].relapse;
        results.tick[ENG_EVENT_PROGRESSION][lane] = cases[j].progression;
        results.tick[ENG_EVENT_DEATH][lane] = cases[j].death;
        results.tick[ENG_EVENT_ANC_RECOVERY][lane] = cases[j].anc;
        tick = 12345;
        CU_ASSERT(eng_outcome_time(row, &results, lane, 1000, &tick) == cases[j].want);
        CU_ASSERT(tick == cases[j].tick);
    }
}

static const eng_test_t tests[] = {
    ENG_TEST(test_params),
    ENG_TEST(test_params_are_an_array),
    ENG_TEST(test_covariates),
    ENG_TEST(test_draw_numbers_are_fixed),
    ENG_TEST(test_drug_classes_draw_apart),
    ENG_TEST(test_diseases),
    ENG_TEST(test_names),
    ENG_TEST(test_markers),
    ENG_TEST(test_outcomes),
    ENG_TEST(test_which_way_is_better),
    ENG_TEST(test_outcome_names_are_fixed),
    ENG_TEST(test_outcome_time),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "tables", tests);
}
