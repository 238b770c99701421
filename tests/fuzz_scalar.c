/**
 * Numbers, units and quantities of a study, and the values of options: shares, counts, times, choices.  What has to hold of any text:
 *   - a refusal has the documented code and one line of reason
 *   - a number that was read is finite, and its shortest form reads back to the same bits
 *   - a share is one of those it is counted among, a time is positive and finite
 *   - what is shown to people of a text has no control characters
 */
#include "base/text.h"
#include "cli/args.h"
#include "study/quantity.h"

#include "fuzzlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
is_finite(double x)
{
    return x - x == 0;
}

static void
check_problem(int ret, const char *problem)
{
    ENG_FUZZ_HOLDS(ret == 0 || ret == ENG_ERR_RANGE, "a scalar that is refused is out of range");
    ENG_FUZZ_HOLDS(ret == 0 || (problem[0] != '\0' && strpbrk(problem, "\r\n") == NULL && strlen(problem) < ENG_PROBLEM_SIZE),
        "a problem is one line");
}

static void
check_number(const char *text)
{
    char problem[ENG_PROBLEM_SIZE] = "", shortest[ENG_TEXT_DOUBLE_SIZE];
    double value = 0, again = 0;
    const int ret = eng_number_read(text, &value, problem);

    check_problem(ret, problem);
    if (ret == 0) {
        ENG_FUZZ_HOLDS(is_finite(value), "a number is finite");
        eng_text_double(shortest, value);
        ENG_FUZZ_HOLDS(eng_number_read(shortest, &again, problem) == 0 && again == value, "a number reads back");
    }
}

static void
check_quantity(const char *text, int dimension, bool bare)
{
    const char *unit = eng_dimension_unit((eng_dimension_t)dimension);
    char problem[ENG_PROBLEM_SIZE] = "", again[ENG_TEXT_DOUBLE_SIZE + 16];
    double value = 0, same = 0;
    const int ret = eng_quantity_read(text, unit, bare, &value, problem);

    check_problem(ret, problem);
    if (ret == 0) {
        ENG_FUZZ_HOLDS(is_finite(value), "a quantity is finite");
        const size_t length = (size_t)eng_text_double(again, value);
        snprintf(again + length, sizeof(again) - length, " %s", unit);
        ENG_FUZZ_HOLDS(eng_quantity_read(again, unit, false, &same, problem) == 0 && same == value, "a quantity reads back");
    }
}

/* Two units with a line end between them. */
static void
check_units(char *text)
{
    char *other = strchr(text, '\n'), problem[ENG_PROBLEM_SIZE] = "";
    double num = 0, den = 0;
    eng_unit_t a, b;

    if (other != NULL) {
        *other++ = '\0';
    } else {
        other = text + strlen(text);
    }
    eng_text_one_line(text);
    eng_text_one_line(other);
    check_problem(eng_unit_factor(text, other, &num, &den, problem), problem);
    if (eng_unit_parse(text, &a) == 0 && eng_unit_parse(other, &b) == 0) {
        ENG_FUZZ_HOLDS(eng_unit_same_kind(&a, &b) == eng_unit_same_kind(&b, &a), "being of one kind goes both ways");
        ENG_FUZZ_HOLDS(eng_unit_same_kind(&a, &a), "a unit is of its own kind");
    }
}

static void
check_option(const char *text)
{
    uint64_t number = 0, of = 0;
    double seconds = 0;
    int index = -1, ret = eng_args_shard("--shard", text, &number, &of);

    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret != 0 || (number >= 1 && number <= of), "a share is one of those it is counted among");
    ret = eng_args_count("--point", text, &number);
    eng_fuzz_check_refusal(ret);
    ret = eng_args_duration("--deadline", text, &seconds);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret != 0 || (seconds > 0 && is_finite(seconds)), "a time is positive and finite");
    ret = eng_args_choice("--resume", text, "auto|never|require", &index);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret != 0 || (index >= 0 && index < 3), "a choice is one of those offered");
}

static void
check_shown(const char *text)
{
    static const char *const names[] = { "relapse", "thymus.export_at_20y", "cy200" };
    char shown[40];
    eng_nearest_t nearest;

    eng_text_excerpt(shown, sizeof(shown), text);
    for (const char *at = shown; *at != '\0'; at++) {
        ENG_FUZZ_HOLDS((unsigned char)*at >= ' ' && *at != 0x7f, "what is shown has no control characters");
    }
    ENG_FUZZ_HOLDS(!eng_text_is_name(text, 64) || (strlen(text) <= 64 && text[0] != '-' && text[0] != '.'), "a name is one");
    eng_nearest_init(&nearest, text);
    for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
        ENG_FUZZ_HOLDS(eng_text_distance(text, names[j]) >= 0, "a distance is not negative");
        eng_nearest_try(&nearest, names[j]);
    }
    (void)eng_nearest_get(&nearest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text;

    if (size == 0 || size > 4096) {
        return 0;
    }
    text = eng_fuzz_text(data + 1, size - 1);
    if (data[0] % 6 == 0 || data[0] % 6 > 3) {
        eng_text_one_line(text); /* scalars come without control characters from base/yaml */
    }
    switch (data[0] % 6) {
    case 0:
        check_number(text);
        break;
    case 1:
        check_units(text);
        break;
    case 2:
        check_option(text);
        break;
    case 3:
        check_shown(text);
        break;
    default:
        check_quantity(text, data[0] / 6 % ENG_DIM_CHOICE, data[0] % 6 == 4);
    }
    free(text);
    return 0;
}
