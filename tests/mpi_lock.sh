#!/bin/bash
# The lock of a result: refusals, holders on other machines, old copies that learn that they have been replaced.
set -u
. "$SOURCE/tests/testlib.sh"

seconds() { # seconds FROM: whole seconds since $SECONDS was FROM
    echo $((SECONDS - $1))
}
cat >study.yaml <<'EOT'
study: lock
seed: 1
horizon: 1 y
cohort: {disease: ms, patients: 6400}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
design: {lhs: {points: 2000}}
parameters: {thymus.export_at_20y: prior}
outcomes: [relapse]
EOT
begin() { # begin RESULT: in the background, until something is saved
    $MPIEXEC -n 2 "$ENGRAFT" run --progress none study.yaml -o "$1" >"$1.log" 2>&1 &
    launcher=$!
    wait_saved "$1"
}
try() { "$ENGRAFT" run --progress none study.yaml --deadline 1 -o "$@"; } # stops by itself, with 75

# A living holder is waited for, then named.
ok "a run" begin a.h5
ok "the lock names host, process and attempt" grep -Eq "^host $(uname -n), process [0-9]+, job .*, attempt 1, started [0-9]+" a.h5.work/lock
start=$SECONDS
ok "a second one is refused" says "in use by another run \(host $(uname -n), process" 73 try a.h5
ok "after 15 s, not $(seconds $start)" test "$(seconds $start)" -ge 14 -a "$(seconds $start)" -le 40
ok "the first one goes on" kill -0 $launcher
ok "unharmed" says "^state +running" 0 "$ENGRAFT" status a.h5

# One that ends while it is waited for.
try a.h5 >waiting 2>&1 &
waiting=$!
sleep 2
kill -KILL $(pgrep -P $launcher) $launcher
wait $launcher 2>/dev/null
wait $waiting
got=$?
ok "a run that waited goes on where the other was killed (status $got)" test $got -eq 75
ok "as its next attempt" grep -q "attempt 2 goes on" waiting
ok "a lock that was let go keeps its number" grep -q "^free, attempt 2" a.h5.work/lock

# A dead holder on this machine: at once.  Its process number now belongs to a living process.
echo "host $(uname -n), process $$, job -, attempt 4, started 1" >a.h5.work/lock
start=$SECONDS
ok "a process number that was used again" status_is 75 try a.h5
ok "costs no wait" test "$(seconds $start)" -le 12
ok "and the attempt is the next one" test -n "$(ls a.h5.work/journal.5.*)"

# Holders on other machines: the file's date decides.
echo "host elsewhere, process 1, job 7, attempt 8, started 1" >a.h5.work/lock
touch -d '-45 seconds' a.h5.work/lock
ok "status: silent for long" says "^state +(stopped|interrupted)" 0 "$ENGRAFT" status a.h5
start=$SECONDS
ok "a silent one is replaced" status_is 75 try a.h5
ok "at once" test "$(seconds $start)" -le 12
echo "host elsewhere, process 1, job 7, attempt 11, started 1" >a.h5.work/lock
(while sleep 1; do touch -c a.h5.work/lock; done) &
toucher=$!
ok "status: heard of lately" says "^done " 0 "$ENGRAFT" status a.h5
ok "one that is heard of is not" says "in use by another run .host elsewhere, process 1, job 7" 73 try a.h5
kill $toucher
wait $toucher 2>/dev/null
ok "nothing is changed" grep -q "^host elsewhere.*attempt 11" a.h5.work/lock

# An old copy learns that another machine has taken over, and leaves everything alone.
ok "an old copy" begin b.h5
journals=$(ls b.h5.work/journal.*)
echo "host elsewhere, process 1, job 7, attempt 2, started 1" >b.h5.work/lock
start=$SECONDS
wait $launcher
got=$?
ok "stops by itself (status $got)" test $got -eq 73
ok "soon ($(seconds $start) s)" test "$(seconds $start)" -le 20
ok "says why" grep -q "another run has taken over this result (host elsewhere" b.h5.log
ok "the lock is the new one's" grep -q "^host elsewhere.*attempt 2" b.h5.work/lock
ok "the journals stay" ls $journals
touch -d '-45 seconds' b.h5.work/lock
ok "and are good" says "attempt 3 goes on" 75 try b.h5

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
