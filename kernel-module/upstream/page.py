# SPDX-License-Identifier: GPL-2.0
"""Documentation/filesystems/fdstorefs.rst, made of the manual page fdstorefs(5): mdoc becomes reStructuredText."""
import re
import series

MANUAL = series.MODULE.parent / "packaging/man/fdstorefs.5"
SKIPPED = {"NAME", "SYNOPSIS", "SEE ALSO", "HISTORY", "AUTHORS", "STANDARDS"}
LITERAL = {"Cm", "Dv", "Er", "Fl", "Fn", "Ic", "In", "Li", "Nm", "Pa", "Va", "Vt", "Ft", "Ql"}
PUNCTUATION = {".", ",", ":", ";", ")", "?", "!"}
HEAD = """\
.. SPDX-License-Identifier: GPL-2.0

=========
fdstorefs
=========

"""


class Page:
    """What has been written so far, and how deep in lists we are."""

    def __init__(self):
        self.lines, self.words, self.depth, self.lists = [], [], 0, []
        self.skipping = self.literal = False

    def flush(self):
        """End a paragraph."""
        if self.words:
            text = _joined(self.words)
            indent = "  " * self.depth
            first = indent
            if self.lists and self.lists[-1] == "new bullet":
                first = "  " * (self.depth - 1) + "- "
                self.lists[-1] = "bullet"
            self.lines += [*_wrapped(text, first, indent), ""]
        self.words = []

    def title(self, text, mark):
        """A heading."""
        self.flush()
        text = text.capitalize() if text.isupper() else text
        self.lines += [text, mark * len(text), ""]


def rst():
    """The page."""
    page = Page()
    for line in MANUAL.read_text(encoding="utf-8").splitlines():
        if line.startswith(('.\\"', ".Dd", ".Dt", ".Os")):
            continue
        if page.literal and not line.startswith(".Ed"):
            page.lines.append("  " * (page.depth + 1) + _plain(line))
        elif line.startswith("."):
            _macro(page, _split(line[1:]))
        elif not page.skipping:
            page.words.append(_plain(line))
    page.flush()
    return re.sub(r"\n{3,}", "\n\n", HEAD + "\n".join(page.lines)).rstrip() + "\n"


def _macro(page, words):
    name, rest = words[0], words[1:]
    if name == "Sh":
        page.skipping = False
        page.flush()
        page.skipping = " ".join(rest) in SKIPPED
        if not page.skipping:
            page.title(" ".join(rest), "=")
    elif page.skipping:
        return
    elif name == "Ss":
        page.title(_plain(" ".join(rest)), "-")
    elif name == "Pp":
        page.flush()
    elif name == "Bl":
        page.flush()
        page.lists.append("bullet" if "-bullet" in rest or "-dash" in rest else "tag")
        page.depth += 1
    elif name == "El":
        page.flush()
        page.lists.pop()
        page.depth -= 1
    elif name == "It":
        page.flush()
        if page.lists[-1] == "tag":
            page.lines.append("  " * (page.depth - 1) + _joined(_inline(rest)))
        else:
            page.lists[-1] = "new bullet"
    elif name == "Bd":
        page.flush()
        page.lines += ["  " * page.depth + "::", ""]
        page.literal = True
    elif name == "Ed":
        page.literal = False
        page.lines.append("")
    else:
        page.words += _inline(words)


def _split(line):
    return [word[1:-1] if word.startswith('"') else word for word in re.findall(r'"[^"]*"|\S+', line)]


def _plain(text):
    return text.replace("\\-", "-").replace("\\&", "").replace("\\(bu", "-")


def _inline(words):
    """The words of a line, marked up; NO_SPACE stands where none is to be."""
    out, kind, close, index, follows = [], None, [], 0, False
    while index < len(words):
        word = words[index]
        index += 1
        if word == "Ns":
            out.append(NO_SPACE)
        elif word == "Ap":
            out += [NO_SPACE, "'", NO_SPACE]
        elif word in ("Pq", "Po"):
            out += ["(", NO_SPACE]
            if word == "Pq":
                close.append(")")
        elif word == "Pc":
            out += [NO_SPACE, ")"]
        elif word in ("Bq", "Op", "Aq", "Dq", "Sq"):
            kind = None
        elif word == "Xr":
            out.append(f"{words[index]}({words[index + 1]})")
            index += 2
        elif word in LITERAL or word in ("Ar", "Em", "Sy", "Nd", "No"):
            kind = word
            if word == "Nm" and (index == len(words) or words[index] in PUNCTUATION):
                out.append("fdstorefs")
        elif word in PUNCTUATION:
            out += [NO_SPACE, word]
        elif kind in LITERAL:
            _mark(out, "``", _plain(word), follows)
            follows = True
            continue
        elif kind in ("Ar", "Em"):
            _mark(out, "*", _plain(word), follows)
            follows = True
            continue
        else:
            out.append(_plain(word))
        follows = False
    for mark in reversed(close):
        out += [NO_SPACE, mark]
    return out


def _mark(out, mark, word, follows):
    """Words that one macro marks are one piece."""
    if follows:
        word = out.pop()[len(mark):-len(mark)] + " " + word
    out.append(f"{mark}{word}{mark}")


NO_SPACE = "\0"


def _joined(words):
    text = re.sub(r" ?\0 ?", "\0", " ".join(words))
    # What is marked up one after another is one thing.
    text = text.replace("``\0``", "").replace("*\0*", "")
    text = re.sub(r"``\0=\0\*|``\0=``\0?\*", "=``\\\\ *", text)
    text = re.sub(r"(``|\*)\0(?=[\w*`])", r"\1\\ ", text)
    text = re.sub(r"(?<=\w)\0(?=``|\*)", r"\\ ", text)
    return text.replace("\0", "")


def _wrapped(text, first, indent):
    lines, line = [], first
    for word in re.sub(r"\s+", " ", text).split(" "):
        if len(line) + len(word) > 79 and line.strip() not in ("", "-"):
            lines.append(line.rstrip())
            line = indent
        line += word + " "
    return [*lines, line.rstrip()]
