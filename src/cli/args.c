/**
 * Reading arguments.
 */
#include "cli/args.h"

#include "base/error.h"
#include "base/shell.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_SECONDS 1e9 /* thirty years */

static const eng_option_t *
find_option(const eng_option_t *options, int num_options, const char *word, size_t length)
{
    for (int j = 0; j < num_options; j++) {
        if (strlen(options[j].name) == length && strncmp(options[j].name, word, length) == 0) {
            return &options[j];
        }
    }
    return NULL;
}

static int
take_option(int argc, char **argv, int *j, const eng_option_t *options, int num_options)
{
    const char *word = argv[*j], *equals = strchr(word, '=');
    const size_t length = equals != NULL && word[1] == '-' ? (size_t)(equals - word) : strlen(word);
    const eng_option_t *option = find_option(options, num_options, word, length);

    if (option == NULL && access(word, F_OK) == 0) {
        eng_text_t file = { 0 };
        const int ret = ENG_FAIL(ENG_ERR_USAGE, "%s: '%s' is no option; for the file of that name write %s", argv[0], word,
            eng_shell_file_text(&file, word));
        eng_text_free(&file);
        return ret;
    }
    if (option == NULL) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: unknown option '%.*s'; see engraft %s --help", argv[0], (int)length, word, argv[0]);
    }
    if (option->flag != NULL) {
        *option->flag = true;
        return word[length] == '\0' ? 0 : ENG_FAIL(ENG_ERR_USAGE, "%s: %s takes no value", argv[0], option->name);
    }
    if (word[length] == '=') {
        *option->value = equals + 1;
        return 0;
    }
    if (*j + 1 >= argc) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: %s needs a value", argv[0], option->name);
    }
    *option->value = argv[++*j];
    return 0;
}

/* Up to `max` plain arguments. */
static int
parse_words(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain, int max, int *count)
{
    int ret = 0;
    bool only_plain = false;

    *count = 0;
    for (int j = 1; j < argc && ret == 0; j++) {
        if (!only_plain && strcmp(argv[j], "--") == 0) {
            only_plain = true;
        } else if (!only_plain && argv[j][0] == '-' && argv[j][1] != '\0') {
            ret = take_option(argc, argv, &j, options, num_options);
        } else if (*count == max) {
            ret = ENG_FAIL(ENG_ERR_USAGE, "%s: one argument too many: '%s'; see engraft %s --help", argv[0], argv[j], argv[0]);
        } else {
            plain[(*count)++] = argv[j];
        }
    }
    return ret;
}

int
eng_args_parse_list(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain, int max, int *count)
{
    int ret = parse_words(argc, argv, options, num_options, plain, max, count);

    if (ret == 0 && *count == 0 && max > 0) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "%s: a file name is missing; see engraft %s --help", argv[0], argv[0]);
    }
    return ret;
}

int
eng_args_parse(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain, int num_plain)
{
    int count, ret = eng_args_parse_list(argc, argv, options, num_options, plain, num_plain, &count);

    if (ret == 0 && count < num_plain) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "%s: a file name is missing; see engraft %s --help", argv[0], argv[0]);
    }
    return ret;
}

int
eng_args_parse_optional(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain)
{
    int count;

    *plain = NULL;
    return parse_words(argc, argv, options, num_options, plain, 1, &count);
}

int
eng_args_shard(const char *name, const char *text, uint64_t *number, uint64_t *of)
{
    const char *slash = strchr(text, '/');
    char *end = NULL;

    errno = 0;
    *number = strtoull(text, &end, 10);
    if (slash == NULL || end != slash || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)slash[1])) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s %s: a share such as 1/8 is expected, from 1/8 to 8/8", name, text);
    }
    *of = strtoull(slash + 1, &end, 10);
    if (*end != '\0' || errno != 0 || *of == 0 || *number == 0 || *number > *of) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s %s: shares are counted from 1, so of 8 they are 1/8 to 8/8", name, text);
    }
    return 0;
}

int
eng_args_count(const char *name, const char *text, uint64_t *value)
{
    char *end = NULL;

    errno = 0;
    *value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s %s: a whole number such as 0 or 17 is expected", name, text);
    }
    return 0;
}

/* Seconds of a unit's name; 0 unknown.  *length: its characters. */
static double
unit_seconds(const char *text, size_t *length)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "min", 60 }, { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };

    for (size_t j = 0; j < sizeof(units) / sizeof(*units); j++) {
        *length = strlen(units[j].name);
        if (strncmp(text, units[j].name, *length) == 0) {
            return units[j].seconds;
        }
    }
    return 0;
}

/* H:MM:SS as batch systems write it; false: it is not of this form. */
static bool
clock_duration(const char *text, double *seconds)
{
    double total = 0;

    if (strchr(text, ':') == NULL) {
        return false;
    }
    for (const char *at = text;; at++) {
        char *end = NULL;
        if (!isdigit((unsigned char)*at)) {
            return false;
        }
        total = 60 * total + (double)strtoul(at, &end, 10);
        at = end;
        if (*at != ':') {
            *seconds = total;
            return *at == '\0';
        }
    }
}

int
eng_args_duration(const char *name, const char *text, double *seconds)
{
    const char *at = text;
    double total = 0;

    if (clock_duration(text, &total) && total > 0 && total <= MOST_SECONDS) {
        *seconds = total;
        return 0;
    }
    total = 0;
    while (*at != '\0') {
        char *end = NULL;
        size_t length = 0;
        const double number = isdigit((unsigned char)*at) ? strtod(at, &end) : -1;
        if (number < 0 || number > MOST_SECONDS) {
            break;
        }
        at = end + strspn(end, " ");
        double unit = unit_seconds(at, &length);
        if (unit <= 0 && *at == '\0' && total <= 0) {
            unit = 1;
            length = 0;
        }
        if (unit <= 0) {
            break;
        }
        total += number * unit;
        at += length;
        at += strspn(at, " ");
    }
    if (*at != '\0' || total <= 0 || total > MOST_SECONDS) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s %s: a time such as 3h50m, 90 min or 3:50:00 is expected", name, text);
    }
    *seconds = total;
    return 0;
}

int
eng_args_choice(const char *name, const char *text, const char *words, int *index)
{
    const size_t length = strlen(text);
    const char *at = words;

    for (*index = 0;; (*index)++) {
        const size_t word = strcspn(at, "|");
        if (word == length && strncmp(at, text, length) == 0) {
            return 0;
        }
        if (at[word] == '\0') {
            return ENG_FAIL(ENG_ERR_USAGE, "%s %s: one of %s is expected", name, text, words);
        }
        at += word + 1;
    }
}
