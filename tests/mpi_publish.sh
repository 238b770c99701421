#!/bin/bash
# A result gets its name without taking it from anybody: files that appear meanwhile, links, file systems that cannot rename so.
set -u
. "$SOURCE/tests/testlib.sh"
"${CC:-gcc}" -std=gnu11 -O1 -Wall -shared -fPIC -o fail_calls.so "$SOURCE/tests/fail_calls.c" -ldl || exit 70

run() { # run RANKS ARGUMENTS...
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none "${@:2}"
}
two_arm_study other 2 3 8 >other.yaml
two_arm_study mine 1 20 64 >small.yaml
two_arm_study mine 1 400 320 >study.yaml # a second or more
ok "another study" "$ENGRAFT" run --progress none other.yaml -o other.h5

# --- a file that appears while the courses run ---------------------------------------------------------------------
run 2 study.yaml -o r.h5 >said 2>&1 &
launcher=$!
for _ in $(seq 200); do [ -e r.h5.work/status ] && break; sleep 0.02; done
cp other.h5 r.h5
wait $launcher
got=$?
ok "status 73, not $got" test $got -eq 73
ok "says why" grep -q "r.h5: has appeared meanwhile and is not replaced" said
ok "the other result stays" cmp other.h5 r.h5
ok "the work too" test -n "$(find r.h5.work -name 'journal.*' -size +0)" -a ! -e r.h5.part
ok "with it there the run is refused" says "another study" 73 run 2 study.yaml -o r.h5
mv r.h5 moved.h5
ok "moved away, the same command writes it" says "100.0 % is saved already" 0 run 2 study.yaml -o r.h5
ok "the other result still stays" cmp other.h5 moved.h5
ok "nothing is left" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

# --- while shards are merged --------------------------------------------------------------------------------------
for k in 1 2; do
    ok "shard $k" "$ENGRAFT" run --progress none small.yaml -o part.$k.h5 --shard $k/2
done
for _ in 1 2 3 4 5; do # a merge is short: until the file came in time
    rm -f m.h5
    "$ENGRAFT" merge part.1.h5 part.2.h5 -o m.h5 >said 2>&1 &
    merge=$!
    until [ -e m.h5.work ] || ! kill -0 $merge 2>/dev/null; do :; done
    ln other.h5 m.h5 2>/dev/null && break
    wait $merge
done
wait $merge
got=$?
ok "a merge: status 73, not $got" test $got -eq 73
ok "a merge says why" grep -q "m.h5: has appeared meanwhile" said
ok "and leaves it" cmp other.h5 m.h5
rm m.h5

# --- links -----------------------------------------------------------------------------------------------------------
ln -s elsewhere/nowhere.h5 link.h5
ok "a link that leads nowhere" says "link.h5 is a link to elsewhere/nowhere.h5, where there is nothing" 73 run 1 small.yaml -o link.h5
ok "stays, and nothing is made" test -L link.h5 -a ! -e link.h5.work
ok "for a merge too" says "link.h5 is a link to" 73 "$ENGRAFT" merge part.1.h5 part.2.h5 -o link.h5

# --- file systems that cannot rename without replacing --------------------------------------------------------------
with() { # with [VARIABLE=...]: a run with the library in front
    env LD_PRELOAD="$PWD/fail_calls.so" FAIL_PATH=f.h5 "$@" "$ENGRAFT" run --progress none small.yaml -o f.h5
}
ok "calls are counted" with FAIL_TRACE="$PWD/trace"
ok "the name is taken by renameat2" grep -q '^renameat2 f.h5.part' trace
ok "the result" mv f.h5 first.h5
all_of_it && kinds='22 38 95' || kinds=22 # EINVAL, ENOSYS, EOPNOTSUPP
for why in $kinds; do
    : >trace2
    ok "errno $why: by a second name" with FAIL_CALL=renameat2 FAIL_AT=1 FAIL_HOW=$why FAIL_TRACE="$PWD/trace2"
    ok "errno $why: which is link" grep -q '^link .*f.h5.part' trace2
    ok "errno $why: the same" "$ENGRAFT" diff first.h5 f.h5
    rm -f f.h5
done
ok "nothing is left" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
