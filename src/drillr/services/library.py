"""The library on its way to other stores: what changed behind a cursor, page by page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from drillr.domain.ids import QuestionId
from drillr.domain.question import Question
from drillr.formats.question_writer import item_of
from drillr.services.context import Context
from drillr.store import revision, upstream

PAGE = 500
PAGE_BYTES = 4 * 1024 * 1024
FACET, ACTIVE = "facet", "active"
"""Under these names a merge treats where a question stands and whether it is asked, like fields."""


class Cursor(NamedTuple):
    """How far a client knows a server's content: a revision, and within it the last id."""

    revision: int = 0
    id: QuestionId = QuestionId(bytes(16))


@dataclass(frozen=True, slots=True)
class Shared:
    """A question as it travels: where it stands, and the item of a question file."""

    path: str
    item: Mapping[str, Any]
    revision: int = 0
    position: int = 0
    active: bool = True

    @property
    def fields(self) -> dict[str, Any]:
        """All that a merge compares."""
        return {**self.item, FACET: self.path, ACTIVE: self.active}


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that changed, and where the next page begins; `more` says that there is one."""

    questions: Sequence[Shared]
    next: Cursor
    more: bool = False


class Shelf(Protocol):
    """Where content comes from."""

    def content(self, after: Cursor, scope: Sequence[str]) -> Page:
        """The next questions that changed."""

    def content_among(self, after: int, keys: Sequence[QuestionId]) -> Page:
        """Those of some questions that changed."""


def page(context: Context, after: Cursor, scope: Sequence[str], most: int = PAGE) -> Page:
    """The questions that changed behind a cursor."""
    with context.database.transaction(write=False) as db:
        # Read first: whatever has this revision or a lower one can be seen by now.
        upto = revision.current(db)
        found = upstream.changed(db, after, upto, scope, most + 1)
    shared = [shared_of(one) for one in found[:most]]
    kept = _weighed(shared)
    if len(found) > len(shared) or kept < len(shared):
        last = found[kept - 1]
        return Page(shared[:kept], Cursor(last.revision, last.question.id), more=True)
    return Page(shared, Cursor(upto))


def page_among(context: Context, after: int, keys: Sequence[QuestionId]) -> Page:
    """Those of some questions that changed behind a revision."""
    with context.database.transaction(write=False) as db:
        upto = revision.current(db)
        found = upstream.changed_among(db, after, upto, keys[:PAGE])
    return Page([shared_of(one) for one in found], Cursor(upto))


def _weighed(shared: Sequence[Shared]) -> int:
    """How many of these fit into one message."""
    size = 0
    for count, one in enumerate(shared, 1):
        size += len(json.dumps(one.item, ensure_ascii=False))
        if size > PAGE_BYTES:
            return max(1, count - 1)
    return len(shared)


def shared_of(one: upstream.Changed) -> Shared:
    """A stored question as it travels."""
    question = one.question
    return Shared(question.path, item_of(question), one.revision, one.position, question.is_active)


def fields_of(question: Question) -> dict[str, Any]:
    """All of a question that a merge compares."""
    return {**item_of(question), FACET: question.path, ACTIVE: question.is_active}
