/**
 * A new name for a file that never replaces another one.
 */
#ifndef ENG_BASE_RENAME_H
#define ENG_BASE_RENAME_H

/** As rename(2), but fails with errno EEXIST where anything stands under `to`, also a link that leads nowhere.  0 or -1 with errno. */
int eng_rename_new(const char *from, const char *to);

#endif
