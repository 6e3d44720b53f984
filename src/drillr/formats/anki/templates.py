"""Renders the card templates of Anki: fields, conditions, filters, deletions."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_MARKUP = re.compile(r"\{\{([^{}]*)\}\}")
_CLOZE = re.compile(r"\{\{c([\d,]{1,30})::|::|\}\}")
_ANSWER_RULE = re.compile(r"<hr[^>]*\bid\s*=\s*[\"']?answer[\"']?[^>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HINT = re.compile(r"\{\{\s*hint:([^{}:]{1,100})\}\}")
_OCCLUSION = "image-occlusion:"
_DEPTH = 8
_MOST_TAGS, _LONGEST = 500, 1 << 20
_SILENT = ("tts", "tts-voices")


class TooLong(ValueError):
    """A side that no card needs."""


class Deletion(NamedTuple):
    """A hidden part of a text: its number, what is hidden, and the hint instead."""

    numbers: frozenset[int]
    text: str
    hint: str


def side(
    template: str, fields: Mapping[str, str], number: int, *, front: str = "", back: bool = False
) -> str:
    """The HTML of one side; `number` is the deletion that the card asks for (from 1).

    TooLong where a template says the same things over and over.
    """
    out: list[str] = []
    hidden = at = size = 0
    known: dict[str, str] = {}
    filled: dict[str, bool] = {}
    for count, match in enumerate(_MARKUP.finditer(template)):
        if count == _MOST_TAGS or size > _LONGEST:
            raise TooLong
        if not hidden:
            out.append(template[at : match.start()])
            size += match.start() - at
        at = match.end()
        tag = match[1].strip()
        if tag[:1] in ("#", "^"):
            name = tag[1:].strip()
            if name not in filled:
                filled[name] = _filled(name, fields, number)
            shown = filled[name] == (tag[0] == "#")
            # Inside of a hidden part, parts are only counted.
            hidden = hidden + 1 if hidden or not shown else 0
            if shown and not hidden:
                continue
        elif tag[:1] == "/":
            hidden = max(0, hidden - 1)
        elif not hidden:
            if tag not in known:
                known[tag] = _field(tag, fields, number, front=front, back=back)
            out.append(known[tag])
            size += len(known[tag])
    if not hidden:
        out.append(template[at:])
    return "".join(out)


def hints(template: str) -> list[str]:
    """The fields that a front shows only on request."""
    return [match[1].strip() for match in _HINT.finditer(template)]


def answer_part(back: str) -> str:
    """What a rendered back shows below the rule that Anki's templates put above the answer."""
    return _ANSWER_RULE.split(_COMMENT.sub("", back))[-1]


def _filled(name: str, fields: Mapping[str, str], number: int) -> bool:
    """Whether a condition holds: the field says something, or it is this card's deletion."""
    found = re.fullmatch(r"c(\d{1,3})", name)
    if found and name not in fields:
        return int(found[1]) == number
    return bool(re.sub(r"(?i)</?(br|div|p|span)\b[^>]{0,200}>|\s|&nbsp;", "", fields.get(name, "")))


def _field(tag: str, fields: Mapping[str, str], number: int, *, front: str, back: bool) -> str:
    *filters, name = [part.strip() for part in tag.split(":")]
    if name == "FrontSide":
        return front
    if any(filter_.split(" ")[0] in _SILENT for filter_ in filters):
        return ""
    value = fields.get(name, "")
    if "cloze" in filters or "cloze-only" in filters:
        return cloze(value, number, back=back)
    if ("type" in filters or "hint" in filters) and not back:
        return ""
    if "kanji" in filters:
        return re.sub(r" ?([^ >]{1,60}?)\[[^\]]{0,60}\]", r"\1", value)
    if "kana" in filters:
        return re.sub(r" ?[^ >]{1,60}?\[([^\]]{0,60})\]", r"\1", value)
    return value


def cloze(text: str, number: int, *, back: bool) -> str:
    """The text with the deletions of that number hidden, or on the back shown in bold."""
    out = []
    for part in _parts(text):
        if isinstance(part, str):
            out.append(part)
        elif number not in part.numbers:
            out.append(cloze(part.text, number, back=back))
        elif back:
            out.append(f"<b>{plain(part.text)}</b>")
        else:
            out.append(f"[{part.hint or '…'}]")
    return "".join(out)


def hidden(text: str, number: int) -> list[str]:
    """What the deletions of that number hide, in their order."""
    found: list[str] = []
    for part in _parts(text):
        if isinstance(part, Deletion):
            if number in part.numbers:
                found.append(plain(part.text))
            else:
                found += hidden(part.text, number)
    return found


def plain(text: str) -> str:
    """The text with every deletion shown."""
    return "".join(part if isinstance(part, str) else plain(part.text) for part in _parts(text))


def is_occlusion(text: str) -> bool:
    """Whether a field hides parts of a picture rather than of a text."""
    return _OCCLUSION in text


def _parts(text: str) -> Iterator[str | Deletion]:
    """The text cut at its outermost deletions; what is not closed is text."""
    start, depth, at = 0, 0, 0
    numbers: frozenset[int] = frozenset()
    inner = 0
    hints: list[int] = []
    for match in _CLOZE.finditer(text):
        mark = match.group()
        if mark == "}}":
            if depth == 1:
                yield text[start:at]
                cut = hints[0] if hints else match.start()
                hint = text[cut + 2 : match.start()] if hints else ""
                yield Deletion(numbers, text[inner:cut], hint)
                start = match.end()
            depth = max(0, depth - 1)
        elif mark == "::":
            if depth == 1:
                hints.append(match.start())
        elif depth < _DEPTH:
            if not depth:
                at, inner, hints = match.start(), match.end(), []
                numbers = frozenset(int(part) for part in match[1].split(",") if part)
            depth += 1
    yield text[start:]
