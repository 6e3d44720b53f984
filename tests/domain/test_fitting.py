"""Facts that are too long: cut to what a server takes, and what the rules need of them stays."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from drillr.domain import limits
from drillr.domain.arrivals import fact_of
from drillr.domain.fitting import fits, fitted, light
from drillr.domain.ids import DeviceId, FactId, QuestionId
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
DEVICE = DeviceId(bytes(16))
KEPT = {"day": "2026-03-02", "elapsed_ms": 900}


def event(data: Any, kind: str = "card_flagged", seq: int = 1) -> RawEvent:
    """An event with this data."""
    text = data if isinstance(data, str) else json.dumps(data)
    return RawEvent(seq, FactId(bytes(16)), kind, None, AT, text)


def answer(chosen: str | None = None, typed: str | None = None, **details: Any) -> RawResponse:
    """An answer with these details."""
    return RawResponse(
        1, FactId(bytes(16)), QuestionId(bytes(16)), None, 3, True, chosen, typed, None, AT,
        json.dumps(KEPT | details),
    )  # fmt: skip


def test_what_fits_stays_as_it_is() -> None:
    """To the last character that is allowed."""
    note = "n" * (limits.FACT_JSON - len('{"note": ""}'))
    for fact in (event({"note": note}), answer("A" * limits.CHOSEN, "t" * limits.FACT_TEXT)):
        assert fits(fact)
        assert fitted(fact) is fact
    assert not fits(event({"note": note + "n"}))


def test_long_texts_are_cut() -> None:
    """Wherever in an event's data they stand; one that is cut is the same when cut again."""
    long = "é" * 70_000
    session = "01900000-0000-7000-8000-000000000001"
    plan = {"selector": long, "among": [long, 3]}
    shorter = fitted(event({"session_id": session, "plan": plan}, "session_started"))
    assert isinstance(shorter, RawEvent)
    cut = "é" * limits.NOTE
    assert json.loads(shorter.data)["plan"] == {"selector": cut, "among": [cut, 3]}
    assert fits(shorter)
    assert fitted(shorter) == shorter
    fact_of(shorter, DEVICE)


def test_what_is_still_too_long_is_emptied_and_the_rules_need_nothing_of_it() -> None:
    """The longest values first, until the rest fits."""
    shorter = fitted(answer(order=list(range(30_000)), odd={str(n): n for n in range(3_000)}))
    assert isinstance(shorter, RawResponse)
    found = json.loads(shorter.metadata)
    assert found["order"] == []
    assert len(found["odd"]) == 3_000
    assert KEPT.items() <= found.items()
    fact_of(shorter, DEVICE)


def test_many_long_values_all_fit_in_the_end() -> None:
    """However many there are."""
    shorter = fitted(event({f"n{n}": "n" * 3_000 for n in range(40)}))
    assert fits(shorter)


def test_of_too_many_names_only_those_stay_that_the_rules_need() -> None:
    """An answer that nothing else makes fit."""
    names: dict[str, Any] = {f"n{n}": n for n in range(20_000)}
    shorter = fitted(answer(**names))
    assert isinstance(shorter, RawResponse)
    assert json.loads(shorter.metadata) == KEPT


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (None, None),
        ("A,B", "A,B"),
        (",".join(["k" * 10] * 26), ",".join(["k" * 10] * 23)),
        (",".join(["k" * 15] * 17), ",".join(["k" * 15] * 16)),
        ("k" * 300, "k" * limits.CHOSEN),
    ],
)
def test_chosen_keys_stay_whole(chosen: str | None, kept: str | None) -> None:
    """As many as fit; the typed answer is cut to its own limit."""
    shorter = fitted(answer(chosen, "t" * (limits.FACT_TEXT + 1)))
    assert isinstance(shorter, RawResponse)
    assert shorter.selected_option == kept
    assert shorter.response_text == "t" * limits.FACT_TEXT


@pytest.mark.parametrize("text", ["[" * 70_000, '["' + "n" * 70_000 + '"]', "n" * 70_000])
def test_what_is_no_fact_is_left_alone(text: str) -> None:
    """It is refused for what it is, not for its length."""
    assert fitted(event(text)) == event(text)


def test_few_long_facts_travel_at_once() -> None:
    """The earliest; at least one, however long it is."""
    facts: tuple[RawFact, ...] = tuple(event("n" * 900_000, seq=n) for n in range(1, 9))
    run = Run(DEVICE, "", None, facts)
    assert [len(one) for one in light([run])] == [2]
    assert light([Run(DEVICE, "", None, (answer("A"), event("{}", seq=2)))])[0].last == 2
    whole = Run(DEVICE, "", None, (event("n" * (limits.BATCH_TEXT + 1)),))
    assert light([whole]) == [whole]
