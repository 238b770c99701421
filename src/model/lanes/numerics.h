/**
 * Numbers of the method: guards, limits and units that no result is to depend on.  What does matter to a body is a row
 * of param_list.h or of a module's table and never stands in a step (`make lint`).
 */
#ifndef ENG_MODEL_LANES_NUMERICS_H
#define ENG_MODEL_LANES_NUMERICS_H

#define LEAST_COUNT ((real)1e-3)  /* share of health: feedback is at its cap long before it */
#define LEAST_GONE ((real)1e-6)   /* a kill below it leaves every clonotype: its logarithm stays finite */
#define LEAST_PART ((real)1e-6)   /* of the bound of triggers: its logarithm stays finite */
#define NEGLIGIBLE ((real)1e-6)   /* of a reference dose, 20 half-lives: the exposure has ended */
#define LEAST_EFFECT ((real)1e-4) /* of a drug at full exposure, below which its effect has ended */
#define LEAST_INFLAMMATION ((real)1e-3) /* of the mean active patient: a tissue is never cleaner than that */
#define MOST_STROMA ((real)0.95)  /* share of inflammation: some of it always follows effectors */
#define SERIES_PART ((real)0.25)  /* d: a series of fourth order follows a loss of 1 a day to 1e-5 in it */
#define NO_LIMIT ((real)1e9)      /* 1e6 cells/kg: as many as there are */
#define UNSEEN ((real)1e6)        /* a count before the first look at it: above every threshold */
#define NO_DAY 1e9                /* ENG_DAY_NEVER in double */
#define FAR_DAY 1e8               /* later than every horizon, and still far from NO_DAY */
#define ALMOST_A_DAY ((real)0.9999) /* a run of days ends within rounding of a row's end */
#define REST_STEP 50.0             /* d: a step of years that were lived at rest; they change by a tenth in it */
#define RUNGE_KUTTA 6             /* sum of the weights 1, 2, 2, 1 */
#define MILLION 1e6               /* a dose of 1 is so many cells/kg */
#define THOUSAND 1e3              /* platelets are counted in 1e3/uL */

#endif
