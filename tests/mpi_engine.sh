#!/bin/bash
# tests/mpi_engine.c on several numbers of ranks and sizes of groups; every rank's tests must pass.
set -u
passed=0 failed=0
for shape in 2: 3: 5: 8: 3:2 8:2 8:3 9:4; do
    n=${shape%:*}
    if ENGRAFT_GROUP=${shape#*:} $MPIEXEC -n $n "$OUT/tests/mpi_engine" >"$TMPDIR/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed on $n ranks, ENGRAFT_GROUP=${shape#*:}"
        tail -n 40 "$TMPDIR/out"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
