/**
 * Infections, when one comes (MODEL section 9): its kind, how severe it is, whether it is fatal.  Kinds are labels of the bacterial and the
 * viral hazard, drawn by event number, independently of the rest: hazards and deaths do not depend on them.
 */
#include "model/lanes/infections.h"

#include "base/sample.h"

#define HALF_WORD 32 /* bits */

static void first(real *day, real now)
{
    *day = at_most(*day, now);
}

static void severe(eng_tile_t *t, int l, real now)
{
    first(&t->t_severe[l], now);
    t->num_severe_infections[l] += 1;
    t->num_severe[l] += 1;
}

/* --- bacteria and fungi ------------------------------------------------------------------------------------------------ */

void eng_bacterial_infection(eng_course_t *c, int l, real now)
{
    eng_tile_t *t = c->tile;
    const uint32_t number = t->count_bacterial[l]++;
    const double days = (double)t->neutropenic_days[l];
    const eng_params_t *p = PARAMS(c, l);
    const double fatal = p->hz_bacterial_fatality * (double)t->frail[l] * (1 + p->hz_toxic_fatality * (double)t->toxic[l])
        * (1 + days * days / (p->hz_neutropenic_days * p->hz_neutropenic_days));
    const double steroids = eng_min(1, (double)c->signal[ENG_SIGNAL_opportunistic][l]);
    const double fungi = p->hz_fungal + (p->hz_fungal_steroids - p->hz_fungal) * steroids;
    uint64_t fate, word;
    eng_event_words(c, l, ENG_CHANNEL_BACTERIAL_FATALITY, number, &fate, &word);
    const double kind = eng_uniform(word), grade = eng_uniform(word << HALF_WORD);
    const bool fungal = kind < fungi, blood = !fungal && kind >= 1 - p->hz_bacteraemia;
    const bool kills = eng_uniform(fate) < fatal;

    t->left_bacterial[l] += eng_threshold(c, l, ENG_CHANNEL_BACTERIAL, number + 1);
    first(&t->t_infection[l], now);
    if (fungal || blood) {
        first(fungal ? &t->t_fungal[l] : &t->t_bacteraemia[l], now);
    }
    if (fungal || blood || kills || grade < p->hz_severe_bacterial) {
        severe(t, l, now);
    }
    if (kills) {
        eng_death_at(t, l, now + (real)p->hz_bacterial_delay, fungal ? ENG_CAUSE_FUNGAL : ENG_CAUSE_BACTERIAL);
    }
}

/* --- viruses ------------------------------------------------------------------------------------------------------------ */

typedef enum { OTHER, CMV, EBV, ZOSTER, PREVENTED } virus_t;

/* Shares of an infection that comes now; what is left is other viruses. */
typedef struct {
    double cmv, ebv, zoster;
} shares_t;

/* Of the hazard as it stands: what belongs to lymphopenia, and of that what carriers of CMV have more. */
static shares_t shares_now(const eng_course_t *c, int l)
{
    const eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double cd4 = (double)(c->signals->fill4[l] * t->cd4_healthy[l]) / p->hz_cd4_half;
    const double low = (double)t->viral_lymphopenia[l] / (1 + cd4 * cd4), all = low + p->hz_viral_base;
    const double of_cmv = t->covariate[ENG_COV_CMV][l] > 0 ? p->hz_viral_cmv : 0, of_low = p->hz_viral + of_cmv;
    const double lymphopenia = all > 0 ? low / all : 0, cmv = of_low > 0 ? of_cmv / of_low : 0;
    const double ebv = p->hz_ebv * (1 + p->hz_ebv_globulin * (double)t->graft_antibody[l]);
    return (shares_t){ .cmv = lymphopenia * cmv, .ebv = lymphopenia * (1 - cmv) * eng_min(ebv, 1 - p->hz_zoster),
        .zoster = lymphopenia * (1 - cmv) * p->hz_zoster };
}

static virus_t kind_of(const shares_t *share, double u, double cmv_left)
{
    if (u < share->cmv) {
        return u < share->cmv * cmv_left ? CMV : PREVENTED;
    }
    u -= share->cmv;
    return u < share->ebv ? EBV : u < share->ebv + share->zoster ? ZOSTER : OTHER;
}

/* Lymphoproliferative disease: u is uniform, given an EBV infection. */
static void lymphoproliferation(eng_course_t *c, int l, real now, uint32_t number, double u)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const double selected = now < t->selected_until[l] ? p->hz_ptld_depletion : 1;
    const double antibody = (double)t->graft_antibody[l] > p->hz_ptld_antibody ? p->hz_ptld_depletion : 1;

    if (t->count_conditioning[l] > 0 && u < p->hz_ptld * selected * antibody) { /* after a transplant: what anybody has is rarer by far */
        first(&t->t_ptld[l], now);
        t->num_severe[l] += 1;
        if (eng_uniform(eng_event_word(c, l, ENG_CHANNEL_LYMPHOPROLIFERATION, 2 * number)) < p->hz_ptld_fatality) {
            const double wait = eng_sample_exponential(eng_event_word(c, l, ENG_CHANNEL_LYMPHOPROLIFERATION, 2 * number + 1));
            eng_death_at(t, l, now + (real)(p->hz_ptld_delay * wait), ENG_CAUSE_PTLD);
        }
    }
}

/* What an infection of a kind is, beside an infection. */
static void label(eng_course_t *c, int l, real now, uint32_t number, const shares_t *share, double u)
{
    eng_tile_t *t = c->tile;

    switch (kind_of(share, u, (double)c->signal[ENG_SIGNAL_cmv][l])) {
    case CMV:
        first(&t->t_cmv[l], now);
        break;
    case EBV:
        first(&t->t_ebv[l], now);
        lymphoproliferation(c, l, now, number, (u - share->cmv) / share->ebv);
        break;
    case ZOSTER:
        first(&t->t_zoster[l], now);
        break;
    default:
        break;
    }
}

void eng_viral_infection(eng_course_t *c, int l, real now)
{
    eng_tile_t *t = c->tile;
    const uint32_t number = t->count_viral[l]++;
    const eng_params_t *p = PARAMS(c, l);
    const double fatal = p->hz_viral_fatality * (double)t->frail[l];
    const shares_t share = shares_now(c, l);
    uint64_t fate, word;
    eng_event_words(c, l, ENG_CHANNEL_VIRAL_FATALITY, number, &fate, &word);
    const double kind = eng_uniform(word), grade = eng_uniform(word << HALF_WORD);

    t->left_viral[l] += eng_threshold(c, l, ENG_CHANNEL_VIRAL, number + 1);
    if (kind_of(&share, kind, (double)c->signal[ENG_SIGNAL_cmv][l]) == PREVENTED) {
        t->num_prevented[l] += 1;
        return;
    }
    const bool kills = eng_uniform(fate) < fatal;
    first(&t->t_infection[l], now);
    label(c, l, now, number, &share, kind);
    if (kills || grade < p->hz_severe_viral) {
        severe(t, l, now);
    }
    if (kills) {
        eng_death_at(t, l, now + (real)p->hz_viral_delay, kind < share.cmv ? ENG_CAUSE_CMV : ENG_CAUSE_VIRAL);
    }
    CALL_WITH(c, infected, l, number);
}
