#!/bin/bash
# engraft trace gives exactly the sweep's courses: ten patients under each protocol against /records, all digits.  What stands where its -o
# points is never replaced.
set -u
. "$SOURCE/tests/testlib.sh"
cat >study.yaml <<'EOF'
study: trace
seed: 5
horizon: 1 y
cohort: {disease: ms, patients: 70}
protocols:
  dmt:
    - {at: 0 d, drug: dmt_standard}
    - {when: relapse, drug: natalizumab}
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
  rescue:
    - {at: 0 d, drug: dmt_standard}
    - {when: relapse, after: 5 d, harvest: pb}
    - {when: relapse, after: 15 d, condition: cy200}
    - {when: relapse, after: 15 d, atg: ratg}
    - {when: relapse, after: 20 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: 3}}
outcomes: [relapse, progression, death, os, anc_recovery, infections, arr, {cd4: {at: [30 d, 1 y]}}, anc]
records: {patients: 210}
EOF
"$ENGRAFT" run --progress none study.yaml -o study.h5 || exit 1

# --- where it is written to ----------------------------------------------------------------------------------------
trace() { # trace [ARGUMENT...]
    "$ENGRAFT" trace study.yaml --protocol cy_atg "$@"
}
linked() { # linked LOG: through a link to what it writes to already, as /dev/stdout is one
    trace -o link >>"$1"
}
trace >whole.csv || exit 1
ok "to a new file" trace -o t.csv
ok "the same" cmp whole.csv t.csv
echo mine >mine.csv
ln -s mine.csv to_mine.csv
ln -s nowhere.csv to_nowhere.csv
for name in mine.csv to_mine.csv study.yaml study.h5; do
    cp -d $name before
    ok "$name stays" says "^engraft: $name: is there already and is not replaced; choose another -o, or remove it\$" 73 trace -o $name
    ok "as it was" cmp $name before
    rm before
done
ok "a link stays one" test -L to_mine.csv
ok "a link that leads nowhere" says '^engraft: to_nowhere.csv: is a link that leads nowhere' 73 trace -o to_nowhere.csv
ok "stays, and nothing is made" test -L to_nowhere.csv -a ! -e nowhere.csv
ok "a folder" says '^engraft: cannot write \.: Is a directory' 73 trace -o .
ok "no folder" says '^engraft: cannot write none/t.csv: No such file' 73 trace -o none/t.csv
: >u.csv.part
ok "one that another writes" says '^engraft: u.csv.part: is there already: somebody writes it now' 73 trace -o u.csv
ok "is left to it" test ! -e u.csv -a -e u.csv.part
rm u.csv.part
"${CC:-gcc}" -std=gnu11 -O1 -Wall -shared -fPIC -o fail_calls.so "$SOURCE/tests/fail_calls.c" -ldl || exit 70
ok "calls are counted" env LD_PRELOAD="$PWD/fail_calls.so" FAIL_PATH=v.csv FAIL_TRACE="$PWD/calls" "$ENGRAFT" trace study.yaml --protocol dmt -o v.csv
number=$(grep -n '^renameat2 ' calls | cut -d: -f1)
rm -f v.csv
ok "a file that appears meanwhile" says '^engraft: v.csv: is there already and is not replaced' 73 env LD_PRELOAD="$PWD/fail_calls.so" FAIL_PATH=v.csv \
    FAIL_AT="${number:-0}" FAIL_HOW=17 "$ENGRAFT" trace study.yaml --protocol dmt -o v.csv
ok "nothing is left" test -z "$(ls ./*.part v.csv 2>/dev/null)"

mkfifo pipe
timeout 20 cat pipe >got.csv &
ok "through a pipe" trace -o pipe
wait $!
ok "all of it" cmp whole.csv got.csv
ok "which stays one" test -p pipe
ok "a pipe of the shell" bash -c '"$0" trace study.yaml --protocol cy_atg -o >(cat >shell.csv); wait $!' "$ENGRAFT"
ok "all of that" cmp whole.csv shell.csv
ln -s /proc/self/fd/1 link
echo before >log.csv
ok "behind what its own output has" linked log.csv
ok "which is kept" cmp <(echo before; cat whole.csv) log.csv
ok "the link too" test -L link

python=$("$PYTHON" - "$ENGRAFT" <<'EOF'
import math, subprocess, sys
import h5py

engraft = sys.argv[1]
passed = failed = 0
file = h5py.File("study.h5", "r")
records = file["records"]
protocols = [p.decode().rstrip("\0") for p in file["protocol"][()]]
assert protocols == ["dmt", "cy_atg", "rescue"], protocols
columns = {name: data[()] for name, data in records.items()}


def same(text, stored):
    if text == "missing":
        return stored == -(2**63) or (isinstance(stored, float) and math.isnan(stored))
    got = float(text)
    return got == float(stored) or (math.isnan(got) and math.isnan(float(stored)))


for row in (0, 1, 2, 63, 64, 69, 70, 139, 140, 209):
    point, patient = divmod(row, 70)
    for j, protocol in enumerate(protocols):
        trace = subprocess.run([engraft, "trace", "study.yaml", "--point", str(point), "--patient", str(patient),
                                "--protocol", protocol], capture_output=True, text=True)
        lines = trace.stdout.splitlines()
        head = [line[2:].split(" = ") for line in lines if line.startswith("# ")]
        table = [line for line in lines if not line.startswith("#")]
        wrong = [] if trace.returncode == 0 else [trace.stderr]
        seen = set()
        for name, value in head:
            if name not in columns:
                continue
            seen.add(name)
            stored = columns[name][row]
            stored = stored[j] if getattr(stored, "ndim", 0) == 1 else stored
            if not same(value.split(" ")[0], stored.item()):
                wrong.append(f"{name}: traced {value}, stored {stored!r}")
        if len(seen) < len(columns):
            wrong.append(f"not traced: {sorted(set(columns) - seen)}")
        days = [float(line.split(",")[0]) for line in table[1:]]
        if len(days) < 20 or days != sorted(set(days)):
            wrong.append(f"days: {days[:5]} ...")
        if len({line.count(",") for line in table}) != 1:
            wrong.append("rows of different lengths")
        if wrong:
            failed += 1
            print(f"failed: point {point} patient {patient} {protocol}:", *wrong[:5], sep="\n    ")
        else:
            passed += 1

for arguments in (["--point", "3"], ["--patient", "70"], ["--protocol", "none"], ["--patient", "-1"], ["--point", "x"]):
    trace = subprocess.run([engraft, "trace", "study.yaml", "--protocol", "dmt", "-o", "t.csv", *arguments], capture_output=True, text=True)
    if trace.returncode == 64 and len(trace.stderr.splitlines()) == 1:
        passed += 1
    else:
        failed += 1
        print("failed:", arguments, trace.returncode, trace.stderr)
print(f"{passed} passed, {failed} failed")
EOF
)
echo "$python" | sed '$d'
read -r more _ bad _ <<<"$(echo "$python" | tail -n 1)"
echo "$((passed + ${more:-0})) passed, $((failed + ${bad:-1})) failed"
[ $((failed + ${bad:-1})) -eq 0 ]
