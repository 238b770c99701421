/**
 * Which kernel runs: the widest that the CPU knows, or the one that ENGRAFT_SIMD names.
 */
#include "model/kernel.h"

#include "base/widths.h"

#include <stdlib.h>
#include <string.h>

#define AS_EXTERN(width) extern const eng_kernel_t eng_kernel_##width;
ENG_WIDTH_LIST(AS_EXTERN)

#define AS_POINTER(width) &eng_kernel_##width,
static const eng_kernel_t *const kernels[] = { ENG_WIDTH_LIST(AS_POINTER) };

#define NUM_KERNELS (sizeof(kernels) / sizeof(*kernels))
#define AS_TEXT(width) #width ", "
#define NAMES ENG_VECTOR_LIST(AS_TEXT) "plain"

const eng_kernel_t *eng_kernel_find(const char *width)
{
    for (size_t j = 0; j < NUM_KERNELS; j++) {
        if (strcmp(kernels[j]->width, width) == 0) {
            return kernels[j];
        }
    }
    return NULL;
}

const eng_kernel_t *eng_kernel_at(int j)
{
    return j >= 0 && (size_t)j < NUM_KERNELS ? kernels[j] : NULL;
}

bool eng_kernel_usable(const eng_kernel_t *kernel)
{
#ifdef ENG_HAS_avx512
    if (kernel == &eng_kernel_avx512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
    }
#endif
#ifdef ENG_HAS_avx2
    if (kernel == &eng_kernel_avx2) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
#endif
    return kernel != NULL; /* plain, and neon, which every AArch64 has */
}

int eng_kernel_choose(const eng_kernel_t **kernel)
{
    const char *asked = getenv("ENGRAFT_SIMD");
    if (asked != NULL && asked[0] != '\0' && strcmp(asked, "auto") != 0) {
        *kernel = eng_kernel_find(asked);
        if (*kernel == NULL) {
            return ENG_FAIL(ENG_ERR_USAGE, "ENGRAFT_SIMD=%.32s is not one of " NAMES, asked);
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
