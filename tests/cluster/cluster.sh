# shellcheck shell=bash disable=SC2015,SC2034
# What the cases share: `. "$SOURCE/tests/cluster/cluster.sh"`.  Jobs of a case lie in $TMPDIR, where their logs are, too.
. "$SOURCE/tests/testlib.sh"
export ENGRAFT_HOME=$SOURCE
# Jobs get what a user's shell has, which is not a workstation's settings; but both nodes share these few cores.
unset OMPI_MCA_rmaps_base_oversubscribe OMPI_MCA_hwloc_base_binding_policy
export OMPI_MCA_mpi_yield_when_idle=1
export SBATCH_EXPORT=ALL
trap 'scancel -Q -u root; scancel -Q --signal=KILL --full -u root' EXIT

submit() { # submit SBATCH_ARGUMENTS...: sets job
    job=$(sbatch --parsable "$@")
}
field() { # field JOB NAME
    scontrol -o show job "$1" 2>/dev/null | tr ' ' '\n' | sed -n "s/^$2=//p" | head -n 1
}
state_is() { # state_is JOB PATTERN SECONDS
    local end=$((SECONDS + $3)) state
    while :; do
        state=$(field "$1" JobState)
        [[ ! $state =~ ^($2)$ ]] || return 0
        [ $SECONDS -lt $end ] || break
        sleep 0.2
    done
    echo "job $1 is $state after $3 s, not $2"
    scontrol show job "$1"
    tail -n 30 ./*-"$1"*.log
    return 1
}
courses_saved() { # courses_saved RESULT
    "$ENGRAFT" status "$1" | awk '$1 == "saved" { gsub(",", "", $2); print $2 }'
}
saves() { # saves RESULT [ATTEMPT]: a running job has saved something (in that attempt, beyond what earlier ones had)
    local end=$((SECONDS + 60)) before
    until [ -n "$(find "$1.work" -name "journal.${2:-1}.*" -size +0 2>/dev/null)" ]; do
        [ $SECONDS -lt $end ] || { echo "nothing saved in $1.work after 60 s"; tail -n 30 ./*.log; return 1; }
        sleep 0.1
    done
    [ "${2:-1}" -gt 1 ] || return 0
    before=$(courses_saved "$1")
    until [ "$(courses_saved "$1")" -gt "$before" ]; do
        [ $SECONDS -lt $end ] || { echo "nothing new saved in $1.work after 60 s"; tail -n 30 ./*.log; return 1; }
        sleep 0.1
    done
}
completes() { # completes JOB [SECONDS]
    state_is "$1" 'COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL' "${2:-300}" && state_is "$1" COMPLETED 0
}
restarts() { # restarts JOB AT_LEAST
    local count
    count=$(field "$1" Restarts)
    [ "${count:-0}" -ge "$2" ] || { echo "$count restarts, not $2"; return 1; }
}
exits_with() { # exits_with JOB STATUS
    state_is "$1" FAILED 60 && [ "$(field "$1" ExitCode)" = "$2:0" ] || { scontrol show job "$1"; tail -n 30 ./*-"$1".log; return 1; }
}
equal() { # equal RESULT [QUIET]: the same as the quiet run's, and nothing is left beside it
    "$ENGRAFT" diff "${2:-$QUIET}" "$1" && [ ! -e "$1.work" ]
}
nodes_idle() {
    local end=$((SECONDS + 60))
    until [ "$(sinfo -h -N -p main -t idle -o %N | sort -u | wc -l)" -eq 2 ]; do
        [ $SECONDS -lt $end ] || { sinfo -N -l; return 1; }
        sleep 0.3
    done
}
verdict() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}
