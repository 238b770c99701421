#!/bin/bash
# engraft new: every study of jobs/studies is in the command, wherever that is; of a disease the one that asks something; nothing is replaced.
set -u
. "$SOURCE/tests/testlib.sh"

mkdir elsewhere && cp "$ENGRAFT" elsewhere/engraft && cd elsewhere || exit 70
"./engraft" new >list 2>said
ok "the list is told" test $? -eq 0
for file in "$SOURCE"/jobs/studies/*.yaml; do
    name=$(basename "$file" .yaml)
    question=$(sed -n '1s/^# //p' "$file")
    ok "$name is listed" grep -q "^$name  *[a-z0-9]" list
    ok "$name: with its question" grep -qF "$(printf '%.60s' "$question")" list
    ok "$name is written" ./engraft new "$name"
    ok "$name: byte for byte" cmp "$name.yaml" "$file"
    disease=$(awk -v name="$name" '$1 == name { print $2 }' list)
    ok "$name: of its disease, $disease" grep -q "^[^#]*disease: $disease\b" "$file"
done
ok "as many as there are" test "$(($(wc -l <list) - 1))" -eq "$(find "$SOURCE/jobs/studies" -maxdepth 1 -name '*.yaml' | wc -l)"

for disease in $(awk 'NR > 1 { print $2 }' list | sort -u); do
    ok "a study of $disease" ./engraft new "$disease" -o "of-$disease.yaml"
    ok "the study of $disease asks something" grep -q '^# .*?$' <(head -n 1 "of-$disease.yaml")
    ok "the study of $disease is one" ./engraft check "of-$disease.yaml"
done
ok "of multiple sclerosis: conditioning" cmp of-ms.yaml "$SOURCE/jobs/studies/ms-conditioning.yaml"

refused() { # refused STATUS WORDS ARGUMENTS...
    local status=$1 words=$2
    shift 2
    "./engraft" new "$@" >said 2>&1
    local got=$?
    ok "new $*: status $got, $status expected, $(cat said)" test $got -eq "$status"
    ok "new $*: says '$words', not $(cat said)" grep -qF "$words" said
}
echo mine >mine.yaml
refused 73 mine.yaml ms -o mine.yaml
ok "what was there is there" grep -qx mine mine.yaml
refused 73 ms-conditioning.yaml ms
refused 64 "did you mean 'sle'?" sla
refused 64 "there is no example study 'uc'" uc
refused 64 "needs the name" -o some.yaml
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
