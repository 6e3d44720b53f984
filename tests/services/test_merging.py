"""Content from a server: it comes down whole, local edits stay, and clashes are told."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from drillr.bootstrap import open_context
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import NothingToDo
from drillr.services import library, merging
from drillr.services.context import Context
from drillr.services.editing import edit, move, text_of
from drillr.services.importing import Options, import_paths
from drillr.services.library import Cursor, Shared
from drillr.services.merging import Brought
from drillr.services.reviewing import Given, start
from drillr.services.upkeep import examine
from drillr.store import hierarchy
from tests.conftest import Bank, Clock, mcq, theory

Pull = Callable[..., Brought]


@pytest.fixture
def server(tmp_path: Path, clock: Clock, bank: Bank) -> Iterator[Context]:
    """A server's library of two facets."""
    opened = open_context(str(tmp_path / "server" / "drillr.db"))
    made = dataclasses.replace(opened, clock=clock, system_zone=UTC)
    bank("a__b__c__d", [mcq(n) for n in range(4)])
    import_paths(made, [str(bank("a__b__x__y", [theory(n) for n in range(3)]))])
    yield made
    opened.database.close()


@pytest.fixture
def pull(context: Context, server: Context) -> Pull:
    """Brings what changed at the server since the last time; pages of two questions."""
    cursor = [Cursor()]

    def run(scope: list[str] | None = None) -> Brought:
        total, more = Brought(), True
        while more:
            page = library.page(server, cursor[0], scope or [], 2)
            found = merging.take(context, "server", page.questions)
            for name in ("new", "updated", "moved", "deactivated", "clashes"):
                setattr(total, name, getattr(total, name) + getattr(found, name))
            total.refused += found.refused
            cursor[0], more = page.next, page.more
        return total

    return run


def items(context: Context) -> dict[str, Any]:
    """All questions of a store as they would travel."""
    found = {}
    page = library.page(context, Cursor(), [])
    for one in page.questions:
        found[one.item["id"]] = (one.path, one.active, one.item)
    return found


def change(context: Context, name: str, **fields: Any) -> None:
    """Edit one question."""
    item = json.loads(text_of(context, name))
    edit(context, name, json.dumps(item | fields))


def test_a_library_comes_down_whole_and_once(context: Context, server: Context, pull: Pull) -> None:
    """Page by page, every question arrives as it is; a second time nothing does."""
    assert pull().new == 7
    assert items(context) == items(server)
    assert pull().total == 0
    assert examine(context).problems == []


def test_edits_moves_and_deactivation_come_down(
    context: Context, server: Context, pull: Pull, tmp_path: Path
) -> None:
    """What a server changes, changes here, and history stays with its question."""
    pull()
    start(context, Plan(selector="d")).answer(Given(("B",), None, 100), Rating.EASY)
    change(server, "q-001", question="Which, then?")
    move(server, ["q-000"], "a__b__x__y")
    (tmp_path / "bank" / "a__b__x__y.json").write_text(json.dumps([theory(0), theory(1)]))
    import_paths(server, [str(tmp_path / "bank" / "a__b__x__y.json")], Options(prune=True))
    brought = pull()
    assert (brought.updated, brought.moved, brought.deactivated) == (1, 1, 1)
    assert items(context) == items(server)
    assert examine(context).problems == []


def test_local_edits_survive_what_the_server_edits_elsewhere(
    context: Context, server: Context, pull: Pull
) -> None:
    """Both sides edit different fields of one question: both edits stand."""
    pull()
    change(context, "q-001", explanation="In my own words.")
    change(server, "q-001", question="Which, then?")
    assert pull().clashes == 0
    item = items(context)["q-001"][2]
    assert (item["question"], item["explanation"]) == ("Which, then?", "In my own words.")
    change(server, "q-001", difficulty=5)
    pull()
    item = items(context)["q-001"][2]
    assert (item["difficulty"], item["explanation"]) == (5, "In my own words.")


def test_a_clash_is_told_and_settled(context: Context, server: Context, pull: Pull) -> None:
    """Both sides edit one field: ours stays, until somebody says whose it is to be."""
    pull()
    for number in (1, 2):
        change(context, f"q-00{number}", question="Mine")
        change(server, f"q-00{number}", question="Theirs")
    assert pull().clashes == 2
    assert items(context)["q-001"][2]["question"] == "Mine"
    clash = merging.conflicts(context)[0]
    assert (clash["id"], clash["field"], clash["mine"], clash["theirs"]) == (
        "q-001", "question", "Mine", "Theirs",
    )  # fmt: skip
    assert clash["base"] == "Which is number 1?"
    assert merging.resolve(context, "q-001", theirs=True) == 1
    assert merging.resolve(context, None, theirs=False) == 1
    assert (items(context)["q-001"][2]["question"], items(context)["q-002"][2]["question"]) == (
        "Theirs", "Mine",
    )  # fmt: skip
    assert merging.conflicts(context) == []
    with pytest.raises(NothingToDo):
        merging.resolve(context, None, theirs=True)
    change(server, "q-002", tags=["new"])
    assert pull().clashes == 0
    assert items(context)["q-002"][2]["question"] == "Mine"


def test_fields_are_settled_one_by_one(context: Context, server: Context, pull: Pull) -> None:
    """One field takes theirs, another keeps ours, and a third still waits."""
    pull()
    change(context, "q-001", question="Mine", explanation="Mine", difficulty=1)
    change(server, "q-001", question="Theirs", explanation="Theirs", difficulty=5)
    assert pull().clashes == 3
    assert merging.resolve(context, "q-001", theirs=True, field="question") == 1
    assert merging.resolve(context, "q-001", theirs=False, field="explanation") == 1
    item = items(context)["q-001"][2]
    assert (item["question"], item["explanation"], item["difficulty"]) == ("Theirs", "Mine", 1)
    assert [clash["field"] for clash in merging.conflicts(context)] == ["difficulty"]
    with pytest.raises(NothingToDo):
        merging.resolve(context, "q-001", theirs=True, field="question")


def test_a_clash_stays_until_it_is_settled(context: Context, server: Context, pull: Pull) -> None:
    """Another change at the server doesn't make an older clash forgotten; agreeing does."""
    pull()
    change(context, "q-001", question="Mine")
    change(server, "q-001", question="Theirs")
    pull()
    change(server, "q-001", tags=["new"])
    pull()
    assert [clash["field"] for clash in merging.conflicts(context)] == ["question"]
    change(server, "q-001", question="Mine")
    pull()
    assert merging.conflicts(context) == []


def test_options_and_the_right_answer_change_together(
    context: Context, server: Context, pull: Pull
) -> None:
    """An answer is never combined with options that it doesn't belong to."""
    pull()
    change(context, "q-001", options={"A": "one", "B": "two"}, correct_answer="A")
    change(server, "q-001", correct_answer="D")
    assert pull().clashes == 1
    clash = merging.conflicts(context)[0]
    assert (clash["field"], clash["theirs"]["correct_answer"]) == ("options", "D")
    merging.resolve(context, "q-001", theirs=True)
    assert items(context)["q-001"] == items(server)["q-001"]


def test_a_store_that_has_its_own_version_keeps_it(
    context: Context, server: Context, pull: Pull, bank: Bank
) -> None:
    """Without common ground, every difference is a clash, and equal questions are none."""
    folder = bank("a__b__c__d", [mcq(0), mcq(1, question="My own text")])
    import_paths(context, [str(folder / "a__b__c__d.json")])
    brought = pull()
    assert (brought.new, brought.clashes) == (5, 1)
    assert items(context)["q-001"][2]["question"] == "My own text"
    assert items(context)["q-000"] == items(server)["q-000"]


def test_a_subscription_brings_its_subtree_alone(
    context: Context, server: Context, pull: Pull
) -> None:
    """Only questions below the subscribed places arrive; what is here is followed by its id."""
    assert pull(["a__b__c"]).new == 4
    move(server, ["q-000"], "other__place__for__it")
    page = library.page_among(server, 2, [question_id("q-000"), question_id("t-000")])
    assert [one.path for one in page.questions] == ["other__place__for__it"]
    assert merging.take(context, "server", page.questions).moved == 1
    assert items(context)["q-000"] == items(server)["q-000"]
    assert library.page(server, Cursor(), ["a__b"]).questions != []
    assert library.page(server, Cursor(), ["a__"]).questions == []


@pytest.mark.parametrize("item", [
    {"id": "x", "type": "mcq"}, {"type": "theory"}, {},
    theory(9, question="\x1b[2J"), theory(9, id="a\nb"),
])  # fmt: skip
def test_what_a_hostile_server_says_is_refused(context: Context, item: dict[str, Any]) -> None:
    """A question that a file couldn't bring, a server can't either; the others go in."""
    good = Shared("a__b__c__d", theory(1), 1)
    brought = merging.take(context, "server", [Shared("a__b__c__d", item, 1), good])
    assert (brought.new, len(brought.refused)) == (1, 1)
    bad_place = merging.take(context, "server", [Shared("../../etc", theory(2), 1)])
    assert (bad_place.new, len(bad_place.refused)) == (0, 1)
    with context.database.transaction(write=False) as db:
        assert len(hierarchy.places(db)) == 4
