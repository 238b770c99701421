#!/bin/bash
# Files that one may not read.  They may be the result of weeks: what is said of them is never that they are broken or could be removed.
# Root may read everything, so the commands run as a user that has no rights here.
set -u
. "$SOURCE/tests/testlib.sh"

as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
fi
open=$(mktemp -d /tmp/engraft-open.XXXXXX) || exit 70 # the folder of a test is closed to others
trap 'chmod -R u+rwX "$open"; rm -rf "$open"' EXIT
chmod 777 "$open"
cd "$open" || exit 70
cp "$ENGRAFT" engraft # the build may stand below a folder that is root's own
cp "$SOURCE/jobs/studies/ms-minimal.yaml" study.yaml
sed 's/^seed: .*/seed: 2/' study.yaml >other.yaml
chmod 755 engraft
chmod 644 *.yaml
if ! as_user ./engraft --version >/dev/null 2>&1; then
    echo "SKIPPED files that one may not read: nobody else than root can be here (no setpriv, or it does not work)"
    exit 77
fi
run() { HOME=$PWD TMPDIR=$PWD as_user ./engraft run study.yaml --progress none -o "$@"; }

ok "a result" ./engraft run study.yaml --progress none -o r.h5
ok "of another study" ./engraft run other.yaml --progress none -o other.h5
mkdir -m 755 kept.h5.work
sum=$(cksum <r.h5)
chmod 000 r.h5
if as_user test -r r.h5; then
    echo "SKIPPED files that one may not read: here anybody may"
    exit 77
fi
ok "it may not be read" says "^engraft: r.h5 is there, but you have no permission to read it, .*ask its owner .*, or choose another -o" 66 run r.h5
ok "to remove it is no advice" status_is 1 grep -q remove said
chmod 400 r.h5
ok "it stays" test "$(cksum <r.h5)" = "$sum"
chmod 000 r.h5
ok "nothing is left beside it" test ! -e r.h5.work
ok "show" says "^engraft: r.h5: Permission denied" 66 as_user ./engraft show r.h5
ok "status" says "^engraft: r.h5: Permission denied" 66 as_user ./engraft status r.h5
chmod 644 other.h5
ok "one that may be read and is another's" says "other.h5 is the result of another study" 73 run other.h5
echo "not a result" >text.h5
ok "one that is none, with the reason" says "text.h5 exists and is no complete result of engraft \(is not a result of engraft \(not HDF5\)\); choose another -o, or remove it" 73 run text.h5

chmod 000 kept.h5.work
ok "saved work that may not be read" says "^engraft: cannot read kept.h5.work: Permission denied" 66 as_user ./engraft status kept.h5
mkdir -m 000 shut
ok "a folder that may not be looked into" says "^engraft: cannot look at shut/r.h5: Permission denied" 66 as_user ./engraft status shut/r.h5
ok "nothing at all" says "there is neither none.h5 nor saved work for it" 66 as_user ./engraft status none.h5
chmod 000 study.yaml
ok "a study" says "^engraft: study.yaml: Permission denied" 66 as_user ./engraft check study.yaml

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
