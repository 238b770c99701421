/**
 * Small clones drawn as a list: the counts of the scalar sampler, whatever stands beside them and however wide the vectors.
 */
#define ENG_WIDTH plain
#include "clone_fixture.h"

#define NUM_WORDS 3000

/* Boundaries of the scalar's expansion may differ by 1e-7 from the exact law, and so from the list's. */
static void
test_list_agrees_with_scalar(void)
{
    uint64_t state = 11;
    int differ = 0;

    for (size_t j = 0; j < NUM_CLONE_CELLS; j++) {
        const clone_cell_t *cell = &clone_cells[j];
        for (int i = 0; i < NUM_WORDS; i++) {
            const uint64_t word1 = eng_test_random(&state), word2 = eng_test_random(&state);
            const double want
                = eng_sample_birth_death(cell->n, (double)(real)cell->A, (double)(real)cell->Q, word1, word2);
            const double got = clone_one(cell->n, cell->A, cell->Q, word1, word2);
            differ += got != want;
            if (got != want) {
                printf("%g cells, A %g, Q %g: %g, scalar %g\n", cell->n, cell->A, cell->Q, got, want);
            }
        }
    }
    CU_ASSERT(differ <= 1);
}

/* A full list of mixed laws and sizes against every pair alone; and whatever vectors there are. */
static void
test_neighbours_do_not_matter(void)
{
    static small_list_t mixed, wide, asked;
    uint64_t state = 3;
    int bad = 0;
    eng_course_t course = clone_course(0, 0);

    mixed.num = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        const clone_cell_t *cell = &clone_cells[(size_t)l % NUM_CLONE_CELLS];
        clone_block.clone_loss[l] = (real)cell->A;
        clone_block.clone_gain[l] = (real)cell->Q;
        clone_words(l, eng_test_random(&state), eng_test_random(&state));
        for (int k = 0; k < 1 + l % ENG_NUM_CLONES; k++) {
            small_list_add(&mixed, k, l, cell->n, 1);
        }
    }
    asked = mixed;
    eng_small_clones(&course, &mixed, &clone_tile.cells);
#define COMPARE(width)                                                                        \
    if (eng_kernel_usable(eng_kernel_find(#width))) {                                         \
        wide = asked;                                                                         \
        eng_small_clones_##width(&course, &wide, &clone_tile.cells);                                             \
        bad += memcmp(wide.count, mixed.count, (size_t)mixed.num * sizeof(double)) != 0;      \
    }
    ENG_VECTOR_LIST(COMPARE)
    for (int i = 0; i < mixed.num; i++) {
        clone_list.num = 0;
        small_list_add(&clone_list, mixed.place[i] / ENG_LANES, mixed.place[i] % ENG_LANES, mixed.n[i], 1);
        eng_small_clones(&course, &clone_list, &clone_tile.cells);
        bad += clone_list.count[0] != mixed.count[i];
    }
    CU_ASSERT(mixed.num > 500);
    CU_ASSERT_EQUAL(bad, 0);
}

static void
test_rises_with_either_word(void)
{
    int bad = 0;

    for (size_t j = 0; j < NUM_CLONE_CELLS; j++) {
        const clone_cell_t *c = &clone_cells[j];
        double first = -1, second = -1;
        for (int i = 0; i <= 400; i++) {
            const uint64_t word = i == 400 ? UINT64_MAX : UINT64_MAX / 400 * (uint64_t)i;
            const double x = clone_one(c->n, c->A, c->Q, word, UINT64_C(1) << 63);
            const double y = clone_one(c->n, c->A, c->Q, UINT64_C(3) << 62, word);
            bad += x < first || y < second;
            first = x;
            second = y;
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
}

/* The ends of the words give counts, and all that can be known of them. */
static void
test_extreme_words(void)
{
    for (size_t j = 0; j < NUM_CLONE_CELLS; j++) {
        const clone_cell_t *c = &clone_cells[j];
        const double most = clone_one(c->n, c->A, c->Q, UINT64_MAX, UINT64_MAX);
        const double least = clone_one(c->n, c->A, c->Q, 0, 0);
        CU_ASSERT(least >= 0 && most >= least && most == floor(most) && most < 1e7);
        CU_ASSERT(c->Q > 0 || most <= c->n);
        CU_ASSERT(c->A > 0 || least == c->n);
    }
}

static const eng_test_t tests[] = {
    ENG_TEST(test_list_agrees_with_scalar),
    ENG_TEST(test_neighbours_do_not_matter),
    ENG_TEST(test_rises_with_either_word),
    ENG_TEST(test_extreme_words),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "clones", tests);
}
