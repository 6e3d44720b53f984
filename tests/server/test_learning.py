"""Learning through the API: the same answers, the same cards as in the terminal."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.server.database import open_plain
from drillr.services import reviewing
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.planning import pause_until
from drillr.services.upkeep import change_setting
from drillr.store import cards, integrity, progress
from tests.conftest import Bank, Clock, mcq, theory
from tests.server.conftest import Server, context_of
from tests.server.test_auth import problem

SUMMARY = "/progress/summary"
NEXT = "/learning/questions/next"


@pytest.fixture
def filled(server: Server, bank: Bank) -> Server:
    """A server with two facets: five choices, three to explain."""
    bank("a__b__c__d", [mcq(number) for number in range(1, 6)])
    folder = bank("a__b__c__e", [theory(number) for number in range(1, 4)])
    server.sign_in("ada")
    with context_of(server, "ada") as context:
        assert import_paths(context, [str(folder)]).imported == 8
    return server


def answer(server: Server, who: str, asked: dict[str, Any], **more: Any) -> Any:
    """Answer the question that was asked."""
    return server.call("POST", f"/learning/questions/{asked['question_id']}/answer", who, json=more)


def test_a_session_from_start_to_end(filled: Server) -> None:
    """Start, answer what is asked until there is no more, end, and see the progress."""
    started = filled.call("POST", "/learning/sessions/start", "ada", json={"selector": "a/b/c/d"})
    assert started.status_code == 201, started.text
    session, asked = started.json()["session_id"], started.json()["question"]
    seen = []
    while True:
        assert "is_correct" not in str(asked["options"])
        done = answer(filled, "ada", asked, session_id=session, selected_option="B",
                      time_spent_seconds=5, card_version=asked["card"]["version"])  # fmt: skip
        assert done.status_code == 201, done.text
        assert done.json()["is_correct"] is True
        assert done.json()["correct_options"] == ["B"]
        assert done.json()["card"]["total_reviews"] == 1
        seen.append(asked["external_id"])
        following = filled.call("GET", NEXT, "ada", params={"session_id": session})
        if following.status_code == 404:
            problem(following, 404, "nothing-to-do")
            break
        asked = following.json()
    assert seen == [f"q-{number:03d}" for number in range(1, 6)]
    ended = filled.call("POST", f"/learning/sessions/{session}/end", "ada").json()
    assert (ended["answered"], ended["correct"], ended["ratings"]) == (5, 5, [5, 0, 0, 0])
    assert filled.call("POST", f"/learning/sessions/{session}/end", "ada").json() == ended
    late = answer(filled, "ada", asked, session_id=session, selected_option="B")
    problem(late, 422, "invalid-request")
    found = filled.call("GET", SUMMARY, "ada").json()
    assert (found["responses"], found["correct"], found["new"], found["questions"]) == (5, 5, 3, 8)
    assert [one["path"] for one in found["facets"]] == ["a__b__c__d", "a__b__c__e"]
    listed = filled.call("GET", "/learning/sessions", "ada").json()
    assert [one["id"] for one in listed["sessions"]] == [session]


def test_the_next_question_is_overdue_then_new_then_due_today(filled: Server, clock: Clock) -> None:
    """What was missed comes again after the others; what is skipped waits."""
    first = filled.call("GET", NEXT, "ada", params={"selector": "d"}).json()
    assert (first["external_id"], first["stage"]) == ("q-001", "new")
    missed = answer(filled, "ada", first, selected_option="A")
    assert (missed.json()["is_correct"], missed.json()["difficulty_rating"]) == (False, 4)
    second = filled.call("GET", NEXT, "ada", params={"selector": "d"}).json()
    assert second["external_id"] == "q-002"
    skipped = filled.call(
        "GET", NEXT, "ada", params={"selector": "d", "skip": [second["question_id"]]}
    ).json()
    assert skipped["external_id"] == "q-003"
    answer(filled, "ada", second, selected_option="B", difficulty_rating=3)
    clock.at += timedelta(days=3)
    filled.tokens.clear()
    due = filled.call("GET", NEXT, "ada").json()
    assert due["stage"] == "due"
    assert {one["rating"] for one in due["previews"]} == {1, 2, 3, 4}


def test_an_answer_that_is_sent_twice_counts_once(filled: Server) -> None:
    """The same id gives what was recorded; another question can't take the id."""
    asked = filled.call("GET", NEXT, "ada").json()
    fact = "01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10"
    one = answer(filled, "ada", asked, id=fact, selected_option="B").json()
    two = answer(filled, "ada", asked, id=fact, selected_option="A").json()
    assert (one["repeated"], two["repeated"]) == (False, True)
    assert one | {"repeated": True} == two
    other = filled.call("GET", NEXT, "ada").json()
    problem(answer(filled, "ada", other, id=fact, selected_option="B"), 409, "id-taken")
    filled.sign_in("bob")
    stolen = answer(filled, "bob", asked, id=fact, selected_option="B")
    problem(stolen, 409, "id-taken")
    assert filled.call("GET", SUMMARY, "ada").json()["responses"] == 1
    assert filled.call("GET", SUMMARY, "bob").json()["responses"] == 0


def test_a_stale_card_is_refused(filled: Server) -> None:
    """Whoever saw the card before another answer is told so, and nothing is recorded."""
    asked = filled.call("GET", NEXT, "ada").json()
    version = asked["card"]["version"]
    assert (
        answer(filled, "ada", asked, selected_option="B", card_version=version).status_code == 201
    )
    again = answer(filled, "ada", asked, selected_option="B", card_version=version)
    problem(again, 409, "stale-state")
    assert filled.call("GET", SUMMARY, "ada").json()["responses"] == 1


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"selected_option": "Z"}, 422), ({"difficulty_rating": 5}, 422),
    ({"confidence_level": 0}, 422), ({"time_spent_seconds": -1}, 422),
    ({"response_text": "a\x1bb"}, 422), ({"unknown": 1}, 422), ({"id": "x"}, 422),
    ({"session_id": "01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10"}, 404),
]  # fmt: skip


def test_an_answer_is_checked(filled: Server) -> None:
    """What makes no sense is refused with a problem, and nothing is recorded."""
    asked = filled.call("GET", NEXT, "ada").json()
    for body, status in REFUSED:
        refused = answer(filled, "ada", asked, **body)
        assert refused.status_code == status, refused.text
        assert refused.headers["content-type"] == "application/problem+json"
    assert filled.call("GET", SUMMARY, "ada").json()["responses"] == 0


def test_what_only_the_person_can_judge_needs_a_rating(filled: Server) -> None:
    """A question to explain has no proposal."""
    asked = filled.call("GET", NEXT, "ada", params={"selector": "e"}).json()
    problem(answer(filled, "ada", asked, response_text="so"), 422, "invalid-request")
    done = answer(filled, "ada", asked, response_text="so", difficulty_rating=2)
    assert done.json()["is_correct"] is True
    assert done.json()["answer"]


def test_a_card_is_the_same_wherever_it_is_answered(
    filled: Server, context: Context, clock: Clock, tmp_path: Path
) -> None:
    """The same answers at the same instants, in the terminal and by the API, give equal cards."""
    import_paths(context, [str(tmp_path / "bank")])
    plan = [(Rating.EASY, "B"), (Rating.HARD, "B"), (Rating.VERY_HARD, "A"), (Rating.MEDIUM, "B")]
    start = clock.at
    local = reviewing.start(context, Plan(selector="d"))
    for rating, chosen in plan:
        clock.at = start = start + timedelta(minutes=1)
        local.answer(reviewing.Given(chosen=(chosen,), elapsed_ms=4000), rating)
    with context.database.transaction(write=False) as db:
        mine = cards.all_cards(db, context.user)
    clock.at = start - timedelta(minutes=len(plan))
    for rating, chosen in plan:
        asked = filled.call("GET", NEXT, "ada", params={"selector": "d"}).json()
        clock.at = start - timedelta(minutes=len(plan) - 1 - plan.index((rating, chosen)))
        # The clock ticks once for the token and once for the limit before the answer is recorded.
        answered = answer(filled, "ada", asked, selected_option=chosen, time_spent_seconds=4,
                          difficulty_rating=int(rating))  # fmt: skip
        assert answered.status_code == 201
    with context_of(filled, "ada") as theirs, theirs.database.transaction(write=False) as db:
        served = cards.all_cards(db, theirs.user)
    assert served.keys() == mine.keys()
    for key, card in mine.items():
        other = served[key]
        assert (card.state, card.ease, card.interval_days, card.repetitions, card.lapses,
                card.total_reviews, card.total_correct, card.total_time_ms) == (
            other.state, other.ease, other.interval_days, other.repetitions, other.lapses,
            other.total_reviews, other.total_correct, other.total_time_ms)  # fmt: skip


def test_derived_rows_follow_from_the_facts(filled: Server) -> None:
    """After answers by the API a replay changes nothing, and the device's numbers have no gap."""
    from drillr.services.replaying import rederive_all

    for _ in range(6):
        asked = filled.call("GET", NEXT, "ada")
        if asked.status_code == 200:
            answer(filled, "ada", asked.json(), selected_option="B" if asked.json()["options"]
                   else None, difficulty_rating=3)  # fmt: skip
    with context_of(filled, "ada") as theirs, theirs.database.transaction() as db:
        before = progress.derived_rows(db, theirs.user)
        assert integrity.gaps(db, theirs.user) == []
        rederive_all(db, theirs)
        assert progress.derived_rows(db, theirs.user) == before


def test_nobody_sees_anothers_sessions_or_progress(filled: Server) -> None:
    """Another's session is not there: not to see, not to end, not to answer in."""
    started = filled.call("POST", "/learning/sessions/start", "ada", json={}).json()
    session, asked = started["session_id"], started["question"]
    filled.sign_in("bob")
    problem(filled.call("GET", f"/learning/sessions/{session}", "bob"), 404, "not-found")
    problem(filled.call("POST", f"/learning/sessions/{session}/end", "bob"), 404, "not-found")
    problem(filled.call("GET", NEXT, "bob", params={"session_id": session}), 404, "not-found")
    refused = answer(filled, "bob", asked, session_id=session, selected_option="B")
    problem(refused, 404, "not-found")
    assert filled.call("GET", "/learning/sessions", "bob").json()["sessions"] == []
    answer(filled, "ada", asked, selected_option="B")
    assert filled.call("GET", SUMMARY, "bob").json()["responses"] == 0


def test_progress_of_a_facet_and_by_day(filled: Server) -> None:
    """user_progress, history, forecast and streak say what was done."""
    asked = filled.call("GET", NEXT, "ada", params={"selector": "d"}).json()
    answer(filled, "ada", asked, selected_option="B", time_spent_seconds=7)
    question = filled.call("GET", f"/content/questions/{asked['question_id']}", "ada").json()
    held = filled.call("GET", f"/progress/facets/{question['facet_id']}", "ada").json()
    assert (held["total_questions"], held["completed_questions"]) == (5, 1)
    assert held["total_time_spent_seconds"] == 7
    (day,) = filled.call("GET", "/progress/history", "ada").json()["days"]
    assert (day["responses"], day["correct"], day["new_cards"]) == (1, 1, 1)
    assert filled.call("GET", "/progress/streak", "ada").json() == {
        "streak_days": 1, "studied_today": True, "longest_days": 1,
    }  # fmt: skip
    forecast = filled.call("GET", "/progress/forecast", "ada").json()["days"]
    assert (len(forecast), sum(one["count"] for one in forecast)) == (14, 1)
    absent = "/progress/facets/01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10"
    problem(filled.call("GET", absent, "ada"), 404, "not-found")
    problem(filled.call("GET", SUMMARY, "ada", params={"selector": "x"}), 404, "unknown-place")


def test_engines_are_chosen_as_in_the_terminal(filled: Server) -> None:
    """The database of a test can be opened while the server runs."""
    database = open_plain(filled.settings)
    with database.transaction(write=False) as db:
        assert db.row("select count(*) from questions") == (8,)
    database.close()


def test_what_was_handed_out_is_taken_whatever_the_limits_are(filled: Server) -> None:
    """A day's limits decide what is asked: two windows may hold one question each."""
    filled.sign_in("ada")
    with context_of(filled, "ada") as theirs:
        change_setting(theirs, "new_per_day", 1)
    asked = [filled.call("GET", "/learning/questions/next", "ada").json()["question_id"]]
    skip = {"skip": asked[0]}
    asked.append(
        filled.call("GET", "/learning/questions/next", "ada", params=skip).json()["question_id"]
    )
    for question in asked:
        given = {"selected_option": "B", "time_spent_seconds": 4.0}
        done = filled.call("POST", f"/learning/questions/{question}/answer", "ada", json=given)
        assert done.status_code == 201
    assert filled.call("GET", "/learning/questions/next", "ada").status_code == 404


def test_who_pauses_is_asked_nothing_new(filled: Server) -> None:
    """The next question and a session say until when, as everywhere; a wish for some is granted."""
    with context_of(filled, "ada") as theirs:
        here = replace(theirs, clock=Clock())
        until = pause_until(here, (here.clock() + timedelta(days=9)).date()).until.date()
    start = "/learning/sessions/start"
    for found in (
        filled.call("GET", NEXT, "ada"),
        filled.call("POST", start, "ada", json={"selector": "a/b/c/d"}),
    ):
        assert f"you pause until {until}" in problem(found, 404, "nothing-to-do")["detail"]
    assert filled.call("GET", SUMMARY, "ada").status_code == 200
    wished = filled.call("POST", start, "ada", json={"selector": "a/b/c/d", "new": 2})
    assert wished.status_code == 201, wished.text
