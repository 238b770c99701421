/**
 * The two hashes of a study (XXH3, 128 bits, hexadecimal, high half first): the identity over what the courses are,
 * the model's version and its precision; the extent over how many there are.  Resuming needs both equal; extending
 * and merging the identity only.
 */
#include "study/identity.h"

#include "study/canonical.h"
#include "study/study_reader.h"

#include <stdio.h>
#include <xxhash.h>

const char *
eng_study_precision(void)
{
#ifdef ENG_REAL_DOUBLE
    return "double";
#else
    return "float";
#endif
}

void
eng_study_versions(const eng_study_t *study, char text[ENG_VERSIONS_SIZE])
{
    const eng_disease_t *disease = study->disease;
    const eng_module_t *wanted[ENG_MAX_WANTED + 1];
    int used = snprintf(text, ENG_VERSIONS_SIZE, "core %d", ENG_CORE_VERSION);

    for (int j = 0; j <= disease->num_needs && used < ENG_VERSIONS_SIZE; j++) {
        const eng_module_t *module = j < disease->num_needs ? disease->needs[j] : &disease->module;
        used += snprintf(text + used, (size_t)(ENG_VERSIONS_SIZE - used), ", %s %d", module->name, module->version);
    }
    eng_protocols_modules(study->protocols, study->num_protocols, wanted);
    for (int j = 0; wanted[j] != NULL && used < ENG_VERSIONS_SIZE; j++) {
        used += snprintf(text + used, (size_t)(ENG_VERSIONS_SIZE - used), ", %s %d", wanted[j]->name, wanted[j]->version);
    }
}

static void
hash(const eng_text_t *text, char hex[33])
{
    const XXH128_hash_t sum = XXH3_128bits(text->data, text->length);

    snprintf(hex, 33, "%016llx%016llx", (unsigned long long)sum.high64, (unsigned long long)sum.low64);
}

int
eng_study_identify(eng_study_t *study)
{
    eng_canonical_t canonical;
    char versions[ENG_VERSIONS_SIZE];
    int ret = eng_canonical_write(&canonical, study);

    if (ret != 0) {
        return ret;
    }
    eng_study_versions(study, versions);
    eng_text_add(&canonical.identity, "model: %s\nprecision: %s\n", versions, eng_study_precision());
    if (canonical.identity.failed) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: out of memory", study->path);
        goto out;
    }
    hash(&canonical.identity, study->identity);
    hash(&canonical.extent, study->extent);
    study->canonical = canonical.whole.data;
    canonical.whole.data = NULL; /* the study owns it now */
out:
    eng_canonical_free(&canonical);
    return ret;
}
