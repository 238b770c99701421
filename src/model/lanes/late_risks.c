/**
 * What conditioning may bring later (MODEL section 9): MDS or AML, solid cancer, secondary autoimmunity, loss of gonads.  Each conditioning
 * brings its own risk; of several days the first counts.
 */
#include "model/lanes/risks.h"
#include "model/lanes/step.h"

#include "base/sample.h"
#include <math.h>

static eng_rng_t words_from(const eng_course_t *c, int l, eng_channel_t channel, uint32_t first)
{
    eng_rng_t rng;
    eng_rng_open(&rng, c->seed, c->tile->patient[l], channel, c->tile->point[l], c->tile->variant[l]);
    eng_rng_advance(&rng, first);
    return rng;
}

static void malignancy(eng_course_t *c, int l, uint32_t number, bool irradiated, double now)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double rate = p->hz_secondary_malignancy * (irradiated ? p->hz_malignancy_tbi : 1);

    if (rate > 0) {
        eng_rng_t rng = words_from(c, l, ENG_CHANNEL_SECONDARY_MALIGNANCY, 2 * number);
        const double wait = eng_sample_exponential(eng_rng_next(&rng)) / rate;
        const double when = now + p->hz_malignancy_onset * ENG_DAYS_PER_YEAR + wait;
        const bool fatal = eng_uniform(eng_rng_next(&rng)) < p->hz_malignancy_fatality;
        if (when < FAR_DAY) {
            t->t_malignancy[l] = at_most(t->t_malignancy[l], (real)when);
            if (fatal) {
                eng_death_at(t, l, (real)(when + p->hz_malignancy_survival * ENG_DAYS_PER_YEAR), ENG_CAUSE_SECONDARY_MALIGNANCY);
            }
        }
    }
}

/* A hazard that rises in proportion to time: its integral is rate t^2 / 2. */
static void second_cancer(eng_course_t *c, int l, eng_rng_t *rng, bool irradiated, double now)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double rate = p->hz_second_cancer / ENG_DAYS_PER_YEAR * (irradiated ? p->hz_second_cancer_tbi : p->hz_second_cancer_drugs);

    if (rate > 0) {
        const double threshold = eng_sample_exponential(eng_rng_next(rng));
        const bool fatal = eng_uniform(eng_rng_next(rng)) < p->hz_second_cancer_fatality;
        const double when = now + sqrt(2 * threshold / rate);
        if (when < FAR_DAY) {
            t->t_cancer[l] = at_most(t->t_cancer[l], (real)when);
            if (fatal) {
                eng_death_at(t, l, (real)(when + p->hz_second_cancer_survival * ENG_DAYS_PER_YEAR), ENG_CAUSE_SECOND_CANCER);
            }
        }
    }
}

static void autoimmunity(eng_course_t *c, int l, uint32_t number, double lymphoid, double now)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);

    if (lymphoid >= p->hz_autoimmunity_kill && p->hz_secondary_autoimmunity > 0) {
        const double rate = p->hz_secondary_autoimmunity / ENG_DAYS_PER_YEAR;
        const uint64_t word = eng_event_word(c, l, ENG_CHANNEL_SECONDARY_AUTOIMMUNITY, number);
        const double day = now + p->hz_autoimmunity_onset * ENG_DAYS_PER_YEAR + eng_sample_exponential(word) / rate;
        if (day < now + p->hz_autoimmunity_end * ENG_DAYS_PER_YEAR) {
            t->t_autoimmunity[l] = at_most(t->t_autoimmunity[l], (real)day);
        }
    }
}

/* What a patient's gonads bear is one number: alkylators add up until they pass it. */
static void gonads(eng_course_t *c, int l, const eng_toxicity_t *whole, double bears, double now)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double age = t->covariate[ENG_COV_AGE][l], years = age - ENG_REFERENCE_AGE;
    const bool woman = t->covariate[ENG_COV_FEMALE][l] > 0;
    double dose = 0;

    for (int j = 0; j < ENG_NUM_AGENTS; j++) {
        dose += whole->dose[j] * eng_agent_rows[j].gonads;
    }
    t->alkylator[l] += (real)dose;
    const double base = woman ? p->hz_infertility_women + p->hz_infertility_age * years : p->hz_infertility_men + p->hz_infertility_age_men * years;
    const double odds = eng_exp(base + p->hz_infertility_dose * ((double)t->alkylator[l] - 1));
    if (dose > 0 && !(woman && age > ENG_MENOPAUSE) && bears < odds / (1 + odds)) {
        t->t_infertile[l] = at_most(t->t_infertile[l], (real)(now > 0 ? now : 0));
    }
}

void eng_late_risks(eng_course_t *c, const eng_toxicity_t *whole, int32_t tick)
{
    eng_tile_t *t = c->tile;
    const double now = (double)tick / ENG_TICKS_PER_DAY;

    for (int l = 0; l < ENG_LANES; l++) {
        if (!(t->treated[l] > 0)) {
            continue;
        }
        const uint32_t number = t->count_conditioning[l]++;
        malignancy(c, l, number, whole->irradiated, now);
        autoimmunity(c, l, number, whole->lymphoid, now);
        eng_rng_t rng = words_from(c, l, ENG_CHANNEL_LATE_EFFECTS, 0);
        gonads(c, l, whole, eng_uniform(eng_rng_next(&rng)), now);
        eng_rng_advance(&rng, 2 * number);
        second_cancer(c, l, &rng, whole->irradiated, now);
    }
}
