/**
 * Version of the library and the command.  The format of result files has a version of its own.
 */
#ifndef ENGRAFT_VERSION_H
#define ENGRAFT_VERSION_H

#define ENG_VERSION "0.1.0"

#endif
