/**
 * The tables of estimates and contrasts: every statistic of every subject gives its rows, from cluster sums and pooled tables.
 */
#include "study/summary.h"
#include "base/error.h"
#include "base/fpu.h"
#include "base/math.h"
#include "design/design.h"
#include "stats/estimator.h"
#include "study/layout_plan.h"
#include "study/view.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** What the rows that come belong to. */
typedef struct {
    eng_summary_t *summary;
    int outcome, protocol, statistic;
    int max_estimates, max_contrasts; /* rows that there is memory for */
    const eng_precision_t *precision; /* NULL: rows are not about what a study looked at */
    bool one_point;
    int ret;
} maker_t;

/* Room for one more of `num` rows; the array, or NULL, which is noted. */
static void *
grow(maker_t *maker, void *rows, int num, int *most, size_t size)
{
    void *grown = rows;

    if (maker->ret == ENG_OK && num == *most) {
        *most = *most == 0 ? 256 : 2 * *most;
        grown = realloc(rows, (size_t)*most * size);
        if (grown == NULL) {
            maker->ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "the tables of estimates");
        }
    }
    return maker->ret == ENG_OK ? grown : NULL;
}

/* What the study looked at: kept apart; where there is one point, it is also what the row before is about. */
static void
take_looked(maker_t *maker, const eng_estimated_t *row, eng_interval_t interval, double *low, double *high, const char **estimator)
{
    if (maker->summary->looked != NULL) {
        maker->summary->looked[maker->protocol] =
            (eng_looked_t){ .value = row->value, .low = interval.low, .high = interval.high, .n = row->n, .estimator = row->estimator };
    }
    if (maker->one_point) {
        *low = interval.low;
        *high = interval.high;
        *estimator = row->estimator;
    }
}

static void
push_estimate(eng_estimator_t *to, const eng_estimated_t *row, eng_interval_t interval)
{
    maker_t *maker = to->context;
    eng_summary_t *summary = maker->summary;
    if (row->looked) {
        eng_estimate_t *last = &summary->estimates[summary->num_estimates - 1];
        if (maker->ret == ENG_OK) {
            take_looked(maker, row, interval, &last->low, &last->high, &last->estimator);
        }
        return;
    }
    eng_estimate_t *rows = grow(maker, summary->estimates, summary->num_estimates, &maker->max_estimates, sizeof(*rows));

    if (rows != NULL) {
        summary->estimates = rows;
        rows[summary->num_estimates++] = (eng_estimate_t){ .outcome = maker->outcome, .protocol = maker->protocol,
            .kind = ENG_COLUMN(maker->statistic, row->column), .at = row->at, .level = row->level, .n = row->n, .value = row->value,
            .low = interval.low, .high = interval.high, .estimator = row->estimator };
    }
}

static void
push_contrast(eng_estimator_t *to, const eng_estimated_t *row, eng_interval_t interval)
{
    maker_t *maker = to->context;
    eng_summary_t *summary = maker->summary;
    if (row->looked) {
        eng_contrast_t *last = &summary->contrasts[summary->num_contrasts - 1];
        if (maker->ret == ENG_OK) {
            take_looked(maker, row, interval, &last->low, &last->high, &last->estimator);
        }
        return;
    }
    eng_contrast_t *rows = grow(maker, summary->contrasts, summary->num_contrasts, &maker->max_contrasts, sizeof(*rows));

    if (rows != NULL) {
        summary->contrasts = rows;
        rows[summary->num_contrasts++] = (eng_contrast_t){ .outcome = maker->outcome, .protocol = maker->protocol,
            .kind = ENG_COLUMN(maker->statistic, row->column), .at = row->at, .n = row->n, .gains = row->gains, .losses = row->losses,
            .value = row->value, .low = interval.low, .high = interval.high, .estimator = row->estimator };
    }
}

/* The number of a statistic of the list. */
static int
number_of(const eng_statistic_t *statistic)
{
    int j = 0;

    while (eng_statistic_at(j) != statistic) {
        j++;
    }
    return j;
}

/* Which row of a statistic is the one that the study looked at; statistic -1: none. */
static eng_look_t
look_of(const maker_t *maker, const eng_subject_plan_t *plan, int reading, bool contrast, int *statistic)
{
    const eng_precision_t *precision = maker->precision;
    const bool time = plan->subject.of == ENG_OF_TIME;
    eng_look_t look = { .day = NAN, .level = NAN };

    *statistic = -1;
    if (precision == NULL || precision->outcome != maker->outcome || precision->reading != reading || precision->difference != contrast) {
        return look;
    }
    if (precision->quantile > 0) {
        *statistic = ENG_STATISTIC_quantiles;
        look.column = ENG_ESTIMATE_QUANTILE % ENG_MAX_COLUMNS;
        look.level = precision->quantile;
    } else {
        *statistic = time ? ENG_STATISTIC_incidence : ENG_STATISTIC_moments;
        look.column = (time ? ENG_ESTIMATE_PROBABILITY : ENG_ESTIMATE_MEAN) % ENG_MAX_COLUMNS;
        look.day = time ? precision->at : NAN;
    }
    return look;
}

/* All readings of an outcome under one protocol, of a part of the patients. */
static void
make_rows(eng_estimator_t *to, const eng_subject_plan_t *plan, int part, bool contrast)
{
    maker_t *maker = to->context;

    to->subject = &plan->subject;
    to->push = contrast ? push_contrast : push_estimate;
    for (to->reading = 0; to->reading < plan->subject.num_readings; to->reading++) {
        int looked;
        const eng_look_t look = look_of(maker, plan, to->reading, contrast, &looked);
        for (int s = 0; s < plan->num_statistics; s++) {
            const eng_statistic_t *statistic = plan->statistics[s];
            void (*const make)(eng_estimator_t *) = contrast ? statistic->contrast : statistic->estimate;
            if (make != NULL) {
                to->at = eng_place_in(plan, part, s, to->reading);
                maker->statistic = number_of(statistic);
                to->look = maker->statistic == looked ? &look : NULL;
                make(to);
            }
        }
    }
}

static eng_estimator_t
start_estimator(const eng_study_t *study, maker_t *maker)
{
    return (eng_estimator_t){ .patients_common = study->patients_common, .courses = study->courses,
        .points_spread = study->design != NULL && study->design->spread, .context = maker, .last_df = NAN };
}

/* Does the study look at all of the courses that these sums are of together? */
static int
take_precision(maker_t *maker, const eng_layout_t *layout, bool one_point)
{
    const eng_study_t *study = layout->study;

    maker->one_point = one_point || study->num_points == 1;
    if (!study->precision.asked || (study->precision.by_point && !maker->one_point)) {
        return ENG_OK;
    }
    maker->precision = &study->precision;
    if (!one_point) {
        maker->summary->looked = calloc((size_t)study->num_protocols, sizeof(*maker->summary->looked));
        maker->ret = maker->summary->looked != NULL ? ENG_OK : ENG_FAIL(ENG_ERR_NO_MEMORY, "the tables of estimates");
    }
    return maker->ret;
}

static int
make_summary(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *cluster, const int64_t *pooled, bool one_point)
{
    const eng_study_t *study = layout->study;
    const size_t reference = (size_t)study->reference * layout->pooled_words;
    maker_t maker = { .summary = summary };
    eng_estimator_t to = start_estimator(study, &maker);

    to.reference_pooled = pooled == NULL ? NULL : pooled + reference;

    (void)eng_fpu_use_default();
    *summary = (eng_summary_t){ 0 };
    if (take_precision(&maker, layout, one_point) != ENG_OK) {
        return maker.ret;
    }
    for (maker.outcome = 0; maker.outcome < study->num_outcomes; maker.outcome++) {
        for (int contrast = 0; contrast < 1 + layout->plan->paired; contrast++) {
            for (int p = 0; p < study->num_protocols; p++) {
                maker.protocol = p;
                to.cluster = cluster + (size_t)p * layout->cluster_words;
                to.pooled = pooled == NULL ? NULL : pooled + (size_t)p * layout->pooled_words;
                if (contrast == 0 || p != study->reference) {
                    make_rows(&to, &layout->plan->subjects[maker.outcome], 0, contrast != 0);
                }
            }
        }
    }
    if (maker.ret != ENG_OK) {
        eng_summary_free(summary);
    }
    return maker.ret;
}

int
eng_summary_create(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *cluster, const int64_t *pooled)
{
    return make_summary(summary, layout, cluster, pooled, false);
}

int
eng_summary_point(eng_summary_t *summary, const eng_layout_t *layout, const int64_t *point)
{
    const size_t words = (size_t)layout->study->num_protocols * layout->cluster_words;
    int64_t *cluster = calloc(words + 1, sizeof(*cluster));
    int ret;

    *summary = (eng_summary_t){ 0 };
    if (cluster == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "the sums of a point");
    }
    eng_layout_cluster(layout, point, cluster);
    ret = make_summary(summary, layout, cluster, NULL, true);
    free(cluster);
    return ret;
}

/* --- views ------------------------------------------------------------------------------------------------------ */

/* The plan of a subject that a view is of; its outcome by its place in the study, -1 none. */
static int
outcome_in(const eng_layout_t *layout, const eng_view_t *view, int subject)
{
    const struct eng_layout_plan *plan = layout->plan;
    const eng_subject_plan_t *of = &plan->subjects[subject];

    if (subject < plan->num_whole || of->partition != view->partition || of->against != view->against) {
        return -1;
    }
    if (view->against >= 0) {
        return (subject - plan->first_pairs) % layout->study->num_outcomes;
    }
    for (int k = 0; k < layout->study->num_outcomes; k++) {
        if (layout->study->outcomes[k].row == of->row) {
            return k;
        }
    }
    return -1;
}

bool
eng_view_kept(const eng_layout_t *layout, const eng_view_t *view)
{
    bool kept = false;

    for (int j = layout->plan->num_whole; j < layout->plan->num_subjects && !kept; j++) {
        kept = outcome_in(layout, view, j) >= 0;
    }
    return kept;
}

bool
eng_view_needs(const eng_layout_t *layout, const eng_view_t *view, const eng_field_t *field)
{
    char prefix[160];

    if (view->against >= 0) {
        snprintf(prefix, sizeof(prefix), "/pairs/%s/", layout->study->protocols[view->against].name);
    } else {
        snprintf(prefix, sizeof(prefix), "/parts/%s/", layout->study->partitions[view->partition].name);
    }
    return strncmp(field->group, prefix, strlen(prefix)) == 0;
}

size_t
eng_view_words(const eng_layout_t *layout, const eng_view_t *view)
{
    size_t words = 0;

    for (int j = layout->plan->num_whole; j < layout->plan->num_subjects; j++) {
        words += outcome_in(layout, view, j) >= 0 ? layout->plan->subjects[j].part_words : 0;
    }
    return words * (size_t)layout->study->num_protocols;
}

void
eng_view_add(const eng_layout_t *layout, const eng_view_t *view, const int64_t *point, int64_t *cluster)
{
    const int part = view->part < 0 ? 0 : view->part;

    for (int j = layout->plan->num_whole; j < layout->plan->num_subjects; j++) {
        const eng_subject_plan_t *plan = &layout->plan->subjects[j];
        for (int p = 0; outcome_in(layout, view, j) >= 0 && p < layout->study->num_protocols; p++) {
            eng_layout_cluster_part(plan, part, point + (size_t)p * layout->point_words, cluster);
            cluster += plan->part_words;
        }
    }
}

int
eng_view_summary(eng_summary_t *summary, const eng_layout_t *layout, const eng_view_t *view, const int64_t *cluster)
{
    const eng_study_t *study = layout->study;
    const int part = view->part < 0 ? 0 : view->part, reference = view->against >= 0 ? view->against : study->reference;
    maker_t maker = { .summary = summary };
    eng_estimator_t to = start_estimator(study, &maker);

    (void)eng_fpu_use_default();
    *summary = (eng_summary_t){ 0 };
    for (int j = layout->plan->num_whole; j < layout->plan->num_subjects; j++) {
        const eng_subject_plan_t *plan = &layout->plan->subjects[j];
        maker.outcome = outcome_in(layout, view, j);
        for (maker.protocol = 0; maker.outcome >= 0 && maker.protocol < study->num_protocols; maker.protocol++) {
            to.cluster = cluster;
            cluster += plan->part_words;
            if (view->against < 0) {
                make_rows(&to, plan, part, false);
            }
            if (maker.protocol != reference && layout->plan->paired) {
                make_rows(&to, plan, part, true);
            }
        }
    }
    if (maker.ret != ENG_OK) {
        eng_summary_free(summary);
    }
    return maker.ret;
}

void
eng_summary_free(eng_summary_t *summary)
{
    free(summary->estimates);
    free(summary->contrasts);
    free(summary->looked);
    *summary = (eng_summary_t){ 0 };
}

int
eng_estimate_direction(const eng_study_t *study, int outcome, eng_estimate_kind_t kind)
{
    const eng_outcome_row_t *row = study->outcomes[outcome].row;
    const eng_column_t *column = eng_column_at(kind);
    const int better = eng_outcome_better(study->disease, row);
    const bool time = row->kind == ENG_OUTCOME_TIME;

    if (column == NULL || column->about == ENG_ABOUT_NOTHING) {
        return 0;
    }
    if (time && ((column->about == ENG_ABOUT_TIME && !row->survival) || (column->about == ENG_ABOUT_EVENT && row->survival))) {
        return -better;
    }
    return better;
}

const char *
eng_estimate_unit(const eng_study_t *study, int outcome, eng_estimate_kind_t kind)
{
    const eng_outcome_row_t *row = study->outcomes[outcome].row;
    const eng_column_t *column = eng_column_at(kind);

    if (column != NULL && column->unit != NULL) {
        return column->unit;
    }
    if (column != NULL && column->per_year) {
        return study->outcomes[outcome].per_year;
    }
    if (row->kind == ENG_OUTCOME_TIME) {
        return "d";
    }
    return row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(study->disease, row->source)->unit : row->unit;
}
