# What test scripts share: `. "$SOURCE/tests/testlib.sh"`.  Counts in $passed and $failed; works in $TMPDIR, where it leaves `out`.
passed=0 failed=0
cd "$TMPDIR" || exit 70

ok() { # ok WHAT COMMAND...: one counted check; what it printed is shown where it fails
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
