# SPDX-License-Identifier: GPL-2.0
"""
An earlier patch is the module without what later patches add. Given the names of what is not there yet, this removes
what is about them: definitions, members, enumerators, entries of tables, statements. The rules:

- a condition that asks about what is not there is never true; in A || B only that part goes
- a statement that uses what is not there goes, and the check of its result with it
- what then has no body, no label to jump to, or no use (local variables) goes, too
"""
import re
from compat import alignments, realign
from ctokens import code, is_code, items, matching, render, split, tokenize


class Carver:
    """Removes what is about ABSENT: names, and .member for members of structures."""

    def __init__(self, absent):
        self.names = {name for name in absent if not name.startswith(".")}
        self.members = {name[1:] for name in absent if name.startswith(".")}

    def carve(self, text):
        """TEXT without what is about the absent."""
        self.tokens = tokenize(text)
        aligned = alignments(self.tokens)
        lost_parameter = False
        for token in self.tokens:
            if token.kind == "comment":
                self._errors(token)
        for begin, end in items(self.tokens):
            lost_parameter = self._item(begin, end, lost_parameter)
        return _tidy(realign(self.tokens, aligned))

    def _errors(self, token):
        """Of a list of errors in a comment, with more indented lines below each, those that are about the absent."""
        for entry in re.findall(r"\n \*   E[A-Z0-9]+\b.*(?:\n \*     +.*)*", token.text):
            if any(word in self.names or word in self.members for word in re.findall(r"\w+", entry)):
                token.text = token.text.replace(entry, "")

    def _mentions(self, begin, end):
        words = code(self.tokens, begin, end)
        for position, index in enumerate(words):
            token = self.tokens[index]
            if token.kind == "directive" and any(word in self.names for word in re.findall(r"\w+", token.text)):
                return True
            if token.kind != "name":
                continue
            before = self.tokens[words[position - 1]].text if position else ""
            if before in ("->", "."):
                if token.text in self.members:
                    return True
            elif token.text in self.names:
                return True
        return False

    def _remove(self, begin, end):
        for token in self.tokens[begin:end]:
            token.gone = True

    def _remove_line(self, begin, end):
        """What has lines of its own, with the comment above it; of the white space around it the larger part stays."""
        begin = self._with_comment(begin)
        before = begin - 1
        while before >= 0 and self.tokens[before].gone:
            before -= 1
        blank = before >= 0 and self.tokens[before].kind == "space" and self.tokens[before].text.count("\n") > 1
        if before >= 0 and self.tokens[before].kind == "space":
            self.tokens[before].gone = True
        self._remove(begin, end)
        while end < len(self.tokens) and self.tokens[end].gone:
            end += 1
        if blank and end < len(self.tokens) and self.tokens[end].kind == "space" \
                and self.tokens[end].text.count("\n") == 1:
            self.tokens[end].text = "\n" + self.tokens[end].text

    def _with_comment(self, begin):
        while begin >= 2 and self.tokens[begin - 1].kind == "space" and self.tokens[begin - 1].text.count("\n") == 1 \
                and self.tokens[begin - 2].kind == "comment" and not self.tokens[begin - 2].gone \
                and (begin < 3 or "\n" in self.tokens[begin - 3].text):
            begin -= 2
        return begin

    # Top level

    def _item(self, begin, end, lost_parameter):
        """Carve an item. Return: whether it was a parameter of the module that has gone."""
        words = code(self.tokens, begin, end)
        if not words:
            return False
        first = self.tokens[words[0]]
        if first.kind == "directive":
            self._directive(begin, end, words[0])
            return False
        brace = next((i for i in words if self.tokens[i].text == "{"), None)
        described = first.text == "MODULE_PARM_DESC" and lost_parameter
        if described or self._mentions(begin, brace if brace is not None else end):
            self._remove(begin, end)
            return first.text == "module_param_named"
        if brace is None:
            return False
        header = [self.tokens[i].text for i in words if i < brace]
        if header[0] == "TRACE_EVENT" or "=" not in header and "(" in header:
            self._function(brace)
        elif "=" in header:
            self._list(brace, ",")
        elif "enum" in header[:2]:
            self._list(brace, ",")
        elif header[0] in ("struct", "typedef"):
            self._structure(begin, brace)
        return False

    def _directive(self, begin, end, index):
        token = self.tokens[index]
        included = re.match(r'#include ["<](?:.*/)?([\w.]+)[">]', token.text)
        if included:
            if included[1] in self.names:
                self._remove(begin, end)
            return
        if not self._mentions(begin, end):
            return
        if re.match(r"#[ \t]*define (\w+)", token.text)[1] in self.names:
            self._remove(begin, end)
            return
        for name in self.names:
            token.text = re.sub(rf"(\s*\\\n)?\s*\|(\s*\\\n)?\s*{name}\b", "", token.text)
            token.text = re.sub(rf"\b{name}\b\s*\|(\s*\\\n)?\s*", "", token.text)
        if self._mentions(begin, end):
            self._remove(begin, end)

    def _structure(self, begin, brace):
        gone = set()
        closing = matching(self.tokens, brace)
        for first, last in split(self.tokens, brace + 1, closing, ";"):
            words = code(self.tokens, first, last)
            if not words:
                continue
            names = [self.tokens[i].text for i in words if self.tokens[i].kind == "name"]
            member = next((name for name in names if name in self.members), None)
            if member or self._mentions(first, last):
                member = member or self._member_name(words)
                gone.add(member)
                self._remove_line(words[0], self._trailing(last + 1))
        for index in range(begin, brace):
            if self.tokens[index].kind == "comment":
                for name in gone:
                    self.tokens[index].text = re.sub(rf"\n \* @{name}:(.*(?:\n \*\t.*)*)", "", self.tokens[index].text)

    def _member_name(self, words):
        """void (*name)(...), type name[], type name attribute(...)."""
        texts = [self.tokens[i].text for i in words]
        for position, text in enumerate(texts):
            if text in ("[", ")", "__guarded_by") and position and re.match(r"\w", texts[position - 1]):
                return texts[position - 1]
        return texts[-1]

    def _trailing(self, end):
        """Past a comment behind it on the same line."""
        if end + 1 < len(self.tokens) and self.tokens[end].kind == "space" and "\n" not in self.tokens[end].text \
                and self.tokens[end + 1].kind == "comment":
            return end + 2
        return end

    def _list(self, brace, separator):
        closing = matching(self.tokens, brace)
        for first, last in split(self.tokens, brace + 1, closing, separator):
            words = code(self.tokens, first, last)
            if not words or not self._mentions(first, last):
                continue
            if self._drop_operands(words[0], last):
                continue
            end = last + 1 if last < closing else last
            if first <= words[0] and any("\n" in self.tokens[i].text for i in range(first, words[0])):
                self._remove_line(words[0], self._trailing(end))
            else:
                self._remove(first, end)

    def _drop_operands(self, begin, end):
        """Of A | B what is not there. Return: whether something is left."""
        equals = [i for i in code(self.tokens, begin, end) if self.tokens[i].text == "="]
        start = equals[0] + 1 if equals else begin
        return self._drop(split(self.tokens, start, end, "|"), end)

    def _drop(self, parts, end, vanishes=None):
        """Remove the parts that vanish with one operator each, unless all do. Return: whether some stay."""
        vanishes = vanishes or self._mentions
        gone = [vanishes(*part) for part in parts]
        if all(gone):
            return False
        stays = gone.index(False)
        for position, (first, last) in enumerate(parts):
            if not gone[position]:
                continue
            if position < stays:  # with the operator behind it
                start = code(self.tokens, first, last)[0]
                self._remove(start, code(self.tokens, last + 1, end)[0])
            else:  # with the one before it
                before = parts[position][0] - 1
                if self.tokens[before - 1].kind == "space":
                    before -= 1
                self._remove(before, code(self.tokens, first, last)[-1] + 1)
        return True

    # Functions

    def _function(self, brace):
        closing = matching(self.tokens, brace)
        before = self._uses(brace, closing)
        everywhere, self.names = self.names, set(self.names)
        self._block(brace)
        self.names = everywhere
        self._labels(brace, closing)
        while self._locals(brace, closing, before):
            pass

    def _uses(self, begin, end):
        counts = {}
        for index in code(self.tokens, begin, end):
            if self.tokens[index].kind == "name":
                counts[self.tokens[index].text] = counts.get(self.tokens[index].text, 0) + 1
        return counts

    def _block(self, brace):
        """Carve { ... }. Return: whether something is left."""
        closing = matching(self.tokens, brace)
        index, result, left = brace + 1, None, False
        labels = []  # of the group of a switch that we are in: (begin, end, kept)
        while True:
            words = code(self.tokens, index, closing)
            if not words:
                break
            index = words[0]
            label = self._label(index, closing)
            if label:
                if not labels or labels[-1][1] != "open":
                    labels = []
                gone = self.tokens[index].text == "case" and self._mentions(index, label)
                labels.append((gone, "open"))
                if gone:
                    self._remove_line(index, label)
                else:
                    left = True
                index = label
                continue
            dead = labels and all(gone for gone, _ in labels)
            labels = [(gone, "closed") for gone, _ in labels]
            end = self._statement_end(index)
            if dead:
                self._remove_line(index, end)
            elif result and self._checks(index, result):
                self._remove_line(index, end)
                result = None
            else:
                result = self._assigned(index, end) if self._is_simple(index) and self._mentions(index, end) else None
                kept = self._statement(index, end)
                left = left or kept
            index = end
        return left

    def _label(self, index, closing):
        """The end of the label that begins here, or None."""
        word = self.tokens[index].text
        if word in ("case", "default"):
            while self.tokens[index].text != ":":
                index += 1
            return index + 1
        following = code(self.tokens, index + 1, closing)[:1]
        if self.tokens[index].kind == "name" and following and self.tokens[following[0]].text == ":":
            return following[0] + 1
        return None

    def _is_simple(self, index):
        return self.tokens[index].text not in ("if", "for", "while", "do", "switch", "{") and not self._is_loop(index)

    def _is_loop(self, index):
        """list_for_each_entry(...) and the like: a call, and no semicolon behind it."""
        return re.search(r"for_each", self.tokens[index].text) is not None and self._after_brackets(index) is not None

    def _after_brackets(self, index):
        words = code(self.tokens, index + 1, len(self.tokens))[:1]
        if not words or self.tokens[words[0]].text != "(":
            return None
        return code(self.tokens, matching(self.tokens, words[0]) + 1, len(self.tokens))[0]

    def _statement_end(self, index):
        """Behind the statement that begins at INDEX, and behind a comment on its last line."""
        word = self.tokens[index].text
        if word == "{":
            return matching(self.tokens, index) + 1
        if word == "if":
            end = self._statement_end(self._after_brackets(index))
            following = code(self.tokens, end, len(self.tokens))[:1]
            if following and self.tokens[following[0]].text == "else":
                return self._statement_end(code(self.tokens, following[0] + 1, len(self.tokens))[0])
            return end
        if word in ("for", "while", "switch") or self._is_loop(index):
            return self._statement_end(self._after_brackets(index))
        if word == "do":
            index = self._statement_end(code(self.tokens, index + 1, len(self.tokens))[0])
        while self.tokens[index].text != ";" or self.tokens[index].gone:
            if self.tokens[index].text in "([{" and self.tokens[index].kind == "op":
                index = matching(self.tokens, index)
            index += 1
        return self._trailing(index + 1)

    def _assigned(self, begin, end):
        words = [self.tokens[i].text for i in code(self.tokens, begin, end)]
        return words[0] if len(words) > 2 and words[1] == "=" and re.match(r"\w", words[0]) else None

    def _checks(self, index, name):
        """Is this "if (name) ...", or "if (!name)", or with IS_ERR?"""
        if self.tokens[index].text != "if":
            return False
        opening = code(self.tokens, index + 1, len(self.tokens))[0]
        words = [self.tokens[i].text for i in code(self.tokens, opening + 1, matching(self.tokens, opening))]
        return words in ([name], ["!", name], ["IS_ERR", "(", name, ")"])

    def _statement(self, begin, end, chained=False):
        """Carve a statement. Return: whether something is left."""
        word = self.tokens[begin].text
        if word == "{":
            return self._block(begin)
        if word == "if":
            return self._if(begin, end, chained)
        if word in ("for", "while", "switch") or self._is_loop(begin):
            opening = code(self.tokens, begin + 1, end)[0]
            body = self._after_brackets(begin)
            if self._mentions(opening, matching(self.tokens, opening)) or not self._statement(body, end):
                self._remove_line(begin, end)
                return False
            return True
        if not self._mentions(begin, end):
            return True
        if word == "return" and self._drop_operands(code(self.tokens, begin + 1, end)[0], end):
            return True
        # A local variable that has no value is not there either.
        self.names.update(self._declared(begin, end))
        self._remove_line(begin, end)
        return False

    def _condition(self, begin, end):
        """Carve a condition. Return: whether it can never be true."""
        words = code(self.tokens, begin, end)
        if not self._mentions(begin, end):
            return False
        if self.tokens[words[0]].text == "(" and matching(self.tokens, words[0]) == words[-1]:
            return self._condition(words[0] + 1, words[-1])
        parts = split(self.tokens, begin, end, ("||",))
        if len(parts) > 1:
            return not self._drop(parts, end, self._condition)
        return True

    def _if(self, begin, end, chained):
        opening = code(self.tokens, begin + 1, end)[0]
        closing = matching(self.tokens, opening)
        then = self._after_brackets(begin)
        then_end = self._statement_end(then)
        other = code(self.tokens, then_end, end)[:1]
        other = other[0] if other else None
        otherwise = code(self.tokens, other + 1, end)[0] if other is not None else None
        if self._condition(opening + 1, closing):
            if other is None:
                self._remove_line(begin, end)
                return False
            if not self._statement(otherwise, end, chained):
                self._remove_line(begin, end)
                return False
            self._remove(begin, otherwise)
            if not chained and self.tokens[otherwise].text != "if":
                self._outdent(otherwise, end)
            return True
        whole = render(self.tokens[begin:end])
        left = self._statement(then, then_end)
        if other is not None and not self._statement(otherwise, end, True):
            start = other
            while self.tokens[start - 1].kind == "space" or self.tokens[start - 1].gone:
                start -= 1
                self.tokens[start].gone = True
            self._remove(other, end)
            other = None
        if not left and other is None:
            self._remove_line(begin, end)
            return False
        if not left:
            raise SystemExit(f"nothing is left but the else of: {render(self.tokens[begin:end])}")
        if not chained and render(self.tokens[begin:end]) != whole:
            self._unbrace(then, other, otherwise)
        return True

    def _outdent(self, begin, end):
        for token in self.tokens[begin:end]:
            if token.kind == "space" and "\n" in token.text:
                token.text = token.text.replace("\n\t", "\n", 1)

    def _unbrace(self, then, other, otherwise):
        """{ } around a single simple statement go, if no branch needs any."""
        blocks = [then] if self.tokens[then].text == "{" else []
        if other is not None and self.tokens[otherwise].text == "{":
            blocks.append(otherwise)
        if other is not None and self.tokens[otherwise].text == "if":
            return
        if not blocks or not all(self._is_single(block) for block in blocks):
            return
        for block in blocks:
            closing = matching(self.tokens, block)
            for brace, space in ((block, block - 1), (closing, closing - 1)):
                self.tokens[brace].gone = True
                while self.tokens[space].gone:
                    space -= 1
                if self.tokens[space].kind == "space":
                    self.tokens[space].gone = True

    def _is_single(self, block):
        closing = matching(self.tokens, block)
        inside = [token for token in self.tokens[block + 1:closing] if not token.gone]
        if any(token.kind == "comment" or token.text in ("{", "if", "for", "while", "switch", "do") for token in inside):
            return False
        return sum(token.text == ";" for token in inside) == 1

    def _labels(self, brace, closing):
        """A label with nothing left gives its jumps to the next one; one without jumps goes."""
        words = code(self.tokens, brace + 1, closing)
        renamed = {}
        labels = [(p, i) for p, i in enumerate(words[:-1])
                  if self.tokens[i].kind == "name" and self.tokens[words[p + 1]].text == ":"
                  and self.tokens[words[p - 1]].text in (";", "}", ":") and self.tokens[i].text != "default"]
        for position, index in reversed(labels):
            after = words[position + 2] if position + 2 < len(words) else None
            name = self.tokens[index].text
            following = [self.tokens[i].text for p, i in labels if i == after]
            if following:
                renamed[name] = renamed.get(following[0], following[0])
                self._remove_line(index, words[position + 1] + 1)
        for position, index in enumerate(words[:-1]):
            target = self.tokens[words[position + 1]]
            if self.tokens[index].text == "goto" and target.text in renamed:
                target.text = renamed[target.text]
        used = {self.tokens[words[p + 1]].text for p, i in enumerate(words[:-1])
                if self.tokens[i].text == "goto" and not self.tokens[i].gone}
        for position, index in labels:
            if not self.tokens[index].gone and self.tokens[index].text not in used:
                self._remove_line(index, words[position + 1] + 1)

    def _locals(self, brace, closing, before):
        """Remove the declarations of what nothing uses any more. Return: whether there was one."""
        now = self._uses(brace, closing)
        index = brace + 1
        while True:
            words = code(self.tokens, index, closing)
            if not words:
                return False
            index = words[0]
            if self.tokens[index].text in "{}" or self._label(index, closing):
                index += 1
                continue
            if not self._is_simple(index):
                index = self._after_brackets(index) if self.tokens[index].text != "do" else index + 1
                continue
            if self.tokens[index].text == "else":
                index += 1
                continue
            end = self._statement_end(index)
            if self._declaration(index, end, now, before):
                return True
            index = end

    def _declared(self, begin, end):
        """The variables that a statement declares, in their order; none if it is no declaration."""
        words = code(self.tokens, begin, end)
        texts = [self.tokens[i].text for i in words]
        if len(texts) < 3 or not re.match(r"[a-z_]\w*$", texts[0]) or texts[0] in ("return", "goto", "break", "continue") \
                or texts[1] in ("=", "(", "->", ".", "++", "--", "+=", "-=", "|=", "["):
            return []
        names = []
        for first, last in split(self.tokens, begin, self._semicolon(words), ","):
            until = split(self.tokens, first, last, "=")[0][1]
            found = [self.tokens[i].text for i in code(self.tokens, first, until) if self.tokens[i].kind == "name"]
            names.append(found[-1] if found else "")
        return names

    def _semicolon(self, words):
        return next(i for i in words if self.tokens[i].text == ";")

    def _declaration(self, begin, end, now, before):
        names = self._declared(begin, end)
        unused = [name for name in names if now.get(name) == 1 and before.get(name, 0) > 1]
        if not unused:
            return False
        if len(names) == len(unused):
            self._remove_line(begin, end)
            return True
        parts = split(self.tokens, begin, self._semicolon(code(self.tokens, begin, end)), ",")
        position = names.index(unused[0])
        first, last = parts[position]
        if position == 0:
            # The type stays.
            until = split(self.tokens, first, last, "=")[0][1]
            start = [i for i in code(self.tokens, first, until) if self.tokens[i].kind == "name"][-1]
            while self.tokens[start - 1].text == "*":
                start -= 1
            self._remove(start, code(self.tokens, last + 1, end)[0])
        else:
            self._remove(first - 1, last)
        return True


def _tidy(text):
    """No blank lines where there is nothing to separate any more, and no headings of nothing."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    text = re.sub(r"(?:(?<=\n)/\* \w+\.[ch] \*/\n+)+(?=/\* \w+\.[ch] \*/|#endif)", "", text)
    text = re.sub(r"\{\n\n", "{\n", text)
    return re.sub(r"\n\n(\t*\})", r"\n\1", text)


def defined(text):
    """What a file defines that other files can use."""
    names, tokens = set(), tokenize(text)
    for begin, end in items(tokens):
        words = code(tokens, begin, end)
        if not words:
            continue
        if tokens[words[0]].kind == "directive":
            names.update(re.findall(r"^#[ \t]*define (\w+)", tokens[words[0]].text))
            continue
        texts = [tokens[i].text for i in words]
        brace = texts.index("{") if "{" in texts else len(texts)
        if texts[0] in ("struct", "enum") and brace in (1, 2):
            names.update(texts[1:brace])
            if texts[0] == "enum":
                closing = matching(tokens, words[brace])
                for first, last in split(tokens, words[brace] + 1, closing, ","):
                    names.update(tokens[i].text for i in code(tokens, first, last)[:1])
        elif texts[0] == "typedef":
            names.update(re.findall(r"\(\s*\*\s*(\w+)\s*\)", " ".join(texts)))
        elif "static" not in texts[:brace] and brace < len(texts) and "(" in texts[:brace]:
            names.add(texts[texts.index("(") - 1])
    return names
