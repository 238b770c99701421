#!/bin/bash
# A study as an array, one of whose tasks is requeued; the merge waits for all and gives the quiet result.
set -u
. "$SOURCE/tests/cluster/cluster.sh"
if ! "$ENGRAFT" merge --help >/dev/null 2>&1; then
    echo "SKIPPED arrays and merging: this engraft has no command merge"
    exit 77
fi

submit -n1 --array=1-4 "$SOURCE/jobs/array.sbatch" "$LONG" x.h5
array=$job
submit --dependency=afterany:"$array" "$SOURCE/jobs/merge.sbatch" x.h5 4
merge=$job
# The last task carries the array's own number: requeueing it must not requeue the others.
ok "the last task runs and saves" saves x.h5.4of4.h5
ok "its warning" scancel --batch --signal=USR1 "${array}_4"
ok "the merge waits" test "$(field "$merge" JobState)" = PENDING
ok "the merge completes" completes "$merge" 240
ok "no other task was requeued" test "$(grep -l 'back to the queue' engraft-array-"$array"_*.log | wc -l)" -eq 1
ok "equal" equal x.h5
verdict
