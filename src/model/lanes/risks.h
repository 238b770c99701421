/**
 * What treatment may cost, judged once by several verbs: lanes/toxicity.c, lanes/late_risks.c.
 */
#ifndef ENG_MODEL_LANES_RISKS_H
#define ENG_MODEL_LANES_RISKS_H

#include "model/kernel.h"
#include "model/lanes/lanes.h"
#include "model/toxicity.h"

/** Toxicity of a conditioning to organs and mucosa, on the day of its last dose, in the lanes that are treated. */
LANE_FUNCTION(void, eng_toxicity, (eng_course_t *c, const eng_toxicity_t *whole, int32_t tick));
/** That of a course of antibodies against T cells without conditioning: of globulin, exposure `amount`, or of alemtuzumab. */
LANE_FUNCTION(void, eng_toxicity_of_antibody, (eng_course_t *c, double amount, bool globulin, int32_t tick));
/** That of a mobilisation with cyclophosphamide, dose relative to 2 g/m2. */
LANE_FUNCTION(void, eng_toxicity_of_mobilisation, (eng_course_t *c, double dose, int32_t tick));
/** Cancers, secondary autoimmunity, loss of gonads. */
LANE_FUNCTION(void, eng_late_risks, (eng_course_t *c, const eng_toxicity_t *whole, int32_t tick));

#endif
