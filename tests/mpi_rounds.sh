#!/bin/bash
# A study with `precision` adds patients in rounds: the same patients at the same points from any number of ranks and after any stop or kill, and no more than it
# needs; shards refuse it by name.
# long: many runs
set -u
. "$SOURCE/tests/testlib.sh"

study() { # study POINTS PRECISION
    cat <<END
study: looks
seed: 7
horizon: 6 mo
cohort: {disease: ms, patients: 100}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy: [{at: -5 d, condition: cy200}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
parameters: {trigger.rate: {uniform: [0, 12]}, clone.fitness_after_conditioning: prior}
design: {sobol: {points: $1}}
outcomes: [relapse, death, infections, {edss: {at: [3 mo]}}]
precision: {$2}
records: {patients: 600}
END
}
run() { # run RANKS ARGUMENTS...
    if [ "$1" -eq 1 ]; then
        "$ENGRAFT" run --progress none "${@:2}"
    else
        $MPIEXEC -n "$1" "$ENGRAFT" run --progress none "${@:2}"
    fi
}
study 4 "outcome: relapse, at: 4 mo, half_width: 0.05, max_patients: 1500, scope: point" >points.yaml
study 3 "outcome: relapse, at: 4 mo, half_width: 0.03, max_patients: 20000" >whole.yaml
study 2 "outcome: infections, half_width: 0.05, max_patients: 3000, scope: point" >mean.yaml

# --- any ranks, any history --------------------------------------------------------------------------------------------
ok "one rank" says "^engraft: round 4: 1500 patients" 0 run 1 points.yaml -o points.h5
ok "three ranks" run 3 points.yaml -o three.h5
ok "equal" "$ENGRAFT" diff points.h5 three.h5
points=$(($(courses_for 4 2 points.yaml) / 4096)) # long enough to be stopped, wherever it runs: 2 protocols x 2048 patients a point
points=$((points < 16 ? 16 : points > 256 ? 256 : points))
sed "s/points: 4/points: $points/; s/0.05,/0.03,/; s/1500/2048/" points.yaml >long.yaml
ok "a longer one" run 2 long.yaml -o long.h5
ok "stopped by a deadline" stopped_by_deadline stopped.h5 run 2 long.yaml -o stopped.h5
ok "what is saved can be seen" says "^PARTIAL: " 0 "$ENGRAFT" show --partial stopped.h5
ok "goes on on other ranks" says "goes on: " 0 run 1 long.yaml -o stopped.h5
ok "equal after a stop" "$ENGRAFT" diff long.h5 stopped.h5
$MPIEXEC -n 2 "$ENGRAFT" run --progress none long.yaml -o killed.h5 >killed.log 2>&1 &
launcher=$!
for _ in $(seq 1200); do # until a round has been closed
    [ ! -s killed.h5.work/rounds ] || break
    kill -0 "$launcher" 2>/dev/null || break
    sleep 0.02
done
kill -KILL "$launcher"
wait "$launcher" 2>/dev/null
[ ! -s killed.h5.work/rounds ] || cp killed.h5.work/rounds kept
ok "a round was closed before the kill" test -s kept
ok "goes on after a kill" run 1 long.yaml -o killed.h5
ok "equal after a kill" "$ENGRAFT" diff long.h5 killed.h5
ok "nothing is left" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"
mkdir stale.h5.work # rounds that another study closed, or that are damaged, are none
printf 'engrnds\nnonsense' >stale.h5.work/rounds
ok "a damaged file of rounds" run 1 points.yaml -o stale.h5
ok "means nothing" "$ENGRAFT" diff points.h5 stale.h5

# --- what was added is what was needed ----------------------------------------------------------------------------------
ok "the study as a whole" run 1 whole.yaml -o whole.h5
ok "a mean" run 1 mean.yaml -o mean.h5
ok "numbers in the files" "$PYTHON" - <<'END'
import h5py, numpy as np
from scipy.special import gammaln
from scipy.optimize import brentq

def robbins(s, n):  # the interval of docs/STATISTICS.md by its definition
    f = lambda p: gammaln(n + 1) - gammaln(s + 1) - gammaln(n - s + 1) + s * np.log(p) + (n - s) * np.log1p(-p) - np.log(0.05 / (n + 1))
    low = brentq(f, 1e-12, s / n) if s > 0 else 0.0
    high = brentq(f, s / n, 1 - 1e-12) if s < n else 1.0
    return low, high
def half(s, n):
    low, high = robbins(s, n)
    return (high - low) / 2

f = h5py.File("points.h5")
n = f["/outcomes/relapse/n"][:]
k = int(np.argmin(abs(f["/landmark"][:] - 4 * 30.4375)))
count = f["/outcomes/relapse/event_count"][:, :, k]
widest = np.array([max(half(count[p, a], n[p, a]) for a in range(2)) for p in range(4)])
rounds = f["/rounds"]
assert (n == n[:, :1]).all() and set(n[:, 0]) <= {256, 512, 1024, 1500}, n
assert len(set(n[:, 0])) > 1, "points are to differ"
assert ((widest <= 0.05) | (n[:, 0] == 1500)).all(), widest
assert rounds["precise"][:].sum() == (widest <= 0.05).sum()
assert abs(rounds["half_width"][-1] - widest[n[:, 0] == rounds["patients"][-1]].max()) < 1e-9
assert (rounds["points"][:] == [(n[:, 0] >= r).sum() for r in rounds["patients"][:]]).all()
assert (f["/records/patient"][:] < 256).all() and len(f["/records/patient"]) == 600

f = h5py.File("whole.h5")
n = f["/outcomes/relapse/n"][:]
assert (n == n[0, 0]).all()
count = f["/outcomes/relapse/event_count"][:, :, int(np.argmin(abs(f["/landmark"][:] - 4 * 30.4375)))].sum(0)
assert max(half(c, n[:, 0].sum()) for c in count) <= 0.03
assert f["/rounds/half_width"][-2] > 0.03, "the look before was not enough"

f = h5py.File("mean.h5")
g = f["/outcomes/infections"]
n, total = g["n"][:].astype(float), g["sum"][:].astype(float)
squares = g["sum_sq_low"][:] + 2.0 ** 22 * g["sum_sq_high"][:]
step = g.attrs["step"]
variance = step ** 2 * (squares - total ** 2 / n) / (n - 1)
rho = (-2 * np.log(0.05) + np.log(1 - 2 * np.log(0.05))) / 1024
width = np.sqrt(variance * (n * rho + 1) / (n ** 2 * rho) * np.log((n * rho + 1) / 0.05 ** 2)).max(1)
assert ((width <= 0.05) | (n[:, 0] == 3000)).all() and abs(f["/rounds/half_width"][-1] - width[n[:, 0] == n.max()].max()) < 1e-9, width
END
# --- quantiles and differences, as a whole and by point -----------------------------------------------------------------
study 1 "outcome: relapse, at: 4 mo, difference_from: dmt, half_width: 0.08, max_patients: 5000" >difference.yaml
study 3 "outcome: anc_recovery, quantile: 0.5, half_width: 1 d, max_patients: 3000" | sed 's/death,/death, anc_recovery,/' >median.yaml
study 3 "outcome: relapse, quantile: 0.1, half_width: 20 d, max_patients: 2000, scope: point" |
    sed 's/\[relapse,/[{relapse: {at: [10 d, 20 d, 30 d, 40 d, 50 d]}},/' >days.yaml
study 2 "outcome: edss, at: 3 mo, quantile: 0.5, half_width: 0.2, max_patients: 1000, scope: point" |
    sed 's/\[3 mo\]/[3 mo], histogram: 64/' >scores.yaml
for name in difference median days scores; do
    ok "$name" run 1 $name.yaml -o $name.h5
    ok "$name on three ranks" run 3 $name.yaml -o $name.three.h5
    ok "$name: equal" "$ENGRAFT" diff $name.h5 $name.three.h5
done
ok "what stopped them" "$PYTHON" - <<'END'
import h5py, numpy as np
from scipy.special import gammaln, xlogy
from scipy.stats import binom
from scipy.optimize import brentq, minimize_scalar

def ranks(n, level):  # numbers of values below the quantile that are likely enough
    s = np.arange(n + 1)
    return s[binom.pmf(s, n, level) > 0.05 / (n + 1)][[0, -1]]
def difference(a, b, n):  # most likely shares at each difference, by search
    c = n - a - b
    least = np.log(0.05) + np.log(2) + gammaln(a + 1) + gammaln(b + 1) + gammaln(c + 1) - gammaln(n + 3)
    def best(d):
        top = lambda q: -(xlogy(a, q + d) + xlogy(b, q) + xlogy(c, 1 - 2 * q - d))
        return -minimize_scalar(top, bounds=(max(0, -d), (1 - d) / 2), method="bounded", options={"xatol": 1e-12}).fun
    middle = (a - b) / n
    return brentq(lambda d: best(d) - least, -0.999, middle), brentq(lambda d: best(d) - least, middle, 0.999)

f = h5py.File("difference.h5")
k = int(np.argmin(abs(f["/landmark"][:] - 4 * 30.4375)))
pair = f["/paired/relapse"]
a, b = (int(pair[name][0, 1, k]) for name in ("losses", "gains"))
n = int(pair["n"][0, 1])
low, high = difference(a, b, n)
assert np.isnan(f["/rounds/low"][0]), "the reference differs from nobody"
assert abs(f["/rounds/low"][1] - low) < 1e-6 and abs(f["/rounds/high"][1] - high) < 1e-6
assert abs(f["/rounds/half_width"][-1] - (high - low) / 2) < 1e-6 and (high - low) / 2 <= 0.08 < f["/rounds/half_width"][-2]
c = f["/summary/contrasts"]
row = [i for i in range(len(c["at"])) if c["outcome"].asstr()[i] == "relapse" and c["kind"].asstr()[i] == "probability" and abs(c["at"][i] - 121.75) < 1]
assert len(row) == 1 and c["low"][row[0]] == f["/rounds/low"][1] and c["high"][row[0]] == f["/rounds/high"][1]
assert "confidence sequence" in c["estimator"].asstr()[row[0]]
assert sum("confidence sequence" in text for text in list(c["estimator"].asstr()[:]) + list(f["/summary/estimates/estimator"].asstr()[:])) == 1

f = h5py.File("median.h5")
days = f["/outcomes/anc_recovery/events_by_day"][:]
low, high = np.full(2, np.nan), np.full(2, np.nan)
for p in range(2):
    n = int(days[p].sum())
    if n == 0:
        continue
    first, last = ranks(n, 0.5)
    below = np.append(np.cumsum(days[p, :-1, 0]), 10 ** 9)
    low[p], high[p] = np.searchsorted(below, first), np.searchsorted(below, last + 1)
assert np.isnan(low[0]) and low[1] == f["/rounds/low"][1] and high[1] == f["/rounds/high"][1], (low, high, f["/rounds/low"][:])
assert (high[1] - low[1]) / 2 <= 1 and len(f["/rounds/half_width"]) == 1, "a protocol without it is not waited for"
assert "confidence sequence" not in " ".join(f["/summary/estimates/estimator"].asstr()[:]), "rows over points are about other points too"

f = h5py.File("days.h5")
marks, n = f["/landmark"][:], f["/outcomes/relapse/n"][:]
count, widest = f["/outcomes/relapse/event_count"][:], np.zeros(3)
for point in range(3):
    for p in range(2):
        first, last = ranks(int(n[point, p]), 0.1)
        low = max([0.0] + [m for m, e in zip(marks, count[point, p]) if e < first])
        high = min([marks[-1]] + [m for m, e in zip(marks, count[point, p]) if e > last])
        widest[point] = max(widest[point], (high - low) / 2)
assert ((widest <= 20) | (n[:, 0] == 2000)).all() and f["/rounds/precise"][:].sum() == (widest <= 20).sum(), (widest, n)
assert "low" not in f["/rounds"], "there is no one interval of points that stopped apart"

f = h5py.File("scores.h5")
cells, n = f["/outcomes/edss/point_histogram"][:].reshape(2, 2, 64), f["/outcomes/edss/n"][:].reshape(2, 2)
widest = np.zeros(2)
for point in range(2):
    for p in range(2):
        first, last = ranks(int(cells[point, p].sum()), 0.5)
        below = np.cumsum(cells[point, p])
        widest[point] = max(widest[point], (np.searchsorted(below, last + 1) + 1 - np.searchsorted(below, first)) * 10 / 64 / 2)
assert ((widest <= 0.2) | (n[:, 0] > 512)).all(), (widest, n) # some of 1000 die before
assert abs(f["/rounds/half_width"][-1] - widest[n[:, 0] == n.max()].max()) < 1e-9, widest
END
ok "show names it" says "^Precision: relapse at 121.75 d, difference from dmt, 95 % confidence sequence, which holds at all looks: cy -" 0 "$ENGRAFT" show difference.h5
ok "and the others" says "^Intervals not called confidence sequence are for numbers of patients fixed in advance" 0 "$ENGRAFT" compare difference.h5
ok "show tells it" says "^Precision: relapse to 0.05 to each side asked for, reached at" 0 "$ENGRAFT" show points.h5
ok "and what tables over points are" says "each counts by its patients" 0 "$ENGRAFT" show points.h5
ok "status tells it" says "^Precision: relapse" 0 "$ENGRAFT" status points.h5
ok "check tells the looks" says "looks at relapse at each point after 256 patients and 3 more times" 0 "$ENGRAFT" check points.yaml

# --- refusals --------------------------------------------------------------------------------------------------------
ok "a shard" says "--shard: 'precision' looks at the courses of all shards" 64 run 1 points.yaml -o x.h5 --shard 1/2
ok "an extension" says "adds patients by itself until it is as precise" 64 "$ENGRAFT" extend points.h5 -o x.h5 --patients 3000
sed 's/0.05,/0.04,/' points.yaml >finer.yaml
ok "another precision is another extent" says "other numbers of points, patients or records" 73 run 1 finer.yaml -o points.h5
ok "nothing half written" test -z "$(ls -d ./*.work ./*.part 2>/dev/null)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
