#!/bin/bash
# The final write can be seen, and be ended: a line, nothing half written, every course saved, status 75.
set -u
. "$SOURCE/tests/testlib.sh"
two_arm_study write 1 600 8 | sed 's/every: 1 mo/every: 1 d/' >study.yaml # little to compute, much to write
ok "undisturbed" "$ENGRAFT" run --progress none study.yaml -o whole.h5

# caught WHAT RANKS NUMBER COMMAND...: the command in the background, of whose ranks the NUMBER-th stands still while it writes WHAT; retried
# where the write was over before.
caught() {
    local what=$1 ranks=$2 number=$3
    for _ in 1 2 3 4 5 6 7 8; do
        rm -rf "$what" "$what.work"
        $MPIEXEC -n "$ranks" "${@:4}" >running 2>&1 &
        launcher=$!
        until [ -e "$what.part" ] || ! kill -0 $launcher 2>/dev/null; do :; done
        rank=$(pgrep -P $launcher | sed -n "${number}p")
        kill -STOP "$rank" 2>/dev/null && sleep 0.05 && [ -e "$what.part" ] && [ ! -e "$what" ] && return 0
        kill -CONT "$rank" 2>/dev/null
        wait $launcher
    done
    return 1
}
ends() { # ends SIGNAL: the rank that stands still is told to end, and goes on
    kill "-$1" "$rank"
    kill -CONT "$rank"
    wait $launcher
    got=$?
}
run="run --progress none study.yaml -o"

ok "a write of one rank" caught a.h5 1 1 "$ENGRAFT" $run a.h5
ok "status shows it" says "^state +writing" 0 "$ENGRAFT" status a.h5
ok "and its share" says "^written +[0-9.]+ % of the result" 0 "$ENGRAFT" status a.h5
ends INT
ok "INT: status 75, not $got" test $got -eq 75
ok "INT: a line says what to type" grep -q "stopped with everything saved, before the result was written; to write it, type: engraft run" running
ok "INT: nothing half written" test ! -e a.h5 -a ! -e a.h5.part
ok "INT: it can go on" status_is 75 "$ENGRAFT" status --quiet a.h5
ok "INT: as stopped" says "^state +stopped" 0 "$ENGRAFT" status a.h5
ok "INT: the same command writes it" says "100.0 % is saved already" 0 "$ENGRAFT" $run a.h5
ok "INT: equal" "$ENGRAFT" diff whole.h5 a.h5

ok "a write of two ranks" caught b.h5 2 2 "$ENGRAFT" $run b.h5
ends TERM # of one rank alone: the other must hear of it
ok "TERM: status 75, not $got" test $got -eq 75
ok "TERM: nothing half written" test ! -e b.h5 -a ! -e b.h5.part
ok "TERM: the same command writes it" $MPIEXEC -n 2 "$ENGRAFT" $run b.h5
ok "TERM: equal" "$ENGRAFT" diff whole.h5 b.h5

if all_of_it; then
    ok "a write before a warning" caught c.h5 2 1 "$ENGRAFT" $run c.h5
    ends USR1
    ok "USR1: is finished, status 0, not $got" test $got -eq 0
    ok "USR1: equal" "$ENGRAFT" diff whole.h5 c.h5
fi

# The folder that holds every course is deleted meanwhile, and the name is taken: nobody says that all is saved.
ok "a write whose folder goes" caught d.h5 1 1 "$ENGRAFT" $run d.h5
rm -r d.h5.work
cp whole.h5 d.h5
kill -CONT "$rank"
wait $launcher
got=$?
ok "its folder is gone: status 73, not $got" test $got -eq 73
ok "its folder is gone: says so" grep -q 'd.h5.work/lock was removed while this run was going on.* what was removed with it is lost' running
ok "its folder is gone: says nothing else of what was saved" status_is 1 grep -q 'saved' running
ok "its folder is gone: the other file stays" cmp whole.h5 d.h5

for k in 1 2; do
    ok "shard $k" "$ENGRAFT" $run part.$k.h5 --shard $k/2
done
ok "a merge" caught m.h5 1 1 "$ENGRAFT" merge part.1.h5 part.2.h5 -o m.h5
ends INT
ok "merge: status 75, not $got" test $got -eq 75
ok "merge: a line" grep -q "stopped before m.h5 was written; the shards are as they were" running
ok "merge: nothing is left" test -z "$(ls -d ./m.h5* 2>/dev/null)"
ok "merge: again" "$ENGRAFT" merge part.1.h5 part.2.h5 -o m.h5
ok "merge: equal" "$ENGRAFT" diff whole.h5 m.h5

ok "the log has a line" says "all courses are done, the result is being written" 0 "$ENGRAFT" run --progress log study.yaml -o l.h5
ok "nothing is left" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
