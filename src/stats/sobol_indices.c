/**
 * Estimators from sums over base rows, so that a resample is a weighted sum of the same numbers.
 */
#include "stats/sobol_indices.h"

#include "base/math.h"
#include "stats/resample.h"

#include <stdlib.h>

#define SMALL_WIDTH 0.1 /* half an interval that is wider says nothing of a small index */

static const char *const names[] = {
#define AS_NAME(id, text, help) text,
    ENG_SOBOL_ESTIMATOR_LIST(AS_NAME)
#undef AS_NAME
};

const char *
eng_sobol_name(int estimator)
{
    return names[estimator];
}

static uint64_t
row_points(const eng_sobol_sample_t *sample)
{
    return (uint64_t)sample->groups * (sample->second ? 2 : 1) + 2;
}

/* --- sums ---------------------------------------------------------------------------------------------------- */

/* Of responses a, b of A and B and e of a mixture, about a common origin, and of their noise. */
typedef struct {
    double n, a, b, e, aa, bb, ee, ab, ae, be, noise_a, noise_b, noise_e;
} sums_t;

typedef struct {
    double a, b, e, noise_a, noise_b, noise_e;
} row_t;

static void
add(sums_t *sums, const row_t *row, double weight)
{
    const double a = weight * row->a, b = weight * row->b, e = weight * row->e;

    sums->n += weight;
    sums->a += a;
    sums->b += b;
    sums->e += e;
    sums->aa += a * row->a;
    sums->bb += b * row->b;
    sums->ee += e * row->e;
    sums->ab += a * row->b;
    sums->ae += a * row->e;
    sums->be += b * row->e;
    sums->noise_a += weight * row->noise_a;
    sums->noise_b += weight * row->noise_b;
    sums->noise_e += weight * row->noise_e;
}

/* Complete rows of one group; how many. */
static uint64_t
gather(const eng_sobol_sample_t *sample, int group, double origin, row_t *rows)
{
    const uint64_t each = row_points(sample);
    uint64_t count = 0;

    for (uint64_t i = 0; i < sample->rows; i++) {
        const double *y = sample->mean + i * each, *v = sample->noise + i * each;
        const uint64_t last = each - 1, e = (uint64_t)group + 1;
        const row_t row = { y[0] - origin, y[last] - origin, y[e] - origin, v[0], v[last], v[e] };
        const double sum = row.a + row.b + row.e;

        if (sum == sum) {
            rows[count++] = row;
        }
    }
    return count;
}

/* Mean of all responses: what products are taken about. */
static double
find_origin(const eng_sobol_sample_t *sample)
{
    const uint64_t count = sample->rows * row_points(sample);
    double sum = 0;
    uint64_t n = 0;

    for (uint64_t i = 0; i < count; i++) {
        if (sample->mean[i] == sample->mean[i]) {
            sum += sample->mean[i];
            n++;
        }
    }
    return n > 0 ? sum / (double)n : 0;
}

/* --- estimators ---------------------------------------------------------------------------------------------- */

typedef struct {
    double first, total;
} both_t;

/* Variance of a sum of n, its sum of squares: divided by n - less. */
static double
variance(double sum, double squares, double n, double less)
{
    return (squares - sum * sum / n) / (n - less);
}

/* `noise`: 1 takes the noise out, 0 leaves it. */
static both_t
janon_monod(const sums_t *s, double noise)
{
    const double mean_b = (s->b + s->e) / (2 * s->n), mean_a = (s->a + s->e) / (2 * s->n);
    const double var_b = (s->bb + s->ee) / (2 * s->n) - mean_b * mean_b - noise * (s->noise_b + s->noise_e) / (2 * s->n);
    const double var_a = (s->aa + s->ee) / (2 * s->n) - mean_a * mean_a - noise * (s->noise_a + s->noise_e) / (2 * s->n);

    return (both_t){ (s->be / s->n - mean_b * mean_b) / var_b, 1 - (s->ae / s->n - mean_a * mean_a) / var_a };
}

static both_t
saltelli(const sums_t *s, double noise)
{
    const double all = variance(s->a + s->b, s->aa + s->bb, 2 * s->n, 0) - noise * (s->noise_a + s->noise_b) / (2 * s->n);
    const double squares = s->aa - 2 * s->ae + s->ee - noise * (s->noise_a + s->noise_e);

    return (both_t){ (s->be - s->ab) / s->n / all, 0.5 * squares / s->n / all };
}

static both_t
jansen(const sums_t *s, double noise)
{
    const double all = variance(s->a, s->aa, s->n, 1) - noise * s->noise_a / s->n;
    const double of_b = s->bb - 2 * s->be + s->ee - noise * (s->noise_b + s->noise_e);
    const double of_a = s->aa - 2 * s->ae + s->ee - noise * (s->noise_a + s->noise_e);

    return (both_t){ 1 - of_b / (2 * s->n - 1) / all, of_a / (2 * s->n - 1) / all };
}

static both_t
martinez(const sums_t *s, double noise)
{
    const double var_a = variance(s->a, s->aa, s->n, 0) - noise * s->noise_a / s->n;
    const double var_b = variance(s->b, s->bb, s->n, 0) - noise * s->noise_b / s->n;
    const double var_e = variance(s->e, s->ee, s->n, 0) - noise * s->noise_e / s->n;
    const double be = s->be / s->n - s->b / s->n * (s->e / s->n), ae = s->ae / s->n - s->a / s->n * (s->e / s->n);

    return (both_t){ be / sqrt(eng_max(0, var_b * var_e)), 1 - ae / sqrt(eng_max(0, var_a * var_e)) };
}

static both_t
estimate(const sums_t *sums, eng_sobol_estimator_t estimator, double noise)
{
    both_t both = { NAN, NAN };

    switch (estimator) {
    case ENG_SOBOL_JANON_MONOD: both = janon_monod(sums, noise); break;
    case ENG_SOBOL_SALTELLI:    both = saltelli(sums, noise); break;
    case ENG_SOBOL_JANSEN:      both = jansen(sums, noise); break;
    case ENG_SOBOL_MARTINEZ:    both = martinez(sums, noise); break;
    case ENG_NUM_SOBOL_ESTIMATORS: break;
    }
    /* a response that does not vary, or less than its noise, has no indices */
    both.first = eng_abs(both.first) < INFINITY ? both.first : NAN;
    both.total = eng_abs(both.total) < INFINITY ? both.total : NAN;
    return both;
}

/* --- indices ------------------------------------------------------------------------------------------------- */

/* What the response varies by without its noise must be told from nothing: else there is nothing to share out. */
eng_sobol_spread_t
eng_sobol_spread(const eng_sobol_sample_t *sample)
{
    const uint64_t each = row_points(sample);
    const double origin = find_origin(sample);
    double sum = 0, squares = 0, noise = 0, n = 0;

    for (uint64_t i = 0; i < 2 * sample->rows; i++) {
        const uint64_t at = i / 2 * each + (i % 2 == 0 ? 0 : each - 1);
        const double y = sample->mean[at] - origin;

        if (y == y) {
            n++;
            sum += y;
            squares += y * y;
            noise += sample->noise[at];
        }
    }
    if (n < 2) {
        return (eng_sobol_spread_t){ NAN, NAN, (uint64_t)n };
    }
    return (eng_sobol_spread_t){ variance(sum, squares, n, 1) - noise / n, noise / n, (uint64_t)n };
}

bool
eng_sobol_spread_shows(const eng_sobol_spread_t *spread)
{
    const double all = spread->parameters + spread->noise;

    return spread->points > 2 && spread->parameters > ENG_Z95 * all * sqrt(2 / ((double)spread->points - 1));
}

typedef struct {
    row_t *rows;      /* owned */
    double *weight, *first, *total; /* owned */
} work_t;

static int
make_work(work_t *work, uint64_t rows, int resamples)
{
    *work = (work_t){ malloc((size_t)rows * sizeof(row_t) + 1), malloc((size_t)rows * sizeof(double) + 1),
        malloc((size_t)resamples * sizeof(double) + 1), malloc((size_t)resamples * sizeof(double) + 1) };
    return work->rows == NULL || work->weight == NULL || work->first == NULL || work->total == NULL
        ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for sensitivity indices") : 0;
}

static void
free_work(work_t *work)
{
    free(work->rows);
    free(work->weight);
    free(work->first);
    free(work->total);
}

static void
indices_of(const eng_sobol_sample_t *sample, eng_sobol_estimator_t estimator, int group, double origin, int resamples, work_t *work,
    eng_index_t *first, eng_index_t *total)
{
    const uint64_t count = gather(sample, group, origin, work->rows);
    eng_interval_t interval;
    sums_t all = { 0 };

    for (uint64_t i = 0; i < count; i++) {
        add(&all, &work->rows[i], 1);
    }
    const both_t value = estimate(&all, estimator, 1), raw = estimate(&all, estimator, 0);
    for (int k = 0; k < resamples; k++) {
        sums_t sums = { 0 };

        eng_resample_weights(count, k, work->weight);
        for (uint64_t i = 0; i < count; i++) {
            add(&sums, &work->rows[i], work->weight[i]);
        }
        const both_t again = estimate(&sums, estimator, 1);
        work->first[k] = again.first;
        work->total[k] = again.total;
    }
    interval = eng_resample_interval(value.first, work->first, resamples, ENG_Z95);
    *first = (eng_index_t){ value.first, interval.low, interval.high, raw.first, count };
    interval = eng_resample_interval(value.total, work->total, resamples, ENG_Z95);
    *total = (eng_index_t){ value.total, interval.low, interval.high, raw.total, count };
}

int
eng_sobol_indices(const eng_sobol_sample_t *sample, eng_sobol_estimator_t estimator, int resamples, eng_index_t *first, eng_index_t *total)
{
    const double origin = find_origin(sample);
    work_t work;
    int ret = make_work(&work, sample->rows, resamples);

    for (int group = 0; ret == 0 && group < sample->groups; group++) {
        indices_of(sample, estimator, group, origin, resamples, &work, &first[group], &total[group]);
    }
    free_work(&work);
    return ret;
}

/* --- second order ---------------------------------------------------------------------------------------------- */

/* Products of BA of one group and AB of another, of A and B, and of what first orders need; squares that the variance needs. */
typedef struct {
    double n, cross, ab, first_j, first_k, sum, squares, noise;
} pair_sums_t;

static void
add_pair(pair_sums_t *s, const double *y, const double *v, uint64_t last, uint64_t groups, uint64_t j, uint64_t k, double origin, double weight)
{
    const double a = y[0] - origin, b = y[last] - origin, ab_j = y[1 + j] - origin, ab_k = y[1 + k] - origin;
    const double ba_j = y[1 + groups + j] - origin, total = a + b + ab_j + ab_k + ba_j;

    if (!(total == total)) {
        return;
    }
    s->n += weight;
    s->cross += weight * ba_j * ab_k;
    s->ab += weight * a * b;
    s->first_j += weight * b * (ab_j - a);
    s->first_k += weight * b * (ab_k - a);
    s->sum += weight * (a + b);
    s->squares += weight * (a * a + b * b);
    s->noise += weight * (v[0] + v[last]);
}

/* What both explain together beyond what each does: all products are of points with noise of their own. */
static double
second_of(const pair_sums_t *s, double noise)
{
    const double all = variance(s->sum, s->squares, 2 * s->n, 0) - noise * s->noise / (2 * s->n);
    const double index = ((s->cross - s->ab) - s->first_j - s->first_k) / s->n / all;

    return eng_abs(index) < INFINITY ? index : NAN;
}

static double
pair_index(const eng_sobol_sample_t *sample, uint64_t j, uint64_t k, double origin, const double *weight, double noise, uint64_t *rows)
{
    const uint64_t each = row_points(sample);
    pair_sums_t sums = { 0 };

    for (uint64_t i = 0; i < sample->rows; i++) {
        add_pair(&sums, sample->mean + i * each, sample->noise + i * each, each - 1, (uint64_t)sample->groups, j, k, origin,
            weight == NULL ? 1 : weight[i]);
    }
    *rows = (uint64_t)sums.n;
    return second_of(&sums, noise);
}

int
eng_sobol_second_order(const eng_sobol_sample_t *sample, int resamples, eng_index_t *pairs)
{
    const double origin = find_origin(sample);
    work_t work;
    uint64_t rows = 0;
    int ret = make_work(&work, sample->rows, resamples);

    for (int j = 0; ret == 0 && j < sample->groups; j++) {
        for (int k = j + 1; k < sample->groups; k++) {
            eng_index_t *out = &pairs[j * sample->groups + k];

            out->raw = pair_index(sample, (uint64_t)j, (uint64_t)k, origin, NULL, 0, &out->rows);
            out->value = pair_index(sample, (uint64_t)j, (uint64_t)k, origin, NULL, 1, &out->rows);
            for (int n = 0; n < resamples; n++) {
                eng_resample_weights(sample->rows, n, work.weight);
                work.first[n] = pair_index(sample, (uint64_t)j, (uint64_t)k, origin, work.weight, 1, &rows);
            }
            const eng_interval_t interval = eng_resample_interval(out->value, work.first, resamples, ENG_Z95);
            out->low = interval.low;
            out->high = interval.high;
        }
    }
    free_work(&work);
    return ret;
}

const char *
eng_index_verdict(const eng_index_t *index)
{
    const double half = 0.5 * (index->high - index->low);

    if (!(half <= eng_max(SMALL_WIDTH, 0.5 * index->value))) { /* NaN too */
        return "not resolved";
    }
    return index->low > 0 ? "resolved" : "not distinguishable from 0";
}
