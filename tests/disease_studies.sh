# One study for any disease, out of what the command lists: `. "$SOURCE/tests/disease_studies.sh"`, after testlib.sh.
# shellcheck shell=bash

all_diseases() {
    "$ENGRAFT" list diseases | awk 'NR > 1 { print $1 }'
}
when_event() { # when_event DISEASE: what its `when` rules wait for: a relapse, where it has them
    local events
    events=$("$ENGRAFT" list diseases "$1" | awk '$2 == "yes" { print $1 }')
    if grep -qx relapse <<<"$events"; then echo relapse; else echo infection; fi
}
rescue_protocol() { # rescue_protocol EVENT: a drug, then another and up to two transplants by rules
    cat <<END
  rescue:
    - {at: 0 d, drug: rituximab, for: 1 y}
    - {when: $1, drug: anti_tnf, for: 200 d, times: 2}
    - {when: $1, times: 2, after: 10 d, harvest: pb}
    - {when: $1, times: 2, after: 25 d, condition: cy200, for: 4 d}
    - {when: $1, times: 2, after: 25 d, atg: ratg, dose: 6 mg/kg, for: 5 d}
    - {when: $1, times: 2, after: 30 d, graft: pb, donor: auto, cd34: 5e6 /kg}
END
}
transplant_protocols() { # transplant_protocols EVENT: regimens, agents, radiation, antibodies, sources, selection, rules after them
    cat <<END
  unselected:
    - {at: -5 d, harvest: pb}
    - {at: -5 d, condition: cy200, for: 4 d}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg, for: 5 d}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
  selected:
    - {at: -40 d, mobilise: cy, dose: 2 g/m2}
    - {at: -30 d, harvest: pb, select: 4 log10}
    - {at: -5 d, condition: cy200, for: 4 d}
    - {at: -5 d, atg: alemtuzumab, dose: 60 mg, for: 3 d}
    - {at: 0 d, graft: pb, donor: auto, cd34: 4e6 /kg}
    - {at: 5 d, growth: gcsf, for: 7 d}
    - {when: $1, drug: rituximab, for: 1 d, times: 3}
  beam_marrow:
    - {at: -20 d, harvest: bm}
    - {at: -6 d, condition: beam, for: 5 d}
    - {at: -3 d, atg: eatg, dose: 90 mg/kg, for: 3 d}
    - {at: 0 d, graft: bm, donor: auto, cd34: 2e6 /kg}
  radiation:
    - {at: -30 d, harvest: pb, select: 4 log10}
    - {at: -7 d, condition: tbi, dose: 12 Gy, fraction: 2 Gy}
    - {at: -4 d, condition: cy, dose: 120 mg/kg, for: 2 d}
    - {at: 0 d, graft: pb, donor: auto, cd34: 5e6 /kg}
    - {at: 30 d, drug: mmf, for: 2 y}
  agents:
    - {at: -10 d, mobilise: plerixafor}
    - {at: -9 d, harvest: pb}
    - {at: -7 d, condition: bu, dose: 9.6 mg/kg, for: 3 d}
    - {at: -7 d, condition: flu, dose: 150 mg/m2, for: 5 d}
    - {at: -3 d, condition: mel, dose: 70 mg/m2}
    - {at: 0 d, graft: pb, donor: auto, cd34: 3e6 /kg, cd3: 1e8 /kg}
END
}
drug_protocols() { # drug_protocols EVENT: every drug that there is, four to a protocol: side by side, tapered, late, by a rule
    local drugs number=0
    mapfile -t drugs < <("$ENGRAFT" list agents | awk '$1 == "drug" { print $2 }')
    while [ ${#drugs[@]} -gt 0 ]; do
        echo "  drugs_$((++number)):"
        echo "    - {at: 0 d, drug: ${drugs[0]}, for: 1 y}"
        [ ${#drugs[@]} -lt 2 ] || echo "    - {at: 100 d, drug: ${drugs[1]}, for: 2 y, taper: 60 d}"
        [ ${#drugs[@]} -lt 3 ] || echo "    - {at: 1 y, drug: ${drugs[2]}}"
        [ ${#drugs[@]} -lt 4 ] || echo "    - {when: $1, drug: ${drugs[3]}, for: 200 d, times: 5}"
        drugs=("${drugs[@]:4}")
    done
}
# disease_study DISEASE HORIZON POINTS PATIENTS [short]: every parameter by its prior, people of every kind; short: five protocols, all outcomes, records
disease_study() {
    local event
    event=$(when_event "$1")
    cat <<END
study: courses-of-$1
seed: 20261127
horizon: $2
visits: 91 d
cohort:
  disease: $1
  patients: $4
  covariates: {age: {uniform: [2, 80], unit: y}, severity: {loguniform: [0.2, 5]}, prior_lines: {uniform: [0, 8]}, organ_score: {uniform: [0, 3]},
    frailty: {loguniform: [0.2, 5]}, centre: {loguniform: [0.3, 3]}, thymic_function: {loguniform: [0.1, 10]}, hct_ci: {uniform: [0, 5]},
    t_dose: {loguniform: [0.1, 10]}, homing: {loguniform: [0.2, 5]}, t_cell_growth: {loguniform: [0.3, 3]}, atg_exposure: {loguniform: [0.3, 3]}}
parameters: {"*": prior}
design: {lhs: {points: $3}}
$([ "${5:-}" = short ] && echo 'records: {patients: 300}' || echo 'outcomes: [os, nrm, infections]
records: 0')
max_failures: 0
protocols:
  untreated: []
END
    if [ "${5:-}" = short ]; then
        transplant_protocols "$event" | sed '/^  beam_marrow/,$d'
    else
        transplant_protocols "$event"
        drug_protocols "$event"
    fi
    rescue_protocol "$event"
}
