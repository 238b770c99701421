/**
 * Steps of GRAFT24 (network_accuracy.h): against few exact courses, and fine steps against the two-stage step.  Minutes.
 */
#include "network_accuracy.h"

/* Few exact courses cannot do better than groups of step courses of their size: no worse than the worst of a hundred. */
static void
test_against_exact_courses(void)
{
    accuracy_verdict_t most;
    const accuracy_verdict_t verdict = accuracy_run(100, 60, &most);

    CU_ASSERT(verdict.mean <= most.mean);
    CU_ASSERT(verdict.sd <= most.sd);
    CU_ASSERT(verdict.beyond <= most.beyond);
}

/* --- two stages: 0.1 d to day 150, 0.5 d after it; the same streams, other draws from day 150 on ------------------ */

#define STAGED_TILES 160 /* 10,240 courses: the sd of a normal number is known within 0.7 % */
#define STAGED_COMMON 20 /* species with a larger mean */

typedef accuracy_moments_t staged_t[GRAFT24_SPECIES];

static void
run_staged(const eng_network_t *network, double dt, int steps, double *origin, staged_t got)
{
    static eng_network_tile_t tile;
    const uint32_t seed[4] = { 13, 0, 0, 0 };

    for (int j = 0; j < STAGED_TILES; j++) {
        eng_network_open(&tile, network, seed, (uint64_t)j * ENG_LANES);
        CU_ASSERT_EQUAL_FATAL(eng_network_advance(&tile, network, 0.1, 1500), 0);
        CU_ASSERT_EQUAL_FATAL(eng_network_advance(&tile, network, dt, steps), 0);
        for (int s = 0; s < GRAFT24_SPECIES; s++) {
            origin[s] = origin[s] < 0 ? (double)tile.count[s][0] : origin[s];
            for (int l = 0; l < ENG_LANES; l++) {
                accuracy_add(&got[s], (double)tile.count[s][l], origin[s]);
            }
        }
    }
}

static void
test_two_stages(void)
{
    static graft24_t graft24;
    static staged_t fine, staged;
    double origin[GRAFT24_SPECIES], worst_mean = 0, worst_sd = 0;
    int compared = 0;

    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        origin[s] = -1;
    }
    graft24_make(&graft24, 1);
    run_staged(&graft24.network, 0.1, 16750, origin, fine);
    run_staged(&graft24.network, 0.5, 3350, origin, staged);
    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        const double a = origin[s] + accuracy_mean(&fine[s]), b = origin[s] + accuracy_mean(&staged[s]);
        if (a > STAGED_COMMON) {
            worst_mean = fmax(worst_mean, fabs(b / a - 1));
            worst_sd = fmax(worst_sd, fabs(sqrt(accuracy_variance(&staged[s]) / accuracy_variance(&fine[s])) - 1));
            compared++;
        }
    }
    printf("two stages against 0.1 d, %d species on day 1825: means within %.2f %%, sds within %.2f %%\n", compared, 100 * worst_mean,
        100 * worst_sd);
    CU_ASSERT(compared >= 12);
    CU_ASSERT(worst_mean < 0.03);
    CU_ASSERT(worst_sd < 0.03);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_against_exact_courses),
    ENG_TEST(test_two_stages),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "stat_network", tests);
}
