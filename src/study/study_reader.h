/**
 * What the readers of a study's sections share; private to study*.c.  A reader never stops at a mistake: it tells
 * and goes on, so that one run of `engraft check` shows them all.  Running out of memory sticks in `err`.
 *
 * Readers of values return true and set their output if the text was right; else they have told why.  A NULL node
 * is a key that is absent: false, and nothing is told.
 */
#ifndef ENG_STUDY_STUDY_READER_H
#define ENG_STUDY_STUDY_READER_H

#include "base/csv.h"
#include "base/yaml.h"
#include "study/study.h"

#define ENG_MAX_PROTOCOLS 1000
#define ENG_MAX_ALL_PAIRS 8 /* protocols of whom every two are compared */
#define ENG_MAX_ACTIONS 100000 /* of all protocols together */
#define ENG_MAX_HORIZON 10957.5 /* 30 y */
#define ENG_MAX_PATIENTS (UINT64_C(1) << 40)
#define ENG_MAX_COURSES (UINT64_C(1) << 62)
#define ENG_MAX_DAYS 10000 /* one day within any study, for times that need a limit of their own */
#define ENG_MAX_READING_DAYS 4000
#define ENG_MAX_LANDMARKS 200
#define ENG_MAX_FILE_BYTES 64000000 /* of a file that a study names */

/* Values of the variables of a family while its member is read. */
typedef struct {
    const eng_yaml_node_t *vary; /* map of lists; NULL outside families */
    bool crossed;                /* all combinations of their values, the last variable fastest; else one after the other */
    const char *name;            /* of the family */
    int member;
} eng_family_t;

/* What the check of protocols found of members of the family that is being read. */
typedef struct {
    int complaint;          /* its place among those of the study */
    int first, last, count; /* members that it is about */
} eng_finding_t;

typedef struct {
    eng_study_t *study;
    eng_yaml_t tree;
    const eng_yaml_node_t *sets; /* map of sets; NULL none */
    bool *set_used;              /* one per set, in their order */
    eng_family_t family;
    eng_finding_t *findings;     /* owned: of this family */
    int num_findings;
    bool from_disk;              /* files that the study names may be read */
    eng_import_t import;         /* those that are no text; may be NULL */
    int actions_seen;            /* over all protocols; bounds the work that sets within sets can ask for */
    int more;                    /* complaints beyond those that are kept */
    int err;                     /* 0 or ENG_ERR_NO_MEMORY */
} eng_reader_t;

/** Tell a mistake or a note at a node (NULL: the file as a whole). */
void eng_reader_error(eng_reader_t *self, const eng_yaml_node_t *node, const char *format, ...) ENG_PRINTF(3, 4);
void eng_reader_note(eng_reader_t *self, const eng_yaml_node_t *node, const char *format, ...) ENG_PRINTF(3, 4);
/** The same at a position. */
void eng_reader_tell(eng_reader_t *self, int line, int column, bool error, const char *text);
/** The same of a protocol that was checked: once, whichever members of a family it is about, with their names in front. */
void eng_reader_finding(eng_reader_t *self, int line, int column, bool error, const char *protocol, const char *text);
/** A member of a family is read now; NULL: none any more. */
void eng_reader_family(eng_reader_t *self, const eng_yaml_node_t *vary, bool crossed, const char *name, int member);
/** The value that a variable (a key of vary) has for a member. */
const eng_yaml_node_t *eng_family_value(const eng_yaml_node_t *variable, bool crossed, int member);
/** Sort what was told, keep the first ENG_MAX_COMPLAINTS, count. */
void eng_reader_finish(eng_reader_t *self);

/**
 * Tell "unknown WHAT 'word', did you mean 'x'?" where `names` are the right ones, separated by spaces; with `later`
 * (may be NULL) those that are known but not available yet.  WHAT "noun of 'drug'" puts the word before " of ".
 */
void eng_reader_unknown(
    eng_reader_t *self, const eng_yaml_node_t *node, const char *word, const char *what, const char *names, const char *later);

/** Is it a map, list?  Else tells, with what was expected. */
bool eng_reader_map(eng_reader_t *self, const eng_yaml_node_t *node, const char *expected);
bool eng_reader_list(eng_reader_t *self, const eng_yaml_node_t *node, const char *expected);
/** Tell about every key of a map that is neither in `keys` nor, with another text, in `later`. */
void eng_reader_keys(
    eng_reader_t *self, const eng_yaml_node_t *map, const char *what, const char *keys, const char *later);
/** The one key of a map with one key; NULL after telling. */
const eng_yaml_node_t *eng_reader_only_key(eng_reader_t *self, const eng_yaml_node_t *map, const char *expected);

/** Text of a scalar, variables of the family put in; NULL after telling what was expected. */
const char *eng_reader_text(eng_reader_t *self, const eng_yaml_node_t *node, const char *expected);
bool eng_reader_bool(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, bool *value);
/** A whole number in low..high (both below 2^53). */
bool eng_reader_count(
    eng_reader_t *self, const eng_yaml_node_t *node, const char *key, uint64_t low, uint64_t high, uint64_t *value);
/** A quantity in low..high, both in `unit`. */
bool eng_reader_quantity(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, const char *unit, bool bare,
    double low, double high, double *value);
/** A time in days, rounded to ticks, in low..high; `positive`: also not rounded to nothing. */
bool eng_reader_time(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, double low, double high,
    bool positive, double *days);
/** A marker of the study's disease by its name; -1 after telling, or where there is no disease. */
int eng_reader_marker(eng_reader_t *self, const eng_yaml_node_t *node);
/** Place of a covariate of the disease in its table; -1 after telling. */
int eng_reader_covariate(eng_reader_t *self, const eng_yaml_node_t *node);
/**
 * A distribution in `unit`: a number, or {NAME: arguments, unit: UNIT}.  low, high: what the row allows; a fixed
 * value must lie within.
 */
bool eng_reader_dist(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, const char *unit, double low,
    double high, eng_dist_t *dist);

/** Place of a name among numbers that may be correlated; -1 after telling. */
typedef int (*eng_find_t)(eng_reader_t *self, const eng_yaml_node_t *node);
/** A list of correlations and its copula; falls: whether quantiles of a number fall, by its place. */
void eng_reader_correlations(
    eng_reader_t *self, const eng_yaml_node_t *list, eng_find_t find, const bool *falls, eng_correlations_t *into);
void eng_correlations_free(eng_correlations_t *correlations);

/** Place of a name among the uncertain parameters; -1 after telling. */
int eng_reader_uncertain(eng_reader_t *self, const eng_yaml_node_t *node);
/** study_list.c: points of a list design; groups of parameters (NULL: none). */
void eng_read_list(eng_reader_t *self, const eng_yaml_node_t *node);
void eng_read_groups(eng_reader_t *self, const eng_yaml_node_t *map);

/** The arguments of a law that has a table, into a table of the study; false after telling. */
bool eng_reader_table(eng_reader_t *self, const eng_yaml_node_t *node, int kind, const eng_dist_table_t **table);
/** Values of a table are multiplied by num / den. */
bool eng_reader_scale_table(eng_reader_t *self, const eng_dist_table_t **table, double num, double den);

/* --- study_files.c: files that a study names --- */

/** How much of a text is the study itself, before what is attached to it. */
size_t eng_study_own_length(const char *text, size_t length);
/** What is attached to it. */
void eng_reader_attachments(eng_reader_t *self, const char *text, size_t length);
/** The file that a node names, attached now if it was not; dataset: of an HDF5 file, NULL for text.  NULL after telling. */
const eng_attachment_t *eng_reader_file(eng_reader_t *self, const eng_yaml_node_t *node, const char *dataset);
/** Its cells; false after telling with the position in the file.  Free is owed. */
bool eng_reader_csv(eng_reader_t *self, const eng_yaml_node_t *node, const eng_attachment_t *file, eng_csv_t *csv);
/** Put all that is attached behind the study's own text.  0 or ENG_ERR_NO_MEMORY. */
int ENG_MUST_CHECK eng_study_keep_attachments(eng_study_t *study);

/**
 * Room for one more element in an owned array that holds `count`: sizes double.  The array, moved or not; without
 * memory err is set and the array stays as it is.
 */
void *eng_reader_grow(eng_reader_t *self, void *array, int count, size_t size);
#define ENG_READER_GROW(self, array, count) \
    ((array) = eng_reader_grow((self), (array), (count), sizeof(*(array))), (self)->err == 0)

/* Sections, in the order in which they are read; each tells its own mistakes.  `node` NULL: the key is absent. */
void eng_check_courses(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_cohort(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_protocols(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_entry(eng_reader_t *self, const eng_yaml_node_t *root); /* after protocols, whose first day ends it */
void eng_read_parameters(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_correlation(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_freeze(eng_reader_t *self, const eng_yaml_node_t *root); /* after parameters, before the design */
void eng_read_design(eng_reader_t *self, const eng_yaml_node_t *root);
/** Do design and patients allow what `freeze` makes factors of?  After both are known. */
void eng_check_factors(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_endpoints(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_outcomes(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_trajectories(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_estimates(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_read_partitions(eng_reader_t *self, const eng_yaml_node_t *root); /* after the outcomes */
void eng_read_precision(eng_reader_t *self, const eng_yaml_node_t *root);  /* after outcomes and design */
/** A criterion on a marker, `above` and `below` in its unit; false after telling, or where neither is there. */
bool eng_reader_between(
    eng_reader_t *self, const eng_yaml_node_t *map, const eng_marker_row_t *row, double *low, double *high);
/**
 * How much a marker must have changed: a share of the baseline where it stands in %; of a marker that is itself measured in % these are
 * its points.  False after telling; an absent key is right.
 */
bool eng_reader_change(
    eng_reader_t *self, const eng_yaml_node_t *node, const eng_marker_row_t *row, double *change, bool *relative);
/** An event of the disease, or an endpoint that stands before; -1 after telling. */
int eng_reader_event(eng_reader_t *self, const eng_yaml_node_t *node);
/** Union of all reading days; last. */
void eng_read_reads(eng_reader_t *self);
/** What all protocols begin with, once the sets are open; and its actions into a protocol. */
void eng_read_run_in(eng_reader_t *self, const eng_yaml_node_t *root);
void eng_reader_add_run_in(eng_reader_t *self, eng_protocol_t *protocol);
/** Count one more action of all protocols; false after telling that there are too many. */
bool eng_reader_count_action(eng_reader_t *self);
/** One list of actions (a protocol's or a set's), dated ones shifted by `shift` days, appended to the protocol. */
void eng_read_actions(eng_reader_t *self, const eng_yaml_node_t *list, double shift, int depth, eng_protocol_t *protocol);
/** One action map without `use`: one action per time of `at`, appended. */
void eng_read_action(eng_reader_t *self, const eng_yaml_node_t *map, double shift, eng_protocol_t *protocol);

/** canonical.c, identity.c: after everything was read without a mistake.  0 or ENG_ERR_NO_MEMORY. */
int ENG_MUST_CHECK eng_study_identify(eng_study_t *study);

#endif
