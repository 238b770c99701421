/**
 * Mesenchymal stromal cells (MODEL section 6.5): a dose goes to the lung, or with `local` to where it is injected; repeated with `every`.
 * What becomes of it is module `msc`.
 */
#include "model/action_data.h"
#include "model/msc.h"
#include "model/lanes/verb.h"

#include "base/sample.h"
#include <math.h>

typedef struct {
    double cells;             /* 1e6 per kg */
    size_t potency, clearing; /* parameters of the source, relative to marrow; ENG_NO_PARAM: it is marrow */
    bool allogeneic, local;
} dose_t;

#define FIRST_LOT 2 /* word of the channel */

#ifdef ENG_TABLES

typedef struct {
    size_t potency, clearing;
} source_t;

static const source_t bm = { ENG_NO_PARAM, ENG_NO_PARAM };
static const source_t adipose = { offsetof(eng_params_t, msc_adipose), ENG_NO_PARAM };
static const source_t umbilical = { offsetof(eng_params_t, msc_umbilical), offsetof(eng_params_t, msc_umbilical_loss) };

enum { DOSE, FROM, LOCAL, NUM_ARGS };

/* A cord is the patient's own only where it was kept at birth: allo unless a study says otherwise, as all are. */
#define ARGS(usual)                                                                                                    \
    {                                                                                                                   \
        { "dose", ENG_DIM_CELLS, 1e4, 1e8, usual, false, NULL, "cells, each time" },                                     \
        { "from", ENG_DIM_CHOICE, 0, 1, 0, false, "allo auto", "whose cells" },                                          \
        { "local", ENG_DIM_CHOICE, 0, 1, 0, false, "false true", "injected around perianal fistulas instead of infused" } \
    }
static const eng_arg_row_t args[NUM_ARGS] = ARGS(1e6);

#define SOURCE(name, help) \
    { ENG_VERB_MSC, #name, ENG_ACTS_ONCE, args, NUM_ARGS, "", false, false, true, &name, "A", help, ENG_USES(msc) }

static const eng_noun_t nouns[] = {
    SOURCE(bm, "mesenchymal stromal cells of marrow"),
    SOURCE(adipose, "mesenchymal stromal cells of fat"),
    SOURCE(umbilical, "mesenchymal stromal cells of the umbilical cord"),
};

/* A dose now, and with `every` another until `for` is over. */
static int
expand(const eng_expansion_t *e)
{
    const eng_action_t *action = e->action;
    const source_t *source = action->noun->data;
    const dose_t dose = { .cells = action->arg[DOSE] / MILLION, .potency = source->potency, .clearing = source->clearing,
        .allogeneic = !(action->arg[FROM] > 0), .local = action->arg[LOCAL] > 0 };
    const double start = (double)action->tick / ENG_TICKS_PER_DAY;
    const double end = action->every > 0 ? start + (isnan(action->duration) ? e->horizon + 1 : action->duration) : start;
    double day = start;
    int ret;

    do {
        ret = eng_plan_add(e, (eng_op_t){ .tick = eng_tick_nearest(day), .still = true }, &dose, sizeof(dose));
        day += action->every > 0 ? action->every : 1;
    } while (ret == 0 && day < end && day <= e->horizon);
    return ret;
}

static void
check_msc(eng_check_t *check, int j)
{
    const eng_action_t *action = eng_check_at(check, j);

    if (!isnan(action->duration) && isnan(action->every)) {
        eng_check_tell(check, j, true, "cells are given at once: with 'for' say 'every' too, the days between doses");
    } else if (!isnan(action->every) && action->on_event) {
        eng_check_tell(check, j, true, "'every' in a 'when' rule is not available yet");
    }
}

const eng_action_kind_t eng_action_msc = { .verb = ENG_VERB_MSC,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .repeats = true,
    .expand = expand,
    .check = check_msc };

#endif

static double value(const eng_params_t *params, size_t param)
{
    return param == ENG_NO_PARAM ? 1 : *(const double *)(const void *)((const char *)params + param);
}

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const dose_t *dose = op->what;
    eng_msc_t *m = eng_body_find(c->tile, c->body, &eng_module_msc);

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double lot = eng_sample_normal(eng_event_word(c, l, ENG_CHANNEL_MSC, FIRST_LOT + (uint32_t)m->doses[l]));
        const double potent = dose->cells * value(p, dose->potency) * eng_exp(p->msc_lot_spread * lot);
        m->doses[l] += 1;
        if (dose->local) {
            m->msc_local[l] += (real)(potent / p->msc_local_dose);
        } else {
            m->msc_lung[l] += (real)potent;
            m->clearing[l] = (real)(value(p, dose->clearing) * (dose->allogeneic ? p->msc_allogeneic : 1));
        }
    }
}

ENG_ACTION_LANES(msc) = { .apply = apply };
