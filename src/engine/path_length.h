/**
 * Is there room for what engraft adds to a result's name?  Looked at before the first course: what no longer fits is found
 * when all has been computed otherwise.  Serial.
 */
#ifndef ENG_ENGINE_PATH_LENGTH_H
#define ENG_ENGINE_PATH_LENGTH_H

/**
 * ENG_ERR_WRITE when RESULT.work, RESULT.part or a file in the former would have a longer name than the folder's file system takes,
 * or a longer path than the system.  A folder that is not there passes: it has an error of its own.
 */
int eng_path_length_check(const char *result_path);

#endif
