/**
 * The calendar: steps dyadic and aligned, windows that open when an action acts and never before, rows that end where
 * something is due, exposures whose integrals are exact; and that what comes later changes nothing before it.
 */
#include "model_fixture.h"

#include "model/catalogue.h"
#include "model/regimen.h"

#define HORIZON 1826.25
#define TICKS ENG_TICKS_PER_DAY

/* --- a plan to look at ------------------------------------------------------------------------------------------ */

static fix_t fix;

static void
open_plan(eng_plan_t *plan, int protocol, double start)
{
    CU_ASSERT_EQUAL_FATAL(eng_plan_create(plan, &fix.protocols[protocol], &fix.spec, start, fix.spec.horizon), 0);
}

static int32_t
row_start(const eng_plan_t *plan, int i)
{
    return i == 0 ? eng_tick_nearest(plan->start) : plan->rows[i - 1].end;
}

/* Pools step with their row, or every second day: the pair ends on an even day and nothing happens within it. */
static int
malformed_pools(const eng_plan_t *plan, int i)
{
    const eng_plan_row_t *row = &plan->rows[i];
    const bool hold = (row->flags & ENG_ROW_HOLD) != 0, second = (row->flags & ENG_ROW_SECOND) != 0;
    const double pool_dt = hold || second ? 2 : (double)row->dt;
    const double carry = i == 0 || row->num_ops > 0 ? 0 : 0.5 * pool_dt / (double)plan->rows[i - 1].pool_dt;
    int bad = (double)row->pool_dt != pool_dt || (double)row->carry != carry;

    bad += pool_dt != ldexp(1, row->pool_ladder - ENG_LADDER_DAY);
    bad += hold && (row->end - row_start(plan, i) != TICKS || row->end % (2 * TICKS) == 0);
    bad += hold && (i + 1 == plan->num_rows || !(plan->rows[i + 1].flags & ENG_ROW_SECOND));
    bad += hold && plan->num_rules > 0 && (row->flags & ENG_ROW_VISIT);
    bad += second && (row->num_ops > 0 || i == 0 || !(plan->rows[i - 1].flags & ENG_ROW_HOLD));
    return bad;
}

/* Rows cover the calendar without gaps, each of a dyadic length and on a multiple of it, and no op lies inside one. */
static int
malformed_rows(const eng_plan_t *plan)
{
    int bad = 0, next_op = 0, draws = 0, reads = 0;

    for (int i = 0; i < plan->num_rows; i++) {
        const eng_plan_row_t *row = &plan->rows[i];
        const int32_t start = row_start(plan, i), length = row->end - start;
        bad += length < 1 || length > TICKS || (length & (length - 1)) != 0 || start % length != 0;
        bad += row->t != (double)start / TICKS || row->dt != (eng_real_t)length / TICKS;
        bad += (double)row->dt != ldexp(1, row->ladder - ENG_LADDER_DAY);
        bad += (double)row->dt / row->substeps > 0.5;
        bad += ((row->flags & ENG_ROW_DAY) != 0) != (start % TICKS == 0);
        bad += ((row->flags & ENG_ROW_AFTER0) != 0) != (start >= 0);
        bad += row->first_op != next_op || row->first_read != reads;
        for (int j = 0; j < row->num_ops; j++) {
            bad += plan->ops[next_op + j].tick != start;
        }
        next_op += row->num_ops;
        reads += row->num_reads;
        if (row->flags & ENG_ROW_DRAW) {
            bad += row->draw != draws++;
        }
        bad += malformed_pools(plan, i);
    }
    bad += plan->num_rows < 1 || plan->rows[plan->num_rows - 1].end != plan->stop || draws != plan->num_draws;
    bad += next_op < plan->num_ops && plan->ops[next_op].tick < plan->stop;
    return bad;
}

static int32_t
length_at(const eng_plan_t *plan, double day)
{
    const int32_t tick = eng_tick_nearest(day);
    for (int i = 0; i < plan->num_rows; i++) {
        if (row_start(plan, i) <= tick && tick < plan->rows[i].end) {
            return plan->rows[i].end - row_start(plan, i);
        }
    }
    return -1;
}

static const eng_plan_row_t *
row_ending(const eng_plan_t *plan, double day)
{
    for (int i = 0; i < plan->num_rows; i++) {
        if (plan->rows[i].end == eng_tick_nearest(day)) {
            return &plan->rows[i];
        }
    }
    return NULL;
}

static bool
flagged(const eng_plan_t *plan, double day, unsigned flag)
{
    const eng_plan_row_t *row = row_ending(plan, day);
    return row != NULL && (row->flags & flag) != 0;
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void
test_quiet_years_have_days(void)
{
    eng_plan_t plan;

    fix_init(&fix, HORIZON);
    fix_untreated(&fix);
    open_plan(&plan, 0, -30);
    CU_ASSERT_EQUAL(malformed_rows(&plan), 0);
    CU_ASSERT_EQUAL(plan.num_rows, 1857); /* -30 .. 1826 by days and the last quarter of a day */
    CU_ASSERT_EQUAL(length_at(&plan, -30), TICKS);
    CU_ASSERT_EQUAL(length_at(&plan, 1826), TICKS / 4);
    CU_ASSERT(!plan.transplant && plan.num_ops == 0);
    eng_plan_free(&plan);
}

static void
test_window_opens_when_it_acts(void)
{
    eng_plan_t plan;

    fix_init(&fix, HORIZON);
    fix_transplant(&fix, "cy", "cy200", 0);
    open_plan(&plan, 0, -30);
    CU_ASSERT_EQUAL(malformed_rows(&plan), 0);
    CU_ASSERT_EQUAL(length_at(&plan, -6), TICKS); /* the harvest opens none, nothing opens before it acts */
    CU_ASSERT_EQUAL(length_at(&plan, -5), TICKS / 4);
    CU_ASSERT_EQUAL(length_at(&plan, 31.9), TICKS / 4); /* the graft's window */
    CU_ASSERT_EQUAL(length_at(&plan, 32), TICKS / 2);
    CU_ASSERT_EQUAL(length_at(&plan, 121.9), TICKS / 2);
    CU_ASSERT_EQUAL(length_at(&plan, 122), TICKS);
    eng_plan_free(&plan);
}

/* An action at an odd sixteenth of a day splits the row before it and is followed by aligned rows. */
static void
test_actions_between_the_raster(void)
{
    static const double days[] = { -3.0625, 0.1875, 0.5, 7.4375, 40.0625, 200.8125 };
    eng_plan_t plan;

    for (size_t j = 0; j < sizeof(days) / sizeof(*days); j++) {
        fix_init(&fix, 400);
        fix_untreated(&fix);
        fix_add(&fix, days[j], "condition", "cy120_low");
        fix_with(&fix, days[j] + 0.0625, "drug", "natalizumab", "for", 33.3);
        open_plan(&plan, 0, -30);
        CU_ASSERT_EQUAL(malformed_rows(&plan), 0);
        CU_ASSERT_PTR_NOT_NULL(row_ending(&plan, days[j]));
        CU_ASSERT_PTR_NOT_NULL(row_ending(&plan, days[j] + 0.0625));
        CU_ASSERT_EQUAL(length_at(&plan, floor(days[j]) - 1), TICKS);
        eng_plan_free(&plan);
    }
}

static void
test_draws_on_fixed_days(void)
{
    eng_plan_t plan;
    int bad = 0;

    fix_init(&fix, HORIZON);
    fix_transplant(&fix, "cy", "cy200", 0);
    fix.actions[0][0].tick = eng_tick_nearest(-27); /* the harvest: a draw of its own just before it */
    open_plan(&plan, 0, -30);
    for (int day = -29; day <= 1826; day++) {
        const bool due = day <= 120 ? day % 10 == 0 : day <= 360 ? day % 20 == 0 : (day - 365) % 30 == 0;
        bad += flagged(&plan, day, ENG_ROW_DRAW) != (due || day == -27);
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(flagged(&plan, 365, ENG_ROW_YEAR1) && flagged(&plan, 30, ENG_ROW_DAY30) && flagged(&plan, 28, ENG_ROW_CHECK28));
    CU_ASSERT(!flagged(&plan, 360, ENG_ROW_YEAR1) && !flagged(&plan, 42, ENG_ROW_CHECK28));
    eng_plan_free(&plan);
}

static void
test_visits(void)
{
    eng_plan_t plan;
    int bad = 0;

    fix_init(&fix, 400);
    fix.spec.visits = 45.5;
    fix_dmt(&fix);
    open_plan(&plan, 0, -30);
    CU_ASSERT_EQUAL(malformed_rows(&plan), 0);
    for (int i = 0; i < plan.num_rows; i++) {
        /* seen at the first row end on or after the visit's day */
        const double start = (double)row_start(&plan, i) / TICKS, end = (double)plan.rows[i].end / TICKS;
        const bool due = floor((end + 30) / 45.5) > floor((start + 30) / 45.5);
        bad += due != ((plan.rows[i].flags & ENG_ROW_VISIT) != 0);
    }
    CU_ASSERT_EQUAL(bad, 0);
    eng_plan_free(&plan);
}

/* Reads are marks: they split no row, and each stands at the first row end on or after its day. */
static void
test_reads_split_nothing(void)
{
    static const double reads[] = { 0.01, 0.3, 30, 30.4375, 91.3125, 365.25, 365.25, 1826.25 };
    eng_plan_t bare, marked;
    int bad = 0, seen = 0;

    fix_init(&fix, HORIZON);
    fix_transplant(&fix, "cy", "cy200", 0);
    open_plan(&bare, 0, -30);
    for (size_t j = 0; j < sizeof(reads) / sizeof(*reads); j++) {
        fix_read_at(&fix, reads[j]);
    }
    open_plan(&marked, 0, -30);
    CU_ASSERT_EQUAL_FATAL(bare.num_rows, marked.num_rows);
    for (int i = 0; i < bare.num_rows; i++) {
        eng_plan_row_t a = bare.rows[i], b = marked.rows[i];
        for (int j = 0; j < b.num_reads; j++) {
            const double day = reads[b.first_read + j];
            bad += day * TICKS > b.end || (i > 0 && day * TICKS <= row_start(&marked, i));
            seen++;
        }
        bad += a.t != b.t || a.dt != b.dt || a.end != b.end || a.flags != b.flags || a.carry != b.carry;
        bad += a.first_op != b.first_op || a.num_ops != b.num_ops || a.draw != b.draw;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT_EQUAL(seen, (int)(sizeof(reads) / sizeof(*reads)));
    eng_plan_free(&bare);
    eng_plan_free(&marked);
}

/* Verification runs cut every row; ops stay at its first part, draws and marks at its last. */
static void
test_refined_rows(void)
{
    eng_plan_t plan, fine;
    int bad = 0;

    fix_init(&fix, 400);
    fix_read_at(&fix, 100);
    fix_transplant(&fix, "cy", "cy200", 0);
    open_plan(&plan, 0, -30);
    for (int refine = 1; refine <= 3; refine++) {
        const int parts = 1 << refine;
        fix.spec.refine = refine;
        open_plan(&fine, 0, -30);
        CU_ASSERT_EQUAL_FATAL(fine.num_rows, parts * plan.num_rows);
        CU_ASSERT_EQUAL(fine.num_draws, plan.num_draws);
        for (int i = 0; i < plan.num_rows; i++) {
            const eng_plan_row_t *whole = &plan.rows[i], *first = &fine.rows[parts * i], *last = first + parts - 1;
            bad += first->t != whole->t || (double)first->dt * parts != (double)whole->dt || last->end != whole->end;
            bad += last->t + (double)last->dt != whole->t + (double)whole->dt;
            bad += first->num_ops != whole->num_ops || last->num_reads != whole->num_reads || first->num_reads > 0;
            bad += (last->flags & ENG_ROW_DRAW) != (whole->flags & ENG_ROW_DRAW) || (first->flags & ENG_ROW_DRAW) != 0;
            bad += (first->flags & ENG_ROW_DAY) != (whole->flags & ENG_ROW_DAY) || (last->flags & ENG_ROW_DAY) != 0;
        }
        eng_plan_free(&fine);
    }
    CU_ASSERT_EQUAL(bad, 0);
    eng_plan_free(&plan);
}

/* dmt, and dmt with a transplant about day `day`. */
static void
with_later_transplant(double day)
{
    fix_dmt(&fix);
    fix_dmt(&fix);
    fix_add(&fix, day, "condition", "beam");
    fix_with(&fix, day + 1, "atg", "ratg", "dose", 6);
    fix_with(&fix, day + 6, "graft", "pb", "cd34", 6e6);
}

static void
test_rows_before_a_later_action(void)
{
    eng_plan_t without, with;
    int bad = 0, i;

    fix_init(&fix, HORIZON);
    with_later_transplant(200.0625);
    open_plan(&without, 0, -30);
    open_plan(&with, 1, -30);
    CU_ASSERT_EQUAL(malformed_rows(&with), 0);
    for (i = 0; with.rows[i].end <= 200 * TICKS; i++) {
        const eng_plan_row_t *a = &without.rows[i], *b = &with.rows[i];
        const unsigned ignored = ENG_ROW_WATCH; /* looking changes no state */
        bad += a->t != b->t || a->dt != b->dt || a->end != b->end || a->carry != b->carry || a->draw != b->draw;
        bad += ((a->flags ^ b->flags) & ~ignored) != 0 || a->num_ops != b->num_ops || a->substeps != b->substeps;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT_EQUAL(i, 230);
    CU_ASSERT_NOT_EQUAL(without.rows[i].end, with.rows[i].end); /* the action splits the day it falls on, not one before */
    eng_plan_free(&without);
    eng_plan_free(&with);
}

/* --- aligned randomness ------------------------------------------------------------------------------------------- */

#define MAX_DAYS 420
typedef struct {
    int count;
    double day[MAX_DAYS], value[MAX_DAYS][128];
} diary_t;

static int diary_width;

static void
write_down(void *context, double day, const double *values)
{
    diary_t *diary = context;
    diary->day[diary->count] = day;
    memcpy(diary->value[diary->count++], values, sizeof(double) * (size_t)diary_width);
}

static void
test_states_before_a_later_action(void)
{
    static diary_t a, b;
    static eng_results_t results;
    fix_run_t run;
    const double acts = 200;
    int bad = 0, shared = 0, apart = 0;

    fix_init(&fix, 360);
    with_later_transplant(acts);
    fix_open(&run, &fix);
    diary_width = eng_trace_count(run.model);
    CU_ASSERT_FATAL(diary_width <= 128);
    for (uint64_t patient = 0; patient < 32; patient++) {
        a.count = b.count = 0;
        fix_admit(&run, patient, 1);
        fix_trace(&run, 0, write_down, &a, &results);
        fix_trace(&run, 1, write_down, &b, &results);
        for (int j = 0; j < a.count && j < b.count; j++) {
            const bool same = a.day[j] == b.day[j]
                && memcmp(a.value[j], b.value[j], sizeof(double) * (size_t)diary_width) == 0;
            if (a.day[j] <= acts) {
                bad += !same;
                shared++;
            } else {
                apart += !same;
            }
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(shared > 32 * 200);
    CU_ASSERT(apart > 32 * 100); /* and the action did something */
    fix_close(&run);
}

/* --- exposures ---------------------------------------------------------------------------------------------------- */

typedef struct {
    double t_cells, nk, b, mucosa, gcsf;
} area_t;

/* Integrals over one lane's course, of a patient in whom exposure equals the dose. */
static area_t
areas(void)
{
    area_t sum = { 0 };
    bench_t b;

    bench_open(&b, &fix, 0, -30, fix.spec.horizon, 0);
    CU_ASSERT_EQUAL(malformed_rows(&b.plan), 0);
    bench_start(&b, true);
    for (int l = 0; l < ENG_LANES; l++) {
        b.tile->atg_exposure[l] = 1;
    }
    for (int i = 0; i < b.plan.num_rows; i++) {
        const double dt = (double)b.plan.rows[i].dt;
        b.kernel->advance(&b.course, b.list, i, i + 1, NULL);
        sum.gcsf += b.plan.rows[i].flags & ENG_ROW_GCSF ? dt : 0;
        if (b.tile->exposed) {
            sum.t_cells += dt * (double)b.signals->kill[7];
            sum.nk += dt * (double)b.signals->kill_nk[7];
            sum.b += dt * (double)b.signals->kill_b[7];
            sum.mucosa += dt * (double)b.signals->injury[7];
        }
    }
    CU_ASSERT_FALSE(b.tile->exposed); /* in the end nothing is left */
    bench_close(&b);
    return sum;
}

/* AUC = C0 t1/2 / ln 2, whatever the steps and however the dose is split. */
static void
test_exposure_areas(void)
{
    static const struct {
        const char *noun;
        double dose, reference, kill, half_life, nk, b;
    } antibodies[] = { { "ratg", 6, 6.75, 0.35, 7, 0.2, 0 }, { "eatg", 30, 30, 0.25, 5, 0.2, 0 },
        { "alemtuzumab", 60, 30, 0.45, 8, 0.2 / 0.45, 0.4 / 0.45 } };

    for (size_t j = 0; j < sizeof(antibodies) / sizeof(*antibodies); j++) {
        const double want = antibodies[j].dose / antibodies[j].reference * antibodies[j].kill * antibodies[j].half_life / log(2);
        for (int days = 1; days <= 4; days += 3) {
            for (int window = 0; window < 2; window++) {
                fix_init(&fix, 400);
                fix_untreated(&fix);
                fix_with(&fix, -5.0625, "atg", antibodies[j].noun, "dose", antibodies[j].dose)->duration = days;
                if (window) {
                    fix_add(&fix, -8, "condition", "cy200");
                }
                const area_t got = areas();
                ENG_ASSERT_NEAR(got.t_cells / want, 1, 2e-5);
                ENG_ASSERT_NEAR(got.nk / want, antibodies[j].nk, 2e-5);
                ENG_ASSERT_NEAR(got.b / want, antibodies[j].b, 2e-5);
            }
        }
    }
}

static void
test_mucosa_and_gcsf(void)
{
    fix_init(&fix, 400);
    fix_untreated(&fix);
    fix_with(&fix, -6, "condition", "beam", "for", 3);
    fix_with(&fix, 5, "growth", "gcsf", "for", 7);
    const area_t got = areas();
    ENG_ASSERT_NEAR(got.mucosa, 0.85 * 8, 1e-4);
    ENG_ASSERT_NEAR(got.gcsf, 7, 0);
}

/* A dose with `for` is split evenly, and the parts make the whole. */
static void
test_split_doses(void)
{
    eng_plan_t plan;
    double stem = 0, lymphoid = 0, intensity = 0, toxicity = 0, cy = 0;
    int kills = 0;

    fix_init(&fix, 400);
    fix_untreated(&fix);
    fix_with(&fix, -6, "condition", "cy200", "for", 4);
    fix_add(&fix, 0, "graft", "pb")->arg[1] = 5e6;
    open_plan(&plan, 0, -30);
    for (int j = 0; j < plan.num_ops; j++) {
        const eng_op_t *op = &plan.ops[j];
        if (op->kind == ENG_KIND_condition) {
            const eng_conditioning_t *dose = op->what;
            CU_ASSERT_EQUAL(op->tick, (kills - 6) * TICKS);
            stem += dose->kill.stem;
            lymphoid += dose->kill.lymphoid;
            intensity += dose->kill.intensity;
            toxicity += dose->last ? dose->part.intensity : 0; /* judged once, at the last dose */
            cy += dose->last ? dose->part.dose[ENG_AGENT_cy] : 0;
            kills++;
        }
    }
    CU_ASSERT_EQUAL(kills, 4);
    ENG_ASSERT_NEAR(stem, 1.0, 1e-12);
    ENG_ASSERT_NEAR(lymphoid, 3.3, 1e-12);
    ENG_ASSERT_NEAR(intensity, 0.6, 1e-12);
    ENG_ASSERT_NEAR(toxicity, 0.6, 1e-12);
    ENG_ASSERT_NEAR(cy, 1, 1e-12);
    CU_ASSERT(plan.harvest_at_start && plan.transplant);
    eng_plan_free(&plan);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_quiet_years_have_days),
    ENG_TEST(test_window_opens_when_it_acts),
    ENG_TEST(test_actions_between_the_raster),
    ENG_TEST(test_draws_on_fixed_days),
    ENG_TEST(test_visits),
    ENG_TEST(test_reads_split_nothing),
    ENG_TEST(test_refined_rows),
    ENG_TEST(test_rows_before_a_later_action),
    ENG_TEST(test_states_before_a_later_action),
    ENG_TEST(test_exposure_areas),
    ENG_TEST(test_mucosa_and_gcsf),
    ENG_TEST(test_split_doses),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "plan", tests);
}
