#!/bin/bash
# Groups of ranks (ENGRAFT_GROUP): the same file as from one rank; stops, deadlines and kills in any place of the tree.
# long: runs of many ranks
set -u
. "$SOURCE/tests/testlib.sh"

study() { # study NAME POINTS PATIENTS HORIZON
    cat <<EOT
study: $1
seed: 11
horizon: $4
cohort: {disease: ms, patients: $3}
protocols:
  none: [{at: 0 d, drug: ifn_ga}]
  dmt: [{at: 0 d, drug: dmt_standard}]
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: $2}}
outcomes: [relapse, death, infections]
EOT
}
study short 30 70 "1 y" >short.yaml
# More than a second of the ranks that are stopped below: what is saved first is saved after a quarter of one.
study speed 30 70 "5 y" >speed.yaml
courses=$(courses_for 1.5 8 speed.yaml)
ok "this machine's speed" test "${courses:-0}" -gt 0
study long $((courses / 256 + 8)) 128 "5 y" >long.yaml

grouped() { # grouped GROUP RANKS ARGUMENTS...
    local group=$1 ranks=$2
    shift 2
    ENGRAFT_GROUP=$group $MPIEXEC -n "$ranks" "$ENGRAFT" run --progress none "$@"
}
status() { # status WANTED COMMAND...: its output stays in `said`
    status_is "$@" >said 2>&1 || { cat said; return 1; }
}

ok "one rank" "$ENGRAFT" run --progress none short.yaml -o 1.h5
for shape in 2:3 2:8 3:7 4:9; do
    group=${shape%:*} ranks=${shape#*:}
    ok "$ranks ranks in groups of $group" grouped "$group" "$ranks" short.yaml -o "$group-$ranks.h5"
    ok "$ranks ranks in groups of $group: equal" "$ENGRAFT" diff 1.h5 "$group-$ranks.h5"
done
for bad in 1 0 -3 x 4x; do
    ok "ENGRAFT_GROUP=$bad is refused" status 64 grouped $bad 2 short.yaml -o bad.h5
    ok "ENGRAFT_GROUP=$bad: one line, with the remedy" test "$(grep -c "ENGRAFT_GROUP: '$bad' is no number of ranks; a whole number from 2" said)" -eq 1
done

ok "the long study at one go" $MPIEXEC -n 2 "$ENGRAFT" run --progress none long.yaml -o long.h5

begin() { # begin GROUP RANKS RESULT: in the background, until something is saved
    ENGRAFT_GROUP=$1 $MPIEXEC -n "$2" "$ENGRAFT" run --progress none long.yaml -o "$3" >running 2>&1 &
    launcher=$!
    wait_saved "$3" && ranks=$(pgrep -P "$launcher" | sort -n)
}
# Rank R of the run: Open MPI starts ranks in order.
rank_pid() { sed -n "$(($1 + 1))p" <<<"$ranks"; }
goes_on() { # goes_on RESULT WHAT
    ok "$2: resumable" status 75 "$ENGRAFT" status --quiet "$1"
    ok "$2: goes on with other groups" grouped 2 5 long.yaml -o "$1" --resume require
    ok "$2: equal" "$ENGRAFT" diff long.h5 "$1"
    rm -rf "$1" "$1.work"
}
for place in "rank 0:0" "a member of rank 0's group:2" "a leader:3" "a member of another group:5"; do
    ok "stop of ${place%:*}: begins" begin 3 8 stop.h5
    kill -TERM "$(rank_pid "${place##*:}")"
    wait "$launcher"
    got=$?
    ok "stop of ${place%:*}: status 75, not $got" test $got -eq 75
    goes_on stop.h5 "stop of ${place%:*}"
done
ok "deadline" stopped_by_deadline deadline.h5 grouped 3 7 long.yaml -o deadline.h5
goes_on deadline.h5 deadline
ok "kill of a leader: begins" begin 3 8 kill.h5
kill -KILL "$(rank_pid 3)"
wait "$launcher"
# shellcheck disable=SC2086 # numbers
wait_gone $ranks
goes_on kill.h5 "kill of a leader"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
