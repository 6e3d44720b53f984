"""Reads the search language: words, "phrases", `field:value`, `-` or `not`, `or`, parentheses.

For example `graphql "n plus one" type:theory difficulty:3-5`, or
`(tag:cache or facet:redis) -is:suspended answered:>30d lapses:>3`.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from drillr.domain.query import All, Any, Node, Not, Text
from drillr.domain.query_field import FIELDS, condition
from drillr.domain.text import forbidden
from drillr.errors import QueryError

LONGEST = 1_000
DEEPEST = 40

_SPACE = re.compile(r"\s*")
_KEY = re.compile(r"([A-Za-z]+):")
_PLAIN = re.compile(r'[^\s()"]+')
_WORD = re.compile(r"[A-Za-z]+(?=[\s()]|$)")


def parse(text: str, *, as_you_type: bool = False) -> Node:
    """The conditions that `text` asks for; `All(())` when it asks for nothing.

    With `as_you_type` what stands unfinished at the end is no error, and its last word need only be
    the beginning of one. QueryError says at which character the text can't be understood.
    """
    if len(text) > LONGEST:
        raise QueryError(f"the search has {len(text)} characters", f"At most {LONGEST} are allowed")
    if forbidden(text):
        raise QueryError("the search holds a control character", "Type it anew")
    parser = _Parser(text, as_you_type)
    node = parser.alternatives(0)
    if not parser.is_at_end():
        raise parser.error("there is a ')' without its '('")
    return node


@dataclass(slots=True)
class _Parser:
    text: str
    as_you_type: bool
    at: int = 0

    def is_at_end(self) -> bool:
        """Whether nothing but spaces is left."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at == len(self.text)

    def error(self, message: str, remedy: str = "", at: int | None = None) -> QueryError:
        """The error that names where in the text the trouble is."""
        position = (self.at if at is None else at) + 1
        return QueryError(f"{message} (at character {position})", remedy, position)

    def alternatives(self, depth: int) -> Node:
        """Conditions joined by `or`, which binds less than standing side by side."""
        if depth > DEEPEST:
            raise self.error("the search nests its parentheses too deeply")
        parts = [self._together(depth)]
        while self._keyword("or"):
            before = self.at
            if self.is_at_end() and self.as_you_type:
                break
            part = self._together(depth)
            if part == All():
                raise self.error("'or' has nothing after it", at=before)
            parts.append(part)
        if len(parts) == 1:
            return parts[0]
        if parts[0] == All():
            raise self.error("'or' has nothing before it", at=0)
        return Any(tuple(parts))

    def _together(self, depth: int) -> Node:
        parts: list[Node] = []
        while not self.is_at_end() and self.text[self.at] != ")" and not self._keyword("or", False):
            if not self._keyword("and"):
                part = self._one(depth)
                if part is not None:
                    parts.append(part)
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Node | None:
        """One condition with what negates it; None for an unfinished one at the end."""
        start = self.at
        minus = self.text[self.at] == "-"
        if minus or self._keyword("not"):
            self.at += minus
            if self.is_at_end() and self.as_you_type:
                return None
            if self.at == len(self.text) or self.text[self.at] == ")":
                raise self.error("nothing follows to be left out", at=start)
            if depth > DEEPEST:
                raise self.error("the search nests its conditions too deeply")
            part = self._one(depth + 1)
            return None if part is None else Not(part)
        if self.text[self.at] == "(":
            return self._group(depth)
        return self._term()

    def _group(self, depth: int) -> Node | None:
        start = self.at
        self.at += 1
        node = self.alternatives(depth + 1)
        if self.is_at_end():
            if not self.as_you_type:
                raise self.error("this '(' is never closed", at=start)
        else:
            self.at += 1
        if node == All() and not self.as_you_type:
            raise self.error("there is nothing between the parentheses", at=start)
        return None if node == All() else node

    def _term(self) -> Node | None:
        start = self.at
        key = _KEY.match(self.text, start)
        if key is None:
            return self._text()
        name = key[1].lower()
        rest = self.text[key.end() : key.end() + 1]
        if name not in FIELDS:
            if not rest or rest in ":/\\" or rest.isspace() or rest in "()":
                return self._text()
            raise self.error(
                f"there is no field {key[1]!r}", _nearest(name, self.text[start:]), at=start
            )
        self.at = key.end()
        quoted = rest == '"'
        value, _ = self._quoted() if quoted else (self._plain(), True)
        if not value.strip():
            if self.as_you_type and self.is_at_end():
                return None
            raise self.error(f"{name}: has nothing after it", at=start)
        try:
            return condition(name, value, quoted=quoted)
        except QueryError as found:
            raise self.error(found.message, found.remedy, at=key.end()) from None

    def _text(self) -> Node | None:
        if self.text[self.at] == '"':
            start = self.at
            phrase, closed = self._quoted()
            if not closed and not self.as_you_type:
                raise self.error("this quotation mark is never closed", at=start)
            return Text(phrase, prefix=not closed) if phrase.strip() else None
        word = self._plain()
        is_last = self.as_you_type and self.at == len(self.text)
        stem = word.rstrip("*")
        return Text(stem, prefix=is_last or stem != word) if stem else None

    def _plain(self) -> str:
        found = _PLAIN.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def _quoted(self) -> tuple[str, bool]:
        """What stands between quotation marks, and whether the second one is there."""
        end = self.text.find('"', self.at + 1)
        start, self.at = self.at + 1, len(self.text) if end < 0 else end + 1
        return self.text[start : None if end < 0 else end], end >= 0

    def _keyword(self, word: str, consume: bool = True) -> bool:
        if self.is_at_end():
            return False
        found = _WORD.match(self.text, self.at)
        if found is None or found.group().lower() != word:
            return False
        if self.as_you_type and found.end() == len(self.text):
            return False  # it may become `oracle`
        if consume:
            self.at = found.end()
        return True


def _nearest(name: str, term: str) -> str:
    near = get_close_matches(name, FIELDS, n=1, cutoff=0.6)
    fields = f"Did you mean {near[0]}:?" if near else f"Fields: {', '.join(FIELDS)}."
    word = term.split()[0].replace('"', "")
    return f'{fields} To search for the text, write "{word}"'
