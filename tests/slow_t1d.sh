#!/bin/bash
# The example study of type 1 diabetes with fewer patients: one file on one rank and on two, without vectors, and from a run that was
# stopped, killed and taken up again; `compare` calls more C-peptide and independence of insulin better, and less insulin.
set -u
. "$SOURCE/tests/testlib.sh"
sed 's/patients: 64/patients: 10/' "$SOURCE/jobs/studies/t1d-reset.yaml" >study.yaml

sed 's/patients: 64/patients: 120/' "$SOURCE/jobs/studies/t1d-reset.yaml" >larger.yaml # seconds without vectors

run() { # run RANKS RESULT [STUDY]
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none "${3:-study.yaml}" -o "$2" >said 2>&1 || { cat said; return 1; }
}
plain() {
    ENGRAFT_SIMD=plain run "$@"
}
stopped_and_killed() { # by a deadline that is soon over, then in the middle of what follows
    ENGRAFT_SIMD=plain "$ENGRAFT" run --progress none --deadline 0.3s larger.yaml -o "$1" >said 2>&1
    [ $? -eq 75 ] || { cat said; return 1; }
    ENGRAFT_SIMD=plain "$ENGRAFT" run --progress none --resume require larger.yaml -o "$1" >said 2>&1 &
    sleep 0.3
    kill -KILL $!
    wait $! 2>/dev/null
    test ! -e "$1" -a -e "$1.work"
}
judged() { # judged OUTCOME: cy_atg is better than insulin in every line that says which
    "$ENGRAFT" compare --protocol cy_atg 1.h5 --outcome "$1" >said 2>&1 || { cat said; return 1; }
    grep -q ' better$' said && ! grep -q ' worse$' said || { cat said; return 1; }
}

ok "one rank" run 1 1.h5
[ $failed -eq 0 ] || { echo "$passed passed, $failed failed"; exit 1; }
ok "two ranks, without vectors" plain 2 plain.h5
ok "the same file" "$ENGRAFT" diff 1.h5 plain.h5
ok "stopped and killed" stopped_and_killed parts.h5
ok "taken up again" run 2 parts.h5 larger.yaml
ok "as at one go" run 1 whole.h5 larger.yaml
ok "the same file again" "$ENGRAFT" diff whole.h5 parts.h5
for outcome in c_peptide beta_mass insulin_independence insulin_dose hba1c; do
    ok "better: $outcome" judged $outcome
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
