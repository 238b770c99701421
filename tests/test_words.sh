#!/bin/bash
# Messages that say what to type, and words that people can use: what is printed behind "next:" does what it says, with any name.
set -u
. "$SOURCE/tests/testlib.sh"

sed 's/patients: 256/patients: 4/' "$SOURCE/jobs/studies/ms-minimal.yaml" >study.yaml
PATH=$(dirname "$ENGRAFT"):$PATH

# Names that a shell or a command takes for something else: the line is handed to a shell as it stands.
names=("a b's.h5" '-x.h5' plain.h5)
all_of_it && names+=('$(x);y.h5')
for name in "${names[@]}"; do
    ok "a result $name" says '^engraft: next: ' 0 engraft run study.yaml --progress none -o "$name"
    next=$(sed -n 's/^engraft: next: \(engraft show .*\) | engraft compare .*/\1/p' said)
    ok "what is next: $next" sh -c "$next >shown && grep -q '^Study ms-minimal' shown"
    next=$(sed -n 's/^engraft: next: .* | \(engraft compare .*\) | analysis.*/\1/p' said)
    ok "and then: $next" sh -c "$next >shown && grep -q '^cy_atg against dmt' shown"
done
ok "a plain name has no quotes" grep -qF 'engraft show plain.h5 | engraft compare plain.h5 | analysis/report plain.h5 -o' <(engraft run study.yaml --progress none -o plain2.h5 2>&1 | sed 's/plain2/plain/g')
ok "no file of that name" says "unknown option '-y.h5'; see engraft show --help" 64 engraft show -y.h5
ok "a file whose name is an option" says "show: '-x.h5' is no option; for the file of that name write ./-x.h5" 64 engraft show -x.h5
ok "as it says" says '^Study ms-minimal' 0 engraft show ./-x.h5
ok "behind --" says 'are equal' 0 engraft diff -- -x.h5 plain.h5
if strings -n 3 "a b's.h5" >/dev/null 2>&1; then
    ok "the command in /provenance can be typed again" sh -c "strings -n 3 \"a b's.h5\" | grep -qF \"engraft run study.yaml --progress none -o 'a b'\\\\''s.h5'\""
fi
cat >long.yaml <<END
study: long
seed: 1
horizon: 1 y
cohort: {disease: ms, patients: 6400}
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
design: {lhs: {points: 2000}}
parameters: {thymus.export_at_20y: prior}
outcomes: [relapse]
END
ok "a run that is stopped" says "to go on, type: engraft run long.yaml --progress none --deadline 1 -o '\\$\\(x\\) y.h5'\$" 75 engraft run long.yaml --progress none --deadline 1 -o '$(x) y.h5'
ok "status says how to go on" says "^next       the same engraft run \.\.\. -o '\\$\\(x\\) y.h5' goes on from here" 0 engraft status '$(x) y.h5'

# Names that are not there: the nearest one, and what there is.
ok "an outcome" says "the study has no outcome 'foo'; it has relapse, progression, death, os, " 64 engraft show plain.h5 --outcome foo
ok "nearly one" says "the study has no outcome 'relaps', did you mean 'relapse'\?; it has relapse, " 64 engraft compare plain.h5 --outcome relaps
ok "a protocol" says "trace: --protocol cy_atgg: no protocol has this name, did you mean 'cy_atg'\?; the study has dmt, cy_atg" 64 engraft trace study.yaml --protocol cy_atgg
ok "no protocol" says "trace: say which protocol with --protocol; the study has dmt, cy_atg" 64 engraft trace study.yaml

# What differs, not only that something does.
sed -e 's/ms-minimal/another-name/' -e 's/patients: 4/patients: 5/' study.yaml >other.yaml
ok "another study" engraft run other.yaml --progress none -o other.h5
ok "diff shows texts" says "^/study/name: 'ms-minimal' and 'another-name'" 1 engraft diff plain.h5 other.h5
ok "single values" grep -q '^/study/patients: 4 and 5$' said
ok "and shapes" grep -q '^/record: of different shapes, 4 and 5$' said
ok "nothing else" status_is 1 grep -q 'of different types' said

# check: a time that people can read, and a note once.
cat >family.yaml <<END
study: family
seed: 3
horizon: 30 d
cohort: {disease: ms, patients: 1}
protocols:
  none: [{at: 0 d, drug: dmt_standard}]
  dose:
    vary: {dose: [2 mg/kg, 3 mg/kg, 4 mg/kg, 6 mg/kg]}
    actions: [{at: -5 d, atg: ratg, dose: \$dose}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
  day:
    vary: {day: [-9 d, -8 d, -7 d]}
    actions: [{at: \$day, harvest: pb}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
END
"$ENGRAFT" check family.yaml >said 2>&1
ok "the time of a small study" grep -Eq '^time +[0-9.]+ core-seconds \((less than a second|[0-9]+ s) on one core\)' said
ok "a note of all members, once" grep -q '^family.yaml:9:[0-9]*: note: dose\[0\] to dose\[3\]: no harvest before this graft' said
ok "no note of a single one" test "$(grep -c 'note: dose' said)" -eq 1
sed -i 's/^    vary: {day.*/    vary: {day: [1 d, -9 d, 2 d]}/' family.yaml
"$ENGRAFT" check family.yaml >said 2>&1
ok "a mistake of some members names them" grep -q 'day\[0\] to day\[2\], 2 of them: ' said
# shellcheck disable=SC2086
ok "a report from mpirun" $MPIEXEC -n 3 "$ENGRAFT" check study.yaml
ok "once" test "$(grep -c '^time ' out)" -eq 1 -a "$(grep -c 'note: cy_atg' out)" -eq 1

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
