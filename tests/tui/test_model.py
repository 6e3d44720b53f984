"""Two hundred questions under random keys, against a model of what the keys should mean."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from drillr.config import starter_folder
from drillr.domain.card import Card
from drillr.domain.ids import QuestionId
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import statistics
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import start
from drillr.services.upkeep import change_setting, examine
from drillr.store import cards, facts
from drillr.tui.app import DrillrApp, Interface
from drillr.tui.bridge import Bridge
from drillr.tui.note import Note
from drillr.tui.review import ReviewScreen
from drillr.tui.summary import SummaryScreen
from drillr.tui.turn import Turn
from tests.tui.conftest import press, screen_text, settled, until

QUESTIONS = 200
SIZES = ((80, 24), (120, 40), (60, 20), (100, 30))
# How often each thing is done; most of the time, questions are answered.
DEEDS = {
    "answer": 30, "skip": 2, "bury": 1, "suspend": 1, "flag": 2, "undo": 4, "resize": 2,
    "quit": 1, "hint": 2, "why": 1, "fold": 1, "nonsense": 2,
}  # fmt: skip


@dataclass
class Model:
    """What must be true of the store after the keys so far."""

    answers: list[tuple[QuestionId, Rating]] = field(default_factory=list)
    buried: set[QuestionId] = field(default_factory=set)
    suspended: set[QuestionId] = field(default_factory=set)
    flags: dict[QuestionId, str] = field(default_factory=dict)
    sessions: int = 0


def current(pilot: Pilot[int]) -> QuestionId | None:
    """The question on the screen; None elsewhere than in a review."""
    screen = pilot.app.screen
    if not isinstance(screen, ReviewScreen) or screen.turn is None:
        return None
    return screen.turn.showing.question.id


def turn_of(pilot: Pilot[int]) -> Turn | None:
    """What was done so far with the question on the screen."""
    screen = pilot.app.screen
    return screen.turn if isinstance(screen, ReviewScreen) else None


async def next_turn(pilot: Pilot[int], key: str) -> None:
    """Press a key that brings another question, or the summary, and wait for it."""
    before = turn_of(pilot)
    await pilot.press(key)
    await until(pilot, lambda: turn_of(pilot) is not before)


async def answer(pilot: Pilot[int], dice: random.Random) -> Rating:
    """Choose or reveal, then rate; enter confirms where several options are right."""
    rating, turn = dice.choice(list(Rating)), turn_of(pilot)
    assert turn is not None
    await pilot.press(dice.choice(["a", "1", "space", "enter"]))
    for _ in range(20):
        if turn.given is not None:
            break
        await pilot.press("enter")
    assert turn.given is not None, f"nothing was revealed; the screen shows\n{screen_text(pilot)}"
    if dice.random() < 0.2:
        await pilot.press("down", "space")
    await next_turn(pilot, str(int(rating)))
    return rating


async def do(pilot: Pilot[int], model: Model, dice: random.Random) -> bool:
    """One thing that a person might do; whether the session goes on in this window."""
    (deed,) = dice.choices(list(DEEDS), list(DEEDS.values()))
    shown = current(pilot)
    if shown is None:
        return False
    if deed == "answer":
        model.answers.append((shown, await answer(pilot, dice)))
    elif deed == "undo" and model.answers:
        await next_turn(pilot, "u")
        taken, _ = model.answers.pop()
        # What was set aside since may stay aside, whatever becomes of its answers.
        assert current(pilot) == taken or taken in model.buried | model.suspended
    elif deed in ("skip", "bury", "suspend"):
        await next_turn(pilot, {"skip": "s", "bury": "B", "suspend": "S"}[deed])
        if deed != "skip":
            (model.buried if deed == "bury" else model.suspended).add(shown)
    elif deed == "flag":
        await pilot.press("F")
        await until(pilot, lambda: isinstance(pilot.app.screen, Note))
        note = f"note {dice.randrange(9)}"
        pilot.app.screen.query_one(Input).value = note
        await press(pilot, "enter")
        model.flags[shown] = note
    elif deed == "resize":
        await pilot.resize_terminal(*dice.choice(SIZES))
    elif deed == "quit":
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, SummaryScreen))
        return False
    elif deed == "why":
        await press(pilot, "w", "escape")
    else:
        keys = {"hint": "h", "fold": "z", "undo": "u"}
        await press(pilot, keys.get(deed, dice.choice(["x", "f12", "left", "pagedown"])))
    if deed not in ("answer", "skip", "bury", "suspend", "undo"):
        assert current(pilot) == shown
    return True


@pytest.mark.parametrize("seed", [20261125])
async def test_two_hundred_questions_under_random_keys(
    context: Context, bridge: Bridge, interface: Interface, seed: int
) -> None:
    """Ratings, undo, skip, bury, suspend, flag, resize, quit and resume: model and store agree."""
    dice, model = random.Random(seed), Model()
    assert not import_paths(context, [str(Path(starter_folder()))]).errors
    change_setting(context, "new_per_day", 1_000)
    while len(model.answers) < QUESTIONS:
        session = bridge.do(lambda: start(context, Plan()))
        model.sessions += 1
        assert model.sessions < QUESTIONS, "sessions end without an answer"
        app = DrillrApp(context, bridge, session, interface)
        async with app.run_test(size=dice.choice(SIZES)) as pilot:
            await settled(pilot)
            while len(model.answers) < QUESTIONS and await do(pilot, model, dice):
                pass
    compare(context, model)


def compare(context: Context, model: Model) -> None:
    """Every answer that stands, every mark, and everything derived from them."""
    with context.database.transaction(write=False) as db:
        gone = facts.retracted(db, context.user)
        rows = db.rows(
            "select id, question_id, difficulty_rating from user_responses order by device_seq"
        )
        standing = [(key, rating) for fact, key, rating in rows if fact not in gone]
        held: dict[QuestionId, Card] = cards.all_cards(db, context.user)
    assert standing == model.answers
    assert {key for key, card in held.items() if card.suspended} == model.suspended
    assert {key for key, card in held.items() if card.buried_until is not None} == model.buried
    assert {key: card.flag for key, card in held.items() if card.flag is not None} == model.flags
    assert sum(card.total_reviews for card in held.values()) == len(model.answers)
    assert statistics.overview(context).responses == len(model.answers)
    assert examine(context).problems == []
    assert model.sessions > 1
    assert model.buried
    assert model.suspended
    assert model.flags
