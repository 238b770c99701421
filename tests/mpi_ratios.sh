#!/bin/bash
# Ratios, slopes and cohorts of responders over ranks, shards and widths: the same bits; over several points intervals are those of points.
set -u
. "$SOURCE/tests/testlib.sh"
data=$SOURCE/tests/data/studies

# Four points with patients of their own.
sed -e 's/patients: 500/patients: 96/; s/^records: 500/records: 96/' "$data/ratios.yaml" >points.yaml
cat >>points.yaml <<'END'
parameters: {trigger.rate: prior, effector.growth_rate: prior}
design: {lhs: {points: 5}}
END
sed -e 's/patients: 150/patients: 130/; s/horizon: 1 y/horizon: 100 d/; s/{at: \[0 d, 84 d, 168 d, 1 y\]}/{visits: 28 d}/g' "$data/withdrawal.yaml" >responders.yaml
echo 'estimates: [hazard_ratio, slope]' >>responders.yaml

for study in points responders; do
    ok "$study: on one rank" "$ENGRAFT" run $study.yaml -o $study-1.h5 --progress none
    ok "$study: on three ranks" $MPIEXEC -n 3 "$ENGRAFT" run $study.yaml -o $study-3.h5 --progress none
    ok "$study: equal on three" "$ENGRAFT" diff $study-1.h5 $study-3.h5
    ok "$study: without vectors" env ENGRAFT_SIMD=plain "$ENGRAFT" run $study.yaml -o $study-plain.h5 --progress none
    ok "$study: equal without vectors" "$ENGRAFT" diff $study-1.h5 $study-plain.h5
    for k in 1 2; do
        ok "$study: share $k of 2" "$ENGRAFT" run $study.yaml -o $study-s$k.h5 --shard $k/2 --progress none
    done
    ok "$study: merged" "$ENGRAFT" merge $study-s1.h5 $study-s2.h5 -o $study-all.h5
    ok "$study: equal when merged" "$ENGRAFT" diff $study-1.h5 $study-all.h5
    "$ENGRAFT" compare $study-1.h5 >$study.txt
    ok "$study: a hazard ratio" grep -q 'hazard ratio within' $study.txt
    ok "$study: a slope" grep -q ', slope within' $study.txt
done
"$ENGRAFT" export points-1.h5 --csv csv >/dev/null
ok "over points the ratio says that it is by points" grep -q 'pairs as clusters, at the effective size between points.*hazard_ratio' csv/*contrast*.csv
ok "and so does that of counts" grep -q 'variance between points or patients.*rate_ratio' csv/*contrast*.csv
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
