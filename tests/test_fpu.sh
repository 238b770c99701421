#!/bin/bash
# A library in the process that flushes to zero and rounds up, from its loading on and again whenever the time is asked for: the result
# of a run is the same, and the log says once what was found.
set -u
case $(uname -m) in
x86_64 | amd64) ;;
*) echo "SKIPPED fpu: the library of this test is written for x86-64"; exit 77 ;;
esac
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 70
passed=0 failed=0

check() {
    if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $1"; fi
}

cat >fast.c <<'C'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <xmmintrin.h>

static int calls;
int fast_calls(void) { return calls; }
__attribute__((constructor)) static void load(void) { _mm_setcsr(_mm_getcsr() | 0xc040); }
__attribute__((destructor)) static void unload(void) { if (calls > 100) (void)!write(2, "fast: often\n", 12); }
int clock_gettime(clockid_t clock, struct timespec *time)
{
    calls++;
    _mm_setcsr(_mm_getcsr() | 0xc040);
    return (int)syscall(SYS_clock_gettime, clock, time);
}
C
"$MPICC" -shared -fPIC -O1 -o fast.so fast.c || { echo "the library could not be built"; exit 1; }
cat >study.yaml <<'Y'
study: rounding
seed: 11
horizon: 2 y
cohort: {disease: ms, patients: 100, entry: {relapse: {at_least: 1, within: 2 y}}}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard, for: 1 y}]
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
  again:
    - {when: relapse, times: 2, drug: ocrelizumab, for: 1 y}
parameters: {atg.t_cell_kill_rate: prior, ms.relapse_threshold: prior}
design: {lhs: {points: 5}}
outcomes: [relapse, os, arr, {edss: {at: [0.3 y, 1 y]}}]
trajectories: {markers: [cd4], every: 1 mo}
records: {patients: 50}
Y
run() { # run NAME [PRELOAD]
    ${2:+env LD_PRELOAD="$2" ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"} "$ENGRAFT" run study.yaml -o "$1.h5" --progress none 2>"$1.log" ||
        { cat "$1.log"; echo "$1 could not be run"; exit 1; }
}
run plain
run other "$work/fast.so"
check "the library set it again and again" grep -q 'fast: often' other.log
check "equal bits" "$ENGRAFT" diff plain.h5 other.h5
check "the log says it once: $(grep -c 'another rounding mode' other.log)" test "$(grep -c 'another rounding mode' other.log)" = 1
check "nothing is said without need" test "$(grep -c 'another rounding mode' plain.log)" = 0
"$ENGRAFT" show plain.h5 --point 2 >plain.txt
LD_PRELOAD=$work/fast.so ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$ENGRAFT" show plain.h5 --point 2 >other.txt 2>/dev/null
check "equal tables of a point" cmp plain.txt other.txt
echo "$passed passed, $failed failed"
[ $failed = 0 ]
