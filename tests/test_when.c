/**
 * What a `when` rule may name: every event that can happen to a body, seen at the first visit after it is known and not before, on any
 * vector width.
 */
#include "model_fixture.h"

#define DAYS 690
#define VISIT 30
#define TILES 3
#define AFTER 6 /* days from a visit to what is read: by then low-dose IL-2 shows in Treg */

static fix_t fix;

/* Days after its first day on which an event is known. */
static int
known_after(int event)
{
    return event == ENG_EVENT_ANC_RECOVERY ? 2 : event == ENG_EVENT_PLT_RECOVERY ? 3 : 0;
}

static void
transplant(const char *name)
{
    fix_protocol(&fix, name);
    fix_with(&fix, -30, "harvest", "pb", "select", 4);
    fix_with(&fix, -8, "condition", "tbi", "dose", 8);
    fix_add(&fix, -5, "condition", "beam");
    fix_with(&fix, -5, "atg", "ratg", "dose", 3);
    fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
}

/* Complications of every kind are frequent, deaths of them rare; half of the grafts fail. */
static void
prepare(int event)
{
    eng_params_t *p = &fix.params;

    fix_init(&fix, DAYS);
    p->hz_toxicity = 0.1;
    p->hz_organ_toxicity = 50;
    p->hz_vod = 0.4;
    p->hz_vod_fatality = p->hz_bacterial_fatality = p->hz_viral_fatality = p->hz_ptld_fatality = 0;
    p->hz_malignancy_fatality = p->hz_second_cancer_fatality = 0;
    p->hz_ptld = 0.1;
    p->hz_viral_base = p->hz_bacterial_base = 2e-3;
    p->hz_second_cancer = 4e-4;
    p->hz_secondary_malignancy = 4e-4;
    p->hz_malignancy_onset = 0;
    p->hz_secondary_autoimmunity = 0.5;
    p->harvest_minimum = 0;
    p->graft_seeding = 0.0004;
    for (int day = -VISIT; day < DAYS; day += VISIT) {
        fix_read_at(&fix, day + AFTER);
    }
    transplant("alone");
    transplant("treated");
    eng_action_t *rule = fix_with(&fix, 0, "drug", "low_dose_il2", "for", 60);
    rule->on_event = true;
    rule->event = (eng_event_t)event;
}

/* The first reading in which lane l differs; num_reads: none. */
static int
first_difference(const eng_results_t *a, const eng_results_t *b, int l)
{
    for (int j = 0; j < fix.spec.num_reads; j++) {
        const double x = fix_marker(a, j, ENG_MARKER_TREG, l), y = fix_marker(b, j, ENG_MARKER_TREG, l);
        if (memcmp(&x, &y, sizeof(x)) != 0) {
            CU_ASSERT(y > x);
            return j;
        }
    }
    return fix.spec.num_reads;
}

/* The reading after the visit at which the event is seen. */
static int
expected(const eng_results_t *alone, int event, int l)
{
    const int32_t tick = alone->tick[event][l], death = alone->tick[ENG_EVENT_DEATH][l];
    const double known = (double)tick / ENG_TICKS_PER_DAY + known_after(event);
    const int visit = (int)ceil((known + VISIT) / VISIT - 1e-9); /* visit 0 is day -30, 1 day 0 */

    if (tick == ENG_TICK_NEVER || tick == ENG_TICK_NOT_APPLICABLE || visit > fix.spec.num_reads || VISIT * (visit - 1) >= death / ENG_TICKS_PER_DAY) {
        return fix.spec.num_reads;
    }
    return visit;
}

/* How many courses act on it: each at its visit. */
static int
check_event(int event, int *bad)
{
    int acted = 0;
    fix_run_t run;

    fix_open(&run, &fix);
    for (int tile = 0; tile < TILES; tile++) {
        eng_results_t results, alone;
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &results);
        alone = fix_keep(&results, fix.spec.num_reads);
        fix_run(&run, 1, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            const int visit = expected(&alone, event, l), seen = first_difference(&alone, &results, l);
            acted += seen < fix.spec.num_reads;
            /* a crossing is rounded to a tick, which may be that of a visit just before it */
            const bool at_visit = (alone.tick[event][l] + known_after(event) * ENG_TICKS_PER_DAY) % (VISIT * ENG_TICKS_PER_DAY) == 0;
            *bad += seen != visit && !(at_visit && seen == visit + 1);
        }
        fix_drop(&alone);
    }
    fix_close(&run);
    return acted;
}

static void
test_every_event(void)
{
    const eng_disease_t *ms = eng_disease_find("ms");

    for (int event = 0; event < ENG_NUM_SHARED_EVENTS; event++) {
        int bad = 0;
        if (event == ENG_EVENT_DEATH || event == ENG_EVENT_RELAPSE || event == ENG_EVENT_PROGRESSION || event == ENG_EVENT_INFECTION
            || event == ENG_EVENT_LOSS_OF_RESPONSE || event == ENG_EVENT_TERATOMA || event == ENG_EVENT_CRS || event == ENG_EVENT_REJECTION) {
            continue; /* of the first, rules see every one: tests of branches and drugs; of the last, bodies without products and donors have none */
        }
        CU_ASSERT((eng_when_events(ms) >> event & 1) != 0);
        prepare(event);
        const int acted = check_event(event, &bad);
        if (acted < 3 || bad > 0) {
            fprintf(stderr, "%s: %d courses act, %d not at the visit that sees it\n", eng_event_name(ms, event), acted, bad);
            CU_FAIL("an event that rules do not see");
        }
    }
}

/* The same bits of a course with such a rule from the widest vectors and from none; a dated rule as well, which moves the course. */
static void
test_widths(void)
{
    static const int events[] = { ENG_EVENT_CMV, ENG_EVENT_BACTERAEMIA, ENG_EVENT_VOD, ENG_EVENT_GRAFT_FAILURE, ENG_EVENT_CD4_200 };

    for (size_t j = 0; j < sizeof(events) / sizeof(*events); j++) {
        eng_results_t kept[2];
        prepare(events[j]);
        eng_action_t *again = fix_with(&fix, 0, "growth", "tpo", "for", 20);
        again->on_event = true;
        again->event = (eng_event_t)events[j];
        for (int k = 0; k < 2; k++) {
            fix_run_t run;
            eng_results_t results;
            setenv("ENGRAFT_SIMD", "plain", 1);
            if (k == 0) {
                unsetenv("ENGRAFT_SIMD");
            }
            fix_open(&run, &fix);
            fix_admit(&run, 0, ENG_LANES);
            fix_run(&run, 1, &results);
            kept[k] = fix_keep(&results, fix.spec.num_reads);
            fix_close(&run);
        }
        unsetenv("ENGRAFT_SIMD");
        for (int l = 0; l < ENG_LANES; l++) {
            CU_ASSERT(fix_lane_equal(&kept[0], l, &kept[1], l, fix.spec.num_reads));
        }
        fix_drop(&kept[0]);
        fix_drop(&kept[1]);
    }
}

/* `remission` is what a disease calls so; a healthy person has none. */
static void
test_remission(void)
{
    static const char *const names[][2] = { { "ra", "das28_remission" }, { "sle", "drug_free_remission" }, { "crohn", "cdai_remission" },
        { "uc", "mayo_remission" }, { "t1d", "insulin_independence" }, { "allergy", "iga01" }, { "inflammation", "remission" } };

    for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
        const eng_disease_t *disease = eng_disease_find(names[j][0]);
        const int event = eng_when_find(disease, "remission");
        CU_ASSERT_FATAL(event >= ENG_NUM_SHARED_EVENTS);
        CU_ASSERT_STRING_EQUAL(eng_event_name(disease, event), names[j][1]);
        CU_ASSERT_EQUAL(eng_when_find(disease, names[j][1]), event);
    }
    CU_ASSERT_EQUAL(eng_when_find(eng_disease_find("none"), "remission"), -1);
    CU_ASSERT_EQUAL(eng_when_find(eng_disease_find("none"), "relapse"), -1);
    CU_ASSERT_EQUAL(eng_when_find(eng_disease_find("ms"), "death"), -1);
    CU_ASSERT_EQUAL(eng_when_find(eng_disease_find("allergy"), "progression"), -1);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_every_event),
    ENG_TEST(test_widths),
    ENG_TEST(test_remission),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "when", tests);
}
