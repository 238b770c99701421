/**
 * D. Cox's partial likelihood of two groups (J. R. Stat. Soc. B 34 (1972)), from events and exits by day: what remains of a course that is
 * followed to its event, to what competes with it, or to the horizon.  Ties as B. Efron (JASA 72 (1977)); the variance is the robust one of
 * D. Lin and L. Wei (JASA 84 (1989)), for which score residuals of both groups are given, so that pairs may be accounted for.
 */
#ifndef ENG_STATS_COX_H
#define ENG_STATS_COX_H

#include <stdbool.h>
#include <stdint.h>

/** Words of eng_survival_days (stats/survival.h), of the reference (0) and of the group (1). */
typedef struct {
    const int64_t *days[2];
    int32_t num_days;
} eng_cox_data_t;

typedef struct {
    double beta;        /* log hazard ratio, group over reference */
    double information; /* of it; 0: it cannot be estimated */
    double events[2];
} eng_cox_fit_t;

/** Score residuals of those who leave on a day, as in the words: event, or what competes; the last row has those whom neither befell. */
typedef struct {
    double *residual[2]; /* [num_days][2] */
} eng_cox_residuals_t;

void eng_cox_fit(const eng_cox_data_t *data, eng_cox_fit_t *fit);
void eng_cox_residuals(const eng_cox_data_t *data, const eng_cox_fit_t *fit, eng_cox_residuals_t *residuals);

#endif
