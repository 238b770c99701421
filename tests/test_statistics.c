/**
 * What holds of every statistic of the list, whatever it sums up; and those that a study asks for by name, by hand.
 */
#include "layout_fixture.h"
#include "stats/distribution.h"
#include "stats/estimator.h"
#include "stats/moments.h"
#include "stats/survival.h"
#include "study/summary.h"

#define ROW_WORDS 4096
#define LANES 60

static const int32_t landmarks[] = { 160, 1600, 6400 };
static const double days[] = { 30, 365 };

/* A subject of each kind, as a study might have it. */
static eng_subject_t
subject_of(unsigned of)
{
    eng_subject_t subject = { .of = of, .name = "some", .unit = of == ENG_OF_TIME ? "d" : "1", .competes = true, .death_competes = true,
        .step = of == ENG_OF_TIME ? 1.0 / 16 : of == ENG_OF_NUMBER ? 1 : 0.01, .counts = of == ENG_OF_NUMBER, .horizon = 6400, .landmark = landmarks, .num_landmarks = 3, .num_event_days = 402,
        .num_readings = 1, .points = true };

    eng_bins_init(&subject.bins, 0, 10, 0.01, false, 64);
    eng_bins_init(&subject.point_bins, 0, of == ENG_OF_TIME ? 400 : 10, subject.step, false, 8);
    if ((of & (ENG_OF_MARKER | ENG_OF_TRAJECTORY)) != 0) {
        subject.day = days;
        subject.num_readings = 2;
    }
    return subject;
}

/* Words one after the other in three rows: of a point, of pairs in the same row, of all points. */
static eng_place_t
place(const eng_subject_t *subject, const eng_statistic_field_t *fields, int num, int reading, size_t used[2])
{
    eng_place_t at = { .stride = (size_t)subject->num_readings };

    memset(at.word, 0xff, sizeof(at.word));
    used[0] = used[1] = 0;
    for (int k = 0; k < num; k++) {
        const eng_axis_t *axis = fields[k].axis;
        size_t *row = &used[fields[k].cells == ENG_CELLS_POOLED];
        if (fields[k].dataset != NULL) {
            at.word[k] = *row + (axis[0] == ENG_AXIS_READING ? (size_t)reading * eng_axis_size(subject, axis[1]) : 0);
            *row += eng_axis_size(subject, axis[0]) * eng_axis_size(subject, axis[1]);
        }
    }
    return at;
}

typedef struct {
    int32_t tick[ENG_LANES], kind[ENG_LANES], quantum[ENG_LANES];
    double value[ENG_LANES], earlier[2][ENG_LANES]; /* readings of a marker, of which `value` is one */
    int32_t death[ENG_LANES];
    int reading;
} courses_t;

static void
draw(courses_t *courses, const eng_subject_t *subject, uint64_t *state)
{
    for (int l = 0; l < LANES; l++) {
        courses->kind[l] = (int32_t)(eng_test_random(state) % 4) - 1;
        courses->tick[l] = courses->kind[l] == ENG_KIND_NONE ? subject->horizon : (int32_t)eng_test_uniform(state, -50, 6400);
        courses->value[l] = eng_test_random(state) % 5 == 0 ? NAN : eng_test_uniform(state, -1, 12);
        courses->death[l] = eng_test_random(state) % 3 == 0 ? 1000 + l : ENG_TICK_NEVER;
        courses->earlier[1 - courses->reading][l] = 3;
        courses->earlier[courses->reading][l] = courses->value[l];
    }
    if (subject->of == ENG_OF_TIME) {
        eng_survival_restrict(courses->tick, courses->kind, LANES, subject->horizon, courses->quantum);
    } else {
        eng_quantise(courses->value, LANES, subject->step, courses->quantum);
    }
}

static eng_seen_t
see(const courses_t *courses, size_t first, size_t count)
{
    static const int read_at[] = { 0, 1 };

    return (eng_seen_t){ .reading = courses->reading, .read = courses->earlier[0] + first, .read_at = read_at, .read_stride = ENG_LANES,
        .death = courses->death + first, .count = count, .loops = eng_loops_find("plain"), .quantum = courses->quantum + first,
        .tick = courses->tick + first, .kind = courses->kind + first, .value = courses->value + first };
}

static void
check_fields(const eng_statistic_field_t *fields, int num)
{
    CU_ASSERT_FATAL(num >= 0 && num <= ENG_MAX_STATISTIC_FIELDS);
    for (int k = 0; k < num; k++) {
        CU_ASSERT(fields[k].dataset == NULL || fields[k].long_name[0] != '\0');
        for (int i = 0; i < k; i++) {
            CU_ASSERT(fields[k].dataset == NULL || fields[i].dataset == NULL || fields[i].cells != fields[k].cells ||
                strcmp(fields[i].dataset, fields[k].dataset) != 0);
        }
    }
}

/* In one call, in two, and without a row of all points: the same words, within those that were asked for. */
static void
check_adding(const eng_statistic_t *statistic, const eng_subject_t *subject, int reading, const eng_place_t *at, const size_t used[2], uint64_t *state)
{
    static int64_t own[3][ROW_WORDS], pooled[2][ROW_WORDS];
    eng_seen_t whole, half;
    courses_t courses = { .reading = reading };
    int64_t sum = 0;

    CU_ASSERT_FATAL(used[0] < ROW_WORDS && used[1] < ROW_WORDS);
    memset(own, 0, sizeof(own));
    memset(pooled, 0, sizeof(pooled));
    draw(&courses, subject, state);
    whole = see(&courses, 0, LANES);
    statistic->add(subject, &whole, at, own[0], pooled[0]);
    half = see(&courses, 0, 23);
    statistic->add(subject, &half, at, own[1], pooled[1]);
    half = see(&courses, 23, LANES - 23);
    statistic->add(subject, &half, at, own[1], pooled[1]);
    statistic->add(subject, &whole, at, own[2], NULL);
    CU_ASSERT_EQUAL(memcmp(own[0], own[1], sizeof(own[0])), 0);
    CU_ASSERT_EQUAL(memcmp(own[0], own[2], sizeof(own[0])), 0);
    CU_ASSERT_EQUAL(memcmp(pooled[0], pooled[1], sizeof(pooled[0])), 0);
    for (size_t k = 0; k < ROW_WORDS; k++) {
        CU_ASSERT(own[0][k] == 0 || k < used[0]);
        CU_ASSERT(pooled[0][k] == 0 || k < used[1]);
        sum += own[0][k] != 0 || pooled[0][k] != 0;
    }
    /* ratios of counts are of pairs alone; a slope is added once, at the first of the readings that it needs */
    CU_ASSERT_EQUAL(sum > 0, !statistic->of_couples && !(statistic->compares && subject->of == ENG_OF_NUMBER) && !(statistic == eng_statistic_at(ENG_STATISTIC_slope) && reading > 0));
}

/* Courses differ from themselves by nothing: pairs are counted, and no more; of ratios both sides are equal. */
static void
check_pairs(const eng_statistic_t *statistic, const eng_subject_t *subject, int reading, const eng_place_t *at, uint64_t *state)
{
    static int64_t own[ROW_WORDS], pooled[ROW_WORDS];
    courses_t courses = { .reading = reading };
    int64_t sum = 0;
    eng_seen_t seen;
    int present = 0;

    memset(own, 0, sizeof(own));
    memset(pooled, 0, sizeof(pooled));
    draw(&courses, subject, state);
    seen = see(&courses, 0, LANES);
    statistic->add_pair(subject, &seen, &seen, at, own, pooled);
    for (int l = 0; l < LANES; l++) {
        present += courses.quantum[l] != ENG_QUANTUM_MISSING;
    }
    for (size_t k = 0; k < ROW_WORDS; k++) {
        CU_ASSERT(own[k] == 0 || own[k] == present || (statistic->compares && statistic->of == ENG_OF_NUMBER));
        sum += pooled[k];
    }
    if (statistic->compares && statistic->of == ENG_OF_NUMBER) {
        CU_ASSERT(own[0] > 0 && own[0] == own[1] && own[2] == own[3] && own[4] == own[6] && own[4] == own[8]);
    }
    CU_ASSERT_EQUAL(sum, statistic->compares && statistic->of == ENG_OF_TIME ? present : 0);
}

static void
test_every_statistic_keeps_the_contract(void)
{
    uint64_t state = 11;

    for (int j = 0; j < ENG_NUM_STATISTICS; j++) {
        const eng_statistic_t *statistic = eng_statistic_at(j);
        CU_ASSERT(statistic->name[0] != '\0' && statistic->help[0] != '\0' && statistic->of != 0);
        CU_ASSERT((statistic->cluster == NULL) == (statistic->wide == NULL));
        for (unsigned of = 1; of <= ENG_OF_TRAJECTORY; of *= 2) {
            const eng_subject_t subject = subject_of(of);
            for (int r = 0; (statistic->of & of) != 0 && r < subject.num_readings; r++) {
                eng_statistic_field_t fields[ENG_MAX_STATISTIC_FIELDS] = { { .dataset = NULL } };
                const int num = statistic->fields(&subject, fields);
                size_t used[2];
                const eng_place_t at = place(&subject, fields, num, r, used);
                check_fields(fields, num);
                check_adding(statistic, &subject, r, &at, used, &state);
                if (statistic->add_pair != NULL) {
                    check_pairs(statistic, &subject, r, &at, &state);
                }
            }
        }
    }
}

static void
test_every_kind_is_found_by_its_name(void)
{
    int kinds = 0;

    for (int kind = -1; kind <= ENG_NUM_KINDS_OF_ESTIMATES; kind++) {
        const eng_column_t *column = eng_column_at(kind);
        if (column != NULL) {
            kinds++;
            CU_ASSERT_EQUAL(eng_column_find(column->name), kind);
            CU_ASSERT_PTR_NOT_NULL(column->words);
        }
    }
    CU_ASSERT(kinds >= 5);
    CU_ASSERT_EQUAL(eng_column_find("no such kind"), -1);
    CU_ASSERT_PTR_NULL(eng_statistic_at(-1));
    CU_ASSERT_PTR_NULL(eng_statistic_at(ENG_NUM_STATISTICS));
}

/* Values of R 4 and SciPy. */
static void
test_distributions(void)
{
    static const double gamma[][3] = { { 0.025, 5, 1.6234863901184207 }, { 0.975, 6, 11.668332079322671 }, { 0.025, 0.3, 3.1856790317391693e-06 }, { 0.975, 40.5, 53.891704832667251 },
        { 0.025, 900, 842.15388849350791 }, { 0.999, 2, 9.2334134764515845 } };
    static const double beta[][4] = { { 0.025, 3, 8, 0.066739511177734467 }, { 0.975, 4, 7, 0.65245285005999731 }, { 0.025, 0.5, 0.5, 0.001541333133436012 },
        { 0.975, 120, 4.5, 0.98897063167563137 }, { 0.5, 1000, 3, 0.99733217458057266 } };

    for (size_t j = 0; j < sizeof(gamma) / sizeof(*gamma); j++) {
        ENG_ASSERT_NEAR(eng_gamma_quantile(gamma[j][0], gamma[j][1]), gamma[j][2], 1e-11 * gamma[j][2]);
        ENG_ASSERT_NEAR(eng_gamma_cdf(gamma[j][2], gamma[j][1]), gamma[j][0], 1e-11);
    }
    for (size_t j = 0; j < sizeof(beta) / sizeof(*beta); j++) {
        ENG_ASSERT_NEAR(eng_beta_quantile(beta[j][0], beta[j][1], beta[j][2]), beta[j][3], 1e-11 * beta[j][3]);
        ENG_ASSERT_NEAR(eng_beta_cdf(beta[j][3], beta[j][1], beta[j][2]), beta[j][0], 1e-11);
    }
    CU_ASSERT_EQUAL(eng_gamma_cdf(0, 2), 0.0);
    CU_ASSERT_EQUAL(eng_beta_cdf(1, 2, 3), 1.0);
}

/* --- by name ------------------------------------------------------------------------------------------------ */

typedef struct {
    fixture_t fix;
    eng_layout_t layout;
    int64_t *point, *pooled;
    eng_summary_t summary;
} run_t;

/* 20 patients under every protocol: patient l relapses on day 20 (l + 1) if l < relapses, patients 18 and 19 die on day 100. */
static void
run_relapses(run_t *run, int relapses, uint32_t estimates)
{
    tiles_t *tiles = fix_tiles();

    memset(run, 0, sizeof(*run));
    fix_init(&run->fix);
    run->fix.study.estimates = estimates;
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&run->layout, &run->fix.study), ENG_OK);
    run->point = calloc(FIX_PROTOCOLS * run->layout.point_words, sizeof(int64_t));
    run->pooled = calloc(FIX_PROTOCOLS * run->layout.pooled_words, sizeof(int64_t));
    CU_ASSERT_FATAL(run->point != NULL && run->pooled != NULL);
    for (int p = 0; p < FIX_PROTOCOLS; p++) {
        for (int l = 0; l < 20; l++) {
            for (int e = 0; e < ENG_MAX_EVENTS; e++) {
                tiles->results[p].tick[e][l] = ENG_TICK_NEVER;
            }
            tiles->results[p].tick[ENG_EVENT_RELAPSE][l] = l < relapses ? 16 * 20 * (l + 1) : ENG_TICK_NEVER;
            tiles->results[p].tick[ENG_EVENT_DEATH][l] = l >= 18 ? 1600 : ENG_TICK_NEVER;
            tiles->results[p].cause[l] = l >= 18 ? ENG_CAUSE_VIRAL : ENG_CAUSE_NONE;
        }
    }
    fix_lanes(tiles, 20);
    eng_layout_add(&run->layout, tiles->results, 0, 20, NULL, run->point, run->pooled);
    free(tiles);
}

static void
finish(run_t *run)
{
    free(run->point);
    free(run->pooled);
    eng_summary_free(&run->summary);
    eng_layout_free(&run->layout);
}

static const eng_estimate_t *
find(const run_t *run, int outcome, const char *kind)
{
    for (int j = 0; j < run->summary.num_estimates; j++) {
        const eng_estimate_t *row = &run->summary.estimates[j];
        if (row->outcome == outcome && row->protocol == 0 && row->kind == eng_column_find(kind)) {
            return row;
        }
    }
    return NULL;
}

static void
test_rate_by_hand(void)
{
    /* 5 relapses, on days 20 to 100; 2 deaths on day 100; 13 patients are followed for 400 d */
    const double years = (20 + 40 + 60 + 80 + 100 + 200 + 13 * 400) / 365.25;
    const eng_estimate_t *row;
    run_t run;

    run_relapses(&run, 5, UINT32_C(1) << ENG_STATISTIC_rate);
    CU_ASSERT_EQUAL_FATAL(eng_summary_point(&run.summary, &run.layout, run.point), ENG_OK);
    row = find(&run, FIX_RELAPSE, "rate");
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_EQUAL(row->n, 20);
    CU_ASSERT_EQUAL(row->at, 400);
    ENG_ASSERT_NEAR(row->value, 5 / years, 1e-12);
    ENG_ASSERT_NEAR(row->low, 1.6234863901184228 / years, 1e-11); /* exact for 5 events (F. Garwood, Biometrika 28 (1936)) */
    ENG_ASSERT_NEAR(row->high, 11.668332079322664 / years, 1e-11);
    CU_ASSERT_PTR_NULL(find(&run, FIX_INFECTIONS, "rate"));
    CU_ASSERT_EQUAL(eng_estimate_direction(&run.fix.study, FIX_RELAPSE, row->kind), -1);
    CU_ASSERT_EQUAL(eng_estimate_direction(&run.fix.study, FIX_OS, row->kind), -1); /* more deaths are less survival */
    CU_ASSERT_STRING_EQUAL(eng_estimate_unit(&run.fix.study, FIX_OS, row->kind), "1/y");
    finish(&run);

    run_relapses(&run, 0, UINT32_C(1) << ENG_STATISTIC_rate);
    CU_ASSERT_EQUAL_FATAL(eng_summary_point(&run.summary, &run.layout, run.point), ENG_OK);
    row = find(&run, FIX_RELAPSE, "rate");
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT(row->value == 0 && row->low == 0);
    ENG_ASSERT_NEAR(row->high, 3.6888794541139363 / ((200 + 18 * 400) / 365.25), 1e-11);
    finish(&run);
}

static void
test_nothing_is_kept_that_was_not_asked_for(void)
{
    run_t with, without;

    run_relapses(&with, 5, UINT32_C(1) << ENG_STATISTIC_rate);
    run_relapses(&without, 5, 0);
    CU_ASSERT_EQUAL(with.layout.point_words, without.layout.point_words + 2 * 4); /* four times to an event */
    CU_ASSERT_EQUAL(with.layout.pooled_words, without.layout.pooled_words);
    CU_ASSERT_EQUAL_FATAL(eng_summary_point(&without.summary, &without.layout, without.point), ENG_OK);
    CU_ASSERT_PTR_NULL(find(&without, FIX_RELAPSE, "rate"));
    finish(&with);
    finish(&without);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_every_statistic_keeps_the_contract),
        ENG_TEST(test_every_kind_is_found_by_its_name),
        ENG_TEST(test_distributions),
        ENG_TEST(test_rate_by_hand),
        ENG_TEST(test_nothing_is_kept_that_was_not_asked_for),
    };

    return ENG_TEST_MAIN(argc, argv, "statistics", tests);
}
