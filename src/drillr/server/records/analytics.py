"""Repository of what answers say about questions: computed by a task, read by admins."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.analytics import Given, ItemStatistics
from drillr.domain.ids import FacetId, QuestionId

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_PAGE = 20_000
_COLUMNS = (
    "responses", "learners", "correct", "discrimination", "median_ms", "picks", "ratings",
    "computed_at",
)  # fmt: skip
_SELECT = (
    "select s.question_id, q.external_id, f.path, s.responses, s.learners, s.correct,"
    " s.discrimination, s.median_ms, s.picks, s.ratings, s.computed_at"
    " from question_statistics s join questions q on q.id = s.question_id"
    " join facets f on f.id = q.facet_id"
)


class Row(NamedTuple):
    """A question's statistics, and when they were computed."""

    question: QuestionId
    external_id: str
    path: str
    statistics: ItemStatistics
    computed_at: datetime


def totals(db: "Connection") -> dict[bytes, tuple[int, int]]:
    """Each learner's right answers and answers in all."""
    rows = db.rows(
        "select user_id, coalesce(sum(is_correct), 0), count(*) from user_responses"
        " group by user_id"
    )
    return {db.read_key(user): (int(right), count) for user, right, count in rows}


def answers(db: "Connection") -> Iterator[tuple[QuestionId, list[Given]]]:
    """Every question that was answered, with all answers to it, a bounded number at a time."""
    for question, rows in groupby(_rows(db), key=lambda row: bytes(row[0])):
        given = [
            Given(user, bool(correct), int(json.loads(more).get("elapsed_ms", 0)), chosen, rating)
            for _, user, correct, more, chosen, rating in rows
        ]
        yield QuestionId(question), given


def _rows(db: "Connection") -> Iterator[tuple[Any, ...]]:
    """All answers by question, page by page of the index on (question, id)."""
    where, params = "", ()
    while True:
        rows = db.rows(
            "select question_id, id, user_id, is_correct, response_metadata, selected_option,"
            f" difficulty_rating from user_responses{where} order by question_id, id limit ?",
            (*params, _PAGE),
        )
        for row in rows:
            yield (db.read_key(row[0]), db.read_key(row[2]), *row[3:])
        if len(rows) < _PAGE:
            return
        where = " where question_id > ? or (question_id = ? and id > ?)"
        last = rows[-1]
        params = (last[0], last[0], last[1])  # type: ignore[assignment]


def save(db: "Connection", key: QuestionId, found: ItemStatistics, now: datetime) -> None:
    """Keep a question's statistics."""
    db.run(
        db.upsert("question_statistics", ("question_id",), _COLUMNS),
        (
            db.key(key), found.responses, found.learners, found.correct, found.discrimination,
            found.median_ms, json.dumps(found.picks), json.dumps(found.ratings), db.instant(now),
        ),
    )  # fmt: skip


def of_question(db: "Connection", key: QuestionId) -> Row | None:
    """A question's statistics, if any were computed."""
    row = db.row(f"{_SELECT} where s.question_id = ?", (db.key(key),))
    return None if row is None else _row(db, row)


def of_facet(db: "Connection", facet: FacetId) -> list[Row]:
    """The statistics of a facet's questions, in the file's order."""
    rows = db.rows(
        f"{_SELECT} where q.facet_id = ? order by q.order_index, q.external_id", (db.key(facet),)
    )
    return [_row(db, row) for row in rows]


def active_learners(db: "Connection", since: datetime) -> int:
    """How many people have answered anything since an instant."""
    row = db.row(
        "select count(*) from users u where exists (select 1 from user_responses r"
        " where r.user_id = u.id and r.created_at >= ?)",
        (db.instant(since),),
    )
    return row[0] if row else 0


def _row(db: "Connection", row: tuple[Any, ...]) -> Row:
    found = ItemStatistics(
        responses=row[3], learners=row[4], correct=row[5], discrimination=row[6],
        median_ms=row[7], picks=json.loads(row[8]),
        ratings={int(rating): count for rating, count in json.loads(row[9]).items()},
    )  # fmt: skip
    return Row(QuestionId(db.read_key(row[0])), row[1], row[2], found, db.read_instant(row[10]))
