/**
 * The parts of the schema, one for each group of the file: rows and the functions of their values stand together in
 * schema_study.c, schema_protocols.c, schema_summary.c and schema_provenance.c; schema.c is what others see of them.
 */
#ifndef ENG_STORE_SCHEMA_PART_H
#define ENG_STORE_SCHEMA_PART_H

#include "store/schema.h"

typedef struct {
    const eng_schema_row_t *rows;
    int count;
} eng_schema_part_t;

extern const eng_schema_part_t eng_schema_study, eng_schema_protocols, eng_schema_summary, eng_schema_provenance;

/* How a row names its function. */
#define INTEGERS(function) .integer = function
#define NUMBERS(function) .number = function
#define TEXTS(function) .text = function

#define STUDY(content) ((content)->layout->study)

#endif
