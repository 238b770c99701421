/**
 * Patients with multiple sclerosis for tests: alike, quiet, without noise; rows of the disease by name.
 */
#ifndef ENG_TESTS_MS_FIXTURE_H
#define ENG_TESTS_MS_FIXTURE_H

#define ENG_WIDTH plain
#include "model_fixture.h"

#include "model/lanes/step.h"

#define TILES 32
#define LANES (TILES * ENG_LANES)
#define VISIT 91 /* days */

enum { EDSS = ENG_MARKER_OWN(0), REPORTED = ENG_MARKER_OWN(1), ENHANCING = ENG_MARKER_OWN(2) };
enum { LESION = ENG_EVENT_OWN(0), PROGRESSION_3MO = ENG_EVENT_OWN(1), IMPROVEMENT = ENG_EVENT_OWN(2), AGAIN = ENG_EVENT_OWN(3) };

static fix_t fix;

/* A row of the disease by name, of its state or the day of an event; to be changed by the test too. */
static inline real *
row_of(const bench_t *b, const char *name)
{
    const eng_disease_t *disease = b->spec.disease;
    char *block = bench_own(b);

    for (int k = 0; k < disease->module.num_states; k++) {
        if (strcmp(disease->module.states[k].name, name) == 0) {
            return (real *)(void *)(block + disease->module.states[k].offset);
        }
    }
    for (int k = 0; k < disease->num_events; k++) {
        if (strcmp(disease->events[k].name, name) == 0) {
            return (real *)(void *)(block + disease->events[k].day);
        }
    }
    CU_FAIL_FATAL("no such row");
    return NULL;
}

static inline void
covariate(const char *name, double value)
{
    const int j = eng_covariate_find(fix.spec.disease, name);

    CU_ASSERT_FATAL(j >= 0);
    fix.laws[j] = (eng_dist_t){ ENG_DIST_FIXED, { value } };
}

/* Patients alike, nothing that triggers, no noise, no progression but what the test makes. */
static inline void
begin(double horizon, double edss, double duration)
{
    fix_init(&fix, horizon);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    covariate("edss", edss);
    covariate("duration", duration);
    fix_parameter(&fix, "ms.slow_rate", 0.15); /* of their own, whatever is nominal: what tests ask is in these numbers */
    fix_parameter(&fix, "ms.slow_recovery_time", 356);
    fix_parameter(&fix, "ms.repair_held", 0);
    fix_parameter(&fix, "ms.irreversible_rate", 0.11);
    fix_parameter(&fix, "ms.coupling_time", 7);
    fix_parameter(&fix, "ms.progression_followed", 0.45);
    fix_parameter(&fix, "ms.progressive_factor", 2.8);
    fix_parameter(&fix, "clone.sanctuary_share", 0);
    fix_parameter(&fix, "ms.visit_noise", 0);
    fix_parameter(&fix, "ms.progression_rate", 0);
    fix_parameter(&fix, "clone.decay_rate", 0);
    fix_untreated(&fix);
}

static inline void
open_tile(bench_t *b, uint64_t first)
{
    bench_open(b, &fix, 0, -30, fix.spec.horizon, first);
    bench_width(b, "plain");
    bench_start(b, false);
    for (int l = 0; l < ENG_LANES; l++) {
        row_of(b, "slow")[l] = 0; /* as those begin whose years before day 0 are lived */
    }
}

/* A marker of a row that a reading or a visit ends. */
static inline double
read_lane(const bench_t *b, int marker, int l)
{
    static double out[ENG_MAX_MARKERS * ENG_LANES];

    b->kernel->read(&b->course, out);
    return out[marker * ENG_LANES + l];
}

#endif
