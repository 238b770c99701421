/**
 * Stem cells and autoreactive clones by the exact law of linear birth-death processes with time-dependent rates
 * (D. Kendall 1948), for R1-R2, R50-R51, R55; what re-primes them, R57.
 *
 * All clones of a patient share births b(t) and deaths d(t).  With rho = int (d - b), A = int d e^rho and
 * Q = int b e^rho give the law over any interval: one cell dies out with probability A/(1+A), else its lineage is
 * geometric with ratio Q/(1+A); e^rho = 1 + A - Q, so the conditional mean of n cells is n/(1+A-Q).  A row adds to A
 * and Q (about ten operations for all clones together); a draw is due every 10 to 30 days.  A kill with
 * survival s is exact inside it: A += e^rho (1/s - 1).
 *
 * The sanctuary is the 21st clone, a number without chance that antibodies and kills hardly reach.  It is kept relative to e^rho as
 * the others are, so that it changes between draws only where something is killed.
 */
#include "model/lanes/clone_law.h"
#include "model/lanes/normal_rows.h"
#include "model/lanes/origins.h"
#include "model/lanes/rng_rows.h"
#include "model/lanes/small_clones.h"

/* One row of the birth-death law: adds to A and Q, returns e^rho at its end. */
LANE_INLINE real advance_law(real *A, real *Q, real births, real deaths, real dt)
{
    const real weight = (1 + (*A - *Q)) * dt * phi_small((deaths - births) * dt);
    *A = fma_real(deaths, weight, *A);
    *Q = fma_real(births, weight, *Q);
    return 1 + (*A - *Q);
}

/* The law of an origin's stem cells, which die at a rate, in niches of which a share is filled; e^rho at the row's end. */
LANE_INLINE real advance_stem_cells(const rates_t *r, eng_cells_t *o, int l, real filled, real deaths, real dt)
{
    real A = o->hsc_loss[l], Q = o->hsc_gain[l];
    const real renewal = LANE(r->hsc_renewal) * max0(fma_real(-LANE(r->niche), filled, 1));
    const real factor = advance_law(&A, &Q, renewal, deaths, dt);
    o->hsc_loss[l] = A;
    o->hsc_gain[l] = Q;
    return factor;
}

/* The host's stem cells and clones together: one division serves both. */
LANE_INLINE void step(eng_course_t *c, const int marrow, const int signals)
{
    eng_tile_t *t = c->tile;
    eng_cells_t *o = &t->cells;
    eng_clones_t *e = c->clones;
    const eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const real *killed = c->signal[ENG_SIGNAL_clone_kill];
    const real dt = c->row->dt;

    FOR_LANES
    {
        real A = e->clone_loss[l], Q = e->clone_gain[l];
        const real crowding = max0(fma_real(-e->reservoir[l], e->reservoir_room[l], 1));
        const real turnover = LANE(r->memory4_turnover);
        const real births = fma_real(e->fitness[l] * s->early[l], crowding, turnover);
        const real deaths = turnover + LANE(r->clone_decay) + s->kill[l] + (signals ? killed[l] : 0);
        const real before = 1 + (A - Q);
        const real factor = advance_law(&A, &Q, births, deaths, dt);
        real scale;
        if (marrow) {
            const real factor_h = advance_stem_cells(r, o, l, TOTAL(o, hsc), LANE(r->hsc_loss), dt);
            const real both = 1 / (factor * factor_h);
            scale = both * factor_h;
            o->hsc[l] = o->hsc_count[l] * t->hsc_unit[l] * (both * factor);
        } else {
            scale = 1 / factor;
        }
        const real memory = e->clone_memory[l] * before * scale;
        e->clone_loss[l] = A;
        e->clone_gain[l] = Q;
        e->clone_scale[l] = scale;
        e->clone_memory[l] = memory;
        e->reservoir[l] = fma_real(e->clone_total[l], scale, memory);
    }
}

static void step_with_marrow(eng_course_t *c)
{
    step(c, 1, 0);
}

static void step_alone(eng_course_t *c)
{
    step(c, 0, 0);
}

static void step_with_marrow_killed(eng_course_t *c)
{
    step(c, 1, 1);
}

static void step_alone_killed(eng_course_t *c)
{
    step(c, 0, 1);
}

void eng_clones_bound(eng_clones_t *e, const real *killed)
{
    FOR_LANES
    {
        const real A = e->clone_loss[l], Q = e->clone_gain[l], scale = e->clone_scale[l];
        const int gone = (killed[l] > 0) & (A > MOST_LAW);
        const real kept = gone ? (1 + MOST_LAW) / (1 + (A - Q)) : 1;
        e->sanctuary[l] *= kept;
        e->clone_loss[l] = gone ? MOST_LAW : A;
        e->clone_gain[l] = gone ? 0 : Q;
        e->clone_scale[l] = gone ? 1 / (1 + MOST_LAW) : scale;
    }
}

/* What the law of the row took of the sanctuary beyond its share is given back. */
static void spare_sanctuary(eng_course_t *c)
{
    eng_clones_t *e = c->clones;
    const eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const real *killed = c->signal[ENG_SIGNAL_clone_kill];
    const real dt = c->row->dt;
    real kill[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        kill[l] = s->kill[l] + killed[l];
        e->sanctuary[l] = grow_fast(e->sanctuary[l], (1 - LANE(r->clone_sanctuary_reached)) * kill[l], 0, dt);
    }
    eng_clones_bound(e, kill);
    eng_clones_refresh(e);
}

/* A body without clones. */
static void step_marrow(const eng_course_t *c, eng_cells_t *o)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real dt = c->row->dt;

    FOR_LANES
    {
        const real factor = advance_stem_cells(r, o, l, TOTAL(o, hsc), LANE(r->hsc_loss), dt);
        o->hsc[l] = o->hsc_count[l] * t->hsc_unit[l] * (1 / factor);
    }
}

void eng_counts_step(eng_course_t *c)
{
    static void (*const variants[2][2])(eng_course_t *)
        = { { step_alone, step_with_marrow }, { step_alone_killed, step_with_marrow_killed } };
    const int marrow = (c->row->flags & ENG_ROW_MARROW) != 0, killed = (c->writes & ENG_SIGNAL_BIT(clone_kill)) != 0;

    if (c->clones != NULL) {
        variants[killed][marrow](c);
        if (killed || c->tile->exposed) {
            spare_sanctuary(c);
        }
    } else if (marrow) {
        step_marrow(c, &c->tile->cells);
    }
}

/* Stem cells of two origins, each by a law of its own. */
static void step_stem_cells_of(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_graft_t *g = c->graft;
    eng_cells_t *host = &g->cells[ENG_HOST], *donor = &g->cells[ENG_DONOR];
    const rates_t *r = RATES(c);
    const real dt = c->row->dt;

    FOR_LANES
    {
        const real filled = t->hsc[l], deaths = LANE(r->hsc_loss);
        const real of_host = advance_stem_cells(r, host, l, filled, deaths, dt);
        const real of_donor = advance_stem_cells(r, donor, l, filled, deaths + g->lost[l], dt);
        host->hsc[l] = host->hsc_count[l] * t->hsc_unit[l] * (1 / of_host);
        donor->hsc[l] = donor->hsc_count[l] * t->hsc_unit[l] * (1 / of_donor);
        t->hsc[l] = host->hsc[l] + donor->hsc[l];
    }
}

void eng_counts_step_of(eng_course_t *c)
{
    if (c->clones != NULL) {
        ((c->writes & ENG_SIGNAL_BIT(clone_kill)) != 0 ? step_alone_killed : step_alone)(c);
        spare_sanctuary(c);
    }
    step_stem_cells_of(c);
}

/* Normal spreads of one row; about one row in five hundred has a word far out. */
static void spread_row(const law_t *law, const uint32_t *bits, const real *restrict count, real *restrict spread)
{
    int far = 0;

    LANE_PRAGMA(omp simd reduction(| : far))
    for (int l = 0; l < ENG_LANES; l++) {
        spread[l] = expand_spread(law, l, count[l] < 1 ? 1 : count[l], rough_normal(bits[l]));
        far |= far_out(bits[l]);
    }
    for (int l = 0; l < ENG_LANES && far; l++) {
        spread[l] = far_out(bits[l]) ? expand_spread(law, l, count[l] < 1 ? 1 : count[l], far_normal(bits[l])) : spread[l];
    }
}

/* Expansion of one row where it serves; the others become 0. */
static void expand_row(const law_t *law, const uint32_t *bits, real *restrict count)
{
    real spread[ENG_LANES] ENG_ALIGNED;
    double x[ENG_LANES] ENG_ALIGNED;

    spread_row(law, bits, count, spread);
    FOR_LANES
    {
        x[l] = expand_count(count[l], law->mean[l], spread[l]);
    }
    FOR_LANES
    {
        count[l] = count[l] < law->enough[l] ? 0 : (real)x[l];
    }
}

/* Draw the large counts of a row and put the small ones that are not empty on the list. */
static void draw_row(int k, const law_t *law, const uint32_t *bits, small_list_t *list, real *restrict count)
{
    int any_small = 0, any_large = 0;

    LANE_PRAGMA(omp simd reduction(| : any_small, any_large))
    for (int l = 0; l < ENG_LANES; l++) {
        const int few = count[l] < law->enough[l];
        any_large |= !few;
        any_small |= (count[l] > 0) & few;
    }
    for (int l = 0; any_small && l < ENG_LANES; l++) {
        small_list_add(list, k, l, (double)count[l], (count[l] > 0) & (count[l] < law->enough[l]));
    }
    if (any_large) {
        expand_row(law, bits, count);
    } else {
        memset(count, 0, ENG_LANES * sizeof(*count));
    }
}

/*
 * Effectors that became memory are shared out by a_k E_k.  Whole cells are told off from the running sum, begun at one
 * random number for all clones: each share is right on average, and their sum is the whole to within a cell.  The sanctuary
 * has its share as it is.
 */
typedef struct {
    real unit[ENG_LANES] ENG_ALIGNED;  /* memory for a unit of a_k E_k */
    real sum[ENG_LANES] ENG_ALIGNED;   /* of what the clones so far should have, and the random number */
    real given[ENG_LANES] ENG_ALIGNED; /* whole cells that they have */
} sharing_t;

static void begin_sharing(const eng_clones_t *e, const uint32_t *bits, sharing_t *s)
{
    FOR_LANES
    {
        const real memory = e->clone_memory[l], avid = e->clone_avid[l]; /* read first: a load under a condition is no vector */
        s->unit[l] = avid > 0 ? memory / avid : 0;
        s->sum[l] = ((real)(int32_t)(bits[l] >> 9) + (real)0.5) * (real)0x1p-23;
        s->given[l] = 0;
    }
}

/* The sanctuary at the draw, with its share, and what it does not lose; it grows no larger than its part of what there is room for. */
static void advance_sanctuary(eng_course_t *c, const sharing_t *s)
{
    eng_clones_t *e = c->clones;
    const rates_t *r = RATES(c);

    FOR_LANES
    {
        const real kept = (1 - LANE(r->clone_sanctuary_loss)) * LANE(r->clone_decay) * c->row->since;
        const real cells = e->sanctuary[l] * real_exp(kept), most = LANE(r->clone_sanctuary) / e->reservoir_room[l];
        e->sanctuary[l] = at_most(fma_real(s->unit[l], cells, e->clone_scale[l] * cells), most);
    }
}

/* R57: naive cells become autoreactive memory; in one clone after the other, whose avidity they take. */
static void reprime(eng_course_t *c, const uint32_t *bits)
{
    const eng_tile_t *t = c->tile;
    eng_clones_t *e = c->clones;
    const rates_t *r = RATES(c);
    const real years = c->row->since * (real)(1 / ENG_DAYS_PER_YEAR);
    const real *part = c->signal[ENG_SIGNAL_repriming]; /* 1 where nobody writes */
    real *restrict clone = e->clone[c->row->reprimes];

    FOR_LANES
    {
        const real cells = LANE(r->clone_repriming) * years * e->reservoir_start[l] * TOTAL(&t->cells, naive4) * part[l];
        clone[l] += real_floor(cells + ((real)(int32_t)(bits[l] >> 9) + (real)0.5) * (real)0x1p-23);
    }
}

/* Share of clone k from its cells before the draw. */
static void share_memory(const eng_clones_t *e, int k, sharing_t *s, real *restrict share)
{
    FOR_LANES
    {
        const real sum = fma_real(s->unit[l] * e->avidity[k][l], e->clone[k][l], s->sum[l]), whole = real_floor(sum);
        share[l] = whole - s->given[l];
        s->sum[l] = sum;
        s->given[l] = whole;
    }
}

void eng_clones_refresh(eng_clones_t *e)
{
    FOR_LANES
    {
        e->clone_total[l] = e->clone_avid[l] = e->clone_avid2[l] = e->sanctuary[l]; /* its avidity is 1 */
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        FOR_LANES
        {
            const real weighted = e->avidity[k][l] * e->clone[k][l];
            e->clone_total[l] += e->clone[k][l];
            e->clone_avid[l] += weighted;
            e->clone_avid2[l] += e->avidity[k][l] * weighted;
        }
    }
    FOR_LANES
    {
        e->clone_avid2[l] = e->clone_avid[l] > 0 ? e->clone_avid2[l] / e->clone_avid[l] : 0;
        e->reservoir[l] = fma_real(e->clone_total[l], e->clone_scale[l], e->clone_memory[l]);
    }
}

/* The thymus shrinks with age: F at the row's end (MODEL section 4). */
static void age_thymus(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const double years = (double)c->row->end / ENG_TICKS_PER_DAY / ENG_DAYS_PER_YEAR;

    FOR_LANES
    {
        const real age = (real)(t->covariate[ENG_COV_AGE][l] + years) - ENG_EXPORT_AGE;
        const real child = LANE(r->thymus_involution_child), adult = LANE(r->thymus_involution);
        const real alpha = age < 0 ? child : adult;
        t->export_now[l] = LANE(r->thymus_export) * (real)t->covariate[ENG_COV_THYMIC_FUNCTION][l] * real_exp(-alpha * age) * LANE(r->genotype_t);
    }
}

/* What was drawn from the list joins what stands in the rows. */
static void add_small(eng_cells_t *o, eng_clones_t *e, const small_list_t *list)
{
    for (int i = 0; i < list->num; i++) {
        const int k = list->place[i] / ENG_LANES, l = list->place[i] % ENG_LANES;
        real *count = k < ENG_NUM_CLONES ? e->clone[k] : o->hsc_count;
        count[l] += (real)list->count[i];
    }
}

static void halves(const uint64_t *word, uint32_t *restrict upper, uint32_t *restrict lower)
{
    FOR_LANES
    {
        upper[l] = (uint32_t)(word[l] >> 32);
        lower[l] = (uint32_t)word[l];
    }
}

static void draw_clones(eng_course_t *c, eng_wide_row_t *walk, const uint32_t *luck, small_list_t *list)
{
    eng_clones_t *e = c->clones;
    law_t law;
    sharing_t sharing;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    uint32_t bits[2][ENG_LANES] ENG_ALIGNED;
    real share[ENG_LANES] ENG_ALIGNED;

    begin_sharing(e, luck, &sharing);
    advance_sanctuary(c, &sharing);
    make_law(e->clone_loss, e->clone_gain, &law);
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        if (k % 2 == 0) {
            next_words(walk, &c->tile->count_inc, word);
            halves(word, bits[0], bits[1]);
        }
        share_memory(e, k, &sharing, share);
        draw_row(k, &law, bits[k % 2], list, e->clone[k]);
        FOR_LANES
        {
            e->clone[k][l] += share[l];
        }
    }
    if (c->row->reprimes >= 0) {
        next_words(walk, &c->tile->count_inc, word);
        halves(word, bits[0], bits[1]);
        reprime(c, bits[0]);
    }
}

/* Words of the draw: the first for stem cells and memory, then one for two clones, the last for re-priming. */
static void draw_counts(eng_course_t *c, eng_cells_t *o, small_list_t *list)
{
    eng_tile_t *t = c->tile;
    law_t law;
    eng_wide_row_t walk = t->count_state;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    uint32_t bits[2][ENG_LANES] ENG_ALIGNED;

    next_words(&walk, &t->count_inc, word);
    halves(word, bits[0], bits[1]);
    if (c->row->flags & ENG_ROW_MARROW) {
        make_law(o->hsc_loss, o->hsc_gain, &law);
        draw_row(ENG_NUM_CLONES, &law, bits[0], list, o->hsc_count);
    }
    if (c->clones != NULL) {
        draw_clones(c, &walk, bits[1], list);
    }
}

/* Of origin `o` and of clones. */
static void draw_all(eng_course_t *c, eng_cells_t *o)
{
    small_list_t list;

    list.num = 0;
    draw_counts(c, o, &list);
    if (list.num > 0) {
        eng_small_clones(c, &list, o);
        add_small(o, c->clones, &list);
    }
}

/* Stem cells of the graft: the word behind those that clones and the host use. */
static void draw_donor(eng_course_t *c, eng_cells_t *o)
{
    eng_tile_t *t = c->tile;
    eng_wide_row_t walk = t->count_state;
    small_list_t list;
    law_t law;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    uint32_t bits[2][ENG_LANES] ENG_ALIGNED;

    list.num = 0;
    jump_rows(&walk, &t->count_inc, &c->plan->donor);
    next_words(&walk, &t->count_inc, word);
    halves(word, bits[0], bits[1]);
    make_law(o->hsc_loss, o->hsc_gain, &law);
    draw_row(ENG_NUM_CLONES + 1, &law, bits[0], &list, o->hsc_count);
    if (list.num > 0) {
        eng_small_clones(c, &list, o);
        add_small(o, NULL, &list);
    }
}

/* What was drawn counts from now on. */
static void begin_interval(eng_course_t *c, eng_cells_t *o)
{
    FOR_LANES
    {
        o->hsc[l] = o->hsc_count[l] * c->tile->hsc_unit[l];
        o->hsc_loss[l] = o->hsc_gain[l] = 0;
    }
}

static void begin_clones(eng_clones_t *e)
{
    if (e != NULL) {
        FOR_LANES
        {
            e->clone_loss[l] = e->clone_gain[l] = e->clone_memory[l] = 0;
            e->clone_scale[l] = 1;
        }
        eng_clones_refresh(e);
    }
}

void eng_counts_draw(eng_course_t *c)
{
    eng_tile_t *t = c->tile;

    jump_rows(&t->count_state, &t->count_inc, &c->plan->draws[c->row->draw]);
    draw_all(c, &t->cells);
    begin_interval(c, &t->cells);
    begin_clones(c->clones);
    age_thymus(c);
}

void eng_counts_draw_of(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_cells_t *host = &c->graft->cells[ENG_HOST], *donor = &c->graft->cells[ENG_DONOR];

    jump_rows(&t->count_state, &t->count_inc, &c->plan->draws[c->row->draw]);
    draw_all(c, host);
    draw_donor(c, donor);
    begin_interval(c, host);
    begin_interval(c, donor);
    begin_clones(c->clones);
    age_thymus(c);
    eng_origins_age(c);
    eng_origins_sum(c);
}
