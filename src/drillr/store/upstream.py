"""Repository of content between server and client: what changed here since, what a server said."""

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import QuestionId
from drillr.domain.paths import SEPARATOR
from drillr.domain.question import Question
from drillr.store import content, hierarchy
from drillr.store.bulk import chunks

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

# Not a backslash: MariaDB reads that within literals too.
_LIKE = str.maketrans({"%": "|%", "_": "|_", "|": "||"})


class Changed(NamedTuple):
    """A question as it stands now, the revision that made it so, its place in its facet."""

    question: Question
    revision: int
    position: int


class Upstream(NamedTuple):
    """What a server last said of a question: its path and item (JSON), and clashes with edits."""

    path: str
    base: str
    conflicts: str | None


class Origin(NamedTuple):
    """The file that brought a question, None for none, and its place there."""

    source: str | None
    position: int


def origins(db: "Connection", keys: Collection[QuestionId]) -> dict[QuestionId, Origin]:
    """Where questions came from."""
    found: dict[QuestionId, Origin] = {}
    for marks, part in chunks([db.key(key) for key in keys]):
        for key, source, position in db.rows(
            f"select id, source, order_index from questions where id in ({marks})", part
        ):
            found[QuestionId(db.read_key(key))] = Origin(source, position)
    return found


def changed(
    db: "Connection",
    after: tuple[int, QuestionId],
    upto: int,
    scope: Sequence[str],
    most: int,
) -> list[Changed]:
    """Questions whose revision lies behind `after` and not above `upto`, in that order.

    `scope` limits them to subtrees; without any, the whole library counts.
    """
    where, values = within(scope, "f.path")
    rows = db.rows(
        "select q.id, q.revision, q.order_index from questions q"
        " join facets f on f.id = q.facet_id where q.revision <= ?"
        f" and (q.revision > ? or (q.revision = ? and q.id > ?)){where}"
        " order by q.revision, q.id limit ?",
        (upto, after[0], after[0], db.key(after[1]), *values, most),
    )
    return _whole(db, rows)


def changed_among(
    db: "Connection", after: int, upto: int, keys: Sequence[QuestionId]
) -> list[Changed]:
    """The same for some questions, wherever they stand by now."""
    found: list[Changed] = []
    for marks, part in chunks([db.key(key) for key in keys]):
        found += _whole(
            db,
            db.rows(
                "select id, revision, order_index from questions"
                f" where revision > ? and revision <= ? and id in ({marks})",
                (after, upto, *part),
            ),
        )
    return found


def _whole(db: "Connection", rows: Sequence[tuple[Any, ...]]) -> list[Changed]:
    keys = [QuestionId(db.read_key(row[0])) for row in rows]
    questions = hierarchy.questions(db, keys)
    return [
        Changed(questions[key], row[1], row[2])
        for key, row in zip(keys, rows, strict=True)
        if key in questions
    ]


def within(scope: Sequence[str], column: str) -> tuple[str, tuple[str, ...]]:
    """A condition, and its values, for places in some subtrees; none for the whole library."""
    if not scope:
        return "", ()
    parts: list[str] = []
    values: list[str] = []
    for path in scope:
        parts.append(f"{column} = ? or {column} like ? escape '|'")
        values += [path, f"{path}{SEPARATOR}".translate(_LIKE) + "%"]
    return f" and ({' or '.join(parts)})", tuple(values)


def said(db: "Connection", remote: str, keys: Sequence[QuestionId]) -> dict[QuestionId, Upstream]:
    """What a server last said of these questions; unknown ones are missing."""
    found: dict[QuestionId, Upstream] = {}
    for marks, part in chunks([db.key(key) for key in keys]):
        for key, path, base, conflicts in db.rows(
            "select question_id, path, base, conflicts from upstream_questions"
            f" where remote = ? and question_id in ({marks})",
            (remote, *part),
        ):
            found[QuestionId(db.read_key(key))] = Upstream(path, base, conflicts)
    return found


def revisions(db: "Connection", remote: str, keys: Sequence[QuestionId]) -> dict[QuestionId, int]:
    """The revisions at which a server last told of these questions; unknown ones are missing."""
    found: dict[QuestionId, int] = {}
    for marks, part in chunks([db.key(key) for key in keys]):
        for key, number in db.rows(
            "select question_id, revision from upstream_questions"
            f" where remote = ? and question_id in ({marks})",
            (remote, *part),
        ):
            found[QuestionId(db.read_key(key))] = number
    return found


def remember(
    db: "Connection", remote: str, rows: Sequence[tuple[QuestionId, int, bytes, Upstream]]
) -> None:
    """Keep what a server said: each question with its revision, hash, and what it said."""
    statement = db.upsert(
        "upstream_questions", ("remote", "question_id"),
        ("path", "revision", "content_hash", "base", "conflicts"),
    )  # fmt: skip
    db.many(
        statement,
        [
            (remote, db.key(key), one.path, number, db.blob(code), one.base, one.conflicts)
            for key, number, code, one in rows
        ],
    )


def set_conflicts(
    db: "Connection", remote: str, question: QuestionId, conflicts: dict[str, Any]
) -> None:
    """Keep the clashes that are left."""
    text = json.dumps(conflicts, ensure_ascii=False) if conflicts else None
    db.run(
        "update upstream_questions set conflicts = ? where remote = ? and question_id = ?",
        (text, remote, db.key(question)),
    )


def in_conflict(db: "Connection") -> list[tuple[str, QuestionId, dict[str, Any]]]:
    """Every clash of a local edit with a server's: the remote, the question, the clashes."""
    rows = db.rows(
        "select u.remote, u.question_id, u.conflicts from upstream_questions u"
        " join questions q on q.id = u.question_id where u.conflicts is not null"
        " order by q.external_id, u.remote"
    )
    return [(remote, QuestionId(db.read_key(key)), json.loads(text)) for remote, key, text in rows]


def held(db: "Connection", remote: str) -> list[tuple[QuestionId, str]]:
    """The questions that a server has told of, with the paths it gave them."""
    rows = db.rows(
        "select question_id, path from upstream_questions where remote = ? order by question_id",
        (remote,),
    )
    return [(QuestionId(db.read_key(key)), path) for key, path in rows]


def forget_remote(db: "Connection", remote: str) -> None:
    """Forget all that a server said; the questions themselves stay."""
    db.run("delete from upstream_questions where remote = ?", (remote,))


def set_active(db: "Connection", keys: Sequence[QuestionId], active: bool, stamp: "Stamp") -> None:
    """Let questions be asked, or no longer; their history stays."""
    if not keys:
        return
    at, number = db.instant(stamp.at), stamp.revision(db)
    db.many(
        "update questions set is_active = ?, updated_at = ?, revision = ? where id = ?",
        [(int(active), at, number, db.key(key)) for key in keys],
    )
    content.place_cards(db, keys)
