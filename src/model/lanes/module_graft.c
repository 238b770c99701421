/**
 * Cells of another person as a module: tables, constants of a patient, and what kills do to clones that reject.  No disease needs it; a
 * study has it if a protocol gives such cells (model.c).
 */
#include "model/lanes/origins.h"

#include <string.h>

static void derive(eng_course_t *c, void *block, int first, int end)
{
    eng_graft_t *g = block;

    for (int l = first; l < end; l++) {
        const eng_params_t *p = PARAMS(c, l);
#define AS_ROW(name) g->name[l] = (real)p->name;
        ENG_ORIGIN_CONSTANT_LIST(AS_ROW)
#undef AS_ROW
        g->burst_steep[l] = (real)(1 / p->donor_burst_width);
        g->cord_steep[l] = (real)(1 / p->donor_cord_width);
        g->reject_half[l] = (real)p->rejection_half * c->tile->scale[l];
        g->per_reject_most[l] = 1 / ((real)p->rejection_most * c->tile->scale[l]);
        g->stage_rate[l] = (real)(1 / p->donor_stage);
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    eng_graft_t *g = block;
    const size_t rows = offsetof(eng_graft_t, infused) / sizeof(eng_row_t);

    (void)c;
    for (int l = first; l < end; l++) {
        for (size_t j = 0; j < rows; j++) {
            ((real *)block)[j * ENG_LANES + (size_t)l] = 0;
        }
        g->infused[l] = g->t_rejection[l] = ENG_DAY_NEVER;
        g->feedback[l] = 1;
        g->cord[l] = g->export_now[l] = 0;
    }
}

static void kill(eng_course_t *c, void *block, const real *s, const real *cycling)
{
    (void)block;
    (void)cycling;
    eng_rejection_kill(c, s);
}

ENG_MODULE_LANES(graft) = { .name = "graft", .derive = derive, .start = start, .kill = kill };

/* --- tables ----------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define NOT_HERE(name, unit, help)
#define OF_HOST(name, unit, help) { "host_" #name, unit, "host: " help, offsetof(eng_graft_t, cells[ENG_HOST].name), ENG_NO_ROW },
#define OF_DONOR(name, unit, help) { "graft_" #name, unit, "graft: " help, offsetof(eng_graft_t, cells[ENG_DONOR].name), ENG_NO_ROW },
#define BESIDE_HOST(name, unit, help) { "host_" #name, unit, "host: " help, offsetof(eng_graft_t, name[ENG_HOST]), ENG_NO_ROW },
#define BESIDE_DONOR(name, unit, help) { "graft_" #name, unit, "graft: " help, offsetof(eng_graft_t, name[ENG_DONOR]), ENG_NO_ROW },

static const eng_state_row_t states[] = {
    ENG_CORE_STATE_LIST(OF_HOST, NOT_HERE)
    ENG_ORIGIN_STATE_LIST(BESIDE_HOST)
    ENG_CORE_STATE_LIST(OF_DONOR, NOT_HERE)
    ENG_ORIGIN_STATE_LIST(BESIDE_DONOR)
    { "rejecting", "cells", "Hr, host T cells of clones that reject the graft", offsetof(eng_graft_t, rejecting), ENG_NO_ROW },
};

static const eng_shared_event_t shared_events[] = { { ENG_EVENT_REJECTION, offsetof(eng_graft_t, t_rejection) } };

const eng_module_t eng_module_graft = {
    .name = "graft",
    .help = "cells of another person: pools of host and graft, rejection",
    .version = 1,
    ENG_BLOCK(eng_graft_t),
    ENG_TABLE(states),
    ENG_TABLE(shared_events),
};

#endif
