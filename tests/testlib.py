"""Checks of a test in Python, counted as tests/run_tests.sh expects them."""
import sys

_counts = {True: 0, False: 0}


def check(condition, what):
    """Counts a check; says what failed."""
    _counts[bool(condition)] += 1
    if not condition:
        print("failed:", what)


def finish():
    """The last line of a test, and its exit status."""
    print(f"{_counts[True]} passed, {_counts[False]} failed")
    sys.exit(_counts[False] > 0)
