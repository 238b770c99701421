/**
 * What has to hold of any text whatever that is read as a study.
 *   - the verdict is "right" or "not a valid study", and the second comes with a complaint that has its position
 *   - the canonical form of a right one is a right one, with the same canonical form and hashes (families excepted:
 *     their members' names are not for typing)
 */
#include "study/study.h"

#include "fuzzlib.h"

#include <stdlib.h>
#include <string.h>

static void
check_complaints(const eng_study_t *study)
{
    ENG_FUZZ_HOLDS(study->num_complaints > 0 && study->complaints[0].error && study->canonical == NULL,
        "a refused study has a complaint and no canonical form");
    for (int j = 0; j < study->num_complaints; j++) {
        ENG_FUZZ_HOLDS(study->complaints[j].text[0] != '\0' && strpbrk(study->complaints[j].text, "\r\n") == NULL,
            "a complaint is one line");
    }
}

static void
check_canonical(const eng_study_t *study)
{
    eng_study_t again;

    for (int j = 0; j < study->num_protocols; j++) {
        if (strchr(study->protocols[j].name, '[') != NULL) {
            return;
        }
    }
    if (study->num_attachments > 0) {
        return; /* its files are not in the canonical form */
    }
    if (strlen(study->canonical) > 900000) {
        return; /* longer than a study may be */
    }
    if (eng_study_parse(&again, "canonical", study->canonical, strlen(study->canonical)) != 0) {
        eng_study_complain(&again, stderr, true);
        eng_fuzz_violated("the canonical form is a right study:\n%s", study->canonical);
    }
    ENG_FUZZ_HOLDS(strcmp(study->canonical, again.canonical) == 0 && strcmp(study->identity, again.identity) == 0 &&
            strcmp(study->extent, again.extent) == 0, "the canonical form of the canonical form is the same");
    eng_study_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = eng_fuzz_text(data, size);
    eng_study_t study;
    const int ret = eng_study_parse(&study, "fuzz", text, size);

    if (ret == ENG_ERR_STUDY) {
        check_complaints(&study);
    } else {
        ENG_FUZZ_HOLDS(ret == 0, "the verdict is right or not right");
        check_canonical(&study);
    }
    eng_study_free(&study);
    free(text);
    return 0;
}
