/**
 * Observation noise: it belongs to (patient, day, score), whoever looks and whatever a study asks to see; it is normal and
 * independent; visits of a disease's own are on their days; a disease without pays nothing.
 */
#include "contract.h"

#define HORIZON 700.0
#define TILES 8
#define RAW ENG_MARKER_OWN(0)
#define SEEN ENG_MARKER_OWN(2)
#define PHOTO ENG_MARKER_OWN(3)
#define SEEN_SPREAD 0.2
#define PHOTO_SPREAD 0.1

static const eng_disease_t *
blister(void)
{
    const eng_disease_t *disease = eng_disease_find("blister");
    CU_ASSERT_FATAL(disease != NULL);
    return disease;
}

/* Some days, or those and many others. */
static void
prepare(fix_t *fix, bool more)
{
    fix_init_for(fix, blister(), HORIZON);
    fix_untreated(fix);
    eng_params_set(&fix->params, eng_param_find(blister(), "blister.clear_below"), 0.2);
    eng_params_set(&fix->params, eng_param_find(blister(), "blister.healing_rate"), 0.1);
    for (int day = more ? 1 : 56; day <= 560; day += more ? 11 : 56) {
        fix_read_at(fix, day);
        if (more && (day - 1) / 11 % 5 == 0 && day + 10 <= 560) {
            fix_read_at(fix, day + 0.5);
        }
    }
}

static double
marker(const eng_results_t *results, int read, int m, int lane)
{
    return results->read[((size_t)read * (size_t)eng_marker_count(blister()) + (size_t)m) * ENG_LANES + (size_t)lane];
}

static int
read_of(const fix_t *fix, double day)
{
    for (int j = 0; j < fix->spec.num_reads; j++) {
        if (fix->reads[j] == day) {
            return j;
        }
    }
    return -1;
}

static eng_results_t
run_tile(const fix_t *fix, uint64_t first)
{
    eng_results_t results;
    fix_run_t run;

    fix_open(&run, fix);
    fix_admit(&run, first, ENG_LANES);
    fix_run(&run, 0, &results);
    results = fix_keep_for(blister(), &results, fix->spec.num_reads);
    fix_close(&run);
    return results;
}

/* What else a study reads moves neither the noise of a day nor an event that a visit finds. */
static void
test_belongs_to_day(void)
{
    static fix_t few, many;
    prepare(&few, false);
    prepare(&many, true);
    fix_read_at(&many, 616); /* and a day that `few` does not see */
    many.spec.visits = 7;
    int common = 0, events = 0;
    eng_results_t a = run_tile(&few, 0), b = run_tile(&many, 0);

    for (int j = 0; j < few.spec.num_reads; j++) {
        const int k = read_of(&many, few.reads[j]);
        for (int l = 0; k >= 0 && l < ENG_LANES; l++, common++) {
            CU_ASSERT_EQUAL(memcmp((double[]){ marker(&a, j, SEEN, l) }, (double[]){ marker(&b, k, SEEN, l) }, sizeof(double)), 0);
            CU_ASSERT_EQUAL(memcmp((double[]){ marker(&a, j, PHOTO, l) }, (double[]){ marker(&b, k, PHOTO, l) }, sizeof(double)), 0);
        }
    }
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT_EQUAL(a.tick[ENG_EVENT_OWN(2)][l], b.tick[ENG_EVENT_OWN(2)][l]);
        events += a.tick[ENG_EVENT_OWN(2)][l] != ENG_TICK_NEVER;
    }
    CU_ASSERT(common >= ENG_LANES && events > 0);
    fix_drop(&a);
    fix_drop(&b);
}

/* A visit of the disease's own and a reading of the study on that day see the same. */
static void
test_one_noise(void)
{
    static fix_t fix;
    bench_t b;
    double out[ENG_MAX_MARKERS * ENG_LANES];
    int visits = 0;

    fix_init_for(&fix, blister(), HORIZON);
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, HORIZON, 500);
    bench_start(&b, false);
    for (int row = 0; row < b.plan.num_rows; row++) {
        b.kernel->advance(&b.course, b.list, row, row + 1, NULL);
        if (!(b.plan.rows[row].flags & ENG_ROW_OWN_VISIT)) {
            continue;
        }
        b.kernel->read(&b.course, out);
        visits++;
        for (int l = 0; l < ENG_LANES; l++) {
            double seen = 0;
            for (int j = 0; j < b.body.num_states; j++) {
                if (strcmp(eng_body_state(&b.body, b.tile, j, l, &seen).name, "seen") == 0) {
                    break;
                }
            }
            CU_ASSERT(seen == out[SEEN * ENG_LANES + l] || isnan(out[SEEN * ENG_LANES + l]));
        }
    }
    CU_ASSERT_EQUAL(visits, 2 + 1 + 24); /* days -28 and -1, 0, and thirteen a year to day 700 */
    bench_close(&b);
}

typedef struct {
    double n, s1, s2, s4, beyond2, beyond3, next, other;
} moments_t;

static void
add_moments(moments_t *m, const eng_results_t *results, int num_reads)
{
    for (int j = 0; j + 1 < num_reads; j++) {
        for (int l = 0; l < ENG_LANES; l++) {
            const double z = log(marker(results, j, SEEN, l) / marker(results, j, RAW, l)) / SEEN_SPREAD;
            const double next = log(marker(results, j + 1, SEEN, l) / marker(results, j + 1, RAW, l)) / SEEN_SPREAD;
            const double other = (marker(results, j, PHOTO, l) - 1) / PHOTO_SPREAD;
            if (isnan(z) || isnan(next)) {
                continue; /* dead */
            }
            m->n += 1;
            m->s1 += z;
            m->s2 += z * z;
            m->s4 += z * z * z * z;
            m->beyond2 += fabs(z) > 2;
            m->beyond3 += fabs(z) > 3;
            m->next += z * next;
            m->other += z * other;
        }
    }
}

/* |x - expected| within four standard errors of a mean with this variance. */
static void
near(double sum, double n, double expected, double variance)
{
    CU_ASSERT_DOUBLE_EQUAL(sum / n, expected, 4 * sqrt(variance / n));
}

static void
test_normal(void)
{
    static fix_t fix;
    moments_t m = { 0 };

    fix_init_for(&fix, blister(), HORIZON);
    fix_untreated(&fix);
    for (int day = 10; day < 70; day++) {
        fix_read_at(&fix, day);
    }
    for (int k = 0; k < TILES; k++) {
        eng_results_t results = run_tile(&fix, 1000 + (uint64_t)k * ENG_LANES);
        add_moments(&m, &results, fix.spec.num_reads);
        fix_drop(&results);
    }
    CU_ASSERT(m.n > 20000);
    near(m.s1, m.n, 0, 1);
    near(m.s2, m.n, 1, 2);
    near(m.s4, m.n, 3, 96);
    near(m.beyond2, m.n, 0.0455003, 0.0455 * 0.9545);
    near(m.beyond3, m.n, 0.0026998, 0.0027 * 0.9973);
    near(m.next, m.n, 0, 1); /* days, scores: independent */
    near(m.other, m.n, 0, 1);
}

/* Visit k is on the whole day nearest to k intervals, and only diseases that ask for noise keep days of it. */
static void
check_calendar(const eng_disease_t *disease)
{
    static fix_t fix;
    eng_plan_t plan;
    int visits = 0;
    bool noise = false;

    fix_init_for(&fix, disease, HORIZON);
    fix_untreated(&fix);
    fix_read_at(&fix, 100);
    for (int j = 0; j < disease->num_needs; j++) {
        noise = noise || disease->needs[j] == &eng_module_visits;
    }
    CU_ASSERT_EQUAL_FATAL(eng_plan_create(&plan, &fix.protocols[0], &fix.spec, -30, HORIZON), 0);
    for (int row = 0; row < plan.num_rows; row++) {
        const double day = plan.rows[row].end / (double)ENG_TICKS_PER_DAY, every = disease->calendar.visits;
        if (plan.rows[row].flags & ENG_ROW_OWN_VISIT && day >= 0) {
            contract_expect(day == floor(visits * every + 0.5), disease, "a visit of its own is not on its day");
            visits++;
        }
    }
    const double every = disease->calendar.visits;
    contract_expect(visits == (every > 0 ? (int)((HORIZON + 0.5) / every) + 1 : 0), disease, "visits of its own are left out");
    contract_expect((plan.num_noise > 0) == noise, disease, "days of noise, and no module of it");
    eng_plan_free(&plan);
}

static void
test_calendar(void)
{
    contract_each(check_calendar);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[]
        = { ENG_TEST(test_belongs_to_day), ENG_TEST(test_one_noise), ENG_TEST(test_normal), ENG_TEST(test_calendar) };
    return ENG_TEST_MAIN(argc, argv, "visits", tests);
}
