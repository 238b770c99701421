/**
 * What the accumulators hold: sums are what a slow count says, and any grouping of courses gives the same words.
 */
#include "layout_fixture.h"

static const eng_field_t *
find(const eng_field_t *fields, int num, const char *group, const char *dataset)
{
    int j;

    for (j = 0; j < num; j++) {
        if (strcmp(fields[j].group, group) == 0 && strcmp(fields[j].dataset, dataset) == 0) {
            return &fields[j];
        }
    }
    CU_FAIL_FATAL("no such field");
    return NULL;
}

static const eng_field_t *
point_field(const eng_layout_t *layout, const char *group, const char *dataset)
{
    return find(layout->point_fields, layout->num_point_fields, group, dataset);
}

static const eng_field_t *
pooled_field(const eng_layout_t *layout, const char *group, const char *dataset)
{
    return find(layout->pooled_fields, layout->num_pooled_fields, group, dataset);
}

typedef struct {
    fixture_t fix;
    eng_layout_t layout;
    tiles_t *tiles;
    int64_t *point, *pooled, *cluster;
} run_t;

static void
start(run_t *run)
{
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
    eng_layout_free(&run->layout);
}

/** 50 random courses, some failed, in one tile. */
static void
start_with_courses(run_t *run)
{
    uint64_t state = 11;
    int l;

    start(run);
    for (l = 0; l < 50; l++) {
        fix_course(run->tiles, l, &state, true);
    }
    fix_lanes(run->tiles, 50);
    eng_layout_add(&run->layout, run->tiles->results, 0, run->tiles->results[0].num_lanes, NULL, run->point, run->pooled);
}

static int64_t
point_word(const run_t *run, int p, const char *group, const char *dataset, size_t k)
{
    return run->point[(size_t)p * run->layout.point_words + point_field(&run->layout, group, dataset)->offset + k];
}

static int64_t
pooled_word(const run_t *run, int p, const char *group, const char *dataset, size_t k)
{
    return run->pooled[(size_t)p * run->layout.pooled_words + pooled_field(&run->layout, group, dataset)->offset + k];
}

static bool
failed(const run_t *run, int p, int l)
{
    return run->tiles->results[p].failure[l] != 0;
}

static bool
failed_anywhere(const run_t *run, int l)
{
    return failed(run, 0, l) || failed(run, 1, l) || failed(run, 2, l);
}

static void
test_courses_and_failures(void)
{
    run_t run;
    int64_t n, bad;
    const int64_t *row;
    int p, l;

    start_with_courses(&run);
    for (p = 0; p < FIX_PROTOCOLS; p++) {
        n = bad = 0;
        for (l = 0; l < 50; l++) {
            n += !failed(&run, p, l);
            bad += run.tiles->results[p].failure[l] == ENG_FAILURE_NEGATIVE;
        }
        row = run.point + (size_t)p * run.layout.point_words;
        CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/courses", "n", 0), n);
        CU_ASSERT_EQUAL(eng_layout_courses(&run.layout, row), 50);
        CU_ASSERT_EQUAL(eng_layout_failed(&run.layout, row, ENG_FAILURE_NONE), 50 - n);
        CU_ASSERT_EQUAL(eng_layout_failed(&run.layout, row, ENG_FAILURE_NEGATIVE), bad);
        CU_ASSERT(n < 50);
    }
    finish(&run);
}

static void
check_time(const run_t *run, int outcome, int p)
{
    const eng_outcome_row_t *row = run->fix.outcomes[outcome].row;
    const eng_scale_t *landmark = fix_scale(&run->layout, "landmark");
    int64_t n = 0, sum = 0, event, competing, gains, losses, days[402][2] = { { 0 } };
    int32_t tick, other;
    char group[96], paired[96];
    int l, kind, kind_reference;
    size_t k;

    snprintf(group, sizeof(group), "/outcomes/%s", row->name);
    snprintf(paired, sizeof(paired), "/paired/%s", row->name);
    for (k = 0; k < landmark->size; k++) {
        event = competing = gains = losses = n = sum = 0;
        memset(days, 0, sizeof(days));
        for (l = 0; l < 50; l++) {
            kind = failed(run, p, l) ? -1 : eng_outcome_time(row, &run->tiles->results[p], l, 6400, &tick);
            if (kind < 0) {
                continue;
            }
            n++;
            event += kind == 1 && tick <= landmark->value[k] * 16;
            competing += kind == 2 && tick <= landmark->value[k] * 16;
            sum += kind != 1 ? 6400 : (tick < 0 ? 0 : tick);
            days[kind == 0 ? 401 : (tick <= 0 ? 0 : (tick + 15) / 16)][kind == 2]++;
            if (!failed_anywhere(run, l)) {
                kind_reference = eng_outcome_time(row, &run->tiles->results[FIX_REFERENCE], l, 6400, &other);
                if (kind_reference >= 0 && p != FIX_REFERENCE) {
                    bool mine = kind == 1 && tick <= landmark->value[k] * 16;
                    bool theirs = kind_reference == 1 && other <= landmark->value[k] * 16;

                    gains += theirs && !mine;
                    losses += mine && !theirs;
                }
            }
        }
        CU_ASSERT_EQUAL(point_word(run, p, group, "event_count", k), event);
        if (row->competing != 0) {
            CU_ASSERT_EQUAL(point_word(run, p, group, "competing_count", k), competing);
        }
        CU_ASSERT_EQUAL(point_word(run, p, paired, "gains", k), gains);
        CU_ASSERT_EQUAL(point_word(run, p, paired, "losses", k), losses);
    }
    CU_ASSERT_EQUAL(point_word(run, p, group, "n", 0), n);
    CU_ASSERT_EQUAL(point_word(run, p, group, "sum", 0), sum);
    for (k = 0; k < 402; k++) {
        CU_ASSERT_EQUAL(pooled_word(run, p, group, "events_by_day", 2 * k), days[k][0]);
        CU_ASSERT_EQUAL(pooled_word(run, p, group, "events_by_day", 2 * k + 1), days[k][1]);
    }
}

static void
test_times_against_a_slow_count(void)
{
    run_t run;
    int outcome, p;

    start_with_courses(&run);
    for (outcome = FIX_RELAPSE; outcome <= FIX_ANC; outcome++) {
        for (p = 0; p < FIX_PROTOCOLS; p++) {
            check_time(&run, outcome, p);
        }
    }
    finish(&run);
}

static void
test_numbers_against_a_slow_count(void)
{
    run_t run;
    int p, l, k;
    int64_t n, sum, squares, pairs, difference, bins[8];

    start_with_courses(&run);
    for (p = 0; p < FIX_PROTOCOLS; p++) {
        const double *value = run.tiles->results[p].number[ENG_NUMBER_INFECTIONS];
        const double *reference = run.tiles->results[FIX_REFERENCE].number[ENG_NUMBER_INFECTIONS];

        n = sum = squares = pairs = difference = 0;
        memset(bins, 0, sizeof(bins));
        for (l = 0; l < 50; l++) {
            if (failed(&run, p, l) || value[l] != value[l]) {
                continue;
            }
            n++;
            sum += (int64_t)value[l];
            squares += (int64_t)(value[l] * value[l]);
            bins[(int)(value[l] / 12.5)]++; /* eight bins over 0..100 */
            if (p != FIX_REFERENCE && !failed_anywhere(&run, l) && reference[l] == reference[l]) {
                pairs++;
                difference += (int64_t)(value[l] - reference[l]);
            }
        }
        CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/infections", "n", 0), n);
        CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/infections", "sum", 0), sum);
        CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/infections", "sum_sq_low", 0), squares);
        CU_ASSERT_EQUAL(point_word(&run, p, "/paired/infections", "n", 0), pairs);
        CU_ASSERT_EQUAL(point_word(&run, p, "/paired/infections", "sum", 0), difference);
        for (k = 0; k < 8; k++) {
            CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/infections", "point_histogram", (size_t)k), bins[k]);
        }
        CU_ASSERT(n > 0 && n < 50);
    }
    finish(&run);
}

/** Moments of marker readings at each of `num` indices of study->reads. */
static void
check_readings(const run_t *run, int p, int marker, double step, const int *read, int num, int64_t *n, int64_t *sum)
{
    double value;
    int r, l;

    for (r = 0; r < num; r++) {
        n[r] = sum[r] = 0;
        for (l = 0; l < 50; l++) {
            value = run->tiles->read[p][read[r]][marker][l];
            if (!failed(run, p, l) && value == value) {
                n[r]++;
                sum[r] += (int64_t)eng_floor(value / step + 0.5);
            }
        }
    }
}

static void
test_markers_and_trajectories_against_a_slow_count(void)
{
    const int at[] = { 1, 4 }, days[] = { 0, 2, 3 };
    int64_t n[3], sum[3], total;
    run_t run;
    size_t r, b;
    int p;

    start_with_courses(&run);
    for (p = 0; p < FIX_PROTOCOLS; p++) {
        check_readings(&run, p, FIX_EDSS, 0.01, at, 2, n, sum);
        for (r = 0; r < 2; r++) {
            CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/edss", "n", r), n[r]);
            CU_ASSERT_EQUAL(point_word(&run, p, "/outcomes/edss", "sum", r), sum[r]);
            total = 0;
            for (b = 0; b < 256; b++) {
                total += pooled_word(&run, p, "/outcomes/edss", "histogram", r * 256 + b);
            }
            CU_ASSERT_EQUAL(total, n[r]);
            total = 0;
            for (b = 0; b < 16; b++) {
                total += point_word(&run, p, "/outcomes/edss", "point_histogram", r * 16 + b);
            }
            CU_ASSERT_EQUAL(total, n[r]);
        }
        check_readings(&run, p, ENG_MARKER_CD4, 0.1, days, 3, n, sum);
        for (r = 0; r < 3; r++) {
            CU_ASSERT_EQUAL(pooled_word(&run, p, "/trajectories/cd4", "n", r), n[r]);
            CU_ASSERT_EQUAL(pooled_word(&run, p, "/trajectories/cd4", "sum", r), sum[r]);
            CU_ASSERT_EQUAL(point_word(&run, p, "/trajectories/cd4", "point_sum", r), sum[r]);
            total = 0;
            for (b = 0; b < 128; b++) {
                total += pooled_word(&run, p, "/trajectories/cd4", "histogram", r * 128 + b);
            }
            CU_ASSERT_EQUAL(total, n[r]);
        }
    }
    finish(&run);
}

static void
test_deaths_by_cause(void)
{
    const size_t last = 10; /* landmark 400 d */
    run_t run;
    int p, cause, l;
    int64_t want;

    start_with_courses(&run);
    for (p = 0; p < FIX_PROTOCOLS; p++) {
        for (cause = 1; cause < ENG_NUM_SHARED_CAUSES; cause++) {
            want = 0;
            for (l = 0; l < 50; l++) {
                want += !failed(&run, p, l) && run.tiles->results[p].cause[l] == cause;
            }
            CU_ASSERT_EQUAL(pooled_word(&run, p, "/outcomes/cause_of_death", "count", (size_t)(cause - 1) * 11 + last),
                            want);
        }
    }
    finish(&run);
}

static void
test_any_grouping_of_courses_gives_the_same_words(void)
{
    const int pieces[] = { 1, 7, 64, 30, 64, 2, 32 }; /* 200 courses */
    uint64_t state;
    run_t one, two;
    int l, j;

    start(&one);
    start(&two);
    state = 5;
    for (j = 0; j < 200; j++) {
        fix_course(one.tiles, 0, &state, true);
        fix_lanes(one.tiles, 1);
        eng_layout_add(&one.layout, one.tiles->results, 0, one.tiles->results[0].num_lanes, NULL, one.point, one.pooled);
    }
    state = 5;
    for (j = 0; j < 7; j++) {
        for (l = 0; l < pieces[j]; l++) {
            fix_course(two.tiles, l, &state, true);
        }
        fix_lanes(two.tiles, pieces[j]);
        eng_layout_add(&two.layout, two.tiles->results, 0, two.tiles->results[0].num_lanes, NULL, two.point, two.pooled);
    }
    CU_ASSERT_EQUAL(memcmp(one.point, two.point, FIX_PROTOCOLS * one.layout.point_words * sizeof(int64_t)), 0);
    CU_ASSERT_EQUAL(memcmp(one.pooled, two.pooled, FIX_PROTOCOLS * one.layout.pooled_words * sizeof(int64_t)), 0);
    finish(&one);
    finish(&two);
}

static void
test_void_results_of_a_failed_course_do_not_count(void)
{
    uint64_t state = 9;
    run_t run;
    size_t w, n;
    int p, l, courses = 0;
    int64_t other = 0;

    start(&run);
    for (l = 0; l < 64; l++) {
        fix_course(run.tiles, l, &state, false);
    }
    for (p = 0; p < FIX_PROTOCOLS; p++) {
        memset(run.tiles->results[p].failure, ENG_FAILURE_NON_FINITE, ENG_LANES);
    }
    fix_lanes(run.tiles, 64);
    eng_layout_add(&run.layout, run.tiles->results, 0, run.tiles->results[0].num_lanes, NULL, run.point, run.pooled);
    n = FIX_PROTOCOLS * run.layout.point_words;
    for (w = 0; w < n; w++) {
        courses += run.point[w] == 64;
        other += run.point[w] != 0 && run.point[w] != 64;
    }
    CU_ASSERT_EQUAL(courses, FIX_PROTOCOLS); /* the failures alone */
    for (w = 0; w < FIX_PROTOCOLS * run.layout.pooled_words; w++) {
        other += run.pooled[w];
    }
    CU_ASSERT_EQUAL(other, 0);
    finish(&run);
}

static void
test_pooled_may_be_absent(void)
{
    uint64_t state = 9;
    run_t run;
    int64_t *with;
    size_t bytes;

    start(&run);
    bytes = FIX_PROTOCOLS * run.layout.point_words * sizeof(*with);
    with = calloc(1, bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(with);
    fix_course(run.tiles, 0, &state, false);
    fix_lanes(run.tiles, 1);
    eng_layout_add(&run.layout, run.tiles->results, 0, run.tiles->results[0].num_lanes, NULL, run.point, NULL);
    eng_layout_add(&run.layout, run.tiles->results, 0, run.tiles->results[0].num_lanes, NULL, with, run.pooled);
    CU_ASSERT_EQUAL(memcmp(run.point, with, bytes), 0);
    free(with);
    finish(&run);
}

static void
test_clusters_add_in_any_order(void)
{
    int64_t *points[4], *backwards;
    uint64_t state = 21;
    run_t run;
    size_t bytes;
    int j, l;

    start(&run);
    backwards = calloc(FIX_PROTOCOLS * run.layout.cluster_words, sizeof(int64_t));
    CU_ASSERT_PTR_NOT_NULL_FATAL(backwards);
    for (j = 0; j < 4; j++) {
        points[j] = calloc(FIX_PROTOCOLS * run.layout.point_words, sizeof(int64_t));
        CU_ASSERT_PTR_NOT_NULL_FATAL(points[j]);
        for (l = 0; l < 10 + j; l++) {
            fix_course(run.tiles, l, &state, true);
        }
        fix_lanes(run.tiles, 10 + j);
        eng_layout_add(&run.layout, run.tiles->results, 0, run.tiles->results[0].num_lanes, NULL, points[j], NULL);
        eng_layout_cluster(&run.layout, points[j], run.cluster);
    }
    for (j = 4; j-- > 0;) {
        eng_layout_cluster(&run.layout, points[j], backwards);
        free(points[j]);
    }
    bytes = FIX_PROTOCOLS * run.layout.cluster_words * sizeof(int64_t);
    CU_ASSERT_EQUAL(memcmp(run.cluster, backwards, bytes), 0);
    free(backwards);
    finish(&run);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_courses_and_failures),
        ENG_TEST(test_times_against_a_slow_count),
        ENG_TEST(test_numbers_against_a_slow_count),
        ENG_TEST(test_markers_and_trajectories_against_a_slow_count),
        ENG_TEST(test_deaths_by_cause),
        ENG_TEST(test_any_grouping_of_courses_gives_the_same_words),
        ENG_TEST(test_void_results_of_a_failed_course_do_not_count),
        ENG_TEST(test_pooled_may_be_absent),
        ENG_TEST(test_clusters_add_in_any_order),
    };

    return ENG_TEST_MAIN(argc, argv, "layout sums", tests);
}
