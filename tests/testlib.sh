# What test scripts share: `. "$SOURCE/tests/testlib.sh"`.  Counts in $passed and $failed; works in $TMPDIR, where it leaves `out`.
# shellcheck shell=bash
passed=0 failed=0 folder=$TMPDIR
cd "$folder" || exit 70

ok() { # ok WHAT COMMAND...: one counted check; what it printed is shown where it fails
    local what=$1
    shift
    if "$@" >"$folder/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what: $*"
        tail -n 20 "$folder/out" | sed 's/^/    /'
        return 1
    fi
}
side_by_side() { # side_by_side FUNCTION...: cases that wait and know nothing of one another, each in a shell and a folder of its own
    local name p f
    for name; do
        mkdir "$TMPDIR/$name"
        (
            folder=$TMPDIR/$name passed=0 failed=0
            cd "$folder" || exit 70
            "$name"
            echo "$passed $failed" >counts
        ) >"$TMPDIR/$name/told" 2>&1 &
    done
    wait
    for name; do
        p=0 f=1 # of one that did not come to its end
        [ ! -s "$name/counts" ] || read -r p f <"$name/counts"
        [ "$f" -eq 0 ] || echo "--- $name:"
        grep -E "$([ "$f" -eq 0 ] && echo '^(SKIPPED|WARNING|FOUND) ' || echo '')" "$name/told"
        passed=$((passed + p)) failed=$((failed + f))
    done
}
all_of_it() { # is this the slow tier (slow_extents.sh), which leaves out none of the kinds of one thing?
    [ "${EXTENT:-}" = all ]
}
status_is() { # status_is STATUS COMMAND...
    local wanted=$1 got
    shift
    "$@"
    got=$?
    [ $got -eq "$wanted" ] || { echo "status $got instead of $wanted"; return 1; }
}
says() { # says PATTERN STATUS COMMAND...: its output, which stays in `said`, has a line like that
    local pattern=$1 wanted=$2
    shift 2
    status_is "$wanted" "$@" >said 2>&1 </dev/null || { cat said; return 1; }
    grep -Eq -- "$pattern" said || { echo "no '$pattern' in:"; cat said; return 1; }
}
wait_saved() { # wait_saved RESULT [ATTEMPT]: until the run under $launcher has saved something (in that attempt)
    for _ in $(seq 600); do
        [ -z "$(find "$1.work" -name "journal.${2:-*}.*" -size +0 2>/dev/null)" ] || return 0
        kill -0 "$launcher" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}
stopped_by_deadline() { # stopped_by_deadline RESULT COMMAND...: by one that is over when something is saved, and not all; how long that takes, others decide
    local seconds
    for seconds in 0.5 0.8 1.2 1.8 2.7 4 6 9 13; do
        status_is 75 "${@:2}" --deadline ${seconds}s || return 1
        [ -z "$(find "$1.work" -name 'journal.*' -size +0)" ] || return 0
    done
    return 1
}
courses_for() { # courses_for SECONDS RANKS STUDY: how many these ranks take so long for, by what this study takes of a core here
    local speed cores
    cores=$(nproc)
    ENGRAFT_PROFILE=1 "$ENGRAFT" run --progress none "$3" -o speed.h5 >speed.log 2>&1 || { cat speed.log >&2; return 1; }
    speed=$(sed -n 's/.* \([0-9]*\) courses per cpu-second.*/\1/p' speed.log)
    rm speed.h5
    awk -v s="$1" -v n="$(($2 < cores ? $2 : cores))" -v speed="${speed:-0}" 'BEGIN { printf "%d\n", s * n * speed }'
}
wait_gone() { # wait_gone PROCESS...: until none of them runs any more, who need not be children
    local pid
    for pid in "$@"; do
        for _ in $(seq 200); do # what has ended and is waited for by nobody yet has no command line
            [ -n "$(tr -d '\0' <"/proc/$pid/cmdline")" ] || break
            sleep 0.05
        done 2>/dev/null
    done
}
two_arm_study() { # two_arm_study NAME SEED POINTS PATIENTS: a drug against a transplant, every kind of dataset, in one year
    cat <<END
study: $1
seed: $2
horizon: 1 y
cohort: {disease: ms, patients: $4}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy_atg:
    - {at: -5 d, harvest: pb}
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: $3}}
outcomes: [relapse, death, os, anc_recovery, infections, cd4]
trajectories: {markers: [anc], every: 1 mo}
records: {patients: 300}
END
}
