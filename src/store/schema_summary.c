/**
 * /summary: the rows of estimates and contrasts as columns.
 */
#include "store/schema_part.h"

#define LIKE_ROW "named in the column estimator of the same row"

/* The functions of a column that estimates and contrasts share. */
#define SUMMARY_COLUMNS(table, rows)                                                                         \
    static const char *table##_outcome(const eng_content_t *content, uint64_t i, char *scratch)              \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return STUDY(content)->outcomes[content->summary->rows[i].outcome].row->name;                        \
    }                                                                                                        \
    static const char *table##_protocol(const eng_content_t *content, uint64_t i, char *scratch)             \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return STUDY(content)->protocols[content->summary->rows[i].protocol].name;                           \
    }                                                                                                        \
    static const char *table##_kind(const eng_content_t *content, uint64_t i, char *scratch)                 \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return eng_column_at(content->summary->rows[i].kind)->name;                                  \
    }                                                                                                        \
    static const char *table##_unit(const eng_content_t *content, uint64_t i, char *scratch)                 \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return eng_estimate_unit(STUDY(content), content->summary->rows[i].outcome, content->summary->rows[i].kind);       \
    }                                                                                                        \
    static const char *table##_estimator(const eng_content_t *content, uint64_t i, char *scratch)            \
    {                                                                                                        \
        (void)scratch;                                                                                       \
        return content->summary->rows[i].estimator;                                                          \
    }                                                                                                        \
    static double table##_at(const eng_content_t *content, uint64_t i)                                       \
    {                                                                                                        \
        return content->summary->rows[i].at;                                                                 \
    }                                                                                                        \
    static int64_t table##_n(const eng_content_t *content, uint64_t i)                                       \
    {                                                                                                        \
        return content->summary->rows[i].n;                                                                  \
    }                                                                                                        \
    static double table##_value(const eng_content_t *content, uint64_t i)                                    \
    {                                                                                                        \
        return content->summary->rows[i].value;                                                              \
    }                                                                                                        \
    static double table##_low(const eng_content_t *content, uint64_t i)                                      \
    {                                                                                                        \
        return content->summary->rows[i].low;                                                                \
    }                                                                                                        \
    static double table##_high(const eng_content_t *content, uint64_t i)                                     \
    {                                                                                                        \
        return content->summary->rows[i].high;                                                               \
    }
SUMMARY_COLUMNS(estimate, estimates)
SUMMARY_COLUMNS(contrast, contrasts)
#undef SUMMARY_COLUMNS

static double
estimate_level(const eng_content_t *content, uint64_t i)
{
    return content->summary->estimates[i].level;
}

static int64_t
contrast_gains(const eng_content_t *content, uint64_t i)
{
    return content->summary->contrasts[i].gains;
}

static int64_t
contrast_losses(const eng_content_t *content, uint64_t i)
{
    return content->summary->contrasts[i].losses;
}

/* --- the table ----------------------------------------------------------------------------------------------- */

static const eng_schema_row_t rows[] = {
    { "/summary/estimates/outcome", "estimate", "", "outcome", "", TEXTS(estimate_outcome) },
    { "/summary/estimates/protocol", "estimate", "", "protocol", "", TEXTS(estimate_protocol) },
    { "/summary/estimates/kind", "estimate", "", "what is estimated", "", TEXTS(estimate_kind) },
    { "/summary/estimates/at", "estimate", "d", "landmark or reading day; NaN where neither applies", "", NUMBERS(estimate_at) },
    { "/summary/estimates/level", "estimate", "1", "level of a quantile; NaN for other kinds", "", NUMBERS(estimate_level) },
    { "/summary/estimates/n", "estimate", "1", "courses behind the estimate, none that failed (/outcomes/courses/failures)", "",
        INTEGERS(estimate_n) },
    { "/summary/estimates/value", "estimate", "see value_unit", "estimate over all points", LIKE_ROW, NUMBERS(estimate_value) },
    { "/summary/estimates/low", "estimate", "see value_unit", "lower end of the 95 % interval", LIKE_ROW, NUMBERS(estimate_low) },
    { "/summary/estimates/high", "estimate", "see value_unit", "upper end of the 95 % interval", LIKE_ROW, NUMBERS(estimate_high) },
    { "/summary/estimates/value_unit", "estimate", "", "unit of value, low and high", "", TEXTS(estimate_unit) },
    { "/summary/estimates/estimator", "estimate", "", "how value and interval are made", "", TEXTS(estimate_estimator) },
    { "/summary/contrasts/outcome", "contrast", "", "outcome", "", TEXTS(contrast_outcome) },
    { "/summary/contrasts/protocol", "contrast", "", "protocol compared with /study/reference", "", TEXTS(contrast_protocol) },
    { "/summary/contrasts/kind", "contrast", "", "what is compared", "", TEXTS(contrast_kind) },
    { "/summary/contrasts/at", "contrast", "d", "landmark or reading day; NaN where neither applies", "", NUMBERS(contrast_at) },
    { "/summary/contrasts/n", "contrast", "1", "pairs behind the contrast, without patients who failed under any protocol", "",
        INTEGERS(contrast_n) },
    { "/summary/contrasts/gains", "contrast", "1", "patients with the event under the reference only", "", INTEGERS(contrast_gains) },
    { "/summary/contrasts/losses", "contrast", "1", "patients with the event under the protocol only", "", INTEGERS(contrast_losses) },
    { "/summary/contrasts/value", "contrast", "see value_unit", "protocol minus reference in the same patients", LIKE_ROW, NUMBERS(contrast_value) },
    { "/summary/contrasts/low", "contrast", "see value_unit", "lower end of the 95 % interval", LIKE_ROW, NUMBERS(contrast_low) },
    { "/summary/contrasts/high", "contrast", "see value_unit", "upper end of the 95 % interval", LIKE_ROW, NUMBERS(contrast_high) },
    { "/summary/contrasts/value_unit", "contrast", "", "unit of value, low and high", "", TEXTS(contrast_unit) },
    { "/summary/contrasts/estimator", "contrast", "", "how value and interval are made", "", TEXTS(contrast_estimator) },
};

const eng_schema_part_t eng_schema_summary = { rows, (int)(sizeof(rows) / sizeof(*rows)) };
