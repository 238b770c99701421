/**
 * Clinical events (MODEL section 9).  Each kind fires when its integrated hazard passes an Exp(1) threshold of its
 * own; rows count the threshold down.  Only lanes with an event leave the vector code.
 */
#include "model/lanes/infections.h"

#include "base/sample.h"

#define NEUTROPENIA 500 /* 1/uL, by definition */

uint64_t eng_event_word(const eng_course_t *c, int l, eng_channel_t channel, uint32_t k)
{
    eng_rng_t rng;
    eng_rng_open(&rng, c->seed, c->tile->patient[l], channel, c->tile->point[l], c->tile->variant[l]);
    if (k > 0) {
        eng_rng_advance(&rng, k);
    }
    return eng_rng_next(&rng);
}

void eng_event_words(const eng_course_t *c, int l, eng_channel_t channel, uint32_t k, uint64_t *word, uint64_t *far)
{
    eng_rng_t rng;
    eng_rng_open(&rng, c->seed, c->tile->patient[l], channel, c->tile->point[l], c->tile->variant[l]);
    eng_rng_advance(&rng, k);
    eng_rng_t further = rng;
    eng_rng_advance(&further, (eng_u128_t)1 << 16);
    *word = eng_rng_next(&rng);
    *far = eng_rng_next(&further);
}

void eng_death_at(eng_tile_t *tile, int l, real day, int cause)
{
    if (day < tile->t_death[l]) {
        tile->t_death[l] = day;
        tile->cause[l] = (uint8_t)cause;
    }
}

/* Background mortality: Gompertz in age, by sex; the time is drawn at once. */
static void start_background(eng_course_t *c, int l)
{
    const eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double sex = t->covariate[ENG_COV_FEMALE][l] > 0.5 ? p->hz_background_women : p->hz_background_men;
    const double years = t->covariate[ENG_COV_AGE][l] - ENG_REFERENCE_AGE;
    const double rate = p->hz_background * eng_exp(p->hz_background_slope * years) * sex;
    const double slope = p->hz_background_slope / ENG_DAYS_PER_YEAR;
    const double threshold = eng_sample_exponential(eng_event_word(c, l, ENG_CHANNEL_BACKGROUND, 0));
    const double day = rate > 0 ? c->plan->start + eng_log1p(slope * threshold / rate) / slope : NO_DAY;
    eng_death_at(c->tile, l, (real)(day < FAR_DAY ? day : NO_DAY), ENG_CAUSE_BACKGROUND);
}

void eng_background_start(eng_course_t *c)
{
    for (int l = 0; l < ENG_LANES; l++) {
        start_background(c, l);
    }
}

real eng_threshold(const eng_course_t *c, int l, eng_channel_t channel, uint32_t number)
{
    return (real)eng_sample_exponential(eng_event_word(c, l, channel, number));
}

/* Opening the stream is what costs. */
real eng_next_threshold(const eng_course_t *c, int l, eng_channel_t channel, real *drawn, real *spare)
{
    const uint32_t number = (uint32_t)drawn[l];
    real threshold = spare[l];

    if (number % 2 == 0) {
        const uint64_t word = eng_event_word(c, l, channel, number / 2);
        threshold = (real)eng_sample_exponential(word);
        spare[l] = (real)eng_sample_exponential(word << 32); /* of its lower half */
    }
    drawn[l] = (real)(number + 1);
    return threshold;
}

static void first_thresholds(const eng_course_t *c, eng_channel_t channel, real *left, int first, int end)
{
    for (int l = first; l < end; l++) {
        left[l] = eng_threshold(c, l, channel, 0);
    }
}

void eng_hazards_start(eng_course_t *c, int first, int end)
{
    eng_tile_t *t = c->tile;

    first_thresholds(c, ENG_CHANNEL_BACTERIAL, t->left_bacterial, first, end);
    first_thresholds(c, ENG_CHANNEL_VIRAL, t->left_viral, first, end);
    first_thresholds(c, ENG_CHANNEL_FEBRILE, t->left_febrile, first, end);
    first_thresholds(c, ENG_CHANNEL_BLEEDING, t->left_bleeding, first, end);
    for (int j = 0; j < c->body->num_modules; j++) {
        const eng_module_t *module = c->body->module[j];
        char *block = c->block[j];
        for (int h = 0; h < module->num_hazard_rows; h++) {
            first_thresholds(c, module->hazard_rows[h].channel, (real *)(void *)(block + module->hazard_rows[h].left), first, end);
        }
    }
}

static void fire(eng_course_t *c, int l)
{
    eng_tile_t *t = c->tile;
    const real now = (real)c->row->t + c->row->dt, start = now - c->row->pool_dt;

    if (start >= t->t_death[l]) { /* dead lanes run on and record nothing */
        t->left_bacterial[l] = t->left_viral[l] = t->left_febrile[l] = t->left_bleeding[l] = ENG_DAY_NEVER;
        return;
    }
    if (t->left_bacterial[l] <= 0) {
        eng_bacterial_infection(c, l, now);
    }
    if (t->left_viral[l] <= 0) {
        eng_viral_infection(c, l, now);
    }
    if (t->left_febrile[l] <= 0) {
        t->num_febrile[l] += 1;
        t->left_febrile[l] += eng_threshold(c, l, ENG_CHANNEL_FEBRILE, (uint32_t)t->num_febrile[l]);
    }
    if (t->left_bleeding[l] <= 0) {
        t->left_bleeding[l] = ENG_DAY_NEVER;
        eng_death_at(t, l, now, ENG_CAUSE_BLEEDING);
    }
}

LANE_INLINE int count_down(eng_course_t *c, const rates_t *restrict r, const step_rates_t *restrict k, const int injured, const int frail)
{
    eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    const eng_signals_t *s = c->signals;
    const real *traffic = c->signal[ENG_SIGNAL_traffic], *frailty = c->signal[ENG_SIGNAL_infection_rate];
    const real *steroids = c->signal[ENG_SIGNAL_opportunistic];
    const real pool_dt = c->row->pool_dt;
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        const real dt = frail ? pool_dt * frailty[l] : pool_dt; /* days of an average body */
        const real anc = TOTAL(o, neutrophil) * t->anc_healthy[l], cd4 = s->fill4[l] * t->cd4_healthy[l];
        const real a = anc * LANE(r->per_anc_half), b = cd4 * LANE(r->per_cd4_half);
        const real of_anc = fma_real(a, a, 1), of_cd4 = fma_real(b, b, 1);
        const real both = 1 / (of_anc * of_cd4); /* one division for two */
        const real without_anc = both * of_cd4, without_cd4 = both * of_anc;
        const real mucosa = injured ? fma_real(at_most(s->injury[l], LANE(r->hz_mucositis_cap)), LANE(r->hz_bacterial_mucositis), 1) : 1;
        const real blocked = fma_real(LANE(r->hz_viral_drug), 1 - traffic[l], 1) * (frail ? 1 + steroids[l] : 1);
        const real bacteria = fma_real(LANE(r->hz_bacterial) * mucosa, without_anc, LANE(r->hz_bacterial_base));
        const real virus = fma_real(t->viral_lymphopenia[l], without_cd4, LANE(r->hz_viral_base)) * blocked;
        const real bleeding = LANE(r->hz_bleeding); /* read first: a load under a condition is no vector */
        const real bleeds = TOTAL(o, platelet) * t->plt_healthy[l] < LANE(r->bleeding_below) ? bleeding : 0;
        const real longer = at_most(t->neutropenic_days[l] + pool_dt, LANE(r->hz_neutropenic_cap));
        const real shorter = LANE(k->neutropenic_decay) * t->neutropenic_days[l];
        const real left_b = fma_real(-dt, bacteria, t->left_bacterial[l]), left_v = fma_real(-dt, virus, t->left_viral[l]);
        const real left_f = fma_real(-dt * LANE(r->hz_febrile), without_anc, t->left_febrile[l]);
        const real left_p = fma_real(-pool_dt, bleeds, t->left_bleeding[l]);
        const real soonest = at_most(at_most(left_b, left_v), at_most(left_f, left_p));
        t->left_bacterial[l] = left_b;
        t->left_viral[l] = left_v;
        t->left_febrile[l] = left_f;
        t->left_bleeding[l] = left_p;
        t->neutropenic_days[l] = anc < NEUTROPENIA ? longer : shorter;
        any |= soonest <= 0;
    }
    return any;
}

/* Each of these is a loop of its own for the compiler. */
static int count_down_injured(eng_course_t *c, const rates_t *restrict r, const step_rates_t *restrict k)
{
    return count_down(c, r, k, 1, 0);
}

static int count_down_quiet(eng_course_t *c, const rates_t *restrict r, const step_rates_t *restrict k)
{
    return count_down(c, r, k, 0, 0);
}

static int count_down_injured_frail(eng_course_t *c, const rates_t *restrict r, const step_rates_t *restrict k)
{
    return count_down(c, r, k, 1, 1);
}

static int count_down_quiet_frail(eng_course_t *c, const rates_t *restrict r, const step_rates_t *restrict k)
{
    return count_down(c, r, k, 0, 1);
}

void eng_hazards_step(eng_course_t *c)
{
    const eng_tile_t *t = c->tile;

    const int frail = (c->writes & (ENG_SIGNAL_BIT(infection_rate) | ENG_SIGNAL_BIT(opportunistic))) != 0;

    if (!(frail ? t->exposed ? count_down_injured_frail : count_down_quiet_frail
                : t->exposed ? count_down_injured : count_down_quiet)(c, RATES(c), POOL_RATES(c))) {
        return;
    }
    for (int l = 0; l < ENG_LANES; l++) {
        if (t->left_bacterial[l] <= 0 || t->left_viral[l] <= 0 || t->left_febrile[l] <= 0 || t->left_bleeding[l] <= 0) {
            fire(c, l);
        }
    }
}
