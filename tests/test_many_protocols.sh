#!/bin/bash
# A thousand protocols, the most that a study may have: the tables of `show`, `compare`, `status` and the report cost in proportion
# to what they print, and --protocol chooses.  Time is that of the processor, so that a busy machine does not matter.
set -u
. "$SOURCE/tests/testlib.sh"

[ "$CONFIG" = release ] && most=2 || most=30 # seconds

within() { # within SECONDS COMMAND...: of the processor
    (ulimit -t "$1" && shift && exec "$@") >table 2>said || { echo "status $?"; head -n 3 said; return 1; }
}
columns() { # columns COUNT COMMAND...: the headings of its blocks have so many names
    local wanted=$1 got
    shift
    "$@" >said 2>&1 || { cat said; return 1; }
    got=$(grep -A 1 '^$' said | grep -oE '(none|days\[[0-9]+\])' | wc -l)
    [ "$got" -eq "$wanted" ] || { echo "$got protocols instead of $wanted"; head -n 20 said; return 1; }
}

cat >many.yaml <<END
study: many
seed: 3
horizon: 30 d
cohort: {disease: ms, patients: 1}
protocols:
  none: [{at: 0 d, drug: dmt_standard}]
  days:
    vary: {days: [$(seq -f '%g d' -s ', ' 1 0.01 10.98)]}
    actions: [{at: 0 d, drug: natalizumab, for: \$days}]
outcomes: [os, efs, relapse, anc_recovery, infections, {edss: {at: [30 d]}}]
END
ok "a study of a thousand protocols" "$ENGRAFT" run many.yaml -o many.h5 --progress none
ok "show" within $most "$ENGRAFT" show many.h5
ok "all protocols are in it" test "$(grep -o 'days\[[0-9]*\]' table | sort -u | wc -l)" -eq 999
ok "it says how to choose" grep -qF "These are 1000 protocols. For some of them: engraft show many.h5 --protocol 'A,B*'; for all of one outcome: --outcome X" table
ok "show of one outcome" within $most "$ENGRAFT" show many.h5 --outcome relapse
ok "compare" within $most "$ENGRAFT" compare many.h5
ok "each against the reference" test "$(grep -c ' against none$' table)" -eq 999
ok "it says how to choose" grep -qF "engraft compare many.h5 --protocol 'A,B*'" table
ok "compare of one outcome" within $most "$ENGRAFT" compare many.h5 --outcome relapse
ok "export" within $((2 * most)) "$ENGRAFT" export many.h5 --csv many
ok "status" within $most "$ENGRAFT" status many.h5
if "$PYTHON" -c 'import h5py, matplotlib' 2>/dev/null; then
    report() { "$PYTHON" "$SOURCE/analysis/report" many.h5 "$@"; }
    figures() { test "$(grep -o '<figure>' report.html | wc -l)" -eq "$1"; }
    contrasts() { grep -o '<h3>[^<]* against none</h3>' report.html | sort | uniq -c | wc -l; }
    ok "the report, with the modules that it loads" within 4 "$PYTHON" "$SOURCE/analysis/report" many.h5 -o report.html
    ok "it has a hundred" test "$(contrasts)" -eq 99
    ok "one set of figures, which cost most" figures 4
    ok "it says so" grep -qF "Figures show none and the first 6 other protocols. <code>--protocol</code> chooses others." report.html
    ok "and says how to choose" grep -qF "This page shows 100 of 1,000 protocols: the first 100" report.html
    ok "by name" grep -qF -- "--protocol 'A,B*'" report.html
    ok "of some" report -o report.html --protocol 'days[77?],days[3]'
    ok "these, and the reference" test "$(contrasts)" -eq 11 -a -n "$(grep -F '<th scope="col">none</th>' report.html)"
    ok "all of these are drawn" figures 8
    ok "it says which" grep -qF "This page shows 12 of 1,000 protocols: those that were chosen, and the reference" report.html
    if all_of_it; then
        ok "of all that are asked for" report -o report.html --protocol '*'
        ok "all contrasts are in it" test "$(contrasts)" -eq 999
        ok "as many figures as one can look at" figures 40
        sed -e 's/^horizon: .*/horizon: 5 y/' -e '/^outcomes: /d' many.yaml >years.yaml
        ok "five years, all outcomes" "$ENGRAFT" run years.yaml -o years.h5 --progress none
        ok "the report of these" within 4 "$PYTHON" "$SOURCE/analysis/report" years.h5 -o years.html
    fi
    ok "of one outcome" report -o report.html --protocol 'days[3]' --outcome relapse
    ok "has no other" status_is 1 grep -qE '<th scope="row">(os|efs|edss|infections)' report.html
    ok "no such protocol" says "^engraft: --protocol: no protocol is named 'nonne'; the study has none, days\[0\], .* and 992 more\$" 64 report -o no.html --protocol nonne
    ok "no such outcome" says "^engraft: --outcome: no outcome is named 'foo'; the study has .*relapse" 64 report -o no.html --outcome foo
    ok "no page of these" test ! -e no.html
else
    echo "SKIPPED the report of a thousand protocols: no Python with h5py and matplotlib"
fi

ok "brackets are themselves" columns 1 "$ENGRAFT" show many.h5 --protocol 'days[7]'
ok "a star" columns 19 "$ENGRAFT" show many.h5 --protocol 'days[7?],days[*77]'
ok "a list, each once" columns 2 "$ENGRAFT" show many.h5 --protocol 'none,n*e,days[3]'
ok "a short table says nothing of choosing" status_is 1 grep -q 'These are' said
ok "an outcome of some" says '^days\[3\] +relapse at' 0 "$ENGRAFT" show many.h5 --protocol 'days[3]' --outcome relapse
ok "nothing of others" status_is 1 grep -qE '^(none|days\[4\])' said
ok "compare some" says '^days\[3\] against none' 0 "$ENGRAFT" compare many.h5 --protocol='days[3],days[5]'
ok "two of them" test "$(grep -c ' against ' said)" -eq 2
ok "the reference" says 'nothing to compare: none is the reference itself' 0 "$ENGRAFT" compare many.h5 --protocol none
ok "no such protocol" says "no protocol is named 'nonne', did you mean 'none'\?; the study has none, days\[0\], .* and 992 more" 64 \
    "$ENGRAFT" show many.h5 --protocol 'days[3],nonne'
ok "half a star" says "no protocol is named 'day\*\]x'" 64 "$ENGRAFT" compare many.h5 --protocol 'day*]x'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
