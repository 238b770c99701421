#!/bin/bash
# What job scripts do with what they are told, without a batch system: engraft, mpirun and the scheduler's commands are
# stand-ins that follow a plan.  tests/cluster/ has the same on a real Slurm.
set -u
. "$SOURCE/tests/testlib.sh"
unset "${!SLURM_@}" "${!PBS_@}" "${!ENGRAFT_@}"
mkdir bin
export PATH=$TMPDIR/bin:$PATH ENGRAFT_HOME=$SOURCE ENGRAFT=$TMPDIR/bin/engraft
fake() { # fake NAME: a command of what stands on stdin; it notes that it was called
    { echo '#!/bin/bash'; echo 'printf "%s" "${0##*/}" >>'"$TMPDIR/calls; printf ' %s' \"\$@\" >>$TMPDIR/calls; echo >>$TMPDIR/calls"; cat; } >"bin/$1"
    chmod +x "bin/$1"
}
# The plan: a line an attempt, "STATUS-OF-LAUNCHER STANDS SAVED [BUSY]".  The launcher moves it on.
printf '#!/bin/bash\ncd %q\n. ./now\n%s\n' "$TMPDIR" '[ "$1" = status ] || exit 70
case $* in *--quiet*) exit "$stands" ;; esac
if [ "$busy" -gt 0 ]; then echo "state      running"; sed -i "s/^busy=.*/busy=$((busy - 1))/" now; else echo "state      interrupted"; fi
[ "$saved" -lt 0 ] || echo "saved      $saved of 100 courses"' >bin/engraft
chmod +x bin/engraft
fake mpirun <<'END'
cd "$(dirname "$0")/.." && read -r status stands saved busy <plan && sed -i 1d plan
printf 'stands=%s\nsaved=%s\nbusy=%s\n' "$stands" "$saved" "${busy:-0}" >now
[ -z "${HANG:-}" ] || { trap 'echo USR1 >>calls; exit 75' USR1; touch started; sleep 30 & wait $!; }
case ${CHILD:-} in
gone) # its child ends, it does not; TERM does not help
    trap '' TERM
    trap 'echo USR1 >>calls' USR1
    sleep 0.1 &
    wait $!
    echo $$ >hung
    unset CHILD
    while :; do read -r -t 60 <>fifo; done ;;
long) sleep 6 & wait $! ;;
esac
[ "$status" -lt 129 ] || kill -$((status - 128)) $$
exit "$status"
END
fake squeue <<'END'
echo "${STATE:-RUNNING}"
END
fake scontrol <<'END'
[ "$1" = requeue ] || { echo "JobId=7 EndTime=2030-01-01T00:00:00 Deadline=N/A"; exit 0; }
kill -TERM "$PPID" # as Slurm does
END
fake qsub <<'END'
echo "restarted ${ENGRAFT_RESTARTED:-} study ${STUDY:-}" >>"$(dirname "$0")/../calls"
END
touch s.yaml

plan() { printf '%s\n' "$@" >plan; rm -f calls started; printf 'stands=66\nsaved=-1\nbusy=0\n' >now; }
gives() { # gives STATUS COMMAND...
    local wanted=$1 got
    shift
    "$@" >said 2>&1 </dev/null
    got=$?
    [ $got -eq "$wanted" ] || { echo "status $got instead of $wanted:"; cat said calls; return 1; }
}
job() { SLURM_JOB_ID=7 sh "$SOURCE/jobs/engraft.sbatch" s.yaml r.h5; }
calls() { # calls PATTERN N: so many of the noted calls
    local n
    n=$(grep -cE -- "$1" calls)
    [ "$n" -eq "$2" ] || { echo "$n calls of $1, not $2:"; cat calls; return 1; }
}

plan "0 0 -1"
ok "complete" gives 0 job
ok "the ranks were started with the study" calls "^mpirun $ENGRAFT run s.yaml -o r.h5$" 1
plan "3 0 -1"
ok "more failures than allowed" gives 3 job
plan "0 66 -1"
ok "well ended, but no result" gives 70 job
for status in 64 65 66 70; do
    plan "$status 66 -1"
    ok "status $status is final" gives $status job
    plan "$status 75 50"
    ok "status $status is final, whatever is saved" gives $status job
    ok "no requeue" calls requeue 0
done
plan "1 66 -1"
ok "a launcher that does not start is final" gives 1 job

# --- Slurm -------------------------------------------------------------------------------------------------------------
for status in 75 1 137 139 143 255; do
    plan "$status 75 50"
    ok "stopped with $status and work saved: the script ends by Slurm's TERM" gives 143 job
    ok "it was requeued" calls "^scontrol requeue 7$" 1
done
plan "137 66 -1"
ok "killed before anything was saved" gives 143 job
ok "is requeued" calls "^scontrol requeue 7$" 1
plan "75 75 50"
array() { SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MAX=4 sh "$SOURCE/jobs/array.sbatch" s.yaml r.h5; }
ok "a task of an array" gives 143 array
ok "runs its shard" calls "run s.yaml -o r.h5.3of4.h5 --shard 3/4$" 1
ok "and is requeued alone" calls "^scontrol requeue 7_3$" 1
ok "whose own state was asked for" calls "^squeue -h -j 7_3 " 1
ok "and whose own end" calls "^scontrol -o show job 7_3$" 1
for state in COMPLETING CANCELLED PENDING; do
    plan "75 75 50"
    ok "$state" gives 75 env STATE=$state SLURM_JOB_ID=7 sh "$SOURCE/jobs/engraft.sbatch" s.yaml r.h5
    ok "is left to Slurm" calls "scontrol requeue" 0
done
plan "75 75 50"
ok "the limit" gives 75 env SLURM_RESTART_COUNT=20 SLURM_JOB_ID=7 sh "$SOURCE/jobs/engraft.sbatch" s.yaml r.h5
ok "is said" grep -q "restart 20 of ENGRAFT_RESTARTS=20" said
plan "139 75 50"
sed -i 's/saved=.*/saved=50/; s/stands=.*/stands=75/' now
ok "an attempt that saved nothing new" gives 139 job
ok "is not repeated" calls "scontrol requeue" 0
ok "which is said" grep -q "without anything new saved" said
plan "75 75 50"
ok "a limit that is no number" gives 64 env ENGRAFT_RESTARTS='$(touch HACKED)' SLURM_JOB_ID=7 sh "$SOURCE/jobs/engraft.sbatch" s.yaml r.h5

# --- another run in the way --------------------------------------------------------------------------------------------
plan "73 75 50 2" "0 0 -1"
ok "a run that holds the result is waited for" gives 0 job
ok "and looked at again" calls "^mpirun" 2
plan "73 75 50 99999"
ok "but not for ever" gives 73 env ENGRAFT_WAIT=2 SLURM_JOB_ID=7 sh "$SOURCE/jobs/engraft.sbatch" s.yaml r.h5
plan "73 0 -1" "73 0 -1"
ok "another study's result is no success" gives 73 job
plan "1 0 -1" "1 0 -1"
ok "nor is a launcher that fails beside a complete result" gives 1 job
plan "143 0 -1" "0 0 -1"
ok "killed when all was done" gives 0 job

# --- signals: the launcher gets USR1 whatever came, and never TERM -----------------------------------------------------
for signal in TERM USR1 USR2 HUP; do
    plan "75 75 50"
    HANG=yes STATE=COMPLETING SLURM_JOB_ID=7 sh "$SOURCE/jobs/engraft.sbatch" s.yaml r.h5 >said 2>&1 &
    pid=$!
    for _ in $(seq 100); do [ -e started ] && break; sleep 0.05; done
    sleep 0.1
    kill -$signal $pid
    wait $pid
    status=$?
    ok "$signal: status 75, not $status" test $status -eq 75
    ok "$signal: passed on as USR1" calls "^USR1$" 1
done

# --- a launcher that outlives its ranks --------------------------------------------------------------------------------
mkfifo fifo
guarded() { env ENGRAFT_LAUNCHER_WAIT=2 "$@"; }
# CHILD holds for the first attempt alone: the second has to end.
sed -i 's/^case ${CHILD:-} in$/[ ! -e hung ] || CHILD=\n&/' bin/mpirun
plan "0 75 50" "0 0 -1"
ok "a launcher without ranks is stopped, and it goes on" gives 0 guarded CHILD=gone "$SOURCE/jobs/run" s.yaml r.h5
ok "with a second launch" calls "^mpirun" 2
ok "which is said once" test "$(grep -c "mpirun did not end although its ranks had; it was stopped" said)" = 1
ok "nothing of it is left" test -s hung -a ! -e "/proc/$(cat hung)"
rm -f hung
plan "75 75 50"
ok "one with a child that lives long is left alone, its status too" gives 75 guarded CHILD=long "$SOURCE/jobs/run" s.yaml r.h5
ok "nothing is said" test "$(grep -c "was stopped" said)" = 0
ok "a wait that is no number" gives 64 env ENGRAFT_LAUNCHER_WAIT=1.5 "$SOURCE/jobs/run" s.yaml r.h5
ok "no process of the script is left" test -z "$(pgrep -f "$SOURCE/jobs/run s.yaml")"

# --- PBS, and no batch system ------------------------------------------------------------------------------------------
pbs() { env "$@" PBS_JOBID=9 STUDY="$TMPDIR/s.yaml" RESULT="$TMPDIR/r.h5" sh "$SOURCE/jobs/engraft.pbs"; }
plan "75 75 50"
ok "PBS without a script to submit" gives 75 pbs A=1
ok "says how to go on" grep -q "submit the same again" said
plan "75 75 50"
ok "PBS" gives 75 pbs ENGRAFT_SCRIPT="$SOURCE/jobs/engraft.pbs" ENGRAFT_RESTARTED=2
ok "submits itself again, values by name" calls "^qsub -v [A-Z_,]* $SOURCE/jobs/engraft.pbs$" 1
ok "and counts" calls "^restarted 3 study $TMPDIR/s.yaml$" 1
ok "with a deadline" calls "--deadline 3h50m" 1
plan "137 75 50" "139 75 60" "0 0 -1"
ok "jobs/run goes on after crashes" gives 0 "$SOURCE/jobs/run" s.yaml r.h5
ok "twice" calls "^mpirun" 3
plan "75 75 50"
ok "jobs/run stops when it is told to" gives 75 "$SOURCE/jobs/run" s.yaml r.h5 --deadline 1h
ok "once" calls "^mpirun.* --deadline 1h" 1
plan "137 75 50" "137 75 51" "137 75 52"
ok "and not for ever" gives 75 env ENGRAFT_RESTARTS=2 "$SOURCE/jobs/run" s.yaml r.h5
ok "three times" calls "^mpirun" 3
ok "no arguments" gives 64 "$SOURCE/jobs/run"
ok "a study that is not there" gives 66 "$SOURCE/jobs/run" no.yaml r.h5

# --- merging -----------------------------------------------------------------------------------------------------------
plan "0 0 -1"
echo "stands=75" >now; printf 'saved=1\nbusy=0\n' >>now
ok "a shard that is not complete" gives 75 sh "$SOURCE/jobs/merge.sbatch" r.h5 2
ok "is not merged" test ! -e calls
ok "and named, with what it has" grep -qxF "engraft job: shard 2 is not complete: saved 1 of 100 courses: r.h5.2of2.h5" said
ok "with the command that goes on" grep -qxF "engraft job: to go on: job=\$(env ENGRAFT_SHARDS=2 sbatch --parsable --array=1-2 '$SOURCE/jobs/array.sbatch' STUDY 'r.h5') && env ENGRAFT_SHARDS=2 sbatch --dependency=afterany:\"\${job%%;*}\" '$SOURCE/jobs/merge.sbatch' 'r.h5' 2" said
ok "or that nothing was saved" gives 75 eval "printf 'saved=-1\nbusy=0\nstands=66\n' >now; sh '$SOURCE/jobs/merge.sbatch' r.h5 30"
ok "of all" grep -q "30 of 30 shards are not complete: 1-30; nothing is merged" said
ok "the first ones in lines of their own" test "$(grep -c 'shard [0-9]* is not complete: nothing saved' said)" -eq 20
plan "0 0 -1"
printf 'stands=0\nsaved=1\nbusy=0\n' >now
ok "complete shards" gives 0 sh "$SOURCE/jobs/merge.sbatch" r.h5 3
ok "are merged in order" calls "^mpirun $ENGRAFT merge r.h5.1of3.h5 r.h5.2of3.h5 r.h5.3of3.h5 -o r.h5$" 1
ok "their number is missing" gives 64 sh "$SOURCE/jobs/merge.sbatch" r.h5
ok "an array that begins at 0" gives 64 env SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MAX=3 sh "$SOURCE/jobs/array.sbatch" s.yaml r.h5
ok "no array" gives 64 sh "$SOURCE/jobs/array.sbatch" s.yaml r.h5
ok "nothing was executed" test ! -e HACKED

# --- the environment ---------------------------------------------------------------------------------------------------
env_of() { env -u OMPI_MCA_rmaps_base_oversubscribe "$@" sh -c '. "$0/jobs/env.sh"; env' "$SOURCE"; }
ok "in a job nothing makes mpirun sleep after its ranks have left" test -z "$(env_of -u OMPI_MCA_odls_base_sigkill_timeout SLURM_JOB_ID=7 | grep sigkill_timeout)"
ok "in a job, cores are what the scheduler says" test -z "$(env_of SLURM_JOB_ID=7 | grep rmaps_base_oversubscribe=)"
end_time() { env_of "$@" | sed -n 's/^SLURM_JOB_END_TIME=//p'; }
ok "an old Slurm is asked when the job ends" test "$(end_time SLURM_JOB_ID=7)" = "$(date -d 2030-01-01T00:00:00 +%s)"
ok "a new one has said it" test "$(end_time SLURM_JOB_ID=7 SLURM_JOB_END_TIME=5)" = 5
fake scontrol <<<'echo "JobId=7 EndTime=Unknown Deadline=N/A"'
ok "nobody knows" test -z "$(end_time SLURM_JOB_ID=7)"
ok "nor does a machine without Slurm" test -z "$(end_time -u SLURM_JOB_ID)"
ok "elsewhere they may be shared" test -n "$(env_of -u SLURM_JOB_ID -u PBS_JOBID | grep rmaps_base_oversubscribe=1)"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
