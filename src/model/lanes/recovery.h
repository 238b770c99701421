/**
 * When counts have recovered (MODEL section 11): definitions of trials, not of the body.  A recovery counts from the first day of a run and is
 * known on its last.
 */
#ifndef ENG_MODEL_LANES_RECOVERY_H
#define ENG_MODEL_LANES_RECOVERY_H

#define ANC_RECOVERED 500 /* 1/uL ... */
#define ANC_RUN 2         /* d */
#define PLT_RECOVERED 20  /* 1e3/uL ... */
#define PLT_RUN 3         /* d */

#endif
