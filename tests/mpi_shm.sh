#!/bin/bash
# /dev/shm as killed runs leave it: locked semaphores of Open MPI's shared file pointers, dead segments, no room.
set -u
# In a /dev/shm of our own, where that is allowed: runs of other tests would remove the dead segments too, and rightly.
if [ -z "${SHM_OWN:-}" ] && unshare -m true 2>/dev/null; then
    # shellcheck disable=SC2016 # the inner shell expands
    SHM_OWN=yes exec unshare -m bash -c 'mount -t tmpfs none /dev/shm && exec bash "$0"' "$0"
fi
. "$SOURCE/tests/testlib.sh"

cat >study.yaml <<'EOT'
study: shm
seed: 1
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
outcomes: [relapse]
EOT
run() { # run RESULT: three ranks, a minute at most
    timeout 60 $MPIEXEC -n 3 "$ENGRAFT" run --progress none study.yaml -o "$1"
}
ok "as it is" run plain.h5

# What a run that died inside of MPI_File_open leaves: a semaphore of the file's name, locked (glibc: value 0, nobody to post).
for name in "sem.OMPIO_stale.h5" "sem.OMPIO_stale.h5.part"; do
    [ -e "/dev/shm/$name" ] || head -c 32 /dev/zero >"/dev/shm/$name"
done
ok "a locked semaphore of the same name does not hang" run stale.h5
ok "equal" "$ENGRAFT" diff plain.h5 stale.h5
rm -f /dev/shm/sem.OMPIO_stale.h5 /dev/shm/sem.OMPIO_stale.h5.part

# A /dev/shm of our own, nearly full.
if unshare -m true 2>/dev/null; then
    cat >small.sh <<'EOT'
mount -t tmpfs -o size=5m none /dev/shm || exit 99
head -c 4500000 /dev/zero >/dev/shm/vader_segment.dead.0.1.0
exec timeout 60 $MPIEXEC -n 3 "$ENGRAFT" run --progress none study.yaml -o full.h5
EOT
    export MPIEXEC ENGRAFT
    ok "a full /dev/shm" eval "unshare -m bash small.sh >said 2>&1 || { cat said; false; }"
    ok "is named once" test "$(grep -c '/dev/shm has [01] MB free.*vader_segment' said)" -eq 1
    ok "and does no harm" "$ENGRAFT" diff plain.h5 full.h5
else
    echo "SKIPPED a full /dev/shm: mount namespaces are not allowed here"
fi

# A container that shares the machine's /dev/shm but not its processes cannot know whose segments are alive.
host=$(uname -n)
dead=/dev/shm/vader_segment.${host%%.*}.0.1.$$
if unshare --pid --fork --mount-proc true 2>/dev/null; then
    head -c 4096 /dev/zero >"$dead"
    ok "a run that does not see all processes" eval \
        "unshare --pid --fork --mount-proc timeout 60 $MPIEXEC -n 2 '$ENGRAFT' run --progress none study.yaml -o contained.h5 2>said || { cat said; false; }"
    ok "leaves segments alone" test -e "$dead"
    dead_of_5=/dev/shm/sm_segment.${host%%.*}.0.1.$$
    head -c 4096 /dev/zero >"$dead_of_5"
    ok "a run that sees them" run free.h5
    ok "removes a dead one" test ! -e "$dead"
    ok "and one of Open MPI 5" test ! -e "$dead_of_5"
    rm -f "$dead" "$dead_of_5"
else
    echo "SKIPPED segments seen from a container: process namespaces are not allowed here"
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
