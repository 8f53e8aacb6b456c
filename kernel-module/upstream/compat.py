# SPDX-License-Identifier: GPL-2.0
"""compat.h resolved for one kernel: unifdef decides the conditions, and what is left is put in where it is used."""
import re
import subprocess
from ctokens import code, is_code, items, matching, render, split, tokenize

# What stays a helper of its own: it says more than its body does.
KEEP = {"fdstorefs_touch", "FDSTOREFS_PEEK"}
# compat.h has it for kernels that do not say it themselves.
ANNOTATIONS = "__guarded_by"
IN_TREE = "FDSTOREFS_IN_TREE"


class Macro:
    """A macro, or an inline function of a single statement: its parameters (None: it takes none) and what it stands for."""

    def __init__(self, parameters, body):
        self.parameters, self.body = parameters, body

    def expand(self, arguments):
        """The body with the arguments in place of the parameters."""
        if self.parameters is None:
            return self.body
        values = dict(zip(self.parameters, arguments))
        text = "".join(values.get(token.text, token.text) if token.kind == "name" else token.text
                       for token in tokenize(self.body))
        return text.replace("##", "")


def resolve(files, tree, probes):
    """FILES (text by name) without compat.h and without what depends on a version, for the kernel in TREE."""
    defined = subprocess.run(["sh", probes, f"{tree}/include"], check=True, capture_output=True, text=True).stdout.split()
    with open(probes, encoding="utf-8") as text:
        known = re.findall(r"^probe (\w+)", text.read(), re.MULTILINE)
    wanted = {name[2:] for name in defined} | {ANNOTATIONS, IN_TREE}
    # A function there; a macro in kernels that are too old for this series.
    symbols = ["-Uget_file_rcu"] + [f"-D{name}" if name in wanted else f"-U{name}"
               for name in sorted(wanted | {f"FDSTOREFS_HAS_{name}" for name in known})]
    files = {name: _unifdef(text, symbols) for name, text in files.items()}
    macros, helpers = _read(files.pop("compat.h"))
    files = {name: _substitute(_without_include(text), macros) for name, text in files.items()}
    for name, (text, header) in helpers.items():
        _place(files, name, _substitute(text, macros), header)
    left = sorted({word for text in files.values() for word in re.findall(r"FDSTOREFS_HAS_\w+", text)})
    if left:
        raise SystemExit(f"not resolved: {' '.join(left)}")
    return files


def _unifdef(text, symbols):
    done = subprocess.run(["unifdef", *symbols], input=text, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise SystemExit(f"unifdef: {done.stderr}")
    return done.stdout


def _without_include(text):
    return re.sub(r'^#include "compat\.h"\n', "", text, flags=re.MULTILINE)


def _read(text):
    """The macros of compat.h, and what is to stay: its text, and whether it is for all."""
    macros, helpers = {}, {}
    tokens = tokenize(text)
    for begin, end in items(tokens):
        item = render(tokens[begin:end]).strip()
        last = tokens[end - 1]
        if last.kind == "directive":
            match = re.match(r"#[ \t]*define (\w+)(\(([^)]*)\))?[ \t]*((?:.|\n)*)", last.text)
            if not match or match[1] == "FDSTOREFS_COMPAT_H":
                continue
            if match[1] in KEEP:
                helpers[match[1]] = (item, True)
                continue
            body = re.sub(r"[ \t]*\\\n[ \t]*", " ", re.sub(r"/\*.*?\*/", "", match[4])).strip()
            parameters = [name.strip() for name in match[3].split(",")] if match[2] else None
            macros[match[1]] = Macro(parameters, body)
        elif last.text == "}":
            name, parameters, body = _function(tokens, begin, end)
            if body is None or name in KEEP:
                helpers[name] = (item, name in KEEP)
            else:
                macros[name] = Macro(parameters, body)
    return macros, helpers


def _function(tokens, begin, end):
    """Name, parameters, and the only statement of an inline function, or None if it has more."""
    words = code(tokens, begin, end)
    opening = next(index for index in words if tokens[index].text == "(")
    name = tokens[words[words.index(opening) - 1]].text
    closing = matching(tokens, opening)
    parameters = []
    for first, last in split(tokens, opening + 1, closing, ","):
        parameters.append([tokens[index].text for index in code(tokens, first, last) if tokens[index].kind == "name"][-1])
    brace = next(index for index in code(tokens, closing, end) if tokens[index].text == "{")
    body = render(tokens[brace + 1:end - 1]).strip()
    if body.count(";") != 1 or "{" in body or "/*" in body:
        return name, parameters, None
    return name, parameters, re.sub(r"^return\s+", "", body[:-1])


def _substitute(text, macros):
    """TEXT with the macros expanded; continuation lines stay aligned."""
    tokens = tokenize(text)
    aligned = alignments(tokens)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind == "name" and token.text in macros:
            macro, last, arguments = macros[token.text], index, []
            if macro.parameters is not None:
                opening = next(i for i in range(index + 1, len(tokens)) if is_code(tokens[i]))
                last = matching(tokens, opening)
                arguments = [_substitute(render(tokens[a:b]).strip(), macros)
                             for a, b in split(tokens, opening + 1, last, ",")]
            expanded = _substitute(macro.expand(arguments), macros)
            token.text = expanded
            for gone in tokens[index + 1:last + 1]:
                gone.gone = True
            follows = tokens[last + 1] if last + 1 < len(tokens) else None
            if expanded.endswith("*") and follows is not None and follows.kind == "space":
                follows.gone = True
            if not expanded:
                _drop_empty_line(tokens, index, last)
            index = last
        elif token.kind == "directive" and not token.text.startswith("#include"):
            for name, macro in macros.items():
                if macro.parameters is None:
                    token.text = re.sub(rf"\b{name}\b", macro.body, token.text)
        index += 1
    return realign(tokens, aligned)


def _drop_empty_line(tokens, first, last):
    before, after = tokens[first - 1], tokens[last + 1]
    if before.kind == "space" and "\n" in before.text and after.kind == "space" and after.text.startswith("\n"):
        before.gone = True
    elif before.kind == "space":
        before.gone = True


def _column(text, column=0):
    """The column behind TEXT."""
    for char in text:
        if char == "\n":
            column = 0
        elif char == "\t":
            column += 8 - column % 8
        else:
            column += 1
    return column


def alignments(tokens):
    """The white space that aligns a line with what is behind the innermost open bracket."""
    column, brackets, found = 0, [], set()
    for index, token in enumerate(tokens):
        if token.gone:
            continue
        if token.kind == "space" and "\n" in token.text and brackets and brackets[-1] is not None:
            if _column(token.text) == brackets[-1]:
                found.add(index)
        column = _column(token.text, column)
        _track(token, brackets, column)
    return found


def realign(tokens, aligned):
    """The text, in which these stay aligned."""
    column, brackets, out = 0, [], []
    for index, token in enumerate(tokens):
        if token.gone:
            continue
        text = token.text
        if index in aligned and brackets and brackets[-1] is not None:
            width = brackets[-1]
            text = "\n" + "\t" * (width // 8) + " " * (width % 8)
        column = _column(text, column)
        _track(token, brackets, column)
        out.append(text)
    return "".join(out)


def _track(token, brackets, column):
    if token.kind != "op":
        return
    if token.text in "([":
        brackets.append(column)
    elif token.text == "{":
        brackets.append(None)
    elif token.text in ")]}" and brackets:
        brackets.pop()


def _out_of_line(text):
    tokens = tokenize(text)
    aligned = alignments(tokens)
    for index, token in enumerate(tokens):
        if token.text == "inline":
            token.gone = tokens[index + 1].gone = True
    return realign(tokens, aligned)


def _place(files, name, text, header):
    """Put a helper before its only user, or, if it is for all, into internal.h."""
    where = "internal.h"
    if not header:
        users = [file for file, content in files.items() if re.search(rf"\b{name}\b", content)]
        if len(users) != 1:
            raise SystemExit(f"compat.h: {name} is used in {users}")
        where = users[0]
        text = _out_of_line(text)
    tokens = tokenize(files[where])
    ranges = items(tokens)
    for begin, end in ranges:
        if (header and not render(tokens[begin:end]).strip().startswith(("#", "/*", "//"))) or \
                (not header and any(tokens[i].text == name for i in code(tokens, begin, end))):
            break
    files[where] = render(tokens[:begin]).rstrip("\n") + f"\n\n{text}\n\n" + render(tokens[begin:]).lstrip("\n")
