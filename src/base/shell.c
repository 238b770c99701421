/**
 * Words for a shell.
 */
#include "base/shell.h"

#include <string.h>

/* No shell gives these a meaning anywhere in a word: neither '~' nor '=' nor '{' is among them. */
static bool
is_plain(const char *word)
{
    return word[0] != '\0' &&
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,@%") == strlen(word);
}

/* A quote ends the quoted text, stands by itself behind a backslash, and a new quoted text begins. */
static void
add_quoted(eng_text_t *out, const char *word)
{
    eng_text_add(out, "'");
    for (const char *at = word;;) {
        const size_t n = strcspn(at, "'");
        eng_text_add(out, "%.*s", (int)n, at);
        if (at[n] == '\0') {
            break;
        }
        eng_text_add(out, "'\\''");
        at += n + 1;
    }
    eng_text_add(out, "'");
}

void
eng_shell_word(eng_text_t *out, const char *word)
{
    if (is_plain(word)) {
        eng_text_add(out, "%s", word);
    } else {
        add_quoted(out, word);
    }
}

void
eng_shell_file(eng_text_t *out, const char *path)
{
    if (path[0] == '-') {
        eng_text_add(out, "./");
    }
    eng_shell_word(out, path);
}

const char *
eng_shell_file_text(eng_text_t *out, const char *path)
{
    eng_shell_file(out, path);
    return out->data == NULL || out->failed ? path : out->data; /* without memory: as it is */
}
