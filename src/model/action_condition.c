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
#include "model/action_data.h"
#include "model/catalogue.h"
#include "model/regimen.h"
#include <math.h>

#define LN10 2.30258509299404568402

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

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof(*(array))))
#define REGIMEN(name, myeloablative, source, help)                                                                     \
    { ENG_VERB_CONDITION, #name, ENG_ACTS_ONCE, NULL, 0, "", true, myeloablative, true, &name, source, help }
#define AGENT(name, help)                                                                                              \
    { ENG_VERB_CONDITION, #name, ENG_ACTS_ONCE, name##_args, COUNT_OF(name##_args), "", true, false, true, &name,      \
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

const eng_action_kind_t eng_action_condition = { ENG_VERB_CONDITION, nouns, COUNT_OF(nouns) };

static double
radiation(double alpha, double beta, double dose, double fraction)
{
    return (alpha * dose + beta * dose * fraction) / LN10;
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
