"""Searching the library: one language for the command line, the terminal interface, the server."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from drillr.domain import query, selector
from drillr.domain.card import CardState
from drillr.domain.headline import headline
from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.query_text import parse
from drillr.domain.question import QuestionType
from drillr.domain.rulebook import Rulebook
from drillr.errors import QueryError, SelectorError, StoreBusy, StoreReadOnly
from drillr.services.context import Context, Today
from drillr.store import content, search_index
from drillr.store import search as index

if TYPE_CHECKING:
    from typing import Any

    from drillr.store.connection import Connection

FIRST_LINE = 200
PAGE = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A question that was found.

    `due` is when it comes back, None where it doesn't; `marks` are some of suspended, buried,
    flagged, leech and inactive; `first_line` is its first words without Markdown, at most 200
    characters.
    """

    id: QuestionId
    external_id: str
    path: str
    type: QuestionType
    difficulty: int
    first_line: str
    state: CardState
    due: datetime | None
    marks: tuple[str, ...]


def prepare(context: Context, on_progress: Callable[[int], None] | None = None) -> None:
    """Index what changed since the last search; `on_progress` hears how many questions wait.

    Every search does so by itself: this is for whoever wants to show it, or to do it early.
    """
    while True:
        with context.database.transaction(write=False) as db:
            if search_index.is_current(db):
                return
            waiting = search_index.lag(db) if on_progress is not None else 0
        if on_progress is not None:
            on_progress(waiting)
        with context.database.transaction() as db:
            search_index.catch_up(db)


def search(
    context: Context, text: str, limit: int = PAGE, offset: int = 0, *, as_you_type: bool = False
) -> list[Hit]:
    """The questions that `text` finds: the best first where it has words, else in files' order.

    With `as_you_type` an unfinished text is no error, and its last word may be the beginning of
    one. QueryError says where the text can't be understood.
    """
    wanted = parse(text, as_you_type=as_you_type)
    _prepare_if_possible(context)
    with context.database.transaction(write=False) as db:
        scope = _scope(db, context, text, wanted)
        rows = index.page(db, wanted, scope, limit, offset)
        rules = context.rulebook(db)
        return [_hit(row, scope.now, rules) for row in rows]


def count(context: Context, text: str, *, as_you_type: bool = False) -> int:
    """How many questions `text` finds in all."""
    wanted = parse(text, as_you_type=as_you_type)
    _prepare_if_possible(context)
    with context.database.transaction(write=False) as db:
        return index.count(db, wanted, _scope(db, context, text, wanted))


def ids(context: Context, text: str) -> list[QuestionId]:
    """The ids of all questions that `text` finds, in no particular order."""
    wanted = parse(text)
    _prepare_if_possible(context)
    with context.database.transaction(write=False) as db:
        return index.keys(db, wanted, _scope(db, context, text, wanted))


def condition(
    db: "Connection", context: Context, text: str
) -> "tuple[str, tuple[Any, ...]] | None":
    """What `text` finds as a subquery for a session's queue, None for an empty text.

    `prepare` comes first, outside of the unit of work.
    """
    wanted = parse(text)
    if wanted == query.All():
        return None
    return index.subquery(db, wanted, _scope(db, context, text, wanted))


def _prepare_if_possible(context: Context) -> None:
    # While another process writes, or on a medium that can't be written, the index as it was is
    # better than none.
    with suppress(StoreBusy, StoreReadOnly):
        prepare(context)


def _scope(db: "Connection", context: Context, text: str, wanted: query.Node) -> index.Scope:
    rules = context.rulebook(db)
    today = Today.of(context.clock(), rules.everywhere, context.system_zone)
    places = {}
    named = query.selectors(wanted)
    if named:
        by_path = {facet.path: facet.id for facet in content.facets(db)}
        for name in named:
            try:
                places[name] = [by_path[path] for path in selector.resolve(name, by_path)]
            except SelectorError as error:
                at = max(text.find(name), 0) + 1
                raise QueryError(f"{error.message} (at character {at})", error.remedy, at) from None
    whole = rules.everywhere.leech_threshold
    leeches = _other_leeches(db, rules) if query.asks_for(wanted, query.State.LEECH) else {}
    return index.Scope(context.user, today.now, today.end, whole, places, leeches)


def _other_leeches(db: "Connection", rules: Rulebook) -> dict[int, list[FacetId]]:
    """The facets by their leech threshold, where it is not the library's."""
    found: dict[int, list[FacetId]] = {}
    if rules.scoped.is_local("leech_threshold"):
        for facet in content.facets(db):
            threshold = rules.settings(facet.path).leech_threshold
            if threshold != rules.everywhere.leech_threshold:
                found.setdefault(threshold, []).append(facet.id)
    return found


def _hit(row: index.Found, now: datetime, rules: Rulebook) -> Hit:
    marks = {
        "suspended": row.suspended,
        "buried": row.buried_until is not None and row.buried_until > now,
        "flagged": row.flag is not None,
        "leech": row.lapses >= rules.settings(row.path).leech_threshold,
        "inactive": not row.is_active,
    }
    return Hit(
        row.id, row.external_id, row.path, QuestionType(row.type), row.difficulty,
        headline(row.text, FIRST_LINE), row.state, row.due_at,
        tuple(name for name, holds in marks.items() if holds),
    )  # fmt: skip
