/**
 * Small clones by the law of small_clones.h.  What depends on the lane alone (logarithms, odds) is made once a draw for
 * clones and stem cells; a pair then needs one exponential and a short sum for its survivors, the same again for their
 * descendants.  Pairs that died out leave the list between the two.
 */
#include "model/lanes/small_clones.h"

#include "base/sample.h"
#include "model/lanes/rng_rows.h"

/* The two halves of Kendall's law in each lane. */
typedef struct {
    double rare[ENG_LANES] ENG_ALIGNED;     /* the smaller of survival 1/(1+A) and extinction A/(1+A) */
    double odds[ENG_LANES] ENG_ALIGNED;     /* rare / (1 - rare) */
    double log_rest[ENG_LANES] ENG_ALIGNED; /* log(1 - rare) */
    double flip[ENG_LANES] ENG_ALIGNED;     /* 1 where the rare event is extinction */
    double beta[ENG_LANES] ENG_ALIGNED;     /* Q/(1+A), ratio of a lineage */
    double ratio[ENG_LANES] ENG_ALIGNED;    /* beta / (1 - beta) */
    double log_one[ENG_LANES] ENG_ALIGNED;  /* log(1 - beta) */
} kendall_t;

static void make_kendall(const real *loss, const real *gain, kendall_t *law)
{
    FOR_LANES
    {
        const double A = (double)loss[l], Q = (double)gain[l], whole = 1 + A, rest = whole - Q;
        law->flip[l] = A < 1 ? 1.0 : 0.0;
        law->rare[l] = (A < 1 ? A : 1) / whole;
        law->odds[l] = A < 1 ? A : 1 / A;
        /* 1 - rare is the greater of the two: log((1+A)/A) or log(1+A) */
        law->log_rest[l] = -eng_log1p(A < 1 ? A : 1 / A);
        law->beta[l] = Q / whole;
        law->ratio[l] = Q / rest;
        law->log_one[l] = -eng_log1p(Q / rest);
    }
}

/* Two words of each pair: who survives, how the survivors multiply. */
typedef struct {
    double first[SMALL_ROOM], second[SMALL_ROOM];
} uniforms_t;

/* Streams of as many pairs as a vector holds, with the jumps to their clones' words. */
typedef struct {
    uint64_t low[ENG_PACK] ENG_ALIGNED, high[ENG_PACK] ENG_ALIGNED, inc_low[ENG_PACK] ENG_ALIGNED, inc_high[ENG_PACK] ENG_ALIGNED;
    uint64_t mult_low[ENG_PACK] ENG_ALIGNED, mult_high[ENG_PACK] ENG_ALIGNED, plus_low[ENG_PACK] ENG_ALIGNED, plus_high[ENG_PACK] ENG_ALIGNED;
} pack_t;

LANE_INLINE void gather_streams(const eng_course_t *c, const uint16_t *place, pack_t *p)
{
    const eng_tile_t *t = c->tile;
    for (int i = 0; i < ENG_PACK; i++) {
        const int k = place[i] / ENG_LANES, l = place[i] % ENG_LANES;
        const eng_rng_jump_t *jump = &c->plan->small[k];
        p->low[i] = t->count_state.low[l];
        p->high[i] = t->count_state.high[l];
        p->inc_low[i] = t->count_inc.low[l];
        p->inc_high[i] = t->count_inc.high[l];
        p->mult_low[i] = (uint64_t)jump->mult;
        p->mult_high[i] = (uint64_t)(jump->mult >> 64);
        p->plus_low[i] = (uint64_t)jump->plus;
        p->plus_high[i] = (uint64_t)(jump->plus >> 64);
    }
}

/* Jump, word, advance, word. */
LANE_INLINE void two_words(pack_t *p, uint64_t *restrict first, uint64_t *restrict second)
{
    const int l = 0; /* where a row's pack begins */
    const words_t none = everywhere(0);
    words_t low = PACK(p->low), high = PACK(p->high), inc_low = PACK(p->inc_low), inc_high = PACK(p->inc_high);
    words_t plus_low = inc_low, plus_high = inc_high;

    affine(&plus_low, &plus_high, PACK(p->plus_low), PACK(p->plus_high), none, none);
    affine(&low, &high, PACK(p->mult_low), PACK(p->mult_high), plus_low, plus_high);
    PACK(first) = dxsm(low, high);
    affine_short(&low, &high, everywhere(ENG_DXSM_MULTIPLIER), inc_low, inc_high);
    PACK(second) = dxsm(low, high);
}

/* The list is filled up to a whole pack with pairs that nobody reads. */
static void make_uniforms(const eng_course_t *c, small_list_t *list, uniforms_t *u)
{
    uint64_t first[ENG_PACK] ENG_ALIGNED, second[ENG_PACK] ENG_ALIGNED;
    pack_t pack;

    for (int i = list->num; i % ENG_PACK != 0; i++) {
        list->place[i] = list->place[list->num - 1];
    }
    for (int i = 0; i < list->num; i += ENG_PACK) {
        gather_streams(c, &list->place[i], &pack);
        two_words(&pack, first, second);
        for (int j = 0; j < ENG_PACK; j++) {
            u->first[i + j] = eng_uniform(first[j]);
            u->second[i + j] = eng_uniform(second[j]);
        }
    }
}

/* One group of binomials: the rare event is counted. */
static void survivors_of_group(const kendall_t *law, const small_list_t *list, const double *u, const uint16_t *order, double *kept)
{
    small_laws_t group;
    double n[SMALL_GROUP] ENG_ALIGNED, flip[SMALL_GROUP] ENG_ALIGNED, count[SMALL_GROUP] ENG_ALIGNED;

    for (int i = 0; i < SMALL_GROUP; i++) {
        const int at = order[i], l = list->place[at] % ENG_LANES;
        const kendall_t *own = &law[list->place[at] / ENG_LANES / ENG_NUM_CLONES];
        n[i] = list->n[at];
        flip[i] = own->flip[l];
        group.first[i] = own->log_rest[l];
        group.slope[i] = own->odds[l];
        group.mean[i] = own->rare[l];
        group.u[i] = u[at];
    }
    LANE_SIMD for (int i = 0; i < SMALL_GROUP; i++)
    {
        group.first[i] = eng_exp(n[i] * group.first[i]);
        group.base[i] = n[i] * group.slope[i];
        group.slope[i] = -group.slope[i];
        group.mean[i] *= n[i];
        group.limit[i] = n[i];
        group.u[i] = flip[i] > 0 ? 1 - group.u[i] : group.u[i];
    }
    sum_counts(&group, count);
    for (int i = 0; i < SMALL_GROUP; i++) {
        kept[order[i]] = flip[i] > 0 ? n[i] - count[i] : count[i];
    }
}

/* Survivors of all pairs, into list->count. */
static void draw_survivors(const kendall_t *law, small_list_t *list, const double *u)
{
    double mean[SMALL_ROOM];
    uint16_t order[SMALL_ROOM];

    for (int i = 0; i < list->num; i++) {
        const kendall_t *own = &law[list->place[i] / ENG_LANES / ENG_NUM_CLONES];
        mean[i] = list->n[i] * own->rare[list->place[i] % ENG_LANES];
    }
    const int num = small_order(mean, list->num, order);
    for (int i = 0; i < num; i += SMALL_GROUP) {
        survivors_of_group(law, list, u, &order[i], list->count);
    }
}

/* Lineages that are to multiply: which pair, how many lineages, which number. */
typedef struct {
    int num;
    uint16_t pair[SMALL_ROOM], order[SMALL_ROOM];
    double mean[SMALL_ROOM], u[SMALL_ROOM];
} lineages_t;

/* Pairs with survivors; the rare ones of large mean are served by themselves. */
static void collect_lineages(const kendall_t *law, small_list_t *list, const double *second, lineages_t *lines)
{
    lines->num = 0;
    for (int i = 0; i < list->num; i++) {
        const int place = list->place[i], l = place % ENG_LANES;
        const kendall_t *own = &law[place / ENG_LANES / ENG_NUM_CLONES];
        const double mean = list->count[i] * own->ratio[l];
        if (!(mean > 0)) {
            continue;
        }
        const double u = second[i];
        if (mean > SMALL_MEAN) {
            list->count[i] += eng_sample_negative_binomial(list->count[i], own->beta[l], u);
            continue;
        }
        lines->pair[lines->num] = (uint16_t)i;
        lines->mean[lines->num] = mean;
        lines->u[lines->num] = u;
        lines->num++;
    }
}

/* One group of negative binomials. */
static void offspring_of_group(const kendall_t *law, const small_list_t *list, const lineages_t *lines,
    const uint16_t *order, double *count)
{
    small_laws_t group;
    double k[SMALL_GROUP] ENG_ALIGNED;

    for (int i = 0; i < SMALL_GROUP; i++) {
        const int at = order[i], pair = lines->pair[at], l = list->place[pair] % ENG_LANES;
        const kendall_t *own = &law[list->place[pair] / ENG_LANES / ENG_NUM_CLONES];
        k[i] = list->count[pair];
        group.first[i] = own->log_one[l];
        group.slope[i] = own->beta[l];
        group.mean[i] = lines->mean[at];
        group.u[i] = lines->u[at];
    }
    LANE_SIMD for (int i = 0; i < SMALL_GROUP; i++)
    {
        group.first[i] = eng_exp(k[i] * group.first[i]);
        group.base[i] = k[i] * group.slope[i];
        group.limit[i] = INFINITY;
    }
    sum_counts(&group, count);
}

void eng_small_clones(const eng_course_t *c, small_list_t *list, const eng_cells_t *stem)
{
    const eng_clones_t *e = c->clones;
    kendall_t law[2]; /* clones; stem cells */
    lineages_t lines;
    uniforms_t u;
    double born[SMALL_ROOM];

    if (e != NULL) {
        make_kendall(e->clone_loss, e->clone_gain, &law[0]);
    }
    make_kendall(stem->hsc_loss, stem->hsc_gain, &law[1]);
    make_uniforms(c, list, &u);
    draw_survivors(law, list, u.first);
    collect_lineages(law, list, u.second, &lines);
    if (lines.num == 0) {
        return;
    }
    const int num = small_order(lines.mean, lines.num, lines.order);
    for (int i = 0; i < num; i += SMALL_GROUP) {
        double count[SMALL_GROUP] ENG_ALIGNED;
        offspring_of_group(law, list, &lines, &lines.order[i], count);
        for (int j = 0; j < SMALL_GROUP; j++) {
            born[lines.order[i + j]] = count[j];
        }
    }
    for (int i = 0; i < lines.num; i++) {
        list->count[lines.pair[i]] += born[i];
    }
}
