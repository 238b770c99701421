/**
 * Cluster sums: what intervals over all points need of each point.
 */
#include "study/layout_plan.h"

/* The courses or the pairs of one reading. */
static void
add_reading(const eng_subject_plan_t *plan, int part, int reading, bool paired, const int64_t *row, int64_t *words)
{
    const eng_place_t *first = eng_place_in(plan, part, 0, reading);
    const int64_t n = first->n[paired] == ENG_NO_WORD ? 0 : row[first->n[paired]];

    if (n == 0) {
        return; /* a point without such courses is no cluster */
    }
    words[first->head[paired] + ENG_CLUSTER_COUNT]++;
    eng_wide_add(words + first->head[paired] + ENG_CLUSTER_N, n);
    eng_wide_add(words + first->head[paired] + ENG_CLUSTER_NN, (eng_i128_t)n * n);
    for (int s = 0; s < plan->num_statistics; s++) {
        const eng_place_t *at = eng_place_in(plan, part, s, reading);
        if (plan->statistics[s]->cluster != NULL) {
            plan->statistics[s]->cluster(&plan->subject, paired, at, row, n, words + at->cluster[paired]);
        }
    }
}

void
eng_layout_cluster_part(const eng_subject_plan_t *plan, int part, const int64_t *row, int64_t *words)
{
    for (int r = 0; r < plan->subject.num_readings; r++) {
        add_reading(plan, part, r, false, row, words);
        add_reading(plan, part, r, true, row, words);
    }
}

void
eng_layout_cluster(const eng_layout_t *layout, const int64_t *point, int64_t *cluster)
{
    const struct eng_layout_plan *plan = layout->plan;

    for (int p = 0; p < layout->study->num_protocols; p++) {
        const int64_t *row = point + (size_t)p * layout->point_words;
        int64_t *words = cluster + (size_t)p * layout->cluster_words;
        for (int j = 0; j < plan->num_whole; j++) {
            for (int r = 0; r < plan->subjects[j].subject.num_readings; r++) {
                add_reading(&plan->subjects[j], 0, r, false, row, words);
                add_reading(&plan->subjects[j], 0, r, true, row, words);
            }
        }
    }
}
