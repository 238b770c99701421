/**
 * Virtual patients (MODEL section 10): covariates from their laws, constants of a patient at a point, and the state on
 * the first day.  All of it belongs to (seed, patient, candidate), never to a protocol.
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

#include "base/copula.h"
#include "base/dist.h"
#include "base/sample.h"

#include <string.h>

#define ERA_YEARS 5 /* for which hazard.toxicity_era stands */

void eng_streams_open(const eng_course_t *c, eng_channel_t channel, eng_wide_row_t *state, eng_wide_row_t *inc, int first, int end)
{
    for (int l = first; l < end; l++) {
        eng_rng_t rng;
        eng_course_stream(c, l, channel, &rng);
        state->low[l] = (uint64_t)rng.state;
        state->high[l] = (uint64_t)(rng.state >> 64);
        inc->low[l] = (uint64_t)rng.inc;
        inc->high[l] = (uint64_t)(rng.inc >> 64);
    }
}

/* Quantiles of one law; the common kinds in vectors. */
static void quantiles(const eng_dist_t *law, const uint64_t *word, double low, double high, double *restrict x)
{
    const double a = law->arg[0], b = law->arg[1];
    if (law->kind == ENG_DIST_NORMAL && !law->truncated) {
        FOR_LANES
        {
            x[l] = a + b * eng_normal_quantile(eng_uniform(word[l]));
        }
    } else if ((law->kind == ENG_DIST_LOGNORMAL || law->kind == ENG_DIST_LOGNORMAL_CV) && !law->truncated) {
        const double sd = law->kind == ENG_DIST_LOGNORMAL ? b : eng_lognormal_sd(b);
        FOR_LANES
        {
            x[l] = a * eng_exp(sd * eng_normal_quantile(eng_uniform(word[l])));
        }
    } else {
        for (int l = 0; l < ENG_LANES; l++) {
            x[l] = eng_dist_quantile(law, eng_uniform(word[l]));
        }
    }
    FOR_LANES
    {
        x[l] = eng_max(low, eng_min(x[l], high));
    }
}

/* Covariates that depend on others: their words as uniform numbers through the copula. */
static void draw_dependent(eng_tile_t *t, const eng_model_spec_t *spec, uint64_t (*words)[ENG_LANES])
{
    const eng_copula_t *copula = spec->dependence;
    double u[ENG_MAX_COVARIATES], scratch[ENG_MAX_COVARIATES];
    for (int l = 0; l < ENG_LANES; l++) {
        for (int k = 0; k < copula->count; k++) {
            u[copula->coordinate[k]] = eng_uniform(words[k][l]);
        }
        eng_copula_apply(copula, u, scratch);
        for (int k = 0; k < copula->count; k++) {
            const int j = copula->coordinate[k];
            const eng_covariate_row_t row = eng_covariate_at(spec->disease, j);
            t->covariate[j][l] = eng_max(row.low, eng_min(eng_dist_quantile(&spec->laws[j], u[j]), row.high));
        }
    }
}

void eng_patient_draw(eng_tile_t *t, const eng_model_spec_t *spec)
{
    const eng_course_t course = { .tile = t, .seed = spec->seed, .freeze = spec->freeze };
    eng_wide_row_t state, inc;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    uint64_t kept[ENG_MAX_COVARIATES][ENG_LANES];
    const int count = eng_covariate_count(spec->disease), dependent = spec->dependence == NULL ? 0 : spec->dependence->count;
    int position = 0, next = 0;

    eng_streams_open(&course, ENG_CHANNEL_COVARIATES, &state, &inc, 0, ENG_LANES);
    for (int j = 0; j < count; j++) {
        const eng_covariate_row_t row = eng_covariate_at(spec->disease, j);
        for (; position <= row.draw; position++) { /* rows stand in the order of their draws */
            next_words(&state, &inc, word);
        }
        if (next < dependent && spec->dependence->coordinate[next] == j) {
            memcpy(kept[next++], word, sizeof(word));
        } else {
            quantiles(&spec->laws[j], word, row.low, row.high, t->covariate[j]);
        }
    }
    if (dependent > 0) {
        draw_dependent(t, spec, kept);
    }
}

/* --- constants --------------------------------------------------------------------------------------------------- */

/* Set points, weights and turnover that balances at health: R24-R38. */
static void derive_lymphocytes(eng_tile_t *t, const eng_params_t *p, int first, int end)
{
    FOR_SPAN
    {
        const double age = t->covariate[ENG_COV_AGE][l], scale = (double)t->scale[l];
        const double nu = eng_exp(-p->naive_decline * (age - ENG_REFERENCE_AGE)), F0 = (double)t->export_healthy[l];
        const double N4 = p->naive4_number * scale * nu, N8 = p->naive8_number * scale * nu * nu;
        const double M4 = p->memory4_number * scale, M8 = p->memory8_number * scale, R = p->treg_number * scale;
        const double T4 = N4 + M4 + R, T8 = N8 + M8, blood = eng_blood_volume(p) * scale;
        const double export4 = p->export_cd4 * F0 / N4, export8 = p->export_cd8 * F0 / N8;
        const double cmv = t->covariate[ENG_COV_CMV][l] > 0.5 ? 1.0 : 0.0;
        t->naive_of_age[l] = real_exp((real)-p->naive_decline * ((real)age - ENG_REFERENCE_AGE));
        t->share4_naive[l] = (real)(N4 / T4);
        t->share4_memory[l] = (real)(M4 / T4);
        t->share4_treg[l] = (real)(R / T4);
        t->share8_naive[l] = (real)(N8 / T8);
        t->share8_memory[l] = (real)(M8 / T8);
        t->cd4_healthy[l] = (real)(T4 * p->share_in_blood / blood);
        t->cd8_healthy[l] = (real)(T8 * p->share_in_blood / blood);
        t->input4[l] = (real)(p->export_cd4 / N4);
        t->input8[l] = (real)(p->export_cd8 / N8);
        t->input_treg[l] = (real)(p->export_treg / R);
        t->loss4[l] = (real)eng_max(p->naive4_loss, export4);
        t->renew4[l] = (real)eng_max(0, p->naive4_loss - export4);
        t->loss8[l] = (real)eng_max(p->naive8_loss, export8);
        t->renew8[l] = (real)eng_max(0, p->naive8_loss - export8);
        t->naive_per_memory4[l] = (real)(N4 / M4);
        t->naive_per_memory8[l] = (real)(N8 / M8);
        t->memory_per_treg[l] = (real)(p->treg_induction * M4 / R);
        t->loss_memory4[l] = (real)(p->memory4_turnover + p->naive4_activation * N4 / M4);
        t->loss_memory8[l] = (real)(p->memory8_turnover + p->naive8_activation * N8 / M8);
        t->loss_treg[l] = (real)(p->treg_turnover + (p->export_treg * F0 + p->treg_induction * M4) / R);
        t->clonotypes[l] = (real)(1 / (p->clonotype_size * p->clonotype_number * nu));
        t->viral_lymphopenia[l] = (real)(p->hz_viral + p->hz_viral_cmv * cmv);
    }
}

static void derive_marrow(eng_tile_t *t, const eng_params_t *p, int first, int end)
{
    FOR_SPAN
    {
        const int female = t->covariate[ENG_COV_FEMALE][l] > 0.5;
        const double of_women = p->women_weight, hb_women = p->hb_women, hb_men = p->hb_men;
        const double scale = t->covariate[ENG_COV_WEIGHT][l] * (female ? of_women : 1) / ENG_REFERENCE_KG;
        const double blood = eng_blood_volume(p), hb = female ? hb_women : hb_men;
        const double feedback = t->covariate[ENG_COV_MARROW_FEEDBACK][l];
        const double age = t->covariate[ENG_COV_AGE][l];
        const double child = p->thymus_involution_child, adult = p->thymus_involution;
        const double alpha = age < ENG_EXPORT_AGE ? child : adult;
        const double F0
            = p->thymus_export * eng_exp(-alpha * (age - ENG_EXPORT_AGE)) * t->covariate[ENG_COV_THYMIC_FUNCTION][l];
        t->scale[l] = (real)scale;
        t->cap_granulo[l] = (real)(p->neutrophil_cap * feedback);
        t->cap_meg[l] = (real)(p->platelet_cap * feedback);
        t->hsc_unit[l] = (real)(1 / (p->hsc_number * scale));
        t->anc_healthy[l] = (real)(p->neutrophil_number / blood);
        t->plt_healthy[l] = (real)(p->platelet_number / blood / THOUSAND);
        t->hb_healthy[l] = (real)hb;
        t->per_hb_healthy[l] = (real)(1 / hb);
        t->export_healthy[l] = (real)F0;
        t->export_now[l] = (real)F0 * (real)p->genotype_t;
    }
}

/* Before puberty there is nothing to block, after the menopause little. */
static void derive_thymus(eng_tile_t *t, const eng_params_t *p, int first, int end)
{
    FOR_SPAN
    {
        const double age = t->covariate[ENG_COV_AGE][l], from = p->ssb_from, until = p->ssb_women_until;
        const double late = t->covariate[ENG_COV_FEMALE][l] > 0.5 && age >= until ? p->ssb_after : 1;
        t->sex_steroids[l] = (real)(age < from ? 0 : late);
    }
}

static void derive_immunity(eng_tile_t *t, const eng_params_t *p, int first, int end)
{
    const double fatality = eng_log(p->hz_fatality_comorbidity), toxicity = eng_log(p->hz_toxicity_comorbidity);
    const double era = eng_log(p->hz_toxicity_era) / ERA_YEARS;

    FOR_SPAN
    {
        const double age = t->covariate[ENG_COV_AGE][l];
        const double comorbidity = t->covariate[ENG_COV_HCT_CI][l] + p->hz_prior_line * t->covariate[ENG_COV_PRIOR_LINES][l];
        const double frailty = t->covariate[ENG_COV_FRAILTY][l] * t->covariate[ENG_COV_CENTRE][l];
        t->growth_t[l] = (real)t->covariate[ENG_COV_T_CELL_GROWTH][l];
        t->atg_exposure[l] = (real)t->covariate[ENG_COV_ATG_EXPOSURE][l];
        t->t_dose[l] = (real)t->covariate[ENG_COV_T_DOSE][l];
        t->homing[l] = (real)t->covariate[ENG_COV_HOMING][l];
        t->chemo[l] = (real)t->covariate[ENG_COV_CHEMOSENSITIVITY][l];
        t->frail[l] = (real)(frailty * eng_exp(p->hz_fatality_age * (age - ENG_HAZARD_AGE) + fatality * comorbidity));
        t->toxicity_factor[l] = (real)(frailty * eng_exp(p->hz_toxicity_age * (age - ENG_HAZARD_AGE) + toxicity * comorbidity
                                                         + era * (t->covariate[ENG_COV_YEAR][l] - ENG_HAZARD_YEAR)));
    }
}

/* Constants of the core, then of the modules. */
static void derive(eng_course_t *c, int first, int end)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = &c->rates->params;
    derive_marrow(t, p, first, end);
    derive_lymphocytes(t, p, first, end);
    derive_immunity(t, p, first, end);
    derive_thymus(t, p, first, end);
    FOR_SPAN
    {
        t->treated[l] = 1;
    }
    CALL_WITH(c, derive, first, end);
}

/* --- first day ----------------------------------------------------------------------------------------------------- */

/* The host's cells, as far as its genotype makes them. */
static void healthy_cells(eng_cells_t *o, const eng_params_t *p, const real *hsc_unit, int first, int end)
{
    const real t_cells = (real)p->genotype_t, b_cells = (real)p->genotype_b, nk = (real)p->genotype_nk;

    FOR_SPAN
    {
        o->progenitor[l] = o->granulo[l] = o->mature1[l] = o->mature2[l] = o->mature3[l] = o->neutrophil[l] = 1;
        o->meg_early[l] = o->meg[l] = o->meg_mature[l] = o->platelet[l] = o->erythroid[l] = o->lymphoid[l] = 1;
        o->monocyte[l] = o->macrophage[l] = 1;
        o->thymocyte[l] = o->naive4[l] = o->memory4[l] = o->naive8[l] = o->memory8[l] = o->treg[l] = t_cells;
        o->b_naive[l] = o->b_memory[l] = o->plasma[l] = b_cells;
        o->nk[l] = nk;
        o->hsc_count[l] = (real)eng_round(1 / (double)hsc_unit[l]);
        o->hsc[l] = o->hsc_count[l] * hsc_unit[l];
    }
}

/* What belongs to the body, and the watch of it. */
static void healthy_body(eng_tile_t *t, int first, int end)
{
    for (int k = 0; k < ENG_NUM_SIGNALS; k++) {
        for (int l = first; l < end; l++) {
            eng_drug_signal(t, k)[l] = (real)(ENG_SIGNAL_FACTORS >> k & 1);
        }
    }
    FOR_SPAN
    {
        t->haemoglobin[l] = t->stroma[l] = t->richness[l] = t->igg[l] = 1;
        t->anc_before[l] = t->plt_before[l] = t->cd4_before[l] = UNSEEN;
        t->since_anc[l] = t->since_plt[l] = -ENG_DAY_NEVER;
        t->t_relapse[l] = t->t_progression[l] = t->t_death[l] = t->t_anc[l] = t->t_plt[l] = ENG_DAY_NEVER;
        t->t_cd4[l] = t->t_graft_failure[l] = t->t_infection[l] = t->t_malignancy[l] = t->t_autoimmunity[l] = t->t_loss[l] = ENG_DAY_NEVER;
        t->t_cmv[l] = t->t_ebv[l] = t->t_zoster[l] = t->t_fungal[l] = t->t_bacteraemia[l] = t->t_severe[l] = t->t_ptld[l] = ENG_DAY_NEVER;
        t->t_vod[l] = t->t_organ[l] = t->t_cancer[l] = t->t_infertile[l] = ENG_DAY_NEVER;
        t->selected_until[l] = -ENG_DAY_NEVER;
        t->cd34_harvested[l] = NO_LIMIT;
    }
}

/* Streams stand at tick 0 until a calendar begins; candidates in screening meet no hazard. */
static void open_streams(eng_course_t *c, int first, int end)
{
    eng_streams_open(c, ENG_CHANNEL_CLONES, &c->tile->count_state, &c->tile->count_inc, first, end);
    if (!c->plan->screening || c->nominal != NULL) {
        eng_hazards_start(c, first, end);
    }
}

void eng_patient_start(eng_course_t *c, int first, int end)
{
    open_streams(c, first, end);
    derive(c, first, end);
    healthy_cells(&c->tile->cells, &c->rates->params, c->tile->hsc_unit, first, end);
    healthy_body(c->tile, first, end);
    CALL_WITH(c, start, first, end);
}

/* Screening ran at nominal parameters: what is counted at the point's own. */
void eng_patient_enter(eng_course_t *c, int first, int end)
{
    eng_tile_t *t = c->tile;

    open_streams(c, first, end);
    derive(c, first, end);
    eng_drugs_enter(c, first, end);
    CALL_WITH(c, enter, first, end);
    for (int l = first; l < end; l++) {
        const double since_draw = 1 + (double)t->hsc_loss[l] - (double)t->hsc_gain[l]; /* counted as at the last draw */
        t->hsc_count[l] = (real)eng_round((double)t->hsc[l] / (double)t->hsc_unit[l] * since_draw);
    }
}
