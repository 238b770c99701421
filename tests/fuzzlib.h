/**
 * What fuzz targets share.  A target is one file fuzz_<name>.c with LLVMFuzzerTestOneInput: libFuzzer (`make fuzz`) calls it with
 * any bytes, again and again in one process, and ends the program at the first violation, crash, leak or hang.
 */
#ifndef ENG_FUZZLIB_H
#define ENG_FUZZLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The names are libFuzzer's. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Ends the program: something that has to hold does not. */
_Noreturn void eng_fuzz_violated(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** Ends the program unless the condition holds. */
#define ENG_FUZZ_HOLDS(condition, what)                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            eng_fuzz_violated("%s", what);                                                                             \
        }                                                                                                              \
    } while (0)

/** A refusal has one of the documented codes and a message of one line; 0 is no refusal. */
void eng_fuzz_check_refusal(int ret);

/** Bytes of the input that are not yet used: numbers and choices for targets that build a file from them. */
typedef struct {
    const uint8_t *at, *end;
} eng_fuzz_input_t;

/** The next byte, 0 behind the end. */
unsigned eng_fuzz_byte(eng_fuzz_input_t *input);
/** A number of any size: one byte for small ones and for those at the limits of their types, else eight bytes. */
uint64_t eng_fuzz_number(eng_fuzz_input_t *input);
/** Up to 255 bytes, length first; *size tells how many there are. */
const uint8_t *eng_fuzz_bytes(eng_fuzz_input_t *input, size_t *size);

/** A copy with a NUL behind it in memory of exactly that size, so that reading further is seen; freed by the caller. */
char *eng_fuzz_text(const uint8_t *data, size_t size);
/** Write a file of the target's own folder; ends the program if that cannot be done. */
void eng_fuzz_put(const char *path, const void *bytes, size_t size);

/** What the program writes to stdout goes nowhere from here on; reports of the sanitizers keep their way. */
void eng_fuzz_silence(void);
/** Between the two, what goes to stderr is kept; end gives it as text (valid until the next begin) and its length. */
void eng_fuzz_capture_begin(void);
const char *eng_fuzz_capture_end(size_t *length);

/** A file that was made for the targets beforehand ($FUZZ_SEEDS, tests/run_fuzz.sh); ends the program without it. */
const char *eng_fuzz_seed(const char *name);

#endif
