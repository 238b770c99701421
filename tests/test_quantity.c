/** Numbers with units; names; numbers as text. */
#include "study/quantity.h"

#include "base/text.h"
#include "testlib.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *text, *unit;
    double value; /* NaN: refused */
    const char *part; /* of the reason */
} case_t;

static const case_t cases[] = {
    { "5 d", "d", 5, NULL },
    { "5d", "d", 5, NULL },
    { "-30 d", "d", -30, NULL },
    { "2 wk", "d", 14, NULL },
    { "1 mo", "d", 30.4375, NULL },
    { "5 y", "d", 1826.25, NULL },
    { "6 h", "d", 0.25, NULL },
    { "90 min", "d", 0.0625, NULL },
    { "5e-1 y", "d", 182.625, NULL },
    { "6 mg/kg", "mg/kg", 6, NULL },
    { "0.2 g/kg", "mg/kg", 200, NULL },
    { "500 ug/kg", "mg/kg", 0.5, NULL },
    { "2 g/m2", "mg/m2", 2000, NULL },
    { "2 g/m^2", "mg/m2", 2000, NULL },
    { "30 mg", "mg", 30, NULL },
    { "6e6 /kg", "/kg", 6e6, NULL },
    { "6e6/kg", "/kg", 6e6, NULL },
    { "6e6 cells/kg", "/kg", 6e6, NULL },
    { "6 1e6/kg", "/kg", 6e6, NULL },
    { "4 log10", "log10", 4, NULL },
    { "200 cGy", "Gy", 2, NULL },
    { "10 1/y", "1/d", 10 / 365.25, NULL },
    { "0.2 /d", "1/d", 0.2, NULL },
    { "0.2 d-1", "1/d", 0.2, NULL },
    { "7e3 1/(uL d)", "1/(uL d)", 7e3, NULL },
    { "7e9 /(L*d)", "1/(uL d)", 7e3, NULL },
    { "75 g/L", "g/L", 75, NULL },
    { "7.5 g/dL", "g/L", 75, NULL },
    { "3", "1", 3, NULL },
    { "3 1", "1", 3, NULL },
    { ".5", "1", 0.5, NULL },
    { "+5.", "1", 5, NULL },
    { "3 points", "points", 3, NULL },
    { "0.365.25 EDSS/y", "EDSS/d", NAN, "unknown unit" },
    { "182.625 EDSS/y", "EDSS/d", 0.5, NULL },
    { "1 EDSS/EDSS", "1/d", NAN, "does not fit" },
    { "3 EDSS", "EDSS/d", NAN, "does not fit" },
    { "3 EDSS", "points", NAN, "unknown unit" },
    { "3 EDSS m", "EDSS", NAN, "does not fit" },
    { "5", "d", NAN, "no unit" },
    { "5 kg", "d", NAN, "a time such as '5 d'" },
    { "5 days", "d", NAN, "unknown unit 'days'" },
    { "6 mg", "mg/kg", NAN, "a dose such as '6 mg/kg'" },
    { "6 mg/m2", "mg/kg", NAN, "does not fit" },
    { "6e6", "/kg", NAN, "6e6 /kg" },
    { "3 d", "1", NAN, "without a unit" },
    { "nan", "1", NAN, "not a number" },
    { "inf d", "d", NAN, "not a number" },
    { "0x10", "1", NAN, "without a unit" },
    { "0x10 d", "d", NAN, "unknown unit" },
    { "1,000 d", "d", NAN, "unknown unit" },
    { "1_000", "1", NAN, "without a unit" },
    { "1e999 d", "d", NAN, "too large" },
    { "1e308 y", "d", NAN, "too large" },
    { "1e-999 d", "d", NAN, "too small" },
    { "five d", "d", NAN, "a time such as" },
    { "", "1", NAN, "not a number" },
    { "-", "1", NAN, "not a number" },
    { "5 d/", "d", NAN, "unknown unit" },
    { "5 d9", "d", NAN, "unknown unit" },
    { "5 ((((((d))))))", "d", NAN, "unknown unit" },
    { "5 d d d d d d d d d d", "d", NAN, "unknown unit" },
    { "5 points", "d", NAN, "unknown unit" },
};

static void
test_quantities(void)
{
    for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        const case_t *c = &cases[j];
        char problem[ENG_PROBLEM_SIZE] = "";
        double value = NAN;
        const int ret = eng_quantity_read(c->text, c->unit, false, &value, problem);
        const bool good = isnan(c->value) ? ret == ENG_ERR_RANGE && strstr(problem, c->part) != NULL
                                          : ret == 0 && value == c->value;

        CU_ASSERT(good);
        if (!good) {
            printf("'%s' in %s: %d, %.17g, %s\n", c->text, c->unit, ret, value, problem);
        }
    }
}

static void
test_bare_numbers_where_allowed(void)
{
    char problem[ENG_PROBLEM_SIZE];
    double value = 0;

    CU_ASSERT_EQUAL(eng_quantity_read("0.3", "1/d", true, &value, problem), 0);
    CU_ASSERT_EQUAL(value, 0.3);
    CU_ASSERT_EQUAL(eng_quantity_read("0.3", "1/d", false, &value, problem), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_number_read("0.3 1/d", &value, problem), ENG_ERR_RANGE);
}

static void
test_units_compose(void)
{
    eng_unit_t a, b;

    CU_ASSERT_EQUAL(eng_unit_parse("mg/(kg d)", &a), 0);
    CU_ASSERT_EQUAL(eng_unit_parse("g d-1 kg^-1", &b), 0);
    CU_ASSERT(eng_unit_same_kind(&a, &b));
    CU_ASSERT_EQUAL(eng_unit_convert(2, &b, &a), 2000);
    CU_ASSERT_EQUAL(eng_unit_parse("mg/kg", &b), 0);
    CU_ASSERT_FALSE(eng_unit_same_kind(&a, &b));
    CU_ASSERT_EQUAL(eng_unit_parse("cells/d", &a), 0);
    CU_ASSERT_EQUAL(eng_unit_parse("1/d", &b), 0);
    CU_ASSERT_FALSE(eng_unit_same_kind(&a, &b));
    CU_ASSERT_EQUAL(eng_unit_parse("", &a), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_unit_parse("*d", &a), ENG_ERR_RANGE);
    CU_ASSERT_EQUAL(eng_unit_parse("0", &a), ENG_ERR_RANGE);
}

static void
test_doubles_read_back(void)
{
    static const double values[] = { 0, 60, 1e-5, 0.1, 1.0 / 3, 1.6e7, 123456789.125, 1e22, 5e-324, 1.7976931348623157e308 };
    char text[ENG_TEXT_DOUBLE_SIZE];
    uint64_t state = 1;

    eng_text_double(text, 60);
    CU_ASSERT_STRING_EQUAL(text, "60");
    eng_text_double(text, -0.0);
    CU_ASSERT_STRING_EQUAL(text, "0");
    eng_text_double(text, 0.1);
    CU_ASSERT_STRING_EQUAL(text, "0.1");
    for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++) {
        eng_text_double(text, values[j]);
        CU_ASSERT_EQUAL(strtod(text, NULL), values[j]);
    }
    for (int j = 0; j < 20000; j++) {
        const uint64_t bits = eng_test_random(&state);
        double value;

        memcpy(&value, &bits, sizeof(value));
        if (isfinite(value)) {
            CU_ASSERT(eng_text_double(text, value) < ENG_TEXT_DOUBLE_SIZE && strtod(text, NULL) == value);
        }
        /* What was written with few digits comes back with these: of a common size, and of numbers that have lost bits. */
        char few[ENG_TEXT_DOUBLE_SIZE], fewest[ENG_TEXT_DOUBLE_SIZE];
        snprintf(few, sizeof(few), "%llue%d", (unsigned long long)(bits % (j % 3 == 0 ? 10 : 1000000000)), j % 2 == 0 ? -10 - j % 12 : -325);
        value = strtod(few, NULL);
        eng_text_double(text, value);
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(fewest, sizeof(fewest), "%.*g", digits, value);
            if (strtod(fewest, NULL) == value) {
                break;
            }
        }
        if (value < 1) { /* else whole numbers are not written with exponents */
            CU_ASSERT_STRING_EQUAL(text, fewest);
        }
    }
}

static const char *
nearest(const char *word, const char *names)
{
    static eng_nearest_t search;

    eng_nearest_init(&search, word);
    eng_nearest_try_words(&search, names);
    return eng_nearest_get(&search);
}

static void
test_nearest_names(void)
{
    static const char names[] = "study seed horizon visits cohort protocols patients";

    CU_ASSERT_EQUAL(eng_text_distance("kitten", "sitting"), 3);
    CU_ASSERT_EQUAL(eng_text_distance("cohort", "cohrot"), 1);
    CU_ASSERT_EQUAL(eng_text_distance("", "abc"), 3);
    CU_ASSERT_STRING_EQUAL(nearest("patient", names), "patients");
    CU_ASSERT_STRING_EQUAL(nearest("Horizont", names), "horizon");
    CU_ASSERT_STRING_EQUAL(nearest("seeds", names), "seed");
    CU_ASSERT_STRING_EQUAL(nearest("cohrot", names), "cohort");
    CU_ASSERT_PTR_NULL(nearest("temperature", names));
    CU_ASSERT_PTR_NULL(nearest("x", names));
}

static void
test_names_and_excerpts(void)
{
    char shown[12];

    CU_ASSERT(eng_text_is_name("ms-conditioning_2.b", 64));
    CU_ASSERT_FALSE(eng_text_is_name("", 64));
    CU_ASSERT_FALSE(eng_text_is_name(".a", 64));
    CU_ASSERT_FALSE(eng_text_is_name("-a", 64));
    CU_ASSERT_FALSE(eng_text_is_name("a/b", 64));
    CU_ASSERT_FALSE(eng_text_is_name("abcde", 4));
    eng_text_excerpt(shown, sizeof(shown), "a\tb");
    CU_ASSERT_STRING_EQUAL(shown, "a?b");
    eng_text_excerpt(shown, sizeof(shown), "0123456789abcdef");
    CU_ASSERT_STRING_EQUAL(shown, "01234567...");
    eng_text_excerpt(shown, sizeof(shown), "0123456\xc3\xa4\xc3\xa4\xc3\xa4"); /* no half characters */
    CU_ASSERT_STRING_EQUAL(shown, "0123456...");
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_quantities), ENG_TEST(test_bare_numbers_where_allowed),
        ENG_TEST(test_units_compose), ENG_TEST(test_doubles_read_back), ENG_TEST(test_nearest_names),
        ENG_TEST(test_names_and_excerpts) };

    return ENG_TEST_MAIN(argc, argv, "quantity", tests);
}
