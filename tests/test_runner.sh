#!/bin/bash
# tests/run_tests.sh itself: nothing that fails, crashes, hangs or runs nothing may count as passed.
set -u
passed=0 failed=0
script() { printf '#!/bin/bash\n%s\n' "$2" >"$TMPDIR/$1.sh"; }
# expect WHAT STATUS LAST-LINE SCRIPT...
expect() {
    local what=$1 status=$2 last=$3 files=() got line
    shift 3
    for name in "$@"; do files+=("$TMPDIR/$name.sh"); done
    TEST_LIMIT=2 "$SOURCE/tests/run_tests.sh" "${files[@]}" >"$TMPDIR/out" 2>&1
    got=$?
    line=$(tail -n 1 "$TMPDIR/out")
    if [ $got -eq "$status" ] && [ "$line" = "$last" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what: status $got, last line '$line'"
    fi
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

expect "a good one" 0 "1 passed, 0 failed" good
expect "a bad one" 1 "1 passed, 1 failed" bad good
expect "a crash" 1 "0 passed, 1 failed" killed
expect "a hang" 1 "0 passed, 1 failed" hangs
expect "a skipped one" 0 "1 passed, 0 failed, 1 skipped" skips good
expect "own counts" 0 "4 passed, 0 failed, 1 skipped" counts
expect "own counts with failures" 1 "4 passed, 2 failed" counts_bad
expect "own counts and a bad status" 1 "4 passed, 1 failed" counts_then_dies
expect "a part left out" 0 "1 passed, 0 failed, 1 skipped" left_out
grep -q '^SKIPPED avx9: the CPU lacks it$' "$TMPDIR/out" || { failed=$((failed + 1)); echo "failed: skips are not repeated"; }
expect "tests may use Ctrl-C" 0 "1 passed, 0 failed" ctrl_c
expect "each has its directory" 0 "2 passed, 0 failed" own_directory own_directory
expect "no test at all" 1 "0 passed, 1 failed"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
