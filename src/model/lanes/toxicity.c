/**
 * Toxicity of treatment, agent by agent and organ by organ (MODEL section 9).  Fatal with 1 - exp(-factor sum of t_a): what is given on
 * several occasions adds.  Deaths of veno-occlusive disease are a part of that, never beside it.
 */
#include "model/lanes/risks.h"
#include "model/lanes/step.h"

#include "base/sample.h"

#define SEVERE 3     /* grade of mucositis, by definition ... */
#define WORST 4
#define CHILD 10     /* years: hazard.vod_child */
#define VOD_YEAR 2000 /* of hazard.vod */

/* What is judged: each has words of its own at its tick, two in the channel of toxicity and eight in that of organs. */
typedef enum { CONDITIONING, ANTIBODY, MOBILISATION } purpose_t;

typedef struct {
    double organ[ENG_NUM_ORGANS]; /* sums of t_a */
    double vod;                   /* probability of VOD, without drugs against it */
} risk_t;

static eng_rng_t words_at(const eng_course_t *c, int l, eng_channel_t channel, int32_t tick, uint32_t first)
{
    eng_rng_t rng;
    eng_rng_open(&rng, c->seed, c->tile->patient[l], channel, c->tile->point[l], c->tile->variant[l]);
    return eng_rng_at(&rng, ENG_TICK_OF_STREAM(tick), first);
}

/* Organ of a fatal toxicity that is no VOD: by its share in the sum. */
static int cause_by(const risk_t *risk, double total, double u)
{
    const double heart = risk->organ[ENG_ORGAN_HEART] / total, lung = risk->organ[ENG_ORGAN_LUNG] / total;
    return u < heart ? ENG_CAUSE_HEART : u < heart + lung ? ENG_CAUSE_LUNG : ENG_CAUSE_TOXICITY;
}

static void severe_at(eng_tile_t *t, int l, real *first, real day, double now)
{
    if (now < (double)t->t_death[l]) {
        *first = at_most(*first, day);
        t->num_severe[l] += 1;
    }
}

/*
 * VOD: among fatal toxicities with the share that its own probability gives, among the others so often that it is as frequent as that
 * in all.  spared: what a drug against it leaves of it and of its deaths.  Returns whether a fatal toxicity is VOD.
 */
static bool veno_occlusive(eng_tile_t *t, int l, const eng_params_t *p, const risk_t *risk, double fatal, bool dies, double u, double v,
    double spared, real day, double now)
{
    const double share = fatal > 0 ? eng_min(p->hz_vod_most, risk->vod * p->hz_vod_severe * p->hz_vod_fatality / fatal) : 0;
    const double killed = share * fatal, left = risk->vod - killed;
    const double mild = left > 0 ? (risk->vod * (1 - p->hz_vod_severe)) / left : 0; /* of those who live */

    if (dies ? u < share : u < left * spared / (1 - fatal)) {
        t->t_vod[l] = at_most(t->t_vod[l], day);
        if (!dies && v >= mild) {
            severe_at(t, l, &t->t_vod[l], day, now);
        }
        return dies;
    }
    return false;
}

/* One judgement in lane l. */
static void judge(eng_course_t *c, int l, const risk_t *risk, purpose_t purpose, int32_t tick)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double total = risk->organ[ENG_ORGAN_OTHER] + risk->organ[ENG_ORGAN_HEART] + risk->organ[ENG_ORGAN_LUNG];
    const double now = (double)tick / ENG_TICKS_PER_DAY, x = p->hz_toxicity * total * (double)t->toxicity_factor[l];
    const double fatal = -eng_expm1(-x), severe = -eng_expm1(-x * p->hz_organ_toxicity), spared = (double)c->signal[ENG_SIGNAL_vod][l];
    eng_rng_t rng = words_at(c, l, ENG_CHANNEL_TOXICITY, tick, 2 * (uint32_t)purpose);
    const double u = eng_uniform(eng_rng_next(&rng)), wait = p->hz_toxicity_delay * eng_sample_exponential(eng_rng_next(&rng));
    eng_rng_t organs = words_at(c, l, ENG_CHANNEL_ORGANS, tick, ENG_ORGAN_WORDS * (uint32_t)purpose);
    const double which = eng_uniform(eng_rng_next(&organs)), how = eng_uniform(eng_rng_next(&organs));
    const double saved = eng_uniform(eng_rng_next(&organs)), cause = eng_uniform(eng_rng_next(&organs));
    const real day = (real)((now > 0 ? now : 0) + wait);
    const bool dies = u < fatal;

    if (u < severe) {
        severe_at(t, l, &t->t_organ[l], day, now);
    }
    const bool vod = veno_occlusive(t, l, p, risk, fatal, dies, which, how, spared, day, now);
    if (dies && !(vod && saved >= spared)) {
        eng_death_at(t, l, day, vod ? ENG_CAUSE_VOD : cause_by(risk, total, cause));
    }
}

/* --- conditioning --------------------------------------------------------------------------------------------------- */

static double param_at(const eng_params_t *p, size_t offset)
{
    return *(const double *)(const void *)((const char *)p + offset);
}

static double by_organ(const eng_course_t *c, int l, const eng_agent_row_t *agent, int capacity)
{
    const eng_params_t *p = PARAMS(c, l);
    const eng_tile_t *t = c->tile;

    switch (agent->organ) {
    case ENG_ORGAN_HEART:
        return eng_exp(p->hz_toxicity_heart * t->covariate[ENG_COV_ORGAN_SCORE][l]);
    case ENG_ORGAN_LUNG:
        return capacity < 0 ? 1 : eng_exp(p->hz_toxicity_lung * eng_max(0, p->hz_toxicity_lung_from - t->covariate[capacity][l]));
    default:
        return 1;
    }
}

static void add_agents(const eng_course_t *c, int l, const eng_toxicity_t *whole, int capacity, risk_t *risk)
{
    for (int j = 0; j < ENG_NUM_AGENTS; j++) {
        const eng_agent_row_t *agent = &eng_agent_rows[j];
        const double dose = whole->dose[j], effect = agent->power == 2 ? dose * dose : dose;
        if (dose > 0) {
            risk->organ[agent->organ] += param_at(PARAMS(c, l), agent->param) * effect * by_organ(c, l, agent, capacity);
        }
    }
}

static double vod_risk(const eng_course_t *c, int l, double intensity)
{
    const eng_params_t *p = PARAMS(c, l);
    const eng_tile_t *t = c->tile;
    const double year = eng_exp(-p->hz_vod_era * (t->covariate[ENG_COV_YEAR][l] - VOD_YEAR));
    const double child = t->covariate[ENG_COV_AGE][l] < CHILD ? p->hz_vod_child : 1;
    return eng_min(1, p->hz_vod * intensity * intensity * year * child);
}

/* Grade 3 or more where intensity is above what half of patients bear, times a lognormal of the patient. */
static void mucositis(eng_course_t *c, int l, double intensity, int32_t tick)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    eng_rng_t organs = words_at(c, l, ENG_CHANNEL_ORGANS, tick, ENG_ORGAN_WORDS - 1);
    const double z = eng_sample_normal(eng_rng_next(&organs));
    const double grade = SEVERE + eng_floor(eng_log(intensity / p->hz_mucositis_severe) / p->hz_mucositis_spread + z);
    const bool lives = (double)tick / ENG_TICKS_PER_DAY < (double)t->t_death[l];

    if (lives && grade > (double)t->mucositis[l]) {
        t->mucositis[l] = (real)eng_min(grade, WORST);
    }
    t->num_severe[l] += lives && grade >= SEVERE ? 1 : 0;
}

void eng_toxicity(eng_course_t *c, const eng_toxicity_t *whole, int32_t tick)
{
    eng_tile_t *t = c->tile;
    const int capacity = eng_covariate_find(c->body->disease, "fvc");

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        risk_t risk = { .vod = vod_risk(c, l, whole->intensity) };
        if (!(t->treated[l] > 0)) {
            continue;
        }
        add_agents(c, l, whole, capacity, &risk);
        risk.organ[ENG_ORGAN_OTHER] += t->covariate[ENG_COV_HCT_CI][l] >= 1 ? p->hz_toxicity_bowel : 0;
        t->toxic[l] = whole->intensity > p->hz_toxic_intensity ? 1 : t->toxic[l]; /* a weaker one later heals nothing */
        mucositis(c, l, whole->intensity, tick);
        judge(c, l, &risk, CONDITIONING, tick);
    }
}

/* --- other treatment ------------------------------------------------------------------------------------------------- */

void eng_toxicity_of_antibody(eng_course_t *c, double amount, bool alone, int32_t tick)
{
    const eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double organ = p->hz_toxicity_globulin_organ * eng_exp(t->covariate[ENG_COV_ORGAN_SCORE][l]);
        const risk_t risk = { .organ = { [ENG_ORGAN_OTHER] = alone ? p->hz_toxicity_alemtuzumab : p->hz_toxicity_globulin * amount + organ } };
        if (t->treated[l] > 0) {
            judge(c, l, &risk, ANTIBODY, tick);
        }
    }
}

void eng_toxicity_of_mobilisation(eng_course_t *c, double dose, int32_t tick)
{
    const eng_tile_t *t = c->tile;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double heart = eng_exp(p->hz_toxicity_heart * t->covariate[ENG_COV_ORGAN_SCORE][l]);
        const risk_t risk = { .organ = { [ENG_ORGAN_HEART] = p->hz_toxicity_mobilisation * dose * heart } };
        if (t->treated[l] > 0) {
            judge(c, l, &risk, MOBILISATION, tick);
        }
    }
}
