#!/bin/bash
# The commands that read: what they print, their exit statuses, and what they say about files that are none.
# Makes a small result with $ENGRAFT, or reads the one that $RESULT names.
set -u
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 70
passed=0 failed=0

# expect STATUS PATTERN COMMAND...: status and one line of stdout and stderr together (an extended expression).
expect() {
    local status=$1 pattern=$2 got
    shift 2
    "$ENGRAFT" "$@" >out 2>&1
    got=$?
    if [ $got -eq "$status" ] && grep -qE -- "$pattern" out; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: engraft $*: status $got, wanted $status and a line like '$pattern'; it said:"
        head -n 20 out | sed 's/^/    /'
    fi
}

cat >study.yaml <<'STUDY'
study: read-test
seed: 11
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt:
    - {at: 0 d, drug: dmt_standard, for: 1 y}
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters: {atg.t_cell_kill_rate: prior}
design: {lhs: {points: 3}}
outcomes: [relapse, os, anc_recovery, arr, {edss: {at: [0.5 y, 1 y]}}]
trajectories: {markers: [anc], every: 1 mo}
records: {patients: 20}
STUDY
if [ -n "${RESULT:-}" ]; then
    cp "$RESULT" r.h5
else
    "$ENGRAFT" run study.yaml -o r.h5 --progress none || { echo "the study could not be run"; exit 1; }
fi

interval='[0-9.]+ \([0-9.]+ to [0-9.]+\)'
expect 0 "^os, event-free at 1 y +$interval % +$interval %" show r.h5
expect 0 '^courses \(n\) +[0-9]+ +[0-9]+' show r.h5
expect 0 '^relapse at 1 y' show r.h5
expect 0 '^edss, mean at 1 y' show r.h5
expect 0 'Wilson interval' show r.h5
expect 0 "^cy_atg +relapse at 100 d +$interval % +[0-9]+" show r.h5 --outcome relapse
expect 0 '^Numbers at risk' show r.h5 --outcome relapse
expect 0 '^anc_recovery, median \(10 to 90 %\) +- +[0-9]+ \([0-9]+ to [0-9]+\) d$' show r.h5
expect 0 '^dmt +relapse, 10 % quantile +[0-9]+ \([0-9]+ to ([0-9]+|not reached)\) d +[0-9]+' show r.h5 --outcome relapse
expect 0 '^cy_atg +relapse, 90 % quantile +not reached +[0-9]+' show r.h5 --outcome relapse
expect 0 '^dmt +anc_recovery +- +0$' show r.h5 --outcome anc_recovery
expect 0 '^  atg.t_cell_kill_rate = 0\.[0-9]+ 1/d' show r.h5 --point 1
expect 64 "no outcome 'relaps', did you mean 'relapse'" show r.h5 --outcome relaps
expect 64 'points are 0 to' show r.h5 --point 1000
expect 0 '^Study read-test' show r.h5 --partial
expect 0 '^cy_atg against dmt' compare r.h5
expect 0 '^os, event-free at 1 y +[-+][0-9.]+ \(-?[0-9.]+ to -?[0-9.]+\) +[0-9]+ / [0-9]+ +[0-9]+ +(better|worse|not distinguishable)$' compare r.h5
expect 0 '^relapse, mean time free of it and of death within' compare r.h5
expect 0 '^os, mean time within' compare r.h5
expect 0 '^relapse at 7 d' compare r.h5 --outcome relapse

cp r.h5 same.h5
expect 0 'are equal' diff r.h5 same.h5
expect 0 'same.h5 are equal' diff r.h5 r.h5 same.h5
expect 64 'two or more' diff r.h5
expect 66 'nothing.h5: No such file' diff r.h5 nothing.h5
expect 66 'nothing.h5: No such file' show nothing.h5
expect 66 'study.yaml: is not a result of engraft' show study.yaml
if "$PYTHON" -c 'import h5py' 2>/dev/null; then
    "$PYTHON" -c '
import h5py
with h5py.File("same.h5", "r+") as f:
    f["/outcomes/relapse/n"][1, 0] += 1
'
    expect 1 '^/outcomes/relapse/n: 1 of [0-9]+ values differ, first at \[1, 0\]: ([0-9]+) and ' diff r.h5 same.h5
    "$PYTHON" -c '
import h5py
with h5py.File("same.h5", "r+") as f:
    f["/outcomes/relapse/n"][1, 0] -= 1
    f["/provenance/ranks"][()] = 99
'
    expect 0 'are equal' diff r.h5 same.h5
    "$PYTHON" -c '
import h5py
with h5py.File("same.h5", "r+") as f:
    f["/records/age"].attrs.modify("unit", "days")
'
    expect 1 "^/records/age: the attribute 'unit' differs" diff r.h5 same.h5
    "$PYTHON" -c '
import h5py
with h5py.File("same.h5", "r+") as f:
    f.attrs["complete"] = 0
'
    expect 66 'same.h5: is incomplete' show same.h5
    "$PYTHON" -c '
import h5py
with h5py.File("same.h5", "r+") as f:
    f.attrs["complete"] = 1
    f.attrs["format_major"] = 2
'
    expect 66 'is written in format 2' show same.h5
    "$PYTHON" -c '
import h5py
with h5py.File("other.h5", "w") as f:
    f["x"] = 1
'
    expect 66 'is HDF5, but not a result of engraft' show other.h5
else
    echo "SKIPPED changed results: no h5py"
fi

# Many protocols: blocks that fit a page, each with the names of the measures.
awk '/^protocols:/ { print; for (i = 1; i <= 7; i++) printf "  arm_with_a_long_name_%d: [{at: 0 d, drug: dmt_standard, for: %d mo}]\n", i, i; skip = 1; next }
     /^parameters:/ { skip = 0 } !skip' study.yaml | sed 's/patients: 64/patients: 8/' >wide.yaml
if "$ENGRAFT" run wide.yaml -o wide.h5 --progress none; then
    expect 0 '^relapse at 1 y +.*%.*%.*%' show wide.h5
    if [ "$(awk '{ print length }' out | sort -n | tail -n 1)" -le 160 ] && [ "$(grep -c '^relapse at 1 y' out)" -ge 2 ] &&
        [ "$(wc -l <out)" -le 50 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1)); echo "failed: the width of a table of seven protocols"; cat out
    fi
else
    failed=$((failed + 1)); echo "failed: a study of seven protocols"
fi

expect 0 '^Written to csv' export r.h5 --csv csv
[ "$(head -n 1 csv/outcomes_relapse_by_point_protocol_landmark.csv)" = point,protocol,landmark,competing_count,event_count ] &&
    [ "$(wc -l <csv/summary_estimates_by_estimate.csv)" -gt 20 ]
if [ $? -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: what the CSV files hold"; fi
held() { if [ "$1" = "$2" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $3"; fi; }
sum=$(cat csv/*.csv | cksum)
expect 73 '^engraft: csv/columns.csv: is there already and is not replaced' export r.h5 --csv csv
held "$(cat csv/*.csv | cksum)" "$sum" "an older export stays"
last=$(ls csv | tail -n 1)
mkdir taken && echo precious >"taken/$last"
expect 73 "^engraft: taken/$last: is there already" export r.h5 --csv taken
held "$(ls taken) $(cat "taken/$last")" "$last precious" "a file of another name in an export's folder stays, and stays alone"
expect 64 'needs --csv' export r.h5

expect 0 '^ms +edss' list diseases
expect 0 '^condition +cy200 ' list actions
expect 0 '^condition +beam ' list regimens
expect 0 '^drug +natalizumab ' list agents
expect 0 '^atg +ratg ' list agents
expect 0 '^  dose: .*mg/kg' list actions ratg
expect 0 '^thymic_function +1 +0.001 to .* lognormal_cv 1, 0.5' list diseases ms
expect 0 '^loss_of_response +yes +the response to a drug is lost' list diseases ms
expect 0 '^atg.t_cell_kill_rate +1/d +0\.' list parameters
expect 0 '^thymus.export_at_20y +cells/d +1.6e\+07 +1e\+05 to 5e\+08 +lognormal' list parameters thymus
expect 0 '^os +survival +d +good ' list outcomes
expect 0 '^relapse +time +d +bad ' list outcomes
expect 0 '^edss +marker +EDSS +bad ' list outcomes
expect 0 '^cd4 +marker +1/uL +- ' list outcomes
expect 0 '^lhs +points +copies maximin +independent' list designs
expect 0 '^covariates +1 ' list channels
expect 0 '^/summary/estimates/value +float64 +estimate' list schema
expect 64 "did you mean 'thymus" list parameters thymu
expect 64 "did you mean 'channels'" list channel
expect 64 'list needs one of' list

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
