"""Pictures of the screens (SVG): what they look like must not change unseen.

`pytest --snapshot-update tests/tui/test_pictures.py` takes them anew: look before you keep them.
"""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import library as shelf
from drillr.services import merging, remotes
from drillr.services.context import Context
from drillr.services.editing import edit, text_of
from drillr.services.importing import import_paths
from drillr.services.library import Cursor
from drillr.services.reviewing import Given, start
from drillr.tui.app import DrillrApp, Interface, connecting
from drillr.tui.bridge import Bridge
from drillr.tui.keymap import resolve
from drillr.tui.themes import DARK
from tests.conftest import Bank, Clock, mcq, theory
from tests.tui.conftest import press, settled

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
TYPICAL = mcq(
    1, question="Which of these holds for `O(n \\log n)`, that is $O(n \\log n)$?\n\n"
    "```python\nfor item in items:\n    heap.push(item)  # log n\n```",
    explanation="Each of the $n$ pushes costs $\\log n$.",
)  # fmt: skip
LONG = theory(1, question="A very long question. " * 400, answer="A long answer. " * 400)
HEBREW = mcq(1, question="מהי הסיבוכיות של **חיפוש בינארי**?",
             options={"A": "קבועה", "B": "לוגריתמית", "C": "ליניארית"})  # fmt: skip
CHINESE = mcq(1, question="二分查找的时间复杂度是多少？请选择**最准确**的一项。",
              options={"A": "常数时间", "B": "对数时间 $O(\\log n)$", "C": "线性时间"})  # fmt: skip
STORY = theory(
    1, type="scenario", question="What happens, and what do you do?",
    context="A queue grows by *ten* messages a second.\n\n- one consumer\n- no back pressure",
)  # fmt: skip
# Content, and the keys that lead to the picture.
REVIEWS = {
    "typical": (TYPICAL, ()), "revealed": (TYPICAL, ("a",)), "long": (LONG, ()),
    "rtl": (HEBREW, ()), "cjk": (CHINESE, ("b",)), "scenario": (STORY, ("h",)),
    "points": (STORY, ("space", "space")),
}  # fmt: skip
SCREENS = {
    "home": (), "stats": ("s",), "browser": ("slash", "enter", "space"), "settings": ("comma",),
    "help": ("question_mark",), "plan": ("p",), "confidence": ("p", "p"),
    "exam": ("p", "a", *"2026", "minus", *"06", "minus", *"01", "enter", "y"),
    "custom": ("c",), "facets": ("s", "o"), "preview": ("comma", "enter", "down", "enter"),
    "part": ("comma", "slash", *"rest", "enter", "down", "down", "down"),
    "undo": ("u", "down"),
}  # fmt: skip
EMPTY = {"home": (), "plan": ("p",)}
SERVERS = {
    "no-server": ("y",), "sync": ("y",), "sign-in": ("y", "i"), "conflicts": ("y", "c"),
}  # fmt: skip
SERVER = remotes.Remote(
    "server", "https://drill.example.org", "ada", scope=("backend", "databases__sql"),
    last={
        "at": "2026-03-02T11:58:00+00:00", "sent": 12, "received": 40, "cards": "equal",
        "parked_there": 2, "clock_ahead_seconds": 95, "error": "the server can't be reached",
        "tried_at": "2026-03-02T11:59:00+00:00", "questions": {"new": 3, "updated": 1},
    },
)  # fmt: skip
CLASHES = {"question": "Say which.", "explanation": "So I think."}
THEIRS = {"question": "Which is the ninth?", "explanation": "It comes ninth."}


@pytest.fixture
def still(context: Context) -> Context:
    """A context whose ids are the same in every run, so that options have the same order."""
    numbers = itertools.count(1)
    return replace(context, new_id=lambda: next(numbers).to_bytes(16, "big"))


@pytest.fixture
def look() -> Interface:
    """Drillr's dark theme, and a clock that stands still."""
    return Interface(resolve(), DARK.name, lambda: 1_000.0)


def led(*keys: str) -> Callable[[Pilot[int]], Any]:
    """What leads to the picture: the keys, each after the one before has had its effect."""

    async def lead(pilot: Pilot[int]) -> None:
        await settled(pilot)
        # Long enough to have read, too short to be seen on the clock.
        pilot.app.ticks = lambda: 1_000.5  # type: ignore[attr-defined]
        await press(pilot, *keys)
        await pilot.pause(0.3)
        await settled(pilot)

    return lead


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("content", REVIEWS)
def test_a_review(
    content: str, size: str, still: Context, bank: Bank, bridge: Bridge, look: Interface,
    snap_compare: Callable[..., bool],
) -> None:  # fmt: skip
    """One question of each kind, before or after the reveal."""
    item, keys = REVIEWS[content]
    assert not import_paths(still, [str(bank("backend__api__protocols__graphql", [item]))]).errors
    session = bridge.do(lambda: start(still, Plan()))
    app = DrillrApp(still, bridge, session, look)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=led(*keys))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen(
    screen: str, size: str, still: Context, clock: Clock, bank: Bank, bridge: Bridge,
    look: Interface, snap_compare: Callable[..., bool],
) -> None:  # fmt: skip
    """The other screens over a small library with some history."""
    for place in ("api__protocols__graphql", "api__design__rest", "runtime__streams__flow"):
        bank(f"backend__{place}", [
            mcq(1, id=f"{place}-1"), mcq(2, id=f"{place}-2", tags=["x"]),
            theory(1, id=f"{place}-3"),
        ])  # fmt: skip
    assert not import_paths(still, [str(bank("databases__sql__joins__inner", [mcq(9)]))]).errors
    for day in range(1, 9):
        clock.at = clock.at.replace(day=day)
        session = start(still, Plan(limit=day % 4 + 1))
        for number in range(day % 4 + 1):
            if session.current is not None:
                session.answer(Given(confidence=number % 5 + 1), Rating(1 + (day + number) % 4))
    app = DrillrApp(still, bridge, interface=look)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=led(*SCREENS[screen]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", EMPTY)
def test_an_empty_library(
    screen: str,
    size: str,
    still: Context,
    bridge: Bridge,
    look: Interface,
    snap_compare: Callable[..., bool],
) -> None:
    """The welcome, and what lies ahead where there is nothing."""
    app = DrillrApp(still, bridge, interface=look)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=led(*EMPTY[screen]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SERVERS)
def test_a_server(
    screen: str, size: str, still: Context, clock: Clock, bank: Bank, store: str, bridge: Bridge,
    look: Interface, snap_compare: Callable[..., bool],
) -> None:  # fmt: skip
    """Sync with no server, with two, and edits that clash with a server's."""
    bank("backend__api__protocols__graphql", [TYPICAL])
    folder = bank("databases__sql__joins__inner", [mcq(9), mcq(10)])
    assert not import_paths(still, [str(folder)]).errors
    if screen != "no-server":
        merging.take(still, "server", shelf.page(still, Cursor(), []).questions)
        remotes.save(still, SERVER)
        remotes.save(still, remotes.Remote("work", "https://drill.work.example", "a.lovelace"))
        for name, text in CLASHES.items():
            item = json.loads(text_of(still, "q-009"))
            edit(still, "q-009", json.dumps(item | {name: f"{item[name]} {text}"}))
        page = shelf.page(still, Cursor(), []).questions
        theirs = [
            replace(one, item={**one.item, **THEIRS}) for one in page if one.item["id"] == "q-009"
        ]
        merging.take(still, "server", theirs)
    app = DrillrApp(still, bridge, None, look, connecting(still, store))
    keys = SERVERS[screen]
    assert snap_compare(app, terminal_size=SIZES[size], run_before=led(*keys))


def test_every_picture_is_of_a_case() -> None:
    """A picture whose case is gone would never be looked at again."""
    folder = Path(__file__).parent / "__snapshots__" / "test_pictures"
    cases = len(SIZES) * sum(map(len, (REVIEWS, SCREENS, SERVERS, EMPTY)))
    assert len(list(folder.glob("*.svg"))) == cases
