/**
 * The state of the floating-point unit.  All arithmetic of engraft rounds to nearest and keeps numbers below the normal
 * range; a library that was built with -ffast-math makes the processor flush those to zero as soon as it is loaded (MPI and HDF5
 * load libraries while they run), and one may leave another rounding mode behind.  Either would change bits without a word.
 */
#ifndef ENG_BASE_FPU_H
#define ENG_BASE_FPU_H

#include <stdbool.h>

/**
 * Make this thread round to nearest and keep subnormal numbers, whatever others have set; true if they had.  The first time, one
 * line of the log says so.  Exceptions stay as they are.  Some nanoseconds: called wherever numbers begin to be made from others,
 * and again after foreign code has run in between.  Does nothing on processors that this file does not know.
 */
bool eng_fpu_use_default(void);

#endif
