/**
 * From parameters to the constants of the step loop (MODEL section 12.1: linear form v' = a + g v, exact over a step:
 * v += dt phi(g dt) (a + g v), phi(x) = (e^x - 1)/x).
 */
#include "model/rates.h"

#include "base/math.h"
#include "model/action.h"
#include "model/action_data.h"
#include <stddef.h>
#include <string.h>

double eng_phi(double x)
{
    return x > -1e-8 && x < 1e-8 ? 1 + 0.5 * x : eng_expm1(x) / x;
}

static eng_real_t relax(double rate, double dt)
{
    return (eng_real_t)-eng_expm1(-rate * dt);
}

static double value_at(const eng_params_t *p, size_t param)
{
    return ((const double *)(const void *)p)[param / sizeof(double)];
}

/* An exposure that falls at `rate`: what is left of it after dt, and its mean until then. */
static void decay(double rate, double dt, eng_real_t *keep, eng_real_t *mean)
{
    *keep = (eng_real_t)eng_exp(-rate * dt);
    *mean = (eng_real_t)eng_phi(-rate * dt);
}

static const eng_antibody_t *antibody_at(int j)
{
    return j < eng_noun_count(ENG_VERB_ATG) ? eng_noun_at(ENG_VERB_ATG, j)->data : NULL;
}

static void make_antibodies(eng_step_rates_t *step, const eng_params_t *p, double dt)
{
    for (int j = 0; j < ENG_MAX_ANTIBODIES; j++) {
        const eng_antibody_t *a = antibody_at(j);
        if (a != NULL) {
            const double half_life = a->half_life_param == ENG_NO_PARAM ? a->half_life : value_at(p, a->half_life_param);
            decay(ENG_LN2 / half_life, dt, &step->antibody_keep[j], &step->antibody_mean[j]);
        }
    }
}

static void make_step(eng_step_rates_t *step, const eng_params_t *p, double dt)
{
    const double gcsf[2] = { 1, p->gcsf_transit };
    step->progenitor = relax(p->progenitor_rate, dt);
    step->neutrophil = relax(p->neutrophil_loss, dt);
    step->meg_early = relax(p->meg_early, dt);
    step->meg_mature = relax(p->meg_maturation, dt);
    step->erythroid = relax(p->erythroid_rate, dt);
    step->red_cell = relax(1 / p->red_cell_life, dt);
    step->lymphoid = relax(p->lymphoid_rate, dt);
    step->thymocyte = relax(1 / p->thymus_transit, dt);
    step->plasma = relax(p->plasma_turnover, dt);
    step->monocyte = relax(p->monocyte_rate, dt);
    step->monocyte_mean = (eng_real_t)(1 - eng_phi(-p->monocyte_rate * dt));
    step->macrophage = relax(p->macrophage_rate, dt);
    step->igg = relax(p->antibody_clearance, dt);
    step->stroma = relax(1 / p->thymus_stroma, dt);
    step->neutropenic_decay = (eng_real_t)eng_exp(-dt / p->hz_neutropenic_memory);
    decay(1 / p->mucositis_healing, dt, &step->injury_keep, &step->injury_mean);
    decay(1 / p->effector_transient, dt, &step->transient_keep, &step->transient_made);
    step->transient_made *= (eng_real_t)dt;
    make_antibodies(step, p, dt);
    for (int g = 0; g < 2; g++) {
        const double kt = p->transit * gcsf[g];
        step->transit[g] = (eng_real_t)kt;
        step->speed[g] = (eng_real_t)gcsf[g];
        step->mature[g] = (eng_real_t)(dt * eng_phi(-kt * dt));
    }
}

static void make_set_points(eng_rates_t *rates, const eng_params_t *p)
{
    rates->niche_all = (eng_real_t)(1 - p->niche_own);
    rates->fill_cd8 = (eng_real_t)(1 - p->fill_cd4);
    rates->naive_per_clonotype = (eng_real_t)(p->naive4_number / p->clonotype_number);
    rates->naive8_per_naive4 = (eng_real_t)(p->naive8_number / p->naive4_number);
    rates->naive4_per_memory4 = (eng_real_t)(p->naive4_number / p->memory4_number);
    rates->per_memory4 = (eng_real_t)(1 / p->memory4_number);
    rates->per_graft_dose = (eng_real_t)(1 / p->graft_dose);
    rates->bleeding_below = (eng_real_t)(p->hz_bleeding_platelets / 1e3);
}

static void make_derived(eng_rates_t *rates, const eng_params_t *p)
{
    const double full = 1 - p->hsc_loss / (p->hsc_renewal > 0 ? p->hsc_renewal : 1);
    const double platelets = p->platelet_number / eng_blood_volume(p); /* 1/uL */
    const double half = p->platelet_fixed_half / platelets, use = p->platelet_fixed / platelets;
    const double chance = -eng_expm1(-p->trigger_rate * p->trigger_bound / ENG_DAYS_PER_YEAR);

    rates->niche = (eng_real_t)(full > 0 ? full : 0);
    rates->platelet_half = (eng_real_t)half;
    rates->platelet_use = (eng_real_t)use;
    rates->platelet_supply = (eng_real_t)(p->platelet_senescence + use / (1 + half));
    rates->gcsf_gain = (eng_real_t)(p->gcsf_cap - 1);
    rates->burst_steep = (eng_real_t)(1 / p->burst_width);
    rates->per_anc_half = (eng_real_t)(1 / p->hz_anc_half);
    rates->per_cd4_half = (eng_real_t)(1 / p->hz_cd4_half);
    make_set_points(rates, p);
    rates->trigger_below = (uint64_t)(chance * 0x1p64);
    rates->trigger_scale = (eng_real_t)(chance > 0 ? 0x1p-32 / chance : 1);
    for (int j = 0; j < ENG_MAX_ANTIBODIES && antibody_at(j) != NULL; j++) {
        const eng_antibody_t *a = antibody_at(j);
        const double kill = a->kill_factor * value_at(p, a->kill_param);
        rates->antibody_t[j] = (eng_real_t)kill;
        rates->antibody_nk[j] = (eng_real_t)(kill * (a->nk_factor < 0 ? p->atg_nk_factor : a->nk_factor));
        rates->antibody_b[j] = (eng_real_t)(kill * a->b_factor);
    }
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
        make_step(&rates->step[i], params, (double)(1 << i) / (1 << ENG_LADDER_DAY));
    }
}

/* Both structures are the same list, of numbers here and of rows there, without gaps: value j is row j. */
#define NUM_VALUES (offsetof(eng_rates_t, end_of_values) / sizeof(eng_real_t))
_Static_assert(offsetof(eng_rate_rows_t, end_of_values) == NUM_VALUES * sizeof(eng_row_t), "one row for each number");
_Static_assert(offsetof(eng_rates_t, step) / sizeof(eng_real_t) * sizeof(eng_row_t) == offsetof(eng_rate_rows_t, step),
    "and in the same order up to the steps");
_Static_assert(sizeof(eng_step_rates_t) / sizeof(eng_real_t) * sizeof(eng_row_t) == sizeof(eng_step_rows_t), "of equal length");

void eng_rate_rows_set(eng_rate_rows_t *rows, int l, const eng_rates_t *rates)
{
    for (size_t j = 0; j < NUM_VALUES; j++) {
        memcpy((char *)rows + j * sizeof(eng_row_t) + (size_t)l * sizeof(eng_real_t), (const char *)rates + j * sizeof(eng_real_t),
            sizeof(eng_real_t));
    }
    rows->trigger_below[l] = rates->trigger_below;
    rows->params[l] = &rates->params;
}
