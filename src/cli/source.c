/**
 * Numbers from a result or from saved work.
 */
#include "cli/source.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
eng_source_open(eng_source_t *source, const char *path, bool partial_too)
{
    int ret;

    *source = (eng_source_t){ .path = path };
    if (partial_too && access(path, F_OK) != 0) {
        source->study = &source->partial.study;
        return eng_partial_read(&source->partial, path);
    }
    ret = eng_result_open(&source->result, path);
    source->study = ret == 0 ? eng_result_study(source->result) : NULL;
    return ret;
}

void
eng_source_close(eng_source_t *source)
{
    eng_partial_free(&source->partial);
    eng_result_close(source->result);
    source->result = NULL;
}

int
eng_source_shape(const eng_source_t *source, const char *dataset, int *num_dims, uint64_t *size)
{
    return source->result != NULL ? eng_result_shape(source->result, dataset, num_dims, size)
                                  : eng_partial_shape(&source->partial, dataset, num_dims, size);
}

int
eng_source_read(const eng_source_t *source, const char *dataset, double *values, size_t count)
{
    return source->result != NULL ? eng_result_read(source->result, dataset, values, count)
                                  : eng_partial_values(&source->partial, dataset, values, count);
}

int
eng_source_summary(const eng_source_t *source, eng_summary_t *summary)
{
    return source->result != NULL ? eng_result_summary(source->result, summary) : eng_partial_summary(&source->partial, summary);
}

int
eng_source_point(const eng_source_t *source, uint64_t point, eng_summary_t *summary)
{
    const eng_layout_t *layout = source->result != NULL ? eng_result_layout(source->result) : &source->partial.layout;
    const size_t n = (size_t)source->study->num_protocols * layout->point_words;
    int64_t *words;
    int ret;

    if (source->result == NULL) {
        return eng_summary_point(summary, layout, source->partial.point + (size_t)point * n);
    }
    words = malloc((n + 1) * sizeof(*words));
    if (words == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for a point", source->path);
    }
    ret = eng_result_point(source->result, point, words);
    if (ret == 0) {
        ret = eng_summary_point(summary, layout, words);
    }
    free(words);
    return ret;
}

/* --- caveats ------------------------------------------------------------------------------------------------- */

static void
print_partial(const eng_partial_t *partial, FILE *out)
{
    const unsigned long long points = partial->region.parts[0].points, none = points - partial->points_whole - partial->points_begun;

    fprintf(out, "PARTIAL: %llu of %llu courses (%.1f %%) of %s, as far as saved; not the result\n", (unsigned long long)partial->courses,
        (unsigned long long)partial->planned, partial->planned > 0 ? 100.0 * (double)partial->courses / (double)partial->planned : 0.0,
        partial->running ? "a run under way" : "a run that was stopped or interrupted");
    if (partial->end_block - partial->first_block < partial->all_blocks) {
        fprintf(out, "Shard of the study: blocks %llu to %llu of %llu; the others are not here\n", (unsigned long long)partial->first_block,
            (unsigned long long)partial->end_block - 1, (unsigned long long)partial->all_blocks);
    }
    if (partial->from_points > 0) {
        fprintf(out, "These are the courses that are added to a result of %llu points x %llu patients; its own are not in the tables\n",
            (unsigned long long)partial->from_points, (unsigned long long)partial->from_patients);
    }
    fprintf(out, "Missing: %llu of %llu points have no course yet, %llu have some of their patients. Points are taken in their order, so that\n"
           "the tables are about the first ones; intervals are of what is there.\n", none, points,
        (unsigned long long)partial->points_begun);
}

/* Its outcome, the day, the quantile, the reference: "relapse at 730 d", "infections, median", "relapse at 730 d, difference from dmt". */
static void
name_looked(const eng_study_t *study, FILE *out)
{
    const eng_precision_t *precision = &study->precision;

    fputs(study->outcomes[precision->outcome].row->name, out);
    if (precision->at == precision->at) {
        fprintf(out, " at %.9g d", precision->at);
    }
    if (precision->quantile > 0) {
        fprintf(out, precision->quantile == 0.5 ? ", median" : ", %.0f %% quantile", 100 * precision->quantile);
    }
    if (precision->difference) {
        fprintf(out, ", difference from %s", study->protocols[study->reference].name);
    }
}

/* What it knows under each protocol; results of earlier versions do not have it, nor do those that looked at each point for itself. */
static void
print_looked(const eng_result_t *result, FILE *out)
{
    const eng_study_t *study = eng_result_study(result);
    const size_t count = (size_t)study->num_protocols;
    const bool share = study->outcomes[study->precision.outcome].row->kind == ENG_OUTCOME_TIME && !(study->precision.quantile > 0);
    const double scale = share ? 100.0 : 1.0;
    double *values = calloc(3 * count, sizeof(*values)), *value = values, *low = values + count, *high = values + 2 * count;
    uint64_t size[ENG_RESULT_MAX_DIMS];
    int dims = 0;

    if (values != NULL && eng_result_shape(result, "/rounds/value", &dims, size) == 0 && dims == 1 && size[0] == count &&
        eng_result_read(result, "/rounds/value", value, count) == 0 && eng_result_read(result, "/rounds/low", low, count) == 0 &&
        eng_result_read(result, "/rounds/high", high, count) == 0) {
        fputs("Precision: ", out);
        name_looked(study, out);
        fputs(", 95 % confidence sequence, which holds at all looks:", out);
        for (size_t p = 0; p < count; p++) {
            if (value[p] == value[p]) {
                fprintf(out, " %s %.3g%s (%.3g to %.3g);", study->protocols[p].name, scale * value[p], share ? " %" : "", scale * low[p], scale * high[p]);
            }
        }
        fputs("\n", out);
    }
    free(values);
}

/* Of a study with `precision`: what it reached, by its last round and the numbers of points that were done before. */
static void
print_rounds(const eng_result_t *result, FILE *out)
{
    const eng_study_t *study = eng_result_study(result);
    uint64_t size[ENG_RESULT_MAX_DIMS];
    double precise[ENG_MAX_ROUNDS], patients[ENG_MAX_ROUNDS], width[ENG_MAX_ROUNDS], done = 0;
    int dims = 0;

    if (!study->precision.asked || eng_result_shape(result, "/rounds/precise", &dims, size) != 0 || dims != 1 || size[0] < 1 ||
        size[0] > ENG_MAX_ROUNDS || eng_result_read(result, "/rounds/precise", precise, size[0]) != 0 ||
        eng_result_read(result, "/rounds/patients", patients, size[0]) != 0 || eng_result_read(result, "/rounds/half_width", width, size[0]) != 0) {
        return;
    }
    for (uint64_t i = 0; i < size[0]; i++) {
        done += precise[i];
    }
    fprintf(out, "Precision: %s to %.3g to each side asked for, reached at %.0f of %llu point%s; last round: %.3g with %.0f patients\n",
        study->outcomes[study->precision.outcome].row->name, study->precision.half_width, done, (unsigned long long)study->num_points,
        study->num_points == 1 ? "" : "s", width[size[0] - 1], patients[size[0] - 1]);
    if (study->precision.by_point && study->num_points > 1) {
        fprintf(out, "Points have as many patients as they needed: in tables over all points each counts by its patients\n");
    }
    print_looked(result, out);
    fprintf(out, "Intervals not called confidence sequence are for numbers of patients fixed in advance: too narrow by what looking costs\n");
}

void
eng_print_caveats(const eng_result_t *result, FILE *out)
{
    const eng_shard_t shard = eng_result_shard(result);

    if (shard.of > 0) {
        fprintf(out, "SHARD %llu/%llu: blocks %llu to %llu of %llu only; engraft merge makes the result of all shards\n",
            (unsigned long long)shard.number, (unsigned long long)shard.of, (unsigned long long)shard.first_block,
            (unsigned long long)(shard.first_block + shard.num_blocks - 1), (unsigned long long)shard.all_blocks);
    }
    print_rounds(result, out);
}

void
eng_source_print_caveats(const eng_source_t *source, FILE *out)
{
    if (source->result != NULL) {
        eng_print_caveats(source->result, out);
    } else {
        print_partial(&source->partial, out);
    }
}
