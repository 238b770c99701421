/**
 * mutate_study COUNT FILE...: so many random changes of the files, each read as a study (fuzz_study.c says what has
 * to hold).  The same changes every time.  A mutant that takes longer than ten seconds ends the program.
 */
#include "fuzz_study.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_SIZE 40000
#define MAX_CHANGES 6

typedef struct {
    char bytes[MAX_SIZE];
    size_t size;
} text_t;

static const char *const tokens[] = { "[", "]", "{", "}", ",", ": ", "\n", "\n  ", "- ", "&a ", "*a", "!t ", "---\n", "\"", "'",
    "$dose", "$", "#", "\t", "|\n", ">\n", "? ", "nan", "-1", "0", "1e999", "1e-999", "99999999999999999999", "0x10", " d",
    " y", " mg/kg", " /kg", " log10", "prior", "vary", "actions", "use: cy", "at: ", "when: relapse", "drug: dmf",
    "uniform: [1, 2]", "lhs", "{points: 3}", "\xc3\xa9", "\xff", "<<: ", "%YAML 1.1\n" };

static uint64_t state = 20261122;

static size_t
below(size_t n)
{
    return n == 0 ? 0 : (size_t)(eng_test_random(&state) % n);
}

/* Replace [from, from + length) by other bytes; nothing if it does not fit. */
static void
splice(text_t *text, size_t from, size_t length, const char *bytes, size_t size)
{
    if (from + length > text->size || text->size - length + size > MAX_SIZE) {
        return;
    }
    memmove(text->bytes + from + size, text->bytes + from + length, text->size - from - length);
    memcpy(text->bytes + from, bytes, size);
    text->size += size;
    text->size -= length;
}

/* Start of a random line and its length with the line break. */
static size_t
some_line(const text_t *text, size_t *length)
{
    size_t from = below(text->size), to;

    while (from > 0 && text->bytes[from - 1] != '\n') {
        from--;
    }
    for (to = from; to < text->size && text->bytes[to] != '\n'; to++) {
    }
    *length = to - from + (to < text->size);
    return from;
}

static void
change(text_t *text, const text_t *other)
{
    char piece[2000];
    size_t length, at = below(text->size);
    const char *token = tokens[below(sizeof(tokens) / sizeof(*tokens))];

    switch (below(8)) {
    case 0: /* a byte */
        piece[0] = (char)below(256);
        splice(text, at, 1, piece, 1);
        return;
    case 1: /* less */
        splice(text, at, 1 + below(20), "", 0);
        return;
    case 2: /* a token */
    case 3:
        splice(text, at, below(2) * below(6), token, strlen(token));
        return;
    case 4: /* a line away */
        at = some_line(text, &length);
        splice(text, at, length, "", 0);
        return;
    case 5: /* a line elsewhere */
        at = some_line(text, &length);
        if (length <= sizeof(piece)) {
            memcpy(piece, text->bytes + at, length);
            some_line(text, &at);
            splice(text, some_line(text, &at), 0, piece, length);
        }
        return;
    case 6: /* a line of another study */
        at = some_line(other, &length);
        splice(text, some_line(text, &(size_t){ 0 }), 0, other->bytes + at, length);
        return;
    default: /* a piece many times */
        length = 1 + below(40);
        for (int j = 0; j < 50 && at + length <= text->size && length <= sizeof(piece); j++) {
            memcpy(piece, text->bytes + at, length);
            splice(text, at, 0, piece, length);
        }
        return;
    }
}

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int
main(int argc, char **argv)
{
    const int count = argc > 2 ? atoi(argv[1]) : 0, files = argc - 2;
    text_t *seeds = calloc(files > 0 ? (size_t)files : 1, sizeof(*seeds)), *mutant = malloc(sizeof(*mutant));
    double longest = 0;

    if (count <= 0 || seeds == NULL || mutant == NULL) {
        fprintf(stderr, "usage: mutate_study COUNT FILE...\n");
        return 2;
    }
    for (int j = 0; j < files; j++) {
        size_t size = 0;
        char *bytes = eng_test_read_file(argv[2 + j], &size);

        if (bytes == NULL || size > MAX_SIZE) {
            fprintf(stderr, "%s: cannot be used\n", argv[2 + j]);
            return 2;
        }
        memcpy(seeds[j].bytes, bytes, size);
        seeds[j].size = size;
        free(bytes);
    }
    for (int i = 0; i < count; i++) {
        const double start = seconds();

        *mutant = seeds[i % files];
        for (size_t n = 1 + below(MAX_CHANGES); n > 0; n--) {
            change(mutant, &seeds[below((size_t)files)]);
        }
        alarm(10);
        LLVMFuzzerTestOneInput((const uint8_t *)mutant->bytes, mutant->size);
        longest = seconds() - start > longest ? seconds() - start : longest;
    }
    printf("%d mutants, longest %.3f s\n", count, longest);
    free(seeds);
    free(mutant);
    return 0;
}
