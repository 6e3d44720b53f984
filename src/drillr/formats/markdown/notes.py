"""Cards inside of notes, as the spaced repetition plugin of Obsidian writes them.

`question::answer` on a line (`:::` for both directions), `?` on a line of its own between the two
(`??` for both), `==hidden==` parts of a paragraph, and schedules in comments behind.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from drillr.domain.history import Past, PastAnswer
from drillr.domain.rating import Rating
from drillr.formats import cloze
from drillr.formats.markdown.blocks import Block, Fences
from drillr.formats.text_items import own_id

_SCHEDULES = re.compile(r"<!--SR:([^<>]{1,2000}?)-->")
_ENTRY = re.compile(r"!?(\d{4}-\d\d-\d\d),(\d{1,5}(?:\.\d+)?),(\d{1,5}(?:\.\d+)?)")
_BLOCK_ID = re.compile(r"\s\^[\w-]{1,40}\s*$")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]{1,1000}?)(?<=\S)==")
_CODE = re.compile(r"`[^`\n]*`")
_DECK_TAG = re.compile(r"^#flashcards?(?:/[\w/-]*)?\s+")
# The plugin's way to say that a card was not seen yet.
_NEVER = date(2000, 1, 1)


class Schedule(NamedTuple):
    """When a card is due, the interval in days before that, and the ease in hundredths."""

    due: date
    interval: int
    ease: int


class Note(NamedTuple):
    """A card with its line, and its schedule if it has one."""

    line: int
    item: dict[str, Any]
    schedule: Schedule | None


def read(block: Block) -> Iterator[Note]:
    """The cards of a block; none where it is only text."""
    lines, schedules = _without_schedules(block.lines)
    found = list(_separated(block.line, lines)) or list(_inline(block.line, lines))
    found = found or list(_hidden(block.line, lines))
    for index, (line, item) in enumerate(found):
        yield Note(line, item, schedules[index] if index < len(schedules) else None)


def past(schedule: Schedule, name: str) -> Past:
    """The answer that led to a schedule: when it must have been, and what came of it."""
    noon = datetime.combine(schedule.due, time(12), tzinfo=UTC)
    return PastAnswer(
        external_id=name,
        key=f"obsidian:{name}:{schedule.due}:{schedule.interval}",
        at=noon - timedelta(days=schedule.interval),
        rating=Rating.MEDIUM,
        outcome={"interval_days": schedule.interval, "ease": schedule.ease},
    )


def _without_schedules(lines: list[str]) -> tuple[list[str], list[Schedule | None]]:
    text = "\n".join(lines)
    schedules = [
        _schedule(*entry.groups())
        for comment in _SCHEDULES.finditer(text)
        for entry in _ENTRY.finditer(comment[1])
    ]
    kept = _SCHEDULES.sub("", text).split("\n")
    return [_BLOCK_ID.sub("", line).rstrip() for line in kept], schedules


def _schedule(due: str, interval: str, ease: str) -> Schedule | None:
    try:
        day = date.fromisoformat(due)
    except ValueError:
        return None
    if day <= _NEVER or day.year > 2900:
        return None
    return Schedule(day, max(1, min(round(float(interval)), 36_500)), round(float(ease)))


def _separated(line: int, lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """A question and an answer of several lines, with `?` or `??` between them."""
    fences = Fences()
    for number, text in enumerate(lines):
        if fences.inside(text) or text.strip() not in ("?", "??"):
            continue
        front = "\n".join(lines[:number]).strip()
        back = "\n".join(lines[number + 1 :]).strip()
        if front and back:
            yield from _card(line, front, back, both=text.strip() == "??")
        return


def _inline(line: int, lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """`question::answer` on a line, unless the colons stand in code."""
    fences = Fences()
    for number, text in enumerate(lines):
        if fences.inside(text):
            continue
        # Code is blanked out, so that places of the colons stay the same.
        bare = _CODE.sub(lambda match: "`" * len(match.group()), text)
        at = bare.find("::")
        if at < 1:
            continue
        both = bare.startswith(":::", at)
        front = _DECK_TAG.sub("", text[:at].strip())
        back = text[at + 2 + both :].strip()
        if front and back:
            yield from _card(line + number, front, back, both=both)


def _hidden(line: int, lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    text = "\n".join(lines).strip()
    fences = Fences()
    if any(fences.inside(each) for each in lines):
        return
    for index, hole in enumerate(cloze.holes(text, _HIGHLIGHT)):
        yield line, {
            "id": own_id("md", text, str(index)), "type": "theory", "question": hole.question,
            "answer": hole.answer, "explanation": hole.whole,
        }  # fmt: skip


def _card(
    line: int, front: str, back: str, *, both: bool
) -> Iterator[tuple[int, dict[str, Any]]]:  # fmt: skip
    yield line, {"id": own_id("md", front), "type": "theory", "question": front, "answer": back}
    if both:
        yield line, {"id": own_id("md", back, "reversed"), "type": "theory", "question": back,
                     "answer": front}  # fmt: skip
