/**
 * Streams of channels that are held or factors of a design.
 */
#include "model/freeze.h"

#include "model/kernel.h"
#include <string.h>

#define COPIES 65535 /* 16 bits of the variant, less 0, which is nobody's choice */

void eng_freeze_none(eng_freeze_t *freeze)
{
    *freeze = (eng_freeze_t){ .patients = ENG_NO_FACTOR };
    memset(freeze->factor, ENG_NO_FACTOR, sizeof(freeze->factor));
}

uint32_t eng_freeze_variant(const eng_freeze_t *freeze, const eng_params_t *params, uint32_t candidate)
{
    return eng_rng_variant(candidate, 0, freeze == NULL || freeze->patients < 0 ? 0 : params->copy[freeze->patients]);
}

uint16_t eng_freeze_copy(double u)
{
    const int copy = 1 + (int)(u * COPIES);
    return (uint16_t)(copy > COPIES ? COPIES : copy);
}

/* A factor's streams have another course number than those of before entry, so that no copy of the one is one of the other. */
void eng_course_stream(const eng_course_t *c, int l, eng_channel_t channel, eng_rng_t *rng)
{
    const eng_tile_t *t = c->tile;
    const eng_freeze_t *freeze = c->freeze;
    uint32_t variant = t->variant[l];

    if (freeze != NULL && freeze->held[channel]) {
        eng_rng_open(rng, c->seed, 0, channel, 0, eng_rng_variant(0, 0, freeze->copy));
        return;
    }
    if (freeze != NULL && !c->before_entry && freeze->factor[channel] >= 0) {
        const eng_params_t *params = c->rate_rows != NULL ? c->rate_rows->params[l] : &c->rates->params;
        variant = eng_rng_variant(0, 1, params->copy[freeze->factor[channel]]);
    }
    if (channel == ENG_CHANNEL_COVARIATES || channel == ENG_CHANNEL_REPERTOIRE) {
        variant &= ~eng_rng_variant(0, 15, 0); /* who somebody is does not change in the second life */
    }
    eng_rng_open(rng, c->seed, t->patient[l], channel, t->point[l], variant);
}
