#!/bin/bash
# Courses that follow an event under calendars of their own: one file from any number of ranks, with or without vectors,
# and from a run that was stopped and taken up again.
set -u
study=$SOURCE/tests/data/studies/on_relapse.yaml
. "$SOURCE/tests/testlib.sh"

run() { # run RANKS RESULT
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none "$study" -o "$2" >said 2>&1 || { cat said; return 1; }
}
plain() {
    ENGRAFT_SIMD=plain run "$@"
}
in_parts() { # stopped by a deadline that is over before the first block, then by one that is not
    for deadline in 0.2s 0.4s 1s 1h; do
        $MPIEXEC -n 2 "$ENGRAFT" run --progress none --deadline "$deadline" "$study" -o "$1" >said 2>&1 && return 0
        "$ENGRAFT" status --quiet "$1"
        [ $? -eq 75 ] || { cat said; return 1; }
    done
    return 1
}
some_were_transplanted() { # recovery of neutrophils is there for those only
    "$PYTHON" - <<'EOP'
import h5py
records = h5py.File("1.h5")["records"]
anc = records["anc_recovery_cause"][()]
relapse = records["relapse_cause"][()]
assert (anc[:, 0] == -(2**63)).all(), "nobody is transplanted under dmt"
after = (anc[:, 1] == 1).sum()
assert after > 20, after
assert (relapse[anc[:, 1] == 1, 1] == 1).all(), "only who relapsed is transplanted"
EOP
}

ok "one rank" run 1 1.h5
[ $failed -eq 0 ] || { echo "$passed passed, $failed failed"; exit 1; }
ok "three ranks" run 3 3.h5
ok "three ranks give the file of one" "$ENGRAFT" diff 1.h5 3.h5
ok "without vectors" plain 2 plain.h5
ok "without vectors the same file" "$ENGRAFT" diff 1.h5 plain.h5
ok "in parts" in_parts parts.h5
ok "in parts the same file" "$ENGRAFT" diff 1.h5 parts.h5
ok "who relapses is transplanted, nobody else" some_were_transplanted
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
