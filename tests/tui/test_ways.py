"""Other ways to drive a review: vim's keys, keys of one's own, the mouse alone, no colours."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest
from rich.segment import Segment
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import OptionList

from drillr.domain.session import Plan
from drillr.services.context import Context
from drillr.services.reviewing import start
from drillr.services.statistics import overview
from drillr.tui.app import DrillrApp, Interface
from drillr.tui.bridge import Bridge
from drillr.tui.keymap import resolve
from drillr.tui.review import ReviewScreen
from drillr.tui.summary import SummaryScreen
from drillr.tui.themes import DARK, LIGHT, PLAIN, chosen
from tests.tui.conftest import press, screen_text, settled, until

Opened = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture
def opened(library: Context, bridge: Bridge, interface: Interface) -> Opened:
    """A session with keys of the configuration: `async with opened({"preset": "vim"}) as pilot:`"""

    @asynccontextmanager
    async def opening(
        configured: object = None, selector: str = "choices", theme: str = DARK.name
    ) -> AsyncIterator[Pilot[int]]:
        session = bridge.do(lambda: start(library, Plan(selector=selector)))
        look = replace(interface, keymap=resolve(configured), theme=theme)
        app = DrillrApp(library, bridge, session, look)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await settled(pilot)
            yield pilot

    return opening


async def test_vim_keys_move_and_review(opened: Opened, library: Context) -> None:
    """j and k move between options, G goes to the last, H hints where h moves."""
    async with opened({"preset": "vim"}) as pilot:
        options = pilot.app.screen.query_one(OptionList)
        await press(pilot, "j", "j", "k")
        assert options.highlighted == 1
        await press(pilot, "G")
        assert options.highlighted == 3
        await press(pilot, "g", "enter", "2")
        assert overview(library).responses == 1
    async with opened({"preset": "vim"}, "words") as pilot:
        await press(pilot, "H")
        assert "hint 1: count" in screen_text(pilot)


async def test_a_remapped_key_works_and_the_old_one_does_not(
    opened: Opened, library: Context
) -> None:
    """The footer and the effect follow the configuration."""
    async with opened({"review": {"skip": "n", "undo": "ctrl+z"}}) as pilot:
        assert "n skip" in screen_text(pilot)
        assert "^z undo" in screen_text(pilot)
        await press(pilot, "s")
        assert "number 1" in screen_text(pilot)
        await press(pilot, "n")
        assert "number 2" in screen_text(pilot)
        await press(pilot, "space", "1", "ctrl+z")
        assert overview(library).responses == 0


async def test_a_conflict_is_reported_at_the_start(opened: Opened) -> None:
    """Both actions are named, and the one that stands first answers the key."""
    async with opened({"review": {"skip": "u"}}) as pilot:
        await until(pilot, lambda: "review.skip" in screen_text(pilot))
        assert "review.undo" in screen_text(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: "no answer to take back" in screen_text(pilot))


async def click_text(pilot: Pilot[int], text: str) -> None:
    """Click where a text stands on the screen."""
    for y, line in enumerate(screen_text(pilot).splitlines()):
        if text in line:
            await pilot.click(offset=Offset(line.index(text), y))
            await settled(pilot)
            return
    raise AssertionError(f"{text!r} is not on the screen\n{screen_text(pilot)}")


async def test_a_review_with_the_mouse_alone(opened: Opened, library: Context) -> None:
    """Options, marks, ratings, the footer's keys and the summary can all be clicked."""
    async with opened() as pilot:
        await click_text(pilot, "the second")
        assert "✓ right" in screen_text(pilot)
        await click_text(pilot, "2 Medium")
        await click_text(pilot, "the first")
        assert "✗ wrong" in screen_text(pilot)
        await click_text(pilot, "4 Very hard")
        assert overview(library).responses == 2
        await click_text(pilot, "the second")
        await click_text(pilot, "the fourth")
        assert screen_text(pilot).count("■") == 2
        await click_text(pilot, "reveal")
        assert "✓ right" not in screen_text(pilot), "space on marked options marks, enter confirms"
        await click_text(pilot, "accept")
        assert "number 3" in screen_text(pilot)
        await click_text(pilot, "leave")
        assert isinstance(pilot.app.screen, SummaryScreen)
        await click_text(pilot, "close ")
    assert pilot.app.return_value == 0


async def test_without_colours_everything_is_still_told_apart(
    library: Context, bridge: Bridge, interface: Interface, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under NO_COLOR no colour is written; signs and the cursor say what colours would."""
    monkeypatch.setenv("NO_COLOR", "1")
    session = bridge.do(lambda: start(library, Plan(selector="choices")))
    look = replace(Interface.of({"theme": LIGHT.name}), ticks=interface.ticks)
    app = DrillrApp(library, bridge, session, look)
    assert app.no_color
    assert app.theme == PLAIN
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(OptionList).action_cursor_down()
        await settled(pilot)
        assert not colours(app)
        assert re.search("▸  B  the", screen_text(pilot)), "the cursor is a sign"
        await press(pilot, "a")
        assert re.search("[✓✗]", screen_text(pilot))
        assert "▸" in screen_text(pilot), "the proposed rating is marked"
        assert not colours(app)
        await press(pilot, "enter")
    assert overview(library).responses == 1


def painted(app: DrillrApp) -> list[list[Segment]]:
    """What goes to the terminal, line by line."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


def colours(app: DrillrApp) -> set[str]:
    """The colours in what goes to the terminal."""
    styles = [segment.style for strip in painted(app) for segment in strip]
    found = {style.color for style in styles if style} | {s.bgcolor for s in styles if s}
    return {color.name for color in found if color is not None and color.name != "default"}


@pytest.mark.parametrize(
    ("wanted", "environment", "system", "theme"),
    [
        (None, {}, "truecolor", DARK.name),
        ("drillr-light", {}, "256", LIGHT.name),
        ("nord", {}, "truecolor", "nord"),
        ("no-such-theme", {}, "truecolor", DARK.name),
        ("drillr-light", {}, "standard", PLAIN),
        (None, {}, None, PLAIN),
        (None, {"NO_COLOR": "1"}, "truecolor", PLAIN),
    ],
)
def test_the_terminal_decides_what_colours_can_be_had(
    wanted: object, environment: dict[str, str], system: str | None, theme: str
) -> None:
    """The theme asked for, unless the terminal has only its own colours."""
    assert chosen(wanted, environment, system) == theme


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name, "ansi-dark", "ansi-light", "dracula"])
async def test_every_theme_draws_a_review(opened: Opened, theme: str) -> None:
    """Markdown, marks and plots find their colours in any theme, and in one chosen later."""
    async with opened(theme=theme) as pilot:
        await press(pilot, "a")
        assert isinstance(pilot.app.screen, ReviewScreen)
        pilot.app.theme = LIGHT.name
        await settled(pilot)
        assert "number 1" in screen_text(pilot)
