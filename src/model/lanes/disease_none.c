/**
 * A healthy person: the core alone.  Relapse and progression do not apply; whatever treatment does to a body without
 * a disease is seen here, and how fast the core is.
 */
#include "model/lanes/step.h"

ENG_MODULE_LANES(none) = { .name = "none" };

#ifdef ENG_TABLES

const eng_disease_t eng_disease_none = {
    .module = { .name = "none", .help = "a healthy person: relapse and progression do not apply", .version = 1 },
    .when_events = ENG_BIT(ENG_EVENT_INFECTION),
    .no_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION),
};

#endif
