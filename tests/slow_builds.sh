#!/bin/bash
# Compilers, levels of optimisation and debug builds give the same file, bit for bit: a small study with everything in it and one
# of each disease by each build, with its widest vectors and without any, and the whole demo study by gcc and by clang.
set -u
skipped=0
small=$SOURCE/tests/data/studies/small.yaml
demo=$SOURCE/jobs/studies/ms-conditioning.yaml
ranks=2
. "$SOURCE/tests/testlib.sh"
. "$SOURCE/tests/disease_studies.sh"

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
diseases=$(all_diseases)
for disease in $diseases; do
    disease_study "$disease" "400 d" 3 8 short >"$disease.yaml"
    ok "the study of $disease" run "$ENGRAFT" auto "$disease.yaml" "$disease.h5" || finish
done

built_by() { # built_by RESULT PATTERN: of compiler and flags as the result tells them
    "$PYTHON" -c 'import h5py, sys
with h5py.File(sys.argv[1], "r") as file:
    print(*(file["provenance/" + name][()].decode().rstrip("\0") for name in ("compiler", "flags")))' "$1" >built || return 1
    grep -Eq -- "$2" built || { echo "no \"$2\" in:"; cat built; return 1; }
}

check() { # check NAME PATTERN CONFIG ARGUMENT...: what its results say of compiler and flags matches the pattern
    local name=$1 says=$2 start=$SECONDS
    shift 2
    ok "$name: builds" build "$name" "$@" || return
    echo "$name: built in $((SECONDS - start)) s"
    for width in auto plain; do
        ok "$name, $width: runs" run "./$name.engraft" $width "$small" "$name-$width.h5" &&
            ok "$name, $width: equal" "$ENGRAFT" diff small.h5 "$name-$width.h5"
        for disease in $diseases; do
            ok "$name, $width, $disease: runs" run "./$name.engraft" $width "$disease.yaml" other.h5 &&
                ok "$name, $width, $disease: equal" "$ENGRAFT" diff "$disease.h5" other.h5
            rm -f other.h5
        done
    done
    ok "$name: is what it is called" built_by "$name-plain.h5" "$says"
}
check gcc "gcc.*-O3" release CC=gcc
check gcc-debug "gcc.*-DENG_DEBUG" debug CC=gcc
check gcc-O1 "gcc.*-O3.* -O1" release CC=gcc CFLAGS=-O1
check gcc-O2 "gcc.*-O3.* -O2" release CC=gcc CFLAGS=-O2
# Tiles of other sizes.
check gcc-lanes-32 "gcc.*-O3" release CC=gcc CPPFLAGS=-DENG_LANES=32
check gcc-lanes-128 "gcc.*-O3" release CC=gcc CPPFLAGS=-DENG_LANES=128
# What people add for the machine they are on: other instructions in every file, the plain step loop included.
check gcc-native "gcc.*-march=native" release CC=gcc CFLAGS="-O2 -march=native"
if command -v clang >/dev/null; then
    check clang "[Cc]lang.*-O3" release CC=clang
    check clang-debug "[Cc]lang.*-DENG_DEBUG" debug CC=clang
    ok "the demo study by gcc" run ./gcc.engraft auto "$demo" demo-gcc.h5
    ok "the demo study by clang" run ./clang.engraft auto "$demo" demo-clang.h5
    ok "equal" "$ENGRAFT" diff demo-gcc.h5 demo-clang.h5
else
    echo "SKIPPED clang: it is not installed"
    skipped=$((skipped + 1))
fi
finish
