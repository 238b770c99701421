#!/bin/bash
# A result's name and path as long as the file system takes them, with what engraft and MPI-IO put beside it: by run, merge and
# jobs/submit.  One byte more is refused before the first course, in one line that says how many are possible.
set -u
. "$SOURCE/tests/testlib.sh"
unset "${!SLURM_@}" "${!SBATCH_@}" "${!PBS_@}" OMPI_MCA_sharedfp
two_arm_study long 3 2 64 >s.yaml
name_most=$(getconf NAME_MAX .) path_most=$(getconf PATH_MAX .)
if [ "$name_most" != 255 ] || [ "$path_most" != 4096 ]; then
    echo "SKIPPED the longest names: a file system of names up to $name_most and paths up to $path_most bytes"
    exit 77
fi

named() { # named BYTES [LETTER]: a name of so many bytes
    printf "${2:-n}%.0s" $(seq $(($1 - 3))) && echo .h5
}
alone() { [ -z "$(find "${1:-.}" -maxdepth 1 -name 'n*' ! -name '*.h5')" ]; } # nothing is left beside a result
run_to() { # run_to RANKS RESULT: complete, readable, and alone
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none s.yaml -o "$2" && "$ENGRAFT" status --quiet "$2" && alone "$(dirname "$2")"
}
refused() { # refused WHAT COMMAND...: 73, one line of engraft's, nothing made
    says "$1" 73 "${@:2}" && [ "$(grep -c '^engraft: \|^submit: ' said)" -eq 1 ] && [ -z "$(find . -name 'm*')" ]
}

ok "a short name" run_to 1 short.h5
# From 240 bytes on for a name or a path: lockedfile; from 246 on MPI-IO has no room for names of its own either.
all_of_it && lengths='240 246 250' || lengths='240 250'
for bytes in $lengths; do
    ok "a name of $bytes bytes" run_to 1 "$(named $bytes)"
done
longest=$(named 250)
rm "$longest"
ok "the longest on two ranks" run_to 2 "$longest"
ok "the same numbers" "$ENGRAFT" diff short.h5 "$longest"
ok "again: it is complete" says "complete already" 0 "$ENGRAFT" run s.yaml -o "$longest"
for bytes in 251 256; do
    ok "a name of $bytes bytes" refused "name has $bytes bytes, 250 are possible" "$ENGRAFT" run s.yaml -o "$(named $bytes m)"
done

# as many folders as leave room for a name, wherever this folder is
folders=$(for _ in $(seq $(((4062 - ${#PWD} - 1 - 20) / 201))); do named 200 d; done | tr '\n' /)
mkdir -p "$folders"
here=$((${#PWD} + 1 + ${#folders})) # counted from / on
deep=$folders$(named $((4062 - here)))
ok "a path of 4062 bytes" run_to 2 "$deep"
ok "the same numbers" "$ENGRAFT" diff short.h5 "$deep"
ok "a path of 4063 bytes" refused "path from / on has 4063 bytes, 4062 are possible" "$ENGRAFT" run s.yaml -o "$folders$(named $((4063 - here)) m)"

# --- shares ------------------------------------------------------------------------------------------------------------
for k in 1 2; do
    ok "share $k" "$ENGRAFT" run --progress none s.yaml -o $k.h5 --shard $k/2
done
rm "$longest"
ok "merged into a long name" $MPIEXEC -n 2 "$ENGRAFT" merge 1.h5 2.h5 -o "$longest"
ok "the same numbers" "$ENGRAFT" diff short.h5 "$longest"
ok "merged into one that is too long" refused "name has 251 bytes" "$ENGRAFT" merge 1.h5 2.h5 -o "$(named 251 m)"

# --- jobs/submit, with an sbatch that runs a job at once, and an array's tasks one after the other ------------------------
mkdir bin
cat >bin/sbatch <<'END'
#!/bin/bash
script=${!#}
tasks=$(sed -n 's/^#SBATCH --array=1-//p' "$script")
if [ -z "$tasks" ]; then sh "$script" >>log 2>&1; else
    for task in $(seq "$tasks"); do SLURM_ARRAY_TASK_ID=$task sh "$script" >>log 2>&1; done
fi
echo 4711
END
chmod +x bin/sbatch
export PATH=$TMPDIR/bin:$PATH
rm "$longest"
submitted() { "$SOURCE/jobs/submit" --yes --cores 2 --ranks 2 s.yaml "$@" && "$ENGRAFT" status --quiet "$2" || { cat log; return 1; }; }
ok "a job" submitted -o "$longest"
ok "the same numbers" "$ENGRAFT" diff short.h5 "$longest"
sharded=$(named 242)
if all_of_it; then
    ok "an array" submitted -o "$sharded" --shards 2
    ok "the same numbers" "$ENGRAFT" diff short.h5 "$sharded"
fi
submit=("$SOURCE/jobs/submit" --yes --cores 2 s.yaml)
rm -f log
ok "a job of too long a name" refused "a name of 251 bytes, 250 are possible" "${submit[@]}" -o "$(named 251 m)"
ok "an array of too long a name" refused "a name of 243 bytes, 242 are possible" "${submit[@]}" --shards 2 -o "$(named 243 m)"
ok "a job of too long a path" refused "possible here" "${submit[@]}" -o "$folders$(named $((4063 - here)) m)"
ok "none of which started" test ! -e log
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
