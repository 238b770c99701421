#!/bin/bash
# tests/run_tests.sh itself: nothing that fails, crashes, hangs or runs nothing may count as passed, one after the other or side by side;
# who runs beside whom, in which order it is told, and what an interrupt leaves.
set -u
passed=0 failed=0
export PLACE=$TMPDIR # where scripts of one call meet
script() { printf '#!/bin/bash\n%s\n' "$2" >"$TMPDIR/$1.sh"; }
check() { # check WHAT COMMAND...
    if "${@:2}"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $1; the runner said:"
        sed 's/^/    /' "$TMPDIR/out"
    fi
}
runner() { # runner JOBS SCRIPT...: its status; what it says stays in `out`
    local files=() name
    for name in "${@:2}"; do files+=("$TMPDIR/$name.sh"); done
    JOBS=$1 TEST_LIMIT=${LIMIT:-2} "$SOURCE/tests/run_tests.sh" "${files[@]}" >"$TMPDIR/out" 2>&1
}
expect() { # expect WHAT STATUS LAST-LINE SCRIPT...
    local got
    runner "$jobs" "${@:4}"
    got=$?
    check "$1, JOBS=$jobs: status $got" test $got -eq "$2" -a "$(tail -n 1 "$TMPDIR/out")" = "$3"
}
told() { # told: names in the order in which they are told
    sed -nE 's/^(ok|FAILED) +([a-z_0-9]+)\.sh .*/\2/p' "$TMPDIR/out" | tr '\n' ' '
}

script good 'exit 0'
script bad 'echo reason; exit 3'
script killed 'kill -SEGV $$'
script hangs 'sleep 60'
script skips 'echo "no such thing here"; exit 77'
script counts 'echo "4 passed, 0 failed, 1 skipped"'
script counts_bad 'echo "4 passed, 2 failed"; exit 0'
script counts_then_dies 'echo "4 passed, 0 failed"; exit 1'
script left_out 'echo "SKIPPED avx9: the CPU lacks it"'
script ctrl_c 'trap "echo caught; exit 0" INT; kill -INT $$; exit 5'
script own_directory 'touch "$TMPDIR/a" && [ "$(ls "$TMPDIR")" = a ]'
script shell_killed 'kill -KILL "$(ps -o ppid= -p $PPID | tr -d " ")"; exit 0'

for jobs in 1 3; do
    expect "a good one" 0 "1 passed, 0 failed" good
    expect "a bad one" 1 "1 passed, 1 failed" bad good
    expect "a crash" 1 "0 passed, 1 failed" killed
    expect "a hang" 1 "1 passed, 1 failed" hangs good
    check "a hang is called so" grep -q '^    no end within 2 s$' "$TMPDIR/out"
    expect "a skipped one" 0 "1 passed, 0 failed, 1 skipped" skips good
    expect "own counts" 0 "4 passed, 0 failed, 1 skipped" counts
    expect "own counts with failures" 1 "4 passed, 2 failed" counts_bad
    expect "own counts and a bad status" 1 "4 passed, 1 failed" counts_then_dies
    expect "a part left out" 0 "1 passed, 0 failed, 1 skipped" left_out
    check "skips are repeated" grep -q '^SKIPPED avx9: the CPU lacks it$' "$TMPDIR/out"
    expect "tests may use Ctrl-C" 0 "1 passed, 0 failed" ctrl_c
    expect "each has its directory" 0 "2 passed, 0 failed" own_directory own_directory
    expect "no test at all" 1 "0 passed, 1 failed"
    expect "the shell around a test is killed" 1 "1 passed, 1 failed" shell_killed good
done
for jobs in 0 -1 x 1.5; do
    runner "$jobs" good
    check "JOBS=$jobs is refused" test $? -eq 64
done

# --- side by side --------------------------------------------------------------------------------------------------------
# A test leaves `NAME.begun` and meets others: it fails where they have not begun within two seconds.
meet='for _ in $(seq 20); do [ ! -e "$PLACE/$other.begun" ] || exit 0; sleep 0.1; done; echo "$other does not come"; exit 1'
script one "touch \"\$PLACE/one.begun\"; other=two; $meet"
script two "touch \"\$PLACE/two.begun\"; other=one; $meet"
clear() { rm -f "$TMPDIR"/*.begun "$TMPDIR"/running.* "$TMPDIR/log"; }
LIMIT=20
clear
runner 2 one two
check "two run at a time" test $? -eq 0
clear
runner 1 one two
check "one after the other" test $? -eq 1 -a "$(tail -n 1 "$TMPDIR/out")" = "1 passed, 1 failed"

# What was told is whole and in order, however long each takes.
script slow 'echo slow begins; sleep 0.5; echo slow ends; exit 1'
script noisy 'for i in 1 2 3 4 5 6; do echo "noise $i"; sleep 0.05; done; exit 1'
runner 3 slow noisy good
check "told in order: $(told)" test "$(told)" = "slow noisy good "
check "each whole" test "$(grep -c . <(grep -A 1 'slow begins' "$TMPDIR/out" | grep 'slow ends'))" -eq 1 -a \
    "$(grep -A 5 'noise 1' "$TMPDIR/out" | tr -d ' \n')" = noise1noise2noise3noise4noise5noise6

# Not more than asked for at a time.
count='touch "$PLACE/running.$$"; ls "$PLACE"/running.* | wc -l >>"$PLACE/log"; sleep 0.3; ls "$PLACE"/running.* | wc -l >>"$PLACE/log"; rm "$PLACE/running.$$"'
for name in a b c d e; do script $name "$count"; done
clear
runner 2 a b c d e
check "never more than two of five: $(sort -n "$TMPDIR/log" | tail -n 1)" test "$(sort -n "$TMPDIR/log" | tail -n 1)" -eq 2 -a "$(wc -l <"$TMPDIR/log")" -eq 10

# One that shares the machine with nobody comes last and is told last; one after the other, where it stands.
script by_itself "# alone: it counts
[ ! -e \"\$PLACE\"/running.* ] || exit 1
$count
[ \"\$(tail -n 2 \"\$PLACE/log\" | sort -u)\" = 1 ]"
clear
runner 3 by_itself a b by_itself c
check "alone" test $? -eq 0
check "alone is told last: $(told)" test "$(told)" = "a b c by_itself by_itself "
clear
runner 1 by_itself a
check "alone, one after the other: $(told)" test "$(told)" = "by_itself a "

# Long ones begin early, but leave a place to others.
log='echo $name begins >>"$PLACE/log"; sleep 0.3; echo $name ends >>"$PLACE/log"'
for name in a b c; do script $name "name=$name; $log"; done
for name in y z; do script $name "# long: it sleeps
name=$name; ${log/0.3/0.8}"; done
clear
runner 2 a b c y z
check "long ones begin early: $(head -n 2 "$TMPDIR/log" | sort | tr '\n' ' ')" test "$(head -n 2 "$TMPDIR/log" | sort | tr '\n' ' ')" = "a begins y begins "
check "but not at once while others wait" test "$(grep -n 'c begins' "$TMPDIR/log" | cut -d: -f1)" -lt "$(grep -n 'z ends' "$TMPDIR/log" | cut -d: -f1)" -a \
    "$(grep -n 'z begins' "$TMPDIR/log" | cut -d: -f1)" -gt "$(grep -n 'y ends' "$TMPDIR/log" | cut -d: -f1)"
check "told in order all the same: $(told)" test "$(told)" = "a b c y z "

# --- interrupted -----------------------------------------------------------------------------------------------------------
script waits 'echo $$ >>"$PLACE/log"; sleep 60 & echo $! >>"$PLACE/log"; wait'
script deaf 'trap "" TERM; echo $$ >>"$PLACE/log"; for _ in $(seq 30); do sleep 1; done'
gone() { # gone: of the processes that the tests noted none runs
    local pid state
    while read -r pid; do
        state=$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null)
        [[ $state = [ZX] || -z $state ]] || { echo "$pid is left"; return 1; }
    done <"$TMPDIR/log"
}
interrupt() { # interrupt SIGNAL LINES SCRIPT...: when so many processes are noted
    local pid
    clear
    mkdir "$TMPDIR/own"
    touch "$TMPDIR/log"
    JOBS=2 TMPDIR=$TMPDIR/own env --default-signal=INT "$SOURCE/tests/run_tests.sh" "${@:3}" >"$TMPDIR/out" 2>&1 &
    pid=$!
    for _ in $(seq 100); do [ "$(wc -l <"$TMPDIR/log")" -lt "$2" ] || break; sleep 0.05; done
    kill "-$1" $pid
    wait $pid
    check "$1 to the runner: status 130" test $? -eq 130 -a "$(wc -l <"$TMPDIR/log")" -eq "$2"
    check "$1: the tests have ended" gone
    check "$1: nothing is left" rmdir "$TMPDIR/own"
}
interrupt TERM 4 "$TMPDIR"/{waits,waits}.sh
interrupt INT 4 "$TMPDIR"/{waits,waits,good}.sh
interrupt HUP 4 "$TMPDIR"/{waits,waits}.sh
[ "${EXTENT:-}" != all ] || interrupt TERM 3 "$TMPDIR"/{waits,deaf}.sh # ten seconds of patience with one that does not listen

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
