/**
 * Contrasts from batches.
 */
#include "cli/batch_contrasts.h"

#include "base/error.h"
#include "base/math.h"
#include "stats/interval.h"
#include <stdlib.h>
#include <string.h>

static const char text[] = "difference of means; variance between 16 batches of the same patients, Student t with 15 degrees of freedom";

/* Sums over all points: [protocols][batches][readings] of one dataset of an outcome. */
typedef struct {
    double *sum; /* owned */
    size_t readings;
} sums_t;

bool
eng_batches_kept(const eng_study_t *study)
{
    return study->num_partitions > 0 && study->partitions[0].num_by == 0;
}

static int
read_sums(const eng_source_t *source, const char *outcome, const char *dataset, sums_t *sums)
{
    const size_t points = (size_t)source->study->num_points, rows = (size_t)source->study->num_protocols * ENG_BATCHES;
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 };
    double *values = NULL;
    char path[192];
    int dims = 0, ret;

    snprintf(path, sizeof(path), "/parts/%s/outcomes/%s/%s", source->study->partitions[0].name, outcome, dataset);
    ret = eng_source_shape(source, path, &dims, size);
    if (ret == 0 && (dims < 3 || size[0] != points || size[1] * size[2] != rows)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has another shape than the study", source->path, path);
    }
    sums->readings = dims > 3 ? (size_t)size[3] : 1;
    const size_t each = rows * sums->readings;
    if (ret == 0) {
        values = malloc((points * each + 1) * sizeof(*values));
        sums->sum = calloc(each + 1, sizeof(*sums->sum));
        ret = values == NULL || sums->sum == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", source->path, path)
                                                  : eng_source_read(source, path, values, points * each);
    }
    for (size_t i = 0; ret == 0 && i < points * each; i++) {
        sums->sum[i % each] += values[i];
    }
    free(values);
    return ret;
}

/* What two protocols show of one reading. */
typedef struct {
    double mean[2], n[2], events[2], batch[ENG_BATCHES];
} pair_t;

static void
look(const sums_t *n, const sums_t *y, const int *protocol, size_t reading, pair_t *pair)
{
    *pair = (pair_t){ { 0 } };
    for (int b = 0; b < ENG_BATCHES; b++) {
        for (int k = 0; k < 2; k++) {
            const size_t row = (size_t)protocol[k] * ENG_BATCHES + (size_t)b;
            const double count = n->sum[row * n->readings + (n->readings > 1 ? reading : 0)], sum = y->sum[row * y->readings + reading];
            pair->n[k] += count;
            pair->events[k] += sum;
            pair->batch[b] += (k == 0 ? 1 : -1) * sum / count;
        }
    }
    for (int k = 0; k < 2; k++) {
        pair->mean[k] = pair->events[k] / pair->n[k];
    }
}

/* The mean of batches' differences varies as they do, over their number. */
static eng_interval_t
interval_of(const pair_t *pair, double value)
{
    double mean = 0, squares = 0;

    for (int b = 0; b < ENG_BATCHES; b++) {
        mean += pair->batch[b] / ENG_BATCHES;
    }
    for (int b = 0; b < ENG_BATCHES; b++) {
        squares += (pair->batch[b] - mean) * (pair->batch[b] - mean);
    }
    return eng_interval_mean(value, squares / (ENG_BATCHES * (ENG_BATCHES - 1)), eng_student_quantile(0.975, ENG_BATCHES - 1));
}

static bool
enough(const pair_t *pair)
{
    bool good = true;

    for (int k = 0; k < 2; k++) {
        good = good && pair->events[k] >= ENG_BATCH_EVENTS && pair->n[k] - pair->events[k] >= ENG_BATCH_EVENTS;
    }
    return good;
}

static int
push(eng_summary_t *summary, const eng_contrast_t *row)
{
    eng_contrast_t *grown = realloc(summary->contrasts, ((size_t)summary->num_contrasts + 1) * sizeof(*grown));

    if (grown == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for contrasts");
    }
    summary->contrasts = grown;
    grown[summary->num_contrasts++] = *row;
    return 0;
}

/* All readings of an outcome under one protocol. */
static int
add_rows(const eng_source_t *source, int outcome, const double *day, const sums_t *n, const sums_t *y, const int *protocol, eng_summary_t *summary)
{
    const eng_study_t *study = source->study;
    const eng_outcome_row_t *row = study->outcomes[outcome].row;
    const bool share = row->kind == ENG_OUTCOME_TIME;
    const double step = row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(study->disease, row->source)->step : row->step;
    const double unit = share ? (row->survival ? -1 : 1) : step;
    int ret = 0;

    for (size_t r = 0; ret == 0 && r < y->readings; r++) {
        pair_t pair;
        look(n, y, protocol, r, &pair);
        const double value = unit * (pair.mean[0] - pair.mean[1]);
        eng_interval_t interval = { NAN, NAN };
        if (!share || enough(&pair)) {
            for (int b = 0; b < ENG_BATCHES; b++) {
                pair.batch[b] *= unit;
            }
            interval = interval_of(&pair, value);
        }
        ret = push(summary, &(eng_contrast_t){ .outcome = outcome, .protocol = protocol[0], .kind = share ? ENG_ESTIMATE_PROBABILITY : ENG_ESTIMATE_MEAN,
            .at = day == NULL ? NAN : day[r], .n = (int64_t)eng_min(pair.n[0], pair.n[1]), .value = value, .low = interval.low, .high = interval.high,
            .estimator = text });
    }
    return ret;
}

static int
one_outcome(const eng_source_t *source, int outcome, const double *landmark, int reference, eng_summary_t *summary)
{
    const eng_outcome_request_t *request = &source->study->outcomes[outcome];
    const bool share = request->row->kind == ENG_OUTCOME_TIME;
    const double *day = share ? landmark : request->row->kind == ENG_OUTCOME_MARKER ? request->at : NULL;
    sums_t n = { 0 }, y = { 0 };
    int ret = read_sums(source, request->row->name, "n", &n);

    ret = ret == 0 ? read_sums(source, request->row->name, share ? "event_count" : "sum", &y) : ret;
    for (int p = 0; ret == 0 && p < source->study->num_protocols; p++) {
        const int protocol[2] = { p, reference };
        ret = p == reference ? 0 : add_rows(source, outcome, day, &n, &y, protocol, summary);
    }
    free(n.sum);
    free(y.sum);
    return ret;
}

int
eng_batch_contrasts(const eng_source_t *source, int reference, eng_summary_t *summary)
{
    const eng_partition_t *batches = &source->study->partitions[0];
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 };
    double *landmark = NULL;
    int dims = 0, ret = eng_source_shape(source, "/landmark", &dims, size);

    *summary = (eng_summary_t){ 0 };
    if (ret == 0) {
        landmark = malloc(((size_t)size[0] + 1) * sizeof(*landmark));
        ret = landmark == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for landmarks", source->path)
                               : eng_source_read(source, "/landmark", landmark, (size_t)size[0]);
    }
    for (int k = 0; ret == 0 && k < batches->num_outcomes; k++) {
        ret = one_outcome(source, batches->outcomes[k], landmark, reference, summary);
    }
    free(landmark);
    if (ret != 0) {
        eng_summary_free(summary);
    }
    return ret;
}
