#!/bin/bash
# Steps are fine enough in every disease: slow_refine.c, which asks it of multiple sclerosis, with a drug and transplants under each of the others.
# STEP_ERROR=table prints its tables (docs/NUMERICS.md); DISEASES="ra sle" chooses.
set -u
. "$SOURCE/tests/testlib.sh"
. "$SOURCE/tests/disease_studies.sh"

drug_of() { # a drug that patients with this disease take
    case $1 in
    t1d) echo teplizumab ;;
    sle | ssc) echo mmf ;;
    allergy) echo dupilumab ;;
    inflammation) echo anti_il6 ;;
    uc) echo anti_integrin ;;
    *) echo anti_tnf ;;
    esac
}
steps_study() { # steps_study DISEASE
    cat <<END
study: steps-of-$1
seed: 1
horizon: 1826 d
cohort: {disease: $1, patients: 64}
protocols:
  drug:
    - {at: 0 d, drug: $(drug_of "$1"), for: 3 y}
  cy_atg:
    - {at: -5 d, condition: cy200, for: 4 d}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg, for: 5 d}
    - {at: 0 d, graft: pb, donor: auto, cd34: 5e6 /kg}
    - {at: 5 d, growth: gcsf, for: 9 d}
  selected:
    - {at: -5 d, condition: cy200, for: 4 d}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg, for: 5 d}
    - {at: 0 d, graft: pb, donor: auto, cd34: 5e6 /kg, select: 3.5 log10}
    - {at: 5 d, growth: gcsf, for: 9 d}
END
}
patients_of() { # twice as many where an outcome is near its goal, so that chance does not judge
    case $1 in
    uc) echo 32768 ;;
    *) echo 16384 ;;
    esac
}
fine_enough() { STUDY=$PWD/$1.yaml PATIENTS=$(patients_of "$1") "$OUT/tests/slow_refine"; }

for disease in ${DISEASES:-$(all_diseases | grep -vx ms)}; do
    steps_study "$disease" >"$disease.yaml"
    ok "$disease: steps" fine_enough "$disease"
    [ -z "${STEP_ERROR:-}" ] || { echo; echo "**$disease**"; sed -n '/^| outcome/,$p' "$folder/out"; }
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
