#!/bin/bash
# `make install` into a directory, then a program of somebody else built with what pkg-config says.
# alone: it runs make in this tree
set -eu
cd "$SOURCE"
make -s install DESTDIR="$TMPDIR/dest" PREFIX=/opt/engraft CONFIG="$CONFIG" REAL="$REAL"
for file in bin/engraft lib/libengraft.a lib/pkgconfig/engraft.pc include/engraft/error.h; do
    test -s "$TMPDIR/dest/opt/engraft/$file"
done

cat >"$TMPDIR/user.c" <<'END'
#include <engraft/error.h>
#include <engraft/version.h>
#include <stdio.h>
int main(void) { return printf("%s %s\n", ENG_VERSION, eng_strerror(ENG_ERR_STUDY)) < 0; }
END
export PKG_CONFIG_PATH=$TMPDIR/dest/opt/engraft/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$TMPDIR/dest
sanitize=
[ "$CONFIG" != asan ] || sanitize=-fsanitize=address,undefined
# The sysroot would be put before the libraries of the system as well.
flags=$(pkg-config --cflags --libs engraft)
flags=${flags//$TMPDIR\/dest\/usr/\/usr}
# shellcheck disable=SC2086 # flags
$MPICC $sanitize -o "$TMPDIR/user" "$TMPDIR/user.c" $flags
version=$(pkg-config --modversion engraft)
[ "$("$TMPDIR/user")" = "$version the study is not valid" ]

# Job scripts find the installed command.
mkdir "$TMPDIR/user-folder"
cd "$TMPDIR/user-folder"
env -u ENGRAFT "$TMPDIR/dest/opt/engraft/share/engraft/jobs/submit" --print --cores 4 \
    "$TMPDIR/dest/opt/engraft/share/engraft/studies/ms-minimal.yaml" >/dev/null
grep -qF "ENGRAFT='$TMPDIR/dest/opt/engraft/share/engraft/../../bin/engraft'" ms-minimal.sbatch
