"""Walking through the log question by question: nothing is lost, doubled, or held at once."""

import dataclasses
import random
from datetime import UTC
from typing import Any

import pytest

from drillr.bootstrap import context_over
from drillr.domain.facts import Event, EventType, Response
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.recording import Answer, mark, record_answer
from drillr.store import facts, histories, places
from drillr.store.connection import Connection, Database
from tests.conftest import Bank, Clock, mcq


class Watched:
    """A connection that notes how many rows each query gives."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.most = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def rows(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        """The rows, counted."""
        found = self._db.rows(sql, params)
        self.most = max(self.most, len(found))
        return found


@pytest.fixture
def library(database: Database, bank: Bank, clock: Clock) -> Context:
    """Thirty questions in two facets, most with answers and some with marks, in random order."""
    context = dataclasses.replace(context_over(database), clock=clock, system_zone=UTC)
    bank("a__b__c__d", [mcq(n) for n in range(15)])
    import_paths(context, [str(bank("a__b__c__e", [mcq(n) for n in range(15, 30)]))])
    rng = random.Random(5)
    with database.transaction() as db:
        book = context.rulebook(db)
        for _ in range(90):
            key = question_id(f"q-{rng.randrange(26):03d}")
            if rng.random() < 0.2:
                mark(db, context, book, key, EventType.CARD_FLAGGED, {"note": "odd"})
            else:
                record_answer(db, context, book, Answer(key, rng.choice(list(Rating)), 1000))
        # A question that has an event and no answer.
        mark(db, context, book, question_id("q-029"), EventType.CARD_SUSPENDED, {})
    return context


@pytest.mark.parametrize("page", [1, 2, 7, 500])
def test_every_fact_comes_once_with_its_question(library: Context, page: int) -> None:
    """Whatever the page, each question comes once and has just the facts that it has."""
    with library.database.transaction() as db:
        walked = list(histories.by_question(db, library.user, page=page))
        assert len({question for question, _ in walked}) == len(walked)
        for question, known in walked:
            expected = facts.of_question(db, library.user, question)
            assert sorted(f.id for f in known) == sorted(f.id for f in expected)
            answers = [fact for fact in known if isinstance(fact, Response)]
            assert known[: len(answers)] == sorted(answers, key=lambda fact: fact.order)
            assert all(isinstance(fact, Event) for fact in known[len(answers) :])
        row = db.row(
            "select count(*) from (select question_id from user_responses union"
            " select question_id from learning_events where question_id is not null) q"
        )
        assert row == (len(walked),)


def test_a_part_of_the_library_is_walked_alone(library: Context) -> None:
    """With facets given, the questions of these facets come and no other."""
    with library.database.transaction() as db:
        keys = {path: key for key, path in places.paths(db).items()}
        both = {
            path: {q for q, _ in histories.by_question(db, library.user, [keys[path]], page=3)}
            for path in ("a__b__c__d", "a__b__c__e")
        }
        assert both["a__b__c__d"] == {question_id(f"q-{n:03d}") for n in range(15)}
        assert question_id("q-029") in both["a__b__c__e"]
        everything = {q for q, _ in histories.by_question(db, library.user)}
        assert both["a__b__c__d"] | both["a__b__c__e"] == everything
        assert list(histories.by_question(db, library.user, [])) == []


def test_no_query_gives_more_than_a_page_of_histories(library: Context) -> None:
    """Memory is bounded by the facts of a page of questions, not by the log."""
    with library.database.transaction() as db:
        watched = Watched(db)
        sizes = [len(known) for _, known in histories.by_question(watched, library.user, page=2)]
        assert sum(sizes) == 91
        assert watched.most <= 2 * max(sizes)


def test_writing_between_two_questions_does_no_harm(library: Context) -> None:
    """A replay writes cards while it walks; it sees the same questions all the same."""
    with library.database.transaction() as db:
        before = [question for question, _ in histories.by_question(db, library.user, page=2)]
        walked = []
        for question, _ in histories.by_question(db, library.user, page=2):
            db.run("delete from spaced_repetition_cards where question_id = ?", (db.key(question),))
            walked.append(question)
        assert walked == before
