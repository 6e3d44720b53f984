"""Leaving while something long runs: the application ends, and so does every thread of its."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import Static

from drillr.services import (
    forecasting,
    importing,
    rescheduling,
    searching,
    upkeep,
)
from drillr.services.context import Context
from drillr.tui import judging, stats
from drillr.tui.app import DrillrApp, Interface, connecting
from drillr.tui.bridge import Bridge
from drillr.tui.screen import DrillrScreen
from drillr.tui.working import LongCall, Stopped, tell
from tests.tui.conftest import Open, press, screen_text, settled, until

_TURNS = 2000
_LONG = 30.0
"""Seconds after which a test gives up; what works takes a thousandth of it."""


class Endless:
    """Stands in for a service that takes for ever, unless what it tells how far it is raises."""

    def __init__(self, tell_it: Callable[..., object]) -> None:
        self._tell_it = tell_it
        self.begun, self.stopped = threading.Event(), threading.Event()
        self.thread: threading.Thread | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Say how far it is until that raises."""
        self.thread = threading.current_thread()
        self.begun.set()
        turn = threading.Event()
        try:
            for _ in range(_TURNS):
                self._tell_it(*args, **kwargs)
                turn.wait(0.005)
        except Stopped:
            self.stopped.set()
            raise
        raise AssertionError("nobody stopped it")


def _share(*_: Any, on_progress: Callable[[float], object], **__: Any) -> None:
    on_progress(0.5)


_KINDS: dict[str, tuple[object, str, Callable[..., object], list[str]]] = {
    "an import": (
        importing, "import_paths", lambda *_, on_progress: on_progress(1, 2, "a file"),
        ["i", "ctrl+s"],
    ),
    "statistics": (stats, "analyse", lambda _, heard: heard(0.5), ["s"]),
    "indexing": (searching, "prepare", lambda _, heard: heard(7), ["slash"]),
    "looking ahead": (forecasting, "forecast", lambda *args: args[-1](0.5), ["p"]),
    "fitting": (
        judging, "optimize", lambda *_, on_step, **__: on_step("fitting"), ["comma", "o"]
    ),
    "comparing": (judging, "own_reviews", lambda *args: args[-1]("reading"), ["comma", "v"]),
    "a preview": (
        rescheduling, "preview_setting", _share, ["comma", "enter", "down", "enter"]
    ),
    "replaying": (upkeep, "change_setting", _share, ["comma", "enter", "down", "enter", "enter"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", _KINDS)
async def test_quitting_ends_what_runs(
    library: Context, interface: Interface, store: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Whatever is told how far it is ends at the next word, and leaves no thread."""
    module, name, tell_it, keys = _KINDS[kind]
    work = Endless(tell_it)
    monkeypatch.setattr(module, name, work)
    bridge = Bridge()
    app = DrillrApp(library, bridge, None, interface, connecting(library, store))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            if key is not keys[-1]:
                await settled(pilot)
        await until(pilot, work.begun.is_set)
        await pilot.press("ctrl+q")
    closing = threading.Thread(target=bridge.close)
    closing.start()
    closing.join(_LONG)
    assert not closing.is_alive()
    assert work.stopped.wait(_LONG)
    assert work.thread is not None
    if work.thread.name.startswith("store"):
        assert not work.thread.is_alive()


async def test_quitting_on_the_first_screen_ends_the_import_of_the_starter_banks(
    context: Context, interface: Interface, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty library brings them at one key."""
    work = Endless(lambda *_, on_progress: on_progress(1, 2, "a file"))
    monkeypatch.setattr(importing, "import_paths", work)
    bridge = Bridge()
    app = DrillrApp(context, bridge, None, interface, connecting(context, store))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, work.begun.is_set)
        await until(pilot, lambda: "importing 50 %" in screen_text(pilot))
        await pilot.press("ctrl+q")
    bridge.close()
    assert work.stopped.is_set()


async def test_an_answer_that_is_being_written_is_waited_for(home: Open, library: Context) -> None:
    """A short call has nobody to ask whether it may go on: closing waits for it."""
    del library
    async with home() as pilot:
        assert isinstance(pilot.app, DrillrApp)
        let, written = threading.Event(), threading.Event()

        def write() -> None:
            assert let.wait(_LONG)
            written.set()

        bridge = Bridge()
        waiting = asyncio.create_task(bridge.run(pilot.app, write))
        await until(pilot, lambda: bridge.busy)
        closing = threading.Thread(target=bridge.close)
        closing.start()
        await until(pilot, lambda: bridge.closing)
        let.set()
        closing.join(_LONG)
        assert written.is_set()
        await waiting


async def test_what_a_call_says_last_never_covers_what_came_of_it(
    home: Open, library: Context
) -> None:
    """A word that is still on its way when the call ends is dropped."""
    del library
    async with home() as pilot:
        app = pilot.app
        assert isinstance(app, DrillrApp)
        said: list[int] = []
        screen: Any = app.screen
        held: list[Callable[[], object]] = []

        def slow(call: Callable[..., object], *args: Any) -> bool:
            held.append(lambda: call(*args))
            return True

        def count(heard: Callable[[int], None]) -> str:
            for number in (1, 1, 2):
                heard(number)
            return "done"

        call = LongCall[int](screen, said.append)
        screen.call_later = slow
        assert await call.run(count) == "done"
        assert len(held) == 2, "the same is not said twice"
        for one in held:
            one()
        assert said == []


async def test_a_thread_tells_things_in_their_order(home: Open, library: Context) -> None:
    """All of one thread come in the order in which they were told, and the thread doesn't wait."""
    del library
    async with home() as pilot:
        header = pilot.app.screen.query_one("#header", Static)
        seen: list[int] = []

        def work() -> None:
            for number in range(100):
                tell(header, seen.append, number)

        thread = threading.Thread(target=work)
        thread.start()
        # The screen's own thread waits here: a thread that waited for it would never end.
        thread.join(_LONG)
        assert not thread.is_alive()
        await until(pilot, lambda: len(seen) == 100)
        assert seen == list(range(100))


async def test_nobody_is_told_after_the_end(home: Open, library: Context) -> None:
    """A thread that outlives the application, or its loop, goes on without a word."""
    del library
    seen: list[str] = []
    async with home() as pilot:
        app: Any = pilot.app
    ended = asyncio.new_event_loop()
    ended.close()
    app._loop, app._closing, app._closed = ended, False, False

    def work() -> None:
        tell(app, seen.append, "told")
        seen.append("went on")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(_LONG)
    assert seen == ["went on"]


async def test_a_screen_that_is_left_is_not_open(home: Open, library: Context) -> None:
    """From the moment it is left: what it waited for must not touch what goes away with it."""
    del library
    async with home() as pilot:
        first = pilot.app.screen
        assert isinstance(first, DrillrScreen)
        await press(pilot, "s")
        screen = pilot.app.screen
        assert isinstance(screen, DrillrScreen)
        both = [(first.is_open, screen.is_open)]
        screen.dismiss(None)
        await settled(pilot)
        assert screen.is_mounted, "so that tells nothing"
        both.append((first.is_open, screen.is_open))
        pilot.app.exit()
        both.append((first.is_open, screen.is_open))
    assert both == [(True, True), (True, False), (False, False)]
