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
 *   etoposide   0.35 per 60 mg/kg with irradiation of 12 Gy: 1.34, the most toxic of mucosae
 *   thiotepa    0.25 per 10 mg/kg with cy 120: 0.61
 * Their kills are assumed: thiotepa spares lymphocytes and kills stem cells, etoposide kills what divides.
 *
 * Toxicity of organs goes by agents (toxicity.h); of regimens that stand for several, mac is busulfan 12.8 mg/kg with cyclophosphamide 120,
 * ric fludarabine with melphalan.
 */
#include "model/lanes/risks.h"
#include "model/lanes/verb.h"

#include <math.h>

#ifdef ENG_TABLES

#define MYELOABLATIVE 2.0 /* log10 of stem cells: less than one in a hundred is left */

/* Order of the columns: stem, progenitor, lymphoid, nk (log10); intensity; reference dose; tbi; linear-quadratic; agents. */
static const eng_regimen_t cy200 = { 1.0, 4.7, 3.3, 3.3, 0.60, 0, false, false, { { ENG_AGENT_cy, 200 } } };
static const eng_regimen_t cy120_low = { 0.8, 3.0, 2.3, 2.1, 0.45, 0, false, false, { { ENG_AGENT_cy, 120 } } };
static const eng_regimen_t beam = { 2.5, 4.5, 3.6, 3.2, 0.85, 0, false, false, { { ENG_AGENT_bcnu_arac_vp16, 1 }, { ENG_AGENT_mel, 140 } } };
static const eng_regimen_t tbi8_cy120 = { 2.5, 4.5, 3.6, 3.2, 1.05, 0, true, false, { { ENG_AGENT_tbi, 8 }, { ENG_AGENT_cy, 120 } } };
static const eng_regimen_t mac = { 4.5, 5.0, 3.6, 3.5, 1.00, 0, false, false, { { ENG_AGENT_bu, 12.8 }, { ENG_AGENT_cy, 120 } } };
static const eng_regimen_t mel200 = { 2.5, 4.8, 2.5, 3.0, 0.75, 0, false, false, { { ENG_AGENT_mel, 200 } } };
static const eng_regimen_t ric = { 2.0, 4.0, 3.0, 2.8, 0.60, 0, false, false, { { ENG_AGENT_flu, 150 }, { ENG_AGENT_mel, 140 } } };
static const eng_regimen_t nma_flu_tbi2 = { 0.3, 1.5, 2.5, 1.2, 0.25, 0, true, false, { { ENG_AGENT_flu, 90 }, { ENG_AGENT_tbi, 2 } } };
/* Before grafts of donors; NK cells and progenitors as assumed there, by intensity. */
static const eng_regimen_t mac_tcd = { 4.5, 4.5, 4.8, 3.0, 1.00, 0, true, false, { { ENG_AGENT_tbi, 12 }, { ENG_AGENT_thiotepa, 10 }, { ENG_AGENT_cy, 120 } } };
static const eng_regimen_t nma_flu_cy29_tbi2 = { 0.8, 1.35, 3.9, 0.9, 0.30, 0, true, false, { { ENG_AGENT_flu, 150 }, { ENG_AGENT_cy, 29 }, { ENG_AGENT_tbi, 2 } } };
static const eng_regimen_t treo_flu = { 3.0, 3.0, 3.2, 1.8, 0.60, 0, false, false, { { ENG_AGENT_treosulfan, 42000 }, { ENG_AGENT_flu, 150 } } };
static const eng_regimen_t none = { 0, 0, 0, 0, 0, 0, false, false, { { ENG_AGENT_cy, 0 } } };

static const eng_regimen_t cy = { 0.25, 1.15, 0.8, 0.8, 0.15, 50, false, false, { { ENG_AGENT_cy, 50 } } };
static const eng_regimen_t bu = { 1.0, 0.9, 0.1, 0.1, 0.15, 3.2, false, false, { { ENG_AGENT_bu, 3.2 } } };
static const eng_regimen_t mel = { 1.2, 3.2, 1.6, 1.6, 0.525, 140, false, false, { { ENG_AGENT_mel, 140 } } };
static const eng_regimen_t flu = { 0, 0.15, 0.45, 0.45, 0.03, 30, false, false, { { ENG_AGENT_flu, 30 } } };
static const eng_regimen_t bcnu_arac_vp16 = { 1.0, 2.2, 1.5, 1.5, 0.325, 0, false, false, { { ENG_AGENT_bcnu_arac_vp16, 1 } } };
static const eng_regimen_t etoposide = { 0.3, 1.5, 1.0, 1.0, 0.35, 60, false, false, { { ENG_AGENT_etoposide, 60 } } };
static const eng_regimen_t thiotepa = { 1.5, 2.0, 0.8, 0.8, 0.25, 10, false, false, { { ENG_AGENT_thiotepa, 10 } } };
static const eng_regimen_t treosulfan = { 1.2, 1.3, 0.4, 0.4, 0.15, 14000, false, false, { { ENG_AGENT_treosulfan, 14000 } } };

/* Irradiation: the first four columns are alpha in 1/Gy; beta in 1/Gy2, in the same order, stands below. */
static const eng_regimen_t tbi = { 0.9, 1.1, 1.2, 1.2, 0.0825, 1, true, true, { { ENG_AGENT_tbi, 1 } } };
static const double tbi_beta[4] = { 0.05, 0.05, 0.06, 0.06 };

#define DOSE(dimension, low, high, help) { "dose", dimension, low, high, NAN, false, NULL, help }
#define SHIELD { "lung_shield", ENG_DIM_CHOICE, 0, 1, 0, false, "yes no", "are the lungs shielded from irradiation?" }
static const eng_arg_row_t cy_args[] = { DOSE(ENG_DIM_DOSE_MASS, 1, 240, "whole dose") };
static const eng_arg_row_t bu_args[] = { DOSE(ENG_DIM_DOSE_MASS, 0.1, 20, "whole intravenous dose") };
static const eng_arg_row_t mel_args[] = { DOSE(ENG_DIM_DOSE_SURFACE, 10, 300, "whole dose") };
static const eng_arg_row_t flu_args[] = { DOSE(ENG_DIM_DOSE_SURFACE, 5, 250, "whole dose") };
static const eng_arg_row_t etoposide_args[] = { DOSE(ENG_DIM_DOSE_MASS, 5, 80, "whole dose") };
static const eng_arg_row_t thiotepa_args[] = { DOSE(ENG_DIM_DOSE_MASS, 1, 30, "whole dose") };
static const eng_arg_row_t treosulfan_args[] = { DOSE(ENG_DIM_DOSE_SURFACE, 1000, 50000, "whole dose") };
static const eng_arg_row_t tbi_args[] = {
    DOSE(ENG_DIM_GRAY, 0.5, 16, "whole dose"),
    { "fraction", ENG_DIM_GRAY, 0.1, 10, 2, false, NULL, "dose of one fraction; at most the whole dose counts" },
    SHIELD,
};
static const eng_arg_row_t tbi8_cy120_args[] = { SHIELD };

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
    { ENG_VERB_CONDITION, "tbi8_cy120", ENG_ACTS_ONCE, tbi8_cy120_args, 1, "", true, true, true, &tbi8_cy120, "T",
        "irradiation 8 Gy, cyclophosphamide 120 mg/kg" },
    REGIMEN(mac, true, "T", "full myeloablation: BuCy, Cy/TBI 12 Gy or BuFlu4"),
    REGIMEN(mel200, true, "T", "melphalan 200 mg/m2"),
    REGIMEN(ric, true, "T", "reduced intensity: FluMel, FluBu2 or FluCyTBI2"),
    REGIMEN(nma_flu_tbi2, false, "T", "fludarabine and irradiation 2 Gy, not myeloablative"),
    { ENG_VERB_CONDITION, "mac_tcd", ENG_ACTS_ONCE, tbi8_cy120_args, 1, "", true, true, true, &mac_tcd, "A",
        "irradiation, thiotepa, cyclophosphamide: full myeloablation before a graft without T cells" },
    REGIMEN(nma_flu_cy29_tbi2, false, "A", "fludarabine, cyclophosphamide 29 mg/kg and irradiation 2 Gy, not myeloablative"),
    REGIMEN(treo_flu, true, "A", "treosulfan 42 g/m2, fludarabine"),
    { ENG_VERB_CONDITION, "none", ENG_ACTS_ONCE, NULL, 0, "", false, false, true, &none, "D", "no conditioning" },
    AGENT(cy, "cyclophosphamide"),
    AGENT(bu, "busulfan"),
    AGENT(mel, "melphalan"),
    AGENT(flu, "fludarabine"),
    REGIMEN(bcnu_arac_vp16, false, "A", "carmustine 300 mg/m2, cytarabine and etoposide: BEAM without melphalan"),
    AGENT(etoposide, "etoposide"),
    AGENT(thiotepa, "thiotepa"),
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

/* Its agents, in doses relative to those of their rows. */
static void
add_agents(const eng_action_t *action, double days, eng_toxicity_t *part)
{
    const eng_regimen_t *regimen = action->noun->data;
    const double share = regimen->reference > 0 ? action->arg[0] / regimen->reference : 1;
    const bool open = eng_action_argument(action, "lung_shield", 0) > 0;

    for (int j = 0; j < ENG_COUNT_OF(regimen->agents); j++) {
        eng_agent_t agent = regimen->agents[j].agent;

        agent = agent == ENG_AGENT_tbi && open ? ENG_AGENT_tbi_open : agent;
        part->dose[agent] += share * regimen->agents[j].dose / eng_agent_rows[agent].reference / days;
    }
}

static int
expand(const eng_expansion_t *e)
{
    const eng_regimen_t *regimen = e->action->noun->data;
    const int days = eng_action_days(e->action);
    const eng_kill_t kill = eng_regimen_kill(e->action);
    eng_conditioning_t dose = { .kill = { .stem = kill.stem / days, .progenitor = kill.progenitor / days,
        .lymphoid = kill.lymphoid / days, .nk = kill.nk / days, .intensity = kill.intensity / days },
        .share = 1.0 / days, .part = { .intensity = kill.intensity / days, .lymphoid = kill.lymphoid / days, .irradiated = regimen->tbi } };
    const eng_op_t op = { .window = e->action->noun->window,
        .marrow = kill.stem > 0 || kill.progenitor > 0, .transplant = true };

    add_agents(e->action, days, &dose.part);
    return eng_plan_add_daily(e, op, &dose, sizeof(dose));
}

static void
add_part(eng_toxicity_t *whole, const eng_toxicity_t *part)
{
    for (int j = 0; j < ENG_NUM_AGENTS; j++) {
        whole->dose[j] += part->dose[j];
    }
    whole->intensity += part->intensity;
    whole->lymphoid += part->lymphoid;
    whole->irradiated = whole->irradiated || part->irradiated;
}

static void
close_conditioning(const eng_op_t *last, const eng_toxicity_t *whole)
{
    eng_conditioning_t *dose = last->what;

    dose->part = *whole;
    dose->last = true;
}

/* The toxicity and late risks of a conditioning are judged once, on its last dose, for the sum of its doses. */
static void
judge_toxicity(eng_plan_t *plan)
{
    eng_toxicity_t whole = { .intensity = 0 };
    const eng_op_t *last = NULL;
    int j;

    for (j = 0; j < plan->num_ops; j++) {
        const eng_op_t *op = &plan->ops[j];

        if (op->kind != ENG_KIND_condition) {
            continue;
        }
        const bool judged = last != NULL && last->tick < op->seen; /* it had been given when a rule asked for this one */
        if (last != NULL && (judged || op->tick - last->tick > ENG_COURSE_DAYS * ENG_TICKS_PER_DAY)) {
            close_conditioning(last, &whole);
            whole = (eng_toxicity_t){ .intensity = 0 };
        }
        add_part(&whole, &((const eng_conditioning_t *)op->what)->part);
        last = op;
    }
    if (last != NULL) {
        close_conditioning(last, &whole);
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

/* Killed so thoroughly that they respond to drugs anew. */
static void reset_responses(eng_course_t *c, double lymphoid)
{
    for (int l = 0; l < ENG_LANES; l++) {
        if (c->tile->treated[l] > 0 && lymphoid >= PARAMS(c, l)->response_reset) {
            eng_drugs_reset(c, l);
        }
    }
}

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const eng_conditioning_t *given = op->what;

    eng_kill(c, &given->kill, (real)given->share, c->tile->treated);
    if (given->last && given->part.intensity > 0) {
        eng_toxicity(c, &given->part, op->tick);
        eng_late_risks(c, &given->part, op->tick);
        reset_responses(c, given->part.lymphoid);
    }
}

ENG_ACTION_LANES(condition) = { .apply = apply };
