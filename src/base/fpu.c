/**
 * Control registers: MXCSR of x86-64, FPCR of AArch64.
 */
#include "base/fpu.h"

#include "base/log.h"
#include <stdint.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#define FLUSHES (UINT64_C(0x8000) | UINT64_C(0x0040)) /* results to zero, operands to zero */
#define ROUNDS UINT64_C(0x6000)

static uint64_t
get_control(void)
{
    return _mm_getcsr();
}

static void
set_control(uint64_t control)
{
    _mm_setcsr((unsigned)control);
}
#elif defined(__aarch64__)
#define FLUSHES (UINT64_C(1) << 24 | UINT64_C(1) << 19 | UINT64_C(1) << 0) /* FZ, FZ16, FIZ */
#define ROUNDS (UINT64_C(3) << 22)

static uint64_t
get_control(void)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
}

static void
set_control(uint64_t control)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}
#else
#define FLUSHES UINT64_C(0)
#define ROUNDS UINT64_C(0)

static uint64_t
get_control(void)
{
    return 0;
}

static void
set_control(uint64_t control)
{
    (void)control;
}
#endif

bool
eng_fpu_use_default(void)
{
    static _Thread_local bool told; /* the register is the thread's, too */
    const uint64_t control = get_control();

    if ((control & (FLUSHES | ROUNDS)) == 0) {
        return false;
    }
    set_control(control & ~(FLUSHES | ROUNDS));
    if (!told) {
        told = true;
        eng_log(ENG_LOG_INFO, "note: a library of this process had set %s%s%s; engraft sets the default, so that results do not change",
            control & FLUSHES ? "flush-to-zero" : "", (control & FLUSHES) && (control & ROUNDS) ? " and " : "",
            control & ROUNDS ? "another rounding mode" : "");
    }
    return true;
}
