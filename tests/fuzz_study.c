/**
 * What has to hold of any text whatever that is read as a study; libFuzzer calls it (clang -fsanitize=fuzzer,address),
 * and so does mutate_study.c.
 *   - the verdict is "right" or "not a valid study", and the second comes with a complaint that has its position
 *   - the canonical form of a right one is a right one, with the same canonical form and hashes (families excepted:
 *     their members' names are not for typing)
 */
#include "study/study.h"

#include "fuzz_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
violated(const char *what, const uint8_t *data, size_t size)
{
    fprintf(stderr, "violated: %s; the text was:\n", what);
    fwrite(data, 1, size, stderr);
    abort();
}

static void
check_complaints(const eng_study_t *study, const uint8_t *data, size_t size)
{
    if (study->num_complaints == 0 || !study->complaints[0].error || study->canonical != NULL) {
        violated("a refused study has a complaint and no canonical form", data, size);
    }
    for (int j = 0; j < study->num_complaints; j++) {
        if (study->complaints[j].text[0] == '\0' || strpbrk(study->complaints[j].text, "\r\n") != NULL) {
            violated("a complaint is one line", data, size);
        }
    }
}

static void
check_canonical(const eng_study_t *study, const uint8_t *data, size_t size)
{
    eng_study_t again;

    for (int j = 0; j < study->num_protocols; j++) {
        if (strchr(study->protocols[j].name, '[') != NULL) {
            return;
        }
    }
    if (strlen(study->canonical) > 900000) {
        return; /* longer than a study may be */
    }
    if (eng_study_parse(&again, "canonical", study->canonical, strlen(study->canonical)) != 0) {
        eng_study_complain(&again, stderr, true);
        violated("the canonical form is a right study", data, size);
    }
    if (strcmp(study->canonical, again.canonical) != 0 || strcmp(study->identity, again.identity) != 0 ||
        strcmp(study->extent, again.extent) != 0) {
        violated("the canonical form of the canonical form is the same", data, size);
    }
    eng_study_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* exact, so that reading behind the end is seen */
    eng_study_t study;
    int ret;

    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    ret = eng_study_parse(&study, "fuzz", text, size);
    if (ret == ENG_ERR_STUDY) {
        check_complaints(&study, data, size);
    } else if (ret == 0) {
        check_canonical(&study, data, size);
    } else {
        violated("the verdict is right or not right", data, size);
    }
    eng_study_free(&study);
    free(text);
    return 0;
}
