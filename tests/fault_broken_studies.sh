#!/bin/bash
# Every file of tests/data/broken is refused by the command with status 65, a line with its position, and no file left behind.
set -u
failed=0 passed=0
check() { # check STATUS WHAT
    if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $2"; fi
}

cd "$TMPDIR" || exit 1
mkdir empty && cd empty || exit 1
for file in "$SOURCE"/tests/data/broken/*.yaml; do
    name=$(basename "$file")
    for command in "check $file" "run $file -o result.h5"; do
        # shellcheck disable=SC2086
        timeout 60 "$ENGRAFT" $command >../out 2>../err
        status=$?
        grep -qE "$name(:[0-9]+:[0-9]+)?: ." ../err && [ $status -eq 65 ] && [ -z "$(ls -A)" ]
        check $? "engraft ${command%% *} $name: status $status, $(head -n 1 ../err), files: $(ls -A)"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
