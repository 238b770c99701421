#!/bin/bash
# A file system without locks (flock and record locks fail, as on some network file systems): runs, merges and readers do without, say so once,
# and still see one another.
set -u
. "$SOURCE/tests/testlib.sh"
"${CC:-gcc}" -std=gnu11 -O1 -Wall -shared -fPIC -o no_locks.so "$SOURCE/tests/no_locks.c" -ldl || exit 70

without() { # without ERRNO RANKS ARGUMENTS...
    $MPIEXEC -n "$2" env LD_PRELOAD="$PWD/no_locks.so" NO_LOCKS="$1" "$ENGRAFT" "${@:3}"
}
two_arm_study locks 1 20 64 >study.yaml
two_arm_study locks 1 4000 6400 >huge.yaml # never ends here
ok "with locks" "$ENGRAFT" run --progress none study.yaml -o with.h5
all_of_it && kinds='37 95' || kinds=37 # ENOLCK, EOPNOTSUPP
for why in $kinds; do
    ok "errno $why: a run" says "this file system has no locks" 0 without $why 2 run --progress none study.yaml -o $why.h5
    ok "errno $why: says so once" test "$(grep -c 'no locks' said)" -eq 1
    ok "errno $why: the same result" "$ENGRAFT" diff with.h5 $why.h5
done
ok "nothing is left" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"
for k in 1 2; do
    ok "shard $k" without 37 1 run --progress none study.yaml -o part.$k.h5 --shard $k/2
done
ok "a merge" says "no locks" 0 without 37 2 merge part.1.h5 part.2.h5 -o merged.h5
ok "the same result again" "$ENGRAFT" diff with.h5 merged.h5
ok "a report" env LD_PRELOAD="$PWD/no_locks.so" NO_LOCKS=37 "$PYTHON" "$SOURCE/analysis/report" merged.h5 -o report.html

# A living run is seen, by its process; a killed one is no hindrance.
without 37 1 run --progress none huge.yaml -o live.h5 >live.log 2>&1 &
launcher=$!
ok "a run goes on" wait_saved live.h5
started=$(pgrep -P $launcher)
ranks=$(pgrep -P "$started")
ok "status sees it" says "^state +running" 0 env LD_PRELOAD="$PWD/no_locks.so" "$ENGRAFT" status live.h5
# shellcheck disable=SC2086 # numbers
kill -KILL $started $launcher $ranks # the last would notice, sooner or later
wait $launcher 2>/dev/null
# shellcheck disable=SC2086
wait_gone $ranks
ok "status sees that it was killed" says "^state +interrupted" 0 env LD_PRELOAD="$PWD/no_locks.so" "$ENGRAFT" status live.h5
ok "the next one goes on" status_is 75 env LD_PRELOAD="$PWD/no_locks.so" "$ENGRAFT" run --progress none huge.yaml -o live.h5 --deadline 1

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
