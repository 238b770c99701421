# What every job script of engraft does; they source it.  POSIX shell.
#
# shellcheck shell=sh disable=SC2015 # a && b || fail: fail ends the script, and b is a test
#
#     engraft_job STUDY RESULT [OPTIONS OF engraft run]      runs to the end, or to be run again; exits
#     engraft_job extend RESULT LARGER --points N            likewise, engraft extend
#     engraft_shard_job STUDY RESULT [OPTIONS]               the same for the shard that this task of an array is
#     engraft_merge RESULT N                                 the N shards of an array into one result; exits
#
# engraft_job starts the ranks, passes signals on to them, and afterwards asks the result itself how it stands, since a
# launcher's status says little.  Complete: 0 (3 with more failed courses than allowed).  Saved but not complete: the job
# goes back to the queue.  Anything else: the program's own status.
#
# Read from the environment
#     ENGRAFT_HOME     the folder that has jobs/ (set by the scripts)
#     ENGRAFT          the command; else build/release/engraft there, ../../bin/engraft (installed), or the one in PATH
#     ENGRAFT_LAUNCH   mpirun (default), srun (PMIx), or a command line that starts the ranks
#     ENGRAFT_RESTARTS how often a job may go back to the queue, default 20
#     ENGRAFT_WAIT     seconds to wait for another run that holds the result, default 600
#     ENGRAFT_LAUNCHER_WAIT  seconds after which a launcher without ranks is stopped, default 30; 0: never.  Not under 10:
#                      after an abnormal end mpirun itself sleeps twice (OMPI_MCA_odls_base_sigkill_timeout, 1 s)

engraft_say() { printf 'engraft job: %s\n' "$*" >&2; }

engraft_fail() { # STATUS TEXT...
    engraft_status=$1
    shift
    engraft_say "$@"
    exit "$engraft_status"
}

engraft_command() { # sets ENGRAFT
    if [ -z "${ENGRAFT:-}" ]; then
        for ENGRAFT in "$ENGRAFT_HOME/build/release/engraft" "$ENGRAFT_HOME/../../bin/engraft" ""; do
            [ -z "$ENGRAFT" ] || [ ! -x "$ENGRAFT" ] || break
        done
        ENGRAFT=${ENGRAFT:-$(command -v engraft)}
    fi
    case $ENGRAFT in */*) ;; *) ENGRAFT=$(command -v -- "$ENGRAFT") ;; esac
    [ -x "$ENGRAFT" ] || engraft_fail 66 "there is no engraft here; build it (make), or set ENGRAFT to its path"
    export ENGRAFT
}

engraft_is_count() { case $1 in '' | *[!0-9]* | ??????????*) return 1 ;; esac }

engraft_settings() {
    ENGRAFT_RESTARTS=${ENGRAFT_RESTARTS:-20} ENGRAFT_WAIT=${ENGRAFT_WAIT:-600} ENGRAFT_LAUNCH=${ENGRAFT_LAUNCH:-mpirun}
    engraft_is_count "$ENGRAFT_RESTARTS" || engraft_fail 64 "ENGRAFT_RESTARTS=$ENGRAFT_RESTARTS: a whole number is expected"
    engraft_is_count "$ENGRAFT_WAIT" || engraft_fail 64 "ENGRAFT_WAIT=$ENGRAFT_WAIT: a whole number of seconds is expected"
    ENGRAFT_LAUNCHER_WAIT=${ENGRAFT_LAUNCHER_WAIT:-30}
    engraft_is_count "$ENGRAFT_LAUNCHER_WAIT" ||
        engraft_fail 64 "ENGRAFT_LAUNCHER_WAIT=$ENGRAFT_LAUNCHER_WAIT: a whole number of seconds is expected"
    # The exit of one rank ends the others also where a rank was killed: work is saved, waiting for it is for ever.
    [ "$ENGRAFT_LAUNCH" != srun ] || ENGRAFT_LAUNCH="srun --mpi=pmix --kill-on-bad-exit=1"
    export ENGRAFT_RESTARTS ENGRAFT_LAUNCHER_WAIT
}

# How the result stands: 0 complete, 75 saved work, 66 nothing.
engraft_stands() { "$ENGRAFT" status --quiet -- "$1" >/dev/null 2>&1; }

engraft_saved() { "$ENGRAFT" status -- "$1" 2>/dev/null | grep '^saved '; }

engraft_busy() { "$ENGRAFT" status -- "$1" 2>/dev/null | grep -Eq '^state +(running|writing)$'; }

engraft_forward() {
    engraft_signal=$1
    # Never TERM: mpirun kills its ranks soon after it, but only passes USR1 on; to engraft both mean stop and save.
    [ -z "${engraft_launcher:-}" ] || kill -USR1 "$engraft_launcher" 2>/dev/null
}

# --- the launcher --------------------------------------------------------------------------------------------------

# mpirun of Open MPI 4.1 can wait for ever, for a lock of its own, after a rank was killed while it started.

# What the process PID has: "some" children that live, "none" any more, "new": none yet; "" when it is gone.  Daemons for
# other nodes are children too.  Children that came and went unseen have left page faults (cminflt, proc(5)).
engraft_children() { # PID
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v launcher="$1" '
        { pid = $1; sub(/^.*\) /, "") } # a name may hold spaces
        $1 ~ /[ZX]/ { if ($2 == launcher) had = 1; next }
        pid == launcher { alive = 1; if ($8 > 0) had = 1 }
        $2 == launcher { some = 1 }
        END { if (alive) print some ? "some" : had ? "none" : "new" }'
}

engraft_nap() { # SECONDS; a signal does not have to wait for the end
    sleep "$1" &
    wait $!
}

# Beside a launcher, in a shell of its own: ends with it, by TERM, or with status 9 after it had to stop it.
engraft_guard() { # PID
    set +f
    engraft_fired=0 engraft_idle=0 engraft_step=$(((ENGRAFT_LAUNCHER_WAIT + 5) / 6))
    [ "$engraft_step" -le 5 ] || engraft_step=5
    trap '' HUP INT USR1 USR2
    trap '[ "$!" = "$engraft_launcher" ] || kill "$!" 2>/dev/null; exit $engraft_fired' TERM
    while [ "$engraft_idle" -lt "$ENGRAFT_LAUNCHER_WAIT" ]; do
        engraft_nap "$engraft_step"
        case $(engraft_children "$1") in
        none) engraft_idle=$((engraft_idle + engraft_step)) ;;
        '') exit 0 ;;
        *) engraft_idle=0 ;;
        esac
    done
    engraft_fired=9
    engraft_say "${ENGRAFT_LAUNCH%% *} did not end although its ranks had; it was stopped"
    kill -TERM "$1" 2>/dev/null
    engraft_nap 5
    [ -z "$(engraft_children "$1")" ] || kill -KILL "$1" 2>/dev/null
    exit 9
}

engraft_guard_end() { # an end by the guard is one by KILL, whatever the launcher made of TERM
    [ -n "$engraft_guarded" ] || return 0
    kill -TERM "$engraft_guarded" 2>/dev/null
    while :; do
        wait "$engraft_guarded"
        [ $? -ne 9 ] || engraft_status=137
        kill -0 "$engraft_guarded" 2>/dev/null || break
    done
    engraft_guarded=''
}

# Runs a launcher to its end whatever signals come; sets engraft_status, and engraft_signal to the last one.
engraft_start() {
    engraft_signal='' engraft_launcher=''
    trap 'engraft_forward TERM' TERM
    trap 'engraft_forward INT' INT
    trap 'engraft_forward HUP' HUP
    trap 'engraft_forward USR1' USR1
    trap 'engraft_forward USR2' USR2
    "$@" &
    engraft_launcher=$! engraft_guarded=''
    case $ENGRAFT_LAUNCHER_WAIT:$1 in
    0:* | *:srun | *:*/srun) ;; # srun has ways of its own
    *)
        engraft_guard "$engraft_launcher" &
        engraft_guarded=$! ;;
    esac
    [ -z "$engraft_signal" ] || kill -USR1 "$engraft_launcher" 2>/dev/null
    while :; do
        wait "$engraft_launcher"
        engraft_status=$?
        kill -0 "$engraft_launcher" 2>/dev/null || break
    done
    # A signal that came just as the launcher ended hides its status; a shell that forgot it says 127.
    if [ -n "$engraft_signal" ] && [ "$engraft_status" -gt 128 ]; then
        wait "$engraft_launcher" 2>/dev/null
        set -- $?
        [ "$1" -eq 127 ] || engraft_status=$1
    fi
    engraft_guard_end
    engraft_launcher=''
}

# A requeued job may start while the ranks of its first life still compute on a node that the scheduler has lost.
engraft_wait_for_other() {
    engraft_waited=0
    engraft_say "another run holds the result; waiting for it"
    while engraft_busy "$engraft_result"; do
        if [ -n "$engraft_signal" ]; then
            engraft_before='' # nothing was to be saved here
            engraft_again
        fi
        [ "$engraft_waited" -lt "$ENGRAFT_WAIT" ] || engraft_fail 73 "another run still holds the result after $ENGRAFT_WAIT s"
        sleep 2 &
        wait $!
        engraft_waited=$((engraft_waited + 2))
    done
}

# --- back to the queue ---------------------------------------------------------------------------------------------

engraft_requeue_slurm() {
    # The last task of an array has the array's own number, which stands for all of its tasks.
    engraft_id=$SLURM_JOB_ID
    [ -z "${SLURM_ARRAY_JOB_ID:-}" ] || engraft_id=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
    # A job that Slurm itself is ending (preempted, requeued, cancelled) is not ours to requeue.
    engraft_state=$(squeue -h -j "$engraft_id" -o %T 2>/dev/null | head -n 1)
    if [ "$engraft_state" != RUNNING ]; then
        engraft_say "everything is saved; Slurm is ending this job (${engraft_state:-gone})"
        exit 75
    fi
    if [ "${SLURM_RESTART_COUNT:-0}" -ge "$ENGRAFT_RESTARTS" ]; then
        engraft_fail 75 "everything is saved, but this was restart ${SLURM_RESTART_COUNT:-0} of ENGRAFT_RESTARTS=$ENGRAFT_RESTARTS;" \
            "submit the same again to go on"
    fi
    engraft_say "everything is saved; back to the queue"
    trap - TERM
    scontrol requeue "$engraft_id" ||
        engraft_fail 75 "Slurm does not requeue this job; submit the same again to go on"
    sleep 120 # Slurm ends this script meanwhile
    exit 75
}

engraft_requeue_pbs() {
    engraft_count=${ENGRAFT_RESTARTED:-0}
    [ -n "${ENGRAFT_SCRIPT:-}" ] || engraft_fail 75 "everything is saved; submit the same again to go on"
    [ "$engraft_count" -lt "$ENGRAFT_RESTARTS" ] ||
        engraft_fail 75 "everything is saved, but this was restart $engraft_count of ENGRAFT_RESTARTS=$ENGRAFT_RESTARTS;" \
            "submit the same again to go on"
    export ENGRAFT_RESTARTED=$((engraft_count + 1))
    # Names without values: qsub takes them from the environment, so that nothing has to be quoted for it.
    qsub -v STUDY,RESULT,ENGRAFT,ENGRAFT_HOME,ENGRAFT_LAUNCH,ENGRAFT_SCRIPT,ENGRAFT_DEADLINE,ENGRAFT_LAUNCHER_WAIT,ENGRAFT_RESTARTS,ENGRAFT_RESTARTED \
        "$ENGRAFT_SCRIPT" || engraft_fail 75 "everything is saved, but qsub refused; submit the same again to go on"
    engraft_say "everything is saved; the next part is in the queue"
    exit 75
}

# --- the jobs ------------------------------------------------------------------------------------------------------

# One attempt.  Sets engraft_status, and what is next in engraft_next: end, again (saved, not complete), refused (by what
# stands in the result's place), doubt (complete, but the launcher does not say that it is this study's).
engraft_attempt() {
    engraft_before=$(engraft_saved "$engraft_result")
    set -f # a launcher's words are words, not patterns
    # shellcheck disable=SC2086
    engraft_start ${ENGRAFT_LAUNCH} "$ENGRAFT" "$engraft_verb" "$@"
    set +f
    engraft_stands "$engraft_result"
    engraft_now=$?
    engraft_next=end
    case $engraft_now:$engraft_status in
    0:0) ;;
    *:0) engraft_status=70 && engraft_say "the ranks ended well, but there is no complete result" ;;
    *:3 | *:64 | *:65 | *:66 | *:70) ;;
    *:73) engraft_next=refused ;;
    0:*) engraft_next=doubt ;;
    75:* | *:75 | *:12[89] | *:1[3-9]?) engraft_next=again ;;
    *) [ -z "$engraft_signal" ] || engraft_next=again ;;
    esac
}

# Nothing new saved: a run that breaks at the same place each time, or a block longer than the job, fills the queue for
# nothing.  TERM is no such case: it may come at any time.
engraft_must_have_saved() {
    [ -n "$engraft_before" ] && [ "$engraft_signal" != TERM ] || return 0
    [ "$(engraft_saved "$engraft_result")" != "$engraft_before" ] ||
        engraft_fail "$engraft_status" "it ended (status $engraft_status) without anything new saved; not tried again"
}

engraft_again() {
    engraft_must_have_saved
    if [ -n "${SLURM_JOB_ID:-}" ]; then
        engraft_requeue_slurm
    elif [ -n "${PBS_JOBID:-}" ]; then
        engraft_requeue_pbs
    fi
    engraft_restart_here
}

engraft_job() {
    engraft_verb=run
    if [ "${1:-}" = extend ] && [ $# -ge 3 ]; then # a study of that name is ./extend
        engraft_verb=extend
        shift
    fi
    [ $# -ge 2 ] || engraft_fail 64 "a study and a result are needed: STUDY RESULT.h5"
    [ -r "$1" ] || engraft_fail 66 "cannot read the study: $1"
    engraft_study=$1 engraft_result=$2 engraft_looked=''
    shift 2
    # Neither is ever taken for an option.
    case $engraft_study in -*) engraft_study=./$engraft_study ;; esac
    case $engraft_result in -*) engraft_result=./$engraft_result ;; esac
    # shellcheck source=jobs/env.sh
    . "$ENGRAFT_HOME/jobs/env.sh"
    engraft_command
    engraft_settings
    while :; do
        engraft_attempt "$engraft_study" -o "$engraft_result" "$@"
        case $engraft_next in
        end) exit "$engraft_status" ;;
        again) engraft_again ;;
        *)
            # What is in the way may be another run of the same: it ends, and a second look says the truth.
            if [ "$engraft_next" = refused ] && engraft_busy "$engraft_result"; then
                engraft_wait_for_other
            elif [ -n "$engraft_looked" ]; then
                exit "$engraft_status"
            else
                engraft_looked=yes
            fi ;;
        esac
    done
}

# Without a scheduler: at once and here, unless someone asked it to stop.
engraft_restart_here() {
    engraft_here=$((${engraft_here:-0} + 1))
    [ -z "$engraft_signal" ] && [ "$engraft_status" -ne 75 ] || exit 75
    [ "$engraft_here" -le "$ENGRAFT_RESTARTS" ] || engraft_fail 75 "everything is saved, but it broke $engraft_here times"
    engraft_say "it ended with status $engraft_status; going on from what is saved"
}

# --- arrays --------------------------------------------------------------------------------------------------------

engraft_shard_name() { printf '%s.%dof%d.h5' "$1" "$2" "$3"; }

engraft_shard_job() { # STUDY RESULT [OPTIONS]
    [ $# -ge 2 ] || engraft_fail 64 "a study and a result are needed: STUDY RESULT.h5"
    [ -n "${SLURM_ARRAY_TASK_ID:-}" ] || engraft_fail 64 "this is a job for an array: sbatch --array=1-10 ..."
    # The last number of the array, not the count of the tasks that were submitted: single tasks may be submitted again.
    engraft_shards=${ENGRAFT_SHARDS:-${SLURM_ARRAY_TASK_MAX:-}}
    engraft_is_count "$engraft_shards" || engraft_fail 64 "ENGRAFT_SHARDS=$engraft_shards: a whole number is expected"
    [ "$SLURM_ARRAY_TASK_ID" -ge 1 ] && [ "$SLURM_ARRAY_TASK_ID" -le "$engraft_shards" ] ||
        engraft_fail 64 "task $SLURM_ARRAY_TASK_ID of ${engraft_shards:-?}: number the tasks from 1, or set ENGRAFT_SHARDS"
    engraft_study=$1 engraft_result=$(engraft_shard_name "$2" "$SLURM_ARRAY_TASK_ID" "$engraft_shards")
    shift 2
    engraft_job "$engraft_study" "$engraft_result" "$@" --shard "$SLURM_ARRAY_TASK_ID/$engraft_shards"
}

engraft_merge() { # RESULT SHARDS
    engraft_is_count "${2:-}" || engraft_fail 64 "a result and the number of its shards are needed: RESULT.h5 10"
    engraft_result=$1 engraft_shards=$2
    case $engraft_result in -*) engraft_result=./$engraft_result ;; esac
    # shellcheck source=jobs/env.sh
    . "$ENGRAFT_HOME/jobs/env.sh"
    engraft_command
    engraft_settings
    set --
    while [ $# -lt "$engraft_shards" ]; do
        set -- "$@" "$(engraft_shard_name "$engraft_result" $(($# + 1)) "$engraft_shards")"
    done
    engraft_merge_files "$@"
}

# A merge that waits for its shards afterany runs also when tasks were cancelled or failed.
engraft_quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; } # as a shell reads it back

engraft_miss() { # NUMBER SHARD
    engraft_missing=$engraft_missing${engraft_missing:+ }$1
    engraft_misses=$((engraft_misses + 1))
    if engraft_busy "$2"; then
        set -- "$1" "$2" "a run is at it"
    else
        set -- "$1" "$2" "$(engraft_saved "$2" | sed 's/  */ /g')"
    fi
    [ "$engraft_misses" -gt 20 ] || engraft_say "shard $1 is not complete: ${3:-nothing saved}: $2"
}

# As --array takes them: 1-3,7
engraft_ranges() { # NUMBER...
    printf '%s\n' "$@" | awk '
        function put() { printf "%s%s", sep, from == to ? from : from "-" to; sep = "," }
        NR > 1 && $1 == to + 1 { to = $1; next }
        NR > 1 { put() }
        { from = to = $1 }
        END { put() }'
}

engraft_tell_missing() { # SHARDS
    # shellcheck disable=SC2086 # one argument a number
    engraft_missing=$(engraft_ranges $engraft_missing)
    engraft_say "$engraft_misses of $1 shards are not complete: $engraft_missing; nothing is merged, what is there is kept"
    if [ -n "${ENGRAFT_ARRAY_SCRIPT:-}" ]; then
        set -- "${ENGRAFT_SBATCH:-sbatch}" "$(engraft_quote "$ENGRAFT_ARRAY_SCRIPT")" "$(engraft_quote "$ENGRAFT_MERGE_SCRIPT")"
    else # the study and its job's size are not known here
        set -- "env ENGRAFT_SHARDS=$1 sbatch" "$(engraft_quote "$ENGRAFT_HOME/jobs/array.sbatch") STUDY $(engraft_quote "$engraft_result")" \
            "$(engraft_quote "$ENGRAFT_HOME/jobs/merge.sbatch") $(engraft_quote "$engraft_result") $1"
    fi
    engraft_say "to go on: job=\$($1 --parsable --array=$engraft_missing $2) && $1 --dependency=afterany:\"\${job%%;*}\" $3"
    exit 75
}

engraft_merge_files() { # SHARD...
    engraft_number=0 engraft_missing='' engraft_misses=0
    for engraft_shard in "$@"; do
        engraft_number=$((engraft_number + 1))
        engraft_stands "$engraft_shard" || engraft_miss "$engraft_number" "$engraft_shard"
    done
    [ -z "$engraft_missing" ] || engraft_tell_missing $#
    set -f
    # shellcheck disable=SC2086
    engraft_start ${ENGRAFT_LAUNCH} "$ENGRAFT" merge "$@" -o "$engraft_result"
    set +f
    if [ "$engraft_status" -eq 0 ] && ! engraft_stands "$engraft_result"; then
        engraft_status=70
    fi
    exit "$engraft_status"
}
