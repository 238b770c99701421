#!/bin/bash
# docs/ARCHITECTURE.md does not lie: what it names is there, what it quotes stands in the file of the example, and the example runs.
#
#   `file:name`        the function is defined in the file
#   `path/file.c`      a file of the tree: from its root, from src/ or src/model/, or any of that name
#   `word`, `word(k)`  a word of the sources
#   ```c               lines of tests/diseases/disease_itp.c, one behind the other
# shellcheck disable=SC2016
set -u
. "$SOURCE/tests/testlib.sh"
page=$SOURCE/docs/ARCHITECTURE.md
more=$(dirname "$ENGRAFT")/tests/engraft_more

( cd "$SOURCE" && find src include tests docs jobs analysis -type f && printf "./%s\n" Makefile packages *.md ) >tree
find_file() { # find_file NAME: its path
    for at in "$1" "src/$1" "src/model/$1"; do
        [ -e "$SOURCE/$at" ] && { echo "$at"; return 0; }
    done
    grep -m 1 "/$1\$" tree
}
awk '/^```/ { on = !on; next } !on' "$page" | grep -oP '`[^`]+`' | tr -d '`' | sort -u >spans
while IFS= read -r span; do
    case $span in
    mpi.h | hdf5.h) ;; # of others
    *'<'* | *' '* | '{'* | '*'* | '_'* | *.'*') continue ;; # a pattern, an example
    *:*)
        file=$(find_file "${span%%:*}") && grep -qE "^[A-Za-z].*\b${span#*:}\(|^${span#*:}\(" "$SOURCE/$file" || echo "$span: no such function" ;;
    *.c | *.h | *.sh | *.py | *.md | *.yaml | */*)
        find_file "${span%/}" >/dev/null || echo "$span: no such file" ;;
    *)
        word=${span%%(*}
        grep -rqwF -- "${word##*.}" "$SOURCE/src" "$SOURCE/include" "$SOURCE/tests" "$SOURCE/Makefile" || echo "$span: no such word" ;;
    esac
done <spans >wrong 2>&1
functions=$(grep -cE '^[^ <]+:[a-z_]+$' spans) files=$(grep -cE '^[^ <:]+\.(c|h|sh|py|md|yaml)$' spans) words=$(grep -cE '^[A-Za-z_]+$' spans)
cat wrong
ok "what the page names exists" [ ! -s wrong ]
ok "functions are found on the page" [ "$functions" -gt 30 ]
ok "files are found on the page" [ "$files" -gt 40 ]
ok "words are found on the page" [ "$words" -gt 25 ]
for what in 'where insulin acts=insulin acts' 'where a trigger is accepted=a trigger is accepted' 'where a lane is copied=a lane is copied' 'where a signal is summed=a signal is summed'; do
    ok "the page says ${what%%=*}" grep -qE "^\| ${what#*=} \| .*[a-z_/]+\.c:[a-z_0-9]+" "$page"
done
ok "the page is short" [ "$(wc -l <"$page")" -le 280 ]

# --- the example -------------------------------------------------------------------------------------------------------
awk '$0 == "```c" { on = 1; n++; next } $0 == "```" { on = 0 } on { print > ("quote-" n) }' "$page"
quotes=0
for quote in quote-*; do
    quotes=$((quotes + 1))
    ok "$quote stands in the example" python3 -c 'import sys; sys.exit(open(sys.argv[1]).read() not in open(sys.argv[2]).read())' \
        "$quote" "$SOURCE/tests/diseases/disease_itp.c"
done
ok "the example is quoted" [ $quotes -ge 5 ]
ok "nothing of src names it" [ -z "$(grep -rlw 'itp\|itp_t' "$SOURCE/src")" ]
ok "engraft itself does not know it" says "itp" 65 "$ENGRAFT" check "$SOURCE/tests/data/studies/itp.yaml"

ok "runs from file to result" "$more" run --progress none "$SOURCE/tests/data/studies/itp.yaml" -o itp.h5
ok "again, with equal bits" "$more" run --progress none "$SOURCE/tests/data/studies/itp.yaml" -o again.h5
ok "which diff says" "$more" diff itp.h5 again.h5
"$more" show itp.h5 >shown
mean() { # mean ROW COLUMN: estimates of a row, without intervals
    grep "^$1" shown | sed -E "s/^$1 +//; s/\([^)]*\)//g; s/1e3.uL|%|[[:space:]]d\b//g" | awk -v k="$2" '{ print $k }'
}
more_than() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && b != "" && a + 0 > b + 0) }'; }
ok "no course fails" [ "$(mean 'failed courses' 1)" = 0 ]
ok "platelets are low untreated" more_than 30 "$(mean 'platelets, mean at 2 y' 1)"
ok "not after rituximab" more_than "$(mean 'platelets, mean at 0.5 y' 2)" 30
ok "not after a transplant" more_than "$(mean 'platelets, mean at 1 y' 3)" 100
ok "responses end in relapses" more_than "$(mean 'relapse at 2 y' 2)" 10
ok "its own hazard" more_than "$(mean 'haemorrhage at 2 y' 1)" "$(mean 'haemorrhage at 2 y' 3)"
ok "its own number" more_than "$(mean 'low_days, mean' 1)" 500
ok "its own marker" more_than "$(mean 'platelet_clearance, mean at 0.5 y' 1)" "$(mean 'platelet_clearance, mean at 0.5 y' 3)"
ok "compared" says 'low_days' 0 "$more" compare itp.h5
"$more" trace "$SOURCE/tests/data/studies/itp.yaml" --protocol cy_atg --patient 3 >trace.csv
ok "traced" grep -q '^day.*autoantibody.*low_days' <(grep -v '^#' trace.csv)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
