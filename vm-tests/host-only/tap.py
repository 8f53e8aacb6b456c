# SPDX-License-Identifier: GPL-2.0
"""The least that a test in Python needs to speak TAP."""
import sys

_count = 0
_failures = 0


def check(name, complaints):
    """One test: it holds if there are no complaints, which are printed as comments."""
    global _count, _failures
    complaints = list(complaints)
    _count += 1
    if complaints:
        _failures += 1
    print(f"{'not ok' if complaints else 'ok'} {_count} - {name}")
    for complaint in complaints:
        print(f"# {complaint}")


def finish():
    print(f"1..{_count}")
    sys.exit(1 if _failures else 0)
