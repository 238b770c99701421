#!/bin/bash
# Lupus and Crohn's disease, in the slow tier every disease: transplants, and rules that answer a relapse with a drug or another transplant; one file
# from any number of ranks, without vectors, and from runs that are stopped or killed and go on, on other numbers of ranks.
# long: runs that are killed and go on
set -u
. "$SOURCE/tests/testlib.sh"
. "$SOURCE/tests/disease_studies.sh"

run() { # run RANKS RESULT [ARGUMENTS...]
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none study.yaml -o "${@:2}"
}
begin() { # begin RANKS RESULT [ATTEMPT]: in the background, until it has saved something
    $MPIEXEC -n "$1" "$ENGRAFT" run --progress none study.yaml -o "$2" >running 2>&1 &
    launcher=$!
    wait_saved "$2" "${3:-1}" && ranks=$(pgrep -P $launcher)
}
kill_one() { kill -KILL "$(tail -n 1 <<<"$ranks")"; }
# shellcheck disable=SC2086 # numbers
kill_all() { kill -KILL $ranks $launcher; }
killed() { # killed HOW RANKS RESULT [ATTEMPT]
    begin "${@:2}" || return 1
    "$1"
    wait $launcher 2>/dev/null
    # shellcheck disable=SC2086 # numbers
    wait_gone $ranks
    test ! -e "$3" -a -e "$3.work"
}
# A study that takes two ranks two thirds of a second: the first save comes after a quarter of one.
sized_study() { # sized_study DISEASE
    local courses
    disease_study "$1" "2 y" 12 3 short >study.yaml
    courses=$(courses_for 0.67 2 study.yaml) && [ "${courses:-0}" -gt 0 ] || return 1
    disease_study "$1" "2 y" 48 $((courses / (48 * 5) + 8)) short >study.yaml
}
whole() { # whole DISEASE
    ok "$1: this machine's speed" sized_study "$1" && ok "$1: two ranks" run 2 whole.h5 && ok "$1: rules acted" rules_acted whole.h5
}
rules_acted() { # grafts under `rescue` are by rules alone
    "$PYTHON" -c 'import h5py, sys
file = h5py.File(sys.argv[1])
rescue = [name.decode().rstrip("\0") for name in file["protocol"][()]].index("rescue")
assert (file["records/anc_recovery_cause"][()][:, rescue] == 1).sum() > 3, "nobody was transplanted by a rule"' "$1"
}
resumed() { # resumed DISEASE RANKS RESULT WHAT
    ok "$1: goes on after $4" says "is saved already" 0 run "$2" "$3" --resume require
    ok "$1: equal after $4" "$ENGRAFT" diff whole.h5 "$3"
    ok "$1: nothing is left after $4" test ! -e "$3.work"
}
each() { # each DISEASE
    whole "$1" || return
    ok "$1: killed with its launcher" killed kill_all 2 all.h5 && resumed "$1" 3 all.h5 "a kill"
    if all_of_it; then
        ok "$1: a rank killed" killed kill_one 3 one.h5 && ok "$1: killed again" killed kill_all 2 one.h5 2 && resumed "$1" 1 one.h5 "two kills"
        ok "$1: five ranks" run 5 five.h5 && ok "$1: equal on five" "$ENGRAFT" diff whole.h5 five.h5
        ENGRAFT_SIMD=plain ok "$1: stopped by a deadline" stopped_by_deadline parts.h5 run 2 parts.h5 && resumed "$1" 3 parts.h5 "a deadline"
    fi
    rm -f ./*.h5
}

diseases='sle crohn'
! all_of_it || diseases=$(all_diseases)
for disease in $diseases; do each "$disease"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
