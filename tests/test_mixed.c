/**
 * A tile whose lanes belong to several points gives each lane the bits of a tile that has its point alone: under drugs with
 * a rule, and under a transplant with antibodies, whose half-life, kill and shifts differ between the points.
 */
#include "model_fixture.h"

static fix_t fix;

/* Two points that differ in everything that lanes read. */
static void
make_points(eng_params_t points[2])
{
    points[0] = points[1] = fix.params;
    double *a = (double *)(void *)&points[0], *b = (double *)(void *)&points[1];
    const size_t num = offsetof(eng_params_t, disease) / sizeof(double);

    for (size_t j = 0; j < num; j++) {
        a[j] *= 0.97;
        b[j] *= 1.03;
    }
    points[0].kill_lymphoid_shift = -0.2;
    points[1].kill_lymphoid_shift = 0.3;
    points[1].kill_stem_shift = 0.1;
    points[1].atg_half_life = 11;
    points[1].trigger_rate = 15;
    for (int j = 0; j < ENG_MAX_DISEASE_PARAMS; j++) {
        points[1].disease[j] *= 1.1;
    }
}

/* Scratch of the watch for recovery, which goes on as long as some mate still waits. */
static bool
is_scratch(const char *name)
{
    static const char *const scratch[] = { "below_anc", "since_anc", "anc_before", "below_plt", "since_plt", "plt_before",
        "below_cd4", "cd4_before" };
    for (size_t j = 0; j < sizeof(scratch) / sizeof(*scratch); j++) {
        if (strcmp(name, scratch[j]) == 0) {
            return true;
        }
    }
    return false;
}

#define MAX_VALUES 256

static void
read_all(const bench_t *b, int l, double *out)
{
    int j = 0;
#define READ_ROW(name) out[j++] = is_scratch(#name) ? 0 : (double)b->tile->name[l];
#define READ_STATE(name, unit, help) READ_ROW(name)
    ENG_CORE_STATE_LIST(READ_STATE, READ_STATE)
    ENG_HIDDEN_LIST(READ_ROW)
#undef READ_STATE
#undef READ_ROW
    for (int m = 0; m < b->body.num_modules; m++) { /* the blocks of modules begin with rows of numbers */
        const eng_row_t *row = eng_block(b->tile, &b->body, m);
        for (int k = 0; k < b->body.module[m]->spans[0].rows; k++) {
            out[j++] = (double)row[k][l];
        }
    }
    CU_ASSERT_FATAL(j <= MAX_VALUES);
}

static double alone[2][ENG_LANES][MAX_VALUES], mixed[ENG_LANES][MAX_VALUES];

/* Which point a lane is of: neighbours differ, and neither pattern is a whole vector. */
static int
point_of(int l)
{
    return l % 3 == 1;
}

static void
run_alone(int protocol, const eng_params_t *point, double values[ENG_LANES][MAX_VALUES])
{
    bench_t b;

    bench_open(&b, &fix, protocol, -30, fix.spec.horizon, 40);
    eng_rates_make(b.rates, point);
    bench_start(&b, true);
    bench_until(&b, fix.spec.horizon);
    for (int l = 0; l < ENG_LANES; l++) {
        read_all(&b, l, values[l]);
    }
    bench_close(&b);
}

static void
run_mixed(int protocol, const eng_params_t points[2])
{
    bench_t b;
    eng_rates_t *rates[2] = { bench_memory(sizeof(eng_rates_t)), bench_memory(sizeof(eng_rates_t)) };
    eng_rate_rows_t *rows = bench_memory(sizeof(*rows));
    double *reads = bench_memory(sizeof(double) * FIX_NUM_MARKERS * ENG_LANES * FIX_MAX_READS);

    bench_open(&b, &fix, protocol, -30, fix.spec.horizon, 40);
    b.kernel->draw(b.tile, &b.spec);
    for (int p = 0; p < 2; p++) {
        eng_rates_make(rates[p], &points[p]);
    }
    for (int l = 0; l < ENG_LANES; l++) {
        b.course.rates = rates[point_of(l)];
        b.kernel->start(&b.course, l, l + 1);
        eng_rate_rows_set(rows, l, rates[point_of(l)]);
    }
    bench_mix(&b, rows);
    b.kernel->begin_mixed(&b.course, true);
    b.list->first = b.list->end = INT32_MIN;
    b.list->limit = INT32_MAX;
    b.kernel->advance_mixed(&b.course, b.list, 0, b.plan.num_rows, reads);
    for (int l = 0; l < ENG_LANES; l++) {
        read_all(&b, l, mixed[l]);
    }
    bench_close(&b);
    free(rates[0]);
    free(rates[1]);
    free(rows);
    free(reads);
}

static void
check_protocol(int protocol)
{
    eng_params_t points[2];
    int differ = 0, equal_points = 0;

    make_points(points);
    run_alone(protocol, &points[0], alone[0]);
    run_alone(protocol, &points[1], alone[1]);
    run_mixed(protocol, points);
    for (int l = 0; l < ENG_LANES; l++) {
        differ += memcmp(mixed[l], alone[point_of(l)][l], sizeof(mixed[l])) != 0;
        equal_points += memcmp(alone[0][l], alone[1][l], sizeof(mixed[l])) == 0;
    }
    CU_ASSERT_EQUAL(differ, 0);
    CU_ASSERT_EQUAL(equal_points, 0);
}

static void
test_drugs(void)
{
    fix_init(&fix, 2000);
    fix.spec.num_reads = 2;
    fix.reads[0] = 31;
    fix.reads[1] = 1900;
    check_protocol(fix_dmt(&fix));
}

static void
test_b_cell_antibody(void)
{
    fix_init(&fix, 900);
    const int p = fix_protocol(&fix, "cd20");
    fix_with(&fix, 0, "drug", "rituximab", "for", 500);
    check_protocol(p);
}

static void
test_transplant(void)
{
    fix_init(&fix, 2000);
    fix.spec.num_reads = 1;
    fix.reads[0] = 100;
    check_protocol(fix_transplant(&fix, "cy", "cy200", 3));
}

static const eng_test_t tests[] = {
    ENG_TEST(test_drugs),
    ENG_TEST(test_b_cell_antibody),
    ENG_TEST(test_transplant),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "mixed", tests);
}
