#!/bin/bash
# The kept inputs of every fuzz target, then some thousand new ones made from them, the same ones each time.  Long runs: `make fuzz`.
#
# Built by clang with its sanitizers and libFuzzer, in a folder of its own: a mutator that sees which code an input reaches finds in
# seconds what blind changes never do, and everything that reads a file runs under both sanitizers in every `make test`.
# long: it builds engraft by clang, in a folder of its own
set -u
passed=0 failed=0
if ! echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d == 0 && n > 0; }' |
    clang -x c -fsanitize=fuzzer,address - -o "$TMPDIR/probe" 2>"$TMPDIR/why"; then
    echo "SKIPPED fuzz targets: no clang with libFuzzer (Debian: clang, libclang-rt-dev): $(head -n 1 "$TMPDIR/why")"
    exit 77
fi
BUILD=$(dirname "$OUT")
make -s -C "$SOURCE" -j"$(nproc)" -Otarget BUILD="$BUILD" CONFIG=fuzz CC=clang fuzz-programs >"$TMPDIR/build" 2>&1 ||
    { cat "$TMPDIR/build"; echo "0 passed, 1 failed"; exit 1; }

# run TARGET EXECUTIONS: about two seconds each
run() {
    local out
    out=$(OUT=$BUILD/fuzz RUNS=$2 SEED=1 CORPUS=$TMPDIR/corpus "$SOURCE/tests/run_fuzz.sh" "$1" 2>&1)
    if [[ ${out##*$'\n'} = "1 passed, 0 failed" ]]; then
        passed=$((passed + 1))
        echo "FOUND ${out%%$'\n'*}"
    else
        failed=$((failed + 1))
        echo "$out"
    fi
}
for file in "$SOURCE"/tests/fuzz_*.c; do
    target=${file##*/fuzz_}
    target=${target%.c}
    case $target in
    scalar) run "$target" 20000 ;;
    cli) run "$target" 8000 ;;
    study | journal) run "$target" 3000 ;;
    *) run "$target" 500 ;;
    esac
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
