#!/bin/bash
# The lock of a result: refusals, holders on other machines, old copies that learn that they have been replaced.
# long: waits for holders, 15 s each
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
study=$TMPDIR/study.yaml
begin() { # begin RESULT: in the background, until something is saved
    $MPIEXEC -n 2 "$ENGRAFT" run --progress none "$study" -o "$1" >"$1.log" 2>&1 &
    launcher=$!
    wait_saved "$1"
}
try() { "$ENGRAFT" run --progress none "$study" --deadline 1 -o "$@"; } # stops by itself, with 75
elsewhere() { # elsewhere RESULT ATTEMPT [DATE]: a lock of another machine, that has sat there since
    echo "host elsewhere, process 1, job 7, attempt $2, started 5" >"$1.work/lock"
    [ $# -lt 3 ] || touch -d "$3" "$1.work/lock"
}
alive_at() { # alive_at RESULT DATE: what a living holder does whose clock shows that; ends with the lock
    while touch -c -d "$2" "$1.work/lock" && [ -e "$1.work/lock" ] && sleep 1; do :; done
}

# A living holder is waited for, then named.
living() {
    ok "a run" begin a.h5
    ok "the lock names host, process and attempt" grep -Eq "^host $(uname -n), process [0-9]+, job .*, attempt 1, started [0-9]+" a.h5.work/lock
    # Its ranks stand still meanwhile, as what they would compute is of no use: the system's lock tells that they are there.
    # shellcheck disable=SC2046 # numbers
    kill -STOP $(pgrep -P $launcher)
    start=$SECONDS
    ok "a second one is refused" says "in use by another run \(host $(uname -n), process [0-9]+, job .*, attempt 1, since 20..-..-.. ..:.. UTC\), which is alive: stop that one, " 73 try a.h5
    ok "after 15 s, not $(seconds $start)" test "$(seconds $start)" -ge 14 -a "$(seconds $start)" -le 40
    # shellcheck disable=SC2046
    kill -CONT $(pgrep -P $launcher)
    ok "the first one goes on" kill -0 $launcher
    ok "unharmed" says "^state +running" 0 "$ENGRAFT" status a.h5

    # One that ends while it is waited for.
    try a.h5 >waiting 2>&1 &
    waiting=$!
    for _ in $(seq 100); do grep -q "waiting for another run" waiting && break; sleep 0.1; done
    ok "it says that it waits" grep -q "waiting for another run of this result to end" waiting
    # shellcheck disable=SC2046
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
}

# Holders on other machines: the file's date decides.
silent() {
    ok "a run" status_is 75 try a.h5
    elsewhere a.h5 8 '-45 seconds'
    ok "status: silent for long" says "^state +(stopped|interrupted)" 0 "$ENGRAFT" status a.h5
    start=$SECONDS
    ok "a silent one is replaced" status_is 75 try a.h5
    ok "when two beats of its heart have been missed" test "$(seconds $start)" -ge 9 -a "$(seconds $start)" -le 25
}
heard_of() {
    ok "a run" status_is 75 try a.h5
    elsewhere a.h5 11
    alive_at a.h5 now &
    ok "status: heard of lately" says "^done " 0 "$ENGRAFT" status a.h5
    ok "one that is heard of is not replaced" says "in use by another run .host elsewhere, process 1, job 7" 73 try a.h5
    ok "nothing is changed" grep -q "^host elsewhere.*attempt 11" a.h5.work/lock
    rm a.h5.work/lock # ends its holder
    wait
}

# Clocks differ: a dead holder whose last sign of life is dated in the future, a living one whose clock is hours ahead, and one whose clock
# is behind.
dead_ahead() {
    mkdir a.h5.work
    elsewhere a.h5 3 '+2 hours'
    ok "a lock dated in the future is judged by its silence" \
        says 'waiting for a sign of life .* \(host elsewhere, process 1, job 7, attempt 3\); after 30 s without one it is taken for dead' 75 try a.h5
    ok "and the attempt is the next one" grep -q '^free, attempt 4' a.h5.work/lock
}
another_clock() { # another_clock DATE
    mkdir a.h5.work
    elsewhere a.h5 3 "$1"
    alive_at a.h5 "$1" &
    ok "a holder whose clock shows $1 keeps its lock, and is named, with the remedy" \
        says '\(host elsewhere, process 1, job 7, attempt 3\), which is alive: stop that one on its host, wait for its end, or choose another -o' 73 try a.h5
    ok "status hears of it" says '^state +running' 0 "$ENGRAFT" status a.h5
    ok "nothing is changed" grep -q "^host elsewhere.*attempt 3" a.h5.work/lock
    rm -r a.h5.work # ends its holder
    wait
}
clock_ahead() { another_clock '+2 hours'; }
clock_behind() { another_clock '-2 minutes'; }

# An old copy learns that another machine has taken over, and leaves everything alone.
old_copy() {
    ok "an old copy" begin b.h5
    journals=$(ls b.h5.work/journal.*)
    elsewhere b.h5 2
    start=$SECONDS
    wait $launcher
    got=$?
    ok "stops by itself (status $got)" test $got -eq 73
    ok "soon ($(seconds $start) s)" test "$(seconds $start)" -le 20
    ok "says why" grep -q "another run has taken over this result (host elsewhere" b.h5.log
    ok "the lock is the new one's" grep -q "^host elsewhere.*attempt 2" b.h5.work/lock
    # shellcheck disable=SC2086 # names
    ok "the journals stay" ls $journals
    touch -d '-45 seconds' b.h5.work/lock
    ok "and are good" says "attempt 3 goes on" 75 try b.h5
}

# A work folder that is deleted under a run: what it saved is lost, and nobody says otherwise.
removed() {
    ok "a run" begin c.h5
    rm -r c.h5.work
    wait $launcher
    got=$?
    ok "stops by itself (status $got)" test $got -eq 73
    ok "says why" grep -q 'c.h5.work/lock was removed while this run was going on; this one stops, and what was removed with it is lost' c.h5.log
    ok "says nothing else of what it saved" status_is 1 grep -q 'saved' c.h5.log
}

more=
! all_of_it || more='dead_ahead clock_behind' # the dead one is waited for 30 s
# shellcheck disable=SC2086 # names
side_by_side living silent heard_of clock_ahead $more old_copy removed
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
