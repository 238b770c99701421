/**
 * Fine histograms with fixed bins, from which quantiles are read with an error of at most one bin.  The first bin also
 * holds everything below it and the last everything above.
 */
#ifndef ENG_STATS_HISTOGRAM_H
#define ENG_STATS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    double low, high;   /* range; logarithmic bins need low > 0 */
    double origin;      /* lower edge of bin 0, or its logarithm */
    double width;       /* of a bin, or of its logarithm */
    int num_bins;
    bool logarithmic;
    bool lattice;       /* each bin holds one multiple of the step, in its middle */
} eng_bins_t;

/**
 * At most max_bins bins over low..high, low < high.  Linear bins are not made narrower than `step` (> 0): where one
 * bin a step is enough, each bin is centred on a multiple, and quantiles of counts are whole numbers.
 */
void eng_bins_init(eng_bins_t *bins, double low, double high, double step, bool logarithmic, int max_bins);

/** Lower edge of bin j, 0 <= j <= num_bins. */
double eng_bins_edge(const eng_bins_t *bins, int j);
/** What a scale shows for bin j: the value of a lattice bin, else the lower edge. */
double eng_bins_label(const eng_bins_t *bins, int j);

/** index[l] = bin of value[l], -1 for NaN.  A value within 1e-8 of a logarithmic edge may fall on either side of it. */
void eng_bins_find(const eng_bins_t *bins, const double *value, size_t count, int32_t *index);

/** words[index[l]] += 1 where index[l] >= 0. */
void eng_histogram_add(const int32_t *index, size_t count, int64_t *words);

/** A quantile and where it must be: value, and the ends of its bin. */
typedef struct {
    double low, value, high;
} eng_quantile_t;

/**
 * Quantile of the counted values with the bin that it is in; of a lattice bin all three are its value.  `at_low` of them, all in the
 * first bin, are at the lower end of the range (or below): where the quantile is one of those it is that end.  NaN when empty.
 */
eng_quantile_t eng_histogram_read(const eng_bins_t *bins, const int64_t *words, int64_t at_low, double level);

/** Quantile of the counted values, 0 <= level <= 1, interpolated within all but lattice bins; NaN when empty. */
double eng_histogram_quantile(const eng_bins_t *bins, const int64_t *words, double level);

#endif
