"""Drives the application with keys, over a small library, with a clock that stands still."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from drillr.domain.session import Plan
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import start
from drillr.tui.app import DrillrApp, Interface, connecting
from drillr.tui.bridge import Bridge
from drillr.tui.keymap import resolve
from drillr.tui.themes import DARK
from tests.conftest import Bank, mcq, theory

_TURNS = 30
Driven = AbstractAsyncContextManager[Pilot[int]]
Open = Callable[..., Driven]


@pytest.fixture(autouse=True)
def _handled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is waited for until its messages are handled.

    Textual's pilot waits until the process has done next to nothing for 20 ms, twice for each key,
    which on a busy machine may take a second.
    """

    async def handled(min_sleep: float = 0, max_sleep: float = 1) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", handled)


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """Four choices (the third with two right options), two theory questions and a scenario."""
    several = mcq(3, correct_answer=["B", "D"])
    bank("a__b__c__choices", [mcq(1), mcq(2), several, mcq(4)])
    situation = theory(9, id="s-009", type="scenario", context="The queue grows by 10 a second.")
    folder = bank("a__b__c__words", [theory(1), theory(2), situation])
    assert not import_paths(context, [str(folder)]).errors
    return context


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """The thread that talks to the store."""
    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def interface() -> Interface:
    """The usual keys, drillr's dark theme, and a clock that is a second later each time."""
    return Interface(resolve(), DARK.name, itertools.count(1.0).__next__)


@pytest.fixture
def review(library: Context, bridge: Bridge, interface: Interface) -> Open:
    """Opens a session: `async with review("choices") as pilot:`."""

    @asynccontextmanager
    async def opened(
        selector: str = "", size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Pilot[int]]:
        session = bridge.do(lambda: start(library, Plan(selector=selector)))
        app = DrillrApp(library, bridge, session, interface)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            yield pilot

    return opened


@pytest.fixture
def store(context: Context) -> str:
    """Where the store of the tests lies."""
    return str(context.database.path)  # type: ignore[attr-defined]


@pytest.fixture
def home(context: Context, bridge: Bridge, interface: Interface, store: str) -> Open:
    """Opens the home screen over whatever the library holds."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
        app = DrillrApp(context, bridge, None, interface, connecting(context, store))
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            yield pilot

    return opened


async def settled(pilot: Pilot[int]) -> None:
    """Wait until every key is handled and every answer is on disk."""
    await pilot.pause()
    calm = 0
    for _ in range(1000):
        running = [w for w in pilot.app.workers if w.is_running and w.name not in _WAITING]
        busy = bool(running) or pilot.app.bridge.busy  # type: ignore[attr-defined]
        calm = 0 if busy else calm + 1
        if calm == 4:
            return
        await pilot.pause(0.005 if busy else None)
    raise AssertionError(f"the application never came to rest: {running}")


# These end only when the screen or dialog above them does.
_WAITING = frozenset(
    "_asked _done _finish _loader _offer _offer_exam _offer_fit _review _settle_all"
    " _show_comparison action_add_exam action_bring action_browse action_change"
    " action_conflicts action_custom action_drill action_edit action_flag action_forget"
    " action_move action_part action_pause action_plan action_register action_remove_exam"
    " action_report action_resume action_settings action_sign_in action_stats action_story"
    " action_subscribe action_sync action_undo action_undo_more action_why".split()
)


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail when it never does."""
    for _ in range(2000):
        if holds():
            return
        # Longer than a frame; a pause of the pilot's would draw one more each time.
        await asyncio.sleep(0.01)
    raise AssertionError(f"it never came to that; the screen shows\n{screen_text(pilot)}")


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one after the other, each after the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def screen_text(pilot: Pilot[int]) -> str:
    """What the screen shows, as text."""
    rows = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in row) for row in rows)
