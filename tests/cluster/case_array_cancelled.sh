#!/bin/bash
# Two tasks of an array are cancelled, one that runs and one that waits.  The merge ends, says what is missing, and the command that it
# prints completes the study.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

"$SOURCE/jobs/submit" --yes --ranks 2 --shards 4 "$LONG" -o x.h5 >said 2>&1
ok "submitted" grep -Eq "^submitted: job [0-9]+, merge [0-9]+" said
read -r array merge < <(sed -n 's/^submitted: job \([0-9]*\), merge \([0-9]*\);.*/\1 \2/p' said)
ok "what happens to a merge whose shards are missing is said" grep -q "If shards are missing .* says which they are and how to go on: x-merge-$merge.log" said
ok "a task runs and saves" saves x.h5.2of4.h5
ok "it is cancelled" scancel "${array}_2"
ok "and one that waits" scancel "${array}_4"
ok "the merge ends" state_is "$merge" FAILED 240
ok "with 75" test "$(field "$merge" ExitCode)" = 75:0
log=x-merge-$merge.log
ok "it names the one that was stopped" grep -q "shard 2 is not complete: saved [1-9][0-9,]* of .*: .*/x.h5.2of4.h5" "$log"
ok "and the one that never ran" grep -q "shard 4 is not complete: nothing saved: .*/x.h5.4of4.h5" "$log"
ok "and no other" grep -q "2 of 4 shards are not complete: 2,4; nothing is merged" "$log"
go_on=$(sed -n 's/^engraft job: to go on: //p' "$log")
ok "what goes on" eval "$go_on"
merge=$(tail -n 1 "$TMPDIR/out" | sed 's/[^0-9]*//')
ok "which is another merge" test -n "$merge"
ok "completes" completes "$merge" 240
ok "with the two alone" test "$(find . -name 'x-*_[13].log' | wc -l)" -eq 2
ok "equal" equal x.h5
verdict
