#!/bin/bash
# A disease is one file and one line: a tree with tests/diseases/disease_itp.c among those of src and its name in catalogue.h lists it, runs it from study to
# result with the bits of the command that has it from the tests, and is the same program for other diseases.
set -u
. "$SOURCE/tests/testlib.sh"

mkdir tree && cp -R "$SOURCE"/{Makefile,src,include,jobs,packages} tree && cp "$SOURCE/tests/diseases/disease_itp.c" tree/src/model/lanes/
sed -i 's/^#define ENG_DISEASE_LIST(X).*/& X(itp)/' tree/src/model/catalogue.h
one_line() { [ "$(diff -r "$SOURCE/src" tree/src | grep -c '^[>O]')" -eq 2 ]; }
ok "one file, and one line in the catalogue" one_line
# The plain width is enough: bits do not differ between widths.
ok "builds" make -C tree -s -j2 --no-print-directory CONFIG=release REAL="$REAL" MPICC="$MPICC" WIDTHS=plain \
    WERROR=1 BUILD=build "build/release$([ "$REAL" = float ] || echo "-$REAL")/engraft" || { echo "$passed passed, $failed failed"; exit 1; }
new=$(echo tree/build/release*/engraft)
more=$(dirname "$ENGRAFT")/tests/engraft_more
study=$SOURCE/tests/data/studies/itp.yaml

ok "its parameters are listed" says '^itp\.clearance_rate' 0 "$new" list parameters itp
ok "its outcomes are listed" says '^low_days' 0 "$new" list outcomes itp
ok "runs" "$new" run --progress none "$study" -o new.h5
ok "as does the command of the tests" "$more" run --progress none "$study" -o more.h5
ok "with the same result" "$new" diff new.h5 more.h5
cat >other.yaml <<'END'
study: other
seed: 9
horizon: 400 d
cohort: {disease: ms, patients: 64}
protocols:
  graft:
    - {at: -30 d, harvest: pb}
    - {at: -6 d, condition: beam}
    - {at: 0 d, graft: pb, donor: auto}
outcomes: [relapse, death, infections]
END
for command in "$ENGRAFT" "$new"; do ok "another disease" "$command" run --progress none other.yaml -o "other-$((n = ${n:-0} + 1)).h5"; done
ok "with the same result as without it" "$new" diff other-1.h5 other-2.h5
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
