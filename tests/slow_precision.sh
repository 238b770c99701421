#!/bin/bash
# Single precision in the step loop changes nothing that matters: the reference study with pools in float and in double,
# the same patients and draws, over its five years and, since errors of hazards and counts add up, over ten.
set -u
failed=0
cd "$TMPDIR" || exit 70

give_up() {
    echo "$*"
    echo "0 passed, 1 failed"
    exit 1
}
study() { # study PATIENTS HORIZON: the reference study with records of all patients
    sed -e "s/^  patients: .*/  patients: $1/" -e "s/^horizon: .*/horizon: $2/" -e '/^outcomes:/,$d' \
        "$SOURCE/jobs/studies/yardstick.yaml"
    cat <<EOF
outcomes: [relapse, progression, death, anc_recovery, plt_recovery, cd4_200, infections, febrile, relapses, arr, e1y_ratio,
  clones_left, {edss: {at: [1 y, 2 y, 1826 d]}}, {cd4: {at: [100 d, 1 y, 2 y]}}, {naive_cd4_share: {at: [1 y, 2 y]}}]
compare: {reference: dmt}
records: {patients: $1}
EOF
}
study 16384 "1826 d" >five.yaml
study 8192 "10 y" >ten.yaml

build() { # build REAL: leaves the command as ./REAL
    local out=$TMPDIR/$1.build/release
    [ "$1" = float ] || out=$out-$1
    make -C "$SOURCE" -s -j2 --no-print-directory BUILD="$TMPDIR/$1.build" CONFIG=release REAL="$1" MPICC="$MPICC" CFLAGS= \
        "$out/engraft" >made 2>&1 || { cat made; return 1; }
    cp "$out/engraft" "$1" && rm -r "${TMPDIR:?}/$1.build"
}
for real in float double; do
    if [ "$CONFIG-$REAL" = "release-$real" ]; then
        cp "$ENGRAFT" $real
    else
        build $real || give_up "$real does not build"
    fi
    for years in five ten; do
        $MPIEXEC -n 2 ./$real run --progress none $years.yaml -o $years-$real.h5 >said 2>&1 ||
            give_up "$real does not run: $(cat said)"
    done
done
./float diff five-float.h5 five-double.h5 >/dev/null 2>&1
[ $? -eq 1 ] || give_up "float and double give the same file: one of them is not what it is called"

"$PYTHON" - five ten <<'EOF' || failed=1
import sys

import h5py
import numpy as np

FLAGS = ("relapse", "progression", "death")
NUMBERS = ("infections", "febrile", "relapses", "arr", "e1y_ratio", "clones_left")
DAYS = ("anc_recovery", "plt_recovery", "cd4_200")
FEWER_THAN, WITHIN_SD = 1e-3, 0.02
TICKS = 16
passed = failed = 0


def check(condition, what):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    if not condition:
        print("failed:", what)


for years in sys.argv[1:]:
    a, b = (h5py.File(f"{years}-{real}.h5") for real in ("float", "double"))
    names = [name.decode() if isinstance(name, bytes) else name for name in a["protocol"][:]]
    x, y = a["records"], b["records"]
    patients = len(x["patient"])
    check(patients >= 4096 and np.array_equal(x["patient"][:], y["patient"][:]), "the same patients, and enough")
    check(np.allclose(x["age"][:], y["age"][:], rtol=1e-6), "the same people")
    check(not x["failure"][:].any() and not y["failure"][:].any(), "no course fails")
    print(f"{years} years, {patients} patients\n| protocol | quantity | float | double | differ |\n|---|---|---|---|---|")
    for p, name in enumerate(names):
        for flag in FLAGS:
            u, v = (records[flag + "_cause"][:, p] == 1 for records in (x, y))
            share = np.mean(u != v)
            print(f"| {name} | {flag} | {100 * u.mean():.2f} % | {100 * v.mean():.2f} % | {int((u != v).sum())} |")
            check(0 < u.sum() < patients, f"{years} {name} {flag} has both")
            check(share < FEWER_THAN, f"{years} {name} {flag}: {share:.2g} of the patients differ")
        for column in NUMBERS + DAYS + tuple(c for c in x if c.startswith(("edss_d", "cd4_d", "naive_cd4_share_d"))):
            u, v = (np.asarray(records[column][:, p], dtype=float) for records in (x, y))
            if column in DAYS:
                u, v = (np.where(records[column + "_cause"][:, p] == 1, w / TICKS, np.nan) for records, w in ((x, u), (y, v)))
            both = np.isfinite(u) & np.isfinite(v)
            check(np.mean(np.isfinite(u) != np.isfinite(v)) < FEWER_THAN, f"{years} {name} {column}: found in one only")
            if both.sum() < 100:
                continue
            u, v = u[both], v[both]
            sd, difference = v.std(), u.mean() - v.mean()
            # what hardly differs between patients: its own rounding is the measure
            scale = max(sd, 1e-5 * abs(v.mean()), 1e-30)
            print(f"| {name} | {column} | {u.mean():.6g} | {v.mean():.6g} | {difference / scale:+.1e} SD |")
            check(abs(difference) <= WITHIN_SD * scale, f"{years} {name} {column}: {difference / scale:+.4f} SD")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
EOF
exit $failed
