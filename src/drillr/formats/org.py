"""Reads the drill topics of Emacs: headings with the tag `drill`, and their schedules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from drillr.domain.card import FIRST_EASE
from drillr.domain.history import Past, PastAnswer
from drillr.domain.paths import FacetPath
from drillr.domain.rating import Rating
from drillr.formats import cloze
from drillr.formats.org_markup import markdown
from drillr.formats.org_topics import OWN, Topic, topics
from drillr.formats.source import Item, Listed, Reading
from drillr.formats.text_items import (
    NOTE_BYTES,
    item_at,
    joined,
    own_id,
    parsed,
    place_of,
    read_text,
)
from drillr.formats.text_source import TextSource

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: \w+)?(?: (\d{1,2}):(\d\d))?")
# [hidden] or [hidden||hint], but no link, footnote, checkbox, date or count.
_HOLE = re.compile(
    r"(?<!\[)\[(?!fn:|[ xX-]\]|\d{4}-\d\d-\d\d|\d*/\d*\]|\d*%\])([^\[\]|\n]{1,1000}?)"
    r"(?:\|\|([^\[\]|\n]{1,200}))?\](?!\])"
)
_EACH_HOLE = re.compile(r"(hide|show)[\w-]*cloze|hide(first|last|[_\w-]*)")


@contextmanager
def opened(path: str, reading: Reading) -> Iterator["OrgFile"]:
    """The file at a path."""
    yield OrgFile(path, read_text(path, NOTE_BYTES), reading)


class OrgFile(TextSource):
    """The source that a file of drill topics is; `#+PLACE: a__b__c__d` says where they go."""

    def __init__(self, path: str, text: str, reading: Reading) -> None:
        self._path, self._reading = path, reading
        self._topics, self._keywords = topics(text.split("\n"))
        self._past: list[Past] = []
        self._count = 0

    def sections(self) -> list[Listed]:
        """The topics that have the tag `drill`."""
        place = place_of(self._path, self._reading)
        found: dict[FacetPath, list[Item]] = {}
        for line, item, schedule in self._cards():
            here = place
            if "_place" in item:
                wanted = str(item.pop("_place"))
                here = place if self._reading.under else FacetPath.parse(wanted)
            draft = item_at(line, item)
            found.setdefault(here, []).append(draft)
            name = getattr(draft[1], "external_id", None)
            if schedule is not None and name is not None:
                self._past.append(_past(schedule, name))
        self._count = sum(len(items) for items in found.values())
        return [Listed(path, items) for path, items in found.items()]

    def history(self) -> Sequence[Past]:
        """The schedules that topics' properties hold."""
        return self._past

    def remarks(self) -> list[str]:
        """A file without drill topics says so."""
        return [] if self._count else ["holds no topic with the tag :drill:"]

    def _cards(self) -> Iterator[tuple[int, dict[str, Any], "_Schedule | None"]]:
        for topic in self._topics:
            if "drill" in topic.tags:
                schedule = _schedule(topic.properties)
                for item in items_of(topic):
                    yield topic.line, item, schedule


class _Schedule(NamedTuple):
    at: datetime
    days: int
    ease: int


def items_of(topic: Topic) -> Iterator[dict[str, Any]]:
    """The questions that a drill topic asks."""
    more = parsed(topic.properties.get(OWN, ""))
    kind = topic.properties.get("DRILL_CARD_TYPE", "").strip().lower()
    base = base_of(topic)
    if more is not None:
        yield joined(base, more)
        return
    body = markdown("\n".join(topic.body)).strip()
    sides = [child for child in topic.children if "drill" not in child.tags]
    name = topic.properties.get("ID", "")
    if kind in ("twosided", "multisided") and len(sides) > 1:
        asked = sides[:2] if kind == "twosided" else sides
        for index, side in enumerate(asked):
            others = [_side(other) for other in sides if other is not side]
            yield _named(name, index, {
                "type": "theory", "question": _joined(markdown(topic.title), body, _side(side)),
                "answer": "\n\n".join(others),
            })  # fmt: skip
        return
    yield from _holes(topic, kind, name, body, sides) or [base]


def _holes(
    topic: Topic, kind: str, name: str, body: str, sides: list[Topic]
) -> list[dict[str, Any]]:
    """A topic that hides parts of its text; one that has an answer below hides nothing."""
    text = body if body else markdown(topic.title)
    if sides and not kind:
        return []
    title = markdown(topic.title) if body else ""
    below = "\n\n".join(_side(side) for side in sides)
    if kind and _EACH_HOLE.fullmatch(kind):
        found = cloze.holes(text, _HOLE, 2)
    else:
        whole = cloze.all_hidden(text, _HOLE, 2)
        found = [] if whole is None else [whole]
    return [
        _named(name, index, {
            "type": "theory", "question": _joined(title, hole.question), "answer": hole.answer,
            "explanation": _joined(hole.whole, below),
        })
        for index, hole in enumerate(found)
    ]  # fmt: skip


def base_of(topic: Topic) -> dict[str, Any]:
    """A topic whose answer stands below it, or is its text."""
    body, title = markdown("\n".join(topic.body)).strip(), markdown(topic.title)
    sides = [child for child in topic.children if "drill" not in child.tags]
    if sides:
        question, answer = _joined(title, body), "\n\n".join(_side(side) for side in sides)
    else:
        question, answer = title, body
    return _named(
        topic.properties.get("ID", ""), 0,
        {"type": "theory", "question": question, "answer": answer},
    )  # fmt: skip


def _named(name: str, index: int, item: dict[str, Any]) -> dict[str, Any]:
    """The item with its id: the topic's own, or one that follows from its text."""
    if name:
        return {"id": f"org-{name}" + (f"-{index}" if index else ""), **item}
    return {"id": own_id("org", item["question"], str(index)), **item}


def _side(topic: Topic) -> str:
    """A sub-heading's text, below its title unless that only says that it is the answer."""
    body = markdown("\n".join(topic.body)).strip()
    if re.fullmatch(r"(the )?(answer|back|solution)s?\W*", topic.title.lower()) and body:
        return body
    return _joined(f"**{markdown(topic.title)}**" if body else markdown(topic.title), body)


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _schedule(properties: Mapping[str, str]) -> _Schedule | None:
    """Where the topic stands: its last interval, ease, and when it was last reviewed."""
    try:
        days = round(float(properties.get("DRILL_LAST_INTERVAL", "0")))
        ease = round(100 * float(properties.get("DRILL_EASE", "0"))) or FIRST_EASE
    except (ValueError, OverflowError):
        return None
    if not 1 <= days <= 36_500:
        return None
    at = _instant(properties.get("DRILL_LAST_REVIEWED", ""))
    if at is None:
        due = _instant(properties.get("SCHEDULED", ""))
        at = None if due is None else due - timedelta(days=days)
    return None if at is None else _Schedule(at, days, ease)


def _instant(text: str) -> datetime | None:
    found = _DATE.search(text)
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    try:
        clock = time(int(hour or 12), int(minute or 0))
        return datetime.combine(date(int(year), int(month), int(day)), clock, tzinfo=UTC)
    except ValueError:
        return None


def _past(schedule: _Schedule, name: str) -> Past:
    return PastAnswer(
        external_id=name,
        key=f"org:{name}:{schedule.at.isoformat()}:{schedule.days}",
        at=schedule.at,
        rating=Rating.MEDIUM,
        outcome={"interval_days": schedule.days, "ease": schedule.ease},
    )
