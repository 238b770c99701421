/**
 * Drugs in lanes (MODEL section 6.3): exposure by class, what of it acts on signals, who responds and for how long.
 */
#include "model/action_data.h"
#include "model/lanes/step.h"

#include "base/sample.h"

static double drug_value(const eng_params_t *params, size_t param, double absent)
{
    const double *values = (const double *)(const void *)params;
    return param == ENG_NO_PARAM ? absent : values[param / sizeof(double)];
}

/* A factor is the product over classes of what each leaves; a sum their sum. */
static void refresh_signal(eng_course_t *c, int signal)
{
    const real today = (real)c->row->t;
    eng_tile_t *t = c->tile;
    const rates_t *k = RATES(c);
    real *const row = eng_drug_signal(t, signal);
    const int factor = ENG_SIGNAL_FACTORS >> signal & 1, sure = ENG_SIGNAL_SURE >> signal & 1, whole = ENG_SIGNAL_WHOLE >> signal & 1;

    FOR_LANES
    {
        row[l] = (real)factor;
    }
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &c->slot[j];
        const real *effects = eng_slot_effect(c, j, signal), *b_kills = eng_slot_effect(c, j, ENG_SIGNAL_b_kill);
        FOR_LANES
        {
            const real exposure = at_most(slot->exposure[l], 1), effect = effects[l], response = slot->response[l], spares = slot->spares[l];
            const int given = whole & (slot->drug[l] > 0) & (today < slot->until[l]);
            const real C = given ? 1 : exposure;
            /* read first: a load under a condition is no vector */
            const real r = sure ? 1 : whole ? spares : response, b_kill = b_kills[l], lack = max0(1 - TOTAL(&t->cells, b_naive));
            const real missing = b_kill > 0 ? lack : 0;
            const real acts = C > missing ? C : missing; /* anti-CD20 acts on attacks while naive B cells are missing */
            const real left = row[l] * (1 - at_most(effect * (acts * r), LANE(k->drug_most))), sum = row[l] + effect * (C * r);
            row[l] = factor ? left : sum;
        }
    }
}

static void refresh_drugs(eng_course_t *c)
{
    for (eng_signal_set_t left = c->plan->writes; left != 0; left &= left - 1) {
        refresh_signal(c, __builtin_ctzll(left));
    }
}

/* Word of a class in a channel of response: after each reset it lies 2^32 further on. */
static uint64_t response_word(const eng_course_t *c, int l, eng_channel_t channel, uint32_t k)
{
    const uint64_t resets = (uint64_t)c->tile->num_resets[l];
    eng_rng_t rng;

    if (resets == 0) {
        return eng_event_word(c, l, channel, k);
    }
    eng_course_stream(c, l, channel, &rng);
    eng_rng_advance(&rng, (eng_u128_t)resets << 32 | k);
    return eng_rng_next(&rng);
}

/*
 * Does the patient respond to this class, and until when?  The first drug of a class draws; later ones find the same, until a reset,
 * after which lines of therapy count no more.  How large an effect is in the patient stays.
 */
static void draw_response(eng_course_t *c, eng_slot_t *slot, int l, const eng_drug_t *drug, uint32_t class_number)
{
    const eng_params_t *p = PARAMS(c, l);
    const double lines = c->tile->num_resets[l] > 0 ? 0 : c->tile->covariate[ENG_COV_PRIOR_LINES][l];
    double r = 1, spares = 1;

    if (drug->responders != ENG_NO_PARAM) {
        const double share = drug_value(p, drug->responders, 1) * eng_pow(p->response_line, lines);
        const double u = eng_uniform(response_word(c, l, ENG_CHANNEL_RESPONSE, 2 * class_number));
        const double z = eng_sample_normal(eng_event_word(c, l, ENG_CHANNEL_RESPONSE, 2 * class_number + 1));
        r = (u < share ? 1 : p->response_partial) * eng_max(p->response_least, 1 + p->response_spread * z);
        spares = u < share ? 1 : p->response_damage;
    }
    if (slot->drug[l] <= 0) {
        const double left = eng_sample_exponential(response_word(c, l, ENG_CHANNEL_RESPONSE_LOSS, class_number));
        slot->left_loss[l] = drug->loss == ENG_NO_PARAM ? ENG_DAY_NEVER : (real)left;
    }
    slot->response[l] = (real)(slot->left_loss[l] > 0 ? r : r * p->response_partial);
    slot->spares[l] = (real)(slot->left_loss[l] > 0 ? spares : p->response_damage);
    slot->loss[l] = (real)(drug_value(p, drug->loss, 0) / ENG_DAYS_PER_YEAR);
}

/* Effects of a drug in a lane, as the row says, at the lane's point. */
static void take_effects(const eng_course_t *c, int slot, int l, const eng_drug_t *drug, const char *class_name)
{
    const eng_params_t *p = PARAMS(c, l);

    for (eng_signal_set_t left = c->body->drug_signals; left != 0; left &= left - 1) {
        eng_slot_effect(c, slot, __builtin_ctzll(left))[l] = 0;
    }
    for (int j = 0; j < drug->num_effects; j++) {
        const eng_effect_t *effect = &drug->effect[j];
        const double scale = ENG_SIGNAL_SCALED >> effect->signal & 1 ? p->drug_scale : 1;
        if (effect->only == NULL || strcmp(effect->only, class_name) == 0) {
            eng_slot_effect(c, slot, (int)effect->signal)[l] = (real)(scale * drug_value(p, effect->param, 0));
        }
    }
}

/* What a drug is in a lane at the parameters of its point. */
static void take_drug(eng_course_t *c, eng_slot_t *slot, int l, int drug_index, int class_index)
{
    const eng_drug_t *drug = c->plan->drugs[drug_index]->data;
    const char *class_name = c->plan->slots[class_index];

    draw_response(c, slot, l, drug, eng_drug_class_number(class_name));
    slot->drug[l] = (real)(drug_index + 1);
    take_effects(c, class_index, l, drug, class_name);
}

void eng_drug_start(eng_course_t *c, int slot_index, int drug_index, real until, real taper, const real *lanes)
{
    eng_slot_t *slot = &c->slot[slot_index];
    const eng_drug_t *drug = c->plan->drugs[drug_index]->data;
    const real onset = drug->onset > 0 ? (real)-eng_expm1(-1 / drug->onset) : 1;
    const bool dose = !(until > (real)c->row->t); /* is there at once */
    const real keep = drug->half_life > 0 ? (real)eng_exp(-ENG_LN2 / drug->half_life) : 0;
    const real fall = taper > 0 ? 1 / taper : 0;

    for (int l = 0; l < ENG_LANES; l++) {
        if (!(lanes[l] > 0)) {
            continue;
        }
        take_drug(c, slot, l, drug_index, slot_index);
        slot->exposure[l] = dose ? 1 : fma_real(onset, 1 - slot->exposure[l], slot->exposure[l]); /* the class goes on */
        slot->onset[l] = onset;
        slot->until[l] = until;
        slot->keep[l] = keep;
        slot->taper[l] = fall;
    }
    refresh_drugs(c);
    c->tile->drugs_change = -ENG_DAY_NEVER;
}

/* Whoever is reset responds anew: to what is taken now, and to what will be. */
void eng_drugs_reset(eng_course_t *c, int l)
{
    c->tile->num_resets[l] += 1;
    for (int j = 0; j < c->plan->num_slots; j++) {
        eng_slot_t *slot = &c->slot[j];
        const int taken = (int)slot->drug[l] - 1;
        slot->drug[l] = 0;
        if (taken >= 0) {
            draw_response(c, slot, l, c->plan->drugs[taken]->data, eng_drug_class_number(c->plan->slots[j]));
            slot->drug[l] = (real)(taken + 1);
        }
    }
    refresh_drugs(c);
    c->tile->drugs_change = -ENG_DAY_NEVER;
}

/* Drugs of the run-in were started at nominal parameters: they go on at the point's. */
void eng_drugs_enter(eng_course_t *c, int first, int end)
{
    for (int j = 0; j < c->plan->num_slots; j++) {
        eng_slot_t *slot = &c->slot[j];
        for (int l = first; l < end; l++) {
            if (slot->drug[l] > 0) {
                take_drug(c, slot, l, (int)slot->drug[l] - 1, j);
            }
        }
    }
}

void eng_drug_stop(eng_course_t *c, int slot_index, int drug_index, real now)
{
    eng_slot_t *slot = &c->slot[slot_index];
    const real drug = (real)(drug_index + 1);
    FOR_LANES
    {
        slot->until[l] = slot->drug[l] == drug ? at_most(slot->until[l], now) : slot->until[l];
    }
    c->tile->drugs_change = -ENG_DAY_NEVER;
}

/* The first day on which some exposure will no longer be held; long ago where one rises or falls already. */
static real next_change(const eng_course_t *c, real today)
{
    real next = ENG_DAY_NEVER;
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &c->slot[j];
        for (int l = 0; l < ENG_LANES; l++) {
            const real held = ((today < slot->until[l]) & (slot->exposure[l] >= 1)) ? slot->until[l] : -ENG_DAY_NEVER;
            next = slot->exposure[l] > 0 ? at_most(next, held) : next;
        }
    }
    return next;
}

/* A response may be lost while the drug is taken, from day 0 on; less often beside what keeps antibodies against it from being made. */
static void lose_responses(eng_course_t *c, eng_slot_t *slot, real today)
{
    eng_tile_t *t = c->tile;
    const real *kept = c->signal[ENG_SIGNAL_immunogenicity];

    for (int l = 0; l < ENG_LANES; l++) {
        const int counts = (slot->exposure[l] > 0) & (today < slot->until[l]) & (today >= 0) & (today < t->t_death[l]);
        const real before = slot->left_loss[l], left = before - (counts ? slot->loss[l] * kept[l] : 0);
        slot->left_loss[l] = left;
        if (left <= 0 && before > 0) {
            slot->response[l] *= (real)PARAMS(c, l)->response_partial;
            slot->spares[l] = (real)PARAMS(c, l)->response_damage;
            t->num_losses[l] += 1;
            t->t_loss[l] = at_most(t->t_loss[l], today);
        }
    }
}

/* As a day begins: what is taken rises; what is not any more falls by its half-life, or in a straight line when tapered. */
void eng_drugs_day(eng_course_t *c)
{
    const real today = (real)c->row->t;
    const int daily = c->plan->losses || c->plan->writes & ENG_SIGNAL_BIT(b_kill);

    if (today < c->tile->drugs_change && !daily) { /* all held: nothing moves */
        return;
    }
    for (int j = 0; j < c->plan->num_slots; j++) {
        eng_slot_t *slot = &c->slot[j];
        if (c->plan->losses) {
            lose_responses(c, slot, today);
        }
        FOR_LANES
        {
            const real C = slot->exposure[l], taper = slot->taper[l], keep = slot->keep[l];
            const real less = taper > 0 ? max0(C - taper) : C * keep;
            const real missing = (1 - C) * (1 - slot->onset[l]), more = missing > LEAST_EFFECT ? 1 - missing : 1;
            const real taken = slot->drug[l] > 0 ? more : 0;
            slot->exposure[l] = today < slot->until[l] ? taken : (less > LEAST_EFFECT ? less : 0);
        }
    }
    refresh_drugs(c);
    c->tile->drugs_change = next_change(c, today);
}
