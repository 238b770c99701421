/**
 * /protocols: the actions of all protocols as one table.
 */
#include "store/schema_part.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const eng_action_t *
action_at(const eng_content_t *content, uint64_t i, int *protocol)
{
    *protocol = 0;
    while (i >= (uint64_t)STUDY(content)->protocols[*protocol].num_actions) {
        i -= (uint64_t)STUDY(content)->protocols[*protocol].num_actions;
        (*protocol)++;
    }
    return &STUDY(content)->protocols[*protocol].actions[i];
}

static const char *
action_protocol(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    (void)action_at(content, i, &protocol);
    return STUDY(content)->protocols[protocol].name;
}

static const char *
action_verb(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    return eng_verb_name((int)action_at(content, i, &protocol)->noun->verb);
}

static const char *
action_noun(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    return action_at(content, i, &protocol)->noun->name;
}

static const char *
action_event(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    (void)scratch;
    return action->on_event ? eng_event_name(STUDY(content)->disease, (int)action->event) : "";
}

static double
action_day(const eng_content_t *content, uint64_t i)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    return action->on_event ? __builtin_nan("") : (double)action->tick / ENG_TICKS_PER_DAY;
}

static double
action_after(const eng_content_t *content, uint64_t i)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    return action->on_event ? action->after : __builtin_nan("");
}

static int64_t
action_times(const eng_content_t *content, uint64_t i)
{
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    return action->on_event ? action->times : 1;
}

static double
action_duration(const eng_content_t *content, uint64_t i)
{
    int protocol;
    return action_at(content, i, &protocol)->duration;
}

static double
action_every(const eng_content_t *content, uint64_t i)
{
    int protocol;
    return action_at(content, i, &protocol)->every;
}

static double
action_taper(const eng_content_t *content, uint64_t i)
{
    int protocol;
    return action_at(content, i, &protocol)->taper;
}

static const char *
action_ethics(const eng_content_t *content, uint64_t i, char *scratch)
{
    int protocol;
    (void)scratch;
    (void)action_at(content, i, &protocol);
    return eng_protocol_ethics(&STUDY(content)->protocols[protocol]);
}

static bool
has_ethics(const eng_content_t *content)
{
    for (int p = 0; p < STUDY(content)->num_protocols; p++) {
        if (eng_protocol_ethics(&STUDY(content)->protocols[p])[0] != '\0') {
            return true;
        }
    }
    return false;
}

/* Length of the j-th word of a list; *word is set to it. */
static int
choice_word(const char *choices, int j, const char **word)
{
    while (j > 0 && *choices != '\0') {
        choices += strcspn(choices, " ");
        choices += *choices == ' ';
        j--;
    }
    choices += *choices == '!';
    *word = choices;
    return (int)strcspn(choices, " ");
}

static const char *
action_arguments(const eng_content_t *content, uint64_t i, char *scratch)
{
    static const char *const units[] = { "1", "mg/kg", "mg/m2", "mg", "/kg", "log10", "Gy", "d", "" };
    int protocol;
    const eng_action_t *action = action_at(content, i, &protocol);
    char number[ENG_TEXT_DOUBLE_SIZE];
    size_t used = 0;

    scratch[0] = '\0';
    for (int j = 0; j < action->noun->num_args && used < ENG_SCRATCH; j++) {
        const eng_arg_row_t *row = &action->noun->args[j];
        const char *between = used == 0 ? "" : "; ", *word = "";
        if (action->arg[j] != action->arg[j]) {
            continue; /* optional and absent */
        }
        if (row->dimension == ENG_DIM_CHOICE) {
            const int length = choice_word(row->choices, (int)action->arg[j], &word);
            used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%s%s = %.*s", between, row->name, length, word);
        } else {
            eng_text_double(number, action->arg[j]);
            used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%s%s = %s %s", between, row->name, number,
                units[row->dimension]);
        }
    }
    return scratch;
}

/* --- the table ----------------------------------------------------------------------------------------------- */

static const eng_schema_row_t rows[] = {
    { "/protocols/protocol", "action", "", "protocol that the action belongs to", "", TEXTS(action_protocol) },
    { "/protocols/verb", "action", "", "what is done", "", TEXTS(action_verb) },
    { "/protocols/noun", "action", "", "with what", "", TEXTS(action_noun) },
    { "/protocols/day", "action", "d", "day of a dated action since day 0; NaN for one that waits for an event", "", NUMBERS(action_day) },
    { "/protocols/when", "action", "", "event that the action waits for; empty for a dated one", "", TEXTS(action_event) },
    { "/protocols/after", "action", "d", "delay behind the visit at which the event is seen; NaN for a dated action", "", NUMBERS(action_after) },
    { "/protocols/times", "action", "1", "how often the action may be taken", "", INTEGERS(action_times) },
    { "/protocols/duration", "action", "d", "how long it lasts; NaN where the study says nothing", "", NUMBERS(action_duration) },
    { "/protocols/every", "action", "d", "time between repeats; NaN where there are none", "", NUMBERS(action_every) },
    { "/protocols/taper", "action", "d", "time over which an exposure falls to nothing after its end", "", NUMBERS(action_taper) },
    { "/protocols/arguments", "action", "", "arguments with units, defaults included", "", TEXTS(action_arguments) },
    { "/protocols/source_ethics", "action", "", "flag of the protocol: esc, it uses cells of an embryo; empty otherwise", "", TEXTS(action_ethics), .present = has_ethics },
};

const eng_schema_part_t eng_schema_protocols = { rows, (int)(sizeof(rows) / sizeof(*rows)) };
