/**
 * Where a result comes from: build, libraries, machines.
 */
#ifndef ENG_STORE_PROVENANCE_H
#define ENG_STORE_PROVENANCE_H

#include "store/schema.h"

/** Revision of the sources, "unknown" where there was none; compiler flags; compiler with its version.  Static text. */
const char *eng_build_revision(void);
const char *eng_build_flags(void);
const char *eng_build_compiler(void);
/** Job id of the batch system from the environment, "" outside of one. */
const char *eng_job_id(void);
/** How a draw's key is made, for people who want to replay a course with other tools. */
const char *eng_key_recipe(void);

/** Collective.  Rank 0 gets all texts; on other ranks `facts` stays zeroed.  eng_facts_free is legal on every rank. */
int eng_facts_create(eng_facts_t *facts, const eng_result_data_t *data, MPI_Comm comm);
void eng_facts_free(eng_facts_t *facts);

#endif
