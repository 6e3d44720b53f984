"""Questions made of a text with hidden parts, however a format marks them."""

import re
from collections.abc import Callable
from typing import NamedTuple

Shown = Callable[[re.Match[str]], str]


class Hole(NamedTuple):
    """One hidden part: the question without it, what was hidden, and the whole text."""

    question: str
    answer: str
    whole: str


def holes(text: str, pattern: re.Pattern[str], hint: int | None = None) -> list[Hole]:
    """A question for each match of the pattern, whose first group is what is hidden.

    `hint` is the group that holds a hint. The other matches are shown as they are.
    """
    matches = list(pattern.finditer(text))
    return [
        Hole(
            _filled(text, matches, index, _blank(match, hint)),
            match[1].strip(),
            _filled(text, matches, index, f"**{match[1].strip()}**"),
        )
        for index, match in enumerate(matches)
    ]


def all_hidden(text: str, pattern: re.Pattern[str], hint: int | None = None) -> Hole | None:
    """One question that hides every match at once; None where nothing is hidden."""
    found = [match[1].strip() for match in pattern.finditer(text)]
    if not found:
        return None
    return Hole(
        pattern.sub(lambda match: _blank(match, hint), text),
        "; ".join(found),
        pattern.sub(lambda match: f"**{match[1].strip()}**", text),
    )


def _blank(match: re.Match[str], hint: int | None) -> str:
    return f"[{(match[hint] if hint is not None else None) or '…'}]"


def _filled(text: str, matches: list[re.Match[str]], chosen: int, instead: str) -> str:
    out, at = [], 0
    for index, match in enumerate(matches):
        out += [text[at : match.start()], instead if index == chosen else match[1]]
        at = match.end()
    return "".join([*out, text[at:]])
