#!/bin/bash
# jobs/submit and the job scripts without Slurm: commands of that name in PATH note what they are called with.  Sizes
# follow engraft check; hostile names execute nothing; what is refused says so.
set -u
. "$SOURCE/tests/testlib.sh"
unset "${!SLURM_@}" "${!SBATCH_@}" "${!PBS_@}"
submit=$SOURCE/jobs/submit

mkdir bin work
export PATH=$TMPDIR/bin:$PATH NOTES=$TMPDIR/notes
fake() { # fake NAME: a command of what stands on stdin
    { echo '#!/bin/bash'; cat; } >"$TMPDIR/bin/$1"
    chmod +x "$TMPDIR/bin/$1"
}
fake sbatch <<'END'
printf '%s\n' "$@" >>"$NOTES"; echo "---" >>"$NOTES"
echo "${SBATCH_SAYS-4711}"; exit "${SBATCH_STATUS:-0}"
END
fake sinfo <<'END'
case " $* " in *" -p none "*) exit 0 ;; *" -p short "*) echo "short 2 8 10 30:00" ;; *" -p mixed "*) printf 'mixed 2 32 4 1-00:00:00\nmixed 2 8 6 1-00:00:00\n' ;;
*) printf 'big* 2 32 50 infinite\nother 1 1 1 10:00\n' ;; esac
END
# Says what a study needs without computing it; everything else is the real command.
export REAL_ENGRAFT=$ENGRAFT
fake engraft <<'END'
if [ "$1" = check ] && [ -n "${CORE_HOURS:-}" ]; then
    [ -r "$2" ] || exit 66
    echo "courses       1,000,000 in ${BLOCKS:-5,000} blocks"
    echo "time          $CORE_HOURS core-hours (x on one core), from 17024 courses timed here (avx2)"
    echo "memory        1.2 GB per rank on 1, 300 MB per rank on 16, 80 MB per rank on 256"
elif [ "$1" = merge ]; then [ -n "${CAN_MERGE:-}" ]
else exec "$REAL_ENGRAFT" "$@"; fi
END
export ENGRAFT=$TMPDIR/bin/engraft
cd work || exit 70
cat >s.yaml <<'END'
study: s
seed: 1
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
END

asks_for() { # asks_for SCRIPT NODES RANKS TIME MEMORY
    local bad=0 line
    for line in "--nodes=$2" "--ntasks=$3" "--time=$4" "--mem-per-cpu=$5"; do
        grep -qxF -- "#SBATCH $line" "$1" || { echo "no $line"; bad=1; }
    done
    [ $bad -eq 0 ] || grep '^#SBATCH' "$1"
    return $bad
}
size() { env CORE_HOURS="$1" "$submit" --print s.yaml "${@:2}"; }

# --- sizes: a quarter more than the pilot's hours, in the time wanted; half as much again and ten minutes to ask for ---
ok "a small study" size 0.01
ok "one rank, the shortest job" asks_for s.sbatch 1 1 0:15:00 1700M
ok "eight hours of one core" size 8
ok "ten ranks of one node" asks_for s.sbatch 1 10 1:40:00 1700M
ok "a thousand core-hours" size 1000
ok "whole nodes of 64 cores" asks_for s.sbatch 20 1280 1:40:00 300M
ok "in four hours" size 1000 --within 4h
ok "a quarter of them" asks_for s.sbatch 5 320 6:05:00 300M
ok "few blocks" env BLOCKS=70 CORE_HOURS=1000 "$submit" --print s.yaml
ok "no more ranks than blocks" asks_for s.sbatch 2 70 27:00:00 575M
ok "the partition's longest job" says "allowed; it goes on" 0 size 1000 --partition short
ok "all of its nodes" asks_for s.sbatch 10 160 0:30:00 575M
ok "and more restarts" grep -Eq "ENGRAFT_RESTARTS=[5-9][0-9]" s.sbatch
ok "the smallest node of a mixed partition" size 20 --partition mixed
ok "counts" asks_for s.sbatch 2 32 1:25:00 575M
ok "ranks as told" size 1000 --ranks 100
ok "are kept" asks_for s.sbatch 2 100 18:55:00 575M
ok "cores are asked for where sinfo is silent" says "say --cores N" 69 size 1 --partition none
ok "and taken" size 100 --partition none --cores 128
ok "as told" asks_for s.sbatch 1 125 1:40:00 575M
ok "the real engraft check" "$submit" --print s.yaml
ok "gives a job" asks_for s.sbatch 1 1 0:15:00 "$(sed -n 's/.*mem-per-cpu=//p' s.sbatch)"
ok "nothing was submitted so far" test ! -e "$NOTES"

# --- submitting ------------------------------------------------------------------------------------------------------
export CORE_HOURS=8
ok "--yes submits" says "submitted: job 4711" 0 "$submit" --yes s.yaml -- --qos=long
ok "the script, with what was added" test "$(cat "$NOTES")" = "$(printf '%s\n' --parsable --qos=long "$PWD/s.sbatch" ---)"
ok "the script was shown" grep -qF "engraft_job \"\$STUDY\" \"\$RESULT\"" said
ok "the script parses" sh -n s.sbatch
rm "$NOTES"
ok "no answer is a no" says "nothing was submitted" 1 "$submit" s.yaml
answer() { printf '%s\n' "$1" | "$submit" s.yaml >said 2>&1; }
ok "n is a no" test "$(answer n; echo $?)" -eq 1
ok "neither called sbatch" test ! -e "$NOTES"
ok "y is a yes" answer y
ok "which did" grep -q parsable "$NOTES"
ok "sbatch refuses" says "Slurm did not take it" 69 env SBATCH_STATUS=1 "$submit" --yes s.yaml
ok "sbatch says something else" says "job's number" 69 env SBATCH_SAYS='$(touch HACKED) 1' "$submit" --yes s.yaml -- --x
ok "a federation's job number" says "submitted: job 12;*" 0 env SBATCH_SAYS='12;east' "$submit" --yes s.yaml
rm -f "$NOTES"
ok "an array" says "^submitted: job 4711, merge 4711; how far shard 1 is: .* status '.*/s.h5.1of4.h5'" 0 env CAN_MERGE=1 "$submit" --yes s.yaml --shards 4 --partition mixed --account lab --module openmpi/4.1 --launch srun
ok "of four" grep -qx "#SBATCH --array=1-4" s.sbatch
ok "each a quarter" asks_for s.sbatch 1 3 1:25:00 1700M
ok "the merge waits for its end, whatever that is" grep -qx -- "--dependency=afterany:4711" "$NOTES"
ok "which is said" grep -q "If shards are missing then (a task was cancelled, or failed).*: s-merge-4711.log" said
ok "options" test "$(grep -cE '^(#SBATCH --(partition=mixed|account=lab)|module load openmpi/4.1 .. exit 69|export ENGRAFT_LAUNCH=srun .*)$' s.sbatch)" -eq 4
# A merge that lacks shards says which, and its command submits those, with what was added for sbatch, and a merge.
missing() { # missing: the merge script as Slurm runs it, here without any shard
    rm -f "$NOTES"
    env CAN_MERGE=1 "$submit" --yes "it's.yaml" --shards 12 -- "--comment=it's \$(touch HACKED)" >said 2>&1 || { cat said; return 1; }
    rm -f "$NOTES"
    says "12 of 12 shards are not complete: 1-12;" 75 sh ./it_s.merge.sbatch || return 1
    eval "$(sed -n 's/^engraft job: to go on: //p' said)" >/dev/null && grep -qxF -- "--comment=it's \$(touch HACKED)" "$NOTES" &&
        grep -qxF -- "$PWD/it_s.sbatch" "$NOTES" && grep -qx -- --array=1-12 "$NOTES" && grep -qx -- --dependency=afterany:4711 "$NOTES" &&
        grep -qxF -- "$PWD/it_s.merge.sbatch" "$NOTES" || { cat said "$NOTES"; return 1; }
}
cp s.yaml "it's.yaml"
ok "missing shards" missing
ok "no merge, no array" says "cannot merge" 64 "$submit" --yes s.yaml --shards 4

# --- what is refused -------------------------------------------------------------------------------------------------
rm -f "$NOTES"
ok "no study" says "a study is missing" 64 "$submit"
ok "a study that is not there" says "cannot read the study 'no.yaml'|cannot read the study '.*/no.yaml'" 66 "$submit" --yes no.yaml
ok "two studies" says "one study only" 64 "$submit" --yes s.yaml s.yaml
ok "an unknown option" says "unknown option '--nodse'" 64 "$submit" --nodse 3 s.yaml
ok "a value is missing" says "--ranks needs a value" 64 "$submit" s.yaml --ranks
for bad in 0 -1 1.5 '$(touch HACKED)' '1;touch HACKED' 'a[$(touch HACKED)]' 99999999 ''; do
    ok "--ranks $bad" says "a whole number" 64 "$submit" --yes s.yaml --ranks "$bad"
    ok "--within $bad" says "a time such as" 64 "$submit" --yes s.yaml --within "$bad"
done
for bad in '$(touch HACKED)' 'a b' '-x' $'a\n#SBATCH --uid=0' 'a;touch HACKED' "a'b" ''; do
    ok "--partition $(printf %q "$bad")" says "are expected" 64 "$submit" --yes s.yaml --partition "$bad"
    ok "--module $(printf %q "$bad")" says "are expected" 64 "$submit" --yes s.yaml --module "$bad"
done
ok "another launcher" says "mpirun or srun" 64 "$submit" --yes s.yaml --launch 'mpirun;touch HACKED'
ok "no such folder" says "no folder to write to" 73 "$submit" --yes s.yaml -o nowhere/x.h5
ok "the result is a folder" says "is a folder" 73 "$submit" --yes s.yaml -o ../work
echo mine >mine.sbatch
ok "a script of someone's" says "not this program's" 73 "$submit" --yes s.yaml -o mine.h5
ok "which is kept" grep -qx mine mine.sbatch
sed 's/patients/patiens/' s.yaml >broken.yaml
ok "a study with a mistake" says "^.*broken.yaml:[0-9]+:[0-9]+: .*patients" 65 env -u CORE_HOURS "$submit" --yes broken.yaml
ok "none of which was submitted" test ! -e "$NOTES"
ok "no Slurm" says "no sbatch here" 69 env PATH="$(printf '%s' "$PATH" | tr ':' '\n' | while read -r d; do [ -x "$d/sbatch" ] || printf '%s:' "$d"; done)$(mktemp -d)" "$submit" --yes s.yaml

# --- names: each runs as a job of its own, and executes nothing but engraft -------------------------------------------
# The launcher notes what it is to start; engraft's part is played by the real one for `status`.
fake mpirun <<'END'
printf '%s\0' "$@" >"$STARTED"
exit 65
END
export STARTED=$TMPDIR/started
names=("a b" "it's" 'q"q' '$(touch HACKED)' '`touch HACKED`' '; touch HACKED' "';touch HACKED;'" '$HOME' 'a\b' '*' '?[a-z]' '~' '#x'
    '%j%A' '!!' '&touch HACKED&' '|touch HACKED' '>HACKED' '{a,b}' '-rf' '--yes' '-o' 'Größe' '研究' $'\xff\xfe' "'" '"' '\' "a'\$(touch HACKED)'b"
    '=' 'a=b' '..x' ' ' '$((1))' '${IFS}x' "$(printf 'n%.0s' $(seq 200))")
runs() { # runs NAME: the generated script, run by sh, starts engraft with exactly this study and result
    local script
    rm -f "$STARTED" "$NOTES"
    [ -e "./$1.yaml" ] || cp s.yaml "./$1.yaml" || return 1
    "$submit" --yes -o "./$1.h5" "./$1.yaml" >said 2>&1 </dev/null || { cat said; return 1; }
    script=$(sed -n 2p "$NOTES")
    [[ ${script##*/} =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*\.sbatch$ ]] || { echo "a script called $script"; return 1; }
    sh "$script" >ran 2>&1
    cmp -s <(printf '%s\0' "$ENGRAFT" run "$PWD/./$1.yaml" -o "$PWD/./$1.h5") "$STARTED" || { cat ran; tr '\0' '\n' <"$STARTED"; return 1; }
}
for name in "${names[@]}"; do
    ok "a study called $(printf %q "$name")" runs "$name"
done
dashes() { cp s.yaml ./--yes.yaml && says "submitted" 0 "$submit" --yes --yes.yaml; }
ok "a study like an option" dashes
cp s.yaml "$(printf 'a\nb').yaml"
ok "a line break in a name" says "control characters" 64 "$submit" --yes "$(printf 'a\nb').yaml"
ok "a line break in a result" says "control characters" 64 "$submit" --yes s.yaml -o $'a\n#SBATCH --wrap=x\n.h5'
ok "a carriage return" says "control characters" 64 "$submit" --yes s.yaml -o $'a\r.h5'
mkdir -p "\$(touch HACKED) d'"
cp s.yaml "\$(touch HACKED) d'/"
inside() { (cd "\$(touch HACKED) d'" && runs s); }
ok "a folder of such a name" inside
ok "nothing was executed" test -z "$(find "$TMPDIR" -name HACKED)"

# --- scripts as such -------------------------------------------------------------------------------------------------
lint() {
    command -v shellcheck >/dev/null || { echo "SKIPPED shellcheck of the job scripts: there is none" >&3; return 0; }
    (cd "$SOURCE" && shellcheck -x jobs/submit jobs/run jobs/batch.sh jobs/*.sbatch jobs/engraft.pbs tests/cluster/*.sh tests/roots/*.sh)
}
exec 3>&1
ok "shellcheck" lint
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
