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

#define MISS 0.05 /* of a protocol and point, over all looks */

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
share(const struct eng_layout_plan *layout, const eng_subject_plan_t *plan, double at, const int64_t *row)
{
    const eng_place_t *place = place_of(plan, ENG_STATISTIC_incidence, 0);
    const size_t landmark = (size_t)index_of(layout->landmark, layout->num_landmarks, at);

    return eng_sequence_share((double)row[place->word[0] + landmark], (double)row[place->n[0]], MISS);
}

static eng_interval_t
mean(const eng_subject_plan_t *plan, int reading, const int64_t *row)
{
    const eng_place_t *place = place_of(plan, ENG_STATISTIC_moments, reading);
    const double n = (double)row[place->word[ENG_MOMENTS_N]], sum = (double)row[place->word[ENG_MOMENTS_SUM]];
    const double variance = eng_moments_variance(n, sum, (double)row[place->word[ENG_MOMENTS_SQ_LOW]], (double)row[place->word[ENG_MOMENTS_SQ_HIGH]]);
    const double step = plan->subject.step;

    return eng_sequence_mean(step * sum / n, step * step * variance, n, MISS);
}

double
eng_rounds_half_width(const eng_layout_t *layout, const int64_t *words)
{
    const eng_study_t *study = layout->study;
    const eng_precision_t *precision = &study->precision;
    const eng_subject_plan_t *plan = &layout->plan->subjects[precision->outcome];
    double widest = 0;

    (void)eng_fpu_use_default();
    for (int p = 0; p < study->num_protocols; p++) {
        const int64_t *row = words + (size_t)p * layout->point_words;
        const eng_interval_t interval = plan->subject.of == ENG_OF_TIME ? share(layout->plan, plan, precision->at, row)
                                                                        : mean(plan, precision->reading, row);
        const double half = 0.5 * (interval.high - interval.low);
        widest = half <= widest ? widest : half == half ? half : INFINITY;
    }
    return widest;
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
