/**
 * The variance of single courses by parameters, patients and chance: against the textbook's nested analysis of variance of the same numbers, and
 * against the law that they were drawn from; events against the exact variances of a mixture.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/moments.h"
#include "stats/survival.h"
#include "testlib.h"

#include <stdlib.h>
#include <string.h>

#define POINTS 600
#define PEOPLE 32 /* of a point */
#define STEP 0.01

typedef struct {
    eng_subject_t subject;
    eng_place_t at;
    int64_t own[64], cluster[1024];
    double share[3];
    int rows;
} sums_t;

/* Words one after the other, as a layout of this one statistic would have them. */
static void
place_all(sums_t *sums)
{
    const eng_statistic_t *statistic = eng_statistic_at(ENG_STATISTIC_variance);
    eng_statistic_field_t field[ENG_MAX_STATISTIC_FIELDS] = { { NULL, ENG_CELLS_OWN, { ENG_AXIS_NONE }, "" } };
    size_t used = 0;

    sums->at.stride = 1;
    sums->at.cluster[0] = ENG_CLUSTER_HEAD;
    for (int k = 0; k < statistic->fields(&sums->subject, field); k++) {
        sums->at.word[k] = field[k].dataset == NULL ? ENG_NO_WORD : used;
        used += field[k].dataset == NULL ? 0 : eng_axis_size(&sums->subject, field[k].axis[0]);
    }
    CU_ASSERT_FATAL(used <= 64);
}

static void
close_point(sums_t *sums, int64_t n)
{
    sums->cluster[ENG_CLUSTER_COUNT]++;
    eng_wide_add(sums->cluster + ENG_CLUSTER_N, n);
    eng_statistic_at(ENG_STATISTIC_variance)->cluster(&sums->subject, false, &sums->at, sums->own, n, sums->cluster + ENG_CLUSTER_HEAD);
    memset(sums->own, 0, sizeof(sums->own));
}

static void
take(eng_estimator_t *to, const eng_estimated_t *row, eng_interval_t interval)
{
    sums_t *sums = to->context;

    CU_ASSERT(isnan(interval.low) && isnan(interval.high));
    sums->share[row->column] = row->value;
    sums->rows++;
}

static void
estimate(sums_t *sums, bool common)
{
    eng_estimator_t to = { .subject = &sums->subject, .at = &sums->at, .cluster = sums->cluster, .patients_common = common, .push = take, .context = sums,
        .last_df = NAN };

    eng_statistic_at(ENG_STATISTIC_variance)->estimate(&to);
}

/* Nearly normal, of mean 0 and variance 1. */
static double
normal(uint64_t *state)
{
    double sum = -6;

    for (int j = 0; j < 12; j++) {
        sum += eng_test_uniform(state, 0, 1);
    }
    return sum;
}

static double y[POINTS][PEOPLE][2];

static void
draw_values(sums_t *sums, double parameters, double patients, double chance)
{
    const eng_loops_t *loops = eng_loops_find("plain");
    uint64_t state = 20261127;

    for (int p = 0; p < POINTS; p++) {
        const double of_point = sqrt(parameters) * normal(&state);
        int32_t quantum[2][PEOPLE];
        for (int i = 0; i < PEOPLE; i++) {
            const double of_person = sqrt(patients) * normal(&state);
            for (int k = 0; k < 2; k++) {
                quantum[k][i] = (int32_t)eng_round((10 + of_point + of_person + sqrt(chance) * normal(&state)) / STEP);
                y[p][i][k] = quantum[k][i];
            }
        }
        const eng_seen_t first = { .count = PEOPLE, .loops = loops, .quantum = quantum[0] }, second = { .count = PEOPLE, .loops = loops, .quantum = quantum[1] };
        eng_statistic_at(ENG_STATISTIC_variance)->add_couples(&sums->subject, &first, &second, &sums->at, sums->own);
        close_point(sums, 2 * PEOPLE);
    }
}

/* Mean squares between points, between people of a point, between lives; the variances that explain them. */
static void
textbook(double share[3])
{
    double all = 0, between = 0, people = 0, lives = 0, points[POINTS] = { 0 };

    for (int p = 0; p < POINTS; p++) {
        for (int i = 0; i < PEOPLE; i++) {
            points[p] += (y[p][i][0] + y[p][i][1]) / (2 * PEOPLE);
        }
        all += points[p] / POINTS;
    }
    for (int p = 0; p < POINTS; p++) {
        between += 2 * PEOPLE * (points[p] - all) * (points[p] - all) / (POINTS - 1);
        for (int i = 0; i < PEOPLE; i++) {
            const double person = 0.5 * (y[p][i][0] + y[p][i][1]);
            people += 2 * (person - points[p]) * (person - points[p]) / (POINTS * (PEOPLE - 1.0));
            lives += ((y[p][i][0] - person) * (y[p][i][0] - person) + (y[p][i][1] - person) * (y[p][i][1] - person)) / (POINTS * PEOPLE);
        }
    }
    share[0] = eng_max(0, (between - people) / (2 * PEOPLE));
    share[1] = eng_max(0, (people - lives) / 2);
    share[2] = lives;
    const double sum = share[0] + share[1] + share[2];
    for (int k = 0; k < 3; k++) {
        share[k] /= sum;
    }
}

static sums_t
of_values(void)
{
    sums_t sums = { .subject = { .of = ENG_OF_NUMBER, .name = "some", .unit = "1", .step = STEP, .num_readings = 1 } };

    place_all(&sums);
    return sums;
}

static void
test_numbers(void)
{
    static const double laws[][3] = { { 1, 2, 3 }, { 0, 1, 1 }, { 4, 0, 1 }, { 0.2, 5, 0.5 } };

    for (int k = 0; k < 4; k++) {
        const double sum = laws[k][0] + laws[k][1] + laws[k][2];
        sums_t sums = of_values();
        double expected[3];
        draw_values(&sums, laws[k][0], laws[k][1], laws[k][2]);
        estimate(&sums, false);
        textbook(expected);
        CU_ASSERT_EQUAL(sums.rows, 3);
        for (int j = 0; j < 3; j++) {
            CU_ASSERT_DOUBLE_EQUAL(sums.share[j], expected[j], 1e-10);
            CU_ASSERT_DOUBLE_EQUAL(sums.share[j], laws[k][j] / sum, 0.035); /* 600 points: the parameters' variance has an error of 6 % */
        }
        sums.rows = 0;
        estimate(&sums, true); /* points that share their people */
        CU_ASSERT(isnan(sums.share[0]) && fabs(sums.share[1] + sums.share[2] - 1) < 1e-12);
    }
}

static void
test_missing_lives_are_no_couples(void)
{
    int32_t quantum[2][4] = { { 10, ENG_QUANTUM_MISSING, 30, 7 }, { 20, 20, ENG_QUANTUM_MISSING, 8 } };
    const eng_seen_t first = { .count = 4, .loops = eng_loops_find("plain"), .quantum = quantum[0] };
    const eng_seen_t second = { .count = 4, .loops = first.loops, .quantum = quantum[1] };
    sums_t sums = of_values();

    eng_statistic_at(ENG_STATISTIC_variance)->add_couples(&sums.subject, &first, &second, &sums.at, sums.own);
    CU_ASSERT(sums.own[0] == 2 && sums.own[1] == 45 && sums.own[4] == 2 && sums.own[5] == -11);
    close_point(&sums, 6);
    estimate(&sums, false); /* sums 30 and 15, differences 10 and 1: within 112.5, chance 25.25, people (112.5 - 50.5) / 4 = 15.5 */
    CU_ASSERT_DOUBLE_EQUAL(sums.share[2], 25.25 / 40.75, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sums.share[1], 15.5 / 40.75, 1e-12);
    CU_ASSERT_EQUAL(sums.share[0], 0);
}

/* Events with the probability point + person: by chance E p (1 - p), by who somebody is and by parameters the variance of their part. */
static void
test_events(void)
{
    static const int32_t landmark[] = { 1600 };
    sums_t sums = { .subject = { .of = ENG_OF_TIME, .name = "some", .unit = "d", .step = 1.0 / 16, .num_readings = 1, .landmark = landmark, .num_landmarks = 1,
        .horizon = 1600 } };
    const double of_points = 0.4 * 0.4 / 12, of_people = 0.2 * 0.2, all = 0.25; /* uniform 0.3 to 0.7; 0.2 up or down */
    uint64_t state = 7;

    place_all(&sums);
    for (int p = 0; p < POINTS; p++) {
        const double of_point = eng_test_uniform(&state, 0.3, 0.7);
        int32_t tick[2][PEOPLE], kind[2][PEOPLE];
        for (int i = 0; i < PEOPLE; i++) {
            const double probability = of_point + (eng_test_uniform(&state, 0, 1) < 0.5 ? 0.2 : -0.2);
            for (int k = 0; k < 2; k++) {
                kind[k][i] = eng_test_uniform(&state, 0, 1) < probability ? ENG_KIND_EVENT : ENG_KIND_NONE;
                tick[k][i] = kind[k][i] == ENG_KIND_EVENT ? 800 : 1600;
            }
        }
        const eng_seen_t first = { .count = PEOPLE, .tick = tick[0], .kind = kind[0] }, second = { .count = PEOPLE, .tick = tick[1], .kind = kind[1] };
        eng_statistic_at(ENG_STATISTIC_variance)->add_couples(&sums.subject, &first, &second, &sums.at, sums.own);
        close_point(&sums, 2 * PEOPLE);
    }
    estimate(&sums, false);
    CU_ASSERT_EQUAL(sums.rows, 3);
    CU_ASSERT_DOUBLE_EQUAL(sums.share[0], of_points / all, 0.015);
    CU_ASSERT_DOUBLE_EQUAL(sums.share[1], of_people / all, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(sums.share[2], 1 - (of_points + of_people) / all, 0.02);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_numbers),
    ENG_TEST(test_missing_lives_are_no_couples),
    ENG_TEST(test_events),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "variance of courses", tests);
}
