#!/bin/bash
# A disk that is full, or fills up while several ranks write the result: no hang, no crash, status 73, one line that says
# so, nothing under the final name or beside it, and the saved work stays, so that a rerun with room completes.
# Needs the right to mount a small file system.
# long: many writes, one after the other on one small disk
set -u
cd "$TMPDIR" || exit 70
disk=$TMPDIR/disk
mkdir "$disk"
if ! mount -t tmpfs -o size=24m tmpfs "$disk" 2>/dev/null; then
    echo "SKIPPED full disk: no right to mount a file system of 24 MB"
    exit 77
fi
filler=
trap '[ -z "$filler" ] || kill "$filler" 2>/dev/null; umount "$disk" 2>/dev/null || umount -l "$disk"' EXIT
passed=0 failed=0

check() { # check WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what: $*"
        tail -n 20 said | sed 's/^/    /'
    fi
}
free_kb() { df --output=avail -k "$disk" | tail -n 1; }
fill_to() { # fill_to KB: leave so much
    local count=$(($(free_kb) - $1))
    [ $count -le 0 ] || dd if=/dev/zero of="$disk/filling" bs=1k count=$count status=none
}
said_once() { [ "$(grep -cE 'No space left' said)" -eq 1 ]; }

# --- a run -----------------------------------------------------------------------------------------------------------
cat >study.yaml <<'STUDY'
study: full-disk
seed: 1
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: 20}}
outcomes: [relapse, death, os, anc_recovery, infections, cd4]
trajectories: {markers: [anc], every: 1 mo}
records: {patients: 300}
STUDY
run() { # run RESULT: its status
    timeout -k 5 60 $MPIEXEC -n 2 "$ENGRAFT" run --progress none study.yaml -o "$1" >said 2>&1
}
run reference.h5
check "a run with room" test $? -eq 0
fill_to $(($(stat -c %s reference.h5) / 1024)) # the work is saved there too
run "$disk/r.h5"
check "a run without room: status 73" test $? -eq 73
check "one line says why" said_once
check "nothing under the final name" test ! -e "$disk/r.h5" -a ! -e "$disk/r.h5.part"
check "the saved work is there" test -n "$(find "$disk/r.h5.work" -name 'journal.*' -size +0)"
rm -f "$disk/filling"
run "$disk/r.h5"
check "the rerun completes" test $? -eq 0
check "from what was saved" grep -q "is saved already" said
check "with the same values" "$ENGRAFT" diff reference.h5 "$disk/r.h5"
rm -rf "$disk"/*

# --- the writer by itself, at every amount of room ---------------------------------------------------------------------
sed 's/points: 20/points: 900/; s/patients: 64/patients: 8/; s/records: .*/records: {patients: 7200}/' study.yaml >large.yaml
write() { # write RANKS RESULT: its status
    timeout -k 5 60 $MPIEXEC -n "$1" "$OUT/tests/mpi_store" --write "$2" large.yaml >said 2>&1
}
# verdict STATUS WHAT: whole or not at all, which of the two the moment decides: as many checks either way.  mpirun gives the status of the
# rank that ended first.
written=0 refused=0
verdict() {
    check "$2: status 0 or 73, not $1" test "$1" -eq 0 -o "$1" -eq 73
    check "$2: nothing beside it" test ! -e "$disk/w.h5.part"
    if [ "$1" -eq 0 ]; then
        written=$((written + 1))
        check "$2: whole" "$ENGRAFT" diff large.h5 "$disk/w.h5"
        check "$2: and nothing else is said" eval '! grep -q "No space left" said'
    else
        refused=$((refused + 1))
        check "$2: not at all" test ! -e "$disk/w.h5"
        check "$2: says why" grep -q 'No space left' said
    fi
    rm -rf "$disk"/*
}
write 1 large.h5
check "the large result" test $? -eq 0
size=$(($(stat -c %s large.h5) / 1024))
for room in 0 8 100 400 1000 $((size / 4)) $((size / 2)) $size $((2 * size)) 24000; do
    fill_to "$room"
    write 3 "$disk/w.h5"
    verdict $? "$room KB for $size KB"
done
check "some were written ($written), some refused ($refused)" test $written -gt 0 -a $refused -gt 2

# --- a disk that fills up meanwhile --------------------------------------------------------------------------------------
for pause in 0 0.005 0.01 0.02 0.03 0.04 0.06 0.08 0.1 0.15 0.2; do
    (
        until [ -e "$disk/w.h5.part" ]; do sleep 0.002; done
        sleep "$pause"
        exec dd if=/dev/zero of="$disk/filling" bs=64k status=none 2>/dev/null
    ) &
    filler=$!
    write 2 "$disk/w.h5"
    status=$?
    kill "$filler" 2>/dev/null
    wait "$filler" 2>/dev/null
    filler=
    verdict $status "filled after $pause s"
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
