#!/bin/bash
# Damaged studies: 2,000 mutants of right ones neither crash nor hang the reader under AddressSanitizer, and every file
# of tests/data/broken is refused by the command with status 65, a line with its position, and no file left behind.
set -u
failed=0 passed=0
check() { # check STATUS WHAT
    if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $2"; fi
}

# The reader under sanitizers; what it calls comes from the library as it was built.
lib=$OUT/libengraft.a
objects=()
flags="-std=c11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -ffp-contract=off
    -D_POSIX_C_SOURCE=200809L -I$SOURCE/src -I$SOURCE/include -I$SOURCE/tests"
[ "$REAL" = double ] && flags="$flags -DENG_REAL_DOUBLE"
for file in "$SOURCE"/src/base/{text,yaml}.c "$SOURCE"/src/study/{study,study_*,quantity,canonical,identity,points}.c \
    "$SOURCE"/tests/{fuzz_study,mutate_study,testlib}.c; do
    object=$TMPDIR/$(basename "$file" .c).o
    # shellcheck disable=SC2086
    "$MPICC" $flags -c -o "$object" "$file" || exit 1
    objects+=("$object")
done
# shellcheck disable=SC2086
"$MPICC" $flags -o "$TMPDIR/mutate_study" "${objects[@]}" "$lib" -lyaml -lxxhash -lcunit -lm || exit 1

"$TMPDIR/mutate_study" 2000 "$SOURCE"/jobs/studies/*.yaml "$SOURCE"/tests/data/studies/*.yaml
check $? "2,000 mutants"

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
