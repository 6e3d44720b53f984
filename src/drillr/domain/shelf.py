"""A facet as it leaves the library: its place, its names, its questions in their files' order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from drillr.domain.question import Question

Described = Mapping[str, tuple[str, str | None]]


class Kept(NamedTuple):
    """A question with the file it came from, and how that file put it (see `Draft.written`).

    `changed_at` is when its content last changed in this store.
    """

    question: Question
    source: str | None
    written: Mapping[str, Any]
    changed_at: datetime


class Shelf(NamedTuple):
    """One facet; `described` gives name and description of every place, by path."""

    path: str
    described: Described
    kept: list[Kept]
