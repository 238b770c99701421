#!/bin/bash
# What `engraft check` predicts for one rank against what a run then needs, within generous bounds: the machine may be busy, so
# CPU time is compared, and memory.
set -u
. "$SOURCE/tests/testlib.sh"

cat >cost.yaml <<'EOT'
study: cost
seed: 5
horizon: 2 y
cohort: {disease: ms, patients: 64}
protocols:
  none: [{at: 0 d, drug: ifn_ga}]
  dmt: [{at: 0 d, drug: dmt_standard}]
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: 100}}
outcomes: [relapse, death, infections]
EOT
"$ENGRAFT" check cost.yaml >checked
ok "check predicts wall time on 1, 16 and 256 ranks" grep -Eq '^wall time +.* on 1 rank, .* on 16 ranks, .* on 256 ranks' checked
ENGRAFT_PROFILE=1 "$ENGRAFT" run cost.yaml -o cost.h5 --progress none 2>said
ok "the run says where its time went" grep -Eq 'profile: cpu [0-9.]+ s: loop [0-9.]+ %, reduction .* courses per cpu-second; .* MB a rank' said
ok "and keeps it in /provenance" sh -c "h5dump -d /provenance/attempts cost.h5 2>/dev/null | grep -q 'courses per cpu-second' || strings cost.h5 | grep -q 'courses per cpu-second'"

hours=$(awk '$1 == "time" { print $3 == "core-seconds" ? $2 / 3600 : $2 }' checked)
cpu=$(sed -n 's/.*profile: cpu \([0-9.]*\) s.*/\1/p' said)
ok "core-hours: $hours h predicted, $cpu s of CPU time taken" awk -v h="$hours" -v c="$cpu" \
    'BEGIN { exit !(h > 0 && c > 0 && h * 3600 > c / 4 && h * 3600 < c * 20) }' # the pilot's clock runs on while others have the core
memory=$(sed -n 's/^memory  *\([0-9.]*\) MB per rank on 1,.*/\1/p' checked)
peak=$(sed -n 's/.*at most \([0-9.]*\) MB a rank.*/\1/p' said)
ok "memory: $memory MB predicted, $peak MB taken" awk -v m="$memory" -v p="$peak" 'BEGIN { exit !(m > 0 && p > 0 && p < 1.3 * m && p > m / 4) }'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
