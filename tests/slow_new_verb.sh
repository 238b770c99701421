#!/bin/bash
# A verb is one file and one line: a tree with tests/data/verb/action_boost.c and its name in catalogue.h lists it, checks it,
# gives it at a date and on an event, and is the same program for studies without it.
set -u
. "$SOURCE/tests/testlib.sh"

mkdir tree && cp -R "$SOURCE"/{Makefile,src,include,jobs,packages} tree && cp "$SOURCE/tests/data/verb/action_boost.c" tree/src/model/lanes/
sed -i 's/^    X(mobilise) X(harvest).*/& X(boost)/' tree/src/model/catalogue.h
one_line() { [ "$(diff "$SOURCE/src/model/catalogue.h" tree/src/model/catalogue.h | grep -c '^>')" -eq 1 ]; }
ok "one line in the catalogue" one_line
# The plain width is enough: how a verb is found does not differ between widths.
ok "builds" make -C tree -s -j2 --no-print-directory CONFIG=release REAL="$REAL" MPICC="$MPICC" WIDTHS=plain CPPFLAGS=-DENG_ONLY_PLAIN \
    WERROR=1 BUILD=build "build/release$([ "$REAL" = float ] || echo "-$REAL")/engraft" || { echo "$passed passed, $failed failed"; exit 1; }
new=$(echo tree/build/release*/engraft)

ok "unknown without the file" says '^boost +- .*not available yet' 0 "$ENGRAFT" list actions
ok "its noun is listed" says '^boost +stored +once' 0 "$new" list actions
ok "its argument is explained" says '^  cd34: .*CD34\+ cells' 0 "$new" list actions stored

study() { # study NAME ACTION...: a graft at day 0, and these
    local name=$1
    shift
    cat <<END
study: $name
seed: 9
horizon: 400 d
cohort: {disease: ms, patients: 64}
protocols:
  graft:
    - {at: -30 d, harvest: pb}
    - {at: -6 d, condition: beam}
    - {at: 0 d, graft: pb, donor: auto}
$(printf '    - {%s}\n' "$@")
outcomes: [relapse, death, infections]
END
}
study early "at: -1 d, boost: stored, cd34: 1e6 /kg" >early.yaml
study lasting "at: 200 d, boost: stored, cd34: 1e6 /kg, for: 3 d" >lasting.yaml
study dated "at: 200 d, boost: stored, cd34: 2e6 /kg" >dated.yaml
study without "at: 1 d, growth: gcsf, for: 10 d" >without.yaml
study without "at: 1 d, growth: gcsf, for: 10 d" "when: infection, after: 7 d, boost: stored, cd34: 4e6 /kg" >rule.yaml
ok "its own check" says 'a boost needs a graft before it' 65 "$new" check early.yaml
ok "what holds for every verb" says "'boost' acts at once: it takes neither 'for' nor 'until'" 65 "$new" check lasting.yaml

column() { # column STUDY DAY: S on that day
    "$new" trace "$1" --protocol graft | grep -v '^#' | awk -F , -v day="$2" 'NR == 1 { for (j = 1; j <= NF; j++) if ($j ~ /^progenitor/) k = j; next }
        $1 == day { print $k }'
}
rises() { # the row that begins with the boost ends about half of health higher than the one before it
    local before after
    before=$(column dated.yaml 200) after=$(column dated.yaml 201)
    awk -v a="$before" -v b="$after" 'BEGIN { exit !(a > 0 && b - a > 0.3 && b - a < 0.6) }' || { echo "S $before, then $after"; return 1; }
}
ok "acts on its day" rises
differ=0
for patient in 0 1 2 3 4 5 6 7; do
    for name in without rule; do "$new" trace $name.yaml --protocol graft --patient $patient >$name.csv; done
    cmp -s without.csv rule.csv || differ=$((differ + 1))
done
ok "acts after an event, in some" [ $differ -gt 0 ]
ok "and not in those without one" [ $differ -lt 8 ]
ok "runs a study without it" "$new" run --progress none without.yaml -o new.h5
ok "as does the program without it" "$ENGRAFT" run --progress none without.yaml -o old.h5
ok "with the same result" "$ENGRAFT" diff old.h5 new.h5
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
