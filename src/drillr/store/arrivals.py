"""Writes the questions that an import brings, new and changed, with their options."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, question_id
from drillr.store import bulk
from drillr.store.content import place_cards

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

_CHUNK = 5_000
# A draft's first nine fields come in their order.
_QUESTION = (
    "id", "external_id", "type", "question", "context", "answer", "metadata", "difficulty_level",
    "estimated_time_seconds", "tags", "content_hash", "source_metadata", "order_index", "facet_id",
    "source", "created_at", "updated_at", "revision", "is_active",
)  # fmt: skip
_OPTION = ("question_id", "option_key", "option_text", "is_correct", "explanation")


class Arrivals(NamedTuple):
    """Questions of one facet from one file (None: from no file), each with its place there."""

    facet: FacetId
    source: str | None
    stamp: "Stamp"
    drafts: Sequence[tuple[int, Draft]]


def insert(db: "Connection", arrivals: Iterable[Arrivals]) -> None:
    """Write new questions; the more at once, the fewer pages are written again and again."""
    keyed = []
    for facet, source, stamp, drafts in arrivals:
        at = db.instant(stamp.at)
        shared = (db.key(facet), source, at, at, stamp.revision(db), 1)
        keyed += [(question_id(one[0]), place, one, shared) for place, one in drafts]
    # Keys are random: sorted, they come in the order of the tables' and indexes' pages.
    keyed.sort(key=itemgetter(0))
    for start in range(0, len(keyed), _CHUNK):
        _insert_chunk(db, keyed[start : start + _CHUNK])


def _insert_chunk(
    db: "Connection", keyed: Sequence[tuple[bytes, int, Draft, tuple[Any, ...]]]
) -> None:
    key_of, blob = db.key, db.blob
    bulk.insert(
        db, "questions", _QUESTION,
        [
            (key_of(key), *draft[:9], blob(draft.content_hash), draft.written, place, *shared)
            for key, place, draft, shared in keyed
        ],
    )  # fmt: skip
    _insert_options(db, ((key_of(key), draft) for key, _, draft, _ in keyed))


def _insert_options(db: "Connection", drafts: Iterable[tuple[Any, Draft]]) -> None:
    """Options with an explanation of their own are few, mostly: they are written apart."""
    plain: list[Any] = []
    explained: list[Any] = []
    for key, draft in drafts:
        for name, text, right, why in draft.options:
            if why is None:
                plain += (key, name, text, 1 if right else 0)
            else:
                explained += (key, name, text, 1 if right else 0, why)
    bulk.insert_flat(db, "mcq_options", _OPTION[:4], plain)
    bulk.insert_flat(db, "mcq_options", _OPTION, explained)


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
    _insert_options(db, zip(keys, (draft for _, draft in drafts), strict=True))
    place_cards(db, ids)
