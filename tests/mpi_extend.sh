#!/bin/bash
# engraft extend: a larger study begun from a result is the one run afresh, in every bit, for every design that grows, on any ranks, after a kill.
# long: many runs
set -u
. "$SOURCE/tests/testlib.sh"

on() { # on RANKS COMMAND ARGUMENTS...: one rank needs no mpirun, which takes longer than these studies
    if [ "$1" -eq 1 ]; then
        "$ENGRAFT" "$2" --progress none "${@:3}"
    else
        $MPIEXEC -n "$1" "$ENGRAFT" "$2" --progress none "${@:3}"
    fi
}
run() { # run RANKS ARGUMENTS...
    on "$1" run "${@:2}"
}
extend() { # extend RANKS ARGUMENTS...
    on "$1" extend "${@:2}"
}
study() { # study PATIENTS DESIGN [LINE...]: two uncertain parameters, every kind of sum, records that end within a point
    cat <<END
study: grows
seed: 7
horizon: 6 mo
cohort: {disease: ms, patients: $1, entry: {relapse: {at_least: 1, within: 1 y}}}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy: [{at: -5 d, condition: cy200}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
parameters: {thymus.export_at_20y: prior, clone.fitness_after_conditioning: prior}
design: $2
outcomes: [relapse, death, anc_recovery, infections, {edss: {at: [3 mo], histogram: 32}}]
estimates: [rate]
batches: {outcomes: [relapse, infections]}
strata: {age: {by: {age: [35 y]}, outcomes: [relapse]}}
trajectories: {markers: [anc], every: 1 mo, points: true}
records: {patients: 100}
END
    printf '%s\n' "${@:3}"
}
same() { # same A B: by engraft and by HDF5's own tool, where there is one
    "$ENGRAFT" diff "$1" "$2" || return 1
    [ -z "$(command -v h5diff)" ] || h5diff --exclude-path /provenance "$1" "$2"
}
grows() { # grows WHAT RANKS OPTION NUMBER BLOCKS SMALL LARGE [LINE...]: the studies by patients and design, as "40 {...}"
    local what=$1 ranks=$2 option=$3 number=$4 blocks=$5
    study "${6%% *}" "${6#* }" "${@:8}" >small.yaml
    study "${7%% *}" "${7#* }" "${@:8}" >large.yaml
    rm -rf ./*.h5
    ok "$what: small" run 1 small.yaml -o small.h5
    ok "$what: afresh" run 1 large.yaml -o large.h5
    ok "$what: extended" says "reuses all of it, $blocks blocks? of" 0 extend "$ranks" small.h5 -o extended.h5 "$option" "$number"
    ok "$what: equal" same large.h5 extended.h5
}

# --- points and patients (texts and points of all designs: test_grow.c) ------------------------------------------------
grows "halton" 1 --points 4 2 "40 {halton: {points: 3}}" "40 {halton: {points: 4}}" \
    "correlation: [{pair: [thymus.export_at_20y, clone.fitness_after_conditioning], spearman: 0.5}]"
grows "saltelli" 3 --points 12 2 "20 {saltelli: {base: 2}}" "20 {saltelli: {base: 3}}"
grows "morris, common patients" 1 --points 9 2 "20 {morris: {trajectories: 2}}" "20 {morris: {trajectories: 3}}"
grows "lhs" 2 --points 6 2 "40 {lhs: {points: 3}}" "40 {lhs: {points: 6, copies: 2}}"
grows "patients of a grid" 1 --patients 90 8 "70 {grid: {levels: 2}}" "90 {grid: {levels: 2}}" # records come in another order

# --- twice, killed between, on other ranks ---------------------------------------------------------------------------
study 70 "{sobol: {points: 3}}" >small.yaml
points=$(($(courses_for 4 1 small.yaml) / 400)) # long enough to be stopped
points=$((points < 24 ? 24 : points > 400 ? 400 : points))
study 200 "{sobol: {points: $points}}" >large.yaml
rm -f ./*.h5
ok "small" run 1 small.yaml -o small.h5
ok "afresh" run 2 large.yaml -o large.h5
ok "first more patients" extend 1 small.h5 -o middle.h5 --patients 200
cp middle.h5 kept.h5
ok "stopped by a deadline" stopped_by_deadline end.h5 extend 2 middle.h5 -o end.h5 --points "$points"
ok "status knows it" says "^saved .* of .* courses" 0 "$ENGRAFT" status end.h5
ok "what is saved can be seen" says "added to a result of 3 points x 200 patients" 0 "$ENGRAFT" show --partial end.h5
ok "its saved work is no run's" says "begun from another result" 73 run 1 large.yaml -o end.h5
ok "nor that of a run the extension's" stopped_by_deadline fresh.h5 run 1 large.yaml -o fresh.h5
ok "nor that of a run the extension's: refused" says "begun from another result" 73 extend 1 middle.h5 -o fresh.h5 --points "$points"
ok "a run goes on with its own" run 2 large.yaml -o fresh.h5
ok "goes on" says "goes on: " 0 extend 3 middle.h5 -o end.h5 --points "$points"
ok "equal" same large.h5 end.h5
$MPIEXEC -n 2 "$ENGRAFT" extend --progress none middle.h5 -o killed.h5 --points "$points" >killed.log 2>&1 &
launcher=$!
ok "something is saved before the kill" wait_saved killed.h5
kill -KILL "$launcher"
wait "$launcher" 2>/dev/null
ok "after a kill, on one rank" extend 1 middle.h5 -o killed.h5 --points "$points"
ok "after a kill: equal" same large.h5 killed.h5
ok "already there" says "complete already" 0 extend 1 middle.h5 -o killed.h5 --points "$points"
ok "attempts of both are told" "$PYTHON" -c "
import h5py
text = h5py.File('end.h5')['/provenance/attempts'][()].decode()
assert text.startswith('extends middle.h5, 3 points x 200 patients\nextends small.h5, 3 points x 70 patients\nattempt 1 started'), text
assert text.count('finished') == 3, text"
ok "the study in it is a study of the larger size" says "complete already" 0 run 1 large.yaml -o end.h5
ok "what was extended is as it was" cmp middle.h5 kept.h5
ok "nothing is left" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

# --- what cannot be extended says why --------------------------------------------------------------------------------
study 20 "{grid: {levels: 2}}" >grid.yaml
study 20 "{saltelli: {base: 2}}" >rows.yaml
study 20 "{lhs: {points: 4}}" >lhs.yaml
sed '/^parameters/d; /^design/d' grid.yaml >nominal.yaml
for one in grid rows lhs nominal; do
    ok "$one" run 1 $one.yaml -o $one.h5
done
ok "a grid" says "'grid' design cannot be extended: every level would move; --patients adds" 64 extend 1 grid.h5 -o x.h5 --points 9
ok "one nominal point" says "no design but one point.*--patients" 64 extend 1 nominal.h5 -o x.h5 --points 9
ok "half a row" says "grows by whole rows of 4 points: 12 or 16" 64 extend 1 rows.h5 -o x.h5 --points 14
ok "half a copy" says "grows by whole copies of 4 points: 8 or 12" 64 extend 1 lhs.h5 -o x.h5 --points 6
ok "no more points" says "the result has 8 already" 64 extend 1 rows.h5 -o x.h5 --points 8
ok "fewer patients" says "the result has 20 already" 64 extend 2 rows.h5 -o x.h5 --patients 19
ok "both" says "either --points N or --patients N" 64 "$ENGRAFT" extend rows.h5 -o x.h5 --points 12 --patients 30
ok "neither" says "either --points N or --patients N" 64 "$ENGRAFT" extend rows.h5 -o x.h5
ok "no -o" says "-o LARGER.h5" 64 "$ENGRAFT" extend rows.h5 --points 12
ok "no number" says "--points" 64 "$ENGRAFT" extend rows.h5 -o x.h5 --points many
ok "too many courses" says "whole number from 1 to" 65 extend 1 rows.h5 -o x.h5 --patients 1000000000000000
ok "into itself" says "other numbers of points, patients or records" 73 extend 1 rows.h5 -o rows.h5 --points 12
ok "no result" says "rows.yaml" 66 extend 1 rows.yaml -o x.h5 --points 12
ok "a shard" run 1 rows.yaml -o shard.h5 --shard 1/2
ok "a shard is refused" says "is a shard: extend the result that engraft merge makes" 66 extend 1 shard.h5 -o x.h5 --points 12
size=$(stat -c %s rows.h5)
for part in 30 90; do # a changed byte: refused by name, or of no consequence
    cp rows.h5 damaged.h5
    printf '\x5a\xa5\x5a\xa5' | dd of=damaged.h5 bs=1 seek=$((size * part / 100)) conv=notrunc status=none
    rm -f x.h5
    if extend 1 damaged.h5 -o x.h5 --patients 30 >said 2>&1; then
        [ -e y.h5 ] || extend 1 rows.h5 -o y.h5 --patients 30 >said 2>&1
        ok "damage at $part % is of no consequence" "$ENGRAFT" diff x.h5 y.h5
    else
        ok "damage at $part % is told with the name" grep -q damaged.h5 said
    fi
done
ok "nothing half written" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
