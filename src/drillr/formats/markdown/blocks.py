"""Cuts a Markdown file into what its dialects are made of: cards with marks, and blocks of text.

A line inside of a code fence is never a mark.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARK = re.compile(r"([QAC]):(?: |$)")
_RULE = re.compile(r"-{3,}\s*$")
NOTE = re.compile(r"<!-- (drillr|place): (.*) -->\s*$")
_FRONT = re.compile(r"(---|\+\+\+)\s*$")
_FRONT_LINES = 200
_PAIR = re.compile(r"([\w-]{1,40})\s*[:=]\s*(.*)")


class Block(NamedTuple):
    """Lines that belong together, and the line (from 1) on which they begin.

    `kind` is `card` (its lines still have their Q:, A: or C:), `note` (a comment of drillr's own),
    `rule` (---), `heading`, or `text` (a paragraph, a list or a code block).
    """

    kind: str
    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


class Fences:
    """Knows, line after line, whether one is inside of a code fence."""

    def __init__(self) -> None:
        self._open: str | None = None

    def inside(self, line: str) -> bool:
        """Whether the line belongs to a fenced block, its fences included."""
        found = _FENCE.match(line)
        if self._open is not None:
            if found and line.strip() == found[1] and found[1].startswith(self._open):
                self._open = None
            return True
        if found and not (found[1][0] == "`" and "`" in line[found.end() :]):
            self._open = found[1]
            return True
        return False


def front_matter(lines: list[str]) -> tuple[dict[str, str], int]:
    """The pairs between two rules at a file's beginning, and how many lines they take."""
    if not lines or not (opening := _FRONT.match(lines[0])):
        return {}, 0
    pairs: dict[str, str] = {}
    for index, line in enumerate(lines[1:_FRONT_LINES], 1):
        if line.rstrip() == opening[1]:
            return pairs, index + 1
        if pair := _PAIR.match(line):
            pairs[pair[1].lower()] = pair[2].strip().strip("\"'")
    return {}, 0


def blocks(lines: list[str], start: int) -> Iterator[Block]:
    """The file's blocks from line `start` (from 0) on."""
    fences = Fences()
    kind, first = "", 0
    held: list[str] = []
    for index in range(start, len(lines)):
        line = lines[index]
        begins = "" if fences.inside(line) else _kind(line, kind)
        if begins in ("note", "rule", "heading"):
            if held:
                yield Block(kind, first + 1, held)
            yield Block(begins, index + 1, [line])
            kind, held = "", []
        elif begins == "card":
            if held:
                yield Block(kind, first + 1, held)
            kind, first, held = "card", index, [line]
        elif kind == "card":
            held.append(line)
        elif begins == "blank":
            if held:
                yield Block(kind, first + 1, held)
            kind, held = "", []
        else:
            if not held:
                kind, first = "text", index
            held.append(line)
    if held:
        yield Block(kind, first + 1, held)


def _kind(line: str, inside: str) -> str:
    """What an unfenced line begins; an answer belongs to the card that it follows."""
    if NOTE.match(line):
        return "note"
    if _RULE.match(line):
        return "rule"
    mark = _MARK.match(line)
    if mark and mark[1] != "A":
        return "card"
    if inside == "card":
        return ""
    if not line.strip():
        return "blank"
    return "heading" if re.match(r"#{1,6} ", line) else ""


def sides(block: Block) -> tuple[str, str, str]:
    """Question, answer and deletion text of a card with marks; what it lacks is empty."""
    parts: dict[str, list[str]] = {"Q": [], "A": [], "C": []}
    current = "Q"
    fences = Fences()
    for line in block.lines:
        mark = None if fences.inside(line) else _MARK.match(line)
        if mark and not (mark[1] == "A" and parts["A"]):
            current = mark[1]
            parts[current].append(line[2:].strip())
        else:
            parts[current].append(line)
    question, answer, cloze = ("\n".join(parts[name]).strip() for name in "QAC")
    return question, answer, cloze
