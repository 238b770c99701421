/**
 * Rows of the tables by outcome and protocol: sorted by counting.  A pair has tens of rows, which are looked through.
 */
#include "cli/lookup.h"

#include "base/error.h"
#include <stdlib.h>

bool
eng_same_at(double a, double b)
{
    const double difference = a - b;
    return (a != a && b != b) || (difference < 1e-6 && difference > -1e-6);
}

/* The pair that row i belongs to; both kinds of rows have an outcome and a protocol. */
typedef size_t (*pair_of_t)(const eng_lookup_t *lookup, int i);

static size_t
pair(const eng_lookup_t *lookup, int outcome, int protocol)
{
    return (size_t)outcome * (size_t)lookup->num_protocols + (size_t)protocol;
}

static size_t
estimate_pair(const eng_lookup_t *lookup, int i)
{
    const eng_estimate_t *row = &lookup->summary->estimates[i];
    return pair(lookup, row->outcome, row->protocol);
}

static size_t
contrast_pair(const eng_lookup_t *lookup, int i)
{
    const eng_contrast_t *row = &lookup->summary->contrasts[i];
    return pair(lookup, row->outcome, row->protocol);
}

/* Rows of a pair in the order of the table, which decides where it has one twice. */
static int
sort_rows(const eng_lookup_t *lookup, size_t pairs, int count, pair_of_t pair_of, int **rows, int **first)
{
    *rows = malloc(((size_t)count + 1) * sizeof(**rows));
    *first = calloc(pairs + 2, sizeof(**first));
    if (*rows == NULL || *first == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for tables of %d rows", count);
    }
    int *next = *first + 1; /* becomes where the next row of a pair goes; in the end, where the next pair begins */
    for (int i = 0; i < count; i++) {
        next[pair_of(lookup, i) + 1]++;
    }
    for (size_t k = 1; k < pairs; k++) {
        next[k] += next[k - 1];
    }
    for (int i = 0; i < count; i++) {
        (*rows)[next[pair_of(lookup, i)]++] = i;
    }
    return 0;
}

int
eng_lookup_create(eng_lookup_t *lookup, const eng_study_t *study, const eng_summary_t *summary)
{
    const size_t pairs = (size_t)study->num_outcomes * (size_t)study->num_protocols;
    int ret;

    *lookup = (eng_lookup_t){ .summary = summary, .num_protocols = study->num_protocols };
    ret = sort_rows(lookup, pairs, summary->num_estimates, estimate_pair, &lookup->estimates, &lookup->first_estimate);
    return ret != 0 ? ret : sort_rows(lookup, pairs, summary->num_contrasts, contrast_pair, &lookup->contrasts, &lookup->first_contrast);
}

void
eng_lookup_free(eng_lookup_t *lookup)
{
    free(lookup->estimates);
    free(lookup->first_estimate);
    free(lookup->contrasts);
    free(lookup->first_contrast);
    *lookup = (eng_lookup_t){ 0 };
}

const eng_estimate_t *
eng_estimate_find(const eng_lookup_t *lookup, int outcome, int protocol, eng_estimate_kind_t kind, double at, double level)
{
    const size_t k = pair(lookup, outcome, protocol);

    for (int j = lookup->first_estimate[k]; j < lookup->first_estimate[k + 1]; j++) {
        const eng_estimate_t *row = &lookup->summary->estimates[lookup->estimates[j]];
        if (row->kind == kind && eng_same_at(row->at, at) && eng_same_at(row->level, level)) {
            return row;
        }
    }
    return NULL;
}

const eng_contrast_t *
eng_contrast_find(const eng_lookup_t *lookup, int outcome, int protocol, eng_estimate_kind_t kind, double at)
{
    const size_t k = pair(lookup, outcome, protocol);

    for (int j = lookup->first_contrast[k]; j < lookup->first_contrast[k + 1]; j++) {
        const eng_contrast_t *row = &lookup->summary->contrasts[lookup->contrasts[j]];
        if (row->kind == kind && eng_same_at(row->at, at)) {
            return row;
        }
    }
    return NULL;
}

const eng_contrast_t *
eng_contrast_of(const eng_lookup_t *lookup, int outcome, int protocol, int j)
{
    const size_t k = pair(lookup, outcome, protocol);
    const int i = lookup->first_contrast[k] + j;

    return i < lookup->first_contrast[k + 1] ? &lookup->summary->contrasts[lookup->contrasts[i]] : NULL;
}
