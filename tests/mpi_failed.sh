#!/bin/bash
# Courses that fail: counted with their reason from any number of ranks, found by one command, traced to the same end, and said
# to be missing wherever an estimate stands.  Two studies: effectors that nothing holds back overflow in some patients, at some points and
# under some protocols only; an entry criterion that no candidate of some patients meets.
set -u
. "$SOURCE/tests/testlib.sh"

cat >overflow.yaml <<'EOS'
study: overflow
seed: 3
horizon: 1 y
cohort: {disease: ms, patients: 90}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
  rescue: [{at: 0 d, drug: dmt_standard}, {when: relapse, drug: natalizumab}]
parameters:
  effector.growth_rate: 3
  effector.death_rate: 0.02
  effector.regulation_rate: {uniform: [0, 1e-4]}
  trigger.rate: {uniform: [0, 20]}
design: {list: [[0, 2], [8e-8, 10], [0, 0.5]]}
outcomes: [relapse, os, anc_recovery, arr, {cd4: {at: [30 d, 1 y]}}]
records: {patients: 270}
max_failures: 0.9
EOS
cat >screened.yaml <<'EOS'
study: screened
seed: 5
horizon: 100 d
cohort: {disease: ms, patients: 70, covariates: {severity: {uniform: [0.5, 2.5]}}, entry: {relapse: {at_least: 3, within: 1 y}}}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  natalizumab: [{at: 0 d, drug: natalizumab}]
parameters: {atg.t_cell_kill_rate: prior}
design: {lhs: {points: 2}}
outcomes: [relapse, os]
records: {patients: 140}
max_failures: 0.01
EOS
cat >sound.yaml <<'EOS'
study: sound
seed: 5
horizon: 50 d
cohort: {disease: ms, patients: 5}
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
outcomes: [os]
EOS

# --- counts, and the words of the run --------------------------------------------------------------------------------------
ok 'run on one rank' says '[0-9]+ of 810 courses failed \(non_finite_state [0-9]+\); engraft trace --failed one.h5 lists them' 0 \
    "$ENGRAFT" run overflow.yaml -o one.h5 --progress none
ok 'run on two ranks' status_is 0 $MPIEXEC -n 2 "$ENGRAFT" run overflow.yaml -o two.h5 --progress none
ok 'equal in every bit' "$ENGRAFT" diff one.h5 two.h5
ok 'more than max_failures' says 'more than max_failures: 0.01 allows; the result is written; engraft trace --failed s.h5 lists them' 3 \
    $MPIEXEC -n 2 "$ENGRAFT" run screened.yaml -o s.h5 --progress none
ok 'a study without failures' status_is 0 "$ENGRAFT" run sound.yaml -o sound.h5 --progress none
for k in 1 2 3 4; do # of six blocks, two a point: the last two shares begin and end within a point
    ok "shard $k" status_is 0 "$ENGRAFT" run overflow.yaml -o "part.$k.h5" --shard "$k/4" --progress none
done
ok 'merge names the command' says 'courses failed \(non_finite_state [0-9]+\); engraft trace --failed all.h5 lists them' 0 \
    "$ENGRAFT" merge part.?.h5 -o all.h5

# --- saved work, without a result: killed when something was saved ----------------------------------------------------------------
sed 's/patients: 90/patients: 30000/' overflow.yaml >long.yaml # more than a slab of one point
"$ENGRAFT" run long.yaml -o long.h5 --progress none >running 2>&1 &
launcher=$!
ok 'something is saved' wait_saved long.h5
kill -KILL $launcher
wait $launcher 2>/dev/null
ok 'no result without --partial' status_is 66 "$ENGRAFT" trace --failed long.h5
ok 'show names the command of saved work' says '^engraft trace --failed long.h5 --partial lists them$' 0 "$ENGRAFT" show long.h5 --partial
sed 's/patients: 90/patients: 10/; s/records: .*/records: {patients: 30}/' overflow.yaml >few.yaml # several points a block
ok 'few patients' status_is 0 "$ENGRAFT" run few.yaml -o few.h5 --progress none

# --- what is refused ---------------------------------------------------------------------------------------------------------
ok 'no failures' says '^no course failed$' 0 "$ENGRAFT" trace --failed sound.h5
ok 'no failures, no file' says '^no course failed; nothing is written to none.csv$' 0 "$ENGRAFT" trace --failed sound.h5 -o none.csv
ok 'none.csv is not there' test ! -e none.csv
ok 'its own study' says '^no course failed$' 0 "$ENGRAFT" trace sound.yaml --failed sound.h5
ok 'another study' says 'one.h5 is the result of another study than sound.yaml.*engraft trace --failed one.h5$' 73 \
    "$ENGRAFT" trace sound.yaml --failed one.h5
sed 's/patients: 90/patients: 91/' overflow.yaml >larger.yaml
ok 'another extent' says 'other numbers of points, patients or records than larger.yaml' 73 "$ENGRAFT" trace larger.yaml --failed one.h5
ok 'no such point' says '--point 3: the study has points 0 to 2' 64 "$ENGRAFT" trace --failed one.h5 --point 3
ok 'no such result' status_is 66 "$ENGRAFT" trace --failed nowhere.h5
ok 'neither study nor result' says 'a study is missing, or --failed' 64 "$ENGRAFT" trace --protocol dmt
ok '--partial alone' says 'partial belongs to --failed' 64 "$ENGRAFT" trace overflow.yaml --protocol dmt --partial

# --- the tables say what is missing --------------------------------------------------------------------------------------------
missing='^Estimates are of [0-9]+ of 810 courses: [0-9]+ failed \(non_finite_state [0-9]+\)'
ok 'show' says "$missing" 0 "$ENGRAFT" show one.h5
ok 'show an outcome' says "$missing" 0 "$ENGRAFT" show one.h5 --outcome relapse
ok 'show a point' says '^Estimates are of [0-9]+ of 270 courses' 0 "$ENGRAFT" show one.h5 --point 0
ok 'show a point without failures' says '^Point 1' 0 "$ENGRAFT" show one.h5 --point 1
ok 'which is silent about them' status_is 1 grep -q 'failed (\|trace --failed' said
ok 'compare' says "$missing" 0 "$ENGRAFT" compare one.h5
ok 'export' says "$missing" 0 "$ENGRAFT" export one.h5 --csv csv
for command in show compare; do
    ok "$command without failures" says '^Study sound' 0 "$ENGRAFT" $command sound.h5
    ok "$command is silent without failures" status_is 1 grep -q 'failed (\|trace --failed' said
done

# --- the list, course by course ---------------------------------------------------------------------------------------------------
"$PYTHON" - "$ENGRAFT" >python.out 2>&1 <<'EOS'
import csv, os, subprocess, sys
import h5py
import numpy as np

engraft = sys.argv[1]
passed = failed = 0


def check(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"failed: {what}")


def run(*arguments):
    return subprocess.run([engraft, *arguments], capture_output=True, text=True)


def listed(*arguments):
    done = run("trace", *arguments)
    check(done.returncode == 0, f"{arguments}: status {done.returncode}: {done.stderr}")
    return courses_in(done.stdout)


def courses_in(text):
    lines = [line.split() for line in text.splitlines()]
    return [(int(a), int(b), c, d) for a, b, c, d in (line for line in lines if len(line) == 4 and line[0].isdigit())]


class Result:
    def __init__(self, path):
        with h5py.File(path) as file:
            self.protocols = [name.decode().rstrip("\0") for name in file["protocol"][()]]
            self.reasons = [name.decode().rstrip("\0") for name in file["failure"][()]]
            self.failures = file["outcomes/courses/failures"][()]
            self.n = file["outcomes/courses/n"][()]
            self.pairs = file["paired/os/n"][()]
            self.record = file["records/failure"][()]
            self.reference = self.protocols.index(file["study/reference"][()].decode().rstrip("\0"))


for path, study in (("one.h5", "overflow.yaml"), ("s.h5", "screened.yaml")):
    result = Result(path)
    points, protocols = result.n.shape
    patients = int(result.n[0, 0] + result.failures[0, 0].sum())
    courses = listed("--failed", path)
    # Every patient is in /records: the list is those that failed there, in order of point, patient, protocol.
    wanted = [(row // patients, row % patients, result.protocols[p], result.reasons[result.record[row, p] - 1])
              for row in range(len(result.record)) for p in range(protocols) if result.record[row, p] > 0]
    check(courses == wanted, f"{path}: {len(courses)} courses are listed, {len(wanted)} recorded")
    check(0 < len(courses) < points * patients * protocols, f"{path}: some fail, not all: {len(courses)}")
    counts = np.zeros_like(result.failures)
    for point, _, protocol, reason in courses:
        counts[point, result.protocols.index(protocol), result.reasons.index(reason)] += 1
    check((counts == result.failures).all(), f"{path}: counts by point, protocol and reason")
    check(listed(study, "--failed", path) == courses, f"{path}: the study may be named")
    point, patient, protocol, _ = courses[len(courses) // 2]
    check(listed("--failed", path, "--point", str(point)) == [c for c in courses if c[0] == point], f"{path}: of one point")
    check(listed("--failed", path, "--protocol", protocol) == [c for c in courses if c[2] == protocol], f"{path}: of one protocol")
    check(listed("--failed", path, "--patient", str(patient)) == [c for c in courses if c[1] == patient], f"{path}: of one patient")

    # A patient who failed under any protocol is in no pair of any.
    alive = (result.record.reshape(points, patients, protocols) == 0).all(axis=2).sum(axis=1)
    for p in range(protocols):
        if p != result.reference:
            check((result.pairs[:, p] == alive).all(), f"{path}: pairs of {result.protocols[p]}: {result.pairs[:, p]} not {alive}")
    check((result.n + result.failures.sum(axis=2) == patients).all(), f"{path}: used and failed are all")

    # Each listed course (of many, some) ends with the same reason when traced, and in the file of -o.
    for point, patient, protocol, reason in courses[:: max(1, len(courses) // 12)]:
        place = ("--point", str(point), "--patient", str(patient), "--protocol", protocol)
        traced = run("trace", study, *place)
        head = dict(line[2:].split(" = ", 1) for line in traced.stdout.splitlines() if line.startswith("# "))
        check(head.get("failure_reason") == reason, f"{path} {place}: traced to {head.get('failure_reason')}, not {reason}")
        done = run("trace", "--failed", path, *place, "-o", "trace.csv")
        check(done.returncode == 0 and open("trace.csv").read() == traced.stdout, f"{path} {place}: -o writes another course")
        taken = run("trace", "--failed", path, *place, "-o", "trace.csv")
        check(taken.returncode == 73 and "is not replaced" in taken.stderr and open("trace.csv").read() == traced.stdout,
            f"{path} {place}: -o replaces a file: {taken.returncode} {taken.stderr}")
        os.remove("trace.csv")
    first = courses[0]
    check(run("trace", "--failed", path, "-o", "trace.csv").returncode == 0, f"{path}: the first to a file")
    head = open("trace.csv").read()
    os.remove("trace.csv")
    check(f"# point = {first[0]} 1\n" in head and f"# patient = {first[1]} 1\n" in head, f"{path}: the first is {first}: {head[:60]}")
    sound = next(i for i in range(len(result.record)) if result.record[i, 0] == 0)
    traced = run("trace", study, "--point", str(sound // patients), "--patient", str(sound % patients), "--protocol", result.protocols[0])
    check("failure_reason" not in traced.stdout and "nan" not in traced.stdout, f"{path}: a sound course has no reason")

# Overflow takes its own way under each protocol; screening fails a patient under all.
one, screened = Result("one.h5"), Result("s.h5")
check(((one.record > 0).any(axis=1) & (one.record == 0).any(axis=1)).sum() > 5, "some fail under one protocol and not under another")
check(((screened.record > 0).any(axis=1) == (screened.record > 0).all(axis=1)).all(), "who was not found has no course")
check(one.failures[1].sum() == 0, "no failures at the point that holds effectors back")

# A course that overflows shows where: finite days first, then others.
text = [line for line in run("trace", "overflow.yaml", "--point", "0", "--protocol", "dmt", "--patient",
                             str(next(c[1] for c in listed("--failed", "one.h5") if c[0] == 0 and c[2] == "dmt"))).stdout.splitlines() if line[0] != "#"]
bad = [any("nan" in cell or "inf" in cell for cell in row) for row in csv.reader(text[1:])]
check(not bad[0] and bad[-1] and bad == sorted(bad), "the trace shows the day on which the state overflowed")

# Shards: each lists its own, together all.
parts = [listed("--failed", f"part.{k}.h5") for k in (1, 2, 3, 4)]
check([bool(part) for part in parts] == [True, False, True, True], "shards without failures have none")
check(sum(parts, []) == listed("--failed", "one.h5"), "courses of shards are those of the whole")
check(listed("--failed", "all.h5") == listed("--failed", "one.h5"), "the merged result has the same")

# Patients are the same whatever their number: of few, and of many as far as saved.
whole = listed("--failed", "one.h5")
check(listed("--failed", "few.h5") == [c for c in whole if c[1] < 10], "few patients, several points a block")
done = run("trace", "--failed", "long.h5", "--partial")
saved = courses_in(done.stdout)
check(done.returncode == 0, f"saved work: {done.returncode} {done.stderr}")
check(f"\n{len(saved)} courses failed (non_finite_state {len(saved)})\n" in done.stdout, f"saved work: {done.stdout[:400]}")
check("PARTIAL: " in done.stdout and "--failed long.h5 --partial --point 0" in done.stdout, "saved work is called so")
most = max(c[1] for c in saved if c[0] == 0)
check([c for c in saved if c[0] == 0 and c[1] < 64] == [c for c in whole if c[0] == 0 and c[1] < 64] and most >= 60, "the first block")

# A result that counts another course than are there must not pass: nothing can be found for it.
with h5py.File("all.h5", "r+") as file:
    failures = file["outcomes/courses/failures"]
    failures[1, 0, 0] = 2
done = run("trace", "--failed", "all.h5")
check(done.returncode == 70 and "point 1, dmt: 0 courses were found with non_finite_state, 2 are counted" in done.stderr, f"too few: {done.stderr}")
with h5py.File("all.h5", "r+") as file:
    failures = file["outcomes/courses/failures"]
    failures[1, 0, 0] = 0
    failures[0, 0, 0] -= 1
    failures[0, 0, 1] += 1
done = run("trace", "--failed", "all.h5")
check(done.returncode == 70 and "are counted" in done.stderr, f"another reason: {done.stderr}")

# The report says it too.
for path, wanted in (("one.h5", True), ("sound.h5", False)):
    page = path + ".html"
    done = subprocess.run([sys.executable, os.environ["SOURCE"] + "/analysis/report", path, "-o", page], capture_output=True, text=True)
    check(done.returncode == 0, f"report of {path}: {done.stderr}")
    text = open(page).read() if done.returncode == 0 else ""
    words = f"Estimates are of {int(one.n.sum()):,} of 810 courses: {int(one.failures.sum()):,} failed (non_finite_state"
    check((words in text if wanted else "Estimates are of" not in text), f"report of {path}")
print(f"{passed} passed, {failed} failed")
EOS
grep -v ' passed, ' python.out
read -r more _ bad _ < <(tail -n 1 python.out)
passed=$((passed + ${more:-0})) failed=$((failed + ${bad:-1}))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
