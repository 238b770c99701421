/**
 * Components of variance of a share: one-way analysis with unequal numbers of courses.
 */
#include "study/spread.h"

#include "base/fpu.h"
#include "base/math.h"
#include "study/layout_plan.h"

/* Courses and events by the horizon of an outcome at a point. */
typedef struct {
    double n, events;
} cell_t;

static cell_t
cell_of(const eng_layout_t *layout, const eng_subject_plan_t *plan, const int64_t *row)
{
    cell_t cell = { 0, 0 };

    for (int s = 0; s < plan->num_statistics; s++) {
        if (plan->statistics[s] == eng_statistic_at(ENG_STATISTIC_incidence)) {
            const eng_place_t *place = eng_place_of(plan, s, 0);
            cell = (cell_t){ (double)row[place->n[0]], (double)row[place->word[0] + (size_t)layout->plan->num_landmarks - 1] };
        }
    }
    return cell;
}

/* Means of p, of its square and of p (1 - p), the latter without the bias of few courses, and what chance adds to the variance of p. */
static eng_spread_t
spread_of(const eng_layout_t *layout, int outcome, const int64_t *words, size_t num_points)
{
    const eng_study_t *study = layout->study;
    const size_t stride = (size_t)study->num_protocols * layout->point_words, first = (size_t)study->reference * layout->point_words;
    eng_spread_t spread = { .outcome = outcome, .protocol = study->reference };
    double sum = 0, squares = 0, chance = 0;

    for (size_t j = 0; j < num_points; j++) {
        const cell_t cell = cell_of(layout, &layout->plan->subjects[outcome], words + j * stride + first);
        if (cell.n < 2) {
            continue;
        }
        const double p = cell.events / cell.n, within = p * (1 - p) * cell.n / (cell.n - 1);
        spread.points++;
        sum += p;
        squares += p * p;
        spread.within += within;
        chance += within / cell.n;
    }
    if (spread.points > 1) {
        const double points = spread.points, variance = (squares - sum * sum / points) / (points - 1);
        spread.between = eng_max(0.0, variance - chance / points);
        spread.within /= points;
    }
    return spread;
}

eng_spread_t
eng_spread_of(const eng_layout_t *layout, const int64_t *words, size_t num_points)
{
    (void)eng_fpu_use_default();
    for (int j = 0; j < layout->study->num_outcomes; j++) {
        if (layout->plan->subjects[j].subject.of == ENG_OF_TIME) {
            const eng_spread_t spread = spread_of(layout, j, words, num_points);
            if (spread.points > 1 && spread.within > 0) {
                return spread;
            }
        }
    }
    return (eng_spread_t){ .outcome = -1 };
}

double
eng_spread_of_points(const eng_spread_t *spread, uint64_t patients)
{
    const double both = spread->between + spread->within / (double)patients;

    return both > 0 ? spread->between / both : 0;
}
