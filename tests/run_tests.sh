#!/bin/bash
# Runs test programs and scripts one after the other and counts.
#
#     tests/run_tests.sh FILE...          `make test` and its kin call it; see `make help`
#
# A program is a CUnit one: its tests are counted, and one that runs no test has failed.  A script (.sh, .py) counts
# as one test, unless it prints a line "N passed, N failed[, N skipped]" of its own, which is then added; status 0 is
# success, 77 skipped, anything else failed.  What a test leaves out it says in a line "SKIPPED what: why", which is
# repeated and counted here; a figure worth keeping in a line "FOUND what", which is repeated.
#
# A test finds in its environment
#     ENGRAFT   the command, absolute        OUT      the build directory, absolute     CONFIG, REAL   what was built
#     TMPDIR    a directory of its own, removed afterwards                              SOURCE         this tree
#     MPIEXEC   how to start ranks           PYTHON   a python3 with h5py and its like  MPICC          the compiler
# The last line here is "N passed, N failed[, N skipped]"; the status is 1 if anything failed.
set -u
export LC_ALL=C

cd "$(dirname "$0")/.." || exit 70
. jobs/env.sh
export SOURCE=$PWD
export OUT; OUT=$(realpath "${OUT:-build/release}")
export ENGRAFT=$OUT/engraft
export CONFIG=${CONFIG:-release} REAL=${REAL:-float} MPICC=${MPICC:-mpicc} MPIEXEC=${MPIEXEC:-mpirun --oversubscribe}
export PYTHON; PYTHON=$(jobs/setup --python || echo python3)
limit=${TEST_LIMIT:-300} # seconds a test may take: a hang is a failure, not a wait
counts=${TEST_COUNTS:-}  # a file that gets the counts of several calls
# Tests call make and this script themselves; those are no part of what called here.
unset MAKEFLAGS MFLAGS MAKELEVEL TEST_LIMIT TEST_COUNTS

work=$(mktemp -d "${TMPDIR:-/tmp}/engraft-test.XXXXXX") || exit 70
trap 'rm -rf "$work"' EXIT
trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; exit 130' INT TERM HUP
pid=

passed=0 failed=0 skipped=0

# Sanitizers: programs with MPI need the list of Open MPI's own leaks and whole stacks to match it; others need neither.
sanitizer_options() {
    export ASAN_OPTIONS="detect_stack_use_after_return=1${ASAN_OPTIONS_USER:+:$ASAN_OPTIONS_USER}"
    unset LSAN_OPTIONS
    case $1 in
    *.sh | *.py) ;;
    *) nm -D --undefined-only "$1" 2>/dev/null | grep -qw 'MPI_Init\(_thread\)\?' || return 0 ;;
    esac
    export LSAN_OPTIONS="suppressions=$SOURCE/tests/lsan.supp:print_suppressions=0:fast_unwind_on_malloc=0"
}

# run FILE OUTPUT: its status; 124 when it ran out of time.  Ctrl-C reaches it (a shell's background jobs ignore it).
run() {
    case $1 in
    *.py) set -- "$2" "$PYTHON" "$1" ;;
    *.sh) set -- "$2" bash "$1" ;;
    *) set -- "$2" "$(realpath "$1")" ;;
    esac
    local output=$1
    shift
    TMPDIR=$work/tmp env --default-signal=INT,QUIT timeout -k 10 "$limit" "$@" >"$output" 2>&1 </dev/null &
    pid=$!
    wait "$pid"
}

# count FILE OUTPUT STATUS: sets p, f, s.
count() {
    local own
    p=0 f=0
    s=$(grep -c '^SKIPPED ' "$2")
    own=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$2" |
        awk '{ p += $1; f += $3; s += $5 } END { if (NR) print p, f, s + 0 }')
    if [ -n "$own" ]; then
        read -r p f s <<<"$own"
    elif [[ $1 != *.sh && $1 != *.py ]]; then
        read -r p f < <(awk '$1 == "tests" && NF >= 5 { p += $4; f += $5 } END { print p + 0, f + 0 }' "$2")
    elif [ "$3" -eq 0 ]; then
        p=1
    fi
    if [ "$3" -eq 77 ]; then
        [ "$s" -gt 0 ] || { s=1; echo "SKIPPED $1: $(tail -n 1 "$2")" >>"$2"; }
    elif [ "$3" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
    elif [ $((p + f + s)) -eq 0 ]; then
        f=1
        echo "it ran no test" >>"$2"
    fi
}

for file in "$@"; do
    name=$(basename "$file")
    mkdir -p "$work/tmp"
    sanitizer_options "$file"
    start=$EPOCHREALTIME
    run "$file" "$work/output"
    status=$?
    seconds=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
    [ $status -ne 124 ] || echo "no end within $limit s" >>"$work/output"
    count "$file" "$work/output" $status
    verdict=ok
    [ "$f" -eq 0 ] || verdict=FAILED
    printf '%-6s %-32s %6d passed %8s s\n' "$verdict" "$name" "$p" "$seconds"
    if [ "$f" -gt 0 ]; then
        echo "------ $name: $f failed, status $status"
        tail -n 200 "$work/output" | sed 's/^/    /'
        echo "------"
    else
        grep -E '^(SKIPPED|WARNING|FOUND) ' "$work/output"
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    chmod -R u+w "$work/tmp" 2>/dev/null
    rm -rf "$work/tmp"
done

[ $((passed + failed + skipped)) -gt 0 ] || { echo "no test was found" >&2; failed=1; }
[ -z "$counts" ] || echo "$passed passed, $failed failed, $skipped skipped" >>"$counts"
line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed -eq 0 ]
