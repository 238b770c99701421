/**
 * Conditioning (MODEL section 6.2): named regimens, which are given as a whole, and single agents, whose kills grow
 * in proportion to the dose and add.
 *
 * Sources.  The kills of regimens and agents are those of docs/MODEL.md: orders of magnitude from their use, assumed or
 * tuned.  NK cells fall as other lymphocytes under single agents.  The intensity c of single agents is assumed so
 * that known combinations come near the named regimens:
 *   cy     0.15 per 50 mg/kg    200 mg/kg: 0.60 as cy200; 120 mg/kg: 0.36 beside 0.45 of cy120_low
 *   mel    0.525 per 140 mg/m2  200 mg/m2: 0.75 as mel200
 *   flu    0.03 per 30 mg/m2    150 mg/m2 with mel 140: 0.675 beside 0.60 of ric
 *   bu     0.15 per 3.2 mg/kg   12.8 mg/kg with cy 120: 0.96 beside 1.00 of mac
 *   tbi    0.0825 per Gy        8 Gy with cy 120: 1.02 beside 1.05 of tbi8_cy120; 2 Gy with flu 90: 0.255 beside 0.25
 *   bcnu_arac_vp16  0.325       with mel 140: 0.85 as beam
 *   treosulfan  0.15 per 14 g/m2  three of them with flu 150: 0.60 as ric
 */
#include "model/lanes/verb.h"

#include "base/sample.h"
#include <math.h>

#ifdef ENG_TABLES

#define MYELOABLATIVE 2.0 /* log10 of stem cells: less than one in a hundred is left */
#define CLASS_GAP 30.0    /* doses within so many days make one conditioning (toxicity, R48) */

/* Order of the columns: stem, progenitor, lymphoid, nk (log10); intensity; reference dose; tbi; linear-quadratic. */
static const eng_regimen_t cy200 = { 1.0, 4.7, 3.3, 3.3, 0.60, 0, false, false };
static const eng_regimen_t cy120_low = { 0.8, 3.0, 2.3, 2.1, 0.45, 0, false, false };
static const eng_regimen_t beam = { 2.5, 4.5, 3.6, 3.2, 0.85, 0, false, false };
static const eng_regimen_t tbi8_cy120 = { 2.5, 4.5, 3.6, 3.2, 1.05, 0, true, false };
static const eng_regimen_t mac = { 4.5, 5.0, 3.6, 3.5, 1.00, 0, false, false };
static const eng_regimen_t mel200 = { 2.5, 4.8, 2.5, 3.0, 0.75, 0, false, false };
static const eng_regimen_t ric = { 2.0, 4.0, 3.0, 2.8, 0.60, 0, false, false };
static const eng_regimen_t nma_flu_tbi2 = { 0.3, 1.5, 2.5, 1.2, 0.25, 0, true, false };
static const eng_regimen_t none = { 0, 0, 0, 0, 0, 0, false, false };

static const eng_regimen_t cy = { 0.25, 1.15, 0.8, 0.8, 0.15, 50, false, false };
static const eng_regimen_t bu = { 1.0, 0.9, 0.1, 0.1, 0.15, 3.2, false, false };
static const eng_regimen_t mel = { 1.2, 3.2, 1.6, 1.6, 0.525, 140, false, false };
static const eng_regimen_t flu = { 0, 0.15, 0.45, 0.45, 0.03, 30, false, false };
static const eng_regimen_t bcnu_arac_vp16 = { 1.0, 2.2, 1.5, 1.5, 0.325, 0, false, false };
static const eng_regimen_t treosulfan = { 1.2, 1.3, 0.4, 0.4, 0.15, 14000, false, false };

/* Irradiation: the first four columns are alpha in 1/Gy; beta in 1/Gy2, in the same order, stands below. */
static const eng_regimen_t tbi = { 0.9, 1.1, 1.2, 1.2, 0.0825, 1, true, true };
static const double tbi_beta[4] = { 0.05, 0.05, 0.06, 0.06 };

#define DOSE(dimension, low, high, help) { "dose", dimension, low, high, NAN, false, NULL, help }
static const eng_arg_row_t cy_args[] = { DOSE(ENG_DIM_DOSE_MASS, 1, 240, "whole dose") };
static const eng_arg_row_t bu_args[] = { DOSE(ENG_DIM_DOSE_MASS, 0.1, 20, "whole intravenous dose") };
static const eng_arg_row_t mel_args[] = { DOSE(ENG_DIM_DOSE_SURFACE, 10, 300, "whole dose") };
static const eng_arg_row_t flu_args[] = { DOSE(ENG_DIM_DOSE_SURFACE, 5, 250, "whole dose") };
static const eng_arg_row_t treosulfan_args[] = { DOSE(ENG_DIM_DOSE_SURFACE, 1000, 50000, "whole dose") };
static const eng_arg_row_t tbi_args[] = {
    DOSE(ENG_DIM_GRAY, 0.5, 16, "whole dose"),
    { "fraction", ENG_DIM_GRAY, 0.1, 10, 2, false, NULL, "dose of one fraction; at most the whole dose counts" },
};

#define REGIMEN(name, myeloablative, source, help)                                                                     \
    { ENG_VERB_CONDITION, #name, ENG_ACTS_ONCE, NULL, 0, "", true, myeloablative, true, &name, source, help }
#define AGENT(name, help)                                                                                              \
    { ENG_VERB_CONDITION, #name, ENG_ACTS_ONCE, name##_args, ENG_COUNT_OF(name##_args), "", true, false, true, &name,      \
        "A", help }

/* `none` opens no window: nothing happens. */
static const eng_noun_t nouns[] = {
    REGIMEN(cy200, false, "T", "cyclophosphamide 200 mg/kg; ATG is an action of its own"),
    REGIMEN(cy120_low, false, "T", "cyclophosphamide 120 mg/kg, low intensity"),
    REGIMEN(beam, true, "T", "carmustine, etoposide, cytarabine, melphalan"),
    REGIMEN(tbi8_cy120, true, "T", "irradiation 8 Gy, cyclophosphamide 120 mg/kg"),
    REGIMEN(mac, true, "T", "full myeloablation: BuCy, Cy/TBI 12 Gy or BuFlu4"),
    REGIMEN(mel200, true, "T", "melphalan 200 mg/m2"),
    REGIMEN(ric, true, "T", "reduced intensity: FluMel, FluBu2 or FluCyTBI2"),
    REGIMEN(nma_flu_tbi2, false, "T", "fludarabine and irradiation 2 Gy, not myeloablative"),
    { ENG_VERB_CONDITION, "none", ENG_ACTS_ONCE, NULL, 0, "", false, false, true, &none, "D", "no conditioning" },
    AGENT(cy, "cyclophosphamide"),
    AGENT(bu, "busulfan"),
    AGENT(mel, "melphalan"),
    AGENT(flu, "fludarabine"),
    REGIMEN(bcnu_arac_vp16, false, "A", "carmustine 300 mg/m2, cytarabine and etoposide: BEAM without melphalan"),
    AGENT(treosulfan, "treosulfan"),
    AGENT(tbi, "whole-body irradiation, by the linear-quadratic law"),
};

static double
radiation(double alpha, double beta, double dose, double fraction)
{
    return (alpha * dose + beta * dose * fraction) / ENG_LN10;
}

eng_kill_t
eng_regimen_kill(const eng_action_t *action)
{
    const eng_regimen_t *regimen = action->noun->data;
    double share = regimen->reference > 0 ? action->arg[0] / regimen->reference : 1, dose, fraction;

    if (regimen->linear_quadratic) {
        dose = action->arg[0];
        fraction = action->arg[1] < dose ? action->arg[1] : dose;
        return (eng_kill_t){ .stem = radiation(regimen->stem, tbi_beta[0], dose, fraction),
            .progenitor = radiation(regimen->progenitor, tbi_beta[1], dose, fraction),
            .lymphoid = radiation(regimen->lymphoid, tbi_beta[2], dose, fraction),
            .nk = radiation(regimen->nk, tbi_beta[3], dose, fraction),
            .intensity = share * regimen->intensity };
    }
    return (eng_kill_t){ .stem = share * regimen->stem,
        .progenitor = share * regimen->progenitor,
        .lymphoid = share * regimen->lymphoid,
        .nk = share * regimen->nk,
        .intensity = share * regimen->intensity };
}

/* --- the calendar ----------------------------------------------------------------------------------------- */

static int
expand(const eng_expansion_t *e)
{
    const eng_regimen_t *regimen = e->action->noun->data;
    const int days = eng_action_days(e->action);
    const eng_kill_t kill = eng_regimen_kill(e->action);
    const eng_conditioning_t part = { .kill = { .stem = kill.stem / days, .progenitor = kill.progenitor / days,
        .lymphoid = kill.lymphoid / days, .nk = kill.nk / days, .intensity = kill.intensity / days },
        .share = 1.0 / days, .tbi = regimen->tbi };
    const eng_op_t op = { .window = e->action->noun->window,
        .marrow = part.kill.stem > 0 || part.kill.progenitor > 0, .transplant = true };

    return eng_plan_add_daily(e, op, &part, sizeof(part));
}

static void
close_conditioning(const eng_op_t *last, double intensity, double lymphoid, bool irradiated)
{
    eng_conditioning_t *dose = last->what;

    dose->toxicity = intensity;
    dose->whole_lymphoid = lymphoid;
    dose->tbi = irradiated;
}

/* The toxicity and late risks of a conditioning are judged once, on its last dose, for the sum of its doses. */
static void
judge_toxicity(eng_plan_t *plan)
{
    double sum = 0, lymphoid = 0;
    bool irradiated = false;
    const eng_op_t *last = NULL;
    int j;

    for (j = 0; j < plan->num_ops; j++) {
        const eng_op_t *op = &plan->ops[j];
        const eng_conditioning_t *dose = op->what;

        if (op->kind != ENG_KIND_condition) {
            continue;
        }
        const bool judged = last != NULL && last->tick < op->seen; /* it had been given when a rule asked for this one */
        if (last != NULL && (judged || op->tick - last->tick > CLASS_GAP * ENG_TICKS_PER_DAY)) {
            close_conditioning(last, sum, lymphoid, irradiated);
            sum = lymphoid = 0;
            irradiated = false;
        }
        sum += dose->kill.intensity;
        lymphoid += dose->kill.lymphoid;
        irradiated = irradiated || dose->tbi;
        last = op;
    }
    if (last != NULL) {
        close_conditioning(last, sum, lymphoid, irradiated);
    }
}

/* --- checks ----------------------------------------------------------------------------------------------- */

static int32_t
last_dose(const eng_action_t *action)
{
    return action->tick + (eng_action_days(action) - 1) * ENG_TICKS_PER_DAY;
}

static bool
follows_graft(const eng_check_t *check, int j)
{
    int k;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (eng_check_is_dated(check, k, ENG_VERB_GRAFT) &&
            (eng_check_at(check, k)->tick > last_dose(eng_check_at(check, j)) ||
                (eng_check_at(check, k)->tick == last_dose(eng_check_at(check, j)) && j < k))) {
            return true;
        }
    }
    return false;
}

/* All conditioning that no graft follows, taken together. */
static void
check_myeloablation(eng_check_t *check)
{
    double stem = 0;
    bool flagged = false;
    int j, last = -1;

    for (j = 0; j < check->protocol->num_actions; j++) {
        if (eng_check_is_dated(check, j, ENG_VERB_CONDITION) && !follows_graft(check, j)) {
            stem += eng_regimen_kill(eng_check_at(check, j)).stem;
            flagged = flagged || eng_check_at(check, j)->noun->myeloablative;
            last = last < 0 || eng_check_before(check, last, j) ? j : last;
        }
    }
    if (flagged || stem >= MYELOABLATIVE) {
        eng_check_tell(check, last, true,
            "conditioning kills %.2g log10 of the stem cells and no graft follows it: add one such as "
            "'{at: 0 d, graft: pb, donor: auto}'",
            stem);
    }
}

/* Conditioning on an event that no graft on that event follows, or not every time. */
static void
check_rule(eng_check_t *check, int j)
{
    const eng_action_t *action = eng_check_at(check, j);
    const int graft = eng_check_find_rule(check, j, ENG_VERB_GRAFT, -1);
    double stem = 0;
    bool flagged = false;
    int k;

    for (k = 0; k < check->protocol->num_actions; k++) {
        if (eng_check_is_rule(check, k, ENG_VERB_CONDITION) && eng_check_at(check, k)->event == action->event) {
            stem += eng_regimen_kill(eng_check_at(check, k)).stem;
            flagged = flagged || eng_check_at(check, k)->noun->myeloablative;
        }
    }
    if (!flagged && stem < MYELOABLATIVE) {
        return;
    }
    if (graft < 0 || eng_check_at(check, graft)->after < action->after + (eng_action_days(action) - 1)) {
        eng_check_tell(check, j, true,
            "conditioning kills %.2g log10 of the stem cells and no graft follows it: add one such as "
            "'{when: %s, after: %g d, graft: pb, donor: auto}'",
            stem, eng_event_name(check->disease, (int)action->event), action->after + eng_action_days(action));
    } else if (eng_check_at(check, graft)->times < action->times) {
        eng_check_tell(check, j, true, "this acts up to %d times, the graft after it up to %d: give both the same 'times'",
            action->times, eng_check_at(check, graft)->times);
    }
}

static void
check_condition(eng_check_t *check, int j)
{
    if (eng_check_at(check, j)->on_event) {
        check_rule(check, j);
    }
}

const eng_action_kind_t eng_action_condition = { .verb = ENG_VERB_CONDITION,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .expand = expand,
    .finish = judge_toxicity,
    .check = check_condition,
    .check_all = check_myeloablation };

#endif

/* Each conditioning brings its own risk of a late malignancy and of autoimmunity; of several days the first counts. */
static void late_risks(eng_course_t *c, const eng_conditioning_t *given, double now, int l)
{
    eng_tile_t *t = c->tile;
    const eng_params_t *p = PARAMS(c, l);
    const uint32_t number = t->count_conditioning[l]++;
    const double malignancy = p->hz_secondary_malignancy * (given->tbi ? p->hz_malignancy_tbi : 1);

    if (malignancy > 0) {
        const double wait = eng_sample_exponential(eng_event_word(c, l, ENG_CHANNEL_SECONDARY_MALIGNANCY, 2 * number)) / malignancy;
        const double when = now + p->hz_malignancy_onset * ENG_DAYS_PER_YEAR + wait;
        const bool fatal = eng_uniform(eng_event_word(c, l, ENG_CHANNEL_SECONDARY_MALIGNANCY, 2 * number + 1)) < p->hz_malignancy_fatality;
        if (when < FAR_DAY) {
            t->t_malignancy[l] = at_most(t->t_malignancy[l], (real)when);
            if (fatal) {
                eng_death_at(t, l, (real)(when + p->hz_malignancy_survival * ENG_DAYS_PER_YEAR), ENG_CAUSE_SECONDARY_MALIGNANCY);
            }
        }
    }
    if (given->whole_lymphoid >= p->hz_autoimmunity_kill && p->hz_secondary_autoimmunity > 0) {
        const double rate = p->hz_secondary_autoimmunity / ENG_DAYS_PER_YEAR;
        const uint64_t word = eng_event_word(c, l, ENG_CHANNEL_SECONDARY_AUTOIMMUNITY, number);
        const double day = now + p->hz_autoimmunity_onset * ENG_DAYS_PER_YEAR + eng_sample_exponential(word) / rate;
        if (day < now + p->hz_autoimmunity_end * ENG_DAYS_PER_YEAR) {
            t->t_autoimmunity[l] = at_most(t->t_autoimmunity[l], (real)day);
        }
    }
}

/* Fatal toxicity, and what may come later: judged once for the whole conditioning. */
static void risks(eng_course_t *c, const eng_conditioning_t *given, int32_t tick, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const double now = (double)tick / ENG_TICKS_PER_DAY;

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        eng_rng_t rng;
        if (!(lanes[l] > 0)) {
            continue;
        }
        const double risk = p->hz_toxicity * eng_pow(given->toxicity / p->hz_toxicity_intensity, p->hz_toxicity_exponent);
        t->toxic[l] = given->toxicity > p->hz_toxic_intensity ? 1 : t->toxic[l]; /* a weaker one later heals nothing */
        eng_course_stream(c, l, ENG_CHANNEL_TOXICITY, &rng);
        rng = eng_rng_at(&rng, ENG_TICK_OF_STREAM(tick), 0);
        const bool fatal = eng_uniform(eng_rng_next(&rng)) < risk * (double)t->toxicity_factor[l];
        const double wait = p->hz_toxicity_delay * eng_sample_exponential(eng_rng_next(&rng));
        if (fatal) {
            eng_death_at(t, l, (real)((now > 0 ? now : 0) + wait), ENG_CAUSE_TOXICITY);
        }
        late_risks(c, given, now, l);
        if (given->whole_lymphoid >= p->response_reset) {
            eng_drugs_reset(c, l);
        }
    }
}

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const eng_conditioning_t *given = op->what;

    eng_kill(c, &given->kill, (real)given->share, c->tile->treated);
    if (given->toxicity > 0) {
        risks(c, given, op->tick, c->tile->treated);
    }
}

ENG_ACTION_LANES(condition) = { .apply = apply };
