/**
 * Cox's partial likelihood of two groups by day.
 */
#include "stats/cox.h"

#include "base/math.h"

#define MAX_TIED 64   /* tied events that are taken one by one; of more, as many equal parts */
#define MAX_BETA 30.0 /* a ratio of 1e13: it is infinite */
#define MAX_STEPS 60

/* A day with events: those at risk and those with the event, of the reference and of the group. */
typedef struct {
    double at_risk[2], events[2], total;
    double theta;
    int parts;    /* in which the tied events are taken */
    double each;  /* events of a part */
} day_t;

/* What a part of the tied events sees: the share of the group in the hazard, and one event over all that is at risk. */
typedef struct {
    double gone; /* share of the tied events that are past */
    double share, per_risk;
} part_t;

static part_t
part_of(const day_t *day, int k)
{
    const double gone = ((k + 0.5) * day->each - 0.5) / day->total;
    const double own = day->theta * (day->at_risk[1] - gone * day->events[1]), all = own + day->at_risk[0] - gone * day->events[0];
    const part_t part = { .gone = gone, .share = own / all, .per_risk = day->each / all };

    return part;
}

/* Walk through the days with events. */
typedef struct {
    const eng_cox_data_t *data;
    double at_risk[2];
    double theta;
} walk_t;

static void
start(walk_t *walk, const eng_cox_data_t *data, double beta)
{
    *walk = (walk_t){ .data = data, .theta = eng_exp(beta) };
    for (int a = 0; a < 2; a++) {
        for (int32_t d = 0; d < 2 * data->num_days; d++) {
            walk->at_risk[a] += (double)data->days[a][d];
        }
    }
}

/* Of day d; its exits leave the risk set behind it. */
static day_t
next(walk_t *walk, int32_t d)
{
    day_t day = { .theta = walk->theta };

    for (int a = 0; a < 2; a++) {
        const int64_t *words = walk->data->days[a] + 2 * (int64_t)d;
        day.at_risk[a] = walk->at_risk[a];
        day.events[a] = (double)words[0];
        day.total += day.events[a];
        walk->at_risk[a] -= (double)words[0] + (double)words[1];
    }
    day.parts = day.total > MAX_TIED ? MAX_TIED : (int)day.total;
    day.each = day.parts > 0 ? day.total / day.parts : 0;
    return day;
}

/* Derivatives of the log likelihood. */
static void
derive(const eng_cox_data_t *data, double beta, double *score, double *information)
{
    walk_t walk;

    start(&walk, data, beta);
    *score = *information = 0;
    for (int32_t d = 0; d < data->num_days - 1; d++) {
        const day_t day = next(&walk, d);
        *score += day.events[1];
        for (int k = 0; k < day.parts; k++) {
            const double share = part_of(&day, k).share;
            *score -= day.each * share;
            *information += day.each * share * (1 - share);
        }
    }
}

/* The score falls with beta: Newton's steps, halved where they leave the bracket. */
void
eng_cox_fit(const eng_cox_data_t *data, eng_cox_fit_t *fit)
{
    double low = -MAX_BETA, high = MAX_BETA, score;

    *fit = (eng_cox_fit_t){ .beta = 0 };
    for (int a = 0; a < 2; a++) {
        for (int32_t d = 0; d < data->num_days - 1; d++) {
            fit->events[a] += (double)data->days[a][2 * (int64_t)d];
        }
    }
    for (int k = 0; k < MAX_STEPS; k++) {
        derive(data, fit->beta, &score, &fit->information);
        low = score > 0 ? fit->beta : low;
        high = score > 0 ? high : fit->beta;
        const double step = fit->information > 0 ? score / fit->information : 0, there = fit->beta + step;
        const bool inside = there > low && there < high;
        if (inside && step < 1e-12 && step > -1e-12) {
            break;
        }
        fit->beta = inside ? there : (low + high) / 2;
    }
    if (fit->beta > MAX_BETA - 1 || fit->beta < 1 - MAX_BETA || !(fit->events[0] > 0 && fit->events[1] > 0)) {
        fit->information = 0;
    }
}

/* Whoever has the event on a day: their own part of the score, less the hazard until they have it. */
void
eng_cox_residuals(const eng_cox_data_t *data, const eng_cox_fit_t *fit, eng_cox_residuals_t *residuals)
{
    const double covariate[2] = { 0, 1 };
    double hazard[2] = { 0, 0 }; /* integrated, times the distance from the mean of those at risk */
    walk_t walk;

    start(&walk, data, fit->beta);
    for (int32_t d = 0; d < data->num_days; d++) {
        const day_t day = d < data->num_days - 1 ? next(&walk, d) : (day_t){ .theta = 1 };
        for (int a = 0; a < 2; a++) {
            double mean = 0, whole = 0, tied = 0;
            for (int k = 0; k < day.parts; k++) {
                const part_t part = part_of(&day, k);
                const double pull = (covariate[a] - part.share) * part.per_risk * (a == 1 ? day.theta : 1.0);
                mean += part.share * day.each / day.total;
                whole += pull;
                tied += pull * (1 - part.gone);
            }
            double *const row = residuals->residual[a] + 2 * (int64_t)d;
            row[0] = d < data->num_days - 1 ? covariate[a] - mean - hazard[a] - tied : -hazard[a];
            hazard[a] += whole;
            row[1] = -hazard[a];
        }
    }
}
