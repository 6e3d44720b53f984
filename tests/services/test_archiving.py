"""Archives: another library that reads one holds the same questions, facts and cards."""

import dataclasses
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillr.bootstrap import open_context
from drillr.domain.facts import EventType
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.errors import ContentError, UsageError
from drillr.services import archiving, exchange, upkeep
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from drillr.services.recording import Answer, mark, record_answer
from drillr.services.undoing import undo_last
from drillr.store import progress
from tests.conftest import Bank, Clock, mcq, theory


@pytest.fixture
def full(context: Context, bank: Bank) -> Context:
    """A library with answers, marks, a setting, a question that left its file, a picture."""
    folder = bank("a__b__c__d", [mcq(1), mcq(2), theory(1)])
    bank("x__y__z__w", {"topic": {"name": "Ex", "description": "All of it"},
                        "questions": [theory(2, tags=["é"])]})  # fmt: skip
    import_paths(context, [str(folder)])
    for name in ("q-001", "t-001", "q-002"):
        with context.database.transaction() as db:
            given = Answer(question_id=question_id(name), rating=Rating.HARD, elapsed_ms=900)
            record_answer(db, context, context.rulebook(db), given)
    undo_last(context)
    with context.database.transaction() as db:
        rules, key = context.rulebook(db), question_id("t-002")
        mark(db, context, rules, key, EventType.CARD_FLAGGED, {"note": "odd"})
    upkeep.change_setting(context, "new_per_day", 3)
    bank("a__b__c__d", [mcq(1), theory(1)])
    import_paths(context, [str(folder)], Options(prune=True))
    os.makedirs(context.media)
    (Path(context.media) / "picture.png").write_bytes(b"picture")
    return context


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """An empty library of somebody else."""
    opened = open_context(str(tmp_path / "other" / "drillr.db"))
    yield dataclasses.replace(opened, clock=clock)
    opened.database.close()


def cards_of(context: Context) -> object:
    """Everything derived, without whose it is."""
    with context.database.transaction(write=False) as db:
        rows = progress.derived_rows(db, context.user)
    return {table: sorted(map(repr, (row[1:] for row in found))) for table, found in rows.items()}


def questions_of(context: Context) -> list[tuple[object, ...]]:
    """All questions with their places."""
    with context.database.transaction(write=False) as db:
        return db.rows(
            "select q.external_id, f.path, q.content_hash, q.is_active from questions q"
            " join facets f on f.id = q.facet_id order by q.external_id"
        )


def test_another_library_becomes_the_same(full: Context, other: Context, tmp_path: Path) -> None:
    """Questions, active or not, facts, cards, settings and media; a second time adds nothing."""
    path = str(tmp_path / "all.zip")
    done = archiving.write(full, path)
    assert (done.questions, done.inactive, done.media) == (3, 1, 1)
    report = archiving.read(other, path, Options())
    with full.database.transaction(write=False) as db:
        answers = len(db.rows("select 1 from user_responses"))
    assert 0 < answers < done.facts
    assert (report.imported, report.reviews, report.media) == (3, answers, 1)
    assert report.others == done.facts - answers
    assert questions_of(other) == questions_of(full)
    assert exchange.known(other) == exchange.known(full)
    assert cards_of(other) == cards_of(full)
    with other.database.transaction(write=False) as db:
        assert other.settings(db).new_per_day == 3
    assert (Path(other.media) / "picture.png").read_bytes() == b"picture"
    assert upkeep.examine(other).problems == []
    again = archiving.read(other, path, Options())
    assert (again.imported, again.reviews, again.others, again.media) == (0, 0, 0, 0)
    assert questions_of(other) == questions_of(full)


def test_an_archive_is_never_written_over_another(full: Context, tmp_path: Path) -> None:
    """Unless asked to; and what can't be written leaves nothing."""
    path = str(tmp_path / "all.zip")
    archiving.write(full, path)
    with pytest.raises(UsageError, match="force"):
        archiving.write(full, path)
    archiving.write(full, path, force=True)
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []


def repacked(path: Path, changes: dict[str, bytes]) -> str:
    """The archive with some entries changed or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes[name] if name in changes else old.read(name))
    target = path.with_name("changed.zip")
    target.write_bytes(made.getvalue())
    return str(target)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"drillr.json": b"{}"}, "no archive"),
        ({"drillr.json": b"[" * 100_000}, "no archive"),
        ({"drillr.json": b'{"format": "drillr-archive", "version": 99}'}, "newer"),
        ({"facts/000001.json": b'{"runs": 3}'}, "runs"),
        ({"facts/000001.json": b"\xff\xfe"}, "message"),
    ],
)
def test_a_foreign_or_damaged_archive_is_refused(
    full: Context, other: Context, tmp_path: Path, changes: dict[str, bytes], reason: str
) -> None:
    """With what is wrong with it."""
    path = tmp_path / "all.zip"
    archiving.write(full, str(path))
    with pytest.raises(ContentError, match=reason):
        archiving.read(other, repacked(path, changes), Options())


def test_entries_that_would_escape_are_left_out(
    full: Context, other: Context, tmp_path: Path
) -> None:
    """No name of an entry becomes a path outside, and nothing but known parts is read."""
    path = tmp_path / "all.zip"
    archiving.write(full, str(path))
    bad = json.dumps([theory(9)]).encode()
    names = ("questions/../../a__b__c__x.json", "/questions/a__b__c__x.json",
             "media/../../evil.png", "media/..", "inactive/sub/a__b__c__x.json")  # fmt: skip
    changed = repacked(path, dict.fromkeys(names, bad))
    report = archiving.read(other, changed, Options())
    assert (report.imported, report.failed, report.media) == (3, 0, 1)
    assert not (tmp_path / "evil.png").exists()
