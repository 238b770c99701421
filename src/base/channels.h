/**
 * The named sources of chance.  A channel number is part of the key of every stream: numbers are never
 * reused and never renumbered; equal numbers do not compile (see rng.c).
 */
#ifndef ENG_BASE_CHANNELS_H
#define ENG_BASE_CHANNELS_H

/* X(name, number, name in files and lists, what is drawn) */
#define ENG_CHANNEL_LIST(X)                                                                            \
    X(COVARIATES, 1, "covariates", "covariates and between-patient variability: draw j of tick 0 is row j") \
    X(REPERTOIRE, 2, "repertoire", "sizes and avidities of the autoreactive clones at the start")       \
    X(COLLECTION, 3, "collection", "yield of each harvest: draw j of the harvest's tick")               \
    X(ENGRAFTMENT, 4, "engraftment", "homing of the graft and cells seeded, by tick of the graft")      \
    X(CLONES, 5, "clones", "birth and death of clones and stem cells: two words a clone and draw tick; re-priming") \
    X(THYMUS, 6, "thymus", "retired: thresholds of thymic leak of autoreactive clones")                 \
    X(THYMUS_CLONE, 7, "thymus_clone", "retired: size and avidity of such clones, by event number")     \
    X(TRIGGERS, 8, "triggers", "one word a day at the day's first tick: a hit, and its size")           \
    X(INFECTION_TRIGGERS, 9, "infection_triggers", "triggers set off by infections, by event number")   \
    X(BACTERIAL, 10, "bacterial", "thresholds of bacterial and fungal infection")                       \
    X(BACTERIAL_FATALITY, 11, "bacterial_fatality", "is a bacterial infection fatal, by event number; its kind 2^16 further on")  \
    X(VIRAL, 12, "viral", "thresholds of viral and opportunistic infection")                            \
    X(VIRAL_FATALITY, 13, "viral_fatality", "is a viral infection fatal, by event number; its kind 2^16 further on")              \
    X(FEBRILE, 14, "febrile", "thresholds of febrile neutropenia without microbiology")                 \
    X(BLEEDING, 15, "bleeding", "threshold of fatal bleeding")                                          \
    X(TOXICITY, 16, "toxicity", "conditioning toxicity: is it fatal, and when, by tick of conditioning") \
    X(BACKGROUND, 17, "background", "threshold of background mortality")                                \
    X(LESIONS, 18, "lesions", "thresholds of new MRI lesions: a word serves two")                                      \
    X(DESIGN, 19, "design", "the design's own randomness (patient 0, point 0)")                         \
    X(SECONDARY_MALIGNANCY, 20, "secondary_malignancy", "threshold of therapy-related MDS or AML, and is it fatal") \
    X(SECONDARY_AUTOIMMUNITY, 21, "secondary_autoimmunity", "threshold of secondary autoimmune disease") \
    X(NETWORK, 22, "network", "reaction networks: one word for two reactions of a step, in the order of the table") \
    X(RESPONSE, 23, "response", "does a patient respond to a class of drugs, and how well: two words a class") \
    X(RESPONSE_LOSS, 24, "response_loss", "threshold at which the response to a class is lost, by class") \
    X(SEVERE_HYPOGLYCAEMIA, 25, "severe_hypoglycaemia", "threshold of the first severe hypoglycaemia")  \
    X(VISITS, 26, "visits", "what is measured amiss on a day: two scores a word at the day's first tick") \
    X(REMISSION, 27, "remission", "thresholds of spontaneous remission, by event number") \
    X(LYMPHOPROLIFERATION, 28, "lymphoproliferation", "is a lymphoproliferative disease fatal, and when, by number of the infection") \
    X(ORGANS, 29, "organs", "organ of a fatal toxicity, by tick") \
    X(LATE_EFFECTS, 30, "late_effects", "what gonads bear; then threshold of a solid cancer, and is it fatal, by number of the conditioning") \
    X(MSC, 33, "msc", "does a patient respond to mesenchymal stromal cells, and how well: two words; then potency of the lot, by number of the dose") \
    X(CAR_T, 34, "car_t", "expansion of CAR-T cells, by number of the infusion") \
    X(CRS, 35, "crs", "grade of cytokine release, by number of the infusion; is it fatal 2^16 further on") \
    X(PRODUCTS, 36, "products", "how much of a cell product engrafts: by number of the infusion, each product 2^12 further on; 2^16 further on how fast its cells are lost") \
    X(TERATOMA, 37, "teratoma", "threshold of a teratoma of cells made of stem cells") \
    X(SSC_ORGAN_FAILURE, 45, "ssc_organ_failure", "threshold of organ failure in systemic sclerosis") \
    X(SSC_DEATH, 46, "ssc_death", "threshold of death of systemic sclerosis") \
    X(SURGERY, 50, "surgery", "threshold of the first surgery of the bowel") \
    X(FISTULA, 51, "fistula", "thresholds at which a perianal fistula closes and opens: a word serves two") \
    X(EXACERBATIONS, 55, "exacerbations", "thresholds of exacerbations of asthma: a word serves two")

#define ENG_CHANNEL_AS_ENUM(name, number, text, help) ENG_CHANNEL_##name = (number),
typedef enum {
    ENG_CHANNEL_LIST(ENG_CHANNEL_AS_ENUM)
    /* for diseases that only tests have (tests/diseases), which number theirs from here on: never in the list above */
    ENG_CHANNEL_TESTS = 200,
    ENG_CHANNEL_TESTS_LAST = 255
} eng_channel_t;
#undef ENG_CHANNEL_AS_ENUM

#endif
