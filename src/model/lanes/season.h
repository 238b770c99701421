/**
 * The time of year as a wave: cosine and sine of a share of a turn, of arithmetic alone, so that every width and library gives the same bits.
 * Power series on half a turn; what is cut off is below 1e-7.
 */
#ifndef ENG_MODEL_LANES_SEASON_H
#define ENG_MODEL_LANES_SEASON_H

#include "model/lanes/lanes.h"

#define SEASON_PI 0x1.921fb54442d18p+1

typedef struct {
    real cosine, sine;
} season_t;

/* 1 - x/(a (a + 1)) (1 - x/((a + 2) (a + 3)) (...)), six factors: sin z / z from a = 2, cos z from a = 1, x = z squared. */
static inline double season_series(double x, int a)
{
    double sum = 1;

    for (int k = a + 10; k >= a; k -= 2) {
        sum = 1 - x * sum / (k * (k + 1));
    }
    return sum;
}

/** Where the year stands on a day, which may be before day 0. */
static inline season_t season_of(double day)
{
    const double turn = day / ENG_DAYS_PER_YEAR, rest = turn - eng_floor(turn + 0.5), z = SEASON_PI * rest; /* half the angle */
    const double sine = z * season_series(z * z, 2), cosine = season_series(z * z, 1);
    return (season_t){ .cosine = (real)(1 - 2 * sine * sine), .sine = (real)(2 * sine * cosine) };
}

#endif
