#!/bin/bash
# Runs fuzz targets (tests/fuzz_*.c, built by `make fuzz`): the kept inputs, then new ones made from them.
#
#     tests/run_fuzz.sh [TARGET...]       all targets when none is named
#
#     FUZZ_SECONDS=60   how long each runs; or RUNS=N  so many executions each; RUNS=0  the kept inputs alone
#     SEED=1         of libFuzzer's random numbers; 0 other ones each time (the default)
#     CORPUS=DIR     where inputs that reach new code are kept from one run to the next (build/fuzz/corpus)
#     MERGE=1        instead of running: keep in tests/data/fuzz the smallest set of inputs that reaches all that is reached
#
# Kept inputs are one file a target, TARGET.txt: an input a line, in base64.
#
# What broke a target is in build/fuzz/found.  The last lines tell executions by target and in all, and "N passed, N failed", a target
# counting as one test.
set -u
export LC_ALL=C
seconds=${FUZZ_SECONDS:-60} runs=${RUNS:-} seed=${SEED:-0}
cd "$(dirname "$0")/.." || exit 70
. jobs/env.sh
OUT=$(realpath "${OUT:-build/fuzz}")
data=$PWD/tests/data/fuzz
export UBSAN_OPTIONS="print_stacktrace=1:abort_on_error=1"
export ASAN_OPTIONS="abort_on_error=1:allocator_may_return_null=1:max_allocation_size_mb=1024"
unset LSAN_OPTIONS # no target starts MPI: no leak is anybody else's

shm=/dev/shm
[ -w "$shm" ] || shm=${TMPDIR:-/tmp}
work=$(mktemp -d "$shm/engraft-fuzz.XXXXXX") || exit 70
trap 'kill "${pid:-}" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export TMPDIR=$work FUZZ_SEEDS=$OUT/seeds

# A study and its result, made by engraft itself, so that no file of an older format is tried.
make_seeds() {
    local fresh=$work/seeds
    [ "$FUZZ_SEEDS/result.h5" -nt "$OUT/engraft" ] && return 0
    mkdir -p "$fresh" "$FUZZ_SEEDS" || return 1
    cat >"$fresh/study.yaml" <<END
study: fuzz
seed: 7
horizon: 60 d
cohort: {disease: ms, patients: 4}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  auto:
    - {at: -5 d, condition: cy200}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters: {trigger.rate: prior}
design: {lhs: {points: 2}}
outcomes: [relapse, os, anc_recovery, {edss: {at: [30 d]}}]
trajectories: {markers: [anc], every: 1 mo}
compare: {reference: dmt}
records: {patients: 4}
END
    ASAN_OPTIONS=detect_leaks=0 "$OUT/engraft" run "$fresh/study.yaml" -o "$fresh/result.h5" --progress none >"$fresh/log" 2>&1 ||
        { cat "$fresh/log"; return 1; }
    cp "$fresh/study.yaml" "$fresh/result.h5" "$FUZZ_SEEDS/"
}

unpack() { # unpack TARGET FOLDER
    mkdir -p "$2"
    [ ! -f "$data/$1.txt" ] || python3 -c 'import base64, sys
for number, line in enumerate(open(sys.argv[1])):
    open("%s/%05d" % (sys.argv[2], number), "wb").write(base64.b64decode(line))' "$data/$1.txt" "$2"
}
pack() { # pack FOLDER TARGET
    python3 -c 'import base64, os, sys
inputs = (open(os.path.join(sys.argv[1], name), "rb").read() for name in os.listdir(sys.argv[1]))
lines = sorted((base64.b64encode(data).decode() for data in inputs), key=lambda line: (len(line), line))
open(sys.argv[2], "w").write("".join(line + "\n" for line in lines if line))' "$1" "$data/$2.txt"
}

# Words that a target's inputs are made of: from the program's own lists.
make_dictionary() { # make_dictionary TARGET FILE
    local list command
    {
        case $1 in
        study | workdir)
            for list in actions regimens agents diseases outcomes parameters designs; do
                "$OUT/engraft" list $list 2>/dev/null | awk '{ print $1; print $2 }'
            done
            grep -oE '^ *[a-z_0-9]+:' docs/STUDY.md | tr -d ' ' ;;
        cli)
            "$OUT/engraft" --help | awk '/^  engraft [a-z]/ { print $2 }'
            for command in $("$OUT/engraft" --help | awk '/^  engraft [a-z]/ { print $2 }'); do
                "$OUT/engraft" "$command" --help | grep -oE '(^| )-{1,2}[a-z]+' | tr -d ' '
            done
            printf '%s\n' s.yaml r.h5 w.h5 relapse dmt auto edss 1/8 3h50m 3:50:00 actions agents outcomes schema ;;
        scalar)
            grep -oE '\{ "[a-zA-Z0-9]+", ENG_BASE' src/study/quantity.c | cut -d'"' -f2
            printf '%s\n' 1e-308 '1/(uL' '6e6' 3h50m 3:50:00 1/8 ;;
        esac
    } | grep -E '^[A-Za-z0-9_./:-]{1,40}$' | sort -u | sed 's/.*/"&"/' >"$2"
    [ "$1" != workdir ] || printf '"%s"\n' 'host ' ', process ' ', job ' ', attempt ' ', started ' 'free, attempt ' 'state: ' 'planned: ' \
        'done: ' 'rate: ' 'left: ' 'ranks: ' 'clock: ' 'updated: ' >>"$2"
}

# seeds_of TARGET: folders of right inputs that the repository has anyway.
seeds_of() {
    case $1 in
    study) echo jobs/studies tests/data/studies tests/data/broken ;;
    esac
}

run_target() { # run_target TARGET: libFuzzer's words go to $work/log
    local target=$1 program=$OUT/tests/fuzz_$1 limit
    local corpus=${CORPUS:-$OUT/corpus}/$target
    local -a folders options
    mkdir -p "$corpus" "$OUT/found"
    unpack "$target" "$work/kept"
    make_dictionary "$target" "$work/words"
    read -r -a folders <<<"$(seeds_of "$target")"
    options=(-seed="$seed" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$OUT/found/$target-")
    [ ! -s "$work/words" ] || options+=(-dict="$work/words")
    if [ -n "${MERGE:-}" ]; then # the repository's own seeds come first, so that only what they do not reach is kept
        mkdir -p "$work/merged"
        [ ${#folders[@]} -eq 0 ] || find "${folders[@]}" -type f -exec cp -t "$work/merged" {} +
        find "$work/merged" -type f >"$work/seeds.list"
        "$program" "${options[@]}" -merge=1 -max_len=1000 "$work/merged" "$work/kept" "$corpus" >"$work/log" 2>&1 &
    elif [ "$runs" = 0 ]; then
        find "$work/kept" "${folders[@]}" -type f -print0 | xargs -0 -r "$program" "${options[@]}" >"$work/log" 2>&1 &
    else
        limit=(-max_total_time="$seconds")
        [ -z "$runs" ] || limit=(-runs="$runs")
        "$program" "${options[@]}" "${limit[@]}" "$corpus" "$work/kept" "${folders[@]}" >"$work/log" 2>&1 &
    fi
    pid=$!
    wait $pid
}

make_seeds || { echo "the files that targets begin with could not be made"; echo "0 passed, 1 failed"; exit 1; }
[ $# -gt 0 ] || { for file in tests/fuzz_*.c; do file=${file##*/fuzz_}; set -- "$@" "${file%.c}"; done; }
passed=0 failed=0 sum=0
for target in "$@"; do
    [ -x "$OUT/tests/fuzz_$target" ] || { echo "there is no target '$target'"; failed=$((failed + 1)); continue; }
    start=$(date +%s%N)
    rm -rf "$work/kept" "$work/merged"
    run_target "$target"
    status=$?
    count=$(awk '/^stat::number_of_executed_units:/ { n = $2 } /^Executed .* in / { m++ } END { print n ? n : m + 0 }' "$work/log")
    rate=$((count * 1000000000 / ($(date +%s%N) - start + 1)))
    sum=$((sum + count))
    if [ $status -eq 0 ] && [ -n "${MERGE:-}" ]; then
        xargs -r rm -f <"$work/seeds.list"
        pack "$work/merged" "$target"
    fi
    if [ $status -eq 0 ]; then
        passed=$((passed + 1))
        printf 'ok     %-12s %12d executions %10d a second\n' "$target" "$count" "$rate"
    else
        failed=$((failed + 1))
        printf 'FAILED %-12s %12d executions; status %d; the input is in %s\n' "$target" "$count" $status "$OUT/found"
        grep -vE '^#[0-9]+|^INFO|NEW_FUNC|^stat::|FuzzerDriver|libc_start|fuzzer::' "$work/log" | tail -n 30 | sed 's/^/    /'
    fi
done
echo "$sum executions in all"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
