/**
 * The tables of /summary, read as they are stored.  Outcomes and protocols are found by their names, so that the order
 * of neither matters.
 */
#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

/* Both tables have the columns up to N; LEVEL is of estimates only, what stands behind it of contrasts only. */
enum { OUTCOME, PROTOCOL, KIND, ESTIMATOR, AT, VALUE, LOW, HIGH, N, LEVEL, GAINS, LOSSES, NUM_COLUMNS };
static const struct {
    const char *name;
    eng_cell_t cell;
} columns[NUM_COLUMNS] = {
    [OUTCOME] = { "outcome", ENG_CELL_TEXT },     [PROTOCOL] = { "protocol", ENG_CELL_TEXT },
    [KIND] = { "kind", ENG_CELL_TEXT },           [ESTIMATOR] = { "estimator", ENG_CELL_TEXT },
    [AT] = { "at", ENG_CELL_NUMBER },             [VALUE] = { "value", ENG_CELL_NUMBER },
    [LOW] = { "low", ENG_CELL_NUMBER },           [HIGH] = { "high", ENG_CELL_NUMBER },
    [N] = { "n", ENG_CELL_INTEGER },              [LEVEL] = { "level", ENG_CELL_NUMBER },
    [GAINS] = { "gains", ENG_CELL_INTEGER },      [LOSSES] = { "losses", ENG_CELL_INTEGER },
};

/* A name of the study and its place there. */
typedef struct {
    const char *text; /* borrowed */
    int index;
} name_t;

typedef struct {
    eng_dataset_t dataset[NUM_COLUMNS];
    void *values[NUM_COLUMNS]; /* owned */
    uint64_t count;
    name_t *protocols; /* owned: all of the study, by name; a thousand protocols have hundreds of thousands of rows */
} table_t;

static void
free_table(table_t *table)
{
    for (int j = 0; j < NUM_COLUMNS; j++) {
        free(table->values[j]);
    }
    free(table->protocols);
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(((const name_t *)a)->text, ((const name_t *)b)->text);
}

static int
sort_protocols(const eng_study_t *study, table_t *table)
{
    table->protocols = malloc(((size_t)study->num_protocols + 1) * sizeof(*table->protocols));
    if (table->protocols == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the names of %d protocols", study->num_protocols);
    }
    for (int p = 0; p < study->num_protocols; p++) {
        table->protocols[p] = (name_t){ study->protocols[p].name, p };
    }
    qsort(table->protocols, (size_t)study->num_protocols, sizeof(*table->protocols), by_text);
    return 0;
}

/* The columns first to last of a group and all up to N, of one length; a file without the group has an empty table. */
static int
read_table(const eng_result_t *result, const char *group, int first, int last, table_t *table)
{
    const htri_t there = H5Lexists(result->file, group, H5P_DEFAULT);
    int ret = 0;

    *table = (table_t){ 0 };
    ret = sort_protocols(&result->study, table);
    if (ret != 0) {
        return ret;
    }
    if (there <= 0) {
        return there == 0 ? 0 : eng_h5_fail(ENG_ERR_FORMAT, group, "cannot be looked for");
    }
    for (int j = 0; ret == 0 && j <= last; j++) {
        char path[96];
        if (j > N && j < first) {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s", group, columns[j].name);
        ret = eng_h5_read(result->file, path, &table->dataset[j], &table->values[j]);
        if (ret == 0 && j == 0) {
            table->count = table->dataset[0].size[0];
        }
        if (ret == 0 && (table->dataset[j].cell != columns[j].cell || table->dataset[j].num_dims != 1 ||
                            table->dataset[j].size[0] != table->count || table->count > INT32_MAX)) {
            ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: not of the type or length that this format has", path);
        }
    }
    return ret;
}

/* As strcmp of a cell, which a NUL need not end, and a text. */
static int
compare_text(const table_t *table, int column, uint64_t i, const char *text)
{
    const size_t size = table->dataset[column].cell_bytes, length = strlen(text);
    const char *cell = (const char *)table->values[column] + i * size;
    const int order = strncmp(cell, text, size);
    return order != 0 || length <= size ? order : -1;
}

static bool
is_text(const table_t *table, int column, uint64_t i, const char *text)
{
    return compare_text(table, column, i, text) == 0;
}

static int
find_outcome(const eng_study_t *study, const table_t *table, uint64_t i)
{
    for (int j = 0; j < study->num_outcomes; j++) {
        if (is_text(table, OUTCOME, i, study->outcomes[j].row->name)) {
            return j;
        }
    }
    return -1;
}

static int
find_protocol(const eng_study_t *study, const table_t *table, uint64_t i)
{
    int first = 0, end = study->num_protocols;

    while (first < end) {
        const int middle = first + (end - first) / 2, order = compare_text(table, PROTOCOL, i, table->protocols[middle].text);
        if (order == 0) {
            return table->protocols[middle].index;
        }
        first = order > 0 ? middle + 1 : first;
        end = order > 0 ? end : middle;
    }
    return -1;
}

static int
find_kind(const table_t *table, uint64_t i)
{
    for (int j = 0; j < ENG_NUM_KINDS_OF_ESTIMATES; j++) {
        const eng_column_t *column = eng_column_at(j);
        if (column != NULL && is_text(table, KIND, i, column->name)) {
            return j;
        }
    }
    return -1;
}

/* The estimator's text, kept once for all rows that share it; NULL without memory. */
static const char *
keep_estimator(eng_texts_t *texts, const table_t *table, uint64_t i)
{
    char **grown;

    for (int j = texts->count - 1; j >= 0; j--) {
        if (is_text(table, ESTIMATOR, i, texts->items[j])) {
            return texts->items[j];
        }
    }
    grown = realloc(texts->items, ((size_t)texts->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return NULL;
    }
    texts->items = grown;
    texts->items[texts->count] = eng_h5_text_at(&table->dataset[ESTIMATOR], table->values[ESTIMATOR], i);
    return texts->items[texts->count] == NULL ? NULL : texts->items[texts->count++];
}

/* Row i as a contrast, of which an estimate is the smaller part. */
static int
read_row(const eng_result_t *result, const table_t *table, const char *group, uint64_t i, eng_contrast_t *row)
{
    const int outcome = find_outcome(&result->study, table, i), protocol = find_protocol(&result->study, table, i);
    const int kind = find_kind(table, i);
    const char *estimator;

    if (outcome < 0 || protocol < 0 || kind < 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: row %llu of %s names an outcome, protocol or kind that the study does not have",
            result->path, (unsigned long long)i, group);
    }
    estimator = keep_estimator(result->texts, table, i);
    if (estimator == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", result->path, group);
    }
    *row = (eng_contrast_t){ .outcome = outcome, .protocol = protocol, .kind = kind,
        .at = ((double *)table->values[AT])[i], .n = ((int64_t *)table->values[N])[i],
        .value = ((double *)table->values[VALUE])[i], .low = ((double *)table->values[LOW])[i],
        .high = ((double *)table->values[HIGH])[i], .estimator = estimator };
    if (table->values[GAINS] != NULL) {
        row->gains = ((int64_t *)table->values[GAINS])[i];
        row->losses = ((int64_t *)table->values[LOSSES])[i];
    }
    return 0;
}

static int
read_estimates(const eng_result_t *result, eng_summary_t *summary)
{
    static const char group[] = "/summary/estimates";
    table_t table;
    int ret = read_table(result, group, LEVEL, LEVEL, &table);

    if (ret == 0) {
        summary->estimates = calloc(table.count + 1, sizeof(*summary->estimates));
        ret = summary->estimates == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", result->path, group) : 0;
    }
    for (uint64_t i = 0; ret == 0 && i < table.count; i++) {
        eng_contrast_t row;
        ret = read_row(result, &table, group, i, &row);
        if (ret == 0) {
            summary->estimates[i] = (eng_estimate_t){ .outcome = row.outcome, .protocol = row.protocol, .kind = row.kind,
                .at = row.at, .level = ((double *)table.values[LEVEL])[i], .n = row.n, .value = row.value, .low = row.low,
                .high = row.high, .estimator = row.estimator };
            summary->num_estimates++;
        }
    }
    free_table(&table);
    return ret;
}

static int
read_contrasts(const eng_result_t *result, eng_summary_t *summary)
{
    static const char group[] = "/summary/contrasts";
    table_t table;
    int ret = read_table(result, group, GAINS, LOSSES, &table);

    if (ret == 0) {
        summary->contrasts = calloc(table.count + 1, sizeof(*summary->contrasts));
        ret = summary->contrasts == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", result->path, group) : 0;
    }
    for (uint64_t i = 0; ret == 0 && i < table.count; i++) {
        ret = read_row(result, &table, group, i, &summary->contrasts[i]);
        summary->num_contrasts += ret == 0;
    }
    free_table(&table);
    return ret;
}

int
eng_result_summary(const eng_result_t *result, eng_summary_t *summary)
{
    int ret;

    *summary = (eng_summary_t){ 0 };
    ret = read_estimates(result, summary);
    if (ret == 0) {
        ret = read_contrasts(result, summary);
    }
    if (ret != 0) {
        eng_summary_free(summary);
    }
    return ret;
}
