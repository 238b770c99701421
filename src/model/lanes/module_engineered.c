/**
 * Engineered immune cells as a module (MODEL section 6.6; engineered.h).  CAR-T cells expand as long as they find antigen, release cytokines as
 * they do, and are lost when it is gone; it comes back from the marrow, and they are few by then.
 *
 *   CAR-T        dU/dt = [2.2 e^(-t / 4.5 d) A / (A + h) (1 - U / most)+ - 1/12 d - r] U      A of B cells, or of plasma cells against BCMA; r rejection as of products
 *   against CD19 blood B cells += 1.5 U; signal cd19 += U, which kills what the disease has: autoreactive B memory, short-lived plasma cells
 *   against BCMA plasma cells += 0.3 U
 *   cytokines    once an infusion, when U passes 0.1: grade 1, 2, 3 where z + 0.3 ln(A / 0.03) is above -0.61, 1.5, 2.33
 *   Treg         R += dose; those for the antigen of the disease Rx += 0.3 per 1e9; antigen-presenting cells Rx += 0.2
 */
#include "model/catalogue.h"
#include "model/lanes/engineered_rows.h"

#include "base/sample.h"

#define SEVERE 3         /* grade */
#define FATAL 5
#define BILLION (MILLION * THOUSAND) /* Treg of a usual dose */

static eng_engineered_t *block_of(const eng_course_t *c)
{
    return eng_body_find(c->tile, c->body, &eng_module_engineered);
}

/* --- infusions --------------------------------------------------------------------------------------------------------- */

static double foreign(const eng_params_t *p, eng_hla_t hla)
{
    return hla == ENG_HLA_MATCHED ? 0 : hla == ENG_HLA_LOW ? p->product_hla_low : 1;
}

static void infuse_car_t(eng_course_t *c, eng_engineered_t *d, const eng_engineered_dose_t *dose, int l)
{
    const eng_params_t *p = PARAMS(c, l);
    const double z = eng_sample_normal(eng_event_word(c, l, ENG_CHANNEL_CAR_T, (uint32_t)d->infusions[l]));
    const double works = dose->ipsc ? p->car_ipsc : 1;

    d->infusions[l] += 1;
    d->waiting[l] = 1;
    d->car_t[l] += (real)(dose->dose * p->car_content);
    d->growth[l] = (real)(p->car_expansion * eng_exp(p->car_spread * z));
    d->loss[l] = (real)(1 / p->car_life);
    d->rejection[l] = (real)(p->car_rejection * foreign(p, dose->hla));
    d->against19[l] = (real)(dose->target != ENG_TARGET_BCMA ? works : 0);
    d->against_bcma[l] = (real)(dose->target != ENG_TARGET_CD19 ? works : 0);
    eng_drugs_reset(c, l);
}

static void infuse_treg(eng_course_t *c, const eng_engineered_dose_t *dose, int l)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double kg = ENG_REFERENCE_KG * (double)t->scale[l], survive = dose->dose * MILLION * kg * p->treg_content;

    t->cells.treg[l] += (real)(survive / (p->treg_number * (double)t->scale[l]));
    if (dose->specific && c->clones != NULL) {
        c->clones->transient[l] += (real)(p->treg_specific * survive / (BILLION * p->treg_content));
    }
}

void eng_engineered_infuse(eng_course_t *c, const eng_engineered_dose_t *dose)
{
    eng_engineered_t *d = block_of(c);

    for (int l = 0; l < ENG_LANES; l++) {
        if (!(c->tile->treated[l] > 0)) {
            continue;
        }
        if (dose->kind == ENG_ENGINEERED_CAR_T) {
            infuse_car_t(c, d, dose, l);
        } else if (dose->kind == ENG_ENGINEERED_TREG) {
            infuse_treg(c, dose, l);
        } else if (c->clones != NULL) {
            c->clones->transient[l] += (real)(PARAMS(c, l)->apc_regulation * dose->dose);
        }
    }
}

/* --- what they do to others --------------------------------------------------------------------------------------------- */

static bool given(const eng_course_t *c)
{
    return (c->plan->uses & ENG_USES(engineered)) != 0;
}

static void signal(eng_course_t *c, void *block)
{
    real *b_kill = c->signals->written[ENG_SIGNAL_b_kill], *cd19 = c->signals->written[ENG_SIGNAL_cd19];
    real *plasmablast = c->signals->written[ENG_SIGNAL_plasmablast_kill], *plasma = c->signals->written[ENG_SIGNAL_plasma_kill];
    const eng_engineered_t *d = block;

    if (!given(c)) {
        return;
    }
    FOR_LANES
    {
        const real against = d->car_t[l] * d->against19[l];
        b_kill[l] = fma_real(d->b_kill[l], against, b_kill[l]);
        cd19[l] = fma_real(d->tissue_kill[l], against, cd19[l]);
        plasmablast[l] = fma_real(d->plasmablast_kill[l], against, plasmablast[l]);
        plasma[l] = fma_real(d->plasma_kill[l], d->car_t[l] * d->against_bcma[l], plasma[l]);
    }
}

/* --- a row of the calendar ---------------------------------------------------------------------------------------------- */

/* What they find, relative to health. */
LANE_INLINE real antigen(const eng_cells_t *o, const eng_engineered_t *d, int l)
{
    const real b = mean(TOTAL(o, b_naive), TOTAL(o, b_memory)), plasma = TOTAL(o, plasma);
    return d->against19[l] > 0 ? b : plasma;
}

/* Cytokines of an expansion in lane l. */
static void release(eng_course_t *c, eng_engineered_t *d, int l, real found)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const real now = (real)c->row->t + c->row->dt;
    uint64_t word, far;

    eng_event_words(c, l, ENG_CHANNEL_CRS, (uint32_t)d->infusions[l] - 1, &word, &far);
    const double burden = eng_log(eng_max((double)found, NEGLIGIBLE) / p->crs_reference);
    const double z = eng_sample_normal(word) + p->crs_burden * burden;
    const int severe = z > p->crs_severe, grade = severe ? SEVERE : z > p->crs_second ? 2 : z > p->crs_some ? 1 : 0;
    const bool fatal = severe && eng_uniform(far) < p->crs_fatality, lives = now < t->t_death[l];
    d->waiting[l] = 0;
    if (grade == 0 || !lives) {
        return;
    }
    d->crs_grade[l] = d->crs_grade[l] > (real)grade ? d->crs_grade[l] : (real)(fatal ? FATAL : grade);
    d->t_crs[l] = at_most(d->t_crs[l], now);
    t->num_severe[l] += severe ? 1 : 0;
    if (fatal) {
        eng_death_at(t, l, now + (real)p->crs_delay, ENG_CAUSE_CRS);
    }
}

static void step(eng_course_t *c, void *block)
{
    const eng_cells_t *o = &c->tile->cells;
    const real *held = c->signal[ENG_SIGNAL_immunosuppression];
    const real dt = c->row->dt;
    eng_engineered_t *d = block;
    int due = 0;

    if (!given(c)) {
        return;
    }
    LANE_PRAGMA(omp simd reduction(|:due))
    for (int l = 0; l < ENG_LANES; l++) {
        const real A = antigen(o, d, l), U = d->car_t[l], rejection = d->rejection[l] * TOTAL(o, memory8) * max0(1 - held[l]);
        const real grows = d->growth[l] * A / (A + d->half[l]) * max0(fma_real(-U, d->per_most[l], 1));
        const real next = grow_any(U, grows - d->loss[l] - rejection, 0, dt);
        d->car_t[l] = next > NEGLIGIBLE ? next : 0;
        d->growth[l] = grow_any(d->growth[l], -d->fading[l], 0, dt);
        due |= (d->waiting[l] > 0) & (next > d->crs_at[l]);
    }
    for (int l = 0; l < ENG_LANES && due; l++) {
        if ((d->waiting[l] > 0) & (d->car_t[l] > d->crs_at[l])) {
            release(c, d, l, antigen(o, d, l));
        }
    }
}

/* --- patients ------------------------------------------------------------------------------------------------------------ */

#ifndef ENG_MIXED /* patients are made at one point at a time */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_params_t *p = &c->rates->params;
    eng_engineered_t *d = block;

    FOR_SPAN
    {
        d->fading[l] = (real)(1 / p->car_fading);
        d->half[l] = (real)p->car_half;
        d->per_most[l] = (real)(1 / p->car_most);
        d->crs_at[l] = (real)p->crs_at;
        d->b_kill[l] = (real)p->car_b_kill;
        d->tissue_kill[l] = (real)p->car_tissue_kill;
        d->plasmablast_kill[l] = (real)p->car_plasmablast_kill;
        d->plasma_kill[l] = (real)p->car_plasma_kill;
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    eng_engineered_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->car_t[l] = d->crs_grade[l] = d->infusions[l] = d->waiting[l] = d->against19[l] = d->against_bcma[l] = 0;
        d->growth[l] = d->loss[l] = d->rejection[l] = 0;
        d->t_crs[l] = ENG_DAY_NEVER;
    }
}

#define MAKE_PATIENTS .derive = derive, .start = start,
#else
#define MAKE_PATIENTS
#endif

ENG_MODULE_LANES(engineered) = { .name = "engineered", MAKE_PATIENTS .signal = signal, .step = step };

/* --- tables --------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define STATE(name, unit, help) { #name, unit, help, offsetof(eng_engineered_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { ENG_ENGINEERED_STATE_LIST(STATE) };
static const eng_shared_event_t shared_events[] = { { ENG_EVENT_CRS, offsetof(eng_engineered_t, t_crs) } };
static const eng_number_row_t numbers[] = { { ENG_NUMBER_CRS, offsetof(eng_engineered_t, crs_grade), -1 } };

const eng_module_t eng_module_engineered = {
    .name = "engineered",
    .help = "engineered immune cells: CAR-T cells, cytokine release, Treg, tolerogenic antigen-presenting cells",
    .version = 1,
    .writes = ENG_SIGNAL_BIT(b_kill) | ENG_SIGNAL_BIT(cd19) | ENG_SIGNAL_BIT(plasmablast_kill) | ENG_SIGNAL_BIT(plasma_kill) | ENG_SIGNAL_BIT(regulation),
    ENG_BLOCK(eng_engineered_t),
    ENG_TABLE(states),
    ENG_TABLE(numbers),
    ENG_TABLE(shared_events),
};

#endif
