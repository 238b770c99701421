#!/bin/bash
# The pages that teach the study file do not lie: engraft check takes every example of README.md and docs/STUDY.md.
#
#   ```yaml blocks that begin with `study:`    whole studies; two of one name must give the same result, bit for bit
#   ```yaml mistaken, then ```text             a study with mistakes, and all that engraft says about it
#   `{at: ...}`, `{when: ...}` in a line       actions: each the protocol of a study
#   `NAME: {DISTRIBUTION: ...}` in a line      covariates of a study
#   `design: {...}` in a line                  designs of a study
#   `engraft list` and the tables of names     every available verb, noun, distribution, design and covariate is on the page
set -u
. "$SOURCE/tests/testlib.sh"
page=$SOURCE/docs/STUDY.md

takes() { # takes WHAT FILE: no mistakes
    ok "$1" "$ENGRAFT" check "$2"
}
enough() { # enough WHAT COUNT LEAST: a page whose examples are no longer found has failed
    ok "$1: $2 found, at least $3 expected" test "$2" -ge "$3"
}
# blocks FILE INFO: each fenced block of this info string as INFO-LINE.block
blocks() {
    awk -v info="$2" -v name="${2// /_}" '
        $0 == "```" && on { on = 0; close(file); next }
        on { print > file }
        $0 == "```" info { on = 1; file = name "-" NR ".block"; printf "" > file }' "$1"
}
# inline PATTERN: code spans of the page that match, one a line
# shellcheck disable=SC2016
inline() { grep -v '^    ' "$page" | grep -oP '`[^`]+`' | tr -d '`' | grep -P "$1"; }

# --- whole studies -----------------------------------------------------------------------------------------------------
for file in "$SOURCE/README.md" "$page"; do
    mkdir blocks && cd blocks || exit 70
    blocks "$file" yaml
    whole=0
    for block in yaml-*.block; do
        head -n 1 "$block" | grep -q '^study: ' || continue
        whole=$((whole + 1))
        name=$(sed -n '1s/^study: *\([^ ]*\).*/\1/p' "$block")
        takes "${file##*/}, line ${block//[!0-9]/}: study $name" "$block"
        if [ -e "../$name.h5" ]; then
            ok "study $name in two ways: the second runs" "$ENGRAFT" run --progress none "$block" -o "../$name-2.h5"
            ok "study $name in two ways: equal results" "$ENGRAFT" diff "../$name.h5" "../$name-2.h5"
            touch ../twice
        elif [ "$name" = least ]; then
            ok "study $name runs" "$ENGRAFT" run --progress none "$block" -o "../$name.h5"
        fi
    done
    cd .. && rm -r blocks
    least=1
    [ "$file" = "$page" ] && least=3
    enough "whole studies in ${file##*/}" $whole $least
done
ok "a study stands there in two ways" test -e twice

# --- mistakes ----------------------------------------------------------------------------------------------------------
blocks "$page" 'yaml mistaken'
blocks "$page" text
mv yaml_mistaken-*.block mistaken.yaml
"$ENGRAFT" check mistaken.yaml 2>&1 >/dev/null | grep '^mistaken.yaml:' >said
ok "a study with mistakes has status 65" test "${PIPESTATUS[0]}" -eq 65
ok "what engraft says about mistakes" diff text-*.block said

# --- actions -----------------------------------------------------------------------------------------------------------
head_of() { printf 'study: %s\nseed: 1\nhorizon: 5 y\n' "$1"; }
graft='{at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}'
{
    head_of actions
    echo 'cohort: {disease: ms, patients: 64}'
    echo 'protocols:'
    inline '^\{(at|when): .*[a-z]: [a-z]' | while read -r action; do
        n=$((${n:-0} + 1))
        case $action in *graft:*) echo "  p$n: [$action]" ;; *) echo "  p$n: [$action, $graft]" ;; esac
    done
} >actions.yaml
enough "actions" "$(grep -c '^  p' actions.yaml)" 11
takes "every action" actions.yaml

# --- distributions -----------------------------------------------------------------------------------------------------
names=$(sed -n 's/^ *X([A-Z_]*, "\([a-z_]*\)", [0-9], .*/\1/p' "$SOURCE/src/base/dist.h")
{
    head_of distributions
    echo 'cohort:'
    echo '  disease: ms'
    echo '  patients: 64'
    echo '  covariates:'
    inline "^[a-z_]+: \{(${names//$'\n'/|}): " | sed 's/^/    /'
} >distributions.yaml
cat >>distributions.yaml <<'STUDY'
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
STUDY
for name in $names; do
    ok "distribution $name has an example" grep -q "^    [a-z_]*: {$name: " distributions.yaml
done
enough "distributions" "$(wc -w <<<"$names")" 11
takes "every distribution" distributions.yaml

# --- designs -----------------------------------------------------------------------------------------------------------
count=0
while read -r design; do
    count=$((count + 1))
    {
        head_of designs
        echo 'cohort: {disease: ms, patients: 8}'
        echo 'protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}'
        echo 'parameters: {trigger.rate: prior, atg.half_life: prior}'
        echo "$design"
    } >"design-$count.yaml"
    takes "$design" "design-$count.yaml"
done < <(inline '^design: \{')
enough "designs" $count 5

# --- nothing that is available is missing from the page ------------------------------------------------------------------
while read -r design _; do
    ok "design $design is on the page" grep -q "design: {$design: " "$page"
done < <("$ENGRAFT" list designs | tail -n +2)
while read -r verb noun acts _; do
    if [ "$acts" = "-" ]; then
        ok "verb $verb is named as not available" grep -qP "^(?!\|).*\`$verb\`" "$page"
    else
        ok "verb $verb has a row" grep -q "^| .*\`$verb\`.* | .* | \`{at: " "$page"
        [ "$verb" = stop ] || ok "$verb $noun is on the page" grep -qP "\`$noun\`|graft: $noun" "$page"
    fi
done < <("$ENGRAFT" list actions | tail -n +2)
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
