#!/bin/bash
# A disease that src/ does not know (tests/diseases) from its study to the result, by the command that is linked with it: ranks, kill and resume,
# shards, trace, show, compare, export, report, lists; and every disease of the catalogue is listed and documented.
set -u
. "$SOURCE/tests/testlib.sh"
more=$OUT/tests/engraft_more
study=$SOURCE/tests/data/studies/blister.yaml

run() { # run RANKS ARGUMENTS...
    local launch="$MPIEXEC -n $1"
    [ "$1" -gt 1 ] || launch=
    $launch "$more" run --progress none "${@:2}"
}
ok "engraft does not know it" says "unknown disease 'blister'" 65 "$ENGRAFT" check "$study"
ok "nor its drug" says "unknown noun 'derminib'" 65 "$ENGRAFT" check "$study"
ok "the command of tests does" "$more" check "$study"

# --- one result ---------------------------------------------------------------------------------------------------------
ok "one rank" run 1 "$study" -o one.h5
for ranks in 2 3; do
    ok "$ranks ranks" run $ranks "$study" -o ranks.h5
    ok "$ranks ranks: equal" "$more" diff one.h5 ranks.h5
    rm -f ranks.h5
done
for k in 1 2; do
    ok "shard $k/2" run $k "$study" -o "$k.h5" --shard "$k/2"
done
ok "merge" $MPIEXEC -n 2 "$more" merge 2.h5 1.h5 -o merged.h5
ok "merge: equal" "$more" diff one.h5 merged.h5
ENGRAFT_SIMD=plain ok "plain code" run 1 "$study" -o plain.h5
ok "plain code: equal" "$more" diff one.h5 plain.h5

sed -e 's/points: 3/points: 12/' -e 's/patients: 40/patients: 250/' -e '/^records/d' "$study" >long.yaml
ok "a longer one" run 2 long.yaml -o long.h5
"$more" run --progress none long.yaml -o killed.h5 >log 2>&1 &
launcher=$!
ok "something is saved" wait_saved killed.h5
kill -KILL $launcher
wait $launcher 2>/dev/null
ok "the kill came in time" test ! -e killed.h5
ok "goes on after a kill" run 3 long.yaml -o killed.h5
ok "after a kill: equal" "$more" diff long.h5 killed.h5

# --- what people see ----------------------------------------------------------------------------------------------------
ok "show: its composite" says '^calm_skin, event-free at 2 y +[0-9]' 0 "$more" show one.h5
ok "show: a good event" says '^clear_skin, median' 0 "$more" show one.h5
ok "show: its number" says '^sepses, mean' 0 "$more" show one.h5
ok "show: its marker" says '^skin_barrier, mean at 1 y' 0 "$more" show one.h5
ok "compare: less raw skin is better" says '^raw_skin, mean at .* -[0-9].* better$' 0 "$more" compare one.h5
ok "compare: more barrier is better" says '^skin_barrier, mean at .* \+[0-9].* better$' 0 "$more" compare one.h5
ok "compare: sooner clear is better" says '^clear_skin, mean time .* -[0-9].* better$' 0 "$more" compare one.h5
ok "export" "$more" export one.h5 --csv csv
ok "export: its outcomes" grep -rq calm_skin csv
ok "export: its cause of death" grep -rq skin_sepsis csv
ok "engraft says why it cannot read it" says "one.h5: .*unknown disease 'blister'" 66 "$ENGRAFT" show one.h5
report() { "$SOURCE/analysis/report" one.h5 -o one.html && grep -q '(calm_skin)</h3>' one.html && grep -q '(raw_skin)</h3>' one.html && grep -q 'calm_skin' one.html; }
ok "report: figures of its survival and its score" report

cat >trace.py <<'END'
import math, subprocess, sys
import h5py

more, study = sys.argv[1:]
file = h5py.File("one.h5", "r")
protocols = [p.decode().rstrip("\0") for p in file["protocol"][()]]
columns = {name: data[()] for name, data in file["records"].items()}
wrong = seen = 0
for row in (0, 39, 40, 77, 119):
    for j, protocol in enumerate(protocols):
        lines = subprocess.run([more, "trace", study, "--point", str(row // 40), "--patient", str(row % 40), "--protocol", protocol],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        for name, value in (line[2:].split(" = ") for line in lines if line.startswith("# ")):
            if name in columns:
                stored = columns[name][row]
                stored = (stored[j] if getattr(stored, "ndim", 0) == 1 else stored).item()
                value = value.split(" ")[0]
                absent = stored == -(2**63) or (isinstance(stored, float) and math.isnan(stored))
                wrong += absent != (value == "missing") if value == "missing" or absent else float(value) != float(stored)
                seen += 1
        head = next(line for line in lines if not line.startswith("#"))
        wrong += not all(name in head for name in ("raw (1)", "scar (1)", "resident (1)", "effector (cells)"))
print(f"{seen} values, {wrong} wrong")
sys.exit(wrong > 0 or seen < 20 * len(columns))
END
ok "trace is the record" "$PYTHON" trace.py "$more" "$study"

# --- lists and documents ------------------------------------------------------------------------------------------------
ok "list diseases" says '^blister +raw_skin ' 0 "$more" list diseases
for name in extent healing; do ok "list: covariate $name" says "^$name +1 " 0 "$more" list diseases blister; done
for name in sepsis clear_skin loss_of_response; do ok "list: event $name" says "^$name +(yes|no) " 0 "$more" list diseases blister; done
ok "list: what cannot happen is not there" eval "! '$more' list diseases blister | grep -q '^progression '"
ok "list: a parameter" says '^blister.sepsis_hazard +1/y +0.6 ' 0 "$more" list parameters blister.sepsis_hazard
ok "list: a moved parameter" says '^effector.regulation_decay +1/d +0.4 ' 0 "$more" list parameters blister
ok "list: an outcome" says '^calm_skin +survival +d +good ' 0 "$more" list outcomes blister
ok "list: a marker" says '^skin_barrier +marker +1 +good ' 0 "$more" list outcomes blister
ok "list: its drug" says '^drug +derminib +while' 0 "$more" list agents
ok "list: the end of its drug" says '^stop +derminib +once' 0 "$more" list actions
ok "list channels: none of tests" eval "! '$more' list channels | grep -E ' (2[0-4][0-9]|25[0-5]) '"

documented() { grep -q "^### 7\.[0-9]* .*disease_$1\.c" "$SOURCE/docs/MODEL.md"; }
diseases=$("$ENGRAFT" list diseases | awk 'NR > 1 { print $1 }')
ok "diseases are listed" test "$(wc -w <<<"$diseases")" -ge 2
for disease in $diseases; do
    ok "docs/MODEL.md has a section on $disease" documented "$disease"
    ok "$disease has its file" test -e "$SOURCE/src/model/lanes/disease_$disease.c"
    for kind in parameters outcomes; do
        "$ENGRAFT" list $kind "$disease" | awk 'NR > 1 { print $1 }' | sort | uniq -d >twice
        ok "$kind of $disease: one name, one row" test ! -s twice
    done
    ok "$disease: covariates and events are listed" says '^death +no ' 0 "$ENGRAFT" list diseases "$disease"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
