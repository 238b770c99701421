/**
 * Layout of accumulators: fields cover all words once, and what the model does not read is refused.
 */
#include "layout_fixture.h"

static size_t
field_words(const eng_field_t *field)
{
    size_t words = 1;
    int d;

    for (d = 0; d < field->num_dims; d++) {
        words *= field->size[d];
    }
    return words;
}

static void
check_fields(const eng_layout_t *layout, const eng_field_t *fields, int num, size_t words)
{
    char *seen = calloc(words, 1);
    const eng_scale_t *scale;
    size_t w, k;
    int j, i, d;

    CU_ASSERT_PTR_NOT_NULL_FATAL(seen);
    for (j = 0; j < num; j++) {
        w = field_words(&fields[j]);
        CU_ASSERT_FATAL(fields[j].offset + w <= words);
        for (k = 0; k < w; k++) {
            seen[fields[j].offset + k]++;
        }
        CU_ASSERT(fields[j].group[0] == '/' && fields[j].unit[0] != '\0' && fields[j].long_name[0] != '\0');
        for (d = 0; d < fields[j].num_dims; d++) {
            scale = fix_scale(layout, fields[j].dim[d]);
            CU_ASSERT_PTR_NOT_NULL_FATAL(scale);
            CU_ASSERT_EQUAL(scale->size, fields[j].size[d]);
        }
        for (i = 0; i < j; i++) {
            CU_ASSERT(strcmp(fields[i].group, fields[j].group) != 0 ||
                      strcmp(fields[i].dataset, fields[j].dataset) != 0);
        }
    }
    for (w = 0; w < words; w++) {
        CU_ASSERT_EQUAL(seen[w], 1);
    }
    free(seen);
}

static void
test_fields_cover_every_word_once(void)
{
    eng_layout_t layout;
    fixture_t fix;
    size_t k;
    int j, i;

    fix_init(&fix);
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&layout, &fix.study), ENG_OK);
    check_fields(&layout, layout.point_fields, layout.num_point_fields, layout.point_words);
    check_fields(&layout, layout.pooled_fields, layout.num_pooled_fields, layout.pooled_words);
    for (j = 0; j < layout.num_scales; j++) {
        CU_ASSERT((layout.scales[j].value == NULL) != (layout.scales[j].text == NULL));
        for (k = 0; k < layout.scales[j].size; k++) {
            CU_ASSERT(layout.scales[j].text == NULL || layout.scales[j].text[k] != NULL);
            CU_ASSERT(layout.scales[j].value == NULL || k == 0 ||
                      layout.scales[j].value[k] > layout.scales[j].value[k - 1]);
        }
        for (i = 0; i < j; i++) {
            CU_ASSERT(strcmp(layout.scales[i].name, layout.scales[j].name) != 0);
        }
    }
    eng_layout_free(&layout);
    eng_layout_free(&layout); /* legal on a zeroed object */
}

static void
test_landmarks_are_default_ones_and_the_studys(void)
{
    static const double want[] = { 7, 14, 21, 28, 50, 100, 180, 182.625, 360, 365.25, 400 };
    const eng_scale_t *scale;
    eng_layout_t layout;
    fixture_t fix;
    size_t k;

    fix_init(&fix);
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&layout, &fix.study), ENG_OK);
    scale = fix_scale(&layout, "landmark");
    CU_ASSERT_PTR_NOT_NULL_FATAL(scale);
    CU_ASSERT_EQUAL_FATAL(scale->size, sizeof(want) / sizeof(*want));
    for (k = 0; k < scale->size; k++) {
        CU_ASSERT_EQUAL(scale->value[k], want[k]);
    }
    CU_ASSERT_EQUAL(fix_scale(&layout, "event_day")->size, 402);
    eng_layout_free(&layout);
}

static void
test_a_reading_that_the_model_does_not_take_is_refused(void)
{
    eng_layout_t layout;
    fixture_t fix;

    fix_init(&fix);
    fix.at[0] = 31;
    CU_ASSERT_EQUAL(eng_layout_create(&layout, &fix.study), ENG_ERR_INTERNAL);
    eng_layout_free(&layout);
}

static void
test_every_row_of_the_model_fits_the_words(void)
{
    eng_outcome_request_t request = { 0 };
    eng_layout_t layout;
    fixture_t fix;
    int j;

    fix_init(&fix);
    fix.study.outcomes = &request;
    fix.study.num_outcomes = 1;
    for (j = 0; j < eng_outcome_count(&fix_disease); j++) {
        request.row = eng_outcome_at(&fix_disease, j);
        request.at = request.row->kind == ENG_OUTCOME_NUMBER ? NULL : fix.at;
        request.num_at = request.row->kind == ENG_OUTCOME_NUMBER ? 0 : 2;
        CU_ASSERT_EQUAL(eng_layout_create(&layout, &fix.study), ENG_OK);
        eng_layout_free(&layout);
    }
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_fields_cover_every_word_once),
        ENG_TEST(test_landmarks_are_default_ones_and_the_studys),
        ENG_TEST(test_a_reading_that_the_model_does_not_take_is_refused),
        ENG_TEST(test_every_row_of_the_model_fits_the_words),
    };

    return ENG_TEST_MAIN(argc, argv, "layout", tests);
}
