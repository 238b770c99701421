/**
 * What becomes of cell products (MODEL section 6.6): cells engraft, are lost, and are rejected by memory CD8 cells as far as their HLA is foreign
 * and immunosuppression does not hold them back; what is made of pluripotent stem cells may grow into a teratoma.
 *
 *   arriving     dA/dt = -(1 / tau + r) A           cells   dU/dt = A / tau - (l + r) U
 *   rejection    r = k h M8 (1 - i)+                h by HLA, i the signal immunosuppression
 */
#include "model/lanes/product_rows.h"

#include "base/sample.h"

static const eng_product_row_t *row_of(const eng_course_t *c, int slot)
{
    return c->plan->products[slot]->data;
}

static double value_of(const eng_params_t *params, size_t param)
{
    return param == ENG_NO_PARAM ? 0 : ((const double *)(const void *)params)[param / sizeof(double)];
}

/* --- infusions --------------------------------------------------------------------------------------------------------- */

#define DRAWS_EACH 4096  /* infusions of a product, of which each has a draw */
#define LOSS_DRAW 65536  /* a product's, so much further on: how fast its cells are lost in the patient */

/* Constants of a product in a lane; seen: how much T cells see of its HLA. */
static void take_rates(const eng_course_t *c, int j, int l, double foreign, double seen)
{
    const eng_product_row_t *row = row_of(c, j);
    eng_product_slot_t *slot = &c->product->slot[j];
    const eng_params_t *p = PARAMS(c, l);

    slot->rate[l] = (real)(1 / value_of(p, row->engraftment));
    const double z = eng_sample_normal(eng_event_word(c, l, ENG_CHANNEL_PRODUCTS, LOSS_DRAW + row->draw));
    slot->loss[l] = (real)(value_of(p, row->loss) * eng_exp(value_of(p, row->loss_spread) * z));
    slot->rejection[l] = (real)(value_of(p, row->rejection) * foreign);
    slot->teratoma[l] = (real)value_of(p, row->teratoma);
    slot->seen[l] = (real)seen;
}

void eng_product_infuse(eng_course_t *c, const eng_infusion_t *infusion)
{
    const eng_product_row_t *row = row_of(c, infusion->slot);
    eng_product_slot_t *slot = &c->product->slot[infusion->slot];

    for (int l = 0; l < ENG_LANES; l++) {
        const eng_params_t *p = PARAMS(c, l);
        const double low = p->product_hla_low, foreign[] = { p->product_hla_matched, 1, low };
        if (!(c->tile->treated[l] > 0)) {
            continue;
        }
        const uint32_t number = row->draw * DRAWS_EACH + (uint32_t)slot->infusions[l];
        const double z = eng_sample_normal(eng_event_word(c, l, ENG_CHANNEL_PRODUCTS, number));
        const double spread = infusion->precursors ? p->product_precursor_spread : value_of(p, row->spread);
        const double content = infusion->precursors ? p->product_precursor_content : value_of(p, row->content);
        slot->infusions[l] += 1;
        slot->arriving[l] += (real)(infusion->dose * content * (1 - p->product_infusion_loss) * eng_exp(spread * z));
        take_rates(c, infusion->slot, l, foreign[infusion->hla], infusion->hla == ENG_HLA_LOW ? low : 1);
    }
}

/* --- a row of the calendar ---------------------------------------------------------------------------------------------- */

static void live(eng_course_t *c, eng_product_slot_t *slot)
{
    const eng_tile_t *t = c->tile;
    const real *held = c->signal[ENG_SIGNAL_immunosuppression];
    const real dt = c->row->dt;

    FOR_LANES
    {
        const real rejection = slot->rejection[l] * TOTAL(&t->cells, memory8) * max0(1 - held[l]);
        const real before = slot->arriving[l], after = grow_any(before, -(slot->rate[l] + rejection), 0, dt);
        const real arrived = slot->rate[l] * mean(before, after);
        slot->cells[l] = grow_any(slot->cells[l], -(slot->loss[l] + rejection), arrived, dt);
        slot->arriving[l] = after;
    }
}

static void add_up(const eng_course_t *c, eng_product_t *d)
{
    memset(d->beta, 0, sizeof(d->beta));
    for (int j = 0; j < c->plan->num_products; j++) {
        const real *cells = d->slot[j].cells;
        FOR_LANES
        {
            d->beta[l] += cells[l];
        }
    }
}

static void watch_teratoma(eng_course_t *c, eng_product_t *d)
{
    const eng_tile_t *t = c->tile;
    const real begin = (real)c->row->t, dt = c->row->dt, end = begin + dt;

    for (int j = 0; j < c->plan->num_products; j++) {
        const eng_product_slot_t *slot = &d->slot[j];
        FOR_LANES
        {
            const int lives = (slot->arriving[l] + slot->cells[l] > NEGLIGIBLE) & (begin < t->t_death[l]);
            const real left = fma_real(-dt, lives ? slot->teratoma[l] : 0, d->left_teratoma[l]);
            d->left_teratoma[l] = left;
            d->t_teratoma[l] = ((left <= 0) & (d->t_teratoma[l] >= ENG_DAY_NEVER)) ? end : d->t_teratoma[l];
        }
    }
}

static void step(eng_course_t *c, void *block)
{
    eng_product_t *d = block;

    for (int j = 0; j < c->plan->num_products; j++) {
        live(c, &d->slot[j]);
    }
    add_up(c, d);
    if (!(c->row->flags & ENG_ROW_SCREEN)) {
        watch_teratoma(c, d);
    }
}

void eng_product_attack(eng_course_t *c, const real *rate)
{
    const real *held = c->signal[ENG_SIGNAL_immunosuppression];
    const real dt = c->row->dt;
    eng_product_t *d = c->product;

    for (int j = 0; j < c->plan->num_products; j++) {
        eng_product_slot_t *slot = &d->slot[j];
        if (row_of(c, j)->beta_cells) {
            FOR_LANES
            {
                slot->cells[l] = grow_any(slot->cells[l], -rate[l] * slot->seen[l] * max0(1 - held[l]), 0, dt);
            }
        }
    }
    add_up(c, d);
}

/* --- patients ------------------------------------------------------------------------------------------------------------ */

#ifndef ENG_MIXED /* patients are made at one point at a time */

static void start(eng_course_t *c, void *block, int first, int end)
{
    eng_product_t *d = block;
    (void)c;

    for (int j = 0; j < ENG_MAX_PRODUCTS; j++) {
        eng_product_slot_t *slot = &d->slot[j];
        FOR_SPAN
        {
            slot->arriving[l] = slot->cells[l] = slot->infusions[l] = 0;
            slot->rate[l] = slot->loss[l] = slot->rejection[l] = slot->teratoma[l] = slot->seen[l] = 0;
        }
    }
    FOR_SPAN
    {
        d->beta[l] = 0;
        d->t_teratoma[l] = ENG_DAY_NEVER;
    }
}

#define MAKE_PATIENTS .start = start,
#else
#define MAKE_PATIENTS
#endif

ENG_MODULE_LANES(product) = { .name = "product", MAKE_PATIENTS .step = step };

/* --- tables --------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define SLOT(k) \
    { "product_" #k, "1", "U, cells of product " #k " that engrafted", offsetof(eng_product_t, slot[k - 1].cells), ENG_NO_ROW }, \
    { "product_" #k "_arriving", "1", "those on their way", offsetof(eng_product_t, slot[k - 1].arriving), ENG_NO_ROW }
static const eng_state_row_t states[] = { SLOT(1), SLOT(2), SLOT(3), SLOT(4) };
static const eng_hazard_row_t hazard_rows[] = { { ENG_CHANNEL_TERATOMA, offsetof(eng_product_t, left_teratoma) } };
static const eng_shared_event_t shared_events[] = { { ENG_EVENT_TERATOMA, offsetof(eng_product_t, t_teratoma) } };

const eng_module_t eng_module_product = {
    .name = "product",
    .help = "cell products: engraftment, loss, rejection, teratoma",
    .version = 1,
    ENG_BLOCK(eng_product_t),
    ENG_TABLE(states),
    ENG_TABLE(hazard_rows),
    ENG_TABLE(shared_events),
};

#endif
