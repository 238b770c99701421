/**
 * Laws that are tables: values and how often each comes.
 */
#include "base/dist_parts.h"

#include "base/math.h"

#include <stdlib.h>

typedef struct {
    double value, weight;
} pair_t;

static int
by_value(const void *a, const void *b)
{
    const pair_t *x = a, *y = b;
    const int order = (x->value > y->value) - (x->value < y->value);

    return order != 0 ? order : (x->weight > y->weight) - (x->weight < y->weight);
}

/*
 * Equal values become one; then shares from the sums: a table made of another's values and weights has the same bits.
 * The sum of all weights.
 */
static double
join(eng_dist_table_t *table, const pair_t *pairs, int count)
{
    double sum = 0;
    int n = 0;

    for (int k = 0; k < count; k++) {
        if (pairs[k].weight == 0) {
            continue;
        }
        if (n == 0 || table->value[n - 1] != pairs[k].value) {
            table->value[n++] = pairs[k].value;
        }
        table->weight[n - 1] += pairs[k].weight;
    }
    for (int k = 0; k < n; k++) {
        sum += table->weight[k];
        table->cumulative[k] = sum;
    }
    table->count = n;
    return sum;
}

int
eng_dist_table_create(eng_dist_table_t *table, const double *value, const double *weight, int count)
{
    pair_t *pairs = calloc((size_t)count + 1, sizeof(*pairs));
    double total;
    int ret = 0;

    *table = (eng_dist_table_t){ 0 };
    table->value = calloc((size_t)count + 1, sizeof(*table->value));
    table->weight = calloc((size_t)count + 1, sizeof(*table->weight));
    table->cumulative = calloc((size_t)count + 1, sizeof(*table->cumulative));
    if (pairs == NULL || table->value == NULL || table->weight == NULL || table->cumulative == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a table of %d values", count);
        goto out;
    }
    for (int k = 0; k < count; k++) {
        pairs[k] = (pair_t){ value[k] == 0 ? 0.0 : value[k], weight == NULL ? 1.0 : weight[k] };
        if (!(eng_abs(value[k]) < INFINITY && pairs[k].weight >= 0 && pairs[k].weight < 1e300)) {
            ret = ENG_FAIL(ENG_ERR_RANGE, "value %d of a table, or its weight, is no number it can be", k + 1);
            goto out;
        }
    }
    qsort(pairs, (size_t)count, sizeof(*pairs), by_value); /* the order of the list changes no bit */
    total = join(table, pairs, count);
    if (!(total > 0 && total < INFINITY)) {
        ret = ENG_FAIL(ENG_ERR_RANGE, "a table without weight");
        goto out;
    }
    for (int k = 0; k < table->count; k++) {
        table->cumulative[k] = eng_min(table->cumulative[k] / total, 1.0);
    }
    table->cumulative[table->count - 1] = 1;
out:
    free(pairs);
    if (ret != 0) {
        eng_dist_table_free(table);
    }
    return ret;
}

void
eng_dist_table_free(eng_dist_table_t *table)
{
    free(table->value);
    free(table->weight);
    free(table->cumulative);
    *table = (eng_dist_table_t){ 0 };
}

const char *
eng_dist_table_problem(const eng_dist_table_t *table)
{
    if (table == NULL || table->count < 1) {
        return "needs a value at least";
    }
    for (int k = 1; k < table->count; k++) {
        if (!(table->value[k] > table->value[k - 1] && table->cumulative[k] >= table->cumulative[k - 1])) {
            return "its values must rise";
        }
    }
    return table->cumulative[0] >= 0 && table->cumulative[table->count - 1] == 1 ? NULL : "its shares must sum to 1";
}

/* First index whose key is not below x (strict: not at or below). */
static int
first_from(const double *key, int count, double x, bool strict)
{
    int low = 0, high = count;

    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (key[middle] < x || (strict && key[middle] == x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

double
eng_dist_table_quantile(const eng_dist_table_t *table, double u)
{
    return table->value[first_from(table->cumulative, table->count - 1, u, false)];
}

double
eng_dist_table_cdf(const eng_dist_table_t *table, double x)
{
    const int k = first_from(table->value, table->count, x, true);

    return k == 0 ? 0 : table->cumulative[k - 1];
}

double
eng_dist_table_below(const eng_dist_table_t *table, double x)
{
    const int k = first_from(table->value, table->count, x, false);

    return k == 0 ? 0 : table->cumulative[k - 1];
}

void
eng_dist_table_moments(const eng_dist_table_t *table, double *mean, double *variance)
{
    const double origin = table->value[0];
    double sum = 0, squares = 0, before = 0;

    for (int k = 0; k < table->count; k++) {
        const double x = table->value[k] - origin, p = table->cumulative[k] - before;

        before = table->cumulative[k];
        sum += p * x;
        squares += p * x * x;
    }
    *mean = origin + sum;
    *variance = eng_max(0.0, squares - sum * sum);
}
