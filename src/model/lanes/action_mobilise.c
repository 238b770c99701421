/**
 * Mobilisation (MODEL section 6.1) multiplies the yield of harvests that come soon after it; with cyclophosphamide it is a treatment too.
 *
 * Yield factors: plerixafor with G-CSF collected 1.8 times the median of G-CSF alone in myeloma (DiPersio 2009);
 * cyclophosphamide with G-CSF collects more than G-CSF alone, by how much is assumed.
 */
#include "model/action_data.h"
#include "model/lanes/risks.h"
#include "model/lanes/verb.h"
#include <math.h>

typedef struct {
    eng_kill_t kill;
    double dose, gonads; /* of cyclophosphamide, relative to the reference; to 200 mg/kg */
} mobilisation_t;

#ifdef ENG_TABLES

/* lymphoid log10 kill at the reference dose; factor on the yield; reference dose; gonads: 2 g/m2 are 51 mg/kg with 39 kg/m2 */
static const eng_mobiliser_t cy = { 0.3, 1.3, 2000, 0.25 };
static const eng_mobiliser_t gcsf = { 0, 1, 0, 0 };
static const eng_mobiliser_t plerixafor = { 0, 1.8, 0, 0 };

static const eng_arg_row_t cy_args[] = {
    { "dose", ENG_DIM_DOSE_SURFACE, 500, 7000, 2000, false, NULL, "whole dose" },
};

static const eng_noun_t nouns[] = {
    { ENG_VERB_MOBILISE, "cy", ENG_ACTS_ONCE, cy_args, 1, "", false, false, true, &cy, "A",
        "cyclophosphamide with G-CSF; also kills lymphocytes" },
    { ENG_VERB_MOBILISE, "gcsf", ENG_ACTS_ONCE, NULL, 0, "", false, false, true, &gcsf, "D",
        "G-CSF alone, which a harvest from blood assumes" },
    { ENG_VERB_MOBILISE, "plerixafor", ENG_ACTS_ONCE, NULL, 0, "", false, false, true, &plerixafor, "L",
        "plerixafor with G-CSF" },
};

static int
expand(const eng_expansion_t *e)
{
    const eng_mobiliser_t *mobiliser = e->action->noun->data;
    const double dose = eng_action_argument(e->action, "dose", NAN);
    const double share = mobiliser->reference > 0 && !isnan(dose) ? dose / mobiliser->reference : 1;
    const mobilisation_t given = { .kill = { .lymphoid = share * mobiliser->lymphoid }, .dose = mobiliser->lymphoid > 0 ? share : 0,
        .gonads = share * mobiliser->gonads };

    return eng_plan_add(e, (eng_op_t){ .tick = e->action->tick }, &given, sizeof(given));
}

static bool
gains(const eng_check_t *check, int j)
{
    const bool rule = eng_check_at(check, j)->on_event;
    const int harvest = rule ? eng_check_find_rule(check, j, ENG_VERB_HARVEST, -1) : eng_check_first_after(check, j, ENG_VERB_HARVEST);

    if (harvest < 0) {
        return false;
    }
    if (rule) {
        return !(eng_check_at(check, harvest)->after - eng_check_at(check, j)->after > ENG_MOBILISED_DAYS);
    }
    return eng_check_at(check, harvest)->tick - eng_check_at(check, j)->tick <= ENG_MOBILISED_DAYS * ENG_TICKS_PER_DAY;
}

static void
check_mobilise(eng_check_t *check, int j)
{
    if (!gains(check, j)) {
        eng_check_tell(check, j, false, "no harvest within %d d follows: the mobilisation gains nothing", ENG_MOBILISED_DAYS);
    }
}

const eng_action_kind_t eng_action_mobilise = { .verb = ENG_VERB_MOBILISE,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEVER,
    .expand = expand,
    .check = check_mobilise };

#endif

/* It is a treatment of its own: lymphocytes, autoreactive cells with them, the sanctuary hardly (hook `kill`). */
static void apply(eng_course_t *c, const eng_op_t *op)
{
    const mobilisation_t *given = op->what;
    eng_tile_t *t = c->tile;

    eng_kill(c, &given->kill, 0, t->treated);
    if (given->dose > 0) {
        eng_toxicity_of_mobilisation(c, given->dose, op->tick);
        for (int l = 0; l < ENG_LANES; l++) {
            t->alkylator[l] += (real)given->gonads * t->treated[l];
        }
    }
}

ENG_ACTION_LANES(mobilise) = { .apply = apply };
