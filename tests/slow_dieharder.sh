#!/bin/bash
# The engine's random words under dieharder, interleaved as the step loop takes them: keys that differ in one word only,
# positions that differ by whole days.  Keys are fixed, so that a verdict never changes by itself: a p-value below 1e-6
# fails; a sound generator has one so low among the some 140 here for one choice of the keys in 7,000.
# A scheme that is known to be bad (ranks as streams of pcg32) has to be found, or the whole test proves nothing.
set -u
. "$SOURCE/tests/testlib.sh"

command -v dieharder >/dev/null || { echo "SKIPPED random words under dieharder: dieharder is missing (apt-get install dieharder)"; exit 77; }
stream=$OUT/tests/rng_stream
[ -x "$stream" ] || { echo "$stream is missing: make test-slow builds it"; exit 70; }

# birthdays, ranks 6x8, ones in the stream and in bytes, runs, monobit, runs of bits, distribution of bytes, DCT, fill tree (2), monobit 2
battery="0 3 8 9 15 100 101 205 206 207 208 209"

low_p() { awk -F '|' 'NF >= 3 { n++; if ($2 + 0 < 1e-6) { print "low: " $0; bad = 1 } } END { if (n == 0) print "no p-value"; exit n == 0 ? 2 : bad }' "$1"; }

# under TEST ARGUMENT...: one test over one stream; 0 passed, 1 a low p-value, else it did not run
under() {
    local test=$1
    shift
    "$stream" "$@" | timeout 300 dieharder -g 200 -d "$test" -D test_name -D pvalues -D assessment >result 2>&1
    cat result
    low_p result
}
sound() { # sound ARGUMENT...: every test of the battery passes
    local test bad=0
    for test in $battery; do
        under "$test" "$@" || bad=1
    done
    return $bad
}
found() { # found TEST ARGUMENT...: this test fails it, and by its verdict, not by an accident
    under "$@"
    [ $? -eq 1 ]
}

ok "1024 patients, day by day" sound streams=1024 walk=day vary=patient
ok "64 patients, two words a day" sound streams=64 draws=2 walk=day vary=patient first=1000000
ok "five years of 64 patients, then the next 64" sound streams=64 walk=day steps=1856 vary=patient
ok "clones: 42 words every ten days" sound streams=64 draws=42 walk=ten_days vary=patient
ok "one word of a patient, the next patient" sound streams=64 steps=1 vary=patient
ok "all channels of each patient" sound streams=1008 walk=day vary=channel
ok "neighbouring points" sound streams=1024 walk=day vary=point
ok "candidates and variants" sound streams=1024 walk=day vary=variant
ok "neighbouring seeds" sound streams=1024 walk=tick vary=seed
ok "ranks as streams are found: ranks of matrices" found 3 streams=1024 scheme=pcg32_ranks
ok "ranks as streams are found: ones in bytes" found 9 streams=1024 scheme=pcg32_ranks

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
