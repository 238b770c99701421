#!/bin/bash
# A container without /sys, as debootstrap makes it: nothing is said that is not engraft's, alone and under mpirun.
set -u
. "$SOURCE/tests/testlib.sh"
if ! unshare -m mount -t tmpfs none /sys 2>/dev/null; then
    echo "SKIPPED a machine without /sys: mount namespaces are not allowed here"
    exit 77
fi
two_arm_study sys 3 2 64 >s.yaml
without() { # without COMMAND: where there is no /sys; its lines are engraft's
    WITHOUT=$1 unshare -m bash -c 'mount -t tmpfs none /sys || exit 99; eval "$WITHOUT"' >said 2>&1 || { cat said; return 1; }
    [ -s said ] && ! grep -v '^engraft: ' said
}
unset HWLOC_HIDE_ERRORS
ok "without a launcher" without '"$ENGRAFT" run --progress none s.yaml -o alone.h5'
ok "under mpirun" without '. "$SOURCE/jobs/env.sh"; $MPIEXEC -n 2 "$ENGRAFT" run --progress none s.yaml -o two.h5'
ok "the same numbers" "$ENGRAFT" diff alone.h5 two.h5
ok "a wish of the user's is kept" test "$(unshare -m bash -c 'mount -t tmpfs none /sys; export HWLOC_HIDE_ERRORS=1; . "$SOURCE/jobs/env.sh"; echo $HWLOC_HIDE_ERRORS')" = 1
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
