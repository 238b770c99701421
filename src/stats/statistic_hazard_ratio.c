/**
 * Hazard ratio, protocol over reference: Cox's, of the days on which the event came.  Both protocols have the same patients, whose fates
 * are alike; what that takes from the variance is known from a table of how pairs left: by which landmark, and why.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/cox.h"
#include "stats/estimator.h"
#include "stats/survival.h"

#include <stdlib.h>

enum { DAYS, PAIRS, NUM_FIELDS };

static const char *const text[ENG_NUM_SAMPLES] = {
    "Cox's hazard ratio by days (Efron's ties), what competes as the end of follow-up; robust variance, pairs as clusters",
    "Cox's hazard ratio by days (Efron's ties), what competes as the end of follow-up; robust variance, pairs as clusters, at the effective size between points, Student t",
    "Cox's hazard ratio by days (Efron's ties), what competes as the end of follow-up; robust variance, pairs as clusters, for the number of distinct patients",
    ("Cox's hazard ratio by days (Efron's ties), what competes as the end of follow-up; robust variance, pairs as clusters, at the effective size between points, Student t" ENG_CONSERVATIVE),
};

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    (void)subject;
    out[DAYS] = (eng_statistic_field_t){ "exits_by_day", ENG_CELLS_POOLED, { ENG_AXIS_EVENT_DAY, ENG_AXIS_CAUSE },
        "courses by the day of what came first; last row: neither by the horizon" };
    out[PAIRS] = (eng_statistic_field_t){ "pairs_by_exit", ENG_CELLS_POOLED, { ENG_AXIS_EXIT, ENG_AXIS_EXIT },
        "pairs by what came first under the protocol (rows) and under the reference (columns), and when" };
    return NUM_FIELDS;
}

/* --- exits ------------------------------------------------------------------------------------------------------------- */

/* By which exit a day counts: landmarks are ends of whole days. */
static int
exit_of_day(const eng_subject_t *subject, int32_t day, bool competing)
{
    int k = 0;

    while (k < subject->num_landmarks - 1 && day * ENG_TICKS_PER_DAY >= subject->landmark[k] + ENG_TICKS_PER_DAY) {
        k++;
    }
    return 2 * eng_exit_interval(subject->num_landmarks, k) + competing;
}

static int
exit_of(const eng_subject_t *subject, int32_t tick, int32_t kind)
{
    const int32_t day = tick > 0 ? (tick - 1) / ENG_TICKS_PER_DAY + 1 : 0, last = subject->num_event_days - 2;

    return kind == ENG_KIND_NONE ? ENG_NUM_EXITS - 1 : exit_of_day(subject, day < last ? day : last, kind == ENG_KIND_COMPETING);
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    (void)own;
    if (pooled != NULL) {
        eng_survival_days(seen->tick, seen->kind, seen->count, subject->num_event_days, pooled + at->word[DAYS]);
    }
}

static void
add_pair(const eng_subject_t *subject, const eng_seen_t *seen, const eng_seen_t *reference, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    (void)own;
    for (size_t l = 0; pooled != NULL && l < seen->count; l++) {
        if (seen->kind[l] != ENG_KIND_NOT_COUNTED && reference->kind[l] != ENG_KIND_NOT_COUNTED) {
            pooled[at->word[PAIRS] + (size_t)(exit_of(subject, seen->tick[l], seen->kind[l]) * ENG_NUM_EXITS
                + exit_of(subject, reference->tick[l], reference->kind[l]))]++;
        }
    }
}

/* --- variance ------------------------------------------------------------------------------------------------------------ */

/* Sum of squared residuals of a group, and their means by exit. */
static double
squares(const eng_subject_t *subject, const int64_t *days, const double *residual, double mean[ENG_NUM_EXITS])
{
    double count[ENG_NUM_EXITS] = { 0 }, sum = 0;

    for (int k = 0; k < ENG_NUM_EXITS; k++) {
        mean[k] = 0;
    }
    for (int32_t d = 0; d < subject->num_event_days; d++) {
        for (int cause = 0; cause < 2; cause++) {
            const int64_t j = 2 * (int64_t)d + cause;
            const int exit = d == subject->num_event_days - 1 ? ENG_NUM_EXITS - 1 : exit_of_day(subject, d, cause != 0);
            sum += (double)days[j] * residual[j] * residual[j];
            mean[exit] += (double)days[j] * residual[j];
            count[exit] += (double)days[j];
        }
    }
    for (int k = 0; k < ENG_NUM_EXITS; k++) {
        mean[k] /= count[k] > 0 ? count[k] : 1;
    }
    return sum;
}

/* Of the sum of the residuals of a patient under both protocols, over all patients; NaN without memory. */
static double
pair_squares(const eng_estimator_t *to, const eng_cox_data_t *data, const eng_cox_fit_t *fit)
{
    const size_t words = 2 * (size_t)data->num_days;
    const int64_t *pairs = to->pooled + to->at->word[PAIRS];
    double *space = malloc(2 * words * sizeof(*space)), mean[2][ENG_NUM_EXITS], sum = 0;
    eng_cox_residuals_t residuals = { { space, space + words } };

    if (space == NULL) {
        return NAN;
    }
    eng_cox_residuals(data, fit, &residuals);
    for (int a = 0; a < 2; a++) {
        sum += squares(to->subject, data->days[a], residuals.residual[a], mean[a]);
    }
    for (int j = 0; j < ENG_NUM_EXITS; j++) {
        for (int k = 0; k < ENG_NUM_EXITS; k++) {
            sum += 2 * (double)pairs[j * ENG_NUM_EXITS + k] * mean[1][j] * mean[0][k];
        }
    }
    free(space);
    return eng_max(sum, 0);
}

/* --- the ratio --------------------------------------------------------------------------------------------------------------- */

/* Time at risk, in days. */
static double
time_at_risk(const int64_t *days, int32_t num_days)
{
    double time = 0;

    for (int32_t d = 0; d < num_days; d++) {
        const int32_t until = d == num_days - 1 ? num_days - 2 : d;
        time += (double)until * ((double)days[2 * (int64_t)d] + (double)days[2 * (int64_t)d + 1]);
    }
    return time;
}

/* Where one protocol has no event the ratio is 0 or infinite: the limit that the number of the other's events gives (exact, conditional). */
static eng_interval_t
one_sided(const eng_estimator_t *to, const eng_cox_data_t *data, const eng_cox_fit_t *fit, double critical)
{
    const double time = time_at_risk(data->days[0], data->num_days) / time_at_risk(data->days[1], data->num_days);
    const double events = (fit->events[0] + fit->events[1]) / to->spread.effect;
    const double limit = eng_interval_exact(0, events, critical).high / eng_interval_exact(events, events, critical).low * time;

    return fit->events[1] > 0 ? (eng_interval_t){ time * time / limit, INFINITY } : (eng_interval_t){ 0, limit };
}

static void
contrast(eng_estimator_t *to)
{
    const eng_ratio_t ratio = eng_estimator_ratio(to, true, 0);
    eng_estimated_t row = { .at = (double)to->subject->horizon / ENG_TICKS_PER_DAY, .level = NAN, .n = (int64_t)ratio.n, .value = NAN,
        .estimator = text[to->spread.kind] };
    eng_interval_t interval = { NAN, NAN };
    eng_cox_fit_t fit;

    if (to->pooled == NULL || to->reference_pooled == NULL) {
        return;
    }
    const eng_cox_data_t data = { { to->reference_pooled + to->at->word[DAYS], to->pooled + to->at->word[DAYS] }, to->subject->num_event_days };
    const bool clustered = eng_sample_clustered(&to->spread);
    eng_cox_fit(&data, &fit);
    if (fit.information > 0) {
        const double events = (fit.events[0] + fit.events[1]) / to->spread.effect;
        const double critical = eng_estimator_student(to, clustered ? eng_min(to->spread.clusters, events) - 1 : events - 1);
        const double error = critical * sqrt(pair_squares(to, &data, &fit) * to->spread.effect) / fit.information;
        row.value = eng_exp(fit.beta);
        interval = (eng_interval_t){ eng_exp(fit.beta - error), eng_exp(fit.beta + error) };
    } else if ((fit.events[0] > 0) != (fit.events[1] > 0)) {
        row.value = fit.events[1] > 0 ? INFINITY : 0.0;
        interval = one_sided(to, &data, &fit, eng_share_critical(to, &to->spread));
    }
    to->push(to, &row, interval);
}

static const eng_column_t columns[] = {
    { .name = "hazard_ratio", .unit = "1", .ratio = true, .about = ENG_ABOUT_EVENT, .words = "hazard ratio", .before_day = "within",
        .shown = true },
};

extern const eng_statistic_t eng_statistic_hazard_ratio;
const eng_statistic_t eng_statistic_hazard_ratio = {
    .name = "hazard_ratio", .help = "hazard of the event under a protocol over that under the reference (Cox)", .of = ENG_OF_TIME,
    .by_name = true, .compares = true, .fields = fields, .add = add, .add_pair = add_pair, .contrast = contrast, .columns = columns,
    .num_columns = 1,
};
