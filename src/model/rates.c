/**
 * From parameters to the constants of the step loop (MODEL section 12.1: linear form v' = a + g v, exact over a step:
 * v += dt phi(g dt) (a + g v), phi(x) = (e^x - 1)/x).
 */
#include "model/rates.h"

#include "base/math.h"

#define PLATELETS_PER_UL 244897.95918367346938 /* 1.2e12 / 4.9e6 uL at health */
#define PLATELET_USE_HALF 15e3                 /* per uL; Hanson & Slichter 1985 as in R14 */

double eng_phi(double x)
{
    return x > -1e-8 && x < 1e-8 ? 1 + 0.5 * x : eng_expm1(x) / x;
}

double eng_rates_export(const eng_params_t *params, double age)
{
    const double alpha = age < 20 ? params->thymus_involution_child : params->thymus_involution;
    return params->thymus_export * eng_exp(-alpha * (age - 20));
}

static eng_real_t relax(double rate, double dt)
{
    return (eng_real_t)-eng_expm1(-rate * dt);
}

static void make_step(eng_step_rates_t *step, const eng_params_t *p, double dt)
{
    const double gcsf[2] = { 1, p->gcsf_transit };
    step->dt = (eng_real_t)dt;
    step->progenitor = relax(p->progenitor_rate, dt);
    step->neutrophil = relax(p->neutrophil_loss, dt);
    step->meg_early = relax(p->meg_early, dt);
    step->meg_mature = relax(p->meg_maturation, dt);
    step->erythroid = relax(p->erythroid_rate, dt);
    step->red_cell = relax(1 / p->red_cell_life, dt);
    step->lymphoid = relax(p->lymphoid_rate, dt);
    step->thymocyte = relax(1 / p->thymus_transit, dt);
    step->plasma = relax(p->plasma_turnover, dt);
    step->igg = relax(p->antibody_clearance, dt);
    step->stroma = relax(1 / p->thymus_stroma, dt);
    step->neutropenic_decay = (eng_real_t)eng_exp(-dt / 10);
    for (int g = 0; g < 2; g++) {
        const double kt = p->transit * gcsf[g];
        step->transit[g] = (eng_real_t)kt;
        step->mature[g] = (eng_real_t)(dt * eng_phi(-kt * dt));
    }
}

static void make_derived(eng_rates_t *rates, const eng_params_t *p)
{
    const double full = 1 - p->hsc_loss / (p->hsc_renewal > 0 ? p->hsc_renewal : 1);
    const double half = PLATELET_USE_HALF / PLATELETS_PER_UL;
    const double use = p->platelet_fixed / PLATELETS_PER_UL;
    const double chance = -eng_expm1(-p->trigger_rate / ENG_DAYS_PER_YEAR);

    rates->niche = (eng_real_t)(full > 0 ? full : 0);
    rates->platelet_half = (eng_real_t)half;
    rates->platelet_use = (eng_real_t)use;
    rates->platelet_supply = (eng_real_t)(p->platelet_senescence + use / (1 + half));
    rates->leak_per_export
        = (eng_real_t)(p->clone_leak / ENG_DAYS_PER_YEAR / eng_rates_export(p, 30));
    rates->trigger_chance = (eng_real_t)chance;
    rates->trigger_below = (uint64_t)(chance * 0x1p64);
}

void eng_rates_make(eng_rates_t *rates, const eng_params_t *params)
{
    rates->params = *params;
#define ENG_RATE_COPY(field, ...) rates->field = (eng_real_t)params->field;
    ENG_PARAM_LIST(ENG_RATE_COPY)
#undef ENG_RATE_COPY
    for (int j = 0; j < ENG_MAX_DISEASE_PARAMS; j++) {
        rates->disease[j] = (eng_real_t)params->disease[j];
    }
    make_derived(rates, params);
    for (int i = 0; i < ENG_LADDER; i++) {
        make_step(&rates->step[i], params, 1.0 / (double)(1 << (ENG_LADDER_DAY - i)));
    }
}
