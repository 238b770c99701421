/**
 * Linear and logarithmic histograms.  Finding bins is a loop without branches, counting into them is not.
 */
#include "stats/histogram.h"
#include "base/math.h"

void
eng_bins_init(eng_bins_t *bins, double low, double high, double step, bool logarithmic, int max_bins)
{
    double steps = eng_round((high - low) / step);

    *bins = (eng_bins_t){ .low = low, .high = high, .num_bins = max_bins, .logarithmic = logarithmic };
    if (logarithmic) {
        bins->origin = eng_log(low);
        bins->width = (eng_log(high) - bins->origin) / max_bins;
    } else if (steps + 1 <= max_bins) {
        bins->lattice = true;
        bins->num_bins = (int)steps + 1;
        bins->origin = low - 0.5 * step;
        bins->width = step;
    } else {
        bins->origin = low;
        bins->width = (high - low) / max_bins;
    }
}

double
eng_bins_edge(const eng_bins_t *bins, int j)
{
    double x = bins->origin + j * bins->width;

    return bins->logarithmic ? eng_exp(x) : x;
}

double
eng_bins_label(const eng_bins_t *bins, int j)
{
    return bins->lattice ? bins->low + j * bins->width : eng_bins_edge(bins, j);
}

static void
find_linear(const eng_bins_t *bins, const double *restrict value, size_t count, int32_t *restrict index)
{
    const double origin = bins->origin, width = bins->width, last = bins->num_bins - 1;
    double x;
    size_t l;

    for (l = 0; l < count; l++) {
        x = (value[l] - origin) / width;
        x = x > 0 ? x : 0.0;
        x = x < last ? x : last;
        x = value[l] == value[l] ? x : -1.0;
        index[l] = (int32_t)x;
    }
}

/**
 * log(1.5 + t) for -0.5 <= t <= 0.5 within 6e-9: bins need no more, and there are many values.  Interpolated at
 * Chebyshev nodes.
 */
static inline double
coarse_log(double t)
{
    double z = t * t, even, odd;

    even = -0x1.d5e596cd76665p-7 + z * -0x1.92e8ef9333333p-8;
    odd = 0x1.0c29a7eff6666p-7 + z * 0x1.e004746c00000p-9;
    even = -0x1.94c2e6edfab33p-5 + z * even;
    odd = 0x1.afc730a5fce68p-6 + z * odd;
    even = -0x1.c71c00fe55211p-3 + z * even;
    odd = 0x1.948a86979378dp-4 + z * odd;
    even = 0x1.9f323e83a86b9p-2 + z * even;
    odd = 0x1.5555556b541e5p-1 + z * odd;
    return even + t * odd;
}

static void
find_logarithmic(const eng_bins_t *bins, const double *restrict value, size_t count, int32_t *restrict index)
{
    const double origin = bins->origin, scale = 1 / bins->width, last = bins->num_bins - 1, low = bins->low,
                 high = bins->high;
    double x, exponent, mantissa;
    uint64_t bits;
    size_t l;

    for (l = 0; l < count; l++) {
        x = value[l] > low ? value[l] : low; /* from here on positive, finite and normal */
        x = x < high ? x : high;
        bits = eng_math_bits(x);
        exponent = eng_math_double(bits >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
        mantissa = eng_math_double((bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000));
        x = (exponent * ENG_LN2 + coarse_log(mantissa - 1.5) - origin) * scale;
        x = x > 0 ? x : 0.0;
        x = x < last ? x : last;
        x = value[l] == value[l] ? x : -1.0;
        index[l] = (int32_t)x;
    }
}

void
eng_bins_find(const eng_bins_t *bins, const double *value, size_t count, int32_t *index)
{
    if (bins->logarithmic) {
        find_logarithmic(bins, value, count, index);
    } else {
        find_linear(bins, value, count, index);
    }
}

void
eng_histogram_add(const int32_t *index, size_t count, int64_t *words)
{
    size_t l;

    for (l = 0; l < count; l++) {
        if (index[l] >= 0) {
            words[index[l]]++;
        }
    }
}

double
eng_histogram_quantile(const eng_bins_t *bins, const int64_t *words, double level)
{
    double target, within, x;
    int64_t total = 0, below = 0;
    int j;

    for (j = 0; j < bins->num_bins; j++) {
        total += words[j];
    }
    if (total == 0) {
        return NAN;
    }
    target = level * (double)total;
    for (j = 0; j < bins->num_bins - 1; j++) {
        if (words[j] > 0 && (double)(below + words[j]) >= target) {
            break;
        }
        below += words[j];
    }
    if (bins->lattice) {
        return eng_bins_label(bins, j);
    }
    within = words[j] > 0 ? eng_max(0.0, target - (double)below) / (double)words[j] : 1.0;
    x = bins->origin + (j + eng_min(1.0, within)) * bins->width;
    return bins->logarithmic ? eng_exp(x) : x;
}
