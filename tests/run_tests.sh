#!/bin/bash
# Runs test programs and scripts, some at a time, and counts.
#
#     tests/run_tests.sh FILE...          `make test` and its kin call it; see `make help`
#     JOBS=1 tests/run_tests.sh FILE...   one after the other; the default is three on two cores, at most eight
#
# A program is a CUnit one: its tests are counted, and one that runs no test has failed.  A script (.sh, .py) counts
# as one test, unless it prints a line "N passed, N failed[, N skipped]" of its own, which is then added; status 0 is
# success, 77 skipped, anything else failed.  What a test leaves out it says in a line "SKIPPED what: why", which is
# repeated and counted here; a figure worth keeping in a line "FOUND what", which is repeated.
#
# What a test says is kept until it has ended and until the tests before it have been told: the order is that of the
# arguments.  A line near the head of a script, or of the source of a program, says how it goes with others:
#     # alone: why      it shares the machine with no other test: begun, and told, when those that can are done
#     # long: why       it takes long: begun early, but never are all that run such ones
# Both mean nothing where tests run one after the other.
#
# A test finds in its environment
#     ENGRAFT   the command, absolute        OUT      the build directory, absolute     CONFIG, REAL   what was built
#     TMPDIR    a directory of its own, removed afterwards                              SOURCE         this tree
#     MPIEXEC   how to start ranks           PYTHON   a python3 with h5py and its like  MPICC          the compiler
#     JOBS      how many tests it may run at a time, by this script, itself: 1, or of one that is alone as many as there are here
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
export PYTHONDONTWRITEBYTECODE=1 # nothing appears beside the sources
counts=${TEST_COUNTS:-}  # a file that gets the counts of several calls
# Half as many again as there are cores: many tests wait for clocks and launchers.
cores=$(nproc 2>/dev/null || echo 2)
most=$((cores < 5 ? (3 * cores + 1) / 2 : 8))
most=${JOBS:-$most}
[[ $most =~ ^[1-9][0-9]{0,3}$ ]] || { echo "JOBS=$most: how many tests run at a time, a whole number from 1, is expected" >&2; exit 64; }
# Seconds a test may take: a hang is a failure, not a wait.  Beside others it gets a part of the cores.
limit=${TEST_LIMIT:-$((most > 1 ? 600 : 300))}
# Tests call make and this script themselves; those are no part of what called here.
unset MAKEFLAGS MFLAGS MAKELEVEL TEST_LIMIT TEST_COUNTS
export JOBS=1

work=$(mktemp -d "${TMPDIR:-/tmp}/engraft-test.XXXXXX") || exit 70
trap 'rm -rf "$work"' EXIT
trap 'kill "${pids[@]}" 2>/dev/null; wait "${pids[@]}" 2>/dev/null; exit 130' INT TERM HUP
mkfifo "$work/bell" && exec 3<>"$work/bell" || exit 70 # rung by each test that has ended

files=("$@")            # a test's number is its place here
long=() short=() pids=() # numbers of those that wait for a place; process by number of those that run
declare -A is_long=()
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

# run NUMBER: one test, in a shell of its own; what has become of it stands in NUMBER.ended: its status, 124 when it ran out of time, and
# seconds.  Ctrl-C reaches it (a shell's background jobs ignore it).
run() {
    local file=${files[$1]} output=$work/$1.output start=$EPOCHREALTIME status
    trap 'exec 2>/dev/null; kill $(jobs -p); wait; exit' TERM
    case $file in
    *.py) set -- "$1" "$PYTHON" "$file" ;;
    *.sh) set -- "$1" bash "$file" ;;
    *) set -- "$1" "$(realpath "$file")" ;;
    esac
    mkdir -p "$work/$1"
    sanitizer_options "$file"
    TMPDIR=$work/$1 env --default-signal=INT,QUIT timeout -k 10 "$limit" "${@:2}" >"$output" 2>&1 </dev/null 3>&- &
    wait $! 2>/dev/null
    status=$?
    [ $status -ne 124 ] || echo "no end within $limit s" >>"$output"
    chmod -R u+w "$work/$1" 2>/dev/null
    rm -rf "${work:?}/$1"
    echo "$status $(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')" >"$work/result.$1"
    mv "$work/result.$1" "$work/$1.ended" # whole or not at all
    echo >&3
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

# tell NUMBER STATUS SECONDS
tell() {
    local file=${files[$1]} output=$work/$1.output name verdict=ok p f s
    name=$(basename "$file")
    count "$file" "$output" "$2"
    [ "$f" -eq 0 ] || verdict=FAILED
    printf '%-6s %-32s %6d passed %8s s\n' "$verdict" "$name" "$p" "$3"
    if [ "$f" -gt 0 ]; then
        echo "------ $name: $f failed, status $2"
        tail -n 200 "$output" | sed 's/^/    /'
        echo "------"
    else
        grep -E '^(SKIPPED|WARNING|FOUND) ' "$output"
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    rm -f "$output" "$work/$1.ended"
}

# marked NUMBER MARK
marked() {
    local source=${files[$1]}
    case $source in *.sh | *.py) ;; *) source=tests/$(basename "$source").c ;; esac
    head -n 30 "$source" 2>/dev/null | grep -qE "^(#| \*) $2: ."
}

# await: until tests have ended; `ended`: their numbers, `results`: status and seconds.  A shell that was killed tells nothing.
await() {
    local n
    ended=()
    while [ ${#ended[@]} -eq 0 ]; do
        read -r -t 2 -u 3
        for n in "${!pids[@]}"; do
            kill -0 "${pids[n]}" 2>/dev/null && [ ! -e "$work/$n.ended" ] && continue
            results[n]=$(cat "$work/$n.ended" 2>/dev/null || echo 137 -)
            ended+=("$n")
            unset "pids[$n]"
        done
    done
}

# begin PLACES: as many tests as there are places for; the long ones first, but one place is for the others
begin() {
    local n running=0
    for n in "${!pids[@]}"; do [ -z "${is_long[$n]:-}" ] || running=$((running + 1)); done
    while [ ${#pids[@]} -lt "$1" ]; do
        if [ ${#long[@]} -gt 0 ] && { [ $running -lt $(($1 - 1)) ] || [ ${#short[@]} -eq 0 ]; }; then
            n=${long[0]} long=("${long[@]:1}") running=$((running + 1))
        elif [ ${#short[@]} -gt 0 ]; then
            n=${short[0]} short=("${short[@]:1}")
        else
            return
        fi
        run "$n" &
        pids[n]=$!
    done
}

# run_all PLACES NUMBER...: told in the order of the numbers
run_all() {
    local places=$1 n ended=() results=()
    shift
    for n in "$@"; do
        if [ "$places" -gt 1 ] && marked "$n" long; then long+=("$n") is_long[$n]=1; else short+=("$n"); fi
    done
    while [ $# -gt 0 ]; do
        begin "$places"
        await
        while [ $# -gt 0 ] && [ -n "${results[$1]:-}" ]; do
            # shellcheck disable=SC2086 # two words
            tell "$1" ${results[$1]}
            shift
        done
    done
}

together=() alone=()
for number in "${!files[@]}"; do
    if [ "$most" -gt 1 ] && marked "$number" alone; then alone+=("$number"); else together+=("$number"); fi
done
run_all "$most" "${together[@]}"
export JOBS=$most
run_all 1 "${alone[@]}"

[ $((passed + failed + skipped)) -gt 0 ] || { echo "no test was found" >&2; failed=1; }
[ -z "$counts" ] || echo "$passed passed, $failed failed, $skipped skipped" >>"$counts"
line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed -eq 0 ]
