/** The entry of fuzz_study.c; the name is libFuzzer's. */
#ifndef ENG_FUZZ_STUDY_H
#define ENG_FUZZ_STUDY_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
