#!/bin/bash
# jobs/scaling.sbatch over two nodes: a table with a row for each run, whose weak runs have done ranks times the work; and
# jobs/submit with a real sbatch.
set -u
. "$SOURCE/tests/cluster/cluster.sh"

sed 's/points: 100/points: 10/' "$SHORT" >tiny.yaml
ENGRAFT_REPEATS=2 submit --nodes=2 --ntasks-per-node=2 "$SOURCE/jobs/scaling.sbatch" tiny.yaml t.csv
ok "it completes" completes "$job"
rows() { # rows KIND: ranks, repeat, points of its rows
    awk -F, -v kind="$1" '$1 == kind { printf "%s %s %s;", $2, $4, $5 }' t.csv
}
ok "weak: points grow with ranks" test "$(rows weak)" = "1 1 10;1 2 10;2 1 20;2 2 20;4 1 40;4 2 40;"
ok "strong: they do not" test "$(rows strong)" = "1 1 40;1 2 40;2 1 40;2 2 40;4 1 40;4 2 40;"
ok "nodes and courses" test "$(awk -F, '$2 == 4 && $3 == 2 && $6 == 64 * 2 * $5 && $7 > 0 { n++ } END { print n }' t.csv)" -eq 4
ok "a figure, or why there is none" grep -Eq 't.svg|no figure' engraft-scaling-"$job".log
ok "nothing is left" test ! -e t.csv.runs
cp t.csv before.csv
ENGRAFT_REPEATS=2 submit --nodes=2 --ntasks-per-node=2 "$SOURCE/jobs/scaling.sbatch" tiny.yaml before.csv
ok "a table that is whole is left alone" completes "$job" 60
ok "row by row" test "$(wc -l <before.csv)" -eq 13
verdict
