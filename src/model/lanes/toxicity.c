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

/* What is judged: each has words of its own at its tick, of the channels of toxicity and of organs. */
typedef enum { CONDITIONING, ANTIBODY, MOBILISATION } purpose_t;
#define WORDS 4

typedef struct {
    double organ[ENG_NUM_ORGANS]; /* sums of t_a */
    double vod;                   /* probability of VOD, without drugs against it */
} risk_t;

static eng_rng_t words_at(const eng_course_t *c, int l, eng_channel_t channel, int32_t tick, purpose_t purpose)
{
    eng_rng_t rng;
    eng_rng_open(&rng, c->seed, c->tile->patient[l], channel, c->tile->point[l], c->tile->variant[l]);
    return eng_rng_at(&rng, ENG_TICK_OF_STREAM(tick), WORDS * (uint32_t)purpose);
}

static double sum(const risk_t *risk)
{
    return risk->organ[ENG_ORGAN_OTHER] + risk->organ[ENG_ORGAN_HEART] + risk->organ[ENG_ORGAN_LUNG];
}

/* Share of fatal toxicities that are VOD: no more than its own probability has deaths. */
static double vod_share(const eng_params_t *p, const risk_t *risk, double fatal)
{
    return fatal > 0 ? eng_min(p->hz_vod_most, risk->vod * p->hz_vod_severe * p->hz_vod_fatality / fatal) : 0;
}

/* Organ of a fatal toxicity: VOD, of which a drug saves some, or by the shares in the sum. */
static void fatal_at(eng_course_t *c, int l, const risk_t *risk, double fatal, eng_rng_t *rng, real day)
{
    eng_tile_t *t = c->tile;
    const double u = eng_uniform(eng_rng_next(rng)), v = eng_uniform(eng_rng_next(rng)), total = sum(risk);
    const double heart = risk->organ[ENG_ORGAN_HEART] / total, lung = risk->organ[ENG_ORGAN_LUNG] / total;

    if (u >= vod_share(PARAMS(c, l), risk, fatal)) {
        eng_death_at(t, l, day, v < heart ? ENG_CAUSE_HEART : v < heart + lung ? ENG_CAUSE_LUNG : ENG_CAUSE_TOXICITY);
        return;
    }
    t->t_vod[l] = at_most(t->t_vod[l], day);
    if (v < (double)c->signal[ENG_SIGNAL_vod][l]) {
        eng_death_at(t, l, day, ENG_CAUSE_VOD);
    }
}

/*
 * VOD of those who live, so often that it is as frequent as risk->vod in all; the most severe toxicities first.  u: uniform among those
 * who live.  Returns whether it is severe.
 */
static bool survived_vod(eng_course_t *c, int l, const risk_t *risk, double fatal, double u, real day)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double left = risk->vod - vod_share(p, risk, fatal) * fatal, all = left * (double)c->signal[ENG_SIGNAL_vod][l] / (1 - fatal);

    if (!(u < all)) {
        return false;
    }
    t->t_vod[l] = at_most(t->t_vod[l], day);
    return u / all < 1 - risk->vod * (1 - p->hz_vod_severe) / left;
}

/* One judgement in lane l, by the first two words of its stream. */
static void judge(eng_course_t *c, int l, const risk_t *risk, purpose_t purpose, int32_t tick, eng_rng_t *rng)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double now = (double)tick / ENG_TICKS_PER_DAY, x = p->hz_toxicity * sum(risk) * (double)t->toxicity_factor[l];
    const double fatal = -eng_expm1(-x), severe = -eng_expm1(-x * p->hz_organ_toxicity);
    const double u = eng_uniform(eng_rng_next(rng)), wait = p->hz_toxicity_delay * eng_sample_exponential(eng_rng_next(rng));
    const real day = (real)((now > 0 ? now : 0) + wait);
    const bool lives = now < (double)t->t_death[l]; /* until now */
    bool worse = u < severe;

    if (worse && lives) {
        t->t_organ[l] = at_most(t->t_organ[l], day);
    }
    if (u < fatal) {
        eng_rng_t organs = words_at(c, l, ENG_CHANNEL_ORGANS, tick, purpose);
        fatal_at(c, l, risk, fatal, &organs, day);
    } else if (risk->vod > 0) {
        worse = survived_vod(c, l, risk, fatal, (u - fatal) / (1 - fatal), day) || worse;
    }
    t->num_severe[l] += worse && lives ? 1 : 0;
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
static void mucositis(eng_course_t *c, int l, double intensity, int32_t tick, eng_rng_t *rng)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double z = eng_sample_normal(eng_rng_next(rng));
    const double grade = SEVERE + eng_floor(eng_log(intensity / p->hz_mucositis_severe) / p->hz_mucositis_spread + z);
    const bool lives = (double)tick / ENG_TICKS_PER_DAY < (double)t->t_death[l];

    if (lives && grade > (double)t->mucositis[l]) {
        t->mucositis[l] = (real)eng_min(grade, WORST);
    }
    t->num_severe[l] += lives && grade >= SEVERE ? 1 : 0;
}

static double of_antibodies(const eng_course_t *c, int l, double amount, int courses)
{
    const eng_params_t *p = PARAMS(c, l);
    return p->hz_toxicity_globulin * amount
        + (courses > 0 ? p->hz_toxicity_globulin_organ * eng_exp(c->tile->covariate[ENG_COV_ORGAN_SCORE][l]) : 0);
}

void eng_toxicity(eng_course_t *c, const eng_toxicity_t *whole, int32_t tick)
{
    eng_tile_t *t = c->tile;
    const int capacity = eng_covariate_find(c->body->disease, "fvc");

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        if (!(t->treated[l] > 0)) {
            continue;
        }
        risk_t risk = { .vod = vod_risk(c, l, whole->intensity) };
        eng_rng_t rng = words_at(c, l, ENG_CHANNEL_TOXICITY, tick, CONDITIONING);
        add_agents(c, l, whole, capacity, &risk);
        risk.organ[ENG_ORGAN_OTHER] += of_antibodies(c, l, whole->antibody, whole->antibodies);
        risk.organ[ENG_ORGAN_OTHER] += t->covariate[ENG_COV_HCT_CI][l] >= 1 ? p->hz_toxicity_bowel : 0;
        t->toxic[l] = whole->intensity > p->hz_toxic_intensity ? 1 : t->toxic[l]; /* a weaker one later heals nothing */
        judge(c, l, &risk, CONDITIONING, tick, &rng);
        mucositis(c, l, whole->intensity, tick, &rng);
    }
}

/* --- other treatment ------------------------------------------------------------------------------------------------- */

static void judge_alone(eng_course_t *c, int l, eng_organ_t organ, double risk, purpose_t purpose, int32_t tick)
{
    risk_t of_organ = { .vod = 0 };
    eng_rng_t rng = words_at(c, l, ENG_CHANNEL_TOXICITY, tick, purpose);

    of_organ.organ[organ] = risk;
    judge(c, l, &of_organ, purpose, tick, &rng);
}

void eng_toxicity_of_antibody(eng_course_t *c, double amount, bool globulin, int32_t tick)
{
    for (int l = 0; l < ENG_LANES; l++) {
        if (c->tile->treated[l] > 0) {
            const double risk = globulin ? of_antibodies(c, l, amount, 1) : PARAMS(c, l)->hz_toxicity_alemtuzumab;
            judge_alone(c, l, ENG_ORGAN_OTHER, risk, ANTIBODY, tick);
        }
    }
}

void eng_toxicity_of_mobilisation(eng_course_t *c, double dose, int32_t tick)
{
    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        if (c->tile->treated[l] > 0) {
            const double heart = eng_exp(p->hz_toxicity_heart * c->tile->covariate[ENG_COV_ORGAN_SCORE][l]);
            judge_alone(c, l, ENG_ORGAN_HEART, p->hz_toxicity_mobilisation * dose * heart, MOBILISATION, tick);
        }
    }
}
