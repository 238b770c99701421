/**
 * Arguments of a command: `--name value`, `--name=value`, `-o value`, `--flag` and plain ones, in any order.
 */
#ifndef ENG_CLI_ARGS_H
#define ENG_CLI_ARGS_H

#include <stdbool.h>
#include <stdint.h>

/** One option: either value or flag is set. */
typedef struct {
    const char *name;   /* with its dashes */
    const char **value; /* gets the text, borrowed from argv */
    bool *flag;
} eng_option_t;

/**
 * plain[0 .. num_plain) get the plain arguments, all of which must be there.  ENG_ERR_USAGE names what is wrong.
 */
int eng_args_parse(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain, int num_plain);

/** Likewise with 1 to max plain arguments; *count tells how many there are. */
int eng_args_parse_list(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain, int max, int *count);

/** Likewise with one plain argument that may be missing: *plain is then NULL. */
int eng_args_parse_optional(int argc, char **argv, const eng_option_t *options, int num_options, const char **plain);

/** "2/7": the share of 1 .. of; ENG_ERR_USAGE says what is wrong. */
int eng_args_shard(const char *name, const char *text, uint64_t *number, uint64_t *of);
/** A whole number; ENG_ERR_USAGE with the option's name. */
int eng_args_count(const char *name, const char *text, uint64_t *value);
/** "3h50m", "90 min", "45s", "1.5 h", "3:50:00" or plain seconds. */
int eng_args_duration(const char *name, const char *text, double *seconds);
/** Index of `text` among words separated by '|', or ENG_ERR_USAGE. */
int eng_args_choice(const char *name, const char *text, const char *words, int *index);

#endif
