/**
 * Mesenchymal stromal cells as a module (MODEL section 6.5; msc.h).  They are gone within days; what they leave lasts weeks:
 *
 *   held in the lung  dm_l/dt = -0.9 m_l                                    active        dm_a/dt = 0.25 0.9 m_l - 0.12 k m_a
 *   mediators         dZ/dt = 0.7 m_a - 0.5 Z                               re-education  dWm/dt = 0.03 Z - 0.02 Wm
 *   effectors         growth x 1 - E min(0.7, 0.50 Z / (0.8 + Z) + 0.33 Wm / (0.2 + Wm))
 *   Treg              suppression x 1 + E 0.66 Wm / (0.2 + Wm)              organs        damage x 1 - 0 Wm / (0.2 + Wm)
 *   beta cells, gut   repair += Wm / (0.2 + Wm), as much as the disease says
 *   where injected    repair there += 0.3 min(1, doses), which fades in 200 d
 *
 * E is the patient's response: of those who respond, `msc.effect` with the spread of responses to drugs; of others 0.
 */
#include "model/catalogue.h"
#include "model/msc.h"
#include "model/lanes/step.h"

#include "base/sample.h"

#define OF_RESPONSE 0             /* words of channel msc; lots come behind them */
#define OF_SIZE 1

#ifndef ENG_MIXED /* patients are made at one point at a time */

static const struct {
    size_t row, param;
} copies[] = {
#define ROW(row, field) { offsetof(eng_msc_t, row), offsetof(eng_params_t, field) }
    ROW(lung_loss, msc_lung_loss), ROW(reach, msc_reach), ROW(loss, msc_loss), ROW(secretion, msc_secretion),
    ROW(mediator_loss, msc_mediator_loss), ROW(teaching, msc_teaching), ROW(memory_loss, msc_memory_loss), ROW(fast, msc_fast),
    ROW(fast_half, msc_fast_half), ROW(slow, msc_slow), ROW(slow_half, msc_slow_half), ROW(most, msc_most), ROW(treg, msc_treg),
    ROW(organs, msc_organs), ROW(local, msc_local),
};

/* Who responds is the patient's, whatever the point says of how many do. */
static double response_of(const eng_course_t *c, int l)
{
    const eng_params_t *p = &c->rates->params;
    const double u = eng_uniform(eng_event_word(c, l, ENG_CHANNEL_MSC, OF_RESPONSE));
    const double z = eng_sample_normal(eng_event_word(c, l, ENG_CHANNEL_MSC, OF_SIZE));

    return u < p->msc_responders ? p->msc_effect * eng_max(p->response_least, 1 + p->response_spread * z) : 0;
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_params_t *p = &c->rates->params;
    eng_msc_t *m = block;

    for (int l = first; l < end; l++) {
        for (int j = 0; j < ENG_COUNT_OF(copies); j++) {
            const double value = *(const double *)(const void *)((const char *)p + copies[j].param);
            ((real *)(void *)((char *)m + copies[j].row))[l] = (real)value;
        }
        m->local_loss[l] = (real)(1 / p->msc_local_life);
        m->response[l] = (real)response_of(c, l);
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    eng_msc_t *m = block;
    (void)c;

    FOR_SPAN
    {
        m->msc_lung[l] = m->msc_active[l] = m->msc_mediators[l] = m->msc_memory[l] = m->msc_local[l] = m->doses[l] = 0;
        m->clearing[l] = 1;
    }
}

#define MAKE_PATIENTS .derive = derive, .start = start,
#else
#define MAKE_PATIENTS
#endif

static bool given(const eng_course_t *c)
{
    return (c->plan->uses & ENG_USES(msc)) != 0;
}

/* What they do to others. */
static void signal(eng_course_t *c, void *block)
{
    real *growth = c->signals->written[ENG_SIGNAL_effector_growth], *help = c->signals->written[ENG_SIGNAL_treg_help];
    real *damage = c->signals->written[ENG_SIGNAL_damage], *repair = c->signals->written[ENG_SIGNAL_repair], *there = c->signals->written[ENG_SIGNAL_local_repair];
    const eng_msc_t *m = block;

    if (!given(c)) {
        return;
    }
    FOR_LANES
    {
        const real Z = m->msc_mediators[l], W = m->msc_memory[l], E = m->response[l];
        const real fast = m->fast[l] * Z / (m->fast_half[l] + Z), taught = W / (m->slow_half[l] + W);
        const real stopped = at_most(fma_real(m->slow[l], taught, fast), m->most[l]);
        growth[l] *= max0(fma_real(-E, stopped, 1));
        help[l] *= fma_real(E * m->treg[l], taught, 1);
        damage[l] *= E > 0 ? fma_real(-m->organs[l], taught, 1) : 1;
        repair[l] += E > 0 ? taught : 0;
        there[l] += m->local[l] * at_most(m->msc_local[l], 1);
    }
}

/* --- a row of the calendar ------------------------------------------------------------------------------------------ */

typedef struct {
    real lung, active, mediators, memory;
} chain_t;

/* x + h A y: one more term of the series. */
LANE_INLINE chain_t term(const eng_msc_t *m, int l, const chain_t *x, const chain_t *y, real h)
{
    const real lost = m->lung_loss[l] * y->lung;
    return (chain_t) {
        fma_real(-h, lost, x->lung),
        fma_real(h, fma_real(m->reach[l], lost, -m->loss[l] * m->clearing[l] * y->active), x->active),
        fma_real(h, fma_real(m->secretion[l], y->active, -m->mediator_loss[l] * y->mediators), x->mediators),
        fma_real(h, fma_real(m->teaching[l], y->mediators, -m->memory_loss[l] * y->memory), x->memory),
    };
}

/* exp(h A) x to the fourth order. */
LANE_INLINE chain_t follow(const eng_msc_t *m, int l, const chain_t *x, real h)
{
    const real half = (real)0.5 * h, quarter = (real)0.5 * half, third = h * (real)(1 / (double)(1 + 2));
    const chain_t fourth = term(m, l, x, x, quarter), further = term(m, l, x, &fourth, third);
    const chain_t second = term(m, l, x, &further, half);
    return term(m, l, x, &second, h);
}

static void step(eng_course_t *c, void *block)
{
    const real dt = c->row->dt, parts = dt > SERIES_PART ? dt / SERIES_PART : 1, h = dt / parts;
    eng_msc_t *m = block;

    if (!given(c)) {
        return;
    }
    FOR_LANES
    {
        m->msc_local[l] = grow(m->msc_local[l], -m->local_loss[l], 0, dt);
    }
    for (int j = 0; j < (int)parts; j++) {
        FOR_LANES
        {
            const chain_t before = { m->msc_lung[l], m->msc_active[l], m->msc_mediators[l], m->msc_memory[l] };
            const chain_t after = follow(m, l, &before, h);
            m->msc_lung[l] = max0(after.lung);
            m->msc_active[l] = max0(after.active);
            m->msc_mediators[l] = max0(after.mediators);
            m->msc_memory[l] = max0(after.memory);
        }
    }
}

ENG_MODULE_LANES(msc) = { .name = "msc", MAKE_PATIENTS .signal = signal, .step = step };

/* --- tables ----------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define STATE(name, unit, help) { #name, unit, help, offsetof(eng_msc_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { ENG_MSC_STATE_LIST(STATE) };

const eng_module_t eng_module_msc = {
    .name = "msc",
    .help = "mesenchymal stromal cells: mediators, re-educated macrophages and Treg, repair",
    .version = 1,
    .writes = ENG_SIGNAL_BIT(effector_growth) | ENG_SIGNAL_BIT(treg_help) | ENG_SIGNAL_BIT(damage) | ENG_SIGNAL_BIT(repair) | ENG_SIGNAL_BIT(local_repair),
    ENG_BLOCK(eng_msc_t),
    ENG_TABLE(states),
};

#endif
