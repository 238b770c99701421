/**
 * The canonical form of a study's own endpoints.
 */
#include "study/canonical.h"

#include <math.h>

#define IDENTITY(level, ...) eng_canonical_line(self, ENG_LINE_IDENTITY, (level), __VA_ARGS__)

/* Of a study, an endpoint is an event for those behind it. */
static const char *
name_of(const eng_study_t *study, int event)
{
    return event >= ENG_EVENT_ENDPOINT(0) ? study->endpoints[event - ENG_EVENT_ENDPOINT(0)].name
                                          : eng_event_name(study->disease, event);
}

static void
write_change(eng_canonical_t *self, const eng_criterion_t *part, const char *unit)
{
    char number[ENG_TEXT_DOUBLE_SIZE];

    if (part->relative) {
        eng_text_double(number, 100 * part->change);
        IDENTITY(4, "change: %s %%", number);
    } else if (part->change < 0 || part->change > 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 4, "change", part->change, unit);
    }
}

static void
write_part(eng_canonical_t *self, const eng_study_t *study, const eng_criterion_t *part)
{
    const eng_marker_row_t *row;

    if (part->event != ENG_NO_EVENT) {
        IDENTITY(3, "- %s", name_of(study, part->event));
        return;
    }
    row = eng_marker_row(study->disease, part->marker);
    IDENTITY(3, "- marker: %s", row->name);
    if (isfinite(part->low)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 4, "above", part->low, row->unit);
    }
    if (isfinite(part->high)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 4, "below", part->high, row->unit);
    }
    write_change(self, part, row->unit);
    if (part->since >= 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 4, "since", part->since, "d");
    }
    if (part->confirmed > 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 4, "confirmed", part->confirmed, "d");
    }
}

static void
write_when(eng_canonical_t *self, const eng_study_t *study, const eng_endpoint_t *endpoint)
{
    if (endpoint->off_all) {
        IDENTITY(2, "off: all");
    } else if (endpoint->num_off > 0) {
        IDENTITY(2, "off:");
    }
    for (int k = 0; k < endpoint->num_off; k++) {
        IDENTITY(3, "- %s", endpoint->off[k]);
    }
    if (endpoint->from_event != ENG_NO_EVENT) {
        IDENTITY(2, "from: %s", name_of(study, endpoint->from_event));
    } else {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 2, "from", endpoint->from, "d");
    }
    if (endpoint->given != ENG_NO_EVENT) {
        IDENTITY(2, "given: %s", name_of(study, endpoint->given));
    }
    eng_canonical_value(self, ENG_LINE_IDENTITY, 2, "visits", endpoint->visits, "d");
    IDENTITY(2, "better: %+d", endpoint->row.better);
}

void
eng_canonical_endpoints(eng_canonical_t *self, const eng_study_t *study)
{
    if (study->num_endpoints > 0) {
        IDENTITY(0, "endpoints:");
    }
    for (int j = 0; j < study->num_endpoints; j++) {
        const eng_endpoint_t *endpoint = &study->endpoints[j];

        IDENTITY(1, "%s:", endpoint->name);
        IDENTITY(2, "%s:", endpoint->all ? "all_of" : "first_of");
        for (int k = 0; k < endpoint->num_parts; k++) {
            write_part(self, study, &endpoint->part[k]);
        }
        write_when(self, study, endpoint);
    }
}
