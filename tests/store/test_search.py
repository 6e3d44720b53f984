"""Searching: it finds just what a look at every question finds, on both databases."""

import dataclasses
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drillr.bootstrap import context_over
from drillr.domain.facts import EventType
from drillr.domain.ids import question_id
from drillr.domain.query import All, Node, Not, Tag, Text
from drillr.domain.query import Any as AnyOf
from drillr.domain.query_text import parse
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.domain.words import words
from drillr.errors import NothingToDo, QueryError
from drillr.services import searching, upkeep
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from drillr.services.recording import Answer, mark, record_answer
from drillr.services.reviewing import start
from drillr.store import search_index
from drillr.store.connection import Database
from tests.conftest import Bank, Clock, mcq, theory

FIXTURE = HealthCheck.function_scoped_fixture
VOCABULARY = ("cache", "caching", "redis", "loop", "event", "a", "the", "déjà", "C")
ITEMS = [
    mcq(1, question="# Which `cache` is the **event** loop?", tags=["redis", "two words"]),
    mcq(2, question="Caching in Redis", options={"A": "event", "B": "loop"}, explanation="déjà vu"),
    mcq(3, question="Nothing of it", options={"A": "C", "B": "the"}, tags=["Caching"]),
    theory(1, question="Explain a loop", answer="event after event", tags=["cache", "words"]),
    theory(2, question="Explain C", answer="cache", key_points=["redis", "loop\nevent"]),
    theory(3, question="DEJA", answer="the event_loop", context="a cache", tags=["redis-cache"]),
    theory(4, question="缓存在哪里?", answer="=> there", hints=["a hint of caching"]),
]  # fmt: skip


@pytest.fixture
def library(database: Database, bank: Bank, clock: Clock) -> Context:
    """The same few questions in a store of each kind."""
    context = dataclasses.replace(context_over(database), clock=clock, system_zone=UTC)
    bank("a__b__c__first", ITEMS[:3])
    import_paths(context, [str(bank("a__b__c__second", ITEMS[3:]))])
    return context


def found(context: Context, text: str, **more: Any) -> list[str]:
    """The ids of what a search finds, sorted."""
    hits = searching.search(context, text, 100, **more)
    names = sorted(hit.external_id for hit in hits)
    if not more:
        assert len(names) == searching.count(context, text)
        assert sorted(searching.ids(context, text)) == sorted(map(question_id, names))
    return names


def texts(item: dict[str, Any]) -> list[str]:
    """The texts of an item in which search looks for words."""
    parts = [item["id"], item["question"], item.get("context"), item.get("answer")]
    parts += [*item.get("options", {}).values(), item.get("explanation")]
    parts += [*item.get("key_points", []), *item.get("hints", []), *item.get("tags", [])]
    return [part for part in parts if part]


def holds(node: Node, item: dict[str, Any]) -> bool:
    """Whether an item has what the search asks for: read word by word, without any index."""
    if isinstance(node, All):
        return all(holds(part, item) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(holds(part, item) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, item)
    if isinstance(node, Tag):
        return node.name.lower() in [tag.lower() for tag in item.get("tags", [])]
    assert isinstance(node, Text)
    wanted = words(node.text)
    for text in texts(item):
        there = words(text)
        for at in range(len(there) - len(wanted) + 1):
            row = there[at : at + len(wanted)]
            if row == wanted or (
                node.prefix and row[:-1] == wanted[:-1] and row[-1].startswith(wanted[-1])
            ):
                return True
    return False


def queries() -> st.SearchStrategy[str]:
    """Searches of words, beginnings, tags and everything that joins them."""
    word = st.sampled_from(VOCABULARY)
    leaf = st.one_of(
        word,
        word.map(lambda text: text[:2] + "*"),
        st.sampled_from(["tag:redis", "tag:CACHING", 'tag:"two words"', "tag:words", "tag:cache"]),
        st.sampled_from(['"event loop"', '"explain a"', '"in redis"']),
    )
    return st.recursive(
        leaf,
        lambda part: st.one_of(
            part.map(lambda text: f"-({text})"),
            st.tuples(part, part).map(lambda pair: f"({pair[0]} {pair[1]})"),
            st.tuples(part, part).map(lambda pair: f"({pair[0]} or {pair[1]})"),
        ),
        max_leaves=6,
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(queries())
@example('(tag:"two words" -(ca*))')
@example('"event loop" (ca* or zz)')
def test_a_search_finds_what_a_look_at_everything_finds(library: Context, text: str) -> None:
    """Words, phrases, beginnings, tags, and, or and not mean the same with an index as without."""
    expected = sorted(item["id"] for item in ITEMS if holds(parse(text), item))
    assert found(library, text) == expected


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ["q-001", "q-002", "q-003", "t-001", "t-002", "t-003", "t-004"]),
        ("facet:first", ["q-001", "q-002", "q-003"]),
        ("facet:a/b caching", ["q-002", "q-003", "t-004"]),
        ("type:theory loop", ["t-001", "t-002", "t-003"]),
        ("id:Q-*", ["q-001", "q-002", "q-003"]),
        ("id:q_001", []),
        ("id:%", []),
        ("tag:red*", ["q-001", "t-003"]),
        ("缓存", ["t-004"]),
        ("存在 -cache", ["t-004"]),
        ('"=>"', ["t-004"]),
        ("-缓存 facet:second", ["t-001", "t-002", "t-003"]),
        ("is:new difficulty:3", ["q-001", "q-002", "q-003", "t-001", "t-002", "t-003", "t-004"]),
        ("difficulty:1-2", []),
        ("-is:due facet:first", ["q-001", "q-002", "q-003"]),
        ("lapses:0 reviews:<1 facet:first", ["q-001", "q-002", "q-003"]),
        ("added:<1d facet:first", ["q-001", "q-002", "q-003"]),
        ("added:>1d", []),
        ("q-001", ["q-001"]),
    ],
)
def test_conditions(library: Context, text: str, ids: list[str]) -> None:
    """Each field asks what its name says."""
    assert found(library, text) == ids


def test_the_last_word_may_be_unfinished(library: Context) -> None:
    """As one types, the last word finds what begins so; the ones before it are whole."""
    assert found(library, "red", as_you_type=True) == ["q-001", "q-002", "t-002", "t-003"]
    assert found(library, "red") == []
    assert found(library, "event lo", as_you_type=True) == [
        "q-001", "q-002", "t-001", "t-002", "t-003",
    ]  # fmt: skip
    assert found(library, "even lo", as_you_type=True) == []
    assert found(library, '"event lo', as_you_type=True)[:1] == ["q-001"]
    with pytest.raises(QueryError, match="character 7"):
        found(library, "facet:nowhere")
    with pytest.raises(QueryError, match="character 4"):
        found(library, "is:x")


def test_the_best_come_first_and_pages_follow_each_other(library: Context) -> None:
    """A word in the question counts more than one in the answer; pages neither skip nor repeat."""
    hits = searching.search(library, "event", 100)
    if library.database.__class__.__name__ == "SqliteDatabase":
        assert hits[0].external_id == "q-001"
    pages = [searching.search(library, "event", 2, at) for at in (0, 2, 4)]
    assert [hit for page in pages for hit in page] == hits
    everything = searching.search(library, "", 100)
    assert [hit.external_id for hit in everything] == [item["id"] for item in ITEMS]


def answer(context: Context, name: str, rating: Rating) -> None:
    """Answer a question now."""
    with context.database.transaction() as db:
        given = Answer(question_id=question_id(name), rating=rating, elapsed_ms=1000)
        record_answer(db, context, context.rulebook(db), given)


def note(context: Context, name: str, kind: EventType, data: dict[str, Any]) -> None:
    """Mark a question."""
    with context.database.transaction() as db:
        mark(db, context, context.rulebook(db), question_id(name), kind, data)


def test_what_is_asked_of_cards(library: Context, clock: Clock) -> None:
    """States, lapses, intervals, ages and dates follow the answers that were given."""
    for rating in (Rating.EASY, Rating.EASY, Rating.VERY_HARD):
        answer(library, "q-001", Rating.EASY)
        answer(library, "q-002", rating)
        clock.at += timedelta(days=1)
    answer(library, "t-001", Rating.MEDIUM)
    note(library, "q-003", EventType.CARD_SUSPENDED, {})
    note(library, "t-002", EventType.CARD_FLAGGED, {"note": "unclear"})
    until = (clock.at + timedelta(days=1)).isoformat()
    note(library, "t-003", EventType.CARD_BURIED, {"until": until})
    for text, ids in (
        ("is:suspended", ["q-003"]),
        ("is:flagged", ["t-002"]),
        ("is:buried", ["t-003"]),
        ("is:due", ["q-002"]),
        ("-is:due facet:first", ["q-001", "q-003"]),
        ("is:overdue", ["q-002"]),
        ("is:new -is:suspended", ["t-002", "t-003", "t-004"]),
        ("reviews:3", ["q-001", "q-002"]),
        ("lapses:>0", ["q-002"]),
        ("interval:>3d", ["q-001"]),
        ("answered:>1h", ["q-001", "q-002"]),
        ("answered:<=1h", ["t-001"]),
        ("due:>5d", ["q-001"]),
        ("due:<5d", ["q-002", "t-001"]),
        ("(is:due or is:flagged) -loop", []),
        ("ease:>2.5", ["q-001"]),
        ("is:leech", []),
    ):
        assert found(library, text) == ids, text
    upkeep.change_setting(library, "leech_threshold", 1)
    assert found(library, "is:leech") == ["q-002"]
    upkeep.change_setting(library, "leech_threshold", 9, scope="a__b__c__first")
    assert found(library, "is:leech") == []
    assert "q-002" in found(library, "-is:leech cach*")
    upkeep.change_setting(library, "leech_threshold", 9)
    upkeep.change_setting(library, "leech_threshold", 1, scope="a__b__c__first")
    assert found(library, "is:leech") == ["q-002"]
    hits = {hit.external_id: hit for hit in searching.search(library, "")}
    assert hits["q-003"].marks == ("suspended",)
    assert hits["t-002"].marks == ("flagged",)
    assert hits["t-003"].marks == ("buried",)
    assert "leech" in hits["q-002"].marks
    assert hits["q-001"].due is not None
    assert hits["q-001"].first_line == "Which cache is the event loop?"


def test_search_follows_what_content_becomes(
    library: Context, bank: Bank, clock: Clock, tmp_path: Path
) -> None:
    """What is new, changed, moved or gone is found so by the next search, without any call."""
    assert found(library, "marvel") == []
    changed = [ITEMS[0] | {"question": "A marvel"}, ITEMS[1]]
    folder = bank("a__b__c__first", changed)
    import_paths(library, [str(folder)], Options(update=True, prune=True))
    assert found(library, "marvel") == ["q-001"]
    assert "q-001" not in found(library, "cache")
    assert found(library, "nothing") == []
    assert found(library, "nothing is:inactive") == ["q-003"]
    assert [hit.marks for hit in searching.search(library, "is:inactive")] == [("inactive",)]
    (folder / "a__b__c__first.json").unlink()
    bank("a__b__x__moved", changed)
    import_paths(library, [str(folder)], Options(update=True))
    assert found(library, "facet:moved marvel") == ["q-001"]


def test_the_index_is_swept_when_changes_pile_up(
    library: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often content changes, search finds each question once, and doctor is content."""
    names = found(library, "")
    for round_ in range(3):
        with library.database.transaction() as db:
            db.run("update questions set revision = ?", (100 + round_,))
            db.run("update revisions set value = ? where name = 'content'", (100 + round_,))
        assert found(library, "cache or -cache") == names
    with library.database.transaction() as db:
        assert search_index.problems(db) == []
        search_index.clear(db)
        assert not search_index.is_current(db)
    assert found(library, "cache or -cache") == names
    with library.database.transaction() as db:
        db.run("delete from search_documents")
        assert search_index.problems(db) == [
            f"search misses {len(ITEMS)} questions; `drillr doctor --rebuild` indexes them anew"
        ]


def test_a_large_library_is_indexed_step_by_step(
    library: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between steps other writers get their turn, and progress is told."""
    monkeypatch.setattr(search_index, "STEP", 2)
    heard: list[int] = []
    searching.prepare(library, heard.append)
    assert heard == sorted(heard, reverse=True)
    assert heard[0] == len(ITEMS)
    assert len(heard) == 2
    assert len(found(library, "")) == len(ITEMS)


def test_a_session_asks_what_a_search_finds(library: Context) -> None:
    """A query narrows due, new and cram alike, and one that finds nothing says so."""
    session = start(library, Plan(query="loop -type:mcq"))
    asked = []
    while session.current is not None:
        asked.append(session.current.question.external_id)
        session.skip() if len(asked) > 10 else session.suspend()
    assert asked == ["t-001", "t-002", "t-003"]
    session = start(library, Plan(query="cach*", selector="first", cram=True))
    assert session.remaining == 3
    with pytest.raises(NothingToDo, match="finds no question here"):
        start(library, Plan(query="zyzzyva"))
    with pytest.raises(QueryError):
        start(library, Plan(query="(cache"))
