/**
 * Estimates of a part of the patients (batches, strata), and contrasts with another protocol than the reference: made from the sums
 * of points that the layout keeps for them, as summaries of all patients are.
 */
#ifndef ENG_STUDY_VIEW_H
#define ENG_STUDY_VIEW_H

#include "study/summary.h"

/** partition, part: of whom; -1: all patients.  against: contrasts with that protocol; -1: with the reference of the study. */
typedef struct {
    int partition, part, against;
} eng_view_t;

/** Does the layout keep what the view needs of at least one outcome? */
bool eng_view_kept(const eng_layout_t *layout, const eng_view_t *view);
/** Is this field of points one of them? */
bool eng_view_needs(const eng_layout_t *layout, const eng_view_t *view, const eng_field_t *field);
/** Words of its cluster sums, under all protocols. */
size_t eng_view_words(const eng_layout_t *layout, const eng_view_t *view);
/** Add one point's words; no others than those of needed fields are read. */
void eng_view_add(const eng_layout_t *layout, const eng_view_t *view, const int64_t *point, int64_t *cluster);
/** Rows of the outcomes that it has, without quantiles.  Free is the summary's. */
int eng_view_summary(eng_summary_t *summary, const eng_layout_t *layout, const eng_view_t *view, const int64_t *cluster);

#endif
