/**
 * Where the variance of single courses comes from, of studies in which every person lives twice (`courses: 2`): what differs between the two lives of a person is
 * chance, what differs between people of a point who they are, and what differs between points parameters.  A nested analysis of variance
 * (H. Scheffe 1959, chapter 5) of complete couples: the sums of both lives and their differences.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/estimator.h"
#include "stats/moments.h"
#include "stats/survival.h"

#include <math.h>

/* Of times, by landmarks: couples that count, those with the event in both lives, in one.  Of values: moments of sums, and of differences. */
enum { COUPLES, BOTH, ONE, SUMS, DIFFERENCES = SUMS + ENG_MOMENTS_WORDS, NUM_FIELDS = DIFFERENCES + ENG_MOMENTS_WORDS };
/* Wide numbers of a landmark, or one set of a value: sum, its square, and couples times it, by points; couples; squares of sums and of differences. */
enum { SUM, SUM_SUM, COUPLES_SUM, NUMBER, SQ_LOW, SQ_HIGH, DIFFERENCE_LOW, DIFFERENCE_HIGH, PER_SET };
enum { PARAMETERS, PATIENTS, CHANCE, NUM_COLUMNS };

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    static const char *const names[] = { "couple_n", "couple_sum", "couple_sum_sq_low", "couple_sum_sq_high", "life_n", "life_sum", "life_sum_sq_low",
        "life_sum_sq_high" };

    if (subject->of == ENG_OF_TIME) {
        out[COUPLES] = (eng_statistic_field_t){ "couples", ENG_CELLS_OWN, { ENG_AXIS_NONE }, "people both of whose lives count" };
        out[BOTH] = (eng_statistic_field_t){ "in_both_lives", ENG_CELLS_OWN, { ENG_AXIS_LANDMARK }, "of them, those with the event by the landmark in both lives" };
        out[ONE] = (eng_statistic_field_t){ "in_one_life", ENG_CELLS_OWN, { ENG_AXIS_LANDMARK }, "of them, those with the event by the landmark in one life" };
        return NUM_FIELDS;
    }
    eng_moments_fields(subject, ENG_CELLS_OWN, "", "sum over both lives of a person", out + SUMS);
    eng_moments_fields(subject, ENG_CELLS_OWN, "", "first life of a person - the second", out + DIFFERENCES);
    for (int k = 0; k < 2 * ENG_MOMENTS_WORDS; k++) {
        out[SUMS + k].dataset = names[k];
    }
    return NUM_FIELDS;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    (void)subject, (void)seen, (void)at, (void)own, (void)pooled; /* one course says nothing */
}

static void
add_times(const eng_subject_t *subject, const eng_seen_t *first, const eng_seen_t *second, const eng_place_t *at, int64_t *own)
{
    for (size_t l = 0; l < first->count; l++) {
        if (first->kind[l] < 0 || second->kind[l] < 0) {
            continue;
        }
        own[at->word[COUPLES]]++;
        for (int k = 0; k < subject->num_landmarks; k++) {
            const int a = first->kind[l] == ENG_KIND_EVENT && first->tick[l] <= subject->landmark[k];
            const int b = second->kind[l] == ENG_KIND_EVENT && second->tick[l] <= subject->landmark[k];
            own[at->word[BOTH] + (size_t)k] += a & b;
            own[at->word[ONE] + (size_t)k] += a ^ b;
        }
    }
}

static void
add_couples(const eng_subject_t *subject, const eng_seen_t *first, const eng_seen_t *second, const eng_place_t *at, int64_t *own)
{
    int32_t sum[ENG_MOMENTS_MAX_COUNT], difference[ENG_MOMENTS_MAX_COUNT];

    if (subject->of == ENG_OF_TIME) {
        add_times(subject, first, second, at, own);
        return;
    }
    for (size_t l = 0; l < first->count; l++) {
        const bool missing = first->quantum[l] == ENG_QUANTUM_MISSING || second->quantum[l] == ENG_QUANTUM_MISSING;
        sum[l] = missing ? ENG_QUANTUM_MISSING : first->quantum[l] + second->quantum[l];
        difference[l] = missing ? ENG_QUANTUM_MISSING : first->quantum[l] - second->quantum[l];
    }
    first->loops->moments(sum, first->count, own + at->word[SUMS], at->stride);
    first->loops->moments(difference, first->count, own + at->word[DIFFERENCES], at->stride);
}

static int
sets_of(const eng_subject_t *subject)
{
    return subject->of == ENG_OF_TIME ? subject->num_landmarks : 1;
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    return paired ? 0 : (size_t)sets_of(subject) * PER_SET;
}

static void
add_wide(int64_t *words, int number, int64_t value)
{
    eng_wide_add(words + number * ENG_WIDE_WORDS, value);
}

static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    const int64_t *sums = own + at->word[SUMS], *differences = own + at->word[DIFFERENCES];

    (void)n;
    for (int k = 0; !paired && k < sets_of(subject); k++, words += PER_SET * ENG_WIDE_WORDS) {
        if (subject->of == ENG_OF_TIME) {
            const int64_t both = own[at->word[BOTH] + (size_t)k], one = own[at->word[ONE] + (size_t)k], couples = own[at->word[COUPLES]];
            eng_cluster_products(words, couples, 2 * both + one);
            add_wide(words, NUMBER, couples);
            add_wide(words, SQ_LOW, 4 * both + one);
            add_wide(words, DIFFERENCE_LOW, one);
        } else {
            eng_cluster_products(words, sums[0], sums[ENG_MOMENTS_SUM * at->stride]);
            add_wide(words, NUMBER, sums[0]);
            add_wide(words, SQ_LOW, sums[ENG_MOMENTS_SQ_LOW * at->stride]);
            add_wide(words, SQ_HIGH, sums[ENG_MOMENTS_SQ_HIGH * at->stride]);
            add_wide(words, DIFFERENCE_LOW, differences[ENG_MOMENTS_SQ_LOW * at->stride]);
            add_wide(words, DIFFERENCE_HIGH, differences[ENG_MOMENTS_SQ_HIGH * at->stride]);
        }
    }
}

typedef struct {
    double parameters, patients, chance; /* variances of a single course, in steps squared */
    double couples;
} parts_t;

/*
 * Of a couple's sum: within points its variance is 4 (patients) + 2 (chance), and between points there is 4 (parameters) more for each couple.  What is
 * below 0 by chance is 0.  Points that share their people say nothing of parameters here: a point is then no sample of people of its own.
 */
static parts_t
split(const eng_estimator_t *to, size_t first)
{
    const double couples = eng_estimator_wide(to, false, first + NUMBER), points = eng_estimator_ratio(to, false, first).clusters;
    const double squares = eng_estimator_wide(to, false, first + SQ_LOW) + ENG_SQUARE_SCALE * eng_estimator_wide(to, false, first + SQ_HIGH);
    const double differences = eng_estimator_wide(to, false, first + DIFFERENCE_LOW) + ENG_SQUARE_SCALE * eng_estimator_wide(to, false, first + DIFFERENCE_HIGH);
    const double sum = eng_estimator_wide(to, false, first + SUM), each = couples / points, of_points = eng_estimator_wide(to, false, first + SUM_SUM) / each;
    parts_t parts = { NAN, NAN, NAN, couples };

    if (!(couples > points)) {
        return parts;
    }
    const double within = (squares - of_points) / (couples - points);
    parts.chance = differences / (2 * couples);
    parts.patients = eng_max(0.0, (within - 2 * parts.chance) / 4);
    parts.parameters = points == 1 ? 0 : to->patients_common ? NAN : eng_max(0.0, ((of_points - sum * (sum / couples)) / (points - 1) - within) / (4 * each));
    return parts;
}

static void
estimate(eng_estimator_t *to)
{
    static const char text[] = "share of the variance of single courses; nested analysis of variance of people who live twice, no interval";
    const bool time = to->subject->of == ENG_OF_TIME;

    if (to->at->word[time ? COUPLES : SUMS] == ENG_NO_WORD) {
        return;
    }
    for (int k = 0; k < sets_of(to->subject); k++) {
        const parts_t parts = split(to, (size_t)k * PER_SET);
        const double part[NUM_COLUMNS] = { parts.parameters, parts.patients, parts.chance };
        const double all = (isnan(part[PARAMETERS]) ? 0 : part[PARAMETERS]) + part[PATIENTS] + part[CHANCE];
        for (int j = 0; j < NUM_COLUMNS; j++) {
            to->push(to, &(eng_estimated_t){ .column = j, .level = NAN, .at = time ? (double)to->subject->landmark[k] / ENG_TICKS_PER_DAY : eng_estimator_day(to),
                .n = 2 * (int64_t)parts.couples, .value = all > 0 ? part[j] / all : NAN, .estimator = text }, (eng_interval_t){ NAN, NAN });
        }
    }
}

static const eng_column_t columns[] = {
    [PARAMETERS] = { .name = "variance_of_parameters", .unit = "1", .share = true, .about = ENG_ABOUT_NOTHING, .words = "variance by parameters", .before_day = "at" },
    [PATIENTS] = { .name = "variance_of_patients", .unit = "1", .share = true, .about = ENG_ABOUT_NOTHING, .words = "variance by patients", .before_day = "at" },
    [CHANCE] = { .name = "variance_of_chance", .unit = "1", .share = true, .about = ENG_ABOUT_NOTHING, .words = "variance by chance", .before_day = "at" },
};

extern const eng_statistic_t eng_statistic_variance;
const eng_statistic_t eng_statistic_variance = {
    .name = "variance", .help = "shares of the variance of courses that parameters, patients and chance make (courses: 2)", .of = ENG_OF_TIME | ENG_OF_VALUE,
    .of_couples = true, .fields = fields, .add = add, .add_couples = add_couples, .wide = wide, .cluster = cluster, .estimate = estimate,
    .columns = columns, .num_columns = NUM_COLUMNS,
};
