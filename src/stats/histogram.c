/**
 * Linear and logarithmic histograms.  Finding bins is a loop of lanes/loops_lanes.c; counting into them has no vector form.
 */
#include "stats/histogram.h"
#include "base/math.h"
#include "stats/loops.h"

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

void
eng_bins_find(const eng_bins_t *bins, const double *value, size_t count, int32_t *index)
{
    eng_loops_find("plain")->bins(bins, value, count, index);
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

eng_quantile_t
eng_histogram_read(const eng_bins_t *bins, const int64_t *words, int64_t at_low, double level)
{
    double target, begin, within, x;
    int64_t total = 0, below = 0;
    int j;

    for (j = 0; j < bins->num_bins; j++) {
        total += words[j];
    }
    if (total == 0) {
        return (eng_quantile_t){ NAN, NAN, NAN };
    }
    target = level * (double)total;
    for (j = 0; j < bins->num_bins - 1; j++) {
        if (words[j] > 0 && (double)(below + words[j]) >= target) {
            break;
        }
        below += words[j];
    }
    if (bins->lattice || (at_low > 0 && target <= (double)at_low)) {
        x = bins->lattice ? eng_bins_label(bins, j) : bins->low;
        return (eng_quantile_t){ x, x, x };
    }
    begin = (double)(below > at_low ? below : at_low); /* those at the end come first */
    within = (double)(below + words[j]) > begin ? eng_max(0.0, target - begin) / ((double)(below + words[j]) - begin) : 1.0;
    x = bins->origin + (j + eng_min(1.0, within)) * bins->width;
    return (eng_quantile_t){ j == 0 && bins->logarithmic ? 0.0 : eng_bins_edge(bins, j), bins->logarithmic ? eng_exp(x) : x,
        eng_bins_edge(bins, j + 1) };
}

double
eng_histogram_quantile(const eng_bins_t *bins, const int64_t *words, double level)
{
    return eng_histogram_read(bins, words, 0, level).value;
}
