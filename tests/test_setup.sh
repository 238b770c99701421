#!/bin/bash
# jobs/setup on machines that lack things: played with commands in front of PATH, nothing is installed.
set -u
copy=$TMPDIR/tree fake=$TMPDIR/fake
mkdir -p "$copy/jobs" "$fake"
cp "$SOURCE/jobs/setup" "$copy/jobs/"
cat >"$copy/packages" <<'END'
# package    for     module    probe                        what for
here         build   here      command:sh                   found by its command
lost-dev     build   lostmod   command:eng-no-such-command  never found
lost2        build   lostmod   pkg-config:eng-no-such       never found, the same module
lost-py      test    -         python:eng_no_such           never found, for tests only
lost-maybe   wanted  -         command:eng-no-such-command  tests can do without
END

# fake NAME TEXT: a command of that name.
fake() {
    printf '#!/bin/sh\n%s\n' "$2" >"$fake/$1"
    chmod +x "$fake/$1"
}
setup() { PATH=$fake:$PATH "$copy/jobs/setup" "$@" >"$TMPDIR/out" 2>"$TMPDIR/err" </dev/null; }
passed=0 failed=0
check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what"
        sed 's/^/    /' "$TMPDIR/out" "$TMPDIR/err"
    fi
}
status_is() { [ "$1" -eq "$2" ]; }

fake dpkg-query 'exit 0'
fake sudo 'exit 1'
fake id 'echo 1000'
fake apt-get "echo \"\$@\" >>'$TMPDIR/apt'; exit 100"
setup --install build
status=$?
check "unprivileged: it stops" status_is $status 1
check "unprivileged: apt-get is not called" test ! -e "$TMPDIR/apt"
check "unprivileged: four lines" status_is "$(cat "$TMPDIR/out" "$TMPDIR/err" | wc -l)" 4
check "unprivileged: the line to type" grep -q 'apt-get install --no-install-recommends lost-dev lost2$' "$TMPDIR/err"
check "unprivileged: each module once" grep -q 'module load lostmod  ' "$TMPDIR/err"

fake id 'echo 0'
setup --check build
status=$?
check "root, --check: it stops" status_is $status 1
check "root, --check: apt-get is not called" test ! -e "$TMPDIR/apt"

setup --install build
status=$?
check "root, apt-get fails: it stops" status_is $status 1
check "root, apt-get fails: lists are fetched once" status_is "$(grep -c update "$TMPDIR/apt")" 1

# An apt-get that works: from then on dpkg-query knows the packages.
rm -f "$TMPDIR/apt"
fake apt-cache 'exit 0'
fake apt-get "echo \"\$@\" >>'$TMPDIR/apt'
printf '#!/bin/sh\nprintf \"ii  %%s\\\\n\" lost-dev lost2 lost-py lost-maybe\n' >'$fake/dpkg-query'"
setup --install test
status=$?
check "root: all is well" status_is $status 0
check "root: one call, lists were there" status_is "$(wc -l <"$TMPDIR/apt")" 1
check "root: the packages" grep -q -- '--no-install-recommends lost-dev lost2 lost-py lost-maybe$' "$TMPDIR/apt"
rm -f "$TMPDIR/apt"
setup --install test
status=$?
check "again: nothing to do, nothing said" test "$status" -eq 0 -a ! -e "$TMPDIR/apt" -a ! -s "$TMPDIR/out" -a ! -s "$TMPDIR/err"

fake dpkg-query 'printf "ii  %s\n" lost-dev lost2 lost-py; echo "rc  lost-maybe"'
fake id 'echo 1000'
setup --install test
status=$?
check "only a wanted package lacks: goes on" status_is $status 0
check "and says so" grep -q 'lost-maybe some tests are skipped' "$TMPDIR/err"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
