# SPDX-License-Identifier: GPL-2.0
"""What a user of the module sees, collected from its sources, for the tests that compare pages with it."""
import pathlib
import re

MODULE = pathlib.Path(__file__).resolve().parents[2] / "kernel-module"


def _all(pattern, *names):
    text = "".join((MODULE / name).read_text() for name in names)
    return set(re.findall(pattern, text))


def keys():
    """The keys of the lines that read(2) of an entry gives."""
    return _all(r'(?:"|\\n)([a-z-]+):\\t', "look.c")


def types():
    """What such a line may give as the type of a stored file, but for anonymous inodes."""
    body = re.search(r"fdstorefs_type_name\(.*?\n}", (MODULE / "look.c").read_text(), re.S).group()
    return set(re.findall(r'return "([a-z ]+)";', body))


def accesses():
    """What such a line may give as the access mode of a stored file."""
    body = re.search(r"fdstorefs_access_name\(.*?\n}", (MODULE / "look.c").read_text(), re.S).group()
    return set(re.findall(r'return "([a-z]+)";', body))


def anchors():
    """The kinds of anchors that a put may have."""
    body = re.search(r"fdstorefs_anchor_kind\(.*?\n}", (MODULE / "kinds.c").read_text(), re.S).group()
    return set(re.findall(r'"([a-z]+)"', body))


def reasons():
    """Why an entry may lose what it holds, as the tracepoint says."""
    return _all(r'EMe?\(FDSTOREFS_[A-Z]+,\s*"([a-z]+)"\)', "trace.h")


def attributes():
    """What the file of a store in /sys/fs/fdstorefs says."""
    return _all(r'"(\w+) %[usd]\\n"', "admin.c")


def options():
    """The options of a mount."""
    return _all(r'fsparam_\w+\("(\w+)"', "mount.c")


def parameters():
    """The parameters of the module."""
    return _all(r"\nmodule_param\w*\((\w+)", *(file.name for file in MODULE.glob("*.c")))
