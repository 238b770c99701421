#!/bin/bash
# Contrasts between any two protocols of one result: exact from sums of all pairs, else from batches; tables of strata; families in all combinations.
set -u
. "$SOURCE/tests/testlib.sh"

study() { # study NAME REFERENCE MORE...
    local name=$1 reference=$2
    shift 2
    cat <<END
study: pairs
seed: 31
horizon: 1 y
cohort: {disease: ms, patients: 160}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  ifn: [{at: 0 d, drug: ifn_ga}]
  none: []
parameters: {trigger.rate: {uniform: [6, 12], unit: 1/y}}
design: {monte_carlo: {points: 3}}
outcomes: [relapse, {efs: {at: [100 d]}}, infections, anc_recovery, {edss: {at: [100 d, 1 y]}}]
compare: {reference: $reference}
records: 480
$(printf '%s\n' "$@")
END
}
study all 'dmt, all_pairs: true' >all.yaml
study other 'none' >other.yaml
study parts 'dmt' 'batches: {}' 'strata: {age: {by: {age: [30 y, 40 y]}, outcomes: [relapse, edss]}}' >parts.yaml

run() { "$ENGRAFT" run --progress none "$@"; }
ok "all pairs, on one rank" run all.yaml -o all.h5
ok "on three ranks" $MPIEXEC -n 3 "$ENGRAFT" run --progress none all.yaml -o three.h5
ok "the same" "$ENGRAFT" diff all.h5 three.h5
for k in 1 2; do ok "shard $k" run all.yaml --shard $k/2 -o shard$k.h5; done
ok "merge" "$ENGRAFT" merge shard1.h5 shard2.h5 -o merged.h5
ok "merged: the same" "$ENGRAFT" diff all.h5 merged.h5
ok "another reference" run other.yaml -o other.h5
ok "parts" run parts.yaml -o parts.h5
for outcome in "" "--outcome relapse" "--outcome edss"; do
    # shellcheck disable=SC2086
    "$ENGRAFT" compare all.h5 --reference none $outcome >got
    # shellcheck disable=SC2086
    "$ENGRAFT" compare other.h5 $outcome >want
    ok "as a study with that reference $outcome" cmp got want
done
ok "it has rows" grep -q "^edss, mean at 1 y " got
ok "its own reference" says '^ifn against dmt' 0 "$ENGRAFT" compare all.h5 --reference dmt
ok "no pairs, no batches" says "all_pairs: true" 64 "$ENGRAFT" compare other.h5 --reference dmt
ok "no such protocol" says "did you mean 'dmt'" 64 "$ENGRAFT" compare all.h5 --reference dmtt
ok "no such strata" says "it has batches, age" 64 "$ENGRAFT" compare parts.h5 --stratum sex
ok "strata and a reference" says "goes without --reference" 64 "$ENGRAFT" compare parts.h5 --stratum age --reference none
ok "strata and a point" says "neither --point" 64 "$ENGRAFT" show parts.h5 --stratum age --point 1
"$ENGRAFT" compare parts.h5 --reference none >batches
"$ENGRAFT" show parts.h5 --stratum age >strata
"$ENGRAFT" compare parts.h5 --stratum age --outcome relapse >against

cat >look.py <<'END'
import h5py, numpy as np, re
file = h5py.File("parts.h5")
def text(path): return [x.decode() for x in file[path][()]]
record = {name: column[()] for name, column in file["records"].items()}
protocols = text("protocol")
assert protocols == ["dmt", "ifn", "none"]
# strata: shares of single courses
who = [record["age"] < 30, (record["age"] >= 30) & (record["age"] < 40), record["age"] >= 40]
blocks = open("strata").read().split("== ")[1:]
assert len(blocks) == 3
for chosen, block in zip(who, blocks):
    means = [float(x) for x in re.findall(r"(-?[\d.]+) \(", re.search(r"^edss, mean at 1 y(.*)$", block, re.M)[1])]
    own = [np.nanmean(record["edss_d365.25"][chosen][:, p]) for p in range(3)]
    assert np.allclose(means, own, atol=6e-3), (means, own)
pairs = re.findall(r"^relapse at 28 d .* (\d+) / (\d+) ", open("against").read(), re.M)
assert len(pairs) == 6, pairs
happened = record["relapse"] <= 28 * 16 # ticks
want = [(int((~happened[c][:, p] & happened[c][:, 0]).sum()), int((happened[c][:, p] & ~happened[c][:, 0]).sum())) for c in who for p in (1, 2)]
assert [tuple(map(int, pair)) for pair in pairs] == want, (pairs, want)
# batches: difference, and its spread between sixteenths of the patients
infections = record["infections"]
batch = record["patient"] % 16
mean = np.array([[infections[batch == b][:, p].mean() for p in range(3)] for b in range(16)])
for p, name in ((0, "dmt"), (1, "ifn")):
    value = infections[:, p].mean() - infections[:, 2].mean()
    half = 2.131449546 * np.std(mean[:, p] - mean[:, 2], ddof=1) / 4
    line = re.search(rf"^{name} against none.*?^infections, mean +(.*?)$", open("batches").read(), re.M | re.S)[1]
    got = [float(x) for x in re.match(r"([-+\d.]+) \((-?[\d.]+) to (-?[\d.]+)\)", line).groups()]
    assert np.allclose(got, [value, value - half, value + half], atol=6e-4), (got, value, half)
assert "batched differences" in open("batches").read()
END
ok "strata and batches are what single courses say" "$PYTHON" look.py

cat >crossed.yaml <<'END'
study: crossed
seed: 3
horizon: 100 d
cohort: {disease: ms, patients: 20}
protocols:
  atg:
    vary: {cross: {dose: [4.5, 6], purity: [0, 2, 4]}}
    actions: [{at: -5 d, condition: cy200}, {at: -5 d, atg: ratg, dose: $dose mg/kg}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg, select: $purity log10}]
outcomes: [infections, {cd4: {at: [100 d]}}]
END
sed 's/cross: {dose: .*}}/dose: [4.5, 4.5, 4.5, 6, 6, 6], purity: [0, 2, 4, 0, 2, 4]}/' crossed.yaml >zipped.yaml
ok "crossed" run crossed.yaml -o crossed.h5
ok "zipped" run zipped.yaml -o zipped.h5
ok "all combinations, the last variable fastest" "$ENGRAFT" diff crossed.h5 zipped.h5
ok "members by their values" says '^  atg\[5\]: dose 6, purity 4' 0 "$ENGRAFT" show crossed.h5
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
