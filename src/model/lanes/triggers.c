/**
 * Triggers (R52): each day has one word, at that day's first tick.  Below p = 1 - exp(-lam 1 d) it is a hit, and
 * word/p gives its size u ~ Exp(1).  Sixteen days are drawn together, so that the logarithm and the normal run on hits
 * only.  Every clone then moves Binomial(E_k, p_act a_k u q) cells into X; their sum is drawn as one normal, which
 * only counts when it is thousands of cells.
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

static void note_hit(eng_trigger_list_t *list, int32_t day, int l, uint64_t word)
{
    list->word[list->count] = word;
    list->day[list->count] = day;
    list->lane[list->count] = (int16_t)l;
    list->count++;
}

/* One word a lane, then the fixed jump to the next day.  A word below the lane's p is a hit. */
static void draw_day(eng_course_t *c, eng_trigger_list_t *list, int32_t day)
{
    eng_clones_t *e = c->clones;
    const rates_t *r = RATES(c);
    const eng_rng_jump_t *jump = &c->plan->one_day;
    const words_t ml = everywhere((uint64_t)jump->mult), mh = everywhere((uint64_t)(jump->mult >> 64));

    FOR_PACKS
    {
        words_t low = PACK(e->trigger_state.low), high = PACK(e->trigger_state.high);
        const words_t word = dxsm(low, high);
#ifdef ENG_MIXED
        const words_t below = CONST_PACK(r->trigger_below);
#else
        const words_t below = everywhere(r->trigger_below);
#endif
        const unsigned hits = lanes_below(word, below);
        for (int j = 0; hits >> j != 0; j++) {
            if (hits >> j & 1) {
                uint64_t words[ENG_PACK];
                memcpy(words, &word, sizeof(words));
                note_hit(list, day, l + j, words[j]);
            }
        }
        affine(&low, &high, ml, mh, CONST_PACK(e->trigger_step.low), CONST_PACK(e->trigger_step.high));
        PACK(e->trigger_state.low) = low;
        PACK(e->trigger_state.high) = high;
    }
}

/* Size and normal of each hit, all at once. */
static void make_bursts(const eng_course_t *c, eng_trigger_list_t *list)
{
    const rates_t *r = RATES(c);
#ifdef ENG_MIXED
    real scale[ENG_LANES * ENG_TRIGGER_DAYS];
    for (int j = 0; j < list->count; j++) {
        scale[j] = r->trigger_scale[list->lane[j]];
    }
#define SCALE(j) scale[j]
#else
#define SCALE(j) r->trigger_scale
#endif
    LANE_SIMD
    for (int j = 0; j < list->count; j++) {
        const real high = (real)(int32_t)(list->word[j] >> 33) * 2 + 1; /* 31 bits, centred */
        const real share = at_most(high * SCALE(j), 1); /* uniform */
        list->size[j] = -real_log(share);
        list->normal[j] = real_normal((uint32_t)list->word[j]);
    }
}

void eng_triggers_fill(eng_course_t *c, eng_trigger_list_t *list, int32_t day)
{
    list->count = list->next = 0;
    list->first = day;
    list->end = day + ENG_TRIGGER_DAYS;
    if (list->end > list->limit) { /* lanes may leave the tile there: nothing is drawn beyond it */
        list->end = list->limit;
    }
    for (; day < list->end; day++) {
        draw_day(c, list, day);
    }
    make_bursts(c, list);
}

void eng_trigger_one(eng_course_t *c, int l, real u, real z)
{
    eng_clones_t *e = c->clones;
    const real avid = e->clone_avid[l] * e->clone_scale[l] + e->clone_memory[l] * e->clone_avid2[l];
    const real reach = c->signal[ENG_SIGNAL_traffic][l] * c->signal[ENG_SIGNAL_burst][l];
    const real share = at_most(e->activation[l] * u, (real)0.5) * reach;
    const real mean = max0(share * avid);
    const real burst = max0(real_floor(max0(mean + real_sqrt(mean) * z + (real)0.5)));

    CALL_WITH(c, trigger, l, u);
    e->effector[l] += burst;
    if (burst > 0) {
        CALL_WITH(c, burst, l, burst);
    }
}

/*
 * Triggers are drawn at the bound of the disease and thinned to the lane's own rate: of a hit's uniform share below the bound
 * that below the lane's part counts, and is uniform in it again.  Where the lane's rate is the bound, nothing changes.
 */
static void apply_one(eng_course_t *c, const eng_trigger_list_t *list, int j)
{
    const int l = list->lane[j];
    real u = list->size[j];

    if (c->writes & ENG_SIGNAL_BIT(trigger_rate)) {
        const real part = c->signal[ENG_SIGNAL_trigger_rate][l] / (real)PARAMS(c, l)->trigger_bound;
        u = part < 1 ? u + real_log(part > LEAST_PART ? part : LEAST_PART) : u;
    }
    if (u > 0) {
        eng_trigger_one(c, l, u, list->normal[j]);
    }
}

void eng_triggers_apply(eng_course_t *c, eng_trigger_list_t *list)
{
    const double t = c->row->t;
    const int32_t day = (int32_t)(t < 0 ? t - 0.5 : t + 0.5); /* the row starts on a whole day */

    if (day >= list->end) {
        eng_triggers_fill(c, list, day);
    }
    for (; list->next < list->count && list->day[list->next] <= day; list->next++) {
        const int j = list->next;
        if (list->day[j] == day) {
            apply_one(c, list, j);
        }
    }
}
