"""The terminal interface: from a key to the next question, and how smoothly statistics come."""

import asyncio
import itertools
import time
from collections.abc import Iterator

from bench import stores
from bench.lab import Figures, Goal, Lab, Measurement, child, percentile
from drillr.bootstrap import open_context
from drillr.domain.session import Plan
from drillr.services.reviewing import ReviewSession, start
from drillr.tui.app import DrillrApp, Interface
from drillr.tui.bridge import Bridge
from drillr.tui.keymap import resolve
from drillr.tui.review import ReviewScreen
from drillr.tui.stats import StatsScreen
from drillr.tui.themes import DARK

QUESTIONS = 150
WARM_UP = 10
ANSWERS = 10


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Painting should not depend on how much there is, and long reading hold no frame up."""
    for size in lab.sizes:

        def ours(size: int = size) -> Figures:
            return child(key_to_paint, lab.copy(stores.all_due(lab, size), "due.db"))

        yield Measurement("key to next question", size, {"drillr": ours}, {"p50_s": Goal(0.030)})

        def seen(size: int = size) -> Figures:
            return child(statistics_opened, stores.with_history(lab, size, size * ANSWERS))

        yield Measurement(
            "statistics screen, open to drawn", size, {"drillr": seen}, {"gap_s": Goal(0.150)}
        )


class _Watched(ReviewScreen):
    """Notes the instant at which a question that was shown has been laid out and painted."""

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self.painted = asyncio.Event()

    def show_current(self) -> None:
        """Show it, then wait for the screen's next refresh."""
        super().show_current()
        self.call_after_refresh(self.painted.set)


def key_to_paint(store: str) -> Figures:
    """Rate questions by key at 80x24: seconds from key to paint, and from the reveal's key."""
    return asyncio.run(_reviewed(store))


def statistics_opened(store: str) -> Figures:
    """Open the statistics at 120x40: seconds until they are drawn, the longest gap of frames.

    The loop that paints is asked for its time again and again; a gap is how long it did not come
    to that.
    """
    return asyncio.run(_opened(store))


async def _opened(store: str) -> Figures:
    context, bridge = open_context(store), Bridge()
    look = Interface(resolve(), DARK.name, itertools.count(1.0).__next__)
    app = DrillrApp(context, bridge, interface=look)
    gap, last = 0.0, 0.0
    async with app.run_test(size=(120, 40)) as pilot:
        while bridge.busy:
            await pilot.pause(0.01)
        started = last = time.perf_counter()
        opening = asyncio.create_task(pilot.press("s"))
        while not (isinstance(app.screen, StatsScreen) and app.screen.found is not None):
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            gap, last = max(gap, now - last), now
        took = time.perf_counter() - started
        await opening
    bridge.close()
    context.database.close()
    return {"s": took, "gap_s": gap}


async def _reviewed(store: str) -> Figures:
    context, bridge = open_context(store), Bridge()
    session = bridge.do(lambda: start(context, Plan()))
    look = Interface(resolve(), DARK.name, itertools.count(1.0).__next__)
    app = DrillrApp(context, bridge, interface=look)
    times: list[float] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen := _Watched(session))
        for _ in range(QUESTIONS):
            await pilot.press("space", "enter")
            assert screen.turn is not None
            if screen.turn.given is None:
                await pilot.press("enter")
            screen.painted.clear()
            started = time.perf_counter()
            pressing = asyncio.create_task(pilot.press("2"))
            await screen.painted.wait()
            times.append(time.perf_counter() - started)
            await pressing
    bridge.close()
    context.database.close()
    warm = times[WARM_UP:]
    return {"p50_s": percentile(warm, 0.5), "p99_s": percentile(warm, 0.99)}
