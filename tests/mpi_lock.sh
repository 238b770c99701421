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

# Clocks differ.  These wait for long, so they run beside the rest: a dead holder whose last sign of life is dated in the future,
# a living one whose clock is hours ahead, and one whose clock is behind.
far() { # far RESULT DATE: a lock of another machine
    mkdir "$1.work"
    echo "host elsewhere, process 1, job 7, attempt 3, started 5" >"$1.work/lock"
    touch -d "$2" "$1.work/lock"
}
touch_on() { # touch_on RESULT AGO: a holder whose clock shows another time
    while touch -c -d "$2" "$1.work/lock" && sleep 1; do :; done
}
far ahead.h5 '+2 hours'
touch_on ahead.h5 '+2 hours' &
names=ahead
if all_of_it; then # the dead one is waited for 30 s
    far future.h5 '+2 hours'
    far behind.h5 '-2 minutes'
    touch_on behind.h5 '-2 minutes' &
    names='future ahead behind'
fi
beside=
for name in $names; do
    (try $name.h5; echo "status $?") >$name.log 2>&1 &
    beside="$beside $!"
done

# A living holder is waited for, then named.
ok "a run" begin a.h5
ok "the lock names host, process and attempt" grep -Eq "^host $(uname -n), process [0-9]+, job .*, attempt 1, started [0-9]+" a.h5.work/lock
start=$SECONDS
ok "a second one is refused" says "in use by another run \(host $(uname -n), process [0-9]+, job .*, attempt 1, since 20..-..-.. ..:.. UTC\), which is alive: stop that one, " 73 try a.h5
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
ok "when two beats of its heart have been missed" test "$(seconds $start)" -ge 9 -a "$(seconds $start)" -le 25
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

# What ran beside.
wait $beside
if all_of_it; then
    ok "a lock dated in the future is judged by its silence" grep -q '^status 75' future.log
    ok "which is announced, without ticks" grep -q 'waiting for a sign of life .* (host elsewhere, process 1, job 7, attempt 3); after 30 s without one it is taken for dead' future.log
    ok "and the attempt is the next one" grep -q '^free, attempt 4' future.h5.work/lock
fi
for name in ${names#future }; do
    ok "a holder whose clock is $name keeps its lock" grep -q '^status 73' $name.log
    ok "and is named, with the remedy" grep -qF '(host elsewhere, process 1, job 7, attempt 3), which is alive: stop that one on its host, wait for its end, or choose another -o' $name.log
    ok "status hears of it" says '^state +running' 0 "$ENGRAFT" status $name.h5
    ok "nothing is changed" grep -q "^host elsewhere.*attempt 3" $name.h5.work/lock
done
rm -rf ahead.h5.work behind.h5.work # ends their holders

# A work folder that is deleted under a run: what it saved is lost, and nobody says otherwise.
ok "a run" begin c.h5
rm -r c.h5.work
wait $launcher
got=$?
ok "stops by itself (status $got)" test $got -eq 73
ok "says why" grep -q 'c.h5.work/lock was removed while this run was going on; this one stops, and what was removed with it is lost' c.h5.log
ok "says nothing else of what it saved" status_is 1 grep -q 'saved' c.h5.log

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
