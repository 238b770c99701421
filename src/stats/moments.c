/**
 * Counts, sums and sums of squares of quantised values.  The loops themselves: lanes/loops_lanes.c.
 */
#include "stats/moments.h"
#include "base/math.h"
#include "stats/loops.h"

void
eng_quantise(const double *value, size_t count, double step, int32_t *quantum)
{
    eng_loops_find("plain")->quantise(value, count, step, quantum);
}

void
eng_moments_add(const int32_t *quantum, size_t count, int64_t *words, size_t stride)
{
    eng_loops_find("plain")->moments(quantum, count, words, stride);
}

double
eng_moments_variance(double n, double sum, double sq_low, double sq_high)
{
    double squares = sq_high * ENG_SQUARE_SCALE + sq_low;

    return n < 2 ? 0.0 : eng_max(0.0, (squares - sum * (sum / n)) / (n - 1));
}
