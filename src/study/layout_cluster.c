/**
 * Cluster sums: what intervals over all points need of each point.
 */
#include "stats/moments.h"
#include "study/layout_plan.h"

/** y, y^2 and n y into three wide sums. */
static void
add_product_sums(int64_t *words, int64_t n, int64_t y)
{
    eng_wide_add(words, y);
    eng_wide_add(words + ENG_WIDE_WORDS, (eng_i128_t)y * y);
    eng_wide_add(words + 2 * ENG_WIDE_WORDS, (eng_i128_t)n * y);
}

static void
add_series(const eng_series_t *series, const int64_t *row, int64_t *words)
{
    const int64_t *moments = row + series->moments;
    const int64_t n = moments[ENG_MOMENTS_N];
    int64_t *count_words = words + ENG_SERIES_COUNTS, count, taken;
    int k;

    if (n == 0) {
        return; /* a point without such courses is no cluster */
    }
    words[ENG_SERIES_CLUSTERS]++;
    eng_wide_add(words + ENG_SERIES_N, n);
    eng_wide_add(words + ENG_SERIES_NN, (eng_i128_t)n * n);
    add_product_sums(words + ENG_SERIES_SUM, n, moments[ENG_MOMENTS_SUM * series->stride]);
    eng_wide_add(words + ENG_SERIES_SQ_LOW, moments[ENG_MOMENTS_SQ_LOW * series->stride]);
    eng_wide_add(words + ENG_SERIES_SQ_HIGH, moments[ENG_MOMENTS_SQ_HIGH * series->stride]);
    for (k = 0; k < series->num_counts; k++) {
        count = row[series->counts + (size_t)k];
        taken = series->taken != ENG_NO_WORD ? row[series->taken + (size_t)k] : 0;
        add_product_sums(count_words, n, count - taken);
        eng_wide_add(count_words + 3 * ENG_WIDE_WORDS, count);
        eng_wide_add(count_words + 4 * ENG_WIDE_WORDS, taken);
        count_words += ENG_SERIES_PER_COUNT;
    }
}

void
eng_layout_cluster(const eng_layout_t *layout, const int64_t *point, int64_t *cluster)
{
    const struct eng_layout_plan *plan = layout->plan;
    const int64_t *row;
    int64_t *words;
    int p, j;

    for (p = 0; p < layout->study->num_protocols; p++) {
        row = point + (size_t)p * layout->point_words;
        words = cluster + (size_t)p * layout->cluster_words;
        for (j = 0; j < plan->num_series; j++) {
            add_series(&plan->series[j], row, words + plan->series[j].cluster);
        }
    }
}
