"""What a fold reads of the log is what the log holds."""

import dataclasses
import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.bootstrap import context_over
from drillr.domain.facts import EventType
from drillr.domain.history import OUTCOME
from drillr.domain.ids import DeviceId, FactId, QuestionId, question_id
from drillr.domain.log import RawEvent, RawResponse
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.store import cards, fact_log, facts, histories
from drillr.store.connection import Connection, Database
from tests.conftest import NOON, Bank, Clock, mcq

METADATA = (
    '{"day":"2026-03-02","elapsed_ms":4000}',
    '{"content":"00ff","day":"2026-03-02","elapsed_ms":0,"hints":2,"order":["A","B"],"stage":"new"}',
    '{"content":"00ff","cram":true,"day":"2026-03-01","elapsed_ms":7,"stage":"new"}',
    '{"day":"2026-03-02","elapsed_ms":9,"outcome":{"ease":250,"interval_days":7}}',
    '{"day":"2026-03-02","elapsed_ms":9,"order":["],\\"cram\\":true,["],"stage":"due"}',
    '{"day":"2026-03-02","elapsed_ms":9,"order":["","]}{","ä"],"stage":"due"}',
    '{"stage":"new","elapsed_ms":5,"day":"2026-02-28"}',
    ' { "day" : "2026-03-02" , "elapsed_ms" : 12 } ',
    '{"day":"2026-03-02","elapsed_ms":3,"newer":{"day":"2020-01-01","elapsed_ms":1}}',
)


@pytest.fixture
def library(database: Database, bank: Bank, clock: Clock) -> Context:
    """Nine questions, each answered once, with every kind of metadata."""
    context = dataclasses.replace(context_over(database), clock=clock, system_zone=UTC)
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(9)]))])
    with database.transaction() as db:
        answers = [
            RawResponse(
                n + 1, identity(n), key(n), None, 1 + n % 4, (True, False, None)[n % 3], "A",
                "text", 3, NOON, text,
            )
            for n, text in enumerate(METADATA)
        ]  # fmt: skip
        fact_log.append_responses(db, context.user, [(context.device, one, 0) for one in answers])
    return context


def identity(number: int) -> FactId:
    """The id of a fact."""
    return FactId(bytes.fromhex(f"01900000000070008000{number:012x}"))


def key(number: int) -> QuestionId:
    """The id of a question."""
    return question_id(f"q-{number:03d}")


def test_a_fold_reads_the_same_answers(library: Context) -> None:
    """All that shapes cards, days and sessions; what the person wrote stays in the log."""
    with library.database.transaction(write=False) as db:
        owner = (db.key(library.user),)
        whole = sorted(facts.responses_where(db, "", owner), key=lambda one: one.device_seq)
        folded = sorted(facts.folded_where(db, "", owner), key=lambda one: one.device_seq)
        device = library.device
        assert facts.since(db, library.user, device, 3) == folded[2:]
        found = histories.of_questions(db, library.user, [key(1), key(4)])
    assert found == {key(1): [folded[1]], key(4): [folded[4]]}
    assert len(folded) == len(METADATA)
    for one, other in zip(whole, folded, strict=True):
        bare = dataclasses.replace(one, response_text=None, selected_option=None, confidence=None)
        assert dataclasses.replace(other, details=one.details) == bare
        assert other.details.get(OUTCOME) == one.details.get(OUTCOME)


PARTS = st.fixed_dictionaries(
    {"day": st.sampled_from(["2026-03-02", "2026-12-31"]), "elapsed_ms": st.integers(0, 10**9)},
    optional={
        "content": st.sampled_from(["", "00ff", "XY"]),
        "cram": st.booleans(),
        "hints": st.integers(-1, 3) | st.floats(0, 3),
        "order": st.lists(st.text('",[]{}\\aé', max_size=3), max_size=4) | st.none(),
        "outcome": st.none(),
        "stage": st.text('abc"}', max_size=3),
    },
)


@given(PARTS, st.booleans())
def test_a_quick_look_sees_what_the_json_says(data: dict[str, Any], plain: bool) -> None:
    """Where the usual form is recognised, there is nothing else in it that a fold asks for."""
    separators = (",", ":") if plain else None
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=separators)
    found = facts.USUAL.fullmatch(text)
    if found is not None:
        assert (found[1], int(found[2])) == (data["day"], data["elapsed_ms"])
        assert data.keys().isdisjoint({"cram", OUTCOME})


def retract(db: Connection, context: Context, number: int, response: int) -> None:
    """Take the answer to a question back."""
    event = RawEvent(
        100 + number, identity(100 + number), str(EventType.RESPONSE_RETRACTED), key(number), NOON,
        json.dumps({"response_id": identity(response).hex()}),
    )  # fmt: skip
    fact_log.append_events(db, context.user, [(DeviceId(context.device), event)])


def test_what_was_taken_back_is_known_however_much_it_is(library: Context) -> None:
    """All of it is read, or else what is about the questions that are asked for."""
    with library.database.transaction() as db:
        assert histories.taken_back(db, library.user, [key(1)]) == frozenset()
        for number in (1, 2, 5):
            retract(db, library, number, number)
        some = histories.taken_back(db, library.user, [key(1), key(3)])
        assert some == {identity(1)}
        every = histories.taken_back(db, library.user, [key(n) for n in range(1, 4)])
        assert every == {identity(1), identity(2), identity(5)}


def test_a_standing_is_the_place_and_the_card(library: Context) -> None:
    """Of questions that the store holds; with no card where none was shaped."""
    with library.database.transaction() as db:
        card = cards.load(db, library.user, key(0))
        found = cards.standing(db, library.user, [key(0), key(1), QuestionId(b"\1" * 16)])
        assert set(found) == {key(0), key(1)}
        place = found[key(0)].place
        assert (place.path, place.is_active, found[key(0)].card) == ("a__b__c__d", True, None)
        made = dataclasses.replace(card, created_at=NOON, updated_at=NOON, buried_until=NOON)
        cards.save_many(db, library.user, [cards.Changed(key(1), place.facet, made, None)])
        assert cards.standing(db, library.user, [key(1)])[key(1)] == (place, made)
        assert cards.standing(db, library.user, []) == {}
