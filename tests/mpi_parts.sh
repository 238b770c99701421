#!/bin/bash
# Sums of parts of the patients (batches, strata) and of lean studies: parts add up to the whole, are what single courses say, and are the same
# from any number of ranks and from shards; check tells what they weigh.
set -u
. "$SOURCE/tests/testlib.sh"

study() { # study NAME MORE...: a study with these further lines
    local name=$1
    shift
    cat <<END
study: $name
seed: 31
horizon: 1 y
cohort: {disease: ms, patients: 70}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  none: [{at: 0 d, drug: ifn_ga}]
parameters: {thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}}
design: {monte_carlo: {points: 5}}
outcomes: [relapse, {efs: {at: [100 d]}}, infections, {edss: {at: [100 d, 1 y]}}]
$(printf '%s\n' "$@")
END
}
parts='strata: {age: {by: {age: [30 y, 40 y]}, outcomes: [relapse, edss]}, age_edss: {by: {age: [35 y], edss: [3, 4.5]}}}'
study parts 'estimates: [rate]' 'batches: {outcomes: [efs, infections]}' "$parts" >parts.yaml
study whole 'estimates: [rate]' >whole.yaml
study lean 'weight: lean' >lean.yaml
study asked 'weight: lean' 'compare: {reference: none}' 'records: 20' >asked.yaml
study full 'compare: {reference: none}' >full.yaml

run() { "$ENGRAFT" run --progress none "$@"; }
ok "parts on one rank" run parts.yaml -o parts.h5
ok "parts on three ranks" $MPIEXEC -n 3 "$ENGRAFT" run --progress none parts.yaml -o three.h5
ok "the same" "$ENGRAFT" diff parts.h5 three.h5
for k in 1 2; do ok "shard $k" run parts.yaml --shard $k/2 -o shard$k.h5; done
ok "merge" "$ENGRAFT" merge shard1.h5 shard2.h5 -o merged.h5
ok "merged: the same" "$ENGRAFT" diff parts.h5 merged.h5
for name in whole lean asked full; do ok "$name" run $name.yaml -o $name.h5; done

cat >sums.py <<'END'
import h5py, numpy as np
parts, whole = h5py.File("parts.h5"), h5py.File("whole.h5")
seen = 0
def check(name, dataset):
    global seen
    if isinstance(dataset, h5py.Dataset):
        _, split, path = name.split("/", 2)
        assert (dataset[()].sum(axis=2) == whole[path][()]).all(), name
        seen += 1
parts["parts"].visititems(lambda name, dataset: check("parts/" + name, dataset))
assert seen > 80, seen
record = {name: column[()] for name, column in parts["records"].items()}
labels = [text.decode() for text in parts["stratum_age"][()]]
assert labels == ["age below 30 y", "age 30 to 40 y", "age from 40 y"], labels
def count(who, group):
    got = parts[f"/parts/{group}/event_count"][()]
    for point in range(5):
        for part, chosen in enumerate(who):
            mine = chosen & (record["point"] == point)
            outcome = group.rsplit("/", 1)[1]
            for k, day in enumerate(parts["landmark"][()]):
                want = ((record[outcome + "_cause"][mine] == 1) & (record[outcome][mine] <= 16 * day)).sum(axis=0)
                assert (got[point, :, part, k] == want).all(), (group, point, part, day)
age, edss = record["age"], record["edss"]
count([age < 30, (age >= 30) & (age < 40), age >= 40], "age/outcomes/relapse")
count([(old == (age >= 35)) & (edss >= low) & (edss < high) for old in (False, True) for low, high in ((0, 3), (3, 4.5), (4.5, 99))],
      "age_edss/outcomes/efs")
count([record["patient"] % 16 == k for k in range(16)], "batches/outcomes/efs")
END
ok "parts add up and are what courses say" "$PYTHON" sums.py

cat >lean.py <<'END'
import h5py
lean, asked, full = (h5py.File(name + ".h5") for name in ("lean", "asked", "full"))
assert list(lean["landmark"][()]) == [100, 365.25] and "paired" not in lean and "records" not in lean and "contrasts" not in lean["summary"]
assert len(full["landmark"]) > 5 and asked["/records/age"].shape == (20,)
for k, day in enumerate(lean["landmark"][()]):
    there = list(full["landmark"][()]).index(day)
    for path in ("/outcomes/efs/event_count", "/outcomes/relapse/competing_count"):
        assert (lean[path][()][..., k] == full[path][()][..., there]).all(), path
    for path in ("/paired/efs/gains", "/paired/relapse/losses"):
        assert (asked[path][()][..., k] == full[path][()][..., there]).all(), path
for path in ("/outcomes/edss/sum", "/outcomes/efs/sum_sq_low", "/outcomes/relapse/events_by_day", "/outcomes/infections/histogram"):
    assert (lean[path][()] == full[path][()]).all(), path
END
ok "lean sums are some of the full ones" "$PYTHON" lean.py
ok "nothing to compare" says 'lean and has no key .compare' 0 "$ENGRAFT" compare lean.h5
ok "show of a lean study" says '^relapse at 1 y' 0 "$ENGRAFT" show lean.h5
ok "check by level" says '^sums +outcomes .*, pairs with the reference .*, batches .*, strata age .*, strata age_edss .*, over all points .*, records' 0 \
    "$ENGRAFT" check parts.yaml
ok "canonical form reads back" "$PYTHON" -c "
import h5py
open('again.yaml', 'w').write(h5py.File('parts.h5')['/study/canonical'][()].decode())
open('lean2.yaml', 'w').write(h5py.File('lean.h5')['/study/canonical'][()].decode())"
for name in parts:again lean:lean2; do
    ok "${name#*:} runs" run "${name#*:}.yaml" -o "${name#*:}.h5"
    ok "${name#*:} is the same study" "$ENGRAFT" diff "${name%:*}.h5" "${name#*:}.h5"
done

# 45,056 points (Saltelli, base 2048, 20 parameters) x 2 protocols x 30 outcomes
many() { # many WEIGHT
    study many "weight: $1" "compare: {reference: dmt}" | sed -e 's/points: 5/points: 45056/' -e 's/patients: 70/patients: 64/' -e 's/horizon: 1 y/horizon: 5 y/' -e '/^outcomes/d'
    echo 'outcomes: [relapse, progression, death, os, nrm, efs, rfs, pfs, neda3, secondary_malignancy, secondary_autoimmunity,'
    echo '  infections, bacterial_infections, viral_infections, febrile, relapses, arr,'
    echo '  {edss: {at: [5 y]}}, {anc: {at: [1 y]}}, {platelets: {at: [1 y]}}, {hb: {at: [1 y]}}, {cd4: {at: [1 y]}}, {cd8: {at: [1 y]}}, {nk: {at: [1 y]}},'
    echo '  {b: {at: [1 y]}}, {treg: {at: [1 y]}}, {naive_cd4_share: {at: [1 y]}}, {richness: {at: [1 y]}}, {igg: {at: [1 y]}}, {monocytes: {at: [1 y]}}]'
}
many lean >many.yaml
cat >weigh.py <<'END'
import re, sys
said = open("said").read()
number, unit = re.search(r"^result +([0-9.]+) (kB|MB|GB)", said, re.M).groups()
size = float(number) * {"kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
assert size < 200e6, said
END
ok "30 outcomes at 45,056 points" says '^result' 0 "$ENGRAFT" check many.yaml
ok "under 200 MB" "$PYTHON" weigh.py
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
