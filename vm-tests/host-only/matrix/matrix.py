# SPDX-License-Identifier: GPL-2.0
"""What the matrix makes of lists of packages and of results."""
import re
from collections import Counter, namedtuple
from fnmatch import fnmatchcase

# The kernel is the same for all its flavours, the compiler what the package asks for, needed are packages.
Headers = namedtuple("Headers", "kernel package version compiler needed")


def headers_of(shown):
    """Those of what "apt-cache show" prints, without the metapackages, which need no common headers."""
    found = []
    for paragraph in shown.strip().split("\n\n"):
        field = dict(re.findall(r"^([A-Za-z-]+): (.*)", paragraph, re.M))
        depends = field.get("Depends", "")
        needed = re.findall(r"(?:^|, *)(linux-(?:headers|kbuild|compiler)-[^ ,]+)", depends)
        compiler = re.search(r"gcc-[0-9]+", depends)
        if "-common" in " ".join(needed):
            found.append(Headers(re.sub(r"(-cloud|-rt)?-amd64$", "", field["Package"]), field["Package"], field["Version"],
                                 compiler[0] if compiler else "gcc", needed))
    return sorted(found, key=lambda each: ([int(number) for number in re.findall("[0-9]+", each.kernel)], each))


def result(builds, package, known_failures):
    for pattern, *reason in known_failures:
        if fnmatchcase(package, pattern):
            return ["no-longer-failing" if builds else "known", f"({' '.join(reason)})"]
    return ["ok" if builds else "FAILED"]


def table(rows):
    """PACKAGE VERSION SUITE RESULT [WHY], lined up and counted, and what is wrong with them."""
    count = Counter(row[3] for row in rows)
    lines = [f"{row[0]:<44} {row[1]:<20} {row[2]:<20} {' '.join(row[3:])}"
             for row in [["PACKAGE", "VERSION", "SUITE", "RESULT"], *rows]]
    lines.append(f"{count['ok']} ok, {count['known']} known to fail, {count['FAILED']} failed")
    return lines, [complaint for complaint, wrong in (
        ("there was nothing to build for", not count["ok"]),
        ("why: build/matrix/*.log", count["FAILED"]),
        ("matrix/known-failures has what does not fail", count["no-longer-failing"])) if wrong]
