/**
 * The agents of conditioning, a row each.
 */
#include "model/toxicity.h"

#define AS_ROW(agent, reference, power, organ, gonads, source) \
    { #agent, offsetof(eng_params_t, hz_toxicity_##agent), reference, power, ENG_ORGAN_##organ, gonads },
const eng_agent_row_t eng_agent_rows[ENG_NUM_AGENTS] = { ENG_AGENT_LIST(AS_ROW) };
