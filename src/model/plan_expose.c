/**
 * Exposures at a point: one-compartment antibodies (C decays exponentially, doses add), the span of G-CSF, and
 * mucosal injury (R48).  Each row gets the mean over its length, so that the dose-time integral is exact.
 */
#include "model/plan.h"

#include "base/math.h"

#define LN2 0.69314718055994530942
#define NEGLIGIBLE 1e-7

/* Mean over [t, t + dt] of exp(-rate (s - start)); 0 before the start and once it is negligible.  No row straddles a start. */
static double mean_decay(double t, double dt, double start, double rate)
{
    const double gone = rate * (t - start);
    return gone < 0 || gone > 40 ? 0 : eng_exp(-gone) * eng_phi(-rate * dt);
}

static double antibody_rate(const eng_antibody_t *a, const eng_rates_t *rates)
{
    const double *values = (const double *)(const void *)&rates->params;
    const double half_life
        = a->half_life_param == ENG_NO_PARAM ? a->half_life : values[a->half_life_param / sizeof(double)];
    return LN2 / half_life;
}

static void add_antibody(const eng_dosing_t *d, const eng_rates_t *rates, const eng_plan_row_t *row, eng_exposure_t *out)
{
    const eng_antibody_t *a = d->antibody;
    const double *values = (const double *)(const void *)&rates->params;
    const double mean = d->amount * mean_decay(row->t, (double)row->dt, d->start, antibody_rate(a, rates));
    const double kill = mean * a->kill_factor * values[a->kill_param / sizeof(double)];
    const double nk = a->nk_factor < 0 ? rates->params.atg_nk_factor : a->nk_factor;

    out->kill_t += (eng_real_t)kill;
    out->kill_nk += (eng_real_t)(kill * nk);
    out->kill_b += (eng_real_t)(kill * a->b_factor);
}

void eng_plan_expose(const eng_plan_t *plan, const eng_rates_t *rates, eng_exposure_t *out)
{
    for (int i = 0; i < plan->num_rows; i++) {
        const eng_plan_row_t *row = &plan->rows[i];
        eng_exposure_t *e = &out[i];
        *e = (eng_exposure_t){ 0 };
        for (int j = 0; j < plan->num_dosing; j++) {
            const eng_dosing_t *d = &plan->dosing[j];
            if (row->t < d->start - 1e-9) {
                continue;
            }
            if (d->antibody != NULL) {
                add_antibody(d, rates, row, e);
            } else if (d->mucosa) {
                e->mucosa += (eng_real_t)(d->amount
                    * mean_decay(row->t, (double)row->dt, d->start, 1 / rates->params.mucositis_healing));
            } else if (d->gcsf && row->t < d->stop - 1e-9) {
                e->gcsf = 1;
            }
        }
        e->acute = e->kill_t > NEGLIGIBLE || e->kill_b > NEGLIGIBLE || e->mucosa > NEGLIGIBLE || e->gcsf;
    }
}
