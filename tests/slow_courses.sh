#!/bin/bash
# A hundred thousand courses of each disease and none that fails: ten years, every parameter by its prior, people of every kind, no treatment,
# transplants by regimen, agents and radiation, every drug, rules with drugs and with second transplants.  COURSES=1000 for fewer.
set -u
. "$SOURCE/tests/testlib.sh"
. "$SOURCE/tests/disease_studies.sh"
courses=${COURSES:-100000} patients=64

protocols=$(disease_study none "10 y" 1 1 | grep -c '^  [a-z_0-9]*:\( \[\]\)\?$') # those under `protocols`, and `disease: ...` is not one
points=$((courses / (patients * protocols) + 1))
for disease in $(all_diseases); do
    disease_study "$disease" "10 y" $points $patients >"$disease.yaml"
    ok "$disease: no course fails" says 'complete: ' 0 $MPIEXEC -n 2 "$ENGRAFT" run --progress none "$disease.yaml" -o "$disease.h5" || continue
    ran=$(sed -n 's/.* patients = \([0-9,]*\) courses .*/\1/p' said | tr -d ,)
    ok "$disease: as many as asked for" test "${ran:-0}" -ge "$courses"
    echo "FOUND $disease: ${ran:-0} courses, none failed"
    rm -f "$disease.h5"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
