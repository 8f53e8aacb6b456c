# SPDX-License-Identifier: GPL-2.0
"""The module's own tests as selftests: the same files, on the kernel's harness."""
import re
import series

TESTS = series.MODULE / "tests"
HEADERS = {path.name: path for path in (TESTS / "harness").glob("*.h")}
MAKEFILE = """\
# SPDX-License-Identifier: GPL-2.0
TEST_GEN_PROGS := {programs}

# The headers are made of macros that not every program uses.
CFLAGS += -Wall -O2 -g -Wno-unused-function -Wno-format-truncation $(KHDR_INCLUDES)
LDLIBS += -pthread
LOCAL_HDRS += {headers}

include ../../lib.mk
"""


def write(directory, suites):
    """Write the suites, the headers that they include, and what builds them."""
    directory.mkdir(parents=True)
    files = {}
    for suite in suites:
        _gather(next(TESTS.glob(f"*/{suite}.c")), files)
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    headers = sorted(name for name in files if name.endswith(".h"))
    makefile = MAKEFILE.format(programs=_wrapped(suites), headers=_wrapped(headers))
    (directory / "Makefile").write_text(makefile, encoding="utf-8")
    (directory / ".gitignore").write_text(
        "# SPDX-License-Identifier: GPL-2.0\n" + "".join(f"/{suite}\n" for suite in sorted(suites)), encoding="utf-8")


def _gather(path, files):
    """This file and, in turn, the ones that it includes."""
    text = path.read_text(encoding="utf-8")
    files[path.name] = re.sub(r'#include "fdstorefs\.h"', "#include <linux/fdstorefs.h>", text)
    for name in re.findall(r'^#include "([\w.]+)"', text, re.MULTILINE):
        if name == "fdstorefs.h" or name in files:
            continue
        # What runs the tests is the kernel's.
        beside = path.parent / name
        _gather(TESTS / "harness/kselftest/harness.h" if name == "harness.h" else
                beside if beside.exists() else HEADERS[name], files)


def _wrapped(words):
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 60:
            lines.append(line.rstrip())
            line = ""
        line += word + " "
    return " \\\n\t".join([*lines, line.rstrip()])
