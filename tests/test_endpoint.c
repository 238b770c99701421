/**
 * Endpoints by hand: from readings and events of one course to the tick that is right.  Twelve visits, every 30 days, after day 0.
 */
#include "model/endpoint.h"
#include "testlib.h"

#include <math.h>

#define VISITS 13
#define EVERY 30
#define DAY(d) ((d) * ENG_TICKS_PER_DAY)
#define LANE 5

enum { MARKER, OTHER, NUM_MARKERS, ROWS = NUM_MARKERS + ENG_NOTE_TAKEN + 2 };

static eng_results_t results;
static double read_at[VISITS][ROWS][ENG_LANES], days[VISITS];
static eng_sighting_t seen;

/* Nothing happens, markers are 4 throughout, no drug is taken. */
static void
start(void)
{
    memset(&results, 0, sizeof(results));
    for (int e = 0; e < ENG_MAX_EVENTS + ENG_MAX_ENDPOINTS; e++) {
        results.tick[e][LANE] = ENG_TICK_NEVER;
    }
    for (int v = 0; v < VISITS; v++) {
        days[v] = v * EVERY;
        for (int row = 0; row < ROWS; row++) {
            read_at[v][row][LANE] = row < NUM_MARKERS ? 4 : 0;
        }
    }
    results.read = &read_at[0][0][0];
    seen = (eng_sighting_t){ .results = &results, .lane = LANE, .days = days, .num_reads = VISITS, .num_markers = NUM_MARKERS,
        .num_rows = ROWS, .horizon = DAY(EVERY * (VISITS - 1)) };
}

static void
set(int row, int first, int last, double value)
{
    for (int v = first; v <= last; v++) {
        read_at[v][row][LANE] = value;
    }
}

static eng_criterion_t
marker(int which, double low, double high)
{
    return (eng_criterion_t){ .event = ENG_NO_EVENT, .marker = which, .low = low, .high = high, .since = (double)NAN };
}

static eng_criterion_t
event(int which)
{
    return (eng_criterion_t){ .event = which, .marker = -1, .low = -INFINITY, .high = INFINITY, .since = (double)NAN };
}

static eng_criterion_t
change(double by, bool relative)
{
    eng_criterion_t part = marker(MARKER, -INFINITY, INFINITY);

    part.change = by;
    part.relative = relative;
    return part;
}

static eng_endpoint_t
endpoint(bool all, int num, eng_criterion_t a, eng_criterion_t b)
{
    eng_endpoint_t self = { .part = { a, b }, .num_parts = num, .all = all, .from_event = ENG_NO_EVENT, .given = ENG_NO_EVENT,
        .visits = EVERY, .num_visits = VISITS };

    return self;
}

static eng_endpoint_t
one(eng_criterion_t part)
{
    return endpoint(false, 1, part, part);
}

#define MET(self, day) CU_ASSERT_EQUAL(eng_endpoint_tick(&(self), 0, &seen), DAY(day))
#define UNMET(self) CU_ASSERT_EQUAL(eng_endpoint_tick(&(self), 0, &seen), ENG_TICK_NEVER)
#define NOT_ASKED(self) CU_ASSERT_EQUAL(eng_endpoint_tick(&(self), 0, &seen), ENG_TICK_NOT_APPLICABLE)

static void
test_changes(void)
{
    CU_ASSERT(eng_changed(4, 3, -1, false) && !eng_changed(4, 3.1, -1, false) && !eng_changed(4, 5, -1, false));
    CU_ASSERT(eng_changed(4, 5, 1, false) && !eng_changed(4, 4.9, 1, false));
    CU_ASSERT(eng_changed(4, 3, -0.25, true) && !eng_changed(4, 3.01, -0.25, true) && eng_changed(4, 6, 0.5, true));
    CU_ASSERT(!eng_changed(0, -3, -0.25, true) && eng_changed(0, 0, 0, false)); /* of nothing there is no share; 0 asks for nothing */
    CU_ASSERT(!eng_changed((double)NAN, 3, -1, false) && !eng_changed(4, (double)NAN, 1, false));
}

static void
test_a_marker_within_limits(void)
{
    eng_endpoint_t low = one(marker(MARKER, -INFINITY, 3)), band = one(marker(MARKER, 2, 3));

    start();
    UNMET(low);
    set(MARKER, 0, 0, 1); /* the baseline meets nothing */
    UNMET(low);
    set(MARKER, 4, 4, 3); /* limits are included */
    MET(low, 120);
    set(MARKER, 3, 3, (double)NAN);
    set(MARKER, 2, 2, 1);
    MET(low, 60);
    MET(band, 120);
}

static void
test_confirmation(void)
{
    eng_endpoint_t self = one(marker(MARKER, -INFINITY, 3));

    start();
    self.part[0].confirmed = 60;
    set(MARKER, 2, 3, 2); /* a month only */
    UNMET(self);
    set(MARKER, 6, 8, 2);
    MET(self, 180);
    self.part[0].confirmed = 75; /* the first visit that is so much later is the third after it */
    UNMET(self);
    set(MARKER, 9, 9, 2);
    MET(self, 180);
    set(MARKER, 6, 9, 4);
    set(MARKER, 11, 12, 2); /* nobody comes back to confirm it */
    UNMET(self);
}

static void
test_changes_since_a_baseline(void)
{
    eng_endpoint_t worse = one(change(1, false)), response = one(change(-0.5, true));

    start();
    set(MARKER, 2, 3, 5);
    set(MARKER, 4, 12, 6);
    MET(worse, 60);
    worse.from = 90; /* re-baselined: the visit of day 90 is what is compared with */
    MET(worse, 120);
    worse.from = 91; /* between visits: that of day 120 */
    UNMET(worse);
    worse.part[0].since = 0;
    MET(worse, 120);
    UNMET(response);
    set(MARKER, 8, 8, 2);
    MET(response, 240);
    set(MARKER, 0, 0, 0); /* of nothing there is no half */
    UNMET(response);
}

static void
test_first_events(void)
{
    eng_endpoint_t self = endpoint(false, 2, event(ENG_EVENT_PROGRESSION), event(ENG_EVENT_DEATH));

    start();
    UNMET(self);
    results.tick[ENG_EVENT_DEATH][LANE] = DAY(200) + 3;
    CU_ASSERT_EQUAL(eng_endpoint_tick(&self, 0, &seen), DAY(200) + 3);
    results.tick[ENG_EVENT_PROGRESSION][LANE] = DAY(50);
    MET(self, 50);
    self.from = 60; /* what came before does not count */
    CU_ASSERT_EQUAL(eng_endpoint_tick(&self, 0, &seen), DAY(200) + 3);
    results.tick[ENG_EVENT_PROGRESSION][LANE] = ENG_TICK_NOT_APPLICABLE;
    CU_ASSERT_EQUAL(eng_endpoint_tick(&self, 0, &seen), DAY(200) + 3); /* the other can still be asked */
    results.tick[ENG_EVENT_DEATH][LANE] = ENG_TICK_NOT_APPLICABLE;
    NOT_ASKED(self);
}

static void
test_what_comes_again(void)
{
    eng_endpoint_t self = one(event(ENG_EVENT_RELAPSE));

    start();
    results.tick[ENG_EVENT_RELAPSE][LANE] = DAY(20);
    set(NUM_MARKERS + ENG_NOTE_RELAPSES, 1, 6, 1);
    set(NUM_MARKERS + ENG_NOTE_RELAPSES, 7, 12, 2);
    MET(self, 20);
    self.from = 45; /* the second is found on day 210 */
    MET(self, 210);
    self.from = 0;
    self.from_event = ENG_EVENT_RELAPSE; /* strictly later */
    MET(self, 210);
    set(NUM_MARKERS + ENG_NOTE_RELAPSES, 7, 12, 1);
    UNMET(self);
    results.tick[ENG_EVENT_RELAPSE][LANE] = ENG_TICK_NEVER; /* the clock never starts */
    UNMET(self);
}

static void
test_all_of_them(void)
{
    eng_endpoint_t events = endpoint(true, 2, event(ENG_EVENT_PROGRESSION), event(ENG_EVENT_INFECTION));
    eng_endpoint_t both = endpoint(true, 2, event(ENG_EVENT_PROGRESSION), marker(MARKER, -INFINITY, 3));
    eng_endpoint_t markers = endpoint(true, 2, marker(MARKER, -INFINITY, 3), marker(OTHER, 5, INFINITY));

    start();
    results.tick[ENG_EVENT_PROGRESSION][LANE] = DAY(70);
    UNMET(events);
    results.tick[ENG_EVENT_INFECTION][LANE] = DAY(35);
    MET(events, 70); /* the day of the last */
    UNMET(both);
    set(MARKER, 1, 2, 2); /* before the event */
    UNMET(both);
    set(MARKER, 5, 5, 2);
    MET(both, 150);
    set(OTHER, 6, 6, 7); /* never both at one visit */
    UNMET(markers);
    set(OTHER, 5, 5, 7);
    MET(markers, 150);
    results.tick[ENG_EVENT_INFECTION][LANE] = ENG_TICK_NOT_APPLICABLE;
    NOT_ASKED(events);
}

static void
test_off_drugs(void)
{
    eng_endpoint_t low = one(marker(MARKER, -INFINITY, 3)), relapse = one(event(ENG_EVENT_RELAPSE));

    start();
    low.num_off = relapse.num_off = 1;
    set(MARKER, 1, 12, 2);
    set(NUM_MARKERS + ENG_NOTE_TAKEN, 0, 3, 1);
    set(NUM_MARKERS + ENG_NOTE_TAKEN + 1, 0, 12, 1); /* of another endpoint */
    MET(low, 120);
    low.part[0].confirmed = 60; /* also at the visits that confirm it */
    set(NUM_MARKERS + ENG_NOTE_TAKEN, 5, 5, 1);
    MET(low, 180);
    results.tick[ENG_EVENT_RELAPSE][LANE] = DAY(75);
    UNMET(relapse); /* found on day 90, on the drug */
    results.tick[ENG_EVENT_RELAPSE][LANE] = DAY(100);
    MET(relapse, 120);
}

static void
test_landmarks(void)
{
    eng_endpoint_t self = one(event(ENG_EVENT_DEATH)), behind = one(event(ENG_EVENT_ENDPOINT(0)));

    start();
    self.from = 90;
    self.given = ENG_EVENT_RELAPSE;
    results.tick[ENG_EVENT_DEATH][LANE] = DAY(300);
    NOT_ASKED(self); /* no relapse by the landmark */
    results.tick[ENG_EVENT_RELAPSE][LANE] = DAY(91);
    NOT_ASKED(self);
    results.tick[ENG_EVENT_RELAPSE][LANE] = DAY(90);
    MET(self, 300);
    results.tick[ENG_EVENT_DEATH][LANE] = DAY(90); /* dead at the landmark */
    NOT_ASKED(self);
    results.tick[ENG_EVENT_ENDPOINT(0)][LANE] = DAY(111); /* an endpoint is an event for those behind it */
    MET(behind, 111);
    behind.from_event = ENG_EVENT_ENDPOINT(0);
    UNMET(behind);
    results.tick[ENG_EVENT_ENDPOINT(0)][LANE] = ENG_TICK_NOT_APPLICABLE;
    NOT_ASKED(behind);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_changes),
        ENG_TEST(test_a_marker_within_limits),
        ENG_TEST(test_confirmation),
        ENG_TEST(test_changes_since_a_baseline),
        ENG_TEST(test_first_events),
        ENG_TEST(test_what_comes_again),
        ENG_TEST(test_all_of_them),
        ENG_TEST(test_off_drugs),
        ENG_TEST(test_landmarks),
    };

    return ENG_TEST_MAIN(argc, argv, "endpoint", tests);
}
