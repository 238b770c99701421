/**
 * The design's points as the first attempt of a run computed them, in the file `design` of the folder RESULT.work: a run that
 * goes on, on whatever machine, goes on at those points.  Serial.
 */
#ifndef ENG_ENGINE_KEPT_DESIGN_H
#define ENG_ENGINE_KEPT_DESIGN_H

#include "engine/workdir.h"
#include "study/study.h"

/** Write it whole and durably.  unit, values: [num_points][num_uncertain]. */
int eng_kept_design_put(const eng_workdir_t *dir, const eng_study_t *study, const double *unit, const double *values);

/**
 * Points of a run of this study that writes `result_path`: those that are kept, or, where none are or the file is damaged or of another
 * study, computed ones.  Arrays as eng_work_design gives them, owned by the caller (free) whatever happens.
 */
int eng_kept_design_get(const char *result_path, const eng_study_t *study, double **unit, double **values);

#endif
