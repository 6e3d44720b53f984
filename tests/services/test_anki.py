"""Anki's packages in the store: with their history, once, and out again without loss."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drillr.bootstrap import open_context
from drillr.domain.facts import EventType
from drillr.domain.ids import QuestionId, question_id
from drillr.domain.rating import Rating
from drillr.formats.source import Reading
from drillr.services.context import Context
from drillr.services.exporting import Order, export
from drillr.services.importing import Options, import_paths
from drillr.services.recording import Answer, mark, record_answer
from drillr.services.upkeep import examine
from drillr.store import cards, facts
from tests.conftest import NOON, Bank, Clock, mcq, theory
from tests.services.test_importing import held

PACKAGES = Path(__file__).parents[1] / "formats" / "anki"
DECK = str(PACKAGES / "deck-new.apkg")


def standing(context: Context) -> dict[QuestionId, tuple[Any, ...]]:
    """Where every card stands; instants to the second, which is what Anki keeps."""
    with context.database.transaction(write=False) as db:
        return {
            key: (card.state, card.interval_days, card.ease, card.total_reviews, card.suspended,
                  card.flag, str(card.next_review_at)[:19])
            for key, card in cards.all_cards(db, context.user).items()
        }  # fmt: skip


def facts_held(context: Context) -> tuple[int, int]:
    """Responses and events in the log."""
    with context.database.transaction(write=False) as db:
        return facts.counts(db, context.user)


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """A second store."""
    opened = open_context(str(tmp_path / "other" / "drillr.db"))
    yield dataclasses.replace(opened, clock=clock)
    opened.database.close()


def test_history_comes_in_once(context: Context) -> None:
    """A second import, and the same deck in another form of export, double nothing."""
    first = import_paths(context, [DECK])
    assert (first.imported, first.reviews, first.media, first.failed) == (14, 48, 2, 0)
    before, log = standing(context), facts_held(context)
    assert len(before) == 14
    for name in ("deck-new.apkg", "deck-old.apkg", "collection-new.colpkg"):
        again = import_paths(context, [str(PACKAGES / name)], Options(update=True))
        assert (again.imported, again.updated, again.reviews, again.media) == (0, 0, 0, 0)
    assert (standing(context), facts_held(context)) == (before, log)
    assert not examine(context).problems


def test_two_stores_take_the_same_facts_from_the_same_package(
    context: Context, other: Context
) -> None:
    """Devices and numbers follow from the package, so that sync finds nothing doubled."""
    logs = []
    for one in (context, other):
        import_paths(one, [DECK])
        with one.database.transaction(write=False) as db:
            logs.append(
                db.rows("select id, device_id, device_seq, created_at, difficulty_rating"
                        " from user_responses order by id")
                + db.rows("select id, device_id, device_seq, created_at, event_type"
                          " from learning_events order by id")
            )  # fmt: skip
    assert logs[0] == logs[1]
    assert len(logs[0]) == 50


def test_a_later_export_of_the_deck_adds_what_is_new(context: Context, tmp_path: Path) -> None:
    """Half of the answers are here; the whole deck brings the other half."""
    from tests.formats.anki.test_package import rewritten

    half = rewritten(
        PACKAGES / "deck-old.apkg", tmp_path / "half.apkg",
        "delete from revlog where id % 2 = 0", "collection.anki21",
    )  # fmt: skip
    first = import_paths(context, [str(half)])
    second = import_paths(context, [DECK])
    assert 0 < first.reviews < 48
    assert first.reviews + second.reviews == 48
    assert not examine(context).problems


def test_history_may_stay_behind(context: Context) -> None:
    """A deck of somebody else's comes without their answers."""
    report = import_paths(context, [DECK], Options(history=False))
    assert (report.imported, report.reviews) == (14, 0)
    assert facts_held(context) == (0, 0)


def test_a_dry_run_lays_no_media_beside_the_store(context: Context) -> None:
    """It counts them all the same."""
    report = import_paths(context, [DECK], Options(dry_run=True))
    assert (report.imported, report.reviews, report.media) == (14, 48, 2)
    assert held(context) == []
    assert not Path(context.media).exists()


def test_suspended_and_flagged_cards_stay_so(context: Context, clock: Clock) -> None:
    """And what is resumed here is not suspended again by the same package."""
    clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    import_paths(context, [DECK])
    suspended = [key for key, card in standing(context).items() if card[4]]
    assert len(suspended) == 1
    assert [card[5] for card in standing(context).values() if card[5]] == ["orange"]
    with context.database.transaction() as db:
        rules = context.rulebook(db)
        mark(db, context, rules, suspended[0], EventType.CARD_RESUMED, {})
    import_paths(context, [DECK])
    assert not any(card[4] for card in standing(context).values())


def test_qualified_ids_keep_their_history(context: Context) -> None:
    """The answers go to the questions under their longer names."""
    report = import_paths(
        context, [DECK], Options(qualify_ids=True, reading=Reading(under=("anki",)))
    )
    assert (report.imported, report.reviews) == (14, 48)
    assert all(row[0].startswith("anki__") for row in held(context))
    assert not examine(context).problems


def test_an_export_gives_another_store_the_same_library(
    context: Context, other: Context, bank: Bank, clock: Clock, tmp_path: Path
) -> None:
    """Questions of every type, cards, answers, marks and media survive the way."""
    bank("a__b__c__d", [mcq(1, difficulty="hard"), mcq(2, correct_answer=["A", "C"])])
    folder = bank("a__b__c__e", [theory(1, tags=["a b", "c"]), theory(2, context="See `x`")])
    import_paths(context, [str(folder), DECK])
    names = ["q-001", "q-002", "t-001", "q-001"]
    for day, (name, rating) in enumerate(zip(names, Rating, strict=True)):
        clock.at += timedelta(days=day)
        with context.database.transaction() as db:
            rules = context.rulebook(db)
            answer = Answer(question_id(name), rating, 4_000, cram=name == "t-001")
            record_answer(db, context, rules, answer)
    target = str(tmp_path / "out" / "all.apkg")
    done = export(context, Order(target))
    assert (done.questions, done.reviews, done.media) == (18, 52, 2)
    report = import_paths(other, [target])
    assert (report.imported, report.reviews, report.media, report.failed) == (18, 52, 2, 0)
    assert held(other) == held(context)
    assert standing(other) == standing(context)
    assert not examine(other).problems
    # And back: nothing changes where it came from.
    before, log = standing(context), facts_held(context)
    again = import_paths(context, [target], Options(update=True))
    assert (again.imported, again.updated, again.reviews, again.media) == (0, 0, 0, 0)
    assert (standing(context), facts_held(context)) == (before, log)


def test_equal_libraries_give_equal_packages(
    context: Context, tmp_path: Path, clock: Clock
) -> None:
    """Two exports of one instant are the same bytes."""
    import_paths(context, [DECK])
    files = []
    for name in ("a.apkg", "b.apkg"):
        clock.at = NOON
        export(context, Order(str(tmp_path / name)))
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


def test_what_was_edited_in_anki_is_taken_from_there(
    context: Context, bank: Bank, tmp_path: Path
) -> None:
    """The text that a note shows wins over what drillr laid beside it; the rest is kept."""
    from tests.formats.anki.test_package import rewritten

    import_paths(context, [str(bank("a__b__c__d", [theory(1, references=["https://e.org"])]))])
    export(context, Order(str(tmp_path / "a.apkg")))
    edited = rewritten(
        tmp_path / "a.apkg", tmp_path / "b.apkg",
        "update notes set flds = replace(flds, 'from the one', '<b>no</b>')", "collection.anki2",
    )  # fmt: skip
    report = import_paths(context, [str(edited)], Options(update=True))
    assert (report.imported, report.updated) == (0, 1)
    with context.database.transaction(write=False) as db:
        ((answer, metadata),) = db.rows("select answer, metadata from questions")
    assert answer == "It follows **no** before."
    assert "https://e.org" in metadata
