/**
 * Deciding on rounds.
 */
#include "study/rounds.h"

#include "base/error.h"
#include "base/fpu.h"
#include "base/math.h"
#include "base/ticks.h"
#include "stats/moments.h"
#include "stats/sequence.h"
#include "study/layout_plan.h"

#include <stdlib.h>


int
eng_rounds_create(eng_rounds_t *rounds, const eng_study_t *study)
{
    *rounds = (eng_rounds_t){ .closed = calloc((size_t)study->num_points + 1, 1) };
    return rounds->closed != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the rounds of %llu points", (unsigned long long)study->num_points);
}

void
eng_rounds_free(eng_rounds_t *rounds)
{
    free(rounds->closed);
    *rounds = (eng_rounds_t){ .count = 0 };
}

uint64_t
eng_rounds_first(const eng_study_t *study)
{
    uint64_t look = ENG_FIRST_LOOK;

    while (look < study->precision.least && look < study->patients) {
        look *= 2;
    }
    return study->precision.asked && look < study->patients ? look : study->patients;
}

uint64_t
eng_rounds_patients(const eng_study_t *study, int number)
{
    uint64_t patients = eng_rounds_first(study);

    for (int j = 1; j < number; j++) {
        patients = 2 * patients < study->patients ? 2 * patients : study->patients;
    }
    return patients;
}

bool
eng_rounds_take_part(const eng_rounds_t *rounds, uint64_t point, int number)
{
    return rounds->closed[point] == 0 || rounds->closed[point] >= number;
}

/* --- what is known ------------------------------------------------------------------------------------------------- */

static const eng_place_t *
place_of(const eng_subject_plan_t *plan, int statistic, int reading)
{
    for (int s = 0; s < plan->num_statistics; s++) {
        if (plan->statistics[s] == eng_statistic_at(statistic)) {
            return eng_place_of(plan, s, reading);
        }
    }
    return NULL;
}

static int
index_of(const int32_t *tick, int count, double day)
{
    int j = 0;

    while (j + 1 < count && tick[j] < eng_tick_nearest(day)) {
        j++;
    }
    return j;
}

static eng_interval_t
share(const struct eng_layout_plan *layout, const eng_subject_plan_t *plan, const eng_precision_t *precision, const int64_t *row)
{
    const eng_place_t *place = place_of(plan, ENG_STATISTIC_incidence, 0);
    const size_t landmark = (size_t)index_of(layout->landmark, layout->num_landmarks, precision->at);

    if (precision->difference) {
        return eng_sequence_difference((double)row[place->word[ENG_INCIDENCE_LOSSES] + landmark],
            (double)row[place->word[ENG_INCIDENCE_GAINS] + landmark], (double)row[place->n[1]], ENG_SEQUENCE_MISS);
    }
    return eng_sequence_share((double)row[place->word[ENG_INCIDENCE_EVENTS] + landmark], (double)row[place->n[0]], ENG_SEQUENCE_MISS);
}

static eng_interval_t
mean(const eng_subject_plan_t *plan, const eng_precision_t *precision, const int64_t *row)
{
    const eng_place_t *place = place_of(plan, ENG_STATISTIC_moments, precision->reading);
    const size_t *word = place->word + (precision->difference ? ENG_MOMENTS_WORDS : 0);
    const double n = (double)row[word[ENG_MOMENTS_N]], sum = (double)row[word[ENG_MOMENTS_SUM]];
    const double variance = eng_moments_variance(n, sum, (double)row[word[ENG_MOMENTS_SQ_LOW]], (double)row[word[ENG_MOMENTS_SQ_HIGH]]);
    const double step = plan->subject.step;

    return eng_sequence_mean(step * sum / n, step * step * variance, n, ENG_SEQUENCE_MISS);
}

/* From the distribution over all points, or from the landmarks or the histogram of the row's point. */
static eng_interval_t
quantile(const eng_subject_plan_t *plan, const eng_precision_t *precision, const int64_t *row, const int64_t *pooled)
{
    const eng_place_t *place = place_of(plan, ENG_STATISTIC_quantiles, precision->reading);

    if (pooled == NULL && plan->subject.of == ENG_OF_TIME) {
        return eng_incidence_sequence_of_quantile(&plan->subject, place_of(plan, ENG_STATISTIC_incidence, 0), row, precision->quantile);
    }
    if (pooled != NULL) {
        return eng_quantiles_sequence(&plan->subject, place, pooled, precision->quantile);
    }
    return eng_quantiles_sequence_of_point(&plan->subject, place, row, precision->quantile);
}

/* Courses, or pairs, of which the outcome says something: none where a protocol has nothing that could come to it. */
static int64_t
counted(const eng_subject_plan_t *plan, const eng_precision_t *precision, const int64_t *row)
{
    return row[place_of(plan, ENG_STATISTIC_moments, precision->reading)->n[precision->difference]];
}

double
eng_rounds_half_width(const eng_layout_t *layout, const int64_t *words, const int64_t *pooled)
{
    const eng_study_t *study = layout->study;
    const eng_precision_t *precision = &study->precision;
    const eng_subject_plan_t *plan = &layout->plan->subjects[precision->outcome];
    double widest = 0;
    bool any = false;

    (void)eng_fpu_use_default();
    for (int p = 0; p < study->num_protocols; p++) {
        const int64_t *row = words + (size_t)p * layout->point_words, *whole = pooled == NULL ? NULL : pooled + (size_t)p * layout->pooled_words;
        if ((precision->difference && p == study->reference) || counted(plan, precision, row) == 0) {
            continue;
        }
        any = true;
        const eng_interval_t interval = precision->quantile > 0 ? quantile(plan, precision, row, whole) :
            plan->subject.of == ENG_OF_TIME ? share(layout->plan, plan, precision, row) : mean(plan, precision, row);
        const double half = 0.5 * (interval.high - interval.low);
        widest = half <= widest ? widest : half == half ? half : INFINITY;
    }
    return any ? widest : INFINITY;
}

bool
eng_rounds_by_point(const eng_study_t *study)
{
    return study->precision.by_point && study->num_points > 1;
}

/* --- what follows ---------------------------------------------------------------------------------------------------- */

bool
eng_rounds_close(eng_rounds_t *rounds, const eng_study_t *study, const double *half_width)
{
    const int number = rounds->count + 1;
    eng_round_t *round = &rounds->round[rounds->count++];
    const bool last = eng_rounds_patients(study, number) >= study->patients || rounds->count == ENG_MAX_ROUNDS;
    uint64_t open = 0;

    *round = (eng_round_t){ .patients = eng_rounds_patients(study, number) };
    for (uint64_t p = 0; p < study->num_points; p++) {
        if (!eng_rounds_take_part(rounds, p, number)) {
            continue;
        }
        const bool precise = half_width[p] <= study->precision.half_width;
        round->points++;
        round->precise += precise;
        round->half_width = eng_max(round->half_width, half_width[p]);
        rounds->closed[p] = precise || last ? (uint8_t)number : 0;
        open += rounds->closed[p] == 0;
    }
    return open > 0;
}
