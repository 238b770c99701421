#!/bin/bash
# `make test-cluster`: starts a Slurm of two nodes on this machine, runs the cases beside this file on it, ends it.
#
#     tests/cluster/run.sh [CASE...]        as tests/run_tests.sh, which counts; default: all of tests/cluster/case_*.sh
#
# Needs root.  A case finds, beside what every test finds,
#     SLURM_CONF          the cluster; CLUSTER its folder
#     LONG, QUIET         a study that takes some 30 s here, and its result from a run that nobody disturbed
#     SHORT, QUIET_SHORT  the same of a few seconds
set -u
cd "$(dirname "$0")/../.." || exit 70
. jobs/env.sh
export PATH=$PATH:/usr/sbin:/sbin
OUT=$(realpath "${OUT:-build/release}")
engraft=$OUT/engraft
[ $# -gt 0 ] || set -- tests/cluster/case_*.sh

skip() {
    echo "SKIPPED tests on Slurm: $*"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
for program in munged slurmctld slurmd sbatch unshare; do
    command -v $program >/dev/null || skip "there is no $program here: apt-get install slurm-wlm munge"
done
[ "$(id -u)" -eq 0 ] || skip "only root can start one"
unshare --uts --mount true 2>/dev/null || skip "no right to give a node its own host name (unshare --uts --mount)"

CLUSTER=$(mktemp -d "${TMPDIR:-/tmp}/engraft-slurm.XXXXXX") || exit 70
export CLUSTER SLURM_CONF=$CLUSTER/slurm.conf
# What died under kill -9 leaves its shared memory; what was there before is not ours.
shared() { find /dev/shm -maxdepth 1 \( -name 'vader_segment.n[12].*' -o -name 'sm_segment.n[12].*' -o -name 'sem.OMPIO_*' \) 2>/dev/null | sort; }
shared >"$CLUSTER.shm"
cleanup() {
    tests/cluster/slurm.sh stop "$CLUSTER"
    shared | comm -13 "$CLUSTER.shm" - | xargs -r rm -f
    rm -rf "$CLUSTER" "$CLUSTER.shm"
}
trap cleanup EXIT
trap 'kill "${pid:-0}" 2>/dev/null; wait; exit 130' INT TERM HUP

tests/cluster/slurm.sh start "$CLUSTER" || { echo "0 passed, 1 failed"; exit 1; }

study() { # study PATIENTS
    cat <<END
study: cluster
seed: 5
horizon: 2 y
cohort: {disease: ms, patients: $1}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy_atg:
    - {at: -5 d, harvest: pb}
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: 100}}
outcomes: [relapse, death, os, anc_recovery, cd4]
END
}
quiet() { # quiet STUDY RESULT: on both cores, undisturbed
    mpirun --oversubscribe -n 2 "$engraft" run --progress none "$1" -o "$2" >"$CLUSTER/quiet.log" 2>&1 ||
        { cat "$CLUSTER/quiet.log"; echo "0 passed, 1 failed"; exit 1; }
}
export LONG=$CLUSTER/long.yaml QUIET=$CLUSTER/quiet.h5 SHORT=$CLUSTER/short.yaml QUIET_SHORT=$CLUSTER/quiet-short.h5
study 64 >"$SHORT"
# Some 60 core-seconds, from this machine's speed now.
study "$("$engraft" check "$SHORT" | awk '$1 == "time" { s = ($3 == "core-seconds" ? 1 : 3600) * $2; n = int(64 * 60 / s); print (n < 256 ? 256 : n > 100000 ? 100000 : n) }')" >"$LONG"
quiet "$SHORT" "$QUIET_SHORT"
quiet "$LONG" "$QUIET"

# One Slurm, whose nodes the cases share: one after the other.
JOBS=1 TEST_LIMIT=${TEST_LIMIT:-600} OUT=$OUT tests/run_tests.sh "$@" &
pid=$!
wait $pid
