/**
 * The canonical form of entry criteria and of a study's own endpoints.
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
write_change(eng_canonical_t *self, int level, double change, bool relative, const char *unit)
{
    char number[ENG_TEXT_DOUBLE_SIZE];

    if (relative) {
        eng_text_double(number, 100 * change);
        IDENTITY(level, "change: %s %%", number);
    } else if (change < 0 || change > 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, level, "change", change, unit);
    }
}

static void
write_between(eng_canonical_t *self, int level, double low, double high, const char *unit)
{
    if (isfinite(low)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, level, "above", low, unit);
    }
    if (isfinite(high)) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, level, "below", high, unit);
    }
}

static void
write_criterion(eng_canonical_t *self, const eng_study_t *study, const eng_entry_marker_t *criterion)
{
    const bool covariate = criterion->covariate;
    const eng_marker_row_t *row = covariate ? NULL : eng_marker_row(study->disease, criterion->marker);
    const char *unit = covariate ? eng_covariate_at(study->disease, criterion->marker).unit : row->unit;

    IDENTITY(3, "%s: %s", covariate ? "covariate" : "marker",
        covariate ? eng_covariate_at(study->disease, criterion->marker).name : row->name);
    write_between(self, 3, criterion->low, criterion->high, unit);
    if (criterion->at < 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "at", criterion->at, "d");
    }
    write_change(self, 3, criterion->change, criterion->relative, unit);
    if (criterion->since < 0) {
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "since", criterion->since, "d");
    }
}

void
eng_canonical_entry(eng_canonical_t *self, const eng_study_t *study)
{
    const eng_entry_t *entry = &study->entry;

    if (entry->within > 0 || entry->num_markers > 0) {
        IDENTITY(1, "entry:");
    }
    for (int j = 0; j < entry->num_markers; j++) {
        IDENTITY(2, "criterion_%d:", j + 1); /* its name in the study means nothing */
        write_criterion(self, study, &entry->marker[j]);
    }
    if (entry->within > 0) {
        IDENTITY(2, "%s:", eng_event_name(study->disease, (int)entry->event));
        if (entry->at_least > 0) {
            IDENTITY(3, "at_least: %d", entry->at_least);
        }
        if (entry->fewer_than > 0) {
            IDENTITY(3, "at_most: %d", entry->fewer_than - 1);
        }
        eng_canonical_value(self, ENG_LINE_IDENTITY, 3, "within", entry->within, "d");
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
    write_between(self, 4, part->low, part->high, row->unit);
    write_change(self, 4, part->change, part->relative, row->unit);
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
