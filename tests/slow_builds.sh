#!/bin/bash
# Compilers, levels of optimisation and debug builds give the same file, bit for bit: a small study with everything in
# it by each build, with its widest vectors and without any, and the whole demo study by gcc and by clang.
set -u
passed=0 failed=0 skipped=0
small=$SOURCE/tests/data/studies/small.yaml
demo=$SOURCE/jobs/studies/ms-conditioning.yaml
ranks=2
cd "$TMPDIR" || exit 70

ok() { # ok WHAT COMMAND...
    local what=$1
    shift
    if "$@" >out 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what: $*"
        tail -n 20 out | sed 's/^/    /'
        return 1
    fi
}
finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed -eq 0 ]
    exit
}
build() { # build NAME CONFIG ARGUMENT...: leaves the command as ./NAME/engraft
    local name=$1 config=$2 out
    shift 2
    out=$TMPDIR/$name/$config
    [ "$REAL" = float ] || out=$out-$REAL
    env -u OMPI_CC make -C "$SOURCE" -s -j2 --no-print-directory BUILD="$TMPDIR/$name" CONFIG="$config" REAL="$REAL" \
        MPICC="$MPICC" CFLAGS= "$@" "$out/engraft" && cp "$out/engraft" "$name.engraft" && rm -r "${TMPDIR:?}/$name"
}
run() { # run NAME WIDTH STUDY RESULT
    ENGRAFT_SIMD=$2 $MPIEXEC -n $ranks "$1" run --progress none "$3" -o "$4"
}

ok "the small study" run "$ENGRAFT" auto "$small" small.h5 || finish

check() { # check NAME CONFIG ARGUMENT...
    local name=$1 start=$SECONDS
    ok "$name: builds" build "$@" || return
    echo "$name: built in $((SECONDS - start)) s"
    for width in auto plain; do
        ok "$name, $width: runs" run "./$name.engraft" $width "$small" "$name-$width.h5" &&
            ok "$name, $width: equal" "$ENGRAFT" diff small.h5 "$name-$width.h5"
    done
}
check gcc release CC=gcc
check gcc-debug debug CC=gcc
check gcc-O1 release CC=gcc CFLAGS=-O1
check gcc-O2 release CC=gcc CFLAGS=-O2
# What people add for the machine they are on: other instructions in every file, the plain step loop included.
check gcc-native release CC=gcc CFLAGS="-O2 -march=native"
if command -v clang >/dev/null; then
    check clang release CC=clang
    check clang-debug debug CC=clang
    # not the compiler of one by another's name
    ok "clang is clang" "$PYTHON" -c 'import h5py
text = [h5py.File(name)["provenance/compiler"][()].decode() for name in ("gcc-auto.h5", "clang-auto.h5")]
print(text)
assert "clang" in text[1].lower() and "clang" not in text[0].lower()'
    ok "the demo study by gcc" run ./gcc.engraft auto "$demo" demo-gcc.h5
    ok "the demo study by clang" run ./clang.engraft auto "$demo" demo-clang.h5
    ok "equal" "$ENGRAFT" diff demo-gcc.h5 demo-clang.h5
else
    echo "SKIPPED clang: it is not installed"
    skipped=$((skipped + 1))
fi
finish
