/**
 * Wide sums and the ratio estimator.
 */
#include "stats/cluster.h"
#include "base/math.h"

#define LIMB_BITS 31
#define LIMB_MASK ((INT64_C(1) << LIMB_BITS) - 1)

void
eng_wide_add(int64_t words[ENG_WIDE_WORDS], eng_i128_t value)
{
    words[0] += (int64_t)value & LIMB_MASK;
    words[1] += (int64_t)(value >> LIMB_BITS) & LIMB_MASK;
    words[2] += (int64_t)(value >> 2 * LIMB_BITS) & LIMB_MASK;
    words[3] += (int64_t)(value >> 3 * LIMB_BITS); /* keeps the sign */
}

double
eng_wide_value(const int64_t words[ENG_WIDE_WORDS])
{
    int64_t limb[ENG_WIDE_WORDS], carry = 0, top;
    double sign = 1, value;
    int k;

    /* carry first, and take the size of a negative number, so that no digits cancel */
    for (k = 0; k < ENG_WIDE_WORDS - 1; k++) {
        limb[k] = (words[k] + carry) & LIMB_MASK;
        carry = (words[k] + carry) >> LIMB_BITS;
    }
    top = words[ENG_WIDE_WORDS - 1] + carry;
    if (top < 0) {
        sign = -1;
        carry = 1;
        for (k = 0; k < ENG_WIDE_WORDS - 1; k++) {
            limb[k] = (LIMB_MASK - limb[k]) + carry;
            carry = limb[k] >> LIMB_BITS;
            limb[k] &= LIMB_MASK;
        }
        top = -1 - top + carry;
    }
    value = (double)top;
    for (k = ENG_WIDE_WORDS - 2; k >= 0; k--) {
        value = value * 0x1p31 + (double)limb[k];
    }
    return sign * value;
}

double
eng_ratio_variance(const eng_ratio_t *ratio)
{
    double r = ratio->y / ratio->n, m = ratio->clusters, squares;

    if (m < 2) {
        return 0.0;
    }
    squares = ratio->yy - 2 * r * ratio->ny + r * r * ratio->nn;
    return eng_max(0.0, m / (m - 1) * squares / (ratio->n * ratio->n));
}
