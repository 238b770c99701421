/**
 * Other looks at the points of a design: indices of whole distributions, regional sensitivity, Shapley effects.
 */
#include "cli/sensitivity.h"

#include "base/math.h"
#include "stats/distribution_indices.h"
#include "stats/regional.h"
#include "stats/shapley.h"

#include <stdlib.h>
#include <string.h>

#define RESAMPLES 400
#define SURE 0.05 /* share of permutations below which a difference is no chance */

/* --- regional -------------------------------------------------------------------------------------------------------- */

static void
regional_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const eng_regional_t *of = (const eng_regional_t *)rows + g;
    const eng_param_row_t row = eng_study_uncertain_row(self->source.study, g);

    snprintf(eng_table_cell(table, 1), ENG_CELL_SIZE, "%.3f", of->distance);
    snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "%.3f", of->p);
    snprintf(eng_table_cell(table, 3), ENG_CELL_SIZE, "%.4g / %.4g %.24s", of->mean_with, of->mean_without, strcmp(row.unit, "1") == 0 ? "" : row.unit);
    snprintf(eng_table_cell(table, 4), ENG_CELL_SIZE, "%s", of->p < SURE ? "differs" : "not distinguishable");
}

static int
by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Courses with the event and without; of other outcomes points above the median of all and those below. */
static int
split_points(const eng_response_t *response, const eng_series_of_points_t *series, uint64_t points, double *with, double *without)
{
    const bool share = response->share && !response->difference, survival = response->study->outcomes[response->outcome].row->survival;
    double *sorted = malloc((size_t)points * sizeof(*sorted) + 1), median = 0;
    uint64_t n = 0;

    if (sorted == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the order of points");
    }
    for (uint64_t i = 0; i < points; i++) {
        if (series->mean[i] == series->mean[i]) {
            sorted[n++] = series->mean[i];
        }
    }
    qsort(sorted, (size_t)n, sizeof(*sorted), by_value);
    median = n > 0 ? sorted[n / 2] : 0;
    for (uint64_t i = 0; i < points; i++) {
        const double y = series->mean[i], event = survival ? 1 - y : y;
        with[i] = !(y == y) ? 0 : share ? event : y >= median;
        without[i] = !(y == y) ? 0 : share ? 1 - event : y < median;
    }
    free(sorted);
    return 0;
}

int
eng_sensitivity_regional(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series)
{
    static const char *const with_event[] = { "", "distance", "p", "mean with / without the event", "verdict" };
    static const char *const above[] = { "", "distance", "p", "mean above / below the median", "verdict" };
    const eng_study_t *study = self->source.study;
    const uint64_t points = study->num_points, width = (uint64_t)study->num_uncertain;
    eng_regional_t *rows = calloc((size_t)self->groups + 1, sizeof(*rows));
    double *key = calloc((size_t)self->groups + 1, sizeof(*key)), *x = malloc((size_t)(3 * points) * sizeof(*x) + 1);
    int ret = rows == NULL || key == NULL || x == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for regional sensitivity") : 0;

    ret = ret == 0 ? split_points(response, series, points, x + points, x + 2 * points) : ret;
    for (int g = 0; ret == 0 && g < self->groups; g++) {
        for (uint64_t i = 0; i < points; i++) {
            x[i] = self->values[i * width + (uint64_t)g];
        }
        ret = eng_regional(x, x + points, x + 2 * points, points, RESAMPLES, &rows[g]);
        key[g] = rows[g].distance;
        if (ret == 0) {
            const eng_index_t row = { rows[g].distance, NAN, NAN, rows[g].p, points };
            eng_sensitivity_csv(self, of, eng_study_group_name(study, g), "distance", "regional", &row, rows[g].p < SURE ? "differs" : "not distinguishable");
        }
    }
    if (ret == 0) {
        printf("\n%s, %s: values of parameters where it happens and where it does not\n", of->label, study->protocols[of->protocol].name);
        ret = eng_sensitivity_table(self, response->share && !response->difference ? with_event : above, 5, regional_cells, rows, key);
    }
    free(rows);
    free(key);
    free(x);
    return ret;
}

/* --- Shapley -------------------------------------------------------------------------------------------------------------- */

static void
index_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const eng_index_t *index = (const eng_index_t *)rows + g;

    (void)self;
    eng_sensitivity_format(eng_table_cell(table, 1), index);
    snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "%s", eng_index_verdict(index));
}

typedef struct {
    double x;
    uint64_t point;
} ranked_t;

static int
by_x(const void *a, const void *b)
{
    const ranked_t *p = a, *q = b;
    const int order = (p->x > q->x) - (p->x < q->x);

    return order != 0 ? order : (p->point > q->point) - (p->point < q->point);
}

/* Complete points: how many; their means and noise, and every column as ranks from 0 on. */
static int
rank_columns(const eng_sensitivity_t *self, const eng_series_of_points_t *series, double *mean, double *noise, double *rank, uint64_t *count)
{
    const uint64_t points = self->source.study->num_points, width = (uint64_t)self->source.study->num_uncertain;
    ranked_t *order = malloc((size_t)points * sizeof(*order) + 1);

    if (order == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the order of points");
    }
    for (uint64_t j = 0; j < width; j++) {
        *count = 0;
        for (uint64_t i = 0; i < points; i++) {
            if (series->mean[i] == series->mean[i]) {
                mean[*count] = series->mean[i];
                noise[*count] = series->noise[i];
                order[*count] = (ranked_t){ self->values[i * width + j], *count };
                ++*count;
            }
        }
        qsort(order, (size_t)*count, sizeof(*order), by_x);
        for (uint64_t i = 0; i < *count; i++) {
            rank[order[i].point * width + j] = (double)i;
        }
    }
    free(order);
    return 0;
}

int
eng_sensitivity_shapley(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series)
{
    static const char *const head[] = { "", "Shapley effect (95 %)", "verdict" };
    const eng_study_t *study = self->source.study;
    const size_t points = (size_t)study->num_points, width = (size_t)study->num_uncertain;
    double *mean = malloc(points * sizeof(*mean) + 1), *noise = malloc(points * sizeof(*noise) + 1);
    double *rank = malloc(points * width * sizeof(*rank) + 1), key[ENG_MAX_SHAPLEY];
    eng_index_t rows[ENG_MAX_SHAPLEY];
    uint64_t count = 0;
    int ret = mean == NULL || noise == NULL || rank == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for Shapley effects") : 0;

    ret = ret == 0 ? rank_columns(self, series, mean, noise, rank, &count) : ret;
    ret = ret == 0 ? eng_shapley(rank, mean, noise, count, study->num_uncertain, RESAMPLES, rows) : ret;
    for (int g = 0; ret == 0 && g < self->groups; g++) {
        key[g] = rows[g].value;
        eng_sensitivity_csv(self, of, eng_study_group_name(study, g), "shapley", "neighbours", &rows[g], eng_index_verdict(&rows[g]));
    }
    if (ret == 0) {
        eng_sensitivity_heading(self, response, of, series, &(eng_sobol_spread_t){ NAN, NAN, 0 });
        ret = eng_sensitivity_table(self, head, 3, index_cells, rows, key);
    }
    free(mean);
    free(noise);
    free(rank);
    return ret;
}

/* --- distributions --------------------------------------------------------------------------------------------------------- */

/* Distribution functions of all points: of a time at its landmarks, of others at the edges between bins. */
typedef struct {
    int thresholds;
    double *mean, *noise, *weight;          /* owned: [thresholds][points], the last [thresholds] */
    const double **mean_at, **noise_at;     /* owned: rows of these */
} functions_t;

static int
make_functions(functions_t *functions, int thresholds, size_t points)
{
    const size_t n = (size_t)thresholds + 1;

    *functions = (functions_t){ thresholds, malloc(n * points * sizeof(double)), malloc(n * points * sizeof(double)), calloc(n, sizeof(double)),
        calloc(n, sizeof(double *)), calloc(n, sizeof(double *)) };
    if (functions->mean == NULL || functions->noise == NULL || functions->weight == NULL || functions->mean_at == NULL || functions->noise_at == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the distributions of %zu points", points);
    }
    for (int k = 0; k < thresholds; k++) {
        functions->mean_at[k] = functions->mean + (size_t)k * points;
        functions->noise_at[k] = functions->noise + (size_t)k * points;
    }
    return 0;
}

static void
free_functions(functions_t *functions)
{
    free(functions->mean);
    free(functions->noise);
    free(functions->weight);
    free(functions->mean_at);
    free(functions->noise_at);
}

/* A share of n courses and the variance of it, as far as n tells. */
static void
set_share(functions_t *functions, int k, size_t points, size_t i, double count, double n)
{
    const double share = count / n;

    functions->mean[(size_t)k * points + i] = n > 0 ? share : NAN;
    functions->noise[(size_t)k * points + i] = n > 1 ? share * (1 - share) / (n - 1) : 0;
}

/* Weights are what the distribution of all has between thresholds. */
static void
set_weights(functions_t *functions, size_t points)
{
    double before = 0;

    for (int k = 0; k < functions->thresholds; k++) {
        double sum = 0, n = 0;
        for (size_t i = 0; i < points; i++) {
            const double share = functions->mean[(size_t)k * points + i];
            sum += share == share ? share : 0;
            n += share == share;
        }
        const double now = n > 0 ? sum / n : 0;
        functions->weight[k] = eng_max(0, now - before);
        before = eng_max(before, now);
    }
}

static int
functions_of_time(const eng_sensitivity_t *self, const eng_response_t *response, int protocol, functions_t *functions)
{
    const eng_study_t *study = self->source.study;
    const size_t points = (size_t)study->num_points;
    const int ret = make_functions(functions, response->readings, points);

    for (size_t i = 0; ret == 0 && i < points; i++) {
        const size_t row = i * (size_t)study->num_protocols + (size_t)protocol;
        for (int k = 0; k < response->readings; k++) {
            set_share(functions, k, points, i, response->first[row * (size_t)response->readings + (size_t)k], response->n[row]);
        }
    }
    return ret;
}

/* The last reading of the histogram that the study keeps of every point; *none: it keeps none. */
static int
functions_of_histogram(const eng_sensitivity_t *self, const eng_response_t *response, int protocol, functions_t *functions, bool *none)
{
    const eng_study_t *study = self->source.study;
    const size_t points = (size_t)study->num_points, protocols = (size_t)study->num_protocols;
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 }, readings, bins;
    char path[160];
    double *count = NULL;
    int dims = 0, ret;

    *none = study->outcomes[response->outcome].histogram == 0;
    if (*none) {
        return 0;
    }
    snprintf(path, sizeof(path), "/outcomes/%s/point_histogram", study->outcomes[response->outcome].row->name);
    ret = eng_source_shape(&self->source, path, &dims, size);
    readings = dims == 4 ? size[2] : 1;
    bins = dims == 4 ? size[3] : size[2];
    if (ret == 0 && (dims < 3 || size[0] != points || size[1] != protocols || bins < 2)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has another shape than the study", self->source.path, path);
    }
    if (ret == 0) {
        count = malloc((size_t)(points * protocols * readings * bins) * sizeof(*count) + 1);
        ret = count == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", self->source.path, path)
                            : eng_source_read(&self->source, path, count, (size_t)(points * protocols * readings * bins));
    }
    ret = ret == 0 ? make_functions(functions, (int)bins - 1, points) : ret;
    for (size_t i = 0; ret == 0 && i < points; i++) {
        const double *row = count + ((i * protocols + (size_t)protocol) * readings + readings - 1) * bins;
        double n = 0, below = 0;
        for (uint64_t b = 0; b < bins; b++) {
            n += row[b];
        }
        for (uint64_t b = 0; b + 1 < bins; b++) {
            below += row[b];
            set_share(functions, (int)b, points, i, below, n);
        }
    }
    free(count);
    return ret;
}

typedef struct {
    eng_index_t *first, *total; /* owned: [groups]; total NULL by ranks */
} rows_t;

static void
both_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const rows_t *both = rows;
    const bool total = self->method == ENG_METHOD_SOBOL;

    eng_sensitivity_format(eng_table_cell(table, 1), &both->first[g]);
    if (total) {
        eng_sensitivity_format(eng_table_cell(table, 2), &both->total[g]);
    }
    snprintf(eng_table_cell(table, total ? 3 : 2), ENG_CELL_SIZE, "%s", eng_index_verdict(total ? &both->total[g] : &both->first[g]));
}

static int
estimate(const eng_sensitivity_t *self, const functions_t *functions, rows_t *rows)
{
    const eng_study_t *study = self->source.study;
    const eng_distributions_t of = { functions->thresholds, functions->mean_at, functions->noise_at, functions->weight };
    const eng_sobol_sample_t design = { study->design_size, self->groups, self->second, NULL, NULL };
    const uint64_t points = study->num_points, width = (uint64_t)study->num_uncertain;
    double *x;
    int ret = 0;

    if (self->method == ENG_METHOD_SOBOL) {
        return eng_distribution_sobol(&design, &of, RESAMPLES, rows->first, rows->total);
    }
    x = malloc((size_t)points * sizeof(*x) + 1);
    for (int g = 0; x != NULL && ret == 0 && g < self->groups; g++) {
        for (uint64_t i = 0; i < points; i++) {
            x[i] = self->values[i * width + (uint64_t)g];
        }
        ret = eng_distribution_rank(x, &of, points, RESAMPLES, &rows->first[g]);
    }
    ret = x == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %llu points", (unsigned long long)points) : ret;
    free(x);
    return ret;
}

static int
print_distribution(const eng_sensitivity_t *self, const eng_sensitivity_subject_t *of, int thresholds, rows_t *rows)
{
    static const char *const sobol[] = { "", "first order (95 %)", "total (95 %)", "verdict on the total" };
    static const char *const rank[] = { "", "first order by ranks (95 %)", "verdict" };
    const bool total = self->method == ENG_METHOD_SOBOL;
    double *key = calloc((size_t)self->groups + 1, sizeof(*key));
    int ret = key == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table") : 0;

    for (int g = 0; ret == 0 && g < self->groups; g++) {
        const char *name = eng_study_group_name(self->source.study, g);
        key[g] = total ? rows->total[g].value : rows->first[g].value;
        eng_sensitivity_csv(self, of, name, "first", "distribution", &rows->first[g], eng_index_verdict(&rows->first[g]));
        if (total) {
            eng_sensitivity_csv(self, of, name, "total", "distribution", &rows->total[g], eng_index_verdict(&rows->total[g]));
        }
    }
    if (ret == 0) {
        printf("\n%s, %s: its whole distribution, Cramer-von Mises over %d thresholds\n", of->label,
            self->source.study->protocols[of->protocol].name, thresholds);
        ret = eng_sensitivity_table(self, total ? sobol : rank, total ? 4 : 3, both_cells, rows, key);
    }
    free(key);
    return ret;
}

int
eng_sensitivity_distribution(const eng_sensitivity_t *self, const eng_response_t *response, int protocol)
{
    const eng_sensitivity_subject_t of = { self->source.study->outcomes[response->outcome].row->name, protocol };
    const size_t n = (size_t)self->groups + 1;
    rows_t rows = { calloc(n, sizeof(eng_index_t)), calloc(n, sizeof(eng_index_t)) };
    functions_t functions = { 0 };
    bool none = false;
    int ret = rows.first == NULL || rows.total == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for indices") : 0;

    if (ret == 0) {
        ret = response->share ? functions_of_time(self, response, protocol, &functions)
                              : functions_of_histogram(self, response, protocol, &functions, &none);
    }
    if (ret == 0 && !none) {
        set_weights(&functions, (size_t)self->source.study->num_points);
        ret = estimate(self, &functions, &rows);
    }
    if (ret == 0 && none && self->outcome >= 0) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "%s: keeps no distribution of '%s' at points: 'histogram: 32' of the outcome would", self->source.path, of.label);
    } else if (ret == 0 && !none) {
        ret = print_distribution(self, &of, functions.thresholds, &rows);
    }
    free_functions(&functions);
    free(rows.first);
    free(rows.total);
    return ret;
}
