/**
 * Estimates and contrasts: small examples by hand for one point, independent points and common patients.
 */
#include "base/ticks.h"
#include "layout_fixture.h"
#include "stats/interval.h"
#include "study/summary.h"

/* To be renewed when an estimator or an interval changes on purpose, after comparing the compilers. */
#define EXPECTED_BITS UINT64_C(0xa9e7f369455e59e3)

typedef struct {
    fixture_t fix;
    eng_layout_t layout;
    tiles_t *tiles;
    int64_t *point, *pooled, *cluster;
    eng_summary_t summary;
} run_t;

static void
start(run_t *run)
{
    memset(run, 0, sizeof(*run));
    fix_init(&run->fix);
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&run->layout, &run->fix.study), ENG_OK);
    run->tiles = fix_tiles();
    run->point = calloc(FIX_PROTOCOLS * run->layout.point_words, sizeof(int64_t));
    run->pooled = calloc(FIX_PROTOCOLS * run->layout.pooled_words, sizeof(int64_t));
    run->cluster = calloc(FIX_PROTOCOLS * run->layout.cluster_words, sizeof(int64_t));
    CU_ASSERT_FATAL(run->point != NULL && run->pooled != NULL && run->cluster != NULL);
}

static void
finish(run_t *run)
{
    free(run->tiles);
    free(run->point);
    free(run->pooled);
    free(run->cluster);
    eng_summary_free(&run->summary);
    eng_layout_free(&run->layout);
}

/** A point of `n` healthy courses (n <= 64): score 2 + patient / 100, two infections, no event. */
static void
set_quiet(tiles_t *tiles, int n)
{
    int p, e, r, m, l;

    for (p = 0; p < FIX_PROTOCOLS; p++) {
        memset(tiles->results[p].cause, 0, ENG_LANES);
        memset(tiles->results[p].failure, 0, ENG_LANES);
        for (l = 0; l < n; l++) {
            for (e = 0; e < FIX_NUM_EVENTS; e++) {
                tiles->results[p].tick[e][l] = ENG_TICK_NEVER;
            }
            for (e = 0; e < FIX_NUM_NUMBERS; e++) {
                tiles->results[p].number[e][l] = 2;
            }
            for (r = 0; r < FIX_READS; r++) {
                for (m = 0; m < FIX_NUM_MARKERS; m++) {
                    tiles->read[p][r][m][l] = 2 + l / 100.0;
                }
            }
        }
    }
    fix_lanes(tiles, n);
}

/** Add the tile as a finished point of its own. */
static void
add_point(run_t *run)
{
    memset(run->point, 0, FIX_PROTOCOLS * run->layout.point_words * sizeof(int64_t));
    eng_layout_add(&run->layout, run->tiles->results, 0, run->tiles->results[0].num_lanes, NULL, run->point, run->pooled);
    eng_layout_cluster(&run->layout, run->point, run->cluster);
}

static void
summarise(run_t *run)
{
    CU_ASSERT_EQUAL_FATAL(eng_summary_create(&run->summary, &run->layout, run->cluster, run->pooled), ENG_OK);
}

/** The which-th (from 0) row of its kind; `at` NaN: any. */
static const eng_estimate_t *
estimate(const run_t *run, int outcome, int protocol, eng_estimate_kind_t kind, double at, int which)
{
    const eng_estimate_t *row;
    int j;

    for (j = 0; j < run->summary.num_estimates; j++) {
        row = &run->summary.estimates[j];
        if (row->outcome == outcome && row->protocol == protocol && row->kind == kind && (at != at || row->at == at) &&
            which-- == 0) {
            return row;
        }
    }
    CU_FAIL_FATAL("no such estimate");
    return NULL;
}

static const eng_contrast_t *
contrast(const run_t *run, int outcome, int protocol, eng_estimate_kind_t kind, double at)
{
    const eng_contrast_t *row;
    int j;

    for (j = 0; j < run->summary.num_contrasts; j++) {
        row = &run->summary.contrasts[j];
        if (row->outcome == outcome && row->protocol == protocol && row->kind == kind && (at != at || row->at == at)) {
            return row;
        }
    }
    CU_FAIL_FATAL("no such contrast");
    return NULL;
}

/** 20 patients: under protocol 0 patients 0-4 die on days 10 .. 50, under the reference patients 3-4 on day 100. */
static void
set_deaths(tiles_t *tiles)
{
    int l;

    set_quiet(tiles, 20);
    for (l = 0; l < 5; l++) {
        tiles->results[0].tick[ENG_EVENT_DEATH][l] = 160 * (l + 1);
        tiles->results[0].cause[l] = ENG_CAUSE_VIRAL;
    }
    for (l = 3; l < 5; l++) {
        tiles->results[FIX_REFERENCE].tick[ENG_EVENT_DEATH][l] = 1600;
        tiles->results[FIX_REFERENCE].cause[l] = ENG_CAUSE_VIRAL;
    }
}

static void
test_one_point_by_hand(void)
{
    const double z = eng_normal_quantile(0.975);
    const eng_estimate_t *row;
    eng_interval_t want;
    run_t run;

    start(&run);
    set_deaths(run.tiles);
    add_point(&run);
    summarise(&run);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_PROBABILITY, 28, 0); /* two of twenty by day 28 */
    want = eng_interval_wilson(0.1, 20, z);
    CU_ASSERT_EQUAL(row->n, 20);
    CU_ASSERT_EQUAL(row->value, 0.1);
    CU_ASSERT_EQUAL(row->low, want.low);
    CU_ASSERT_EQUAL(row->high, want.high);
    row = estimate(&run, FIX_OS, 0, ENG_ESTIMATE_PROBABILITY, 28, 0);
    CU_ASSERT_EQUAL(row->value, 0.9);
    ENG_ASSERT_NEAR(row->low, 1 - want.high, 1e-15);
    ENG_ASSERT_NEAR(row->high, 1 - want.low, 1e-15);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_RMST, NAN, 0);
    ENG_ASSERT_NEAR(row->value, (150 + 15 * 400) / 20.0, 1e-13);
    CU_ASSERT(row->low < row->value && row->value < row->high && row->high <= 400);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_QUANTILE, NAN, 0);
    CU_ASSERT(row->level == 0.1 && row->at != row->at);
    CU_ASSERT_EQUAL(row->value, 20.0);
    CU_ASSERT_EQUAL(row->low, 10.0); /* the interval of the level holds 3 % to 30 %: not reached above */
    CU_ASSERT(row->high != row->high);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_QUANTILE, NAN, 1);
    CU_ASSERT(row->level == 0.5 && row->at != row->at);
    CU_ASSERT(row->value != row->value);
    row = estimate(&run, FIX_INFECTIONS, 0, ENG_ESTIMATE_MEAN, NAN, 0);
    CU_ASSERT_EQUAL(row->value, 2.0);
    CU_ASSERT(row->low < 2 && row->low > 1.5 && row->high > 2);
    row = estimate(&run, FIX_INFECTIONS, 0, ENG_ESTIMATE_QUANTILE, NAN, 1);
    CU_ASSERT_EQUAL(row->value, 2.0);
    row = estimate(&run, FIX_SCORE, 2, ENG_ESTIMATE_MEAN, 30, 0);
    ENG_ASSERT_NEAR(row->value, 2.095, 1e-14);
    row = estimate(&run, FIX_SCORE, 2, ENG_ESTIMATE_SD, 30, 0);
    ENG_ASSERT_NEAR(row->value, sqrt(35.0) / 100, 1e-13); /* variance of 0 .. 19 is 35 */
    CU_ASSERT(row->low != row->low);
    row = estimate(&run, FIX_SCORE, 2, ENG_ESTIMATE_QUANTILE, 30, 1);
    ENG_ASSERT_NEAR(row->value, 2.1, 10.0 / 256 / 2.1);
    CU_ASSERT(row->level == 0.5 && row->at == 30);
    finish(&run);
}

static void
test_contrasts_by_hand(void)
{
    const double z = eng_normal_quantile(0.975);
    const eng_contrast_t *row;
    eng_interval_t want;
    run_t run;

    start(&run);
    set_deaths(run.tiles);
    add_point(&run);
    summarise(&run);
    row = contrast(&run, FIX_DEATH, 0, ENG_ESTIMATE_PROBABILITY, 100); /* 0-4 dead against 3-4 */
    want = eng_interval_discordant(0, 3, 20, z);
    CU_ASSERT_EQUAL(row->n, 20);
    CU_ASSERT_EQUAL(row->gains, 0);
    CU_ASSERT_EQUAL(row->losses, 3);
    CU_ASSERT_EQUAL(row->value, 0.15);
    CU_ASSERT_EQUAL(row->low, want.low);
    CU_ASSERT_EQUAL(row->high, want.high);
    row = contrast(&run, FIX_OS, 0, ENG_ESTIMATE_PROBABILITY, 100);
    CU_ASSERT_EQUAL(row->value, -0.15);
    CU_ASSERT_EQUAL(row->losses, 3);
    ENG_ASSERT_NEAR(row->low, -want.high, 1e-15);
    row = contrast(&run, FIX_DEATH, 2, ENG_ESTIMATE_PROBABILITY, 400);
    CU_ASSERT_EQUAL(row->gains, 2);
    CU_ASSERT_EQUAL(row->value, -0.1);
    row = contrast(&run, FIX_DEATH, 2, ENG_ESTIMATE_PROBABILITY, 7); /* nobody differs: no certainty from 20 pairs */
    CU_ASSERT_EQUAL(row->value, 0.0);
    CU_ASSERT(row->low < -0.02 && row->high > 0.02);
    row = contrast(&run, FIX_DEATH, 0, ENG_ESTIMATE_RMST, NAN);
    ENG_ASSERT_NEAR(row->value, (150 + 15 * 400) / 20.0 - (2 * 100 + 18 * 400) / 20.0, 1e-13);
    row = contrast(&run, FIX_SCORE, 0, ENG_ESTIMATE_MEAN, 365.25);
    CU_ASSERT_EQUAL(row->value, 0.0);
    CU_ASSERT(row->low < 0 && row->high > 0);
    finish(&run);
}

/** Three points of 64 patients with 4, 8 and 18 deaths on day 5 under every protocol. */
static void
add_three_points(run_t *run)
{
    const int deaths[] = { 4, 8, 18 };
    int j, l, p;

    for (j = 0; j < 3; j++) {
        set_quiet(run->tiles, 64);
        for (l = 0; l < deaths[j]; l++) {
            for (p = 0; p < FIX_PROTOCOLS; p++) {
                run->tiles->results[p].tick[ENG_EVENT_DEATH][l] = 80;
                run->tiles->results[p].cause[l] = ENG_CAUSE_VIRAL;
            }
        }
        add_point(run);
    }
}

static void
test_independent_points_are_clusters(void)
{
    /* residuals y - 10 are -6, -2, 8: variance 3/2 * 104 / 192^2 */
    const double share = 30 / 192.0, variance = 1.5 * 104 / (192.0 * 192.0), t = eng_student_quantile(0.975, 2);
    const eng_estimate_t *row;
    eng_interval_t want;
    run_t run;

    start(&run);
    add_three_points(&run);
    summarise(&run);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_PROBABILITY, 7, 0);
    want = eng_interval_wilson(share, share * (1 - share) / variance, t);
    CU_ASSERT_EQUAL(row->n, 192);
    ENG_ASSERT_NEAR(row->low, want.low, 1e-12);
    ENG_ASSERT_NEAR(row->high, want.high, 1e-12);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_RMST, NAN, 0);
    ENG_ASSERT_NEAR(row->value, 400 - 395 * share, 1e-12);
    /* 30 events of 192 are few with three points: the lower end is that of their number, Student's is higher */
    CU_ASSERT(row->low < eng_max(0.0, row->value - t * 395 * sqrt(variance)) &&
        row->low > row->value - 400 * (eng_interval_exact(30 * share * (1 - share) / variance / 192, share * (1 - share) / variance, t).high - share));
    /* points that do not differ: no less than the patients' own variance, with Student's t of points - 1 */
    row = estimate(&run, FIX_SCORE, 0, ENG_ESTIMATE_MEAN, 30, 0);
    ENG_ASSERT_NEAR(row->high - row->value, t * 0.01 * sqrt((192.0 / 191) * (64 * 64 - 1) / 12 / 192), 1e-12);
    finish(&run);
}

static void
test_common_patients_count_once(void)
{
    const eng_estimate_t *row;
    eng_interval_t want;
    run_t run;

    start(&run);
    run.fix.study.patients_common = true;
    add_three_points(&run);
    summarise(&run);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_PROBABILITY, 7, 0);
    want = eng_interval_wilson(30 / 192.0, 64, eng_normal_quantile(0.975));
    CU_ASSERT_EQUAL(row->n, 192);
    ENG_ASSERT_NEAR(row->low, want.low, 1e-14);
    ENG_ASSERT_NEAR(row->high, want.high, 1e-14);
    finish(&run);
}

static void
test_a_point_alone_equals_a_study_of_one_point(void)
{
    eng_summary_t alone;
    uint64_t state = 4;
    run_t run;
    int j, i = 0, l;

    start(&run);
    for (l = 0; l < 64; l++) {
        fix_course(run.tiles, l, &state, true);
    }
    fix_lanes(run.tiles, 64);
    add_point(&run);
    summarise(&run);
    CU_ASSERT_EQUAL_FATAL(eng_summary_point(&alone, &run.layout, run.point), ENG_OK);
    CU_ASSERT_EQUAL(alone.num_contrasts, run.summary.num_contrasts);
    for (j = 0; j < alone.num_contrasts; j++) {
        CU_ASSERT_EQUAL(alone.contrasts[j].low, run.summary.contrasts[j].low);
    }
    for (j = 0; j < run.summary.num_estimates; j++) {
        const eng_estimate_t *row = &run.summary.estimates[j];

        if (row->kind != ENG_ESTIMATE_QUANTILE && row->kind != ENG_ESTIMATE_MEDIAN_OF_EVENTS) {
            CU_ASSERT_FATAL(i < alone.num_estimates);
            CU_ASSERT(alone.estimates[i].kind == row->kind && alone.estimates[i].value == row->value);
            CU_ASSERT(alone.estimates[i].low == row->low || row->low != row->low);
            i++;
        }
    }
    CU_ASSERT_EQUAL(i, alone.num_estimates);
    eng_summary_free(&alone);
    finish(&run);
}

static void
test_every_row_is_sound(void)
{
    const eng_estimate_t *e;
    const eng_contrast_t *c;
    uint64_t state = 8;
    run_t run;
    int j, l, point;

    start(&run);
    for (point = 0; point < 5; point++) {
        for (l = 0; l < 40; l++) {
            fix_course(run.tiles, l, &state, true);
        }
        fix_lanes(run.tiles, 40);
        add_point(&run);
    }
    summarise(&run);
    CU_ASSERT_EQUAL(run.summary.num_estimates, FIX_PROTOCOLS * (4 * (11 + 4) + 2 * 2 + 2 * 5 + 2 * 2 * 5));
    CU_ASSERT_EQUAL(run.summary.num_contrasts, (FIX_PROTOCOLS - 1) * (4 * 12 + 2 + 2 + 2 * 2));
    for (j = 0; j < run.summary.num_estimates; j++) {
        e = &run.summary.estimates[j];
        CU_ASSERT(e->n > 0 && e->estimator[0] != '\0');
        CU_ASSERT((e->level == e->level) == (e->kind == ENG_ESTIMATE_QUANTILE));
        if (e->kind != ENG_ESTIMATE_SD && e->kind != ENG_ESTIMATE_QUANTILE) {
            CU_ASSERT(e->low < e->high && e->low <= e->value && e->value <= e->high);
        }
        CU_ASSERT(e->kind != ENG_ESTIMATE_QUANTILE || (!(e->low > e->value) && !(e->high < e->value)));
    }
    for (j = 0; j < run.summary.num_contrasts; j++) {
        c = &run.summary.contrasts[j];
        CU_ASSERT(c->n > 0 && c->protocol != FIX_REFERENCE && c->low < c->high);
        CU_ASSERT(c->low <= c->value && c->value <= c->high);
    }
    finish(&run);
}

static void
test_nothing_run_gives_no_numbers(void)
{
    run_t run;
    int j;

    start(&run);
    summarise(&run);
    for (j = 0; j < run.summary.num_estimates; j++) {
        const eng_estimate_t *e = &run.summary.estimates[j];

        CU_ASSERT(e->n == 0 && e->value != e->value && e->low != e->low && e->high != e->high);
    }
    for (j = 0; j < run.summary.num_contrasts; j++) {
        CU_ASSERT(run.summary.contrasts[j].n == 0 && run.summary.contrasts[j].value != run.summary.contrasts[j].value);
    }
    finish(&run);
}

/** FNV-1a over the bytes of a number; one NaN for all. */
static uint64_t
mix(uint64_t hash, double value)
{
    uint64_t bits = value == value ? eng_math_bits(value) : 1;
    int k;

    for (k = 0; k < 8; k++, bits >>= 8) {
        hash = (hash ^ (bits & 255)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* What stands in a result file must not depend on compiler, level or vector width: one number for all builds. */
static void
test_bits_are_those_of_every_build(void)
{
    uint64_t state = 77, hash = UINT64_C(0xcbf29ce484222325);
    run_t run;
    int j, l, point;

    start(&run);
    for (point = 0; point < 40; point++) {
        for (l = 0; l < 60; l++) {
            fix_course(run.tiles, l, &state, true);
        }
        fix_lanes(run.tiles, 60);
        add_point(&run);
    }
    summarise(&run);
    for (j = 0; j < run.summary.num_estimates; j++) {
        hash = mix(mix(mix(hash, run.summary.estimates[j].value), run.summary.estimates[j].low),
                   run.summary.estimates[j].high);
    }
    for (j = 0; j < run.summary.num_contrasts; j++) {
        hash = mix(mix(mix(hash, run.summary.contrasts[j].value), run.summary.contrasts[j].low),
                   run.summary.contrasts[j].high);
    }
    if (hash != EXPECTED_BITS) {
        printf("    the bits are 0x%llx\n", (unsigned long long)hash);
    }
    CU_ASSERT_EQUAL(hash, EXPECTED_BITS);
    finish(&run);
}

/* Nobody of 40 has had an infection, or lost a clone: 3 of 40 may have one all the same, which no variance says. */
static void
test_no_event_is_no_certainty(void)
{
    const double exact = 1 - eng_pow(0.025, 1 / 40.0); /* 8.8 % */
    const eng_estimate_t *row;
    const eng_contrast_t *pair;
    run_t run;

    start(&run);
    set_quiet(run.tiles, 40);
    for (int p = 0; p < FIX_PROTOCOLS; p++) {
        for (int l = 0; l < 40; l++) {
            run.tiles->results[p].number[ENG_NUMBER_INFECTIONS][l] = 0;
            run.tiles->results[p].number[ENG_NUMBER_E1Y_RATIO][l] = 0;
        }
    }
    add_point(&run);
    summarise(&run);
    row = estimate(&run, FIX_INFECTIONS, 0, ENG_ESTIMATE_MEAN, NAN, 0);
    CU_ASSERT(row->value == 0 && row->low == 0 && row->high > exact && row->high < 1.2 * exact);
    row = estimate(&run, FIX_RATIO, 0, ENG_ESTIMATE_MEAN, NAN, 0);
    CU_ASSERT(row->value == 0 && row->low == 0 && row->high > 0.001);
    row = estimate(&run, FIX_DEATH, 0, ENG_ESTIMATE_RMST, NAN, 0);
    CU_ASSERT(row->value == 400 && row->high == 400 && row->low < 400 * (1 - exact) && row->low > 400 * (1 - 1.2 * exact));
    pair = contrast(&run, FIX_INFECTIONS, 0, ENG_ESTIMATE_MEAN, NAN);
    CU_ASSERT(pair->value == 0 && pair->low < -exact && pair->high > exact);
    pair = contrast(&run, FIX_DEATH, 0, ENG_ESTIMATE_RMST, NAN);
    CU_ASSERT(pair->value == 0 && pair->low < -400 * exact && pair->high > 400 * exact);
    finish(&run);
}

/* A disease that is none of those that exist: a score of which more is better, an event that is waited for, one that is not. */
static void
test_direction_follows_the_row(void)
{
    static const eng_marker_row_t c_peptide = { "c_peptide", "nmol/L", "score", 0.001, 0, 5, false, 1 };
    static const eng_disease_t islets = { .module = { .name = "islets" }, .markers = &c_peptide, .num_markers = 1 };
    static const struct {
        eng_outcome_row_t row;
        int share, time, mean; /* expected of a probability; of mean times and quantiles of a time; of a mean */
    } cases[] = {
        { { .name = "c_peptide", .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_OWN(0) }, 0, 0, 1 },
        { { .name = "cd4", .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_CD4 }, 0, 0, 0 },
        { { .name = "insulin_days", .kind = ENG_OUTCOME_NUMBER, .better = -1 }, 0, 0, -1 },
        { { .name = "insulin_independence", .events = ENG_BIT(ENG_EVENT_OWN(0)), .better = 1 }, 1, -1, 0 },
        { { .name = "insulin_resumed", .events = ENG_BIT(ENG_EVENT_RELAPSE), .better = -1 }, -1, 1, 0 },
        { { .name = "free_of_relapse", .survival = true, .events = ENG_BIT(ENG_EVENT_RELAPSE), .better = 1 }, 1, 1, 0 },
        { { .name = "free_of_care", .survival = true, .events = ENG_BIT(ENG_EVENT_RELAPSE), .better = -1 }, -1, -1, 0 },
        { { .name = "biopsy", .events = ENG_BIT(ENG_EVENT_OWN(0)), .better = 0 }, 0, 0, 0 },
    };

    for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        eng_outcome_request_t request = { .row = &cases[j].row };
        const eng_study_t study = { .disease = &islets, .outcomes = &request, .num_outcomes = 1 };
        if (cases[j].row.kind == ENG_OUTCOME_TIME) {
            CU_ASSERT_EQUAL(eng_estimate_direction(&study, 0, ENG_ESTIMATE_PROBABILITY), cases[j].share);
            CU_ASSERT_EQUAL(eng_estimate_direction(&study, 0, ENG_ESTIMATE_RMST), cases[j].time);
            CU_ASSERT_EQUAL(eng_estimate_direction(&study, 0, ENG_ESTIMATE_QUANTILE), cases[j].time);
        } else {
            CU_ASSERT_EQUAL(eng_estimate_direction(&study, 0, ENG_ESTIMATE_MEAN), cases[j].mean);
            CU_ASSERT_EQUAL(eng_estimate_direction(&study, 0, ENG_ESTIMATE_QUANTILE), cases[j].mean);
            CU_ASSERT_EQUAL(eng_estimate_direction(&study, 0, ENG_ESTIMATE_SD), 0);
        }
    }
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_one_point_by_hand),
        ENG_TEST(test_contrasts_by_hand),
        ENG_TEST(test_independent_points_are_clusters),
        ENG_TEST(test_common_patients_count_once),
        ENG_TEST(test_a_point_alone_equals_a_study_of_one_point),
        ENG_TEST(test_every_row_is_sound),
        ENG_TEST(test_nothing_run_gives_no_numbers),
        ENG_TEST(test_bits_are_those_of_every_build),
        ENG_TEST(test_no_event_is_no_certainty),
        ENG_TEST(test_direction_follows_the_row),
    };

    return ENG_TEST_MAIN(argc, argv, "summary", tests);
}
