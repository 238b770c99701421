/**
 * Speed of GRAFT24 (tests/graft24.h, size 1, 1825 d) on one core, in CPU time: first with steps of 0.1 d, then in two
 * stages, 0.1 d to day 150 and 0.5 d after it.  A command to run, never a verdict.
 *
 *     bench_model [TILES] [means]      default: 4 tiles of 64 trajectories; `means` also prints means and sds at the end
 */
#include "base/error.h"
#include "graft24.h"
#include "model/kernel.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double seconds, sum[GRAFT24_SPECIES], square[GRAFT24_SPECIES];
} result_t;

static int run(const eng_network_t *network, int tiles, int first_steps, double dt, int steps, result_t *result)
{
    static eng_network_tile_t tile;
    const uint32_t seed[4] = { 1, 0, 0, 0 };
    const double start = eng_test_cpu_seconds();
    memset(result, 0, sizeof(*result));
    for (int j = 0; j < tiles; j++) {
        eng_network_open(&tile, network, seed, (uint64_t)j * ENG_LANES);
        int ret = eng_network_advance(&tile, network, 0.1, first_steps);
        ret = ret == 0 ? eng_network_advance(&tile, network, dt, steps) : ret;
        if (ret != 0) {
            return ret;
        }
        for (int s = 0; s < GRAFT24_SPECIES; s++) {
            for (int l = 0; l < ENG_LANES; l++) {
                const double x = (double)tile.count[s][l];
                result->sum[s] += x;
                result->square[s] += x * x;
            }
        }
    }
    result->seconds = eng_test_cpu_seconds() - start;
    return 0;
}

static void print_means(const result_t *a, const result_t *b, int n)
{
    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        const double m = a->sum[s] / n, k = b->sum[s] / n;
        printf("%s,%.6g,%.5g,%.6g,%.5g\n", graft24_species[s].name, m, sqrt(a->square[s] / n - m * m), k,
            sqrt(b->square[s] / n - k * k));
    }
}

int main(int argc, char **argv)
{
    const int tiles = argc > 1 ? atoi(argv[1]) : 4, n = tiles * ENG_LANES;
    static graft24_t graft24;
    static result_t fine, staged;
    const eng_kernel_t *kernel;

    if (tiles < 1) {
        fprintf(stderr, "bench_model [TILES] [means]: at least one tile\n");
        return 2;
    }
    graft24_make(&graft24, 1);
    if (eng_kernel_choose(&kernel) != 0 || eng_network_check(&graft24.network) != 0
        || run(&graft24.network, tiles, 1500, 0.1, 16750, &fine) != 0
        || run(&graft24.network, tiles, 1500, 0.5, 3350, &staged) != 0) {
        fprintf(stderr, "%s\n", eng_error_message());
        return 1;
    }
    printf("GRAFT24, dt 0.1 d, %s: %.0f courses/s on one core (%d trajectories)\n", kernel->width, n / fine.seconds, n);
    printf("GRAFT24, dt 0.1 d to day 150 then 0.5 d, %s: %.0f courses/s on one core (%d trajectories)\n", kernel->width,
        n / staged.seconds, n);
    if (argc > 2) {
        print_means(&fine, &staged, n);
    }
    return 0;
}
