"""Writes the questions that an import brings, new and changed, with their options."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, repeat
from operator import itemgetter, not_
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.draft import Draft, DraftOption
from drillr.domain.ids import FacetId, QuestionId, question_id
from drillr.store import bulk
from drillr.store.content import place_cards

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

_CHUNK = 1_000
_QUESTION = (
    "id", "external_id", "type", "question", "context", "answer", "metadata", "difficulty_level",
    "estimated_time_seconds", "tags", "content_hash", "source_metadata", "order_index", "facet_id",
    "source", "created_at", "updated_at", "revision", "is_active",
)  # fmt: skip
_name = itemgetter(0)
_OPTION = ("question_id", "option_key", "option_text", "is_correct", "explanation")


class Arrivals(NamedTuple):
    """Questions of one facet from one file (None: from no file), each with its place there."""

    facet: FacetId
    source: str | None
    stamp: "Stamp"
    drafts: Sequence[tuple[int, Draft]]


_Keyed = tuple[QuestionId, int, Draft, tuple[Any, ...]]


def insert(db: "Connection", arrivals: Iterable[Arrivals]) -> None:
    """Write new questions; the more at once, the fewer pages are written again and again."""
    keyed: list[_Keyed] = []
    for facet, source, stamp, drafts in arrivals:
        at = db.instant(stamp.at)
        shared = (db.key(facet), source, at, at, stamp.revision(db), 1)
        places, own = zip(*drafts, strict=True)
        ids = map(question_id, map(_name, own))
        keyed += zip(ids, places, own, repeat(shared), strict=False)
    # Keys are random: sorted, they come in the order of the tables' and indexes' pages.
    keyed.sort(key=itemgetter(0))
    for start in range(0, len(keyed), _CHUNK):
        _write(db, _rows(db, keyed[start : start + _CHUNK]))


def _write(db: "Connection", rows: Iterable[tuple[str, bulk.Rows]]) -> None:
    for table, some in rows:
        bulk.insert(db, table, some)


def _rows(db: "Connection", keyed: Sequence[_Keyed]) -> Iterator[tuple[str, bulk.Rows]]:
    """Rows of questions, then those of their options."""
    # Column by column: that is done without a step of Python's for each of their values.
    ids, places, drafts, shared = zip(*keyed, strict=True)
    keys = list(map(db.key, ids))
    *columns, options, codes, written = zip(*drafts, strict=True)
    rest = (map(db.blob, codes), written, places, *zip(*shared, strict=True))
    every = (keys, *columns, *map(list, rest))
    yield "questions", bulk.laid_out(dict(zip(_QUESTION, every, strict=True)))
    yield from _option_rows(keys, options)


def _option_rows(
    keys: Iterable[Any], options: Sequence[Sequence[DraftOption]]
) -> Iterator[tuple[str, bulk.Rows]]:
    """Options with an explanation of their own are few, mostly: they are written apart."""
    owners = list(chain.from_iterable(map(repeat, keys, map(len, options))))
    every = list(chain.from_iterable(options))
    explained = [option.explanation is not None for option in every]
    plain = list(map(not_, explained))
    for chosen in (plain, explained) if any(explained) else (plain,):
        some = list(compress(every, chosen))
        if some:
            names, texts, right, reasons = zip(*some, strict=True)
            columns = (list(compress(owners, chosen)), names, texts, list(map(int, right)), reasons)
            yield "mcq_options", bulk.laid_out(dict(zip(_OPTION, columns, strict=True)))


def update(db: "Connection", arrivals: Arrivals) -> None:
    """Overwrite questions that the store holds, moving them to this facet; history stays."""
    facet, source, stamp, drafts = arrivals
    facet_key, at, revision = db.key(facet), db.instant(stamp.at), stamp.revision(db)
    ids = [question_id(draft.external_id) for _, draft in drafts]
    keys = [db.key(one) for one in ids]
    db.many(
        "update questions set facet_id = ?, type = ?, question = ?, context = ?, answer = ?,"
        " metadata = ?, difficulty_level = ?, estimated_time_seconds = ?, tags = ?,"
        " order_index = ?, source = ?, source_metadata = ?, content_hash = ?, is_active = 1,"
        " updated_at = ?, revision = ? where id = ?",
        [
            (
                facet_key, d.type, d.text, d.context, d.answer, d.metadata, d.difficulty,
                d.estimated_seconds, d.tags, position, source, d.written,
                db.blob(d.content_hash), at, revision, key,
            )
            for key, (position, d) in zip(keys, drafts, strict=True)
        ],
    )  # fmt: skip
    db.many("delete from mcq_options where question_id = ?", [(key,) for key in keys])
    _write(db, _option_rows(keys, [draft.options for _, draft in drafts]))
    place_cards(db, ids)
