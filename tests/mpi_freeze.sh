#!/bin/bash
# freeze: from a study to indices.  Held chance, the same courses from any number of ranks, indices of channels that are factors.
set -u
. "$SOURCE/tests/testlib.sh"

study() { # study NAME FREEZE MORE...
    local name=$1 freeze=$2
    shift 2
    cat <<END
study: $name
seed: 12
horizon: 1 y
weight: lean
cohort: {disease: ms, patients: 6}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}, {when: relapse, drug: natalizumab, for: 1 y}]
  cy_atg: [{at: -5 d, condition: cy200}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
freeze: $freeze
outcomes: [relapse, arr, {edss: {at: [1 y]}}, {anc: {at: [20 d]}}]
compare: {reference: dmt}
records: 100
$(printf '%s\n' "$@")
END
}
all=$("$ENGRAFT" list channels | awk 'NR > 1 && $1 !~ /^(design|network|thymus|thymus_clone)$/ { printf "%s%s", sep, $1; sep = ", " }')
factors='{hold: [visits], as_factor: [patients, triggers, clones, collection, others]}'
study held "[$all]" >held.yaml
study free '[visits]' >free.yaml
study luck "$factors" 'design: {saltelli: {base: 20}}' >luck.yaml

run() { "$ENGRAFT" run --progress none "$@"; }
ok "all held" run held.yaml -o held.h5
ok "one held" run free.yaml -o free.h5
for n in 1 3; do ok "luck on $n" $MPIEXEC -n $n "$ENGRAFT" run --progress none luck.yaml -o luck$n.h5; done
ok "three ranks: the same" "$ENGRAFT" diff luck1.h5 luck3.h5
for k in 1 2; do ok "shard $k" run luck.yaml --shard $k/2 -o shard$k.h5; done
ok "merge" "$ENGRAFT" merge shard1.h5 shard2.h5 -o merged.h5
ok "merged: the same" "$ENGRAFT" diff luck1.h5 merged.h5
ok "a course of it" "$ENGRAFT" trace luck.yaml --point 9 --protocol cy_atg --patient 3 -o trace.csv

cat >look.py <<'END'
import h5py, numpy as np
held, free, luck = (h5py.File(name + ".h5") for name in ("held", "free", "luck1"))
def varies(file):
    out = set()
    file["records"].visititems(lambda name, data: out.add(name) if isinstance(data, h5py.Dataset) and name not in ("point", "patient")
                               and any(len({x.tobytes() for x in np.atleast_1d(row)}) > 1 for row in data[()].reshape(len(data), -1).T) else None)
    return out
assert varies(held) == set(), varies(held)      # everybody lives the same life
assert {"age"} < varies(free), varies(free)
squares = held["outcomes/edss/sum_sq_low"][()] + (held["outcomes/edss/sum_sq_high"][()] << 22) # no variance: n sum x^2 = (sum x)^2
n, total = held["outcomes/edss/n"][()], held["outcomes/edss/sum"][()]
assert (n * squares == total.astype(object) ** 2).all()
names = [x.decode() for x in luck["parameter"][()]]
assert names == ["patients", "triggers", "clones", "collection", "others"], names
assert luck["design/across_points"][()].decode() == "common"
# a point that differs in the copy of `collection` alone from A is A under the protocol that collects nothing
relapses = luck["outcomes/arr/sum"][()].reshape(20, 7, 2)
assert (relapses[:, 0, 0] == relapses[:, 4, 0]).all()
assert not (relapses[:, 0, 0] == relapses[:, 2, 0]).all()
END
ok "what the files hold" "$PYTHON" look.py
ok "trace tells the factor" grep -q '^# ' trace.csv
ok "indices" says '^patients +[0-9]' 0 "$ENGRAFT" sensitivity luck1.h5 --outcome arr
ok "of collection: none" says '^collection +-?0\.[0-9]+ .* 0\.000 \(0\.000 to 0\.000\)' 0 "$ENGRAFT" sensitivity luck1.h5 --outcome arr --protocol dmt
ok "what they are of" says 'variance that chance in each' 0 "$ENGRAFT" sensitivity luck1.h5
study refused "$factors" 'design: {saltelli: {base: 20}}' | sed 's/patients: 6/patients: 6, across_points: independent/' >refused.yaml
ok "refused: patients that differ" says "need 'across_points: common'" 65 "$ENGRAFT" check refused.yaml
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
