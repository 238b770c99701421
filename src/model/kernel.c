/**
 * Which kernel runs: the widest that the CPU knows, or the one that ENGRAFT_SIMD names.
 */
#include "model/kernel.h"

#include <stdlib.h>
#include <string.h>

extern const eng_kernel_t eng_kernel_plain;
#ifndef ENG_ONLY_PLAIN
extern const eng_kernel_t eng_kernel_avx512, eng_kernel_avx2;
#endif

static const eng_kernel_t *const kernels[] = {
#ifndef ENG_ONLY_PLAIN
    &eng_kernel_avx512,
    &eng_kernel_avx2,
#endif
    &eng_kernel_plain,
};

#define NUM_KERNELS (sizeof(kernels) / sizeof(*kernels))

const eng_kernel_t *eng_kernel_find(const char *width)
{
    for (size_t j = 0; j < NUM_KERNELS; j++) {
        if (strcmp(kernels[j]->width, width) == 0) {
            return kernels[j];
        }
    }
    return NULL;
}

bool eng_kernel_usable(const eng_kernel_t *kernel)
{
#ifndef ENG_ONLY_PLAIN
    if (kernel == &eng_kernel_avx512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
    }
    if (kernel == &eng_kernel_avx2) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
#endif
    return kernel == &eng_kernel_plain;
}

int eng_kernel_choose(const eng_kernel_t **kernel)
{
    const char *asked = getenv("ENGRAFT_SIMD");
    if (asked != NULL && asked[0] != '\0' && strcmp(asked, "auto") != 0) {
        *kernel = eng_kernel_find(asked);
        if (*kernel == NULL) {
            return ENG_FAIL(ENG_ERR_USAGE, "ENGRAFT_SIMD=%.32s is not one of avx512, avx2, plain", asked);
        }
        if (!eng_kernel_usable(*kernel)) {
            return ENG_FAIL(ENG_ERR_USAGE, "ENGRAFT_SIMD=%s: this CPU lacks it", asked);
        }
        return 0;
    }
    for (size_t j = 0; j < NUM_KERNELS; j++) {
        if (eng_kernel_usable(kernels[j])) {
            *kernel = kernels[j];
            return 0;
        }
    }
    return ENG_FAIL(ENG_ERR_INTERNAL, "no kernel runs on this CPU");
}
