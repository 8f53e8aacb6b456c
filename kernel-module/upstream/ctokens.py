# SPDX-License-Identifier: GPL-2.0
"""Reading C as far as the kernel's style makes it easy: tokens, top-level items, statements."""
import re

TOKEN = re.compile(r"""
      (?P<directive>^[ \t]*\#(?:\\\n|/\*(?:.|\n)*?\*/|[^\n])*)
    | (?P<comment>/\*(?:.|\n)*?\*/|//[^\n]*)
    | (?P<space>\s+)
    | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<number>\d[\w.]*)
    | (?P<op>->|\|\||&&|==|!=|<=|>=|<<=?|>>=?|\+\+|--|[-+*/|&^%]=|\.\.\.|\?:|.)
    """, re.VERBOSE | re.MULTILINE)
OPEN, CLOSE = "([{", ")]}"


class Token:
    """A piece of the source. What is gone prints as nothing."""

    def __init__(self, kind, text):
        self.kind, self.text, self.gone = kind, text, False

    def __repr__(self):
        return f"{self.kind}:{self.text!r}{'!' if self.gone else ''}"


def tokenize(text):
    """The tokens of TEXT, which together are TEXT."""
    return [Token(match.lastgroup, match.group()) for match in TOKEN.finditer(text)]


def render(tokens):
    """What is left of the tokens, as text."""
    return "".join(token.text for token in tokens if not token.gone)


def is_code(token):
    """Neither white space nor a comment, and not removed."""
    return not token.gone and token.kind not in ("space", "comment")


def matching(tokens, start):
    """The index of the bracket that closes the one at START."""
    depth = 0
    for index in range(start, len(tokens)):
        if tokens[index].kind == "op" and not tokens[index].gone:
            if tokens[index].text in OPEN:
                depth += 1
            elif tokens[index].text in CLOSE:
                depth -= 1
                if not depth:
                    return index
    raise ValueError(f"nothing closes {render(tokens[start:start + 20])}")


def split(tokens, start, end, separators):
    """The ranges between top-level SEPARATORS in [start, end)."""
    parts, begin, index = [], start, start
    while index < end:
        token = tokens[index]
        if token.kind == "op" and not token.gone:
            if token.text in OPEN:
                index = matching(tokens, index)
            elif token.text in separators:
                parts.append((begin, index))
                begin = index + 1
        index += 1
    return parts + [(begin, end)]


def code(tokens, start, end):
    """The indices of what is code in [start, end)."""
    return [index for index in range(start, end) if is_code(tokens[index])]


def items(tokens):
    """The ranges of what stands at the top level, each with the comment directly above it."""
    found, begin, index = [], 0, 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind == "directive":
            found.append((begin, index + 1))
        elif token.kind == "op" and token.text == "{":
            index = matching(tokens, index)
            after = code(tokens, index + 1, len(tokens))[:1]
            # A structure, a table: to the semicolon; a function ends here.
            if after and tokens[after[0]].text in ("=", ";", "[") or _has_equals(tokens, begin, index):
                index = after[0]
                while tokens[index].text != ";":
                    index += 1
            found.append((begin, index + 1))
        elif token.kind == "op" and token.text in "([":
            index = matching(tokens, index)
            index += 1
            continue
        elif token.kind == "op" and token.text == ";":
            found.append((begin, index + 1))
        elif token.kind == "comment" and _stands_alone(tokens, index):
            found.append((begin, index + 1))
        else:
            index += 1
            continue
        begin = index + 1
        # A comment behind it on the same line is its own.
        if begin + 1 < len(tokens) and tokens[begin].kind == "space" and "\n" not in tokens[begin].text \
                and tokens[begin + 1].kind == "comment":
            begin += 2
            found[-1] = (found[-1][0], begin)
        index = begin
    if begin < len(tokens):
        found.append((begin, len(tokens)))
    return found


def _has_equals(tokens, begin, end):
    return any(tokens[index].text == "=" for index in code(tokens, begin, end)[:12]
               if tokens[index].kind == "op") and not _is_function(tokens, begin, end)


def _is_function(tokens, begin, end):
    for index in code(tokens, begin, end):
        if tokens[index].text in ("(", "="):
            return tokens[index].text == "("
    return False


def _stands_alone(tokens, index):
    text = tokens[index].text
    after = tokens[index + 1].text if index + 1 < len(tokens) else "\n\n"
    # "/* anchor.c */" heads a list of prototypes.
    follows = tokens[index + 2].text if index + 2 < len(tokens) else ""
    return after.count("\n") > 1 or follows.startswith("#include") or re.fullmatch(r"/\* \w+\.[ch](: [\w ]+)? \*/", text) is not None
