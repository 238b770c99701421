/**
 * The tables of `sensitivity`: Sobol' indices, elementary effects.
 */
#include "cli/sensitivity.h"

#include "base/math.h"
#include "stats/morris_effects.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_GROUPS 8 /* of an outcome that was not asked for by name */

/* --- machine-readable rows ------------------------------------------------------------------------------------- */

static void
csv_number(FILE *out, double x)
{
    if (x == x) {
        fprintf(out, ",%.17g", x);
    } else {
        fprintf(out, ",");
    }
}

void
eng_sensitivity_csv(const eng_sensitivity_t *self, const eng_sensitivity_subject_t *of, const char *group, const char *index, const char *estimator, const eng_index_t *row,
    const char *verdict)
{
    if (self->csv == NULL) {
        return;
    }
    fprintf(self->csv, "\"%s\",\"%s\",\"%s\",%s,%s", of->label, self->source.study->protocols[of->protocol].name, group, index, estimator);
    csv_number(self->csv, row->value);
    csv_number(self->csv, row->low);
    csv_number(self->csv, row->high);
    csv_number(self->csv, row->raw);
    fprintf(self->csv, ",%llu,%s\n", (unsigned long long)row->rows, verdict);
}

/* --- tables of people ------------------------------------------------------------------------------------------ */

void
eng_sensitivity_format(char text[ENG_CELL_SIZE], const eng_index_t *index)
{
    if (index->value == index->value) {
        snprintf(text, ENG_CELL_SIZE, "%.3f (%.3f to %.3f)", index->value, index->low, index->high);
    } else {
        snprintf(text, ENG_CELL_SIZE, "-");
    }
}

typedef struct {
    double key;
    int group;
} order_t;

static int
by_key(const void *a, const void *b)
{
    const order_t *x = a, *y = b;
    const int order = (x->key < y->key) - (x->key > y->key);

    return order != 0 ? order : (x->group > y->group) - (x->group < y->group);
}

/* Groups by falling key, NaN last; owned by the caller. */
static order_t *
sort_groups(const eng_sensitivity_t *self, const double *key)
{
    order_t *order = malloc((size_t)self->groups * sizeof(*order) + 1);

    for (int g = 0; order != NULL && g < self->groups; g++) {
        order[g] = (order_t){ key[g] == key[g] ? key[g] : -INFINITY, g };
    }
    if (order != NULL) {
        qsort(order, (size_t)self->groups, sizeof(*order), by_key);
    }
    return order;
}

int
eng_sensitivity_table(const eng_sensitivity_t *self, const char *const *head, int columns, eng_sensitivity_cells_t cells, const void *rows,
    const double *key)
{
    eng_table_t own, *table = &own;
    order_t *order = sort_groups(self, key);
    const int shown = self->outcome < 0 && self->trajectory < 0 && self->groups > SHOWN_GROUPS ? SHOWN_GROUPS : self->groups;
    int ret = order == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table") : eng_table_create(table, columns);

    for (int j = 0; ret == 0 && j < columns; j++) {
        snprintf(eng_table_cell(table, j), ENG_CELL_SIZE, "%s", head[j]);
    }
    for (int k = 0; ret == 0 && k < shown; k++) {
        ret = eng_table_add_row(table);
        if (ret == 0) {
            snprintf(eng_table_cell(table, 0), ENG_CELL_SIZE, "%s", eng_study_group_name(self->source.study, order[k].group));
            cells(self, table, rows, order[k].group);
        }
    }
    ret = ret == 0 ? eng_table_print(table, stdout) : ret;
    if (ret == 0 && shown < self->groups) {
        printf("... and %d more, all of them smaller; --outcome NAME shows all\n", self->groups - shown);
    }
    eng_table_free(table);
    free(order);
    return ret;
}

/* Patients of a point have chance of their own: the variance of their mean is that of one course over their number. */
static void
print_luck(const eng_study_t *study, const eng_series_of_points_t *series, const eng_sobol_spread_t *spread)
{
    if (study->num_factors < study->num_uncertain || !(series->within > 0)) {
        printf("\n");
        return;
    }
    printf("; what the factors choose makes %.1f %% of the variance of single courses\n",
        100 * (double)study->patients * spread->parameters / series->within);
}

/* What the outcome is on average, and how much of how points differ is noise. */
void
eng_sensitivity_heading(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of, const eng_series_of_points_t *series,
    const eng_sobol_spread_t *spread)
{
    const eng_study_t *study = self->source.study;
    const char *unit;
    const eng_style_t style = eng_response_style(response, &unit);
    const double all = spread->parameters + spread->noise, course = spread->parameters + series->within;
    char mean[ENG_CELL_SIZE];

    eng_format_interval(mean, style, self->difference, series->average, NAN, NAN, unit);
    printf("\n%s, %s%s%s: mean %s%s", of->label, study->protocols[of->protocol].name, self->difference ? " less " : "",
        self->difference ? study->protocols[study->reference].name : "", mean, style == ENG_AS_POINTS ? " percentage points" : "");
    if (self->method == ENG_METHOD_MORRIS || !(all > 0)) {
        printf("\n");
        return;
    }
    if (study->num_factors > 0) {
        print_luck(study, series, spread);
        return;
    }
    if (!series->noisy) {
        printf("\none patient at some points: indices are those of the noisy response\n");
        return;
    }
    printf("; of the variance of single courses the parameters are %.1f %%", 100 * eng_max(0, spread->parameters) / course);
    if (series->chance == series->chance) {
        printf(", who patients are %.1f %%, chance %.1f %%;\n", 100 * eng_max(0, series->within - series->chance) / course, 100 * series->chance / course);
    } else {
        printf(", patients and chance the rest;\n");
    }
    printf("of that between points %.1f %% is noise of finite patients\n", 100 * eng_min(1, spread->noise / all));
}

const char *
eng_sensitivity_verdict(const eng_index_t *index, const eng_sobol_spread_t *spread)
{
    return eng_sobol_spread_shows(spread) ? eng_index_verdict(index) : "not resolved";
}

/* --- saltelli -------------------------------------------------------------------------------------------------- */

typedef struct {
    eng_index_t *first, *total; /* owned: [groups] */
} both_t;

static void
sobol_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const both_t *both = rows;

    (void)self;
    eng_sensitivity_format(eng_table_cell(table, 1), &both->first[g]);
    eng_sensitivity_format(eng_table_cell(table, 2), &both->total[g]);
    snprintf(eng_table_cell(table, 3), ENG_CELL_SIZE, "%s", eng_index_verdict(&both->total[g]));
}

/* Total indices of the first rows, as the design orders them: shorter designs begin longer ones. */
static int
sobol_trace(const eng_sensitivity_t *self, const eng_sobol_sample_t *sample, both_t *space)
{
    eng_trace_t trace;
    int ret = eng_trace_make(self, &trace, "total index with the number of base rows");

    for (int k = 0; ret == 0 && k < 3; k++) {
        eng_sobol_sample_t some = *sample;
        some.rows = sample->rows >> (2 - k);
        ret = eng_sobol_indices(&some, (eng_sobol_estimator_t)self->estimator, 2, space->first, space->total);
        for (int g = 0; ret == 0 && g < self->groups; g++) {
            trace.at[k][g] = space->total[g].value;
        }
    }
    ret = ret == 0 ? eng_trace_print(self, &trace) : ret;
    eng_trace_free(&trace);
    return ret;
}

static int
second_order(const eng_sensitivity_t *self, const eng_sensitivity_subject_t *of, const eng_sobol_sample_t *sample)
{
    eng_index_t *pairs = calloc((size_t)self->groups * (size_t)self->groups + 1, sizeof(*pairs));
    int ret = pairs == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for pairs") : eng_sobol_second_order(sample, ENG_RESAMPLES, pairs);
    int shown = 0;

    for (int j = 0; ret == 0 && j < self->groups; j++) {
        for (int k = j + 1; k < self->groups; k++) {
            const eng_index_t *index = &pairs[j * self->groups + k];
            char name[200], text[ENG_CELL_SIZE];

            snprintf(name, sizeof(name), "%s x %s", eng_study_group_name(self->source.study, j), eng_study_group_name(self->source.study, k));
            eng_sensitivity_csv(self, of, name, "second", "saltelli", index, eng_index_verdict(index));
            if (index->low > 0 || index->high < 0) {
                eng_sensitivity_format(text, index);
                printf("%s%s  %s  %s\n", shown++ == 0 ? "second order, pairs whose interval excludes 0:\n" : "", name, text,
                    eng_index_verdict(index));
            }
        }
    }
    if (ret == 0 && shown == 0) {
        printf("second order: no pair can be told from 0\n");
    }
    free(pairs);
    return ret;
}

int
eng_sensitivity_sobol(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series)
{
    static const char *const head[] = { "", "first order (95 %)", "total (95 %)", "verdict on the total" };
    const eng_study_t *study = self->source.study;
    const eng_sobol_sample_t sample = { study->design_size, self->groups, self->second, series->mean, series->noise };
    const eng_sobol_spread_t spread = eng_sobol_spread(&sample);
    const size_t n = (size_t)self->groups + 1;
    both_t both = { calloc(n, sizeof(eng_index_t)), calloc(n, sizeof(eng_index_t)) };
    double *key = calloc(n, sizeof(*key));
    int ret = both.first == NULL || both.total == NULL || key == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for indices") : 0;

    for (int e = 0; ret == 0 && e < ENG_NUM_SOBOL_ESTIMATORS && self->csv != NULL; e++) {
        ret = eng_sobol_indices(&sample, (eng_sobol_estimator_t)e, ENG_RESAMPLES, both.first, both.total);
        for (int g = 0; ret == 0 && g < self->groups; g++) {
            const char *name = eng_study_group_name(study, g);
            eng_sensitivity_csv(self, of, name, "first", eng_sobol_name(e), &both.first[g], eng_sensitivity_verdict(&both.first[g], &spread));
            eng_sensitivity_csv(self, of, name, "total", eng_sobol_name(e), &both.total[g], eng_sensitivity_verdict(&both.total[g], &spread));
        }
    }
    if (ret == 0) {
        ret = eng_sobol_indices(&sample, (eng_sobol_estimator_t)self->estimator, ENG_RESAMPLES, both.first, both.total);
    }
    for (int g = 0; ret == 0 && g < self->groups; g++) {
        key[g] = both.total[g].value;
    }
    if (ret == 0) {
        eng_sensitivity_heading(self, response, of, series, &spread);
    }
    if (ret == 0 && !eng_sobol_spread_shows(&spread)) {
        printf(ENG_NOTHING_SHOWS);
    } else if (ret == 0) {
        ret = eng_sensitivity_table(self, head, 4, sobol_cells, &both, key);
    }
    if (ret == 0 && self->convergence && eng_sobol_spread_shows(&spread)) {
        ret = sobol_trace(self, &sample, &both);
    }
    if (ret == 0 && self->second && eng_sobol_spread_shows(&spread)) {
        ret = second_order(self, of, &sample);
    }
    free(both.first);
    free(both.total);
    free(key);
    return ret;
}

/* --- morris ---------------------------------------------------------------------------------------------------- */

/* Is the group one parameter?  Then its effects have a direction; which parameter. */
static int
only_member(const eng_sensitivity_t *self, int group)
{
    const eng_design_spec_t spec = eng_study_design_spec(self->source.study);
    int found = -1, count = 0;

    for (int j = 0; j < spec.dimension; j++) {
        if (eng_design_group(&spec, j) == group) {
            found = j;
            count++;
        }
    }
    return count == 1 ? found : -1;
}

/* One effect a step, in units of the response over the whole unit interval. */
static uint64_t
find_effects(const eng_sensitivity_t *self, const eng_series_of_points_t *series, eng_effect_t *effects)
{
    const eng_study_t *study = self->source.study;
    const bool known = !study->patients_common && series->noisy;
    uint64_t count = 0;

    for (uint64_t i = 0; i < study->num_points; i++) {
        const eng_design_role_t *role = &self->roles[i];
        const int j = role->matrix == ENG_MATRIX_STEP ? only_member(self, role->moved) : -1;
        double step = 0.5;

        if (role->matrix != ENG_MATRIX_STEP) {
            continue;
        }
        if (j >= 0) {
            step = self->unit[i * (uint64_t)study->num_uncertain + (uint64_t)j] - self->unit[(i - 1) * (uint64_t)study->num_uncertain + (uint64_t)j];
        }
        effects[count++] = (eng_effect_t){ role->set, role->moved, (series->mean[i] - series->mean[i - 1]) / step,
            known ? (series->noise[i] + series->noise[i - 1]) / (step * step) : NAN };
    }
    return count;
}

static void
morris_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const eng_morris_t *of = (const eng_morris_t *)rows + g;

    snprintf(eng_table_cell(table, 1), ENG_CELL_SIZE, "%.4g (%.4g to %.4g)", of->mu_star.value, of->mu_star.low, of->mu_star.high);
    if (of->noise_star == of->noise_star) {
        snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "%.4g", of->noise_star);
    } else {
        snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "-");
    }
    if (only_member(self, g) >= 0) {
        snprintf(eng_table_cell(table, 3), ENG_CELL_SIZE, "%+.4g (%.4g to %.4g)", of->mu.value, of->mu.low, of->mu.high);
    } else {
        snprintf(eng_table_cell(table, 3), ENG_CELL_SIZE, "-");
    }
    snprintf(eng_table_cell(table, 4), ENG_CELL_SIZE, "%.4g", of->sigma.value);
    snprintf(eng_table_cell(table, 5), ENG_CELL_SIZE, "%s", of->verdict);
}

/* mu* of the first trajectories: shorter designs begin longer ones. */
static int
morris_trace(const eng_sensitivity_t *self, const eng_effect_t *effects, uint64_t count)
{
    const uint64_t trajectories = self->source.study->design_size;
    eng_morris_t *rows = calloc((size_t)self->groups + 1, sizeof(*rows));
    eng_trace_t trace;
    int ret = eng_trace_make(self, &trace, "mean size of effects with the number of trajectories");

    ret = ret == 0 && rows == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a trace of convergence") : ret;
    for (int k = 0; ret == 0 && k < 3; k++) {
        const uint64_t some = trajectories >> (2 - k);
        uint64_t among = 0;
        while (among < count && effects[among].trajectory < some) {
            among++;
        }
        ret = some > 0 ? eng_morris_effects(effects, among, some, self->groups, 2, rows) : 0;
        for (int g = 0; ret == 0 && g < self->groups; g++) {
            trace.at[k][g] = some > 0 ? rows[g].mu_star.value : NAN;
        }
    }
    ret = ret == 0 ? eng_trace_print(self, &trace) : ret;
    eng_trace_free(&trace);
    free(rows);
    return ret;
}

int
eng_sensitivity_morris(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series)
{
    static const char *const head[] = { "", "mu* (95 %)", "mu* of noise", "mu (95 %)", "sigma", "verdict" };
    const eng_study_t *study = self->source.study;
    eng_effect_t *effects = malloc((size_t)study->num_points * sizeof(*effects) + 1);
    eng_morris_t *rows = calloc((size_t)self->groups + 1, sizeof(*rows));
    double *key = calloc((size_t)self->groups + 1, sizeof(*key));
    int ret = effects == NULL || rows == NULL || key == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for effects") : 0;

    const uint64_t count = ret == 0 ? find_effects(self, series, effects) : 0;
    if (ret == 0) {
        ret = eng_morris_effects(effects, count, study->design_size, self->groups, ENG_RESAMPLES, rows);
    }
    for (int g = 0; ret == 0 && g < self->groups; g++) {
        const char *name = eng_study_group_name(study, g);

        key[g] = rows[g].mu_star.value;
        eng_sensitivity_csv(self, of, name, "mu_star", "morris", &rows[g].mu_star, rows[g].verdict);
        eng_sensitivity_csv(self, of, name, "mu", "morris", &rows[g].mu, rows[g].verdict);
        eng_sensitivity_csv(self, of, name, "sigma", "morris", &rows[g].sigma, rows[g].verdict);
    }
    if (ret == 0) {
        eng_sensitivity_heading(self, response, of, series, &(eng_sobol_spread_t){ NAN, NAN, 0 });
        ret = eng_sensitivity_table(self, head, 6, morris_cells, rows, key);
    }
    if (ret == 0 && self->convergence) {
        ret = morris_trace(self, effects, count);
    }
    free(effects);
    free(rows);
    free(key);
    return ret;
}
