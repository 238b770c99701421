/**
 * A small study made by hand, and random courses for it: what the tests of layout and summary share.
 */
#ifndef ENG_LAYOUT_FIXTURE_H
#define ENG_LAYOUT_FIXTURE_H

#include "base/math.h"
#include "study/layout.h"
#include "testlib.h"
#include <stdlib.h>
#include <string.h>

enum { FIX_RELAPSE, FIX_DEATH, FIX_OS, FIX_ANC, FIX_INFECTIONS, FIX_RATIO, FIX_CD4, FIX_SCORE, FIX_OUTCOMES };

#define FIX_PROTOCOLS 3
#define FIX_REFERENCE 1
#define FIX_READS 6

static const eng_marker_row_t fix_marker = { "edss", "1", "score", 0.01, 0, 10, false, -1 };
static const eng_module_t *const fix_needs[] = { &eng_module_clones };
static const eng_disease_t fix_disease
    = { .module = { .name = "test" }, .needs = fix_needs, .num_needs = 1, .markers = &fix_marker, .num_markers = 1 };

/* Its lists: what every body has, and one marker. */
/* those that are drawn, in the order in which the bits that test_summary expects were made */
#define FIX_NUM_EVENTS 11
#define FIX_NUM_NUMBERS 6
#define FIX_NUM_MARKERS (ENG_NUM_SHARED_MARKERS + 1)
#define FIX_EDSS ENG_MARKER_OWN(0)

static const char *const fix_names[FIX_OUTCOMES] = { "relapse",    "death",     "os",  "anc_recovery",
                                                     "infections", "e1y_ratio", "cd4", NULL };

static const eng_outcome_row_t fix_score = { .name = "edss", .unit = "1", .kind = ENG_OUTCOME_MARKER,
    .source = FIX_EDSS };

typedef struct {
    eng_study_t study;
    eng_outcome_request_t outcomes[FIX_OUTCOMES];
    double reads[FIX_READS], at[2], days[3];
    int markers[2];
} fixture_t;

/** Horizon 400 d; relapse also at 180 d and 360 d; markers read at 30 d and 365.25 d; trajectories each 180 d. */
static inline void
fix_init(fixture_t *fix)
{
    static const double reads[FIX_READS] = { 0, 30, 180, 360, 365.25, 400 };
    int j;

    memset(fix, 0, sizeof(*fix));
    memcpy(fix->reads, reads, sizeof(reads));
    fix->at[0] = 30;
    fix->at[1] = 365.25;
    for (j = 0; j < 3; j++) {
        fix->days[j] = 180 * j;
    }
    fix->markers[0] = ENG_MARKER_CD4;
    fix->markers[1] = FIX_EDSS;
    for (j = 0; j < FIX_OUTCOMES; j++) {
        fix->outcomes[j].row = fix_names[j] == NULL ? &fix_score :
            eng_outcome_at(&fix_disease, eng_outcome_find(&fix_disease, fix_names[j]));
        if (fix->outcomes[j].row->kind == ENG_OUTCOME_MARKER) {
            fix->outcomes[j].at = fix->at;
            fix->outcomes[j].num_at = 2;
        }
    }
    fix->outcomes[FIX_RELAPSE].at = &fix->days[1]; /* 180 d, 360 d: landmarks of the study's own */
    fix->outcomes[FIX_RELAPSE].num_at = 2;
    fix->outcomes[FIX_DEATH].histogram = 20;
    fix->outcomes[FIX_INFECTIONS].histogram = 8;
    fix->outcomes[FIX_SCORE].histogram = 16;
    fix->study.horizon = 400;
    fix->study.disease = &fix_disease;
    fix->study.patients = 64;
    fix->study.num_protocols = FIX_PROTOCOLS;
    fix->study.reference = FIX_REFERENCE;
    fix->study.num_points = 1;
    fix->study.outcomes = fix->outcomes;
    fix->study.num_outcomes = FIX_OUTCOMES;
    fix->study.reads = fix->reads;
    fix->study.num_reads = FIX_READS;
    fix->study.trajectories.markers = fix->markers;
    fix->study.trajectories.num_markers = 2;
    fix->study.trajectories.days = fix->days;
    fix->study.trajectories.num_days = 3;
    fix->study.trajectories.points = true;
}

/** Tiles for all protocols, with storage for readings; free with free(). */
typedef struct {
    eng_results_t results[FIX_PROTOCOLS];
    double read[FIX_PROTOCOLS][FIX_READS][FIX_NUM_MARKERS][ENG_LANES];
} tiles_t;

static inline tiles_t *
fix_tiles(void)
{
    tiles_t *tiles = calloc(1, sizeof(*tiles));
    int p;

    CU_ASSERT_PTR_NOT_NULL_FATAL(tiles);
    for (p = 0; p < FIX_PROTOCOLS; p++) {
        tiles->results[p].read = &tiles->read[p][0][0][0];
    }
    return tiles;
}

/** One random course under every protocol into lane l. */
static inline void
fix_course(tiles_t *tiles, int l, uint64_t *state, bool may_fail)
{
    int p, e, r, m;
    double dead;

    for (p = 0; p < FIX_PROTOCOLS; p++) {
        eng_results_t *results = &tiles->results[p];

        for (e = 0; e < FIX_NUM_EVENTS; e++) {
            /* the own event is drawn fourth */
            results->tick[e < 3 ? e : e == 3 ? ENG_EVENT_OWN(0) : e - 1][l] =
                eng_test_random(state) % 2 ? ENG_TICK_NEVER : (int32_t)eng_test_uniform(state, -5, 6400);
        }
        if (eng_test_random(state) % 5 == 0) {
            results->tick[ENG_EVENT_ANC_RECOVERY][l] = ENG_TICK_NOT_APPLICABLE;
        }
        dead = results->tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? 1e9 : results->tick[ENG_EVENT_DEATH][l] / 16.0;
        results->cause[l] = (uint8_t)(dead < 1e9 ? 1 + eng_test_random(state) % (ENG_NUM_SHARED_CAUSES - 1) : 0);
        results->failure[l] =
            (uint8_t)(may_fail && eng_test_random(state) % 20 == 0 ? 1 + eng_test_random(state) % 2 : 0);
        for (e = 0; e < FIX_NUM_NUMBERS; e++) {
            results->number[e][l] = dead < 200 ? NAN : eng_floor(eng_test_uniform(state, 0, 9));
        }
        for (r = 0; r < FIX_READS; r++) {
            for (e = 0; e <= ENG_MARKER_MONOCYTES; e++) { /* all shared ones but monocytes, which came later; then its own */
                m = e < ENG_MARKER_MONOCYTES ? e : FIX_EDSS;
                tiles->read[p][r][m][l] =
                    dead < 70 * r ? NAN : eng_test_uniform(state, 0.01, 1.2) * (m == FIX_EDSS ? 8 : 900);
            }
        }
    }
}

static inline void
fix_lanes(tiles_t *tiles, int lanes)
{
    int p;

    for (p = 0; p < FIX_PROTOCOLS; p++) {
        tiles->results[p].num_lanes = lanes;
    }
}

static inline const eng_scale_t *
fix_scale(const eng_layout_t *layout, const char *name)
{
    int j;

    for (j = 0; j < layout->num_scales; j++) {
        if (strcmp(layout->scales[j].name, name) == 0) {
            return &layout->scales[j];
        }
    }
    return NULL;
}

/** A study whose sums are kept: what `fix` says when they are opened. */
typedef struct {
    fixture_t fix;
    eng_layout_t layout;
    tiles_t *tiles;
    int64_t *point, *pooled, *cluster; /* with room for two points */
} fix_sums_t;

static inline void
fix_sums_open(fix_sums_t *sums)
{
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&sums->layout, &sums->fix.study), ENG_OK);
    sums->tiles = fix_tiles();
    sums->point = malloc(2 * sums->layout.point_words * sizeof(int64_t));
    sums->pooled = malloc(2 * sums->layout.pooled_words * sizeof(int64_t));
    sums->cluster = malloc(2 * sums->layout.cluster_words * sizeof(int64_t));
    CU_ASSERT_FATAL(sums->point != NULL && sums->pooled != NULL && sums->cluster != NULL);
}

static inline void
fix_sums_close(fix_sums_t *sums)
{
    free(sums->tiles);
    free(sums->point);
    free(sums->pooled);
    free(sums->cluster);
    eng_layout_free(&sums->layout);
}

#endif
